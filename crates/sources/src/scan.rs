//! Where JSON values and quoted rows end: byte scanners that keep their state between reads.

/// Keys whose array holds the rows of an export.
pub const ROW_KEYS: &[&str] =
    &["value", "events", "results", "items", "records", "Records", "data", "logs", "hits", "rows", "entries"];

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
    /// Behind the rows of a wrapper object: its remaining keys are no units.
    tail: Option<usize>,
}

impl JsonScan {
    /// For bytes that are known to be elements already.
    #[must_use]
    pub fn elements() -> Self {
        Self { elements_only: true, ..Self::default() }
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
        let starts = !self.open;
        let mut at = 0;
        if starts {
            let Some(begin) = self.begin(bytes) else { return Step::Skipped(bytes.len()) };
            if begin > 0 {
                return Step::Skipped(begin);
            }
            self.open = true;
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
                b'{' | b'[' => self.depth += 1,
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
            && match self.depth {
                1 => ROW_KEYS.iter().any(|known| known.as_bytes() == key),
                2 => key == b"hits",
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

/// Finds the ends of delimited rows whose quoted fields may hold line ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowScan {
    quoted: bool,
    /// The byte before; 0 at the start of a stream.
    before: u8,
}

impl RowScan {
    /// Length of a row with its line end, if it ends here. A quote opens a field only at its beginning, so an
    /// inch mark within a field does no harm.
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' if self.quoted => self.quoted = false,
                b'"' => self.quoted = matches!(self.before, 0 | b',' | b';' | b'\t' | b'|' | b'\n' | b'"'),
                b'\n' if !self.quoted => {
                    self.before = b'\n';
                    return Some(at + 1);
                }
                _ => {}
            }
            self.before = *byte;
        }
        None
    }
}
