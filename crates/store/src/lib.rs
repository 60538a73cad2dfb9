//! The operational store: who did what, small numbers for long ids, settings of the workspace. SQLite in one file, or
//! PostgreSQL by URL: one code path, with what differs in one room.
//!
//! # Layout
//! - [`history`]: the append-only, hash-chained history: append, read, verify, erase
//! - [`erasure`]: everything but the history without one person
//! - `chain`: what is hashed, and how; pure
//! - [`matter`]: cases, each change with its entry in one transaction; [`account`]: users and their passwords;
//!   [`pass`]: sessions and tokens, [`session`]: how sessions are used; [`opening`]: who may see whom, for what;
//!   [`reply`]: answers that are given twice;
//!   [`letter`]: the outbox; [`identity`]: whom a provider vouches for; [`passkey`]: keys that sign in
//! - [`weights`]: versions of the weights, and people drawn at random
//! - `alias`: R-7 and F-2 for ids made from content; [`lineage`]: what they stand for as judgements follow each other;
//!   `setting`: name and value
//! - `engine`: what SQLite and PostgreSQL do each in their own way; `address`: a URL that never shows its password
//! - `migration`: brings a store to the shape that this version knows; `copy`: a store out of another one, row by row
//!
//! Knows nothing of rules and scores, and reads no clock: whoever appends says when.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
mod address;
mod alias;
mod chain;
mod copy;
mod engine;
pub mod erasure;
mod error;
pub mod history;
pub mod identity;
pub mod letter;
pub mod lineage;
pub mod matter;
mod migration;
pub mod opening;
pub mod pass;
pub mod passkey;
pub mod reply;
pub mod session;
mod setting;
pub mod weights;

use std::path::Path;

use sqlx::{Any, AnyPool, Transaction};

pub use account::Account;
pub use address::Address;
pub use erasure::{Erasure, Gone};
pub use error::{Error, Result};
pub use history::{Entry, Event, Verified};
pub use letter::Letter;
pub use lineage::{Followed, Line, LineStep};
pub use matter::Matter;
pub use opening::Opening;
pub use pass::{Kind as PassKind, Pass};
pub use passkey::Passkey;
pub use reply::{Claim, Reply};
pub use weights::{Drawn, KeptWeights};

use engine::Engine;

/// A transaction, which is rolled back where it is dropped.
type Work = Transaction<'static, Any>;

/// The operational store of one workspace. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    engine: &'static Engine,
}

impl Store {
    /// Opens the store in a file, making it if need be, and brings it to the present shape.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a store, or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self> {
        make_private(path).map_err(|source| Error::File { path: path.to_path_buf(), source })?;
        let (pool, engine) = engine::open(path).await?;
        migration::run(&pool, engine, &path.display().to_string()).await?;
        Ok(Self { pool, engine })
    }

    /// Opens the store in a database that somebody runs, making its tables if need be.
    ///
    /// # Errors
    /// When it cannot be reached, its tables cannot be made, or were made by a newer version.
    pub async fn connect(address: &Address) -> Result<Self> {
        let (pool, engine) = engine::connect(address).await?;
        migration::run(&pool, engine, &address.to_string()).await?;
        Ok(Self { pool, engine })
    }

    /// Waits for open work and closes the connections. Dropping a store does no harm; of a file it merely leaves the
    /// write-ahead file beside it.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// A transaction that writes, once it is its turn.
    pub(crate) async fn write(&self) -> Result<Work> {
        Ok(begin_write(&self.pool, self.engine).await?)
    }

    /// A transaction that sees one moment, whatever others write meanwhile.
    pub(crate) async fn view(&self) -> Result<Work> {
        Ok(self.pool.begin_with(self.engine.view).await?)
    }

    /// After something was erased: takes it out of the old pages as well.
    pub(crate) async fn scrub(&self) -> Result<()> {
        let mut connection = self.pool.acquire().await?;
        Ok(engine::say(&mut connection, self.engine.scrub).await?)
    }
}

/// A transaction that keeps other writers out from its start.
async fn begin_write(pool: &AnyPool, engine: &'static Engine) -> sqlx::Result<Work> {
    let mut work = pool.begin_with(engine.write).await?;
    if let Some(turn) = engine.turn {
        sqlx::raw_sql(turn).execute(&mut *work).await?;
    }
    Ok(work)
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
