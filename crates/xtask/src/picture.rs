//! `cargo xtask picture`: what README.md shows of the binary is what the binary prints. Each block that is fenced as
//! `console` is played, line by line, in a scratch folder (the first one writes the demo company), and its output is put
//! back; the screen of `check` is also drawn as docs/check.svg. `--check` changes nothing and fails when something is stale.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::repo::Repo;
use crate::{run, svg};

const README: &str = "README.md";
const DRAWING: &str = "docs/check.svg";
/// The command whose screen is drawn.
const DRAWN: &str = "bonafide check demo";
/// Columns of the terminal that is shown.
const COLUMNS: usize = 112;
/// Before a block: how many lines of output are shown.
const SHORTEN: &str = "<!-- lines ";

/// Refreshes the pictures, or checks them.
pub fn run(repo: &Repo, check: bool) -> anyhow::Result<()> {
    let binary = build(repo)?;
    let scratch = Scratch::new()?;
    let stage = Stage { binary, folder: &scratch.folder };
    let before = repo.text(README)?;
    let mut drawing = None;
    let after = refreshed(&before, |command| {
        let lines = stage.run(command)?;
        if command == DRAWN {
            let screen = std::iter::once(format!("$ {command}")).chain(lines.iter().cloned());
            drawing = Some(svg::terminal(command, &screen.collect::<Vec<_>>(), COLUMNS));
        }
        Ok(lines)
    })?;
    let drawing = drawing.with_context(|| format!("{README} has no console block with $ {DRAWN}"))?;
    let drawn_before = repo.text(DRAWING).unwrap_or_default();
    let stale: Vec<&str> = [(README, before == after), (DRAWING, drawn_before == drawing)]
        .iter()
        .filter(|(_, is_fresh)| !is_fresh)
        .map(|(name, _)| *name)
        .collect();
    if check && !stale.is_empty() {
        for (at, (old, new)) in
            before.lines().zip(after.lines()).enumerate().filter(|(_, (a, b))| a != b).take(5)
        {
            run::tell(&format!("{README}:{}\n  shown  {old}\n  now    {new}", at + 1));
        }
        bail!("{} no longer what the binary prints; run: cargo xtask picture", stale.join(", "));
    }
    if !check {
        std::fs::write(repo.root.join(README), after).context(README)?;
        std::fs::write(repo.root.join(DRAWING), drawing).context(DRAWING)?;
    }
    run::tell(&format!("picture: {}", if stale.is_empty() { "fresh" } else { "refreshed" }));
    Ok(())
}

/// Builds the binary; gives its path.
pub fn build(repo: &Repo) -> anyhow::Result<PathBuf> {
    run::pass(&mut run::cargo(repo, &["build", "--release", "--locked", "--package", "bonafide"]))?;
    let words = ["metadata", "--format-version", "1", "--locked", "--no-deps"];
    let metadata: serde_json::Value = serde_json::from_str(&run::output(&mut run::cargo(repo, &words))?)?;
    let target = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    let target = Path::new(target.context("cargo metadata names no target folder")?);
    Ok(target.join("release").join(format!("bonafide{}", std::env::consts::EXE_SUFFIX)))
}

/// A folder that is gone when this is.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("bonafide-picture-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("home")).with_context(|| folder.display().to_string())?;
        Ok(Self { folder })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // what cannot be removed lies in the folder for temporary files
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Where commands are played: a folder with the demo company, and a terminal.
struct Stage<'a> {
    binary: PathBuf,
    folder: &'a Path,
}

impl Stage<'_> {
    /// What a terminal shows after `bonafide …`. Codes 0 and 1 are answers; anything else is an error.
    fn run(&self, command: &str) -> anyhow::Result<Vec<String>> {
        let rest = command
            .strip_prefix("bonafide ")
            .with_context(|| format!("{command}: only bonafide is played"))?;
        let line = format!("exec '{}' {rest}", self.binary.display());
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(self.folder);
        script
            .env("BONAFIDE_HOME", self.folder.join("home"))
            .env("COLUMNS", COLUMNS.to_string())
            .env("USER", "analyst");
        script.env("SHELL", "/bin/sh").stdin(Stdio::null()).stderr(Stdio::inherit());
        let output =
            script.output().context("script (of util-linux) plays the terminal and is not installed")?;
        let text = String::from_utf8(output.stdout).with_context(|| format!("{command}: no text"))?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            bail!("{command}: {}\n{text}", output.status);
        }
        let mut lines: Vec<String> = text.lines().map(|line| steady(line.trim_end(), rest)).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        Ok(lines)
    }
}

/// The access history tells the hour, and its hashes follow from it: these are left out, all else is as printed.
fn steady(line: &str, command: &str) -> String {
    if command != "verify" {
        return line.to_owned();
    }
    let word = |word: &str| {
        let is_time = word.len() == 20 && word.ends_with('Z') && word.as_bytes().get(10) == Some(&b'T');
        let is_hash = word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        match (is_time, is_hash) {
            (true, _) => "(time)".to_owned(),
            (_, true) => "(hash)".to_owned(),
            _ => word.to_owned(),
        }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The text with the output of every console block put anew. A command may name what the one before it proposed:
/// `$ bonafide explain …` takes the worker of the last `next: bonafide explain W`.
fn refreshed(
    text: &str,
    mut play: impl FnMut(&str) -> anyhow::Result<Vec<String>>,
) -> anyhow::Result<String> {
    let mut out: Vec<String> = Vec::new();
    let mut proposed: Vec<String> = Vec::new();
    let mut lines = text.lines();
    let mut most = usize::MAX;
    while let Some(line) = lines.next() {
        out.push(line.to_owned());
        if let Some(rest) = line.strip_prefix(SHORTEN) {
            let count = rest.split(' ').next().unwrap_or_default();
            most = count.parse().with_context(|| line.to_owned())?;
        }
        if line != "```console" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        for typed in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
            let command = with_proposal(typed, &proposed);
            let shown = play(&command)?;
            proposed.extend(shown.iter().filter_map(|line| line.strip_prefix("next: ")).map(str::to_owned));
            out.push(format!("$ {command}"));
            out.extend(shown.iter().take(most).cloned());
            if shown.len() > most {
                out.push(format!("… {} more lines", shown.len() - most));
            }
        }
        out.push("```".to_owned());
        most = usize::MAX;
    }
    Ok(out.join("\n") + "\n")
}

/// The command, its argument renewed where the last proposal with the same verb has another one.
fn with_proposal(typed: &str, proposed: &[String]) -> String {
    let words: Vec<&str> = typed.split(' ').collect();
    let [program, verb, _, rest @ ..] = words.as_slice() else { return typed.to_owned() };
    if !matches!(*verb, "explain" | "record") {
        return typed.to_owned();
    }
    let start = format!("{program} {verb} ");
    let found = proposed.iter().rev().find_map(|line| line.strip_prefix(&start));
    match found.and_then(|line| line.split(' ').next()) {
        Some(argument) => [&[*program, *verb, argument][..], rest].concat().join(" "),
        None => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_renewed_and_follow_what_was_proposed() {
        let text = "Text.\n```console\n$ bonafide check demo\nold\n```\n<!-- lines 1 -->\n```console\n\
                    $ bonafide explain W-0 --json\nolder\nstale\n```\n```sh\n$ other\n```\n";
        let after = refreshed(text, |command| {
            Ok(match command {
                "bonafide check demo" => vec!["read".into(), "next: bonafide explain W-7".into()],
                "bonafide explain W-7 --json" => vec!["W-7".into(), "second".into()],
                other => bail!("{other}"),
            })
        });
        let wanted = "Text.\n```console\n$ bonafide check demo\nread\nnext: bonafide explain W-7\n```\n<!-- lines 1 -->\n\
                      ```console\n$ bonafide explain W-7 --json\nW-7\n… 1 more lines\n```\n```sh\n$ other\n```\n";
        assert_eq!(after.unwrap(), wanted);
    }

    #[test]
    fn only_the_hour_is_left_out() {
        let line = "     2  2026-11-25T18:36:03Z  analyst  explain  10050";
        assert_eq!(steady(line, "verify"), "     2  (time)  analyst  explain  10050");
        assert_eq!(steady(line, "explain 10050"), line);
        assert_eq!(steady(&format!("head {}", "0f".repeat(32)), "verify"), "head (hash)");
    }

    #[test]
    fn a_command_that_fails_is_no_picture() {
        let text = "```console\n$ bonafide check gone\n```\n";
        assert!(refreshed(text, |_| bail!("no such folder")).is_err());
    }
}
