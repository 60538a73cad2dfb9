//! The device tree of macOS: `ioreg -l` as text; `ioreg -a` comes here through the property list.

use serde_json::{Map, Value};

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, DisplaySeen, HidSeen, Seen, UsbSeen};

/// The format.
pub const READER: Reader = Reader { format: "ioreg", recognises, read };

/// A node of the tree.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Name with place: `USB Keyboard@00100000`.
    pub name: String,
    /// Properties. Binary values are strings of hex between `<` and `>`, lists in text stay text.
    pub values: Map<String, Value>,
    /// Nodes below.
    pub children: Vec<Node>,
}

/// Deepest tree that is followed.
const DEPTH_MAX: usize = 300;

fn recognises(text: &str) -> bool {
    let of_tree = |line: &str| line.trim_start_matches(['|', ' ']).starts_with("+-o ");
    // What is pasted of a tree is often one node, with its title or with nothing but its properties.
    let of_node = |line: &str| is_title(line) || KEYS.iter().any(|key| line.trim_start().starts_with(key));
    text.lines().take(2000).any(|line| of_tree(line) || of_node(line))
}

/// Properties that the property of no other format looks like.
const KEYS: [&str; 4] =
    ["\"ReportDescriptor\" = <", "\"IODisplayEDID\" = <", "\"idVendor\" = ", "\"bInterfaceClass\" = "];

/// `IOHIDInterface  <class IOHIDInterface, id 0x10000e745, registered, …>`
fn is_title(line: &str) -> bool {
    line.contains("  <class ") && line.contains(", id 0x") && !line.contains("\" = ")
}

fn read(text: &str) -> Read {
    interpret(&parse(text))
}

/// Reads the text form; what is returned is a root above all nodes.
fn parse(text: &str) -> Node {
    // Nodes that are still open, with the column where each began.
    let mut open: Vec<(usize, Node)> = vec![(0, Node::default())];
    for line in text.lines() {
        let inner = line.trim_start_matches(['|', ' ']);
        let column = line.len() - inner.len() + 1;
        let title = inner.strip_prefix("+-o ").or_else(|| Some(inner).filter(|inner| is_title(inner)));
        if let Some(title) = title {
            close(&mut open, column);
            let name = title.split("  <").next().unwrap_or(title).trim();
            let name = name.split(" <").next().unwrap_or(name).to_owned();
            open.push((column.max(1), Node { name, ..Node::default() }));
        } else if let (Some((key, value)), Some((_, node))) = (property(inner), open.last_mut()) {
            node.values.insert(key.to_owned(), of_text(value));
        }
        if open.len() > DEPTH_MAX {
            close(&mut open, 0);
        }
    }
    close(&mut open, 0);
    open.pop().map(|(_, root)| root).unwrap_or_default()
}

/// Closes the nodes that began at a column or right of it, never the root.
fn close(open: &mut Vec<(usize, Node)>, column: usize) {
    while open.len() > 1 && open.last().is_some_and(|(began, _)| *began >= column.max(1)) {
        if let Some((_, node)) = open.pop()
            && let Some((_, parent)) = open.last_mut()
        {
            parent.children.push(node);
        }
    }
}

fn property(inner: &str) -> Option<(&str, &str)> {
    let (key, value) = inner.strip_prefix('"')?.split_once("\" = ")?;
    Some((key, value.trim()))
}

fn of_text(value: &str) -> Value {
    if let Some(text) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        return Value::String(text.to_owned());
    }
    value.parse::<i64>().map_or_else(|_| Value::String(value.to_owned()), Value::from)
}

/// Finds the devices of a tree.
#[must_use]
pub fn interpret(root: &Node) -> Read {
    let mut found = Found::default();
    found.node(root, None, 0);
    for seen in &mut found.usb {
        complete(seen);
    }
    let mut read = Read { devices: found.others, ..Read::default() };
    let usb =
        found.usb.into_iter().map(|(label, seen, _)| Seen { label, device: Device::Usb(Box::new(seen)) });
    read.devices.splice(0..0, usb);
    read
}

#[derive(Default)]
struct Found {
    usb: Vec<(String, UsbSeen, Vec<u8>)>,
    others: Vec<Seen>,
}

impl Found {
    /// `inside`: the USB device and interface that the node hangs below.
    fn node(&mut self, node: &Node, inside: Option<(usize, Option<u8>)>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let mut inside = inside;
        let number = |key: &str| node.values.get(key).and_then(number);
        let is_interface = node.values.contains_key("bInterfaceNumber");
        if number("idVendor").is_some() && number("idProduct").is_some() && !is_interface {
            inside = Some((self.device(node), None));
        } else if let (true, Some((place, _))) = (is_interface, inside) {
            inside = Some((place, self.interface(place, node)));
        } else {
            self.below(node, inside);
        }
        for child in &node.children {
            self.node(child, inside, depth + 1);
        }
    }

    fn device(&mut self, node: &Node) -> usize {
        let text = |keys: &[&str]| {
            keys.iter().find_map(|key| node.values.get(*key)?.as_str()).unwrap_or("").to_owned()
        };
        let short =
            |key: &str| node.values.get(key).and_then(number).and_then(|number| u16::try_from(number).ok());
        let seen = UsbSeen {
            vendor_id: short("idVendor"),
            product_id: short("idProduct"),
            release: short("bcdDevice"),
            class: short("bDeviceClass").and_then(|class| u8::try_from(class).ok()),
            vendor: text(&["kUSBVendorString", "USB Vendor Name"]),
            product: text(&["kUSBProductString", "USB Product Name"]),
            serial: text(&["kUSBSerialNumberString", "USB Serial Number"]),
            ..UsbSeen::default()
        };
        let signature = node.values.get("UsbDeviceSignature").and_then(bytes).unwrap_or_default();
        self.usb.push((node.name.clone(), seen, signature));
        self.usb.len() - 1
    }

    fn interface(&mut self, place: usize, node: &Node) -> Option<u8> {
        let byte =
            |key: &str| node.values.get(key).and_then(number).and_then(|number| u8::try_from(number).ok());
        if byte("bAlternateSetting").unwrap_or_default() != 0 {
            return None;
        }
        let interface = self.usb.get_mut(place)?.1.interface(byte("bInterfaceNumber")?);
        interface.class = byte("bInterfaceClass");
        interface.subclass = byte("bInterfaceSubClass").unwrap_or_default();
        interface.protocol = byte("bInterfaceProtocol").unwrap_or_default();
        let name = node.name.split('@').next().unwrap_or("");
        let named = node.values.get("kUSBString").and_then(Value::as_str).unwrap_or(name);
        named.clone_into(&mut interface.name);
        Some(interface.number)
    }

    fn below(&mut self, node: &Node, inside: Option<(usize, Option<u8>)>) {
        let get = |key: &str| node.values.get(key);
        let owner = inside.and_then(|(place, interface)| Some((&mut self.usb.get_mut(place)?.1, interface)));
        if let Some(descriptor) = get("ReportDescriptor").and_then(bytes) {
            match owner {
                Some((seen, interface)) => {
                    let interface = seen.interface(interface.unwrap_or(0));
                    if interface.descriptor.is_empty() {
                        interface.descriptor = descriptor;
                    }
                }
                None => self.others.push(alone(node, descriptor)),
            }
        } else if let Some(edid) = ["EDID", "IODisplayEDID"].iter().find_map(|key| bytes(get(key)?)) {
            let seen = DisplaySeen { edid, ..DisplaySeen::default() };
            self.others.push(Seen { label: node.name.clone(), device: Device::Display(Box::new(seen)) });
        } else if let Some(attributes) = get("DisplayAttributes") {
            let part = |key: &str| inner(attributes, key).unwrap_or_default();
            let seen = DisplaySeen {
                manufacturer: part("ManufacturerID"),
                name: part("ProductName"),
                serial: part("AlphanumericSerialNumber"),
                product: part("ProductID").parse().ok(),
                edid: Vec::new(),
            };
            self.others.push(Seen { label: node.name.clone(), device: Device::Display(Box::new(seen)) });
        } else if let Some((seen, _)) = owner {
            let names = get("Device Characteristics")
                .map(|list| (inner(list, "Vendor Name"), inner(list, "Product Name")));
            if let Some((Some(vendor), Some(product))) = names {
                let drive = (vendor.trim().to_owned(), product.trim().to_owned());
                if !seen.drives.contains(&drive) {
                    seen.drives.push(drive);
                }
            }
            if let Some(mac) = get("IOMACAddress").and_then(bytes) {
                seen.macs.push(mac.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"));
            }
        }
    }
}

fn alone(node: &Node, descriptor: Vec<u8>) -> Seen {
    let short =
        |key: &str| node.values.get(key).and_then(number).and_then(|number| u16::try_from(number).ok());
    let text = |key: &str| node.values.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    let seen = HidSeen {
        descriptor,
        vendor_id: short("VendorID"),
        product_id: short("ProductID"),
        name: text("Product"),
        is_usb: matches!(text("Transport").as_str(), "USB" | ""),
    };
    Seen { label: node.name.clone(), device: Device::Hid(seen) }
}

/// A device whose interfaces are not in the tree has their classes in its signature: vendor, product, release, serial
/// number, class of the device, then class, subclass and protocol of each kind of interface.
fn complete((_, seen, signature): &mut (String, UsbSeen, Vec<u8>)) {
    if !seen.interfaces.is_empty() {
        return;
    }
    let triples = signature.get(6 + seen.serial.len() + 3..).unwrap_or_default();
    for (number, triple) in (0..).zip(triples.as_chunks::<3>().0) {
        let interface = seen.interface(number);
        (interface.class, interface.subclass, interface.protocol) = (Some(triple[0]), triple[1], triple[2]);
    }
}

/// A number, also where it is written as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Bytes written as `<0501…>`.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    hex::parse(value.as_str()?.strip_prefix('<')?.strip_suffix('>')?)
}

/// A value inside a list, whether it was read or stayed text: `{"Vendor Name"="Acme","Count"=1}`.
fn inner(list: &Value, key: &str) -> Option<String> {
    match list {
        Value::Object(map) => match map.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => map.values().find_map(|value| value.is_object().then(|| inner(value, key))?),
        },
        Value::String(text) => {
            let marker = format!("\"{key}\"=");
            let rest = text.get(text.find(&marker)? + marker.len()..)?;
            match rest.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().map(str::to_owned),
                None => rest.split([',', '}']).next().map(str::to_owned),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const TEXT: &str = r#"+-o Root  <class IORegistryEntry, id 0x1>
  +-o Hub@1  <class IOUSBHostDevice, id 0x2>
    | {
    |   "idVendor" = 1452
    |   "idProduct" = 32770
    | }
    |
    +-o USB Keyboard@00100000  <class IOUSBHostDevice, id 0x3>
      | {
      |   "idVendor" = 1133
      |   "idProduct" = 49948
      |   "USB Product Name" = "USB Keyboard"
      |   "kUSBVendorString" = "Logitech"
      | }
      |
      +-o Keys@0  <class IOUSBHostInterface, id 0x4>
      | | {
      | |   "bInterfaceNumber" = 0
      | |   "bInterfaceClass" = 3
      | |   "bInterfaceSubClass" = 1
      | |   "bInterfaceProtocol" = 1
      | |   "idVendor" = 1133
      | |   "idProduct" = 49948
      | | }
      | +-o AppleUserUSBHostHIDDevice  <class AppleUserUSBHostHIDDevice, id 0x5>
      |       "ReportDescriptor" = <05010906a101c0>
      +-o Disc@1  <class IOUSBHostInterface, id 0x6>
        | {
        |   "bInterfaceNumber" = 1
        |   "bInterfaceClass" = 8
        | }
        +-o Peripheral  <class IOSCSIPeripheralDeviceNub, id 0x7>
              "Device Characteristics" = {"Vendor Name"="Acme","Product Name"="Stick  "}
  +-o Trackpad  <class AppleHIDTransportHIDDevice, id 0x8>
      {
        "Transport" = "SPI"
        "VendorID" = 1452
        "ReportDescriptor" = <05010902a101c0>
      }
  +-o DP  <class X>
      {
        "DisplayAttributes" = {"ProductAttributes"={"ManufacturerID"="DEL","ProductName"="DELL U2720Q","ProductID"=16615}}
      }
"#;

    #[test]
    fn a_tree_becomes_devices() {
        assert!(recognises(TEXT));
        let read = read(TEXT);
        let labels: Vec<&str> = read.devices.iter().map(|seen| seen.label.as_str()).collect();
        assert_eq!(labels, ["Hub@1", "USB Keyboard@00100000", "Trackpad", "DP"]);
        let Device::Usb(usb) = &read.devices[1].device else { panic!("no device") };
        assert_eq!((usb.vendor.as_str(), usb.product.as_str()), ("Logitech", "USB Keyboard"));
        assert_eq!(usb.interfaces.len(), 2);
        assert_eq!((usb.interfaces[0].name.as_str(), usb.interfaces[0].descriptor.len()), ("Keys", 7));
        assert_eq!(usb.drives, [("Acme".to_owned(), "Stick".to_owned())]);
        let Device::Hid(hid) = &read.devices[2].device else { panic!("no descriptor") };
        assert!(!hid.is_usb);
        let Device::Display(display) = &read.devices[3].device else { panic!("no display") };
        assert_eq!((display.manufacturer.as_str(), display.product), ("DEL", Some(16_615)));
    }

    #[test]
    fn a_node_by_itself_is_read() {
        let node = "IOHIDInterface  <class IOHIDInterface, id 0x1, registered>\n{\n  \"Transport\" = \"Bluetooth Low Energy\"\n  \
                    \"VendorID\" = 1133\n  \"Product\" = \"Mouse\"\n  \"ReportDescriptor\" = <05010902a101c0>\n}\n";
        for text in [node, node.split_once('\n').unwrap().1] {
            assert!(recognises(text));
            let read = read(text);
            let Device::Hid(hid) = &read.devices[0].device else { panic!("no descriptor") };
            assert_eq!((hid.name.as_str(), hid.vendor_id, hid.is_usb), ("Mouse", Some(1133), false));
        }
    }

    #[test]
    fn a_signature_stands_in_for_missing_interfaces() {
        let text = "+-o A@1  <class IOUSBHostDevice>\n    {\n      \"idVendor\" = 7531\n      \"idProduct\" = 260\n\
                    \x20     \"kUSBSerialNumberString\" = \"CAFE\"\n\
                    \x20     \"UsbDeviceSignature\" = <6b1d0401000143414645000000030101080650>\n    }\n";
        let read = read(text);
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        let triples: Vec<String> = usb.interfaces.iter().filter_map(|interface| interface.triple()).collect();
        assert_eq!(triples, ["03/01/01", "08/06/50"]);
    }
}
