//! Whose case somebody may not touch: their own, their manager's, their ring's.

use std::collections::BTreeSet;

/// What the roster and the links say of two workers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    /// Roster id.
    pub worker: String,
    /// Roster id of the manager.
    pub manager: Option<String>,
    /// Ring.
    pub ring: Option<String>,
    /// Farm.
    pub farm: Option<String>,
    /// Short names of rings and farms in which they stand or once stood: whoever left a ring, or whose ring was split,
    /// stays away from those who were in it.
    pub once: BTreeSet<String>,
}

/// Why somebody is closed to a user, whichever of the three it is: that there is a ring is not told to its members.
pub const CLOSED: &str = "somebody else must do this: nobody looks at themselves, their manager, or anybody whom a ring or site ties to them";

/// Whether a user who is this worker may not look at that one.
#[must_use]
pub fn conflicts(user: &Kin, subject: &Kin) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    user.worker == subject.worker
        || user.manager.as_deref() == Some(subject.worker.as_str())
        || same(&user.ring, &subject.ring)
        || same(&user.farm, &subject.farm)
        || !user.once.is_disjoint(&subject.once)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_opens_their_own_their_managers_or_their_rings() {
        let kin = |worker: &str, manager: Option<&str>, ring: Option<&str>| Kin {
            worker: worker.into(),
            manager: manager.map(str::to_owned),
            ring: ring.map(str::to_owned),
            farm: None,
            once: BTreeSet::new(),
        };
        let me = kin("W-1", Some("W-9"), Some("R-1"));
        assert!(conflicts(&me, &kin("W-1", None, None)));
        assert!(conflicts(&me, &kin("W-9", None, None)));
        assert!(conflicts(&me, &kin("W-2", None, Some("R-1"))));
        assert!(!conflicts(&me, &kin("W-3", Some("W-9"), None)), "a colleague may be opened");
        assert!(!conflicts(&kin("W-1", None, None), &kin("W-2", None, None)), "no ring is no tie");
        let left = |worker: &str| Kin { once: BTreeSet::from(["R-3".to_owned()]), ..kin(worker, None, None) };
        assert!(conflicts(&left("W-1"), &left("W-2")), "whoever left a ring stays away from it");
    }
}
