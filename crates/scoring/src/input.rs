//! What the caller gives: rules, people, answers, components, settings.

use std::collections::{BTreeMap, BTreeSet};

use model::evidence::Answer;
use model::link::Component;
use model::time::DAY_MICROS;
use model::{Evidence, RecordId, Tier, Time};
use serde::Deserialize;

use crate::error::Error;
use crate::learning::MOST_DRIFT;

/// About one subject, or about a token that several share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// About one subject.
    Subject,
    /// About a shared token: weight comes from its component.
    Link,
}

/// Rate among fraudulent engagements, as a Beta prior.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RatePrior {
    /// Pseudo-count of those that showed it.
    pub alpha: f64,
    /// Pseudo-count of those that did not.
    pub beta: f64,
    /// Where the figures come from.
    #[serde(default)]
    pub source: String,
}

/// Rate among honest engagements before this company is counted: worth 200 people.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Reference {
    /// Mean rate.
    pub mean: f64,
    /// Where the figure comes from.
    #[serde(default)]
    pub source: String,
}

/// What scoring must know of one indicator. `evidence` makes it from `indicators/**/*.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct IndicatorMeta {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Tier.
    #[serde(deserialize_with = "tier")]
    pub tier: Tier,
    /// Kind.
    pub kind: IndicatorKind,
    /// Dependence group: of one group, only the strongest counts.
    pub group: String,
    /// Stage of the engagement.
    #[serde(default)]
    pub stage: String,
    /// Tables it needs.
    #[serde(default)]
    pub tables: Vec<String>,
    /// What it sees.
    #[serde(default)]
    pub sees: String,
    /// Why it matters.
    #[serde(default)]
    pub why: String,
    /// Innocent explanations, by id.
    #[serde(default)]
    pub innocent: Vec<String>,
    /// Rate among fraudulent engagements.
    pub fraud: RatePrior,
    /// Rate among honest engagements.
    pub honest: Reference,
    /// Days after which its weight has halved; missing for what does not age.
    #[serde(default)]
    pub half_life_days: Option<f64>,
    /// Whether it may count towards opening a case. Jiggler, keep-awake, idle, camera never do.
    #[serde(default = "yes")]
    pub opens: bool,
    /// The lawful uniform check that would settle it.
    #[serde(default)]
    pub clearing: String,
    /// What decisions move the weight of an answer by, milli-bits; 0 as shipped.
    #[serde(default)]
    pub shift: i64,
}

fn yes() -> bool {
    true
}

fn tier<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Tier, D::Error> {
    let text = String::deserialize(from)?;
    Tier::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no tier; T1 to T4 are")))
}

/// All indicators, by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// Indicators by id.
    pub indicators: BTreeMap<String, IndicatorMeta>,
}

impl Rules {
    /// Collects them.
    ///
    /// # Errors
    /// When an id comes twice.
    pub fn new(list: impl IntoIterator<Item = IndicatorMeta>) -> Result<Self, Error> {
        let mut indicators = BTreeMap::new();
        for meta in list {
            let id = meta.id.clone();
            if indicators.insert(id.clone(), meta).is_some() {
                return Err(Error::Twice { what: "indicator", id });
            }
        }
        Ok(Self { indicators })
    }

    /// The same with the shifts of a version of the weights. One for an indicator that is not asked moves nothing.
    #[must_use]
    pub fn moved(mut self, shifts: &BTreeMap<String, i64>) -> Self {
        for (id, meta) in &mut self.indicators {
            meta.shift = shifts.get(id).copied().unwrap_or(0).clamp(-MOST_DRIFT, MOST_DRIFT);
        }
        self
    }
}

/// Company records that speak for one person in one way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attested {
    /// Records.
    pub records: Vec<RecordId>,
    /// When they hold, first to last instant; empty: at all times.
    pub spans: Vec<(Time, Time)>,
}

/// Days before and after an approved span that belong to it: journeys and paper both take time.
const SPAN_MARGIN_DAYS: i64 = 2;

impl Attested {
    /// Whether at least half of the time over which a thing was seen lies within what was approved: a week's
    /// approved journey does not explain a quarter behind a foreign exit.
    #[must_use]
    pub fn covers(&self, evidence: &Evidence) -> bool {
        if self.spans.is_empty() {
            return true;
        }
        let (first, last) = (evidence.first_seen.0, evidence.last_seen.0.max(evidence.first_seen.0));
        let margin = SPAN_MARGIN_DAYS * DAY_MICROS;
        let mut spans: Vec<(i64, i64)> = self
            .spans
            .iter()
            .map(|(from, to)| {
                (from.0.saturating_sub(margin).max(first), to.0.saturating_add(margin).min(last))
            })
            .filter(|(from, to)| from <= to)
            .collect();
        spans.sort_unstable();
        let (mut covered, mut end) = (0, i64::MIN);
        for (from, to) in &spans {
            covered += (to - (*from).max(end)).max(0);
            end = end.max(*to);
        }
        !spans.is_empty() && covered * 2 >= last - first
    }
}

/// One person who may be judged or who belongs to the population that others are compared with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subject {
    /// Roster id.
    pub id: String,
    /// `worker` or `applicant`: selects the prior.
    pub population: String,
    /// Days since the start of the engagement.
    pub tenure_days: i64,
    /// Household, if any.
    pub household: Option<String>,
    /// Site, if any: used to leave neighbours out of the honest rate, never as evidence.
    pub site: Option<String>,
    /// Ring, if any: never evidence.
    pub ring: Option<String>,
    /// Farm, if any: never evidence.
    pub farm: Option<String>,
    /// Company records that speak for the person, by explanation id or fact id of the vocabulary.
    pub attested: BTreeMap<String, Attested>,
    /// Components whose place is this person's own declared home (for the proposed role only).
    pub own_home: BTreeSet<String>,
    /// Inside `scope.toml`. Others are counted in rates and never assessed.
    pub in_scope: bool,
}

/// Tenure band: people are compared with people of like tenure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Up to 30 days.
    New,
    /// 31 to 180 days.
    Settling,
    /// More than 180 days.
    Settled,
}

impl Band {
    /// The three, by age.
    pub const ALL: [Self; 3] = [Self::New, Self::Settling, Self::Settled];

    /// Band of a tenure.
    #[must_use]
    pub fn of(days: i64) -> Self {
        match days {
            ..=30 => Self::New,
            31..=180 => Self::Settling,
            _ => Self::Settled,
        }
    }
}

/// How judgement is done; every figure is printed with the results.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Share of engagements that are not what they claim, by population.
    pub priors: BTreeMap<String, f64>,
    /// Probability from which a case may open, beside the tier rule, which is what keeps innocent people out: on development
    /// worlds none of 10,000 innocents satisfied it, whatever their bits. 0.02 asks for 5.4 bits on a prior of 1 in 2,000, which
    /// are two strong things of which neither is common here. What is expected of the whole list stands above it.
    pub threshold: f64,
    /// Judgement time.
    pub judgement_time: Time,
    /// Assess nobody until a T1 or T2 fact exists on them.
    pub trigger: bool,
}

/// The shipped prior of workers.
pub const PRIOR_WORKER: f64 = 1.0 / 2000.0;
/// The shipped prior of candidates: more apply than are hired, and employers and platforms that looked report shares from a
/// few in a thousand upwards. (assumed: judgement of the maintainers; nobody has counted)
pub const PRIOR_APPLICANT: f64 = 1.0 / 500.0;
/// The shipped threshold.
pub const THRESHOLD: f64 = 0.02;

impl Settings {
    /// The shipped settings at a judgement time.
    #[must_use]
    pub fn at(judgement_time: Time) -> Self {
        let priors = [("worker".to_owned(), PRIOR_WORKER), ("applicant".to_owned(), PRIOR_APPLICANT)].into();
        Self { priors, threshold: THRESHOLD, judgement_time, trigger: false }
    }
}

/// Everything that an assessment reads.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// Indicators.
    pub rules: &'a Rules,
    /// The whole population, in and out of scope.
    pub subjects: &'a [Subject],
    /// One answer per indicator.
    pub answers: &'a [Answer],
    /// Components that link evidence cites.
    pub components: &'a [Component],
    /// Settings.
    pub settings: &'a Settings,
}
