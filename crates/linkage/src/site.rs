//! Places where devices stand, from agreeing traces.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::Component;
use crate::explain::Context;
use crate::group::Groups;
use crate::ring;
use crate::tie::Ground;
use crate::trace::Kind;
use crate::who::Worker;

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Made from its smallest member and kinds.
    pub id: String,
    /// home, office, shared_work, carrier, farm or unclear.
    pub kind: &'static str,
    /// Days by member.
    pub members: BTreeMap<String, usize>,
    /// Distinct declared homes.
    pub homes: usize,
    /// Kinds of agreeing traces.
    pub traces: BTreeSet<&'static str>,
    /// Its components, by id.
    pub components: Vec<String>,
}

fn agree(a: &Component, b: &Component) -> bool {
    if a.explained_by.is_some() != b.explained_by.is_some() {
        return false;
    }
    let left: BTreeSet<&str> = a.workers().collect();
    let right: BTreeSet<&str> = b.workers().collect();
    let common = left.intersection(&right).count();
    // Traces of one place are carried by much the same people; a couple inside an office is another place.
    common >= 2 && (common * 2 >= left.union(&right).count() || holds_address(a, b) || holds_address(b, a))
}

/// Whether all to whom equipment went at an address sign in from one network that nothing innocent explains: parcels of
/// others were sent on by whoever had them first.
fn holds_address(network: &Component, address: &Component) -> bool {
    let within: BTreeSet<&str> = network.workers().collect();
    network.explained_by.is_none()
        && network.kind.is_network()
        && address.kind.is_address()
        && address.workers().all(|worker| within.contains(worker))
}

/// Whether two unexplained traces of different kinds belong to one farm although few carry both: where every laptop
/// has a router of its own, parcels, docks and neighbours tie its people by twos and threes.
fn continues(a: &Component, b: &Component, all: &[Component], people: usize) -> bool {
    let stands = |one: &Component| one.kind != Kind::EgressIp && ring::holds(one, all, people);
    stands(a)
        && stands(b)
        && a.kind.independent() != b.kind.independent()
        && a.workers().any(|worker| b.workers().any(|other| other == worker))
}

/// Unites agreeing components into sites; marks networks that stand in a member's own home.
pub(crate) fn sites(context: &Context<'_>, ground: &Ground<'_>, components: &mut [Component]) -> Vec<Site> {
    let people = ground.people();
    let places: Vec<usize> = (0..components.len())
        .filter(|&at| components[at].kind.family() == model::link::Family::Place)
        .collect();
    let mut of_worker: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (n, &at) in places.iter().enumerate() {
        for worker in components[at].workers() {
            of_worker.entry(worker).or_default().push(n);
        }
    }
    let mut pairs = BTreeSet::new();
    for list in of_worker.values() {
        for (n, &a) in list.iter().enumerate() {
            pairs.extend(list[n + 1..].iter().map(|&b| (a, b)));
        }
    }
    let mut groups = Groups::new(places.len());
    for &(a, b) in &pairs {
        if agree(&components[places[a]], &components[places[b]]) {
            groups.join(a, b);
        }
    }
    for parts in gather(&places, &mut groups) {
        own_homes(components, &parts);
    }
    for &(a, b) in &pairs {
        if continues(&components[places[a]], &components[places[b]], components, people) {
            groups.join(a, b);
        }
    }
    let buildings = buildings(context.workers);
    let mut out: Vec<Site> = gather(&places, &mut groups)
        .iter()
        .flat_map(|parts| apart(ground, components, parts))
        .filter_map(|parts| site(&buildings, components, people, &parts))
        .collect();
    number(&mut out);
    out
}

/// The components of each group.
fn gather(places: &[usize], groups: &mut Groups) -> Vec<Vec<usize>> {
    let mut gathered: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, &at) in places.iter().enumerate() {
        gathered.entry(groups.of(n)).or_default().push(at);
    }
    gathered.into_values().collect()
}

/// Declared building by worker.
fn buildings(workers: &[Worker]) -> BTreeMap<&str, &str> {
    workers.iter().filter_map(|worker| Some((worker.id.as_str(), worker.building.as_deref()?))).collect()
}

/// The address of a site is somebody's home: then its networks are, too.
fn own_homes(components: &mut [Component], parts: &[usize]) {
    let owners: BTreeSet<String> = parts
        .iter()
        .flat_map(|&at| &components[at].members)
        .filter(|member| member.is_own_home)
        .map(|member| member.worker.clone())
        .collect();
    for &at in parts {
        for member in components[at].members.iter_mut().filter(|member| owners.contains(&member.worker)) {
            member.is_own_home = true;
        }
    }
}

/// So many people who are tied among themselves are a place of their own.
const DENSE: usize = 3;

/// Parts that only a bridge joins, one person or one thing that came from one place to the other, are two places; where
/// no two of them stand on their own, all is one.
fn apart(ground: &Ground<'_>, components: &[Component], parts: &[usize]) -> Vec<Vec<usize>> {
    let whole = || vec![parts.to_vec()];
    let mine: BTreeSet<&str> = parts.iter().map(|&at| components[at].id.as_str()).collect();
    if parts.len() < 2 || parts.iter().any(|&at| components[at].explained_by.is_some()) {
        return whole();
    }
    let people = ground.people();
    let ties =
        ground.ties(components, |one| mine.contains(one.id.as_str()) && ring::holds(one, components, people));
    let groups = ring::communities(ties.people.len(), &ties.edges());
    let mut of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut stands: Vec<BTreeSet<&'static str>> = vec![BTreeSet::new(); groups.len()];
    for (group, members) in groups.iter().enumerate() {
        of.extend(members.iter().map(|&at| (ties.people[at], group)));
    }
    for tie in &ties.all {
        let ends = (of.get(ties.people[tie.ends.0]), of.get(ties.people[tie.ends.1]));
        if let (Some(a), Some(b)) = ends
            && a == b
        {
            stands[*a].insert(tie.kind.independent());
            if matches!(tie.kind, Kind::GatewayMac | Kind::Bssid) {
                stands[*a].insert("anchored");
            }
        }
    }
    let is_dense = |group: usize| groups[group].len() >= DENSE && stands[group].len() >= 2;
    let dense: Vec<usize> = (0..groups.len()).filter(|&group| is_dense(group)).collect();
    if dense.len() < 2 {
        return whole();
    }
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &at in parts {
        let count = |group: &usize| components[at].workers().filter(|id| of.get(id) == Some(group)).count();
        let most = dense.iter().max_by_key(|group| (count(group), std::cmp::Reverse(**group)));
        out.entry(most.copied().unwrap_or_default()).or_default().push(at);
    }
    out.into_values().collect()
}

fn site(
    buildings: &BTreeMap<&str, &str>,
    components: &[Component],
    people: usize,
    parts: &[usize],
) -> Option<Site> {
    let parts: Vec<&Component> = parts.iter().map(|&at| &components[at]).collect();
    let traces: BTreeSet<&'static str> = parts.iter().map(|part| part.kind.name()).collect();
    let anchored = parts.iter().any(|part| matches!(part.kind, Kind::GatewayMac | Kind::Bssid));
    let mut members: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for member in parts.iter().flat_map(|part| &part.members) {
        members.entry(member.worker.clone()).or_default().extend(&member.days);
    }
    let known: Vec<&str> = members.keys().filter_map(|id| buildings.get(id.as_str()).copied()).collect();
    let unknown = members.len() - known.len();
    let known: BTreeSet<&str> = known.into_iter().collect();
    let homes = known.len() + unknown;
    let addressed = parts.iter().any(|part| part.kind.is_address());
    let are_many = members.len() >= 3 && homes >= 3;
    // Papers alone say where something was sent, not where it stands: then another tie must say the same.
    let sent = addressed && are_many && are_tied(&members, components, people);
    if traces.len() < 2 && !anchored && !sent {
        return None;
    }
    let stands = parts.iter().any(|part| part.kind.is_network() || part.kind.is_desk());
    let is_farm = stands && homes >= 2 && (are_many || addressed) || sent;
    let kind = match parts.iter().find_map(|part| part.explained_by) {
        Some("household") => "home",
        Some("office" | "hot_desk" | "mail_room") => "office",
        Some("coworking") => "shared_work",
        Some("carrier_nat" | "company_vpn") => "carrier",
        Some(_) => "unclear",
        None if is_farm => "farm",
        None => "unclear",
    };
    Some(Site {
        id: String::new(),
        kind,
        members: members.into_iter().map(|(worker, days)| (worker, days.len())).collect(),
        homes,
        traces,
        components: parts.iter().map(|part| part.id.clone()).collect(),
    })
}

/// Whether something that is no place ties two of these people.
fn are_tied(members: &BTreeMap<String, BTreeSet<i64>>, components: &[Component], people: usize) -> bool {
    components.iter().any(|one| {
        one.kind.family() != model::link::Family::Place
            && ring::holds(one, components, people)
            && one.workers().filter(|worker| members.contains_key(*worker)).count() >= 2
    })
}

fn number(sites: &mut [Site]) {
    sites.sort_by(|a, b| a.components.cmp(&b.components));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for site in sites {
        let smallest = site.members.keys().next().map_or("", String::as_str);
        let kinds: Vec<&str> = site.traces.iter().copied().collect();
        let prefix = format!("S-{smallest}-{}", kinds.join("+"));
        let n = counts.entry(prefix.clone()).or_default();
        *n += 1;
        site.id = format!("{prefix}-{n}");
    }
}
