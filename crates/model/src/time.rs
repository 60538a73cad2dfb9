//! Instants. UTC inside; local time only where it is drawn, and always with its zone.

use std::fmt;

use chrono::{DateTime, Utc};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

impl Time {
    /// From whole seconds since 1970.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// From milliseconds since 1970.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// Days since 1970-01-01, rounded down.
    #[must_use]
    pub fn day(self) -> i64 {
        self.0.div_euclid(DAY_MICROS)
    }

    /// This instant moved by whole days.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_MICROS)))
    }
}

impl fmt::Display for Time {
    /// ISO 8601 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_micros(self.0) {
            Some(when) => write!(f, "{}", when.format("%Y-%m-%dT%H:%M:%SZ")),
            None => write!(f, "{} µs", self.0),
        }
    }
}
