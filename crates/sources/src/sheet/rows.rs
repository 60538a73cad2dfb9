//! A stream of delimited rows or flat JSON objects cut into rows of named values.

use model::record::is_missing;
use serde_json::Value;

use crate::source::{Block, Parsed, Reject, Unit};
use crate::value;

/// Most cells that one row may have; wider ones are not tables of people or things.
const MAX_COLUMNS: usize = 1_000;
/// Deepest nesting of JSON objects that is flattened.
const MAX_DEPTH: usize = 4;

/// How rows stand in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Delimited rows below a header.
    Sheet {
        /// Delimiter.
        delimiter: u8,
        /// Header cells, cleaned, without empty ones at the end.
        header: Vec<String>,
        /// Line of the header, from 1: lines up to it are no rows.
        header_line: u64,
    },
    /// JSON objects, one a line or inside an array.
    Json {
        /// One a line.
        lines: bool,
    },
}

/// One row: header and value, cleaned, in the order of the file.
pub type Pairs = Vec<(String, String)>;

/// Cuts a block into rows. Rows that cannot be read go to `parsed.rejects`.
pub fn cut(
    format: &Format,
    block: &Block,
    parsed: &mut Parsed,
    mut each: impl FnMut(&mut Parsed, Unit, Pairs),
) {
    match format {
        Format::Sheet { delimiter, header, header_line } => {
            for (unit, cells) in records(&block.bytes, *delimiter, block.offset, block.line) {
                if unit.line <= *header_line || cells.iter().all(String::is_empty) {
                    continue;
                }
                let cells = trim_end(cells);
                if cells == *header {
                    skip(parsed, "repeated header", 1);
                } else if let Some(reason) =
                    ragged(cells.len(), header.len(), &block.bytes, unit, block.offset, *delimiter)
                {
                    let column = Some(format!(
                        "{} of {} columns",
                        raw_width(&block.bytes, unit, block.offset, *delimiter),
                        header.len()
                    ));
                    parsed.rejects.push(reject(unit, column, reason, block));
                } else {
                    let mut cells = cells.into_iter();
                    let row =
                        header.iter().map(|name| (name.clone(), cells.next().unwrap_or_default())).collect();
                    each(parsed, unit, row);
                }
            }
        }
        Format::Json { .. } => {
            for (start, end) in objects(&block.bytes) {
                let unit = unit_at(block, start, end);
                match serde_json::from_slice::<Value>(&block.bytes[start..end]) {
                    Ok(value) => {
                        for row in rows_of(&value) {
                            each(parsed, unit, row);
                        }
                    }
                    Err(_) => parsed.rejects.push(reject(unit, None, "not a JSON object", block)),
                }
            }
        }
    }
}

/// Counts something left out on purpose.
pub fn skip(parsed: &mut Parsed, name: &str, count: u64) {
    match parsed.skipped.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known += count,
        None => parsed.skipped.push((name.to_owned(), count)),
    }
}

/// A reject with a printable sample.
pub fn reject(unit: Unit, column: Option<String>, reason: &str, block: &Block) -> Reject {
    let start = usize::try_from(unit.offset.saturating_sub(block.offset)).unwrap_or(usize::MAX);
    let bytes = block.bytes.get(start..).unwrap_or_default();
    let bytes = &bytes[..bytes.len().min(unit.length as usize).min(480)];
    let sample =
        value::text_of(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect();
    Reject { unit, column, reason: reason.to_owned(), sample }
}

fn unit_at(block: &Block, start: usize, end: usize) -> Unit {
    let line = block.line + newlines(&block.bytes[..start]);
    Unit { offset: block.offset + start as u64, length: u32::try_from(end - start).unwrap_or(u32::MAX), line }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|b| **b == b'\n').count() as u64
}

/// Rows of delimited text with their places; quoted newlines belong to their row.
pub fn records(bytes: &[u8], delimiter: u8, offset: u64, line: u64) -> Vec<(Unit, Vec<String>)> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut out = Vec::new();
    let (mut counted, mut at_line) = (0_usize, line);
    let mut start = 0_usize;
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let end = usize::try_from(reader.position().byte()).unwrap_or(bytes.len()).min(bytes.len());
        // a row ends at \r and leaves \n to the next one; blank lines belong to no row
        while start < end && matches!(bytes[start], b'\r' | b'\n') {
            start += 1;
        }
        at_line += newlines(&bytes[counted..start]);
        counted = start;
        let length = u32::try_from(end - start).unwrap_or(u32::MAX);
        let cells = record.iter().take(MAX_COLUMNS).map(|cell| clean(&value::text_of(cell))).collect();
        out.push((Unit { offset: offset + start as u64, length, line: at_line }, cells));
        start = end;
    }
    out
}

/// A cell without byte-order mark, spreadsheet wrappers and outer space.
fn clean(cell: &str) -> String {
    let cell = cell.trim_start_matches('\u{feff}').trim();
    let inner = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let inner = inner.trim();
    let inner =
        inner.strip_prefix('\'').filter(|rest| !rest.is_empty() && !rest.ends_with('\'')).unwrap_or(inner);
    inner.trim().to_owned()
}

fn trim_end(mut cells: Vec<String>) -> Vec<String> {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

fn raw_width(bytes: &[u8], unit: Unit, offset: u64, delimiter: u8) -> usize {
    let start = usize::try_from(unit.offset.saturating_sub(offset)).unwrap_or(usize::MAX);
    let row = bytes.get(start..).unwrap_or_default();
    let row = &row[..row.len().min(unit.length as usize)];
    records(row, delimiter, 0, 1).first().map_or(0, |(_, cells)| cells.len())
}

/// Why a row does not fit its header; empty cells at the end do not count against it.
fn ragged(
    filled: usize,
    wanted: usize,
    bytes: &[u8],
    unit: Unit,
    offset: u64,
    delimiter: u8,
) -> Option<&'static str> {
    if filled > wanted {
        Some("row has more columns than the header")
    } else if filled < wanted && raw_width(bytes, unit, offset, delimiter) < wanted {
        Some("row has fewer columns than the header")
    } else {
        None
    }
}

/// Byte ranges of the outermost JSON objects, whatever stands between them.
pub fn objects(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(|b| *b == b'{').map(|found| at + found) {
        match object_end(&bytes[start..]) {
            Some(length) => {
                out.push((start, start + length));
                at = start + length;
            }
            None => {
                out.push((start, bytes.len()));
                break;
            }
        }
    }
    out
}

fn object_end(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The rows in a JSON value: itself, or the objects in the array that it wraps.
pub fn rows_of(value: &Value) -> Vec<Pairs> {
    let Value::Object(map) = value else { return Vec::new() };
    let mut arrays = map.iter().filter(|(_, inner)| is_rows(inner));
    if let (Some((name, Value::Array(items))), None) = (arrays.next(), arrays.next())
        && (map.len() == 1 || WRAPPERS.iter().any(|known| name.eq_ignore_ascii_case(known)))
    {
        return items.iter().map(flatten).collect();
    }
    vec![flatten(value)]
}

/// Keys under which services put the rows of an answer.
const WRAPPERS: &[&str] = &[
    "employees",
    "report_entry",
    "data",
    "value",
    "results",
    "records",
    "items",
    "rows",
    "workers",
    "result",
];

fn is_rows(value: &Value) -> bool {
    matches!(value, Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_object))
}

/// An object as flat pairs; nested keys are joined with `_`, lists of texts with a comma.
pub fn flatten(value: &Value) -> Pairs {
    let mut out = Vec::new();
    flatten_into("", value, 0, &mut out);
    out
}

fn flatten_into(prefix: &str, value: &Value, depth: usize, out: &mut Pairs) {
    if out.len() >= MAX_COLUMNS {
        return;
    }
    let text = match value {
        Value::Object(map) if depth < MAX_DEPTH => {
            for (key, inner) in map {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}_{key}") };
                flatten_into(&name, inner, depth + 1, out);
            }
            return;
        }
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    out.push((prefix.to_owned(), text));
}

/// First rows of a stream in every reading that makes sense: delimited in four ways, or JSON.
pub fn previews(bytes: &[u8]) -> Vec<Preview> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = text.iter().copied().find(|b| !b.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return json_preview(text).into_iter().collect();
    }
    if first.is_none() || text.starts_with(b"PK\x03\x04") || text.iter().take(4096).any(|b| *b == 0) {
        return Vec::new();
    }
    let head = &bytes[..bytes.len().min(128 * 1024)];
    b",;\t|".iter().map(|delimiter| Preview::Sheet(*delimiter, records(head, *delimiter, 0, 1))).collect()
}

/// First rows of a stream in one reading.
#[derive(Debug, Clone)]
pub enum Preview {
    /// Rows as cut with this delimiter.
    Sheet(u8, Vec<(Unit, Vec<String>)>),
    /// JSON objects, and whether they stand one a line.
    Json(bool, Vec<Pairs>),
}

fn json_preview(bytes: &[u8]) -> Option<Preview> {
    let mut spans = objects(bytes);
    if spans.len() == 1 && serde_json::from_slice::<Value>(&bytes[spans[0].0..spans[0].1]).is_err() {
        // a wrapper that is longer than the sample: its rows begin after the first bracket
        let inner = bytes.windows(2).position(|pair| pair[0] == b'[' && !pair[1].is_ascii_digit())?;
        spans = objects(&bytes[inner..]).into_iter().map(|(a, b)| (a + inner, b + inner)).collect();
    }
    let first_is_array = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let lines = !first_is_array
        && spans.windows(2).all(|w| bytes[w[0].0..w[1].0].contains(&b'\n'))
        && spans.iter().all(|(a, b)| !bytes[*a..*b].contains(&b'\n'));
    let rows: Vec<Pairs> = spans
        .iter()
        .take(200)
        .filter_map(|(a, b)| serde_json::from_slice::<Value>(&bytes[*a..*b]).ok())
        .flat_map(|value| rows_of(&value))
        .take(200)
        .collect();
    let wrapped = spans.len() == 1 && rows.len() > 1;
    (!rows.is_empty()).then_some(Preview::Json(lines && !wrapped && spans.len() > 1, rows))
}

/// Whether a cell may be a header: has a letter, is short, is no address and no missing value.
#[must_use]
pub fn header_like(cell: &str) -> bool {
    cell.len() <= 80 && cell.chars().any(char::is_alphabetic) && !cell.contains('@') && !is_missing(cell)
}
