//! Watched folders of exports, deliveries, and the check that follows. Deliveries go into the first watched folder, else
//! into the inbox of the workspace. One is on the disk before it is acknowledged, under the digest of its bytes, so the
//! same delivery twice is one. It waits in a hidden folder; before each check, what waits and looks alike becomes one
//! file: a feed of many small deliveries is no flood of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use casework::Right;
use schemars::JsonSchema;
use serde::Serialize;

use super::parcel::{self, Opened};
use super::{Desk, User};
use crate::check;
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::inbox::{self, DIGESTS, WAITS};
use crate::{file, folder};

/// Deliveries of a source that may wait for a check before more are turned away for a while.
const WAITING: usize = 5_000;
/// Bytes of a source that may wait.
const WAITING_BYTES: u64 = 512 << 20;
/// Folder of deliveries, below a watched one.
const DELIVERED: &str = "delivered";
/// Deliveries are joined up to so many bytes.
const JOINED_BYTES: usize = 64 << 20;

/// Digests of deliveries by source, as far as they were asked for.
pub(crate) type Known = BTreeMap<String, BTreeSet<String>>;

/// How a delivery is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A record a line.
    Lines,
    /// The same, packed.
    Gzip,
    /// One record, or a list of them.
    Json,
}

/// The sources that deliveries may be of.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    sources::vendors::ALL.iter().map(|one| one.kind())
}

/// What became of a delivery.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Delivery {
    /// File below the watched folder, or below the workspace.
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
    /// Where deliveries go, and the first part of what their files are called.
    fn delivers_to(&self) -> (PathBuf, &'static str) {
        match self.watched.first() {
            Some(folder) => (folder.join(DELIVERED), DELIVERED),
            None => (self.root.join(inbox::FOLDER), inbox::FOLDER),
        }
    }

    /// Takes a delivery of a source, whole or not at all.
    pub async fn deliver(&self, user: &User, source: &str, bytes: &[u8], form: Form) -> Result<Delivery> {
        user.needs(Right::Ingest)?;
        if !kinds().any(|kind| kind == source) {
            return Err(Error::Missing(format!("no source is called {source}; bonafide sources lists them")));
        }
        let Opened { bytes, lines } = parcel::open(source, bytes, form).await?;
        let bytes = bytes.as_slice();
        let (delivered, called) = self.delivers_to();
        let digest = blake3::hash(bytes).to_hex().to_string();
        let end = if form == Form::Gzip { "jsonl.gz" } else { "jsonl" };
        let name = format!("{called}/{source}/{WAITS}/{digest}.{end}");
        let home = delivered.join(source);
        let path = home.join(WAITS).join(format!("{digest}.{end}"));
        let mut known = self.delivered.lock().await;
        let before = match known.entry(source.to_owned()) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => free.insert(digests(&home)?),
        };
        if before.contains(&digest) || home.join(format!("{digest}.{end}")).exists() {
            return Ok(Delivery { file: name, digest, lines, is_new: false });
        }
        let waits = home.join(WAITS);
        folder::make_private(&waits).map_err(Error::file(&waits))?;
        let (mut count, mut waiting) = (0, 0);
        for entry in fs::read_dir(&waits).map_err(Error::file(&waits))? {
            count += 1;
            waiting += entry.and_then(|entry| entry.metadata()).map_or(0, |meta| meta.len());
        }
        if count >= WAITING || waiting + bytes.len() as u64 > WAITING_BYTES {
            return Err(Error::Busy(format!(
                "{count} deliveries of {source} wait to be read: send it again later"
            )));
        }
        file::replace(&path, bytes).map_err(Error::file(&path))?;
        // only now: what could not be written was not delivered
        before.insert(digest.clone());
        drop(known);
        self.arrived.notify_one();
        self.read(user, None, "delivery", &format!("{source} {digest}, {} bytes", bytes.len())).await?;
        Ok(Delivery { file: name, digest, lines, is_new: true })
    }

    /// Waits until something is delivered; not at all where something was since the last wait.
    pub async fn delivered(&self) {
        self.arrived.notified().await;
    }

    /// Gives what waits to the next check. Whether there was anything.
    pub async fn take_deliveries(&self) -> Result<bool> {
        let (delivered, _) = self.delivers_to();
        // nobody delivers meanwhile: what is joined is what was listed
        let _one = self.delivered.lock().await;
        let mut any = false;
        for home in folders(&delivered)? {
            any |= join(&home)?;
        }
        Ok(any)
    }

    /// What the watched folders and the inbox look like now.
    pub fn look(&self) -> Result<Look> {
        let mut found = Vec::new();
        for folder in &self.watched {
            walk(folder, &mut found)?;
        }
        if let Some(inbox) = inbox::place(&self.root) {
            walk(&inbox.path, &mut found)?;
        }
        found.sort();
        Ok(Look(found))
    }

    /// Whether there is nothing that could be checked by itself.
    #[must_use]
    pub fn is_idle(&self, look: &Look) -> bool {
        self.watched.is_empty() && look.0.is_empty()
    }

    /// Checks the watched folders, or those that the last check was told, together with the inbox, and takes the new
    /// state in.
    pub async fn check_again(&self) -> Result<()> {
        let last = Feed::last(&self.store).await?;
        let purpose =
            if self.watched.is_empty() { "records were delivered" } else { "a watched folder changed" };
        let mut feed = match last {
            Some(feed) => feed,
            None => Feed::of(&[], &check::Options { keep_raw: true, ..check::Options::default() })?,
        };
        if !self.watched.is_empty() {
            feed = feed.from(&self.watched);
        }
        // while a lake is open for questions, a check cannot tidy up
        self.readers.rest(true).await;
        check::run_on(&feed, &self.choice, &feed.options(purpose)).await?;
        self.refresh().await?;
        Ok(())
    }
}

/// Folders in a folder that may not be there, in order.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::file(folder)(cause)),
    };
    let mut out: Vec<PathBuf> =
        listed.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    out.sort();
    Ok(out)
}

/// What was delivered of a source before: what was read, and what waits.
fn digests(home: &Path) -> Result<BTreeSet<String>> {
    let path = home.join(DIGESTS);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(Error::file(&path)(cause)),
    };
    // a line that was cut off by a power cut is nobody's digest
    let mut out: BTreeSet<String> = text.lines().filter(|line| line.len() == 64).map(str::to_owned).collect();
    out.extend(waiting(home)?.iter().filter_map(|path| digest_of(path)));
    Ok(out)
}

fn digest_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.split('.').next().filter(|digest| digest.len() == 64).map(str::to_owned)
}

/// Deliveries of a source that wait, in order of their digests.
fn waiting(home: &Path) -> Result<Vec<PathBuf>> {
    let waits = home.join(WAITS);
    let listed = match fs::read_dir(&waits) {
        Ok(listed) => listed,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Error::file(&waits)(cause)),
    };
    let mut out: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    // a half that a killed process left bears no such name
    out.retain(|path| {
        digest_of(path).is_some() && path.extension().is_some_and(|end| end == "jsonl" || end == "gz")
    });
    out.sort();
    Ok(out)
}

/// How a delivery looks: the names in its first line. One that is no JSON is joined to nothing, so that it spoils nobody's
/// file; nor is one that is packed.
fn looks(path: &Path, bytes: &[u8]) -> Option<Vec<String>> {
    if path.extension().is_some_and(|end| end == "gz") {
        return None;
    }
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.is_empty())?;
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(first).ok()?;
    let mut names: Vec<String> = object.keys().cloned().collect();
    names.sort();
    Some(names)
}

/// Makes what waits of a source into files that a check reads. Whether anything waited.
fn join(home: &Path) -> Result<bool> {
    let all = waiting(home)?;
    if all.is_empty() {
        return Ok(false);
    }
    let mut joined: BTreeMap<Vec<String>, (blake3::Hasher, Vec<u8>)> = BTreeMap::new();
    let mut done = String::new();
    for path in &all {
        let bytes = fs::read(path).map_err(Error::file(path))?;
        let digest = digest_of(path).unwrap_or_default();
        match looks(path, &bytes) {
            Some(names) => {
                let (hasher, body) = joined.entry(names.clone()).or_default();
                hasher.update(digest.as_bytes());
                body.extend(&bytes);
                if body.last() != Some(&b'\n') {
                    body.push(b'\n');
                }
                if body.len() >= JOINED_BYTES
                    && let Some((hasher, body)) = joined.remove(&names)
                {
                    write(home, &hasher, &body)?;
                }
            }
            None => {
                let name = path.file_name().unwrap_or_default();
                file::replace(&home.join(name), &bytes).map_err(Error::file(path))?;
            }
        }
        done.push_str(&digest);
        done.push('\n');
    }
    for (hasher, body) in joined.values() {
        write(home, hasher, body)?;
    }
    // in this order: whatever is cut short, nothing is lost, and what is read twice is one record seen twice
    let path = home.join(DIGESTS);
    let mut file =
        fs::OpenOptions::new().create(true).append(true).open(&path).map_err(Error::file(&path))?;
    file.write_all(done.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::file(&path))?;
    for path in &all {
        fs::remove_file(path).map_err(Error::file(path))?;
    }
    Ok(true)
}

/// A joined file, under a name made of what is in it.
fn write(home: &Path, hasher: &blake3::Hasher, body: &[u8]) -> Result<()> {
    let path = home.join(format!("{}.jsonl", hasher.finalize().to_hex()));
    file::replace(&path, body).map_err(Error::file(&path))
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, u64, Option<std::time::SystemTime>)>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
        let entry = entry.map_err(Error::file(folder))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_becomes_one_file_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        fs::create_dir_all(home.join(WAITS)).unwrap();
        let put = |text: &str, end: &str| {
            let digest = blake3::hash(text.as_bytes()).to_hex();
            fs::write(home.join(WAITS).join(format!("{digest}.{end}")), text).unwrap();
            digest.to_string()
        };
        let mut all = vec![
            put("{\"a\":1,\"b\":2}\n{\"a\":3}", "jsonl"),
            put("{\"b\":4,\"a\":5}\n", "jsonl"),
            put("{\"c\":6}\n", "jsonl"),
            put("no json at all\n", "jsonl"),
            put("\u{1f}\u{8b}packed", "jsonl.gz"),
        ];
        fs::write(home.join(WAITS).join("half.part"), "x").unwrap();
        assert!(join(home).unwrap());
        assert!(!join(home).unwrap());
        let files: Vec<String> = fs::read_dir(home)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file() && !path.ends_with(DIGESTS))
            .map(|path| fs::read_to_string(path).unwrap())
            .collect();
        assert_eq!(files.len(), 4, "{files:?}");
        let lines: BTreeSet<&str> = files.iter().flat_map(|text| text.lines()).collect();
        assert_eq!(lines.len(), 6, "{lines:?}");
        all.sort();
        assert_eq!(digests(home).unwrap().into_iter().collect::<Vec<_>>(), all);
    }
}
