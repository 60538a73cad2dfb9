//! What comes back: the score with every part shown.

use std::collections::BTreeSet;

use model::{Evidence, RecordId, Tier};
use serde::Serialize;

/// Kind of a part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A dependence group that fired.
    Group,
    /// A shared token, the best of its family.
    Link,
    /// One innocent cause behind several answers.
    Together,
    /// A company record that speaks for the person.
    Against,
    /// Looked for and not found.
    Silent,
    /// What sums like this were worth on made-up companies.
    Calibration,
}

/// One bar of the waterfall. The parts sum to `bits_millibits` exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Stable key: group, `link:family`, `together`, `against:id` or `silent:group`.
    pub key: String,
    /// Words.
    pub label: String,
    /// Thousandths of a bit, signed.
    pub millibits: i64,
    /// Kind.
    pub kind: PartKind,
}

/// Where a weight comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightNote {
    /// Rate among fraudulent engagements (10 % lower bound); for links, of the pattern on a farm.
    pub r: f64,
    /// Rate among honest ones (90 % upper bound); for links, of the pattern under the best innocent reason.
    pub q: f64,
    /// Honest people counted who showed it; a ring counts once.
    pub k: u64,
    /// Honest people counted who could have shown it.
    pub n: u64,
    /// In words.
    pub text: String,
}

/// One evidence with its own weight.
#[derive(Debug, Clone, PartialEq)]
pub struct WeighedEvidence {
    /// The evidence.
    pub evidence: Evidence,
    /// Title of its indicator.
    pub title: String,
    /// Tier as it counts here (a household pair counts as T2).
    pub tier: Tier,
    /// Dependence group, or `link:family`.
    pub group: String,
    /// Kind of fact that it rests on: the indicator's own dependence group, for links too.
    pub fact: String,
    /// Own weight.
    pub millibits: i64,
    /// Whether it stands for its group; else it is shown as "counted once".
    pub counted: bool,
    /// May count towards opening.
    pub opens: bool,
    /// The innocent explanation that covers it.
    pub explained_by: Option<String>,
    /// The link adds nothing against this person: their token was verified or observed, others merely wrote
    /// it.
    pub protected: bool,
    /// Whether it is a link.
    pub link: bool,
    /// Whether it rests on what people wrote down: an address, a phone, a mailbox, a page.
    pub paper: bool,
    /// Whether a couple shares such a thing: a home, its network, a phone, an account, the family's computer.
    pub homely: bool,
    /// Where the weight comes from.
    pub note: WeightNote,
}

/// A company record that speaks for the person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgainstItem {
    /// Explanation or fact id.
    pub id: String,
    /// One plain sentence.
    pub text: String,
    /// Weight, never positive. Attested explanations act through "explained together" and carry 0 here.
    pub millibits: i64,
    /// Records, as hexadecimal.
    #[serde(skip)]
    pub records: Vec<RecordId>,
}

/// Looked for and not found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SilentItem {
    /// Indicator.
    pub indicator: String,
    /// Group.
    pub group: String,
    /// Weight, never positive.
    pub millibits: i64,
}

/// One cause behind several answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Together {
    /// Explanation with the largest posterior.
    pub by: String,
    /// Signed weight.
    pub millibits: i64,
    /// One sentence.
    pub sentence: String,
}

/// What would settle it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clearing {
    /// Explanation id, or indicator id for the indicator's own check.
    pub explanation: String,
    /// The uniform check or company record.
    pub text: String,
}

/// Proposed role. A proposal, never a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sits at the keyboard.
    Operator,
    /// Hosts laptops, lends accounts, forwards pay.
    Facilitator,
    /// The real person whose identity is used: a possible victim.
    IdentityOwner,
    /// Not supported by two independent kinds.
    Unknown,
}

impl Role {
    /// As written in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Facilitator => "facilitator",
            Self::IdentityOwner => "identity_owner",
            Self::Unknown => "unknown",
        }
    }
}

/// Prior + evidence + links = probability, with every part shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Roster id.
    pub subject: String,
    /// Population.
    pub population: String,
    /// log2 prior odds.
    pub prior_millibits: i64,
    /// Sum of the parts; the prior is not in it.
    pub bits_millibits: i64,
    /// `1 / (1 + 2^-(prior + bits))`.
    pub probability: f64,
    /// As if all that could not be looked at had been silent.
    pub low: f64,
    /// As if the strongest group that could not be looked at had fired.
    pub high: f64,
    /// The bars, largest first within kind; they sum to `bits_millibits`.
    pub parts: Vec<Part>,
    /// Whether a case opens.
    pub case: bool,
    /// Why, or why not.
    pub tier_rule: String,
    /// Indicators without which no case would open; empty where none does.
    pub opened_by: BTreeSet<String>,
    /// Evidence, strongest first.
    pub evidence: Vec<WeighedEvidence>,
    /// What speaks for the person.
    pub against: Vec<AgainstItem>,
    /// Looked for and not found.
    pub silent: Vec<SilentItem>,
    /// Indicators that could not look, by id.
    pub could_not_look: Vec<String>,
    /// One cause behind several answers.
    pub explained_together: Option<Together>,
    /// What would settle it.
    pub would_clear: Vec<Clearing>,
    /// Proposed role.
    pub role: Role,
    /// Why.
    pub role_reason: String,
}

/// Counted rate of one indicator in one tenure band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// Indicator.
    pub indicator: String,
    /// Population counted.
    pub population: String,
    /// Tenure band in words.
    pub band: String,
    /// Showed it.
    pub k: u64,
    /// Could have shown it.
    pub n: u64,
    /// Rate among honest engagements, upper bound.
    pub q: f64,
    /// Rate among fraudulent ones, lower bound.
    pub r: f64,
    /// People left out of the count because other groups already speak strongly.
    pub left_out: u64,
}

/// What must be said above every list.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct PopulationReport {
    /// People assessed.
    pub assessed: u64,
    /// People in scope that mode `trigger` did not assess.
    pub not_triggered: u64,
    /// Cases that open.
    pub opened: u64,
    /// Innocent people to expect among the opened: sum of 1 − p.
    pub expected_innocent: f64,
    /// Engagements to expect that are not what they claim, among all assessed: sum of p.
    pub expected_among_all: f64,
    /// Priors used.
    pub priors: std::collections::BTreeMap<String, f64>,
    /// Threshold used.
    pub threshold: f64,
    /// Share of the population left out of at least one honest rate: the assumed contamination.
    pub contamination: f64,
    /// Rates.
    pub baselines: Vec<Baseline>,
    /// Tables that were missing, with the indicators that could not look.
    pub missing: std::collections::BTreeMap<String, Vec<String>>,
    /// People in answers who are on no roster given: not judged.
    pub unknown_subjects: Vec<String>,
}

/// All assessments, most probable first, then by roster id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Assessments.
    pub assessments: Vec<Assessment>,
    /// The population.
    pub population: PopulationReport,
}
