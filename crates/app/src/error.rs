//! Errors of the verbs, each with its blame.

use std::path::{Path, PathBuf};

use model::Blame;

/// What a verb may fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be used.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The input cannot be used.
    #[error("{0}")]
    Input(String),
    /// Configuration, rule or scope is wrong.
    #[error("{0}")]
    Configuration(String),
    /// The lake.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// Linkage.
    #[error(transparent)]
    Linkage(#[from] linkage::Error),
    /// Indicators.
    #[error(transparent)]
    Evidence(#[from] evidence::Error),
    /// Scoring.
    #[error(transparent)]
    Scoring(#[from] scoring::Error),
    /// Casework refuses it.
    #[error(transparent)]
    Casework(#[from] casework::Error),
    /// Somebody may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// It is about somebody whom the user has not opened, and who they are is not told.
    #[error("this is about somebody who is not open to you: open whom it is about with a purpose first")]
    Closed,
    /// It is about the user, or about somebody tied to them.
    #[error("{0}")]
    Related(&'static str),
    /// There is no such thing, or none that this user may know of.
    #[error("{0}")]
    Missing(String),
    /// What stands there now does not fit to what was asked.
    #[error("{0}")]
    Conflict(String),
    /// There is too much of it now.
    #[error("{0}")]
    Busy(String),
    /// Operational store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Truth or assessments that cannot be measured by.
    #[error(transparent)]
    Yardstick(#[from] yardstick::Error),
    /// We are wrong.
    #[error("{0}")]
    Defect(String),
}

/// Result of a verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A file error with its path.
    pub fn file(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |cause| Self::File { path, cause }
    }

    /// A file of the user's own settings that cannot be used.
    pub fn configuration(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |cause| Self::Configuration(format!("{}: {cause}", path.display()))
    }

    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::File { .. }
            | Self::Input(_)
            | Self::Yardstick(_)
            | Self::Forbidden(_)
            | Self::Closed
            | Self::Related(_)
            | Self::Missing(_)
            | Self::Conflict(_)
            | Self::Busy(_)
            | Self::Casework(_) => Blame::Input,
            Self::Configuration(_) => Blame::Environment,
            Self::Lake(cause) => cause.blame(),
            Self::Linkage(cause) => cause.blame(),
            Self::Evidence(cause) => cause.blame(),
            Self::Scoring(cause) => cause.blame(),
            Self::Store(store::Error::Text) => Blame::Input,
            Self::Store(_) => Blame::Environment,
            Self::Defect(_) => Blame::Defect,
        }
    }
}
