//! What the lake may fail with.

use std::path::{Path, PathBuf};

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::object_store;
use datafusion::parquet::errors::ParquetError;
use model::Blame;

/// An error of the lake.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the workspace could not be used.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The object store refused.
    #[error("workspace: {0}")]
    Store(#[from] object_store::Error),
    /// Another process published first.
    #[error("another process wrote to this workspace at the same time (manifest {0}); hint: run again")]
    LostRace(u64),
    /// Others read and do not end.
    #[error("others read this workspace and do not end, so old files could not be removed; hint: run again")]
    Busy,
    /// The manifest cannot be read.
    #[error("manifest {sequence}: {cause}")]
    Manifest {
        /// Its number.
        sequence: u64,
        /// Why.
        cause: String,
    },
    /// The key does not open this workspace.
    #[error("the key does not fit this workspace, or its bytes were changed: {0}")]
    Key(String),
    /// A query of the user that is not allowed or not understood.
    #[error("query: {0}")]
    Query(String),
    /// The engine failed.
    #[error("engine: {0}")]
    Engine(#[from] DataFusionError),
    /// Columns failed.
    #[error("columns: {0}")]
    Arrow(#[from] ArrowError),
    /// Parquet failed.
    #[error("parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// We are wrong.
    #[error("{0}")]
    Defect(String),
}

/// Result of the lake.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn file(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |cause| Self::File { path, cause }
    }

    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Query(_) => Blame::Input,
            Self::File { .. }
            | Self::Store(_)
            | Self::LostRace(_)
            | Self::Busy
            | Self::Manifest { .. }
            | Self::Key(_) => Blame::Environment,
            Self::Engine(_) | Self::Arrow(_) | Self::Parquet(_) | Self::Defect(_) => Blame::Defect,
        }
    }
}
