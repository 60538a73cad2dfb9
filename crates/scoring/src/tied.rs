//! Farms and rings that judgement finds: people with open cases whom one shared thing ties. Linkage asks for two kinds of traces and
//! knows records alone; once people are judged, what they do at their machines is a kind of its own.
//! It gives a name to what stands open and opens nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::Tier;
use model::link::Family;

use crate::assessment::{Assessment, WeighedEvidence};
use crate::conduct::is_at_work;
use crate::opening::{people, votes};
use crate::weigh::{HOUSEHOLD_PAIR, family_group};

/// A house needs so many: two may be a couple.
const HOUSE: usize = 3;
/// Things that tie so many of the same people are one group's.
const COMMON: usize = 2;

/// What a group is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One place.
    Farm,
    /// Anything else.
    Ring,
}

/// People with open cases whom shared things tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tied {
    /// Farm or ring.
    pub kind: Kind,
    /// Whoever is in it; all have open cases.
    pub members: BTreeSet<String>,
    /// The shared things, by component.
    pub components: BTreeSet<String>,
    /// Kinds of fact that hold it together.
    pub facts: BTreeSet<String>,
}

/// What stands for the conduct of its members among the kinds of fact.
pub const CONDUCT: &str = "remote_control";

/// Whether a shared thing ties people by itself: not what couples share, and strong enough to vote.
fn ties(item: &WeighedEvidence) -> bool {
    item.link && item.tier <= Tier::T2 && item.group != HOUSEHOLD_PAIR && votes(item)
}

/// Kinds of conduct at the machine, by person with an open case.
fn conduct(assessments: &[Assessment]) -> BTreeMap<&str, BTreeSet<&str>> {
    let strong = |item: &&WeighedEvidence| {
        !item.link && item.tier <= Tier::T2 && is_at_work(&item.group) && votes(item)
    };
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in assessments.iter().filter(|one| one.case) {
        let own = one.evidence.iter().filter(strong).map(|item| item.fact.as_str());
        out.entry(&one.subject).or_default().extend(own);
    }
    out
}

/// Farms and rings among open cases, the largest first of each kind.
#[must_use]
pub fn groups(assessments: &[Assessment]) -> Vec<Tied> {
    let (conduct, place) = (conduct(assessments), family_group(Family::Place));
    let mut by: BTreeMap<&str, Tied> = BTreeMap::new();
    for one in assessments.iter().filter(|one| one.case) {
        for item in one.evidence.iter().filter(|item| ties(item)) {
            let Some(component) = &item.evidence.component else { continue };
            let people = people(item);
            let members: BTreeSet<String> =
                (people.iter()).filter(|id| conduct.contains_key(**id)).map(|id| (*id).to_owned()).collect();
            let (kind, least) = if item.group == place { (Kind::Farm, HOUSE) } else { (Kind::Ring, COMMON) };
            // Most of whom it ties must stand open: else it is somebody's line, phone or depot that an operator has, too.
            if members.len() >= least && members.len() * 2 >= people.len() {
                let tied = Tied { kind, members, components: BTreeSet::new(), facts: BTreeSet::new() };
                let tied = by.entry(component).or_insert(tied);
                tied.components.insert(component.clone());
                tied.facts.insert(item.fact.clone());
            }
        }
    }
    let mut out = united(by.into_values().collect());
    for tied in &mut out {
        let acts = |id: &String| conduct.get(id.as_str()).into_iter().flatten();
        if tied.members.iter().flat_map(acts).any(|fact| !tied.facts.contains(*fact)) {
            tied.facts.insert(CONDUCT.to_owned());
        }
    }
    // one kind alone holds nobody together, except that the cases of a house's people are open for reasons of their own
    out.retain(|tied| tied.kind == Kind::Farm || tied.facts.len() >= 2);
    out
}

/// Groups of one kind that have people in common are one; one person alone is a bridge, and joins nothing.
fn united(mut list: Vec<Tied>) -> Vec<Tied> {
    fn order(tied: &Tied) -> (Kind, Reverse<usize>, &BTreeSet<String>) {
        (tied.kind, Reverse(tied.members.len()), &tied.components)
    }
    list.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut out: Vec<Tied> = Vec::new();
    for tied in list {
        let is_same = |known: &&mut Tied| {
            known.kind == tied.kind && known.members.intersection(&tied.members).count() >= COMMON
        };
        match out.iter_mut().find(is_same) {
            Some(known) => {
                known.members.extend(tied.members);
                known.components.extend(tied.components);
                known.facts.extend(tied.facts);
            }
            None => out.push(tied),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::town::tests::{item, person};

    const CREW: [&str; 4] = ["A", "B", "C", "D"];

    /// A shared thing.
    fn link(subject: &str, family: &str, fact: &str, people: &[&str]) -> WeighedEvidence {
        let mut out = item(subject, &format!("link:{family}"), people);
        (out.link, out.tier, out.fact) = (true, Tier::T1, fact.to_owned());
        out.evidence.component = Some(format!("{fact} of {}", people.join("")));
        out
    }

    fn opened(subject: &str, evidence: Vec<WeighedEvidence>) -> Assessment {
        Assessment { case: true, ..person(subject, evidence) }
    }

    fn names(tied: &Tied) -> Vec<&str> {
        tied.members.iter().map(String::as_str).collect()
    }

    #[test]
    fn one_account_of_people_whose_machines_another_works_is_a_ring() {
        let one = |id: &&str| {
            let mut all = vec![link(id, "money", "money", &CREW)];
            all.extend((*id == "B").then(|| item(id, "remote_software", &[])));
            if *id == "D" { person(id, all) } else { opened(id, all) }
        };
        let found = groups(&CREW.iter().map(one).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, names(&found[0])), (Kind::Ring, vec!["A", "B", "C"]));
        assert!(found[0].facts.contains(CONDUCT), "{found:?}");
        // nobody who is not open is named, and money alone is no ring
        let alone = |id: &&str| opened(id, vec![link(id, "money", "money", &CREW)]);
        assert!(groups(&CREW.iter().map(alone).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn an_address_to_which_three_open_cases_had_laptops_sent_is_a_farm_and_a_depot_is_not() {
        let one = |id: &&str| opened(id, vec![link(id, "place", "shipping", &CREW)]);
        let found = groups(&CREW[..3].iter().map(one).collect::<Vec<_>>());
        assert_eq!((found[0].kind, names(&found[0])), (Kind::Farm, vec!["A", "B", "C"]));
        let many: Vec<String> = (0..9).map(|at| format!("W{at}")).collect();
        let mut all: Vec<&str> = many.iter().map(String::as_str).collect();
        all.extend(["A", "B", "C"]);
        let depot = |id: &&str| opened(id, vec![link(id, "place", "shipping", &all)]);
        assert!(groups(&CREW[..3].iter().map(depot).collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn one_person_joins_no_two_rings_and_two_people_do() {
        let of = |id: &str, sets: &[(&str, &[&str])]| {
            let mut all: Vec<_> = sets.iter().map(|(fact, set)| link(id, "text", fact, set)).collect();
            all.push(item(id, "remote_hardware", &[]));
            opened(id, all)
        };
        let (first, second, third): (&[&str], &[&str], &[&str]) =
            (&["A", "B", "C"], &["C", "D"], &["B", "C", "D"]);
        let apart = [
            of("A", &[("identity", first)]),
            of("B", &[("identity", first)]),
            of("C", &[("identity", first), ("approval", second)]),
            of("D", &[("approval", second)]),
        ];
        assert_eq!(
            groups(&apart).iter().map(names).collect::<Vec<_>>(),
            [vec!["A", "B", "C"], vec!["C", "D"]]
        );
        let joined = [
            of("A", &[("identity", first)]),
            of("B", &[("identity", first), ("approval", third)]),
            of("C", &[("identity", first), ("approval", third)]),
            of("D", &[("approval", third)]),
        ];
        assert_eq!(groups(&joined).iter().map(names).collect::<Vec<_>>(), [CREW.to_vec()]);
    }
}
