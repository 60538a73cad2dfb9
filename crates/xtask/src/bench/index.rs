//! `cargo xtask bench linkage --index`: an index of made-up people, built once, then asked about one person at a time: half of them
//! known and written with slips, half unknown. Bytes a record, memory, and how long an answer takes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use crate::bench::{machine, persons, watch};
use crate::options::Options;
use crate::picture;
use crate::repo::Repo;
use crate::run;

/// What is between these words and the end of the line came from the last run.
pub const BEGIN: &str = "<!-- measured index: begin -->";
/// The end.
pub const END: &str = "<!-- measured index: end -->";

/// Measures, prints and writes the lines.
pub fn run(repo: &Repo, mut options: Options, folder: &Path, seed: u64) -> anyhow::Result<()> {
    let records: usize = options.value("--records")?.unwrap_or(5_000_000);
    let questions: usize = options.value("--questions")?.unwrap_or(5_000);
    let binary: Option<PathBuf> = options.value("--binary")?;
    let keep = options.flag("--keep");
    options.end()?;
    let binary = binary.map_or_else(|| picture::build(repo), Ok)?;
    let people = folder.join(format!("persons-{records}-{seed}.csv"));
    if !people.exists() {
        persons::write(&people, records, seed)?;
    }
    let asked = folder.join(format!("questions-{records}-{seed}.csv"));
    persons::questions(&people, &asked, records, questions, seed + 1)?;
    let index = folder.join(format!("index-{records}-{seed}"));
    let command = |rest: &[&str]| {
        let mut command = Command::new(&binary);
        command.env("BONAFIDE_HOME", folder.join("home")).args(["link", "--id", "record_id", "--index"]);
        command.arg(&index).args(rest);
        command
    };
    let mut built = None;
    if !keep || !index.exists() {
        let seen = watch::run(command(&["--rebuild"]).arg(&people))?;
        anyhow::ensure!(seen.exit == Some(0), "building failed:\n{}", seen.narration);
        built = Some(seen);
    }
    let status = command(&[]).output().context("status of the index")?;
    let status: Value = serde_json::from_slice(&status.stdout).context("status of the index")?;
    // Once to bring the files into the system's cache, once to measure; the first is told as well.
    let mut runs = Vec::new();
    for what in ["first", "second"] {
        let mut ask = command(&["--query"]);
        let seen = watch::run(ask.arg(&asked))?;
        anyhow::ensure!(seen.exit == Some(0), "asking failed:\n{}", seen.narration);
        let line =
            seen.narration.lines().find(|line| line.contains("questions answered")).unwrap_or_default();
        let numbers: Vec<f64> = line.split([' ', ';', ',']).filter_map(|word| word.parse().ok()).collect();
        let [count, half, _, _, most_of, slowest] = numbers[..] else {
            anyhow::bail!("what asking took cannot be read: {line:?}")
        };
        run::tell(&format!("{what} run: {line}"));
        runs.push(json!({ "run": what, "questions": count, "p50_ms": half, "p99_ms": most_of,
            "slowest_ms": slowest, "cpu_seconds": seen.cpu_seconds, "peak_kib": seen.peak_kib }));
    }
    let report = json!({ "bench": "linkage index", "seed": seed, "machine": machine::describe(),
        "built": built.as_ref().map(|seen| json!({ "cpu_seconds": seen.cpu_seconds, "seconds": seen.seconds,
            "peak_kib": seen.peak_kib })), "status": status, "asked": runs });
    run::say(&report.to_string());
    super::linkage::insert(repo, BEGIN, END, &table(&report))?;
    let _: PathBuf = asked;
    Ok(())
}

fn table(report: &Value) -> String {
    let at = |path: &str| report.pointer(path).and_then(Value::as_f64);
    let shown = |path: &str, scale: f64, digits: usize| {
        at(path).map_or("–".to_owned(), |value| format!("{:.digits$}", value / scale))
    };
    let mut out = String::from("| What | Measured |\n|---|---|\n");
    let mut row = |name: &str, value: String| out.push_str(&format!("| {name} | {value} |\n"));
    row("records", shown("/status/records", 1.0, 0));
    row("bytes a record on disk", shown("/status/bytes_per_record", 1.0, 1));
    row("kept in memory when opened, MB", shown("/status/resident_bytes", 1e6, 1));
    row("building: CPU seconds", shown("/built/cpu_seconds", 1.0, 0));
    row("building: peak memory, MB", shown("/built/peak_kib", 1000.0, 0));
    for (number, name) in [(0, "first run"), (1, "second run, files in the system's cache")] {
        let of = |what: &str| format!("/asked/{number}/{what}");
        let text = format!(
            "{} / {} / {}",
            shown(&of("p50_ms"), 1.0, 2),
            shown(&of("p99_ms"), 1.0, 2),
            shown(&of("slowest_ms"), 1.0, 2)
        );
        row(&format!("one question, ms, p50 / p99 / slowest: {name}"), text);
    }
    row("asking: peak memory, MB", shown("/asked/1/peak_kib", 1000.0, 0));
    out
}
