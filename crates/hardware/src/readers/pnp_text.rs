//! Any text with Windows instance ids in it: pnputil, Get-PnpDevice, Win32_PnPEntity lists, tickets. The last resort.

use super::pnp::{Nodes, Record};
use super::{Read, Reader};

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
                found.push((place, rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)));
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

/// A section ends at an empty line; its fields belong to its first instance id, other ids of it are hardware ids.
fn read(text: &str) -> Read {
    let mut nodes = Nodes::default();
    let mut current = Record::default();
    for line in text.lines().chain(std::iter::once("")) {
        if line.trim().is_empty() {
            nodes.add(&std::mem::take(&mut current));
            continue;
        }
        if let Some(value) =
            field(line, &["Device Description", "Description", "Caption", "Name", "FriendlyName"])
        {
            current.descriptions.push(value.to_owned());
        } else if let Some(value) = field(line, &["Class Name", "PNPClass", "Class", "ClassName"]) {
            value.clone_into(&mut current.class_name);
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
                nodes.add(&std::mem::take(&mut current));
                instance.clone_into(&mut current.instance);
            }
        }
        let upper = line.to_ascii_uppercase();
        if let Some(place) = upper.find("USB\\CLASS_") {
            let rest = line.get(place..).unwrap_or("");
            current.ids.extend(rest.split([',', '}', ' ']).filter(|id| !id.is_empty()).map(str::to_owned));
        }
    }
    Read { devices: nodes.finish(), ..Read::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

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
