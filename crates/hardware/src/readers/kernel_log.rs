//! What the kernel of Linux and short lists say of USB devices: `dmesg`, the journal, `lsusb` without `-v`.

use std::collections::BTreeMap;

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, Seen, UsbSeen};

/// The format.
pub const READER: Reader = Reader { format: "kernel log or lsusb", recognises, read };

fn recognises(text: &str) -> bool {
    text.lines().any(|line| line.contains("New USB device found, idVendor=") || listed(line).is_some())
}

/// Bus, ids and name of `Bus 001 Device 004: ID 1d6b:0104 Linux Foundation Multifunction Composite Gadget`.
fn listed(line: &str) -> Option<(&str, u16, u16, &str)> {
    let (place, rest) = line.trim().strip_prefix("Bus ").and(line.trim().split_once(": ID "))?;
    let (ids, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let (vendor, product) = ids.split_once(':')?;
    Some((place, hex::number(vendor)?, hex::number(product)?, name.trim()))
}

/// The device's place and what is said of it: `usb 1-1: Product: PiKVM Composite Device`.
fn said(line: &str) -> Option<(&str, &str)> {
    let from =
        line.find(" usb ").map(|at| at + " usb ".len()).or_else(|| line.starts_with("usb ").then_some(4))?;
    let (place, rest) = line.get(from..)?.split_once(": ")?;
    let is_place = place.contains('-') && place.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    is_place.then_some((place, rest))
}

fn number_after(text: &str, word: &str) -> Option<u16> {
    let rest = text.get(text.find(word)? + word.len()..)?.trim_start();
    hex::number(rest.split([',', ' ']).next()?)
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    // A device that is plugged in twice is told twice.
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: Vec<(String, UsbSeen)> = Vec::new();
    for (row, line) in text.lines().enumerate() {
        if let Some((place, vendor_id, product_id, name)) = listed(line) {
            // The name is that of a list on this computer, not one that the device gives: a description.
            let mut seen =
                UsbSeen { vendor_id: Some(vendor_id), product_id: Some(product_id), ..UsbSeen::default() };
            seen.describe(name);
            found.push((place.to_owned(), seen));
            continue;
        }
        let Some((place, rest)) = said(line) else { continue };
        if rest.starts_with("New USB device found") {
            let seen = UsbSeen {
                vendor_id: number_after(rest, "idVendor="),
                product_id: number_after(rest, "idProduct="),
                release: number_after(&rest.replace('.', ""), "bcdDevice="),
                ..UsbSeen::default()
            };
            open.insert(place.to_owned(), found.len());
            found.push((format!("line {}: usb {place}", row + 1), seen));
        } else if let Some((_, seen)) = open.get(place).and_then(|at| found.get_mut(*at)) {
            for (start, field) in [
                ("Product: ", &mut seen.product),
                ("Manufacturer: ", &mut seen.vendor),
                ("SerialNumber: ", &mut seen.serial),
            ] {
                if let Some(value) = rest.strip_prefix(start) {
                    value.trim().clone_into(field);
                }
            }
        }
    }
    read.devices =
        found.into_iter().map(|(label, seen)| Seen { label, device: Device::Usb(Box::new(seen)) }).collect();
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_and_a_list_are_read() {
        let log = "[  101.3] usb 1-1.2: New USB device found, idVendor=1d6b, idProduct=0104, bcdDevice= 1.00\n\
                   [  101.3] usb 1-1.2: New USB device strings: Mfr=1, Product=2, SerialNumber=3\n\
                   Mar  2 09:14:28 lap kernel: usb 1-1.2: Product: PiKVM Composite Device\n\
                   [  101.3] usb 1-1.2: Manufacturer: PiKVM\n[  101.3] usb 1-1.2: SerialNumber: CAFEBABE\n";
        assert!(recognises(log));
        let found = read(log);
        let Device::Usb(seen) = &found.devices[0].device else { panic!("no device") };
        assert_eq!((seen.vendor_id, seen.product_id, seen.release), (Some(0x1d6b), Some(0x104), Some(0x100)));
        assert_eq!(
            (seen.vendor.as_str(), seen.product.as_str(), seen.serial.as_str()),
            ("PiKVM", "PiKVM Composite Device", "CAFEBABE")
        );
        let list = "Bus 001 Device 004: ID 046d:c31c Logitech, Inc. Keyboard K120\n";
        assert!(recognises(list));
        let Device::Usb(seen) = &read(list).devices[0].device else { panic!("no device") };
        assert_eq!((seen.vendor_id, seen.product_id), (Some(0x46d), Some(0xc31c)));
        assert!(!recognises("Bus timetable for Monday\n"));
    }
}
