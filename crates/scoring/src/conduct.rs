//! Independent conduct: what makes a token that couples share more than a couple's.

use std::collections::{BTreeMap, BTreeSet};

use model::link::Component;
use model::{Evidence, RecordId, Tier};

use crate::assessment::WeighedEvidence;
use crate::opening::votes;

/// Groups that say that somebody else works the machine or the account. Where somebody is, what their bank does and what they
/// do after a contract says nothing of who works a laptop at home: couples travel, move their pay and leave as well.
const AT_WORK: [&str; 7] =
    ["first_day", "identity", "one_hand", "remote_hardware", "remote_id", "remote_software", "unmanaged"];

/// Whether a dependence group says that somebody else works the machine or the account.
#[must_use]
pub fn is_at_work(group: &str) -> bool {
    AT_WORK.contains(&group)
}

/// What is common here is no conduct that stands out, in milli-bits.
const LEAST: i64 = 2_000;

/// Strong evidence about single persons (T1 or T2, able to vote, no link), by person: its kind of fact and its records.
#[derive(Debug, Clone, Default)]
pub struct Conduct(BTreeMap<String, Vec<(String, Vec<RecordId>)>>);

impl Conduct {
    /// Notes a piece of evidence, if it is strong enough. Weaker things are too frequent: of many couples one partner
    /// shows one of them.
    pub fn note(&mut self, item: &WeighedEvidence) {
        let is_at_work = is_at_work(&item.group);
        if !item.link && is_at_work && item.tier <= Tier::T2 && item.millibits >= LEAST && votes(item) {
            let own = (item.fact.clone(), item.evidence.records.clone());
            self.0.entry(item.evidence.subject.clone()).or_default().push(own);
        }
    }

    /// What stands beside a shared token: conduct of its members that is another kind of fact than the token and rests on
    /// none of the records behind it.
    #[must_use]
    pub fn beside(&self, evidence: &Evidence, fact: &str, behind: Option<&BTreeSet<RecordId>>) -> Beside {
        let stands = |id: &String| {
            self.0.get(id).into_iter().flatten().any(|(other, records)| {
                other != fact
                    && !records.iter().any(|record| behind.is_some_and(|known| known.contains(record)))
            })
        };
        let others: BTreeSet<&String> =
            evidence.other.iter().filter(|id| **id != evidence.subject && stands(id)).collect();
        Beside {
            any: !others.is_empty() || stands(&evidence.subject),
            others: others.len(),
            is_their_line: false,
        }
    }
}

/// Conduct that stands beside a shared token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// Of any member.
    pub any: bool,
    /// How many of the others show some.
    pub others: usize,
    /// The token is the line of a place where most of the others stand; see [`crate::line`].
    pub is_their_line: bool,
}

/// Records behind each component, whoever they are about.
#[must_use]
pub fn records_behind<'a>(
    evidence: impl Iterator<Item = &'a Evidence>,
    components: &BTreeMap<&str, &Component>,
) -> BTreeMap<String, BTreeSet<RecordId>> {
    let mut out: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
    for item in evidence {
        if let Some(id) = item.component.as_ref().filter(|id| components.contains_key(id.as_str())) {
            out.entry(id.clone()).or_default().extend(&item.records);
        }
    }
    out
}
