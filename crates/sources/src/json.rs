//! Tolerant look-ups in JSON: keys match without regard to case and underscores, numbers may be strings.

use std::borrow::Cow;
use std::net::IpAddr;

use model::Time;

use crate::value;

pub use crate::tape::Value;

/// Whether two keys are the same but for case and underscores (`ipAddress`, `ip_address`, `ipaddress`).
#[must_use]
#[inline]
pub fn same_key(left: &str, right: &str) -> bool {
    // Most keys of an object are not the one looked for, and most differ in the first letter.
    if let (Some(a), Some(b)) = (left.as_bytes().first(), right.as_bytes().first())
        && *a != b'_'
        && *b != b'_'
        && !a.eq_ignore_ascii_case(b)
    {
        return false;
    }
    if left == right {
        return true;
    }
    if left.is_empty() || right.is_empty() {
        return false;
    }
    let mut left = left.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase());
    let mut right = right.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (a, b) if a != b => return false,
            _ => {}
        }
    }
}

/// The value of a key of an object, if it is not null.
#[must_use]
pub fn get<'t, 'i>(value: Value<'t, 'i>, key: &str) -> Option<Value<'t, 'i>> {
    let object = value.as_object()?;
    let first = key.bytes().next().map(folded)?;
    let mut like = None;
    for (known, value) in object.iter() {
        // most keys begin with another letter; nearly always the key stands as written, or not at all
        match known.bytes().next() {
            Some(letter) if folded(letter) == first || letter == b'_' || first == UNDERSCORE => {}
            _ => continue,
        }
        if known == key {
            if !value.is_null() {
                return Some(value);
            }
        } else if like.is_none() && same_key(known, key) && !value.is_null() {
            like = Some(value);
        }
    }
    like
}

/// A letter without its case; other bytes may fall together.
#[inline]
const fn folded(letter: u8) -> u8 {
    letter | 0x20
}

const UNDERSCORE: u8 = folded(b'_');

/// The value at the end of a path of keys.
#[must_use]
pub fn at<'t, 'i>(value: Value<'t, 'i>, path: &[&str]) -> Option<Value<'t, 'i>> {
    path.iter().try_fold(value, |value, key| get(value, key))
}

/// A string as it stands.
#[must_use]
pub fn str_of<'i>(value: Value<'_, 'i>) -> Option<&'i str> {
    value.as_str()
}

/// A string, number or truth value as text; empty is missing.
#[must_use]
pub fn text<'i>(value: Value<'_, 'i>) -> Option<Cow<'i, str>> {
    if let Some(text) = str_of(value) {
        let text = text.trim();
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    if let Some(number) = value.as_i64() {
        return Some(Cow::Owned(number.to_string()));
    }
    if let Some(number) = value.as_u64() {
        return Some(Cow::Owned(number.to_string()));
    }
    if let Some(number) = value.as_f64() {
        return Some(Cow::Owned(number.to_string()));
    }
    value.as_bool().map(|truth| Cow::Borrowed(if truth { "true" } else { "false" }))
}

/// The text of a key.
#[must_use]
pub fn text_at<'i>(value: Value<'_, 'i>, key: &str) -> Option<Cow<'i, str>> {
    get(value, key).and_then(text)
}

/// A number, or a string that holds one.
#[must_use]
pub fn int(value: Value<'_, '_>) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9.0e15).map(|n| n as i64))
        .or_else(|| str_of(value).and_then(|text| text.trim().parse().ok()))
}

/// A number, or a string that holds one.
#[must_use]
pub fn float(value: Value<'_, '_>) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_i64().map(|n| n as f64))
        .or_else(|| str_of(value).and_then(|text| text.trim().parse().ok()))
        .filter(|number| number.is_finite())
}

/// A truth value, or a word that stands for one.
#[must_use]
pub fn truth(value: Value<'_, '_>) -> Option<bool> {
    value.as_bool().or_else(|| text(value).and_then(|text| value::truth(&text)))
}

/// An instant: text in any form, or a number since 1970.
#[must_use]
pub fn time(value: Value<'_, '_>) -> Option<Time> {
    if let Some(text) = str_of(value) {
        return value::time(text);
    }
    value.as_i64().and_then(value::epoch).or_else(|| value.as_f64().and_then(value::epoch_float))
}

/// An address.
#[must_use]
pub fn ip(value: Value<'_, '_>) -> Option<IpAddr> {
    value::ip(str_of(value)?)
}

/// The elements of an array; a lone object counts as one element.
#[must_use]
pub fn elements<'t, 'i>(value: Value<'t, 'i>) -> Vec<Value<'t, 'i>> {
    match value.as_array() {
        Some(array) => array.iter().collect(),
        None if value.is_object() => vec![value],
        None => Vec::new(),
    }
}

/// JSON in a text as JSON; anything else as it is.
#[must_use]
pub fn opened(value: serde_json::Value) -> serde_json::Value {
    if let serde_json::Value::String(text) = &value
        && text.trim_start().starts_with(['{', '['])
        && let Ok(inner) = serde_json::from_str::<serde_json::Value>(text)
    {
        return inner;
    }
    value
}

/// An object in which texts that hold JSON are opened, down to two levels; `None` where there is none.
#[must_use]
pub fn opened_bytes(value: Value<'_, '_>) -> Option<Vec<u8>> {
    use serde_json::Value as Tree;
    fn open(value: Tree, depth: usize, any: &mut bool) -> Tree {
        match value {
            Tree::Object(map) if depth > 0 => {
                Tree::Object(map.into_iter().map(|(key, inner)| (key, open(inner, depth - 1, any))).collect())
            }
            text @ Tree::String(_) => {
                let inner = opened(text);
                *any |= !inner.is_string();
                inner
            }
            other => other,
        }
    }
    let mut any = false;
    let tree = open(tree(value), 2, &mut any);
    any.then(|| serde_json::to_vec(&tree).ok()).flatten()
}

/// Nesting that [`tree`] follows: no event is deeper, and hostile ones must not exhaust the stack.
const TREE_DEPTH: usize = 64;

/// A value as a tree of its own; what is nested too deep is null.
#[must_use]
pub fn tree(value: Value<'_, '_>) -> serde_json::Value {
    branch(value, TREE_DEPTH)
}

fn branch(value: Value<'_, '_>, depth: usize) -> serde_json::Value {
    use serde_json::Value as Tree;
    if depth == 0 {
        return Tree::Null;
    }
    if let Some(object) = value.as_object() {
        return Tree::Object(
            object.iter().map(|(key, inner)| (key.to_owned(), branch(inner, depth - 1))).collect(),
        );
    }
    if let Some(array) = value.as_array() {
        return Tree::Array(array.iter().map(|inner| branch(inner, depth - 1)).collect());
    }
    if let Some(text) = str_of(value) {
        return Tree::String(text.to_owned());
    }
    if let Some(truth) = value.as_bool() {
        return Tree::Bool(truth);
    }
    if let Some(number) = value.as_i64() {
        return number.into();
    }
    if let Some(number) = value.as_u64() {
        return number.into();
    }
    value.as_f64().map_or(Tree::Null, Tree::from)
}
