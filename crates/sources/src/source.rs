//! The contract that every source meets.

use model::{Record, Time};

/// How a stream is cut into units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One JSON value a line.
    JsonLines,
    /// One JSON array of objects, or JSON values one after the other over several lines; also an object
    /// whose only array holds the rows (`value`, `events`, `results`, …).
    JsonValues,
    /// As [`Self::JsonValues`], and the rows of the first value stand in an array that no known key names: an answer too
    /// long to be seen whole.
    JsonWithin {
        /// Offset of the array's bracket in the stream.
        at: usize,
        /// Objects that enclose it.
        depth: usize,
    },
    /// Delimited rows below a header line.
    Sheet {
        /// Delimiter.
        delimiter: u8,
    },
    /// XML elements of this name, one after the other or within another.
    Elements {
        /// As it is written, with its prefix.
        name: &'static str,
    },
    /// Lines of text.
    Lines,
    /// The whole stream is one unit: a document.
    Whole,
}

impl Framing {
    /// Whether units are JSON values over any number of lines.
    #[must_use]
    pub fn is_json_values(self) -> bool {
        matches!(self, Self::JsonValues | Self::JsonWithin { .. })
    }
}

/// A run of whole units cut from one stream.
#[derive(Debug, Clone)]
pub struct Block {
    /// Offset of the first byte in the (decompressed) stream.
    pub offset: u64,
    /// Line number of the first byte, from 1.
    pub line: u64,
    /// The bytes. For sheets the header line is not repeated: it is part of the recognised source.
    pub bytes: Vec<u8>,
}

/// Where one unit stands in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Offset in the stream.
    pub offset: u64,
    /// Length in bytes.
    pub length: u32,
    /// Line, from 1.
    pub line: u64,
}

/// A unit, or a part of it, that could not be read. Nothing is lost: the bytes stay in the raw store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub unit: Unit,
    /// Column or JSON path, where one is to blame.
    pub column: Option<String>,
    /// Reason in a few words, the same for all rejects of a kind: lower case, no full stop, no values.
    pub reason: String,
    /// First bytes of the unit, printable, at most 120 characters.
    pub sample: String,
}

/// What one block gave.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// Units in order; `Record::unit_index` points here.
    pub units: Vec<Unit>,
    /// Records in order of unit and ordinal.
    pub records: Vec<Record>,
    /// Rejects in order.
    pub rejects: Vec<Reject>,
    /// Units understood and left out on purpose (tables and events that nothing here needs), by name.
    pub skipped: Vec<(String, u64)>,
}

/// The beginning of a stream, for recognition.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// File or archive member name: a hint for dates, never for the kind.
    pub name: &'a str,
    /// First bytes, at most 256 KiB, cut at a unit boundary where there is one, transcoded to UTF-8.
    pub bytes: &'a [u8],
}

/// What the user reads about a source (`bonafide sources`, `docs/exports/`).
#[derive(Debug, Clone, Copy)]
pub struct SourceDoc {
    /// Product and export.
    pub title: &'static str,
    /// The vendor's documentation: title, publisher.
    pub documentation: &'static str,
    /// How it is recognised, in a sentence.
    pub recognised_by: &'static str,
    /// Columns or keys expected, `*` marks the required ones.
    pub expects: &'static [&'static str],
    /// Tables filled.
    pub fills: &'static [&'static str],
}

/// One vendor's export.
pub trait Source: Sync + Send {
    /// Source kind, as in `source` columns: `okta`, `osquery`, …
    fn kind(&self) -> &'static str;
    /// For people.
    fn doc(&self) -> &'static SourceDoc;
    /// A reader for this stream if it is of this kind, with confidence 1..=100 and the reason.
    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised>;
}

/// A recognised stream.
pub struct Recognised {
    /// Source kind.
    pub kind: &'static str,
    /// 1..=100; the highest wins, ties go to the earlier source in the list.
    pub confidence: u8,
    /// What was seen, for the "guess" line.
    pub why: String,
    /// How to cut the stream.
    pub framing: Framing,
    /// Reads blocks of it.
    pub reader: Box<dyn Reader>,
}

/// Reads blocks of one stream: a pure function of the block, so blocks may be read in parallel.
pub trait Reader: Sync + Send {
    /// Reads one block.
    fn read(&self, block: &Block) -> Parsed;
    /// Date of an undated snapshot, if header or name gives one.
    fn snapshot_time(&self) -> Option<Time> {
        None
    }
}
