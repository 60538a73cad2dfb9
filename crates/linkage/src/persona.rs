//! Clusters of candidates whom shared tokens tie together: personas that may be one person's.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::Component;
use crate::group::Groups;
use crate::trace::Kind;
use crate::who::Worker;

/// One member of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// Made from its smallest member.
    pub cluster: String,
    /// Member: a candidate, or a worker who was one.
    pub worker: String,
    /// Kinds that hold the cluster together.
    pub kinds: BTreeSet<&'static str>,
    /// Members.
    pub size: usize,
}

/// A token that more people carry is an agency's or a template's and makes nobody one.
const HUB: usize = 30;

/// Whether a kind of token is part of how somebody presents themselves.
fn presents(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Phone
            | Kind::PersonalEmail
            | Kind::Profile
            | Kind::Resume
            | Kind::MeetingDevice
            | Kind::InterviewIp
            | Kind::DeviceToken
    )
}

/// Finds clusters of at least two people with at least one candidate among them, ordered by smallest member.
#[must_use]
pub fn personas(workers: &[Worker], components: &[Component]) -> Vec<Persona> {
    let place: BTreeMap<&str, usize> =
        workers.iter().enumerate().map(|(at, worker)| (worker.id.as_str(), at)).collect();
    let held: Vec<&Component> = components
        .iter()
        .filter(|one| presents(one.kind) && one.explained_by.is_none() && one.degree <= HUB)
        .collect();
    let mut groups = Groups::new(workers.len());
    let tied =
        |one: &Component| -> Vec<usize> { one.workers().filter_map(|id| place.get(id).copied()).collect() };
    for one in &held {
        for pair in tied(one).windows(2) {
            groups.join(pair[0], pair[1]);
        }
    }
    let mut gathered: BTreeMap<usize, (BTreeSet<usize>, BTreeSet<&'static str>)> = BTreeMap::new();
    for one in &held {
        for at in tied(one) {
            let entry = gathered.entry(groups.of(at)).or_default();
            entry.0.insert(at);
            entry.1.insert(one.kind.name());
        }
    }
    let mut out = Vec::new();
    for (members, kinds) in gathered.into_values() {
        let ids: BTreeSet<&str> = members.iter().map(|at| workers[*at].id.as_str()).collect();
        if !members.iter().any(|at| workers[*at].is_applicant) {
            continue;
        }
        let cluster = format!("P-{}", ids.first().copied().unwrap_or_default());
        out.extend(ids.iter().map(|id| Persona {
            cluster: cluster.clone(),
            worker: (*id).to_owned(),
            kinds: kinds.clone(),
            size: ids.len(),
        }));
    }
    out.sort_by(|a, b| (&a.cluster, &a.worker).cmp(&(&b.cluster, &b.worker)));
    out
}
