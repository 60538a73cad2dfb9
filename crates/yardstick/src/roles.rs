//! What people are against the role that was proposed for them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::Share;
use crate::input::{OWNER, Person};

/// People of one part, by the role that was proposed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RoleLine {
    /// `operated` (by another, under an identity that is stolen or made up), `lender` (operated by another, the identity lent), `host`,
    /// `victim` (innocent, the identity used by another), `innocent`.
    pub part: String,
    /// People.
    pub people: u64,
    /// Of these, in an open case.
    pub cases: u64,
    /// Of these, by proposed role; `none` where none was proposed.
    pub proposed: BTreeMap<String, u64>,
}

/// Parts, in the order of their listing.
const PARTS: [&str; 5] = ["operated", "lender", "host", "victim", "innocent"];

/// The role that was proposed.
fn proposed(one: &Person) -> &str {
    let role = one.said.as_ref().and_then(|said| said.role.as_deref());
    role.filter(|role| !["", "unknown", "none"].contains(role)).unwrap_or("none")
}

/// Whether a role was proposed that says it of a host.
pub(crate) fn is_facilitator(one: &Person) -> bool {
    proposed(one) == "facilitator"
}

/// Owners of identities, lenders and victims, who were proposed as such.
pub(crate) fn owners(people: &[&Person]) -> Share {
    Share::among(people.iter().filter(|one| one.is_owner()), |one| proposed(one) == OWNER)
}

/// By part; parts that nobody has are left out.
#[must_use]
pub fn measure(people: &[&Person]) -> Vec<RoleLine> {
    let of = |part: &str| people.iter().filter(|one| one.part() == part).collect::<Vec<_>>();
    let line = |part: &str| {
        let mut line = RoleLine { part: part.to_owned(), people: 0, cases: 0, proposed: BTreeMap::new() };
        for one in of(part) {
            line.people += 1;
            line.cases += u64::from(one.is_accused());
            *line.proposed.entry(proposed(one).to_owned()).or_default() += 1;
        }
        line
    };
    PARTS.iter().map(|part| line(part)).filter(|line| line.people > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Said;

    fn person(positive: bool, role: Option<&str>, identity: &str, said: Option<&str>) -> Person {
        Person {
            positive,
            role: role.map(str::to_owned),
            identity: Some(identity.to_owned()),
            said: said.map(|role| Said { role: Some(role.to_owned()), ..Said::default() }),
            ..Person::default()
        }
    }

    #[test]
    fn lenders_and_victims_are_owners_and_a_victim_stays_innocent() {
        let all = [
            person(true, Some("operated"), "lent", Some("operator")),
            person(true, Some("operated"), "lent", Some("identity_owner")),
            person(true, Some("operated"), "stolen or made up", Some("operator")),
            person(false, Some("identity_owner"), "own", Some("identity_owner")),
            person(false, Some("host"), "own", Some("facilitator")),
            person(false, None, "own", None),
        ];
        assert!(all[3].is_innocent() && !all[3].is_host() && all[4].is_host());
        let people: Vec<&Person> = all.iter().collect();
        let found = owners(&people);
        assert_eq!((found.k, found.n), (2, 3));
        let lines = measure(&people);
        let parts: Vec<(&str, u64)> = lines.iter().map(|line| (line.part.as_str(), line.people)).collect();
        assert_eq!(parts, [("operated", 1), ("lender", 2), ("host", 1), ("victim", 1), ("innocent", 1)]);
        assert_eq!((lines[1].proposed["operator"], lines[1].proposed["identity_owner"]), (1, 1));
        assert_eq!(lines[4].proposed["none"], 1);
    }
}
