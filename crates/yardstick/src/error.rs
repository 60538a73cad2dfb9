//! What can go wrong with truth and assessments. It is always the input's fault.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// An input that cannot be measured by.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that must be there is not.
    #[error("{0}: not there; hint: --truth names the folder that holds workers.csv")]
    Missing(String),
    /// A sheet that cannot be read.
    #[error("{file}: {cause}")]
    Sheet {
        /// File.
        file: String,
        /// Why.
        cause: csv::Error,
    },
    /// A sheet without a column that it must have.
    #[error("{file}:1: no column {column}; columns are {found}")]
    Column {
        /// File.
        file: String,
        /// Column.
        column: &'static str,
        /// What is there.
        found: String,
    },
    /// A cell that cannot be read.
    #[error("{file}:{line}: {what}")]
    Cell {
        /// File.
        file: String,
        /// Line.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// Text that is no JSON, or not of the kind wanted.
    #[error("{file}:{line}: {what}")]
    Json {
        /// File.
        file: String,
        /// Line.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The bytes cannot be had.
    #[error("{file}: {cause}")]
    Bytes {
        /// File.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
    /// Truth and assessments are of different companies.
    #[error("{0}: none of the people assessed stands in the truth; hint: are they of the same company?")]
    Strangers(String),
}
