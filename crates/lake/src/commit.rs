//! A commit: rows are tokenised, de-duplicated and written to new Parquet files; one manifest makes them seen.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray, PrimitiveArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::object_store::ObjectStore;
use futures::TryStreamExt;
use model::{Cell, RecordId, TableDef, tables};

use crate::erase::Erased;
use crate::error::{Error, Result};
use crate::key::Sealer;
use crate::manifest::{self, FileEntry, Manifest};
use crate::pending::{Pending, Tokeniser};
use crate::rank::Rank;
use crate::stage::Next;
use crate::words::Words;
use crate::writer::TableWriter;
use crate::{Lake, WorkspaceKey, raw, rows, session, table_file};

/// Position of an input stream in [`Manifest::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIx(pub u32);

/// One record on its way into the lake.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its table.
    pub table: &'static TableDef,
    /// Its id.
    pub id: RecordId,
    /// Stream, offset, length and line of its unit.
    pub file: FileIx,
    /// Offset in the stream, bytes.
    pub offset: u64,
    /// Length, bytes.
    pub length: u32,
    /// Line, from 1.
    pub line: u64,
    /// Values, aligned with the table's columns; `record_id` is overwritten.
    pub cells: Vec<Cell>,
}

/// One reject on its way into the lake.
#[derive(Debug, Clone)]
pub struct RejectRow {
    /// Line, from 1.
    pub line: u64,
    /// Offset, bytes.
    pub offset: u64,
    /// Column or path to blame.
    pub column: Option<String>,
    /// Reason.
    pub reason: String,
    /// First bytes, printable, masked; kept encrypted.
    pub sample: String,
}

/// Rows of one table go to the writer when this many are waiting.
const BATCH_ROWS: usize = 8 * 1024;
/// Better readings of records that are stored already, held back before files are written anew.
const HELD_BACK: usize = 100_000;

/// A commit under way. Dropping it leaves files that nobody sees; [`Lake::vacuum`] removes them.
pub struct Commit {
    pub(crate) root: PathBuf,
    pub(crate) key: WorkspaceKey,
    store: Arc<dyn ObjectStore>,
    next: Option<Next>,
    pub(crate) clear: Sealer,
    pub(crate) manifest: Manifest,
    /// Every record of this state with its rank; missing where records cannot be added.
    seen: Option<Ranks>,
    tokeniser: Tokeniser,
    erased: Erased,
    better: BTreeMap<RecordId, Row>,
    /// Record tables that hold a row with a better reading in `better`.
    worse_in: BTreeSet<&'static str>,
    waiting: BTreeMap<&'static str, Pending>,
    writer: TableWriter,
}

/// Records by id.
type Ranks = HashMap<RecordId, Rank, BuildHasherDefault<IdHasher>>;

/// An id is a digest already.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    /// The length, which all ids share.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Commit {
    /// A commit that replaces whole tables, on top of the current state.
    pub(crate) fn begin(lake: &Lake) -> Self {
        let manifest = lake.manifest.clone();
        let has_records = manifest.tables.contains_key(session::provenance::TABLE.name);
        Self {
            root: lake.root.clone(),
            key: lake.key.clone(),
            store: Arc::clone(&lake.store),
            next: lake.stage.as_ref().map(|stage| Arc::clone(&stage.next)),
            clear: lake.key.clear_values(),
            seen: (!has_records).then(Ranks::default),
            tokeniser: Tokeniser::new(lake.tokens.clone(), HashSet::new()),
            erased: Erased::new(lake.tokens.clone(), &manifest),
            manifest,
            better: BTreeMap::new(),
            worse_in: BTreeSet::new(),
            waiting: BTreeMap::new(),
            writer: TableWriter::start(&lake.root),
        }
    }

    /// A commit that adds records to those of the current state.
    pub(crate) async fn begin_reading(lake: &Lake) -> Result<Self> {
        let mut commit = Self::begin(lake);
        if commit.seen.is_none() {
            commit.seen = Some(known_records(lake).await?);
        }
        let mut known = HashSet::new();
        for batch in lake.query("SELECT token FROM vault").await? {
            known.extend(rows::texts(&batch, 0).into_iter().flatten().map(Arc::from));
        }
        commit.tokeniser = Tokeniser::new(lake.tokens.clone(), known);
        Ok(commit)
    }

    /// A commit that begins from nothing: what it does not hold is gone once it is published. Who was erased stays
    /// erased.
    pub(crate) fn begin_anew(lake: &Lake) -> Self {
        let mut commit = Self::begin(lake);
        commit.manifest = Manifest {
            sequence: commit.manifest.sequence,
            erased: std::mem::take(&mut commit.manifest.erased),
            ..Manifest::default()
        };
        commit.seen = Some(Ranks::default());
        commit
    }

    /// Registers an input stream; its counts are filled as rows come.
    pub fn start_file(&mut self, entry: FileEntry) -> FileIx {
        self.manifest.files.push(entry);
        FileIx((self.manifest.files.len() - 1) as u32)
    }

    /// The entry of a stream registered in this commit, to be completed.
    pub fn file_mut(&mut self, file: FileIx) -> Option<&mut FileEntry> {
        self.manifest.files.get_mut(file.0 as usize)
    }

    /// The stream of an input file, by the file's digest and the stream's name, if this state knows it.
    #[must_use]
    pub fn find_file(&self, digest: &str, name: &str) -> Option<FileIx> {
        let found = self.manifest.files.iter().position(|entry| entry.digest == digest && entry.name == name);
        found.map(|at| FileIx(at as u32))
    }

    /// Sets a note of the state; see [`Manifest::notes`].
    pub fn note(&mut self, name: &str, text: &str) {
        self.manifest.notes.insert(name.to_owned(), text.to_owned());
    }

    /// Appends records. A record that is known already is a sighting: counted, and stored again only where it says
    /// more, or is later, than what is stored.
    pub fn append(&mut self, rows: Vec<Row>) -> Result<()> {
        for mut row in rows {
            let entry = self.manifest.files.get_mut(row.file.0 as usize);
            if self.erased.takes(&mut row) {
                if let Some(entry) = entry {
                    *entry.skipped.entry("record of an erased person".into()).or_default() += 1;
                }
                continue;
            }
            let Some(seen) = &mut self.seen else {
                return Err(Error::Defect("records came to a commit that does not know those before".into()));
            };
            let rank = Rank::of(row.table, &row.cells);
            match seen.entry(row.id) {
                Entry::Vacant(place) => {
                    place.insert(rank);
                    if let Some(entry) = entry {
                        entry.records += 1;
                    }
                    self.append_new(row, rank)?;
                }
                Entry::Occupied(mut known) => {
                    if let Some(entry) = entry {
                        entry.sightings += 1;
                    }
                    if rank > *known.get() {
                        self.worse_in.extend(known.get().table().map(|table| table.name));
                        known.insert(rank);
                        self.better.insert(row.id, row);
                    }
                }
            }
        }
        if self.better.len() >= HELD_BACK { self.settle() } else { Ok(()) }
    }

    fn append_new(&mut self, mut row: Row, rank: Rank) -> Result<()> {
        let id = row.id.hex();
        let (high, low) = rank.split();
        let numbers =
            [i64::from(row.file.0), row.offset as i64, i64::from(row.length), row.line as i64, high, low];
        let provenance = &session::provenance::TABLE;
        let pending = self.waiting.entry(provenance.name).or_insert_with(|| Pending::new(provenance));
        pending.push_texts_and_numbers(&[&id, row.table.name], &numbers);
        self.hand_over(provenance.name, BATCH_ROWS)?;
        if let Some(cell) = row.cells.get_mut(tables::RECORD_ID.0) {
            *cell = Cell::Text(id);
        }
        let pending = self.waiting.entry(row.table.name).or_insert_with(|| Pending::new(row.table));
        pending.push_clear(&row.cells, &mut self.tokeniser);
        self.hand_over(row.table.name, BATCH_ROWS)?;
        for (token, sealed) in self.tokeniser.take_fresh(&self.clear)? {
            self.push(&session::vault::TABLE, &[Cell::Text(token.to_string()), Cell::Text(sealed)])?;
        }
        Ok(())
    }

    /// Writes files anew where a better reading of one of their records came.
    fn settle(&mut self) -> Result<()> {
        if self.better.is_empty() {
            return Ok(());
        }
        self.flush_all()?;
        let better = std::mem::take(&mut self.better);
        let ids: HashSet<String> = better.keys().map(ToString::to_string).collect();
        let mut names = std::mem::take(&mut self.worse_in);
        names.insert(session::provenance::TABLE.name);
        for name in names {
            self.drop_records(name, &ids)?;
        }
        for row in better.into_values() {
            let rank = Rank::of(row.table, &row.cells);
            self.append_new(row, rank)?;
        }
        Ok(())
    }

    /// Takes the rows of some records out of a table; files without any of them stay.
    pub(crate) fn drop_records(&mut self, name: &str, ids: &HashSet<String>) -> Result<()> {
        let kept = |batch: &RecordBatch| -> Result<BooleanArray> {
            let column = batch.column_by_name("record_id").ok_or_else(|| no_ids(name))?;
            let texts = column.as_string_opt::<i32>().ok_or_else(|| no_ids(name))?;
            Ok(texts.iter().map(|id| Some(id.is_none_or(|id| !ids.contains(id)))).collect())
        };
        let mut files = Vec::new();
        for file in self.manifest.tables.remove(name).unwrap_or_default() {
            let looked = table_file::read(&self.root, &file, &["record_id"])?;
            let mut is_hit = false;
            for batch in &looked {
                is_hit |= kept(batch)?.true_count() < batch.num_rows();
            }
            if is_hit {
                files.extend(table_file::keep(&self.root, name, &file, kept)?);
            } else {
                files.push(file);
            }
        }
        if !files.is_empty() {
            self.manifest.tables.insert(name.to_owned(), files);
        }
        Ok(())
    }

    /// Replaces every row of a derived table. Classed columns must hold tokens already.
    pub fn replace(&mut self, table: &'static TableDef, rows: Vec<Vec<Cell>>) -> Result<()> {
        self.waiting.remove(table.name);
        self.writer.forget(table.name)?;
        self.manifest.tables.remove(table.name);
        for cells in rows {
            self.push(table, &cells)?;
        }
        Ok(())
    }

    /// Appends rejects.
    pub fn reject(&mut self, file: FileIx, rejects: impl IntoIterator<Item = RejectRow>) -> Result<()> {
        for reject in rejects {
            let Some(entry) = self.manifest.files.get_mut(file.0 as usize) else { continue };
            entry.rejects += 1;
            let sample = self.erased.redact(reject.sample);
            let cells = [
                Cell::Text(entry.name.clone()),
                entry.source.clone().map_or(Cell::Null, Cell::Text),
                Cell::Int(i64::from(file.0)),
                Cell::Int(reject.line as i64),
                Cell::Int(reject.offset as i64),
                reject.column.map_or(Cell::Null, Cell::Text),
                Cell::Text(reject.reason),
                Cell::Text(self.clear.seal_text(&sample)?),
            ];
            self.push(&session::reject::TABLE, &cells)?;
        }
        Ok(())
    }

    fn push(&mut self, table: &'static TableDef, cells: &[Cell]) -> Result<()> {
        let pending = self.waiting.entry(table.name).or_insert_with(|| Pending::new(table));
        pending.push_plain(cells);
        self.hand_over(table.name, BATCH_ROWS)
    }

    /// Hands the waiting rows of a table to the writer if there are at least so many.
    fn hand_over(&mut self, name: &'static str, at_least: usize) -> Result<()> {
        match self.waiting.get_mut(name).filter(|pending| pending.rows >= at_least) {
            Some(pending) => self.writer.send(name, pending.take()?),
            None => Ok(()),
        }
    }

    /// Everything that came so far as files of the next state.
    pub(crate) fn flush_all(&mut self) -> Result<()> {
        let names: Vec<&'static str> = self.waiting.keys().copied().collect();
        names.into_iter().try_for_each(|name| self.hand_over(name, 1))?;
        for (name, files) in self.writer.finish()? {
            self.manifest.tables.entry(name.to_owned()).or_default().extend(files);
        }
        Ok(())
    }

    /// Begins to keep a stream's raw bytes.
    pub fn raw_writer(&self) -> Result<raw::RawWriter> {
        raw::RawWriter::create(&self.root, &self.key)
    }

    /// Makes everything seen at once; returns the number of the new state. On a staged lake it is seen by that lake
    /// alone until [`Lake::publish`]. [`Lake::refresh`] shows it.
    pub async fn publish(mut self) -> Result<u64> {
        self.settle()?;
        self.flush_all()?;
        self.blank_erased()?;
        for folder in ["tables", "raw"] {
            table_file::sync_folder(&self.root.join(folder))?;
        }
        if let Some(next) = &self.next {
            let sequence = self.manifest.sequence;
            *crate::stage::lock(next) = self.manifest;
            return Ok(sequence);
        }
        self.manifest.sequence += 1;
        manifest::publish(&self.root, &self.store, &self.manifest).await?;
        Ok(self.manifest.sequence)
    }

    /// What an erased person's records left in raw bytes of this commit.
    fn blank_erased(&mut self) -> Result<()> {
        for (file, places) in self.erased.take_places() {
            let Some(entry) = self.manifest.files.get_mut(file.0 as usize) else { continue };
            let Some(path) = &entry.raw else { continue };
            if let Some(blanked) = raw::blank(&self.root, &self.key, path, &places, &Words::default())? {
                entry.raw = Some(blanked);
            }
        }
        Ok(())
    }

    /// The state that publishing would give.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

fn no_ids(table: &str) -> Error {
    Error::Defect(format!("{table} holds no record ids"))
}

async fn known_records(lake: &Lake) -> Result<Ranks> {
    let name = session::provenance::TABLE.name;
    let files = lake.manifest.tables.get(name).into_iter().flatten();
    let count: u64 = files.map(|file| file.rows).sum();
    // Room for all at once: to grow is to move millions again and again.
    let mut seen = Ranks::with_capacity_and_hasher(usize::try_from(count).unwrap_or(0), Default::default());
    let mut stream = lake
        .context
        .sql("SELECT record_id, rank_high, rank_low FROM provenance")
        .await?
        .execute_stream()
        .await?;
    while let Some(batch) = stream.try_next().await? {
        let ids = batch.column(0).as_string_opt::<i32>().ok_or_else(|| no_ids(name))?;
        let rank =
            |column: usize| batch.column(column).as_primitive_opt::<Int64Type>().ok_or_else(|| no_ids(name));
        let (high, low) = (rank(1)?, rank(2)?);
        for row in 0..ids.len() {
            let id =
                ids.value(row).parse().map_err(|_| Error::Defect("provenance: a bad record id".into()))?;
            let number =
                |array: &PrimitiveArray<Int64Type>| if array.is_null(row) { 0 } else { array.value(row) };
            seen.insert(id, Rank::join(number(high), number(low)));
        }
    }
    Ok(seen)
}
