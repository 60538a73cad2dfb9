//! Events that an envelope holds in another form than as objects: text in base64, perhaps compressed (Kinesis, Lambda,
//! Pub/Sub, subscriptions of CloudWatch Logs), and answers that give the names of columns once and then rows of bare values
//! (Log Analytics, Kusto, ES|QL).

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Tree};

use crate::json::{self, Value};

/// Most bytes that one text unpacks to.
const UNPACKED_LIMIT: u64 = 16 << 20;

/// The JSON text in a text of base64.
#[must_use]
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    // `{"` and `[{`, blanks before them included, and gzip: anything else holds no event
    let begins =
        ["eyJ", "eyA", "ewo", "ew0", "W3s", "WwogIH", "H4sI"].iter().any(|mark| text.starts_with(mark));
    if !begins || text.len() < 16 {
        return None;
    }
    let bytes = STANDARD.decode(text).ok()?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(bytes);
    }
    let mut out = Vec::new();
    let unpacked =
        flate2::read::MultiGzDecoder::new(&bytes[..]).take(UNPACKED_LIMIT + 1).read_to_end(&mut out);
    (unpacked.is_ok() && out.len() as u64 <= UNPACKED_LIMIT).then_some(out)
}

/// Each row of an answer of columns and rows as JSON text; empty for any other object.
#[must_use]
pub fn rows(answer: Value<'_, '_>) -> Vec<Vec<u8>> {
    let Some(object) = answer.as_object() else { return Vec::new() };
    let lists = || object.iter().filter_map(|(_, inner)| inner.as_array());
    let is_row = |first: Option<Value<'_, '_>>| first.is_some_and(|first| first.is_array());
    let Some(rows) = lists().find(|list| is_row(list.iter().next())) else { return Vec::new() };
    let width = rows.iter().next().and_then(|row| row.as_array()).map_or(0, |row| row.iter().count());
    let Some(columns) = lists().find_map(|list| names(list.iter(), width)) else { return Vec::new() };
    let mut out = Vec::new();
    for row in rows.iter() {
        let Some(cells) = row.as_array() else { continue };
        let mut event = Map::new();
        for (name, cell) in columns.iter().zip(cells.iter()) {
            if !cell.is_null() {
                event.insert(name.clone(), json::opened(json::tree(cell)));
            }
        }
        out.extend(serde_json::to_vec(&Tree::Object(event)).ok());
    }
    out
}

/// The names of as many columns as a row has cells.
fn names<'t, 'i: 't>(columns: impl Iterator<Item = Value<'t, 'i>>, width: usize) -> Option<Vec<String>> {
    let name = |column: Value<'t, 'i>| {
        let named =
            || ["name", "ColumnName"].iter().find_map(|key| json::get(column, key)).and_then(json::str_of);
        json::str_of(column).or_else(named).map(str::to_owned)
    };
    let names: Vec<String> = columns.map(name).collect::<Option<_>>()?;
    (names.len() == width && width > 0).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape;

    #[test]
    fn columns_name_the_cells_of_rows() {
        let mut bytes = br#"{"name":"PrimaryResult","columns":[{"name":"A","type":"string"},{"name":"B","type":"dynamic"}],
            "rows":[["1","{\"c\":2}"],[null,"x"],7]}"#.to_vec();
        let parsed = simd_json::to_tape(&mut bytes).unwrap();
        let rows = rows(tape::root(&parsed));
        assert_eq!(rows, [br#"{"A":"1","B":{"c":2}}"#.to_vec(), br#"{"B":"x"}"#.to_vec()]);
    }

    #[test]
    fn base64_is_opened_only_where_json_or_gzip_begins() {
        assert_eq!(
            decoded(&STANDARD.encode(r#"{"a": [1, 2, 3]}"#)).as_deref(),
            Some(&br#"{"a": [1, 2, 3]}"#[..])
        );
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, br#"{"a":1}"#).unwrap();
        assert_eq!(decoded(&STANDARD.encode(packed.finish().unwrap())).as_deref(), Some(&br#"{"a":1}"#[..]));
        assert_eq!(decoded(&STANDARD.encode("just some words here")), None);
        assert_eq!(decoded("eyJ not base64 at all"), None);
    }
}
