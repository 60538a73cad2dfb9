//! `cargo xtask bench linkage`: ours and the peers on the same files in the same run, each in its documented configuration.
//! CPU seconds, wall time, peak memory, and pairs within clusters against the truth. The table goes into `docs/linkage.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::bench::{index, machine, persons, watch};
use crate::options::Options;
use crate::picture;
use crate::repo::Repo;
use crate::run;

const PEERS: &str = include_str!("peers.py");
/// What the peers need; `goldenmatch` takes its frames from `polars`.
const PACKAGES: &[&str] = &["splink", "goldenmatch", "polars", "pyarrow"];
/// In the order in which they run. `goldenmatch-unobserved`: see `peers.py`.
const ENGINES: &[&str] = &["bonafide", "splink", "goldenmatch", "goldenmatch-unobserved"];
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// One set of records.
struct Set {
    /// As `peers.py` calls its columns.
    shape: &'static str,
    name: String,
    path: PathBuf,
    id: &'static str,
    /// Column of the truth; the second part of the id where there is none.
    truth: Option<&'static str>,
}

/// Measures, prints and writes the table.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let folder: PathBuf = options.value("--folder")?.map_or_else(cache, Ok)?;
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    if folder.canonicalize()?.starts_with(repo.root.canonicalize()?) {
        bail!("{}: lies in the repository; peers and made-up records stay outside", folder.display());
    }
    let seed: u64 = options.value("--seed")?.unwrap_or(2026);
    if options.flag("--index") {
        return index::run(repo, options, &folder, seed);
    }
    let data: Option<PathBuf> = options.value("--data")?;
    let sizes: String = options.value("--records")?.unwrap_or_else(|| "20000,1000000".to_owned());
    let binary: Option<PathBuf> = options.value("--binary")?;
    let without_peers = options.flag("--ours-only");
    options.end()?;
    let binary = binary.map_or_else(|| picture::build(repo), Ok)?;
    let python = if without_peers { None } else { Some(environment(&folder)?) };
    let mut rows: Vec<Value> = Vec::new();
    for set in sets(&folder, data.as_deref(), &sizes, seed)? {
        let truth = truth(&set)?;
        for engine in ENGINES {
            let out = folder.join(format!("{engine}.csv"));
            let _ = std::fs::remove_file(&out);
            let mut command = match (*engine, &python) {
                ("bonafide", _) => ours(&binary, &folder, &set, &out),
                (_, None) => continue,
                (engine, Some(python)) => {
                    let mut command = Command::new(python);
                    command.arg(folder.join("peers.py")).args([engine, set.shape]).arg(&set.path).arg(&out);
                    command
                }
            };
            run::tell(&format!("{engine} on {} …", set.name));
            let seen = watch::run(&mut command).with_context(|| format!("{engine} on {}", set.name))?;
            let pairs = match (*engine, &python) {
                ("bonafide", _) => looked_at(&seen.narration),
                ("splink", Some(python)) => splink_pairs(python, &folder, &set),
                _ => None,
            };
            let mut row = row(engine, &set, &seen, &out, &truth)?;
            row["pairs"] = json!(pairs);
            rows.push(row);
            // What is measured so far is kept, whatever becomes of the rest.
            insert(repo, BEGIN, END, &table(&rows))?;
        }
    }
    run::say(
        &json!({ "bench": "linkage", "seed": seed, "machine": machine::describe(), "runs": rows })
            .to_string(),
    );
    insert(repo, BEGIN, END, &table(&rows))
}

/// Pairs that ours looked at, as it tells.
fn looked_at(narration: &str) -> Option<u64> {
    narration.lines().find_map(|line| line.split_once(" pairs looked at")?.0.parse().ok())
}

/// Pairs that splink's rules make, counted apart so that the counting is not in its figures.
fn splink_pairs(python: &Path, folder: &Path, set: &Set) -> Option<u64> {
    let mut command = Command::new(python);
    command.arg(folder.join("peers.py")).args(["splink-pairs", set.shape]).arg(&set.path).arg("none");
    let out = command.output().ok().filter(|out| out.status.success())?;
    String::from_utf8_lossy(&out.stdout).trim().parse().ok()
}

fn cache() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    Ok(home.context("no home folder; --folder names one")?.join("bonafide-bench"))
}

/// A Python environment of the bench's own.
fn environment(folder: &Path) -> anyhow::Result<PathBuf> {
    std::fs::write(folder.join("peers.py"), PEERS)?;
    let python = folder.join("peers/bin/python");
    if !python.exists() {
        run::pass(Command::new("python3").args(["-m", "venv"]).arg(folder.join("peers")))?;
    }
    run::pass(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    Ok(python)
}

fn sets(folder: &Path, data: Option<&Path>, sizes: &str, seed: u64) -> anyhow::Result<Vec<Set>> {
    let mut out = Vec::new();
    if let Some(data) = data {
        for (shape, id, truth) in [("fake_1000", "unique_id", Some("cluster")), ("febrl3", "rec_id", None)] {
            out.push(Set { shape, name: shape.into(), path: data.join(format!("{shape}.csv")), id, truth });
        }
    } else {
        run::tell("without --data FOLDER (fake_1000.csv, febrl3.csv) only made-up records are measured");
    }
    for size in sizes.split(',') {
        let records: usize = size.trim().parse().with_context(|| format!("--records {size}"))?;
        let path = folder.join(format!("persons-{records}-{seed}.csv"));
        if !path.exists() {
            persons::write(&path, records, seed)?;
        }
        let name = format!("{records} made-up people");
        out.push(Set { shape: "persons", name, path, id: "record_id", truth: Some("cluster") });
    }
    Ok(out)
}

/// Ours, with nothing but the column of the id: the answer's column is left out by its header.
fn ours(binary: &Path, folder: &Path, set: &Set, out: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env("BONAFIDE_HOME", folder.join("home")).arg("link").arg(&set.path);
    command.args(["--id", set.id, "--output"]).arg(out);
    command
}

/// Cells of a plain CSV without quotes, which these are.
fn cells(path: &Path) -> anyhow::Result<(Vec<String>, Vec<Vec<String>>)> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let split = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect::<Vec<String>>();
    let mut lines = text.lines();
    let header = split(lines.next().context("an empty file")?);
    Ok((header, lines.map(split).collect()))
}

fn truth(set: &Set) -> anyhow::Result<BTreeMap<String, String>> {
    let (header, rows) = cells(&set.path)?;
    let find = |name: &str| header.iter().position(|header| header == name).with_context(|| name.to_owned());
    let id = find(set.id)?;
    let label = set.truth.map(find).transpose()?;
    let of = |row: &Vec<String>| match label {
        Some(label) => row[label].clone(),
        None => row[id].split('-').nth(1).unwrap_or_default().to_owned(),
    };
    Ok(rows.iter().map(|row| (row[id].clone(), of(row))).collect())
}

fn row(
    engine: &str,
    set: &Set,
    seen: &watch::Seen,
    out: &Path,
    truth: &BTreeMap<String, String>,
) -> anyhow::Result<Value> {
    let failed = seen.exit != Some(0) || !out.exists();
    if failed {
        run::tell(&format!("{engine} on {} failed:\n{}", set.name, seen.narration));
        return Ok(json!({ "set": set.name, "engine": engine, "failed": true }));
    }
    let (_, made) = cells(out)?;
    let (precision, recall, f1) = score(&made, truth);
    run::tell(&format!(
        "{:<24} {engine:<12} F1 {f1:.4}  {:.1} CPU s",
        set.name,
        seen.cpu_seconds.unwrap_or_default()
    ));
    Ok(json!({
        "set": set.name, "engine": engine, "precision": precision, "recall": recall, "f1": f1,
        "cpu_seconds": seen.cpu_seconds, "seconds": seen.seconds, "peak_kib": seen.peak_kib,
    }))
}

/// Precision, recall and F1 of pairs within clusters; a record that is nowhere is alone.
fn score(made: &[Vec<String>], truth: &BTreeMap<String, String>) -> (f64, f64, f64) {
    let cluster: BTreeMap<&str, &str> = made.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let (mut both, mut said, mut known) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (id, label) in truth {
        let of = cluster.get(id.as_str()).map_or_else(|| format!("alone {id}"), |of| (*of).to_owned());
        *both.entry((of.clone(), label)).or_insert(0u64) += 1;
        *said.entry(of).or_insert(0u64) += 1;
        *known.entry(label).or_insert(0u64) += 1;
    }
    let pairs = |counts: &mut dyn Iterator<Item = &u64>| counts.map(|n| n * (n - 1) / 2).sum::<u64>() as f64;
    let right = pairs(&mut both.values());
    let share = |whole: f64| if whole > 0.0 { right / whole } else { 1.0 };
    let (precision, recall) = (share(pairs(&mut said.values())), share(pairs(&mut known.values())));
    (precision, recall, 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE))
}

fn table(rows: &[Value]) -> String {
    let mut out = String::from(
        "| Set | Engine | Pairs looked at | Precision | Recall | F1 | CPU s | Peak MB | Wall s |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| row.get(name).and_then(Value::as_f64);
        let shown = |name: &str, digits: usize| {
            number(name).map_or("failed".into(), |value| format!("{value:.digits$}"))
        };
        let peak = number("peak_kib").map_or("–".into(), |kib| format!("{:.0}", kib / 1000.0));
        let pairs = row.get("pairs").and_then(Value::as_u64).map_or("–".into(), |pairs| pairs.to_string());
        out.push_str(&format!(
            "| {} | {} | {pairs} | {} | {} | {} | {} | {peak} | {} |\n",
            text("set"),
            text("engine"),
            shown("precision", 4),
            shown("recall", 4),
            shown("f1", 4),
            shown("cpu_seconds", 1),
            shown("seconds", 1),
        ));
    }
    out
}

/// Puts a table into its place in the page.
pub fn insert(repo: &Repo, begin: &str, end: &str, table: &str) -> anyhow::Result<()> {
    let path = repo.root.join("docs/linkage.md");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let (before, rest) = text.split_once(begin).context("docs/linkage.md has no place for the table")?;
    let (_, after) = rest.split_once(end).context("docs/linkage.md: the place for the table does not end")?;
    std::fs::write(&path, format!("{before}{begin}\n{table}{end}{after}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_scored_and_missing_records_are_alone() {
        let truth = [("1", "a"), ("2", "a"), ("3", "b"), ("4", "b")];
        let truth = truth.iter().map(|(id, of)| ((*id).to_owned(), (*of).to_owned())).collect();
        let made = [["1", "x"], ["2", "x"], ["3", "x"]].map(|row| row.map(str::to_owned).to_vec());
        let (precision, recall, _) = score(&made, &truth);
        assert!((precision - 1.0 / 3.0).abs() < 1e-9 && (recall - 0.5).abs() < 1e-9);
    }
}
