//! What can be asked of a case. Forms and the API both end here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Item, Question};
use crate::role::Right;
use crate::status::Outcome;

/// One thing asked of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Give it to somebody, or to nobody.
    Assign {
        /// Name of a user; missing to give it back.
        to: Option<String>,
    },
    /// Set the day by which it should be decided.
    Due {
        /// YYYY-MM-DD; missing for none.
        day: Option<String>,
    },
    /// Write a note.
    Note {
        /// What.
        text: String,
    },
    /// Tick something off, or untick it.
    Check {
        /// What.
        item: Item,
        /// Whether it is done.
        done: bool,
    },
    /// Answer one of the four questions.
    Conclude {
        /// Which.
        question: Question,
        /// The answer.
        text: String,
    },
    /// Wait for an answer from outside.
    Wait {
        /// For what.
        reason: String,
    },
    /// Put it away until a day.
    Snooze {
        /// YYYY-MM-DD.
        until: String,
        /// Why.
        reason: String,
    },
    /// Take it up again before that day, or after the answer came.
    Resume,
    /// Decide. `confirmed` only proposes.
    Decide {
        /// How.
        outcome: Outcome,
        /// Why; at least one sentence.
        reason: String,
    },
    /// Agree to a proposal of somebody else.
    Approve,
    /// Disagree with a proposal.
    Refuse {
        /// Why.
        reason: String,
    },
    /// Work again on a decided case.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Keep everything of it from being erased.
    Hold {
        /// Why.
        reason: String,
    },
    /// End a hold.
    Release {
        /// Why.
        reason: String,
    },
    /// Take back one's own last change.
    Undo,
}

impl Command {
    /// What the actor needs.
    #[must_use]
    pub fn right(&self) -> Right {
        match self {
            Self::Reopen { .. } | Self::Hold { .. } | Self::Release { .. } => Right::Direct,
            _ => Right::Work,
        }
    }

    /// One word for the history.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Due { .. } => "due",
            Self::Note { .. } => "note",
            Self::Check { .. } => "check",
            Self::Conclude { .. } => "conclude",
            Self::Wait { .. } => "wait",
            Self::Snooze { .. } => "snooze",
            Self::Resume => "resume",
            Self::Decide { .. } => "decide",
            Self::Approve => "approve",
            Self::Refuse { .. } => "refuse",
            Self::Reopen { .. } => "reopen",
            Self::Hold { .. } => "hold",
            Self::Release { .. } => "release",
            Self::Undo => "undo",
        }
    }
}
