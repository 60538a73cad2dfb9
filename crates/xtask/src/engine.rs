//! The engine is what a cold build waits for. It must be built once: the same features for users, for the tests of
//! everything, and for the tests of one crate beside the binary (`cargo xtask test CRATE`).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use serde_json::Value;

use crate::repo::Repo;
use crate::run;

/// The package whose whole tree is the engine.
const ENGINE: &str = "datafusion";

/// Feature sets of each package in one build, by name and version. A package built for this machine and for build
/// scripts may have two.
type Features = BTreeMap<String, BTreeSet<String>>;

/// Each engine package that some build would build again, with its feature sets.
pub fn built_twice(repo: &Repo) -> anyhow::Result<Vec<String>> {
    let engine = packages(&metadata(repo)?)?;
    let user = tree(repo, &["--package", "bonafide", "--edges", "normal,build"])?;
    let mut out = Vec::new();
    for (what, words) in [
        ("all tests", &["--workspace", "--edges", "normal,build,dev"][..]),
        ("one crate's tests", &["--package", "bonafide", "--package", "lake", "--edges", "normal,build,dev"]),
    ] {
        out.extend(differences(&engine, &user, &tree(repo, words)?, what));
    }
    Ok(out)
}

fn metadata(repo: &Repo) -> anyhow::Result<Value> {
    let words = ["metadata", "--format-version", "1", "--locked"];
    Ok(serde_json::from_str(&run::output(&mut run::cargo(repo, &words))?)?)
}

/// Name and version of everything that the engine is made of, itself included.
fn packages(metadata: &Value) -> anyhow::Result<BTreeSet<String>> {
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut names = BTreeMap::new();
    let mut waiting = Vec::new();
    for package in list(metadata, "packages") {
        let id = text(&package, "id");
        if text(&package, "name") == ENGINE {
            waiting.push(id.clone());
        }
        names.insert(id, format!("{} v{}", text(&package, "name"), text(&package, "version")));
    }
    let resolve = metadata.get("resolve").context("cargo metadata without a resolved graph")?;
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(resolve, "nodes") {
        let ordinary = |dep: &Value| list(dep, "dep_kinds").iter().any(|kind| text(kind, "kind") != "dev");
        let deps =
            list(&node, "deps").iter().filter(|dep| ordinary(dep)).map(|dep| text(dep, "pkg")).collect();
        uses.insert(text(&node, "id"), deps);
    }
    let mut out = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if names.get(&id).is_some_and(|name| out.insert(name.clone())) {
            waiting.extend(uses.get(&id).into_iter().flatten().cloned());
        }
    }
    if out.is_empty() {
        anyhow::bail!("{ENGINE} is no dependency any more: name the engine in crates/xtask/src/engine.rs");
    }
    Ok(out)
}

fn tree(repo: &Repo, words: &[&str]) -> anyhow::Result<Features> {
    let fixed = ["tree", "--locked", "--prefix", "none", "--format", "{p}|{f}"];
    let text = run::output(&mut run::cargo(repo, &[&fixed[..], words].concat()))?;
    Ok(features(&text))
}

fn features(text: &str) -> Features {
    let mut out = Features::new();
    for line in text.lines() {
        let line = line.trim_end().trim_end_matches("(*)").trim_end();
        let Some((package, features)) = line.split_once('|') else { continue };
        // Proc macros and paths are written behind the version.
        let name: Vec<&str> = package.split(' ').take(2).collect();
        out.entry(name.join(" ")).or_default().insert(features.to_owned());
    }
    out
}

fn differences(engine: &BTreeSet<String>, user: &Features, other: &Features, what: &str) -> Vec<String> {
    let mut out = Vec::new();
    for package in engine {
        let Some(sets) = other.get(package) else { continue };
        let known = user.get(package).cloned().unwrap_or_default();
        for set in sets.difference(&known) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            out.push(format!(
                "{package}: {what} would build it again with [{set}]; the user's build has [{}]",
                known.join("] [")
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_feature_set_of_an_engine_package_is_found() {
        let engine: BTreeSet<String> = ["getrandom v0.4.1".to_owned()].into();
        let user = features("getrandom v0.4.1|std\nserde v1.0.0|derive\n");
        let same = features("getrandom v0.4.1|std (*)\nserde v1.0.0|derive,rc\n");
        let other = features("getrandom v0.4.1|std,sys_rng\n");
        assert_eq!(differences(&engine, &user, &same, "tests"), Vec::<String>::new());
        assert_eq!(
            differences(&engine, &user, &other, "tests"),
            ["getrandom v0.4.1: tests would build it again with [std,sys_rng]; the user's build has [std]"]
        );
    }

    #[test]
    fn the_engine_is_all_that_it_uses_but_not_its_tests() {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0" });
        let dep = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let names: Vec<Value> =
            ["datafusion", "arrow", "cc", "criterion", "clap"].into_iter().map(package).collect();
        let graph = json!({
            "packages": names,
            "resolve": { "nodes": [
                { "id": "datafusion", "deps": [dep("arrow", Value::Null), dep("criterion", json!("dev"))] },
                { "id": "arrow", "deps": [dep("cc", json!("build"))] },
            ] },
        });
        let found: Vec<String> = packages(&graph).unwrap().into_iter().collect();
        assert_eq!(found, ["arrow v1.0.0", "cc v1.0.0", "datafusion v1.0.0"]);
        assert!(packages(&json!({ "packages": [], "resolve": { "nodes": [] } })).is_err());
    }
}
