//! Real samples: what each file gives, and why the rest is rejected. `UPDATE_SAMPLES=1` rewrites the table. The
//! samples are not part of this repository: without them there is nothing to compare.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sources::{Block, Framing, Reader, reader::JsonReader};

/// Log types of the samples, as their origin calls them, that are supported, and the source kind of each.
const SUPPORTED: &[(&str, &str)] = &[
    ("Okta.SystemLog", "okta"),
    ("Osquery.Differential", "osquery"),
    ("Crowdstrike.FDREvent", "crowdstrike"),
    ("Crowdstrike.EventStreams", "crowdstrike"),
    ("Crowdstrike.DNSRequest", "crowdstrike"),
    ("Azure.Audit", "entra"),
    ("GSuite.ActivityEvent", "google"),
    ("GitHub.Audit", "github"),
    ("Duo.Authentication", "duo"),
    ("Duo.Administrator", "duo"),
    ("Zoom.Activity", "zoom"),
    ("Zoom.Operation", "zoom"),
    ("zoom_qss", "zoom"),
    ("Microsoft365.Audit.AzureActiveDirectory", "m365"),
    ("Microsoft365.Audit.Exchange", "m365"),
    ("Microsoft365.Audit.SharePoint", "m365"),
];

/// Log types without a source that also hold events of one: Workspace's, sent on to Cloud Logging; a rule about lookups that is tested
/// with each product's events.
const MIXED: &[(&str, &str)] = &[
    ("GCP.AuditLog", "google"),
    ("CiscoUmbrella.DNS", "crowdstrike"),
    ("Suricata.DNS", "crowdstrike"),
    ("Zeek.DNS", "crowdstrike"),
];

/// Folders of the samples whose files are themselves logs that are supported, and the source kind of those that are.
const SUPPORTED_FILES: &[(&str, &str)] = &[("remote_access", "remote"), ("jamf", "inventory")];

/// What the events of one log type gave.
#[derive(Default)]
struct Count {
    units: usize,
    records: usize,
    rejected: usize,
    skipped: u64,
    reasons: BTreeMap<String, usize>,
    kinds: BTreeMap<String, usize>,
}

fn log_type(test: &serde_json::Value) -> String {
    let event = &test["event"];
    let vendor = |key: &String| !key.starts_with("p_") && key != "eventType";
    if event.is_object() && !event.as_object().is_some_and(|event| event.keys().any(vendor)) {
        // some rule tests hold only what the origin product added: there is no event in them
        return "(enrichment only, no event)".to_owned();
    }
    let own = event["p_log_type"].as_str().map(str::to_owned);
    own.or_else(|| test["log_type"].as_str().map(str::to_owned)).unwrap_or_default()
}

/// The event in a line of a test file, without its wrapper.
fn event_of(test: &serde_json::Value) -> Option<Vec<u8>> {
    let inner = ["event", "sample", "raw"].iter().find_map(|key| test.get(key))?;
    Some(inner.as_str().map_or_else(|| inner.to_string(), str::to_owned).into_bytes())
}

/// Counts by log type of a file whose lines wrap events; `None` if they do not.
fn wrapped(path: &Path) -> Option<BTreeMap<String, Count>> {
    let name = path.file_name()?.to_str()?;
    if !["rule_tests.jsonl", "pipeline_tests.jsonl", "parser_tests.jsonl"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        return None;
    }
    let reader = JsonReader::new(Framing::JsonValues);
    let mut out: BTreeMap<String, Count> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim().is_empty()) {
        let test: serde_json::Value = serde_json::from_str(line).unwrap();
        let bytes = event_of(&test)?;
        let log = Some(log_type(&test)).filter(|log| !log.is_empty());
        let count = out
            .entry(log.unwrap_or_else(|| name.split('.').next().unwrap_or_default().to_owned()))
            .or_default();
        let parsed = reader.read(&Block { offset: 0, line: 1, bytes });
        count.units += 1;
        count.records += parsed.records.len();
        count.rejected += usize::from(parsed.records.is_empty() && parsed.skipped.is_empty());
        count.skipped += parsed.skipped.iter().map(|(_, count)| count).sum::<u64>();
        for record in &parsed.records {
            *count.kinds.entry(common::get(record, "source")).or_default() += 1;
        }
        for reject in parsed.rejects {
            *count.reasons.entry(reject.reason).or_default() += 1;
        }
    }
    Some(out)
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

const HEAD: &str = "# Real samples

Made by `UPDATE_SAMPLES=1 cargo test -p sources --test samples` from a collection of openly licensed records that were not
written for this project. Most are unit tests of other products: a file of one product's tests also holds events of others,
so each log type is counted by itself. A record is rejected where its product is no source of this program.

## Log types with a source

| file | log type | units | records | left out | rejected | why, and what could not be read in part |
|---|---|---|---|---|---|---|
";

/// Events that no source knows.
const NO_SOURCE: &str = "events of no source";

const REST: &str = "
## Everything else

No record may come of these: a wrong guess is worse than none.

| folder | said to be |
|---|---|
";

fn reasons(count: &Count) -> String {
    count.reasons.iter().map(|(why, n)| format!("{why} ({n})")).collect::<Vec<_>>().join(", ")
}

#[test]
fn samples_are_read_and_the_table_is_true() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = std::env::var_os("BONAFIDE_SAMPLES")
        .map_or_else(|| repository.join("../shared/data/logs"), PathBuf::from);
    let written = repository.join("docs/samples.md");
    if !root.is_dir() {
        println!("no samples at {}: the table is not compared", root.display());
        assert!(
            std::fs::read_to_string(&written).unwrap().starts_with(HEAD),
            "docs/samples.md is not of this test"
        );
        return;
    }
    let (mut table, mut rest) = (String::from(HEAD), BTreeMap::<(String, String), usize>::new());
    let mut supported: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    files(&root, &mut all);
    for path in all {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let folder = name.split('/').next().unwrap_or_default().to_owned();
        let Some(counts) = wrapped(&path) else {
            let read = common::read(&name, &std::fs::read(&path).unwrap());
            let said = match read.problems.first() {
                Some(problem) => problem.split([':', '(']).next().unwrap_or_default().trim().to_owned(),
                None => read.kind.clone(),
            };
            if SUPPORTED_FILES.contains(&(folder.as_str(), read.kind.as_str())) {
                let left: u64 = read.skipped.values().sum();
                let reasons: BTreeMap<&str, usize> =
                    read.rejects.iter().fold(BTreeMap::new(), |mut all, reject| {
                        *all.entry(reject.reason.as_str()).or_default() += 1;
                        all
                    });
                let why: Vec<String> = reasons.iter().map(|(why, n)| format!("{why} ({n})")).collect();
                let (units, records, rejected) = (read.units.len(), read.records.len(), read.rejects.len());
                table += &format!(
                    "| {name} | {} | {units} | {records} | {left} | {rejected} | {} |\n",
                    read.kind,
                    why.join(", ")
                );
                continue;
            }
            if !read.kind.is_empty() {
                wrong.push(format!("{name} is said to be {}", read.kind));
            }
            *rest.entry((folder, format!("files: {said}"))).or_default() += 1;
            continue;
        };
        for (log, count) in counts {
            let Some((log, kind)) = SUPPORTED.iter().find(|(known, _)| *known == log) else {
                let said = count.kinds.keys().cloned().collect::<Vec<_>>().join(", ");
                let events = if said.is_empty() { NO_SOURCE.to_owned() } else { format!("events of {said}") };
                let is_mixed = MIXED.contains(&(&*log, &*said));
                if !said.is_empty() && log != "(enrichment only, no event)" && !is_mixed {
                    wrong.push(format!("{name}: {log} is said to be {said}"));
                }
                *rest.entry((folder.clone(), events)).or_default() += count.units;
                continue;
            };
            table += &format!(
                "| {name} | {log} | {} | {} | {} | {} | {} |\n",
                count.units,
                count.records,
                count.skipped,
                count.rejected,
                reasons(&count)
            );
            let (units, rejected) = supported.entry(log).or_default();
            *units += count.units;
            *rejected += count.rejected;
            assert!(count.kinds.keys().all(|known| known == kind), "{name}: {:?}", count.kinds);
        }
    }
    table += REST;
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((folder, said), count) in rest {
        folders.entry(folder).or_default().push(format!("{said} ({count})"));
    }
    for (folder, said) in folders {
        table += &format!("| {folder} | {} |\n", said.join("; "));
    }
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write(&written, &table).unwrap();
    }
    assert_eq!(wrong, Vec::<String>::new(), "wrong guesses");
    assert_eq!(supported.len(), SUPPORTED.len());
    for (log, (units, rejected)) in supported {
        assert!(units > 0 && rejected * 100 <= units, "{log}: {rejected} of {units} rejected\n{table}");
    }
    assert_eq!(std::fs::read_to_string(&written).unwrap_or_default(), table, "run with UPDATE_SAMPLES=1");
}
