//! How well positives are ranked above innocents: average precision, and how many are found at a price.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::{Share, count_upper};

/// Worker-months to which false accusations are referred.
pub const MONTHS: f64 = 10_000.0;
/// Days of a month.
pub const MONTH_DAYS: f64 = 365.25 / 12.0;

/// One person in a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Score.
    pub score: f64,
    /// Positive that can be found; else innocent.
    pub target: bool,
}

/// Targets and innocents at or above each distinct score, highest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Score.
    pub score: f64,
    /// Targets so far.
    pub found: u64,
    /// Innocents so far.
    pub wrong: u64,
}

/// Sorts a list into steps; people of one score are one step, so that no order among ties flatters.
#[must_use]
pub fn steps(mut list: Vec<Ranked>) -> Vec<Step> {
    list.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut out: Vec<Step> = Vec::new();
    let (mut found, mut wrong) = (0, 0);
    for one in list {
        found += u64::from(one.target);
        wrong += u64::from(!one.target);
        match out.last_mut() {
            Some(last) if last.score == one.score => (last.found, last.wrong) = (found, wrong),
            _ => out.push(Step { score: one.score, found, wrong }),
        }
    }
    out
}

/// Average precision: the sum over distinct thresholds of precision times the gain in recall, without interpolation.
/// Buckley and Voorhees, "Evaluating evaluation measure stability", SIGIR 2000; ties as one threshold. Missing
/// where there is no target.
#[must_use]
pub fn average_precision(steps: &[Step]) -> Option<f64> {
    let targets = steps.last().map_or(0, |last| last.found);
    let mut before = 0;
    let mut sum = 0.0;
    for step in steps {
        let precision = step.found as f64 / (step.found + step.wrong) as f64;
        sum += precision * (step.found - before) as f64;
        before = step.found;
    }
    (targets > 0).then(|| sum / targets as f64)
}

/// What is found where the threshold is set for a number of false accusations.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct AtPrice {
    /// False accusations per 10,000 worker-months that are allowed.
    pub price: f64,
    /// The lowest threshold whose observed rate is at most the price; missing where not even the highest score is.
    pub threshold: Option<f64>,
    /// Innocents accused at that threshold.
    pub wrong: u64,
    /// Their rate per 10,000 worker-months.
    pub rate: Option<f64>,
    /// One-sided 95 % upper bound of the rate.
    pub rate_high: Option<f64>,
    /// Observable positives found at that threshold.
    pub recall: Share,
    /// The same where the bound itself, and not only the observed rate, is at most the price: only this is claimed.
    /// Missing where there are too few worker-months to claim anything at this price.
    pub claimed: Option<Claimed>,
}

/// A recall that holds at a price with 95 % confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Claimed {
    /// Threshold.
    pub threshold: f64,
    /// Innocents accused.
    pub wrong: u64,
    /// One-sided 95 % upper bound of their rate per 10,000 worker-months.
    pub rate_high: f64,
    /// Observable positives found.
    pub recall: Share,
}

/// The last step at which at most so many innocents are accused. Whom no tool named has no threshold.
fn last_within(steps: &[Step], most: impl Fn(u64) -> bool) -> Option<&Step> {
    steps.iter().take_while(|step| most(step.wrong) && step.score > f64::NEG_INFINITY).last()
}

/// Recall at a price, over the worker-months of the innocents. The threshold is chosen on the data that it is
/// measured on, so this is what a threshold *could* give; what the tool's own threshold gives is another figure.
#[must_use]
pub fn at_price(steps: &[Step], months: f64, price: f64) -> AtPrice {
    let targets = steps.last().map_or(0, |last| last.found);
    let rate = |count: f64| (months > 0.0).then(|| count / months * MONTHS);
    let within = |count: f64| rate(count).is_some_and(|rate| rate <= price + 1e-12);
    // At price 0 nobody may be accused, however many months there are.
    let observed = last_within(steps, |wrong| wrong == 0 || within(wrong as f64));
    let sure = last_within(steps, |wrong| within(count_upper(wrong)));
    let wrong = observed.map_or(0, |step| step.wrong);
    AtPrice {
        price,
        threshold: observed.map(|step| step.score),
        wrong,
        rate: rate(wrong as f64),
        rate_high: rate(count_upper(wrong)),
        recall: Share::of(observed.map_or(0, |step| step.found), targets),
        claimed: sure.and_then(|step| {
            Some(Claimed {
                threshold: step.score,
                wrong: step.wrong,
                rate_high: rate(count_upper(step.wrong))?,
                recall: Share::of(step.found, targets),
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(scores: &[(f64, bool)]) -> Vec<Ranked> {
        scores.iter().map(|(score, target)| Ranked { score: *score, target: *target }).collect()
    }

    #[test]
    fn average_precision_by_hand() {
        // hits at ranks 1, 3 and 6: (1/1 + 2/3 + 3/6) / 3
        let ranks = [true, false, true, false, false, true];
        let scores: Vec<_> = ranks.iter().enumerate().map(|(at, hit)| (-(at as f64), *hit)).collect();
        let value = average_precision(&steps(list(&scores))).unwrap();
        assert!((value - (1.0 + 2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-12);
        // all tied: the share of targets
        let tied = [(1.0, true), (1.0, false), (1.0, false), (1.0, false)];
        assert_eq!(average_precision(&steps(list(&tied))), Some(0.25));
        assert_eq!(average_precision(&steps(list(&[(1.0, false)]))), None);
    }

    #[test]
    fn a_price_is_observed_and_claimed_apart() {
        let scores = [(9.0, true), (8.0, true), (7.0, false), (6.0, true), (5.0, false), (4.0, true)];
        let steps = steps(list(&scores));
        let free = at_price(&steps, 10_000.0, 0.0);
        assert_eq!((free.threshold, free.wrong, free.recall.k, free.recall.n), (Some(8.0), 0, 2, 4));
        assert!(free.claimed.is_none(), "no number of months proves a rate of nothing");
        let one = at_price(&steps, 10_000.0, 1.0);
        assert_eq!((one.threshold, one.wrong, one.recall.k), (Some(6.0), 1, 3));
        assert!(one.claimed.is_none(), "zero in 10,000 months bounds the rate at 3 in 10,000 only");
        let many = at_price(&steps, 47_500.0, 1.0);
        assert_eq!((many.threshold, many.recall.k), (Some(4.0), 4), "two in 47,500 months are observed");
        let claimed = many.claimed.unwrap();
        assert_eq!(
            (claimed.threshold, claimed.wrong, claimed.recall.k),
            (6.0, 1, 3),
            "one is bounded by 4.74"
        );
        assert!(at_price(&steps, 0.0, 1.0).rate.is_none());
    }

    #[test]
    fn people_of_one_score_are_accused_together_and_the_unnamed_never() {
        let tied = steps(list(&[(3.0, true), (3.0, false), (f64::NEG_INFINITY, true)]));
        assert_eq!(tied.len(), 2);
        let free = at_price(&tied, 1e6, 0.0);
        assert_eq!((free.threshold, free.recall.k, free.recall.n), (None, 0, 2));
        let dear = at_price(&tied, 1e6, 1.0);
        assert_eq!(
            (dear.threshold, dear.recall.k),
            (Some(3.0), 1),
            "whom no tool named is not found at any price"
        );
    }
}
