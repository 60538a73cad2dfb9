//! Judgements of `hardware` as SQL functions: pure, so every session gives the same.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result as EngineResult};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionImplementation, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use hardware::{Verdict, display, lan, told, usb};
use measure::serial::is_telling_serial;

/// Registers `usb_verdict`, `usb_product`, `display_verdict`, `display_product`, `composition_verdict`,
/// `composition_words`, `edid_verdict`, `edid_words`, `kvm_by_mac` and `is_telling_serial`. Doing it twice changes nothing.
pub fn register(context: &SessionContext) {
    let text = |name: &str, args: usize, call: ScalarFunctionImplementation| {
        create_udf(name, vec![DataType::Utf8; args], DataType::Utf8, Volatility::Immutable, call)
    };
    context.register_udf(text("usb_verdict", 5, Arc::new(|args| texts(args, |row| usb_of(row).map(kind)))));
    context.register_udf(text(
        "usb_product",
        5,
        Arc::new(|args| texts(args, |row| usb_of(row).map(product))),
    ));
    context.register_udf(text(
        "display_verdict",
        3,
        Arc::new(|args| texts(args, |row| display_of(row).map(kind))),
    ));
    context.register_udf(text(
        "display_product",
        3,
        Arc::new(|args| texts(args, |row| display_of(row).map(product))),
    ));
    for (name, judge) in CELLS {
        let call = move |args: &[ColumnarValue]| {
            let columns = columns(args)?;
            let out: StringArray = rows(&columns).map(|row| judge(row[0])).collect();
            Ok(ColumnarValue::Array(Arc::new(out) as ArrayRef))
        };
        context.register_udf(text(name, 1, Arc::new(call)));
    }
    context.register_udf(text(
        "kvm_by_mac",
        1,
        Arc::new(|args| texts(args, |row| lan::judge(row[0]).map(product))),
    ));
    let telling: ScalarFunctionImplementation = Arc::new(|args| {
        let columns = columns(args)?;
        let out: BooleanArray = rows(&columns).map(|row| Some(is_telling_serial(row[0]))).collect();
        Ok(ColumnarValue::Array(Arc::new(out)))
    });
    let is_telling = create_udf(
        "is_telling_serial",
        vec![DataType::Utf8],
        DataType::Boolean,
        Volatility::Immutable,
        telling,
    );
    context.register_udf(is_telling);
}

type Words = fn(&str) -> Option<String>;

/// Judgements of one cell, with words of their own.
const CELLS: [(&str, Words); 4] = [
    ("composition_verdict", |cell| told::composition(cell).map(|told| told.kind.as_str().to_owned())),
    ("composition_words", |cell| told::composition(cell).map(|told| told.words)),
    ("edid_verdict", |cell| told::edid(cell).map(|told| told.kind.as_str().to_owned())),
    ("edid_words", |cell| told::edid(cell).map(|told| told.words)),
];

fn kind(verdict: Verdict) -> &'static str {
    verdict.kind.as_str()
}

fn product(verdict: Verdict) -> &'static str {
    verdict.product
}

fn usb_of(row: &[&str]) -> Option<Verdict> {
    let &[vendor_id, product_id, vendor, product, serial] = row else { return None };
    usb::judge(usb::UsbStrings { vendor_id, product_id, vendor, product, serial })
}

fn display_of(row: &[&str]) -> Option<Verdict> {
    let &[manufacturer, name, serial] = row else { return None };
    display::judge(manufacturer, name, serial)
}

fn columns(args: &[ColumnarValue]) -> EngineResult<Vec<StringArray>> {
    let arrays: Vec<ArrayRef> = ColumnarValue::values_to_arrays(args)?;
    let wrong = || DataFusionError::Internal("a judgement was called with something else than text".into());
    arrays
        .iter()
        .map(|array| array.as_any().downcast_ref::<StringArray>().cloned().ok_or_else(wrong))
        .collect()
}

/// Rows of texts; a missing text is empty.
fn rows(columns: &[StringArray]) -> impl Iterator<Item = Vec<&str>> {
    let length = columns.first().map_or(0, Array::len);
    (0..length).map(|row| {
        columns.iter().map(|column| if column.is_null(row) { "" } else { column.value(row) }).collect()
    })
}

fn texts(args: &[ColumnarValue], judge: fn(&[&str]) -> Option<&'static str>) -> EngineResult<ColumnarValue> {
    let columns = columns(args)?;
    let out: StringArray = rows(&columns).map(|row| judge(&row)).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}
