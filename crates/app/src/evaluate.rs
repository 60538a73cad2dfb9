//! How good assessments are, where the truth is known. Reads a truth folder and what a tool said; no workspace, and
//! nothing of anybody real.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

pub use yardstick::Evaluation;
pub use yardstick::candidates::Candidates;
use yardstick::{Line, World};

use crate::error::{Error, Result};

/// What is to be measured.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Truth folders; or the folders that hold one called `truth`.
    pub truth: Vec<PathBuf>,
    /// What a tool said, one for each truth: a file, `-`, or a folder with one file for each day of judgement, named
    /// by the day.
    pub assessments: Vec<PathBuf>,
    /// Days of records, for truths that do not tell.
    pub days: Option<f64>,
    /// An earlier evaluation, whose line through log-odds calibrates this one.
    pub calibrator: Option<PathBuf>,
}

/// Measures one company, or several together.
pub fn run(wish: &Wish) -> Result<Evaluation> {
    if wish.truth.is_empty() || wish.truth.len() != wish.assessments.len() {
        return Err(Error::Configuration(format!(
            "{} truth folders and {} assessments: one --assessments for each --truth, in the same order",
            wish.truth.len(),
            wish.assessments.len()
        )));
    }
    let worlds = wish.truth.iter().zip(&wish.assessments).map(|(truth, said)| world(truth, said));
    let worlds = worlds.collect::<Result<Vec<World>>>()?;
    let calibrator = wish.calibrator.as_deref().map(line).transpose()?;
    Ok(yardstick::evaluate(&worlds, &yardstick::Settings { days: wish.days, calibrator }))
}

/// Writes it as one JSON object.
pub fn write(path: &Path, evaluation: &Evaluation) -> Result<()> {
    let text = serde_json::to_string_pretty(evaluation).map_err(|cause| Error::Defect(cause.to_string()))?;
    std::fs::write(path, text + "\n").map_err(Error::configuration(path))
}

/// One company: its truth, and what was said.
fn world(truth: &Path, said: &Path) -> Result<World> {
    let folder = folder(truth);
    let name = folder.display().to_string();
    let mut world = yardstick::truth::read(&name, &mut |file| match File::open(folder.join(file)) {
        Ok(file) => Ok(Some(Box::new(file) as Box<dyn Read>)),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(cause),
    })?;
    if said.is_dir() {
        series(said, &mut world)?;
    } else {
        let name = said.display().to_string();
        let text =
            if name == "-" { stdin()? } else { std::fs::read_to_string(said).map_err(Error::file(said))? };
        world.assess(&name, &yardstick::said::read(&name, &text)?)?;
    }
    Ok(world)
}

/// The truth, also where the folder of the whole company is named.
fn folder(named: &Path) -> PathBuf {
    let inside = named.join("truth");
    if !named.join("workers.csv").exists() && inside.join("workers.csv").exists() {
        inside
    } else {
        named.to_path_buf()
    }
}

fn stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|cause| Error::Input(format!("-: {cause}")))?;
    Ok(text)
}

/// One file for each day of judgement, `2026-06-10.jsonl`; the last day's is the assessment.
fn series(folder: &Path, world: &mut World) -> Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::file(folder))? {
        let path = entry.map_err(Error::file(folder))?.path();
        let day = path.file_stem().and_then(|name| name.to_str()).and_then(yardstick::truth::day);
        files.extend(day.map(|day| (day, path)));
    }
    files.sort();
    let Some((last, _)) = files.last().cloned() else {
        let what = "no file is named by its day of judgement, as in 2026-06-30.jsonl";
        return Err(Error::Input(format!("{}: {what}", folder.display())));
    };
    for (day, path) in files {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        let said = yardstick::said::read(&name, &text)?;
        // A hiring platform's truth may name its people in the sheet of workers.
        let candidates = said.candidates.iter().filter(|_| world.candidates.is_empty());
        let open =
            said.workers.iter().chain(candidates).filter(|(_, one)| one.case).map(|(id, _)| id.clone());
        world.series.push((day, open.collect::<BTreeSet<_>>()));
        if day == last {
            world.assess(&name, &said)?;
        }
    }
    Ok(())
}

/// The line of an earlier evaluation, or a bare one.
fn line(path: &Path) -> Result<Line> {
    let text = std::fs::read_to_string(path).map_err(Error::configuration(path))?;
    let wrong = |what: String| Error::Configuration(format!("{}: {what}", path.display()));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|cause| wrong(cause.to_string()))?;
    let line = value.pointer("/calibration/as_printed/line").unwrap_or(&value);
    let line: Option<Line> = serde_json::from_value(line.clone()).ok();
    line.filter(|line| line.slope.is_finite() && line.intercept.is_finite()).ok_or_else(|| {
        wrong("holds no line: neither an evaluation with one, nor an object with slope and intercept".into())
    })
}
