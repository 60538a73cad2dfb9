//! A made-up company in vendor formats: what is planted in it is known, so that anybody can see how it is found.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use synth::{Folder, Plan, Planted};

use crate::error::{Error, Result};

/// What kind of company.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Everything follows from it.
    pub seed: u64,
    /// Workers.
    pub workers: Option<u32>,
    /// Days of records.
    pub days: Option<u32>,
    /// Applicants, those who were hired included; by default none.
    pub applicants: Option<u32>,
    /// Schemes planted, separated by commas: ids, cases such as `S4`, `all`; `none` for an innocent company.
    pub schemes: Option<String>,
    /// Instances of schemes, or the share of workers with a percent sign; by default each scheme once.
    pub planted: Option<String>,
    /// 0 (careless) to 1 (next to no tells left).
    pub difficulty: Option<f64>,
    /// Look-alikes, separated by commas, each at least once, or `all`; by default every kind by its rate.
    pub look_alikes: Option<String>,
    /// Share of the workers that each of them gets, `0.01` or `1%`.
    pub share: Option<String>,
    /// Last day of records, YYYY-MM-DD.
    pub until: Option<String>,
    /// Sources that are not written, separated by commas.
    pub without: Option<String>,
    /// Every lever of a scheme is pulled, look-alikes show every habit.
    pub every_tell: bool,
    /// Every rate is redrawn between a third of the cited one and three times it.
    pub redraw: bool,
}

impl Wish {
    /// As `synth` takes it; where nothing is said, that of the demo.
    fn plan(&self) -> Result<Plan> {
        let mut plan = Plan::demo(self.seed);
        plan.workers = self.workers.unwrap_or(plan.workers);
        plan.days = self.days.unwrap_or(plan.days);
        plan.difficulty = self.difficulty.unwrap_or(plan.difficulty);
        if let Some(list) = &self.schemes {
            plan.schemes = synth::plan::scheme_list(list).map_err(wrong_plan)?;
            plan.planted = Planted::Instances(plan.schemes.len() as u32);
        }
        if let Some(text) = &self.planted {
            plan.planted = planted(text)?;
        }
        plan.applicants = self.applicants.unwrap_or_else(|| plan.applicants_needed());
        plan.look_alikes = self.look_alikes.as_deref().map(synth::plan::look_alike_list);
        plan.share = self.share.as_deref().map(share).transpose()?;
        plan.without =
            self.without.iter().flat_map(|list| synth::plan::words(list)).map(str::to_owned).collect();
        if let Some(text) = &self.until {
            let wrong = |_| Error::Configuration(format!("until: {text} is no day YYYY-MM-DD"));
            plan.until = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(wrong)?;
        }
        (plan.every_tell, plan.redraw) = (self.every_tell, self.redraw);
        Ok(plan)
    }
}

/// `0.01`, or `1%`.
fn share(text: &str) -> Result<f64> {
    let wrong = |_| Error::Configuration(format!("share: {text} is no share like 0.01 or 1%"));
    match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse().map(|percent: f64| percent / 100.0).map_err(wrong),
        None => text.trim().parse().map_err(wrong),
    }
}

fn wrong_plan(cause: synth::Error) -> Error {
    match cause {
        synth::Error::Plan(text) => Error::Configuration(text),
        other => Error::Defect(other.to_string()),
    }
}

/// Exports that can be withheld, in one line.
#[must_use]
pub fn sources() -> String {
    synth::plan::SOURCES.join(", ")
}

/// Schemes that can be planted, each with its cases, in one line.
#[must_use]
pub fn schemes() -> String {
    let cases = |scheme: &synth::Scheme| {
        scheme.seeds.iter().map(|seed| format!("S{seed}")).collect::<Vec<_>>().join(" ")
    };
    let all = synth::SCHEMES.iter().map(|scheme| format!("{} ({})", scheme.id, cases(scheme)));
    all.collect::<Vec<_>>().join(", ")
}

/// `3` instances, or `1%` of the workers.
fn planted(text: &str) -> Result<Planted> {
    let wrong = || {
        Error::Configuration(format!("planted: {text} is neither a number of instances nor a share like 1%"))
    };
    match text.trim().strip_suffix('%') {
        Some(share) => {
            share.trim().parse().map(|percent: f64| Planted::Share(percent / 100.0)).map_err(|_| wrong())
        }
        None => text.trim().parse().map(Planted::Instances).map_err(|_| wrong()),
    }
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Workers on the roster.
    pub workers: u32,
    /// Files of exports.
    pub files: usize,
    /// Days of records.
    pub days: u32,
    /// Last day of records.
    pub until: String,
    /// What was planted, in words.
    pub planted: String,
    /// Look-alikes, in words.
    pub innocents: String,
    /// Folder of the exports.
    pub exports: PathBuf,
    /// Folder of the truth, beside the exports.
    pub truth: PathBuf,
}

/// Exports into one folder, the truth beside it: a check must not be able to read what it is to find.
struct Beside {
    exports: PathBuf,
    truth: PathBuf,
}

impl Folder for Beside {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>> {
        let path = match path.strip_prefix("truth/") {
            Some(name) => self.truth.join(name),
            None => self.exports.join(path),
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(Box::new(File::create(path)?))
    }
}

/// Writes the company into a new or empty folder, and the truth into `<folder>-truth`.
pub fn write(out: &Path, wish: &Wish) -> Result<Written> {
    let truth = beside(out)?;
    for folder in [out, &truth] {
        empty(folder)?;
    }
    fill(Beside { exports: out.to_path_buf(), truth }, wish)
}

/// Writes the company into a new or empty folder: `exports` and `truth` side by side.
pub fn world(out: &Path, wish: &Wish) -> Result<Written> {
    empty(out)?;
    fill(Beside { exports: out.join("exports"), truth: out.join("truth") }, wish)
}

/// The story of a company that was written, for readers who are no engineers.
pub fn story(written: &Written) -> Result<String> {
    let path = written.truth.join("story.md");
    std::fs::read_to_string(&path).map_err(Error::file(&path))
}

fn fill(mut folder: Beside, wish: &Wish) -> Result<Written> {
    let plan = wish.plan()?;
    let summary = synth::write(&plan, &mut folder).map_err(|cause| match cause {
        synth::Error::Plan(text) => Error::Configuration(text),
        other => Error::Input(format!("{}: {other}", folder.exports.display())),
    })?;
    Ok(Written {
        workers: summary.workers,
        files: summary.files.iter().filter(|path| !path.starts_with("truth/")).count(),
        days: summary.days,
        until: summary.until.to_string(),
        planted: in_words(&summary),
        innocents: innocents(&summary),
        exports: folder.exports,
        truth: folder.truth,
    })
}

fn beside(out: &Path) -> Result<PathBuf> {
    let Some(name) = out.file_name() else {
        return Err(Error::Configuration(format!("{}: no folder name", out.display())));
    };
    let mut name = name.to_owned();
    name.push("-truth");
    Ok(out.with_file_name(name))
}

/// Only what was made up before is replaced: a folder with anything else in it is somebody's.
fn empty(folder: &Path) -> Result<()> {
    const MARK: &str = ".bonafide-demo";
    let mark = folder.join(MARK);
    if folder.is_dir() {
        let mut entries = std::fs::read_dir(folder).map_err(Error::file(folder))?;
        if !mark.is_file() && entries.next().is_some() {
            let text =
                format!("{}: not empty, and not written by bonafide; nothing was touched", folder.display());
            return Err(Error::Configuration(text));
        }
        std::fs::remove_dir_all(folder).map_err(Error::file(folder))?;
    }
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    std::fs::write(&mark, "written by bonafide; made-up people\n").map_err(Error::file(&mark))
}

fn in_words(summary: &synth::Summary) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut schemes: Vec<&str> = summary.planted.iter().map(|one| one.scheme.as_str()).collect();
    schemes.sort_unstable();
    schemes.dedup();
    for scheme in schemes {
        let of: Vec<&str> = summary
            .planted
            .iter()
            .filter(|one| one.scheme == scheme)
            .map(|one| one.worker_id.as_str())
            .collect();
        lines.push(format!("{scheme} ({})", of.join(", ")));
    }
    if lines.is_empty() { "nothing: everybody is who they say".into() } else { lines.join("; ") }
}

fn innocents(summary: &synth::Summary) -> String {
    let people: usize = summary.innocents.values().map(Vec::len).sum();
    let kinds: Vec<&str> = summary.innocents.keys().map(String::as_str).collect();
    format!("{people} people of {} kinds ({})", kinds.len(), kinds.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish() -> Wish {
        Wish { seed: 3, workers: Some(20), days: Some(7), ..Wish::default() }
    }

    #[test]
    fn the_truth_stands_beside_the_exports_and_somebodys_folder_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("made-up");
        let written = world(&out, &Wish { schemes: Some("vpn_flap".into()), ..wish() }).unwrap();
        assert!(written.planted.starts_with("vpn_flap") && written.truth == out.join("truth"));
        assert!(out.join("truth/workers.csv").is_file() && out.join("exports/okta").is_dir());
        assert!(!out.join("exports/truth").exists());
        // once more, into what was made up before: replaced
        assert!(world(&out, &Wish { schemes: Some("none".into()), ..wish() }).is_ok());
        let own = home.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("letter.txt"), "mine").unwrap();
        assert!(matches!(write(&own, &wish()), Err(Error::Configuration(_))));
        assert_eq!(std::fs::read_to_string(own.join("letter.txt")).unwrap(), "mine");
    }

    #[test]
    fn wishes_become_plans() {
        let all = Wish {
            planted: Some("2.5 %".into()),
            look_alikes: Some("couple, coworking".into()),
            share: Some("2 %".into()),
            schemes: Some("S4, all".into()),
            until: Some("2026-02-28".into()),
            without: Some("okta".into()),
            ..wish()
        };
        let plan = all.plan().unwrap();
        assert_eq!(plan.planted, Planted::Share(0.025));
        assert_eq!((plan.look_alikes.unwrap().len(), plan.share), (2, Some(0.02)));
        assert_eq!((plan.schemes[0].as_str(), plan.schemes.len()), ("hosted_farm", synth::SCHEMES.len()));
        assert!(plan.applicants > 0 && wish().plan().unwrap().applicants == 0, "one of all needs applicants");
        assert_eq!(plan.until.to_string(), "2026-02-28");
        assert!(plan.without.contains("okta"));
        let wrong = |wish: Wish| wish.plan().unwrap_err().to_string();
        assert!(wrong(Wish { planted: Some("many".into()), ..wish() }).contains("many"));
        assert!(wrong(Wish { until: Some("June".into()), ..wish() }).contains("June"));
        assert!(wrong(Wish { share: Some("some".into()), ..wish() }).contains("some"));
        assert!(wrong(Wish { schemes: Some("S18".into()), ..wish() }).contains("S18"));
    }
}
