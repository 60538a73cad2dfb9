//! The tier rule: what must stand, apart from probability, before a case may open.

use std::collections::BTreeMap;

use model::Tier;

use crate::assessment::WeighedEvidence;

/// Least weight at which evidence of a tier votes: below it the population says that the thing is ordinary.
fn least(tier: Tier) -> Option<i64> {
    match tier {
        Tier::T1 => Some(2_000),
        Tier::T2 => Some(1_000),
        Tier::T3 => Some(300),
        Tier::T4 => None,
    }
}

/// Whether an evidence may vote.
#[must_use]
pub fn votes(item: &WeighedEvidence) -> bool {
    item.opens
        && item.explained_by.is_none()
        && !item.protected
        && least(item.tier).is_some_and(|least| item.millibits >= least)
}

/// Whether the rule holds, and why: one T1, or two T2 of different groups, or one T2 and three T3 of three
/// groups. Each group votes once, with the best tier among its unexplained evidence.
#[must_use]
pub fn tier_rule(evidence: &[WeighedEvidence]) -> (bool, String) {
    let mut best: BTreeMap<&str, (Tier, &str)> = BTreeMap::new();
    for item in evidence.iter().filter(|item| votes(item)) {
        let entry = best.entry(&item.group).or_insert((item.tier, &item.title));
        if (item.tier, item.title.as_str()) < *entry {
            *entry = (item.tier, &item.title);
        }
    }
    let of = |tier| best.values().filter(|(t, _)| *t == tier).map(|(_, title)| *title).collect::<Vec<_>>();
    let (one, two, three) = (of(Tier::T1), of(Tier::T2), of(Tier::T3));
    if let Some(title) = one.first() {
        return (true, format!("one T1: {title}"));
    }
    if let [first, second, ..] = two.as_slice() {
        return (true, format!("two T2 of different groups: {first}; {second}"));
    }
    if let ([title], [_, _, _, ..]) = (two.as_slice(), three.as_slice()) {
        return (true, format!("one T2 and three T3 of three groups: {title}; {}", three.join("; ")));
    }
    let counts = format!("no T1, {} T2 and {} T3 groups that stand unexplained", two.len(), three.len());
    (false, format!("{counts}; needed: one T1, or two T2, or one T2 and three T3"))
}
