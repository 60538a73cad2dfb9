//! Report descriptors of input devices. A disguise changes names and ids, not what the device reports.
//!
//! Exact bytes decide only where no ordinary device has them: several firmwares took their descriptors from a real
//! keyboard or from a virtual machine, and those rows of the facts are marked down to context.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::descriptor::{self, Descriptor, Usage};
use crate::facts::{self, Fact};
use crate::finding::{Grade, Reasons};
use crate::inventory::HidSeen;
use crate::{Verdict, VerdictKind, hex};

/// Judges a report descriptor by the first sixteen hex digits of its SHA-256 (the caller computes it).
#[must_use]
pub fn judge_digest(sha256_hex: &str) -> Option<Verdict> {
    let seen = sha256_hex.get(..16)?.to_ascii_lowercase();
    facts::descriptors()
        .iter()
        .find(|fact| fact.get("tier") == "T1" && fact.get("sha256_prefix") == seen)
        .map(|fact| Verdict { kind: VerdictKind::Named, product: fact.get("firmware") })
}

/// Whether a report descriptor is a mouse with absolute axes from 0 to 32767: no pointing device that people buy
/// as a mouse has that, and every IP-KVM firmware measured does.
#[must_use]
pub fn is_absolute_mouse(bytes: &[u8]) -> bool {
    descriptor::parse(bytes)
        .pointers()
        .iter()
        .any(|pointer| pointer.absolute == Some((0, 32_767)) && !pointer.has_pen)
}

/// What a known maker makes, where its devices report positions without being an IP-KVM.
#[must_use]
pub fn innocent_maker(vendor_id: Option<u16>, product_id: Option<u16>) -> Option<&'static Fact> {
    type Products = Vec<(Option<u16>, &'static Fact)>;
    static ROWS: LazyLock<HashMap<u16, Products>> = LazyLock::new(|| {
        let mut rows: HashMap<u16, Products> = HashMap::new();
        for fact in facts::absolute_pointers() {
            if let Some(vendor_id) = hex::number(fact.get("vendor_id")) {
                rows.entry(vendor_id).or_default().push((hex::number(fact.get("product_id")), fact));
            }
        }
        rows
    });
    let rows = ROWS.get(&vendor_id?)?;
    rows.iter().find(|(product, _)| product.is_none() || *product == product_id).map(|(_, fact)| *fact)
}

/// The rows of the facts with exactly these bytes.
#[must_use]
pub fn known(bytes: &[u8]) -> &'static [&'static Fact] {
    static ROWS: LazyLock<HashMap<Vec<u8>, Vec<&'static Fact>>> = LazyLock::new(|| {
        let mut rows: HashMap<Vec<u8>, Vec<&'static Fact>> = HashMap::new();
        for fact in facts::descriptors() {
            if let Some(bytes) = hex::parse(fact.get("descriptor")) {
                rows.entry(bytes).or_default().push(fact);
            }
        }
        rows
    });
    ROWS.get(bytes).map_or(&[], Vec::as_slice)
}

/// Adds what the bytes of one report descriptor say; returns it read.
///
/// `innocent` is the maker that explains a position-reporting mouse, if any.
pub fn weigh(bytes: &[u8], innocent: Option<&Fact>, reasons: &mut Reasons) -> Descriptor {
    let read = descriptor::parse(bytes);
    let rows = known(bytes.get(..read.length).filter(|body| !body.is_empty()).unwrap_or(bytes));
    if let Some(first) = rows.first() {
        let grade = match (first.get("tier"), innocent) {
            ("T1", _) => Grade::Kvm,
            ("T2", None) => Grade::Suspect,
            _ => Grade::Ordinary,
        };
        reasons.give(grade, exact(rows));
    }
    weigh_positions(&read, innocent, reasons);
    read
}

/// A mouse that reports positions: with a wheel no mouse that people hold does, whatever the range. Without one, touch
/// screens do that speak the mouse's language, in ranges of their own.
fn weigh_positions(read: &Descriptor, innocent: Option<&Fact>, reasons: &mut Reasons) {
    let pointers = read.pointers();
    let has_wheel = pointers.iter().any(|pointer| pointer.has_wheel);
    for pointer in pointers.iter().filter(|pointer| !pointer.has_pen) {
        let Some((least, most)) = pointer.absolute else { continue };
        let what = format!("reports positions from {least} to {most} under the usage of a mouse");
        match innocent {
            Some(maker) => {
                let (name, kind) = (maker.get("maker"), maker.get("kind"));
                reasons.give(Grade::Ordinary, format!("{what}, as a {kind} of {name} does"));
            }
            // Touch screens and pen tablets speak of fingers or pens in the same descriptor; no firmware does.
            None if read.is_digitizer() => {
                reasons.give(Grade::Ordinary, format!("{what}, beside a pen or touch collection"));
            }
            None if has_wheel => {
                reasons.give(
                    Grade::Suspect,
                    format!("{what}, with a wheel: IP-KVMs and virtual machines do, no mouse does"),
                );
            }
            None if (least, most) == (0, 32_767) => {
                reasons.give(Grade::Suspect, format!("{what}, without pen or touch"));
            }
            None => reasons.give(Grade::Ordinary, format!("{what}, without a wheel: touch screens do")),
        }
    }
}

fn exact(rows: &[&Fact]) -> String {
    let mut names: Vec<String> =
        rows.iter().map(|fact| format!("{} {}", fact.get("firmware"), fact.get("hid_function"))).collect();
    names.dedup();
    let note = rows.iter().map(|fact| fact.get("note")).find(|note| !note.is_empty()).unwrap_or("");
    let tier = rows.first().map_or("", |fact| fact.get("tier"));
    let what =
        if tier == "T1" { "the report descriptor of" } else { "the report descriptor is also that of" };
    let end = if note.is_empty() || tier == "T1" { String::new() } else { format!(" ({note})") };
    format!("{what} {}{end}", names.join(", "))
}

/// Judges a report descriptor by itself.
#[must_use]
pub fn judge(seen: &HidSeen) -> (Grade, Reasons, Descriptor) {
    let mut reasons = Reasons::default();
    let innocent = innocent_maker(seen.vendor_id, seen.product_id);
    let read = weigh(&seen.descriptor, innocent, &mut reasons);
    if !read.is_usable() {
        reasons.give(Grade::Unknown, "cannot be read as a report descriptor");
        return (Grade::Unknown, reasons, read);
    }
    // I2C, Bluetooth and virtual buses are not where an IP-KVM plugs in; exact bytes count there too.
    let grade = reasons.grade(Grade::Ordinary);
    let mut grade = if seen.is_usb || grade == Grade::Kvm { grade } else { Grade::Ordinary };
    let behind = seen.descriptor.get(read.length..).unwrap_or_default();
    let is_padded = read.length > 0 && behind.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r' | 0xff));
    if grade == Grade::Ordinary && read.is_cut() && !is_padded {
        reasons.give(Grade::Unknown, format!("cannot be read to its end: {}", read.problems.join("; ")));
        grade = Grade::Unknown;
    }
    (grade, reasons, read)
}

/// What the top-level collections are, in words.
#[must_use]
pub fn kinds(read: &Descriptor) -> String {
    let mut words: Vec<&str> = Vec::new();
    for usage in &read.applications {
        let word = match *usage {
            Usage::KEYBOARD => "keyboard",
            Usage::MOUSE => "mouse",
            Usage::POINTER => "pointer",
            Usage { page: 0x0d, .. } => "digitizer",
            Usage { page: 0x0c, .. } => "media keys",
            Usage { page: 1, id: 4 | 5 } => "game controller",
            Usage { page: 1, id: 0x80 } => "power keys",
            Usage { page: 1, id: 7 } => "keypad",
            Usage { page: 0xff00.., .. } => "vendor's own",
            _ => "other",
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grade(hex_text: &str, ids: Option<(u16, u16)>) -> Grade {
        let seen = HidSeen {
            descriptor: hex::parse(hex_text).unwrap(),
            vendor_id: ids.map(|(vendor, _)| vendor),
            product_id: ids.map(|(_, product)| product),
            is_usb: true,
            ..HidSeen::default()
        };
        judge(&seen).0
    }

    const RELATIVE: &str = "05010902a10109300931158125 7f7508950281 06c0";
    const ABSOLUTE: &str = "05010902a10109300931150026ff7f751095028102c0";
    const QEMU: &str = "05010902a1010901a1000509190129031500250195037501810295017505810105010930093115 0026ff7f350046ff7f\
                        751095028102050109381581257f3500450075089501 8106c0c0";

    fn bare(text: &str) -> String {
        text.replace(' ', "")
    }

    #[test]
    fn absolute_axes_tell_a_console_from_a_mouse() {
        let bytes = |text: &str| hex::parse(&bare(text)).unwrap();
        assert!(is_absolute_mouse(&bytes(ABSOLUTE)));
        assert!(!is_absolute_mouse(&bytes(RELATIVE)));
        assert!(!is_absolute_mouse(&bytes(ABSOLUTE)[..10]));
    }

    #[test]
    fn digests_of_firmware_are_known_and_shared_ones_do_not_decide() {
        assert_eq!(judge_digest("5e10a7f6cc69f217aabb").unwrap().product, "JetKVM");
        assert_eq!(judge_digest("55c045b2daf5c91f"), None, "hobby boards have it too");
        assert_eq!(judge_digest("3ff35a2908d55c14"), None, "a keyboard of Microsoft has it");
        assert_eq!(judge_digest("4f5ed1a140900eb7"), None, "virtual machines have it");
    }

    #[test]
    fn every_row_of_the_facts_is_what_it_says() {
        for fact in facts::descriptors() {
            let bytes = hex::parse(fact.get("descriptor")).unwrap();
            assert_eq!(bytes.len().to_string(), fact.get("bytes"), "{fact:?}");
            assert!(hex::digest(&bytes).starts_with(fact.get("sha256_prefix")), "{fact:?}");
            let read = descriptor::parse(&bytes);
            assert!(read.is_usable() && read.problems.is_empty(), "{fact:?} {:?}", read.problems);
            let usage = hex::number(fact.get("usage")).unwrap();
            let page = hex::number(fact.get("usage_page")).unwrap();
            assert_eq!(read.applications[0], Usage { page, id: usage }, "{fact:?}");
            if page == 1 && usage == 2 {
                let pointer = read.pointers()[0];
                assert_eq!(pointer.absolute.is_some(), fact.get("axis_mode") == "absolute", "{fact:?}");
                assert_eq!(pointer.is_remote_shaped(), fact.get("axis_mode") == "absolute", "{fact:?}");
            }
        }
    }

    #[test]
    fn grades_follow_the_tier_of_the_facts() {
        for fact in facts::descriptors() {
            let expected = match fact.get("tier") {
                "T1" => Grade::Kvm,
                "T2" => Grade::Suspect,
                _ => Grade::Ordinary,
            };
            let seen = HidSeen {
                descriptor: hex::parse(fact.get("descriptor")).unwrap(),
                is_usb: true,
                ..HidSeen::default()
            };
            assert_eq!(judge(&seen).0, expected, "{fact:?}");
        }
    }

    #[test]
    fn a_virtual_machine_is_told_by_its_ids() {
        assert_eq!(grade(&bare(QEMU), None), Grade::Suspect, "the same bytes as NanoKVM's pointer");
        assert_eq!(grade(&bare(QEMU), Some((0x0627, 0x0001))), Grade::Ordinary);
        assert_eq!(grade(&bare(QEMU), Some((0x046d, 0xc31c))), Grade::Suspect);
    }

    #[test]
    fn ordinary_devices_stay_ordinary() {
        // A point-of-sale touch screen: positions, no wheel, another range.
        let kiosk = "05010902a1010901a10005091901290395037501810295017505810305010930093126ff0f46ff0f751095028102750895038103\
                     c009ff75089510b102c0";
        assert_eq!(grade(&bare(kiosk), None), Grade::Ordinary);
        // A pen tablet that calls itself a mouse, with pressure.
        let pen = "05010902a10185010901a100050919012903150025019503750181029505810105010930093126ff7f950275108102050d093026ff\
                   1f950175108102c0c0";
        assert_eq!(grade(&bare(pen), None), Grade::Ordinary);
        // A pen tablet with keys, wheel and mouse in one descriptor: only its maker tells it from a console.
        let artist = "05010902a10185090901a100050919012905150025019505750181029503810105010930093126ff7f95027510810209381581257f\
                      950175088106c0c005010902a1010901a1008501050919012905950575011500250181029503810105010930093195027508158125\
                      7f810609381581257f950175088106050c0a3802950175088106c0c005010906a1018506050719e029e7150025017501950881020507\
                      190029ff26ff00750895068100c0";
        assert_eq!(grade(&bare(artist), Some((0x28bd, 0x095b))), Grade::Ordinary);
        assert_eq!(grade(&bare(artist), None), Grade::Suspect);
        // Switches for people who cannot type: a keyboard that sends a few keys.
        let switch = "05010906a101050719e029e7150025017501950881029501750881 019503750105081901290391029505750191019506\
                      7508150025650507190029658100c0";
        assert_eq!(grade(&bare(switch), None), Grade::Ordinary);
    }

    #[test]
    fn another_range_hides_nothing() {
        let with = |range: &str| {
            let text = format!("05010902a10109300931{range}751095028102093815 81257f750895018106c0");
            grade(&bare(&text), None)
        };
        for range in
            ["150026ff7f", "150026ff0f", "1500261027", "150027ffff0000", "150026 7f07", "16018026ff7f"]
        {
            assert_eq!(with(range), Grade::Suspect, "{range}");
        }
        // Called a pen, and it tells of none; beside an empty collection of that name.
        let axes = "0930093115 0026ff7f751095028102093815 81257f750895018106c0";
        assert_eq!(grade(&bare(&format!("050d0902a1010501{axes}")), None), Grade::Suspect);
        let beside = format!("05010902a101{axes}050d0902a101050109 3c150025017501950181 02c0");
        assert_eq!(grade(&bare(&beside), None), Grade::Suspect);
        // The wheel in a mouse for movements beside it, as consoles over a serial line have.
        let beside = "05010902a10185010930093109381581257f750895038106c005010902a101850209300931150026ff0f75109502\
                      8102c0";
        assert_eq!(grade(&bare(beside), None), Grade::Suspect);
        assert_eq!(grade(&bare(beside), Some((0x04e7, 0x0020))), Grade::Ordinary, "a maker of touch screens");
    }

    #[test]
    fn an_exact_firmware_descriptor_counts_whatever_the_ids_say() {
        let jetkvm =
            facts::descriptors().iter().find(|fact| fact.get("sha256_prefix") == "5e10a7f6cc69f217").unwrap();
        assert_eq!(grade(jetkvm.get("descriptor"), Some((0x0627, 0x0001))), Grade::Kvm);
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        assert_eq!(grade("00ff00ff", None), Grade::Unknown);
        let cut = bare(RELATIVE);
        assert_eq!(grade(&cut, None), Grade::Ordinary);
        assert_eq!(grade(&cut[..cut.len() - 2], None), Grade::Unknown, "its end is missing");
        assert_eq!(grade(&bare(ABSOLUTE)[..30], None), Grade::Unknown);
    }
}
