//! One record with its bytes, and clear values behind tokens.

use std::collections::BTreeMap;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use model::{Layer, RecordId, tables};

use crate::error::{Error, Result};
use crate::key::Sealer;
use crate::raw::RawReader;
use crate::{Lake, rows};

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
}

impl Lake {
    /// One record by id.
    pub async fn record(&self, id: RecordId) -> Result<Option<StoredRecord>> {
        let sql =
            format!("SELECT table_name, file, offset, length, line FROM provenance WHERE record_id = '{id}'");
        let batches = self.query(&sql).await?;
        let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let name = rows::texts(batch, 0).into_iter().flatten().next().unwrap_or_default();
        let number = |column| rows::ints(batch, column).into_iter().flatten().next().unwrap_or_default() as u64;
        let known = |table: &&&model::TableDef| table.layer == Layer::Record && table.name == name;
        let Some(table) = tables::ALL.iter().find(known) else {
            return Err(Error::Defect(format!("record {id} is of no known table")));
        };
        let found = self.query(&format!("SELECT * FROM {} WHERE record_id = '{id}'", table.name)).await?;
        let fields = found.iter().find(|batch| batch.num_rows() > 0).map_or(Ok(Vec::new()), fields_of)?;
        let entry = self.manifest.files.get(number(1) as usize).cloned().unwrap_or_default();
        let bytes = match &entry.raw {
            Some(path) => Some(RawReader::open(&self.root.join(path), &self.key)?.read(number(2), number(3))?),
            None => None,
        };
        Ok(Some(StoredRecord {
            table: name, fields, file: entry.name, source: entry.source, line: number(4), offset: number(2), bytes,
        }))
    }

    /// Clear values behind tokens. Only `linkage` and `disclosure` may ask; a test holds that.
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
        let Some(hex) = self.sealed.get(token) else { return Ok(None) };
        let digit = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(digit).collect();
        let bytes = bytes.ok_or_else(|| Error::Key("a sealed value is damaged".into()))?;
        let clear = self.sealer.open(&bytes)?;
        String::from_utf8(clear).map(Some).map_err(|_| Error::Key("a sealed value is no text".into()))
    }
}
