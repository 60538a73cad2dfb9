//! Bytes as programmers write them: an array in braces or brackets, over one line or many, with remarks; and bytes in
//! plain lines of which none is a descriptor by itself. One answer an array or paragraph.

use super::{Read, Reader, hex_lines};
use crate::hex;
use crate::inventory::Seen;

/// The format.
pub const READER: Reader = Reader { format: "array of bytes", recognises, read };

/// Characters that are looked at to recognise a file.
const LOOKED_AT: usize = 200_000;

fn recognises(text: &str) -> bool {
    let head = text.get(..LOOKED_AT.min(text.len())).unwrap_or(text);
    parts(head).iter().any(|part| hex_lines::is_telling(&part.bytes))
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    for part in parts(text) {
        if hex_lines::is_telling(&part.bytes) {
            let label = format!("line {}{}", part.line, part.name);
            read.devices.push(Seen { label, device: hex_lines::of_bytes(part.bytes) });
        } else {
            read.rejects.push((part.line, "neither EDID nor report descriptor"));
        }
    }
    read
}

struct Part {
    line: usize,
    name: String,
    bytes: Vec<u8>,
}

fn parts(text: &str) -> Vec<Part> {
    let plain: Vec<&str> = text.lines().map(without_remark).collect();
    let arrays = arrays(&plain);
    if arrays.is_empty() { paragraphs(&plain) } else { arrays }
}

/// A line without what stands behind `//`, `/*` or `#`.
fn without_remark(line: &str) -> &str {
    let cut = ["//", "/*", "#"].iter().filter_map(|mark| line.find(mark)).min();
    cut.and_then(|place| line.get(..place)).unwrap_or(line)
}

/// What stands between a brace or bracket and the next one, where it is nothing but numbers over several lines, or
/// numbers behind a name. (Arrays that fill one line each are a file of lines.)
fn arrays(lines: &[&str]) -> Vec<Part> {
    let mut found = Vec::new();
    // First line, the name before it, the text so far.
    let mut open: Option<(usize, String, String)> = None;
    let mut named = String::new();
    for (place, line) in lines.iter().enumerate() {
        let mut rest = *line;
        while let Some(at) = rest.find(['{', '}', '[', ']']) {
            let (before, after) = rest.split_at(at);
            rest = after.get(1..).unwrap_or_default();
            if after.starts_with(['{', '[']) {
                // `mouse[] = {`: the name stands before the brackets.
                let mut words = before.split([' ', '\t', '=', '(', ':']).filter(|word| !word.is_empty());
                if let Some(word) = words.next_back() {
                    word.clone_into(&mut named);
                }
                open = Some((place + 1, named.clone(), String::new()));
            } else if let Some((from, name, mut held)) = open.take() {
                held.push_str(before);
                if let Some(bytes) = bytes_of(&held).filter(|_| from <= place || !name.is_empty()) {
                    let name = if name.is_empty() { name } else { format!(": {name}") };
                    found.push(Part { line: from, name, bytes });
                    named.clear();
                }
            }
        }
        if let Some((_, _, held)) = &mut open {
            held.push_str(rest);
            held.push(' ');
        }
    }
    found
}

/// Lines of bytes without a blank line between them, of which none is whole by itself.
fn paragraphs(lines: &[&str]) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let mut held = String::new();
    let mut from = 1;
    for (place, line) in lines.iter().chain([&""]).enumerate() {
        if !line.trim().is_empty() {
            if held.is_empty() {
                from = place + 1;
            }
            let is_whole = bytes_of(line).is_some_and(|bytes| hex_lines::is_telling(&bytes));
            if is_whole {
                return Vec::new();
            }
            held.push_str(line);
            held.push(' ');
        } else if !held.is_empty() {
            let Some(bytes) = bytes_of(&held) else { return Vec::new() };
            held.clear();
            found.push(Part { line: from, name: String::new(), bytes });
        }
    }
    found
}

/// Numbers as bytes: all hex where one is written so, else decimal, else bare hex digits.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    const BYTES_MIN: usize = 8;
    let text = text.trim().trim_matches([',', ';']);
    let bytes = if text.contains("0x") || text.contains("0X") {
        let words = text.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty());
        let one = |word: &str| match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            Some(digits) => u8::from_str_radix(digits, 16).ok(),
            None => word.parse().ok(),
        };
        words.map(one).collect::<Option<Vec<u8>>>()
    } else {
        hex::decimals(text).filter(|bytes| hex_lines::is_telling(bytes)).or_else(|| hex::parse(text))
    };
    bytes.filter(|bytes| bytes.len() >= BYTES_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUSE: &str = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                         06c0c0";

    fn told(text: &str) -> Vec<String> {
        assert!(recognises(text), "{text}");
        read(text).devices.into_iter().map(|seen| seen.label).collect()
    }

    #[test]
    fn arrays_of_programs_are_read() {
        let bytes = hex::parse(MOUSE).unwrap();
        let words: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
        let body: String =
            words.chunks(2).map(|two| format!("    {},  // Usage Page (1)\n", two.join(", "))).collect();
        let array = format!("static const uint8_t mouse[] = {{\n{body}}};\n");
        assert_eq!(told(&array), ["line 1: mouse"]);
        assert_eq!(told(&format!("{array}\n{array}")).len(), 2);
        assert_eq!(told(&body), ["line 1"], "without braces, as descriptor tools print it");
    }

    #[test]
    fn plain_lines_of_sixteen_bytes_are_one_descriptor() {
        let bytes = hex::parse(MOUSE).unwrap();
        let spaced = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
        let decimal = |part: &[u8]| part.iter().map(|byte| format!("{byte} ")).collect::<String>();
        let lines = |write: &dyn Fn(&[u8]) -> String| {
            bytes.chunks(16).map(|part| write(part) + "\n").collect::<String>()
        };
        assert_eq!(told(&lines(&spaced)), ["line 1"]);
        assert_eq!(told(&lines(&decimal)), ["line 1"]);
        assert_eq!(told(&format!("{}\n{}", lines(&spaced), lines(&spaced))).len(), 2);
    }

    #[test]
    fn what_is_whole_on_a_line_is_left_to_the_reader_of_lines() {
        for text in [MOUSE, "{ 0x05 }", "void main() { return 0; }", "[1, 2, 3]", "a b c", "", "2026-01-01 x"]
        {
            assert!(!recognises(text), "{text}");
        }
    }
}
