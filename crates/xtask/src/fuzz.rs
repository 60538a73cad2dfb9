//! `cargo xtask fuzz`: every fuzz target of the package `fuzz` for a while, from its kept seeds. The targets run on
//! stable Rust: mutation is our own, and a finding can be had again from its target and number.

use anyhow::bail;

use crate::options::Options;
use crate::repo::Repo;
use crate::run;

/// Runs the targets that were named, or all. Every one runs; any that fails is named at the end.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let seconds: u32 = options.value("--seconds")?.unwrap_or(20);
    let named = options.rest();
    if let Some(flag) = named.iter().find(|word| word.starts_with('-')) {
        bail!("{flag:?} is not understood; see cargo xtask --help");
    }
    if !repo.root.join("fuzz/Cargo.toml").is_file() {
        bail!("there is no package fuzz here");
    }
    let wanted = if named.is_empty() { vec!["all".to_owned()] } else { named };
    let mut failed = Vec::new();
    for target in &wanted {
        let seconds = seconds.to_string();
        let words = ["run", "--release", "--locked", "--quiet", "--package", "fuzz", "--", target, &seconds];
        if let Err(cause) = run::pass(&mut run::cargo(repo, &words)) {
            run::tell(&format!("{cause:#}"));
            failed.push(target.as_str());
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}
