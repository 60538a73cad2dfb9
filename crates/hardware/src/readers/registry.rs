//! Registry exports (`reg export`): `Enum\USB`, `Enum\HID`, `Enum\USBSTOR`, `Enum\DISPLAY` with EDID values.

use super::pnp::{Nodes, Record};
use super::{Read, Reader};
use crate::hex;

/// The format.
pub const READER: Reader = Reader { format: "registry export", recognises, read };

fn recognises(text: &str) -> bool {
    let head = text.trim_start();
    head.starts_with("Windows Registry Editor") || head.starts_with("REGEDIT4") || head.starts_with("[HKEY_")
}

/// The instance id of a key below `Enum`, and what is below that.
fn instance(key: &str) -> Option<(String, &str)> {
    let upper = key.to_ascii_uppercase();
    let rest = key.get(upper.find("\\ENUM\\")? + "\\ENUM\\".len()..)?;
    let mut parts = rest.splitn(4, '\\');
    let (kind, id, serial) = (parts.next()?, parts.next()?, parts.next()?);
    Some((format!("{kind}\\{id}\\{serial}"), parts.next().unwrap_or("")))
}

fn read(text: &str) -> Read {
    let mut nodes = Nodes::default();
    let mut read = Read::default();
    let mut current = Record::default();
    let mut rest = text.lines().enumerate().peekable();
    while let Some((place, line)) = rest.next() {
        if let Some(key) = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            nodes.add(&std::mem::take(&mut current));
            if let Some((instance, _)) = instance(key) {
                current.instance = instance;
            }
            continue;
        }
        let mut whole = line.trim().to_owned();
        while whole.ends_with('\\') && !whole.ends_with("\\\"") {
            whole.pop();
            let Some((_, next)) = rest.next() else { break };
            whole.push_str(next.trim());
        }
        if !current.instance.is_empty() && !value(&whole, &mut current) {
            read.rejects.push((place + 1, "the value is not what its name says"));
        }
    }
    nodes.add(&current);
    read.devices = nodes.finish();
    read
}

/// Takes in `"Name"=value`; `false` where the value cannot be read.
fn value(line: &str, current: &mut Record) -> bool {
    let Some((name, value)) = line.strip_prefix('"').and_then(|line| line.split_once("\"=")) else {
        return true;
    };
    match name {
        "DeviceDesc" | "FriendlyName" => {
            // `@input.inf,%hid.devicedesc%;USB Input Device`: the text is after the semicolon.
            let text = string(value);
            current.descriptions.push(text.rsplit(';').next().unwrap_or(&text).to_owned());
            true
        }
        "Class" => {
            current.class_name = string(value);
            true
        }
        "HardwareID" | "CompatibleIDs" => strings(value).map(|ids| current.ids.extend(ids)).is_some(),
        "EDID" => match binary(value) {
            Some(bytes) => {
                current.edid = bytes;
                true
            }
            None => false,
        },
        _ => true,
    }
}

fn string(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or("");
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn binary(value: &str) -> Option<Vec<u8>> {
    let digits = value.strip_prefix("hex")?;
    let digits = digits.split_once(':')?.1;
    hex::parse(digits)
}

/// A list of strings, `hex(7)`, in UTF-16.
fn strings(value: &str) -> Option<Vec<String>> {
    let bytes = binary(value)?;
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let text = String::from_utf16_lossy(&units);
    Some(text.split('\0').filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    fn list(ids: &[&str]) -> String {
        let text: String = ids.iter().map(|id| format!("{id}\0")).collect::<String>() + "\0";
        let bytes: Vec<String> =
            text.encode_utf16().flat_map(u16::to_le_bytes).map(|byte| format!("{byte:02x}")).collect();
        format!("hex(7):{}", bytes.join(","))
    }

    #[test]
    fn keys_values_and_broken_lines_are_read() {
        let ids = list(&["USB\\Class_03&SubClass_01&Prot_02", "USB\\Class_03"]);
        let (first, second) = ids.split_at(40);
        let root = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum";
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n{root}\\USB\\VID_046D&PID_C077\\5&1]\r\n\
             \"DeviceDesc\"=\"@input.inf,%hid.devicedesc%;USB Input Device\"\r\n\
             \"CompatibleIDs\"={first}\\\r\n  {second}\r\n\
             {root}\\DISPLAY\\DEL1234\\4&2&0&UID1\\Device Parameters]\r\n\"EDID\"=hex:00,ff,ff,\\\r\n  ff\r\n\
             {root}\\DISPLAY\\DEL1234\\4&2&0&UID2\\Device Parameters]\r\n\"EDID\"=hex:zz\r\n"
        );
        assert!(recognises(&text));
        let read = read(&text);
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(usb.interfaces[0].triple().unwrap(), "03/01/02");
        assert_eq!(usb.descriptions, ["USB Input Device"]);
        let Device::Display(display) = &read.devices[1].device else { panic!("no display") };
        assert_eq!(display.edid, [0, 0xff, 0xff, 0xff]);
        assert_eq!(read.rejects.len(), 1);
    }
}
