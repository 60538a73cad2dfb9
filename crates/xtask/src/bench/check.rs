//! `cargo xtask bench check`: the main job on an innocent company, cold, unchanged, and with one more day; where the
//! time goes and how much memory it takes. Innocent, so that opened cases are false ones: there must be none.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::bench::company::{self, Company};
use crate::bench::{machine, watch};
use crate::options::Options;
use crate::picture;
use crate::repo::Repo;
use crate::run;

/// What is measured.
struct Wish {
    workers: u32,
    days: u32,
    seed: u64,
    threads: Option<usize>,
    folder: PathBuf,
    keep: bool,
}

impl Wish {
    fn read(mut options: Options) -> anyhow::Result<Self> {
        let wish = Self {
            workers: options.value("--workers")?.unwrap_or(2_000),
            days: options.value("--days")?.unwrap_or(60),
            seed: options.value("--seed")?.unwrap_or(5),
            threads: options.value("--threads")?,
            folder: options.value("--folder")?.unwrap_or_else(|| std::env::temp_dir().join("bonafide-bench")),
            keep: options.flag("--keep"),
        };
        options.end()?;
        Ok(wish)
    }
}

/// Measures, and prints what was measured.
pub fn run(repo: &Repo, options: Options) -> anyhow::Result<()> {
    let wish = Wish::read(options)?;
    std::fs::create_dir_all(&wish.folder).with_context(|| wish.folder.display().to_string())?;
    let folder = wish.folder.canonicalize()?;
    if folder.starts_with(repo.root.canonicalize()?) {
        bail!("{}: lies in the repository; made-up companies of this size stay outside", folder.display());
    }
    let binary = picture::build(repo)?;
    // One day more than wished, for the last run.
    let company = company::written(&binary, &folder, wish.workers, wish.days + 1, wish.seed)?;
    let measured = measure(&binary, &folder, &company, &wish);
    std::fs::remove_dir_all(folder.join("home")).context("the bench's own workspaces")?;
    if !wish.keep {
        company.remove()?;
    }
    let runs = measured?;
    let report = json!({
        "bench": "check",
        "command": command_line(&wish),
        "seed": wish.seed,
        "workers": wish.workers,
        "days": wish.days,
        "files": company.files,
        "input_bytes": company.bytes,
        "machine": machine::describe(),
        "runs": runs,
    });
    run::say(&report.to_string());
    let opened = runs.iter().filter(|run| run.get("exit") != Some(&json!(0))).count();
    if opened > 0 {
        bail!(
            "{opened} runs did not end with exit code 0: a case was opened among innocents, or the check failed"
        );
    }
    Ok(())
}

fn command_line(wish: &Wish) -> String {
    let threads = wish.threads.map_or(String::new(), |threads| format!(" --threads {threads}"));
    format!(
        "cargo xtask bench check --workers {} --days {} --seed {}{threads}",
        wish.workers, wish.days, wish.seed
    )
}

/// The three runs, in order.
fn measure(binary: &Path, folder: &Path, company: &Company, wish: &Wish) -> anyhow::Result<Vec<Value>> {
    let home = folder.join("home");
    if home.exists() {
        std::fs::remove_dir_all(&home).with_context(|| home.display().to_string())?;
    }
    company.withhold_last_day()?;
    run::tell(&format!("{:<14} {:>9} {:>10} {:>10}  stages", "run", "seconds", "peak MB", "records"));
    let mut runs = Vec::new();
    for name in ["cold", "unchanged", "one more day"] {
        if name == "one more day" {
            company.give_last_day()?;
        }
        let mut check = bonafide(binary, &home, wish.threads);
        check.arg("check").arg(&company.exports).args(["--timings", "--json"]);
        let seen = watch::run(&mut check).with_context(|| format!("the run {name:?}"))?;
        let records = records(binary, &home)?;
        let stages = stages(&seen.narration);
        let shown: Vec<String> =
            stages.iter().map(|(stage, seconds)| format!("{stage} {seconds:.2}")).collect();
        run::tell(&format!(
            "{name:<14} {:>9.2} {:>10} {records:>10}  {}",
            seen.seconds,
            seen.peak_kib.map_or("unknown".into(), |kib| (kib / 1000).to_string()),
            shown.join(", ")
        ));
        if seen.exit != Some(0) {
            run::tell(&seen.narration);
        }
        let stages: serde_json::Map<String, Value> =
            stages.into_iter().map(|(stage, seconds)| (stage, json!(seconds))).collect();
        runs.push(json!({
            "run": name, "seconds": seen.seconds, "peak_kib": seen.peak_kib, "records": records,
            "exit": seen.exit, "stages": stages,
        }));
    }
    Ok(runs)
}

/// The binary with a home of the bench's own.
fn bonafide(binary: &Path, home: &Path, threads: Option<usize>) -> Command {
    let mut command = Command::new(binary);
    command.env("BONAFIDE_HOME", home);
    if let Some(threads) = threads {
        command.args(["--threads", &threads.to_string()]);
    }
    command
}

/// Records that the workspace of the last check holds.
fn records(binary: &Path, home: &Path) -> anyhow::Result<u64> {
    let sql = "SELECT sum(records) AS records FROM coverage";
    let mut query = bonafide(binary, home, None);
    query.args(["query", sql, "--json"]);
    let answer: Value = serde_json::from_str(&run::output(&mut query)?).context("the answer to a query")?;
    answer.get("records").and_then(Value::as_u64).with_context(|| format!("no count in {answer}"))
}

/// `time   read   11.02 s`, as `--timings` writes them.
fn stages(narration: &str) -> Vec<(String, f64)> {
    let timed = narration.lines().filter_map(|line| line.strip_prefix("time ")?.trim().strip_suffix(" s"));
    timed
        .filter_map(|line| {
            let (stage, seconds) = line.trim().rsplit_once(' ')?;
            Some((stage.trim().to_owned(), seconds.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_as_check_writes_them() {
        let text = "1 of 2 files were read before\ntime   read            11.02 s\ntime   ask, weigh       6.70 s\nmore\n";
        assert_eq!(stages(text), [("read".to_owned(), 11.02), ("ask, weigh".to_owned(), 6.7)]);
    }

    #[test]
    fn the_command_can_be_typed_again() {
        let words = ["--workers", "30", "--days", "9", "--threads", "1"].map(str::to_owned).to_vec();
        let wish = Wish::read(Options::new(words)).unwrap();
        assert_eq!(command_line(&wish), "cargo xtask bench check --workers 30 --days 9 --seed 5 --threads 1");
    }
}
