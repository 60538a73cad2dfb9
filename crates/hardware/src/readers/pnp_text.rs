//! Any text with Windows instance ids in it: pnputil, Get-PnpDevice, Win32_PnPEntity lists, tickets. The last resort.

use super::pnp::{Nodes, Record};
use super::{Read, Reader};
use crate::hex;
use crate::inventory::Seen;

/// The format.
pub const READER: Reader = Reader { format: "text with device instance ids", recognises, read };

const STARTS: [&str; 4] = ["USB\\VID_", "HID\\VID_", "USBSTOR\\", "DISPLAY\\"];

fn recognises(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    STARTS.iter().any(|start| upper.contains(start))
}

/// The instance ids of a line.
fn instances(line: &str) -> Vec<&str> {
    let upper = line.to_ascii_uppercase();
    let mut found: Vec<(usize, &str)> = Vec::new();
    for start in STARTS {
        for (place, _) in upper.match_indices(start) {
            // `HID\VID_` inside `USB\...` paths or a longer word is none.
            let is_word = upper
                .get(..place)
                .is_none_or(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
            let rest = line.get(place..).unwrap_or("");
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '}' | ')' | '\''));
            if is_word {
                let whole = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
                // Keys of the registry go on below the instance.
                let third = whole.match_indices('\\').nth(2).map_or(whole.len(), |(place, _)| place);
                found.push((place, whole.get(..third).unwrap_or(whole)));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, instance)| instance).collect()
}

/// What stands after `name :` in a list.
fn field<'a>(line: &'a str, names: &[&str]) -> Option<&'a str> {
    let (name, value) = line.split_once(':')?;
    names.iter().any(|known| name.trim().eq_ignore_ascii_case(known)).then(|| value.trim())
}

fn read(text: &str) -> Read {
    let nodes = if is_event(text) { of_event(text, "") } else { of_sections(text, "") };
    Read { devices: nodes.finish(), ..Read::default() }
}

/// The devices of a text that another format carries.
pub(super) fn inside(text: &str, host: &str) -> Vec<Seen> {
    if !recognises(text) {
        return Vec::new();
    }
    if is_event(text) { of_event(text, host) } else { of_sections(text, host) }.finish()
}

/// Event 6416 in words, as viewers and forwarders print it.
fn is_event(text: &str) -> bool {
    text.contains("Device ID:") && text.contains("Compatible IDs:")
}

/// Its fields stand apart with empty lines between them, and its lists below their heads.
fn of_event(text: &str, host: &str) -> Nodes {
    let mut nodes = Nodes::default();
    let new = || Record { host: host.to_owned(), ..Record::default() };
    let mut current = new();
    let mut is_list = false;
    for line in text.lines() {
        if let Some(instance) = field(line, &["Device ID"]) {
            nodes.add(&std::mem::replace(&mut current, new()));
            instance.clone_into(&mut current.instance);
            is_list = false;
        } else if let Some(name) = field(line, &["Device Name", "Device Description"]) {
            current.descriptions.push(name.to_owned());
            is_list = false;
        } else if let Some(name) = field(line, &["Class Name"]) {
            name.clone_into(&mut current.class_name);
            is_list = false;
        } else if let Some(first) = field(line, &["Vendor IDs", "Compatible IDs", "Hardware IDs"]) {
            is_list = true;
            current.ids.extend((!first.is_empty()).then(|| first.to_owned()));
        } else if is_list && line.contains('\\') && !line.contains(": ") {
            current.ids.extend(line.split_whitespace().map(str::to_owned));
        } else if !line.trim().is_empty() {
            is_list = false;
        }
    }
    nodes.add(&current);
    nodes
}

/// A section ends at an empty line; its fields belong to its first instance id, other ids of it are hardware ids.
fn of_sections(text: &str, host: &str) -> Nodes {
    let mut nodes = Nodes::default();
    let new = || Record { host: host.to_owned(), ..Record::default() };
    let mut current = new();
    for line in text.lines().chain(std::iter::once("")) {
        if line.trim().is_empty() {
            nodes.add(&std::mem::replace(&mut current, new()));
            continue;
        }
        if let Some(value) =
            field(line, &["Device Description", "Description", "Caption", "Name", "FriendlyName"])
        {
            current.descriptions.push(value.to_owned());
        } else if let Some(value) = field(line, &["Class Name", "PNPClass", "Class", "ClassName"]) {
            value.clone_into(&mut current.class_name);
        }
        // `reg query` prints values as `    EDID    REG_BINARY    00FF…`.
        if let Some((name, digits)) = line.split_once("REG_BINARY")
            && name.trim() == "EDID"
            && let Some(bytes) = hex::parse(digits)
        {
            current.edid = bytes;
        }
        for instance in instances(line) {
            // A second device without an empty line between them: a table or running text.
            let is_id =
                field(line, &["HardwareID", "Hardware IDs", "CompatibleID", "Compatible IDs"]).is_some();
            if is_id || instance.to_ascii_uppercase().contains("\\CLASS_") {
                current.ids.push(instance.to_owned());
            } else if current.instance.is_empty() {
                instance.clone_into(&mut current.instance);
            } else if current.instance != instance {
                nodes.add(&std::mem::replace(&mut current, new()));
                instance.clone_into(&mut current.instance);
            }
        }
        let upper = line.to_ascii_uppercase();
        if let Some(place) = upper.find("USB\\CLASS_") {
            let rest = line.get(place..).unwrap_or("");
            let rest = rest.replace("\\0", " ");
            current.ids.extend(rest.split([',', '}', ' ']).filter(|id| !id.is_empty()).map(str::to_owned));
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn an_event_in_words_keeps_its_lists() {
        let text = "A new external device was recognized by the system.\r\n\r\nDevice ID:\t\tUSB\\VID_046D&PID_C31C&MI_00\\6&1\r\n\r\n\
                    Device Name:\t\tUSB Input Device\r\n\r\nClass Name:\t\tHIDClass\r\n\r\nVendor IDs:\r\n\t\t\tUSB\\VID_046D&PID_C31C\r\n\r\n\
                    Compatible IDs:\r\n\t\t\tUSB\\Class_03&SubClass_01&Prot_01\r\n\t\t\tUSB\\Class_03\r\n\r\n\
                    Location Information:\r\n";
        let found = inside(text, "lap-7");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].label.starts_with("lap-7: "));
        let Device::Usb(usb) = &found[0].device else { panic!("no device") };
        assert_eq!(usb.interfaces[0].triple().unwrap(), "03/01/01");
    }

    #[test]
    fn lists_and_running_text_are_read() {
        let text = "Instance ID:                USB\\VID_0951&PID_1666\\60A44C\r\n\
                    Device Description:         USB Mass Storage Device\r\nClass Name:                 USB\r\n\r\n\
                    PNPDeviceID : USBSTOR\\DISK&VEN_KINGSTON&PROD_DATATRAVELER&REV_PMAP\\60A44C&0\r\n\
                    we saw USB\\VID_046D&PID_C31C\\5&2, and DISPLAY\\DELA0C3\\4&1.\r\n";
        assert!(recognises(text));
        let read = read(text);
        let labels: Vec<&str> = read.devices.iter().map(|seen| seen.label.as_str()).collect();
        assert_eq!(
            labels,
            ["USB\\VID_046D&PID_C31C\\5&2", "USB\\VID_0951&PID_1666\\60A44C", "DISPLAY\\DELA0C3\\4&1."]
        );
        let Device::Usb(usb) = &read.devices[1].device else { panic!("no device") };
        assert_eq!(usb.drives[0].0, "KINGSTON");
        assert_eq!(usb.descriptions, ["USB Mass Storage Device"]);
    }
}
