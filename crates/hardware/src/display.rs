//! Is a display the disguise of an IP-KVM.
//!
//! Rates behind the rules were measured on 106,386 displays (see `docs/hardware.md`): a size of 0 × 0 has one display
//! in seventy-four, so it says nothing alone; the number of the Toshiba bridge has one in six thousand, but AR glasses
//! and second screens of laptops are among them, so it needs the maker and the missing size.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::edid::{self, Edid};
use crate::facts::Fact;
use crate::finding::{Grade, Reasons};
use crate::inventory::DisplaySeen;
use crate::{Verdict, VerdictKind, facts, hex};

/// Judges a display by manufacturer (three letters, may be empty), name and serial number.
#[must_use]
pub fn judge(manufacturer: &str, name: &str, serial: &str) -> Option<Verdict> {
    let (name, serial) = (name.trim(), serial.trim());
    let verdicts = facts::displays().iter().filter_map(|fact| {
        let is_maker = manufacturer.is_empty()
            || fact.get("mfg_id").is_empty()
            || manufacturer.eq_ignore_ascii_case(fact.get("mfg_id"));
        let is_name = !name.is_empty() && name.eq_ignore_ascii_case(fact.get("name_string"));
        let is_number = !serial.is_empty() && is_same_number(serial, fact.get("serial_number_hex"));
        let (fits, kind) = match fact.get("match_rule") {
            "exact serial string" => (serial == fact.get("serial_string"), VerdictKind::Disguised),
            "mfg+product code or name" | "mfg+name" => (is_maker && is_name, VerdictKind::Named),
            "mfg+serial" => {
                (is_maker && (is_name || (!manufacturer.is_empty() && is_number)), VerdictKind::Capture)
            }
            // Names of products are words inside a longer name as well.
            "name word" => (is_maker && has_word(name, fact.get("name_string")), VerdictKind::Named),
            _ => (false, VerdictKind::Named),
        };
        fits.then(|| Verdict { kind, product: fact.get("product") })
    });
    // A product's own name says more than the chip that it is built on.
    verdicts.min_by_key(|verdict| verdict.kind)
}

/// The product whose maker and product code a display has, where they are the product's alone.
fn by_code(manufacturer: &str, product: u16) -> Option<&'static Fact> {
    facts::displays().iter().find(|fact| {
        let is_alone = matches!(fact.get("match_rule"), "mfg+product code or name" | "mfg+name");
        is_alone
            && manufacturer.eq_ignore_ascii_case(fact.get("mfg_id"))
            && hex::number(fact.get("product_code")) == Some(product)
    })
}

/// The product whose whole identity a display has: all that sources without an EDID tell. None of 106,386 displays has
/// one of these but the products themselves; the bridge's own code, 0x8888, has seven, hobby boards among them.
fn by_identity(seen: &DisplaySeen) -> Option<&'static Fact> {
    let code = seen.product.filter(|code| *code != BRIDGE_CODE)?;
    facts::displays().iter().find(|fact| {
        !fact.get("name_string").is_empty()
            && seen.manufacturer.eq_ignore_ascii_case(fact.get("mfg_id"))
            && hex::number(fact.get("product_code")) == Some(code)
            && is_same_number(seen.serial.trim(), fact.get("serial_number_hex"))
            && seen.name.trim().eq_ignore_ascii_case(fact.get("name_string"))
    })
}

/// Judges a display by its whole EDID. Names and numbers can be changed; the rest of what a firmware offers stays, and
/// then the names are a disguise.
#[must_use]
pub fn judge_edid(bytes: &[u8]) -> Option<(VerdictKind, String)> {
    let read = edid::parse(bytes)?;
    if let Some(verdict) = judge(&read.manufacturer, &read.name, &read.serial) {
        return Some((verdict.kind, verdict.product.to_owned()));
    }
    let rows = edid::shape(bytes).map_or(&[][..], |shape| by_shape(&shape));
    if let Some(first) = rows.first() {
        // Hobby boards with the same bridge have the same display.
        let is_bridge = first.get("mfg_id") == "TSB";
        let kind = if is_bridge { VerdictKind::Capture } else { VerdictKind::Disguised };
        return Some((kind, products(rows)));
    }
    if let Some(fact) = by_code(&read.manufacturer, read.product) {
        return Some((VerdictKind::Named, fact.get("product").to_owned()));
    }
    let is_bare_bridge =
        read.serial_number == BRIDGE_NUMBER && read.manufacturer == "TSB" && read.size_cm == (0, 0);
    is_bare_bridge.then(|| (VerdictKind::Capture, "Toshiba TC358743 bridge".to_owned()))
}

/// Serial number that the bridge's sample code writes.
const BRIDGE_NUMBER: u32 = 0x8888_8800;

/// Product code that the bridge's sample code writes.
const BRIDGE_CODE: u16 = 0x8888;

/// The products of rows in words.
fn products(rows: &[&Fact]) -> String {
    let mut names: Vec<&str> = rows.iter().map(|fact| fact.get("product")).collect();
    names.dedup();
    names.join(" or ")
}

/// Whether a serial number is the same as one given in hex, however it is written.
fn is_same_number(serial: &str, hex: &str) -> bool {
    let Ok(fact) = u32::from_str_radix(hex.trim_start_matches("0x"), 16) else { return false };
    let bare = serial.trim_start_matches("0x");
    serial.parse() == Ok(fact) || u32::from_str_radix(bare, 16) == Ok(fact)
}

fn has_word(name: &str, word: &str) -> bool {
    !word.is_empty() && name.to_ascii_lowercase().contains(&word.to_ascii_lowercase())
}

/// The rows of the facts whose EDID has this shape.
fn by_shape(shape: &str) -> &'static [&'static Fact] {
    static ROWS: LazyLock<HashMap<&'static str, Vec<&'static Fact>>> = LazyLock::new(|| {
        let mut rows: HashMap<&str, Vec<&Fact>> = HashMap::new();
        for fact in facts::displays().iter().filter(|fact| !fact.get("shape").is_empty()) {
            rows.entry(fact.get("shape")).or_default().push(fact);
        }
        rows
    });
    ROWS.get(shape).map_or(&[], Vec::as_slice)
}

/// Adds what a display says of itself; returns its EDID read, where it has one.
pub fn weigh(seen: &DisplaySeen, reasons: &mut Reasons) -> Option<Edid> {
    let read = edid::parse(&seen.edid);
    let (manufacturer, product) = match &read {
        Some(read) => {
            weigh_edid(&seen.edid, read, reasons);
            (read.manufacturer.as_str(), Some(read.product))
        }
        None => {
            weigh_words(&seen.manufacturer, &seen.name, &seen.serial, reasons);
            if let Some(fact) = by_identity(seen) {
                let product = fact.get("product");
                reasons.give(
                    Grade::Kvm,
                    format!("has the maker, code, number and name of the display of {product}"),
                );
            }
            (seen.manufacturer.as_str(), seen.product)
        }
    };
    if let Some(fact) = product.and_then(|product| by_code(manufacturer, product)) {
        reasons.give(Grade::Kvm, format!("has the maker and product code of {}", fact.get("product")));
    }
    read
}

fn weigh_words(manufacturer: &str, name: &str, serial: &str, reasons: &mut Reasons) {
    if let Some(verdict) = judge(manufacturer, name, serial) {
        let product = verdict.product;
        match verdict.kind {
            VerdictKind::Named => reasons.give(Grade::Kvm, format!("is named as the display of {product}")),
            VerdictKind::Disguised => {
                let what = "has the one serial number of the disguise";
                reasons.give(
                    Grade::Kvm,
                    format!("{what} {product}; or it is the single monitor that the number was taken from"),
                );
            }
            VerdictKind::Capture => {
                let what = "has the default identity of a Toshiba TC358743 bridge";
                reasons.give(Grade::Suspect, format!("{what}, as {product} and hobby grabbers do"));
            }
        }
    }
    let plug = |fact: &&Fact| has_word(name, fact.get("name_word"));
    if let Some(fact) = facts::headless_plugs().iter().find(plug) {
        if fact.get("kind") == "plug" {
            reasons.give(Grade::Suspect, "a plug that pretends to be a display where there is none");
        } else {
            reasons.give(Grade::Ordinary, "a capture card by its name");
        }
    }
    if has_word(name, "kvm") {
        reasons.give(Grade::Ordinary, "a KVM switch or rack console by its name");
    }
}

fn weigh_edid(bytes: &[u8], read: &Edid, reasons: &mut Reasons) {
    let is_bridge = read.serial_number == BRIDGE_NUMBER;
    weigh_words(&read.manufacturer, &read.name, &read.serial, reasons);
    let rows = edid::shape(bytes).map_or(&[][..], |shape| by_shape(&shape));
    if let Some(first) = rows.first() {
        let is_exact = rows
            .iter()
            .any(|fact| hex::parse(fact.get("edid")).is_some_and(|known| bytes.starts_with(&known)));
        let what = if is_exact {
            "byte for byte the display of"
        } else {
            "with its own names, but otherwise the display of"
        };
        let end =
            if first.get("mfg_id") == "TSB" { " (boards with the same bridge may have it too)" } else { "" };
        reasons.give(Grade::Kvm, format!("{what} {}{end}", products(rows)));
    }
    if is_bridge {
        if read.manufacturer == "TSB" && read.size_cm == (0, 0) {
            let what = "maker TSB, number 0x88888800 and no size: a Toshiba TC358743 bridge";
            reasons.give(Grade::Suspect, format!("{what}, as IP-KVMs and hobby grabbers have"));
        } else {
            reasons.give(
                Grade::Ordinary,
                "has the default number of a bridge chip, as some glasses and second screens do",
            );
        }
    }
    for problem in &read.problems {
        reasons.give(Grade::Unknown, *problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_serials_and_bridges_are_seen() {
        assert_eq!(judge("ACR", "B246WL", "T8NEE0038522").unwrap().kind, VerdictKind::Disguised);
        assert_eq!(judge("", "", "3S5GQ23").unwrap().kind, VerdictKind::Disguised);
        assert_eq!(judge("LNX", "PiKVM V3", "CAFEBABE").unwrap().kind, VerdictKind::Named);
        assert_eq!(judge("TSB", "T749-fHD720", "").unwrap().kind, VerdictKind::Capture);
        assert_eq!(judge("TSB", "anything", "2290649088").unwrap().kind, VerdictKind::Capture);
    }

    #[test]
    fn real_displays_are_not() {
        assert_eq!(judge("DEL", "DELL D2721H", "7Q1XK33"), None);
        assert_eq!(judge("TSB", "TOSHIBA-TV", "12"), None);
        assert_eq!(judge("", "", ""), None);
    }

    fn grade(seen: &DisplaySeen) -> Grade {
        let mut reasons = Reasons::default();
        weigh(seen, &mut reasons);
        reasons.grade(Grade::Ordinary)
    }

    fn shown(edid_hex: &str) -> DisplaySeen {
        DisplaySeen { edid: hex::parse(edid_hex).unwrap(), ..DisplaySeen::default() }
    }

    #[test]
    fn every_display_of_the_facts_is_seen_and_is_what_the_row_says() {
        let rows = facts::displays().iter().filter(|fact| !fact.get("edid").is_empty());
        let mut count = 0;
        for fact in rows {
            count += 1;
            let seen = shown(fact.get("edid"));
            let read = edid::parse(&seen.edid).unwrap();
            assert_eq!(read.manufacturer, fact.get("mfg_id"), "{fact:?}");
            assert_eq!(format!("0x{:04x}", read.product), fact.get("product_code"), "{fact:?}");
            assert_eq!(format!("0x{:08x}", read.serial_number), fact.get("serial_number_hex"), "{fact:?}");
            assert_eq!(grade(&seen), Grade::Kvm, "{fact:?}");
            if !fact.get("shape").is_empty() {
                assert_eq!(edid::shape(&seen.edid).unwrap(), fact.get("shape"), "{fact:?}");
            }
        }
        assert!(count >= 17);
    }

    #[test]
    fn a_whole_identity_says_what_a_whole_display_says() {
        let of = |product: u16, name: &str| DisplaySeen {
            manufacturer: "TSB".to_owned(),
            product: Some(product),
            name: name.to_owned(),
            serial: "2290649088".to_owned(),
            ..DisplaySeen::default()
        };
        assert_eq!(grade(&of(0x8801, "T749-fHD720")), Grade::Kvm);
        assert_eq!(grade(&of(0x8801, "T749")), Grade::Suspect);
        assert_eq!(grade(&of(0x8888, "Toshiba-H2C")), Grade::Suspect, "hobby boards have it too");
    }

    #[test]
    fn other_names_and_numbers_do_not_hide_a_display() {
        for fact in facts::displays().iter().filter(|fact| !fact.get("shape").is_empty()) {
            let mut seen = shown(fact.get("edid"));
            seen.edid[8..18].copy_from_slice(&[0x10, 0xac, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 12, 33]);
            for place in [54, 72, 90, 108] {
                if seen.edid[place..place + 3] == [0, 0, 0] && matches!(seen.edid[place + 3], 0xfc | 0xff) {
                    seen.edid[place + 5..place + 18].copy_from_slice(b"P2419H\n      ");
                }
            }
            assert_eq!(grade(&seen), Grade::Kvm, "{fact:?}");
        }
    }

    #[test]
    fn screens_that_share_one_trait_are_ordinary() {
        // Second screen of a laptop: the bridge's maker and number, but a size. Glasses: the number alone.
        let name = |manufacturer: &str, name: &str| DisplaySeen {
            manufacturer: manufacturer.to_owned(),
            name: name.to_owned(),
            ..DisplaySeen::default()
        };
        let mut screen =
            shown(facts::displays().iter().find(|fact| fact.get("mfg_id") == "TSB").unwrap().get("edid"));
        screen.edid[21..23].copy_from_slice(&[6, 13]);
        screen.edid[54] ^= 0x55;
        screen.edid[10] ^= 0x55;
        for place in [54, 72, 90, 108] {
            if screen.edid[place + 3] == 0xfc {
                screen.edid[place + 5..place + 18].copy_from_slice(b"ScreenXpert-\n");
            }
        }
        let mut reasons = Reasons::default();
        weigh(&screen, &mut reasons);
        assert_eq!(reasons.grade(Grade::Ordinary), Grade::Ordinary);
        assert_eq!(grade(&name("GVV", "KVM G5610 1024x768")), Grade::Ordinary, "a rack console");
        assert_eq!(grade(&name("DEX", "DEXA GRABBER")), Grade::Ordinary);
        assert_eq!(grade(&name("ADR", "KVM-via-IP")), Grade::Kvm);
        assert_eq!(grade(&name("GTD", "HeadlessGhost")), Grade::Suspect);
    }
}
