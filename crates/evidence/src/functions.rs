//! Judgements of `hardware` as SQL functions: pure, so every session gives the same.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result as EngineResult};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionImplementation, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use hardware::{Verdict, display, lan, told, usb};
use measure::serial::is_telling_serial;

use crate::memory::Memory;

/// Registers `usb_verdict`, `usb_product`, `display_verdict`, `display_product`, `composition_verdict`,
/// `composition_words`, `edid_verdict`, `edid_words`, `kvm_by_mac` and `is_telling_serial`. Doing it twice changes nothing.
pub fn register(context: &SessionContext) {
    let text = |name: &str, args: usize, call: ScalarFunctionImplementation| {
        create_udf(name, vec![DataType::Utf8; args], DataType::Utf8, Volatility::Immutable, call)
    };
    for (name, args, judge) in ROWS {
        let memory = Memory::default();
        let call = move |args: &[ColumnarValue]| {
            let columns = columns(args)?;
            let judge = |row: &[&str]| judge(row).map(str::to_owned);
            Ok(ColumnarValue::Array(Arc::new(memory.judge(&columns, judge))))
        };
        context.register_udf(text(name, args, Arc::new(call)));
    }
    for (name, judge) in CELLS {
        let memory = Memory::default();
        let call = move |args: &[ColumnarValue]| {
            let columns = columns(args)?;
            Ok(ColumnarValue::Array(Arc::new(memory.judge(&columns, |row| judge(row[0])))))
        };
        context.register_udf(text(name, 1, Arc::new(call)));
    }
    let telling: ScalarFunctionImplementation = Arc::new(|args| {
        let columns = columns(args)?;
        let serials = columns.first().into_iter().flat_map(StringArray::iter);
        let out: BooleanArray =
            serials.map(|serial| Some(is_telling_serial(serial.unwrap_or_default()))).collect();
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

type Row = fn(&[&str]) -> Option<&'static str>;

/// Judgements of what stands in several cells: name, cells, judgement.
const ROWS: [(&str, usize, Row); 5] = [
    ("usb_verdict", 5, |row| usb_of(row).map(kind)),
    ("usb_product", 5, |row| usb_of(row).map(product)),
    ("display_verdict", 3, |row| display_of(row).map(kind)),
    ("display_product", 3, |row| display_of(row).map(product)),
    ("kvm_by_mac", 1, |row| lan::judge(row[0]).map(product)),
];

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
