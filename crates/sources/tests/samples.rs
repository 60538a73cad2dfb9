//! Real samples: how many records each file gives, and why the rest is rejected. `UPDATE_SAMPLES=1` rewrites the table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sources::{Block, Framing, Reader, reader::JsonReader};

/// Units, records, rejected units, left out on purpose, reasons.
#[derive(Default)]
struct Count {
    units: usize,
    records: usize,
    rejected: usize,
    skipped: u64,
    reasons: BTreeMap<String, usize>,
}

fn log_type(test: &serde_json::Value) -> String {
    let event = &test["event"];
    let vendor = |key: &String| !key.starts_with("p_") && key != "eventType";
    if !event.as_object().is_some_and(|event| event.keys().any(vendor)) {
        // some rule tests hold only what the origin product added: there is no event in them
        return "(enrichment only, no event)".to_owned();
    }
    let own = event["p_log_type"].as_str().map(str::to_owned);
    own.or_else(|| test["log_type"].as_str().map(str::to_owned)).unwrap_or_default()
}

fn count(path: &Path) -> BTreeMap<String, Count> {
    let reader = JsonReader::new(Framing::JsonLines);
    let mut out: BTreeMap<String, Count> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim().is_empty()) {
        let test: serde_json::Value = serde_json::from_str(line).unwrap();
        let bytes = test["event"].to_string().into_bytes();
        let parsed = reader.read(&Block { offset: 0, line: 1, bytes });
        let count = out.entry(log_type(&test)).or_default();
        count.units += parsed.units.len();
        count.records += parsed.records.len();
        count.rejected += usize::from(!parsed.rejects.is_empty() && parsed.records.is_empty());
        count.skipped += parsed.skipped.iter().map(|(_, count)| count).sum::<u64>();
        for reject in parsed.rejects {
            *count.reasons.entry(reject.reason).or_default() += 1;
        }
    }
    out
}

fn files(root: &Path, kind: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.join(kind)];
    while let Some(folder) = folders.pop() {
        let listed = std::fs::read_dir(&folder);
        let listed = listed.unwrap_or_else(|error| panic!("samples missing: {}: {error}", folder.display()));
        for entry in listed {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "jsonl") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn samples_are_read_and_the_table_is_true() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = repository.join("../shared/data/logs");
    let mut table = String::from(
        "# Real samples\n\nMade by `UPDATE_SAMPLES=1 cargo test -p sources --test samples`. A rule-test file of one \
         product also holds events of others; those are rejected here until their product is a source.\n\n\
         | file | log type | units | records | left out | rejected | reason |\n|---|---|---|---|---|---|---|\n",
    );
    let mut supported = BTreeMap::new();
    for kind in ["okta", "osquery"] {
        for path in files(&root, kind) {
            for (log, count) in count(&path) {
                let reasons: Vec<_> = count.reasons.iter().map(|(why, n)| format!("{why} ({n})")).collect();
                let name = path.strip_prefix(&root).unwrap().display();
                table += &format!(
                    "| {name} | {log} | {} | {} | {} | {} | {} |\n",
                    count.units,
                    count.records,
                    count.skipped,
                    count.rejected,
                    reasons.join(", ")
                );
                if ["Okta.SystemLog", "Osquery.Differential"].contains(&log.as_str()) {
                    let (units, rejected): &mut (usize, usize) = supported.entry(log).or_default();
                    *units += count.units;
                    *rejected += count.rejected;
                }
            }
        }
    }
    assert_eq!(supported.len(), 2);
    let written = repository.join("docs/samples.md");
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::create_dir_all(repository.join("docs")).unwrap();
        std::fs::write(&written, &table).unwrap();
    }
    for (log, (units, rejected)) in supported {
        assert!(units > 0 && rejected * 100 <= units, "{log}: {rejected} of {units} rejected\n{table}");
    }
    assert_eq!(std::fs::read_to_string(&written).unwrap_or_default(), table, "run with UPDATE_SAMPLES=1");
}
