//! A commit: rows are tokenised, de-duplicated and written to new Parquet files; one manifest makes them seen.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::object_store::ObjectStore;
use model::{Cell, Class, RecordId, TableDef, tables};

use crate::error::{Error, Result};
use crate::key::{Sealer, Tokens};
use crate::manifest::{self, FileEntry, Manifest};
use crate::schema::{ColumnBuilder, arrow_schema};
use crate::writer::TableWriter;
use crate::{Lake, raw, session};

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

/// Rows of one table go to the writer when this many are waiting.
const BATCH_ROWS: usize = 8 * 1024;

/// A commit under way. Dropping it leaves files that nobody sees; [`Lake::vacuum`] removes them.
pub struct Commit {
    root: PathBuf,
    store: Arc<dyn ObjectStore>,
    tokens: Tokens,
    clear: Sealer,
    manifest: Manifest,
    /// Records known; missing in a commit of derived tables only, which needs none of them.
    seen: Option<Ids>,
    token_cache: [HashMap<String, Option<Arc<str>>>; CLASSES],
    vault_known: HashSet<Arc<str>>,
    waiting: BTreeMap<&'static str, Pending>,
    writer: TableWriter,
}

const CLASSES: usize = Class::Account as usize + 1;

type Ids = HashSet<RecordId, BuildHasherDefault<IdHasher>>;

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

struct Pending {
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
}

impl Pending {
    fn new(table: &'static TableDef) -> Self {
        let mut columns = Vec::new();
        for column in table.columns {
            columns.push(ColumnBuilder::new(column));
            if column.class == Class::Account {
                columns.push(ColumnBuilder::Text(Default::default()));
            }
        }
        Self { schema: arrow_schema(table), columns, rows: 0 }
    }
}

impl Commit {
    pub(crate) async fn begin(lake: &Lake) -> Result<Self> {
        let mut commit = Self::begin_derived(lake);
        let mut seen = Ids::default();
        for table in tables::ALL {
            if lake.manifest.tables.contains_key(table.name) {
                collect_ids(lake, table.name, &mut seen).await?;
            }
        }
        commit.seen = Some(seen);
        if lake.manifest.tables.contains_key("vault") {
            for batch in lake.query("SELECT token FROM vault").await? {
                commit.vault_known.extend(crate::rows::texts(&batch, 0).into_iter().flatten().map(Arc::from));
            }
        }
        Ok(commit)
    }

    pub(crate) fn begin_derived(lake: &Lake) -> Self {
        Self {
            root: lake.root.clone(),
            store: Arc::clone(&lake.store),
            tokens: lake.tokens.clone(),
            clear: lake.key.clear_values(),
            manifest: lake.manifest.clone(),
            seen: None,
            token_cache: std::array::from_fn(|_| HashMap::new()),
            vault_known: HashSet::new(),
            waiting: BTreeMap::new(),
            writer: TableWriter::start(&lake.root),
        }
    }

    /// Registers an input stream; its counts are filled by [`Commit::finish_file`].
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

    /// Appends records. A record that is known already is a sighting: counted, not stored again.
    pub fn append(&mut self, rows: Vec<Row>) -> Result<()> {
        let Some(mut seen) = self.seen.take() else {
            return Err(Error::Defect("records in a commit of derived tables".into()));
        };
        for row in rows {
            let is_new = seen.insert(row.id);
            if let Some(entry) = self.manifest.files.get_mut(row.file.0 as usize) {
                if is_new {
                    entry.records += 1;
                } else {
                    entry.sightings += 1;
                }
            }
            if is_new {
                self.append_new(row)?;
            }
        }
        self.seen = Some(seen);
        Ok(())
    }

    fn append_new(&mut self, mut row: Row) -> Result<()> {
        let id = row.id.hex();
        let provenance = &session::provenance::TABLE;
        let pending = self.waiting.entry(provenance.name).or_insert_with(|| Pending::new(provenance));
        let [record, table, numbers @ ..] = &mut pending.columns[..] else {
            return Err(Error::Defect("the table of provenance has lost its columns".into()));
        };
        record.text(Some(&id));
        table.text(Some(row.table.name));
        let values = [i64::from(row.file.0), row.offset as i64, i64::from(row.length), row.line as i64];
        numbers.iter_mut().zip(values).for_each(|(column, value)| column.push(&Cell::Int(value)));
        pending.rows += 1;
        self.hand_over(provenance.name, BATCH_ROWS)?;
        if let Some(cell) = row.cells.get_mut(tables::RECORD_ID.0) {
            *cell = Cell::Text(id);
        }
        self.push(row.table, &row.cells, true)
    }

    /// Replaces every row of a derived table. Classed columns must hold tokens already.
    pub fn replace(&mut self, table: &'static TableDef, rows: Vec<Vec<Cell>>) -> Result<()> {
        self.waiting.remove(table.name);
        self.writer.forget(table.name)?;
        self.manifest.tables.remove(table.name);
        for cells in rows {
            self.push(table, &cells, false)?;
        }
        Ok(())
    }

    /// Appends rejects.
    pub fn reject(&mut self, file: FileIx, rejects: impl IntoIterator<Item = RejectRow>) -> Result<()> {
        for reject in rejects {
            let Some(entry) = self.manifest.files.get_mut(file.0 as usize) else { continue };
            entry.rejects += 1;
            let cells = vec![
                Cell::Text(entry.name.clone()),
                entry.source.clone().map_or(Cell::Null, Cell::Text),
                Cell::Int(i64::from(file.0)),
                Cell::Int(reject.line as i64),
                Cell::Int(reject.offset as i64),
                reject.column.map_or(Cell::Null, Cell::Text),
                Cell::Text(reject.reason),
                Cell::Text(reject.sample),
            ];
            self.push(&session::reject::TABLE, &cells, false)?;
        }
        Ok(())
    }

    fn push(&mut self, table: &'static TableDef, cells: &[Cell], tokenise: bool) -> Result<()> {
        let mut clear = Vec::new();
        let pending = self.waiting.entry(table.name).or_insert_with(|| Pending::new(table));
        let mut at = 0;
        for (column, cell) in table.columns.iter().zip(cells) {
            match (column.class, cell) {
                (Class::Plain, _) | (_, Cell::Null) => pending.columns[at].push(cell),
                (class, Cell::Text(value)) if tokenise => {
                    let known = &mut self.token_cache[class as usize];
                    if !known.contains_key(value) {
                        known.insert(value.clone(), self.tokens.of(class, value).map(Arc::from));
                    }
                    let token = known.get(value).and_then(Option::as_ref);
                    pending.columns[at].text(token.map(|token| &**token));
                    if let (Some(token), true) = (token, class.keeps_clear())
                        && self.vault_known.insert(Arc::clone(token))
                    {
                        clear.push((Arc::clone(token), value.clone()));
                    }
                }
                _ => pending.columns[at].push(cell),
            }
            at += 1;
            if column.class == Class::Account {
                let last4 = cell.as_text().filter(|_| tokenise).map(last_four);
                pending.columns[at].text(last4.as_deref());
                at += 1;
            }
        }
        pending.rows += 1;
        self.hand_over(table.name, BATCH_ROWS)?;
        for (token, value) in clear {
            let sealed = self.clear.seal(value.as_bytes())?;
            let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
            self.push(&session::vault::TABLE, &[Cell::Text(token.to_string()), Cell::Text(sealed)], false)?;
        }
        Ok(())
    }

    /// Hands the waiting rows of a table to the writer if there are at least so many.
    fn hand_over(&mut self, name: &'static str, at_least: usize) -> Result<()> {
        let Some(pending) = self.waiting.get_mut(name).filter(|pending| pending.rows >= at_least) else {
            return Ok(());
        };
        let arrays = pending.columns.iter_mut().map(ColumnBuilder::finish).collect();
        pending.rows = 0;
        self.writer.send(name, RecordBatch::try_new(Arc::clone(&pending.schema), arrays)?)
    }

    /// Begins to keep a stream's raw bytes.
    pub fn raw_writer(&self, lake: &Lake) -> Result<raw::RawWriter> {
        raw::RawWriter::create(&self.root, &lake.key)
    }

    /// Makes everything seen at once; returns the number of the new state. [`Lake::refresh`] shows it.
    pub async fn publish(mut self) -> Result<u64> {
        let names: Vec<&'static str> = self.waiting.keys().copied().collect();
        for name in names {
            self.hand_over(name, 1)?;
        }
        for (name, files) in self.writer.finish()? {
            self.manifest.tables.entry(name.to_owned()).or_default().extend(files);
        }
        sync_folder(&self.root.join("tables"))?;
        self.manifest.sequence += 1;
        manifest::publish(&self.store, &self.manifest).await?;
        Ok(self.manifest.sequence)
    }

    /// The state that publishing would give.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
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
    /// First bytes, printable.
    pub sample: String,
}

async fn collect_ids(lake: &Lake, table: &str, seen: &mut Ids) -> Result<()> {
    for batch in lake.query(&format!("SELECT record_id FROM {table}")).await? {
        let Some(ids) = batch.column(0).as_any().downcast_ref::<StringArray>() else {
            return Err(Error::Defect(format!("{table}.record_id is no text")));
        };
        for at in 0..ids.len() {
            seen.insert(ids.value(at).parse().map_err(|_| Error::Defect(format!("{table}: a bad record id")))?);
        }
    }
    Ok(())
}

fn last_four(value: &str) -> String {
    let kept: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
    kept[kept.len().saturating_sub(4)..].iter().collect()
}

/// Writes beside, syncs, renames: a torn file never bears the final name.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("part");
    let mut file = File::create(&beside).map_err(Error::file(&beside))?;
    file.write_all(bytes).map_err(Error::file(&beside))?;
    file.sync_all().map_err(Error::file(&beside))?;
    std::fs::rename(&beside, path).map_err(Error::file(path))
}

fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file(folder))?;
    Ok(())
}
