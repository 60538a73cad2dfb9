//! Records as typed columns in one Parquet file and nothing else: no tokens, no manifest, no bytes behind them. This is no way
//! to keep records; `cargo xtask bench ingest` measures reading with it, on equal terms with programs that do no more.

use std::fs::File;
use std::path::Path;

use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use model::{Cell, TableDef};

use crate::error::{Error, Result};
use crate::pending::Pending;
use crate::schema::arrow_schema;

/// Rows of a batch.
const BATCH: usize = 8 * 1024;

/// A file of one table's rows as they are.
pub struct Plain {
    pending: Pending,
    writer: ArrowWriter<File>,
    /// Rows added.
    pub rows: u64,
}

impl Plain {
    /// A file that is made or replaced.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(path: &Path, table: &'static TableDef) -> Result<Self> {
        let file = File::create(path).map_err(Error::file(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let writer = ArrowWriter::try_new(file, arrow_schema(table), Some(properties))?;
        Ok(Self { pending: Pending::new(table), writer, rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, cells: &[Cell]) -> Result<()> {
        self.pending.push_plain(cells);
        self.rows += 1;
        if self.pending.rows < BATCH {
            return Ok(());
        }
        Ok(self.writer.write(&self.pending.take()?)?)
    }

    /// Writes what waits, and the end of the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<u64> {
        self.writer.write(&self.pending.take()?)?;
        self.writer.close()?;
        Ok(self.rows)
    }
}
