//! Windows events in XML: 6416 (a device was recognised) and its kin with `DeviceId` among the data.

use super::pnp::{Nodes, Record};
use super::xml::{self, Element};
use super::{Read, Reader};
use crate::inventory::Seen;

/// The format.
pub const READER: Reader = Reader { format: "Windows event XML", recognises, read };

fn recognises(text: &str) -> bool {
    text.contains("<Event ") || text.contains("<Event>") || text.contains(":Event ")
}

fn read(text: &str) -> Read {
    let mut nodes = Nodes::default();
    let mut read = Read::default();
    let mut pending: Vec<&Element> = Vec::new();
    let root = xml::parse(text);
    pending.push(&root);
    let mut events = 0;
    while let Some(element) = pending.pop() {
        if element.name == "Event" {
            events += 1;
            nodes.add(&record(element));
        } else {
            pending.extend(element.children.iter().rev());
        }
    }
    if events == 0 {
        read.rejects.push((1, "no event could be read"));
    }
    read.devices = nodes.finish();
    read
}

/// The devices of an event that another format carries as text: whole, or its data only.
pub(super) fn inside(text: &str, host: &str) -> Vec<Seen> {
    let mut nodes = Nodes::default();
    let mut pending = vec![xml::parse(text)];
    while let Some(element) = pending.pop() {
        if element.children.iter().any(|child| matches!(child.name.as_str(), "EventData" | "UserData")) {
            let mut record = record(&element);
            if record.host.is_empty() {
                host.clone_into(&mut record.host);
            }
            nodes.add(&record);
        } else {
            pending.extend(element.children);
        }
    }
    nodes.finish()
}

fn record(event: &Element) -> Record {
    let mut record = Record::default();
    if let Some(computer) = event.child("System").and_then(|system| system.child("Computer")) {
        computer.text.clone_into(&mut record.host);
    }
    let data = ["EventData", "UserData"].iter().find_map(|name| event.child(name));
    for part in data.map_or(&[][..], |data| &data.children) {
        add(&mut record, part.attribute("Name"), &part.text);
    }
    record
}

/// Takes in one named value of an event, however the event was shipped.
pub fn add(record: &mut Record, name: &str, value: &str) {
    match name {
        "DeviceId" => value.trim().clone_into(&mut record.instance),
        "DeviceDescription" => record.descriptions.push(value.trim().to_owned()),
        "ClassName" => value.trim().clone_into(&mut record.class_name),
        "VendorIds" | "CompatibleIds" | "HardwareIds" => record.ids.extend(ids(value)),
        _ => {}
    }
}

/// Ids as a list of lines, or as a JSON array in a string.
fn ids(value: &str) -> Vec<String> {
    if let Ok(list) = serde_json::from_str::<Vec<String>>(value) {
        return list;
    }
    value
        .split_whitespace()
        .map(|id| id.trim_matches([',', '[', ']', '"']).to_owned())
        .filter(|id| !id.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn events_of_several_hosts_stay_apart() {
        let event = |host: &str, mi: &str, prot: &str| {
            format!(
                "<Event xmlns='x'><System><EventID>6416</EventID><Computer>{host}</Computer></System><EventData>\
                 <Data Name='ClassName'>HIDClass</Data><Data Name='DeviceId'>USB\\VID_258A&amp;PID_0001&amp;{mi}\\6&amp;1</Data>\
                 <Data Name='DeviceDescription'>USB Input Device</Data>\
                 <Data Name='CompatibleIds'>\n\t\tUSB\\Class_03&amp;SubClass_01&amp;{prot}\n\t\tUSB\\Class_03</Data>\
                 </EventData></Event>"
            )
        };
        let text =
            [event("A", "MI_00", "Prot_01"), event("A", "MI_01", "Prot_02"), event("B", "MI_00", "Prot_01")]
                .concat();
        assert!(recognises(&text));
        let read = read(&format!("<Events>{text}</Events>"));
        assert_eq!(read.devices.len(), 2);
        assert!(read.devices[0].label.starts_with("A: USB\\VID_258A"));
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(usb.interfaces.len(), 2);
        assert_eq!(usb.interfaces[1].triple().unwrap(), "03/01/02");
    }

    #[test]
    fn ids_come_as_lines_or_as_an_array() {
        assert_eq!(ids("[\"USB\\\\A\",\"USB\\\\B\"]"), ["USB\\A", "USB\\B"]);
        assert_eq!(ids("\n\tUSB\\A\n\tUSB\\B\n"), ["USB\\A", "USB\\B"]);
    }
}
