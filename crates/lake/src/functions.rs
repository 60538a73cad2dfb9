//! `measure` as SQL functions. All pure: same arguments, same value.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{DataFusionError, Result as EngineResult};
use datafusion::logical_expr::{AggregateUDF, ColumnarValue, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use measure::{geo, net};

use crate::cite::Cite;
use crate::error::Result;
use crate::like::{self, PatternColumns};

pub(crate) fn register(context: &mut SessionContext) -> Result<()> {
    let float = DataType::Float64;
    context.register_udf(create_udf(
        "haversine_km",
        vec![float.clone(); 4],
        float,
        Volatility::Immutable,
        Arc::new(haversine),
    ));
    context.register_udf(create_udf(
        "same_country",
        vec![DataType::Utf8; 2],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(same_country),
    ));
    context.register_udf(create_udf(
        "is_private_ip",
        vec![DataType::Utf8],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(is_private_ip),
    ));
    context.register_udf(create_udf(
        "is_global_mac",
        vec![DataType::Utf8],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(is_global_mac),
    ));
    context.register_udf(create_udf(
        "customer_prefix",
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(customer_prefix),
    ));
    context.register_udf(create_udf(
        "registry_country",
        vec![DataType::Utf8],
        DataType::Utf8,
        Volatility::Immutable,
        Arc::new(registry_country),
    ));
    context.register_udf(like::function());
    context.register_udaf(AggregateUDF::from(Cite::new()));
    datafusion::execution::FunctionRegistry::register_function_rewrite(context, Arc::new(PatternColumns))?;
    Ok(())
}

fn arrays(values: &[ColumnarValue]) -> EngineResult<Vec<ArrayRef>> {
    ColumnarValue::values_to_arrays(values)
}

pub(crate) fn wrong() -> DataFusionError {
    DataFusionError::Internal("a function was called with a type it does not take".into())
}

pub(crate) fn text(array: &ArrayRef) -> EngineResult<&StringArray> {
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

/// The country for which the registries assigned an address: one and the same yardstick for the addresses of services that
/// place them differently.
fn registry_country(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let of = |ip: Option<&str>| iptocc::country_code(ip?.parse::<std::net::IpAddr>().ok()?);
    let out: StringArray = text(&arrays[0])?.iter().map(of).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

fn customer_prefix(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let arrays = arrays(values)?;
    let out: StringArray = text(&arrays[0])?.iter().map(|ip| net::customer_prefix(ip?)).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}
