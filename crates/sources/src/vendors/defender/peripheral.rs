//! `DeviceEvents` about what is plugged in: Plug and Play devices, and drives that are mounted.
//!
//! The event has the instance id of Windows and the description of the driver, not the device's own strings. An instance
//! part with `&` was made by Windows and is no serial number.

use model::tables as t;
use serde_json::Value as Tree;

use super::{Row, inner};
use crate::reader::Out;
use crate::value;

/// Reads a row.
pub(super) fn read(row: &Row<'_, '_>, out: &mut Out<'_>) {
    let action = row.text("ActionType").unwrap_or_default();
    let fields = row.part("AdditionalFields");
    match &*action {
        "PnpDeviceConnected" => {
            row.check_time(out);
            connected(row, &fields, out);
        }
        "UsbDriveMount" | "UsbDriveMounted" => {
            row.check_time(out);
            drive(row, &fields, out);
        }
        // What leaves is told of drives alone: as a departure it would say that all else stays.
        _ => out.skip(&format!("DeviceEvents {action}")),
    }
}

fn connected(row: &Row<'_, '_>, fields: &Tree, out: &mut Out<'_>) {
    let instance = inner(fields, "DeviceId").unwrap_or_default().replace("\\\\", "\\");
    let mut parts = instance.splitn(3, '\\');
    let (bus, id, last) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    match bus.to_ascii_uppercase().as_str() {
        "USB" | "HID" => usb(row, fields, id, last, out),
        "USBSTOR" => storage(row, fields, id, last, out),
        "DISPLAY" => display(row, fields, id, out),
        "" => out.reject(Some("AdditionalFields"), "device without an instance id"),
        bus => out.skip(&format!("DeviceEvents PnpDeviceConnected {bus}")),
    }
}

/// What the class drivers of Windows call any device of their class: no product's name.
const OF_ANY: &[&str] = &[
    "usb composite device",
    "usb input device",
    "hid keyboard device",
    "hid-compliant mouse",
    "hid-compliant device",
    "hid-compliant consumer control device",
    "hid-compliant system controller",
    "hid-compliant vendor-defined device",
    "hid-compliant pen",
    "hid-compliant touch pad",
    "hid-compliant touch screen",
    "usb mass storage device",
    "usb attached scsi (uas) mass storage device",
    "usb video device",
    "usb audio device",
    "usb printing support",
    "usb serial device",
    "usb root hub",
    "usb root hub (usb 3.0)",
    "generic usb hub",
    "generic superspeed usb hub",
    "generic bluetooth adapter",
    "cd-rom drive",
    "disk drive",
];

/// The description where it is one of the product.
fn product(fields: &Tree) -> Option<&str> {
    inner(fields, "DeviceDescription").filter(|text| !OF_ANY.contains(&text.to_ascii_lowercase().as_str()))
}

/// What stands behind a mark in an instance or hardware id: `VID_046D&PID_C52B`.
fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let at = text.to_ascii_uppercase().find(mark)? + mark.len();
    text.get(at..)?.split(['&', '\\', ' ', '"', ',', ']']).next().filter(|part| !part.is_empty())
}

fn usb(row: &Row<'_, '_>, fields: &Tree, id: &str, last: &str, out: &mut Out<'_>) {
    use t::peripheral as p;
    let ids = match fields.get("VendorIds") {
        Some(Tree::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let hex = |mark: &str| after(id, mark).or_else(|| after(&ids, mark)).and_then(value::hex16);
    let mut record = row.record(&p::TABLE, out);
    record.text(p::activity, Some("connect"));
    record.text(p::vendor_id, hex("VID_").as_deref());
    record.text(p::product_id, hex("PID_").as_deref());
    record.text(p::product_name, product(fields));
    // a function of a device has no serial number of its own
    let is_whole = after(id, "MI_").is_none() && !last.contains('&');
    record.text(p::peripheral_serial, Some(last).filter(|last| is_whole && !last.is_empty()));
    record.text(p::device_class, inner(fields, "ClassName"));
    record.text(p::version, after(&ids, "REV_"));
    out.push(record);
}

/// `Disk&Ven_Kingston&Prod_DataTraveler&Rev_PMAP\60A44C413FD7E55099C70057&0`.
fn storage(row: &Row<'_, '_>, fields: &Tree, id: &str, last: &str, out: &mut Out<'_>) {
    use t::peripheral as p;
    let words = |mark: &str| after(id, mark).map(|text| text.replace('_', " ").trim().to_owned());
    let mut record = row.record(&p::TABLE, out);
    record.text(p::activity, Some("connect"));
    record.text(p::vendor_name, words("VEN_").as_deref());
    record.text(p::product_name, words("PROD_").as_deref());
    record.text(p::version, words("REV_").as_deref());
    let serial = last.rsplit_once('&').map_or(last, |(serial, _)| serial);
    record.text(
        p::peripheral_serial,
        Some(serial).filter(|serial| !serial.is_empty() && !serial.contains('&')),
    );
    record.text(p::device_class, inner(fields, "ClassName"));
    out.push(record);
}

/// `DISPLAY\DELA0EC\…`: maker and product code; the name stands in the description, perhaps in brackets.
fn display(row: &Row<'_, '_>, fields: &Tree, id: &str, out: &mut Out<'_>) {
    use t::display as d;
    let mut record = row.record(&d::TABLE, out);
    record.text(d::activity, Some("connect"));
    let maker = id.get(..3).filter(|text| text.bytes().all(|b| b.is_ascii_alphabetic()));
    record.text(d::manufacturer, maker.map(str::to_ascii_uppercase).as_deref());
    record.text(d::product_id, id.get(3..7).and_then(value::hex16).as_deref());
    record.text(d::name, inner(fields, "DeviceDescription").and_then(screen));
    out.push(record);
}

/// `Generic Monitor (DELL U2723QE)` is the name in brackets, `Generic PnP Monitor` none.
fn screen(description: &str) -> Option<&str> {
    if !description.to_ascii_lowercase().starts_with("generic") {
        return Some(description);
    }
    let (_, rest) = description.split_once('(')?;
    rest.strip_suffix(')').map(str::trim).filter(|name| !name.is_empty())
}

fn drive(row: &Row<'_, '_>, fields: &Tree, out: &mut Out<'_>) {
    use t::peripheral as p;
    let mut record = row.record(&p::TABLE, out);
    record.text(p::activity, Some("connect"));
    record.text(p::vendor_name, inner(fields, "Manufacturer"));
    record.text(p::product_name, inner(fields, "ProductName"));
    record.text(p::version, inner(fields, "ProductRevision"));
    record.text(p::peripheral_serial, inner(fields, "SerialNumber"));
    record.bool(p::is_removable, Some(true));
    out.push(record);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_are_called_by_their_own_name() {
        for (description, expected) in [
            ("Generic Monitor (DELL U2723QE)", Some("DELL U2723QE")),
            ("Generic PnP Monitor", None),
            ("Dell P2419H", Some("Dell P2419H")),
        ] {
            assert_eq!(screen(description), expected);
        }
    }

    #[test]
    fn ids_are_found_behind_their_marks() {
        assert_eq!(after("VID_046D&PID_C52B&MI_00", "PID_"), Some("C52B"));
        assert_eq!(after("USB\\VID_046D&PID_C52B&REV_1210 USB\\VID_046D", "REV_"), Some("1210"));
        assert_eq!(after("VID_", "VID_"), None);
    }
}
