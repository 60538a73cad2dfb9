//! Parquet files of any origin as plain text columns, and plain columns as Parquet: for verbs that keep nothing in a lake.

use std::fs::File;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;

use crate::error::Result;

/// A column to write.
pub enum Column {
    /// Texts.
    Text(Vec<String>),
    /// Numbers.
    Number(Vec<f64>),
}

/// Names of the columns of a Parquet file.
///
/// # Errors
/// When it is none.
pub fn columns(file: File) -> Result<Vec<String>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    Ok(builder.schema().fields().iter().map(|field| field.name().clone()).collect())
}

/// Gives each row of a Parquet file as texts, in order; a missing value is empty.
///
/// # Errors
/// When it cannot be read.
pub fn rows(file: File, mut each: impl FnMut(&[String])) -> Result<()> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.build()?;
    let options = FormatOptions::default();
    let mut cells: Vec<String> = Vec::new();
    for batch in reader {
        let batch = batch?;
        let shown = batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options));
        let shown = shown.collect::<Result<Vec<_>, _>>()?;
        cells.resize(shown.len(), String::new());
        for row in 0..batch.num_rows() {
            for ((cell, formatter), column) in cells.iter_mut().zip(&shown).zip(batch.columns()) {
                cell.clear();
                if !column.is_null(row) {
                    formatter.value(row).write(cell)?;
                }
            }
            each(&cells);
        }
    }
    Ok(())
}

/// Writes columns as a Parquet file.
///
/// # Errors
/// When it cannot be written.
pub fn write(file: File, columns: Vec<(&str, Column)>) -> Result<()> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, column) in columns {
        match column {
            Column::Text(texts) => {
                fields.push(Field::new(name, DataType::Utf8, false));
                arrays.push(Arc::new(StringArray::from_iter_values(texts)));
            }
            Column::Number(numbers) => {
                fields.push(Field::new(name, DataType::Float64, false));
                arrays.push(Arc::new(Float64Array::from(numbers)));
            }
        }
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
