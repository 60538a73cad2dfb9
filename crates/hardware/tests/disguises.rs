//! Every known firmware, as it comes, in its preset disguises and with ids and strings changed at will, written in every
//! format and read back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod written;

use std::collections::BTreeMap;

use hardware::finding::Grade;
use hardware::{facts, hex, judge, readers};
use written::{Device, FORMATS, Function};

fn descriptor(firmware: &str, function: &str) -> Vec<u8> {
    let row = facts::descriptors()
        .iter()
        .find(|fact| fact.get("firmware") == firmware && fact.get("hid_function") == function);
    hex::parse(row.unwrap_or_else(|| panic!("{firmware} {function}")).get("descriptor")).unwrap()
}

fn hid(firmware: &str, function: &str, subclass: u8, protocol: u8, report_bytes: u8) -> Function {
    // The gadget driver of Linux gives every HID function this name.
    Function {
        triple: (3, subclass, protocol),
        name: "HID Interface",
        descriptor: descriptor(firmware, function),
        report_bytes,
    }
}

fn other(triple: (u8, u8, u8), name: &'static str) -> Function {
    Function { triple, name, descriptor: Vec::new(), report_bytes: 0 }
}

fn storage() -> Function {
    other((8, 6, 0x50), "Mass Storage")
}

fn rndis() -> Vec<Function> {
    vec![other((0xe0, 1, 3), "RNDIS Communications Control"), other((10, 0, 0), "RNDIS Ethernet Data")]
}

/// A firmware: its name, the row of its ids in the facts, configuration string, drive, functions.
fn firmwares() -> Vec<(String, Device)> {
    let made =
        |name: &str, fact: &str, configuration: &str, drive: (&str, &str), functions: Vec<Function>| {
            let row = facts::usb()
                .iter()
                .find(|row| row.get("product") == fact)
                .unwrap_or_else(|| panic!("{fact}"));
            let serial = row.get("serial");
            let device = Device {
                vendor_id: hex::number(row.get("vendor_id")).unwrap(),
                product_id: hex::number(row.get("product_id")).unwrap_or(0x0104),
                vendor: row.get("manufacturer").to_owned(),
                product: row.get("product_string").to_owned(),
                serial: if serial.contains(' ') { String::new() } else { serial.to_owned() },
                configuration: configuration.to_owned(),
                functions,
                drive: (drive.0.to_owned(), drive.1.to_owned()),
                // As the gadget driver of Linux has it.
                hid: (0x0101, 4),
            };
            (name.to_owned(), device)
        };
    let (pikvm, glkvm, jetkvm, nano) = ("PiKVM", "GLKVM (GL.iNet Comet)", "JetKVM", "NanoKVM");
    let jet = |keyboard: &str| {
        vec![
            hid(jetkvm, keyboard, 1, 1, 8),
            hid(jetkvm, "absolute mouse", 0, 2, 6),
            hid(jetkvm, "relative mouse", 1, 2, 4),
            storage(),
        ]
    };
    let nano_functions = || {
        vec![
            hid(nano, "keyboard", 0, 1, 8),
            hid(nano, "relative mouse", 0, 2, 4),
            hid(nano, "absolute pointer (five buttons)", 0, 2, 6),
        ]
    };
    let joined = |mut first: Vec<Function>, second: Vec<Function>| {
        first.extend(second);
        first
    };
    vec![
        made(
            "PiKVM V3",
            "PiKVM",
            "",
            ("PiKVM", "Optical Drive"),
            vec![
                hid(pikvm, "keyboard", 1, 1, 8),
                hid(pikvm, "absolute mouse + horizontal wheel", 0, 0, 7),
                storage(),
            ],
        ),
        made(
            "PiKVM V4",
            "PiKVM",
            "",
            ("PiKVM", "Optical Drive"),
            vec![
                hid(pikvm, "keyboard", 1, 1, 8),
                hid(pikvm, "absolute mouse + horizontal wheel", 0, 0, 7),
                hid(pikvm, "relative mouse + horizontal wheel", 1, 2, 5),
                storage(),
            ],
        ),
        made(
            "GL.iNet Comet, older",
            "GL.iNet Comet (older firmware)",
            "Config 1: GLKVM device",
            ("Glinet", "Flash Drive"),
            joined(
                rndis(),
                vec![
                    hid(glkvm, "keyboard", 1, 1, 8),
                    hid(glkvm, "absolute mouse + horizontal wheel", 0, 0, 7),
                    storage(),
                    storage(),
                ],
            ),
        ),
        made(
            "GL.iNet Comet, 2026",
            "GL.iNet Comet (2026 firmware)",
            "Glinet device",
            ("Glinet", "Flash Drive"),
            vec![
                hid(glkvm, "keyboard", 1, 1, 8),
                hid(glkvm, "absolute mouse + horizontal wheel", 0, 0, 7),
                hid(glkvm, "relative mouse + horizontal wheel", 1, 2, 5),
            ],
        ),
        made(
            "JetKVM until 2025",
            "JetKVM (default)",
            "Config 1: HID",
            ("JetKVM", "Virtual Media"),
            jet("keyboard (until 2025)"),
        ),
        made(
            "JetKVM",
            "JetKVM (default)",
            "Config 1: HID",
            ("JetKVM", "Virtual Media"),
            joined(
                jet("keyboard"),
                vec![
                    other((1, 1, 0), "Topology Control"),
                    other((1, 2, 0), "Playback Inactive"),
                    other((1, 2, 0), "Capture Inactive"),
                ],
            ),
        ),
        made("NanoKVM", "Sipeed NanoKVM", "NanoKVM", ("NanoKVM", "USB Mass Storage0520"), nano_functions()),
        made(
            "NanoKVM with RNDIS and disk",
            "Sipeed NanoKVM",
            "NanoKVM",
            ("NanoKVM", "USB Mass Storage0520"),
            joined(joined(rndis(), nano_functions()), vec![storage()]),
        ),
        made(
            "NanoKVM, HID only",
            "Sipeed NanoKVM",
            "NanoKVM",
            ("", ""),
            vec![
                hid(nano, "keyboard (HID only mode)", 1, 1, 8),
                hid(nano, "relative mouse", 1, 2, 4),
                hid(nano, "absolute pointer", 1, 2, 6),
            ],
        ),
        made(
            "TinyPilot",
            "TinyPilot",
            "Config 1: ECM network",
            ("", ""),
            vec![hid("TinyPilot", "keyboard", 1, 1, 8), hid("TinyPilot", "absolute mouse", 0, 0, 7)],
        ),
        made(
            "BliKVM",
            "BliKVM (package)",
            "Config 1: ECM network",
            ("Linux", "File-Stor Gadget"),
            vec![hid("BliKVM", "keyboard", 1, 1, 8), hid("BliKVM", "absolute mouse", 0, 0, 7), storage()],
        ),
        made(
            "One-KVM",
            "One-KVM",
            "Config 1: HID",
            ("", ""),
            vec![
                hid("One-KVM", "keyboard", 1, 1, 8),
                hid("One-KVM", "relative mouse", 1, 2, 4),
                hid("One-KVM", "absolute mouse", 0, 2, 6),
                hid("One-KVM", "consumer control", 0, 0, 2),
            ],
        ),
    ]
}

/// JetKVM's presets, of every other firmware what its owner may type in.
fn presets(device: &Device) -> Vec<Device> {
    ["JetKVM (preset Logitech)", "JetKVM (preset Microsoft)", "JetKVM (preset Dell)"]
        .iter()
        .map(|name| {
            let row = facts::usb().iter().find(|row| row.get("product") == *name).unwrap();
            Device {
                vendor_id: hex::number(row.get("vendor_id")).unwrap(),
                product_id: hex::number(row.get("product_id")).unwrap(),
                vendor: row.get("manufacturer").to_owned(),
                product: row.get("product_string").to_owned(),
                serial: "6&1a2b3c4&0&1".to_owned(),
                ..device.clone()
            }
        })
        .collect()
}

/// Ids and strings as somebody might change them: a maker of keyboards, an unknown one, a hub maker, nothing at all.
fn changed(device: &Device) -> Vec<Device> {
    [
        (0x046d, 0xc31c, "Logitech", "USB Keyboard", ""),
        (0x04d9, 0xa088, "", "USB Gaming Keyboard", ""),
        (0x17ef, 0x6099, "Lenovo", "Lenovo Traditional USB Keyboard", ""),
        (0x1a40, 0x0101, "Generic", "USB2.0 Device", "0001"),
        (0xabcd, 0x1234, "Acme", "Widget 3000", "A-77-1234"),
        (0x056a, 0x030e, "Wacom Co.,Ltd.", "Intuos S", ""),
        (0x0627, 0x0001, "QEMU", "QEMU USB Tablet", "42"),
    ]
    .into_iter()
    .map(|(vendor_id, product_id, vendor, product, serial)| Device {
        vendor_id,
        product_id,
        vendor: vendor.to_owned(),
        product: product.to_owned(),
        serial: serial.to_owned(),
        configuration: String::new(),
        drive: ("Generic".to_owned(), "Flash Disk".to_owned()),
        ..device.clone()
    })
    .collect()
}

/// The strongest grade that a file of this device gets.
fn grade(device: &Device, write: fn(&Device) -> Vec<u8>, name: &str) -> Grade {
    let bytes = write(device);
    let read = readers::read(&bytes)
        .unwrap_or_else(|| panic!("{name} was not recognised:\n{}", String::from_utf8_lossy(&bytes)));
    assert!(!read.devices.is_empty(), "{name}: no device in\n{}", String::from_utf8_lossy(&bytes));
    read.devices.iter().map(|seen| judge::judge(seen).grade).max().unwrap()
}

/// What the formats carry of a device beyond ids and strings.
fn carries_structure(format: &str) -> bool {
    !matches!(format, "osquery usb_devices" | "system_profiler -json")
}

#[test]
fn firmware_is_found_as_it_comes_and_in_its_presets() {
    let mut missed = Vec::new();
    let (mut total, mut kvm) = (0, 0);
    for (firmware, device) in firmwares() {
        let mut variants = vec![("default", device.clone())];
        if firmware.starts_with("JetKVM") {
            variants.extend(presets(&device).into_iter().map(|preset| ("preset", preset)));
        }
        for (variant, device) in variants {
            for (format, write) in FORMATS {
                let grade = grade(&device, write, format);
                total += 1;
                kvm += usize::from(grade == Grade::Kvm);
                if !grade.is_found() {
                    missed.push(format!("{firmware} ({variant}) in {format}: {grade:?}"));
                }
            }
        }
    }
    println!("default and preset: {total} files, {kvm} called kvm, {} missed", missed.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn most_are_found_when_ids_and_strings_are_changed_at_will() {
    let mut table: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (firmware, device) in firmwares() {
        for device in changed(&device).iter().chain(&presets(&device)) {
            for (format, write) in FORMATS {
                let grade = grade(device, write, format);
                let entry = table.entry(format).or_default();
                entry.0 += 1;
                entry.1 += usize::from(grade.is_found());
                entry.2 += usize::from(grade == Grade::Kvm);
                if !grade.is_found() && carries_structure(format) {
                    missed.push(format!("{firmware} as {} in {format}: {grade:?}", device.product));
                }
            }
        }
    }
    let (mut total, mut found) = (0, 0);
    for (format, (count, seen, kvm)) in &table {
        println!("| {format} | {count} | {seen} | {kvm} |");
        if carries_structure(format) {
            total += count;
            found += seen;
        }
    }
    println!("with structure: {found} of {total}\nmissed:\n{}", missed.join("\n"));
    assert!(found * 10 >= total * 9, "{found} of {total}:\n{}", missed.join("\n"));
}

/// A firmware built with another driver has none of the marks of Linux; `lsusb -v` beside a bound driver has no
/// descriptors. Then only lengths are left.
#[test]
fn lengths_are_enough_where_the_marks_of_the_driver_are_gone() {
    let write = FORMATS.iter().find(|(name, _)| *name == "lsusb -v").unwrap().1;
    for (firmware, device) in firmwares() {
        for mut device in changed(&device) {
            device.hid = (0x0111, 10);
            for function in &mut device.functions {
                function.name = "";
            }
            let found = grade(&device, write, "lsusb -v");
            assert!(found.is_found(), "{firmware} as {}: {found:?}", device.product);
        }
    }
}

/// Names and numbers of a display at will: only its shape is left.
#[test]
fn displays_are_found_when_names_and_numbers_are_changed() {
    let rows: Vec<&facts::Fact> =
        facts::displays().iter().filter(|fact| !fact.get("shape").is_empty()).collect();
    assert!(rows.len() >= 14);
    for fact in rows {
        let mut edid = hex::parse(fact.get("edid")).unwrap();
        edid[8..18].copy_from_slice(&[0x09, 0xd1, 0x45, 0x80, 0x45, 0x54, 0x00, 0x00, 40, 30]);
        for text in [
            format!("{}\n", hex::write(&edid)),
            format!("/sys/class/drm/card0-HDMI-A-1/edid:{}\n", hex::write(&edid)),
        ] {
            let read = readers::read(text.as_bytes()).unwrap();
            assert_eq!(judge::judge(&read.devices[0]).grade, Grade::Kvm, "{fact:?}");
        }
        assert_eq!(judge::judge(&readers::read(&edid).unwrap().devices[0]).grade, Grade::Kvm);
    }
}

/// The public rules of others on the same files: a list of names and ids, and the rule of classes.
#[test]
fn public_rules_are_compared() {
    const NAMES: [&str; 9] =
        ["pikvm", "jetkvm", "glkvm", "glinet", "nanokvm", "tinypilot", "blikvm", "aurga", "sipeed"];
    let by_name = |device: &Device| {
        let text =
            format!("{} {} {} {}", device.vendor, device.product, device.drive.0, device.configuration)
                .to_lowercase();
        NAMES.iter().any(|name| text.contains(name))
            || (device.vendor_id, device.product_id) == (0x3346, 0x1009)
    };
    // Classes 00h and 08h while named keyboard or mouse.
    let by_class = |device: &Device| {
        let name = device.product.to_lowercase();
        device.functions.iter().any(|function| function.triple.0 == 8)
            && (name.contains("keyboard") || name.contains("mouse"))
    };
    let mut counts = [[0usize; 4]; 3];
    for (firmware, device) in firmwares() {
        let preset = if firmware.starts_with("JetKVM") { presets(&device) } else { Vec::new() };
        for (kind, devices) in [vec![device.clone()], preset, changed(&device)].iter().enumerate() {
            for device in devices {
                let ours = FORMATS.iter().find(|(name, _)| *name == "lsusb -v").unwrap().1;
                counts[kind][0] += 1;
                counts[kind][1] += usize::from(by_name(device));
                counts[kind][2] += usize::from(by_class(device));
                counts[kind][3] += usize::from(grade(device, ours, "lsusb -v").is_found());
            }
        }
    }
    for (kind, row) in ["as it comes", "preset", "changed at will"].iter().zip(counts) {
        println!("| {kind} | {} | {} | {} | {} |", row[0], row[1], row[2], row[3]);
        assert!(row[3] >= row[1].max(row[2]), "{kind}: a public rule does better");
    }
}
