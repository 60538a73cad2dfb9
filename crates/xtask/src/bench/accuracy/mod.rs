//! `cargo xtask bench accuracy`: how good the product is at finding people who are operated by others, on a fixed grid of
//! made-up companies, each written by `synth`, judged by `check` and measured by `evaluate`. What was done once with the
//! same binary is kept, so a run that was stopped goes on. Writes docs/accuracy.md and its plots.
//!
//! # Layout
//! - [`grid`]: which companies; [`company`]: one of them; [`figures`]: an evaluation as numbers
//! - [`page`]: the page; [`plot`]: its drawings

mod company;
mod figures;
mod grid;
mod page;
mod plot;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use self::company::{Extra, Measured, Part};
use self::figures::Figures;
use self::grid::{Cell, Extent, Set};
use crate::options::Options;
use crate::repo::Repo;
use crate::{picture, run};

/// What is to be measured.
struct Wish {
    set: Set,
    cells: Vec<String>,
    extent: Extent,
    results: PathBuf,
    binary: Option<PathBuf>,
}

impl Wish {
    fn read(mut options: Options) -> anyhow::Result<Self> {
        let cells: Option<String> = options.value("--cells")?;
        let wish = Self {
            set: Set::named(&options.value("--set")?.unwrap_or_else(|| "report".to_owned()))?,
            cells: cells.iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned()).collect(),
            extent: Extent { most_seeds: options.value("--seeds")?, quick: options.flag("--quick") },
            results: options.value("--results")?.unwrap_or_else(cache),
            binary: options.value("--binary")?,
        };
        options.end()?;
        Ok(wish)
    }

    /// As one types it again.
    fn command(&self) -> String {
        let mut out = format!("cargo xtask bench accuracy --set {}", self.set.name());
        if !self.cells.is_empty() {
            out += &format!(" --cells \"{}\"", self.cells.join(","));
        }
        out += if self.extent.quick { " --quick" } else { "" };
        out + &self.extent.most_seeds.map_or(String::new(), |seeds| format!(" --seeds {seeds}"))
    }
}

/// The cell that targets are measured on.
const BASE: &str = "base";

/// Where results stay: the user's cache, never the repository.
fn cache() -> PathBuf {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    named.or(home).unwrap_or_else(std::env::temp_dir).join("bonafide-bench").join("accuracy")
}

/// One cell, measured.
struct Answer {
    cell: Cell,
    figures: Figures,
    /// Without a group of indicators or a source, on the companies that were judged so, and whole on the same ones.
    without: Vec<Without>,
}

/// What is left without one part.
struct Without {
    part: Part,
    /// Companies that have it.
    companies: usize,
    /// All of it, on these companies.
    whole: Figures,
    /// Without the part.
    left: Figures,
}

/// Measures the grid. The page is written for the seeds of reports only; for those of development the figures are
/// printed.
pub fn run(repo: &Repo, options: Options) -> anyhow::Result<()> {
    let wish = Wish::read(options)?;
    let binary = match &wish.binary {
        Some(path) => path.canonicalize().with_context(|| path.display().to_string())?,
        None => picture::build(repo)?,
    };
    let results = wish.results.join(key(&binary)? + if wish.extent.quick { "-quick" } else { "" });
    fs::create_dir_all(&results).with_context(|| results.display().to_string())?;
    if results.canonicalize()?.starts_with(repo.root.canonicalize()?) {
        bail!("{}: lies in the repository; made-up companies stay outside", results.display());
    }
    run::tell(&format!("results: {}", results.display()));
    let groups = company::groups(&binary)?;
    let bench = Bench { binary, results, groups };
    // The calibrator comes from seeds of development, whatever is measured.
    let mut base = grid::cells(Set::Development, wish.extent)?.remove(0);
    if wish.set == Set::Report {
        // Only its probabilities are wanted.
        (base.series, base.groups, base.sources) = (0, 0, 0);
    }
    let calibrator = bench.cell(Set::Development, base, None)?;
    let path = bench.results.join("development").join("calibrator.json");
    fs::write(&path, calibrator.figures.json.to_string())?;
    let line = calibrator.figures.value("/calibration/as_printed/line").is_some_and(Value::is_object);
    let path = line.then_some(path);
    let mut answers = Vec::new();
    for cell in grid::cells(wish.set, wish.extent)? {
        if wish.cells.is_empty() || wish.cells.contains(&cell.name) {
            answers.push(bench.cell(wish.set, cell, path.as_deref())?);
        }
    }
    let Some(first) = answers.first() else {
        bail!("no cell of that name; cells stand in crates/xtask/data/accuracy.toml")
    };
    run::say(&first.figures.json.to_string());
    let page = page::write(&answers, &wish.command());
    // A part of the grid makes a page as well, and the page says which.
    if wish.set == Set::Report && first.cell.name == BASE {
        fs::write(repo.root.join("docs/accuracy.md"), page).context("docs/accuracy.md")?;
        for (name, drawing) in plot::all(&answers) {
            let path = repo.root.join("docs").join(&name);
            fs::write(&path, drawing).with_context(|| path.display().to_string())?;
        }
        run::tell("written: docs/accuracy.md and its plots");
    } else {
        run::tell(&page);
    }
    Ok(())
}

/// What tells one binary from another: a digest of its bytes. Fowler, Noll and Vo, 64 bits; nobody attacks it.
fn key(binary: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(binary).with_context(|| binary.display().to_string())?;
    let digest = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    Ok(format!("{digest:016x}"))
}

struct Bench {
    binary: PathBuf,
    results: PathBuf,
    groups: Vec<(String, Vec<String>)>,
}

impl Bench {
    /// Writes, judges and measures a cell's companies together.
    fn cell(&self, set: Set, cell: Cell, calibrator: Option<&Path>) -> anyhow::Result<Answer> {
        let folder = self.results.join(set.name()).join(cell.name.replace(' ', "-"));
        let mut companies = Vec::new();
        for (at, seed) in cell.seeds.iter().enumerate() {
            let groups: &[_] = if at < cell.groups { &self.groups } else { &[] };
            let extra = Extra { series: at < cell.series, groups, sources: at < cell.sources };
            let path = folder.join(seed.to_string());
            companies.push(company::measured(&self.binary, &path, &cell, *seed, &extra)?);
        }
        let pairs: Vec<(&Path, &Path)> =
            companies.iter().map(|one| (one.truth.as_path(), one.said.as_path())).collect();
        let figures = self.evaluate(&folder, &pairs, calibrator)?;
        let without = self.without(&folder, &companies)?;
        Ok(Answer { cell, figures, without })
    }

    /// Every part left out, over the companies that have it, beside the whole on the same ones.
    fn without(&self, folder: &Path, companies: &[Measured]) -> anyhow::Result<Vec<Without>> {
        let parts: BTreeSet<&Part> =
            companies.iter().flat_map(|one| one.without.iter().map(|(part, _)| part)).collect();
        let mut out = Vec::new();
        // most parts are left out of the same companies, whose whole is measured once
        let mut wholes: BTreeMap<Vec<(&Path, &Path)>, Figures> = BTreeMap::new();
        for part in parts {
            let mut whole: Vec<(&Path, &Path)> = Vec::new();
            let mut left: Vec<(&Path, &Path)> = Vec::new();
            for one in companies {
                if let Some((_, file)) = one.without.iter().find(|(own, _)| own == part) {
                    whole.push((&one.truth, &one.said));
                    left.push((&one.truth, file));
                }
            }
            if !wholes.contains_key(&whole) {
                wholes.insert(whole.clone(), self.evaluate(folder, &whole, None)?);
            }
            out.push(Without {
                part: part.clone(),
                companies: whole.len(),
                whole: wholes[&whole].clone(),
                left: self.evaluate(folder, &left, None)?,
            });
        }
        Ok(out)
    }

    fn evaluate(
        &self,
        folder: &Path,
        pairs: &[(&Path, &Path)],
        calibrator: Option<&Path>,
    ) -> anyhow::Result<Figures> {
        let file = folder.join("evaluation.json");
        let mut command = Command::new(&self.binary);
        command.arg("evaluate");
        for (truth, said) in pairs {
            command.arg("--truth").arg(truth).arg("--assessments").arg(said);
        }
        if let Some(calibrator) = calibrator {
            command.arg("--calibrator").arg(calibrator);
        }
        command.arg("--json").arg(&file);
        run::output(&mut command)?;
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Ok(Figures { json: serde_json::from_str(&text).context("what evaluate wrote")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_typed_again() {
        let words =
            ["--cells", "base,planted 5", "--seeds", "1", "--set", "development"].map(str::to_owned).to_vec();
        let wish = Wish::read(Options::new(words)).unwrap();
        assert_eq!(wish.cells, ["base", "planted 5"]);
        assert_eq!(
            wish.command(),
            "cargo xtask bench accuracy --set development --cells \"base,planted 5\" --seeds 1"
        );
        assert!(Wish::read(Options::new(vec!["--set".into(), "all".into()])).is_err());
    }
}
