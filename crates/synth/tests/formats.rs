//! What is written has the vendors' shapes: no key that they do not document, none missing that every record has.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod company;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use company::Files;
use serde_json::Value;
use synth::Plan;

/// Lines of a data file, without comments.
fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Paths of every key below a value; a list adds `[]`.
fn keys(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, below) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                keys(below, &path, out);
                out.insert(path);
            }
        }
        Value::Array(list) => list.iter().for_each(|below| keys(below, &format!("{path}[]"), out)),
        _ => {}
    }
}

fn company() -> Files {
    let mut plan = Plan { days: 14, difficulty: 0.0, every_tell: true, ..Plan::demo(21) };
    (plan.workers, plan.applicants) = (80, 60);
    Files::of(&plan).0
}

#[test]
fn okta_lines_have_the_keys_of_the_system_log_and_its_size() {
    let known: BTreeMap<&str, bool> =
        lines(include_str!("data/okta_keys.tsv")).map(|row| (row[0], row[1] == "required")).collect();
    let (mut bytes, mut count) = (0, 0);
    for text in company().lines("okta/") {
        let line: Value = serde_json::from_str(text).unwrap();
        let mut own = BTreeSet::new();
        keys(&line, "", &mut own);
        let strange: Vec<_> = own.iter().filter(|key| !known.contains_key(key.as_str())).collect();
        assert!(strange.is_empty(), "not in the documented union: {strange:?}");
        let missing: Vec<_> = known.iter().filter(|(key, must)| **must && !own.contains(**key)).collect();
        assert!(missing.is_empty(), "{}: missing {missing:?}", line["eventType"]);
        bytes += text.len() + 1;
        count += 1;
    }
    let mean = bytes / count;
    assert!((2400..3000).contains(&mean), "an Okta line has {mean} bytes, real ones about 2600");
}

/// Holds every record of a folder against the keys of its vendor: none that is not documented, none missing of those that
/// every record has.
fn holds(records: impl Iterator<Item = Value>, list: &'static str, folder: &str) {
    let known: BTreeMap<&str, bool> = lines(list).map(|row| (row[0], row[1] == "required")).collect();
    let mut count = 0;
    for record in records {
        let mut own = BTreeSet::new();
        keys(&record, "", &mut own);
        let strange: Vec<_> = own.iter().filter(|key| !known.contains_key(key.as_str())).collect();
        assert!(strange.is_empty(), "{folder}: not in the documented union: {strange:?} of {record}");
        let missing: Vec<_> = known.iter().filter(|(key, must)| **must && !own.contains(**key)).collect();
        assert!(missing.is_empty(), "{folder}: missing {missing:?} of {record}");
        count += 1;
    }
    assert!(count > 10, "{folder}: {count} records");
}

#[test]
fn the_logs_have_the_keys_of_their_vendors() {
    let files = company();
    holds(files.json("duo/"), include_str!("data/duo_keys.tsv"), "duo");
    holds(files.json("google/"), include_str!("data/google_keys.tsv"), "google");
    holds(files.json("github/"), include_str!("data/github_keys.tsv"), "github");
    holds(files.json("zoom/"), include_str!("data/zoom_keys.tsv"), "zoom");
    holds(files.json("crowdstrike/"), include_str!("data/crowdstrike_keys.tsv"), "crowdstrike");
    holds(files.json("phones/"), include_str!("data/phone_keys.tsv"), "phone");
    let page = |word: &str| serde_json::from_str::<Value>(files.text(word)).unwrap();
    let jamf = page("jamf/")["results"].as_array().unwrap().clone();
    holds(jamf.into_iter(), include_str!("data/jamf_keys.tsv"), "jamf");
    let intune = page("intune/")["value"].as_array().unwrap().clone();
    holds(intune.into_iter(), include_str!("data/intune_keys.tsv"), "intune");
    let candidates: Vec<Value> = serde_json::from_str(files.text("greenhouse/")).unwrap();
    holds(candidates.into_iter(), include_str!("data/greenhouse_keys.tsv"), "greenhouse");
    // a company has one identity provider: the first without Okta
    let entra = |seed| Files::of(&Plan { days: 10, ..Plan::demo(seed) }).0;
    let other =
        (1..20).map(entra).find(|files| files.0.keys().any(|path| path.starts_with("entra/"))).unwrap();
    holds(other.json("entra/"), include_str!("data/entra_keys.tsv"), "entra");
    let kinds: BTreeSet<String> =
        other.json("entra/").map(|line| line["category"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

/// The committed list of keys is that of the public records, as long as these are at hand. Where they are not, this
/// test fails and says so, unless `BONAFIDE_WITHOUT_SAMPLES` is set.
#[test]
fn the_list_of_okta_keys_is_that_of_the_public_records() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/logs/okta");
    if std::env::var_os("BONAFIDE_WITHOUT_SAMPLES").is_some() {
        return;
    }
    let folder = samples.join("panther-labs+panther-analysis");
    let text = std::fs::read_to_string(folder.join("Okta.SystemLog.rule_tests.jsonl")).unwrap_or_else(|error| {
        panic!("the public records are not at {}: {error}; set BONAFIDE_WITHOUT_SAMPLES=1 to go without them", folder.display())
    });
    let mut real = BTreeSet::new();
    for line in text.lines() {
        let test: Value = serde_json::from_str(line).unwrap();
        let kind = test["event"]["p_log_type"].as_str().or(test["log_type"].as_str());
        if kind == Some("Okta.SystemLog") {
            keys(&test["event"], "", &mut real);
        }
    }
    // some of the records write container names in lower case; keys in `p_` are their collector's own
    let real: BTreeSet<String> =
        real.into_iter().filter(|key| !key.starts_with("p_")).map(|key| key.to_lowercase()).collect();
    let listed: BTreeSet<String> = lines(include_str!("data/okta_keys.tsv"))
        .filter(|row| row[2] == "sample")
        .map(|row| row[0].to_lowercase())
        .collect();
    assert!(real.len() > 90, "{}", real.len());
    assert_eq!(listed, real);
}

#[test]
fn osquery_results_have_the_envelope_and_the_columns_of_their_tables() {
    let tables: BTreeMap<&str, Vec<&str>> = lines(include_str!("data/osquery_columns.tsv"))
        .map(|row| (row[0], row[1].split(' ').collect()))
        .collect();
    let envelope = [
        "name",
        "action",
        "hostIdentifier",
        "calendarTime",
        "unixTime",
        "epoch",
        "counter",
        "numerics",
        "decorations",
    ];
    let mut seen = BTreeSet::new();
    for line in company().json("osquery/") {
        let object = line.as_object().unwrap();
        let rows: Vec<&Value> = match line["action"].as_str().unwrap() {
            "snapshot" => line["snapshot"].as_array().unwrap().iter().collect(),
            "added" | "removed" => vec![&line["columns"]],
            other => panic!("no action {other}"),
        };
        let own: BTreeSet<&str> =
            object.keys().map(String::as_str).filter(|key| !["snapshot", "columns"].contains(key)).collect();
        assert_eq!(own, BTreeSet::from(envelope));
        let table = line["name"].as_str().unwrap().strip_prefix("pack_bonafide_").unwrap();
        let columns = tables.get(table).unwrap_or_else(|| panic!("no table {table}"));
        for row in rows {
            let row = row.as_object().unwrap();
            assert!(row.values().all(Value::is_string), "osquery logs texts: {row:?}");
            let known = |key: &str| columns.iter().any(|column| column.trim_matches(['*', '+']) == key);
            let strange: Vec<_> = row.keys().filter(|key| !known(key)).collect();
            assert!(strange.is_empty(), "{table} has no {strange:?}");
            let must = columns.iter().filter_map(|column| column.strip_suffix('*'));
            let missing: Vec<_> = must.filter(|column| !row.contains_key(*column)).collect();
            assert!(missing.is_empty(), "{table}: missing {missing:?}");
        }
        seen.insert(table.to_owned());
    }
    let unseen: Vec<_> = tables.keys().filter(|table| !seen.contains(**table)).collect();
    assert!(unseen.is_empty(), "never written: {unseen:?}");
}

#[test]
fn sheets_have_the_columns_of_their_vendors() {
    let mut seen = BTreeSet::new();
    for seed in 0..12 {
        let without =
            ["okta", "osquery", "entra", "duo", "google", "github", "zoom", "crowdstrike", "inventory"]
                .map(str::to_owned)
                .into();
        let files = Files::of(&Plan { days: 7, without, ..Plan::demo(seed) }).0;
        for path in files.0.keys().filter(|path| path.ends_with(".csv") && !path.starts_with("truth/")) {
            let known = lines(include_str!("data/sheets.tsv")).find(|row| path.starts_with(row[0]));
            let known = known.unwrap_or_else(|| panic!("no columns listed for {path}"));
            let columns: Vec<&str> = known[1].split('|').collect();
            let header = files.header(path);
            let strange: Vec<_> = header
                .iter()
                .filter(|own| !columns.iter().any(|one| one.trim_end_matches('*') == *own))
                .collect();
            assert!(strange.is_empty(), "{path}: {strange:?}");
            let must = columns.iter().filter_map(|column| column.strip_suffix('*'));
            let missing: Vec<_> = must.filter(|column| !header.iter().any(|own| own == column)).collect();
            assert!(missing.is_empty(), "{path}: missing {missing:?}");
            seen.insert(known[0]);
        }
    }
    let all: BTreeSet<&str> = lines(include_str!("data/sheets.tsv")).map(|row| row[0]).collect();
    assert_eq!(seen, all, "every system is some company's");
}
