//! What can go wrong: a plan that makes no sense, or a writer that fails.

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plan asks for something that does not exist.
    #[error("{0}")]
    Plan(String),
    /// A file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A sheet could not be written.
    #[error("cannot write a sheet")]
    Sheet(#[from] csv::Error),
    /// A stream could not be written.
    #[error("cannot write")]
    Io(#[from] std::io::Error),
}
