//! A commit: rows are tokenised, de-duplicated and written to new Parquet files; one manifest makes them seen.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::object_store::ObjectStore;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use model::{Cell, Class, RecordId, TableDef, tables};

use crate::error::{Error, Result};
use crate::key::{Sealer, Tokens};
use crate::manifest::{self, FileEntry, Manifest, TableFile};
use crate::schema::{ColumnBuilder, arrow_schema};
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

/// Rows of one table are written out when this many are waiting.
const FLUSH_ROWS: usize = 250_000;

/// A commit under way. Dropping it leaves files that nobody sees; [`Lake::vacuum`] removes them.
pub struct Commit {
    root: PathBuf,
    store: Arc<dyn ObjectStore>,
    tokens: Tokens,
    clear: Sealer,
    manifest: Manifest,
    seen: HashSet<RecordId>,
    token_cache: HashMap<(Class, String), Option<Arc<str>>>,
    vault_known: HashSet<Arc<str>>,
    waiting: BTreeMap<&'static str, Pending>,
    written: u64,
}

struct Pending {
    table: &'static TableDef,
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
        Self { table, columns, rows: 0 }
    }
}

impl Commit {
    pub(crate) async fn begin(lake: &Lake) -> Result<Self> {
        let mut seen = HashSet::new();
        for table in tables::ALL {
            if lake.manifest.tables.contains_key(table.name) {
                collect_ids(lake, table.name, &mut seen).await?;
            }
        }
        let mut vault_known = HashSet::new();
        if lake.manifest.tables.contains_key("vault") {
            for batch in lake.query("SELECT token FROM vault").await? {
                vault_known.extend(crate::rows::texts(&batch, 0).into_iter().flatten().map(Arc::from));
            }
        }
        Ok(Self {
            root: lake.root.clone(),
            store: Arc::clone(&lake.store),
            tokens: lake.tokens.clone(),
            clear: lake.key.clear_values(),
            manifest: lake.manifest.clone(),
            seen,
            token_cache: HashMap::new(),
            vault_known,
            waiting: BTreeMap::new(),
            written: 0,
        })
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
        for row in rows {
            let is_new = self.seen.insert(row.id);
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
        Ok(())
    }

    fn append_new(&mut self, mut row: Row) -> Result<()> {
        let id = row.id.to_string();
        let provenance = vec![
            Cell::Text(id.clone()),
            Cell::Text(row.table.name.to_owned()),
            Cell::Int(i64::from(row.file.0)),
            Cell::Int(row.offset as i64),
            Cell::Int(i64::from(row.length)),
            Cell::Int(row.line as i64),
        ];
        if let Some(cell) = row.cells.get_mut(tables::RECORD_ID.0) {
            *cell = Cell::Text(id);
        }
        self.push(row.table, row.cells, true)?;
        self.push(&session::provenance::TABLE, provenance, false)
    }

    /// Replaces every row of a derived table. Classed columns must hold tokens already.
    pub fn replace(&mut self, table: &'static TableDef, rows: Vec<Vec<Cell>>) -> Result<()> {
        self.waiting.remove(table.name);
        self.manifest.tables.remove(table.name);
        for cells in rows {
            self.push(table, cells, false)?;
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
            self.push(&session::reject::TABLE, cells, false)?;
        }
        Ok(())
    }

    fn push(&mut self, table: &'static TableDef, cells: Vec<Cell>, tokenise: bool) -> Result<()> {
        let mut clear = Vec::new();
        let pending = self.waiting.entry(table.name).or_insert_with(|| Pending::new(table));
        let mut at = 0;
        for (column, cell) in table.columns.iter().zip(&cells) {
            match (column.class, cell) {
                (Class::Plain, _) | (_, Cell::Null) => pending.columns[at].push(cell),
                (class, Cell::Text(value)) if tokenise => {
                    let key = (class, value.clone());
                    let tokens = &self.tokens;
                    let token =
                        self.token_cache.entry(key).or_insert_with(|| tokens.of(class, value).map(Arc::from));
                    pending.columns[at].text(token.as_deref());
                    if let (Some(token), true) = (token, class.keeps_clear()) {
                        if !self.vault_known.contains(token) {
                            self.vault_known.insert(Arc::clone(token));
                            clear.push((Arc::clone(token), value.clone()));
                        }
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
        let is_full = pending.rows >= FLUSH_ROWS;
        for (token, value) in clear {
            let sealed = self.clear.seal(value.as_bytes())?;
            let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
            self.push(&session::vault::TABLE, vec![Cell::Text(token.to_string()), Cell::Text(sealed)], false)?;
        }
        if is_full {
            self.flush(table.name)?;
        }
        Ok(())
    }

    fn flush(&mut self, name: &'static str) -> Result<()> {
        let Some(pending) = self.waiting.get_mut(name).filter(|pending| pending.rows > 0) else { return Ok(()) };
        let arrays = pending.columns.iter_mut().map(ColumnBuilder::finish).collect();
        pending.rows = 0;
        let batch = RecordBatch::try_new(arrow_schema(pending.table), arrays)?;
        let file = write_parquet(&self.root, name, &batch)?;
        self.written += file.rows;
        self.manifest.tables.entry(name.to_owned()).or_default().push(file);
        Ok(())
    }

    /// Begins to keep a stream's raw bytes.
    pub fn raw_writer(&self, lake: &Lake) -> Result<raw::RawWriter> {
        raw::RawWriter::create(&self.root, &lake.key)
    }

    /// Makes everything seen at once; returns the number of the new state. [`Lake::refresh`] shows it.
    pub async fn publish(mut self) -> Result<u64> {
        let names: Vec<&'static str> = self.waiting.keys().copied().collect();
        for name in names {
            self.flush(name)?;
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

async fn collect_ids(lake: &Lake, table: &str, seen: &mut HashSet<RecordId>) -> Result<()> {
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

/// Writes one immutable file, named by its content, whole on disk before its name exists.
pub(crate) fn write_parquet(root: &Path, table: &str, batch: &RecordBatch) -> Result<TableFile> {
    let level = ZstdLevel::try_new(1)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(128 * 1024))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(batch)?;
    let bytes = writer.into_inner()?;
    let name = format!("{table}-{}.parquet", &blake3::hash(&bytes).to_hex()[..24]);
    let folder = root.join("tables");
    let path = folder.join(&name);
    write_whole(&path, &bytes)?;
    Ok(TableFile { path: format!("tables/{name}"), rows: batch.num_rows() as u64, bytes: bytes.len() as u64 })
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
