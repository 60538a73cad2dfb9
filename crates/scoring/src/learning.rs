//! What decisions teach: how often an indicator answers on people who were confirmed, and on people who were cleared.
//!
//! Three rules keep it from learning its own echo. An indicator learns nothing from a case that it opened itself, only from
//! cases that others opened and from a random sample of people whom nothing flagged. `confirmed` counts with two people
//! behind it, and what is not decided counts for nothing. And whatever is learned moves a weight by two bits at most.
//!
//! A set of learned weights is a [`Version`]. Versions are kept, so that an old assessment can be made again, and one is
//! applied only with a fairness table of that very version that passes.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::time::DAY_MICROS;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::input::{IndicatorMeta, Rules};
use crate::rates::{REFERENCE_PEOPLE, beta_quantile, milli};

/// Learned weights stay within this of the shipped ones, in milli-bits.
pub const MOST_DRIFT: i64 = 2_000;
/// A decision counts half after so many days: schemes change. Judgement.
pub const HALF_LIFE_DAYS: f64 = 365.0;
/// Level of the fairness tests, over all of them together.
pub const FAIRNESS_LEVEL: f64 = 0.05;

/// How a person came to be decided about.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// Through a case, which these indicators opened.
    Case {
        /// Indicators on which the opening rested ([`crate::opening::rested_on`]).
        opened_by: BTreeSet<String>,
    },
    /// Drawn at random among those whom nothing flagged, and looked into all the same.
    Sample {
        /// People whom one of the sample stands for.
        stands_for: f64,
    },
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The engagement is not what it claims.
    Confirmed {
        /// Who said so.
        by: BTreeSet<String>,
    },
    /// It is what it claims.
    Cleared,
    /// Nobody knows.
    Undecided,
}

/// One decision about one person, with what had been asked about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// How it ended.
    pub ending: Ending,
    /// How it came about.
    pub route: Route,
    /// When.
    pub at: Time,
    /// Indicators that could look at the person.
    pub looked: BTreeSet<String>,
    /// Of these, those that answered.
    pub answered: BTreeSet<String>,
}

/// A rate as a Beta distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Pseudo-count of those that showed it.
    pub alpha: f64,
    /// Pseudo-count of those that did not.
    pub beta: f64,
}

impl Rate {
    /// Its mean.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// A quantile.
    #[must_use]
    pub fn quantile(self, p: f64) -> f64 {
        beta_quantile(self.alpha, self.beta, p)
    }

    fn of_fraud(meta: &IndicatorMeta) -> Self {
        Self { alpha: meta.fraud.alpha, beta: meta.fraud.beta }
    }

    fn of_honest(meta: &IndicatorMeta) -> Self {
        let mean = meta.honest.mean;
        Self { alpha: REFERENCE_PEOPLE * mean, beta: REFERENCE_PEOPLE * (1.0 - mean) }
    }
}

/// Decisions behind one rate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Count {
    /// People decided about whom it could see.
    pub people: u64,
    /// Of these, those on whom it answered.
    pub answered: u64,
    /// The same, each counting less with age and for as many as it stands for.
    pub weight: f64,
    /// Of that, answered.
    pub weight_answered: f64,
}

/// What one indicator has learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// Indicator.
    pub indicator: String,
    /// Rate among fraudulent engagements, after decisions.
    pub fraud: Rate,
    /// Rate among honest ones, after decisions; a company's own count comes on top of it.
    pub honest: Rate,
    /// Confirmed people it learned from.
    pub confirmed: Count,
    /// Cleared people it learned from, the sample included.
    pub cleared: Count,
    /// What decisions move its weight by, milli-bits, within [`MOST_DRIFT`].
    pub shift: i64,
    /// The same before it was held back.
    pub shift_unheld: i64,
}

/// log2 of the ratio of the cautious ends of two rates: the weight of an answer before it is clamped by tier.
#[must_use]
pub fn cautious(fraud: Rate, honest: Rate) -> i64 {
    milli((fraud.quantile(0.10) / honest.quantile(0.90)).log2())
}

/// The ends of the 80 % interval of a weight, milli-bits: each rate at the end that is against it, and for it.
#[must_use]
pub fn interval(fraud: Rate, honest: Rate) -> (i64, i64) {
    let high = milli((fraud.quantile(0.90) / honest.quantile(0.10)).log2());
    (cautious(fraud, honest), high)
}

/// Whether an indicator may learn from a decision, and what: `true` of fraud, `false` of honesty.
fn teaches(one: &Decided, indicator: &str) -> Option<bool> {
    if !one.looked.contains(indicator) {
        return None;
    }
    if let Route::Case { opened_by } = &one.route
        && opened_by.contains(indicator)
    {
        return None;
    }
    match &one.ending {
        Ending::Confirmed { by } => (by.len() >= 2).then_some(true),
        Ending::Cleared => Some(false),
        Ending::Undecided => None,
    }
}

/// What a decision still counts: half for each half-life, and as many as it stands for.
fn weight(one: &Decided, now: Time) -> f64 {
    let age = now.0.saturating_sub(one.at.0).max(0) as f64 / DAY_MICROS as f64;
    let stands_for = match one.route {
        Route::Case { .. } => 1.0,
        Route::Sample { stands_for } => stands_for.max(1.0),
    };
    stands_for * (-age / HALF_LIFE_DAYS).exp2()
}

fn count(decided: &[Decided], indicator: &str, fraud: bool, now: Time) -> Count {
    let mut out = Count::default();
    let mut fresh = 0.0;
    for one in decided.iter().filter(|one| teaches(one, indicator) == Some(fraud)) {
        let (own, answered) = (weight(one, now), one.answered.contains(indicator));
        out.people += 1;
        out.answered += u64::from(answered);
        out.weight += own;
        out.weight_answered += if answered { own } else { 0.0 };
        fresh += weight(&Decided { route: Route::Sample { stands_for: 1.0 }, ..one.clone() }, now);
    }
    // A sample speaks for many, and is no more evidence than the people that were looked into: shares by what each stands
    // for, the sum by how many there are.
    if out.weight > 0.0 {
        let scale = fresh / out.weight;
        out.weight *= scale;
        out.weight_answered *= scale;
    }
    out
}

/// What every indicator has learned from decisions, by id. Decisions later than `now` count as of now.
#[must_use]
pub fn learn(rules: &Rules, decided: &[Decided], now: Time) -> Vec<Learned> {
    let one = |meta: &IndicatorMeta| {
        let (confirmed, cleared) =
            (count(decided, &meta.id, true, now), count(decided, &meta.id, false, now));
        let after = |rate: Rate, count: Count| Rate {
            alpha: rate.alpha + count.weight_answered,
            beta: rate.beta + count.weight - count.weight_answered,
        };
        let (fraud, honest) = (Rate::of_fraud(meta), Rate::of_honest(meta));
        let (new_fraud, new_honest) = (after(fraud, confirmed), after(honest, cleared));
        let moved = cautious(new_fraud, new_honest) - cautious(fraud, honest);
        Learned {
            indicator: meta.id.clone(),
            fraud: new_fraud,
            honest: new_honest,
            confirmed,
            cleared,
            shift: moved.clamp(-MOST_DRIFT, MOST_DRIFT),
            shift_unheld: moved,
        }
    };
    rules.indicators.values().map(one).collect()
}

/// A set of learned weights that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Number; 0 is what is shipped.
    pub number: u32,
    /// When it was made, microseconds since 1970.
    pub at: i64,
    /// Milli-bits by which each indicator's weight moves; indicators that have not moved are left out.
    pub shifts: BTreeMap<String, i64>,
}

/// Tests of one version on people of known groups: corrected p-values, one for each group and outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct FairnessTable {
    /// Version that was tested.
    pub version: u32,
    /// p-values, corrected for their number.
    pub corrected: Vec<f64>,
}

impl FairnessTable {
    /// Whether nothing is rejected. A table without a test passes nothing.
    #[must_use]
    pub fn passes(&self) -> bool {
        !self.corrected.is_empty() && self.corrected.iter().all(|p| *p > FAIRNESS_LEVEL)
    }
}

fn refused(number: u32, reason: &str) -> Error {
    Error::Setting { name: format!("weights version {number}"), reason: reason.to_owned() }
}

/// Every version that was ever made, and the one that is applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// In order of number, from 1.
    list: Vec<Version>,
    /// The one applied; 0 is what is shipped.
    applied: u32,
}

impl Versions {
    /// As they were kept.
    ///
    /// # Errors
    /// When two bear one number, or the one applied is not there.
    pub fn new(list: impl IntoIterator<Item = Version>, applied: u32) -> Result<Self, Error> {
        let mut list: Vec<Version> = list.into_iter().collect();
        list.sort_by_key(|version| version.number);
        if let Some(pair) = list.windows(2).find(|pair| pair[0].number == pair[1].number) {
            return Err(Error::Twice { what: "weights version", id: pair[0].number.to_string() });
        }
        let out = Self { list, applied };
        match applied == 0 || out.get(applied).is_some() {
            true => Ok(out),
            false => Err(refused(applied, "is applied and was never made")),
        }
    }

    /// Keeps what was learned as a new version, which is not applied yet. Gives its number.
    pub fn propose(&mut self, learned: &[Learned], at: i64) -> u32 {
        let moved = learned.iter().filter(|one| one.shift != 0);
        let shifts = moved.map(|one| (one.indicator.clone(), one.shift)).collect();
        let number = self.list.last().map_or(1, |last| last.number + 1);
        self.list.push(Version { number, at, shifts });
        number
    }

    /// Applies a version.
    ///
    /// # Errors
    /// When there is no such version, or the table is another version's or does not pass.
    pub fn apply(&mut self, number: u32, table: &FairnessTable) -> Result<(), Error> {
        if self.get(number).is_none() {
            return Err(refused(number, "was never made"));
        }
        if table.version != number {
            return Err(refused(number, "the fairness table is another version's"));
        }
        if !table.passes() {
            return Err(refused(number, "its fairness table does not pass"));
        }
        self.applied = number;
        Ok(())
    }

    /// Goes back to the weights that are shipped. The way back is never barred.
    pub fn ship(&mut self) {
        self.applied = 0;
    }

    /// A version by its number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&Version> {
        self.list.iter().find(|version| version.number == number)
    }

    /// The version made last.
    #[must_use]
    pub fn last(&self) -> Option<&Version> {
        self.list.last()
    }

    /// The number of the one that is applied.
    #[must_use]
    pub fn applied(&self) -> u32 {
        self.applied
    }
}
