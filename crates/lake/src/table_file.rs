//! Immutable Parquet files: written whole, read back, written anew without some of their rows.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};
use crate::key::{hex, random};
use crate::manifest::TableFile;

/// Rows read at a time.
const BATCH_ROWS: usize = 32 * 1024;
/// Characters of a file's digest in its name.
const DIGEST: usize = 24;

/// Columns without repetition: a dictionary of them is work for nothing.
const UNIQUE: &[&str] = &["record_id", "sealed", "time", "rank_low"];
/// Whole numbers that grow from row to row.
const GROWING: &[&str] = &["offset", "line"];
/// Rows of one row group: what a query skips or reads.
const GROUP_ROWS: usize = 64 * 1024;

/// A file that is being written, under a name of its own: it bears its final name only when it is whole.
pub(crate) struct Draft {
    table: String,
    pub(crate) rows: usize,
    undated: usize,
    beside: PathBuf,
    /// Missing once it is finished.
    writer: Option<ArrowWriter<Hashed>>,
}

/// A file and the digest of what went into it.
struct Hashed {
    file: File,
    hash: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

fn properties() -> Result<WriterProperties> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP_ROWS));
    for column in UNIQUE.iter().chain(GROWING) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(*column), false);
    }
    for column in GROWING {
        properties = properties.set_column_encoding(ColumnPath::from(*column), Encoding::DELTA_BINARY_PACKED);
    }
    Ok(properties.build())
}

impl Draft {
    pub(crate) fn start(root: &Path, table: &str, schema: SchemaRef) -> Result<Self> {
        let unique: [u8; 12] = random()?;
        let beside = root.join("tables").join(format!("{}.part", hex(&unique)));
        let file = File::create(&beside).map_err(Error::file(&beside))?;
        let sink = Hashed { file, hash: blake3::Hasher::new(), bytes: 0 };
        let writer = Some(ArrowWriter::try_new(sink, schema, Some(properties()?))?);
        Ok(Self { table: table.to_owned(), rows: 0, undated: 0, beside, writer })
    }

    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let writer = self.writer.as_mut().ok_or_else(ended)?;
        writer.write(batch)?;
        self.rows += batch.num_rows();
        self.undated += batch.column_by_name("time").map_or(0, |time| time.null_count());
        Ok(())
    }

    /// One immutable file, named by its content, whole on disk before it bears that name.
    pub(crate) fn finish(mut self, root: &Path) -> Result<TableFile> {
        let writer = self.writer.take().ok_or_else(ended)?;
        let Hashed { file, hash, bytes } = writer.into_inner()?;
        let name = format!("{}-{}.parquet", self.table, &hash.finalize().to_hex()[..DIGEST]);
        let path = root.join("tables").join(&name);
        // The same bytes under the same name need no second file: the first was whole before it bore it.
        if path.exists() {
            std::fs::remove_file(&self.beside).map_err(Error::file(&self.beside))?;
        } else {
            file.sync_all().map_err(Error::file(&self.beside))?;
            std::fs::rename(&self.beside, &path).map_err(Error::file(&path))?;
        }
        Ok(TableFile {
            path: format!("tables/{name}"),
            rows: self.rows as u64,
            bytes,
            undated: self.undated as u64,
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // What is left of it, the next vacuum takes.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

fn ended() -> Error {
    Error::Defect("a table file is written to after its end".into())
}

/// Writes rows as one file; none where there are no rows.
pub(crate) fn write(root: &Path, table: &str, batches: &[RecordBatch]) -> Result<Option<TableFile>> {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let Some(first) = batches.first().filter(|_| rows > 0) else { return Ok(None) };
    let mut draft = Draft::start(root, table, first.schema())?;
    batches.iter().try_for_each(|batch| draft.add(batch))?;
    draft.finish(root).map(Some)
}

/// The rows of a file; of all columns, or of those named.
pub(crate) fn read(root: &Path, file: &TableFile, columns: &[&str]) -> Result<Vec<RecordBatch>> {
    let path = root.join(&file.path);
    let opened = File::open(&path).map_err(Error::file(&path))?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(opened)?.with_batch_size(BATCH_ROWS);
    if !columns.is_empty() {
        let all = builder.schema().clone();
        let wanted = columns.iter().filter_map(|name| all.index_of(name).ok());
        let mask = datafusion::parquet::arrow::ProjectionMask::roots(builder.parquet_schema(), wanted);
        builder = builder.with_projection(mask);
    }
    Ok(builder.build()?.collect::<Result<Vec<_>, _>>()?)
}

/// A file without the rows that are not kept; the same file where all are.
pub(crate) fn keep(
    root: &Path,
    table: &str,
    file: &TableFile,
    kept: impl Fn(&RecordBatch) -> Result<BooleanArray>,
) -> Result<Option<TableFile>> {
    let mut batches = read(root, file, &[])?;
    let mut lost = false;
    for batch in &mut batches {
        let kept = kept(batch)?;
        if kept.true_count() < batch.num_rows() {
            lost = true;
            *batch = filter_record_batch(batch, &kept)?;
        }
    }
    if lost { write(root, table, &batches) } else { Ok(Some(file.clone())) }
}

/// Whether the bytes of a file are those that it was named by.
pub(crate) fn is_whole(root: &Path, file: &TableFile) -> bool {
    let Ok(bytes) = std::fs::read(root.join(&file.path)) else { return false };
    let digest = blake3::hash(&bytes).to_hex();
    file.path.strip_suffix(".parquet").is_some_and(|stem| stem.ends_with(&digest[..DIGEST]))
}

/// Makes the names in a folder as durable as the files.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file(folder))?;
    Ok(())
}
