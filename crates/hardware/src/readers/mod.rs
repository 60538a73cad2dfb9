//! Files of operating systems and tools, each read into inventory entries.
//!
//! A reader recognises its format by content, never by file name, and never fails: what it cannot read it counts.
//! Adding one is a file here and a line in [`READERS`].

mod arrays;
mod binary_plist;
mod blocks;
mod csv_rows;
mod hex_lines;
mod ioreg;
mod json;
mod kernel_log;
mod lsusb;
mod neighbours;
mod plist;
mod pnp;
mod pnp_text;
mod profiler_text;
mod recorder;
mod registry;
mod setupapi;
mod sysfs;
mod usb_devices;
mod windows_event;
pub(crate) mod xml;

use crate::inventory::{Device, DisplaySeen, HidSeen, Seen};
use crate::{configuration, descriptor, edid, encoding, tools};

/// Attributes in sysfs of a USB device or interface that are text: what is collected is what is read.
pub const SYSFS_ATTRIBUTES: [&str; 12] = [
    "idVendor",
    "idProduct",
    "bcdDevice",
    "bDeviceClass",
    "manufacturer",
    "product",
    "serial",
    "configuration",
    "bInterfaceClass",
    "bInterfaceSubClass",
    "bInterfaceProtocol",
    "interface",
];

/// What a reader made of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Read {
    /// Name of the format.
    pub format: &'static str,
    /// Devices in the order of the file.
    pub devices: Vec<Seen>,
    /// What could not be read: line (from 1) and reason.
    pub rejects: Vec<(usize, &'static str)>,
}

/// One text format.
pub struct Reader {
    /// Name of the format.
    pub format: &'static str,
    /// Whether a text is of this format, by its content.
    pub recognises: fn(&str) -> bool,
    /// Reads it.
    pub read: fn(&str) -> Read,
}

/// Text formats in the order in which they are tried: the more particular first.
pub const READERS: &[Reader] = &[
    lsusb::READER,
    usb_devices::READER,
    registry::READER,
    setupapi::READER,
    ioreg::READER,
    plist::READER,
    windows_event::READER,
    json::READER,
    recorder::READER,
    csv_rows::READER,
    sysfs::READER,
    arrays::READER,
    blocks::READER,
    hex_lines::READER,
    profiler_text::READER,
    kernel_log::READER,
    pnp_text::READER,
    neighbours::READER,
];

/// Reads a file of any known format; `None` where none recognises it.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Read> {
    if let Some(read) = read_binary(bytes) {
        return Some(read);
    }
    if !encoding::is_text(bytes) {
        return None;
    }
    let text = encoding::decode(bytes);
    let log = tools::read(&text);
    if let Some(log) = log.as_ref().filter(|log| !log.sessions.is_empty() || !log.own_ids.is_empty()) {
        return Some(of_log(log.clone()));
    }
    let Some(reader) = READERS.iter().find(|reader| (reader.recognises)(&text)) else {
        // A tool's log in which nobody came.
        return log.map(of_log);
    };
    let mut read = (reader.read)(&text);
    read.format = reader.format;
    Some(read)
}

/// Sessions stand among the devices: one answer each.
fn of_log(log: tools::Log) -> Read {
    let seen = |session: tools::Session| Seen {
        label: format!("line {}: {} session", session.line, session.tool),
        device: Device::Session(Box::new(session)),
    };
    Read { format: log.format, devices: log.sessions.into_iter().map(seen).collect(), rejects: log.rejects }
}

/// Files as sysfs holds them: `edid`, `descriptors`, `report_descriptor`.
fn read_binary(bytes: &[u8]) -> Option<Read> {
    let one = |format, label: &str, device| {
        let devices = vec![Seen { label: label.to_owned(), device }];
        Some(Read { format, devices, rejects: Vec::new() })
    };
    if bytes.starts_with(&edid::HEADER) {
        return Some(Read { format: "EDID", devices: displays(bytes), rejects: Vec::new() });
    }
    if binary_plist::is_one(bytes) {
        let mut read = match binary_plist::parse(bytes) {
            Some(value) => plist::of_values(vec![value]),
            None => Read { rejects: vec![(1, "a broken binary property list")], ..Read::default() },
        };
        read.format = "binary property list";
        return Some(read);
    }
    if encoding::is_text(bytes) {
        return None;
    }
    if let Some(seen) = configuration::parse(bytes) {
        return one("USB descriptors", "device", Device::Usb(Box::new(seen)));
    }
    if !descriptor::parse(bytes).is_sound(bytes.len()) {
        return None;
    }
    let seen = HidSeen { descriptor: bytes.to_vec(), is_usb: true, ..HidSeen::default() };
    one("HID report descriptor", "descriptor", Device::Hid(seen))
}

/// The EDIDs of a file, one behind the other: each says how many blocks it has.
fn displays(bytes: &[u8]) -> Vec<Seen> {
    let mut ends = Vec::new();
    let mut begin = 0;
    while let Some(blocks) = bytes.get(begin + edid::EXTENSIONS) {
        let end = begin + edid::BLOCK * (1 + usize::from(*blocks));
        if !bytes.get(end..).is_some_and(|rest| rest.starts_with(&edid::HEADER)) {
            break;
        }
        ends.push(begin..end);
        begin = end;
    }
    ends.push(begin..bytes.len());
    let label = |place: usize| {
        if ends.len() == 1 { "display".to_owned() } else { format!("display {}", place + 1) }
    };
    let seen = |(place, range): (usize, &std::ops::Range<usize>)| {
        let edid = bytes.get(range.clone()).unwrap_or_default().to_vec();
        let device = Device::Display(Box::new(DisplaySeen { edid, ..DisplaySeen::default() }));
        Seen { label: label(place), device }
    };
    ends.iter().enumerate().map(seen).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_made_of_nothing() {
        assert_eq!(read(b""), None);
        assert_eq!(read(&[0; 64]), None);
        let quiet = read(b"[I 2026-03-14 10:37:03] log: Parsec release150-93b (8e8a6c1)\n").unwrap();
        assert_eq!((quiet.format, quiet.devices.len()), ("Parsec", 0));
    }

    #[test]
    fn displays_one_behind_the_other_have_an_answer_each() {
        let mut first = [0; 256];
        first[..8].copy_from_slice(&edid::HEADER);
        first[126] = 1;
        let mut second = first[..128].to_vec();
        second[126] = 0;
        let whole = [&first[..], &second, &first].concat();
        assert_eq!(read(&whole).unwrap().devices.len(), 3);
        assert_eq!(read(&[&first[..], &[10]].concat()).unwrap().devices.len(), 1);
        assert_eq!(read(&whole[..100]).unwrap().devices.len(), 1);
        assert_eq!(read(b"Dear Sir,\nplease find enclosed\n"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_text_is_read_by_every_reader(text in "(?s).{0,400}") {
            for reader in READERS {
                let _ = (reader.recognises)(&text);
                let _ = (reader.read)(&text);
            }
        }

        #[test]
        fn scrambled_formats_are_read(picks in proptest::collection::vec(0usize..24, 0..60)) {
            const PARTS: [&str; 24] = [
                "Device Descriptor:\n", "  idVendor           0x046d X\n", "    Interface Descriptor:\n",
                "      bInterfaceNumber        1\n", "<Event>", "</Event>", "<Data Name=\"DeviceId\">", "<dict>", "<key>a",
                "{\"DeviceId\":", "\"USB\\\\VID_1D6B&PID_0104\"", "}", "[", "]", ",", "+-o A@1  <class B>\n", "  | {\n",
                "  \"idVendor\" = 5\n", "[HKEY_LOCAL_MACHINE\\X\\Enum\\USB\\VID_1&PID_2\\3]\n", "\"EDID\"=hex:00,ff,\\\n",
                ">>>  [Device Install (Hardware initiated) - USB\\VID_1D6B&PID_0104\\X]\n", "T:  Bus=01\n",
                "/sys/devices/a/idVendor:046d\n", "00 ff ff ff ff ff ff 00\n",
            ];
            let text: String = picks.iter().map(|pick| PARTS[*pick]).collect();
            for reader in READERS {
                let _ = (reader.read)(&text);
            }
        }
    }
}
