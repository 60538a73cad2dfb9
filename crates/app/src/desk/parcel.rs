//! What a delivery holds, looked at before it is acknowledged: lines of the source that it names, or it is refused whole.
//! Who sends something else learns it at once and not from a list of rejects.

use std::io::{BufRead as _, BufReader, Cursor, Read};

use serde::de::IgnoredAny;
use sources::Sample;

use super::intake::Form;
use super::lines;
use crate::error::{Error, Result};

/// Bytes by which it is recognised, as those of a file are.
const SAMPLE: usize = 256 << 10;
/// Longest line.
const LINE: u64 = 16 << 20;

/// A delivery that is fit to be kept.
pub(super) struct Opened {
    /// As it is kept: lines, or packed as it came.
    pub(super) bytes: Vec<u8>,
    /// Records, also of what is packed.
    pub(super) lines: usize,
}

/// Opens a delivery of a source.
pub(super) async fn open(source: &str, bytes: &[u8], form: Form) -> Result<Opened> {
    let (source, bytes) = (source.to_owned(), bytes.to_vec());
    // what is large or packed keeps a thread busy: not one that answers others
    let opened = tokio::task::spawn_blocking(move || look_into(&source, bytes, form)).await;
    opened.map_err(|cause| Error::Defect(cause.to_string()))?
}

fn look_into(source: &str, bytes: Vec<u8>, form: Form) -> Result<Opened> {
    let bytes = if form == Form::Json { lines::of(&bytes)? } else { bytes };
    let mut seen = Seen::of(source);
    if form == Form::Gzip {
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            return Err(Error::Input("this is not packed by gzip".into()));
        }
        let problems =
            sources::container::open("delivery", Cursor::new(&bytes), |member| seen.read(member.reader))?;
        if let Some(first) = problems.first() {
            return Err(Error::Input(format!("what is packed cannot be opened: {}", first.reason)));
        }
    } else {
        seen.read(&mut bytes.as_slice())?;
    }
    if seen.lines == 0 {
        return Err(Error::Input("a delivery is lines of JSON, plain or gzip, and this one is empty".into()));
    }
    seen.is_of(source)?;
    Ok(Opened { bytes, lines: seen.lines })
}

/// What was seen of a delivery so far.
struct Seen {
    is_json: bool,
    /// Lines that are not empty.
    lines: usize,
    sample: Vec<u8>,
    is_full: bool,
}

impl Seen {
    fn of(source: &str) -> Self {
        let is_json = sources::vendors::JSON.iter().any(|one| one.kind() == source);
        Self { is_json, lines: 0, sample: Vec::new(), is_full: false }
    }

    fn read(&mut self, reader: &mut dyn Read) -> Result<()> {
        let mut reader = BufReader::new(reader);
        let (mut number, mut line) = (0_u64, Vec::new());
        loop {
            line.clear();
            let taken = reader.by_ref().take(LINE).read_until(b'\n', &mut line);
            if taken.map_err(|cause| Error::Input(format!("the delivery cannot be read: {cause}")))? == 0 {
                return Ok(());
            }
            number += 1;
            let is_whole = line.len() as u64 != LINE || line.last() == Some(&b'\n');
            let record = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| number == 1).unwrap_or(&line);
            let record = record.trim_ascii();
            if record.is_empty() && is_whole {
                continue;
            }
            if !is_whole || self.is_json && !is_object(record) {
                let what = if is_whole { "is no object of JSON" } else { "is longer than 16 MiB" };
                return Err(Error::Input(format!(
                    "line {number} {what}; nothing of this delivery was taken"
                )));
            }
            self.lines += 1;
            self.is_full |= self.sample.len() + record.len() >= SAMPLE && !self.sample.is_empty();
            if !self.is_full {
                self.sample.extend_from_slice(record);
                self.sample.push(b'\n');
            }
        }
    }

    /// Fails where the lines are those of another source. What no source knows is taken: it may be an event of a kind
    /// that nobody has seen yet, and stands among the rejects then.
    fn is_of(&self, source: &str) -> Result<()> {
        let sample = Sample { name: "delivery", bytes: &self.sample };
        let Ok(found) = sources::recognise(&sample, &[]) else { return Ok(()) };
        let named = sources::vendors::ALL.iter().find(|one| one.kind() == source);
        if found.kind == source || named.is_some_and(|one| one.recognise(&sample).is_some()) {
            return Ok(());
        }
        Err(Error::Input(format!(
            "this is not {source} but {} ({}); nothing of this delivery was taken",
            found.kind, found.why
        )))
    }
}

fn is_object(line: &[u8]) -> bool {
    line.first() == Some(&b'{') && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const OKTA: &str = include_str!("../../../sources/fixtures/okta/events.jsonl");

    fn said(source: &str, bytes: &[u8], form: Form) -> std::result::Result<usize, String> {
        look_into(source, bytes.to_vec(), form).map(|opened| opened.lines).map_err(|cause| cause.to_string())
    }

    fn packed(text: &str) -> Vec<u8> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn lines_are_counted_also_in_what_is_packed() {
        let count = OKTA.lines().filter(|line| !line.trim().is_empty()).count();
        assert_eq!(said("okta", OKTA.as_bytes(), Form::Lines), Ok(count));
        assert_eq!(said("okta", &packed(OKTA), Form::Gzip), Ok(count));
        let unknown = "{\"a\":1}\n\n {\"b\":2}";
        assert_eq!(said("okta", unknown.as_bytes(), Form::Lines), Ok(2), "what nobody knows is taken");
    }

    #[test]
    fn what_is_something_else_is_refused_with_its_line() {
        for (bytes, form, told) in [
            (b"{\"a\":1}\n\n[1]\n".to_vec(), Form::Lines, "line 3 is no object"),
            (b"{\"a\":1}\nwords".to_vec(), Form::Lines, "line 2 is no object"),
            (b"{\"a\":1".to_vec(), Form::Lines, "line 1 is no object"),
            (packed("{}\n{}\n<x/>"), Form::Gzip, "line 3 is no object"),
            (b"\x1f\x8bnothing".to_vec(), Form::Gzip, "cannot be opened"),
            (packed(OKTA)[..100].to_vec(), Form::Gzip, ""),
            (b"{}".to_vec(), Form::Gzip, "not packed"),
            (b"\n \n".to_vec(), Form::Lines, "is empty"),
            (packed(""), Form::Gzip, "is empty"),
        ] {
            let why = said("okta", &bytes, form).unwrap_err();
            assert!(why.contains(told), "{why}");
        }
        let why = said("duo", OKTA.as_bytes(), Form::Lines).unwrap_err();
        assert!(why.contains("not duo but okta"), "{why}");
    }
}
