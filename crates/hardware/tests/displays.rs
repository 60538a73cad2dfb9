//! How the rules do on 106,386 real displays: false alarms, the KVM displays among them, and how common each trait is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod public;

use std::collections::BTreeMap;

use hardware::finding::Grade;
use hardware::inventory::{Device, DisplaySeen, Seen};
use hardware::{edid, hex, judge};

/// False "kvm" at most one in ten thousand, "suspect" at most five in a thousand.
const FALSE_KVM_MAX: f64 = 1e-4;
const SUSPECT_MAX: f64 = 5e-3;

/// KVM displays among them, told by people's eyes: their own names say so. (maker, name, how many)
const KVM_DISPLAYS: [(&str, &str, usize); 10] = [
    ("LNX", "PiKVM", 4),
    ("LNX", "PiKVM V3", 1),
    ("LNX", "PiKVM V4 Plus", 1),
    ("TSB", "PI-KVM Video", 2),
    ("TSB", "TinyPilot", 1),
    ("ADR", "KVM-via-IP", 3),
    ("ADV", "ADV-KVM-IP-x2", 2),
    ("PNP", "Lantronix SLS", 3),
    ("AVO", "Smart Cable", 3),
    ("AVO", "Vertiv 60Hz", 2),
];

#[test]
fn real_displays_are_left_alone_and_the_kvms_among_them_found() {
    let Some(text) = public::displays() else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut suspects: BTreeMap<String, usize> = BTreeMap::new();
    let mut traits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut total = 0usize;
    for line in text.lines() {
        let bytes = hex::parse(line.rsplit('\t').next().unwrap()).unwrap();
        let read = edid::parse(&bytes).unwrap();
        total += 1;
        for (name, has) in [
            ("size 0 x 0", read.size_cm == (0, 0)),
            ("number 0x88888800", read.serial_number == 0x8888_8800),
            ("maker TSB", read.manufacturer == "TSB"),
            (
                "maker TSB, number 0x88888800, size 0 x 0",
                read.manufacturer == "TSB" && read.serial_number == 0x8888_8800 && read.size_cm == (0, 0),
            ),
            ("no name", read.name.is_empty()),
            (
                "no serial number at all",
                matches!(read.serial_number, 0 | 1 | 0x0101_0101) && read.serial.is_empty(),
            ),
            ("wrong checksum or missing block", !read.problems.is_empty()),
            ("name with KVM", read.name.to_ascii_lowercase().contains("kvm")),
        ] {
            *traits.entry(name).or_default() += usize::from(has);
        }
        let device = Device::Display(Box::new(DisplaySeen { edid: bytes, ..DisplaySeen::default() }));
        let finding = judge::judge(&Seen { label: String::new(), device });
        *counts.entry(finding.grade.as_str()).or_default() += 1;
        match finding.grade {
            Grade::Kvm => *found.entry((read.manufacturer, read.name)).or_default() += 1,
            Grade::Suspect => *suspects.entry(finding.reasons[0].clone()).or_default() += 1,
            _ => {}
        }
    }
    println!("displays: {total}; {counts:?}");
    println!("kvm: {found:#?}\nsuspect: {suspects:#?}\ntraits: {traits:#?}");
    assert!(total > 100_000, "only {total} displays were read");
    let mut wrong = 0;
    for ((maker, name), count) in &found {
        let known = KVM_DISPLAYS.iter().find(|(m, n, _)| m == maker && n == name);
        match known {
            Some((_, _, expected)) => assert_eq!(count, expected, "{maker} {name}"),
            None => wrong += count,
        }
    }
    for (maker, name, count) in KVM_DISPLAYS {
        assert_eq!(
            found.get(&(maker.to_owned(), name.to_owned())),
            Some(&count),
            "{maker} {name} was missed"
        );
    }
    let rate = |count: usize| count as f64 / total as f64;
    assert!(rate(wrong) <= FALSE_KVM_MAX, "{wrong} displays are called kvm and are none");
    let suspect = counts.get("suspect").copied().unwrap_or_default();
    assert!(rate(suspect) <= SUSPECT_MAX, "{suspect} displays are called suspect");
}
