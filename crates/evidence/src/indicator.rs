//! What an indicator file says.

use std::collections::{BTreeMap, BTreeSet};

use model::Tier;
use serde::Deserialize;

use crate::error::Problem;

/// About one person, or about a token that several share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// About one person.
    Subject,
    /// About a shared token; its weight comes from the component that the SQL names.
    Link,
}

/// A rate among fraudulent engagements, as a Beta prior.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FraudRate {
    /// Engagements that showed it.
    pub alpha: f64,
    /// Engagements that did not.
    pub beta: f64,
    /// Where the figures come from; `assumed: …` where nobody has counted.
    pub source: String,
    /// When that was.
    pub date: String,
}

/// A rate among honest engagements.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HonestRate {
    /// Mean.
    pub mean: f64,
    /// Where the figure comes from; `assumed: …` where nobody has counted.
    pub source: String,
    /// When that was.
    pub date: String,
}

/// Something to read about it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When.
    pub date: String,
}

/// A small world and whom the indicator must name in it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Judgement time; the end of March 2026 by default.
    #[serde(default = "end_of_march")]
    pub until: String,
    /// Subjects it must fire on, in order; nobody for a counter-example.
    #[serde(default)]
    pub expect: Vec<String>,
    /// Rows by table.
    #[serde(flatten)]
    pub tables: BTreeMap<String, Vec<toml::Table>>,
}

fn end_of_march() -> String {
    "2026-03-31 00:00:00".to_owned()
}

fn yes() -> bool {
    true
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Id, words joined by hyphens.
    pub id: String,
    /// Row of the domain catalogue.
    #[serde(default)]
    pub catalogue: Option<String>,
    /// Title.
    pub title: String,
    /// Stage of the engagement; the folder it lies in.
    pub stage: String,
    /// Tier.
    #[serde(deserialize_with = "tier")]
    pub tier: Tier,
    /// Kind.
    pub kind: IndicatorKind,
    /// Dependence group.
    pub group: String,
    /// Whether it may count towards opening a case.
    #[serde(default = "yes")]
    pub opens: bool,
    /// Record tables without which it cannot look.
    #[serde(default)]
    pub tables: Vec<String>,
    /// Record tables of which one is enough.
    #[serde(default)]
    pub any_of: Vec<String>,
    /// Tables read beside them; they may be empty.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Days before judgement time that it looks back.
    pub window_days: i64,
    /// `subject` (records of one person) or `population` (compares people).
    pub scope: String,
    /// What it sees.
    pub sees: String,
    /// Why that matters.
    pub why: String,
    /// Innocent explanations, by id.
    pub innocent: Vec<String>,
    /// The lawful uniform check that would settle it.
    pub check: String,
    /// What to read.
    pub references: Vec<Reference>,
    /// ATT&CK techniques.
    #[serde(default)]
    pub attack: Vec<String>,
    /// Rate among fraudulent engagements.
    pub fraud_rate: FraudRate,
    /// Rate among honest engagements.
    pub honest_rate: HonestRate,
    /// Days after which its weight has halved.
    #[serde(default)]
    pub half_life_days: Option<f64>,
    /// The question.
    pub sql: String,
    /// Who could be seen; by default whoever has records in the tables needed.
    #[serde(default)]
    pub able: Option<String>,
    /// What there is of everybody, under the threshold too: columns as in `sql`.
    #[serde(default)]
    pub probe_sql: Option<String>,
    /// Sentence with `{placeholders}`.
    pub sentence: String,
    /// Worlds in which it must fire.
    #[serde(default)]
    pub example: Vec<Example>,
    /// Innocent twins.
    #[serde(default)]
    pub counter_example: Vec<Example>,
    /// File it came from.
    #[serde(skip)]
    pub file: String,
}

fn tier<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Tier, D::Error> {
    let text = String::deserialize(from)?;
    Tier::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no tier; T1 to T4 are")))
}

/// Stages of an engagement.
pub const STAGES: &[&str] =
    &["application", "interview", "onboarding", "first_day", "employment", "payroll", "exit", "laundering"];

/// Innocent explanations that an indicator may name; `scoring` owns their texts.
pub const INNOCENT: &[&str] = &[
    "household",
    "flatmates",
    "office",
    "hot_desk",
    "coworking",
    "carrier_nat",
    "agency",
    "travel_approved",
    "travel",
    "privacy_vpn",
    "company_vpn",
    "privacy_relay",
    "home_lab",
    "it_support",
    "pair_support",
    "accessibility_hardware",
    "streamer",
    "keep_awake_habit",
    "presentation",
    "docked_laptop",
    "second_hand_monitor",
    "moved_home",
    "porch_theft_reroute",
    "pickup_point",
    "relatives_address",
    "mail_room",
    "bank_switch",
    "spouse_account",
    "transfer_account",
    "kiosk",
    "admin_test",
    "browser_reset",
    "new_phone",
    "geo_error",
    "mobile_hotspot",
    "developer_setup",
    "curious_engineer",
    "security_team",
    "edr_test",
    "staging_depot",
    "legal_two_jobs",
    "on_call",
    "flexible_hours",
    "recruiter_phone",
    "name_change",
    "vdi",
    "cloned_serial",
    "recycled_number",
    "automation_account",
    "data_entry",
];

/// Words about conduct that never opens a case, whatever an indicator's file says.
const NEVER_OPENS: &[&str] =
    &["jiggl", "keep-awake", "keep_awake", "idle", "camera", "speech", "activity-volume"];

impl Indicator {
    /// Reads a file.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let problem = |what: &str, why: String| Problem { file: file.to_owned(), what: what.to_owned(), why };
        let mut read: Self =
            toml::from_str(text).map_err(|error| problem("not an indicator", error.to_string()))?;
        file.clone_into(&mut read.file);
        match read.form_error() {
            Some((what, why)) => Err(problem(&what, why)),
            None => Ok(read),
        }
    }

    /// Every table that its SQL may name.
    #[must_use]
    pub fn declared(&self) -> BTreeSet<&str> {
        self.tables.iter().chain(&self.any_of).chain(&self.uses).map(String::as_str).collect()
    }

    fn form_error(&self) -> Option<(String, String)> {
        let is_kebab =
            |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let no = |what: String, why: &str| Some((what, why.to_owned()));
        if !is_kebab(&self.id) || self.id.is_empty() {
            return no(format!("id `{}`", self.id), "an id is lower-case words joined by hyphens");
        }
        if !STAGES.contains(&self.stage.as_str()) {
            return no(format!("stage `{}`", self.stage), "no such stage of an engagement");
        }
        if let Some(unknown) = self.innocent.iter().find(|id| !INNOCENT.contains(&id.as_str())) {
            return no(format!("innocent explanation `{unknown}`"), "it is not in the closed vocabulary");
        }
        if self.innocent.is_empty() || self.references.is_empty() || self.check.trim().is_empty() {
            return no("incomplete".into(), "innocent explanations, references and a check are required");
        }
        if self.tables.is_empty() && self.any_of.is_empty() {
            return no("no tables".into(), "without a needed record table nobody could be said to be seen");
        }
        let counts = self.fraud_rate.alpha > 0.0 && self.fraud_rate.beta > 0.0;
        let is_rate = self.honest_rate.mean > 0.0 && self.honest_rate.mean < 1.0;
        if !(counts && is_rate) {
            return no(
                "a rate out of range".into(),
                "alpha and beta are above 0, the mean is between 0 and 1",
            );
        }
        let dated = [
            &self.fraud_rate.source,
            &self.fraud_rate.date,
            &self.honest_rate.source,
            &self.honest_rate.date,
        ];
        if dated.iter().any(|text| text.trim().is_empty()) {
            return no("a rate without source or date".into(), "write `assumed: …` where nobody has counted");
        }
        if !["subject", "population"].contains(&self.scope.as_str()) || self.window_days < 1 {
            return no(
                "scope or window_days".into(),
                "scope is subject or population; the window at least a day",
            );
        }
        if self.opens && self.tier != Tier::T4 && NEVER_OPENS.iter().any(|word| self.id.contains(word)) {
            return no(
                format!("`{}` may open a case", self.id),
                "jiggler, keep-awake, idle, camera and speech never do",
            );
        }
        if self.opens && NEVER_OPENS.iter().any(|word| self.id.contains(word)) {
            return no(format!("`{}` may open a case", self.id), "write opens = false");
        }
        let (for_it, against) = (&self.example, &self.counter_example);
        if for_it.is_empty() || against.is_empty() || for_it.iter().any(|example| example.expect.is_empty()) {
            return no(
                "examples".into(),
                "an example that names its subjects and an innocent twin are required",
            );
        }
        if against.iter().any(|example| !example.expect.is_empty()) {
            return no("counter_example with subjects".into(), "a counter-example expects nobody");
        }
        None
    }
}
