//! A made-up company in vendor formats: what is planted in it is known, so that anybody can see how it is found.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use synth::{Folder, Plan};

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
    /// Schemes planted, separated by commas; `none` for an innocent company.
    pub schemes: Option<String>,
    /// Instances of schemes; by default each one once.
    pub planted: Option<u32>,
    /// 0 (careless) to 1 (next to no tells left).
    pub difficulty: Option<f64>,
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
    let mut plan = Plan::demo(wish.seed);
    plan.workers = wish.workers.unwrap_or(plan.workers);
    plan.days = wish.days.unwrap_or(plan.days);
    plan.difficulty = wish.difficulty.unwrap_or(plan.difficulty);
    if let Some(list) = &wish.schemes {
        let named = list.split(',').map(str::trim).filter(|id| !id.is_empty() && *id != "none");
        plan.schemes = named.map(str::to_owned).collect();
        plan.planted = plan.schemes.len() as u32;
    }
    plan.planted = wish.planted.unwrap_or(plan.planted);
    let truth = beside(out)?;
    for folder in [out, &truth] {
        empty(folder)?;
    }
    let mut folder = Beside { exports: out.to_path_buf(), truth: truth.clone() };
    let summary = synth::write(&plan, &mut folder).map_err(|cause| match cause {
        synth::Error::Plan(text) => Error::Configuration(text),
        other => Error::Input(format!("{}: {other}", out.display())),
    })?;
    Ok(Written {
        workers: summary.workers,
        files: summary.files.iter().filter(|path| !path.starts_with("truth/")).count(),
        days: summary.days,
        until: summary.until.to_string(),
        planted: planted(&summary),
        innocents: innocents(&summary),
        truth,
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

/// Only what an earlier demo wrote is replaced: a folder with anything else in it is somebody's.
fn empty(folder: &Path) -> Result<()> {
    const MARK: &str = ".bonafide-demo";
    let mark = folder.join(MARK);
    if folder.is_dir() {
        let mut entries = std::fs::read_dir(folder).map_err(Error::file(folder))?;
        if !mark.is_file() && entries.next().is_some() {
            let text = format!("{}: not empty, and not written by bonafide demo; nothing was touched", folder.display());
            return Err(Error::Configuration(text));
        }
        std::fs::remove_dir_all(folder).map_err(Error::file(folder))?;
    }
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    std::fs::write(&mark, "written by bonafide demo; made-up people\n").map_err(Error::file(&mark))
}

fn planted(summary: &synth::Summary) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut schemes: Vec<&str> = summary.planted.iter().map(|one| one.scheme.as_str()).collect();
    schemes.sort_unstable();
    schemes.dedup();
    for scheme in schemes {
        let of: Vec<&str> =
            summary.planted.iter().filter(|one| one.scheme == scheme).map(|one| one.worker_id.as_str()).collect();
        lines.push(format!("{scheme} ({})", of.join(", ")));
    }
    if lines.is_empty() { "nothing: everybody is who they say".into() } else { lines.join("; ") }
}

fn innocents(summary: &synth::Summary) -> String {
    let people: usize = summary.innocents.values().map(Vec::len).sum();
    let kinds: Vec<&str> = summary.innocents.keys().map(String::as_str).collect();
    format!("{people} people of {} kinds ({})", kinds.len(), kinds.join(", "))
}
