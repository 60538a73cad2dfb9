//! Failed sign-ins slow the next ones down, by name and by address. Kept in memory: a restart forgives.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Failures that are free.
const FREE: u32 = 5;
/// After them, so long until the next try, microseconds; doubled with each.
const WAIT: i64 = 2_000_000;
/// At most so long.
const MOST: i64 = 15 * 60 * 1_000_000;
/// Names and addresses remembered.
const REMEMBERED: usize = 10_000;

/// Failures by name and by address.
#[derive(Debug, Default)]
pub(crate) struct Limit(Mutex<BTreeMap<String, (u32, i64)>>);

impl Limit {
    /// Seconds until the next try, where there were too many.
    pub(crate) fn wait_seconds(&self, keys: &[String], now: i64) -> Option<i64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = keys.iter().filter_map(|key| kept.get(key)).map(|(_, until)| *until).max()?;
        (until > now).then(|| (until - now) / 1_000_000 + 1)
    }

    /// One more failure.
    pub(crate) fn failed(&self, keys: &[String], now: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > REMEMBERED {
            kept.retain(|_, (_, until)| *until > now);
        }
        for key in keys {
            let (count, until) = kept.entry(key.clone()).or_default();
            *count += 1;
            if *count >= FREE {
                let wait = WAIT.saturating_mul(1_i64 << (*count - FREE).min(20));
                *until = now + wait.min(MOST);
            }
        }
    }

    /// Signed in: the name is free again. The address is not: it may try other names.
    pub(crate) fn succeeded(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_slow_down_and_success_forgives_the_name() {
        let limit = Limit::default();
        let keys = ["name ana".to_owned()];
        for _ in 0..4 {
            limit.failed(&keys, 0);
            assert_eq!(limit.wait_seconds(&keys, 0), None);
        }
        limit.failed(&keys, 0);
        assert_eq!(limit.wait_seconds(&keys, 0), Some(3));
        limit.failed(&keys, 0);
        assert_eq!(limit.wait_seconds(&keys, 0), Some(5));
        assert_eq!(limit.wait_seconds(&keys, 10_000_000), None);
        limit.succeeded("name ana");
        assert_eq!(limit.wait_seconds(&keys, 0), None);
    }
}
