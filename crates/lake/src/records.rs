//! One record with its bytes, what could not be read, and clear values behind tokens.

use std::collections::BTreeMap;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use model::{Layer, RecordId, tables};

use crate::error::{Error, Result};
use crate::key::Sealer;
use crate::raw::RawReader;
use crate::{Lake, rows};

/// Bytes that hold the header of any sheet.
const HEAD_BYTES: u64 = 64 << 10;

/// A record as it is kept.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// Its table.
    pub table: String,
    /// Fields that hold a value, in the table's order; tokens as tokens.
    pub fields: Vec<(String, String)>,
    /// Name of the input stream.
    pub file: String,
    /// Source kind.
    pub source: Option<String>,
    /// Line, from 1.
    pub line: u64,
    /// Offset, bytes.
    pub offset: u64,
    /// The unit as received; missing with `--no-raw`.
    pub bytes: Option<Vec<u8>>,
    /// How its stream begins: the names of columns stand there.
    pub head: Vec<u8>,
}

/// What could not be read, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredReject {
    /// Name of the input stream.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Offset, bytes.
    pub offset: u64,
    /// Column or path to blame.
    pub column: Option<String>,
    /// Reason.
    pub reason: String,
    /// Source kind; missing where none was recognised.
    pub source: Option<String>,
    /// First bytes, masked.
    pub sample: String,
}

impl Lake {
    /// One record by id.
    pub async fn record(&self, id: RecordId) -> Result<Option<StoredRecord>> {
        let sql = format!(
            "SELECT table_name, \"file\", \"offset\", \"length\", \"line\" FROM provenance WHERE record_id = '{id}'"
        );
        let batches = self.query(&sql).await?;
        let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let name = rows::texts(batch, 0).into_iter().flatten().next().unwrap_or_default();
        let number =
            |column| rows::ints(batch, column).into_iter().flatten().next().unwrap_or_default() as u64;
        let known = |table: &&&model::TableDef| table.layer == Layer::Record && table.name == name;
        let Some(table) = tables::ALL.iter().find(known) else {
            return Err(Error::Defect(format!("record {id} is of no known table")));
        };
        let found = self.query(&format!("SELECT * FROM {} WHERE record_id = '{id}'", table.name)).await?;
        let fields = found.iter().find(|batch| batch.num_rows() > 0).map_or(Ok(Vec::new()), fields_of)?;
        let entry = self.manifest.files.get(number(1) as usize).cloned().unwrap_or_default();
        let (mut bytes, mut head) = (None, Vec::new());
        if let Some(path) = &entry.raw {
            let mut raw = RawReader::open(&self.root.join(path), &self.key)?;
            bytes = Some(raw.read(number(2), number(3))?);
            head = raw.read(0, HEAD_BYTES)?;
        }
        Ok(Some(StoredRecord {
            table: name,
            fields,
            file: entry.name,
            source: entry.source,
            line: number(4),
            offset: number(2),
            bytes,
            head,
        }))
    }

    /// Everything that could not be read, by file, line and offset.
    pub async fn rejects(&self) -> Result<Vec<StoredReject>> {
        let sealer = self.key.clear_values();
        let mut out = Vec::new();
        let sql = "SELECT \"file\", \"line\", \"offset\", column_name, reason, sample FROM reject";
        for batch in self.query(sql).await? {
            let [files, lines, offsets] = [0, 1, 2].map(|at| rows::ints(&batch, at));
            let [columns, reasons, samples] = [3, 4, 5].map(|at| rows::texts(&batch, at));
            for row in 0..batch.num_rows() {
                let entry =
                    self.manifest.files.get(files[row].unwrap_or(-1).try_into().unwrap_or(usize::MAX));
                out.push(StoredReject {
                    file: entry.map(|entry| entry.name.clone()).unwrap_or_default(),
                    source: entry.and_then(|entry| entry.source.clone()),
                    line: lines[row].unwrap_or_default().unsigned_abs(),
                    offset: offsets[row].unwrap_or_default().unsigned_abs(),
                    column: columns[row].clone(),
                    reason: reasons[row].clone().unwrap_or_default(),
                    sample: sealer.open_text(samples[row].as_deref().unwrap_or_default())?,
                });
            }
        }
        out.sort();
        Ok(out)
    }

    /// Clear values behind tokens. A test holds who may ask.
    pub async fn vault(&self) -> Result<Vault> {
        let mut sealed = BTreeMap::new();
        for batch in self.query("SELECT token, sealed FROM vault").await? {
            let tokens = rows::texts(&batch, 0).into_iter().flatten();
            sealed.extend(tokens.zip(rows::texts(&batch, 1).into_iter().flatten()));
        }
        Ok(Vault { sealer: self.key.clear_values(), sealed })
    }
}

fn fields_of(batch: &RecordBatch) -> Result<Vec<(String, String)>> {
    let options = FormatOptions::default();
    let mut fields = Vec::new();
    for (column, field) in batch.columns().iter().zip(batch.schema().fields()) {
        if column.is_valid(0) {
            let text = ArrayFormatter::try_new(column, &options)?.value(0).to_string();
            fields.push((field.name().clone(), text));
        }
    }
    Ok(fields)
}

/// Clear values behind tokens.
pub struct Vault {
    sealer: Sealer,
    sealed: BTreeMap<String, String>,
}

impl Vault {
    /// The clear value of a token, as first written.
    pub fn reveal(&self, token: &str) -> Result<Option<String>> {
        self.sealed.get(token).map(|sealed| self.sealer.open_text(sealed)).transpose()
    }
}
