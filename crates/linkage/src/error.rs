//! What linkage may fail with.

use model::Blame;

/// An error of linkage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The lake failed.
    #[error("linkage: {0}")]
    Lake(#[from] lake::Error),
    /// What people are compared by does not fit together.
    #[error("linkage: {0}")]
    Same(#[from] matching::Error),
}

/// Result of linkage.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Lake(cause) => cause.blame(),
            Self::Same(_) => Blame::Defect,
        }
    }
}
