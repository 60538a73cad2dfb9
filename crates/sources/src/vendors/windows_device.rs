//! How Windows names devices: keys of the registry, and the instance ids under which drivers stand.

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

#[cfg(test)]
mod tests {
    use super::usb_instance;

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
