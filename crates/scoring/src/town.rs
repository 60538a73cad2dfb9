//! Farms whose laptops have a line each. Networks and neighbours name a house; where every laptop stands behind a router or a hotspot
//! of its own, what is left is a town far from everybody's home, and that somebody else works the machines that stand in it.
//! It names a place and opens nothing: whoever is in it was weighed before.

use std::collections::{BTreeMap, BTreeSet};

use model::Tier;

use crate::assessment::{Assessment, WeighedEvidence};
use crate::conduct::is_at_work;
use crate::opening::people;

/// Group of evidence about where somebody is.
const PLACE: &str = "location";
/// People in one town whose machines somebody else works or whose cases are open, at least: two may be a couple on a long journey.
const STANDING: usize = 3;
/// What is common here says nothing, in milli-bits.
const LEAST: i64 = 2_000;

/// One town that is a farm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// Made from its smallest member; the site that most of it was known as, where there is one.
    pub id: String,
    /// Whether linkage knew the site.
    pub is_known: bool,
    /// Whoever is in it and is worked by somebody else, or has an open case.
    pub members: BTreeSet<String>,
}

fn stands(item: &WeighedEvidence) -> bool {
    !item.link && !item.protected && item.explained_by.is_none() && item.millibits >= LEAST
}

/// The towns that are farms, by smallest member; `farm_of`: sites that linkage named.
#[must_use]
pub fn towns(assessments: &[Assessment], farm_of: &dyn Fn(&str) -> Option<String>) -> Vec<Town> {
    let mut together: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    let (mut worked, mut opened) = (BTreeSet::new(), BTreeSet::new());
    for one in assessments {
        if one.case {
            opened.insert(one.subject.as_str());
        }
        for item in one.evidence.iter().filter(|item| stands(item)) {
            if is_at_work(&item.group) && item.tier <= Tier::T2 {
                worked.insert(one.subject.as_str());
            }
            if item.group == PLACE && !item.evidence.other.is_empty() {
                together.insert(people(item));
            }
        }
    }
    let mut out = Vec::new();
    for people in together {
        let stand = people.iter().filter(|id| worked.contains(**id) || opened.contains(**id));
        let members: BTreeSet<String> = stand.map(|id| (*id).to_owned()).collect();
        if members.len() >= STANDING && members.len() * 2 >= people.len() {
            out.extend(town(members, farm_of));
        }
    }
    out
}

/// Leaves in evidence about a town only those who are of one farm: nobody else who works there is named by it.
pub fn name_only(assessments: &mut [Assessment], farm_of: &dyn Fn(&str) -> Option<String>) {
    for one in assessments {
        let farm = farm_of(&one.subject);
        for item in one.evidence.iter_mut().filter(|item| !item.link && item.group == PLACE) {
            item.evidence.other.retain(|id| farm.is_some() && farm_of(id) == farm);
        }
    }
}

/// The name of a group that most of these people bear, two at least; of several, the one that most bear, of equals the first.
#[must_use]
pub fn borne_by_most(names: impl Iterator<Item = String>) -> Option<String> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *known.entry(name).or_default() += 1;
    }
    let most = known.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    most.filter(|(_, people)| *people >= 2).map(|(name, _)| name)
}

fn town(members: BTreeSet<String>, farm_of: &dyn Fn(&str) -> Option<String>) -> Option<Town> {
    let smallest = members.first()?;
    let (id, is_known) = match borne_by_most(members.iter().filter_map(|id| farm_of(id))) {
        Some(farm) => (farm, true),
        None => (format!("S-{smallest}-town-1"), false),
    };
    Some(Town { id, is_known, members })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::assessment::{Role, WeightNote};
    use model::{Evidence, Time};

    pub(crate) fn item(subject: &str, group: &str, other: &[&str]) -> WeighedEvidence {
        let text = String::new();
        WeighedEvidence {
            evidence: Evidence {
                indicator: group.into(),
                subject: subject.into(),
                other: other.iter().filter(|id| **id != subject).map(|id| (*id).to_owned()).collect(),
                component: None,
                first_seen: Time(0),
                last_seen: Time(0),
                value: 1.0,
                sentence: text.clone(),
                records: vec![],
            },
            title: text.clone(),
            tier: Tier::T2,
            group: group.into(),
            fact: group.into(),
            millibits: 5_000,
            counted: true,
            opens: true,
            explained_by: None,
            protected: false,
            link: false,
            paper: false,
            homely: false,
            note: WeightNote { r: 0.2, q: 0.01, k: 0, n: 100, text },
        }
    }

    pub(crate) fn person(subject: &str, evidence: Vec<WeighedEvidence>) -> Assessment {
        Assessment {
            subject: subject.into(),
            population: "worker".into(),
            prior_millibits: 0,
            bits_millibits: 0,
            probability: 0.5,
            low: 0.5,
            high: 0.5,
            parts: vec![],
            case: false,
            tier_rule: String::new(),
            opened_by: BTreeSet::new(),
            evidence,
            against: vec![],
            silent: vec![],
            could_not_look: vec![],
            explained_together: None,
            would_clear: vec![],
            role: Role::Unknown,
            role_reason: String::new(),
        }
    }

    const TOWN: [&str; 5] = ["A", "B", "C", "D", "E"];

    fn people(worked: &[&str]) -> Vec<Assessment> {
        let one = |id: &&str| {
            let mut all = vec![item(id, PLACE, &TOWN)];
            all.extend(worked.contains(id).then(|| item(id, "remote_hardware", &[])));
            person(id, all)
        };
        TOWN.iter().map(one).collect()
    }

    #[test]
    fn a_town_of_machines_that_somebody_else_works_is_a_farm_of_those_alone() {
        let found = towns(&people(&["B", "C", "E"]), &|_| None);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].is_known), ("S-B-town-1", false));
        assert_eq!(found[0].members.iter().map(String::as_str).collect::<Vec<_>>(), ["B", "C", "E"]);
    }

    #[test]
    fn whoever_is_not_of_the_farm_is_not_named() {
        let mut all = people(&["B", "C", "E"]);
        name_only(&mut all, &|id| matches!(id, "B" | "C" | "E").then(|| "S-B-town-1".to_owned()));
        assert_eq!(all[1].evidence[0].evidence.other, ["C", "E"]);
        assert!(all[0].evidence[0].evidence.other.is_empty());
    }

    #[test]
    fn people_who_work_from_one_town_are_no_farm() {
        assert!(towns(&people(&[]), &|_| None).is_empty());
        assert!(towns(&people(&["A", "B"]), &|_| None).is_empty());
    }

    #[test]
    fn open_cases_of_most_of_a_town_are_a_farm_however_their_machines_are_worked() {
        let mut all = people(&["B"]);
        (all[2].case, all[4].case) = (true, true);
        let found = towns(&all, &|_| None);
        assert_eq!(found[0].members.iter().map(String::as_str).collect::<Vec<_>>(), ["B", "C", "E"]);
    }

    #[test]
    fn a_house_that_is_known_takes_in_who_stands_on_another_line() {
        let house = |id: &str| matches!(id, "A" | "B").then(|| "S-A-gateway_mac-1".to_owned());
        let found = towns(&people(&["A", "B", "C"]), &house);
        assert_eq!((found[0].id.as_str(), found[0].is_known), ("S-A-gateway_mac-1", true));
    }
}
