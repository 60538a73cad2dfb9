//! Which firmware's functions a device has: by classes and protocols in their order, by what the functions are seen to
//! be, and by the lengths of their report descriptors.
//!
//! `lsusb -v` prints the lengths of report descriptors while the kernel's own driver holds a device, but not the
//! descriptors. Classes alone are shared with keyboards that carry a drive or media keys; lengths and order are not.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::descriptor::{self, Usage};
use crate::facts;
use crate::finding::{Grade, Reasons};
use crate::hex;
use crate::inventory::{Interface, UsbSeen};

/// What a HID function of a firmware is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Keyboard,
    /// A mouse that reports positions.
    Absolute,
    /// A mouse that reports movements.
    Relative,
    Touch,
    Media,
}

impl Role {
    fn of(function: &str) -> Option<Self> {
        match function.split_whitespace().next()? {
            "keyboard" => Some(Self::Keyboard),
            "absolute" => Some(Self::Absolute),
            "relative" => Some(Self::Relative),
            "touch" => Some(Self::Touch),
            "consumer" => Some(Self::Media),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Keyboard => "keyboard",
            Self::Absolute => "absolute mouse",
            Self::Relative => "relative mouse",
            Self::Touch => "touch screen",
            Self::Media => "media keys",
        }
    }

    /// Whether a report descriptor is of this kind.
    fn is_descriptor(self, read: &descriptor::Descriptor) -> bool {
        let points =
            |absolute: bool| read.pointers().iter().any(|pointer| pointer.absolute.is_some() == absolute);
        match self {
            Self::Keyboard => read.has(Usage::KEYBOARD),
            Self::Absolute => points(true),
            Self::Relative => points(false),
            Self::Touch => read.is_digitizer(),
            Self::Media => read.applications.iter().any(|usage| usage.page == 0x0c),
        }
    }

    /// Whether top-level usages are of this kind. A mouse that shares its interface with media keys is no firmware's.
    fn is_usages(self, usages: &[(u16, u16)]) -> bool {
        match self {
            Self::Keyboard => usages.contains(&(1, 6)),
            Self::Absolute | Self::Relative => is_bare_mouse(usages),
            Self::Touch => usages.iter().any(|(page, _)| *page == 0x0d),
            Self::Media => usages.iter().any(|(page, _)| *page == 0x0c),
        }
    }
}

/// Whether top-level usages are a mouse and nothing else; macOS lists the pointer inside a mouse beside it.
#[must_use]
pub fn is_bare_mouse(usages: &[(u16, u16)]) -> bool {
    usages.contains(&(1, 2)) && usages.iter().all(|usage| matches!(usage, (1, 1 | 2)))
}

/// A HID function as a firmware offers it.
#[derive(Debug)]
struct Offer {
    role: Role,
    triples: Vec<&'static str>,
    length: u16,
    report_bytes: u16,
}

#[derive(Debug)]
struct Firmware {
    name: &'static str,
    offers: Vec<Offer>,
    /// Roles in the order of its interfaces.
    order: Vec<Role>,
}

impl Firmware {
    fn rank(&self, role: Role) -> usize {
        self.order.iter().position(|known| *known == role).unwrap_or(self.order.len())
    }

    /// The first function behind a rank that fits.
    fn next(&self, from: usize, fits: impl Fn(&Offer) -> bool) -> Option<&Offer> {
        let behind = self.offers.iter().filter(|offer| self.rank(offer.role) >= from && fits(offer));
        behind.min_by_key(|offer| self.rank(offer.role))
    }
}

fn firmwares() -> &'static [Firmware] {
    static FIRMWARES: LazyLock<Vec<Firmware>> = LazyLock::new(|| {
        let mut all: Vec<Firmware> = Vec::new();
        for fact in facts::descriptors() {
            let bytes = hex::parse(fact.get("descriptor")).unwrap_or_default();
            let (Some(role), Ok(length)) = (Role::of(fact.get("hid_function")), u16::try_from(bytes.len()))
            else {
                continue;
            };
            let name = fact.get("firmware");
            let place = all.iter().position(|known| known.name == name).unwrap_or_else(|| {
                all.push(Firmware { name, offers: Vec::new(), order: Vec::new() });
                all.len() - 1
            });
            let firmware = &mut all[place];
            if !firmware.order.contains(&role) {
                firmware.order.push(role);
            }
            let triples = fact.get("interface").split_whitespace().collect();
            let report_bytes = descriptor::parse(&bytes).report_bytes();
            firmware.offers.push(Offer { role, triples, length, report_bytes });
        }
        all
    });
    &FIRMWARES
}

fn is_hid(interface: &&Interface) -> bool {
    interface.class == Some(3)
}

/// How far what is seen of a device's HID functions bears out that they are a firmware's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// One of them is something else.
    Refuted,
    /// What one of them is, is not told.
    Unseen,
    /// Keyboards and mice by their protocols; whether a mouse reports positions is not told.
    Told,
    /// All are what the firmware has there.
    Seen,
}

/// Holds the HID functions of a device with a firmware's interfaces against what the firmware has there.
#[must_use]
pub fn agreement(seen: &UsbSeen, firmware: &str) -> Agreement {
    let Some(firmware) = firmwares().iter().find(|known| known.name == firmware) else {
        return Agreement::Unseen;
    };
    let mut from = 0;
    let mut least = Agreement::Seen;
    for interface in seen.interfaces.iter().filter(is_hid) {
        let triple = interface.triple().unwrap_or_default();
        let Some(offer) = firmware.next(from, |offer| offer.triples.contains(&triple.as_str())) else {
            return Agreement::Refuted;
        };
        from = firmware.rank(offer.role) + 1;
        least = least.min(agrees(interface, offer.role, firmware));
    }
    least
}

fn agrees(interface: &Interface, role: Role, firmware: &Firmware) -> Agreement {
    let told = |is: bool| if is { Agreement::Seen } else { Agreement::Refuted };
    let read = descriptor::parse(&interface.descriptor);
    if read.is_usable() {
        return told(role.is_descriptor(&read));
    }
    if !interface.usages.is_empty() {
        return told(role.is_usages(&interface.usages));
    }
    let by_protocol = if interface.protocol == 0 { Agreement::Unseen } else { Agreement::Told };
    let Some(length) = interface.descriptor_length else { return by_protocol };
    let is_length = firmware.offers.iter().any(|offer| offer.role == role && offer.length == length);
    match (is_length, interface.protocol) {
        (true, _) => Agreement::Seen,
        // Without a protocol nothing says that the function is a mouse: as many keyboards have media keys there.
        (false, 0) => Agreement::Refuted,
        // A version of the firmware that is not known here.
        (false, _) => by_protocol,
    }
}

/// How the lengths of a device's report descriptors are those of a firmware.
#[derive(Debug, Clone, Copy)]
struct Fit {
    /// Classes and protocols agree as well.
    is_whole: bool,
    /// So do the packets, which Linux makes as long as a report.
    has_packets: bool,
    /// The mouse is where a keyboard has its media keys: no subclass, no protocol.
    is_plain: bool,
}

/// Adds what the lengths of report descriptors say where the descriptors themselves are not told.
pub fn weigh_lengths(seen: &UsbSeen, is_known_set: bool, reasons: &mut Reasons) {
    let hid: Vec<&Interface> = seen.interfaces.iter().filter(is_hid).collect();
    if hid.len() < 2 || hid.iter().all(|interface| !interface.descriptor.is_empty()) {
        return;
    }
    let mut found: BTreeMap<bool, (Vec<&str>, Vec<Role>, Grade)> = BTreeMap::new();
    for firmware in firmwares() {
        let Some((fit, roles)) = fit(&hid, firmware) else { continue };
        // Two lengths at the places where a keyboard has keys and media keys meet by chance in some keyboards.
        let is_telling = hid.len() > 2 || is_known_set || !fit.is_plain || fit.has_packets;
        let grade = if fit.is_whole && is_telling { Grade::Kvm } else { Grade::Suspect };
        let entry = found.entry(fit.is_whole).or_insert_with(|| (Vec::new(), roles, grade));
        entry.0.push(firmware.name);
    }
    let Some((_, (names, roles, grade))) = found.into_iter().next_back() else { return };
    let lengths: Vec<String> = hid.iter().filter_map(|one| length(one)).map(|one| one.to_string()).collect();
    let roles: Vec<&str> = roles.into_iter().map(Role::as_str).collect();
    let what = format!("its report descriptors are as long as those of {}", names.join(", "));
    reasons.give(grade, format!("{what}, in its order: {} bytes ({})", lengths.join(", "), roles.join(", ")));
}

/// Bytes of an interface's report descriptor, whether it is known itself or only its length.
#[must_use]
pub fn length(interface: &Interface) -> Option<u16> {
    let held = u16::try_from(interface.descriptor.len()).ok().filter(|length| *length > 0);
    held.or(interface.descriptor_length)
}

/// Every HID function has the length of one of the firmware's, in the firmware's order, a keyboard and a mouse for
/// positions among them.
fn fit(hid: &[&Interface], firmware: &Firmware) -> Option<(Fit, Vec<Role>)> {
    let mut from = 0;
    let mut roles = Vec::new();
    let mut fit = Fit { is_whole: true, has_packets: true, is_plain: false };
    for interface in hid {
        let length = length(interface)?;
        let triple = interface.triple()?;
        let at_home = |offer: &Offer| offer.length == length && offer.triples.contains(&triple.as_str());
        // Firmwares are built with other protocols now and then; a boot mouse is never a mouse for positions.
        let abroad = |offer: &Offer| {
            let subclass = triple.get(..5);
            offer.length == length && offer.triples.iter().any(|known| known.get(..5) == subclass)
        };
        let home = firmware.next(from, at_home);
        let offer = home.or_else(|| firmware.next(from, abroad))?;
        from = firmware.rank(offer.role) + 1;
        roles.push(offer.role);
        fit.is_whole &= home.is_some();
        fit.has_packets &= interface.packet == Some(offer.report_bytes);
        fit.is_plain |= offer.role == Role::Absolute && (interface.subclass, interface.protocol) == (0, 0);
    }
    let is_one = roles.contains(&Role::Keyboard) && roles.contains(&Role::Absolute);
    is_one.then_some((fit, roles))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Triple, length and packet of each function.
    fn device(functions: &[((u8, u8, u8), u16, u16)]) -> UsbSeen {
        let mut seen = UsbSeen::default();
        for (number, ((class, subclass, protocol), length, packet)) in (0..).zip(functions) {
            let interface = seen.interface(number);
            (interface.class, interface.subclass, interface.protocol) = (Some(*class), *subclass, *protocol);
            interface.descriptor_length = (*class == 3).then_some(*length);
            interface.packet = (*class == 3).then_some(*packet);
        }
        seen
    }

    fn grade(functions: &[((u8, u8, u8), u16, u16)], is_known_set: bool) -> Grade {
        let mut reasons = Reasons::default();
        weigh_lengths(&device(functions), is_known_set, &mut reasons);
        reasons.grade(Grade::Ordinary)
    }

    const KEYS: (u8, u8, u8) = (3, 1, 1);
    const BARE: (u8, u8, u8) = (3, 0, 0);
    const BOOT: (u8, u8, u8) = (3, 1, 2);
    const DRIVE: (u8, u8, u8) = (8, 6, 0x50);

    #[test]
    fn every_firmware_is_told_by_lengths_and_order() {
        for (functions, name) in [
            (vec![(KEYS, 65, 8), (BARE, 73, 7), (BOOT, 61, 5)], "PiKVM"),
            (vec![(KEYS, 63, 8), ((3, 0, 2), 78, 6), (BOOT, 46, 4)], "JetKVM"),
            (vec![((3, 0, 1), 63, 8), ((3, 0, 2), 52, 4), ((3, 0, 2), 74, 6)], "NanoKVM"),
            (vec![((3, 0, 1), 63, 8), ((3, 0, 2), 74, 6)], "NanoKVM"),
            (vec![(KEYS, 65, 8), (BOOT, 62, 4), ((3, 0, 2), 76, 6)], "One-KVM"),
            (vec![(KEYS, 60, 8), (BARE, 68, 7)], "TinyPilot"),
        ] {
            let mut reasons = Reasons::default();
            weigh_lengths(&device(&functions), false, &mut reasons);
            assert_eq!(reasons.grade(Grade::Ordinary), Grade::Kvm, "{name}");
            assert!(reasons.into_sorted()[0].contains(name), "{name}");
        }
    }

    #[test]
    fn two_lengths_where_keyboards_have_media_keys_are_only_odd() {
        assert_eq!(grade(&[(KEYS, 65, 8), (BARE, 73, 8)], false), Grade::Suspect);
        assert_eq!(grade(&[(KEYS, 65, 8), (BARE, 73, 8), (DRIVE, 0, 0)], true), Grade::Kvm);
        // Another protocol than the source has.
        assert_eq!(grade(&[(KEYS, 65, 8), (BOOT, 62, 8), (BARE, 76, 8)], false), Grade::Suspect);
    }

    #[test]
    fn other_lengths_orders_and_places_say_nothing() {
        // A keyboard with media keys; a mouse with a keyboard behind it; a keyboard with a boot mouse; a receiver.
        for functions in [
            vec![(KEYS, 65, 8), (BARE, 23, 8)],
            vec![(BOOT, 73, 8), (KEYS, 65, 8), (DRIVE, 0, 0)],
            vec![(KEYS, 65, 8), (BOOT, 73, 8)],
            vec![(KEYS, 65, 8), (BOOT, 61, 8)],
            vec![(KEYS, 59, 8), (BOOT, 148, 8), (BARE, 98, 32)],
            vec![(KEYS, 65, 8)],
        ] {
            assert_eq!(grade(&functions, true), Grade::Ordinary, "{functions:?}");
        }
    }

    #[test]
    fn what_is_seen_of_a_function_refutes_or_bears_out() {
        let mut seen = device(&[(KEYS, 65, 8), (BARE, 24, 8), (DRIVE, 0, 0)]);
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Refuted, "media keys by their length");
        seen.interfaces[1].descriptor_length = Some(73);
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Seen);
        for interface in &mut seen.interfaces {
            interface.descriptor_length = None;
        }
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Unseen);
        seen.interfaces[0].usages = vec![(1, 6)];
        seen.interfaces[1].usages = vec![(1, 2), (0x0c, 1)];
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Refuted, "a mouse beside media keys");
        seen.interfaces[1].usages = vec![(1, 2), (1, 1)];
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Seen);
        // A mouse that moves, where the firmware has one for positions.
        let moves = "05010902a10109010 9301581257f750895018106c0".replace(' ', "");
        seen.interfaces[1].descriptor = hex::parse(&moves).unwrap();
        assert_eq!(agreement(&seen, "PiKVM"), Agreement::Refuted);
    }
}
