//! One company: written, judged, and thrown away; what stays is its truth and what was said. Whatever was finished once
//! with the same binary is not done again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};
use serde_json::Value;

use super::grid::Cell;
use crate::run;

/// A company that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Truth.
    pub truth: PathBuf,
    /// What was said, by day of judgement.
    pub said: PathBuf,
    /// What was said without a group of indicators or a source: which, and the file.
    pub without: Vec<(Part, PathBuf)>,
}

/// What can be left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A dependence group of indicators.
    Group(String),
    /// A source.
    Source(String),
}

impl Part {
    /// Name of the file of what is said without it.
    fn file(&self) -> String {
        match self {
            Self::Group(name) => format!("without-{name}.jsonl"),
            Self::Source(name) => format!("without-source-{name}.jsonl"),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Group(name) | Self::Source(name) => name,
        }
    }
}

/// Days between two judgements of a series.
const EVERY: i64 = 5;
/// Days before the first judgement of a series.
const FIRST: i64 = 10;

/// What a company is judged for, besides its last day.
pub struct Extra<'a> {
    /// Every few days.
    pub series: bool,
    /// Without each of these groups of indicators: a group's name and the indicators that are left.
    pub groups: &'a [(String, Vec<String>)],
    /// Without each of its sources.
    pub sources: bool,
}

/// Writes and judges a company in `folder`, unless that was done.
pub fn measured(
    binary: &Path,
    folder: &Path,
    cell: &Cell,
    seed: i64,
    extra: &Extra<'_>,
) -> anyhow::Result<Measured> {
    let truth = folder.join("truth");
    let done = folder.join("done");
    let mut company = Measured { said: folder.join("said"), without: Vec::new(), truth };
    if done.is_file() {
        company.without = left_out(folder, &company.truth, extra)?;
        // a grid that wants more than was done is done anew
        if company.without.iter().all(|(_, file)| file.is_file()) {
            return Ok(company);
        }
    }
    let since = Instant::now();
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&company.said)?;
    let world = folder.join("world");
    let mut write = Command::new(binary);
    write.arg("synth").arg("--out").arg(&world).args(["--seed", &seed.to_string()]).args(cell.words());
    run::output(&mut write)?;
    fs::rename(world.join("truth"), &company.truth)?;
    let (first, last) = window(&company.truth)?;
    let judge = Judge { binary, exports: world.join("exports"), home: folder.join("home"), last: &last };
    judge.say(&company.said.join(format!("{last}.jsonl")), &[])?;
    for day in if extra.series { days(&first, &last)? } else { Vec::new() } {
        judge.say(&company.said.join(format!("{day}.jsonl")), &["--until", &day])?;
    }
    company.without = left_out(folder, &company.truth, extra)?;
    for (part, file) in &company.without {
        let scope = folder.join("scope.toml");
        fs::write(&scope, scope_without(part, &company.truth, extra)?)?;
        // what is not read is another reading: a home of its own
        let home = match part {
            Part::Group(_) => judge.home.clone(),
            Part::Source(_) => folder.join("home-without"),
        };
        let judge = Judge { home, exports: judge.exports.clone(), ..judge };
        judge
            .say(file, &["--scope", &scope.display().to_string()])
            .with_context(|| format!("without {}", part.name()))?;
        if matches!(part, Part::Source(_)) {
            fs::remove_dir_all(&judge.home)?;
        }
    }
    fs::remove_dir_all(&world)?;
    fs::remove_dir_all(folder.join("home"))?;
    fs::write(&done, format!("{:.1} s\n", since.elapsed().as_secs_f64()))?;
    run::tell(&format!("{} {seed}: {:.0} s", cell.name, since.elapsed().as_secs_f64()));
    Ok(company)
}

/// Everything that a company is judged without. The roster is always there: without it there is nobody to be judged.
fn left_out(folder: &Path, truth: &Path, extra: &Extra<'_>) -> anyhow::Result<Vec<(Part, PathBuf)>> {
    let mut parts: Vec<Part> = extra.groups.iter().map(|(name, _)| Part::Group(name.clone())).collect();
    if extra.sources {
        parts.extend(sources(truth)?.into_iter().filter(|name| name != "roster").map(Part::Source));
    }
    Ok(parts.into_iter().map(|part| (part.clone(), folder.join(part.file()))).collect())
}

/// Sources that a company has, as its plan says.
fn sources(truth: &Path) -> anyhow::Result<Vec<String>> {
    let plan: Value = serde_json::from_str(&fs::read_to_string(truth.join("plan.json"))?)?;
    let list = plan.get("sources").and_then(Value::as_array).context("plan.json names no sources")?;
    Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A scope with all but one part.
fn scope_without(part: &Part, truth: &Path, extra: &Extra<'_>) -> anyhow::Result<String> {
    let (key, left) = match part {
        Part::Group(name) => {
            let group = extra.groups.iter().find(|(group, _)| group == name);
            ("indicators", group.map(|(_, left)| left.clone()).unwrap_or_default())
        }
        Part::Source(name) => {
            ("sources", sources(truth)?.into_iter().filter(|source| source != name).collect::<Vec<_>>())
        }
    };
    let listed: Vec<String> = left.iter().map(|id| format!("\"{id}\"")).collect();
    Ok(format!("{key} = [{}]\n", listed.join(", ")))
}

/// Checks one company, in a home of its own.
struct Judge<'a> {
    binary: &'a Path,
    exports: PathBuf,
    home: PathBuf,
    last: &'a str,
}

impl Judge<'_> {
    /// What `check` says, without the sentences and records that no figure needs.
    fn say(&self, file: &Path, words: &[&str]) -> anyhow::Result<()> {
        let mut check = Command::new(self.binary);
        check
            .env("BONAFIDE_HOME", &self.home)
            .arg("check")
            .arg(&self.exports)
            .args(["--json", "--no-raw"])
            .args(words);
        if !words.contains(&"--until") {
            // Judgement time is the end of the last day, and not of the last record, so that days can be counted.
            check.args(["--until", self.last]);
        }
        let output = check.stdin(Stdio::null()).stderr(Stdio::piped()).output()?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            bail!("{}: {}\n{}", run::shown(&check), output.status, String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout).context("what check says is no text")?;
        let mut out = String::new();
        for line in text.lines() {
            out.push_str(&slim(line)?);
            out.push('\n');
        }
        fs::write(file, out).with_context(|| file.display().to_string())
    }
}

/// A line without what is long and tells no figure.
fn slim(line: &str) -> anyhow::Result<String> {
    let mut person: Value = serde_json::from_str(line).context("a line of check --json")?;
    if let Some(person) = person.as_object_mut() {
        person.retain(|key, _| key != "email");
    }
    for found in person.get_mut("evidence").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(found) = found.as_object_mut() {
            found.retain(|key, _| !["records", "innocent", "sentence"].contains(&key.as_str()));
        }
    }
    Ok(person.to_string())
}

/// First and last day of records, as the plan says.
fn window(truth: &Path) -> anyhow::Result<(String, String)> {
    let text = fs::read_to_string(truth.join("plan.json"))?;
    let plan: Value = serde_json::from_str(&text)?;
    let day = |key: &str| plan.get(key).and_then(Value::as_str).map(str::to_owned);
    day("first_day").zip(day("until")).context("plan.json names no first_day and until")
}

/// Days of a series, the last day left out.
fn days(first: &str, last: &str) -> anyhow::Result<Vec<String>> {
    let (from, to) = (number(first)? + FIRST, number(last)?);
    let list = (from..to).filter(|day| (to - day) % EVERY == 0);
    Ok(list.map(|day| model::Time(day * model::time::DAY_MICROS).to_string()[..10].to_owned()).collect())
}

/// Days since 1970 of a date YYYY-MM-DD in the Gregorian calendar.
fn number(text: &str) -> anyhow::Result<i64> {
    let parts: Vec<i64> =
        text.split('-').map(str::parse).collect::<Result<_, _>>().with_context(|| text.to_owned())?;
    let [year, month, day] = parts[..] else { bail!("{text} is no date") };
    // Years begin in March, so that the day of February that comes and goes is the last one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Ok(days - 719_468)
}

/// Groups of indicators, each with the indicators that are left without it.
pub fn groups(binary: &Path) -> anyhow::Result<Vec<(String, Vec<String>)>> {
    let mut command = Command::new(binary);
    command.args(["indicators", "--json"]);
    let mut all: Vec<(String, String)> = Vec::new();
    for line in run::output(&mut command)?.lines() {
        let card: Value = serde_json::from_str(line)?;
        let text = |key: &str| card.get(key).and_then(Value::as_str).map(str::to_owned);
        all.extend(text("group").zip(text("id")));
    }
    let names: BTreeSet<&String> = all.iter().map(|(group, _)| group).collect();
    let left =
        |name: &String| all.iter().filter(|(group, _)| group != name).map(|(_, id)| id.clone()).collect();
    Ok(names.into_iter().map(|name| (name.clone(), left(name))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_ends_before_the_last_day_and_steps_back_from_it() {
        assert_eq!(
            days("2026-05-02", "2026-06-03").unwrap(),
            ["2026-05-14", "2026-05-19", "2026-05-24", "2026-05-29"]
        );
    }

    #[test]
    fn a_source_is_left_out_by_a_scope_that_names_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let truth = folder.path();
        fs::write(truth.join("plan.json"), r#"{"sources":["okta","pay","roster"]}"#).unwrap();
        let groups = [("vpn".to_owned(), vec!["remote-tool".to_owned()])];
        let extra = Extra { series: false, groups: &groups, sources: true };
        let parts = left_out(truth, truth, &extra).unwrap();
        let names: Vec<&str> = parts.iter().map(|(part, _)| part.name()).collect();
        assert_eq!(names, ["vpn", "okta", "pay"], "nobody is judged without a roster");
        let scope = |at: usize| scope_without(&parts[at].0, truth, &extra).unwrap();
        assert_eq!(scope(0), "indicators = [\"remote-tool\"]\n");
        assert_eq!(scope(1), "sources = [\"pay\", \"roster\"]\n");
    }

    #[test]
    fn dates_are_counted() {
        for text in ["1970-01-01", "2000-02-29", "2026-03-01", "2026-12-31"] {
            let back = model::Time(number(text).unwrap() * model::time::DAY_MICROS).to_string();
            assert_eq!(&back[..10], text);
        }
        assert!(number("June").is_err());
    }

    #[test]
    fn a_slim_line_keeps_every_number() {
        let line = r#"{"worker_id":"W","email":"a@example.com","bits":1.5,"evidence":[{"indicator":"i","bits":2.0,"sentence":"s","records":["r"]}]}"#;
        assert_eq!(
            slim(line).unwrap(),
            r#"{"worker_id":"W","bits":1.5,"evidence":[{"indicator":"i","bits":2.0}]}"#
        );
    }
}
