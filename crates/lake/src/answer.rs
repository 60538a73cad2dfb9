//! Answers to a user's query, as they leave: typed JSON values, or a Parquet file's bytes.

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use serde_json::{Map, Number, Value};

use crate::error::Result;
use crate::rows;

/// Column names of an answer.
#[must_use]
pub fn columns(batches: &[RecordBatch]) -> Vec<String> {
    let schema = batches.first().map(RecordBatch::schema);
    schema.map_or_else(Vec::new, |schema| schema.fields().iter().map(|field| field.name().clone()).collect())
}

/// Rows as JSON objects; a missing value is null.
pub fn objects(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>> {
    let mut out: Vec<Map<String, Value>> = vec![Map::new(); batch.num_rows()];
    for (column, field) in batch.schema().fields().iter().enumerate() {
        for (object, value) in out.iter_mut().zip(values(batch, column)?) {
            object.insert(field.name().clone(), value);
        }
    }
    Ok(out)
}

fn values(batch: &RecordBatch, column: usize) -> Result<Vec<Value>> {
    let array = batch.column(column);
    Ok(match array.data_type() {
        DataType::Boolean => rows::bools(batch, column).into_iter().map(Value::from).collect(),
        kind if kind.is_integer() && kind != &DataType::UInt64 => {
            rows::ints(batch, column).into_iter().map(Value::from).collect()
        }
        kind if kind.is_floating() => {
            let number =
                |value: Option<f64>| value.and_then(Number::from_f64).map_or(Value::Null, Value::Number);
            rows::floats(batch, column).into_iter().map(number).collect()
        }
        DataType::Timestamp(..) => {
            let text = |time: Option<model::Time>| time.map_or(Value::Null, |time| time.to_string().into());
            rows::instants(batch, column).into_iter().map(text).collect()
        }
        DataType::List(item) if item.data_type() == &DataType::Utf8 => {
            let lists = rows::lists(batch, column).into_iter().enumerate();
            lists.map(|(row, list)| if array.is_null(row) { Value::Null } else { list.into() }).collect()
        }
        _ => {
            let options = FormatOptions::default();
            let shown = ArrayFormatter::try_new(array, &options)?;
            let text = |row: usize| {
                if array.is_null(row) { Value::Null } else { shown.value(row).to_string().into() }
            };
            (0..array.len()).map(text).collect()
        }
    })
}

/// The answer as one Parquet file.
pub fn parquet(batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let level = Compression::ZSTD(ZstdLevel::try_new(3)?);
    let properties = WriterProperties::builder().set_compression(level).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), first.schema(), Some(properties))?;
    for batch in batches {
        writer.write(batch)?;
    }
    Ok(writer.into_inner()?)
}
