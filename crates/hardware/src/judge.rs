//! From an inventory entry to a finding.

use crate::finding::{Finding, Grade, Reasons};
use crate::inventory::{Device, DisplaySeen, HidSeen, Interface, NetworkSeen, Posture, Seen, Tool, UsbSeen};
use crate::rhythm::Rhythm;
use crate::tools::policy::{self, Around, Policy};
use crate::tools::{Outcome, Session, time};
use crate::usb::{self, UsbStrings};
use crate::{VerdictKind, composite, display, firmware, hex, hid, lan};

/// Judges one device by itself; a session as if the company had declared nothing.
#[must_use]
pub fn judge(seen: &Seen) -> Finding {
    judge_with(seen, &Policy::default(), Around::default())
}

/// Judges one device; for sessions with what the company declared and with what else ran on the computer.
#[must_use]
pub fn judge_with(seen: &Seen, policy: &Policy, around: Around<'_>) -> Finding {
    let (class, grade, reasons, facts) = match &seen.device {
        Device::Hid(device) => of_hid(device),
        Device::Usb(device) => of_usb(device),
        Device::Display(device) => of_display(device),
        Device::Network(device) => of_network(device),
        Device::Session(session) => of_session(session, policy, around),
        Device::Tool(tool) => of_tool(tool, policy),
        Device::Rhythm(rhythm) => of_rhythm(rhythm),
        Device::Posture(posture) => of_posture(posture),
        Device::Unreadable(why) => ("hid", Grade::Unknown, vec![(*why).to_owned()], Vec::new()),
    };
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    Finding { device: seen.label.clone(), class, grade, reasons, facts }
}

type Parts = (&'static str, Grade, Vec<String>, Vec<(&'static str, String)>);

fn id(number: Option<u16>) -> String {
    number.map(|number| format!("{number:04x}")).unwrap_or_default()
}

fn of_hid(device: &HidSeen) -> Parts {
    let (grade, reasons, read) = hid::judge(device);
    let facts = vec![
        ("vendor_id", id(device.vendor_id)),
        ("product_id", id(device.product_id)),
        ("name", device.name.clone()),
        ("kinds", hid::kinds(&read)),
        ("axes", axes(&read)),
        ("bytes", device.descriptor.len().to_string()),
        ("sha256", hex::digest(&device.descriptor)),
        ("problems", read.problems.join("; ")),
    ];
    ("hid", grade, reasons.into_sorted(), facts)
}

fn axes(read: &crate::descriptor::Descriptor) -> String {
    let words = read.pointers().into_iter().map(|pointer| match pointer.absolute {
        Some((least, most)) => format!("absolute {least}..{most}"),
        None => "relative".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn of_usb(device: &UsbSeen) -> Parts {
    let mut reasons = Reasons::default();
    weigh_strings(device, &mut reasons);
    let found = composite::functions(device);
    composite::weigh(device, found, &mut reasons);
    let innocent = hid::innocent_maker(device.vendor_id, device.product_id)
        .filter(|_| !found.gadget && !found.storage && !found.network);
    let mut digests = Vec::new();
    for interface in device.interfaces.iter().filter(|interface| !interface.descriptor.is_empty()) {
        hid::weigh(&interface.descriptor, innocent, &mut reasons);
        digests.extend(hex::digest(&interface.descriptor).get(..16).map(str::to_owned));
    }
    for mac in &device.macs {
        let seen = NetworkSeen { mac: mac.clone(), ..NetworkSeen::default() };
        lan::weigh(&seen, &mut reasons);
    }
    let least = if is_told(device) { Grade::Ordinary } else { Grade::Unknown };
    let grade = reasons.grade(least);
    let mut reasons = reasons.into_sorted();
    if grade == Grade::Unknown {
        reasons.push("only ids and strings are known, and those can be typed in".to_owned());
    }
    let lengths: Vec<String> =
        device.interfaces.iter().filter_map(firmware::length).map(|bytes| bytes.to_string()).collect();
    let drives: Vec<String> = device
        .drives
        .iter()
        .map(|(vendor, product)| format!("{vendor} {product}").trim().to_owned())
        .collect();
    let facts = vec![
        ("vendor_id", id(device.vendor_id)),
        ("product_id", id(device.product_id)),
        ("manufacturer", device.vendor.clone()),
        ("product", device.product.clone()),
        ("serial", device.serial.clone()),
        ("configuration", device.configuration.clone()),
        ("description", device.descriptions.join("; ")),
        ("interfaces", composite::interface_set(device)),
        ("descriptor_bytes", lengths.join(" ")),
        ("descriptors", digests.join(" ")),
        ("drives", drives.join("; ")),
    ];
    ("usb", grade, reasons, facts)
}

/// Whether enough is known to call a device ordinary: what it consists of, not just what it is called.
fn is_told(device: &UsbSeen) -> bool {
    let is_hub = device.class == Some(9);
    let has_interfaces = !device.interfaces.is_empty() && device.interfaces.iter().any(is_known);
    is_hub || has_interfaces
}

fn is_known(interface: &Interface) -> bool {
    interface.class.is_some() || !interface.descriptor.is_empty() || !interface.usages.is_empty()
}

fn weigh_strings(device: &UsbSeen, reasons: &mut Reasons) {
    let (vendor_id, product_id) = (id(device.vendor_id), id(device.product_id));
    let strings = UsbStrings {
        vendor_id: &vendor_id,
        product_id: &product_id,
        vendor: &device.vendor,
        product: &device.product,
        serial: &device.serial,
    };
    let verdict = usb::judge(strings).or_else(|| {
        // Operating systems show the product string as the description of the device.
        device.descriptions.iter().find_map(|text| usb::judge(UsbStrings { product: text, ..strings }))
    });
    if let Some(verdict) = verdict {
        let product = verdict.product;
        let reason = match verdict.kind {
            VerdictKind::Disguised => format!("has the ids and strings of the disguise {product}"),
            _ => format!("has the ids and strings of {product}"),
        };
        reasons.give(Grade::Kvm, reason);
    }
    let texts = [device.vendor.as_str(), &device.product, &device.configuration, &device.serial];
    let drives = device.drives.iter().flat_map(|(vendor, product)| [vendor.as_str(), product.as_str()]);
    let words = texts.into_iter().chain(device.descriptions.iter().map(String::as_str)).chain(drives);
    let named = usb::named(words.clone());
    if let Some(product) = named {
        reasons.give(Grade::Kvm, format!("calls itself {product}"));
    }
    for (vendor, product) in &device.drives {
        if let Some(product) = usb::judge_drive(vendor, product) {
            reasons.give(Grade::Kvm, format!("its drive answers as that of {product}"));
        }
    }
    if let (Some(vendor_id), Some(product_id)) = (device.vendor_id, device.product_id) {
        if let Some(chip) = usb::remote_chip(vendor_id, product_id) {
            reasons.give(
                Grade::Suspect,
                format!("{chip}: a chip of consoles over a serial line, and of automation"),
            );
        }
        if (vendor_id, product_id) == (0x1d6b, 0x0104) {
            let (grade, end) = if is_told(device) {
                (Grade::Ordinary, "")
            } else {
                (Grade::Suspect, ", and what it consists of is not told: IP-KVMs and developers' boards")
            };
            reasons.give(grade, format!("the ids of any Linux gadget{end}"));
        }
    }
    if named.is_none() && words.clone().any(|text| text.to_ascii_lowercase().contains("kvm")) {
        reasons.give(Grade::Ordinary, "a KVM switch by its name; no network side is known of it");
    }
}

fn of_display(device: &DisplaySeen) -> Parts {
    let mut reasons = Reasons::default();
    let read = display::weigh(device, &mut reasons);
    let has_words = !device.name.is_empty() || !device.serial.is_empty() || !device.manufacturer.is_empty();
    let least = if read.is_some() || has_words { Grade::Ordinary } else { Grade::Unknown };
    if read.is_none() && !device.edid.is_empty() {
        reasons.give(Grade::Unknown, "cannot be read as an EDID");
    }
    let grade = reasons.grade(least);
    let facts = match read {
        None => vec![
            ("manufacturer", device.manufacturer.clone()),
            ("product_code", id(device.product)),
            ("name", device.name.clone()),
            ("serial", device.serial.clone()),
        ],
        Some(read) => {
            let preferred = read.timings.first();
            let mode = preferred.map(|timing| format!("{}x{}", timing.width, timing.height));
            vec![
                ("manufacturer", read.manufacturer),
                ("product_code", format!("{:04x}", read.product)),
                ("serial_number", read.serial_number.to_string()),
                ("name", read.name),
                ("serial", read.serial),
                ("made", format!("{}-W{}", read.year, read.week)),
                ("size_cm", format!("{}x{}", read.size_cm.0, read.size_cm.1)),
                ("mode", mode.unwrap_or_default()),
                ("version", format!("{}.{}", read.version.0, read.version.1)),
            ]
        }
    };
    ("display", grade, reasons.into_sorted(), facts)
}

fn of_network(device: &NetworkSeen) -> Parts {
    let mut reasons = Reasons::default();
    lan::weigh(device, &mut reasons);
    let grade = reasons.grade(Grade::Ordinary);
    let facts = vec![
        // Of a neighbour that is no KVM only the maker's half of the address is shown.
        ("mac", if grade.is_found() { device.mac.clone() } else { device.mac.chars().take(8).collect() }),
        ("host", if grade.is_found() { device.host.clone() } else { String::new() }),
    ];
    ("network", grade, reasons.into_sorted(), facts)
}

fn of_session(session: &Session, policy: &Policy, around: Around<'_>) -> Parts {
    let (grade, reasons) = policy::judge(session, policy, around);
    let outcome = match session.outcome {
        Outcome::Held => "held",
        Outcome::Refused => "refused",
    };
    let facts = vec![
        ("tool", session.tool.to_owned()),
        ("direction", session.direction.as_str().to_owned()),
        ("outcome", outcome.to_owned()),
        ("peer", session.peer.clone()),
        ("peer_name", session.peer_name.clone()),
        ("address", session.address.clone()),
        ("method", session.method.clone()),
        ("local_user", session.local_user.clone()),
        ("start", session.start.map(time::write).unwrap_or_default()),
        ("end", session.end.map(time::write).unwrap_or_default()),
        ("duration_seconds", session.seconds().map(|seconds| seconds.to_string()).unwrap_or_default()),
    ];
    ("tool", grade, reasons, facts)
}

fn of_tool(tool: &Tool, policy: &Policy) -> Parts {
    let family = tool.family.as_str();
    let (grade, reason) = match policy.allows_tool(family) {
        Some(true) => (Grade::Ordinary, format!("{family} is declared by the company")),
        Some(false) => {
            (Grade::Suspect, format!("{family} is {}, and not on the list of declared tools", tool.how))
        }
        None => {
            (Grade::Ordinary, format!("{family} is {}; nothing was declared to hold it against", tool.how))
        }
    };
    let facts = vec![
        ("tool", tool.family.clone()),
        ("how", tool.how.clone()),
        ("port", tool.port.map(|port| port.to_string()).unwrap_or_default()),
    ];
    ("tool", grade, vec![reason], facts)
}

/// A rhythm is never more than suspect, and by rule it never opens a case.
fn of_rhythm(rhythm: &Rhythm) -> Parts {
    let (grade, reason) = match rhythm.period_seconds {
        Some(period) if rhythm.is_timer() => (
            Grade::Suspect,
            format!(
                "input as regular as a timer, about every {period:.0} s: a jiggler, a presenter, a watched screen"
            ),
        ),
        _ => (Grade::Ordinary, "no timer stands out among the moments of input".to_owned()),
    };
    let facts = vec![
        ("moments", rhythm.moments.to_string()),
        ("hours", format!("{:.2}", rhythm.hours)),
        ("period_seconds", rhythm.period_seconds.map(|period| format!("{period:.1}")).unwrap_or_default()),
        ("false_alarm", format!("{:.1e}", rhythm.false_alarm)),
        ("test", rhythm.test.to_owned()),
    ];
    ("hid", grade, vec![reason], facts)
}

/// A closed lid with a display is a desk as often as a shelf: context only.
fn of_posture(posture: &Posture) -> Parts {
    let reason = match (posture.lid.as_str(), posture.displays) {
        ("closed", 0) => "the lid is closed and no display is attached",
        ("closed", _) => "the lid is closed and a display is attached, as at a desk",
        ("open", _) => "the lid is open",
        _ => "whether the lid is open is not known",
    };
    let facts = vec![
        ("lid", posture.lid.clone()),
        ("on_mains", posture.on_mains.map(|is| is.to_string()).unwrap_or_default()),
        ("displays", posture.displays.to_string()),
    ];
    ("display", Grade::Ordinary, vec![reason.to_owned()], facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(device: UsbSeen) -> Finding {
        judge(&Seen { label: "x".to_owned(), device: Device::Usb(Box::new(device)) })
    }

    #[test]
    fn names_alone_leave_a_device_unknown() {
        let keyboard = UsbSeen {
            vendor_id: Some(0x046d),
            product_id: Some(0xc31c),
            product: "USB Keyboard".to_owned(),
            ..UsbSeen::default()
        };
        assert_eq!(usb(keyboard.clone()).grade, Grade::Unknown);
        let mut told = keyboard;
        let interface = told.interface(0);
        (interface.class, interface.subclass, interface.protocol) = (Some(3), 1, 1);
        assert_eq!(usb(told).grade, Grade::Ordinary);
    }

    #[test]
    fn a_console_by_name_is_found_and_a_switch_is_not() {
        let jetkvm = UsbSeen { product: "JetKVM USB Emulation Device".to_owned(), ..UsbSeen::default() };
        let finding = usb(jetkvm);
        assert_eq!((finding.grade, finding.class), (Grade::Kvm, "usb"));
        let switch = UsbSeen { product: "CS22U KVM Switch".to_owned(), ..UsbSeen::default() };
        assert!(!usb(switch).grade.is_found());
    }

    #[test]
    fn a_neighbour_that_is_no_console_keeps_its_address() {
        let device = NetworkSeen {
            mac: "aa:bb:cc:dd:ee:ff".to_owned(),
            host: "anna.local".to_owned(),
            ..NetworkSeen::default()
        };
        let finding = judge(&Seen { label: "x".to_owned(), device: Device::Network(device) });
        assert_eq!(finding.facts, vec![("mac", "aa:bb:cc".to_owned())]);
    }
}
