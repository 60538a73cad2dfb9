//! `cargo xtask contract`: requests made from the server's own description, sent to it for a while. Schemathesis makes
//! them; it is put into a Python environment in the user's cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow, bail};

use crate::options::Options;
use crate::repo::Repo;
use crate::served::{self, Served};
use crate::{picture, run};

/// The version that the options below are of.
const VERSION: &str = "schemathesis==4.32.5";
/// Roles that ask: what one may not see, another may.
const ROLES: [&str; 2] = ["lea", "vic"];

/// Runs it for a minute where the tool is there or can be installed; where not, that is said and nothing fails: a machine
/// without the network checks the rest.
pub fn short(repo: &Repo, seconds: u32) -> anyhow::Result<()> {
    let tool = if served::has("python3") { environment() } else { Err(anyhow!("python3 is not installed")) };
    match tool {
        Ok(tool) => drive(repo, &tool, seconds),
        Err(cause) => {
            run::tell(&format!(
                "schemathesis is not installed and cannot be ({cause:#}): THE DESCRIPTION OF THE API IS NOT CHECKED"
            ));
            Ok(())
        }
    }
}

/// Runs it. `--seconds N` in all.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let seconds: u32 = options.value("--seconds")?.unwrap_or(60);
    let python: Option<PathBuf> = options.value("--python")?;
    options.end()?;
    if python.is_none() && !served::has("python3") {
        bail!("NOT CHECKED: python3 is not installed; hint: apt-get install python3-venv");
    }
    let tool = match python {
        Some(python) => python.with_file_name("schemathesis"),
        None => environment()?,
    };
    drive(repo, &tool, seconds)
}

fn drive(repo: &Repo, tool: &Path, seconds: u32) -> anyhow::Result<()> {
    let binary = picture::build(repo)?;
    let folder = served::folder("contract")?;
    let outcome = send(&binary, &folder, tool, seconds);
    std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    outcome
}

fn environment() -> anyhow::Result<PathBuf> {
    let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let folder = home.context("no cache folder; hint: set XDG_CACHE_HOME")?.join("bonafide-contract");
    let tool = folder.join("bin").join("schemathesis");
    if !tool.exists() {
        run::pass(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let python = folder.join("bin").join("python");
        run::pass(Command::new(python).args(["-m", "pip", "install", "--quiet", VERSION]))?;
    }
    Ok(tool)
}

fn send(binary: &Path, folder: &Path, tool: &Path, seconds: u32) -> anyhow::Result<()> {
    let server = Served::start(binary, folder)?;
    let share = (seconds / ROLES.len() as u32).max(1).to_string();
    for role in ROLES {
        let token = server.token(role, &["read", "work", "ingest"])?;
        let mut command = Command::new("timeout");
        // it ends itself between two requests; a request that hangs is a finding
        command.args(["--signal=INT", &format!("{}", seconds * 10 + 120)]).arg(tool).arg("run");
        command.arg(format!("http://127.0.0.1:{}/openapi.json", server.port));
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        // A stream of events has no end, and a revoked token cannot ask further.
        command.args(["--exclude-path", "/api/v1/events", "--exclude-operation-id", "end_token"]);
        command.args(["--checks", "all", "--exclude-checks", "positive_data_acceptance,ignored_auth"]);
        // How many of its own examples the tool throws away, and how fast it makes them on a busy machine, is chance and
        // says nothing of the server.
        command.args(["--suppress-health-check", "filter_too_much,too_slow"]);
        command.args(["--max-time", &share, "--request-timeout", "20", "--no-color"]).current_dir(folder);
        run::pass(&mut command)?;
    }
    Ok(())
}
