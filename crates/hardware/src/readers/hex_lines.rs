//! A text file with one report descriptor or EDID a line, in hex or base64; one answer a line.
//!
//! Before the bytes a line may carry labels, behind a tab, comma or colon; empty lines and lines with `#` are left out.

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, DisplaySeen, HidSeen, Seen};
use crate::{descriptor, edid};

/// The format.
pub const READER: Reader = Reader { format: "hex lines", recognises, read };

/// Fewest bytes of a line that make a file one of hex lines.
const BYTES_MIN: usize = 16;

fn recognises(text: &str) -> bool {
    // Beside words a number or a GUID is no descriptor; bytes alone on a line are meant as one.
    let is_meant = |line: &str| {
        let (label, bytes) = split(line);
        bytes.is_some_and(|bytes| bytes.len() >= BYTES_MIN && (label.is_empty() || is_one(&bytes)))
    };
    let is_of_windows = text.contains("REG_BINARY") || text.contains("\\VID_");
    !is_of_windows && text.lines().filter(|line| is_content(line)).take(20).any(is_meant)
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("//")
}

/// Label and bytes: the bytes are the last field, in hex, decimal or base64; what stands behind `#` or `//` is a remark.
fn split(line: &str) -> (&str, Option<Vec<u8>>) {
    let line = line.trim();
    let bare =
        ["#", "//", "/*"].iter().filter_map(|mark| line.split_once(mark)).map(|(before, _)| before.trim());
    let bare = bare.filter(|before| !before.is_empty()).min_by_key(|before| before.len());
    let found = fields(line);
    match bare.map(fields) {
        Some(second @ (_, Some(_))) if found.1.is_none() => second,
        _ => found,
    }
}

/// Most words of a label.
const LABEL_WORDS_MAX: usize = 12;

fn fields(line: &str) -> (&str, Option<Vec<u8>>) {
    // Bytes may themselves be separated by tabs, blanks or commas: then the whole line is hex.
    let whole = bytes_of(line);
    if whole.as_deref().is_some_and(is_telling) {
        return ("", whole);
    }
    // A label of blanks and letters, which may look like hex: `1d6b:0104 05 01 09 06 …`.
    let marks = line.match_indices(SEPARATORS).map(|(place, mark)| (place, place + mark.len()));
    for (end, begin) in marks.take(LABEL_WORDS_MAX) {
        let bytes = line.get(begin..).and_then(bytes_of);
        if bytes.as_deref().is_some_and(is_telling) {
            return (line.get(..end).unwrap_or_default(), bytes);
        }
    }
    if whole.is_some() {
        return ("", whole);
    }
    for separator in ['\t', ':', '=', ',', ';', '|'] {
        let halves = [line.split_once(separator), line.rsplit_once(separator)];
        for (label, rest) in halves.into_iter().flatten() {
            if let Some(bytes) = hex::parse(rest.trim_matches(QUOTES)) {
                return (label, Some(bytes));
            }
        }
    }
    // Base64 may end in `=`.
    let (label, last) = line.rsplit_once(['\t', ' ', ',', ';', ':']).unwrap_or(("", line));
    let last = last.trim_matches(QUOTES);
    let long = |bytes: &Vec<u8>| bytes.len() >= BYTES_MIN;
    let bytes = hex::parse(last).filter(long).or_else(|| hex::base64(last).filter(|bytes| is_one(bytes)));
    (if bytes.is_some() { label } else { "" }, bytes)
}

const SEPARATORS: &[char] = &['\t', ' ', ',', ';', ':', '=', '|'];

/// Bytes in hex, or in decimal where they then are what is asked for.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_matches(QUOTES);
    let bare = text.strip_prefix("b'").or_else(|| text.strip_prefix("b\"")).unwrap_or(text);
    hex::decimals(bare).filter(|bytes| is_telling(bytes)).or_else(|| hex::parse(bare))
}

/// Whether bytes are an EDID or begin as report descriptors do: with a usage page or a usage.
pub(super) fn is_telling(bytes: &[u8]) -> bool {
    let begins = bytes.first().is_some_and(|head| matches!(head & 0xfc, 0x04 | 0x08));
    bytes.starts_with(&edid::HEADER) || (begins && descriptor::parse(bytes).is_usable())
}

const QUOTES: &[char] = &['"', '\'', ' ', '{', '}', '[', ']', '<', '>', '(', ')', ';', ','];

/// Whether bytes are what is asked for: base64 digits alone could be any word.
fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(&edid::HEADER) || descriptor::parse(bytes).is_usable()
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| is_content(line)) {
        let (label, bytes) = split(line);
        let label = if label.trim().is_empty() {
            format!("line {}", place + 1)
        } else {
            format!("line {}: {}", place + 1, label.replace('\t', " ").trim())
        };
        let device = match bytes {
            None => {
                read.rejects.push((place + 1, "neither hex nor base64"));
                Device::Unreadable("the line is neither hex nor base64")
            }
            Some(bytes) => of_bytes(bytes),
        };
        if matches!(device, Device::Unreadable("neither EDID nor report descriptor")) {
            read.rejects.push((place + 1, "neither EDID nor report descriptor"));
        }
        read.devices.push(Seen { label, device });
    }
    read
}

/// The device that bytes tell of.
pub(super) fn of_bytes(bytes: Vec<u8>) -> Device {
    if bytes.starts_with(&edid::HEADER) {
        return Device::Display(Box::new(DisplaySeen { edid: bytes, ..DisplaySeen::default() }));
    }
    if !descriptor::parse(&bytes).is_usable() {
        return Device::Unreadable("neither EDID nor report descriptor");
    }
    Device::Hid(HidSeen { descriptor: bytes, is_usb: true, ..HidSeen::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_an_answer() {
        let mouse = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                     06c0c0";
        let text = format!(
            "# mice\n\n{mouse}\nzz not hex\noffice\tdesk 3\t{mouse}\n0102030405060708090a0b0c0d0e0f10\n"
        );
        assert!(recognises(&text));
        let read = read(&text);
        let labels: Vec<&str> = read.devices.iter().map(|seen| seen.label.as_str()).collect();
        assert_eq!(labels, ["line 3", "line 4", "line 5: office desk 3", "line 6"]);
        assert!(matches!(read.devices[0].device, Device::Hid(_)));
        assert!(matches!(read.devices[1].device, Device::Unreadable(_)));
        assert_eq!(read.rejects.len(), 2);
    }

    #[test]
    fn labels_and_base64_are_understood() {
        let mouse = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                     06c0c0";
        let base64 = "BQEJAqEBCQGhAAUJGQEpAxUAJQGVA3UBgQKVAXUFgQMFAQkwCTEJOBWBJX91CJUDgQbAwA==";
        let wanted = hex::parse(mouse);
        let spaced = mouse.as_bytes().chunks(2).map(|two| String::from_utf8_lossy(two)).collect::<Vec<_>>();
        for line in [
            format!("desk 3: {mouse}"),
            format!("desk-3,{mouse}"),
            format!("desk = {}", spaced.join(" ")),
            format!("{{ 0x{} }};", spaced.join(", 0x")),
            format!("\"{mouse}\","),
            format!("<{mouse}>"),
            format!("1d6b:0104 {mouse}"),
            format!("desk {}", spaced.join(" ")),
            format!("{mouse}  # of desk 3"),
            wanted.iter().flatten().map(u8::to_string).collect::<Vec<_>>().join(" "),
            base64.to_owned(),
            format!("desk {base64}"),
        ] {
            assert_eq!(split(&line).1, wanted, "{line}");
            assert!(recognises(&line), "{line}");
        }
        assert!(!recognises("Internationalisation and responsibilities of departments\n"));
    }

    #[test]
    fn prose_and_short_numbers_are_not_hex_lines() {
        assert!(!recognises("dead beef\n"));
        assert!(!recognises("the quick brown fox\n"));
    }
}
