//! Every indicator alone: how often it answers on positives and on innocents, and what that would weigh.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::Share;
use crate::input::Person;
use crate::kinds::{indicators, median, strongest};

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IndicatorLine {
    /// Indicator.
    pub indicator: String,
    /// Dependence group, as it was printed.
    pub group: String,
    /// Of those on whom it answers, how many are positives.
    pub precision: Share,
    /// Of the observable positives, on how many it answers.
    pub recall: Share,
    /// Of the innocents, on how many it answers.
    pub innocents: Share,
    /// log2 of the ratio of the two rates, in bits.
    pub measured: f64,
    /// Two-sided 95 % interval of it.
    pub measured_low: f64,
    /// Upper end.
    pub measured_high: f64,
    /// Median own weight as it was given to those on whom it answers; missing where none was.
    pub shipped: Option<f64>,
    /// The same where the weight was not taken away by an explanation.
    pub shipped_unexplained: Option<f64>,
}

/// log2 of a ratio of two shares with its 95 % interval. Katz, Baptista, Azen and Pike, "Obtaining confidence intervals
/// for the risk ratio in cohort studies", Biometrics 34 (1978); half a person added to each count, after Walter,
/// "The distribution of Levin's measure of attributable risk", Biometrika 62 (1975), so that zero has a logarithm.
#[must_use]
pub fn weight(k: u64, n: u64, other_k: u64, other_n: u64) -> (f64, f64, f64) {
    let [k, n, other_k, other_n] = [k, n, other_k, other_n].map(|count| count as f64 + 0.5);
    let ratio = (k / n).ln() - (other_k / other_n).ln();
    let spread = (1.0 / k - 1.0 / n + 1.0 / other_k - 1.0 / other_n).max(0.0).sqrt();
    let bits = |value: f64| value / std::f64::consts::LN_2;
    (bits(ratio), bits(ratio - 1.959_964 * spread), bits(ratio + 1.959_964 * spread))
}

/// By indicator, in order of name.
#[must_use]
pub fn measure(people: &[&Person]) -> Vec<IndicatorLine> {
    let ids: BTreeSet<&str> = people.iter().flat_map(|one| indicators(one)).collect();
    let targets: Vec<&Person> = people.iter().copied().filter(|one| one.is_target()).collect();
    let innocents: Vec<&Person> = people.iter().copied().filter(|one| one.is_innocent()).collect();
    let line = |id: &str| {
        let answers = |one: &&&Person| indicators(one).contains(id);
        let recall = Share::among(&targets, answers);
        let wrong = Share::among(&innocents, answers);
        let positives =
            people.iter().filter(|one| one.positive && indicators(one).contains(id)).count() as u64;
        let (measured, measured_low, measured_high) = weight(recall.k, recall.n, wrong.k, wrong.n);
        let given: Vec<f64> = people.iter().filter_map(|one| strongest(one, id)).collect();
        let group = people.iter().flat_map(|one| &one.said).flat_map(|said| &said.found);
        let group = group.filter(|found| found.indicator == id).map(|found| found.group.as_str()).min();
        IndicatorLine {
            indicator: id.to_owned(),
            group: group.unwrap_or_default().to_owned(),
            precision: Share::of(positives, positives + wrong.k),
            recall,
            innocents: wrong,
            measured,
            measured_low,
            measured_high,
            shipped: median(given.clone()),
            shipped_unexplained: median(given.into_iter().filter(|bits| *bits > 0.0).collect()),
        }
    };
    ids.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_of_eight_is_three_bits_and_zero_has_a_weight() {
        let (bits, low, high) = weight(800, 1000, 1000, 10_000);
        assert!((bits - 3.0).abs() < 0.01 && low > 2.85 && high < 3.15, "{bits} {low} {high}");
        // Katz by hand: 15/100 against 5/100 without the halves is 1.585 bits, 0.17 to 3.00
        let (bits, low, high) = weight(15, 100, 5, 100);
        assert!((bits - (15.5f64 / 5.5).log2()).abs() < 1e-12 && low > 0.0 && low < 0.2 && high < 3.0);
        let (none, low, _) = weight(0, 50, 0, 1000);
        assert!(none.is_finite() && low < 0.0, "{none}");
    }
}
