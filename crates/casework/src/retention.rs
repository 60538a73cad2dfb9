//! Whose detail has been kept long enough. Somebody who was cleared has a right to be left alone: after a time the
//! notes, reasons and readings go, and what stays is that the records were looked at and cleared, so that the same
//! records do not open the same case again.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Case, Outcome, Status};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;
/// What stands in place of a reason.
pub const GONE: &str = "(the detail was kept as long as it may be)";

/// What stands before whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The detail may go now.
    Due,
    /// It goes once this moment is past, microseconds since 1970.
    From(i64),
    /// A legal hold keeps it, whatever its age.
    Held,
}

/// People who were cleared and of whom detail is still there, with what stands before them. Whoever has a case that is
/// not decided, or decided otherwise, is not among them.
#[must_use]
pub fn review(cases: &[Case], now: i64, days: u32) -> BTreeMap<String, State> {
    let by_number: BTreeMap<u64, &Case> = cases.iter().map(|case| (case.number, case)).collect();
    let mut of: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        of.entry(&case.subject).or_default().push(case);
    }
    let mut out = BTreeMap::new();
    for (subject, own) in of {
        if own.iter().all(|case| !has_detail(case)) {
            continue;
        }
        let roots: Vec<&Case> = own.iter().map(|case| root(case, &by_number)).collect();
        let Some(cleared_at) = cleared_at(&roots) else { continue };
        let is_held = own.iter().chain(&roots).any(|case| case.hold.is_some());
        let ends = cleared_at.saturating_add(i64::from(days) * DAY);
        let state = match (is_held, ends <= now) {
            (true, _) => State::Held,
            (false, true) => State::Due,
            (false, false) => State::From(ends),
        };
        out.insert(subject.to_owned(), state);
    }
    out
}

/// The case in which this one is decided.
pub(crate) fn root<'a>(case: &'a Case, by_number: &BTreeMap<u64, &'a Case>) -> &'a Case {
    let (mut at, mut seen) = (case, BTreeSet::from([case.number]));
    while let Some(next) = at.merged_into.and_then(|number| by_number.get(&number)) {
        if !seen.insert(next.number) {
            break;
        }
        at = next;
    }
    at
}

/// When anything was written to these last; nothing where one is not cleared.
fn cleared_at(roots: &[&Case]) -> Option<i64> {
    let at = |case: &&Case| {
        let last = case.decisions.last()?;
        let is_cleared = case.status == Status::Closed && last.outcome == Outcome::Cleared;
        let notes = case.notes.iter().map(|note| note.at);
        let signed = case.checklist.values().chain(case.conclusions.values()).map(|one| one.at);
        notes.chain(signed).chain([last.at]).max().filter(|_| is_cleared)
    };
    roots.iter().map(at).collect::<Option<Vec<i64>>>()?.into_iter().max()
}

/// Whether there is anything that may go.
fn has_detail(case: &Case) -> bool {
    case.detail_gone_at.is_none()
        || case.decisions.iter().any(|decision| decision.reason != GONE)
        || !(case.notes.is_empty() && case.conclusions.is_empty() && case.checklist.is_empty())
}

impl Case {
    /// The case without its detail: how it ended, when, and what the records had said; not why, and by whom.
    #[must_use]
    pub fn without_detail(&self, now: i64) -> Self {
        let mut bare = Self::new(self.number, &self.subject, self.opened_at, self.found.clone());
        bare.status = self.status;
        bare.merged_into = self.merged_into;
        bare.before_merge = self.before_merge;
        bare.merged.clone_from(&self.merged);
        bare.decisions.clone_from(&self.decisions);
        for decision in &mut bare.decisions {
            decision.reason = GONE.into();
            decision.by = String::new();
            decision.second = None;
        }
        bare.detail_gone_at = Some(now);
        bare
    }
}
