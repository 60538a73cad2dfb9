//! One answer of one indicator. Evidence carries values, never weights: weights belong to `scoring`.

use crate::ids::RecordId;
use crate::time::Time;

/// What an indicator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Near-dispositive link or fact.
    T1,
    /// Strong.
    T2,
    /// Corroborating.
    T3,
    /// Context only: sorts, never opens.
    T4,
}

impl Tier {
    /// As written in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::T1 => "T1",
            Self::T2 => "T2",
            Self::T3 => "T3",
            Self::T4 => "T4",
        }
    }

    /// Reads `T1` to `T4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::T1, Self::T2, Self::T3, Self::T4].into_iter().find(|tier| tier.as_str() == text)
    }
}

/// One indicator fired on one subject. Every evidence cites at least one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Indicator id.
    pub indicator: String,
    /// Roster id of the subject.
    pub subject: String,
    /// The other people concerned, by roster id, sorted.
    pub other: Vec<String>,
    /// The link component behind it, for indicators of kind `link`.
    pub component: Option<String>,
    /// First time of what was seen.
    pub first_seen: Time,
    /// Last time of what was seen.
    pub last_seen: Time,
    /// The computed value, in the unit that the indicator states.
    pub value: f64,
    /// One sentence with the figures in it.
    pub sentence: String,
    /// Records cited, earliest first.
    pub records: Vec<RecordId>,
}

/// What one indicator said about everybody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// Indicator id.
    pub indicator: String,
    /// Where it fired, ordered by subject; at most one per subject and component.
    pub fired: Vec<Evidence>,
    /// Everybody it could have fired on: able to be seen in the same window. Sorted. Includes those fired.
    pub able: Vec<String>,
    /// Tables that it needs and that hold nothing, or too little joined: then its silence says nothing of anybody.
    pub missing: Vec<String>,
}
