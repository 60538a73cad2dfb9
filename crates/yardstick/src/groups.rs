//! Adverse impact: whether innocents of one group come to the top, or into a case, more often than the others.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::Share;
use crate::exact::{Table, holm};
use crate::input::Person;

/// Share of the innocents that counts as the top.
pub const TOP: f64 = 0.05;
/// Level of the tests, over all of them together.
pub const LEVEL: f64 = 0.05;
/// The ratio of shares that the power speaks of.
pub const RATIO: f64 = 2.0;

/// Adverse impact, by group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Impact {
    /// Whether no test rejects, after correction for their number.
    pub passes: bool,
    /// One line for each group and outcome.
    pub lines: Vec<ImpactLine>,
}

/// One group against all others in one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ImpactLine {
    /// Group.
    pub group: String,
    /// `top`: among the top 5 % of innocents by weight; `case`: in an open case; `same`: taken for one person with
    /// somebody else.
    pub outcome: String,
    /// Of this group.
    pub of_group: Share,
    /// Of the others.
    pub of_others: Share,
    /// Fisher's exact test, two-sided.
    pub p: f64,
    /// Corrected by Holm for all lines of an outcome that happened to anybody; 1 in the others.
    pub p_holm: f64,
    /// Chance of rejecting at 5 % (uncorrected) if this group's share were twice that of the others.
    pub power: f64,
    /// Share of this group over that of the others.
    pub ratio: Option<f64>,
}

/// Everybody at or above the score that begins the top share; ties at the edge are all in or all out, whichever is
/// nearer to the share.
fn top<'a>(people: &[&'a Person]) -> BTreeSet<*const Person> {
    let weight =
        |one: &Person| one.said.as_ref().map_or(f64::NEG_INFINITY, |said| said.bits.unwrap_or(said.score));
    let mut order: Vec<&'a Person> = people.to_vec();
    order.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let wanted = (order.len() as f64 * TOP).round() as usize;
    let Some(edge) = order.get(wanted.saturating_sub(1)).map(|one| weight(one)) else {
        return BTreeSet::new();
    };
    let above = order.iter().filter(|one| weight(one) > edge).count();
    let with = order.iter().filter(|one| weight(one) >= edge).count();
    let cut = if with - wanted <= wanted - above { with } else { above };
    order.into_iter().take(cut).map(std::ptr::from_ref).collect()
}

/// What may happen to a person, and to whom it did.
type Outcome<'a> = (&'a str, &'a dyn Fn(&Person) -> bool);

/// Measures it; nothing where the truth tells no groups.
#[must_use]
pub fn impact(people: &[&Person]) -> Option<Impact> {
    let innocents: Vec<&Person> =
        people.iter().copied().filter(|one| one.is_innocent() && one.group.is_some()).collect();
    let groups: BTreeSet<&String> = innocents.iter().filter_map(|one| one.group.as_ref()).collect();
    if groups.len() < 2 {
        return None;
    }
    let top = top(&innocents);
    let mut clusters: BTreeMap<&String, u64> = BTreeMap::new();
    let cluster = |one: &'_ Person| one.said.as_ref().and_then(|said| said.persona_cluster.clone());
    let named: Vec<Option<String>> = people.iter().map(|one| cluster(one)).collect();
    for name in named.iter().flatten() {
        *clusters.entry(name).or_default() += 1;
    }
    let is_same =
        |one: &Person| cluster(one).is_some_and(|name| clusters.get(&name).is_some_and(|count| *count > 1));
    let is_top = |one: &Person| top.contains(&std::ptr::from_ref(one));
    let outcomes: [Outcome<'_>; 3] = [("top", &is_top), ("case", &Person::is_accused), ("same", &is_same)];
    let mut lines = Vec::new();
    // Of two groups one line says it all.
    let tested = if groups.len() == 2 { 1 } else { groups.len() };
    for (outcome, is_so) in outcomes {
        for group in groups.iter().rev().take(tested).rev() {
            let (own, others): (Vec<&Person>, Vec<&Person>) =
                innocents.iter().copied().partition(|one| one.group.as_ref() == Some(*group));
            lines.push(line(
                group,
                outcome,
                Share::among(own, |o| is_so(o)),
                Share::among(others, |o| is_so(o)),
            ));
        }
    }
    // What happened to nobody cannot reject, and is no test to be corrected for.
    let mut tests: Vec<&mut ImpactLine> =
        lines.iter_mut().filter(|line| line.of_group.k + line.of_others.k > 0).collect();
    let corrected = holm(&tests.iter().map(|line| line.p).collect::<Vec<_>>());
    for (line, p) in tests.iter_mut().zip(corrected) {
        line.p_holm = p;
    }
    Some(Impact { passes: lines.iter().all(|line| line.p_holm > LEVEL), lines })
}

fn line(group: &str, outcome: &str, own: Share, others: Share) -> ImpactLine {
    let table = Table { k: own.k, n: own.n, other_k: others.k, other_n: others.n };
    ImpactLine {
        group: group.to_owned(),
        outcome: outcome.to_owned(),
        of_group: own,
        of_others: others,
        p: table.fisher(),
        p_holm: 1.0,
        power: table.power(RATIO, LEVEL),
        ratio: own.value.zip(others.value).filter(|(_, b)| *b > 0.0).map(|(a, b)| a / b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Said;

    fn person(at: usize, group: &str, score: f64, case: bool) -> Person {
        let said = Said { score, bits: Some(score), case, ..Said::default() };
        Person { id: format!("W-{at}"), group: Some(group.into()), said: Some(said), ..Person::default() }
    }

    #[test]
    fn a_group_that_crowds_the_top_is_seen_and_a_fair_order_is_not() {
        let crowd: Vec<Person> =
            (0..400).map(|at| person(at, if at < 100 { "b" } else { "a" }, -(at as f64), at < 12)).collect();
        let impact = impact(&crowd.iter().collect::<Vec<_>>()).unwrap();
        assert!(!impact.passes);
        assert_eq!(impact.lines.len(), 3, "two groups are one line for each outcome: {impact:?}");
        let same = &impact.lines[2];
        assert_eq!((same.outcome.as_str(), same.of_group.k, same.p_holm), ("same", 0, 1.0));
        assert!(
            (impact.lines[0].p_holm - 2.0 * impact.lines[0].p).abs() < 1e-12,
            "nobody is in the third test"
        );
        let top = &impact.lines[0];
        assert_eq!((top.group.as_str(), top.of_group.k, top.of_others.k, top.of_others.n), ("b", 20, 0, 300));
        let fair: Vec<Person> =
            (0..400).map(|at| person(at, if at % 4 == 0 { "b" } else { "a" }, -(at as f64), false)).collect();
        let impact = super::impact(&fair.iter().collect::<Vec<_>>()).unwrap();
        assert!(impact.passes && impact.lines[0].power > 0.2, "{impact:?}");
        assert_eq!(impact.lines[0].ratio, Some(1.0));
    }

    #[test]
    fn ties_do_not_make_a_top_of_half_the_company() {
        let tied: Vec<Person> =
            (0..100).map(|at| person(at, if at < 50 { "b" } else { "a" }, 0.0, false)).collect();
        let impact = impact(&tied.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!((impact.lines[0].of_group.k, impact.lines[0].of_others.k), (0, 0));
    }
}
