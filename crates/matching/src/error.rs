//! What may go wrong, and whose fault it is.

/// What linking may fail with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be meant as it stands.
    #[error("{0}")]
    Configuration(String),
    /// An index cannot be read.
    #[error("index: {0}")]
    Index(String),
    /// The records cannot be used.
    #[error("{0}")]
    Input(String),
}

/// Result of linking.
pub type Result<T, E = Error> = std::result::Result<T, E>;
