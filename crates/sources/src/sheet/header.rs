//! Which role each header of a sheet plays: as it is listed, put together from words, numbered, or explained in brackets.

use std::collections::BTreeMap;

use super::{Plan, Role, address, words};

/// Words that may be left out of a header to understand it.
const NOISE: &[&str] = &[
    "employee",
    "user",
    "person",
    "member",
    "team",
    "primary",
    "current",
    "legal",
    "field",
    "report",
    "custom",
    "hr",
    "hris",
    "preferred",
    "code",
    "value",
    "full",
    "display",
    "main",
    "default",
    "details",
    "info",
    "display",
];

/// Rank of a header put together from words.
const COMPOSED: usize = 200;

/// Rank added to a header that only a part of it explains.
const BRACKETS: usize = 300;

/// Which role each header plays; lower rank is better.
pub struct HeaderMap {
    known: BTreeMap<Vec<String>, (usize, usize)>,
    /// Roles that may be numbered.
    numbered: Vec<usize>,
}

impl HeaderMap {
    /// The map of a plan.
    pub(super) fn new(plan: &Plan) -> Self {
        let mut known = BTreeMap::new();
        for (role_at, role) in plan.roles.iter().enumerate() {
            for (rank, header) in role.headers.iter().enumerate() {
                known.entry(words(header)).or_insert((role_at, rank));
            }
        }
        for (prefix, whose) in plan.addresses {
            for (part, names) in address::PARTS {
                let role = plan.roles.iter().position(|role| role.name == format!("{prefix}_{part}"));
                let Some(role_at) = role else { continue };
                let headers =
                    whose.iter().flat_map(|who| names.iter().map(move |name| format!("{who} {name}")));
                for header in headers {
                    // whatever a list above names goes before what is put together
                    known.entry(words(&header)).or_insert((role_at, COMPOSED));
                }
            }
        }
        let is_numbered = |role: &Role| plan.numbered.contains(&role.name);
        let numbered = plan.roles.iter().enumerate().filter(|(_, role)| is_numbered(role)).map(|(at, _)| at);
        Self { known, numbered: numbered.collect() }
    }

    /// Role and rank of a header.
    #[must_use]
    pub fn role(&self, header: &str) -> Option<(usize, usize)> {
        let bag = words(header);
        self.exactly(bag.clone())
            .or_else(|| self.one_of_several(&bag).map(|(_, found)| found))
            .or_else(|| self.in_brackets(header))
    }

    /// Which of several a numbered header speaks of; 0 for headers without a number that counts.
    #[must_use]
    pub fn group(&self, header: &str) -> u8 {
        let bag = words(header);
        match self.exactly(bag.clone()) {
            Some(_) => 0,
            None => self.one_of_several(&bag).map_or(0, |(number, _)| number),
        }
    }

    /// The number of a header that may be numbered, with its role and rank.
    fn one_of_several(&self, bag: &[String]) -> Option<(u8, (usize, usize))> {
        let number = numbered(bag)?;
        let bare = bag.iter().filter(|word| **word != number).cloned().collect();
        let found = self.exactly(bare).filter(|(role, _)| self.numbered.contains(role))?;
        Some((number.parse().ok()?, found))
    }

    /// `Reference 2 (Serial)` is a serial number, `Entry Moment (PT)` an entry moment.
    fn in_brackets(&self, header: &str) -> Option<(usize, usize)> {
        let (before, rest) = header.split_once('(')?;
        let (within, _) = rest.split_once(')')?;
        let (within, before) = (self.exactly(words(within)), self.exactly(words(before)));
        within.or(before).map(|(role, rank)| (role, rank + BRACKETS))
    }

    fn exactly(&self, mut bag: Vec<String>) -> Option<(usize, usize)> {
        if let Some(found) = self.known.get(&bag) {
            return Some(*found);
        }
        let before = bag.len();
        bag.retain(|word| !NOISE.contains(&word.as_str()));
        if bag.is_empty() || bag.len() == before {
            return None;
        }
        self.known.get(&bag).map(|(role, rank)| (*role, rank + 100))
    }
}

/// The one-digit number in a header.
fn numbered(bag: &[String]) -> Option<String> {
    bag.iter().find(|word| word.len() == 1 && matches!(word.as_bytes()[0], b'1'..=b'9')).cloned()
}
