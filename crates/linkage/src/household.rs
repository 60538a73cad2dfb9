//! Who declares one home.

use std::collections::{BTreeMap, BTreeSet};

use crate::group::Groups;
use crate::who::Worker;

/// One member of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Made from its smallest member.
    pub id: String,
    /// Member.
    pub worker: String,
    /// Members.
    pub size: usize,
    /// `same_unit` or `declared`.
    pub rule: &'static str,
}

/// More people than this at one declared unit are no household by themselves.
pub const HOUSEHOLD_MAX: usize = 4;

/// People who declare one unit, up to four, and those whom an attestation declares to live together.
/// `bare` are addresses without a unit in a building of many units.
#[must_use]
pub fn households(
    workers: &[Worker],
    declared: &[(String, String)],
    bare: &BTreeSet<String>,
) -> Vec<Household> {
    let mut sorted: Vec<&Worker> = workers.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let place: BTreeMap<&str, usize> = sorted.iter().enumerate().map(|(at, w)| (w.id.as_str(), at)).collect();
    let mut homes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, worker) in sorted.iter().enumerate() {
        if let Some(home) = worker.place.as_deref().filter(|home| !bare.contains(*home)) {
            homes.entry(home).or_default().push(at);
        }
    }
    let mut groups = Groups::new(sorted.len());
    for members in homes.values().filter(|members| members.len() <= HOUSEHOLD_MAX) {
        for pair in members.windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let mut attested = BTreeSet::new();
    for (a, b) in declared {
        if let (Some(&a), Some(&b)) = (place.get(a.as_str()), place.get(b.as_str())) {
            groups.join(a, b);
            attested.extend([a, b]);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..sorted.len() {
        members.entry(groups.of(at)).or_default().push(at);
    }
    let mut out = Vec::new();
    for (first, all) in members.into_iter().filter(|(_, all)| (2..=HOUSEHOLD_MAX).contains(&all.len())) {
        for &at in &all {
            out.push(Household {
                id: format!("H-{}", sorted[first].id),
                worker: sorted[at].id.clone(),
                size: all.len(),
                rule: if attested.contains(&at) { "declared" } else { "same_unit" },
            });
        }
    }
    out
}

/// Household by worker.
#[must_use]
pub fn household_of(households: &[Household]) -> BTreeMap<String, String> {
    households.iter().map(|household| (household.worker.clone(), household.id.clone())).collect()
}
