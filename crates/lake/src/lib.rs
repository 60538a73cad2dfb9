//! Where records live and how they are queried: immutable Parquet files, one numbered manifest for all tables,
//! raw bytes kept once and encrypted, views and pure SQL functions on an embedded engine.
//!
//! # Layout
//! - [`key`]: the workspace key, tokens, sealing; [`schema`]: tables as Arrow schemas
//! - [`manifest`]: what a state is; [`stage`]: a state being made, published whole; [`lock`]: who may do what meanwhile
//! - [`commit`]: records on their way in, through [`pending`] into [`table_file`]s; [`rank`]: which of two readings of
//!   one record is kept; [`raw`]: the bytes behind records; [`vacuum`]: what is no longer needed, and what is damaged
//! - [`erase`]: one person taken out of all of it, found by [`words`]
//! - [`writer`]: files encoded while the next rows are read; [`kept`]: answers of earlier questions;
//!   [`parts`]: what several questions share, worked out once; [`exists`]: one row is enough
//! - [`foreign`]: Parquet files of others as JSON lines; [`plain`]: bare columns, for a bench only
//! - [`session`]: tables, views and [`functions`] for queries, [`as_of`] an instant; [`guard`], [`taint`]: what a user's query may do
//! - [`records`]: one record with its bytes, rejects, clear values; [`rows`]: cells out of record batches; [`answer`]:
//!   answers to a user's query as they leave;
//!   `listed`: values that a question joins; [`sheet_file`]: Parquet files that are no part of a lake
//!
//! Knows nothing of what an indicator is.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod answer;
mod as_of;
mod cite;
pub mod commit;
pub mod erase;
mod error;
mod exists;
pub mod foreign;
mod functions;
mod guard;
mod kept;
mod key;
mod like;
mod listed;
pub mod lock;
mod manifest;
mod parts;
mod pending;
pub mod plain;
mod rank;
mod raw;
mod records;
pub mod rows;
mod schema;
mod session;
pub mod sheet_file;
mod stage;
mod table_file;
mod taint;
mod vacuum;
mod words;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::object_store::ObjectStore;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::SessionContext;
use model::{Class, Time};

pub use commit::{Commit, FileIx, Row};
pub use error::{Error, Result};
pub use guard::mask_tokens;
pub use key::{TOKEN_PREFIX, WorkspaceKey};
pub use listed::Listed;
pub use manifest::{FileEntry, Manifest, TableFile};
pub use parts::Parts;
pub use raw::RawWriter;
pub use records::{StoredRecord, StoredReject, Vault};
pub use words::Words;

use kept::Kept;
use key::Tokens;
use lock::Lock;
use stage::Stage;

/// Limits of the engine.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Memory pool of queries, bytes; they spill beyond it.
    pub memory_bytes: usize,
    /// Partitions that a query is spread over.
    pub threads: usize,
}

/// Folders of a lake that hold nothing but what a state needs, or what nobody needs.
const FOLDERS: [&str; 4] = ["manifest", "tables", "raw", "spill"];

/// One workspace's records, as of its newest state when it was opened or refreshed.
pub struct Lake {
    root: PathBuf,
    store: Arc<dyn ObjectStore>,
    key: WorkspaceKey,
    tokens: Tokens,
    options: Options,
    manifest: Manifest,
    as_of: Option<Time>,
    context: SessionContext,
    kept: Kept,
    /// Where queries of this process spill.
    spill: PathBuf,
    /// Keeps others from removing files while this lake is open.
    reading: Option<Lock>,
    /// The right to write.
    writing: Option<Lock>,
    stage: Option<Stage>,
}

impl Lake {
    /// Opens the lake in a folder, making it if need be.
    pub async fn open(root: &Path, key: WorkspaceKey, options: Options) -> Result<Self> {
        for folder in FOLDERS {
            let path = root.join(folder);
            std::fs::create_dir_all(&path).map_err(Error::file(&path))?;
        }
        let local = LocalFileSystem::new_with_prefix(root)?;
        let store: Arc<dyn ObjectStore> = Arc::new(local);
        // Before the state is looked up: from here on nobody removes a file of it.
        let reading = Some(Lock::shared(&lock::reading(root)).await?);
        let manifest = manifest::newest(&store).await?;
        let own: [u8; 8] = key::random()?;
        let name = key::hex(&own);
        let spill = root.join("spill").join(name);
        let (context, views) = session::open(root, &spill, &manifest, None, options).await?;
        let mut kept = Kept::new(root, &key);
        kept.set_views(views);
        let tokens = key.tokens();
        Ok(Self {
            root: root.to_path_buf(),
            store,
            key,
            tokens,
            options,
            manifest,
            as_of: None,
            context,
            kept,
            spill,
            reading,
            writing: None,
            stage: None,
        })
    }

    /// The state that queries see.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Sees what was published since, or on a staged lake what was committed to it.
    pub async fn refresh(&mut self) -> Result<()> {
        self.manifest = match &self.stage {
            Some(stage) => stage::lock(&stage.next).clone(),
            None => manifest::newest(&self.store).await?,
        };
        self.reopen().await
    }

    /// From now on queries see records as of an instant: a record without a time of its own is of that instant, and
    /// so is who stands on a roster that was written later, where no earlier one names the person.
    pub async fn look_as_of(&mut self, time: Time) -> Result<()> {
        self.as_of = Some(time);
        self.reopen().await
    }

    async fn reopen(&mut self) -> Result<()> {
        let opened = session::open(&self.root, &self.spill, &self.manifest, self.as_of, self.options).await?;
        self.context = opened.0;
        self.kept.set_views(opened.1);
        Ok(())
    }

    /// The engine, with every table, view and function registered. For reading only.
    #[must_use]
    pub fn session(&self) -> &SessionContext {
        &self.context
    }

    /// Runs a query of our own. The order of rows is what the query says, nothing else.
    pub async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        Ok(self.context.sql(sql).await?.collect().await?)
    }

    /// Runs a query of a user: one `SELECT`, nothing that writes or reads files. Tokens come back masked. There is
    /// always at least one batch, so that an empty answer has its columns.
    pub async fn query_user(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        guard::run(&self.context, sql).await
    }

    /// The keyed token of a value, as SQL holds it.
    #[must_use]
    pub fn token(&self, class: Class, value: &str) -> Option<String> {
        self.tokens.of(class, value)
    }

    /// The keyed token of an address without its unit.
    #[must_use]
    pub fn building_token(&self, address: &str) -> Option<String> {
        self.tokens.of_building(address)
    }

    /// Begins a commit that replaces whole tables, on top of the current state. Where there are no records yet, it
    /// takes records as well.
    #[allow(clippy::unused_async, reason = "every other way to begin waits")]
    pub async fn begin(&self) -> Result<Commit> {
        Ok(Commit::begin(self))
    }
}

impl Drop for Lake {
    fn drop(&mut self) {
        // What is left of it, the next vacuum takes.
        let _ = std::fs::remove_dir_all(&self.spill);
    }
}
