//! A server over a made-up company, for whatever drives it: a browser, or requests made from its own description.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use crate::run;

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";
/// Who works there.
const TEAM: [(&str, &str); 6] = [
    ("ana", "analyst"),
    ("ben", "analyst"),
    ("lea", "lead"),
    ("vic", "viewer"),
    ("aud", "auditor"),
    ("adm", "admin"),
];

/// A server that ends with its value.
pub struct Served {
    child: Child,
    /// On the loopback.
    pub port: u16,
    binary: PathBuf,
    folder: PathBuf,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An empty folder for one run, outside the repository.
pub fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("bonafide-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder.canonicalize()?)
}

/// Whether a program is installed.
pub fn has(program: &str) -> bool {
    let mut asked = Command::new(program);
    asked.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

impl Served {
    /// Writes the company, checks it, adds the team, and serves it; what is delivered goes into its workspace.
    pub fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let exports = folder.join("exports");
        let command = |words: &[&str]| command(binary, folder, words);
        let path = exports.to_string_lossy().into_owned();
        run::pass(command(&["demo", &path, "--seed", "7"]).stdout(Stdio::null()))?;
        // opened cases end with 1: what else there is, the server will say
        let mut check = command(&["check", &path]);
        run::tell(&format!("$ {}", run::shown(&check)));
        check.stdout(Stdio::null()).status().context("bonafide check")?;
        for (name, role) in TEAM {
            let mut add = command(&["user", "add", name, "--role", role, "--password-stdin"]);
            let mut child = add.stdin(Stdio::piped()).stderr(Stdio::null()).spawn()?;
            if let Some(mut input) = child.stdin.take() {
                writeln!(input, "{PASSWORD}")?;
            }
            if !child.wait()?.success() {
                bail!("bonafide user add {name} failed");
            }
        }
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = serve.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("no stderr")?).lines();
        let is_ready = |line: &String| line.starts_with("listening on http://127.0.0.1:");
        let address = lines.by_ref().map_while(Result::ok).find(is_ready);
        let port = address.and_then(|line| line.rsplit(':').next()?.parse().ok());
        let Some(port) = port else {
            let _ = child.kill();
            bail!("the server did not say where it listens");
        };
        // what it says later is ours to show
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| run::tell(&format!("serve: {line}")))
        });
        Ok(Self { child, port, binary: binary.to_path_buf(), folder: folder.to_path_buf() })
    }

    /// A token of somebody, for programs.
    pub fn token(&self, name: &str, scopes: &[&str]) -> anyhow::Result<String> {
        let mut make = command(&self.binary, &self.folder, &["user", "token", name, "--days", "1"]);
        make.args(scopes.iter().flat_map(|scope| ["--scope", scope]));
        let made = make.stderr(Stdio::inherit()).output()?;
        if !made.status.success() {
            bail!("bonafide user token {name} failed");
        }
        Ok(String::from_utf8(made.stdout)?.trim().to_owned())
    }
}

/// The command on the workspace in a folder.
fn command(binary: &Path, folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(binary);
    let workspace = folder.join("workspace");
    command.args(words).arg("--workspace").arg(workspace).env("BONAFIDE_HOME", folder.join("home"));
    command
}
