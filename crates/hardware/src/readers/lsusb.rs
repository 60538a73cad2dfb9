//! `lsusb -v`, with or without the report descriptors spelled out.

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, Seen, UsbSeen};

/// The format.
pub const READER: Reader = Reader { format: "lsusb -v", recognises, read };

fn recognises(text: &str) -> bool {
    text.contains("Device Descriptor:") && text.contains("idVendor")
}

#[derive(Default)]
struct Reading {
    read: Read,
    label: String,
    place: usize,
    current: Option<UsbSeen>,
    /// Interface that the lines below belong to; `None` inside an alternate setting.
    interface: Option<u8>,
    number: u8,
    is_interrupt: bool,
}

fn read(text: &str) -> Read {
    let mut reading = Reading::default();
    for (place, line) in text.lines().enumerate() {
        reading.line(place + 1, line);
    }
    reading.finish();
    reading.read
}

impl Reading {
    fn finish(&mut self) {
        if let Some(seen) = self.current.take() {
            let label =
                if self.label.is_empty() { format!("line {}", self.place) } else { self.label.clone() };
            self.read.devices.push(Seen { label, device: Device::Usb(Box::new(seen)) });
        }
        (self.interface, self.label) = (None, String::new());
    }

    fn line(&mut self, place: usize, line: &str) {
        if line.starts_with("Bus ") {
            self.finish();
            let end = line.find(": ID").unwrap_or(line.len());
            line.get(..end).unwrap_or(line).clone_into(&mut self.label);
            return;
        }
        let line = line.trim();
        if line == "Device Descriptor:" {
            let label = std::mem::take(&mut self.label);
            self.finish();
            (self.label, self.place, self.current) = (label, place, Some(UsbSeen::default()));
            return;
        }
        if let Some(bytes) = item(line) {
            return self.item(&bytes);
        }
        let Some((key, rest)) = line.split_once(char::is_whitespace) else { return };
        if let Some(mut seen) = self.current.take() {
            self.field(&mut seen, key, rest.trim());
            self.current = Some(seen);
        }
    }

    /// A spelled-out item of a report descriptor.
    fn item(&mut self, bytes: &[u8]) {
        if let (Some(number), Some(seen)) = (self.interface, &mut self.current) {
            seen.interface(number).descriptor.extend_from_slice(bytes);
        }
    }

    fn field(&mut self, seen: &mut UsbSeen, key: &str, rest: &str) {
        let first = rest.split_whitespace().next().unwrap_or("");
        match key {
            "idVendor" => seen.vendor_id = hex::number(first),
            "idProduct" => seen.product_id = hex::number(first),
            "bcdDevice" => seen.release = version(first),
            "bDeviceClass" => seen.class = first.parse().ok(),
            "iManufacturer" => words(rest).clone_into(&mut seen.vendor),
            "iProduct" => words(rest).clone_into(&mut seen.product),
            "iSerial" | "iSerialNumber" => words(rest).clone_into(&mut seen.serial),
            "iConfiguration" => words(rest).clone_into(&mut seen.configuration),
            "bInterfaceNumber" => self.number = first.parse().unwrap_or_default(),
            "bAlternateSetting" => self.interface = (first == "0").then_some(self.number),
            _ => self.interface_field(seen, key, rest, first),
        }
    }

    fn interface_field(&mut self, seen: &mut UsbSeen, key: &str, rest: &str, first: &str) {
        let Some(number) = self.interface else { return };
        match key {
            "bInterfaceClass" => seen.interface(number).class = first.parse().ok(),
            "bInterfaceSubClass" => seen.interface(number).subclass = first.parse().unwrap_or_default(),
            "bInterfaceProtocol" => seen.interface(number).protocol = first.parse().unwrap_or_default(),
            "iInterface" => words(rest).clone_into(&mut seen.interface(number).name),
            "bcdHID" => seen.interface(number).hid_version = version(first),
            "wDescriptorLength" => seen.interface(number).descriptor_length = first.parse().ok(),
            "Transfer" => self.is_interrupt = rest.contains("Interrupt"),
            "wMaxPacketSize" if self.is_interrupt => {
                seen.interface(number).packet = seen.interface(number).packet.or_else(|| hex::number(first));
            }
            "bInterval" if self.is_interrupt => {
                seen.interface(number).interval =
                    seen.interface(number).interval.or_else(|| first.parse().ok());
            }
            _ => {}
        }
    }
}

/// What stands after the index of a string.
fn words(rest: &str) -> &str {
    rest.split_once(char::is_whitespace).map_or("", |(_, words)| words.trim())
}

/// A version as lsusb prints it, `1.10`, in binary-coded decimal.
fn version(text: &str) -> Option<u16> {
    let (major, minor) = text.split_once('.')?;
    hex::number(&format!("{major}{minor:0>2}"))
}

/// The bytes of `Item(Global): Usage Page, data= [ 0x01 ] 1`.
fn item(line: &str) -> Option<Vec<u8>> {
    let (kind, rest) = line.strip_prefix("Item(")?.split_once("): ")?;
    let (name, data) = rest.split_once(", data=")?;
    let data = data.trim();
    let digits =
        data.strip_prefix('[').and_then(|data| data.split_once(']')).map_or("", |(digits, _)| digits);
    let data = hex::parse(digits.trim()).unwrap_or_default();
    let size = match data.len() {
        0 => 0u8,
        1 => 1,
        2 => 2,
        _ => 3,
    };
    let mut bytes = vec![tag(kind.trim(), name.trim())? | size];
    bytes.extend(data);
    Some(bytes)
}

fn tag(kind: &str, name: &str) -> Option<u8> {
    let tags: &[(&str, u8)] = match kind {
        "Main" => &[
            ("Input", 0x80),
            ("Output", 0x90),
            ("Feature", 0xb0),
            ("Collection", 0xa0),
            ("End Collection", 0xc0),
        ],
        "Global" => &[
            ("Usage Page", 0x04),
            ("Logical Minimum", 0x14),
            ("Logical Maximum", 0x24),
            ("Physical Minimum", 0x34),
            ("Physical Maximum", 0x44),
            ("Unit Exponent", 0x54),
            ("Unit", 0x64),
            ("Report Size", 0x74),
            ("Report ID", 0x84),
            ("Report Count", 0x94),
            ("Push", 0xa4),
            ("Pop", 0xb4),
        ],
        "Local" => &[("Usage", 0x08), ("Usage Minimum", 0x18), ("Usage Maximum", 0x28)],
        _ => return None,
    };
    tags.iter().find(|(known, _)| *known == name).map(|(_, tag)| *tag)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Two made-up devices: a mouse with its descriptor spelled out, and a headset.
    const TEXT: &str = "\
Bus 001 Device 004: ID 046d:c077 Logitech, Inc. Mouse
Device Descriptor:
  bLength                18
  bDeviceClass            0
  idVendor           0x046d Logitech, Inc.
  idProduct          0xc077 Mouse
  bcdDevice           72.00
  iManufacturer           1 Logitech
  iProduct                2 USB Optical Mouse
  iSerial                 0
    Interface Descriptor:
      bInterfaceNumber        0
      bAlternateSetting       0
      bInterfaceClass         3 Human Interface Device
      bInterfaceSubClass      1 Boot Interface Subclass
      bInterfaceProtocol      2 Mouse
      iInterface              0
        HID Device Descriptor:
          bcdHID               1.11
          wDescriptorLength      46
          Report Descriptor: (length is 46)
            Item(Global): Usage Page, data= [ 0x01 ] 1
                            Generic Desktop Controls
            Item(Local ): Usage, data= [ 0x02 ] 2
            Item(Main  ): Collection, data= [ 0x01 ] 1
            Item(Global): Logical Maximum, data= [ 0xff 0x7f ] 32767
            Item(Main  ): End Collection, data=none
      Endpoint Descriptor:
          Transfer Type            Interrupt
        wMaxPacketSize     0x0004  1x 4 bytes
        bInterval              10
Bus 001 Device 005: ID 0d8c:0014 C-Media
Device Descriptor:
  idVendor           0x0d8c C-Media
  idProduct          0x0014
    Interface Descriptor:
      bInterfaceNumber        1
      bAlternateSetting       0
      bInterfaceClass         1 Audio
      bInterfaceSubClass      2 Streaming
      bInterfaceProtocol      0
    Interface Descriptor:
      bInterfaceNumber        1
      bAlternateSetting       1
      bInterfaceClass         9 Wrong
";

    #[test]
    fn devices_interfaces_and_items_are_read() {
        assert!(recognises(TEXT));
        let read = read(TEXT);
        assert_eq!(read.devices.len(), 2);
        assert_eq!(read.devices[0].label, "Bus 001 Device 004");
        let Device::Usb(mouse) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(
            (mouse.vendor.as_str(), mouse.product.as_str(), mouse.serial.as_str()),
            ("Logitech", "USB Optical Mouse", "")
        );
        assert_eq!(mouse.release, Some(0x7200));
        let interface = &mouse.interfaces[0];
        assert_eq!(interface.triple().unwrap(), "03/01/02");
        assert_eq!(
            (interface.hid_version, interface.packet, interface.interval),
            (Some(0x0111), Some(4), Some(10))
        );
        assert_eq!(interface.descriptor, [0x05, 1, 0x09, 2, 0xa1, 1, 0x26, 0xff, 0x7f, 0xc0]);
        let Device::Usb(headset) = &read.devices[1].device else { panic!("no device") };
        assert_eq!(headset.interfaces.len(), 1);
        assert_eq!(headset.interfaces[0].triple().unwrap(), "01/02/00", "the first setting counts");
    }
}
