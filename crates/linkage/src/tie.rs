//! The graph of who shares what: between two people one tie for every token that both carry, of a kind, with its time, its
//! mark and what it weighs. Nothing is drawn from a list of hubs: a token says the less, the more people carry it.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::link::Mark;

use crate::component::{Component, Member, together};
use crate::trace::{Kind, Trace};
use crate::who::Worker;

/// One token that two people carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tie {
    /// Place of one among the people, and of the other behind them.
    pub(crate) ends: (usize, usize),
    /// Place of the component.
    pub(crate) component: usize,
    /// Kind.
    pub(crate) kind: Kind,
    /// How firmly it is known of both: what is seen of one and written by the other is written.
    pub(crate) mark: Mark,
    /// When both carried it.
    pub(crate) span: (Time, Time),
    /// Weight, thousandths of a bit.
    pub(crate) millibits: i64,
}

/// People and what ties them.
#[derive(Debug, Default)]
pub(crate) struct Ties<'a> {
    /// People with ties, sorted.
    pub(crate) people: Vec<&'a str>,
    /// Ties, by component and people.
    pub(crate) all: Vec<Tie>,
}

/// What a whole graph is made with.
pub(crate) struct Ground<'a> {
    of: BTreeMap<&'a str, &'a Worker>,
    /// Days on which somebody's network was seen at all.
    days: BTreeMap<&'a str, BTreeSet<i64>>,
}

/// A company is thought of as part of a crowd: in a firm of four, something that two have is not as common as one in two.
const CROWD: usize = 500;
/// No token of one kind says more than this, thousandths of a bit: two kinds are worth more than one, however rare.
const MOST: i64 = 7_000;
/// With so much, thousandths of a bit, two people are half tied; with as much again, three quarters.
const HALF: f64 = 3_000.0;
/// Most pairs of people and tokens that are made at all.
const PAIRS: usize = 2_000_000;
/// A token that says less than this of two of its people ties nobody, thousandths of a bit: it is a hub.
const LEAST: i64 = 2_300;

/// What a token says of two who carry it, thousandths of a bit: how rare it is among these people, less what its
/// own size takes. Whoever is one of a hundred is tied to each of the other 99 less than one of two is to the other; by
/// the square root, since a crowd is also held together through third people.
pub(crate) fn rarity(people: usize, degree: usize) -> i64 {
    let (all, degree) = ((people + CROWD) as f64, degree.max(2) as f64);
    let bits = (all / degree).log2() - (degree / 2.0).log2() / 2.0;
    ((bits * 1000.0).round() as i64).clamp(0, MOST)
}

/// Whether so many people carry a token that it ties nobody, by itself.
pub(crate) fn is_hub(people: usize, degree: usize) -> bool {
    rarity(people, degree) < LEAST
}

/// How surely two are tied, thousandths, by what each independent kind says.
pub(crate) fn strength(kinds: impl Iterator<Item = i64>) -> i64 {
    let bits: i64 = kinds.sum();
    (1000.0 * (1.0 - (-(bits as f64) / HALF).exp2())).round() as i64
}

impl<'a> Ground<'a> {
    pub(crate) fn new(workers: &'a [Worker], traces: &'a [Trace]) -> Self {
        let mut days: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
        for trace in traces.iter().filter(|trace| trace.kind.is_network()) {
            days.entry(&trace.worker).or_default().extend([trace.first.day(), trace.last.day()]);
        }
        Self { of: workers.iter().map(|worker| (worker.id.as_str(), worker)).collect(), days }
    }

    /// People on the roster and candidates.
    pub(crate) fn people(&self) -> usize {
        self.of.len()
    }

    fn is_one_person(&self, a: &str, b: &str) -> bool {
        let person = |id| self.of.get(id).map_or(id, |worker| worker.person());
        person(a) == person(b)
    }

    /// How far two carried a token at the same time and nothing else of its kind, thousandths; nothing where they did not.
    fn share(&self, kind: Kind, a: &Member, b: &Member) -> Option<i64> {
        if !kind.is_network() {
            let worker = |member: &Member| self.of.get(member.worker.as_str()).copied();
            return together(kind, (a, worker(a)), (b, worker(b))).then_some(1000);
        }
        if a.first > b.last || b.first > a.last {
            return None;
        }
        let both = a.days.intersection(&b.days).count() as i64;
        let there = a.days.len().min(b.days.len()).max(1) as i64;
        let only = |member: &Member| {
            let seen = self.days.get(member.worker.as_str()).map_or(0, BTreeSet::len).max(member.days.len());
            1000 * member.days.len() as i64 / seen.max(1) as i64
        };
        Some(both * only(a).min(only(b)) / there)
    }

    /// The ties of some components.
    pub(crate) fn ties(&self, components: &'a [Component], kept: impl Fn(&Component) -> bool) -> Ties<'a> {
        let kept: Vec<usize> = (0..components.len()).filter(|at| kept(&components[*at])).collect();
        let kept = within_budget(components, kept);
        let members = |at: usize| components[at].members.iter().filter(|member| !member.protects);
        let people: BTreeSet<&str> =
            kept.iter().flat_map(|at| members(*at)).map(|member| member.worker.as_str()).collect();
        let people: Vec<&str> = people.into_iter().collect();
        let place: BTreeMap<&str, usize> = people.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut all = Vec::new();
        for at in kept {
            let component = &components[at];
            let rarity = rarity(self.people(), component.degree);
            let list: Vec<&Member> = members(at).collect();
            for (n, a) in list.iter().enumerate() {
                for b in &list[n + 1..] {
                    let share = self.share(component.kind, a, b);
                    let Some(share) = share.filter(|_| !self.is_one_person(&a.worker, &b.worker)) else {
                        continue;
                    };
                    let ends = (place[a.worker.as_str()], place[b.worker.as_str()]);
                    all.push(Tie {
                        ends: (ends.0.min(ends.1), ends.0.max(ends.1)),
                        component: at,
                        kind: component.kind,
                        mark: a.mark.min(b.mark),
                        span: (a.first.max(b.first), a.last.min(b.last)),
                        // half for having it at all, the other half by the days
                        millibits: rarity * (1000 + share) / 2000,
                    });
                }
            }
        }
        Ties { people, all }
    }
}

/// The components whose pairs of people fit into the budget, those of few people first: the largest tie least.
fn within_budget(components: &[Component], mut kept: Vec<usize>) -> Vec<usize> {
    kept.sort_by_key(|at| (components[*at].members.len(), *at));
    let mut pairs = 0;
    kept.retain(|at| {
        let members = components[*at].members.len();
        pairs += members * members.saturating_sub(1) / 2;
        pairs <= PAIRS
    });
    kept.sort_unstable();
    kept
}

impl Ties<'_> {
    /// How surely each two are tied: of each independent kind what says most.
    pub(crate) fn edges(&self) -> Vec<(usize, usize, i64)> {
        let mut by: BTreeMap<(usize, usize), BTreeMap<&str, i64>> = BTreeMap::new();
        for tie in &self.all {
            let most = by.entry(tie.ends).or_default().entry(tie.kind.independent()).or_default();
            *most = (*most).max(tie.millibits);
        }
        by.into_iter().map(|((a, b), kinds)| (a, b, strength(kinds.into_values()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_the_less_the_more_people_carry_it_and_the_more_the_larger_the_company() {
        let bits: Vec<i64> = [2, 3, 8, 25, 60, 300].iter().map(|degree| rarity(1_000, *degree)).collect();
        assert!(bits.windows(2).all(|pair| pair[0] >= pair[1]), "{bits:?}");
        assert!(!is_hub(1_000, 40) && is_hub(1_000, 80) && !is_hub(20_000, 80) && is_hub(20_000, 2_000));
        assert!(!is_hub(4, 4) && !is_hub(100, 25), "small companies have farms, too");
    }

    #[test]
    fn two_kinds_tie_more_than_the_rarest_of_one() {
        let one = strength([MOST].into_iter());
        assert!(one < 850 && strength([MOST, MOST].into_iter()) > 950, "{one}");
        assert_eq!((strength([].into_iter()), strength([3_000].into_iter())), (0, 500));
    }
}
