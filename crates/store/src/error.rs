//! What can go wrong with the store. Whose fault it is, `app` judges.

use std::path::PathBuf;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the operational store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or its folder cannot be made.
    #[error("{}: {source}", path.display())]
    File {
        /// The store's file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is something, but not a store that can be opened.
    #[error("{place}: cannot be opened as a store: {source}")]
    Open {
        /// The store's file, or its address.
        place: String,
        /// What the database says.
        source: sqlx::Error,
    },
    /// Who answers at the address of a store does not prove to be who it should be.
    #[error("{place}: {why}")]
    Stranger {
        /// The store's address.
        place: String,
        /// What is wrong with its certificate, and what can be done.
        why: &'static str,
    },
    /// The address of a store cannot be used.
    #[error("{0}")]
    Address(String),
    /// The store was written by a later version of this program.
    #[error("{place}: written by a newer version (shape {found}, this one knows {known})")]
    Newer {
        /// The store's file, or its address.
        place: String,
        /// Shape of the store.
        found: i64,
        /// Latest shape that we know.
        known: i64,
    },
    /// Something that we did not write stands where the next entry belongs.
    #[error("history is not whole at entry {sequence}: nothing can be added to it")]
    Occupied {
        /// Number of the entry in the way.
        sequence: u64,
    },
    /// Somebody else changed the same case first.
    #[error("case {number} was changed meanwhile: it is now at version {version}; look at it again")]
    Conflict {
        /// Number of the case.
        number: u64,
        /// Version that it has now.
        version: u64,
    },
    /// Something by this name is there already.
    #[error("{0} is there already")]
    Taken(String),
    /// What was there a moment ago is not there any more.
    #[error("it was ended meanwhile")]
    Gone,
    /// A password cannot be hashed.
    #[error("password: {0}")]
    Password(String),
    /// The system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// A text holds the character NUL, which PostgreSQL does not keep.
    #[error("a text holds the character NUL")]
    Text,
    /// The database refused something while working.
    #[error("operational store: {0}")]
    Database(sqlx::Error),
}

/// What PostgreSQL calls text that its encoding does not have; of valid UTF-8 that is NUL alone.
const NOT_IN_REPERTOIRE: &str = "22021";

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match cause.as_database_error().and_then(|error| error.code()) {
            Some(code) if code == NOT_IN_REPERTOIRE => Self::Text,
            _ => Self::Database(cause),
        }
    }
}
