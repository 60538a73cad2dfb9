//! `cargo xtask arrows`: the dependencies among our own crates, against the block `arrows` in ARCHITECTURE.md.
//! What is used must be declared, and what is declared must be used: the picture stays true both ways.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};

use crate::repo::Repo;
use crate::run;

/// What each crate uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// In place of a list, for crates that use none of ours.
const NONE: &str = "(none of ours)";

/// Compares, and prints the arrows.
pub fn run(repo: &Repo) -> anyhow::Result<()> {
    let problems = check(repo)?;
    for problem in &problems {
        run::say(problem);
    }
    match problems.len() {
        0 => Ok(()),
        count => bail!("{count} arrows differ between ARCHITECTURE.md and the crates"),
    }
}

/// Everything in which the list and the crates differ.
pub fn check(repo: &Repo) -> anyhow::Result<Vec<String>> {
    let declared = parse(&repo.text("ARCHITECTURE.md")?)?;
    Ok(compare(&declared, &actual(repo)?))
}

/// The list in the fenced block.
fn parse(text: &str) -> anyhow::Result<Arrows> {
    let block = text.split("```arrows\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.context("ARCHITECTURE.md has no block ```arrows")?;
    let mut arrows = Arrows::new();
    for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (from, to) = line.split_once("->").with_context(|| format!("no arrow in {line:?}"))?;
        let names = |list: &str| list.split(',').map(|name| name.trim().to_owned()).collect::<BTreeSet<_>>();
        let to = if to.trim() == NONE { BTreeSet::new() } else { names(to) };
        for name in names(from) {
            if arrows.insert(name.clone(), to.clone()).is_some() {
                bail!("{name} stands in two arrows");
            }
        }
    }
    Ok(arrows)
}

/// What the manifests say: ordinary dependencies only, for tests may look wherever they must.
fn actual(repo: &Repo) -> anyhow::Result<Arrows> {
    let mut manifests = BTreeMap::new();
    for folder in members(repo)? {
        let path = format!("{folder}/Cargo.toml");
        let name = folder.rsplit('/').next().unwrap_or(&folder).to_owned();
        let manifest: toml::Table = toml::from_str(&repo.text(&path)?).with_context(|| path.clone())?;
        let named =
            manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        if named != Some(&name) {
            bail!("{path}: the crate is called {named:?}, and its folder {name}");
        }
        manifests.insert(name, manifest);
    }
    let ours: BTreeSet<String> = manifests.keys().cloned().collect();
    Ok(manifests.iter().map(|(name, manifest)| (name.clone(), used(manifest, &ours))).collect())
}

/// Folders of the workspace's members.
fn members(repo: &Repo) -> anyhow::Result<Vec<String>> {
    let root: toml::Table = toml::from_str(&repo.text("Cargo.toml")?).context("Cargo.toml")?;
    let listed =
        root.get("workspace").and_then(|workspace| workspace.get("members")).and_then(toml::Value::as_array);
    let mut out = Vec::new();
    for member in listed.into_iter().flatten().filter_map(toml::Value::as_str) {
        let Some(parent) = member.strip_suffix("/*") else {
            out.push(member.to_owned());
            continue;
        };
        for entry in std::fs::read_dir(repo.root.join(parent)).with_context(|| parent.to_owned())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let folder = format!("{parent}/{name}");
            if repo.root.join(&folder).join("Cargo.toml").is_file() {
                out.push(folder);
            }
        }
    }
    Ok(out)
}

/// Our crates among the dependencies of one manifest, also those of one platform only.
fn used(manifest: &toml::Table, ours: &BTreeSet<String>) -> BTreeSet<String> {
    let mut tables: Vec<&toml::Value> = manifest.get("dependencies").into_iter().collect();
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    tables
        .extend(platforms.into_iter().flat_map(|all| all.values()).filter_map(|one| one.get("dependencies")));
    tables
        .iter()
        .filter_map(|table| table.as_table())
        .flat_map(toml::Table::keys)
        .filter(|name| ours.contains(*name))
        .cloned()
        .collect()
}

fn compare(declared: &Arrows, actual: &Arrows) -> Vec<String> {
    let mut out = Vec::new();
    for (name, uses) in actual {
        let Some(allowed) = declared.get(name) else {
            out.push(format!("{name}: ARCHITECTURE.md has no arrow for it"));
            continue;
        };
        for extra in uses.difference(allowed) {
            out.push(format!("{name} -> {extra}: used, and not declared in ARCHITECTURE.md"));
        }
        for idle in allowed.difference(uses) {
            let why =
                if actual.contains_key(idle) { "not used by its manifest" } else { "no crate of that name" };
            out.push(format!("{name} -> {idle}: declared in ARCHITECTURE.md, and {why}"));
        }
    }
    for name in declared.keys().filter(|name| !actual.contains_key(*name)) {
        out.push(format!("{name}: declared in ARCHITECTURE.md, and no crate of that name"));
    }
    out.extend(circle(actual).map(|names| format!("{}: a circle", names.join(" -> "))));
    out
}

/// A circle of arrows, if there is one.
fn circle(arrows: &Arrows) -> Option<Vec<&str>> {
    let mut left: BTreeMap<&str, &BTreeSet<String>> = arrows.iter().map(|(k, v)| (k.as_str(), v)).collect();
    // Whoever uses nobody that is left can be in no circle.
    while let Some(free) = left
        .iter()
        .find(|(_, uses)| !uses.iter().any(|one| left.contains_key(one.as_str())))
        .map(|(name, _)| *name)
    {
        left.remove(free);
    }
    (!left.is_empty()).then(|| left.into_keys().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(lines: &str) -> Arrows {
        parse(&format!("text\n```arrows\n{lines}\n```\nmore")).unwrap()
    }

    #[test]
    fn the_list_in_architecture_and_the_crates_agree() {
        let problems = check(&Repo::here().unwrap()).unwrap();
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn what_is_used_must_be_declared_and_what_is_declared_must_exist() {
        let declared = arrows("model, store -> (none of ours)\nlake -> model\nghost -> model");
        let actual =
            arrows("model -> (none of ours)\nstore -> (none of ours)\nlake -> model, store\nnew -> lake");
        let problems = compare(&declared, &actual);
        assert_eq!(
            problems,
            [
                "lake -> store: used, and not declared in ARCHITECTURE.md",
                "new: ARCHITECTURE.md has no arrow for it",
                "ghost: declared in ARCHITECTURE.md, and no crate of that name",
            ]
        );
    }

    #[test]
    fn idle_and_unknown_arrows_are_told_apart() {
        let declared = arrows("model -> (none of ours)\nlake -> model, casework");
        let actual = arrows("model -> (none of ours)\nlake -> (none of ours)");
        let problems = compare(&declared, &actual);
        assert!(problems[0].contains("no crate of that name"), "{problems:?}");
        assert!(problems[1].contains("not used by its manifest"), "{problems:?}");
    }

    #[test]
    fn circles_are_seen() {
        let round = arrows("a -> b\nb -> c\nc -> a\nd -> a");
        assert_eq!(circle(&round).map(|names| names.len()), Some(4));
        assert_eq!(circle(&arrows("a -> b\nb -> (none of ours)")), None);
    }

    #[test]
    fn dependencies_of_one_platform_count() {
        let manifest = "[dependencies]\nmodel = { workspace = true }\nserde = '1'\n\
                        [target.'cfg(unix)'.dependencies]\nlake = { workspace = true }\n[dev-dependencies]\napp = '1'";
        let manifest: toml::Table = toml::from_str(manifest).unwrap();
        let ours = ["model", "lake", "app"].map(str::to_owned).into();
        assert_eq!(used(&manifest, &ours), ["lake", "model"].map(str::to_owned).into());
    }
}
