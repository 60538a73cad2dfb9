//! Proposed roles: unknown unless two independent kinds support one.

use std::collections::{BTreeMap, BTreeSet};

use model::Tier;
use model::link::{Component, Family};

use crate::assessment::{Role, WeighedEvidence};
use crate::component::family_name;
use crate::input::Subject;
use crate::opening::votes;

/// Proposes a role from a person's evidence.
#[must_use]
pub fn propose(
    subject: &Subject,
    evidence: &[WeighedEvidence],
    components: &BTreeMap<&str, &Component>,
) -> (Role, String) {
    let cited = |item: &WeighedEvidence| {
        item.evidence.component.as_deref().and_then(|id| components.get(id)).copied()
    };
    let protecting: BTreeSet<Family> =
        evidence.iter().filter(|item| item.protected).filter_map(cited).map(|c| c.family).collect();
    if protecting.len() >= 2 {
        let kinds = names(&protecting);
        return (
            Role::IdentityOwner,
            format!("verified or observed as theirs while others only wrote it: {kinds}"),
        );
    }
    let standing: Vec<_> =
        evidence.iter().filter(|item| item.explained_by.is_none() && !item.protected).collect();
    let links: Vec<_> = standing.iter().filter(|item| item.link && item.millibits > 0).collect();
    let hosts = links
        .iter()
        .filter_map(|item| cited(item))
        .any(|c| c.family == Family::Place && c.members >= 3 && subject.own_home.contains(&c.id));
    let others: BTreeSet<Family> = links
        .iter()
        .filter_map(|item| cited(item))
        .map(|c| c.family)
        .filter(|family| matches!(family, Family::Device | Family::Money))
        .collect();
    if hosts {
        return if others.is_empty() {
            (
                Role::Unknown,
                "their own declared home is the shared place, but no second kind supports a role".into(),
            )
        } else {
            let kinds = names(&others);
            (
                Role::Facilitator,
                format!("their own declared home is the shared place, and they share {kinds} too"),
            )
        };
    }
    let away = links
        .iter()
        .filter_map(|item| cited(item))
        .any(|c| c.family == Family::Place && !subject.own_home.contains(&c.id));
    let conduct = standing.iter().find(|item| !item.link && item.tier <= Tier::T2 && votes(item));
    match (away, conduct) {
        (true, Some(item)) => (
            Role::Operator,
            format!("works through a place that is not their declared home, and: {}", item.title),
        ),
        _ => (Role::Unknown, "no two independent kinds support a role".into()),
    }
}

fn names(families: &BTreeSet<Family>) -> String {
    families.iter().map(|family| family_name(*family)).collect::<Vec<_>>().join(" and ")
}
