//! Links from one of our texts to another lead somewhere.

use super::{Finding, is_foreign};
use crate::repo::Tree;

/// What the recipes of CONTRIBUTING.md tell the reader to write: it is not here, and should not be.
const WRITTEN_BY_A_RECIPE: &[&str] = &[
    "jumpcloud",
    "signed-by-another",
    "pages/judged",
    "commands/tables",
    "compare/mac",
    "NAME",
    "fuzz/found",
];

/// Relative links in Markdown, and paths of our own named in code marks.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    for (path, text) in tree.texts(|path| path.ends_with(".md") && !is_foreign(path)) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut is_block = false;
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_block = !is_block;
            }
            if is_block {
                continue;
            }
            for target in targets(line) {
                let wanted = join(folder, target);
                if !tree.has(&wanted) {
                    out.push(Finding::new(path, at + 1, format!("links to {wanted}, which is not here")));
                }
            }
            for named in named_paths(line) {
                if !tree.has(named) {
                    out.push(Finding::new(path, at + 1, format!("names {named}, which is not here")));
                }
            }
        }
    }
    out
}

/// Targets of `[text](target)` that lie in this tree.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let inside = parts.filter(|target| {
        !target.contains("://") && !target.starts_with(['#', '<']) && !target.starts_with("mailto:")
    });
    inside.filter_map(|target| target.split('#').next()).filter(|target| !target.is_empty())
}

/// `crates/…`, `docs/…` and the like between backticks, where they are whole paths: a pattern names no file.
fn named_paths(line: &str) -> impl Iterator<Item = &str> {
    const OURS: &[&str] = &["crates/", "docs/", "facts/", "indicators/", "schemas/", "fuzz/"];
    let spans = line.split('`').skip(1).step_by(2);
    let ours = spans.filter(|span| OURS.iter().any(|folder| span.starts_with(folder)));
    let whole = ours.filter(|span| !span.contains(['*', '<', '…', ' ', ':', '{']));
    whole.filter(|span| !WRITTEN_BY_A_RECIPE.iter().any(|part| span.contains(part)))
}

fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_paths_that_lead_nowhere_are_found() {
        let text = "See [it](../README.md#top), [there](gone.md), [web](https://example.com).\n\
                    `crates/lake/src/lib.rs` and `crates/gone.rs` and `crates/<name>/src`.\n";
        let tree = Tree::of(&[("docs/a.md", text), ("README.md", ""), ("crates/lake/src/lib.rs", "")]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.what).collect();
        assert_eq!(
            found,
            ["links to docs/gone.md, which is not here", "names crates/gone.rs, which is not here"]
        );
    }

    #[test]
    fn folders_are_paths_and_blocks_are_not_read() {
        let tree = Tree::of(&[
            ("docs/a.md", "`crates/lake/`\n```\n[x](nowhere.md)\n```\n"),
            ("crates/lake/src/lib.rs", ""),
        ]);
        assert_eq!(check(&tree), []);
    }
}
