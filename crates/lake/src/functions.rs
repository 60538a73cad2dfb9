//! `measure` as SQL functions, and the aggregate that cites records. All pure: same arguments, same value.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, ListArray, ListBuilder, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, TimeUnit};
use datafusion::common::{DataFusionError, Result as EngineResult, ScalarValue};
use datafusion::logical_expr::{Accumulator, ColumnarValue, Volatility, create_udaf, create_udf};
use datafusion::prelude::SessionContext;
use measure::{geo, net};

/// Records cited at most by one evidence: the earliest.
const CITED: usize = 12;

pub(crate) fn register(context: &SessionContext) {
    let float = DataType::Float64;
    context.register_udf(create_udf(
        "haversine_km", vec![float.clone(); 4], float, Volatility::Immutable, Arc::new(haversine),
    ));
    context.register_udf(create_udf(
        "same_country", vec![DataType::Utf8; 2], DataType::Boolean, Volatility::Immutable, Arc::new(same_country),
    ));
    context.register_udf(create_udf(
        "is_private_ip", vec![DataType::Utf8], DataType::Boolean, Volatility::Immutable, Arc::new(is_private_ip),
    ));
    context.register_udf(create_udf(
        "is_global_mac", vec![DataType::Utf8], DataType::Boolean, Volatility::Immutable, Arc::new(is_global_mac),
    ));
    context.register_udf(create_udf(
        "customer_prefix", vec![DataType::Utf8], DataType::Utf8, Volatility::Immutable, Arc::new(customer_prefix),
    ));
    let list = Arc::new(list_type());
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    context.register_udaf(create_udaf(
        "cite", vec![DataType::Utf8, time], Arc::clone(&list), Volatility::Immutable,
        Arc::new(|_| Ok(Box::new(Cite::default()))), Arc::new(vec![list_type()]),
    ));
}

fn list_type() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
}

fn arrays(values: &[ColumnarValue]) -> EngineResult<Vec<ArrayRef>> {
    ColumnarValue::values_to_arrays(values)
}

fn wrong() -> DataFusionError {
    DataFusionError::Internal("a function was called with a type it does not take".into())
}

fn text(array: &ArrayRef) -> EngineResult<&StringArray> {
    array.as_any().downcast_ref().ok_or_else(wrong)
}

fn haversine(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let at = |column: usize, row: usize| {
        let array = arrays[column].as_primitive::<Float64Type>();
        array.is_valid(row).then(|| array.value(row))
    };
    let one = |row: usize| Some(geo::haversine_km(at(0, row)?, at(1, row)?, at(2, row)?, at(3, row)?));
    let out: Float64Array = (0..arrays[0].len()).map(one).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

fn same_country(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let (a, b) = (text(&arrays[0])?, text(&arrays[1])?);
    let out: BooleanArray = a.iter().zip(b).map(|(a, b)| Some(a?.eq_ignore_ascii_case(b?))).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

fn is_private_ip(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let out: BooleanArray = text(&arrays[0])?.iter().map(|ip| Some(net::is_private_ip(ip?))).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

fn is_global_mac(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let out: BooleanArray = text(&arrays[0])?.iter().map(|mac| Some(net::is_global_mac(mac?))).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

fn customer_prefix(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let out: StringArray = text(&arrays[0])?.iter().map(|ip| net::customer_prefix(ip?)).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

/// The earliest record ids by (time, id); records without a time come last. Merging is order-independent, so
/// the answer does not depend on partitions.
#[derive(Debug, Default)]
struct Cite {
    /// Sorted, at most [`CITED`]; time is biased so that text order is time order.
    kept: Vec<String>,
}

impl Cite {
    fn add(&mut self, entry: String) {
        let full = self.kept.len() >= CITED;
        if full && self.kept.last().is_some_and(|last| *last <= entry) {
            return;
        }
        if let Err(at) = self.kept.binary_search(&entry) {
            self.kept.insert(at, entry);
            self.kept.truncate(CITED);
        }
    }

    fn list(values: impl Iterator<Item = String>) -> ListArray {
        let mut builder = ListBuilder::new(StringBuilder::new());
        builder.append_value(values.map(Some));
        builder.finish()
    }
}

impl Accumulator for Cite {
    fn update_batch(&mut self, values: &[ArrayRef]) -> EngineResult<()> {
        let ids = text(&values[0])?;
        let times = values[1].as_any().downcast_ref::<TimestampMicrosecondArray>().ok_or_else(wrong)?;
        for row in 0..ids.len() {
            if ids.is_valid(row) {
                let time = if times.is_valid(row) { times.value(row) } else { i64::MAX };
                let biased = (time as u64) ^ (1 << 63);
                self.add(format!("{biased:016x}{}", ids.value(row)));
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> EngineResult<()> {
        let lists = states[0].as_any().downcast_ref::<ListArray>().ok_or_else(wrong)?;
        for list in lists.iter().flatten() {
            for entry in text(&list)?.iter().flatten() {
                self.add(entry.to_owned());
            }
        }
        Ok(())
    }

    fn state(&mut self) -> EngineResult<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::List(Arc::new(Self::list(self.kept.iter().cloned())))])
    }

    fn evaluate(&mut self) -> EngineResult<ScalarValue> {
        let ids = self.kept.iter().map(|entry| entry.get(16..).unwrap_or_default().to_owned());
        Ok(ScalarValue::List(Arc::new(Self::list(ids))))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.kept.iter().map(String::capacity).sum::<usize>()
    }
}
