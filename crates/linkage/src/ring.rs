//! Workers tied together by at least two independent kinds of unexplained links.

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
    /// operator, facilitator, identity_owner or unknown.
    pub role: &'static str,
    /// Why.
    pub reason: String,
}

/// A token that more people carry is a hub and ties nobody.
const HUB: usize = 30;

fn holds(component: &Component, all: &[Component]) -> bool {
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
    let people: BTreeSet<&str> =
        held.iter().flat_map(|c| c.members.iter()).filter(|m| !m.protects).map(|m| m.worker.as_str()).collect();
    let people: Vec<&str> = people.into_iter().collect();
    let place: BTreeMap<&str, usize> = people.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut groups = Groups::new(people.len());
    for component in &held {
        let members: Vec<usize> =
            component.members.iter().filter(|m| !m.protects).filter_map(|m| place.get(m.worker.as_str())).copied().collect();
        for pair in members.windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let mut gathered: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (at, id) in people.iter().enumerate() {
        gathered.entry(groups.of(at)).or_default().insert(id);
    }
    let mut out = Vec::new();
    for members in gathered.values().filter(|members| members.len() >= 2) {
        let inside: Vec<&Component> = held
            .iter()
            .copied()
            .filter(|c| c.members.iter().filter(|m| !m.protects && members.contains(m.worker.as_str())).count() >= 2)
            .collect();
        let independent: BTreeSet<&str> = inside.iter().map(|c| c.kind.independent()).collect();
        if independent.len() < 2 {
            continue;
        }
        let kinds: BTreeSet<&'static str> = inside.iter().map(|c| c.kind.name()).collect();
        let names: Vec<&str> = kinds.iter().copied().collect();
        let smallest = members.first().copied().unwrap_or_default();
        let id = format!("R-{smallest}-{}", names.join("+"));
        for worker in members {
            let farm = sites.iter().find(|site| site.kind == "farm" && site.members.contains_key(*worker));
            let (role, reason) = role(worker, &inside);
            out.push(Ring {
                id: id.clone(),
                worker: (*worker).to_owned(),
                kinds: kinds.clone(),
                farm: farm.map(|site| site.id.clone()),
                role,
                reason,
            });
        }
    }
    out
}

/// Proposes a role only where two independent kinds support it.
fn role(worker: &str, inside: &[&Component]) -> (&'static str, String) {
    let mine = |component: &&&Component| component.workers().any(|known| known == worker);
    let at_home: BTreeSet<&str> = inside
        .iter()
        .filter(mine)
        .filter(|c| c.members.iter().any(|m| m.worker == worker && m.is_own_home))
        .map(|c| c.kind.independent())
        .collect();
    let all: BTreeSet<&str> = inside.iter().filter(mine).map(|c| c.kind.independent()).collect();
    let list = |kinds: &BTreeSet<&str>| kinds.iter().copied().collect::<Vec<_>>().join(" and ");
    if at_home.len() >= 2 {
        return ("facilitator", format!("What the others share stands in this person's home, by {}.", list(&at_home)));
    }
    if at_home.is_empty() && all.len() >= 2 {
        let place = all.contains("network") || all.contains("address");
        if place {
            let reason = format!("Shares {} with people of other homes, at a place that is not the declared home.", list(&all));
            return ("operator", reason);
        }
    }
    ("unknown", format!("Only {} speaks of this person's part.", list(&all)))
}
