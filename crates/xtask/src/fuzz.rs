//! `cargo xtask fuzz`: every fuzz target under `fuzz/` for a while, from its kept seeds.

use std::path::Path;

use anyhow::{Context, bail};

use crate::options::Options;
use crate::repo::Repo;
use crate::run;

const MANIFEST: &str = "fuzz/Cargo.toml";

/// Runs the targets that were named, or all; every one runs, and any that fails is named at the end.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let seconds: u32 = options.value("--seconds")?.unwrap_or(20);
    let named = options.rest();
    let all = targets(repo)?;
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("no fuzz target is called {unknown:?}; known: {}", all.join(", "));
    }
    let wanted = if named.is_empty() { all } else { named };
    let mut failed = Vec::new();
    for target in &wanted {
        let seconds = seconds.to_string();
        let words =
            ["run", "--release", "--manifest-path", MANIFEST, "--bin", target, "--", "--seconds", &seconds];
        if let Err(cause) = run::pass(&mut run::cargo(repo, &words)) {
            run::tell(&format!("{target}: {cause:#}"));
            failed.push(target.as_str());
        }
    }
    run::say(&format!("{} fuzz targets, {seconds} s each, {} failed", wanted.len(), failed.len()));
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn targets(repo: &Repo) -> anyhow::Result<Vec<String>> {
    let manifest: toml::Table = toml::from_str(&repo.text(MANIFEST)?).context(MANIFEST)?;
    let bins = manifest.get("bin").and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut names: Vec<String> =
        bins.iter().filter_map(|bin| bin.get("name")?.as_str().map(str::to_owned)).collect();
    names.sort();
    if names.is_empty() {
        bail!("{}: names no target", Path::new(MANIFEST).display());
    }
    Ok(names)
}
