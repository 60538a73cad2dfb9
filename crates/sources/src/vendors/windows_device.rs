//! How Windows names devices: keys of the registry, and the instance ids under which drivers stand.

use model::tables::{display as d, peripheral as p, process};
use model::{Record, TableDef, tables};

use crate::value;

/// A device key of the Windows registry.
pub(super) struct EnumKey<'k> {
    pub(super) bus: &'static str,
    pub(super) device: &'k str,
    pub(super) instance: Option<&'k str>,
}

/// `HKEY_LOCAL_MACHINE\SYSTEM\…\Enum\<bus>\<device>[\<instance>…]` for the three buses on the allow-list.
pub(super) fn enum_key(path: &str) -> Option<EnumKey<'_>> {
    let parts: Vec<&str> = path.split('\\').filter(|part| !part.is_empty()).collect();
    if !parts.iter().any(|part| part.eq_ignore_ascii_case("SYSTEM")) {
        return None;
    }
    let at = parts.iter().position(|part| part.eq_ignore_ascii_case("Enum"))?;
    let bus = ["USB", "USBSTOR", "DISPLAY"]
        .into_iter()
        .find(|bus| parts.get(at + 1).is_some_and(|p| p.eq_ignore_ascii_case(bus)))?;
    let device = parts.get(at + 2).copied()?;
    let fits = match bus {
        "USB" => device.to_ascii_uppercase().starts_with("VID_"),
        "DISPLAY" => {
            device.len() >= 6 && device.is_ascii() && !device.eq_ignore_ascii_case("Default_Monitor")
        }
        _ => true,
    };
    fits.then(|| EnumKey { bus, device, instance: parts.get(at + 3).copied() })
}

/// The `count` characters behind a mark.
pub(super) fn after<'k>(text: &'k str, mark: &str, count: usize) -> Option<&'k str> {
    let at = text.to_ascii_uppercase().find(mark)? + mark.len();
    text.get(at..at + count)
}

/// A USB device by its instance id: `USB\\VID_413C&PID_2011&MI_03\\7&1B3F0C2&0&0003`.
pub(super) struct UsbInstance<'k> {
    /// Vendor and product as they are written, four digits each.
    pub(super) ids: (&'k str, &'k str),
    /// A serial number that the device itself has; Windows makes up the others, with `&`.
    pub(super) serial: Option<&'k str>,
    /// One function of a device that has several.
    pub(super) is_part: bool,
}

/// Takes an instance id apart, if it is one of a USB device.
pub(super) fn usb_instance(id: &str) -> Option<UsbInstance<'_>> {
    let mut parts = id.split('\\');
    if !parts.next()?.eq_ignore_ascii_case("USB") {
        return None;
    }
    let device = parts.next()?;
    let serial = parts.next().filter(|text| !text.is_empty() && !text.contains('&'));
    let is_part = device.to_ascii_uppercase().contains("&MI_");
    let ids = (after(device, "VID_", 4)?, after(device, "PID_", 4)?);
    Some(UsbInstance { ids, serial: serial.filter(|_| !is_part), is_part })
}

/// What the id of a USB device says.
pub(super) fn describe_usb(record: &mut Record, usb: &UsbInstance<'_>) {
    record.text(p::vendor_id, value::hex16(usb.ids.0).as_deref());
    record.text(p::product_id, value::hex16(usb.ids.1).as_deref());
    record.text(p::peripheral_serial, usb.serial);
}

/// Program of Windows that installs drivers. It is started with the instance id of the device that was plugged in:
/// `DrvInst.exe "1" "0" "USB\VID_1D6B&PID_0104\CAFEBABE" "" "" "4f3b5cf4f" "0000000000000000"`.
const INSTALLER: &str = "drvinst.exe";

/// The device that a process tells of, where it is the installer of drivers: logs of programs tell of hardware, too.
pub(crate) fn installed(event: &Record) -> Option<Record> {
    if !std::ptr::eq(event.table, &raw const process::TABLE) {
        return None;
    }
    let text = |at| event.get(at).as_text();
    let program = text(process::name).or(text(process::path))?.rsplit(['\\', '/']).next()?;
    if !program.eq_ignore_ascii_case(INSTALLER) || text(process::activity) == Some("terminate") {
        return None;
    }
    let is_instance = |part: &&str| BUSES.iter().any(|bus| starts_with(part, bus));
    let instance = text(process::cmd_line)?.split('"').map(str::trim).find(is_instance)?;
    let mut parts = instance.splitn(3, '\\');
    let (bus, device, id) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    if bus.eq_ignore_ascii_case("USB") {
        whole_device(event, instance)
    } else if bus.eq_ignore_ascii_case("USBSTOR") {
        Some(drive(event, device, id))
    } else {
        screen(event, device)
    }
}

fn whole_device(event: &Record, instance: &str) -> Option<Record> {
    let usb = usb_instance(instance).filter(|usb| !usb.is_part)?;
    let mut record = beside(event, &p::TABLE, [p::device_uid, p::hostname, p::serial]);
    record.text(p::activity, Some("connect"));
    describe_usb(&mut record, &usb);
    Some(record)
}

fn drive(event: &Record, device: &str, id: &str) -> Record {
    let mut record = beside(event, &p::TABLE, [p::device_uid, p::hostname, p::serial]);
    record.text(p::activity, Some("connect"));
    record.bool(p::is_removable, Some(true));
    describe_drive(&mut record, device, id);
    record
}

/// What the id of a drive says: `CdRom&Ven_PiKVM&Prod_Optical_Drive&Rev_0606`, and behind it `CAFEBABE&0`.
pub(super) fn describe_drive(record: &mut Record, device: &str, id: &str) {
    let named = |mark: &str| {
        let part = device.split('&').find(|part| starts_with(part, mark))?;
        Some(part[mark.len()..].replace('_', " "))
    };
    record.text(p::vendor_name, named("Ven_").as_deref());
    record.text(p::product_name, named("Prod_").as_deref());
    record.text(p::version, named("Rev_").as_deref());
    let own = id.rsplit_once('&').map_or(id, |(own, _)| own);
    record.text(p::peripheral_serial, Some(own).filter(|own| !own.contains('&')));
}

fn screen(event: &Record, device: &str) -> Option<Record> {
    let code = device.get(3..7).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let mut record = beside(event, &d::TABLE, [d::device_uid, d::hostname, d::serial]);
    record.text(d::activity, Some("connect"));
    record.text(d::manufacturer, device.get(..3));
    record.text(d::product_id, Some(&code.to_ascii_lowercase()));
    Some(record)
}

/// Beginnings of the instance ids that are looked at.
const BUSES: [&str; 3] = ["USB\\VID_", "USBSTOR\\", "DISPLAY\\"];

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// A record of another table out of the same event: same moment, same computer.
fn beside(
    event: &Record,
    table: &'static TableDef,
    [uid, hostname, serial]: [model::table::At; 3],
) -> Record {
    let mut record = Record::new(table, event.unit.clone(), 0, event.unit_index);
    record.time(tables::TIME, event.event_time());
    record.text(tables::SOURCE, event.get(tables::SOURCE).as_text());
    record.text(uid, event.get(process::device_uid).as_text());
    record.text(hostname, event.get(process::hostname).as_text());
    record.text(serial, event.get(process::serial).as_text());
    record
}

#[cfg(test)]
mod tests {
    use model::tables::{display as d, peripheral as p, process};
    use model::{Record, UnitKey};

    use super::{installed, usb_instance};

    fn told(line: &str) -> Option<Record> {
        let mut event = Record::new(&process::TABLE, UnitKey::Vendor("1".into()), 0, 0);
        event.text(process::device_uid, Some("aid-1"));
        event.text(process::name, Some(r"C:\Windows\System32\drvinst.exe"));
        event.text(process::cmd_line, Some(line));
        installed(&event)
    }

    #[test]
    fn the_installer_of_drivers_names_the_device() {
        let usb = told(
            r#"DrvInst.exe "1" "0" "USB\VID_1D6B&PID_0104\CAFEBABE" "" "" "4f3b5cf4f" "0000000000000000""#,
        )
        .unwrap();
        let text = |record: &Record, at| record.get(at).as_text().map(str::to_owned);
        assert_eq!(text(&usb, p::device_uid).as_deref(), Some("aid-1"));
        assert_eq!(text(&usb, p::vendor_id).as_deref(), Some("1d6b"));
        assert_eq!(text(&usb, p::peripheral_serial).as_deref(), Some("CAFEBABE"));
        let drive = told(
            r#"DrvInst.exe "1" "0" "USBSTOR\CdRom&Ven_PiKVM&Prod_Optical_Drive&Rev_0606\CAFEBABE&0" "" """#,
        )
        .unwrap();
        assert_eq!(text(&drive, p::vendor_name).as_deref(), Some("PiKVM"));
        assert_eq!(text(&drive, p::product_name).as_deref(), Some("Optical Drive"));
        let display = told(
            r#"DrvInst.exe "2" "11" "DISPLAY\LNX7771\4&2d1f60e3&0&UID208" "C:\Windows\INF\monitor.inf" """#,
        )
        .unwrap();
        assert_eq!(
            (text(&display, d::manufacturer).as_deref(), text(&display, d::product_id).as_deref()),
            (Some("LNX"), Some("7771"))
        );
        for other in [
            r#"DrvInst.exe "2" "11" "SWD\PRINTENUM\{1}" "" """#,
            r#"DrvInst.exe "1" "0" "USB\VID_046D&PID_C52B&MI_00\6&1" """#,
            "drvinst",
        ] {
            assert!(told(other).is_none(), "{other}");
        }
    }

    #[test]
    fn instances_of_usb_devices() {
        let whole = usb_instance(r"USB\VID_1D6B&PID_0104\CAFEBABE").unwrap();
        assert_eq!((whole.ids, whole.serial, whole.is_part), (("1D6B", "0104"), Some("CAFEBABE"), false));
        let part = usb_instance(r"USB\VID_413C&PID_2011&MI_03\7&1B3F0C2&0&0003").unwrap();
        assert_eq!((part.serial, part.is_part), (None, true));
        for other in
            [r"HID\VID_17EF&PID_6190&MI_00\7&2A&0&0000", r"PCI\VEN_8086&DEV_7A70", "", r"USB\ROOT_HUB30\4&1"]
        {
            assert!(usb_instance(other).is_none(), "{other}");
        }
    }
}
