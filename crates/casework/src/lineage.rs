//! Which group of today is which of yesterday. A ring is named after its content, and its content changes: somebody joins,
//! two become one, one falls apart. A number follows the group that has most in common with what it stood for, and what
//! happened to it is said in steps.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A number and what it stood for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Number.
    pub number: u64,
    /// The id made from content.
    pub id: String,
    /// Members.
    pub members: BTreeSet<String>,
    /// Nothing followed it.
    pub is_gone: bool,
}

/// A group as it is judged now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The id made from content.
    pub id: String,
    /// Members.
    pub members: BTreeSet<String>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Seen for the first time.
    Began,
    /// Part of another one before.
    Split,
    /// Others became part of it.
    Merged,
    /// Members came, and perhaps went.
    Changed,
    /// Nothing is left of it, or it became part of another one.
    Gone,
    /// It was gone.
    Back,
}

/// One step of a number's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happened.
    pub what: What,
    /// Members after it.
    pub size: usize,
    /// Who came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<String>,
    /// Who went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub went: Vec<String>,
    /// From which others it was merged or split; into which one it went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<u64>,
}

/// What becomes of every number: the groups of now, each with its number, and the steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Number of each group, in their order.
    pub numbers: Vec<u64>,
    /// Steps with their numbers.
    pub steps: Vec<(u64, Step)>,
    /// Numbers that nothing follows any more.
    pub gone: Vec<u64>,
}

/// So many people in common make one group the other; fewer may be anybody's.
const COMMON: usize = 2;

/// Lets numbers follow groups: the pair with the greatest share of common members first (Jaccard), then the one with more of
/// them, then the smaller number and the smaller id. What is gone comes back only when nothing else is followed. New
/// numbers go on from `last`.
#[must_use]
pub fn follow(past: &[Past], present: &[Present], last: u64) -> Followed {
    let mut number: Vec<Option<u64>> = vec![None; present.len()];
    let mut taken: BTreeSet<u64> = BTreeSet::new();
    for is_gone in [false, true] {
        let mut pairs: Vec<(usize, usize)> = (0..past.len())
            .filter(|at| past[*at].is_gone == is_gone)
            .flat_map(|at| (0..present.len()).map(move |to| (at, to)))
            .filter(|(at, to)| common(&past[*at], &present[*to]) >= COMMON)
            .collect();
        pairs.sort_by_key(|(at, to)| {
            let (old, new) = (&past[*at], &present[*to]);
            let both = common(old, new);
            // thousand millionths: exact enough for any two shares of groups that people can look at
            let share = both as u64 * 1_000_000_000 / (old.members.len() + new.members.len() - both) as u64;
            (Reverse(share), Reverse(both), old.number, new.id.clone())
        });
        for (at, to) in pairs {
            if number[to].is_none() && taken.insert(past[at].number) {
                number[to] = Some(past[at].number);
            }
        }
    }
    let mut order: Vec<usize> = (0..present.len()).filter(|at| number[*at].is_none()).collect();
    order.sort_by(|a, b| present[*a].id.cmp(&present[*b].id));
    let highest = past.iter().map(|one| one.number).max().unwrap_or(0).max(last);
    for (at, next) in order.into_iter().zip(highest + 1..) {
        number[at] = Some(next);
    }
    told(past, present, number.into_iter().flatten().collect())
}

fn common(past: &Past, present: &Present) -> usize {
    past.members.intersection(&present.members).count()
}

/// The steps, by number.
fn told(past: &[Past], present: &[Present], numbers: Vec<u64>) -> Followed {
    let mut out = Followed { numbers: numbers.clone(), ..Followed::default() };
    let follows = |one: &Past| numbers.iter().position(|number| *number == one.number);
    let living = || past.iter().filter(|one| !one.is_gone);
    // where most of somebody's members went, if that is most of them
    let heir = |one: &Past| {
        let most = (0..present.len()).max_by_key(|at| (common(one, &present[*at]), Reverse(numbers[*at])))?;
        (common(one, &present[most]) * 2 > one.members.len()).then_some(most)
    };
    for (at, group) in present.iter().enumerate() {
        let own = past.iter().find(|one| one.number == numbers[at]);
        let parts = living().filter(|one| follows(one).is_none() && heir(one) == Some(at));
        let mut merged: Vec<u64> = parts.map(|one| one.number).collect();
        merged.sort_unstable();
        let of = living().filter(|one| one.number != numbers[at] && common(one, group) >= COMMON);
        let of = of.max_by_key(|one| (common(one, group), Reverse(one.number)));
        let before = own.map(|one| &one.members);
        let came = group.members.iter().filter(|id| before.is_some_and(|ids| !ids.contains(*id)));
        let went = before.into_iter().flatten().filter(|id| !group.members.contains(*id));
        let mut step = Step {
            what: What::Changed,
            size: group.members.len(),
            came: came.cloned().collect(),
            went: went.cloned().collect(),
            others: merged.clone(),
        };
        step.what = match own {
            _ if !merged.is_empty() => What::Merged,
            None if of.is_some() => {
                step.others = of.iter().map(|one| one.number).collect();
                What::Split
            }
            None => What::Began,
            Some(one) if one.is_gone => What::Back,
            Some(_) if step.came.is_empty() && step.went.is_empty() => continue,
            Some(_) => What::Changed,
        };
        out.steps.push((numbers[at], step));
    }
    for one in living().filter(|one| follows(one).is_none()) {
        let others = heir(one).map(|at| numbers[at]).into_iter().collect();
        let went = one.members.iter().cloned().collect();
        out.steps.push((one.number, Step { what: What::Gone, size: 0, came: Vec::new(), went, others }));
        out.gone.push(one.number);
    }
    out.steps.sort_by_key(|(number, _)| *number);
    out.gone.sort_unstable();
    out
}
