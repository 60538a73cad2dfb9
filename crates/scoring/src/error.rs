//! What can be wrong with rules, vocabulary or inputs.

use model::Blame;

/// Why nothing could be assessed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The embedded vocabulary does not parse.
    #[error("the embedded {file} cannot be read: {reason}")]
    Vocabulary {
        /// Which file.
        file: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A rule is unusable.
    #[error("indicator {indicator}: {reason}")]
    Rule {
        /// Indicator id.
        indicator: String,
        /// What is wrong.
        reason: String,
    },
    /// An attestation names no known explanation or fact.
    #[error("subject {subject}: `{id}` is no known explanation or fact; see the vocabulary")]
    UnknownAttestation {
        /// Roster id.
        subject: String,
        /// The unknown id.
        id: String,
    },
    /// An answer came for an indicator without metadata.
    #[error("an answer came for indicator {0}, which has no metadata")]
    UnknownIndicator(String),
    /// Two answers of one indicator, or two subjects with one id.
    #[error("{what} {id} was given twice")]
    Twice {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Evidence cites a component that was not given.
    #[error("evidence of {indicator} cites component {component}, which was not given")]
    NoComponent {
        /// Indicator id.
        indicator: String,
        /// Component id.
        component: String,
    },
    /// A setting is out of range.
    #[error("setting {name}: {reason}")]
    Setting {
        /// Name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Rule { .. } | Self::Setting { .. } => Blame::Environment,
            Self::UnknownAttestation { .. } => Blame::Input,
            Self::Vocabulary { .. }
            | Self::UnknownIndicator(_)
            | Self::Twice { .. }
            | Self::NoComponent { .. } => Blame::Defect,
        }
    }
}
