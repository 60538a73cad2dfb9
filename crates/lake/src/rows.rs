//! Cells out of record batches, by position. A column of another type gives missing values: the caller wrote
//! the query and names its types there (`CAST`).

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::arrow::record_batch::RecordBatch;
use model::Time;

fn cast_to(batch: &RecordBatch, column: usize, to: &DataType) -> Option<ArrayRef> {
    let array = batch.columns().get(column)?;
    if array.data_type() == to { Some(array.clone()) } else { cast(array, to).ok() }
}

fn missing<T>(batch: &RecordBatch) -> Vec<Option<T>> {
    (0..batch.num_rows()).map(|_| None).collect()
}

/// Text cells.
#[must_use]
pub fn texts(batch: &RecordBatch, column: usize) -> Vec<Option<String>> {
    let array = cast_to(batch, column, &DataType::Utf8);
    match array.as_ref().and_then(|array| array.as_any().downcast_ref::<StringArray>()) {
        Some(array) => array.iter().map(|value| value.map(str::to_owned)).collect(),
        None => missing(batch),
    }
}

/// Integer cells.
#[must_use]
pub fn ints(batch: &RecordBatch, column: usize) -> Vec<Option<i64>> {
    let array = cast_to(batch, column, &DataType::Int64);
    match array.as_ref().and_then(|array| array.as_any().downcast_ref::<Int64Array>()) {
        Some(array) => array.iter().collect(),
        None => missing(batch),
    }
}

/// Float cells.
#[must_use]
pub fn floats(batch: &RecordBatch, column: usize) -> Vec<Option<f64>> {
    let array = cast_to(batch, column, &DataType::Float64);
    match array.as_ref().and_then(|array| array.as_any().downcast_ref::<Float64Array>()) {
        Some(array) => array.iter().collect(),
        None => missing(batch),
    }
}

/// Truth cells.
#[must_use]
pub fn bools(batch: &RecordBatch, column: usize) -> Vec<Option<bool>> {
    match batch.columns().get(column).and_then(|array| array.as_any().downcast_ref::<BooleanArray>()) {
        Some(array) => array.iter().collect(),
        None => missing(batch),
    }
}

/// Instants.
#[must_use]
pub fn instants(batch: &RecordBatch, column: usize) -> Vec<Option<Time>> {
    let array = cast_to(batch, column, &DataType::Timestamp(TimeUnit::Microsecond, None));
    match array.as_ref().and_then(|array| array.as_any().downcast_ref::<TimestampMicrosecondArray>()) {
        Some(array) => array.iter().map(|value| value.map(Time)).collect(),
        None => missing(batch),
    }
}

/// Microseconds of the instants that are there.
#[must_use]
pub fn times(batch: &RecordBatch, column: usize) -> Vec<i64> {
    instants(batch, column).into_iter().flatten().map(|time| time.0).collect()
}

/// Lists of text; a missing list is empty.
#[must_use]
pub fn lists(batch: &RecordBatch, column: usize) -> Vec<Vec<String>> {
    let array = batch.columns().get(column).and_then(|array| array.as_any().downcast_ref::<ListArray>());
    let Some(array) = array else { return missing_lists(batch.num_rows()) };
    let values = cast(array.values(), &DataType::Utf8).ok();
    let Some(values) = values.as_ref().and_then(|values| values.as_string_opt::<i32>()) else {
        return missing_lists(array.len());
    };
    let offsets = array.value_offsets();
    let one = |at: usize| -> Vec<String> {
        if array.is_null(at) {
            return Vec::new();
        }
        let inside = offsets[at] as usize..offsets[at + 1] as usize;
        inside.filter(|at| values.is_valid(*at)).map(|at| values.value(at).to_owned()).collect()
    };
    (0..array.len()).map(one).collect()
}

fn missing_lists(rows: usize) -> Vec<Vec<String>> {
    (0..rows).map(|_| Vec::new()).collect()
}
