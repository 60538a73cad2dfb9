//! Challenges that were given out: each counts once, for a few minutes, and for what it was given out for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How long somebody may take, microseconds.
const PATIENCE: i64 = 300 * 1_000_000;
/// Challenges at once.
const MOST: usize = 5_000;

/// Challenges by their text, with the user for whom a key is made, or nobody for a sign-in.
#[derive(Debug, Default)]
pub(crate) struct Going(Mutex<BTreeMap<String, (Option<String>, i64)>>);

impl Going {
    /// Gives a challenge out; false where too many are out.
    pub(crate) fn give(&self, challenge: &str, user: Option<&str>, now: i64) -> bool {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, until)| *until > now);
        if kept.len() >= MOST {
            return false;
        }
        kept.insert(challenge.to_owned(), (user.map(str::to_owned), now + PATIENCE));
        true
    }

    /// Takes a challenge back. Whether it was given out, for this, and not too long ago.
    pub(crate) fn take(&self, challenge: &str, user: Option<&str>, now: i64) -> bool {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(challenge);
        taken.is_some_and(|(whose, until)| whose.as_deref() == user && until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_counts_once_and_for_one_thing() {
        let going = Going::default();
        assert!(going.give("a", None, 0) && going.give("b", Some("ana"), 0) && going.give("c", None, 0));
        assert!(going.take("a", None, 1));
        assert!(!going.take("a", None, 1), "once");
        assert!(!going.take("b", None, 1), "a key's challenge signs nobody in");
        assert!(!going.take("b", Some("ana"), 1), "and it is gone by that");
        assert!(!going.take("c", None, PATIENCE), "late");
        assert!(!going.take("d", None, 1));
    }
}
