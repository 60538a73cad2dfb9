//! A stream of delimited rows or flat JSON objects cut into rows of named values.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use model::record::is_missing;
use serde_json::Value;

use crate::frame;
use crate::recognise;
use crate::scan;
use crate::source::{Block, Framing, Parsed, Reject, Unit};
use crate::{value, xml};

/// Most cells that one row may have; wider ones are not tables of people or things.
const MAX_COLUMNS: usize = 1_000;
/// Deepest nesting of JSON objects that is flattened.
const MAX_DEPTH: usize = 4;
/// Rows looked at to tell what a stream is.
const ROW_SAMPLE: usize = 1_000;

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
    /// JSON objects, cut in this way.
    Json(Framing),
}

impl Format {
    /// How the stream is cut into units.
    #[must_use]
    pub fn framing(&self) -> Framing {
        match self {
            Self::Sheet { delimiter, .. } => Framing::Sheet { delimiter: *delimiter },
            Self::Json(framing) => *framing,
        }
    }
}

/// One row: header and value, cleaned, in the order of the file.
pub type Pairs = Vec<(String, String)>;

/// Where a row stands: its unit, the unit's index in what was parsed, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Place<'b> {
    /// Unit.
    pub unit: Unit,
    /// Index among the units.
    pub index: usize,
    /// Bytes of the unit.
    pub bytes: &'b [u8],
}

impl Place<'_> {
    /// The row, or a part of it, cannot be used.
    #[must_use]
    pub fn reject(&self, column: Option<String>, reason: &str) -> Reject {
        Reject { column, ..frame::reject(self.unit, reason, self.bytes) }
    }
}

/// Cuts a block into rows. Each unit below the header is counted once; those that give no row are rejected or skipped.
pub fn cut(
    format: &Format,
    block: &Block,
    parsed: &mut Parsed,
    mut each: impl FnMut(&mut Parsed, &Place<'_>, Pairs),
) {
    let mut counted = (0, block.line);
    for range in frame::units(&block.bytes, format.framing()) {
        let unit = frame::unit_of(block, &range, &mut counted);
        if matches!(format, Format::Sheet { header_line, .. } if unit.line <= *header_line) {
            continue;
        }
        let place = Place { unit, index: parsed.units.len(), bytes: &block.bytes[range] };
        parsed.units.push(unit);
        match format {
            Format::Sheet { delimiter, header, .. } => match row_of(place.bytes, *delimiter, header) {
                Ok(row) => each(parsed, &place, row),
                Err(Unfit::Left(name)) => skip(parsed, name, 1),
                Err(Unfit::Wrong(column, reason)) => parsed.rejects.push(place.reject(column, reason)),
            },
            Format::Json(framing) => match tree(place.bytes, *framing) {
                Some(value) => {
                    let rows = rows_of(&value);
                    if rows.is_empty() {
                        parsed.rejects.push(place.reject(None, "not a JSON object"));
                    }
                    for row in rows {
                        each(parsed, &place, row);
                    }
                }
                None => parsed.rejects.push(place.reject(None, damage(*framing))),
            },
        }
    }
}

/// A unit as a tree.
fn tree(bytes: &[u8], framing: Framing) -> Option<Value> {
    match framing {
        Framing::Elements { .. } => xml::value(bytes),
        _ => serde_json::from_slice(bytes).ok(),
    }
}

fn damage(framing: Framing) -> &'static str {
    if matches!(framing, Framing::Elements { .. }) { "element cannot be read" } else { "not valid JSON" }
}

/// Why a line below a header gives no row.
enum Unfit {
    /// Left out on purpose.
    Left(&'static str),
    /// Column and reason.
    Wrong(Option<String>, &'static str),
}

/// The named values of a line. Empty cells at its end do not count against it.
fn row_of(line: &[u8], delimiter: u8, header: &[String]) -> Result<Pairs, Unfit> {
    let (cells, closed) = cells(line, delimiter);
    let width = cells.len();
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let cells = trim_end(cells);
    let wrong = |reason| {
        let column = format!("{} of {} columns", cells.len().max(width.min(header.len())), header.len());
        Err(Unfit::Wrong(Some(column), reason))
    };
    if cells.is_empty() {
        return Err(Unfit::Left("empty row"));
    }
    if cells == *header {
        return Err(Unfit::Left("repeated header"));
    }
    if !closed {
        return Err(Unfit::Wrong(None, "quote without an end"));
    }
    if filled == 1 && header.len() >= 3 && cells.iter().any(|cell| is_footer(cell)) {
        return Err(Unfit::Left("title or total below the table"));
    }
    if cells.len() > header.len() {
        return wrong("row has more columns than the header");
    }
    if width < header.len() {
        return wrong("row has fewer columns than the header");
    }
    let mut cells = cells.into_iter();
    Ok(header.iter().map(|name| (name.clone(), cells.next().unwrap_or_default())).collect())
}

/// What reports print below their rows.
fn is_footer(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    let words = [
        "total",
        "grand total",
        "sum",
        "count",
        "report",
        "generated",
        "page",
        "end of",
        "confidential",
        "record count",
        "records",
        "rows",
        "exported",
        "printed",
        "run by",
        "run date",
        "as of",
    ];
    words.iter().any(|word| lower.starts_with(word))
        || lower.ends_with(" rows affected)")
        || lower.ends_with(" records")
}

/// Counts something left out on purpose.
pub fn skip(parsed: &mut Parsed, name: &str, count: u64) {
    match parsed.skipped.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known += count,
        None => parsed.skipped.push((name.to_owned(), count)),
    }
}

/// Cleaned cells of a delimited row, and whether its quotes are closed.
#[must_use]
pub fn cells(row: &[u8], delimiter: u8) -> (Vec<String>, bool) {
    let (fields, closed) = scan::fields(row, delimiter);
    (fields.iter().take(MAX_COLUMNS).map(|cell| clean(&value::text_of(cell))).collect(), closed)
}

/// Rows of delimited text with their places; quoted newlines belong to their row.
#[must_use]
pub fn records(bytes: &[u8], delimiter: u8) -> Vec<(Unit, Vec<String>)> {
    let block = Block { offset: 0, line: 1, bytes: bytes.to_vec() };
    let mut counted = (0, 1);
    let row = |range: Range<usize>| {
        let unit = frame::unit_of(&block, &range, &mut counted);
        (unit, cells(&block.bytes[range], delimiter).0)
    };
    frame::units(bytes, Framing::Sheet { delimiter }).into_iter().take(ROW_SAMPLE + 25).map(row).collect()
}

/// A cell without byte-order mark, NUL bytes, spreadsheet wrappers and outer space.
fn clean(cell: &str) -> String {
    let cell = cell.trim_matches(|c: char| c == '\u{feff}' || c == '\0' || c.is_whitespace());
    let inner = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell).trim();
    // an apostrophe keeps a spreadsheet from reading a number or a formula
    let kept =
        |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '=' | '@'));
    let inner = inner.strip_prefix('\'').filter(kept).unwrap_or(inner).trim();
    if inner.contains('\0') { inner.replace('\0', "") } else { inner.to_owned() }
}

fn trim_end(mut cells: Vec<String>) -> Vec<String> {
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// The rows in a JSON value: itself, or the objects in the array that it wraps.
pub fn rows_of(value: &Value) -> Vec<Pairs> {
    let Value::Object(map) = value else { return Vec::new() };
    let is_wrapper = |name: &str| WRAPPERS.iter().any(|known| name.eq_ignore_ascii_case(known));
    let arrays: Vec<_> = map.iter().filter(|(_, inner)| is_rows(inner)).collect();
    // a report may list its columns beside its rows
    let wrapped = match arrays[..] {
        [(name, _)] if map.len() == 1 || is_wrapper(name) => arrays.first(),
        [_, _] if map.contains_key("fields") => arrays.iter().find(|(name, _)| is_wrapper(name)),
        _ => None,
    };
    if let Some((_, Value::Array(items))) = wrapped {
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

/// Lists whose elements are numbered, the first without a number: what there may be several of.
const NUMBERED: &[&str] = &["jobs", "terminations", "references"];

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
    if let Value::Array(items) = value
        && NUMBERED.contains(&prefix)
        && depth < MAX_DEPTH
        && items.iter().all(Value::is_object)
    {
        for (at, item) in items.iter().take(9).enumerate() {
            let name = if at == 0 { prefix.to_owned() } else { format!("{prefix}_{}", at + 1) };
            flatten_into(&name, item, depth + 1, out);
        }
        return;
    }
    // a group of a report (Workday) holds columns like those beside it, once or several times
    if prefix.ends_with("_group") && depth < MAX_DEPTH {
        let groups = match value {
            Value::Array(items) if items.iter().all(Value::is_object) => items.iter().take(9).collect(),
            Value::Object(_) => vec![value],
            _ => Vec::new(),
        };
        for (at, group) in groups.iter().enumerate() {
            for (key, inner) in group.as_object().into_iter().flatten() {
                let name = if at == 0 { key.clone() } else { format!("{key}_{}", at + 1) };
                flatten_into(&name, inner, depth + 1, out);
            }
        }
        if !groups.is_empty() {
            return;
        }
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
        // `[{"type": "mobile", "value": "…"}]`, as services write what there may be several of
        Value::Array(items) if !items.is_empty() && items.iter().all(|item| item.get("value").is_some()) => {
            let values = items.iter().filter_map(|item| item.get("value").and_then(Value::as_str));
            values.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    out.push((prefix.to_owned(), text));
}

/// First rows of a stream in every reading that makes sense: delimited in four ways, or JSON. Looks at a sample once:
/// every plan asks the same of it.
#[must_use]
pub fn previews(bytes: &[u8]) -> Rc<Vec<Preview>> {
    type Last = ([u8; 32], Rc<Vec<Preview>>);
    thread_local! {
        static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    let digest = *blake3::hash(bytes).as_bytes();
    let known = LAST.with_borrow(|last| last.as_ref().filter(|(known, _)| *known == digest).cloned());
    if let Some((_, previews)) = known {
        return previews;
    }
    let previews = Rc::new(read_previews(bytes));
    LAST.set(Some((digest, Rc::clone(&previews))));
    previews
}

fn read_previews(bytes: &[u8]) -> Vec<Preview> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().copied().find(|b| !b.is_ascii_whitespace()) {
        None => Vec::new(),
        Some(b'{' | b'[' | b'<') => json_preview(bytes).into_iter().collect(),
        Some(_) if bytes.starts_with(b"PK\x03\x04") => Vec::new(),
        Some(_) => {
            b",;\t|".iter().map(|delimiter| Preview::Sheet(*delimiter, records(bytes, *delimiter))).collect()
        }
    }
}

/// First rows of a stream in one reading.
#[derive(Debug, Clone)]
pub enum Preview {
    /// Rows as cut with this delimiter.
    Sheet(u8, Vec<(Unit, Vec<String>)>),
    /// JSON objects, and how they are cut.
    Json(Framing, Vec<Pairs>),
}

fn json_preview(bytes: &[u8]) -> Option<Preview> {
    let framing = recognise::tree_framing(bytes)?;
    let mut rows = Vec::new();
    for block in frame::Framer::new(bytes, framing).filter_map(Result::ok) {
        for range in frame::units(&block.bytes, framing) {
            if rows.len() >= ROW_SAMPLE {
                break;
            }
            if let Some(value) = tree(&block.bytes[range], framing) {
                rows.extend(rows_of(&value));
            }
        }
    }
    (!rows.is_empty()).then_some(Preview::Json(framing, rows))
}

/// Whether a cell may be a header: has a letter, is short, is no address and no missing value.
#[must_use]
pub fn header_like(cell: &str) -> bool {
    cell.len() <= 80 && cell.chars().any(char::is_alphabetic) && !cell.contains('@') && !is_missing(cell)
}
