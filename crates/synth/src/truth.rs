//! The truth beside the records: who is operated by another, and which tells were really written.

use std::collections::BTreeSet;

use crate::calendar::Moment;

/// Mark on a fact of the world: writing a record of it makes a tell visible. 0 marks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tag(u32);

impl Tag {
    /// Marks nothing.
    pub const NONE: Self = Self(0);
}

/// A tell that a scheme means to leave.
pub struct Tell {
    /// Position of the worker.
    pub worker: usize,
    /// Which.
    pub id: &'static str,
    /// Source kind in whose export it stands.
    pub export: &'static str,
    /// First and last record of it.
    pub seen: Option<(Moment, Moment)>,
    /// Records of it.
    pub records: u32,
}

/// A worker who is part of a scheme.
pub struct Part {
    /// Position of the worker.
    pub worker: usize,
    /// Scheme.
    pub scheme: &'static str,
    /// `operated`, `host`, `identity_owner` or `accomplice`.
    pub role: &'static str,
    /// Name of the farm or ring, where there is one.
    pub farm: Option<String>,
    /// Which instance of the plan.
    pub instance: u32,
}

/// Everything that the records must not say.
#[derive(Default)]
pub struct Truth {
    /// Tells, in the order in which schemes made them.
    pub tells: Vec<Tell>,
    /// Workers in schemes.
    pub parts: Vec<Part>,
    /// Look-alike and worker.
    pub innocents: Vec<(&'static str, usize)>,
    /// Workers who already are something.
    taken: BTreeSet<usize>,
}

impl Truth {
    /// A new tell, not written yet.
    pub fn tell(&mut self, worker: usize, id: &'static str, export: &'static str) -> Tag {
        self.tells.push(Tell { worker, id, export, seen: None, records: 0 });
        Tag(self.tells.len() as u32)
    }

    /// A record bearing the mark was written.
    pub fn wrote(&mut self, tag: Tag, at: Moment) {
        let Some(tell) = (tag.0 as usize).checked_sub(1).and_then(|at| self.tells.get_mut(at)) else { return };
        tell.records += 1;
        tell.seen = Some(tell.seen.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    /// A worker takes part in a scheme.
    pub fn take_part(&mut self, part: Part) {
        self.taken.insert(part.worker);
        self.parts.push(part);
    }

    /// A worker looks like a scheme and is not.
    pub fn looks_like(&mut self, id: &'static str, worker: usize) {
        self.taken.insert(worker);
        self.innocents.push((id, worker));
    }

    /// Whether a worker is part of a scheme or already a look-alike.
    pub fn is_taken(&self, worker: usize) -> bool {
        self.taken.contains(&worker)
    }
}
