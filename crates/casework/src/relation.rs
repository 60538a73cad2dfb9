//! Whose case somebody may not touch: their own, their manager's, their ring's.

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
}

/// Why a user who is this worker may not open that one; nothing where they may.
#[must_use]
pub fn conflict(user: &Kin, subject: &Kin) -> Option<&'static str> {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    if user.worker == subject.worker {
        Some("this is your own case: nobody opens their own")
    } else if user.manager.as_deref() == Some(subject.worker.as_str()) {
        Some("this is your manager's case: somebody else must open it")
    } else if same(&user.ring, &subject.ring) || same(&user.farm, &subject.farm) {
        Some("you are tied to this case by a ring or a site: somebody else must open it")
    } else {
        None
    }
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
        };
        let me = kin("W-1", Some("W-9"), Some("R-1"));
        assert!(conflict(&me, &kin("W-1", None, None)).is_some());
        assert!(conflict(&me, &kin("W-9", None, None)).is_some());
        assert!(conflict(&me, &kin("W-2", None, Some("R-1"))).is_some());
        assert!(conflict(&me, &kin("W-3", Some("W-9"), None)).is_none(), "a colleague may be opened");
        assert!(conflict(&kin("W-1", None, None), &kin("W-2", None, None)).is_none(), "no ring is no tie");
    }
}
