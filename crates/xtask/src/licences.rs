//! `cargo xtask licences`: everything we depend on is permissive, comes from a package registry, and the engine is
//! built once.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::repo::Repo;
use crate::{engine, run, spdx};

/// Licences that ask for no more than their own text beside the program. MPL-2.0 is file by file: unchanged files of
/// a package may be used beside ours.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Packages whose manifest names no licence, with the licence that their file states. Empty, and best kept so.
const STATED_IN_FILE: &[(&str, &str)] = &[];

/// Checks, and prints how many packages stand under which licence.
pub fn run(repo: &Repo) -> anyhow::Result<()> {
    let words = ["metadata", "--format-version", "1", "--locked"];
    let metadata: Value = serde_json::from_str(&run::output(&mut run::cargo(repo, &words))?)?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("cargo metadata without packages")?;
    let mut problems = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for package in packages {
        problems.extend(problem(package));
        *counts.entry(licence(package).unwrap_or_else(|| "none".into())).or_default() += 1;
    }
    problems.extend(engine::built_twice(repo)?);
    for (licence, count) in &counts {
        run::say(&format!("{count:>5}  {licence}"));
    }
    for problem in &problems {
        run::tell(problem);
    }
    match problems.len() {
        0 => Ok(()),
        count => bail!("{count} problems with what we depend on"),
    }
}

fn field<'a>(package: &'a Value, name: &str) -> &'a str {
    package.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn licence(package: &Value) -> Option<String> {
    let stated =
        STATED_IN_FILE.iter().find(|(name, _)| *name == field(package, "name")).map(|(_, licence)| *licence);
    let named = Some(field(package, "license")).filter(|text| !text.is_empty());
    named.or(stated).map(str::to_owned)
}

/// What is wrong with a package, if anything.
fn problem(package: &Value) -> Option<String> {
    let name = format!("{} {}", field(package, "name"), field(package, "version"));
    let source = field(package, "source");
    if !source.is_empty() && !source.starts_with("registry+") && !source.starts_with("sparse+") {
        return Some(format!("{name}: comes from {source}, not from a package registry"));
    }
    match licence(package) {
        None => Some(format!("{name}: names no licence")),
        Some(licence) if !spdx::is_met(&licence, ACCEPTED) => {
            Some(format!("{name}: {licence} is not accepted"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_package_is_refused_for_its_licence_or_its_origin() {
        let package = |licence: Value, source: Value| json!({ "name": "p", "version": "1.0.0", "license": licence, "source": source });
        let registry = || json!("registry+https://example/index");
        assert_eq!(problem(&package(json!("MIT OR Apache-2.0"), registry())), None);
        assert_eq!(problem(&package(json!("MIT"), Value::Null)), None, "our own crates have no source");
        assert!(problem(&package(json!("AGPL-3.0-only"), registry())).unwrap().contains("not accepted"));
        assert!(problem(&package(Value::Null, registry())).unwrap().contains("names no licence"));
        assert!(
            problem(&package(json!("MIT"), json!("git+https://example/p"))).unwrap().contains("comes from")
        );
    }
}
