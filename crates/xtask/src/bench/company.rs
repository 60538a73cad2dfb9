//! The company that a bench reads: written by `bonafide demo` without any scheme, its last day in files of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::run;

/// A written company.
pub struct Company {
    /// Its exports.
    pub exports: PathBuf,
    /// Files.
    pub files: usize,
    /// Bytes of all files.
    pub bytes: u64,
    truth: PathBuf,
    /// Where the last day waits.
    aside: PathBuf,
}

/// The company in `folder`, written now unless an earlier run kept it.
pub fn written(binary: &Path, folder: &Path, workers: u32, days: u32, seed: u64) -> anyhow::Result<Company> {
    let name = format!("company-{workers}x{days}-{seed}");
    let exports = folder.join(&name);
    let company = Company {
        truth: folder.join(format!("{name}-truth")),
        aside: folder.join(format!("{name}-last-day")),
        files: 0,
        bytes: 0,
        exports,
    };
    // The folder of the last day is made when all else is done, so a torn company is written anew.
    if !company.aside.is_dir() {
        run::tell(&format!("writing {} workers, {days} days, seed {seed}, nobody planted", workers));
        let mut demo = Command::new(binary);
        demo.arg("demo").arg(&company.exports).args(["--schemes", "none"]);
        demo.args([
            "--workers",
            &workers.to_string(),
            "--days",
            &days.to_string(),
            "--seed",
            &seed.to_string(),
        ]);
        run::pass(demo.env("BONAFIDE_HOME", folder.join("home")))?;
        company.split()?;
    }
    let (mut files, mut bytes) = (0, 0);
    for path in company.all()? {
        files += 1;
        bytes += path.metadata()?.len();
    }
    Ok(Company { files, bytes, ..company })
}

impl Company {
    /// Every file of the exports, in order of path.
    fn all(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut out = Vec::new();
        let mut folders = vec![self.exports.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                let is_hidden =
                    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
                match path.is_dir() {
                    true => folders.push(path),
                    false if !is_hidden => out.push(path),
                    false => {}
                }
            }
        }
        out.sort();
        Ok(out)
    }

    /// Cuts the last day of each log into a file of its own, as a company that exports every day has it.
    fn split(&self) -> anyhow::Result<()> {
        let logs: Vec<PathBuf> =
            self.all()?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect();
        let mut last = String::new();
        for log in &logs {
            last = last.max(each_day(log, |_, _| Ok(()))?);
        }
        if last.is_empty() {
            bail!("{}: no log has a line with a time", self.exports.display());
        }
        for log in &logs {
            let (before, after) = (log.with_extension("before"), log.with_extension(format!("{last}.jsonl")));
            let (mut kept, mut cut) =
                (BufWriter::new(File::create(&before)?), BufWriter::new(File::create(&after)?));
            each_day(log, |day, line| if day == last { cut.write_all(line) } else { kept.write_all(line) })?;
            kept.flush()?;
            cut.flush()?;
            fs::rename(&before, log)?;
            for path in
                [log, &after].into_iter().filter(|path| path.metadata().is_ok_and(|seen| seen.len() == 0))
            {
                fs::remove_file(path)?;
            }
        }
        fs::create_dir_all(&self.aside).with_context(|| self.aside.display().to_string())
    }

    /// Puts the files of the last day aside.
    pub fn withhold_last_day(&self) -> anyhow::Result<()> {
        let mut moved = 0;
        for path in self.all()? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.matches('.').count() == 2 && name.ends_with(".jsonl") {
                let below = path.strip_prefix(&self.exports)?.to_string_lossy().replace('/', "!");
                fs::rename(&path, self.aside.join(below))?;
                moved += 1;
            }
        }
        if moved == 0 {
            bail!("{}: no file holds a last day", self.exports.display());
        }
        Ok(())
    }

    /// Puts them back.
    pub fn give_last_day(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(&self.aside)? {
            let entry = entry?;
            let below = entry.file_name().to_string_lossy().replace('!', "/");
            fs::rename(entry.path(), self.exports.join(below))?;
        }
        Ok(())
    }

    /// Removes all of it.
    pub fn remove(&self) -> anyhow::Result<()> {
        for folder in [&self.exports, &self.truth, &self.aside] {
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        Ok(())
    }
}

/// Gives each line of a log with its UTC day; returns the last day.
fn each_day(log: &Path, mut each: impl FnMut(&str, &[u8]) -> std::io::Result<()>) -> anyhow::Result<String> {
    let mut reader =
        BufReader::with_capacity(1 << 20, File::open(log).with_context(|| log.display().to_string())?);
    let (mut line, mut last) = (Vec::new(), String::new());
    while {
        line.clear();
        reader.read_until(b'\n', &mut line)?
    } > 0
    {
        let day = day_of(&line).with_context(|| format!("{}: a line without a time", log.display()))?;
        each(&day, &line)?;
        last = last.max(day);
    }
    Ok(last)
}

/// The UTC day of a line: `published` of a sign-in log, `unixTime` of an endpoint log.
fn day_of(line: &[u8]) -> Option<String> {
    /// Keys before a date as text: Okta, the collector, Google.
    const WRITTEN: [&str; 3] = ["\"published\":", "\"collected\":", "\"id\":{\"time\":"];
    /// Keys before seconds or milliseconds: osquery, GitHub, Zoom, CrowdStrike and Duo.
    const COUNTED: [&str; 5] =
        ["\"unixTime\":", "\"@timestamp\":", "\"event_ts\":", "\"timestamp\":", "\"_time\":"];
    let after = |key: &[u8]| {
        let at = line.windows(key.len()).position(|window| window == key)?;
        let rest = &line[at + key.len()..];
        let start = rest.iter().position(|b| b.is_ascii_digit())?;
        (start <= 3).then(|| &rest[start..])
    };
    if let Some(rest) = WRITTEN.iter().find_map(|key| after(key.as_bytes())) {
        return Some(String::from_utf8_lossy(rest.get(..10)?).into_owned());
    }
    let digits = COUNTED.iter().find_map(|key| after(key.as_bytes()))?;
    let end = digits.iter().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let count: i64 = std::str::from_utf8(&digits[..end]).ok()?.parse().ok()?;
    let seconds = if end > 11 { count / 1000 } else { count };
    Some(model::Time::from_seconds(seconds).to_string().get(..10)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_day() {
        assert_eq!(
            day_of(br#"{"uuid":"a","published":"2026-06-30T08:00:01.000Z"}"#).as_deref(),
            Some("2026-06-30")
        );
        assert_eq!(day_of(br#"{"name":"a","unixTime":86400,"columns":{}}"#).as_deref(), Some("1970-01-02"));
        assert_eq!(day_of(br#"{"name":"a","unixTime": "86399"}"#).as_deref(), Some("1970-01-01"));
        let zoom = br#"{"event":"meeting.ended","event_ts":1780272134507}"#;
        assert_eq!(day_of(zoom).as_deref(), Some("2026-06-01"));
        assert_eq!(day_of(b"{}"), None);
    }

    #[test]
    fn the_last_day_is_cut_withheld_and_given_back() {
        let folder = std::env::temp_dir().join(format!("bonafide-bench-test-{}", std::process::id()));
        let exports = folder.join("c");
        fs::create_dir_all(exports.join("okta")).unwrap();
        let line = |day: &str| format!("{{\"published\":\"{day}T00:00:00Z\"}}\n");
        let log = exports.join("okta/log.jsonl");
        fs::write(&log, [line("2026-06-29"), line("2026-06-30")].concat()).unwrap();
        fs::write(exports.join("roster.csv"), "id\n").unwrap();
        let company =
            Company { exports, files: 0, bytes: 0, truth: folder.join("t"), aside: folder.join("a") };
        company.split().unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), line("2026-06-29"));
        assert_eq!(company.all().unwrap().len(), 3);
        company.withhold_last_day().unwrap();
        assert_eq!(company.all().unwrap().len(), 2);
        assert!(company.withhold_last_day().is_err());
        company.give_last_day().unwrap();
        let day = company.exports.join("okta/log.2026-06-30.jsonl");
        assert_eq!(fs::read_to_string(day).unwrap(), line("2026-06-30"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
