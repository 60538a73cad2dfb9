//! Bytes that a tool spread over several lines: `xxd`, `hexdump -C`, `od`, `usbhid-dump`, and the EDIDs inside
//! `xrandr --props` and `edid-decode`. One answer a block.

use super::{Read, Reader, hex_lines};
use crate::hex;
use crate::inventory::{Device, DisplaySeen, Seen};

/// The format.
pub const READER: Reader = Reader { format: "hex dump", recognises, read };

/// Bytes of one EDID block; a line that begins as one and is shorter goes on below.
const EDID_BYTES: usize = 128;

/// Lines of a file that are looked at to recognise it.
const LOOKED_AT: usize = 4000;

fn recognises(text: &str) -> bool {
    text.lines().take(LOOKED_AT).any(|line| is_dump_head(line) || is_cut_edid(line))
        || text
            .lines()
            .find(|line| !line.trim().is_empty())
            .and_then(offset_line)
            .is_some_and(|(at, _)| at.contains(&0))
}

/// `001:004:000:DESCRIPTOR  1393853893.930293`, as usbhid-dump writes.
fn is_dump_head(line: &str) -> bool {
    let mut parts = line.trim().splitn(4, ':');
    let numbers = (0..3)
        .filter_map(|_| parts.next())
        .filter(|part| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
    numbers.count() == 3 && parts.next().is_some_and(|rest| rest.starts_with("DESCRIPTOR"))
}

fn bare(line: &str) -> Option<Vec<u8>> {
    hex::parse(line.trim())
}

fn is_cut_edid(line: &str) -> bool {
    bare(line).is_some_and(|bytes| bytes.len() < EDID_BYTES && bytes.starts_with(&crate::edid::HEADER))
}

/// Offset (as hex and as octal, which `od` writes) and bytes of a dump's line: `00000010: 0501 0902  ....` or
/// `00000010  05 01 09 02  |....|`.
fn offset_line(line: &str) -> Option<([usize; 2], Vec<u8>)> {
    let line = line.trim_end();
    let (offset, rest) = line.split_once([':', ' '])?;
    let is_offset = (6..=8).contains(&offset.len()) && offset.bytes().all(|byte| byte.is_ascii_hexdigit());
    let base = |radix| is_offset.then(|| usize::from_str_radix(offset, radix).ok()).flatten();
    let offset = [base(16)?, base(8).unwrap_or(usize::MAX)];
    let rest = rest.split('|').next().unwrap_or(rest).trim_start_matches([' ', ':']);
    // The readable column of xxd stands after two blanks.
    let parts: Vec<&str> = rest.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut bytes = hex::parse(parts.first()?)?;
    if let Some(more) = parts.get(1).and_then(|part| hex::parse(part))
        && bytes.len() == 8
        && more.len() <= 8
    {
        bytes.extend(more);
    }
    bytes.truncate(16);
    Some((offset, bytes))
}

fn read(text: &str) -> Read {
    let mut blocks = Blocks::default();
    for (place, line) in text.lines().enumerate() {
        blocks.line(place + 1, line);
    }
    blocks.close();
    blocks.read
}

#[derive(Default)]
struct Blocks {
    read: Read,
    /// Label, first line and bytes of the block that is open.
    open: Option<(String, usize, Vec<u8>)>,
    /// Whether the block goes on in plain lines; else in lines with offsets.
    is_plain: bool,
    /// The last line of words, which names an output or a device.
    above: String,
}

impl Blocks {
    fn line(&mut self, place: usize, line: &str) {
        if is_dump_head(line) {
            self.close();
            self.is_plain = true;
            let name = line.split_whitespace().next().unwrap_or(line).trim_end_matches(":DESCRIPTOR");
            self.open = Some((name.to_owned(), place, Vec::new()));
        } else if let Some((offset, bytes)) = offset_line(line) {
            let is_next = self.open.as_ref().is_some_and(|(_, _, held)| offset.contains(&held.len()));
            if !is_next || offset.contains(&0) {
                self.close();
                self.open = Some((String::new(), place, Vec::new()));
            }
            self.is_plain = false;
            if let Some((_, _, held)) = &mut self.open {
                held.extend(bytes);
            }
        } else if let Some(bytes) = bare(line) {
            let begins = bytes.starts_with(&crate::edid::HEADER);
            if begins || !self.is_plain || self.open.is_none() {
                self.close();
                self.is_plain = true;
                self.open = Some((std::mem::take(&mut self.above), place, Vec::new()));
            }
            if let Some((_, _, held)) = &mut self.open {
                held.extend(bytes);
            }
        } else if !line.trim().is_empty() || self.is_plain {
            self.close();
            if !line.trim().is_empty() && !line.starts_with([' ', '\t']) {
                line.split(" (").next().unwrap_or(line).trim().clone_into(&mut self.above);
            }
        }
    }

    fn close(&mut self) {
        let Some((label, place, bytes)) = self.open.take() else { return };
        if bytes.is_empty() {
            return;
        }
        let label = if label.is_empty() { format!("line {place}") } else { format!("line {place}: {label}") };
        // Behind an EDID tools may print words that happen to be hex: whole blocks only.
        let device = if bytes.starts_with(&crate::edid::HEADER) {
            let whole = bytes.len() - bytes.len() % EDID_BYTES;
            let edid = if whole == 0 { bytes } else { bytes[..whole].to_vec() };
            Device::Display(Box::new(DisplaySeen { edid, ..DisplaySeen::default() }))
        } else {
            hex_lines::of_bytes(bytes)
        };
        if let Device::Unreadable(why) = device {
            self.read.rejects.push((place, why));
            return;
        }
        self.read.devices.push(Seen { label, device });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUSE: &str = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                         06c0c0";

    fn edid() -> String {
        let fact = crate::facts::displays().iter().find(|fact| fact.get("edid").len() == 512);
        fact.unwrap().get("edid").to_owned()
    }

    fn lines_of(digits: &str, each: usize) -> Vec<String> {
        digits.as_bytes().chunks(each).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
    }

    fn one(text: &str) -> Seen {
        assert!(recognises(text), "{text}");
        let mut read = read(text);
        assert_eq!(read.devices.len(), 1, "{read:?}");
        read.devices.remove(0)
    }

    #[test]
    fn dumps_with_offsets_are_put_together() {
        let bytes = hex::parse(MOUSE).unwrap();
        let spaced = |part: &str| lines_of(part, 2).join(" ");
        let xxd: Vec<String> = lines_of(MOUSE, 32)
            .iter()
            .enumerate()
            .map(|(row, part)| format!("{:08x}: {}  ......ab cd....", row * 16, lines_of(part, 4).join(" ")))
            .collect();
        let canonical: Vec<String> = lines_of(MOUSE, 32)
            .iter()
            .enumerate()
            .map(|(row, part)| {
                let (first, second) = part.split_at(part.len().min(16));
                format!("{:08x}  {}  {}  |................|", row * 16, spaced(first), spaced(second))
            })
            .chain([format!("{:08x}", bytes.len())])
            .collect();
        for text in [xxd.join("\n"), canonical.join("\n")] {
            let Device::Hid(seen) = one(&text).device else { panic!("no descriptor") };
            assert_eq!(seen.descriptor, bytes, "{text}");
        }
    }

    #[test]
    fn displays_inside_other_output_are_found() {
        let edid = edid();
        let block = lines_of(&edid, 32).iter().map(|line| format!("\t\t{line}\n")).collect::<String>();
        let text = format!(
            "Screen 0: minimum 320 x 200\nHDMI-1 connected primary (normal left)\n\tEDID: \n{block}\tBroadcast RGB: Automatic\n"
        );
        let seen = one(&text);
        assert!(seen.label.contains("HDMI-1 connected primary"), "{}", seen.label);
        let Device::Display(display) = seen.device else { panic!("no display") };
        assert_eq!(hex::write(&display.edid), edid);
        assert!(matches!(one(&lines_of(&edid, 60).join("\n")).device, Device::Display(_)));
    }

    #[test]
    fn usbhid_dump_names_its_devices() {
        let text = format!(
            "001:004:000:DESCRIPTOR         1393853893.930293\n {}\n\n",
            lines_of(MOUSE, 32)
                .iter()
                .map(|line| lines_of(line, 2).join(" "))
                .collect::<Vec<_>>()
                .join("\n ")
        );
        let seen = one(&text);
        assert_eq!(seen.label, "line 1: 001:004:000");
        assert!(matches!(seen.device, Device::Hid(_)));
    }

    #[test]
    fn lines_that_stand_alone_are_not_blocks() {
        assert!(!recognises(MOUSE));
        assert!(!recognises(&edid()));
        assert!(!recognises("2026-01-01 some text\n"));
    }
}
