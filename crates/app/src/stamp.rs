//! Files that were read before and have not been touched since: what the file system says of them saves reading them
//! again only to learn that nothing changed.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use store::Store;

use crate::error::{Error, Result};
use crate::folder::{self, Listing, Place};

/// A file that was changed this short a time ago may be changed once more within the clock's grain.
const SETTLED: Duration = Duration::from_secs(2);

/// What the file system says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    modified: u128,
    /// When its entry was changed last, which no program can set; and which file it is.
    entry: (i64, i64, u64),
}

/// Setting of the workspace. It is no part of a state: it only saves work, and is right or wrong by itself.
const STAMPS: &str = "stamps";

/// What some folders hold; files that were not touched since the last time are not read.
pub async fn list(store: &Store, places: &[Place]) -> Result<Listing> {
    // What cannot be understood only costs reading the files again.
    let known = store.get(STAMPS).await?;
    let mut stamps: Stamps =
        known.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let listing = folder::list(places, &mut stamps)?;
    let text = serde_json::to_string(&stamps).map_err(|cause| Error::Defect(cause.to_string()))?;
    if known.as_ref() != Some(&text) {
        store.set(STAMPS, &text).await?;
    }
    Ok(listing)
}

/// Forgets the names of files.
pub async fn forget(store: &Store) -> Result<()> {
    Ok(store.set(STAMPS, "{}").await?)
}

/// Digests of files by name, each with the stamp that it had.
pub type Stamps = BTreeMap<String, (Stamp, String)>;

impl Stamp {
    /// Bytes of the file.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Of a file; `None` where the file system does not say enough, or the file was changed just now.
    #[must_use]
    pub fn of(file: &Metadata) -> Option<Self> {
        let modified = file.modified().ok()?;
        let entry = entry(file);
        let settled = SystemTime::now().checked_sub(SETTLED)?;
        let changed = UNIX_EPOCH + Duration::from_secs(u64::try_from(entry.0).unwrap_or(0));
        let since = modified.duration_since(UNIX_EPOCH).ok()?;
        (modified < settled && changed < settled).then_some(Self {
            size: file.len(),
            modified: since.as_nanos(),
            entry,
        })
    }
}

#[cfg(unix)]
fn entry(file: &Metadata) -> (i64, i64, u64) {
    use std::os::unix::fs::MetadataExt;
    (file.ctime(), file.ctime_nsec(), file.ino())
}

#[cfg(not(unix))]
fn entry(_: &Metadata) -> (i64, i64, u64) {
    (0, 0, 0)
}
