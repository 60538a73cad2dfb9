//! Workers tied together by at least two independent kinds of unexplained links. Roles are proposed by `scoring`.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::Component;
use crate::group::Groups;
use crate::site::Site;
use crate::trace::Kind;

/// One member of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Made from its smallest member and kinds.
    pub id: String,
    /// Member.
    pub worker: String,
    /// Kinds that hold the ring together.
    pub kinds: BTreeSet<&'static str>,
    /// Farm site.
    pub farm: Option<String>,
}

/// A token that more people carry is a hub and ties nobody.
const HUB: usize = 30;

/// Whether a component ties people at all.
pub(crate) fn holds(component: &Component, all: &[Component]) -> bool {
    if component.explained_by.is_some() || component.degree > HUB {
        return false;
    }
    // One shared egress address between two people is a bridge that breaks unless something else agrees.
    component.kind != Kind::EgressIp
        || component.members.len() > 2
        || all.iter().any(|other| {
            other.kind != Kind::EgressIp
                && other.explained_by.is_none()
                && component.workers().all(|worker| other.workers().any(|known| known == worker))
        })
}

/// Finds rings, ordered by smallest member.
#[must_use]
pub fn rings(components: &[Component], sites: &[Site]) -> Vec<Ring> {
    let held: Vec<&Component> = components.iter().filter(|component| holds(component, components)).collect();
    let members = |component: &Component| -> Vec<String> {
        component.members.iter().filter(|m| !m.protects).map(|m| m.worker.clone()).collect()
    };
    let people: BTreeSet<String> = held.iter().flat_map(|component| members(component)).collect();
    let people: Vec<String> = people.into_iter().collect();
    let place: BTreeMap<&str, usize> = people.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    let mut groups = Groups::new(people.len());
    for component in &held {
        let tied: Vec<usize> =
            members(component).iter().filter_map(|id| place.get(id.as_str()).copied()).collect();
        for pair in tied.windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let mut gathered: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (at, id) in people.iter().enumerate() {
        gathered.entry(groups.of(at)).or_default().insert(id);
    }
    let mut out = Vec::new();
    for tied in gathered.values().filter(|tied| tied.len() >= 2) {
        let inside =
            held.iter().filter(|c| members(c).iter().filter(|id| tied.contains(id.as_str())).count() >= 2);
        let (mut kinds, mut independent) = (BTreeSet::new(), BTreeSet::new());
        for component in inside {
            kinds.insert(component.kind.name());
            independent.insert(component.kind.independent());
        }
        if independent.len() >= 2 {
            out.extend(ring(tied, &kinds, sites));
        }
    }
    out
}

fn ring(tied: &BTreeSet<&str>, kinds: &BTreeSet<&'static str>, sites: &[Site]) -> Vec<Ring> {
    let names: Vec<&str> = kinds.iter().copied().collect();
    let id = format!("R-{}-{}", tied.first().copied().unwrap_or_default(), names.join("+"));
    let farm = |worker: &str| {
        let stands = sites.iter().find(|site| site.kind == "farm" && site.members.contains_key(worker));
        stands.map(|site| site.id.clone())
    };
    let one = |worker: &&str| Ring {
        id: id.clone(),
        worker: (*worker).to_owned(),
        kinds: kinds.clone(),
        farm: farm(worker),
    };
    tied.iter().map(one).collect()
}
