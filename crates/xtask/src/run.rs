//! Outside commands, and the two ways of speaking.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::repo::Repo;

/// Data: stdout. A pipe that was closed has what it wanted.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Narration: stderr.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// `cargo` as the one that started us, in the root folder, without a terminal's questions.
pub fn cargo(repo: &Repo, words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).current_dir(&repo.root).stdin(Stdio::null());
    // Set for us by `cargo run`; they would make the inner cargo build for this package.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end and fails as it fails; its output is ours.
pub fn pass(command: &mut Command) -> anyhow::Result<()> {
    let shown = shown(command);
    tell(&format!("$ {shown}"));
    let status = command.status().with_context(|| shown.clone())?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs it and gives what it wrote to stdout.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = shown(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| shown.clone())?;
    if !output.status.success() {
        bail!("{shown}: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{shown}: its output is no text"))
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
