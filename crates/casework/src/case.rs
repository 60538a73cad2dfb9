//! What a case holds. It is kept whole, as JSON, in the operational store.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::status::{Outcome, Status};
use crate::taught::Asked;

/// What the check had found when the case opened, in numbers and ids: names of people do not stand here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// Weight of the records without the prior, thousandths of a bit.
    pub millibits: i64,
    /// One of five words.
    pub word: String,
    /// Indicators that had answered.
    pub indicators: Vec<String>,
    /// Judgement time, ISO 8601.
    pub judged_as_of: String,
    /// What could look, what answered and what the opening rested on; missing in cases older than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

/// A note. It belongs to its author; a correction is a new note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// When, microseconds since 1970.
    pub at: i64,
    /// What.
    pub text: String,
}

/// A decision with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// How.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, microseconds since 1970.
    pub at: i64,
    /// The second person, for `confirmed`.
    pub second: Option<String>,
}

/// The four questions that a case answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Who is at the keyboard?
    Keyboard,
    /// Where is the laptop?
    Laptop,
    /// Who is paid?
    Pay,
    /// Is the identity real?
    Identity,
}

impl Question {
    /// In the order of the page.
    pub const ALL: [Self; 4] = [Self::Keyboard, Self::Laptop, Self::Pay, Self::Identity];

    /// As asked.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyboard => "Who is at the keyboard?",
            Self::Laptop => "Where is the laptop?",
            Self::Pay => "Who is paid?",
            Self::Identity => "Is the identity real?",
        }
    }

    /// As it stands in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Keyboard => "keyboard",
            Self::Laptop => "laptop",
            Self::Pay => "pay",
            Self::Identity => "identity",
        }
    }
}

/// Things to have seen to before a decision; each is done outside the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// HR was told.
    HrTold,
    /// Counsel was told.
    CounselTold,
    /// The person was heard, or could answer.
    PersonHeard,
    /// Access was changed, outside the tool.
    AccessAction,
}

impl Item {
    /// In the order of the page.
    pub const ALL: [Self; 4] = [Self::HrTold, Self::CounselTold, Self::PersonHeard, Self::AccessAction];

    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HrTold => "HR told",
            Self::CounselTold => "counsel told",
            Self::PersonHeard => "the person was heard",
            Self::AccessAction => "access action taken outside the tool",
        }
    }

    /// As it stands in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::HrTold => "hr_told",
            Self::CounselTold => "counsel_told",
            Self::PersonHeard => "person_heard",
            Self::AccessAction => "access_action",
        }
    }
}

/// What somebody set, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Signed {
    /// Who.
    pub by: String,
    /// When, microseconds since 1970.
    pub at: i64,
    /// What; empty for a mere tick.
    #[serde(default)]
    pub text: String,
}

/// The part of a case that an undo brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Before {
    /// Who did what is to be taken back.
    pub by: String,
    /// What it was, in words.
    pub what: String,
    /// Status before.
    pub status: Status,
    /// Owner before.
    pub owner: Option<String>,
    /// Due before.
    pub due: Option<String>,
    /// Snooze before.
    pub snoozed_until: Option<String>,
    /// Proposal before.
    pub proposal: Option<Decision>,
    /// How many decisions there were.
    pub decisions: usize,
    /// Ticks before.
    pub checklist: BTreeMap<Item, Signed>,
}

/// One case: one person, or several that were merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// C-7 is case 7.
    pub number: u64,
    /// Roster id.
    pub subject: String,
    /// When it opened, microseconds since 1970.
    pub opened_at: i64,
    /// What had been found then.
    pub found: Found,
    /// Where it stands.
    pub status: Status,
    /// Who works on it.
    pub owner: Option<String>,
    /// Until when, YYYY-MM-DD.
    pub due: Option<String>,
    /// Put away until, YYYY-MM-DD.
    pub snoozed_until: Option<String>,
    /// Legal hold: why nothing of it may be erased.
    pub hold: Option<Signed>,
    /// Proposed, and waiting for a second person.
    pub proposal: Option<Decision>,
    /// Decisions, oldest first; a reopened case keeps them.
    pub decisions: Vec<Decision>,
    /// Conclusions by question.
    pub conclusions: BTreeMap<Question, Signed>,
    /// What was seen to.
    pub checklist: BTreeMap<Item, Signed>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// The case in which this one is worked on.
    pub merged_into: Option<u64>,
    /// Where it stood before it became a part, and will stand again when it is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_merge: Option<Status>,
    /// Cases worked on in this one.
    pub merged: Vec<u64>,
    /// What an undo brings back.
    pub before: Option<Before>,
    /// When its detail went, microseconds since 1970.
    #[serde(default)]
    pub detail_gone_at: Option<i64>,
}

impl Case {
    /// A case as the check opens it.
    #[must_use]
    pub fn new(number: u64, subject: &str, opened_at: i64, found: Found) -> Self {
        Self {
            number,
            subject: subject.to_owned(),
            opened_at,
            found,
            status: Status::Open,
            owner: None,
            due: None,
            snoozed_until: None,
            hold: None,
            proposal: None,
            decisions: Vec::new(),
            conclusions: BTreeMap::new(),
            checklist: BTreeMap::new(),
            notes: Vec::new(),
            merged_into: None,
            before_merge: None,
            merged: Vec::new(),
            before: None,
            detail_gone_at: None,
        }
    }

    /// Where it stands once it is no part of another case any more: as before.
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.merged_into = None;
        self.status = self.before_merge.take().unwrap_or(Status::InReview);
        self
    }

    /// C-7.
    #[must_use]
    pub fn name(&self) -> String {
        format!("C-{}", self.number)
    }

    /// How it ended last, where it is closed.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let last = self.decisions.last().map(|decision| decision.outcome);
        last.filter(|_| self.status == Status::Closed)
    }

    /// In words: the outcome where there is one, else the status.
    #[must_use]
    pub fn state(&self) -> &'static str {
        self.outcome().map_or(self.status.as_str(), Outcome::as_str)
    }
}
