//! Where records live and how they are queried: immutable Parquet files, one numbered manifest for all tables,
//! raw bytes kept once and encrypted, views and pure SQL functions on an embedded engine.
//!
//! # Layout
//! - [`key`]: the workspace key, tokens, sealing; [`schema`]: tables as Arrow schemas
//! - [`manifest`]: what a commit is; [`commit`]: how one is made; [`raw`]: the bytes behind records
//! - [`session`]: tables, views and [`functions`] for queries; [`guard`]: what a user's query may do
//! - [`kept`]: answers of earlier questions
//! - [`records`]: one record with its bytes, clear values; [`rows`]: cells out of record batches; [`answer`]: answers
//!   to a user's query as they leave
//!
//! Knows nothing of what an indicator is.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod answer;
mod cite;
pub mod commit;
mod error;
mod functions;
mod guard;
mod kept;
mod key;
mod like;
mod manifest;
mod raw;
mod records;
pub mod rows;
mod schema;
mod session;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::object_store::ObjectStore;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::prelude::SessionContext;
use model::Class;

pub use commit::{Commit, FileIx, Row};
pub use error::{Error, Result};
pub use guard::mask_tokens;
pub use key::{TOKEN_PREFIX, WorkspaceKey};
pub use manifest::{FileEntry, Manifest, TableFile};
pub use raw::RawWriter;
pub use records::{StoredRecord, Vault};

use kept::Kept;
use key::Tokens;

/// Limits of the engine.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Memory pool of queries, bytes; they spill beyond it.
    pub memory_bytes: usize,
    /// Partitions that a query is spread over.
    pub threads: usize,
}

/// One workspace's records, as of its newest manifest when it was opened or refreshed.
pub struct Lake {
    root: PathBuf,
    store: Arc<dyn ObjectStore>,
    key: WorkspaceKey,
    tokens: Tokens,
    options: Options,
    manifest: Manifest,
    context: SessionContext,
    kept: Kept,
}

impl Lake {
    /// Opens the lake in a folder, making it if need be.
    pub async fn open(root: &Path, key: WorkspaceKey, options: Options) -> Result<Self> {
        for folder in ["manifest", "tables", "raw"] {
            let path = root.join(folder);
            std::fs::create_dir_all(&path).map_err(Error::file(&path))?;
        }
        let local = LocalFileSystem::new_with_prefix(root)?;
        let store: Arc<dyn ObjectStore> = Arc::new(local);
        let manifest = manifest::newest(&store).await?;
        let (context, views) = session::open(root, &store, &manifest, options).await?;
        let mut kept = Kept::new(root);
        kept.set_views(views);
        let tokens = key.tokens();
        Ok(Self { root: root.to_path_buf(), store, key, tokens, options, manifest, context, kept })
    }

    /// The state that queries see.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Sees what was published since.
    pub async fn refresh(&mut self) -> Result<()> {
        self.manifest = manifest::newest(&self.store).await?;
        let (context, views) = session::open(&self.root, &self.store, &self.manifest, self.options).await?;
        self.context = context;
        self.kept.set_views(views);
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

    /// Begins a commit on top of the current state.
    pub async fn begin(&self) -> Result<Commit> {
        Commit::begin(self).await
    }

    /// Begins a commit that only replaces derived tables: it need not know which records there are.
    #[must_use]
    pub fn begin_derived(&self) -> Commit {
        Commit::begin_derived(self)
    }
}
