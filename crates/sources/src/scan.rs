//! Where JSON values and quoted rows end: byte scanners that keep their state between reads.

use std::borrow::Cow;

/// Keys whose array holds the rows of an export.
#[rustfmt::skip]
pub const ROW_KEYS: &[&str] = &[
    "value", "events", "results", "items", "records", "Records", "data", "logs", "hits", "rows", "entries", "employees", "participants",
    "workers", "Report_Entry", "response",
];
/// Keys of an array of rows one object deeper: `{"hits":{"hits":[`, `{"response":{"authlogs":[`.
const INNER_ROW_KEYS: &[&str] = &["hits", "authlogs"];
/// Keys of an object that only an event has: a list beside it is a part of that event (Google's `events` beside `actor`).
const EVENT_KEYS: &[&str] = &["actor", "id", "user", "client"];
/// Arrays within one value that may hold its rows.
const ARRAYS_LIMIT: usize = 16;

/// What the scanner saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Bytes between units.
    Skipped(usize),
    /// Bytes of a unit that goes on.
    Inside {
        /// The unit begins with the first of them.
        starts: bool,
        /// How many.
        count: usize,
    },
    /// Bytes up to and with the end of a unit.
    Ended {
        /// The unit begins with the first of them.
        starts: bool,
        /// How many.
        count: usize,
    },
}

/// Finds the elements of an array, concatenated values, and the rows of a wrapper object.
#[derive(Debug, Clone, Default)]
pub struct JsonScan {
    /// Open brackets that wrap the elements: `[`, `{"value":[`, …
    wraps: Vec<u8>,
    /// Open brackets within the element.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// A number or word at element level.
    in_word: bool,
    /// Within an element.
    open: bool,
    /// The bytes are elements: an array at the top is one of them.
    elements_only: bool,
    /// Last string at depth one or two of a top-level object, to know the key before an array.
    key: Vec<u8>,
    key_open: bool,
    /// The value is an event by itself.
    is_event: bool,
    /// Bytes still to skip before the rows begin, and the objects open there.
    ahead: Option<(usize, usize)>,
    /// Behind the rows of a wrapper object: its remaining keys are no units.
    tail: Option<usize>,
}

impl JsonScan {
    /// For bytes that are known to be elements already.
    #[must_use]
    pub fn elements() -> Self {
        Self { elements_only: true, ..Self::default() }
    }

    /// For a stream whose rows stand in the array whose bracket is at this offset, within so many objects.
    #[must_use]
    pub fn within(at: usize, depth: usize) -> Self {
        Self { ahead: Some((at.saturating_add(1), depth)), ..Self::default() }
    }

    /// Whether a value has begun and not ended. A bare word may end with the stream.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open && !self.in_word
    }

    /// Whether elements are within an array or a wrapper object now.
    #[must_use]
    pub fn is_wrapped(&self) -> bool {
        !self.wraps.is_empty()
    }

    /// Looks at the next bytes, at least one.
    pub fn step(&mut self, bytes: &[u8]) -> Step {
        if self.tail.is_some() {
            return Step::Skipped(self.skip_tail(bytes));
        }
        if let Some((left, depth)) = self.ahead {
            return Step::Skipped(self.skip_ahead(bytes.len(), left, depth));
        }
        let starts = !self.open;
        let mut at = 0;
        if starts {
            let Some(begin) = self.begin(bytes) else { return Step::Skipped(bytes.len()) };
            if begin > 0 {
                return Step::Skipped(begin);
            }
            self.open = true;
            self.is_event = false;
            self.key.clear();
            match bytes[0] {
                b'{' | b'[' => self.depth = 1,
                b'"' => self.in_string = true,
                _ => self.in_word = true,
            }
            at = 1;
        }
        while at < bytes.len() {
            let byte = bytes[at];
            at += 1;
            if self.in_word {
                if byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"') {
                    self.in_word = false;
                    self.open = false;
                    return Step::Ended { starts, count: at - 1 };
                }
                continue;
            }
            if self.in_string {
                self.string_byte(byte);
                if !self.in_string && self.depth == 0 {
                    self.open = false;
                    return Step::Ended { starts, count: at };
                }
                continue;
            }
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.key_open = self.depth <= 2 && self.wraps.is_empty() && !self.elements_only;
                    if self.key_open {
                        self.key.clear();
                    }
                }
                b'[' if self.rows_begin() => {
                    self.wraps.extend(std::iter::repeat_n(b'{', self.depth));
                    self.wraps.push(b'[');
                    self.depth = 0;
                    self.open = false;
                    return Step::Skipped(at);
                }
                b'{' | b'[' => {
                    let names_one = byte == b'{' && self.depth == 1 && self.wraps.is_empty();
                    self.is_event |= names_one && EVENT_KEYS.iter().any(|key| key.as_bytes() == self.key);
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.open = false;
                        return Step::Ended { starts, count: at };
                    }
                }
                b',' => self.key.clear(),
                _ => {}
            }
        }
        Step::Inside { starts, count: at }
    }

    /// Goes on to where the rows begin; how many of these bytes are passed by.
    fn skip_ahead(&mut self, here: usize, left: usize, depth: usize) -> usize {
        if left > here {
            self.ahead = Some((left - here, depth));
            return here;
        }
        self.ahead = None;
        self.wraps.extend(std::iter::repeat_n(b'{', depth));
        self.wraps.push(b'[');
        left
    }

    fn string_byte(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            self.key_open = false;
        } else if self.key_open && self.key.len() < 16 {
            self.key.push(byte);
        }
    }

    /// An array follows a row key of a top-level object (`{"value":[`, `{"hits":{"hits":[`).
    fn rows_begin(&self) -> bool {
        let key = self.key.as_slice();
        self.wraps.is_empty()
            && !self.elements_only
            && !self.is_event
            && match self.depth {
                1 => ROW_KEYS.iter().any(|known| known.as_bytes() == key),
                2 => INNER_ROW_KEYS.iter().any(|known| known.as_bytes() == key),
                _ => false,
            }
    }

    /// Offset of the first byte of the next element; `None` if there is none here.
    fn begin(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b'}' | 0x1e => {}
                b']' => {
                    if self.wraps.pop().is_some() && !self.wraps.is_empty() {
                        self.tail = Some(self.wraps.len());
                        self.wraps.clear();
                    }
                    // stop here, so that a block never holds a wrapper's brackets
                    return Some(at + 1);
                }
                b'[' if self.wraps.is_empty() && !self.elements_only => {
                    self.wraps.push(b'[');
                    return Some(at + 1);
                }
                _ => return Some(at),
            }
        }
        None
    }

    /// Skips what stands behind the rows of a wrapper object.
    fn skip_tail(&mut self, bytes: &[u8]) -> usize {
        let mut depth = self.tail.unwrap_or(0);
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                self.string_byte(*byte);
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.tail = None;
                return at + 1;
            }
        }
        self.tail = Some(depth);
        bytes.len()
    }
}

/// Arrays of objects within the first value of `bytes` that only objects enclose: where each bracket stands, and how
/// many objects enclose it. None if the value ends here: it can then be looked at whole.
#[must_use]
pub fn row_arrays(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut out, mut objects, mut arrays) = (Vec::new(), 0_usize, 0_usize);
    let mut scan = JsonScan::default();
    for (at, byte) in bytes.iter().enumerate() {
        if scan.in_string {
            scan.string_byte(*byte);
            continue;
        }
        match byte {
            b'"' => scan.in_string = true,
            b'{' if arrays == 0 => objects += 1,
            b'}' if arrays == 0 => objects = objects.saturating_sub(1),
            b'[' => {
                let next = bytes[at + 1..].iter().find(|b| !b.is_ascii_whitespace());
                if arrays == 0 && objects > 0 && next == Some(&b'{') && out.len() < ARRAYS_LIMIT {
                    out.push((at, objects));
                }
                arrays += 1;
            }
            b']' => arrays = arrays.saturating_sub(1),
            _ => {}
        }
        if objects + arrays == 0 && matches!(byte, b'}' | b']') {
            return Vec::new();
        }
    }
    out
}

/// Finds the ends of delimited rows whose quoted fields may hold line ends.
#[derive(Debug, Clone, Copy)]
pub struct RowScan {
    delimiter: u8,
    quoted: bool,
    /// A field begins with the next byte.
    begins: bool,
    /// The byte before closed a quote: a second one right behind it stands for one within the field.
    closed: bool,
}

impl RowScan {
    /// For rows with this delimiter.
    #[must_use]
    pub fn new(delimiter: u8) -> Self {
        Self { delimiter, quoted: false, begins: true, closed: false }
    }

    /// Whether the row so far ends within quotes.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.quoted
    }

    /// Length of a row with its line end, if it ends here. A quote opens a field only at its beginning, so an
    /// inch mark within a field does no harm.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            let was_quoted = self.quoted;
            match byte {
                b'"' if self.quoted => self.quoted = false,
                b'"' => self.quoted = self.begins || self.closed,
                b'\n' if !self.quoted => {
                    (self.begins, self.closed) = (true, false);
                    return Some(at + 1);
                }
                _ => {}
            }
            self.closed = was_quoted && !self.quoted;
            self.begins = !self.quoted && *byte == self.delimiter;
        }
        None
    }
}

/// The fields of one delimited row, without their quotes, and whether each quote that was opened was closed. The
/// rules are those of [`RowScan`].
#[must_use]
pub fn fields(row: &[u8], delimiter: u8) -> (Vec<Cow<'_, [u8]>>, bool) {
    let mut out = Vec::new();
    let (mut at, mut closed) = (0, true);
    loop {
        let (field, next, whole) = field(&row[at..], delimiter);
        closed &= whole;
        out.push(field);
        match next {
            Some(next) => at += next,
            None => return (out, closed),
        }
    }
}

/// The first field of `rest`, where the next one begins, and whether its quotes are closed.
fn field(rest: &[u8], delimiter: u8) -> (Cow<'_, [u8]>, Option<usize>, bool) {
    let plain_end = |from: usize| rest[from..].iter().position(|b| *b == delimiter).map(|found| from + found);
    if rest.first() != Some(&b'"') {
        let end = plain_end(0);
        return (Cow::Borrowed(&rest[..end.unwrap_or(rest.len())]), end.map(|end| end + 1), true);
    }
    let mut text: Option<Vec<u8>> = None;
    let mut from = 1;
    loop {
        let Some(quote) = rest[from..].iter().position(|b| *b == b'"').map(|found| from + found) else {
            let field = text.map_or(Cow::Borrowed(&rest[from..]), |mut text| {
                text.extend_from_slice(&rest[from..]);
                Cow::Owned(text)
            });
            return (field, None, false);
        };
        if rest.get(quote + 1) == Some(&b'"') {
            text.get_or_insert_default().extend_from_slice(&rest[from..=quote]);
            from = quote + 2;
            continue;
        }
        // what stands between the closing quote and the delimiter belongs to the field
        let end = plain_end(quote + 1);
        let after = &rest[quote + 1..end.unwrap_or(rest.len())];
        let field = match text {
            None if after.is_empty() => Cow::Borrowed(&rest[from..quote]),
            text => {
                let mut text = text.unwrap_or_default();
                text.extend_from_slice(&rest[from..quote]);
                text.extend_from_slice(after);
                Cow::Owned(text)
            }
        };
        return (field, end.map(|end| end + 1), true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(row: &str) -> (Vec<String>, bool) {
        let (fields, closed) = fields(row.as_bytes(), b',');
        (fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect(), closed)
    }

    #[test]
    fn fields_of_a_row() {
        for (row, expected) in [
            ("a,b", vec!["a", "b"]),
            ("", vec![""]),
            (",", vec!["", ""]),
            ("\"a,\"\"b\"\"\",c", vec!["a,\"b\"", "c"]),
            ("\"a\nb\",", vec!["a\nb", ""]),
            ("15\" screen,x", vec!["15\" screen", "x"]),
            ("\"a\"b,c", vec!["ab", "c"]),
            ("\"\",\"\"", vec!["", ""]),
        ] {
            assert_eq!(split(row), (expected.into_iter().map(str::to_owned).collect(), true), "{row}");
        }
        assert_eq!(split("a,\"b,c"), (vec!["a".to_owned(), "b,c".to_owned()], false));
    }
}
