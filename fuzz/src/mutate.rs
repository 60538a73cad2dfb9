//! Bytes changed as damage and malice change them.

use crate::Draw;

/// Pieces that parsers stumble over.
const PIECES: &[&str] = &[
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\r",
    ",",
    ";",
    "\t",
    "|",
    "{",
    "}",
    "[",
    "]",
    ":",
    "\\",
    "\0",
    "\u{feff}",
    "null",
    "true",
    "-0",
    "0000-00-00",
    "9999-12-31",
    "-9999-01-01T00:00:00Z",
    "262143-12-31",
    "2026-02-30",
    "24:00:00",
    "99999999999999999999",
    "-9223372036854775808",
    "9223372036854775807",
    "1e308",
    "-1e999",
    "1.7976931348623157e308",
    "0.0000000001",
    "NaN",
    "4.5E+11",
    "é",
    "\u{10ffff}",
    "\\ud800",
    "\\u0000",
    "=\"",
    "'",
    "****1234",
    "x1234",
    "{=,,",
    "[[[[",
    "]]]]",
    "{\"a\":",
    "[{\"a\":[",
    "{\"value\":[",
    "{\"hits\":{\"hits\":[",
    "0x",
    "ff:ff:ff:ff:ff:ff",
    "::ffff:1.2.3.4",
    "fe80::1%en0",
    "1.2.3.4:99999",
    "+99:99",
    "UTC+99",
    "AM",
    "13 PM",
    "VID_",
    "PID_",
    "\\Enum\\USB\\",
    "\\Enum\\DISPLAY\\é",
    "00FFFFFFFFFFFF00",
    "Total:",
    "sep=;",
];

/// A changed copy of a seed. Other seeds lend parts.
#[must_use]
pub fn mutate(seed: &[u8], others: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=draw.below(8) {
        change(&mut bytes, others, draw);
    }
    bytes.truncate(1 << 20);
    bytes
}

fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], draw: &mut Draw) {
    let at = draw.below(bytes.len() + 1);
    let to = (at + draw.below(64)).min(bytes.len());
    match draw.below(11) {
        0 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
        1 if at < bytes.len() => bytes[at] = draw.number() as u8,
        2 => drop(bytes.drain(at..to)),
        3 => {
            let part = bytes[at..to].to_vec();
            let most = if draw.below(16) == 0 { 2_000 } else { 4 };
            let times = 1 + draw.below(most);
            insert(bytes, at, &part.repeat(times));
        }
        4 | 5 => insert(bytes, at, PIECES[draw.below(PIECES.len())].as_bytes()),
        6 => {
            let piece = PIECES[draw.below(PIECES.len())].as_bytes();
            bytes.splice(at..to, piece.iter().copied());
        }
        7 if !others.is_empty() => {
            let other = &others[draw.below(others.len())];
            let from = draw.below(other.len() + 1);
            let end = (from + draw.below(400)).min(other.len());
            insert(bytes, at, &other[from..end]);
        }
        8 => bytes.truncate(at),
        9 => number(bytes, at, draw),
        _ => value(bytes, at, draw),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

/// Another number in the place of the next one.
fn number(bytes: &mut Vec<u8>, at: usize, draw: &mut Draw) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) else { return };
    let end =
        bytes[start..].iter().position(|b| !b.is_ascii_digit()).map_or(bytes.len(), |found| start + found);
    let new = match draw.below(4) {
        0 => draw.number().to_string(),
        1 => (draw.number() as i64).to_string(),
        2 => "9".repeat(1 + draw.below(30)),
        _ => (draw.number() % 100).to_string(),
    };
    bytes.splice(start..end, new.into_bytes());
}

/// Something else in the place of the next value between quotes or delimiters.
fn value(bytes: &mut Vec<u8>, at: usize, draw: &mut Draw) {
    let is_edge = |b: &u8| matches!(b, b'"' | b',' | b';' | b'\t' | b'\n');
    let Some(start) = bytes[at..].iter().position(is_edge).map(|found| at + found + 1) else { return };
    let end = bytes[start..].iter().position(is_edge).map_or(bytes.len(), |found| start + found);
    let piece = PIECES[draw.below(PIECES.len())];
    bytes.splice(start..end, piece.bytes());
}
