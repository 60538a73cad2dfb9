//! Why a command is refused.

use model::Blame;

use crate::status::Status;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The role does not allow it.
    #[error("a {role} may not {what}")]
    Forbidden {
        /// The actor's role.
        role: &'static str,
        /// What was asked.
        what: &'static str,
    },
    /// The case stands where this is not possible.
    #[error("a case that is {from} cannot become {to}")]
    Transition {
        /// Where it stands.
        from: &'static str,
        /// Where it should go.
        to: &'static str,
    },
    /// A text is missing, too short or too long.
    #[error("{0}")]
    Text(String),
    /// Two people are needed, and this is the same one.
    #[error("\"confirmed\" needs a second person: {who} proposed it and cannot approve it alone")]
    SamePerson {
        /// Who proposed.
        who: String,
    },
    /// There is nothing to do it to.
    #[error("{0}")]
    Nothing(String),
}

impl Error {
    /// Whose fault it is: always that of what was asked.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Input
    }

    pub(crate) fn transition(from: Status, to: Status) -> Self {
        Self::Transition { from: from.as_str(), to: to.as_str() }
    }
}
