//! An index in a folder: one base that never changes, a file of changes behind it, and a small file that names both. A process that
//! is killed leaves what was there before, or all of what it did.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use matching::hash;
use matching::index::{Index, Source};

use crate::error::{Error, Result};
use crate::file;

/// The file that names the others; whoever replaces it has committed.
const CURRENT: &str = "current";
const FIRST_WORDS: &str = "bonafide index 1, generation ";
/// Changes are merged into the base once they have so many bytes, and an eighth of the base.
const CHANGES_BYTES: u64 = 64 << 20;
/// Length and hash before each group of changes.
const HEAD: usize = 16;

/// A file that is read anywhere.
struct Kept {
    file: File,
    size: u64,
}

impl Source for Kept {
    #[cfg(unix)]
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, out, at)
    }

    #[cfg(windows)]
    fn read_at(&self, mut at: u64, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(&self.file, out, at)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => {
                    at += count as u64;
                    out = &mut out[count..];
                }
            }
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.size
    }
}

/// An open index.
pub(super) struct Store {
    folder: PathBuf,
    generation: u64,
    /// What it holds.
    pub index: Index,
    /// Changes, where they are to be written.
    changes: Option<(File, u64)>,
    /// Held as long as changes are made: one process at a time.
    _lock: Option<File>,
}

fn base(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("base-{generation}"))
}

fn changes(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("changes-{generation}"))
}

/// The generation that counts; `None` where there is no index.
fn current(folder: &Path) -> Result<Option<u64>> {
    let path = folder.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let number = text.trim_end().strip_prefix(FIRST_WORDS).and_then(|number| number.parse().ok());
            let wrong = || Error::Input(format!("{}: is no index of ours", path.display()));
            number.map(Some).ok_or_else(wrong)
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::File { path, cause }),
    }
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = private()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(Error::configuration(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::Configuration(format!("{}: another process changes it", folder.display())))
        }
        Err(fs::TryLockError::Error(cause)) => Err(Error::File { path, cause }),
    }
}

/// Files that only their owner reads: an index holds what is compared in clear text.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a new generation whole, and makes it the one that counts.
fn commit(folder: &Path, generation: u64, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    for path in [base(folder, generation), changes(folder, generation)] {
        let file = private()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(Error::configuration(&path))?;
        file.sync_all().map_err(Error::file(&path))?;
    }
    let path = base(folder, generation);
    let file = private().write(true).open(&path).map_err(Error::file(&path))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    write(&mut out)?;
    let file =
        out.into_inner().map_err(|cause| Error::File { path: path.clone(), cause: cause.into_error() })?;
    file.sync_all().map_err(Error::file(&path))?;
    let name = folder.join(CURRENT);
    file::replace(&name, format!("{FIRST_WORDS}{generation}\n").as_bytes()).map_err(Error::file(&name))?;
    sweep(folder, generation)
}

/// Takes away what does not count: older generations, and one that was not finished.
fn sweep(folder: &Path, generation: u64) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.strip_prefix("base-").or_else(|| name.strip_prefix("changes-"));
        if number.and_then(|number| number.parse::<u64>().ok()).is_some_and(|other| other != generation) {
            fs::remove_file(&path).map_err(Error::file(&path))?;
        }
    }
    Ok(())
}

/// Whether an index may be built in a folder, and its generation: it is empty, or what is there is to be replaced.
pub(super) fn vacant(folder: &Path, replace: bool) -> Result<u64> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::configuration(folder))?;
    if let Some(before) = current(folder)? {
        if replace {
            return Ok(before + 1);
        }
        return Err(Error::Configuration(format!(
            "{}: holds an index already\nhint: --add takes records in; --rebuild builds it anew from the named files",
            folder.display()
        )));
    }
    let mut others = fs::read_dir(folder).map_err(Error::file(folder))?.filter_map(io::Result::ok);
    let is_ours = |name: &str| name == "lock" || name.starts_with("base-") || name.starts_with("changes-");
    if let Some(other) = others.find(|entry| !is_ours(&entry.file_name().to_string_lossy())) {
        let what = format!("{}: is no index and not empty", other.path().display());
        return Err(Error::Configuration(format!("{what}\nhint: name a folder of its own")));
    }
    Ok(1)
}

/// Builds an index in a folder, in place of one that is there if that is wished.
pub(super) fn create(
    folder: &Path,
    replace: bool,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    vacant(folder, replace)?;
    let _lock = lock(folder)?;
    commit(folder, vacant(folder, replace)?, write)
}

/// Groups of changes that are whole, and where they end.
fn whole(bytes: &[u8]) -> (Vec<&[u8]>, usize) {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(head) = bytes.get(at..at + HEAD) {
        let number = |part: &[u8]| u64::from_le_bytes(part.try_into().unwrap_or_default());
        let end = usize::try_from(number(&head[..8])).ok().and_then(|length| (at + HEAD).checked_add(length));
        let Some(group) = end.and_then(|end| bytes.get(at + HEAD..end)) else { break };
        if hash::bytes(group) != number(&head[8..]) {
            break;
        }
        at += HEAD + group.len();
        out.push(group);
    }
    (out, at)
}

impl Store {
    /// Opens an index, to be read or to be changed.
    pub(super) fn open(folder: &Path, to_change: bool) -> Result<Self> {
        let absent = || {
            let what = format!("{}: holds no index", folder.display());
            Error::Configuration(format!(
                "{what}\nhint: bonafide link FILE --id COLUMN --index DIR builds one"
            ))
        };
        let mut before = current(folder)?.ok_or_else(absent)?;
        let lock = if to_change { Some(lock(folder)?) } else { None };
        // Another process may have merged the changes meanwhile.
        for _ in 0..8 {
            let generation = current(folder)?.ok_or_else(absent)?;
            match Self::read(folder, generation, to_change) {
                Err(Error::File { cause, .. })
                    if cause.kind() == io::ErrorKind::NotFound && current(folder)? != Some(before) =>
                {
                    before = generation;
                }
                Err(error) => return Err(error),
                Ok((index, changes)) => {
                    let folder = folder.to_path_buf();
                    return Ok(Self { folder, generation, index, changes, _lock: lock });
                }
            }
        }
        Err(Error::Configuration(format!("{}: changes faster than it can be opened", folder.display())))
    }

    fn read(folder: &Path, generation: u64, to_change: bool) -> Result<(Index, Option<(File, u64)>)> {
        let path = base(folder, generation);
        let file = File::open(&path).map_err(Error::file(&path))?;
        let size = file.metadata().map_err(Error::file(&path))?.len();
        let mut index = Index::open(Box::new(Kept { file, size }))?;
        let path = changes(folder, generation);
        let mut file =
            OpenOptions::new().read(true).write(to_change).open(&path).map_err(Error::file(&path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Error::file(&path))?;
        let (groups, end) = whole(&bytes);
        for group in groups {
            index.replay(group)?;
        }
        if !to_change {
            return Ok((index, None));
        }
        // What a killed process began to write is no change.
        file.set_len(end as u64).map_err(Error::file(&path))?;
        file.seek(SeekFrom::Start(end as u64)).map_err(Error::file(&path))?;
        Ok((index, Some((file, end as u64))))
    }

    /// Keeps what was changed: all of it, or nothing.
    pub(super) fn keep(&mut self) -> Result<()> {
        let group = self.index.take_changes();
        if group.is_empty() {
            return Ok(());
        }
        let path = changes(&self.folder, self.generation);
        let Some((file, size)) = &mut self.changes else {
            return Err(Error::Defect(format!("{}: was opened to be read", path.display())));
        };
        let mut bytes = Vec::with_capacity(HEAD + group.len());
        bytes.extend((group.len() as u64).to_le_bytes());
        bytes.extend(hash::bytes(&group).to_le_bytes());
        bytes.extend(group);
        file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(Error::file(&path))?;
        *size += bytes.len() as u64;
        if *size > CHANGES_BYTES.max(self.index.status().bytes / 8) {
            self.compact()?;
        }
        Ok(())
    }

    /// Bytes of the changes.
    pub(super) fn changes_bytes(&self) -> u64 {
        fs::metadata(changes(&self.folder, self.generation)).map_or(0, |data| data.len())
    }

    /// Merges the changes into the base.
    pub(super) fn compact(&mut self) -> Result<()> {
        let index = &self.index;
        commit(&self.folder, self.generation + 1, |out| Ok(index.compact(out)?))?;
        self.generation += 1;
        let (index, changes) = Self::read(&self.folder, self.generation, true)?;
        (self.index, self.changes) = (index, changes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_group_is_no_change() {
        let mut bytes = Vec::new();
        for group in [b"one".as_slice(), b"other"] {
            bytes.extend((group.len() as u64).to_le_bytes());
            bytes.extend(hash::bytes(group).to_le_bytes());
            bytes.extend(group);
        }
        let first = HEAD + 3;
        for length in 0..=bytes.len() {
            let (groups, end) = whole(&bytes[..length]);
            let want = if length == bytes.len() { 2 } else { usize::from(length >= first) };
            assert_eq!((groups.len(), end), (want, [0, first, bytes.len()][want]), "{length}");
        }
        bytes[first + 8] ^= 1;
        assert_eq!(whole(&bytes).1, first);
        // A length that lies.
        bytes[first..first + 8].fill(0xff);
        assert_eq!(whole(&bytes).1, first);
    }
}
