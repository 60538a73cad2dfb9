//! `cargo xtask ci`: everything that must hold, the cheapest first. `--long` adds what takes hours.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::bail;

use crate::options::Options;
use crate::repo::Repo;
use crate::{arrows, bench, contract, docs, fuzz, licences, picture, proof, run, tidy};

/// A step and its name.
type Step = (&'static str, fn(&Repo) -> anyhow::Result<()>);

const STEPS: &[Step] = &[
    ("format", format),
    ("tidy", tidy::run),
    ("arrows", arrows::run),
    ("licences", licences::run),
    ("lints", lints),
    ("postgresql", postgresql),
    ("tests", tests),
    ("command on postgresql", command_on_postgresql),
    ("doctests", doctests),
    ("docs", docs::run),
    ("picture", |repo| picture::run(repo, true)),
    ("contract", |repo| contract::short(repo, SHORT_SECONDS)),
];

const LONG_STEPS: &[Step] = &[
    ("long tests", long_tests),
    ("fuzz", long_fuzz),
    ("bench", long_bench),
    ("proof", long_proof),
    ("contract", long_contract),
];

/// Runs every step, also after one that failed, so that one run tells all; fails if any did.
pub fn run(repo: &Repo, long: bool) -> anyhow::Result<()> {
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for (name, step) in STEPS.iter().chain(if long { LONG_STEPS } else { &[] }) {
        run::tell(&format!("\n== {name}"));
        let since = Instant::now();
        let outcome = step(repo);
        let seconds = since.elapsed().as_secs_f64();
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        lines.push(format!("{word}  {name:<22} {seconds:>7.1} s"));
        if let Err(cause) = outcome {
            run::tell(&format!("{name}: {cause:#}"));
            failed.push(*name);
        }
    }
    run::tell(&format!("\n{}", lines.join("\n")));
    match failed.len() {
        0 => Ok(()),
        _ => bail!("failed: {}", failed.join(", ")),
    }
}

fn format(repo: &Repo) -> anyhow::Result<()> {
    run::pass(&mut run::cargo(repo, &["fmt", "--all", "--check"]))
}

fn lints(repo: &Repo) -> anyhow::Result<()> {
    let words = ["clippy", "--release", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    run::pass(&mut run::cargo(repo, &words))
}

/// Whether the test runner that shows each test is installed; `cargo test` does in its place.
fn has_nextest(repo: &Repo) -> bool {
    let mut asked = run::cargo(repo, &["nextest", "--version"]);
    asked.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn tests(repo: &Repo) -> anyhow::Result<()> {
    let words: &[&str] = if has_nextest(repo) {
        &["nextest", "run", "--release", "--locked", "--workspace"]
    } else {
        run::tell(
            "cargo-nextest is not installed, so cargo test runs the tests; hint: cargo install cargo-nextest --locked",
        );
        &["test", "--release", "--locked", "--workspace", "--all-targets", "--no-fail-fast"]
    };
    let mut command = run::cargo(repo, words);
    if !has_postgresql() {
        command.env(WITHOUT_POSTGRES, "1");
    }
    run::pass(&mut command)
}

/// Skips the tests of the store on PostgreSQL.
const WITHOUT_POSTGRES: &str = "BONAFIDE_WITHOUT_POSTGRES";

fn does(line: &str) -> bool {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    shell.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn has_postgresql() -> bool {
    does("command -v initdb || ls /usr/lib/postgresql/*/bin/initdb")
}

/// The tests start servers of their own from Debian's package, which is installed where it is missing and we may. Where
/// that cannot be, the rest is tested all the same, and it is said.
fn postgresql(_: &Repo) -> anyhow::Result<()> {
    const INSTALL: &str = "apt-get install --yes --no-install-recommends postgresql";
    if !has_postgresql() && std::env::var_os(WITHOUT_POSTGRES).is_none() {
        run::tell(&format!("$ {INSTALL}"));
        // a machine that is new knows no packages yet
        let _installed = does(INSTALL) || (does("apt-get update") && does(INSTALL));
    }
    if !has_postgresql() {
        run::tell("PostgreSQL is not installed and cannot be: THE STORE ON POSTGRESQL IS NOT TESTED");
    }
    Ok(())
}

/// Tests of the command that keep their store in a database as they do in a file: from the queue to a decision, and two
/// who decide at once.
const ON_POSTGRESQL: [&str; 2] = [
    "serving::from_the_queue_to_a_decision_that_verifies",
    "serving::two_people_confirm_and_two_at_once_conflict",
];

fn command_on_postgresql(repo: &Repo) -> anyhow::Result<()> {
    if !has_postgresql() || std::env::var_os(WITHOUT_POSTGRES).is_some() {
        run::tell("there is no PostgreSQL here: THE COMMAND IS NOT TESTED ON POSTGRESQL");
        return Ok(());
    }
    let mut words =
        vec!["test", "--release", "--locked", "--workspace", "--test", "command", "--", "--exact"];
    words.extend(ON_POSTGRESQL);
    run::pass(run::cargo(repo, &words).env("BONAFIDE_TEST_STORE", "postgresql"))
}

fn long_tests(repo: &Repo) -> anyhow::Result<()> {
    let locked = ["--release", "--locked", "--workspace"];
    if has_nextest(repo) {
        let words =
            [&["nextest", "run"][..], &locked, &["--profile", "long", "--run-ignored", "only"]].concat();
        return run::pass(&mut run::cargo(repo, &words));
    }
    let words = [&["test"][..], &locked, &["--no-fail-fast", "--", "--ignored"]].concat();
    run::pass(&mut run::cargo(repo, &words))
}

/// Code in doc comments is run where there is any: the runner builds every crate once more for it.
fn doctests(repo: &Repo) -> anyhow::Result<()> {
    let tree = repo.tree()?;
    let of_crate = |path: &str| path.starts_with("crates/") && path.ends_with(".rs");
    let count = tree.texts(of_crate).map(|(_, text)| doctests_in(text)).sum::<usize>();
    if count == 0 {
        run::tell("no code in doc comments");
        return Ok(());
    }
    run::pass(&mut run::cargo(repo, &["test", "--release", "--locked", "--workspace", "--doc"]))
}

/// Fenced blocks in doc comments that rustdoc would run.
fn doctests_in(text: &str) -> usize {
    let doc = text
        .lines()
        .map(str::trim_start)
        .filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
    let fences = doc.filter_map(|line| line.trim().strip_prefix("```"));
    // every second fence closes one
    fences
        .step_by(2)
        .filter(|kind| kind.is_empty() || kind.starts_with("rust") || *kind == "should_panic")
        .count()
}

/// Seconds that each fuzz target gets in the long run.
const FUZZ_SECONDS: &str = "60";

/// Seconds for requests made from the description of the API: a minute at every run …
const SHORT_SECONDS: u32 = 56;
/// … and long where there is time.
const CONTRACT_SECONDS: &str = "600";

fn long_fuzz(repo: &Repo) -> anyhow::Result<()> {
    fuzz::run(repo, Options::new(vec!["--seconds".into(), FUZZ_SECONDS.into()]))
}

fn long_bench(repo: &Repo) -> anyhow::Result<()> {
    bench::run(repo, Options::new(vec!["check".into()]))
}

fn long_proof(repo: &Repo) -> anyhow::Result<()> {
    proof::run(repo, Options::new(Vec::new()))
}

fn long_contract(repo: &Repo) -> anyhow::Result<()> {
    contract::run(repo, Options::new(vec!["--seconds".into(), CONTRACT_SECONDS.into()]))
}

/// One crate's tests, with the binary beside it so that the engine is not built once more with fewer features. Words
/// choose tests whose name, or the name of whose file, holds one of them; options are the test runner's.
pub fn test_one(repo: &Repo, name: &str, rest: &[String]) -> anyhow::Result<()> {
    if !repo.root.join("crates").join(name).is_dir() {
        bail!("no crate is called {name:?}");
    }
    let mut command: Command =
        run::cargo(repo, &["nextest", "run", "--release", "-p", name, "-p", "bonafide"]);
    let (options, words): (Vec<&String>, Vec<&String>) = rest.iter().partition(|word| word.starts_with('-'));
    let files = test_files(&repo.root.join("crates").join(name).join("tests"))?;
    command.arg("-E").arg(filter(name, &words, &files)).args(options);
    run::pass(&mut command)
}

/// Names of the files of tests beside a crate's sources: the test runner refuses a file that is none.
fn test_files(folder: &Path) -> anyhow::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").is_file() {
            names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn filter(name: &str, words: &[&String], files: &[String]) -> String {
    let mut chosen: Vec<String> = words.iter().map(|word| format!("test({word})")).collect();
    let named = files.iter().filter(|file| words.iter().any(|word| file.contains(word.as_str())));
    chosen.extend(named.map(|file| format!("binary({file})")));
    match chosen.is_empty() {
        true => format!("package({name})"),
        false => format!("package({name}) & ({})", chosen.join(" | ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_tests_by_their_name_or_file() {
        let (word, files) = ("kill".to_owned(), ["killing".to_owned(), "other".to_owned()]);
        assert_eq!(filter("lake", &[], &files), "package(lake)");
        assert_eq!(filter("lake", &[&word], &files), "package(lake) & (test(kill) | binary(killing))");
        assert_eq!(filter("lake", &[&word], &[]), "package(lake) & (test(kill))");
    }

    #[test]
    fn only_code_that_rustdoc_would_run_counts() {
        let text = "/// Text.\n///\n/// ```\n/// a();\n/// ```\n///\n/// ```text\n/// b\n/// ```\n";
        assert_eq!(doctests_in(text), 1);
        assert_eq!(doctests_in("//! ```console\n//! $ a\n//! ```\n// ```\n"), 0);
    }
}
