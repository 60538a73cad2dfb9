//! `cargo xtask tidy`: rules about the tree that only read it. One file per subject; this is the list.
//!
//! A rule takes the whole tree and says what is wrong and where. Exceptions stand beside their rule, each with its
//! reason, and an exception that is no longer needed is itself a finding.

mod facts;
mod items;
mod links;
mod manifests;
mod names;
mod rooms;
mod rust;
mod size;
mod words;

use std::fmt;

use anyhow::bail;

use crate::repo::{Repo, Tree};
use crate::run;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    /// About a line, from 1; 0 for the whole file.
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// A rule.
type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    size::check,
    words::check,
    names::check,
    rust::check,
    rooms::check,
    facts::check,
    items::check,
    links::check,
    manifests::check,
];

/// Everything that is wrong, in order of path.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out: Vec<Finding> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    out.sort();
    out
}

/// Checks the tree and prints what is wrong with it.
pub fn run(repo: &Repo) -> anyhow::Result<()> {
    let tree = repo.tree()?;
    let findings = check(&tree);
    for finding in &findings {
        run::say(&finding.to_string());
    }
    if findings.is_empty() {
        run::tell(&format!("tidy: {} files, nothing to say", tree.files.len()));
        return Ok(());
    }
    bail!("{} findings in {} files", findings.len(), tree.files.len())
}

/// Files that stand as the outside world wrote them: no rule about style reads them.
fn is_foreign(path: &str) -> bool {
    path.contains("/fixtures/")
        || path.starts_with("fuzz/seeds/")
        || path.starts_with("fuzz/found/")
        || path.ends_with(".snap")
        || path == "Cargo.lock"
        || path.starts_with("LICENSE-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let findings = check(&Repo::here().unwrap().tree().unwrap());
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }
}
