//! CSV that a SIEM wrote of JSON events: a `_raw` column, or one column for each path. Each row becomes an object and
//! takes the way of all JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::frame;
use crate::reader;
use crate::recognise::Tally;
use crate::scan;
use crate::source::{Block, Framing, Parsed, Reader};
use crate::value;

/// Rows looked at.
const ROW_SAMPLE: usize = 50;

/// Reads rows as objects.
struct SiemSheet {
    delimiter: u8,
    headers: Vec<String>,
    /// Offset of the header's unit in the stream.
    header_at: u64,
}

/// How a sheet of events is cut and read, if its header has columns that a SIEM writes.
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
    for row in rows.into_iter().skip(1).take(ROW_SAMPLE) {
        // the last row of a sample may be cut within its quotes
        let Some(mut object) = sheet.object(&bytes[row]) else { continue };
        if let Ok(tape) = simd_json::to_tape(&mut object) {
            tally.look(tape.as_value());
        }
    }
    Some(tally)
}

impl SiemSheet {
    /// The sheet, if its header has columns that a SIEM writes.
    fn of(bytes: &[u8]) -> Option<Self> {
        let first = frame::units(&bytes[..bytes.len().min(64 << 10)], Framing::Lines).into_iter().next()?;
        let line = &bytes[first.clone()];
        let count = |delimiter: &u8| line.iter().filter(|b| *b == delimiter).count();
        let delimiter = [b',', b'\t', b';', b'|'].into_iter().rev().max_by_key(count)?;
        let headers = cells(line, delimiter)?;
        let raw = headers.iter().any(|header| {
            ["_raw", "raw", "rawdata", "message", "event.original", "_source", "event", "log", "data"]
                .contains(&header.to_ascii_lowercase().as_str())
        });
        let paths =
            headers.iter().filter(|h| h.contains('.') || h.ends_with("_s") || h.ends_with("_t")).count();
        let okta = headers.iter().any(|h| h == "EventOriginalType" || h.eq_ignore_ascii_case("eventType"));
        (raw || okta || paths >= 2).then_some(Self { delimiter, headers, header_at: first.start as u64 })
    }

    /// A row as a JSON object; empty cells are missing.
    fn object(&self, row: &[u8]) -> Option<Vec<u8>> {
        let mut object = Map::new();
        for (header, cell) in self.headers.iter().zip(cells(row, self.delimiter)?) {
            if !cell.is_empty() && !header.is_empty() {
                object.entry(header.clone()).or_insert(Value::String(cell));
            }
        }
        serde_json::to_vec(&Value::Object(object)).ok()
    }
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
            if unit.offset == self.header_at {
                continue;
            }
            match self.object(&block.bytes[range.clone()]) {
                Some(bytes) => reader::read_unit(&bytes, unit, &mut parsed, &mut skipped),
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
