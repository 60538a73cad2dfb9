//! `cargo xtask proof`: a real browser works on a real server, by mouse and by keyboard, in both themes; axe reads every
//! page. The browser is the system's own.

use std::process::Command;

use anyhow::{Context, bail};

use crate::options::Options;
use crate::repo::Repo;
use crate::served::{self, PASSWORD, Served};
use crate::{picture, run};

/// Names under which the browser may be installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Drives it; with `pictures`, takes those that the documentation shows. Words go to the test runner.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let pictures = options.flag("--pictures");
    let chosen: Option<String> = std::env::var("CHROMIUM").ok();
    let browser = chosen.or_else(|| BROWSERS.into_iter().find(|name| served::has(name)).map(str::to_owned));
    let Some(browser) = browser else {
        bail!("NOT PROVED: no Chromium is installed; hint: apt-get install chromium, or set CHROMIUM");
    };
    for program in ["node", "npm"] {
        if !served::has(program) {
            bail!("NOT PROVED: {program} is not installed; hint: apt-get install nodejs npm");
        }
    }
    let browser = which(&browser)?;
    let proof = repo.root.join("proof");
    let mut install = Command::new("npm");
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&proof);
    run::pass(install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    let binary = picture::build(repo)?;
    let folder = served::folder("proof")?;
    let outcome = drive(repo, &binary, &folder, &browser, pictures, &options.rest());
    std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    outcome
}

fn drive(
    repo: &Repo,
    binary: &std::path::Path,
    folder: &std::path::Path,
    browser: &str,
    pictures: bool,
    rest: &[String],
) -> anyhow::Result<()> {
    let server = Served::start(binary, folder)?;
    let mut test = Command::new("npx");
    test.args(["--no-install", "playwright", "test"]).args(rest).current_dir(repo.root.join("proof"));
    test.env("PROOF_URL", format!("http://127.0.0.1:{}", server.port));
    test.env("PROOF_PASSWORD", PASSWORD).env("CHROMIUM", browser);
    if pictures {
        test.env("PROOF_PICTURES", repo.root.join("docs/pictures"));
    }
    run::pass(&mut test)
}

/// The whole path of a program: the driver wants one.
fn which(name: &str) -> anyhow::Result<String> {
    if name.contains('/') {
        return Ok(name.to_owned());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.map(|path| path.display().to_string()).with_context(|| format!("{name} is nowhere on the path"))
}
