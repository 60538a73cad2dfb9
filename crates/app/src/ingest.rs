//! Exports in, records and rejects out: one commit for the whole folder, so a kill leaves the old state or the
//! new one.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use lake::commit::RejectRow;
use lake::{Commit, FileEntry, Lake};
use sources::mapping::{self, Mapping};
use sources::{Sample, frame};

use crate::enrich::Networks;
use crate::error::{Error, Result};
use crate::folder::{self, InputFile};
use crate::pump::{self, Stream};
use crate::scope::Scope;
use crate::workspace::{Choice, Workspace};

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Keep the bytes behind records.
    pub keep_raw: bool,
    /// Mapping files of the user.
    pub mappings: Vec<PathBuf>,
    /// MMDB file of the user.
    pub mmdb: Option<PathBuf>,
    /// Threads that parse.
    pub threads: usize,
}

/// What reading gave.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    /// Files in the folder.
    pub files: usize,
    /// Of these, read before.
    pub known: usize,
    /// Names of files with the same bytes as another one.
    pub twins: Vec<String>,
    /// Streams as the manifest has them now.
    pub streams: Vec<FileEntry>,
}

/// Setting of the workspace that says how its records were read.
const READ_WITH: &str = "read_with";

/// Reads what is new in the folder. When the folder lost a file, or is to be read in another way than before,
/// everything is read again: an answer must not depend on what was checked yesterday.
pub async fn run(
    mut workspace: Workspace,
    input: &Path,
    choice: &Choice,
    reading: &Reading,
    scope: &Scope,
) -> Result<(Workspace, Ingested)> {
    let mut files = folder::list(input)?;
    let mut twins = Vec::new();
    files.dedup_by(|twin, first| {
        let same = twin.digest == first.digest;
        if same {
            twins.push(twin.name.clone());
        }
        same
    });
    let mappings = read_mappings(&reading.mappings)?;
    let networks = reading.mmdb.as_deref().map(Networks::open).transpose()?;
    let wanted: BTreeSet<&str> = files.iter().map(|file| file.digest.as_str()).collect();
    let lost = workspace.lake.manifest().files.iter().any(|entry| !wanted.contains(entry.digest.as_str()));
    let way = way_of_reading(reading, scope, networks.as_ref())?;
    if lost || workspace.store.get(READ_WITH).await?.is_some_and(|before| before != way) {
        workspace = workspace.start_over(choice).await?;
    }
    workspace.store.set(READ_WITH, &way).await?;
    let known: BTreeSet<String> =
        workspace.lake.manifest().files.iter().map(|entry| entry.digest.clone()).collect();
    let fresh: Vec<&InputFile> = files.iter().filter(|file| !known.contains(&file.digest)).collect();
    if !fresh.is_empty() {
        let mut commit = workspace.lake.begin().await?;
        let with = With { lake: &workspace.lake, reading, mappings: &mappings, networks: networks.as_ref(), scope };
        for file in &fresh {
            read_file(&with, &mut commit, file)?;
        }
        commit.publish().await?;
        workspace.lake.refresh().await?;
    }
    let ingested = Ingested {
        files: files.len(),
        known: files.len() - fresh.len(),
        twins,
        streams: workspace.lake.manifest().files.clone(),
    };
    Ok((workspace, ingested))
}

/// What every stream is read with.
struct With<'a> {
    lake: &'a Lake,
    reading: &'a Reading,
    mappings: &'a [Mapping],
    networks: Option<&'a Networks>,
    scope: &'a Scope,
}

fn read_mappings(paths: &[PathBuf]) -> Result<Vec<Mapping>> {
    let mut out = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
        let read = mapping::parse(&text, &path.display().to_string());
        out.push(read.map_err(|cause| Error::Configuration(cause.to_string()))?);
    }
    Ok(out)
}

/// Everything but the files that decides what records they give, as a digest.
fn way_of_reading(reading: &Reading, scope: &Scope, networks: Option<&Networks>) -> Result<String> {
    let mut hash = blake3::Hasher::new();
    let mut add = |part: &str| {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    add(if reading.keep_raw { "raw" } else { "no raw" });
    for path in &reading.mappings {
        add(&std::fs::read_to_string(path).map_err(Error::file(path))?);
    }
    add(networks.map_or("", |networks| &networks.digest));
    scope.sources.iter().for_each(|kind| add(kind));
    Ok(hash.finalize().to_hex().to_string())
}

fn read_file(with: &With<'_>, commit: &mut Commit, input: &InputFile) -> Result<()> {
    let file = File::open(&input.path).map_err(Error::file(&input.path))?;
    let mut streams = 0;
    let problems = sources::container::open(&input.name, file, |member| {
        streams += 1;
        read_stream(with, commit, input, &member.name, member.reader)
    })?;
    for problem in problems {
        let entry = entry_of(input, &problem.name, None, problem.reason.clone());
        let found = commit.find_file(&input.digest, &problem.name);
        let at = found.unwrap_or_else(|| commit.start_file(entry));
        commit.reject(at, [reject_of_stream(&problem.reason, "")])?;
        streams += 1;
    }
    if streams == 0 {
        // An archive without members: known from now on, so that it is not opened again each time.
        commit.start_file(entry_of(input, &input.name, None, "an archive that holds nothing".into()));
    }
    Ok(())
}

fn entry_of(input: &InputFile, name: &str, source: Option<&str>, why: String) -> FileEntry {
    FileEntry {
        name: name.to_owned(),
        digest: input.digest.clone(),
        size: input.size,
        source: source.map(str::to_owned),
        why,
        ..FileEntry::default()
    }
}

fn reject_of_stream(reason: &str, sample: &str) -> RejectRow {
    RejectRow { line: 1, offset: 0, column: None, reason: reason.to_owned(), sample: sample.to_owned() }
}

fn read_stream(
    with: &With<'_>,
    commit: &mut Commit,
    input: &InputFile,
    name: &str,
    reader: &mut dyn Read,
) -> Result<()> {
    let (head, whole) = frame::sample(reader);
    let found = match sources::recognise(&Sample { name, bytes: &head }, with.mappings) {
        Ok(found) => found,
        Err(unknown) => {
            let at = commit.start_file(entry_of(input, name, None, unknown.reason.clone()));
            // An empty file says nothing and lost nothing.
            if unknown.reason != "empty" {
                let whole = sources::Unit { offset: 0, length: 0, line: 1 };
                let sample = frame::reject(whole, "", &head).sample;
                commit.reject(at, [reject_of_stream(&unknown.reason, &sample)])?;
            }
            return Ok(());
        }
    };
    if !with.scope.allows_source(found.kind) {
        commit.start_file(entry_of(input, name, Some(found.kind), "left out by scope".into()));
        return Ok(());
    }
    let at = commit.start_file(entry_of(input, name, Some(found.kind), found.why.clone()));
    let raw = if with.reading.keep_raw { Some(commit.raw_writer(with.lake)?) } else { None };
    let stream = Stream { at, found: &found, networks: with.networks, threads: with.reading.threads };
    let kept = pump::run(&stream, commit, whole, raw)?;
    if let Some(entry) = commit.file_mut(at) {
        entry.raw = kept;
        entry.undated = found.reader.snapshot_time().is_some();
    }
    Ok(())
}

