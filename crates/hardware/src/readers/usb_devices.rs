//! `usb-devices` and `/sys/kernel/debug/usb/devices`: lines that begin with a letter and a colon.

use super::{Read, Reader};
use crate::hex;
use crate::inventory::{Device, Seen, UsbSeen};

/// The format.
pub const READER: Reader = Reader { format: "usb-devices", recognises, read };

fn recognises(text: &str) -> bool {
    text.lines().take(200).any(|line| line.starts_with("T:") && line.contains("Bus="))
}

/// The value after `key=` in a line; values end at a space.
fn value<'a>(line: &'a str, key: &str) -> &'a str {
    let Some(start) = line.find(key) else { return "" };
    let rest = line.get(start + key.len()..).unwrap_or("").trim_start();
    rest.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("")
}

fn read(text: &str) -> Read {
    let mut read = Read::default();
    let mut current: Option<Seen> = None;
    for line in text.lines() {
        if line.starts_with("T:") {
            read.devices.extend(current.take());
            let label = format!("Bus {} Device {}", value(line, "Bus="), value(line, "Dev#="));
            current = Some(Seen { label, device: Device::Usb(Box::default()) });
        }
        if let Some(Seen { device: Device::Usb(seen), .. }) = &mut current {
            field(seen, line);
        }
    }
    read.devices.extend(current);
    read
}

fn field(seen: &mut UsbSeen, line: &str) {
    let byte = |key: &str| hex::number(value(line, key)).and_then(|number| u8::try_from(number).ok());
    match line.get(..2) {
        Some("D:") => seen.class = byte("Cls="),
        Some("P:") => {
            seen.vendor_id = hex::number(value(line, "Vendor="));
            seen.product_id = hex::number(value(line, "ProdID="));
        }
        Some("S:") => {
            let text = line.split_once('=').map_or("", |(_, text)| text.trim());
            match line {
                _ if line.contains("Manufacturer=") => text.clone_into(&mut seen.vendor),
                _ if line.contains("Product=") => text.clone_into(&mut seen.product),
                _ if line.contains("SerialNumber=") => text.clone_into(&mut seen.serial),
                _ => {}
            }
        }
        Some("I:") => {
            let (Some(number), Some(0)) = (byte("If#="), byte("Alt=")) else { return };
            let interface = seen.interface(number);
            interface.class = byte("Cls=");
            interface.subclass = byte("Sub=").unwrap_or_default();
            interface.protocol = byte("Prot=").unwrap_or_default();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_read() {
        let text = "\nT:  Bus=03 Lev=01 Prnt=01 Port=00 Cnt=01 Dev#=  2 Spd=12  MxCh= 0\n\
                    D:  Ver= 1.10 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1\n\
                    P:  Vendor=0c45 ProdID=800a Rev=00.01\nS:  Manufacturer=USB\nS:  Product=USB Device\n\
                    I:  If#=0x0 Alt= 0 #EPs= 1 Cls=03(HID  ) Sub=01 Prot=01 Driver=usbhid\n\
                    I:  If#=0x1 Alt= 0 #EPs= 1 Cls=08(stor.) Sub=06 Prot=50 Driver=usb-storage\n";
        assert!(recognises(text));
        let read = read(text);
        assert_eq!(read.devices[0].label, "Bus 03 Device 2");
        let Device::Usb(seen) = &read.devices[0].device else { panic!("no device") };
        assert_eq!((seen.vendor_id, seen.product.as_str()), (Some(0x0c45), "USB Device"));
        let triples: Vec<String> =
            seen.interfaces.iter().filter_map(|interface| interface.triple()).collect();
        assert_eq!(triples, ["03/01/01", "08/06/50"]);
    }
}
