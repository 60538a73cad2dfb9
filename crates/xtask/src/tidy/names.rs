//! Names of files and folders: whole nouns, and none that holds anything whatever.

use super::{Finding, is_foreign};
use crate::repo::Tree;

/// A name that says nothing collects everything.
const CATCH_ALL: &[&str] =
    &["util", "utils", "common", "misc", "helper", "helpers", "manager", "mgr", "stuff"];

/// Names of files and folders.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    // what the test binaries of a crate share has this name by cargo's own convention
    let is_shared =
        |path: &str| path.contains("/tests/") && (path.contains("/common/") || path.ends_with("/common.rs"));
    for path in tree.files.keys().filter(|path| !is_foreign(path) && !is_shared(path)) {
        let mut parts = path.split(['/', '.', '_', '-']);
        if let Some(name) = parts.find(|part| CATCH_ALL.contains(&part.to_ascii_lowercase().as_str())) {
            out.push(Finding::new(path, 0, format!("{name} says nothing: name what is in it")));
        }
        if path.ends_with(".rs") && path.chars().any(|c| c.is_ascii_uppercase() || c == ' ' || c == '-') {
            out.push(Finding::new(path, 0, "file names of code are lower case, words joined by _"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catch_all_names_are_found() {
        let bad = ["crates/lake/src/utils.rs", "crates/common/src/lib.rs", "crates/a/src/string_helpers.rs"];
        for path in bad {
            assert_eq!(check(&Tree::of(&[(path, "")])).len(), 1, "{path}");
        }
        assert_eq!(check(&Tree::of(&[("crates/a/src/utility_bill.rs", "")])), []);
        assert_eq!(check(&Tree::of(&[("crates/a/src/Names.rs", "")])).len(), 1);
    }
}
