//! One person's judgement with every part shown, in bits and in words.

use std::fmt::Write as _;

use schemars::JsonSchema;
use scoring::{Assessment, PartKind};
use serde::Serialize;

use crate::access::{self, Access};
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::judge::{self, Judged, Terms};
use crate::report::Person;
use crate::ring::{RingFacts, Rings};
use crate::workspace::{Choice, Workspace};
use crate::{lineage, people, person};

/// One bar of the waterfall.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Bar {
    /// Stable key.
    pub key: String,
    /// `for`, `together`, `against` or `silent`.
    pub kind: &'static str,
    /// Words.
    pub label: String,
    /// Bits.
    pub bits: f64,
}

/// What would settle it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Clear {
    /// Innocent explanation or indicator.
    pub id: String,
    /// The uniform check, or the record that the company already holds.
    pub text: String,
}

/// One person, whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Explained {
    /// As `check --json` prints it.
    #[serde(flatten)]
    pub person: Person,
    /// What the bits say and what the prior makes of them.
    pub in_words: String,
    /// Bars; they sum to `bits`.
    pub waterfall: Vec<Bar>,
    /// Why each weight is what it is, by indicator.
    pub weights: Vec<Weight>,
    /// Company records that speak for the person.
    pub against: Vec<Against>,
    /// Why a case opened, or why not.
    pub tier_rule: String,
    /// Why this role.
    pub role_reason: String,
    /// What would settle it.
    pub would_clear: Vec<Clear>,
    /// Legal basis as the scope states it.
    pub basis: Option<String>,
    /// Judgement time.
    pub judged_as_of: String,
    /// Of the ring that the person belongs to: what holds it together, and how often chance makes one. In words only: the
    /// table of rings has the numbers.
    #[serde(skip)]
    pub ring_facts: Option<RingFacts>,
    /// Its short name and what became of it, judgement by judgement: told beside the explanation, as who read it is.
    #[serde(skip)]
    pub ring_history: Option<(String, Vec<String>)>,
    /// Who read this person's records before: time, actor, action. Told beside the explanation, not in it: the same
    /// records give the same explanation whenever it is asked for.
    #[serde(skip)]
    pub seen_by: Vec<String>,
}

/// JSON Schema of the `explain --json` line.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Explained).to_value()
}

/// A weight and where it comes from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Weight {
    /// Indicator.
    pub indicator: String,
    /// In words.
    pub text: String,
}

/// A company record that speaks for the person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Against {
    /// Explanation or fact.
    pub id: String,
    /// One sentence.
    pub text: String,
    /// Bits, never above 0.
    pub bits: f64,
    /// Records.
    pub records: Vec<String>,
}

/// One person's full explanation, by roster id or e-mail address.
pub async fn worker(choice: &Choice, who: &str, purpose: Option<&str>) -> Result<Explained> {
    let mut workspace = Workspace::last(choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let id = person::find(&workspace.lake, who).await?;
    let id = id.as_deref().unwrap_or(who);
    let judged = judge::judge(&workspace.lake, &terms).await?;
    let found = judged.report.assessments.iter().find(|one| one.subject == id);
    let one = found.ok_or_else(|| not_assessed(&judged, id))?;
    let seen_by = seen_by(&workspace, id).await?;
    access::record(&workspace, &Access::of("explain").about(Some(id)).purpose(purpose)).await?;
    let person = people::one(&workspace.lake, &terms.catalogue, &judged, one).await?;
    let mut out = explained(one, person, &terms, seen_by);
    if out.person.ring.is_some() {
        out.about_ring(&Rings::read(&workspace, &lineage::history(&workspace).await?, &judged.groups).await?);
    }
    Ok(out)
}

/// Who read this person's records before, newest first.
async fn seen_by(workspace: &Workspace, id: &str) -> Result<Vec<String>> {
    let history = workspace.store.history(Some(id)).await?;
    let line = |entry: &store::Entry| {
        let event = &entry.event;
        format!("{} {} {}", model::Time(event.at), event.actor, event.action)
    };
    Ok(history.iter().rev().map(line).collect())
}

fn not_assessed(judged: &Judged, id: &str) -> Error {
    if judged.subjects.contains_key(id) {
        return Error::Input(format!("{id} is known, and outside the scope or not triggered: not assessed"));
    }
    let close = judged.subjects.keys().filter(|known| known.to_lowercase().contains(&id.to_lowercase()));
    let close: Vec<&str> = close.take(3).map(String::as_str).collect();
    let hint = if close.is_empty() { String::new() } else { format!("; did you mean {}?", close.join(", ")) };
    Error::Input(format!("no worker and no candidate is called {id}{hint}"))
}

fn bits(millibits: i64) -> f64 {
    millibits as f64 / 1000.0
}

/// An assessment with every part shown.
pub(crate) fn explained(one: &Assessment, person: Person, terms: &Terms, seen_by: Vec<String>) -> Explained {
    let bar = |part: &scoring::Part| Bar {
        key: part.key.clone(),
        kind: match part.kind {
            PartKind::Group | PartKind::Link => "for",
            PartKind::Together => "together",
            PartKind::Against => "against",
            PartKind::Silent => "silent",
            PartKind::Calibration => "calibration",
        },
        label: part.label.clone(),
        bits: bits(part.millibits),
    };
    let prior = terms.settings.prior(&person.population);
    Explained {
        in_words: scoring::likelihood_sentence(one.bits_millibits, prior, one.probability),
        waterfall: one.parts.iter().map(bar).collect(),
        weights: one
            .evidence
            .iter()
            .map(|item| Weight { indicator: item.evidence.indicator.clone(), text: item.note.text.clone() })
            .collect(),
        against: one
            .against
            .iter()
            .map(|item| Against {
                id: item.id.clone(),
                text: item.text.clone(),
                bits: bits(item.millibits),
                records: item.records.iter().map(ToString::to_string).collect(),
            })
            .collect(),
        tier_rule: one.tier_rule.clone(),
        role_reason: one.role_reason.clone(),
        would_clear: one
            .would_clear
            .iter()
            .map(|item| Clear { id: item.explanation.clone(), text: item.text.clone() })
            .collect(),
        basis: terms.scope.basis.clone(),
        judged_as_of: terms.judgement.to_string(),
        ring_facts: None,
        ring_history: None,
        seen_by,
        person,
    }
}

impl Explained {
    /// Tells what is known of the person's ring.
    pub(crate) fn about_ring(&mut self, rings: &Rings) {
        if let Some(ring) = self.person.ring.as_ref().and_then(|id| rings.by.get(id)) {
            self.ring_facts = Some(ring.facts.clone());
            self.ring_history = Some((ring.name.clone(), ring.history.clone()));
        }
    }

    /// A record to look at next.
    #[must_use]
    pub fn first_record(&self) -> Option<&str> {
        self.person.evidence.iter().flat_map(|item| &item.records).map(String::as_str).next()
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let person = &self.person;
        let who = person.id();
        let verdict = if person.case { "a case is open" } else { "no case" };
        let _ = writeln!(out, "{who}  {verdict}; judged as of {}", self.judged_as_of);
        let _ = writeln!(out, "{}\n", self.in_words);
        self.waterfall_text(&mut out);
        let _ = writeln!(out, "\ncase   {}", self.tier_rule);
        let _ = writeln!(out, "role   {} ({})", person.role, self.role_reason);
        for (name, id) in [("farm", &person.farm), ("ring", &person.ring)] {
            if let Some(id) = id {
                let _ = writeln!(out, "{name}   {id}");
            }
        }
        self.ring_text(&mut out);
        self.evidence_text(&mut out);
        self.rest_text(&mut out);
        out
    }

    fn ring_text(&self, out: &mut String) {
        if let Some(facts) = &self.ring_facts {
            let _ = writeln!(out, "       {} people, held by: {}", facts.members, facts.held_by.join("; "));
            let _ = writeln!(out, "       by chance: {}", facts.chance);
        }
    }

    fn waterfall_text(&self, out: &mut String) {
        let person = &self.person;
        let _ = writeln!(out, "{:>8}  prior", format!("{:+.1}", person.prior_bits));
        let quiet = self.waterfall.iter().filter(|bar| bar.kind == "silent");
        let (count, silence) = quiet.fold((0, 0.0), |(count, sum), bar| (count + 1, sum + bar.bits));
        for bar in self.waterfall.iter().filter(|bar| !matches!(bar.kind, "silent" | "calibration")) {
            let kind = if bar.kind == "together" { "explained together: " } else { "" };
            let _ = writeln!(out, "{:>8}  {kind}{}", format!("{:+.1}", bar.bits), bar.label);
        }
        if count > 0 {
            let _ =
                writeln!(out, "{:>8}  looked for in {count} groups and not found", format!("{silence:+.1}"));
        }
        for bar in self.waterfall.iter().filter(|bar| bar.kind == "calibration") {
            let _ = writeln!(out, "{:>8}  {}", format!("{:+.1}", bar.bits), bar.label);
        }
        let _ = writeln!(out, "{:>8}  in all", format!("{:+.1}", person.prior_bits + person.bits));
    }

    fn evidence_text(&self, out: &mut String) {
        if self.person.evidence.is_empty() {
            let _ = writeln!(out, "\nnothing was found about this person");
        }
        for (item, weight) in self.person.evidence.iter().zip(&self.weights) {
            let state = match (&item.explained_by, item.counted) {
                (Some(by), _) => format!("explained by {by}"),
                (None, true) => "counted".to_owned(),
                (None, false) => "counted once with its group".to_owned(),
            };
            let _ = writeln!(
                out,
                "\n{} {} · {} · {:+.1} bits · {state}",
                item.tier, item.indicator, item.group, item.bits
            );
            let _ = writeln!(out, "   {}", item.sentence);
            let _ = writeln!(out, "   seen {} to {}", item.first_seen, item.last_seen);
            let _ = writeln!(out, "   weight: {}", weight.text);
            if !item.innocent.is_empty() {
                let _ = writeln!(out, "   innocent reasons: {}", item.innocent.join(" "));
            }
            let _ = writeln!(out, "   records: {}", item.records.join(" "));
        }
    }

    fn rest_text(&self, out: &mut String) {
        out.push('\n');
        for item in &self.against {
            let _ = writeln!(
                out,
                "for them   {:+.1} bits  {}  records: {}",
                item.bits,
                item.text,
                item.records.join(" ")
            );
        }
        for item in &self.would_clear {
            let _ = writeln!(out, "would clear it   {}", item.text);
        }
        if !self.person.could_not_look.is_empty() {
            let _ = writeln!(out, "could not look   {}", self.person.could_not_look.join(", "));
            let _ = writeln!(
                out,
                "                 with these the probability could lie between {} and {}",
                scoring::words(self.person.probability_low),
                scoring::words(self.person.probability_high)
            );
        }
        if let Some(basis) = &self.basis {
            let _ = writeln!(out, "basis   {basis}");
        }
    }
}

/// Why an indicator did or did not answer about a person.
#[derive(Debug, Clone, Serialize)]
pub struct Why {
    /// Indicator.
    pub indicator: String,
    /// Roster id.
    pub worker_id: String,
    /// In a sentence.
    pub verdict: String,
    /// Whether this person could be seen.
    pub able: bool,
    /// What it said.
    pub fired: Vec<String>,
    /// What there is under its threshold.
    pub near: Vec<String>,
    /// Records behind both.
    pub records: Vec<String>,
    /// Tables without records, and tables too little joined.
    pub missing: Vec<String>,
}

impl Why {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{} about {}: {}\n", self.indicator, self.worker_id, self.verdict);
        for sentence in &self.fired {
            let _ = writeln!(out, "   {sentence}");
        }
        if !self.records.is_empty() {
            let _ = writeln!(out, "   records: {}", self.records.join(" "));
        }
        out
    }
}

/// Explains one indicator on one person.
pub async fn indicator(choice: &Choice, who: &str, indicator: &str, purpose: Option<&str>) -> Result<Why> {
    let mut workspace = Workspace::last(choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let id = person::find(&workspace.lake, who).await?;
    let id = id.as_deref().unwrap_or(who);
    // Whom the scope keeps from being assessed, no single question is asked about either.
    let judged = judge::judge(&workspace.lake, &terms).await?;
    if !judged.report.assessments.iter().any(|one| one.subject == id) {
        return Err(not_assessed(&judged, id));
    }
    let lake = &workspace.lake;
    access::record(&workspace, &Access::of("explain").about(Some(id)).purpose(purpose).detail(indicator))
        .await?;
    let found = evidence::explain_why(lake, &terms.catalogue, terms.judgement, indicator, id).await?;
    let sentences = |list: &[model::Evidence]| list.iter().map(|item| item.sentence.clone()).collect();
    let records = found.fired.iter().chain(&found.near).flat_map(|item| &item.records);
    Ok(Why {
        records: records.map(ToString::to_string).collect(),
        fired: sentences(&found.fired),
        near: sentences(&found.near),
        missing: [found.empty, found.unjoined].concat(),
        indicator: found.indicator,
        worker_id: found.subject,
        verdict: found.verdict,
        able: found.is_able,
    })
}
