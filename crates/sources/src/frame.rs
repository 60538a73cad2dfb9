//! A stream cut into blocks of whole units, in bounded memory.
//!
//! # Layout
//! - [`sample`]: the beginning of a stream, for recognition, and the stream put together again
//! - [`Framer`]: the iterator over blocks and the units that cannot be framed
//! - [`units`]: the units of one block; [`crate::scan`] finds the ends of JSON values and quoted rows

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::scan::{JsonScan, RowScan, Step};
use crate::source::{Block, Framing, Reject, Unit};
use crate::xml;

/// Bytes of whole units in a block, about.
pub const BLOCK_BYTES: usize = 1 << 20;
/// A quote that is not closed within so many bytes was none: the row ends with its line.
pub const QUOTE_LIMIT: usize = 256 << 10;
/// A longer unit becomes a reject: no event or row of a vendor comes near it.
pub const UNIT_LIMIT: usize = 16 << 20;
/// Bytes looked at for recognition.
pub const SAMPLE_BYTES: usize = 256 << 10;
/// Reason of a unit that is thrown away.
const TOO_LONG: &str = "unit longer than the limit";
/// Bytes read at a time.
const READ_BYTES: usize = 256 << 10;

/// The first bytes of a stream, cut behind the last line end where the stream goes on, and the whole
/// stream again. A read error is left for the [`Framer`] to meet.
pub fn sample<'r>(mut reader: impl Read + 'r) -> (Vec<u8>, impl Read + 'r) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8 << 10];
    let mut failed = None;
    while bytes.len() < SAMPLE_BYTES {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    let mut head = bytes.clone();
    if bytes.len() >= SAMPLE_BYTES
        && let Some(end) = head.iter().rposition(|b| *b == b'\n')
        // one long value behind a short line would leave nothing to look at
        && end >= SAMPLE_BYTES / 2
    {
        head.truncate(end + 1);
    }
    (head, Cursor::new(bytes).chain(Failing(failed)).chain(reader))
}

/// Gives one error, then the end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Cuts a stream into blocks. Units that cannot be framed come as rejects between them.
pub struct Framer<R> {
    reader: R,
    framing: Framing,
    limit: usize,
    block: usize,
    /// Bytes not yet given away; `buffer[0]` stands at `offset` on `line`.
    buffer: Vec<u8>,
    offset: u64,
    line: u64,
    /// How far the buffer has been scanned.
    scanned: usize,
    /// First byte of the first whole unit not yet given away, and the end of the last.
    whole: Option<Range<usize>>,
    /// Start of the unit being scanned.
    open: Option<usize>,
    /// A unit over the limit is being thrown away: where it began.
    skipping: Option<Unit>,
    json: JsonScan,
    ended: bool,
    pending: VecDeque<Reject>,
}

impl<R: Read> Framer<R> {
    /// A framer with the usual sizes.
    pub fn new(reader: R, framing: Framing) -> Self {
        Self::with_sizes(reader, framing, BLOCK_BYTES, UNIT_LIMIT)
    }

    /// A framer with blocks of about `block` bytes that rejects units over `limit` bytes.
    pub fn with_sizes(reader: R, framing: Framing, block: usize, limit: usize) -> Self {
        Self {
            reader,
            framing,
            limit,
            block,
            buffer: Vec::new(),
            offset: 0,
            line: 1,
            scanned: 0,
            whole: None,
            open: None,
            skipping: None,
            json: match framing {
                Framing::JsonWithin { at, depth } => JsonScan::within(at, depth),
                _ => JsonScan::default(),
            },
            ended: false,
            pending: VecDeque::new(),
        }
    }

    /// Reads more; a failing stream ends with a reject that says so.
    fn fill(&mut self) {
        let start = self.buffer.len();
        self.buffer.resize(start + READ_BYTES, 0);
        let count = loop {
            match self.reader.read(&mut self.buffer[start..]) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.buffer.truncate(start);
                    let unit = self.unit_at(start, start);
                    self.pending.push_back(reject(unit, "stream could not be read to its end", &[]));
                    break 0;
                }
            }
        };
        self.buffer.truncate(start + count);
        self.ended |= count == 0;
    }

    fn unit_at(&self, start: usize, end: usize) -> Unit {
        Unit {
            offset: self.offset + start as u64,
            length: u32::try_from(end - start).unwrap_or(u32::MAX),
            line: self.line + newlines(&self.buffer[..start]),
        }
    }

    /// Drops the bytes before `to`.
    fn drain(&mut self, to: usize) {
        self.line += newlines(&self.buffer[..to]);
        self.offset += to as u64;
        self.buffer.drain(..to);
        self.scanned -= to;
        self.open = self.open.map(|at| at.saturating_sub(to));
        self.whole = None;
    }

    /// The whole units found so far as a block.
    fn give(&mut self) -> Option<Block> {
        let range = self.whole.take()?;
        let unit = self.unit_at(range.start, range.start);
        let block =
            Block { offset: unit.offset, line: unit.line, bytes: self.buffer[range.clone()].to_vec() };
        self.drain(range.end);
        Some(block)
    }

    fn extend_whole(&mut self, start: usize, end: usize) {
        self.open = None;
        match &mut self.whole {
            Some(range) => range.end = end,
            None => self.whole = Some(start..end),
        }
    }

    /// Scans what is in the buffer until a block is full; true if it is.
    fn scan(&mut self) -> bool {
        while self.scanned < self.buffer.len() {
            let at = self.scanned;
            let wrapped = self.json.is_wrapped();
            let (to, starts, ends) = self.step(at);
            self.scanned = to;
            if wrapped != self.json.is_wrapped() {
                let begun = self.open.take();
                if self.skipping.is_some() {
                    self.end_skip();
                    return true;
                }
                // what stands before the rows of a wrapper is no unit, but neither is it without limit
                if let Some(start) = begun
                    && self.scanned - start > self.limit
                {
                    self.skip_from(start);
                    self.end_skip();
                    return true;
                }
                if self.whole.is_some() {
                    return true;
                }
            }
            if starts && self.skipping.is_none() {
                self.open = Some(at);
            }
            if ends {
                if self.skipping.is_some() {
                    self.end_skip();
                    return true;
                }
                let start = self.open.unwrap_or(at);
                if self.scanned - start > self.limit {
                    self.skip_from(start);
                    if self.framing == Framing::JsonValues {
                        self.end_skip();
                    }
                    return true;
                }
                self.extend_whole(start, self.scanned);
            }
            if self.whole.as_ref().is_some_and(|range| range.len() >= self.block) {
                return true;
            }
        }
        if let Some(start) = self.open
            && self.skipping.is_none()
            && self.scanned - start > self.limit
        {
            self.skip_from(start);
        }
        false
    }

    /// How far the next bytes go, whether a unit begins with the first of them, and whether one ends with the last.
    fn step(&mut self, at: usize) -> (usize, bool, bool) {
        let rest = &self.buffer[at..];
        match self.framing {
            Framing::JsonValues | Framing::JsonWithin { .. } => match self.json.step(rest) {
                Step::Skipped(count) => (at + count, false, false),
                Step::Inside { starts, count } => (at + count, starts, false),
                Step::Ended { starts, count } => (at + count, starts, true),
            },
            Framing::Sheet { delimiter } if self.skipping.is_none() => {
                let start = self.open.unwrap_or(at);
                // a stray quote may send the scan back to the end of the row's first line
                let end = row_end(&self.buffer[start..], delimiter, self.ended);
                (end.map_or(self.buffer.len(), |end| start + end), self.open.is_none(), end.is_some())
            }
            // what stands before an element goes with it, and is taken off with the units
            Framing::Elements { name } if self.skipping.is_none() => {
                let start = self.open.unwrap_or(at);
                let end = xml::end(&self.buffer[start..], name);
                (end.map_or(self.buffer.len(), |end| start + end), self.open.is_none(), end.is_some())
            }
            Framing::Whole => (self.buffer.len(), self.open.is_none(), false),
            Framing::Sheet { .. } | Framing::Elements { .. } | Framing::JsonLines | Framing::Lines => {
                let end = memchr(b'\n', rest);
                (end.map_or(self.buffer.len(), |end| at + end + 1), self.open.is_none(), end.is_some())
            }
        }
    }

    /// Begins to throw a unit away that is over the limit.
    fn skip_from(&mut self, start: usize) {
        let unit = self.unit_at(start, start);
        let head = &self.buffer[start..self.buffer.len().min(start + 512)];
        self.pending.push_back(reject(unit, TOO_LONG, head));
        self.skipping = Some(unit);
        self.open = None;
        if !self.framing.is_json_values() {
            // whatever its quotes say, it ends with the next line end behind the limit, however the bytes arrive
            self.scanned = start + self.limit;
        }
    }

    /// The unit thrown away has ended at `scanned`: its reject learns its length.
    fn end_skip(&mut self) {
        let end = self.offset + self.scanned as u64;
        if let (Some(unit), Some(reject)) = (self.skipping.take(), self.skipped_reject()) {
            reject.unit.length = u32::try_from(end - unit.offset).unwrap_or(u32::MAX);
        }
    }

    /// The reject of the unit that is being thrown away: it is given away only when that unit has ended.
    fn skipped_reject(&mut self) -> Option<&mut Reject> {
        self.pending.iter_mut().rev().find(|reject| reject.reason == TOO_LONG)
    }

    /// What is left at the end of the stream: a last line without its end, or a value cut short.
    fn finish(&mut self) {
        self.end_skip();
        if let Some(start) = self.open {
            let end = self.scanned;
            if let Framing::Sheet { delimiter } = self.framing
                && let Some(end) = row_end(&self.buffer[start..], delimiter, true)
            {
                self.scanned = start + end;
                return self.extend_whole(start, self.scanned);
            }
            self.open = None;
            if self.framing.is_json_values() && self.json.is_open() {
                let head = &self.buffer[start..end.min(start + 512)];
                let unit = self.unit_at(start, end);
                self.pending.push_back(reject(unit, "value cut short at the end of the stream", head));
            } else {
                self.extend_whole(start, end);
            }
        }
        self.scanned = self.buffer.len();
    }
}

impl<R: Read> Iterator for Framer<R> {
    type Item = Result<Block, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // in the order of the stream: units found before a reject, the reject, what follows
            let full = (self.pending.is_empty() || self.skipping.is_some()) && self.scan();
            if (full || !self.pending.is_empty())
                && let Some(block) = self.give()
            {
                return Some(Ok(block));
            }
            if self.skipping.is_none()
                && let Some(reject) = self.pending.pop_front()
            {
                return Some(Err(reject));
            }
            if self.scanned < self.buffer.len() {
                continue;
            }
            if self.ended {
                if self.open.is_some() || self.skipping.is_some() {
                    self.finish();
                    continue;
                }
                return self.give().map(Ok);
            }
            // bytes between units and of a unit thrown away need not be kept
            if self.whole.is_none() && self.open.is_none() {
                self.drain(self.scanned);
            }
            self.fill();
        }
    }
}

/// The units of a block, as ranges of its bytes, without line ends; blank lines are no units.
#[must_use]
pub fn units(bytes: &[u8], framing: Framing) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    if framing.is_json_values() {
        let mut scan = JsonScan::elements();
        let (mut at, mut open) = (0, None);
        while at < bytes.len() {
            let (count, starts, ends) = match scan.step(&bytes[at..]) {
                Step::Skipped(count) => (count, false, false),
                Step::Inside { starts, count } => (count, starts, false),
                Step::Ended { starts, count } => (count, starts, true),
            };
            if starts {
                open = Some(at);
            }
            at += count;
            if ends && let Some(start) = open.take() {
                out.push(start..at);
            }
        }
        if let Some(start) = open {
            out.push(start..bytes.len());
        }
        return out;
    }
    if framing == Framing::Whole {
        out.extend(Some(line_within(bytes)).filter(|range| !range.is_empty()));
        return out;
    }
    if let Framing::Elements { name } = framing {
        let mut at = 0;
        while let Some(range) = xml::element(&bytes[at..], name) {
            out.push(at + range.start..at + range.end);
            at += range.end;
        }
        return out;
    }
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (end, range) = if let Framing::Sheet { delimiter } = framing {
            let end = row_end(rest, delimiter, true).unwrap_or(rest.len());
            (end, row_within(&rest[..end]))
        } else {
            let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            (end, line_within(&rest[..end]))
        };
        if !range.is_empty() {
            out.push(at + range.start..at + range.end);
        }
        at += end;
    }
    out
}

/// Length of the delimited row at the start of `rest`, with its line end; `None` if it goes on behind `rest`. A row
/// whose quote is not closed within [`QUOTE_LIMIT`], or not before the stream ends, ends with its first line: one
/// stray quote must not swallow the rows behind it.
fn row_end(rest: &[u8], delimiter: u8, ended: bool) -> Option<usize> {
    let mut scan = RowScan::new(delimiter);
    let (head, tail) = rest.split_at(rest.len().min(QUOTE_LIMIT));
    if let Some(end) = scan.end(head) {
        return Some(end);
    }
    let line = memchr(b'\n', head).map(|end| end + 1);
    if !tail.is_empty() {
        if line.is_some() && scan.is_quoted() {
            return line;
        }
        if let Some(end) = scan.end(tail) {
            return Some(head.len() + end);
        }
    }
    let line = line.or_else(|| memchr(b'\n', tail).map(|end| head.len() + end + 1));
    line.filter(|end| ended && scan.is_quoted() && *end < rest.len())
}

/// A line without the space around it.
fn line_within(line: &[u8]) -> Range<usize> {
    let skip = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
    skip..skip + line.trim_ascii().len()
}

/// A row without its line ends; tabs at its edges are empty fields. A row of nothing but space is none.
fn row_within(row: &[u8]) -> Range<usize> {
    if row.iter().all(u8::is_ascii_whitespace) {
        return 0..0;
    }
    let is_end = |b: &&u8| matches!(b, b'\r' | b'\n');
    let skip = row.iter().take_while(is_end).count();
    skip..row.len() - row.iter().rev().take_while(is_end).count()
}

/// The unit of a range of a block. `counted` keeps the line count between calls in order: start with
/// `(0, block.line)`.
#[must_use]
pub fn unit_of(block: &Block, range: &Range<usize>, counted: &mut (usize, u64)) -> Unit {
    counted.1 += newlines(&block.bytes[counted.0..range.start]);
    counted.0 = range.start;
    Unit {
        offset: block.offset + range.start as u64,
        length: u32::try_from(range.len()).unwrap_or(u32::MAX),
        line: counted.1,
    }
}

/// A reject with a printable sample of the unit's first bytes.
#[must_use]
pub fn reject(unit: Unit, reason: &str, head: &[u8]) -> Reject {
    let text = String::from_utf8_lossy(&head[..head.len().min(512)]);
    Reject { unit, column: None, reason: reason.to_owned(), sample: masked(&text) }
}

/// The first 120 characters, printable, long numbers masked but for their last four digits: they may be of accounts,
/// cards or documents.
fn masked(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect();
    for run in chars.chunk_by_mut(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
        if digits >= 7 && digits * 2 >= run.len() {
            let kept = run.len() - 4;
            run[..kept].iter_mut().filter(|c| c.is_ascii_digit()).for_each(|c| *c = 'x');
        }
    }
    chars.into_iter().collect()
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
