//! The operational store: who did what, small numbers for long ids, settings of the workspace. SQLite in one
//! file; the SQL outside `migrations/` is the part that PostgreSQL shares, so that it can join by URL.
//!
//! # Layout
//! - [`history`]: the append-only, hash-chained history: append, read, verify, erase
//! - `chain`: what is hashed, and how; pure
//! - [`matter`]: cases, each change with its entry in one transaction; [`account`]: users and their passwords;
//!   [`pass`]: sessions and tokens; [`opening`]: who may see whom, for what; [`reply`]: answers that are given twice;
//!   [`letter`]: the outbox; [`identity`]: whom a provider vouches for; [`passkey`]: keys that sign in
//! - [`weights`]: versions of the weights, and people drawn at random
//! - `alias`: R-7 and F-2 for ids made from content; `setting`: name and value
//! - `migration`: brings the file to the shape that this version knows
//!
//! Knows nothing of rules and scores, and reads no clock: whoever appends says when.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
mod alias;
mod chain;
mod error;
pub mod history;
pub mod identity;
pub mod letter;
pub mod matter;
mod migration;
pub mod opening;
pub mod pass;
pub mod passkey;
pub mod reply;
mod setting;
pub mod weights;

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

pub use account::Account;
pub use error::{Error, Result};
pub use history::{Entry, Event, Verified};
pub use letter::Letter;
pub use matter::Matter;
pub use opening::Opening;
pub use pass::{Kind as PassKind, Pass};
pub use passkey::Passkey;
pub use reply::Reply;
pub use weights::{Drawn, KeptWeights};

/// How long one process waits for another to finish writing.
const BUSY: Duration = Duration::from_secs(30);
/// How long to sleep between two tries to open.
const AGAIN: Duration = Duration::from_millis(15);
/// Readers do not wait for the writer, so a few connections are worth having.
const CONNECTIONS: u32 = 4;
/// A transaction that takes the write lock at once: two that read first and write later would both have to
/// begin anew, or fork the chain.
const WRITE: &str = "BEGIN IMMEDIATE";

/// The operational store of one workspace. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// After something was erased the write-ahead file still holds the old pages: writes them back and empties it.
pub(crate) async fn write_back(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(connection).await?;
    Ok(())
}

impl Store {
    /// Opens the store, making it if need be, and brings it to the present shape.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a store, or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self> {
        make_private(path).map_err(|source| Error::File { path: path.to_path_buf(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            // first, for setting the others may already have to wait
            .busy_timeout(BUSY)
            .journal_mode(SqliteJournalMode::Wal)
            // an entry that was confirmed survives a power cut
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // what is erased is overwritten, not merely unlinked
            .pragma("secure_delete", "ON");
        let since = Instant::now();
        loop {
            let pool =
                SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options.clone()).await;
            match pool {
                Ok(pool) => {
                    migration::run(&pool, path).await?;
                    return Ok(Self { pool });
                }
                // The first opening switches the file to its write-ahead mode, and whoever comes at that moment is
                // turned away at once, whatever it would wait for.
                Err(cause) if is_busy(&cause) && since.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
                Err(source) => return Err(Error::Open { path: path.to_path_buf(), source }),
            }
        }
    }

    /// Copies the whole store into a new file, as of one moment, while others write.
    ///
    /// # Errors
    /// When the file is there already, or the database refuses.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        make_private(path).map_err(|source| Error::File { path: path.to_path_buf(), source })?;
        sqlx::query("VACUUM INTO $1").bind(path.to_string_lossy().into_owned()).execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for open work and closes the file. Dropping a store does no harm; it merely leaves the write-ahead
    /// file beside it.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

/// Whether the database is in another's hands.
fn is_busy(error: &sqlx::Error) -> bool {
    // Extended codes keep the plain one, 5 (busy) or 6 (locked), in their last byte.
    let code = error.as_database_error().and_then(|cause| cause.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// Makes an empty file that only its owner reads: it will hold why people were looked at.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
