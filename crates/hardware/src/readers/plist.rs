//! Property lists in XML: `ioreg -a`, `system_profiler -xml`.

use serde_json::{Map, Value};

use super::ioreg::{self, Node};
use super::xml::{self, Element};
use super::{Read, Reader, json};
use crate::hex;

/// The format.
pub const READER: Reader = Reader { format: "property list", recognises, read };

fn recognises(text: &str) -> bool {
    text.contains("<plist") || text.trim_start().starts_with("<dict>")
}

fn read(text: &str) -> Read {
    let root = xml::parse(text);
    let list = root.child("plist").unwrap_or(&root);
    let values: Vec<Value> = list.children.iter().map(|element| value(element, 0)).collect();
    if values.is_empty() {
        return Read { rejects: vec![(1, "no value in the property list")], ..Read::default() };
    }
    let mut read = of_values(values);
    if text.contains("<plist") && !text.contains("</plist>") {
        read.rejects.push((text.lines().count().max(1), "the property list is cut off"));
    }
    read
}

/// Finds the devices of values, whichever form of list they come from.
pub(super) fn of_values(values: Vec<Value>) -> Read {
    let mut read = Read::default();
    for value in values {
        let part =
            if is_tree(&value) { ioreg::interpret(&tree(value)) } else { json::of_values(vec![value]) };
        read.devices.extend(part.devices);
        read.rejects.extend(part.rejects);
    }
    read
}

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 300;

fn value(element: &Element, depth: usize) -> Value {
    if depth > DEPTH_MAX {
        return Value::Null;
    }
    match element.name.as_str() {
        "dict" => {
            let mut map = Map::new();
            let mut children = element.children.iter();
            while let Some(key) = children.next() {
                let Some(inside) = children.next() else { break };
                map.insert(key.text.clone(), value(inside, depth + 1));
            }
            Value::Object(map)
        }
        "array" => Value::Array(element.children.iter().map(|child| value(child, depth + 1)).collect()),
        "integer" => element.text.trim().parse::<i64>().map_or(Value::Null, Value::from),
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "data" => Value::String(format!("<{}>", hex::write(&hex::base64(&element.text).unwrap_or_default()))),
        _ => Value::String(element.text.clone()),
    }
}

fn is_tree(value: &Value) -> bool {
    match value {
        Value::Object(map) => ["IORegistryEntryName", "IORegistryEntryChildren", "IOObjectClass"]
            .iter()
            .any(|key| map.contains_key(*key)),
        Value::Array(list) => list.first().is_some_and(is_tree),
        _ => false,
    }
}

fn tree(value: Value) -> Node {
    match value {
        Value::Array(list) => Node { children: list.into_iter().map(tree).collect(), ..Node::default() },
        Value::Object(mut map) => {
            let children = match map.remove("IORegistryEntryChildren") {
                Some(Value::Array(list)) => list.into_iter().map(tree).collect(),
                _ => Vec::new(),
            };
            let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
            let (name, place) = (text("IORegistryEntryName"), text("IORegistryEntryLocation"));
            let name = if place.is_empty() { name } else { format!("{name}@{place}") };
            Node { name, values: map, children }
        }
        _ => Node::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn a_tree_in_xml_is_the_same_tree() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE plist><plist version=\"1.0\"><dict>\
                    <key>IORegistryEntryName</key><string>Root</string><key>IORegistryEntryChildren</key><array><dict>\
                    <key>IORegistryEntryName</key><string>Board</string><key>idVendor</key><integer>1133</integer>\
                    <key>idProduct</key><integer>49948</integer><key>IORegistryEntryChildren</key><array><dict>\
                    <key>IORegistryEntryName</key><string>HID Interface</string><key>bInterfaceNumber</key><integer>0</integer>\
                    <key>bInterfaceClass</key><integer>3</integer><key>IORegistryEntryChildren</key><array><dict>\
                    <key>ReportDescriptor</key><data>BQEJBqEBwA==</data></dict></array></dict></array></dict></array>\
                    </dict></plist>";
        assert!(recognises(text));
        let read = read(text);
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(read.devices[0].label, "Board");
        assert_eq!(
            (usb.interfaces[0].name.as_str(), usb.interfaces[0].descriptor.len()),
            ("HID Interface", 7)
        );
        assert!(read.rejects.is_empty());
        let cut = super::read(text.trim_end_matches("</plist>"));
        assert_eq!((cut.devices.len(), cut.rejects.len()), (1, 1));
    }
}
