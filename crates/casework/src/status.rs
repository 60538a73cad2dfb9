//! Where a case stands, from where it may go where, and how it may end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Opened by the check; nobody looks at it yet.
    Open,
    /// Somebody works on it.
    InReview,
    /// Waits for an answer from outside, such as HR.
    Waiting,
    /// Put away until a day, with a reason.
    Snoozed,
    /// Proposed as confirmed; a second person must agree.
    AwaitingSecond,
    /// Decided.
    Closed,
    /// Worked on as a part of another case.
    Merged,
}

impl Status {
    /// Every status, in the order of a case's life.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::InReview,
        Self::Waiting,
        Self::Snoozed,
        Self::AwaitingSecond,
        Self::Closed,
        Self::Merged,
    ];

    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in review",
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::AwaitingSecond => "awaiting a second person",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    /// As it stands in files and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::InReview => "in_review",
            Self::AwaitingSecond => "awaiting_second",
            other => other.as_str(),
        }
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Closed | Self::Merged)
    }

    /// Whether a case may go from here to there. A decided case is only reopened; a merged one only detached.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        match self {
            Self::Open | Self::InReview | Self::Waiting | Self::Snoozed => to != self && to != Self::Open,
            Self::AwaitingSecond => matches!(to, Self::Closed | Self::InReview),
            Self::Closed | Self::Merged => to == Self::InReview,
        }
    }
}

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The engagement is not what it claims. Needs two people.
    Confirmed,
    /// There is an innocent explanation.
    Cleared,
    /// The records do not settle it.
    Undetermined,
    /// The engagement is what it claims; a rule of the company was broken.
    PolicyBreachOnly,
}

impl Outcome {
    /// Every outcome, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Cleared, Self::Undetermined, Self::PolicyBreachOnly, Self::Confirmed];

    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Cleared => "cleared",
            Self::Undetermined => "undetermined",
            Self::PolicyBreachOnly => "policy breach only",
        }
    }

    /// As it stands in files and forms, read back.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// As it stands in files and forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::PolicyBreachOnly => "policy_breach_only",
            other => other.as_str(),
        }
    }
}
