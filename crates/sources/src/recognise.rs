//! Which source a stream is, by its content alone.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::envelope;
use crate::frame::{self, units};
use crate::json::Value;
use crate::mapping::{self, Mapping};
use crate::reader::{self, JsonReader};
use crate::scan;
use crate::siem_sheet;
use crate::source::{Block, Framing, Recognised, Sample};
use crate::tape;
use crate::vendors::{self, generic};
use crate::xml;

/// Units looked at.
const UNIT_SAMPLE: usize = 200;

/// A stream that no source knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unrecognised {
    /// What was seen instead, in a few words.
    pub reason: String,
}

/// The source of a stream: the surest of all, the earlier one where two are equally sure. The user's own mappings
/// come before the built-in sources.
///
/// # Errors
/// [`Unrecognised`] says what the stream looks like.
pub fn recognise(sample: &Sample<'_>, mappings: &[Mapping]) -> Result<Recognised, Unrecognised> {
    if sample.bytes.trim_ascii().is_empty() {
        return Err(Unrecognised { reason: "empty".to_owned() });
    }
    if let Some(kind) = binary_kind(sample.bytes) {
        return Err(Unrecognised { reason: kind.to_owned() });
    }
    let mut best: Option<Recognised> = None;
    let mapped = mappings.iter().filter_map(|mapping| vendors::mapped(sample, mapping));
    let known = vendors::ALL.iter().filter_map(|source| source.recognise(sample));
    for found in mapped.chain(known) {
        if best.as_ref().is_none_or(|best| found.confidence > best.confidence) {
            best = Some(found);
        }
    }
    best.ok_or_else(|| Unrecognised { reason: looks_like(sample) })
}

/// Reason of a stream that an interface answered when there was nothing to tell: no record, and nothing lost.
pub const WITHOUT_RECORDS: &str = "answer without records";

/// Whether all lists of an answer are empty: `[]`, `{"value": []}`.
fn is_without_records(bytes: &[u8]) -> bool {
    use serde_json::Value as Tree;
    fn lists(value: &Tree, depth: usize, full: &mut bool) -> bool {
        match value {
            Tree::Array(items) => {
                *full |= !items.is_empty();
                items.is_empty()
            }
            Tree::Object(map) if depth > 0 => {
                *full |= map.keys().any(|key| key.to_ascii_lowercase().contains("error"));
                // each is looked at: one that is full decides
                map.values().filter(|inner| lists(inner, depth - 1, full)).count() > 0
            }
            _ => false,
        }
    }
    // an answer that says no more than that is short
    if bytes.len() > 4096 || !matches!(bytes.trim_ascii().first(), Some(b'[' | b'{')) {
        return false;
    }
    let Ok(answer) = serde_json::from_slice::<Tree>(bytes) else { return false };
    let mut full = false;
    lists(&answer, 2, &mut full) && !full && answer.as_object().is_none_or(|map| map.len() <= 12)
}

/// What a stream is that holds no text.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    #[rustfmt::skip]
    const MARKS: &[(&[u8], &str)] = &[
        (b"BZh", "bzip2 archive: unpack it first"),
        (b"\xfd7zXZ\0", "xz archive: unpack it first"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive: unpack it first"),
        (b"Rar!\x1a\x07", "RAR archive: unpack it first"),
        (b"PAR1", "Parquet file: export JSON lines or CSV"),
        (b"ElfFile\0", "Windows event log file: export JSON lines"),
        (b"%PDF-", "PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document: save a workbook as CSV (UTF-8)"),
        (b"SQLite format 3\0", "SQLite database: export its tables as CSV"),
        (b"\x89PNG", "picture"),
        (b"\xff\xd8\xff", "picture"),
    ];
    let marked = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind);
    let tar = (bytes.get(257..262) == Some(b"ustar")).then_some("tar archive: unpack it first");
    marked.or(tar).or_else(|| is_binary(bytes).then_some("binary data of no known kind"))
}

/// Text has no NUL bytes and few other control bytes.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    let odd =
        head.iter().filter(|b| **b < 0x20 && !b.is_ascii_whitespace() && **b != 0x1e && **b != 0x1b).count();
    odd * 20 > head.len()
}

fn looks_like(sample: &Sample<'_>) -> String {
    if is_without_records(sample.bytes) {
        return WITHOUT_RECORDS.to_owned();
    }
    match json_framing(sample.bytes) {
        Some(framing) => {
            let mut keys = Vec::new();
            each_unit(sample.bytes, framing, |root| {
                if keys.is_empty()
                    && let Some(object) = root.as_object()
                {
                    keys.extend(object.keys().take(8).map(str::to_owned));
                }
            });
            let tells_error = ["error", "errors", "errorCode", "errorSummary"]
                .iter()
                .any(|word| keys.iter().any(|k| k == word));
            if tells_error || keys == ["code", "message"] {
                return format!("answer that tells of an error, not an export (keys: {})", keys.join(", "));
            }
            format!("JSON of no known source (keys: {})", keys.join(", "))
        }
        None => foreign_text(sample.bytes),
    }
}

/// What text is that no source reads. How it begins stands in the reject's sample, which is masked; a reason holds no
/// values.
fn foreign_text(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).trim_start().to_lowercase();
    if head.starts_with('<') && (head.contains("<html") || head.starts_with("<!doctype html")) {
        return "page of a website, not an export: sign in and download it again".to_owned();
    }
    match xml::record(bytes) {
        Some(name) => {
            format!("XML of no known source (element: {})", name.chars().take(60).collect::<String>())
        }
        None => mapping::nearest(bytes).unwrap_or_else(|| "text of no known source".to_owned()),
    }
}

/// How events are laid out that are JSON, or XML that is read as such.
#[must_use]
pub fn tree_framing(bytes: &[u8]) -> Option<Framing> {
    let element = || xml::record(bytes).map(|name| Framing::Elements { name: generic::lasting(&name) });
    json_framing(bytes).or_else(element)
}

/// How JSON is laid out in a stream, if it is JSON.
#[must_use]
pub fn json_framing(bytes: &[u8]) -> Option<Framing> {
    let body = bytes.trim_ascii_start();
    match body.first()? {
        b'[' => {
            // logs that begin with a time or a level in brackets are no arrays
            let next = body[1..].iter().find(|b| !b.is_ascii_whitespace());
            next.is_none_or(|b| matches!(b, b'{' | b'[' | b']' | b'"')).then_some(Framing::JsonValues)
        }
        b'{' => {
            let mut lines =
                body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
            let first = lines.next()?;
            if parses(first) {
                return Some(Framing::JsonLines);
            }
            // a damaged first line does not make JSON lines anything else
            let (mut whole, mut seen) = (0, 0);
            for line in lines.take(20) {
                seen += 1;
                whole += usize::from(line.first() == Some(&b'{') && parses(line));
            }
            Some(if seen > 0 && whole * 2 >= seen { Framing::JsonLines } else { Framing::JsonValues })
        }
        _ => {
            // a few lines of anything may come before JSON lines, and a header before the JSON of each line
            let lines: Vec<_> = body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).take(20).collect();
            let whole = lines.iter().filter(|line| json_of_line(line).is_some_and(parses)).count();
            (whole >= 2 && whole * 2 >= lines.len()).then_some(Framing::JsonLines)
        }
    }
}

/// Longest header before the JSON of a line.
const LINE_HEADER: usize = 256;

/// The JSON object of a line: the line, or what stands behind a header as syslog and log services put it (a time, a
/// host, a program). A row of a sheet is none.
#[must_use]
pub fn json_of_line(line: &[u8]) -> Option<&[u8]> {
    if line.first() == Some(&b'{') {
        return Some(line);
    }
    let at = line.iter().take(LINE_HEADER).position(|b| *b == b'{')?;
    let (header, object) = line.split_at(at);
    let is_header = header.last().is_some_and(|b| matches!(b, b' ' | b':'))
        && !header.iter().any(|b| matches!(b, b'\t' | b'"' | b'\'' | b';'));
    (is_header && line.last() == Some(&b'}')).then_some(object)
}

fn parses(line: &[u8]) -> bool {
    let mut bytes = line.to_vec();
    simd_json::to_tape(&mut bytes).is_ok()
}

/// Gives each unit of a sample that is JSON, or XML, to `look`.
fn each_unit(bytes: &[u8], framing: Framing, mut look: impl FnMut(Value<'_, '_>)) {
    for block in frame::Framer::new(bytes, framing).filter_map(Result::ok) {
        for range in units(&block.bytes, framing).into_iter().take(UNIT_SAMPLE) {
            let Some(mut unit) = reader::json_bytes(&block.bytes[range], framing).map(Cow::into_owned) else {
                continue;
            };
            if let Ok(parsed) = simd_json::to_tape(&mut unit) {
                look(tape::root(&parsed));
            }
        }
    }
}

/// A JSON stream whose known events are of this kind more often than of any other.
#[must_use]
pub fn json(sample: &Sample<'_>, kind: &'static str, why: &str) -> Option<Recognised> {
    let seen = seen(sample.bytes);
    let tally = seen.tally.as_ref()?;
    let confidence = tally.confidence(kind)?;
    let (own, all) = (tally.kinds.get(kind).map_or(0, |(own, _)| *own), tally.all);
    let Some(framing) = seen.framing else {
        let (framing, reader) = siem_sheet::reader(sample.bytes)?;
        let why = format!("{why} in a sheet: {own} of {all} sampled");
        return Some(Recognised { kind, confidence, why, framing, reader });
    };
    let why = format!("{why}: {own} of {all} sampled");
    let reader = Box::new(JsonReader::expecting(framing, kind));
    Some(Recognised { kind, confidence, why, framing, reader })
}

/// What a sample holds, for all JSON sources.
struct Seen {
    /// `None` for a sheet.
    framing: Option<Framing>,
    tally: Option<Tally>,
}

/// Looks at a sample once: each JSON source asks the same of it.
fn seen(bytes: &[u8]) -> Rc<Seen> {
    thread_local! {
        static LAST: RefCell<Option<([u8; 32], Rc<Seen>)>> = const { RefCell::new(None) };
    }
    let digest = *blake3::hash(bytes).as_bytes();
    let last = LAST.with_borrow(|last| {
        last.as_ref().filter(|(known, _)| *known == digest).map(|(_, seen)| Rc::clone(seen))
    });
    if let Some(seen) = last {
        return seen;
    }
    let seen = Rc::new(match tree_framing(bytes) {
        Some(framing) => {
            let (framing, tally) = layout(bytes, framing);
            Seen { framing: Some(framing), tally: Some(tally) }
        }
        None => Seen { framing: None, tally: siem_sheet::tally(bytes) },
    });
    LAST.set(Some((digest, Rc::clone(&seen))));
    seen
}

/// What JSON cut in this way holds. Where nothing is known because the first value goes on behind the sample, its rows
/// may stand in an array within it, whatever its key: the one with the most known events.
fn layout(bytes: &[u8], framing: Framing) -> (Framing, Tally) {
    let tally = Tally::of(bytes, framing);
    if framing != Framing::JsonValues || !tally.kinds.is_empty() {
        return (framing, tally);
    }
    let mut best = (framing, tally);
    for (at, depth) in scan::row_arrays(bytes) {
        let framing = Framing::JsonWithin { at, depth };
        let tally = Tally::of(bytes, framing);
        if tally.known() > best.1.known() {
            best = (framing, tally);
        }
    }
    best
}

/// How many events of a sample are of which kind, and how sure the surest of each is.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kinds: BTreeMap<&'static str, (u32, u8)>,
    all: u32,
}

impl Tally {
    fn of(bytes: &[u8], framing: Framing) -> Self {
        let mut tally = Self::default();
        each_unit(bytes, framing, |root| tally.look(root));
        tally
    }

    fn known(&self) -> u32 {
        self.kinds.values().map(|(count, _)| *count).sum()
    }

    pub fn look(&mut self, root: Value<'_, '_>) {
        let mut any = false;
        let found = envelope::unwrap(root, &mut |event, _| {
            let Some((source, confidence)) = reader::best(event, None) else { return false };
            any = true;
            self.all += 1;
            let (count, surest) = self.kinds.entry(source.kind()).or_default();
            *count += 1;
            *surest = confidence.max(*surest);
            true
        });
        self.all += u32::from(!any && found.actions == 0);
    }

    /// The surest event's confidence, less where other kinds or unknown objects outnumber this one.
    fn confidence(&self, kind: &str) -> Option<u8> {
        let (own, surest) = *self.kinds.get(kind)?;
        if self.kinds.values().any(|(count, _)| *count > own) {
            return None;
        }
        let share = f64::from(own) / f64::from(self.all.max(1));
        Some((f64::from(surest) * (0.5 + share / 2.0)) as u8)
    }
}

/// One block over a whole sample, for sources that look at units.
#[must_use]
pub fn block_of(sample: &Sample<'_>) -> Block {
    Block { offset: 0, line: 1, bytes: sample.bytes.to_vec() }
}
