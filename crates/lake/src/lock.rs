//! Who may use a lake at the same time: many read, one writes, and nothing is removed while anybody else reads.
//! The system itself lets go of a lock when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};

/// How long to sleep between two tries: other tasks of this process go on meanwhile.
const AGAIN: Duration = Duration::from_millis(20);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    /// Missing on a file system that knows no locks: then nobody can be kept out.
    file: Option<File>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Shared,
    Exclusive,
}

impl Lock {
    /// Waits until no one holds it alone.
    pub async fn shared(path: &Path) -> Result<Self> {
        wait(path, Mode::Shared).await
    }

    /// Waits until it can be held alone.
    pub async fn exclusive(path: &Path) -> Result<Self> {
        wait(path, Mode::Exclusive).await
    }

    /// Held alone, or `None` where another one holds it or the file system cannot tell.
    pub(crate) fn try_exclusive(path: &Path) -> Result<Option<Self>> {
        let lock = attempt(path, Mode::Exclusive)?;
        Ok(lock.filter(|lock| lock.file.is_some()))
    }
}

async fn wait(path: &Path, mode: Mode) -> Result<Lock> {
    loop {
        match attempt(path, mode)? {
            Some(lock) => return Ok(lock),
            None => tokio::time::sleep(AGAIN).await,
        }
    }
}

fn attempt(path: &Path, mode: Mode) -> Result<Option<Lock>> {
    let file = OpenOptions::new().create(true).append(true).open(path).map_err(Error::file(path))?;
    let tried = match mode {
        Mode::Shared => file.try_lock_shared(),
        Mode::Exclusive => file.try_lock(),
    };
    match tried {
        Ok(()) => Ok(Some(Lock { file: Some(file) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Unsupported => {
            Ok(Some(Lock { file: None }))
        }
        Err(TryLockError::Error(cause)) => Err(Error::file(path)(cause)),
    }
}

/// Held by everybody who reads; alone by whoever removes files.
pub(crate) fn reading(root: &Path) -> PathBuf {
    root.join("reading.lock")
}

/// Held alone by whoever writes.
pub(crate) fn writing(root: &Path) -> PathBuf {
    root.join("writing.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_read_and_one_is_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let (first, second) = (Lock::shared(&path).await.unwrap(), Lock::shared(&path).await.unwrap());
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        drop(first);
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        drop(second);
        let alone = Lock::try_exclusive(&path).unwrap().unwrap();
        let late = tokio::time::timeout(Duration::from_millis(60), Lock::shared(&path)).await;
        assert!(late.is_err(), "a reader waits while files are removed");
        drop(alone);
        Lock::shared(&path).await.unwrap();
    }
}
