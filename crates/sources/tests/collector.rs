//! What a collector wrote, from the fixture to records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use model::Cell;
use sources::{Block, Sample};

#[test]
fn a_laptop_fills_the_tables_of_devices() {
    let bytes = include_bytes!("../fixtures/collector/laptops.jsonl").to_vec();
    let sample = Sample { name: "any name", bytes: &bytes };
    let found = sources::recognise(&sample, &[]).map_err(|unknown| unknown.reason).unwrap();
    assert_eq!(found.kind, "collector");
    let parsed = found.reader.read(&Block { offset: 0, line: 1, bytes });
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &parsed.records {
        *count.entry(record.table.name).or_default() += 1;
    }
    let expected = [
        ("device_inventory", 1),
        ("display", 1),
        ("lan_neighbour", 2),
        ("listening_port", 1),
        ("peripheral", 1),
        ("posture", 1),
        ("process", 1),
        ("software_inventory", 1),
    ];
    assert_eq!(count.into_iter().collect::<Vec<_>>(), expected);
    let reasons: Vec<&str> = parsed.rejects.iter().map(|reject| reject.reason.as_str()).collect();
    assert_eq!(reasons, ["time cannot be read", "no host named"]);
    let of = |table: &str, column: &str| {
        let record = parsed.records.iter().find(|record| record.table.name == table).unwrap();
        let place = record.table.position(column).unwrap();
        match record.get(model::table::At(place)) {
            Cell::Text(text) => text.clone(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(of("peripheral", "vendor_name"), "PiKVM");
    assert_eq!(of("peripheral", "hostname"), "lap-7");
    assert_eq!(
        (of("display", "manufacturer"), of("display", "name")),
        ("LNX".to_owned(), "PiKVM".to_owned())
    );
    assert!(of("display", "edid").starts_with("00ffffffffffff00"));
    assert!(of("peripheral", "composition").contains(r#""class":3"#));
    assert_eq!(of("posture", "lid"), "closed");
    assert_eq!(of("lan_neighbour", "mac"), "30:52:53:0a:7e:11");
    assert_eq!(of("process", "name").to_lowercase(), "anydesk.exe");
}
