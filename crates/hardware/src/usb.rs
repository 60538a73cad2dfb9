//! Is a USB device an IP-KVM: by its own name, or by a disguise that the real product never wore.

use crate::{Verdict, VerdictKind, facts, hex};

/// What a USB device says of itself; a part that is not known is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsbStrings<'a> {
    /// Vendor id, hex.
    pub vendor_id: &'a str,
    /// Product id, hex.
    pub product_id: &'a str,
    /// Manufacturer string.
    pub vendor: &'a str,
    /// Product string.
    pub product: &'a str,
    /// Serial string.
    pub serial: &'a str,
}

/// Judges a device; `None` where the facts say nothing of it.
#[must_use]
pub fn judge(device: UsbStrings<'_>) -> Option<Verdict> {
    facts::usb().iter().find_map(|fact| {
        let fits = match fact.get("match_rule") {
            "vid+pid+manufacturer mismatch" => is_same_id(&device, fact) && is_vendor(&device, fact),
            "vid+pid+serial shape" => {
                is_same_id(&device, fact)
                    && device.product.eq_ignore_ascii_case(fact.get("product_string"))
                    && has_preset_serial(device.serial)
            }
            "vid+pid+manufacturer" => {
                is_same_id(&device, fact) && (is_vendor(&device, fact) || is_product(&device, fact))
            }
            "vid+manufacturer" => {
                is_hex(device.vendor_id, fact.get("vendor_id"))
                    && (is_vendor(&device, fact) || is_product(&device, fact))
            }
            "vid+pid+serial" => {
                is_same_id(&device, fact)
                    && (is_vendor(&device, fact) || device.serial.eq_ignore_ascii_case(fact.get("serial")))
            }
            "vid+pid" => is_same_id(&device, fact) && !fact.get("product_string").is_empty(),
            "scsi vendor" => is_vendor(&device, fact) && is_product(&device, fact),
            _ => false,
        };
        let kind = if fact.get("tier") == "T1" { VerdictKind::Disguised } else { VerdictKind::Named };
        fits.then(|| Verdict { kind, product: fact.get("product") })
    })
}

/// The product whose name one of the texts contains: a KVM that goes by its own name, whatever its ids.
#[must_use]
pub fn named<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    const WORDS: [(&str, &str); 9] = [
        ("pikvm", "PiKVM"),
        ("pi-kvm", "PiKVM"),
        ("jetkvm", "JetKVM"),
        ("glkvm", "GL.iNet Comet"),
        ("nanokvm", "NanoKVM"),
        ("tinypilot", "TinyPilot"),
        ("blikvm", "BliKVM"),
        ("one-kvm", "One-KVM"),
        ("smart-kvm", "BliKVM"),
    ];
    let lower: Vec<String> = texts.map(str::to_ascii_lowercase).collect();
    let is_in = |word: &str| lower.iter().any(|text| text.contains(word));
    WORDS.iter().find(|(word, _)| is_in(word)).map(|(_, product)| *product)
}

/// The KVM whose drives answer with these SCSI names.
#[must_use]
pub fn judge_drive(vendor: &str, product: &str) -> Option<&'static str> {
    let folded = |text: &str| text.replace('_', " ").trim().to_ascii_lowercase();
    let (vendor, product) = (folded(vendor), folded(product));
    let fits = |fact: &&facts::Fact| {
        fact.get("match_rule") == "scsi vendor"
            && vendor == folded(fact.get("manufacturer"))
            && product.starts_with(&folded(fact.get("product_string")))
    };
    facts::usb().iter().find(fits).map(|fact| fact.get("product"))
}

/// The chip that turns a serial line into keyboard and mouse, by ids.
#[must_use]
pub fn remote_chip(vendor_id: u16, product_id: u16) -> Option<&'static str> {
    let fits = |fact: &&facts::Fact| {
        fact.get("match_rule") == "remote chip"
            && hex::number(fact.get("vendor_id")) == Some(vendor_id)
            && hex::number(fact.get("product_id")) == Some(product_id)
    };
    facts::usb().iter().find(fits).map(|fact| fact.get("product"))
}

fn is_hex(seen: &str, fact: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        text.strip_prefix("0x").unwrap_or(&text).trim_start_matches('0').to_owned()
    };
    !fact.is_empty() && !bare(seen).is_empty() && bare(seen) == bare(fact)
}

fn is_same_id(device: &UsbStrings<'_>, fact: &facts::Fact) -> bool {
    is_hex(device.vendor_id, fact.get("vendor_id")) && is_hex(device.product_id, fact.get("product_id"))
}

fn is_vendor(device: &UsbStrings<'_>, fact: &facts::Fact) -> bool {
    let named = fact.get("manufacturer");
    !named.is_empty() && device.vendor.trim().eq_ignore_ascii_case(named)
}

fn is_product(device: &UsbStrings<'_>, fact: &facts::Fact) -> bool {
    let named = fact.get("product_string");
    !named.is_empty() && device.product.trim().eq_ignore_ascii_case(named)
}

/// The shape of the made-up serial numbers: `D&HHHHHHH&0&1`.
fn has_preset_serial(serial: &str) -> bool {
    let parts: Vec<&str> = serial.trim().split('&').collect();
    let [first, middle, "0", "1"] = parts.as_slice() else { return false };
    first.len() == 1
        && first.bytes().all(|b| (b'1'..=b'9').contains(&b))
        && middle.len() == 7
        && middle.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(parts: [&'a str; 5]) -> Option<(VerdictKind, &'static str)> {
        let [vendor_id, product_id, vendor, product, serial] = parts;
        judge(UsbStrings { vendor_id, product_id, vendor, product, serial }).map(|v| (v.kind, v.product))
    }

    #[test]
    fn named_devices_are_named() {
        let pikvm = ["1d6b", "0104", "PiKVM", "PiKVM Composite Device", "CAFEBABE"];
        assert_eq!(of(pikvm), Some((VerdictKind::Named, "PiKVM")));
        assert_eq!(of(["1d6b", "104", "JetKVM", "USB Emulation Device", ""]).unwrap().1, "JetKVM (default)");
        assert_eq!(of(["3346", "1009", "sipeed", "NanoKVM", ""]).unwrap().1, "Sipeed NanoKVM");
        assert_eq!(of(["38eb", "0001", "Glinet", "x", ""]).unwrap().1, "GL.iNet Comet (2026 firmware)");
    }

    #[test]
    fn disguises_are_seen_and_the_real_thing_is_not_one() {
        let logitech = of(["046d", "c52b", "Logitech (x64)", "Logitech USB Input Device", "6&1a2b3c4&0&1"]);
        assert_eq!(logitech.unwrap().0, VerdictKind::Disguised);
        assert_eq!(of(["046d", "c52b", "Logitech", "USB Receiver", ""]), None);
        let dell = ["413c", "2011", "Dell Inc.", "Multimedia Pro Keyboard", "7&2f3a9c1&0&1"];
        assert_eq!(of(dell).unwrap().0, VerdictKind::Disguised);
        assert_eq!(of(["413c", "2011", "Dell", "Multimedia Pro Keyboard", ""]), None);
    }

    #[test]
    fn names_drives_and_chips_are_known() {
        assert_eq!(named(["My JetKVM", ""].into_iter()), Some("JetKVM"));
        assert_eq!(named(["ATEN 4-Port USB KVM Switch"].into_iter()), None, "a switch without a network");
        assert_eq!(judge_drive("GLINET", "FLASH_DRIVE"), Some("GL.iNet Comet (mass storage)"));
        assert_eq!(judge_drive("PiKVM", "Optical Drive"), Some("PiKVM (mass storage)"));
        assert_eq!(judge_drive("SanDisk", "Cruzer Blade"), None);
        assert_eq!(remote_chip(0x1a86, 0xe129), Some("CH9329 serial keyboard and mouse"));
        assert_eq!(remote_chip(0x1a86, 0x7523), None);
    }

    #[test]
    fn a_plain_gadget_or_missing_ids_say_nothing() {
        assert_eq!(of(["1d6b", "0104", "Linux Foundation", "Multifunction Composite Gadget", ""]), None);
        assert_eq!(of(["1d6b", "0002", "Linux", "EHCI Host Controller", ""]), None);
        assert_eq!(of(["", "", "", "", ""]), None);
    }
}
