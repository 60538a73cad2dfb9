//! Single cells of a table judged: what a device consists of, as a collector wrote it, and a display's EDID.

use serde_json::Value;

use crate::finding::Grade;
use crate::inventory::{Device, Seen};
use crate::{VerdictKind, collected, display, hex, judge, usb};

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What kind of statement it is.
    pub kind: VerdictKind,
    /// The product where it is named, else why.
    pub words: String,
}

/// Judges a USB device by what it consists of, in JSON as [`collected::usb`] writes it. A device whose own strings say
/// what it is counts as named; one that is an IP-KVM by its functions, descriptors or drives and says something else, as
/// disguised.
#[must_use]
pub fn composition(json: &str) -> Option<Told> {
    let part: Value = serde_json::from_str(json).ok()?;
    let seen = collected::read_usb(&part);
    let (vendor_id, product_id) = (id(seen.vendor_id), id(seen.product_id));
    let strings = usb::UsbStrings {
        vendor_id: &vendor_id,
        product_id: &product_id,
        vendor: &seen.vendor,
        product: &seen.product,
        serial: &seen.serial,
    };
    let by_strings = usb::judge(strings);
    let words = [seen.vendor.as_str(), &seen.product, &seen.configuration, &seen.serial];
    let own_name = usb::named(words.into_iter().chain(seen.descriptions.iter().map(String::as_str)));
    let named = match &by_strings {
        Some(verdict) => (verdict.kind == VerdictKind::Named).then_some(verdict.product),
        None => own_name,
    };
    if let Some(product) = named {
        return Some(Told { kind: VerdictKind::Named, words: product.to_owned() });
    }
    let found = judge::judge(&Seen { label: String::new(), device: Device::Usb(Box::new(seen)) });
    let reason = found.reasons.into_iter().next().filter(|_| found.grade == Grade::Kvm)?;
    Some(Told { kind: VerdictKind::Disguised, words: reason })
}

fn id(number: Option<u16>) -> String {
    number.map(|number| format!("{number:04x}")).unwrap_or_default()
}

/// Judges a display by its whole EDID, in hexadecimal.
#[must_use]
pub fn edid(text: &str) -> Option<Told> {
    let (kind, words) = display::judge_edid(&hex::parse(text)?)?;
    Some(Told { kind, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts;
    use crate::inventory::UsbSeen;

    /// A device with the interfaces and descriptors of JetKVM under any ids and strings.
    fn jetkvm(vendor_id: u16, product_id: u16, vendor: &str, product: &str) -> String {
        let bytes = |function: &str| {
            let is_it = |fact: &&facts::Fact| {
                (fact.get("firmware"), fact.get("hid_function")) == ("JetKVM", function)
            };
            let row = facts::descriptors().iter().find(is_it).unwrap();
            hex::parse(row.get("descriptor")).unwrap()
        };
        let mut seen = UsbSeen {
            vendor_id: Some(vendor_id),
            product_id: Some(product_id),
            vendor: vendor.to_owned(),
            product: product.to_owned(),
            ..UsbSeen::default()
        };
        let parts = [("keyboard", 1, 1), ("absolute mouse", 0, 2), ("relative mouse", 1, 2)];
        for (number, (function, subclass, protocol)) in (0..).zip(parts) {
            let interface = seen.interface(number);
            (interface.class, interface.subclass, interface.protocol) = (Some(3), subclass, protocol);
            interface.descriptor = bytes(function);
        }
        collected::usb("1-1", &seen).to_string()
    }

    #[test]
    fn a_disguise_that_no_list_has_is_seen_by_what_the_device_consists_of() {
        let told = composition(&jetkvm(0x1234, 0x5678, "Anybody", "Keyboard")).unwrap();
        assert_eq!(told.kind, VerdictKind::Disguised, "{told:?}");
        let named = composition(&jetkvm(0x1d6b, 0x0104, "Any", "My JetKVM")).unwrap();
        assert_eq!((named.kind, named.words.as_str()), (VerdictKind::Named, "JetKVM"));
    }

    #[test]
    fn keyboards_and_nonsense_say_nothing() {
        let mut seen = UsbSeen { vendor_id: Some(0x413c), product_id: Some(0x2113), ..UsbSeen::default() };
        let interface = seen.interface(0);
        (interface.class, interface.subclass, interface.protocol) = (Some(3), 1, 1);
        assert_eq!(composition(&collected::usb("1-1", &seen).to_string()), None);
        for text in ["", "{}", "[]", "null", "\u{0}", r#"{"interfaces": 7}"#] {
            assert_eq!(composition(text), None, "{text}");
            assert_eq!(edid(text), None, "{text}");
        }
    }

    #[test]
    fn other_names_on_a_firmwares_display_are_a_disguise() {
        let row = facts::displays()
            .iter()
            .find(|fact| !fact.get("shape").is_empty() && fact.get("mfg_id") != "TSB")
            .unwrap();
        let mut bytes = hex::parse(row.get("edid")).unwrap();
        assert!(edid(&hex::write(&bytes)).is_some());
        bytes[8..18].copy_from_slice(&[0x10, 0xac, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 12, 33]);
        for place in [54, 72, 90, 108] {
            if bytes[place..place + 3] == [0, 0, 0] && matches!(bytes[place + 3], 0xfc | 0xff) {
                bytes[place + 5..place + 18].copy_from_slice(b"P2419H\n      ");
            }
        }
        assert_eq!(edid(&hex::write(&bytes)).unwrap().kind, VerdictKind::Disguised);
    }
}
