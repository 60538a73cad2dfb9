//! Recordings of hid-recorder: `R:` report descriptor, `N:` name, `I:` bus and ids, one group a device.

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, HidSeen, Seen};

/// The format.
pub const READER: Reader = Reader { format: "hid-recorder", recognises, read };

/// Bus number of USB in `I:` lines.
const BUS_USB: u16 = 3;

fn recognises(text: &str) -> bool {
    let is_descriptor = |line: &str| descriptor(line).is_some();
    text.lines().take(4000).any(is_descriptor)
}

fn descriptor(line: &str) -> Option<Vec<u8>> {
    let (count, digits) = line.strip_prefix("R: ")?.trim().split_once(' ')?;
    let mut bytes = hex::parse(digits)?;
    bytes.truncate(count.parse().ok()?);
    Some(bytes)
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut current: Option<(usize, HidSeen)> = None;
    let finish = |devices: &mut Vec<Seen>, current: Option<(usize, HidSeen)>| {
        if let Some((place, seen)) = current {
            let name = if seen.name.is_empty() { "device" } else { seen.name.as_str() };
            devices.push(Seen { label: format!("line {place}: {name}"), device: Device::Hid(seen) });
        }
    };
    for (place, line) in text.lines().enumerate() {
        if let Some(descriptor) = descriptor(line) {
            finish(&mut read.devices, current.take());
            current = Some((place + 1, HidSeen { descriptor, is_usb: true, ..HidSeen::default() }));
        } else if line.starts_with("R: ") {
            read.rejects.push((place + 1, "the report descriptor is not hex"));
        } else if let Some((_, seen)) = &mut current {
            if let Some(name) = line.strip_prefix("N: ") {
                name.trim().clone_into(&mut seen.name);
            } else if let Some(ids) = line.strip_prefix("I: ") {
                let mut ids = ids.split_whitespace().map(hex::number);
                let bus = ids.next().flatten();
                seen.is_usb = bus.is_none_or(|bus| bus == BUS_USB);
                (seen.vendor_id, seen.product_id) = (ids.next().flatten(), ids.next().flatten());
            }
        }
    }
    finish(&mut read.devices, current);
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_keep_names_and_ids() {
        let text = "D: 0\nR: 10 05 01 09 02 a1 01 09 30 81 06\nN: A Mouse\nP: usb\nI: 3 046d c077\nE: 0.0 4 00\n\
                    D: 1\nR: 6 05 01 09 06 a1 01\nN: Pad\nI: 18 04f3 3057\nR: x\n";
        assert!(recognises(text));
        let read = read(text);
        assert_eq!(read.devices.len(), 2);
        let Device::Hid(first) = &read.devices[0].device else { panic!("no descriptor") };
        assert_eq!((first.vendor_id, first.product_id, first.is_usb), (Some(0x046d), Some(0xc077), true));
        assert_eq!(first.descriptor.len(), 10);
        let Device::Hid(second) = &read.devices[1].device else { panic!("no descriptor") };
        assert!(!second.is_usb, "I2C");
        assert_eq!(read.rejects, vec![(11, "the report descriptor is not hex")]);
    }
}
