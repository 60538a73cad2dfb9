//! How the rules do on the report descriptors of real keyboards, mice, tablets, touch screens and game controllers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod public;

use std::collections::BTreeMap;

use hardware::finding::Grade;
use hardware::inventory::{Device, HidSeen, Seen};
use hardware::{descriptor, hex, hid, judge};

/// Fewest descriptors that make it a measure.
const DESCRIPTORS_MIN: usize = 500;

struct Row<'a> {
    name: String,
    bus: Option<u16>,
    vendor_id: Option<u16>,
    product_id: Option<u16>,
    bytes: Vec<u8>,
    source: &'a str,
}

fn row(line: &str) -> Row<'_> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [source, name, bus, vendor, product, digits] = cells.as_slice() else {
        panic!("not six cells: {line}")
    };
    Row {
        name: format!("{source}: {name} {vendor}:{product}"),
        bus: hex::number(bus),
        vendor_id: hex::number(vendor),
        product_id: hex::number(product),
        bytes: hex::parse(digits).unwrap(),
        source,
    }
}

fn grade(row: &Row<'_>, with_ids: bool) -> (Grade, Vec<String>) {
    let seen = HidSeen {
        descriptor: row.bytes.clone(),
        vendor_id: row.vendor_id.filter(|_| with_ids),
        product_id: row.product_id.filter(|_| with_ids),
        name: row.name.clone(),
        is_usb: !with_ids || row.bus.is_none_or(|bus| bus == 3),
    };
    let finding = judge::judge(&Seen { label: String::new(), device: Device::Hid(seen) });
    (finding.grade, finding.reasons)
}

#[test]
fn ordinary_input_devices_are_left_alone() {
    let Some(text) = public::descriptors() else { return };
    let rows: Vec<Row<'_>> = text.lines().map(row).collect();
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unusable = 0;
    for row in &rows {
        *sources.entry(row.source).or_default() += 1;
        unusable += usize::from(!descriptor::parse(&row.bytes).is_usable());
    }
    println!("descriptors: {}, unreadable: {unusable}, sources: {sources:?}", rows.len());
    assert!(rows.len() >= DESCRIPTORS_MIN, "only {} descriptors", rows.len());
    for with_ids in [true, false] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            let (grade, reasons) = grade(row, with_ids);
            *counts.entry(grade.as_str()).or_default() += 1;
            if grade.is_found() {
                println!("{} (ids {with_ids}): {grade:?} {reasons:?}", row.name);
            }
            assert!(grade < Grade::Kvm, "{} is called kvm: {reasons:?}", row.name);
        }
        println!("with ids {with_ids}: {counts:?}");
        let suspect = counts.get("suspect").copied().unwrap_or_default();
        // Without ids the position-reporting mice of pen tablets and virtual machines cannot be told from consoles.
        let most = if with_ids { 0.005 } else { 0.05 };
        assert!(suspect as f64 / rows.len() as f64 <= most, "{suspect} are called suspect");
    }
}

/// The simpler rules, on the same devices: what they would cost.
#[test]
fn simpler_rules_would_accuse_many() {
    let Some(text) = public::descriptors() else { return };
    let rows: Vec<Row<'_>> = text.lines().map(row).collect();
    let exact = rows.iter().filter(|row| !hid::known(&row.bytes).is_empty()).count();
    let absolute = rows.iter().filter(|row| hid::is_absolute_mouse(&row.bytes)).count();
    let any = rows
        .iter()
        .filter(|row| {
            let pointers = descriptor::parse(&row.bytes).pointers();
            pointers.iter().any(|pointer| pointer.absolute == Some((0, 32_767)))
        })
        .count();
    println!(
        "same bytes as some firmware: {exact}; mouse with positions 0..32767: {any}; of these without pen: {absolute}"
    );
    assert!(any > absolute);
}

/// Whole devices of real computers: hubs, receivers, cameras, headsets, tablets, docks, phones.
#[test]
fn ordinary_computers_are_left_alone() {
    let Some(bytes) = public::inventories() else { return };
    let read = hardware::readers::read(&bytes).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seen in &read.devices {
        let finding = judge::judge(seen);
        *counts.entry(finding.grade.as_str()).or_default() += 1;
        if finding.grade.is_found() {
            println!("{:?}: {:?} {:?}", finding.grade, finding.reasons, finding.facts);
        }
        assert!(finding.grade < Grade::Kvm, "{finding:?}");
    }
    println!("devices: {}; {counts:?}", read.devices.len());
    assert!(read.devices.len() > 300);
    let suspect = counts.get("suspect").copied().unwrap_or_default();
    assert!(suspect as f64 / read.devices.len() as f64 <= 0.005, "{suspect} are called suspect");
}
