//! What would be lost without one part of the score.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::Person;
use crate::ranking::{AtPrice, Ranked, at_price, average_precision, steps};

/// What is left without one part. The part's own bits are taken off and everybody is ranked anew: what other parts
/// would have said in its place is not known, so this is the most that could be lost in ranking.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WithoutLine {
    /// Part.
    pub without: String,
    /// Observable positives on whom it weighed anything.
    pub positives: u64,
    /// Innocents on whom it weighed anything.
    pub innocents: u64,
    /// Average precision without it.
    pub average_precision: Option<f64>,
    /// Recall at one false accusation per 10,000 worker-months without it.
    pub at_one: AtPrice,
}

/// The ranking of targets and innocents by some score.
#[must_use]
pub fn ranked(people: &[&Person], score: impl Fn(&Person) -> f64) -> Vec<Ranked> {
    let counted = people.iter().filter(|one| one.is_target() || one.is_innocent());
    counted.map(|one| Ranked { score: score(one), target: one.is_target() }).collect()
}

/// By part, largest loss of average precision first. Silence and what speaks for a person are one part each.
#[must_use]
pub fn without(people: &[&Person], months: f64) -> Vec<WithoutLine> {
    let parts: BTreeSet<&str> = people
        .iter()
        .flat_map(|one| &one.said)
        .flat_map(|said| said.parts.keys())
        .map(|key| name(key))
        .collect();
    let weight = |one: &Person, part: &str| -> i64 {
        let parts = one.said.iter().flat_map(|said| &said.parts);
        parts.filter(|(key, _)| name(key) == part).map(|(_, value)| value).sum()
    };
    let line = |part: &str| {
        let steps = steps(ranked(people, |one| one.score() - weight(one, part) as f64 / 1000.0));
        let on = |is_so: &dyn Fn(&Person) -> bool| {
            people.iter().filter(|one| is_so(one) && weight(one, part) != 0).count() as u64
        };
        WithoutLine {
            without: part.to_owned(),
            positives: on(&Person::is_target),
            innocents: on(&Person::is_innocent),
            average_precision: average_precision(&steps),
            at_one: at_price(&steps, months, 1.0),
        }
    };
    let mut out: Vec<WithoutLine> = parts.into_iter().map(line).collect();
    out.sort_by(|a, b| {
        let value = |line: &WithoutLine| line.average_precision.unwrap_or(0.0);
        value(a).total_cmp(&value(b)).then_with(|| a.without.cmp(&b.without))
    });
    out
}

/// `silent:vpn` and `against:badge_in` are two parts of many small pieces.
fn name(key: &str) -> &str {
    match key.split_once(':') {
        Some((kind @ ("silent" | "against"), _)) => kind,
        _ => key,
    }
}
