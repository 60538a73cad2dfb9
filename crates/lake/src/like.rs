//! `LIKE` against a column of patterns. The engine builds a regular expression for each row there; this compares
//! each text with its pattern as it stands. The planner puts it in place of `LIKE`, so that questions stay plain SQL.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result as EngineResult};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{ColumnarValue, Expr, ExprSchemable, Like, ScalarUDF, Volatility, create_udf};

use crate::functions::{text, wrong};

/// `like_pattern(text, pattern)`.
pub(crate) fn function() -> ScalarUDF {
    create_udf(
        "like_pattern",
        vec![DataType::Utf8; 2],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(compare),
    )
}

fn compare(values: &[ColumnarValue]) -> EngineResult<ColumnarValue> {
    let [texts, patterns] = values else { return Err(wrong()) };
    let rows = values.iter().find_map(|value| match value {
        ColumnarValue::Array(array) => Some(array.len()),
        ColumnarValue::Scalar(_) => None,
    });
    let one_row = |value: &ColumnarValue| -> EngineResult<ArrayRef> {
        match value {
            ColumnarValue::Array(array) => Ok(Arc::clone(array)),
            ColumnarValue::Scalar(scalar) => scalar.to_array_of_size(1),
        }
    };
    let (texts, patterns) = (one_row(texts)?, one_row(patterns)?);
    let (texts, patterns) = (text(&texts)?, text(&patterns)?);
    let cell = |array: &'_ StringArray, row: usize| if array.len() == 1 { 0 } else { row };
    let one = |row: usize| {
        let (at, of) = (cell(texts, row), cell(patterns, row));
        let both = texts.is_valid(at) && patterns.is_valid(of);
        both.then(|| is_like(texts.value(at).as_bytes(), patterns.value(of).as_bytes()))
    };
    let out: BooleanArray = (0..rows.unwrap_or(1)).map(one).collect();
    Ok(ColumnarValue::Array(Arc::new(out)))
}

/// Whether a text is like a pattern: `%` is any run of characters, `_` one character, `\` takes the next as it is.
/// Greedy with one step back, so its time is bounded by the product of both lengths.
fn is_like(text: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // where to go on when the last `%` takes one character more
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(of) {
            Some(b'%') => {
                of += 1;
                back = Some((at, of));
                continue;
            }
            Some(b'_') if at < text.len() => Some((width(text[at]), 1)),
            Some(b'\\') if of + 1 < pattern.len() => (text.get(at) == pattern.get(of + 1)).then_some((1, 2)),
            Some(b'_') => None,
            Some(byte) => (text.get(at) == Some(byte)).then_some((1, 1)),
            None if at == text.len() => return true,
            None => None,
        };
        match (step, back) {
            (Some((read, matched)), _) => {
                at += read;
                of += matched;
            }
            (None, Some((from, behind))) if from < text.len() => {
                let next = from + width(text[from]);
                back = Some((next, behind));
                (at, of) = (next, behind);
            }
            (None, _) => return false,
        }
    }
}

/// Bytes of the character that begins with this byte.
fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// Puts [`function`] in place of `LIKE` wherever the pattern is no literal.
#[derive(Debug)]
pub(crate) struct PatternColumns;

impl FunctionRewrite for PatternColumns {
    fn name(&self) -> &str {
        "pattern_columns"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> EngineResult<Transformed<Expr>> {
        let Expr::Like(like) = &expr else { return Ok(Transformed::no(expr)) };
        let Like { negated, expr: text, pattern, escape_char: None, case_insensitive: false } = like else {
            return Ok(Transformed::no(expr));
        };
        let is_text = |part: &Expr| part.get_type(schema).is_ok_and(|kind| kind == DataType::Utf8);
        if matches!(**pattern, Expr::Literal(..)) || !is_text(text) || !is_text(pattern) {
            return Ok(Transformed::no(expr));
        }
        let call = function().call(vec![(**text).clone(), (**pattern).clone()]);
        Ok(Transformed::yes(if *negated { !call } else { call }))
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::compute::kernels::comparison::like;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns() {
        let like = |text: &str, pattern: &str| is_like(text.as_bytes(), pattern.as_bytes());
        assert!(like("anydesk.exe", "anydesk%") && like("anydesk", "anydesk%") && like("", "%"));
        assert!(like("whoami /all", "%whoami%") && like("übung", "_bung") && like("aXbXc", "a%b%c"));
        assert!(!like("anydesk", "anydesk_") && !like("", "_") && !like("ab", "a") && !like("a", ""));
        assert!(like("100%", r"100\%") && !like("1000", r"100\%") && like(r"a\", r"a\"));
    }

    proptest! {
        #[test]
        fn as_the_engine_does(text in "[ab%_éx]{0,8}", pattern in "[ab%_éx]{0,6}") {
            let (texts, patterns) = (StringArray::from(vec![text.clone()]), StringArray::from(vec![pattern.clone()]));
            let expected = like(&texts, &patterns).unwrap().value(0);
            prop_assert_eq!(is_like(text.as_bytes(), pattern.as_bytes()), expected);
        }
    }
}
