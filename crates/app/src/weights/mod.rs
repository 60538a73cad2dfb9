//! What every indicator weighs here and why: the shipped rates, what was counted in this company, what decisions teach.
//!
//! # Layout
//! - `decisions`: what stands decided in the store; [`sample`]: people drawn at random to be looked into
//! - [`fairness`]: the last fairness table, without names
//! - [`version`]: versions of the weights: learned, kept, tested for fairness, applied

use std::collections::BTreeMap;

use casework::Taught;
use evidence::Catalogue;
use model::Time;
use schemars::JsonSchema;
use scoring::learning::{self, Learned, Rate, Version};
use scoring::rates::{REFERENCE_PEOPLE, fired_weight, fraud_rate, honest_rate};
use scoring::{Baseline, IndicatorMeta, Rules};
use serde::Serialize;

use crate::access::{self, Access};
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::judge;
use crate::workspace::{Choice, Workspace};

pub(crate) mod decisions;
pub mod fairness;
pub mod sample;
pub mod version;

/// One indicator.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Weight {
    /// Version of the weights that judged the last check: 0 is what is shipped.
    pub version: u32,
    /// Indicator.
    pub indicator: String,
    /// Tier.
    pub tier: String,
    /// Rate among fraudulent engagements: mean of the shipped prior.
    pub fraud_mean: f64,
    /// Its 10 % lower bound, which is what weighs.
    pub fraud_low: f64,
    /// Shipped mean rate among honest engagements; it is worth 200 people.
    pub honest_mean: f64,
    /// Where the two come from.
    pub sources: [String; 2],
    /// People of this company who could have shown it; missing before the first check.
    pub could_show: Option<u64>,
    /// Of these, those who did; a circle of people counts once.
    pub showed: Option<u64>,
    /// Rate among honest engagements after the count, 90 % upper bound.
    pub honest_high: f64,
    /// Decisions it learned from: people confirmed by two, and people cleared.
    pub decisions: [u64; 2],
    /// Of these, people on whom it had answered.
    pub decisions_answered: [u64; 2],
    /// What the decisions that stand would move it by, in bits, within two; a version is made by `weights learn`.
    pub learned_bits: f64,
    /// What the version moves it by, in bits.
    pub shift_bits: f64,
    /// Weight when it answers, in bits, within what its tier allows. A shared token weighs by its pattern besides.
    pub bits: f64,
    /// Lower end of the 80 % interval, before the tier's limit.
    pub bits_low: f64,
    /// Upper end.
    pub bits_high: f64,
    /// By tenure: people who could have shown it, who did, and the weight.
    pub by_tenure: Vec<Tenure>,
}

/// A tenure band.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tenure {
    /// Band; small ones are counted with their neighbours.
    pub band: String,
    /// People who could have shown it.
    pub could_show: u64,
    /// Of these, those who did.
    pub showed: u64,
    /// Weight, bits.
    pub bits: f64,
}

/// JSON Schema of a line.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Weight).to_value()
}

/// What a step of learning prints.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Step {
    /// `weights learn`
    Learned(version::Proposed),
    /// `weights apply`
    Tested(version::Tested),
    /// A line of `weights sample`
    Drawn(sample::DrawnLine),
}

/// JSON Schema of what a step of learning prints.
#[must_use]
pub fn step_schema() -> serde_json::Value {
    schemars::schema_for!(Step).to_value()
}

/// Every weight, and what must be said of them.
#[derive(Debug, Clone)]
pub struct Weights {
    /// By indicator.
    pub lines: Vec<Weight>,
    /// For stderr.
    pub notes: Vec<String>,
}

/// Weights of the last check; before the first one, those that are shipped.
pub async fn run(choice: &Choice, purpose: Option<&str>) -> Result<Weights> {
    let mut notes = Vec::new();
    let mut workspace = match Workspace::last(choice).await {
        Ok(workspace) => workspace,
        Err(Error::Input(why)) => {
            notes.push(format!("{why}; these are the shipped weights, nothing was counted"));
            let catalogue = Catalogue::shipped()?;
            let rules = Rules::new(catalogue.indicators.values().map(judge::meta))?;
            let learned = learning::learn(&rules, &[], Time(0));
            return Ok(Weights { lines: lines(&rules, &[], &learned, None), notes });
        }
        Err(other) => return Err(other),
    };
    let terms = Basis::again(&mut workspace.lake).await?;
    let judged = judge::judge(&workspace.lake, &terms).await?;
    // No person is shown, and everybody's records were counted.
    access::record(&workspace, &Access::of("weights").purpose(purpose)).await?;
    let taught: Taught = decisions::read(&workspace.store).await?;
    let shipped = Rules::new(terms.catalogue.indicators.values().map(judge::meta))?;
    let learned = learning::learn(&shipped, &taught.decided, Time(access::now()));
    notes.extend(decisions::notes(&taught));
    notes.push(format!(
        "judged as of {}; {:.1} % of the people were left out of at least one honest rate",
        terms.judgement,
        100.0 * judged.report.population.contamination
    ));
    let applied = workspace.store.weights_applied().await?;
    let used = terms.weights.as_ref().map_or(0, |version| u64::from(version.number));
    if applied != used {
        notes.push(format!("version {applied} is applied; the last check judged with version {used}"));
    }
    let baselines = &judged.report.population.baselines;
    Ok(Weights { lines: lines(&terms.rules()?, baselines, &learned, terms.weights.as_ref()), notes })
}

fn bits(millibits: i64) -> f64 {
    millibits as f64 / 1000.0
}

fn lines(
    rules: &Rules,
    baselines: &[Baseline],
    learned: &[Learned],
    version: Option<&Version>,
) -> Vec<Weight> {
    let mut by: BTreeMap<&str, Vec<&Baseline>> = BTreeMap::new();
    for one in baselines {
        by.entry(&one.indicator).or_default().push(one);
    }
    // Both are in order of id, and of the same indicators.
    rules
        .indicators
        .values()
        .zip(learned)
        .map(|(meta, learned)| {
            let counted = by.get(meta.id.as_str()).map_or(&[][..], Vec::as_slice);
            line(meta, counted, learned, version.map_or(0, |version| version.number))
        })
        .collect()
}

fn line(meta: &IndicatorMeta, counted: &[&Baseline], learned: &Learned, version: u32) -> Weight {
    // The band with most people speaks for the line; the others stand beside it.
    let widest = counted.iter().copied().max_by_key(|one| one.n);
    let (r, q) = (fraud_rate(meta), widest.map_or_else(|| honest_rate(meta, 0.0, 0.0), |one| one.q));
    let (k, n) = widest.map_or((0.0, 0.0), |one| (one.k as f64, one.n as f64));
    let mean = meta.honest.mean;
    let fraud = Rate { alpha: meta.fraud.alpha, beta: meta.fraud.beta };
    let honest =
        Rate { alpha: REFERENCE_PEOPLE * mean + k, beta: REFERENCE_PEOPLE * (1.0 - mean) + (n - k).max(0.0) };
    let (low, high) = learning::interval(fraud, honest);
    let tenure = |one: &&Baseline| Tenure {
        band: one.band.clone(),
        could_show: one.n,
        showed: one.k,
        bits: bits(fired_weight(meta, one.r, one.q)),
    };
    Weight {
        version,
        indicator: meta.id.clone(),
        tier: meta.tier.as_str().to_owned(),
        fraud_mean: fraud.mean(),
        fraud_low: r,
        honest_mean: mean,
        sources: [meta.fraud.source.clone(), meta.honest.source.clone()],
        could_show: widest.map(|one| one.n),
        showed: widest.map(|one| one.k),
        honest_high: q,
        decisions: [learned.confirmed.people, learned.cleared.people],
        decisions_answered: [learned.confirmed.answered, learned.cleared.answered],
        learned_bits: bits(learned.shift),
        shift_bits: bits(meta.shift),
        bits: bits(fired_weight(meta, r, q)),
        bits_low: bits(low + meta.shift),
        bits_high: bits(high + meta.shift),
        by_tenure: counted.iter().map(tenure).collect(),
    }
}
