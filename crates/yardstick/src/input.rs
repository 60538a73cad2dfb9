//! What is measured: people of made-up companies, what they really are, and what some tool said of them.

use std::collections::{BTreeMap, BTreeSet};

/// Days since 1970.
pub type Day = i64;

/// One company: everybody on its roster, with truth and assessment.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// How the caller names it.
    pub name: String,
    /// Days of records; missing where the truth does not tell.
    pub days: Option<f64>,
    /// First day of records; missing where the truth does not tell.
    pub first_day: Option<Day>,
    /// Everybody, in the order of the truth.
    pub people: Vec<Person>,
    /// Everybody who applied, in the order of the truth.
    pub candidates: Vec<Candidate>,
    /// Kind of each farm or ring: `farm` or `ring`.
    pub kinds: BTreeMap<String, String>,
    /// Whose case was open at earlier judgement days, in order of day, the last one included; empty without a series.
    pub series: Vec<(Day, BTreeSet<String>)>,
    /// What the files do not tell, in words.
    pub missing: BTreeSet<String>,
    /// Assessed people who stand in no truth.
    pub strangers: u64,
}

/// One person: what they are, and what was said of them.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The roster's id.
    pub id: String,
    /// Somebody else does the work.
    pub positive: bool,
    /// At least one tell can be seen in the records.
    pub observable: bool,
    /// Scheme.
    pub scheme: Option<String>,
    /// Part in it: `operated`, `host`, or `identity_owner` for an innocent whose identity somebody else uses.
    pub role: Option<String>,
    /// Whose the identity is: `own`, `lent`, `stolen or made up`; missing where the truth does not tell.
    pub identity: Option<String>,
    /// Farm or ring.
    pub farm: Option<String>,
    /// Hidden group of people, for adverse impact.
    pub group: Option<String>,
    /// Innocent kinds.
    pub look_alikes: Vec<String>,
    /// Day of the first tell.
    pub first_tell: Option<Day>,
    /// Tells that can be seen in the records.
    pub tells: BTreeSet<String>,
    /// What was said; missing for people whom the tool did not name.
    pub said: Option<Said>,
}

/// The role of whoever owns an identity that somebody else uses.
pub const OWNER: &str = "identity_owner";

impl Person {
    /// Neither operated by another nor part of a scheme: whoever accuses them is wrong.
    #[must_use]
    pub fn is_innocent(&self) -> bool {
        !self.positive && !self.is_host()
    }

    /// Part of a scheme that does the own work: a role to be found, neither positive nor innocent.
    #[must_use]
    pub fn is_host(&self) -> bool {
        !self.positive && self.role.as_deref().is_some_and(|role| role != OWNER)
    }

    /// Owns an identity that somebody else uses: lent it, or knows nothing. A role to be found; who lent it is a positive all the same,
    /// who knows nothing an innocent.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        let is_lent = self.identity.as_deref().is_some_and(|identity| identity.starts_with("lent"));
        is_lent || self.role.as_deref() == Some(OWNER)
    }

    /// What they are, in one word: `host`, `lender`, `victim`, `operated`, `innocent`.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match (self.positive, self.is_host(), self.is_owner()) {
            (true, _, true) => "lender",
            (true, ..) => "operated",
            (_, true, _) => "host",
            (.., true) => "victim",
            _ => "innocent",
        }
    }

    /// A positive whom a tool could have found.
    #[must_use]
    pub fn is_target(&self) -> bool {
        self.positive && self.observable
    }

    /// Whether a case is open on them.
    #[must_use]
    pub fn is_accused(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.case)
    }

    /// What they are ranked by; people whom the tool did not name come last.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.said.as_ref().map_or(f64::NEG_INFINITY, |said| said.score)
    }
}

/// One person who applied.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    /// What they are, and what was said of them; of somebody who was hired, what was said of the worker.
    pub person: Person,
    /// The one operator behind several of them.
    pub cluster: Option<String>,
    /// The roster's id of somebody who was hired.
    pub hired: Option<String>,
}

/// What a tool said of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// What people are ranked by: log2 odds where they are known, else what the tool gives.
    pub score: f64,
    /// log2 of the prior odds.
    pub prior_bits: Option<f64>,
    /// Weight of the records without the prior.
    pub bits: Option<f64>,
    /// Probability.
    pub probability: Option<f64>,
    /// Whether a case is opened.
    pub case: bool,
    /// Farm.
    pub farm: Option<String>,
    /// Ring.
    pub ring: Option<String>,
    /// Proposed role.
    pub role: Option<String>,
    /// Personas taken for one person.
    pub persona_cluster: Option<String>,
    /// Milli-bits by part.
    pub parts: BTreeMap<String, i64>,
    /// What was found.
    pub found: Vec<Found>,
}

/// One finding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Indicator.
    pub indicator: String,
    /// Dependence group.
    pub group: String,
    /// T1 to T4, where the tool says so.
    pub tier: Option<String>,
    /// Own weight.
    pub bits: Option<f64>,
    /// Went into the sum.
    pub counted: bool,
    /// Others whom it names.
    pub other: Vec<String>,
}
