//! Exports in, records and rejects out, on a staged lake: nothing is seen before the whole check is published.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use lake::commit::RejectRow;
use lake::{Commit, FileEntry, Lake, foreign};
use model::Time;
use sources::mapping::{self, Mapping};
use sources::place;
use sources::value::date_in_name;
use sources::{Sample, frame};

use crate::enrich::Networks;
use crate::error::{Error, Result};
use crate::folder::{InputFile, Listing};
use crate::inbox;
use crate::mask;
use crate::pump::{self, Stream};
use crate::scope::Scope;

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

/// What the exports are read with: files of the user, read and checked.
pub struct Aids {
    mappings: Vec<Mapping>,
    networks: Option<Networks>,
    /// Digest of everything but the exports that decides what records they give.
    way: String,
}

/// What reading gave.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    /// Files in the folder.
    pub files: usize,
    /// Of these, read before.
    pub known: usize,
    /// Whether everything was read anew, because a file is gone or was changed, or the way to read was.
    pub anew: bool,
    /// Names of files with the same bytes as another one.
    pub twins: Vec<String>,
    /// What was left out of the folder, in words.
    pub notes: Vec<String>,
    /// Streams as the state has them now.
    pub streams: Vec<FileEntry>,
}

/// Note of the state that says how its records were read.
const READ_WITH: &str = "read_with";

impl Aids {
    /// Reads what the user named.
    pub fn read(reading: &Reading, scope: &Scope) -> Result<Self> {
        let networks = reading.mmdb.as_deref().map(Networks::open).transpose()?;
        let mut hash = blake3::Hasher::new();
        let mut add = |part: &str| {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        };
        add(env!("CARGO_PKG_VERSION"));
        add(if reading.keep_raw { "raw" } else { "no raw" });
        let mut mappings = Vec::new();
        for path in &reading.mappings {
            let text = std::fs::read_to_string(path).map_err(Error::configuration(path))?;
            let read = mapping::parse(&text, &path.display().to_string());
            mappings.push(read.map_err(|cause| Error::Configuration(cause.to_string()))?);
            add(&text);
        }
        add(networks.as_ref().map_or("", |networks| &networks.digest));
        scope.sources.iter().for_each(|kind| add(kind));
        Ok(Self { mappings, networks, way: hash.finalize().to_hex().to_string() })
    }

    /// Source kinds that only mappings of the user give.
    pub fn mapped(&self) -> impl Iterator<Item = &str> {
        self.mappings.iter().map(|mapping| mapping.source.as_str())
    }
}

/// Reads what is new in the folder. Where the folder lost or changed a file, or is to be read in another way than
/// before, everything is read again: an answer must not depend on what was checked yesterday.
pub async fn run(
    lake: &mut Lake,
    listing: Listing,
    reading: &Reading,
    aids: &Aids,
    scope: &Scope,
) -> Result<Ingested> {
    let Listing { mut files, notes, lacks_a_folder } = listing;
    let mut ingested = Ingested { files: files.len(), notes, ..Ingested::default() };
    let known = Known::new(lake, &files, lacks_a_folder);
    files.dedup_by(|twin, first| {
        let same = Bytes::of(twin) == Bytes::of(first);
        if same {
            ingested.twins.push(twin.name.clone());
        }
        same
    });
    if files.is_empty() {
        // A folder that is empty today (a share that is not there) is no reason to forget what was read.
        ingested.notes.push("there is no file to read".into());
        return Ok(ingested);
    }
    let way = lake.manifest().notes.get(READ_WITH);
    ingested.anew = known.has_lost || way.is_some_and(|way| *way != aids.way);
    if ingested.anew && lacks_a_folder {
        let text = "everything is to be read anew, and a folder that was read before is not there; hint: bonafide check DIR";
        return Err(Error::Input(text.into()));
    }
    let is_fresh = |file: &&InputFile| ingested.anew || !known.read.contains(&Bytes::of(file));
    let fresh: Vec<&InputFile> = files.iter().filter(is_fresh).collect();
    ingested.known = files.len() - fresh.len();
    if !fresh.is_empty() {
        let mut commit = if ingested.anew { lake.begin_anew() } else { lake.begin_reading().await? };
        for file in &fresh {
            read_file(&With { reading, aids, scope }, &mut commit, file)?;
        }
        commit.note(READ_WITH, &aids.way);
        commit.publish().await?;
        lake.refresh().await?;
    }
    ingested.streams = lake.manifest().files.clone();
    Ok(ingested)
}

/// What tells one file from another: its bytes, the date that its name gives to a sheet without one, and the host or the
/// candidate that it gives to plain text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bytes {
    digest: String,
    date: Option<Time>,
    about: [Option<String>; 2],
}

impl Bytes {
    fn new(digest: &str, name: &str) -> Self {
        // (objects and tables say themselves what they are about)
        let lower = name.to_lowercase();
        let is_plain = [".txt", ".log", ".trace", ".md", ".text"].iter().any(|end| lower.ends_with(end));
        let about = if is_plain { [place::host(name), place::candidate(name)] } else { [None, None] };
        Self { digest: digest.to_owned(), date: date_in_name(name), about }
    }

    fn of(file: &InputFile) -> Self {
        Self::new(&file.digest, &file.name)
    }

    fn of_entry(entry: &FileEntry) -> Self {
        Self::new(&entry.digest, outer(&entry.name))
    }
}

/// Name of the file that a stream came in.
fn outer(name: &str) -> &str {
    name.split('!').next().unwrap_or_default()
}

/// What stands in a name in place of somebody who was erased.
const ERASED: char = '•';

/// What the state knows of the files that the folder holds now.
struct Known {
    /// Files that were read.
    read: BTreeSet<Bytes>,
    /// Whether something that was read is not there any more, or not under its name. A name may give an undated sheet
    /// its date, so the same bytes under another name are another file.
    has_lost: bool,
}

impl Known {
    fn new(lake: &Lake, files: &[InputFile], lacks_a_folder: bool) -> Self {
        let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for file in files {
            names.entry(&file.digest).or_default().insert(&file.name);
        }
        let is_there = |entry: &FileEntry| {
            let outer = outer(&entry.name);
            let of_digest = names.get(entry.digest.as_str());
            of_digest.is_some_and(|names| {
                names.contains(outer) || outer.contains(ERASED) || names.iter().any(|name| name.contains('!'))
            })
        };
        let entries = &lake.manifest().files;
        Self {
            has_lost: entries
                .iter()
                .filter(|entry| !lacks_a_folder || entry.name.starts_with(inbox::UNDER))
                .any(|entry| !is_there(entry)),
            read: entries.iter().map(Bytes::of_entry).collect(),
        }
    }
}

/// What every stream is read with.
struct With<'a> {
    reading: &'a Reading,
    aids: &'a Aids,
    scope: &'a Scope,
}

fn read_file(with: &With<'_>, commit: &mut Commit, input: &InputFile) -> Result<()> {
    let opened = match &input.problem {
        Some(problem) => Err(problem.clone()),
        None => File::open(&input.path).map_err(|cause| format!("cannot be read: {cause}")),
    };
    let file = match opened {
        Ok(file) => file,
        Err(problem) => {
            let at = commit.start_file(entry_of(input, &input.name, None, problem.clone()));
            return Ok(commit.reject(at, [reject_of_stream(&problem, "")])?);
        }
    };
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
    if !head.starts_with(foreign::MARK) {
        return read_lines(with, commit, input, name, &head, whole);
    }
    // columns: what is kept and shown of them is each row as a line of JSON
    let mut bytes = Vec::new();
    let read = whole.take(PARQUET_LIMIT + 1).read_to_end(&mut bytes);
    let problem = match (read, bytes.len() as u64 > PARQUET_LIMIT) {
        (Ok(_), false) => match foreign::Lines::open(bytes) {
            Ok(lines) => {
                let (head, whole) = frame::sample(lines);
                return read_lines(with, commit, input, name, &head, whole);
            }
            Err(_) => "Parquet file is damaged or cut short",
        },
        (Ok(_), true) => "Parquet file over 512 MiB: split it",
        (Err(_), _) => "Parquet file could not be read to its end",
    };
    let at = commit.start_file(entry_of(input, name, None, problem.into()));
    Ok(commit.reject(at, [reject_of_stream(problem, "")])?)
}

/// A Parquet file is held in memory whole: its index stands at its end.
const PARQUET_LIMIT: u64 = 512 << 20;

fn read_lines(
    with: &With<'_>,
    commit: &mut Commit,
    input: &InputFile,
    name: &str,
    head: &[u8],
    whole: impl Read,
) -> Result<()> {
    let found = match sources::recognise(&Sample { name, bytes: head }, &with.aids.mappings) {
        Ok(found) => found,
        Err(unknown) => {
            let at = commit.start_file(entry_of(input, name, None, unknown.reason.clone()));
            // An empty file or answer says nothing and lost nothing; of why people were away not even a sample is kept.
            let lost_nothing = [
                "empty",
                sources::recognise::WITHOUT_RECORDS,
                sources::mapping::ABSENCES,
                sources::mapping::MEETINGS,
            ];
            if !lost_nothing.contains(&unknown.reason.as_str()) {
                let whole = sources::Unit { offset: 0, length: 0, line: 1 };
                let sample = frame::reject(whole, "", head).sample;
                let sample = mask::sample(&sample, with.reading.keep_raw);
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
    let raw = if with.reading.keep_raw { Some(commit.raw_writer()?) } else { None };
    let networks = with.aids.networks.as_ref();
    let stream = Stream { at, found: &found, networks, threads: with.reading.threads };
    let kept = pump::run(&stream, commit, whole, raw)?;
    if let Some(entry) = commit.file_mut(at) {
        entry.raw = kept;
        entry.undated = found.reader.snapshot_time().is_some();
    }
    Ok(())
}
