//! Every outside dependency stands once, with the reason why it is worth its build time, and somebody uses it.

use std::collections::BTreeSet;

use super::Finding;
use crate::repo::Tree;

const ROOT: &str = "Cargo.toml";

/// The root manifest and those of the crates.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(root) = tree.files.get(ROOT).and_then(|file| file.text.as_deref()) else { return Vec::new() };
    let mut out = reasons(root);
    let mut used = BTreeSet::new();
    for (path, text) in tree.texts(|path| path.ends_with("/Cargo.toml")) {
        match toml::from_str::<toml::Table>(text) {
            Err(cause) => out.push(Finding::new(path, 0, cause.message().to_owned())),
            Ok(manifest) => member(path, &manifest, &mut used, &mut out),
        }
    }
    for name in declared(root) {
        if !used.contains(&name) {
            out.push(Finding::new(ROOT, 0, format!("{name}: no crate uses it")));
        }
    }
    out
}

/// Dependencies that one comment may speak for: a family, not a heap.
const SHARE_A_REASON: usize = 3;

/// A comment stands above each dependency, or above the family to which it belongs. Our own crates need none.
fn reasons(root: &str) -> Vec<Finding> {
    let mut out = Vec::new();
    let (mut inside, mut covered) = (false, 0);
    for (at, line) in root.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if line.starts_with('#') {
            covered = SHARE_A_REASON;
        } else if line.is_empty() {
            covered = 0;
        } else if inside && !line.contains("path =") {
            if covered == 0 {
                out.push(Finding::new(ROOT, at + 1, "a dependency without a reason above it"));
            }
            covered = covered.saturating_sub(1);
        }
    }
    out
}

fn declared(root: &str) -> Vec<String> {
    let manifest: toml::Table = toml::from_str(root).unwrap_or_default();
    let table = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    table.and_then(toml::Value::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

fn member(path: &str, manifest: &toml::Table, used: &mut BTreeSet<String>, out: &mut Vec<Finding>) {
    let is_true = |value: Option<&toml::Value>| value.and_then(toml::Value::as_bool) == Some(true);
    if !is_true(manifest.get("lints").and_then(|lints| lints.get("workspace"))) {
        out.push(Finding::new(path, 0, "takes no lints from the workspace"));
    }
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let platforms = platforms.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
    let owners: Vec<&toml::Table> = std::iter::once(manifest).chain(platforms).collect();
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = owners.iter().flat_map(|owner| kinds.iter().filter_map(|kind| owner.get(*kind)));
    for (name, value) in tables.filter_map(toml::Value::as_table).flatten() {
        used.insert(name.clone());
        if !is_true(value.get("workspace")) {
            out.push(Finding::new(path, 0, format!("{name}: its version belongs in the root Cargo.toml")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(root: &str, member: &str) -> Vec<String> {
        let tree = Tree::of(&[(ROOT, root), ("crates/a/Cargo.toml", member)]);
        let mut found: Vec<String> = check(&tree).into_iter().map(|finding| finding.what).collect();
        found.sort();
        found
    }

    #[test]
    fn each_dependency_has_a_reason_and_a_user() {
        let root =
            "[workspace.dependencies]\nours = { path = 'a' }\n# text\nserde = '1'\ntoml = '1'\n\ncsv = '1'\n";
        let member =
            "lints.workspace = true\n[dependencies]\nserde.workspace = true\ntoml = { workspace = true }\n";
        assert_eq!(
            found(root, member),
            ["a dependency without a reason above it", "csv: no crate uses it", "ours: no crate uses it"]
        );
    }

    #[test]
    fn versions_and_lints_come_from_the_root() {
        let root = "[workspace.dependencies]\n# text\nserde = '1'\n";
        let member = "[target.'cfg(unix)'.dependencies]\nserde = '1'\n";
        assert_eq!(found(root, member).len(), 2);
    }
}
