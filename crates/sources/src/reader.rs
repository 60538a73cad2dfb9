//! One reader for all JSON sources: units are parsed, unwrapped and given to the source that knows their kind,
//! so that one file may hold the events of several products.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use model::{Record, TableDef, Time, UnitKey, tables};
use simd_json::{Buffers, INPUT_PADDING};

use crate::envelope;
use crate::frame;
use crate::json::Value;
use crate::source::{Block, Framing, Parsed, Reader, Unit};
use crate::tape::{self, Tape};
use crate::vendors::{JSON, windows_device};
use crate::{recognise, xml};

/// A vendor whose export is made of JSON objects.
pub trait JsonSource: Sync + Send {
    /// Source kind.
    fn kind(&self) -> &'static str;
    /// Confidence 0..=100 that this object is of this kind; 0 is no.
    fn matches(&self, event: Value<'_, '_>) -> u8;
    /// Reads one object. What cannot be used is rejected or skipped through `out`; nothing fails.
    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>);
}

/// Where a source puts what it read from one object.
pub struct Out<'p> {
    kind: &'static str,
    expected: Option<&'static dyn JsonSource>,
    parsed: &'p mut Parsed,
    skipped: &'p mut BTreeMap<String, u64>,
    unit_index: usize,
    unit: Unit,
    bytes: &'p [u8],
    vendor: Option<String>,
    digest: Option<UnitKey>,
    wrapper_time: Option<Time>,
    vendor_ordinal: u32,
    digest_ordinal: u32,
    done: bool,
}

impl Out<'_> {
    /// The vendor's own id of the event: the same event in a second export is the same record.
    pub fn identify(&mut self, id: &str) {
        self.vendor = Some(id.to_owned());
        self.vendor_ordinal = 0;
    }

    /// An empty record of a table, with time and source set; an event without a time has that of its wrapper.
    #[must_use]
    pub fn record(&mut self, table: &'static TableDef, time: Option<Time>) -> Record {
        let bytes = self.bytes;
        let key = match &self.vendor {
            Some(id) => UnitKey::Vendor(id.clone()),
            None => self.digest.get_or_insert_with(|| UnitKey::of_bytes(bytes)).clone(),
        };
        let mut record = Record::new(table, key, 0, self.unit_index);
        record.time(tables::TIME, time.or(self.wrapper_time));
        record.text(tables::SOURCE, Some(self.kind));
        record
    }

    /// Adds a record, and what a program that was started tells of the hardware.
    pub fn push(&mut self, record: Record) {
        let beside = windows_device::installed(&record);
        self.add(record);
        if let Some(beside) = beside {
            self.add(beside);
        }
    }

    fn add(&mut self, mut record: Record) {
        let next = if self.vendor.is_some() { &mut self.vendor_ordinal } else { &mut self.digest_ordinal };
        record.ordinal = *next;
        *next += 1;
        self.done = true;
        self.parsed.records.push(record);
    }

    /// The object is understood and left out on purpose.
    pub fn skip(&mut self, name: &str) {
        self.done = true;
        if let Some(count) = self.skipped.get_mut(name) {
            *count += 1;
        } else {
            // names come from the input: their number is bounded, the rest is counted together
            let name = if self.skipped.len() < 1_000 { name } else { "others" };
            *self.skipped.entry(name.chars().take(120).collect()).or_default() += 1;
        }
    }

    /// The object, or a part of it, cannot be read.
    pub fn reject(&mut self, column: Option<&str>, reason: &str) {
        self.done = true;
        let mut reject = frame::reject(self.unit, reason, self.bytes);
        reject.column = column.map(str::to_owned);
        self.parsed.rejects.push(reject);
    }
}

/// What parsing needs again and again.
struct Scratch {
    /// The unit, and the padding that the parser reads over.
    bytes: Vec<u8>,
    buffers: Buffers,
    tape: Tape<'static>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { bytes: Vec::new(), buffers: Buffers::default(), tape: simd_json::Tape(Vec::new()) }
    }
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Reads streams of JSON objects.
pub struct JsonReader {
    framing: Framing,
    expected: Option<&'static dyn JsonSource>,
}

impl JsonReader {
    /// A reader for streams cut in this way.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self { framing, expected: None }
    }

    /// A reader for streams in which most events are of this kind: it is asked first.
    #[must_use]
    pub fn expecting(framing: Framing, kind: &str) -> Self {
        let expected = JSON.iter().copied().find(|source| source.kind() == kind);
        Self { framing, expected }
    }
}

impl Reader for JsonReader {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut skipped = BTreeMap::new();
        let mut counted = (0, block.line);
        for range in frame::units(&block.bytes, self.framing) {
            let unit = frame::unit_of(block, &range, &mut counted);
            match json_bytes(&block.bytes[range.clone()], self.framing) {
                Some(bytes) => read_unit(&bytes, unit, self.expected, &mut parsed, &mut skipped),
                None => {
                    parsed.units.push(unit);
                    parsed.rejects.push(frame::reject(unit, "element cannot be read", &block.bytes[range]));
                }
            }
        }
        parsed.skipped = skipped.into_iter().collect();
        parsed
    }
}

/// A unit as JSON text; `None` for an element that is damaged.
#[must_use]
pub fn json_bytes(unit: &[u8], framing: Framing) -> Option<Cow<'_, [u8]>> {
    match framing {
        Framing::Elements { .. } => xml::json(unit).map(Cow::Owned),
        Framing::JsonLines if unit.first() != Some(&b'{') => {
            Some(Cow::Borrowed(recognise::json_of_line(unit.trim_ascii()).unwrap_or(unit)))
        }
        _ => Some(Cow::Borrowed(unit)),
    }
}

/// Parses one unit, takes its envelope off and dispatches what is inside.
pub(crate) fn read_unit(
    bytes: &[u8],
    unit: Unit,
    expected: Option<&'static dyn JsonSource>,
    parsed: &mut Parsed,
    skipped: &mut BTreeMap<String, u64>,
) {
    let unit_index = parsed.units.len();
    parsed.units.push(unit);
    let mut out = Out {
        kind: "",
        expected,
        parsed,
        skipped,
        unit_index,
        unit,
        bytes,
        vendor: None,
        digest: None,
        wrapper_time: None,
        vendor_ordinal: 0,
        digest_ordinal: 0,
        done: false,
    };
    let mut scratch = SCRATCH.with(RefCell::take);
    // a byte-order mark within a stream comes of files put together
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut tape = scratch.tape.reset();
    let mut read = fill(body, &mut scratch.bytes, &mut scratch.buffers, &mut tape);
    // the parser looks at the encoding anyway: only where it refuses is it asked again
    if read.is_err()
        && let Err(_) = std::str::from_utf8(body)
    {
        let repaired = String::from_utf8_lossy(body).into_owned();
        tape = tape.reset();
        read = fill(repaired.as_bytes(), &mut scratch.bytes, &mut scratch.buffers, &mut tape);
    }
    match read {
        Ok(()) => {
            let root = tape::root(&tape);
            if root.is_object() || root.is_array() {
                let found = envelope::unwrap(root, &mut |event, time| dispatch(event, time, &mut out));
                if found.actions > 0 {
                    out.skip("bulk action line");
                } else if found.unknown > 0 || found.known == 0 {
                    out.reject(None, "object of no known kind");
                }
            } else {
                out.reject(None, "not a JSON object");
            }
        }
        Err(_) => out.reject(None, reason_of(bytes)),
    }
    scratch.tape = tape.reset();
    SCRATCH.with(|slot| slot.replace(scratch));
}

/// Parses a copy of `body`, with the padding that the parser reads over.
fn fill<'s>(
    body: &[u8],
    bytes: &'s mut Vec<u8>,
    buffers: &mut Buffers,
    tape: &mut Tape<'s>,
) -> Result<(), simd_json::Error> {
    bytes.clear();
    bytes.extend_from_slice(body);
    bytes.resize(body.len() + INPUT_PADDING, 0);
    simd_json::fill_tape_padded(bytes, body.len(), buffers, tape)
}

fn reason_of(bytes: &[u8]) -> &'static str {
    if bytes.iter().take(4096).any(|b| *b < 0x20 && !b.is_ascii_whitespace()) {
        "binary data"
    } else if bytes.first() == Some(&b'{') || bytes.first() == Some(&b'[') {
        "not valid JSON"
    } else {
        "not a JSON object"
    }
}

/// Gives an event to the source that is surest of it; false if none knows it.
fn dispatch(event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) -> bool {
    let Some((source, _)) = best(event, out.expected) else { return false };
    out.kind = source.kind();
    out.vendor = None;
    out.wrapper_time = time;
    out.done = false;
    source.read(event, out);
    if !out.done {
        out.reject(None, "nothing usable in the object");
    }
    true
}

/// A source as sure as this need not be compared with the ones behind it.
const SURE: u8 = 90;

/// The source that is surest of an object, and how sure; ties go to the one expected, then to the earlier one.
#[must_use]
pub fn best(
    event: Value<'_, '_>,
    expected: Option<&'static dyn JsonSource>,
) -> Option<(&'static dyn JsonSource, u8)> {
    let mut best: Option<(&'static dyn JsonSource, u8)> = None;
    for source in expected.into_iter().chain(JSON.iter().copied()) {
        let confidence = source.matches(event);
        if confidence > best.map_or(0, |(_, known)| known) {
            best = Some((source, confidence));
            // nothing is surer than sure, and most events are looked at by the first sources only
            if confidence >= SURE {
                break;
            }
        }
    }
    best
}
