//! Proposed roles: unknown unless two independent kinds support one, and nobody is called an operator without an open case. The one
//! place where roles are proposed.

use std::collections::{BTreeMap, BTreeSet};

use model::Tier;
use model::link::{Component, Family};

use crate::assessment::{Role, WeighedEvidence};
use crate::component::family_name;
use crate::input::Subject;
use crate::opening::votes;

/// What a shared token rests on: kinds that come from one and the same trace are one.
fn source(component: &Component) -> &'static str {
    match component.kind.as_str() {
        "gateway_mac" | "bssid" | "neighbour_mac" | "egress_ip" => "network",
        "ship_to" | "home_address" => "address",
        "display_serial" | "peripheral_serial" => "equipment",
        _ => family_name(component.family),
    }
}

/// Proposes a role from a person's evidence.
#[must_use]
pub fn propose(
    subject: &Subject,
    evidence: &[WeighedEvidence],
    components: &BTreeMap<&str, &Component>,
    case: bool,
) -> (Role, String) {
    let of = |kept: &dyn Fn(&WeighedEvidence) -> bool| -> Vec<&Component> {
        let items = evidence.iter().filter(|item| kept(item));
        items.filter_map(|item| components.get(item.evidence.component.as_deref()?).copied()).collect()
    };
    let sources = |list: &[&Component]| list.iter().map(|c| source(c)).collect::<BTreeSet<_>>();
    let protecting = sources(&of(&|item| item.protected));
    if protecting.len() >= 2 {
        let reason =
            format!("verified or observed as theirs while others only wrote it: {}", join(&protecting));
        return (Role::IdentityOwner, reason);
    }
    let links = of(&|item| item.link && item.millibits > 0 && item.explained_by.is_none() && !item.protected);
    let (home, away): (Vec<&Component>, Vec<&Component>) =
        links.iter().partition(|component| subject.own_home.contains(&component.id));
    let hosts = sources(
        &home.iter().copied().filter(|c| c.family == Family::Place && c.members >= 3).collect::<Vec<_>>(),
    );
    if !hosts.is_empty() {
        let others = sources(&away.iter().copied().filter(|c| c.family != Family::Place).collect::<Vec<_>>());
        let kinds: BTreeSet<&str> = hosts.union(&others).copied().collect();
        return if kinds.len() < 2 {
            (
                Role::Unknown,
                "their own declared home is the shared place, but no second kind supports a role".into(),
            )
        } else {
            (Role::Facilitator, format!("their own declared home is the shared place: {}", join(&kinds)))
        };
    }
    if !case {
        return (Role::Unknown, "no case is open".into());
    }
    let places = sources(&away.iter().copied().filter(|c| c.family == Family::Place).collect::<Vec<_>>());
    let conduct = evidence.iter().find(|item| !item.link && item.tier <= Tier::T2 && votes(item));
    match (places.is_empty(), conduct) {
        (false, Some(item)) => (
            Role::Operator,
            format!("works through a place that is not their declared home, and: {}", item.title),
        ),
        (false, None) if sources(&away).len() >= 2 => {
            let kinds = join(&sources(&away));
            (
                Role::Operator,
                format!("shares with people of other homes, away from the declared home: {kinds}"),
            )
        }
        _ => (Role::Unknown, "no two independent kinds support a role".into()),
    }
}

fn join(kinds: &BTreeSet<&str>) -> String {
    kinds.iter().copied().collect::<Vec<_>>().join(" and ")
}
