//! Is a USB device an IP-KVM: by its own name, or by a disguise that the real product never wore.

use std::sync::LazyLock;

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

/// A row of the facts with its numbers read once: a fleet asks of a million devices.
struct Rule {
    vendor_id: Option<u16>,
    product_id: Option<u16>,
    matching: &'static str,
    vendor: &'static str,
    product: &'static str,
    serial: &'static str,
    tier: &'static str,
    name: &'static str,
}

fn rules() -> &'static [Rule] {
    static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let rule = |fact: &facts::Fact| Rule {
            vendor_id: hex::number(fact.get("vendor_id")),
            product_id: hex::number(fact.get("product_id")),
            matching: fact.get("match_rule"),
            vendor: fact.get("manufacturer"),
            product: fact.get("product_string"),
            serial: fact.get("serial"),
            tier: fact.get("tier"),
            name: fact.get("product"),
        };
        facts::usb().iter().map(rule).collect()
    });
    &RULES
}

impl Rule {
    fn fits(&self, device: &UsbStrings<'_>, ids: (Option<u16>, Option<u16>)) -> bool {
        let is_maker = ids.0.is_some() && ids.0 == self.vendor_id;
        let is_same = is_maker && ids.1.is_some() && ids.1 == self.product_id;
        let is_vendor = !self.vendor.is_empty() && device.vendor.trim().eq_ignore_ascii_case(self.vendor);
        let is_product = !self.product.is_empty() && device.product.trim().eq_ignore_ascii_case(self.product);
        match self.matching {
            "vid+pid+manufacturer mismatch" => is_same && is_vendor,
            "vid+pid+serial shape" => is_same && is_product && has_preset_serial(device.serial),
            "vid+pid+manufacturer" => is_same && (is_vendor || is_product || self.is_serial(device)),
            "vid+manufacturer" => is_maker && (is_vendor || is_product),
            "vid+pid+serial" => is_same && (is_vendor || self.is_serial(device)),
            "vid+pid" => is_same && !self.product.is_empty(),
            "scsi vendor" => is_vendor && is_product,
            _ => false,
        }
    }

    /// The firmware's own serial number: all that a Windows registry keeps of a device besides its ids.
    fn is_serial(&self, device: &UsbStrings<'_>) -> bool {
        let is_one = self.serial.len() >= 8 && self.serial.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_one && device.vendor.trim().is_empty() && device.serial.trim().eq_ignore_ascii_case(self.serial)
    }
}

/// Judges a device; `None` where the facts say nothing of it.
#[must_use]
pub fn judge(device: UsbStrings<'_>) -> Option<Verdict> {
    let ids = (hex::number(device.vendor_id), hex::number(device.product_id));
    let rule = rules().iter().find(|rule| rule.fits(&device, ids))?;
    let kind = if rule.tier == "T1" { VerdictKind::Disguised } else { VerdictKind::Named };
    Some(Verdict { kind, product: rule.name })
}

/// The product whose name one of the texts contains: a KVM that goes by its own name, whatever its ids.
#[must_use]
pub fn named<'a>(texts: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    const WORDS: [(&str, &str); 10] = [
        ("pikvm", "PiKVM"),
        ("pi-kvm", "PiKVM"),
        ("jetkvm", "JetKVM"),
        ("glkvm", "GL.iNet Comet"),
        ("nanokvm", "NanoKVM"),
        ("tinypilot", "TinyPilot"),
        ("blikvm", "BliKVM"),
        ("one-kvm", "One-KVM"),
        ("smart-kvm", "BliKVM"),
        ("aurga", "Aurga"),
    ];
    texts.filter(|text| !text.is_empty()).find_map(|text| {
        let lower = text.to_ascii_lowercase();
        WORDS.iter().find(|(word, _)| lower.contains(word)).map(|(_, product)| *product)
    })
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
    let ids = (Some(vendor_id), Some(product_id));
    let fits = |rule: &&Rule| rule.matching == "remote chip" && (rule.vendor_id, rule.product_id) == ids;
    rules().iter().find(fits).map(|rule| rule.name)
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

    fn of(parts: [&str; 5]) -> Option<(VerdictKind, &'static str)> {
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
        assert_eq!(of(["1d6b", "0104", "", "", "CAFEBABE"]).unwrap().0, VerdictKind::Named);
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
        assert_eq!(of(["1d6b", "0104", "", "", "0123456789"]), None);
        assert_eq!(of(["1d6b", "0104", "Maker", "Gadget", "CAFEBABE"]), None);
        assert_eq!(of(["", "", "", "", ""]), None);
    }
}
