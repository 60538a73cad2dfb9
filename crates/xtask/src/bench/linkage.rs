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
const ENGINES: &[&str] = &["bonafide", "splink", WITHIN, "goldenmatch", "goldenmatch-unobserved"];
/// Ours with the comparisons that it proposes and no more pairs than Splink looked at.
const WITHIN: &str = "bonafide-within";
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
        let mut budget = None;
        for engine in ENGINES {
            let out = folder.join(format!("{engine}.csv"));
            let _ = std::fs::remove_file(&out);
            let mut command = match (*engine, &python) {
                ("bonafide", _) => ours(&binary, &folder, &set, &out),
                (WITHIN, _) => {
                    let Some(pairs) = budget else { continue };
                    let mut command = ours(&binary, &folder, &set, &out);
                    command.arg("--config").arg(within(&binary, &folder, &set, pairs)?);
                    command
                }
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
                ("bonafide" | WITHIN, _) => looked_at(&seen.narration),
                ("splink", Some(python)) => {
                    budget = splink_pairs(python, &folder, &set);
                    budget
                }
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

/// A configuration: what is proposed to be compared, and a budget of pairs instead of rules.
fn within(binary: &Path, folder: &Path, set: &Set, pairs: u64) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(binary);
    command.env("BONAFIDE_HOME", folder.join("home")).arg("link").arg(&set.path);
    let out = command.args(["--id", set.id, "--suggest"]).output()?;
    let proposed = String::from_utf8_lossy(&out.stdout);
    let compared = proposed.split("[[").filter(|part| part.starts_with("compare]]"));
    let text = compared.fold(format!("[link]\nmax_pairs = {pairs}\n\n"), |text, part| text + "[[" + part);
    let path = folder.join("within.toml");
    std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    Ok(path)
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
    let scored = score(&made, truth);
    let Scored { precision, recall, f1, .. } = scored;
    run::tell(&format!(
        "{:<24} {engine:<12} F1 {f1:.4}  {:.1} CPU s",
        set.name,
        seen.cpu_seconds.unwrap_or_default()
    ));
    Ok(json!({
        "set": set.name, "engine": engine, "precision": precision, "recall": recall, "f1": f1,
        "f1_low": scored.bounds.0, "f1_high": scored.bounds.1, "largest": scored.largest.0, "true_largest": scored.largest.1,
        "cpu_seconds": seen.cpu_seconds, "seconds": seen.seconds, "peak_kib": seen.peak_kib,
    }))
}

/// Pairs within clusters against the truth.
struct Scored {
    precision: f64,
    recall: f64,
    f1: f64,
    /// Bounds of 95 % of F1, had other entities been drawn.
    bounds: (f64, f64),
    /// Records of the largest cluster, made and true.
    largest: (u64, u64),
}

/// Times that entities are drawn anew for the bounds.
const DRAWS: u64 = 1_000;

/// Precision, recall and F1 of pairs within clusters; a record that is nowhere is alone.
fn score(made: &[Vec<String>], truth: &BTreeMap<String, String>) -> Scored {
    let cluster: BTreeMap<&str, &str> = made.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let (mut both, mut said, mut known) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (id, label) in truth {
        let of = cluster.get(id.as_str()).map_or_else(|| format!("alone {id}"), |of| (*of).to_owned());
        *both.entry((label, of.clone())).or_insert(0u64) += 1;
        *said.entry(of).or_insert(0u64) += 1;
        *known.entry(label).or_insert(0u64) += 1;
    }
    // By entity: pairs that are right, said and true. A pair that was said is of both its records, half each.
    let mut entities: BTreeMap<&String, [f64; 3]> = BTreeMap::new();
    let pairs = |n: u64| (n * (n - 1) / 2) as f64;
    for ((label, of), count) in &both {
        let sums = entities.entry(label).or_default();
        sums[0] += pairs(*count);
        sums[1] += *count as f64 * (said[of] - 1) as f64 / 2.0;
    }
    known.iter().for_each(|(label, count)| entities.entry(label).or_default()[2] = pairs(*count));
    let entities: Vec<[f64; 3]> = entities.into_values().collect();
    let sums = |of: &mut dyn Iterator<Item = &[f64; 3]>| {
        of.fold([0.0; 3], |sums, one| [sums[0] + one[0], sums[1] + one[1], sums[2] + one[2]])
    };
    let f1 =
        |[right, said, known]: [f64; 3]| if said + known > 0.0 { 2.0 * right / (said + known) } else { 1.0 };
    let whole = sums(&mut entities.iter());
    let share = |of: f64| if of > 0.0 { whole[0] / of } else { 1.0 };
    let mut state = 1u64;
    let mut draw = |_: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        &entities[(state >> 33) as usize % entities.len().max(1)]
    };
    let count = entities.len();
    let mut drawn: Vec<f64> =
        (0..DRAWS).filter(|_| count > 0).map(|_| f1(sums(&mut (0..count).map(&mut draw)))).collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn.get((share * drawn.len() as f64) as usize).copied().unwrap_or(1.0);
    let largest = |of: &mut dyn Iterator<Item = &u64>| of.max().copied().unwrap_or(0);
    Scored {
        precision: share(whole[1]),
        recall: share(whole[2]),
        f1: f1(whole),
        bounds: (at(0.025), at(0.975)),
        largest: (largest(&mut said.values()), largest(&mut known.values())),
    }
}

fn table(rows: &[Value]) -> String {
    let mut out = String::from(
        "| Set | Engine | Pairs looked at | Precision | Recall | F1 (95 %) | Largest cluster, true | CPU s | Peak MB | Wall s |\n|---|---|---|---|---|---|---|---|---|---|\n",
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
            "| {} | {} | {pairs} | {} | {} | {} ({}–{}) | {}, {} | {} | {peak} | {} |\n",
            text("set"),
            text("engine"),
            shown("precision", 4),
            shown("recall", 4),
            shown("f1", 4),
            shown("f1_low", 4),
            shown("f1_high", 4),
            shown("largest", 0),
            shown("true_largest", 0),
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
        let got = score(&made, &truth);
        assert!((got.precision - 1.0 / 3.0).abs() < 1e-9 && (got.recall - 0.5).abs() < 1e-9);
        assert!((got.f1 - 0.4).abs() < 1e-9 && got.bounds.0 <= got.f1 && got.f1 <= got.bounds.1);
        assert_eq!(got.largest, (3, 2));
    }
}
