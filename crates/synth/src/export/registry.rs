//! How the Windows registry lists USB devices and displays, as osquery's `registry` table shows it: the key of each
//! device, what its driver calls it, and the block of bytes with which a monitor names itself (EDID 1.4, VESA).

use std::fmt::Write;

use super::osquery_line::row;
use crate::catalogue::{Display, Usb};

const ENUM: &str = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum";

/// The rows of a USB device.
pub fn usb(one: &Usb, instance: &str) -> Vec<String> {
    let (vendor, product) = (one.vendor_id.to_uppercase(), one.product_id.to_uppercase());
    let key = format!("{ENUM}\\USB\\VID_{vendor}&PID_{product}");
    let own = format!("{key}\\{instance}");
    vec![
        entry(&key, instance, "subkey", ""),
        entry(&own, "DeviceDesc", "REG_SZ", &format!("@usb.inf,%usb.desc%;{}", one.product)),
        entry(&own, "Mfg", "REG_SZ", &format!("@usb.inf,%mfg%;{}", one.vendor)),
    ]
}

/// The rows of a display.
pub fn display(one: &Display, instance: &str) -> Vec<String> {
    let key = format!("{ENUM}\\DISPLAY\\{}{}", one.maker, one.product.to_uppercase());
    let parameters = format!("{key}\\{instance}\\Device Parameters");
    let mut data = String::with_capacity(256);
    for byte in edid(one) {
        // a String takes every write
        let _ = write!(data, "{byte:02X}");
    }
    vec![entry(&key, instance, "subkey", ""), entry(&parameters, "EDID", "REG_BINARY", &data)]
}

/// One row: a key below another, or a value of it.
fn entry(key: &str, name: &str, kind: &str, data: &str) -> String {
    let path = format!("{key}\\{name}");
    let mut out = String::new();
    row(
        &mut out,
        &[("key", key), ("name", name), ("path", &path), ("type", kind), ("data", data), ("mtime", "0")],
    );
    out
}

/// The base block of 128 bytes.
fn edid(one: &Display) -> [u8; 128] {
    let mut out = [0_u8; 128];
    out[..8].copy_from_slice(&[0, 255, 255, 255, 255, 255, 255, 0]);
    let letters =
        one.maker.bytes().fold(0_u16, |all, b| all << 5 | u16::from(b.saturating_sub(b'A') + 1) & 31);
    out[8..10].copy_from_slice(&letters.to_be_bytes());
    let number = |text: &str| u32::from_str_radix(text, 16).unwrap_or_default();
    out[10..12].copy_from_slice(&(number(one.product) as u16).to_le_bytes());
    out[12..16].copy_from_slice(&number(&one.serial).to_le_bytes());
    out[16] = one.week;
    out[17] = one.year.saturating_sub(1990) as u8;
    // version 1.4, digital, 60 by 34 cm
    out[18..24].copy_from_slice(&[1, 4, 0xa5, 60, 34, 120]);
    out[54..72].copy_from_slice(&[
        0x56, 0x5e, 0x00, 0xa0, 0xa0, 0xa0, 0x29, 0x50, 0x30, 0x20, 0x35, 0x00, 0x55, 0x50, 0x21, 0x00, 0x00,
        0x1a,
    ]);
    text(&mut out, 72, 0xfc, one.name);
    if one.text.is_empty() {
        out[90..95].copy_from_slice(&[0, 0, 0, 0x10, 0]);
    } else {
        text(&mut out, 90, 0xff, &one.text);
    }
    out[108..126].copy_from_slice(&[0, 0, 0, 0xfd, 0, 48, 75, 30, 83, 24, 0, 10, 32, 32, 32, 32, 32, 32]);
    let sum = out.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    out[127] = sum.wrapping_neg();
    out
}

/// A descriptor of 13 letters, ended by a line feed and blanks.
fn text(out: &mut [u8; 128], at: usize, kind: u8, words: &str) {
    out[at..at + 5].copy_from_slice(&[0, 0, 0, kind, 0]);
    let letters = words.bytes().chain([10]).chain(std::iter::repeat(32));
    for (place, byte) in out[at + 5..at + 18].iter_mut().zip(letters) {
        *place = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::kvms;

    #[test]
    fn a_monitor_names_itself() {
        let dell = kvms().into_iter().map(|kvm| kvm.display).find(|one| one.maker == "DEL").unwrap();
        let block = edid(&dell);
        assert_eq!(block.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
        assert_eq!(block[8..10], [0x10, 0xac]);
        assert_eq!(block[12..16], [0x45, 0x39, 0x36, 0x39]);
        assert_eq!(&block[77..90], b"DELL D2721H\n ");
        assert_eq!(&block[95..108], b"3S5GQ23\n     ");
    }

    #[test]
    fn keys_are_those_of_windows() {
        let rows = usb(&kvms()[0].usb, "CAFEBABE").concat();
        assert!(rows.contains(r"Enum\\USB\\VID_1D6B&PID_0104\\CAFEBABE"));
        assert!(rows.contains("usb.desc%;PiKVM Composite Device"));
    }
}
