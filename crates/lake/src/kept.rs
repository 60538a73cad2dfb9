//! Answers kept beside the tables: the same question over the same files gives the same answer, so it is asked once.
//! The key is made of the question (its times in it), the files of every table that its plan reads, and the program
//! that asks. An answer that no check used is thrown away, and so is every answer when records are erased. They lie
//! sealed, since they name people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{LogicalPlan, TableScan};

use crate::error::{Error, Result};
use crate::key::{Sealer, WorkspaceKey};
use crate::{Lake, Parts, session};

/// Where answers are kept, below the lake.
const FOLDER: &str = "kept";
/// What is being written.
const PART: &str = ".part";
/// A longer answer is asked again.
const LARGEST: usize = 64 << 20;

/// Answers of one workspace.
pub(crate) struct Kept {
    folder: PathBuf,
    sealer: Sealer,
    /// Key of the digests: a question may name people.
    questions: [u8; 32],
    /// The program, as part of every key; missing where it cannot be told: then nothing is kept.
    program: Option<String>,
    /// Tables that each view reads.
    views: BTreeMap<String, BTreeSet<String>>,
    used: Mutex<BTreeSet<String>>,
    /// Answers written so far.
    writes: AtomicUsize,
}

impl Kept {
    pub(crate) fn new(root: &Path, key: &WorkspaceKey) -> Self {
        Self {
            folder: root.join(FOLDER),
            sealer: key.kept_answers(),
            questions: key.kept_questions(),
            program: program(),
            views: BTreeMap::new(),
            used: Mutex::default(),
            writes: AtomicUsize::new(0),
        }
    }

    pub(crate) fn set_views(&mut self, views: BTreeMap<String, BTreeSet<String>>) {
        self.views = views;
    }

    /// Bytes kept under a key.
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        // A file cut short by a fall of the machine does not open, and is no answer.
        self.sealer.open(&std::fs::read(self.folder.join(key)).ok()?).ok()
    }

    fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        std::fs::create_dir_all(&self.folder).map_err(Error::file(&self.folder))?;
        let path = self.folder.join(key);
        // two at once may have asked the same: each writes a file of its own, and the last name counts
        let (process, turn) = (std::process::id(), self.writes.fetch_add(1, Ordering::Relaxed));
        let beside = self.folder.join(format!("{key}.{process}.{turn}{PART}"));
        std::fs::write(&beside, self.sealer.seal(bytes)?).map_err(Error::file(&beside))?;
        std::fs::rename(&beside, &path).map_err(Error::file(&path))
    }

    fn note(&self, key: &str) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
    }

    /// Digest of a question over the files of some tables, as of the instant that the lake is looked at.
    fn key(&self, question: &str, tables: &BTreeSet<String>, lake: &Lake) -> Option<String> {
        let mut hash = blake3::Hasher::new_keyed(&self.questions);
        let mut add = |part: &str| {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        };
        add(self.program.as_deref()?);
        add(question);
        add(&lake.as_of.map_or(String::new(), |time| time.0.to_string()));
        for table in tables {
            add(table);
            let files = lake.manifest.tables.get(table).map_or(&[][..], Vec::as_slice);
            add(&files.len().to_string());
            files.iter().for_each(|file| add(&file.path));
        }
        Some(hash.finalize().to_hex()[..32].to_owned())
    }
}

/// Version and build of this program: what another build computed is not taken over.
fn program() -> Option<String> {
    let meta = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let built = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), meta.len(), built.as_nanos()))
}

/// Names of the tables that a plan reads, views with what they read.
pub(crate) fn tables_of(
    plan: &LogicalPlan,
    views: &BTreeMap<String, BTreeSet<String>>,
) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(TableScan { table_name, .. }) = node {
            named.insert(table_name.table().to_owned());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let mut out = BTreeSet::new();
    for name in named {
        match views.get(&name) {
            Some(behind) => out.extend(behind.iter().cloned()),
            None => _ = out.insert(name),
        }
    }
    Ok(out)
}

impl Lake {
    /// As [`Lake::query`], for a question that depends on nothing but the lake: its answer is kept. What it shares with
    /// other questions is worked out once.
    pub async fn query_kept(&self, sql: &str, parts: &Parts<'_>) -> Result<Vec<RecordBatch>> {
        let frame = self.context.sql(sql).await?;
        let tables = tables_of(frame.logical_plan(), &self.kept.views)?;
        let is_known = |name: &String| session::all_tables().any(|table| table.name == name);
        let key = if tables.iter().all(is_known) { self.kept.key(sql, &tables, self) } else { None };
        let Some(key) = key else { return Ok(frame.collect().await?) };
        if let Some(batches) = self.kept.get(&key).and_then(|bytes| read(&bytes).ok()) {
            self.kept.note(&key);
            return Ok(batches);
        }
        let batches = parts.frame(sql).await?.collect().await?;
        let size: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
        if size <= LARGEST {
            self.kept.put(&key, &write(&batches)?)?;
            self.kept.note(&key);
        }
        Ok(batches)
    }

    /// What was kept of an earlier run under a question of one's own over some tables, and the key to keep it under.
    #[must_use]
    pub fn kept(&self, question: &str, tables: &BTreeSet<String>) -> (Option<String>, Option<Vec<u8>>) {
        let key = self.kept.key(question, tables, self);
        let found = key.as_deref().and_then(|key| self.kept.get(key));
        if let (Some(key), Some(_)) = (&key, &found) {
            self.kept.note(key);
        }
        (key, found)
    }

    /// Keeps bytes under a key of [`Lake::kept`].
    pub fn keep(&self, key: &str, bytes: &[u8]) -> Result<()> {
        self.kept.put(key, bytes)?;
        self.kept.note(key);
        Ok(())
    }

    /// Throws away what was neither used nor kept since this lake was opened.
    pub fn forget_unused(&self) -> Result<()> {
        let used = self.kept.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // What another process is writing just now is left to it; a vacuum takes what a killed one left.
        self.forget(|name| !used.contains(name) && !name.ends_with(PART))
    }

    /// Throws away every answer kept: they may speak of what is erased. Only while nobody else reads.
    pub(crate) fn forget_all(&self) -> Result<()> {
        self.forget(|_| true)
    }

    /// Throws away what killed processes left half written. Only while nobody else reads.
    pub(crate) fn forget_halves(&self) -> Result<()> {
        self.forget(|name| name.ends_with(PART))
    }

    fn forget(&self, is_over: impl Fn(&str) -> bool) -> Result<()> {
        let folder = &self.kept.folder;
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in std::fs::read_dir(folder).map_err(Error::file(folder))? {
            let path = entry.map_err(Error::file(folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if is_over(&name) {
                match std::fs::remove_file(&path) {
                    // Another check was quicker.
                    Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
                    removed => removed.map_err(Error::file(&path))?,
                }
            }
        }
        Ok(())
    }
}

/// Batches as Arrow's stream format, packed.
fn write(batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(first) = batches.first() {
        let mut writer = StreamWriter::try_new(&mut bytes, &first.schema())?;
        for batch in batches {
            writer.write(batch)?;
        }
        writer.finish()?;
    }
    zstd::bulk::compress(&bytes, 1).map_err(Error::file(FOLDER))
}

fn read(packed: &[u8]) -> Result<Vec<RecordBatch>> {
    let bytes = zstd::stream::decode_all(packed).map_err(Error::file(FOLDER))?;
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    Ok(StreamReader::try_new(&bytes[..], None)?.collect::<std::result::Result<_, _>>()?)
}
