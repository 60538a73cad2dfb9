//! CSV of events: a SIEM's `_raw` column, one column for each path, or the columns of a vendor's portal. Each row becomes
//! an object and takes the way of all JSON; whether its columns are known is for the sources to say.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::frame;
use crate::reader;
use crate::recognise::Tally;
use crate::scan;
use crate::sheet::{self, languages};
use crate::source::{Block, Framing, Parsed, Reader};
use crate::tape;
use crate::value::{self, DateOrder};

/// Rows looked at.
const ROW_SAMPLE: usize = 50;
/// A title, its filters and an empty line stand above a header in at most so many rows.
const TITLE_ROWS: usize = 12;

/// Columns that hold a whole event as text.
const RAW: &[&str] = &[
    "_raw",
    "raw",
    "rawdata",
    "message",
    "event.original",
    "_source",
    "event",
    "log",
    "data",
    "line",
    "text",
    "content",
];

/// A header as a key: `IP address` is `IP_address`, `TimeGenerated [UTC]` is `TimeGenerated`.
fn key_of(header: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '-');
    let header = header.trim().trim_start_matches('\u{feff}').trim_matches('"');
    let spaced = header.to_lowercase().replace('-', " ").replace(". ", " ").replace(['\'', '’'], "");
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let translated = languages::english(&spaced);
    if translated != spaced {
        return translated.replace(' ', "_");
    }
    if header.chars().all(plain) {
        return header.to_owned();
    }
    let bare = header.split(['(', '[']).next().unwrap_or(header).trim();
    bare.chars().map(|c| if plain(c) { c } else { '_' }).collect()
}

/// A cell; JSON in it is opened.
fn opened(cell: String) -> Value {
    if cell.starts_with(['{', '['])
        && cell.ends_with(['}', ']'])
        && let Ok(value) = serde_json::from_str::<Value>(&cell)
    {
        return value;
    }
    Value::String(cell)
}

/// Reads rows as objects.
struct SiemSheet {
    delimiter: u8,
    headers: Vec<String>,
    /// Offset of the header's unit in the stream.
    header_at: u64,
    /// Slashed dates begin with the day, as those of the first rows say that leave no choice.
    day_first: bool,
}

/// How a sheet of events is cut and read.
#[must_use]
pub fn reader(bytes: &[u8]) -> Option<(Framing, Box<dyn Reader>)> {
    let sheet = SiemSheet::of(bytes)?;
    Some((Framing::Sheet { delimiter: sheet.delimiter }, Box::new(sheet)))
}

/// The events in the first rows of such a sheet.
pub(crate) fn tally(bytes: &[u8]) -> Option<Tally> {
    let sheet = SiemSheet::of(bytes)?;
    let mut tally = Tally::default();
    let rows = frame::units(bytes, Framing::Sheet { delimiter: sheet.delimiter });
    for row in rows.into_iter().filter(|row| row.start as u64 > sheet.header_at).take(ROW_SAMPLE) {
        // the last row of a sample may be cut within its quotes
        let Some(mut object) = sheet.object(&bytes[row]) else { continue };
        if let Ok(parsed) = simd_json::to_tape(&mut object) {
            tally.look(tape::root(&parsed));
        }
    }
    Some(tally)
}

impl SiemSheet {
    /// The sheet below its header: the first line, unless PowerShell names a type there or a report its title.
    fn of(bytes: &[u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(64 << 10)];
        let lines = frame::units(head, Framing::Lines).into_iter();
        let top: Vec<_> =
            lines.filter(|line| !head[line.clone()].starts_with(b"#TYPE ")).take(TITLE_ROWS).collect();
        let count = |delimiter: &u8| {
            let most = top.iter().map(|line| bytes[line.clone()].iter().filter(|b| *b == delimiter).count());
            most.max().unwrap_or_default()
        };
        let delimiter = [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(count)?;
        let filled = |line: &std::ops::Range<usize>| {
            cells(&bytes[line.clone()], delimiter)
                .map_or(0, |all| all.iter().filter(|cell| !cell.is_empty()).count())
        };
        let most = top.iter().map(filled).max()?;
        let first = top.iter().find(|line| filled(line) * 2 > most)?;
        let line = &bytes[first.clone()];
        let headers: Vec<String> = cells(line, delimiter)?.iter().map(|header| key_of(header)).collect();
        let mut sheet = Self { delimiter, headers, header_at: first.start as u64, day_first: false };
        sheet.day_first = sheet.is_day_first(bytes);
        (sheet.headers.len() >= 2).then_some(sheet)
    }

    fn is_day_first(&self, bytes: &[u8]) -> bool {
        let rows = frame::units(bytes, Framing::Sheet { delimiter: self.delimiter });
        let below = rows.into_iter().filter(|row| row.start as u64 > self.header_at).take(ROW_SAMPLE);
        let all: Vec<String> = below.filter_map(|row| cells(&bytes[row], self.delimiter)).flatten().collect();
        let dates = all.iter().map(String::as_str).filter(|cell| is_slashed(cell));
        sheet::date_order(dates, false) == DateOrder::DayFirst
    }

    /// A row as a JSON object; empty cells are missing.
    fn object(&self, row: &[u8]) -> Option<Vec<u8>> {
        let mut object = Map::new();
        for (header, cell) in self.headers.iter().zip(cells(row, self.delimiter)?) {
            if !cell.is_empty() && !header.is_empty() {
                let dated = self.day_first && is_slashed(&cell);
                let cell = match dated.then(|| value::time_ordered(&cell, DateOrder::DayFirst)).flatten() {
                    Some(time) => time.to_string(),
                    None => cell,
                };
                let value = if RAW.contains(&header.as_str()) { Value::String(cell) } else { opened(cell) };
                object.entry(header.clone()).or_insert(value);
            }
        }
        serde_json::to_vec(&Value::Object(object)).ok()
    }
}

/// Whether a cell begins like `31/01/2026`.
fn is_slashed(cell: &str) -> bool {
    let mut parts = cell.splitn(3, '/');
    let mut short = || {
        parts
            .next()
            .is_some_and(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    short() && short() && parts.next().is_some_and(|rest| rest.len() >= 4)
}

fn cells(row: &[u8], delimiter: u8) -> Option<Vec<String>> {
    let (fields, closed) = scan::fields(row, delimiter);
    closed.then(|| fields.iter().map(|cell| value::text_of(cell).trim().to_owned()).collect())
}

impl Reader for SiemSheet {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut skipped = BTreeMap::new();
        let mut counted = (0, block.line);
        let framing = Framing::Sheet { delimiter: self.delimiter };
        for range in frame::units(&block.bytes, framing) {
            let unit = frame::unit_of(block, &range, &mut counted);
            if unit.offset <= self.header_at {
                continue;
            }
            match self.object(&block.bytes[range.clone()]) {
                Some(bytes) => reader::read_unit(&bytes, unit, None, &mut parsed, &mut skipped),
                None => {
                    parsed.units.push(unit);
                    parsed.rejects.push(frame::reject(unit, "row cannot be read", &block.bytes[range]));
                }
            }
        }
        parsed.skipped = skipped.into_iter().collect();
        parsed
    }
}
