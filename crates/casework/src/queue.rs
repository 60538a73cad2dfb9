//! Which cases are shown, in which order, and which are alike. Order is stable: the same cases stand in the same
//! places on every load.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::status::Status;

/// A saved view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Everything that needs a person.
    #[default]
    Live,
    /// Mine.
    Mine,
    /// Nobody's.
    Unowned,
    /// Opened within a day.
    NewToday,
    /// Waiting for an answer.
    Waiting,
    /// Waiting for a second person.
    Second,
    /// Snoozed.
    Snoozed,
    /// Decided.
    Closed,
    /// All.
    All,
}

impl View {
    /// In the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Live,
        Self::Mine,
        Self::Unowned,
        Self::NewToday,
        Self::Waiting,
        Self::Second,
        Self::Snoozed,
        Self::Closed,
        Self::All,
    ];

    /// As it stands in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Mine => "mine",
            Self::Unowned => "unowned",
            Self::NewToday => "new_today",
            Self::Waiting => "waiting",
            Self::Second => "second",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }

    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "needs a person",
            Self::Mine => "mine",
            Self::Unowned => "unowned",
            Self::NewToday => "new today",
            Self::Waiting => "waiting on HR or others",
            Self::Second => "waiting for a second person",
            Self::Snoozed => "snoozed",
            Self::Closed => "decided",
            Self::All => "all",
        }
    }

    /// The view of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.key() == name)
    }

    /// Whether a case stands in it. `today` is YYYY-MM-DD: a snooze that has run out is over.
    #[must_use]
    pub fn holds(self, case: &Case, user: &str, now: i64, today: &str) -> bool {
        let sleeps =
            case.status == Status::Snoozed && case.snoozed_until.as_deref().is_some_and(|d| d > today);
        match self {
            Self::Live => case.status.is_live() && !sleeps,
            Self::Mine => case.status.is_live() && case.owner.as_deref() == Some(user),
            Self::Unowned => case.status.is_live() && !sleeps && case.owner.is_none(),
            Self::NewToday => case.status.is_live() && now - case.opened_at < model::time::DAY_MICROS,
            Self::Waiting => case.status == Status::Waiting,
            Self::Second => case.status == Status::AwaitingSecond,
            Self::Snoozed => sleeps,
            Self::Closed => case.status == Status::Closed,
            Self::All => true,
        }
    }
}

/// How urgent a case is: by its weight, then by its number. Larger comes first.
#[must_use]
pub fn rank(case: &Case, millibits: i64) -> (i64, std::cmp::Reverse<u64>) {
    (millibits, std::cmp::Reverse(case.number))
}

/// Of two cases, how many indicators both rest on, where that is at least half of either's.
#[must_use]
pub fn likeness(a: &Case, b: &Case) -> usize {
    let first: BTreeSet<&String> = a.found.indicators.iter().collect();
    let second: BTreeSet<&String> = b.found.indicators.iter().collect();
    let both = first.intersection(&second).count();
    if both > 0 && both * 2 >= first.len().max(second.len()) { both } else { 0 }
}

/// One of five words for a weight under a prior, as the queue shows it.
#[must_use]
pub fn word(probability: f64) -> &'static str {
    scoring::words(probability)
}
