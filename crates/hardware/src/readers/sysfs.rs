//! Attributes of sysfs as `path:value` lines, the way `grep -r . /sys/bus/usb/devices/*/` prints them. Binary files
//! (`report_descriptor`, `edid`, `descriptors`) stand in hex.

use std::collections::BTreeMap;

use super::{Read, Reader, SYSFS_ATTRIBUTES};
use crate::inventory::{Device, DisplaySeen, HidSeen, Seen, UsbSeen};
use crate::{configuration, hex};

/// The format.
pub const READER: Reader = Reader { format: "sysfs", recognises, read };

const NAMES: [&str; 5] = ["/idVendor:", "/bInterfaceClass:", "/report_descriptor:", "/edid:", "/address:"];

fn recognises(text: &str) -> bool {
    text.lines()
        .take(5000)
        .any(|line| line.starts_with(['/', '.']) && NAMES.iter().any(|name| line.contains(name)))
}

/// Splits `…/1-1:1.0/bInterfaceClass:03` into folder, name, value; folders have colons too.
fn split(line: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = line.get(from..)?.find(':') {
        let place = from + found;
        let (path, value) = (line.get(..place)?, line.get(place + 1..)?);
        let (folder, name) = path.rsplit_once('/')?;
        // A name of an attribute begins with a letter and has neither dot nor dash; a folder 1-1:1.0 does not.
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(['.', '-']);
        // Folders have names like attributes (pci0000:00/…), so a value with a slash needs a name that is known.
        let is_known = SYSFS_ATTRIBUTES.contains(&name) || matches!(name, "report_descriptor" | "edid");
        if is_known || is_name && !value.contains('/') {
            return Some((folder, name, value));
        }
        from = place + 1;
    }
    None
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut folders: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match split(line) {
            Some((folder, name, value)) => {
                folders.entry(folder).or_default().entry(name).or_insert(value.trim());
            }
            None => read.rejects.push((place + 1, "not an attribute")),
        }
    }
    let mut devices: BTreeMap<String, UsbSeen> = BTreeMap::new();
    for (folder, values) in folders.iter().filter(|(_, values)| values.contains_key("idVendor")) {
        devices.insert(key(folder), device(values));
    }
    for (folder, values) in &folders {
        let label = (*folder).to_owned();
        if let Some(bytes) = values.get("edid").and_then(|digits| hex::parse(digits)) {
            let seen = DisplaySeen { edid: bytes, ..DisplaySeen::default() };
            read.devices.push(Seen { label, device: Device::Display(Box::new(seen)) });
        } else if values.contains_key("bInterfaceClass") {
            add_interface(&mut devices, folder, values);
        } else if let Some(bytes) = values.get("report_descriptor").and_then(|digits| hex::parse(digits)) {
            if let Some(seen) = add_descriptor(&mut devices, folder, bytes) {
                read.devices.push(Seen { label, device: Device::Hid(seen) });
            }
        } else if let (Some(mac), Some(owner)) = (values.get("address"), owner(&mut devices, folder)) {
            owner.macs.push((*mac).to_owned());
        }
    }
    let usb = devices.into_iter().map(|(label, seen)| Seen { label, device: Device::Usb(Box::new(seen)) });
    read.devices.extend(usb);
    read
}

/// The name of a device's own folder: `1-1` in `/sys/bus/usb/devices/1-1`.
fn key(folder: &str) -> String {
    folder.rsplit('/').next().unwrap_or(folder).to_owned()
}

fn device(values: &BTreeMap<&str, &str>) -> UsbSeen {
    let value = |name: &str| values.get(name).copied().unwrap_or("");
    let mut seen = value_bytes(value("descriptors")).unwrap_or_default();
    seen.vendor_id = hex::number(value("idVendor"));
    seen.product_id = hex::number(value("idProduct"));
    seen.release = hex::number(value("bcdDevice"));
    seen.class = hex::number(value("bDeviceClass")).and_then(|class| u8::try_from(class).ok());
    value("manufacturer").clone_into(&mut seen.vendor);
    value("product").clone_into(&mut seen.product);
    value("serial").clone_into(&mut seen.serial);
    value("configuration").clone_into(&mut seen.configuration);
    seen
}

fn value_bytes(digits: &str) -> Option<UsbSeen> {
    configuration::parse(&hex::parse(digits)?)
}

/// The device and interface number that a path runs through, innermost first.
fn place(folder: &str) -> Option<(String, u8)> {
    folder.rsplit('/').find_map(|part| {
        let (device, rest) = part.split_once(':')?;
        let (configuration, number) = rest.split_once('.')?;
        configuration.parse::<u8>().ok()?;
        device.contains('-').then_some(())?;
        Some((device.to_owned(), number.parse().ok()?))
    })
}

fn owner<'a>(devices: &'a mut BTreeMap<String, UsbSeen>, folder: &str) -> Option<&'a mut UsbSeen> {
    let (device, _) = place(folder)?;
    devices.get_mut(&device)
}

fn add_interface(devices: &mut BTreeMap<String, UsbSeen>, folder: &str, values: &BTreeMap<&str, &str>) {
    let Some((device, number)) = place(folder) else { return };
    let byte = |name: &str| {
        let number = values.get(name).and_then(|value| hex::number(value))?;
        u8::try_from(number).ok()
    };
    let interface = devices.entry(device).or_default().interface(number);
    interface.class = byte("bInterfaceClass");
    interface.subclass = byte("bInterfaceSubClass").unwrap_or_default();
    interface.protocol = byte("bInterfaceProtocol").unwrap_or_default();
    values.get("interface").copied().unwrap_or("").clone_into(&mut interface.name);
}

/// Gives a descriptor to its interface, or returns it where it has none (I2C, Bluetooth, hidraw by itself).
fn add_descriptor(devices: &mut BTreeMap<String, UsbSeen>, folder: &str, bytes: Vec<u8>) -> Option<HidSeen> {
    if let Some((device, number)) = place(folder) {
        devices.entry(device).or_default().interface(number).descriptor = bytes;
        return None;
    }
    // A folder 0003:046D:C077.0001 names bus and ids.
    let ids: Vec<u16> = folder
        .rsplit('/')
        .find(|part| part.split(':').count() == 3)
        .map(|part| part.split([':', '.']).take(3).filter_map(hex::number).collect())
        .unwrap_or_default();
    Some(HidSeen {
        descriptor: bytes,
        is_usb: ids.first().is_none_or(|bus| *bus == 3),
        vendor_id: ids.get(1).copied(),
        product_id: ids.get(2).copied(),
        name: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_interfaces_descriptors_and_displays_are_put_together() {
        let text = "/sys/bus/usb/devices/1-2/idVendor:046d\n/sys/bus/usb/devices/1-2/idProduct:c31c\n\
                    /sys/bus/usb/devices/1-2/manufacturer:Logitech\n/sys/bus/usb/devices/1-2/product:USB Keyboard: K120\n\
                    /sys/bus/usb/devices/1-2:1.0/bInterfaceClass:03\n/sys/bus/usb/devices/1-2:1.0/bInterfaceSubClass:01\n\
                    /sys/bus/usb/devices/1-2:1.0/bInterfaceProtocol:01\n/sys/bus/usb/devices/1-2:1.0/interface:Keys\n\
                    /sys/bus/usb/devices/1-2:1.0/0003:046D:C31C.0001/report_descriptor:05010906a101c0\n\
                    /sys/bus/hid/devices/0018:04F3:3057.0002/report_descriptor:05 01 09 02 a1 01 c0\n\
                    /sys/class/drm/card0-HDMI-A-1/edid:00ffffffffffff00\n\
                    /sys/bus/usb/devices/1-2:1.1/net/usb0/address:48:da:35:6d:00:01\nnonsense\n";
        assert!(recognises(text));
        let slash = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-3/idVendor:0557\n/sys/devices/pci0000:00/0000:00:14.0/usb1/1-3/product:\
                     USB 10/100 LAN: dock\n";
        let Device::Usb(dock) = &super::read(slash).devices[0].device else { panic!("no device") };
        assert_eq!((dock.vendor_id, dock.product.as_str()), (Some(0x0557), "USB 10/100 LAN: dock"));
        let read = read(text);
        let usb = read.devices.iter().find_map(|seen| match &seen.device {
            Device::Usb(usb) => Some(usb),
            _ => None,
        });
        let usb = usb.unwrap();
        assert_eq!((usb.vendor_id, usb.product.as_str()), (Some(0x046d), "USB Keyboard: K120"));
        let interface = &usb.interfaces[0];
        assert_eq!((interface.triple().unwrap().as_str(), interface.name.as_str()), ("03/01/01", "Keys"));
        assert_eq!(interface.descriptor.len(), 7);
        assert_eq!(usb.macs, ["48:da:35:6d:00:01"]);
        let hid = read.devices.iter().find_map(|seen| match &seen.device {
            Device::Hid(hid) => Some(hid),
            _ => None,
        });
        assert_eq!(hid.map(|hid| (hid.vendor_id, hid.is_usb)), Some((Some(0x04f3), false)));
        assert!(read.devices.iter().any(|seen| matches!(seen.device, Device::Display(_))));
        assert_eq!(read.rejects.len(), 1);
    }
}
