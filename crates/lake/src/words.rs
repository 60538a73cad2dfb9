//! Values looked for in bytes and texts, whole and in any case: what is taken out when a person is erased.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::error::{Error, Result};

/// What stands in place of a value in a text.
const BLANK: char = '•';
/// A shorter value would be found in everything.
const SHORTEST: usize = 4;

/// Values to be found.
#[derive(Debug, Default)]
pub struct Words {
    finder: Option<AhoCorasick>,
    longest: usize,
}

impl Words {
    /// From values as they are written; also as JSON escapes them.
    pub fn new(values: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut all: Vec<String> = Vec::new();
        for value in values.into_iter().map(|value| value.trim().to_owned()) {
            if value.chars().count() >= SHORTEST {
                all.extend(escaped(&value));
                all.push(value);
            }
        }
        let longest = all.iter().map(String::len).max().unwrap_or(0);
        if all.is_empty() {
            return Ok(Self::default());
        }
        let built =
            AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&all);
        let finder = built.map_err(|cause| Error::Defect(format!("values to be found: {cause}")))?;
        Ok(Self { finder: Some(finder), longest })
    }

    /// Bytes of the longest one.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Where whole values stand. What touches the end counts only where nothing can follow.
    fn places(&self, bytes: &[u8], is_end: bool) -> Vec<(usize, usize)> {
        let Some(finder) = &self.finder else { return Vec::new() };
        let is_inside =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let found = finder.find_overlapping_iter(bytes).map(|found| (found.start(), found.end()));
        found
            .filter(|(_, end)| is_end || *end < bytes.len())
            .filter(|(start, end)| !is_inside(start.checked_sub(1)) && !is_inside(Some(*end)))
            .collect()
    }

    /// Blanks them in bytes, keeping their length; tells whether there were any.
    pub(crate) fn blank(&self, bytes: &mut [u8], is_end: bool) -> bool {
        let places = self.places(bytes, is_end);
        for (start, end) in &places {
            bytes[*start..*end].fill(b'x');
        }
        !places.is_empty()
    }

    /// Whether a text holds one.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        !self.places(text.as_bytes(), true).is_empty()
    }

    /// The text without them.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut places = self.places(text.as_bytes(), true);
        places.sort_unstable();
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (start, end) in places {
            if start >= at {
                out.push_str(text.get(at..start).unwrap_or_default());
                out.push(BLANK);
            }
            at = at.max(end);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// Blanks one value of any length in bytes that hold little else; tells whether it was there. What touches the end
/// counts only where nothing can follow.
pub(crate) fn blank_value(bytes: &mut [u8], value: &str, is_end: bool) -> bool {
    let wanted = value.trim().as_bytes();
    let mut found = false;
    let mut at = 0;
    while !wanted.is_empty() && at + wanted.len() <= bytes.len() {
        let end = at + wanted.len();
        let is_free = |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let is_known = is_end || end < bytes.len();
        if is_known
            && bytes[at..end].eq_ignore_ascii_case(wanted)
            && is_free(before)
            && is_free(bytes.get(end))
        {
            bytes[at..end].fill(b'x');
            found = true;
        }
        at += 1;
    }
    found
}

/// As JSON writers escape it, where that differs.
fn escaped(value: &str) -> Option<String> {
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut units = [0; 2];
                out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
            }
        }
    }
    (out != value).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_whole_in_any_case_and_escaped() {
        let words =
            Words::new(["Zoë Ng".to_owned(), "zoe@corp.example".to_owned(), "ab".to_owned()]).unwrap();
        assert_eq!(words.redact("mail ZOE@corp.example now"), "mail • now");
        assert_eq!(words.redact(r#"{"name":"Zo\u00EB Ng"}"#), r#"{"name":"•"}"#);
        assert_eq!(words.redact("Zoë Ng, zoe@corp.example.org"), "•, •.org");
        assert_eq!(words.redact("mezoe@corp.example"), "mezoe@corp.example");
        assert!(!words.is_in("abc ab"));
        assert!(Words::default().redact("as it is") == "as it is");
    }
}
