//! What a USB device consists of. Ids and strings can be typed in; functions, their order and the marks of the
//! kernel that offers them cannot, short of building another firmware.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::descriptor::{self, Usage};
use crate::facts::{self, Fact};
use crate::finding::{Grade, Reasons};
use crate::firmware::{self, Agreement};
use crate::inventory::{Interface, UsbSeen};
use crate::{hex, hid};

/// What the functions of a device are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Functions {
    /// A keyboard.
    pub keyboard: bool,
    /// A mouse that moves.
    pub mouse: bool,
    /// A mouse that reports positions from nought and turns a wheel, in a descriptor of its own.
    pub remote_mouse: bool,
    /// A drive.
    pub storage: bool,
    /// A network adapter.
    pub network: bool,
    /// HID functions as the gadget driver of Linux offers them.
    pub gadget: bool,
}

/// Reads the functions from interfaces, descriptors and drives.
#[must_use]
pub fn functions(seen: &UsbSeen) -> Functions {
    let mut found = Functions { storage: !seen.drives.is_empty(), ..Functions::default() };
    for interface in &seen.interfaces {
        let read = descriptor::parse(&interface.descriptor);
        let uses = |usage: Usage| read.has(usage) || interface.usages.contains(&(usage.page, usage.id));
        let is_hid = interface.class == Some(3);
        found.keyboard |= uses(Usage::KEYBOARD) || (is_hid && interface.protocol == 1);
        found.mouse |= uses(Usage::MOUSE) || (is_hid && interface.protocol == 2);
        found.remote_mouse |= read
            .pointers()
            .iter()
            .any(|pointer| pointer.is_remote_shaped() && pointer.counts_from_nought() && pointer.is_alone);
        found.storage |= matches!((interface.class, interface.subclass), (Some(8), _));
        found.network |= is_network(interface);
        found.gadget |= is_gadget(interface);
    }
    found
}

fn is_network(interface: &Interface) -> bool {
    matches!(
        (interface.class, interface.subclass, interface.protocol),
        (Some(0xe0), 1, 3) | (Some(2), 6 | 0x0d, _) | (Some(0xef), 4, 1)
    )
}

/// The gadget driver of Linux names every HID function alike, says HID 1.01 and asks to be polled every four
/// microframe steps with packets as long as one report; devices that people buy say 1.00, 1.10 or 1.11.
fn is_gadget(interface: &Interface) -> bool {
    let is_version = interface.hid_version == Some(0x0101);
    let is_short = interface.packet.is_some_and(|packet| (1..=8).contains(&packet));
    match interface.name.trim() {
        "HID Interface" => is_version || interface.hid_version.is_none(),
        // Where the source has no strings, version, interval and packet must all fit.
        "" => is_version && interface.interval == Some(4) && is_short,
        _ => false,
    }
}

/// Adds what the functions together say.
pub fn weigh(seen: &UsbSeen, found: Functions, reasons: &mut Reasons) {
    let plain = plain_claim(seen);
    let known = known_set(&interface_set(seen));
    if let Some(fact) = known {
        weigh_set(seen, fact, plain, reasons);
    }
    firmware::weigh_lengths(seen, known.is_some(), reasons);
    if found.gadget {
        weigh_gadget(seen, found, plain, reasons);
    }
    if found.keyboard && found.remote_mouse {
        let grade = if hid::innocent_maker(seen.vendor_id, seen.product_id).is_some()
            && !found.gadget
            && !found.storage
        {
            Grade::Suspect
        } else {
            Grade::Kvm
        };
        reasons.give(
            grade,
            "a keyboard and a position-reporting mouse with a wheel, each by itself, in one device",
        );
    }
    if found.keyboard && (found.storage || found.network) {
        let behind = match (found.storage, found.network) {
            (true, true) => "a drive and a network adapter",
            (true, false) => "a drive",
            _ => "a network adapter",
        };
        // Keyboards that show their memory as a drive and mice that bring their driver on one are sold.
        let is_both = found.storage && found.network;
        let is_gadget = plain.is_some() && found.gadget;
        let grade = if is_both || is_gadget { Grade::Kvm } else { Grade::Suspect };
        let says = plain.map(|claim| format!("; it says it is {claim}")).unwrap_or_default();
        reasons.give(grade, format!("a keyboard with {behind} behind it{says}"));
    }
    weigh_mice(seen, found.storage || found.network, reasons);
}

/// The interfaces of a firmware; what its HID functions are seen to be may refute it.
fn weigh_set(seen: &UsbSeen, fact: &Fact, plain: Option<&str>, reasons: &mut Reasons) {
    let what = fact.get("product").trim_start_matches("interface set: ");
    let is_own = fact.get("tier") == "T1";
    match firmware::agreement(seen, fact.get("firmware")) {
        Agreement::Refuted => {}
        Agreement::Unseen => {
            let end = "what its HID functions are is not told";
            reasons.give(Grade::Suspect, format!("has the interfaces of {what}, in its order; {end}"));
        }
        Agreement::Told => {
            let grade = if is_own { Grade::Kvm } else { Grade::Suspect };
            let end = "a keyboard and mice by their protocols";
            reasons.give(grade, format!("has the interfaces of {what}, in its order: {end}"));
        }
        Agreement::Seen => {
            let grade = if is_own || plain.is_some() { Grade::Kvm } else { Grade::Suspect };
            reasons.give(grade, format!("has the interfaces of {what}, in its order: {}", fact.get("other")));
        }
    }
}

fn weigh_gadget(seen: &UsbSeen, found: Functions, plain: Option<&str>, reasons: &mut Reasons) {
    let is_honest = seen.vendor_id.is_none_or(|id| id == 0x1d6b);
    let what = "its HID functions are those of a Linux gadget (named HID Interface, HID 1.01)";
    let (grade, end) = match (found.keyboard && found.mouse, is_honest, plain) {
        (true, false, _) => {
            (Grade::Kvm, ": a computer that plays keyboard and mouse under another maker's id")
        }
        (true, true, Some(_)) => {
            (Grade::Kvm, ": a computer that plays keyboard and mouse and says it is a plain one")
        }
        (true, true, None) => (Grade::Suspect, ": a computer that plays keyboard and mouse"),
        (false, _, Some(_)) => (Grade::Suspect, ": a computer that says it is an input device"),
        (false, ..) => (Grade::Suspect, ""),
    };
    reasons.give(grade, format!("{what}{end}"));
}

/// Class triples by interface number; empty where one is missing.
#[must_use]
pub fn interface_set(seen: &UsbSeen) -> String {
    let triples: Option<Vec<String>> = seen.interfaces.iter().map(Interface::triple).collect();
    triples.unwrap_or_default().join(" ")
}

/// The firmware that has exactly these interfaces.
fn known_set(set: &str) -> Option<&'static Fact> {
    static SETS: LazyLock<HashMap<&'static str, &'static Fact>> = LazyLock::new(|| {
        let rows = facts::usb().iter().filter(|fact| fact.get("match_rule") == "interface set");
        rows.map(|fact| (fact.get("interfaces"), fact)).collect()
    });
    SETS.get(set).copied()
}

/// Mice beside a keyboard as people do not buy them. Where report descriptors are known, one of the mice must report
/// positions.
fn weigh_mice(seen: &UsbSeen, has_more: bool, reasons: &mut Reasons) {
    // Some sources tell of usages and not of classes.
    let hid: Vec<(&Interface, Vec<(u16, u16)>)> = seen
        .interfaces
        .iter()
        .map(|interface| (interface, top_usages(interface)))
        .filter(|(interface, usages)| interface.class == Some(3) || !usages.is_empty())
        .collect();
    let mice: Vec<&Interface> =
        hid.iter().filter(|(_, usages)| firmware::is_bare_mouse(usages)).map(|(mouse, _)| *mouse).collect();
    let is_keyboard = |usages: &[(u16, u16)]| usages == [(1, 6)];
    if mice.is_empty() || !hid.iter().any(|(_, usages)| is_keyboard(usages)) {
        return;
    }
    let is_moving = mice.iter().all(|mouse| !mouse.descriptor.is_empty() && !has_positions(mouse));
    if is_moving || hid::innocent_maker(seen.vendor_id, seen.product_id).is_some() {
        return;
    }
    if mice.len() > 1 {
        let what = "a keyboard and two mice, each on an interface of its own";
        let (grade, end) = if has_more {
            (Grade::Kvm, ", with a drive or network behind them")
        } else {
            (Grade::Suspect, "")
        };
        reasons.give(
            grade,
            format!("{what}{end}: one for positions and one for movements, as IP-KVMs have them"),
        );
    }
    // Boards of hobbyists and keyboards with a touchpad have this under other ids; makers that are household names
    // speak the boot protocol, or put the mouse beside media keys.
    let is_bare = mice.iter().any(|mouse| mouse.subclass == 0);
    let is_boot = |interface: &Interface| (interface.subclass, interface.protocol) == (1, 1);
    let has_keys = hid.iter().any(|(interface, usages)| is_keyboard(usages) && is_boot(interface));
    if let Some(maker) = brand(seen).filter(|_| hid.len() == 2 && is_bare && has_keys) {
        reasons.give(
            Grade::Suspect,
            format!("a boot keyboard beside a mouse without boot protocol, which {maker} does not make"),
        );
    }
}

fn has_positions(interface: &Interface) -> bool {
    let read = descriptor::parse(&interface.descriptor);
    read.pointers().iter().any(|pointer| pointer.absolute.is_some())
}

/// Top-level usages, from the report descriptor where it is known.
fn top_usages(interface: &Interface) -> Vec<(u16, u16)> {
    if interface.descriptor.is_empty() {
        return interface.usages.clone();
    }
    let read = descriptor::parse(&interface.descriptor);
    read.applications.iter().map(|usage| (usage.page, usage.id)).collect()
}

/// The maker by its id, where it sells keyboards and mice under its own name.
fn brand(seen: &UsbSeen) -> Option<&'static str> {
    maker(seen).filter(|fact| fact.get("kind") == "brand").map(|fact| fact.get("maker"))
}

fn maker(seen: &UsbSeen) -> Option<&'static Fact> {
    let vendor_id = seen.vendor_id?;
    facts::input_makers().iter().find(|fact| hex::number(fact.get("vendor_id")) == Some(vendor_id))
}

/// What the device says it is, where it claims to be a plain keyboard, mouse or receiver.
#[must_use]
pub fn plain_claim(seen: &UsbSeen) -> Option<&str> {
    const WORDS: [&str; 6] = ["keyboard", "mouse", "receiver", "input device", "keypad", "trackball"];
    let lower = seen.product.to_ascii_lowercase();
    if WORDS.iter().any(|word| lower.contains(word)) {
        return Some(seen.product.as_str());
    }
    maker(seen).map(|fact| fact.get("maker"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(triples: &[(u8, u8, u8)]) -> UsbSeen {
        let interfaces = triples.iter().zip(0..).map(|((class, subclass, protocol), number)| Interface {
            number,
            class: Some(*class),
            subclass: *subclass,
            protocol: *protocol,
            ..Interface::default()
        });
        UsbSeen { interfaces: interfaces.collect(), ..UsbSeen::default() }
    }

    fn grade(seen: &UsbSeen) -> Grade {
        let mut reasons = Reasons::default();
        weigh(seen, functions(seen), &mut reasons);
        reasons.grade(Grade::Ordinary)
    }

    const JETKVM: &[(u8, u8, u8)] = &[(3, 1, 1), (3, 0, 2), (3, 1, 2), (8, 6, 0x50)];

    #[test]
    fn sets_of_firmware_are_known_whatever_the_ids() {
        let mut seen = device(JETKVM);
        (seen.vendor_id, seen.product_id) = (Some(0x1234), Some(0x5678));
        assert_eq!(grade(&seen), Grade::Kvm);
        // In the place of a mouse that has no protocol there might be media keys.
        let mut fourth = device(&[(3, 1, 1), (3, 0, 0), (3, 1, 2), (8, 6, 0x50)]);
        assert_eq!(grade(&fourth), Grade::Suspect);
        for (interface, usage) in fourth.interfaces.iter_mut().zip([6, 2, 2]) {
            interface.usages = vec![(1, usage)];
        }
        assert_eq!(grade(&fourth), Grade::Kvm);
        let mut pikvm = device(&[(3, 1, 1), (3, 0, 0), (8, 6, 0x50)]);
        for (interface, usage) in pikvm.interfaces.iter_mut().zip([6, 2]) {
            interface.usages = vec![(1, usage)];
        }
        assert_eq!(grade(&pikvm), Grade::Suspect);
        pikvm.product = "USB Keyboard".to_owned();
        assert_eq!(grade(&pikvm), Grade::Kvm);
    }

    #[test]
    fn a_keyboard_with_media_keys_and_a_drive_is_no_firmware() {
        let mut seen = device(&[(3, 1, 1), (3, 0, 0), (8, 6, 0x50)]);
        seen.product = "Contoured Keyboard".to_owned();
        assert_eq!(grade(&seen), Grade::Suspect, "a keyboard with a drive behind it");
        seen.interfaces[1].usages = vec![(0x0c, 1)];
        let mut reasons = Reasons::default();
        weigh(&seen, functions(&seen), &mut reasons);
        let reasons = reasons.into_sorted();
        assert!(!reasons.iter().any(|reason| reason.contains("mouse")), "{reasons:?}");
        // A gaming mouse that brings its driver on a drive.
        let mut seen = device(&[(3, 1, 2), (3, 1, 1), (8, 6, 0x50)]);
        (seen.vendor_id, seen.product) = (Some(0x258a), "Gaming Mouse".to_owned());
        assert_eq!(grade(&seen), Grade::Suspect);
    }

    #[test]
    fn mice_beside_a_keyboard_are_counted_and_held_against_the_maker() {
        let with = |triples: &[(u8, u8, u8)], usages: &[&[(u16, u16)]], vendor_id: u16| {
            let mut seen = device(triples);
            seen.vendor_id = Some(vendor_id);
            for (interface, usages) in seen.interfaces.iter_mut().zip(usages) {
                interface.usages = usages.to_vec();
            }
            grade(&seen)
        };
        let (keys, mouse, media): (&[_], &[_], &[_]) = (&[(1, 6)], &[(1, 2)], &[(0x0c, 1)]);
        let three = [(3, 1, 1), (3, 1, 2), (3, 1, 2)];
        assert_eq!(with(&three, &[keys, mouse, mouse], 0x045e), Grade::Suspect);
        assert_eq!(with(&three, &[keys, mouse, media], 0x045e), Grade::Ordinary);
        let four = [(3, 1, 1), (3, 1, 2), (3, 1, 2), (8, 6, 0x50)];
        assert_eq!(with(&four, &[keys, mouse, mouse], 0x045e), Grade::Kvm);
        let two = [(3, 1, 1), (3, 0, 0)];
        assert_eq!(with(&two, &[keys, mouse], 0x046d), Grade::Suspect, "Logitech makes none");
        assert_eq!(with(&two, &[keys, mouse], 0x258a), Grade::Ordinary, "a keyboard with a touchpad");
        assert_eq!(with(&two, &[keys, mouse], 0x16c0), Grade::Ordinary, "a hobbyist's board");
        assert_eq!(with(&two, &[keys, &[(1, 2), (0x0c, 1)]], 0x046d), Grade::Ordinary);
    }

    #[test]
    fn ordinary_sets_are_ordinary() {
        // Keyboard with media keys; receiver; headset; webcam; drive; hub; phone sharing its connection.
        for set in [
            &[(3, 1, 1), (3, 0, 0)][..],
            &[(3, 1, 1), (3, 1, 2), (3, 0, 0)],
            &[(1, 1, 0), (1, 2, 0), (1, 2, 0), (3, 0, 0)],
            &[(0x0e, 1, 0), (0x0e, 2, 0)],
            &[(8, 6, 0x50)],
            &[(9, 0, 0)],
            &[(0xe0, 1, 3), (10, 0, 0)],
            // A tablet that carries its driver on a disc.
            &[(8, 6, 0x50), (3, 0, 0), (3, 1, 2)],
        ] {
            assert_eq!(grade(&device(set)), Grade::Ordinary, "{set:?}");
        }
    }

    #[test]
    fn the_gadget_driver_of_linux_is_seen() {
        let mut seen = device(&[(3, 1, 1), (3, 1, 2)]);
        for interface in &mut seen.interfaces {
            interface.name = "HID Interface".to_owned();
            interface.hid_version = Some(0x0101);
        }
        seen.vendor_id = Some(0x1d6b);
        assert_eq!(grade(&seen), Grade::Suspect, "a developer's board that says what it is");
        seen.vendor_id = Some(0x046d);
        assert_eq!(grade(&seen), Grade::Kvm);
        for interface in &mut seen.interfaces {
            interface.hid_version = Some(0x0111);
        }
        assert_eq!(grade(&seen), Grade::Ordinary, "another driver");
    }

    #[test]
    fn storage_behind_a_keyboard_is_at_least_odd() {
        let mut seen = device(&[(3, 1, 1), (8, 6, 0x50)]);
        assert_eq!(grade(&seen), Grade::Suspect);
        seen.interfaces.pop();
        assert_eq!(grade(&seen), Grade::Ordinary);
        seen.drives.push(("Generic".to_owned(), "Flash Disk".to_owned()));
        assert_eq!(grade(&seen), Grade::Suspect);
    }
}
