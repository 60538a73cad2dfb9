//! Windows Plug and Play: instance ids, hardware and compatible ids, gathered from whatever log or export holds them.
//!
//! One device has many records (the composite parent, its functions, what hangs below them); they meet here by host,
//! vendor and product id. An instance part with `&` was made by Windows and is no serial number.

use std::collections::BTreeMap;

use crate::hex;
use crate::inventory::{Device, DisplaySeen, Seen, UsbSeen};

/// One record of one device node.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Computer, where the source has many.
    pub host: String,
    /// Instance id.
    pub instance: String,
    /// Description, friendly name: as many as there are.
    pub descriptions: Vec<String>,
    /// Name of the setup class.
    pub class_name: String,
    /// Hardware ids and compatible ids.
    pub ids: Vec<String>,
    /// EDID of a display.
    pub edid: Vec<u8>,
}

/// Devices as their records come in.
#[derive(Debug, Default)]
pub struct Nodes {
    usb: BTreeMap<(String, u16, u16), (String, UsbSeen)>,
    drives: Vec<(String, String, String, String)>,
    displays: BTreeMap<(String, String), DisplaySeen>,
}

/// Whether a text begins like an instance id that this module understands.
#[must_use]
pub fn is_instance(text: &str) -> bool {
    let upper: String = text.chars().take(12).collect::<String>().to_ascii_uppercase();
    ["USB\\VID_", "HID\\VID_", "USBSTOR\\", "DISPLAY\\"].iter().any(|start| upper.starts_with(start))
}

impl Nodes {
    /// Takes in one record; says whether it was of a kind that is judged.
    pub fn add(&mut self, record: &Record) -> bool {
        let upper = record.instance.to_ascii_uppercase();
        let mut parts = upper.splitn(3, '\\');
        let (kind, id) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        match kind {
            "USB" | "HID" => self.add_usb(record, kind == "HID", id),
            "USBSTOR" => self.add_drive(record),
            "DISPLAY" => self.add_display(record, id),
            _ => false,
        }
    }

    fn add_usb(&mut self, record: &Record, is_below: bool, id: &str) -> bool {
        let (Some(vendor), Some(product)) = (part(id, "VID_"), part(id, "PID_")) else { return false };
        let key = (record.host.clone(), vendor, product);
        let entry = self.usb.entry(key).or_insert_with(|| (record.instance.clone(), UsbSeen::default()));
        let seen = &mut entry.1;
        (seen.vendor_id, seen.product_id) = (Some(vendor), Some(product));
        for text in &record.descriptions {
            seen.describe(text);
        }
        let number = part(id, "MI_");
        if number.is_none() && !is_below {
            let serial = record.instance.splitn(3, '\\').nth(2).unwrap_or("");
            if !serial.contains('&') && !serial.is_empty() {
                serial.clone_into(&mut seen.serial);
            }
            record.instance.clone_into(&mut entry.0);
            seen.release = seen
                .release
                .or_else(|| record.ids.iter().find_map(|id| part(&id.to_ascii_uppercase(), "REV_")));
        }
        let number = number.and_then(|number| u8::try_from(number).ok());
        if is_below {
            let number = number.unwrap_or(0);
            add_usages(seen, number, record);
            // A numbered collection has others beside it, whether or not the log tells of them.
            if id.contains("&COL") {
                seen.interface(number).usages.push((0, 0));
            }
        } else {
            add_class(seen, number, record);
        }
        true
    }

    fn add_drive(&mut self, record: &Record) -> bool {
        let id = record.instance.split('\\').nth(1).unwrap_or("");
        let after = |start: &str| {
            let upper = id.to_ascii_uppercase();
            let from = upper.find(start)? + start.len();
            let rest = id.get(from..)?;
            Some(rest.split('&').next().unwrap_or(rest).replace('_', " ").trim().to_owned())
        };
        let (Some(vendor), Some(product)) = (after("VEN_"), after("PROD_")) else { return false };
        let drive = (record.host.clone(), record.instance.clone(), vendor, product);
        if !self.drives.contains(&drive) {
            self.drives.push(drive);
        }
        true
    }

    fn add_display(&mut self, record: &Record, id: &str) -> bool {
        let (Some(maker), Some(code)) = (id.get(..3), id.get(3..7)) else { return false };
        let Some(product) = hex::number(code) else { return false };
        let seen = self.displays.entry((record.host.clone(), record.instance.clone())).or_default();
        maker.clone_into(&mut seen.manufacturer);
        seen.product = Some(product);
        if !record.edid.is_empty() {
            record.edid.clone_into(&mut seen.edid);
        }
        let is_own = |text: &&String| !text.to_ascii_lowercase().contains("generic");
        if let Some(name) = record.descriptions.iter().find(is_own) {
            name.clone_into(&mut seen.name);
        }
        true
    }

    /// The devices, in the order of their ids.
    #[must_use]
    pub fn finish(mut self) -> Vec<Seen> {
        let label =
            |host: &str, id: &str| if host.is_empty() { id.to_owned() } else { format!("{host}: {id}") };
        let mut out = Vec::new();
        let mut alone = Vec::new();
        for (host, instance, vendor, product) in self.drives {
            // The instance of a drive ends in the serial number of the device that it sits in.
            let upper = instance.to_ascii_uppercase();
            let is_owner =
                |seen: &UsbSeen| seen.serial.len() >= 4 && upper.contains(&seen.serial.to_ascii_uppercase());
            let owner = self.usb.iter_mut().find(|(key, (_, seen))| key.0 == host && is_owner(seen));
            match owner {
                Some((_, (_, seen))) => seen.drives.push((vendor, product)),
                None => {
                    let seen = UsbSeen { drives: vec![(vendor, product)], ..UsbSeen::default() };
                    alone.push(Seen { label: label(&host, &instance), device: Device::Usb(Box::new(seen)) });
                }
            }
        }
        for ((host, ..), (instance, seen)) in self.usb {
            out.push(Seen { label: label(&host, &instance), device: Device::Usb(Box::new(seen)) });
        }
        out.extend(alone);
        for ((host, instance), seen) in self.displays {
            out.push(Seen { label: label(&host, &instance), device: Device::Display(Box::new(seen)) });
        }
        out
    }
}

/// The hex number after a marker inside an id: `VID_1D6B`.
fn part(id: &str, marker: &str) -> Option<u16> {
    let rest = id.get(id.find(marker)? + marker.len()..)?;
    let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
    hex::number(rest.get(..end.min(4))?)
}

/// The number that stands after a word in `USB\Class_03&SubClass_01&Prot_01`.
fn class_number(id: &str, word: &str) -> Option<u8> {
    let rest = id.split(['\\', '&']).find_map(|part| part.strip_prefix(word))?;
    u8::from_str_radix(rest, 16).ok()
}

fn add_class(seen: &mut UsbSeen, number: Option<u8>, record: &Record) {
    let upper: Vec<String> = record.ids.iter().map(|id| id.to_ascii_uppercase()).collect();
    let full = upper.iter().find(|id| id.contains("\\CLASS_") && id.contains("&PROT_"));
    let class = full.and_then(|id| class_number(id, "CLASS_"));
    if let (Some(id), Some(class)) = (full, class) {
        let interface = seen.interface(number.unwrap_or(0));
        interface.class = Some(class);
        interface.subclass = class_number(id, "SUBCLASS_").unwrap_or_default();
        interface.protocol = class_number(id, "PROT_").unwrap_or_default();
    } else if record.descriptions.iter().any(|text| text.contains("Mass Storage") || text.contains("USBSTOR"))
    {
        let interface = seen.interface(number.unwrap_or(0));
        (interface.class, interface.subclass, interface.protocol) = (Some(8), 6, 0x50);
    } else if let Some(number) = number {
        // Known to be there, not known of what class.
        let _ = seen.interface(number);
    }
}

fn add_usages(seen: &mut UsbSeen, number: u8, record: &Record) {
    let upper: Vec<String> = record.ids.iter().map(|id| id.to_ascii_uppercase()).collect();
    let by_number = upper.iter().find_map(|id| {
        let (page, usage) = id.strip_prefix("HID_DEVICE_UP:")?.split_once("_U:")?;
        Some((hex::number(page)?, hex::number(usage)?))
    });
    let is_class = |name: &str| record.class_name.eq_ignore_ascii_case(name);
    let is_named =
        |word: &str| record.descriptions.iter().any(|text| text.to_ascii_lowercase().contains(word));
    let has = |id: &str| upper.iter().any(|known| known == id);
    let usage = by_number
        .or_else(|| {
            (has("HID_DEVICE_SYSTEM_KEYBOARD") || is_class("Keyboard") || is_named("keyboard device"))
                .then_some((1, 6))
        })
        .or_else(|| {
            (has("HID_DEVICE_SYSTEM_MOUSE") || is_class("Mouse") || is_named("compliant mouse"))
                .then_some((1, 2))
        });
    if let Some(usage) = usage {
        let interface = seen.interface(number);
        if !interface.usages.contains(&usage) {
            interface.usages.push(usage);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(instance: &str, class_name: &str, ids: &[&str]) -> Record {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        Record { instance: instance.to_owned(), class_name: class_name.to_owned(), ids, ..Record::default() }
    }

    #[test]
    fn functions_meet_in_one_device_and_drives_find_their_owner() {
        let mut nodes = Nodes::default();
        for (instance, class_name, ids) in [
            ("USB\\VID_1234&PID_0A0B\\SER001", "USB", vec!["USB\\VID_1234&PID_0A0B&REV_0100"]),
            (
                "USB\\VID_1234&PID_0A0B&MI_00\\6&1&0&0000",
                "HIDClass",
                vec!["USB\\Class_03&SubClass_01&Prot_01"],
            ),
            ("HID\\VID_1234&PID_0A0B&MI_01\\7&2&0&0000", "Mouse", vec!["HID_DEVICE_UP:0001_U:0002"]),
            ("USBSTOR\\Disk&Ven_Acme&Prod_Stick_One&Rev_1\\7&3&0&SER001&0", "DiskDrive", vec![]),
            ("USBSTOR\\Disk&Ven_Other&Prod_Stick&Rev_1\\X&0", "DiskDrive", vec![]),
        ] {
            assert!(nodes.add(&record(instance, class_name, &ids)), "{instance}");
        }
        assert!(!nodes.add(&record("ROOT\\X\\0000", "", &[])));
        assert!(!nodes.add(&record("USB\\ROOT_HUB30\\4&1", "", &[])));
        let seen = nodes.finish();
        assert_eq!(seen.len(), 2);
        let Device::Usb(usb) = &seen[0].device else { panic!("no device") };
        assert_eq!((usb.serial.as_str(), usb.release), ("SER001", Some(0x0100)));
        assert_eq!(usb.interfaces[0].triple().unwrap(), "03/01/01");
        assert_eq!(usb.interfaces[1].usages, [(1, 2)]);
        assert_eq!(usb.drives, [("Acme".to_owned(), "Stick One".to_owned())]);
    }

    #[test]
    fn what_windows_makes_up_is_no_serial_number() {
        let mut nodes = Nodes::default();
        nodes.add(&record("USB\\VID_413C&PID_2011\\6&1a2b3c4&0&1", "USB", &[]));
        let Device::Usb(usb) = &nodes.finish()[0].device else { panic!("no device") };
        assert_eq!(usb.serial, "");
    }

    #[test]
    fn displays_have_maker_and_code() {
        let mut nodes = Nodes::default();
        nodes.add(&record("DISPLAY\\LNX7771\\5&1&0&UID4352", "Monitor", &[]));
        assert!(!nodes.add(&record("DISPLAY\\Default_Monitor\\4&1", "Monitor", &[])));
        let Device::Display(display) = &nodes.finish()[0].device else { panic!("no display") };
        assert_eq!((display.manufacturer.as_str(), display.product), ("LNX", Some(0x7771)));
    }
}
