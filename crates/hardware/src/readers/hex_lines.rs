//! A text file with one report descriptor or EDID a line, in hex; one answer a line.
//!
//! Before the bytes a line may carry labels, separated by tabs; empty lines and lines with `#` are left out.

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, DisplaySeen, HidSeen, Seen};
use crate::{descriptor, edid};

/// The format.
pub const READER: Reader = Reader { format: "hex lines", recognises, read };

/// Fewest bytes of a line that make a file one of hex lines.
const BYTES_MIN: usize = 16;

fn recognises(text: &str) -> bool {
    let is_hex = |line: &str| hex::parse(split(line).1).is_some_and(|bytes| bytes.len() >= BYTES_MIN);
    text.lines().filter(|line| is_content(line)).take(20).any(is_hex)
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("//")
}

/// Labels and bytes: the bytes are the last of the fields.
fn split(line: &str) -> (&str, &str) {
    let line = line.trim_end();
    // Bytes may themselves be separated by tabs: then the whole line is hex.
    if hex::parse(line).is_some() {
        return ("", line);
    }
    line.rsplit_once('\t').unwrap_or(("", line))
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| is_content(line)) {
        let (label, digits) = split(line);
        let label = if label.trim().is_empty() {
            format!("line {}", place + 1)
        } else {
            format!("line {}: {}", place + 1, label.replace('\t', " ").trim())
        };
        let device = match hex::parse(digits.trim()) {
            None => {
                read.rejects.push((place + 1, "not hex"));
                Device::Unreadable("the line is not hex")
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

fn of_bytes(bytes: Vec<u8>) -> Device {
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
    fn prose_and_short_numbers_are_not_hex_lines() {
        assert!(!recognises("dead beef\n"));
        assert!(!recognises("the quick brown fox\n"));
    }
}
