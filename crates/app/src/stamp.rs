//! Files that were read before and have not been touched since: what the file system says of them saves reading them
//! again only to learn that nothing changed.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

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
        (modified < settled && changed < settled).then(|| Self {
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
