//! Immutable Parquet files: written whole, read back, written anew without some of their rows.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use datafusion::arrow::array::{Array, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use crate::error::{Error, Result};
use crate::manifest::TableFile;

/// Rows read at a time.
const BATCH_ROWS: usize = 32 * 1024;
/// Characters of a file's digest in its name.
const DIGEST: usize = 24;

/// Writes one immutable file, named by its content, whole on disk before its name exists.
pub(crate) fn write(root: &Path, table: &str, batches: &[RecordBatch]) -> Result<Option<TableFile>> {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let Some(first) = batches.first().filter(|_| rows > 0) else { return Ok(None) };
    let level = ZstdLevel::try_new(1)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(128 * 1024))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), first.schema(), Some(properties))?;
    for batch in batches {
        writer.write(batch)?;
    }
    let bytes = writer.into_inner()?;
    let name = format!("{table}-{}.parquet", &blake3::hash(&bytes).to_hex()[..DIGEST]);
    let path = root.join("tables").join(&name);
    // The same bytes under the same name need no second writing: the file was whole before it bore it.
    if !path.exists() {
        write_whole(&path, &bytes)?;
    }
    let undated = batches.iter().filter_map(|batch| batch.column_by_name("time")).map(|time| time.null_count());
    Ok(Some(TableFile {
        path: format!("tables/{name}"),
        rows: rows as u64,
        bytes: bytes.len() as u64,
        undated: undated.sum::<usize>() as u64,
    }))
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

/// Writes beside, syncs, renames: a torn file never bears the final name.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("part");
    let mut file = File::create(&beside).map_err(Error::file(&beside))?;
    file.write_all(bytes).map_err(Error::file(&beside))?;
    file.sync_all().map_err(Error::file(&beside))?;
    std::fs::rename(&beside, path).map_err(Error::file(path))
}

/// Makes the names in a folder as durable as the files.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file(folder))?;
    Ok(())
}
