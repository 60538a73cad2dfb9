//! Merge and detach. Both cases keep their own history, notes and decisions: a merge only says where the work is
//! done, so that it can be taken back whole.

use crate::case::Case;
use crate::role::{Actor, Right};
use crate::status::Status;
use crate::{Error, Result, apply};

/// Two cases after they were joined or parted, with a sentence for each history.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// The case in which the work goes on.
    pub into: Case,
    /// The other one.
    pub part: Case,
    /// For the first.
    pub into_sentence: String,
    /// For the second.
    pub part_sentence: String,
}

/// Makes one case a part of another.
pub fn merge(part: &Case, into: &Case, actor: &Actor, reason: &str) -> Result<Joined> {
    actor.needs(Right::Direct)?;
    let reason = apply::reason_of(reason)?;
    if part.number == into.number {
        return Err(Error::Nothing("a case cannot become a part of itself".into()));
    }
    if !into.status.is_live() {
        return Err(Error::Nothing(format!("{} is {}: reopen it first", into.name(), into.state())));
    }
    if !part.status.may_become(Status::Merged) {
        return Err(Error::Transition { from: part.status.as_str(), to: Status::Merged.as_str() });
    }
    if !part.merged.is_empty() {
        return Err(Error::Nothing(format!("{} has parts of its own: detach them first", part.name())));
    }
    let (mut into, mut part) = (into.clone(), part.clone());
    into.merged.push(part.number);
    into.merged.sort_unstable();
    into.before = None;
    part.merged_into = Some(into.number);
    part.before_merge = Some(part.status);
    part.status = Status::Merged;
    part.before = None;
    let name = &actor.name;
    Ok(Joined {
        into_sentence: format!("{name} took {} in as a part: {}.", part.name(), reason.trim_end_matches('.')),
        part_sentence: format!("{name} made it a part of {}: {}.", into.name(), reason.trim_end_matches('.')),
        into,
        part,
    })
}

/// Takes a merge back.
pub fn detach(part: &Case, into: &Case, actor: &Actor) -> Result<Joined> {
    actor.needs(Right::Direct)?;
    if part.merged_into != Some(into.number) {
        return Err(Error::Nothing(format!("{} is no part of {}", part.name(), into.name())));
    }
    let (mut into, part) = (into.clone(), part.clone().apart());
    into.merged.retain(|number| *number != part.number);
    let name = &actor.name;
    Ok(Joined {
        into_sentence: format!("{name} detached {}.", part.name()),
        part_sentence: format!("{name} detached it from {}; it is {} again.", into.name(), part.state()),
        into,
        part,
    })
}
