//! Tries to sign in are counted before a password is hashed, so that many at once are no more than so many one after the
//! other. Three counts, each with its own patience: a name from one address, a name from anywhere, an address. Whoever
//! signed in from an address before is not shut out there by what others try. Kept in memory: a restart forgives.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const SECOND: i64 = 1_000_000;

/// How many tries are free, and how long one waits at most after them.
struct Patience {
    free: u32,
    most: i64,
}

/// A name from one address.
const PAIR: Patience = Patience { free: 5, most: 15 * 60 * SECOND };
/// A name from anywhere: many addresses guess one password.
const NAME: Patience = Patience { free: 20, most: 15 * 60 * SECOND };
/// An address: it guesses one password for many names. Behind it may be a whole office, which waits no longer than that.
const ADDRESS: Patience = Patience { free: 20, most: 60 * SECOND };
/// After the free tries so long until the next one, doubled with each.
const WAIT: i64 = 30 * SECOND;
/// Nobody tried for so long: all is forgiven.
const FORGIVEN: i64 = 3600 * SECOND;
/// Names and addresses remembered.
const REMEMBERED: usize = 10_000;

/// Tries by name and by address.
#[derive(Debug, Default)]
pub(crate) struct Limit(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    tries: BTreeMap<Key, Tries>,
    /// Who signed in from where.
    good: BTreeMap<(String, String), i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Pair(String, String),
    Name(String),
    Address(String),
}

impl Key {
    fn patience(&self) -> &'static Patience {
        match self {
            Self::Pair(..) => &PAIR,
            Self::Name(_) => &NAME,
            Self::Address(_) => &ADDRESS,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Tries {
    count: u32,
    until: i64,
    last: i64,
}

impl Tries {
    fn one_more(&mut self, patience: &Patience, now: i64) {
        if now - self.last > FORGIVEN {
            self.count = 0;
        }
        self.count += 1;
        self.last = now;
        if self.count >= patience.free {
            let wait = WAIT.saturating_mul(1_i64 << (self.count - patience.free).min(20));
            self.until = now + wait.min(patience.most);
        }
    }
}

impl Kept {
    fn keys(&self, name: Option<&str>, address: &str) -> Vec<Key> {
        let of_address = Key::Address(address.to_owned());
        let Some(name) = name else { return vec![of_address] };
        let pair = (name.to_owned(), address.to_owned());
        let is_known = self.good.contains_key(&pair);
        let mut keys = vec![Key::Pair(pair.0, pair.1)];
        if !is_known {
            keys.extend([Key::Name(name.to_owned()), of_address]);
        }
        keys
    }

    fn wait(&self, keys: &[Key], now: i64) -> Option<i64> {
        let until = keys.iter().filter_map(|key| self.tries.get(key)).map(|tries| tries.until).max()?;
        (until > now).then(|| (until - now) / SECOND + 1)
    }
}

impl Limit {
    /// Seconds until the next try, where there were too many. Takes no try.
    pub(crate) fn wait(&self, address: &str, now: i64) -> Option<i64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.wait(&kept.keys(None, address), now)
    }

    /// Takes a try, which counts as failed until it is known to be good; or says in how many seconds there is one.
    pub(crate) fn begin(&self, name: Option<&str>, address: &str, now: i64) -> Result<(), i64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = kept.keys(name, address);
        if let Some(seconds) = kept.wait(&keys, now) {
            return Err(seconds);
        }
        if kept.tries.len() > REMEMBERED {
            kept.tries.retain(|_, tries| tries.until > now);
        }
        for key in keys {
            let patience = key.patience();
            kept.tries.entry(key).or_default().one_more(patience, now);
        }
        Ok(())
    }

    /// The try was good: the name is free again, and the address has one try back; it may still be trying other names.
    pub(crate) fn succeeded(&self, name: Option<&str>, address: &str, now: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = kept.tries.get_mut(&Key::Address(address.to_owned())) {
            tries.count = tries.count.saturating_sub(1);
            if tries.count < ADDRESS.free {
                tries.until = 0;
            }
        }
        let Some(name) = name else { return };
        let pair = (name.to_owned(), address.to_owned());
        kept.tries.remove(&Key::Pair(pair.0.clone(), pair.1.clone()));
        kept.tries.remove(&Key::Name(name.to_owned()));
        if kept.good.len() >= REMEMBERED
            && let Some(oldest) = kept.good.iter().min_by_key(|(_, at)| **at).map(|(pair, _)| pair.clone())
        {
            kept.good.remove(&oldest);
        }
        kept.good.insert(pair, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_slow_down_and_success_forgives_the_name() {
        let limit = Limit::default();
        let begin = |now| limit.begin(Some("ana"), "a", now);
        for _ in 0..5 {
            assert_eq!(begin(0), Ok(()));
        }
        assert_eq!(begin(0), Err(31));
        assert_eq!(begin(31 * SECOND), Ok(()));
        assert_eq!(begin(31 * SECOND), Err(61));
        assert_eq!(begin(92 * SECOND), Ok(()));
        limit.succeeded(Some("ana"), "a", 92 * SECOND);
        assert_eq!(begin(92 * SECOND), Ok(()));
        for _ in 0..4 {
            assert_eq!(begin(93 * SECOND), Ok(()));
        }
        assert!(begin(93 * SECOND).is_err());
        assert_eq!(begin(2 * FORGIVEN), Ok(()));
        assert_eq!(begin(2 * FORGIVEN), Ok(()), "after an hour all are free again");
    }

    #[test]
    fn many_at_once_are_no_more_than_one_after_the_other() {
        let limit = Limit::default();
        let good: usize = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..40).map(|_| scope.spawn(|| limit.begin(Some("ana"), "a", 0).is_ok())).collect();
            all.into_iter().map(|one| usize::from(one.join().unwrap())).sum()
        });
        assert_eq!(good, 5);
        assert_eq!(limit.begin(Some("ben"), "a", 0), Ok(()), "another user of the same address may");
        assert_eq!(limit.begin(Some("ana"), "b", 0), Ok(()), "and the same user elsewhere");
    }

    #[test]
    fn an_address_that_tries_many_names_waits_and_its_users_do_not() {
        let limit = Limit::default();
        limit.begin(Some("lea"), "a", 0).unwrap();
        limit.succeeded(Some("lea"), "a", 0);
        let tried = (0..100).filter(|n| limit.begin(Some(&n.to_string()), "a", 1).is_ok()).count();
        assert_eq!(tried, 20);
        assert_eq!(limit.begin(Some("lea"), "a", 1), Ok(()), "who came from there before");
        assert!(limit.wait("a", 1).is_some_and(|seconds| seconds <= 61));
        // one name from everywhere
        let limit = Limit::default();
        let tried = (0..100).filter(|n| limit.begin(Some("ana"), &n.to_string(), 1).is_ok()).count();
        assert_eq!(tried, 20);
    }
}
