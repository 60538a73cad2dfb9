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
    /// The file is there, but not a store that can be opened.
    #[error("{}: cannot be opened as a store: {source}", path.display())]
    Open {
        /// The store's file.
        path: PathBuf,
        /// What the database says.
        source: sqlx::Error,
    },
    /// The file was written by a later version of this program.
    #[error("{}: written by a newer version (shape {found}, this one knows {known})", path.display())]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// Shape of the file.
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
    /// A password cannot be hashed.
    #[error("password: {0}")]
    Password(String),
    /// The system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// The database refused something while working.
    #[error("operational store: {0}")]
    Database(#[from] sqlx::Error),
}
