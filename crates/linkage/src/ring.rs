//! Workers tied together by at least two independent kinds of unexplained links: communities of the graph of ties. Roles are
//! proposed by `scoring`.

use std::collections::{BTreeMap, BTreeSet};

use measure::community::Graph;

use crate::component::Component;
use crate::honest::Chances;
use crate::site::Site;
use crate::tie::{Ground, Ties, is_hub};
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
    /// Members in all.
    pub size: usize,
    /// Independent kinds among the kinds.
    pub independent: usize,
    /// Components that tie two or more of its members, those that say most first.
    pub held_by: Vec<String>,
    /// How often its like arises by chance.
    pub chance: Chances,
}

/// Two groups stay apart where their people are tied less surely than this on average, thousandths. One person who
/// belongs to two groups does not make them one, and a chain falls into its links.
pub(crate) const RESOLUTION: i64 = 450;
/// Any would do; the same one always.
pub(crate) const SEED: u64 = 2019;

/// Whether a component ties people at all.
pub(crate) fn holds(component: &Component, all: &[Component], people: usize) -> bool {
    if component.explained_by.is_some() || is_hub(people, component.degree) {
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

/// Communities of at least two among people who are tied, each in ascending order.
pub(crate) fn communities(people: usize, edges: &[(usize, usize, i64)]) -> Vec<Vec<usize>> {
    let found = Graph::new(people, edges).communities(RESOLUTION, SEED);
    let mut gathered: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, of) in found.iter().enumerate() {
        gathered.entry(*of).or_default().push(at);
    }
    gathered.into_values().filter(|members| members.len() >= 2).collect()
}

/// Finds rings, ordered by smallest member; how often each would arise by chance is not known yet.
pub(crate) fn rings(ground: &Ground<'_>, components: &[Component], sites: &[Site]) -> Vec<Ring> {
    let ties = ground.ties(components, |one| holds(one, components, ground.people()));
    let mut out = Vec::new();
    for members in communities(ties.people.len(), &ties.edges()) {
        out.extend(ring(&members, &ties, components, sites));
    }
    out
}

/// The rows of one ring; none where one kind alone holds these people together.
fn ring(members: &[usize], ties: &Ties<'_>, components: &[Component], sites: &[Site]) -> Vec<Ring> {
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let is_inside = |at: usize| inside.contains(&at);
    let (mut kinds, mut independent) = (BTreeSet::new(), BTreeSet::new());
    let mut held: BTreeMap<usize, i64> = BTreeMap::new();
    for tie in ties.all.iter().filter(|tie| is_inside(tie.ends.0) && is_inside(tie.ends.1)) {
        kinds.insert(tie.kind.name());
        independent.insert(tie.kind.independent());
        *held.entry(tie.component).or_default() += tie.millibits;
    }
    if independent.len() < 2 {
        return Vec::new();
    }
    let mut held: Vec<(usize, i64)> = held.into_iter().collect();
    held.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let names: Vec<&str> = kinds.iter().copied().collect();
    let people: Vec<&str> = members.iter().map(|at| ties.people[*at]).collect();
    let id = format!("R-{}-{}", people.first().copied().unwrap_or_default(), names.join("+"));
    let farm = |worker: &str| {
        let stands = sites.iter().find(|site| site.kind == "farm" && site.members.contains_key(worker));
        stands.map(|site| site.id.clone())
    };
    let one = |worker: &&str| Ring {
        id: id.clone(),
        worker: (*worker).to_owned(),
        kinds: kinds.clone(),
        farm: farm(worker),
        size: people.len(),
        independent: independent.len(),
        held_by: held.iter().map(|(at, _)| components[*at].id.clone()).collect(),
        chance: Chances::default(),
    };
    people.iter().map(one).collect()
}
