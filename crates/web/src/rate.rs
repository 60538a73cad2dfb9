//! How often the API may be asked: by token or session, by address, and by address with what nobody has. Buckets that fill
//! with time. Generous to whoever may ask, for the point is that one program in a loop does not take the server from
//! the others.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const SECOND: f64 = 1e6;
/// Buckets remembered.
const REMEMBERED: usize = 10_000;

/// How much fits, and how much comes back in a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    burst: f64,
    per_second: f64,
}

/// One token, or one session.
pub(crate) const USER: Bucket = Bucket { burst: 2_000.0, per_second: 200.0 };
/// One address.
pub(crate) const ADDRESS: Bucket = Bucket { burst: 4_000.0, per_second: 400.0 };
/// Deliveries of one token: what waits to be read limits them besides.
pub(crate) const DELIVERIES: Bucket = Bucket { burst: 10_000.0, per_second: 3_000.0 };
/// Tokens and sessions that nobody has, of one address: thirty a minute.
pub(crate) const UNKNOWN: Bucket = Bucket { burst: 30.0, per_second: 0.5 };

/// What is left of each bucket, and when that was.
#[derive(Debug, Default)]
pub(crate) struct Rate(Mutex<BTreeMap<Key, (f64, i64)>>);

/// What kind of bucket, and whose.
type Key = (&'static str, String);

impl Rate {
    /// Takes one out of a bucket; or says in how many seconds there is one.
    pub(crate) fn take(&self, kind: &'static str, of: &str, bucket: Bucket, now: i64) -> Result<(), i64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > REMEMBERED {
            // whoever did not ask for a minute has a full one again
            kept.retain(|_, (_, at)| now - *at < 60 * SECOND as i64);
        }
        let (left, at) = kept.entry((kind, of.to_owned())).or_insert((bucket.burst, now));
        let since = (now - *at).max(0) as f64 / SECOND;
        let full = (*left + since * bucket.per_second).min(bucket.burst);
        *at = now;
        if full < 1.0 {
            *left = full;
            return Err(((1.0 - full) / bucket.per_second).ceil().max(1.0) as i64);
        }
        *left = full - 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let rate = Rate::default();
        let good = (0..100).filter(|_| rate.take("unknown", "a", UNKNOWN, 0).is_ok()).count();
        assert_eq!(good, 30);
        assert_eq!(rate.take("unknown", "a", UNKNOWN, 0), Err(2));
        assert_eq!(rate.take("unknown", "b", UNKNOWN, 0), Ok(()), "another address has its own");
        assert_eq!(rate.take("unknown", "a", UNKNOWN, 2_000_000), Ok(()));
        assert_eq!(rate.take("unknown", "a", UNKNOWN, 2_000_000), Err(2));
        let good = (0..9_000).filter(|n| rate.take("user", "t", USER, n * 1_000).is_ok()).count();
        assert!((3_795..=3_800).contains(&good), "{good} of a thousand a second for nine seconds");
    }
}
