//! `system_profiler SPUSBDataType SPDisplaysDataType` as text: names with a colon, below them indented fields.

use serde_json::{Map, Value};

use super::{Read, Reader, json};

/// The format.
pub const READER: Reader = Reader { format: "system_profiler", recognises, read };

fn recognises(text: &str) -> bool {
    let has = |field: &str| text.lines().take(5000).any(|line| line.trim_start().starts_with(field));
    (has("Vendor ID: 0x") && has("Product ID: 0x")) || (has("Graphics/Displays:") && has("Display"))
}

/// Fields of the text and the names that the JSON of the same program has for them.
const FIELDS: [(&str, &str); 8] = [
    ("Product ID", "product_id"),
    ("Vendor ID", "vendor_id"),
    ("Serial Number", "serial_num"),
    ("Manufacturer", "manufacturer"),
    ("Display Serial Number", "spdisplays_display-serial-number"),
    ("Display Type", "spdisplays_display_type"),
    ("Resolution", "_spdisplays_pixels"),
    ("Online", "spdisplays_online"),
];

fn read(text: &str) -> Read {
    let mut values = Vec::new();
    let mut current: Option<(usize, Map<String, Value>)> = None;
    let mut section = "";
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let inner = line.trim();
        if let Some(name) = inner.strip_suffix(':') {
            values.extend(current.take().map(|(_, map)| Value::Object(map)));
            if indent == 0 {
                section = name;
            }
            current = Some((indent, Map::from_iter([("_name".to_owned(), Value::from(name))])));
        } else if let (Some((name, value)), Some((at, map))) = (inner.split_once(": "), &mut current)
            && indent > *at
            && let Some((_, key)) = FIELDS.iter().find(|(known, _)| *known == name)
        {
            map.insert((*key).to_owned(), Value::from(value.trim()));
            // The text does not give a display's ids; what makes it one is its resolution below a card.
            if *key == "_spdisplays_pixels" && section.starts_with("Graphics") {
                map.insert("_spdisplays_display-vendor-id".to_owned(), Value::from(""));
            }
        }
    }
    values.extend(current.map(|(_, map)| Value::Object(map)));
    json::of_values(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn devices_and_displays_are_read() {
        let text = "Graphics/Displays:\n\n    Apple M1:\n\n      Type: GPU\n      Displays:\n        T749-fHD720:\n\
                    \x20         Resolution: 1920 x 1080 (1080p FHD)\n          Online: Yes\n\
                    USB:\n\n    USB 3.1 Bus:\n\n      Host Controller Driver: AppleT8103USBXHCI\n\n        PiKVM Composite Device:\n\n\
                    \x20         Product ID: 0x0104\n          Vendor ID: 0x1d6b  (The Linux Foundation)\n\
                    \x20         Serial Number: CAFEBABE\n          Manufacturer: PiKVM\n";
        assert!(recognises(text));
        let read = read(text);
        assert_eq!(read.devices.len(), 2, "{read:?}");
        let Device::Display(display) = &read.devices[0].device else { panic!("no display") };
        assert_eq!(display.name, "T749-fHD720");
        let Device::Usb(usb) = &read.devices[1].device else { panic!("no device") };
        assert_eq!(
            (usb.vendor_id, usb.vendor.as_str(), usb.serial.as_str()),
            (Some(0x1d6b), "PiKVM", "CAFEBABE")
        );
    }
}
