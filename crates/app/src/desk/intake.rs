//! A watched folder of exports, deliveries into it, and the check that follows. A delivery is a file like any other: it
//! is on the disk before it is acknowledged, its name is the digest of its bytes, and so the same delivery twice is one.

use std::fs;
use std::path::{Path, PathBuf};

use casework::Right;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Desk, User};
use crate::check::{self, Options};
use crate::error::{Error, Result};
use crate::file;

/// Deliveries that wait for a check before more are turned away.
const WAITING: usize = 2_000;

/// What became of a delivery.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Delivery {
    /// File below the watched folder.
    pub file: String,
    /// blake3 of its bytes.
    pub digest: String,
    /// Lines.
    pub lines: usize,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// What the folder looked like: enough to see that something changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look(Vec<(PathBuf, u64, Option<std::time::SystemTime>)>);

impl Desk {
    /// Whether a folder is watched.
    #[must_use]
    pub fn watches(&self) -> bool {
        self.watched.is_some()
    }

    /// Takes a delivery of a source: lines of JSON, plain or gzip.
    pub async fn deliver(&self, user: &User, source: &str, bytes: &[u8], is_gzip: bool) -> Result<Delivery> {
        user.needs(Right::Ingest)?;
        let Some(folder) = &self.watched else {
            return Err(Error::Conflict("no folder is watched; hint: bonafide serve --watch DIR".into()));
        };
        let known = sources::vendors::ALL.iter().any(|one| one.kind() == source);
        if !known {
            return Err(Error::Missing(format!("no source is called {source}; bonafide sources lists them")));
        }
        let lines =
            if is_gzip { 0 } else { bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count() };
        let starts_right = if is_gzip { bytes.starts_with(&[0x1f, 0x8b]) } else { lines > 0 };
        if !starts_right {
            return Err(Error::Input("a delivery is lines of JSON, plain or gzip".into()));
        }
        let digest = blake3::hash(bytes).to_hex().to_string();
        let end = if is_gzip { "jsonl.gz" } else { "jsonl" };
        let name = format!("delivered/{source}/{digest}.{end}");
        let path = folder.join(&name);
        let parent = folder.join("delivered").join(source);
        fs::create_dir_all(&parent).map_err(Error::file(&parent))?;
        if path.exists() {
            return Ok(Delivery { file: name, digest, lines, is_new: false });
        }
        let waiting = fs::read_dir(&parent).map_err(Error::file(&parent))?.count();
        if waiting >= WAITING {
            return Err(Error::Conflict(format!(
                "{waiting} deliveries of {source} lie here: join them into fewer files"
            )));
        }
        file::replace(&path, bytes).map_err(Error::file(&path))?;
        self.read(user, None, "delivery", &format!("{name}, {} bytes", bytes.len())).await?;
        Ok(Delivery { file: name, digest, lines, is_new: true })
    }

    /// What the watched folder looks like now.
    pub fn look(&self) -> Result<Look> {
        let mut found = Vec::new();
        if let Some(folder) = &self.watched {
            walk(folder, &mut found)?;
        }
        found.sort();
        Ok(Look(found))
    }

    /// Checks the watched folder, and takes the new state in.
    pub async fn check_again(&self) -> Result<()> {
        let Some(folder) = &self.watched else { return Ok(()) };
        let options = Options {
            keep_raw: true,
            purpose: Some("the watched folder changed".into()),
            ..Options::default()
        };
        check::run(folder, &self.choice, &options).await?;
        self.refresh().await?;
        Ok(())
    }
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, u64, Option<std::time::SystemTime>)>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let entry = entry.map_err(Error::file(folder))?;
        let kind = entry.file_type().map_err(Error::file(folder))?;
        if kind.is_dir() {
            walk(&entry.path(), found)?;
        } else if let (true, Ok(meta)) = (kind.is_file(), entry.metadata()) {
            // a file that vanishes between two looks is seen to be gone by the next one
            found.push((entry.path(), meta.len(), meta.modified().ok()));
        }
    }
    Ok(())
}
