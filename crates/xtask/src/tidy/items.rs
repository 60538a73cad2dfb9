//! Things that are listed come whole: a source with its fixture, its fuzz target and its page; a decision with its
//! number; a command with its place in the tour.

use std::collections::BTreeSet;

use super::Finding;
use crate::repo::Tree;

const SOURCES: &str = "crates/sources/src/vendors/mod.rs";
const TARGETS: &str = "fuzz/src/target.rs";
const ARGUMENTS: &str = "crates/bonafide/src/arguments.rs";
const MORE_ARGUMENTS: &str = "crates/bonafide/src/arguments/link.rs";
const DECISIONS: &str = "docs/decisions/";

/// Lists against what they list.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    sources(tree, &mut out);
    commands(tree, &mut out);
    decisions(tree, &mut out);
    out
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    tree.files.get(path).and_then(|file| file.text.as_deref()).unwrap_or_default()
}

/// The modules in the list of sources: `&okta::Okta,` names `okta`.
fn listed_sources(list: &str) -> BTreeSet<&str> {
    let body =
        list.split("pub const ALL").nth(1).and_then(|rest| rest.split("];").next()).unwrap_or_default();
    body.split('&')
        .filter_map(|item| item.split_once("::"))
        .map(|(module, _)| module.trim())
        .filter(|m| !m.contains(' '))
        .collect()
}

fn sources(tree: &Tree, out: &mut Vec<Finding>) {
    let pages: Vec<String> =
        tree.texts(|path| path.starts_with("docs/exports/")).map(|(_, text)| text.to_lowercase()).collect();
    for kind in listed_sources(text(tree, SOURCES)) {
        let file = format!("crates/sources/src/vendors/{kind}.rs");
        let mut missing = |what: &str| out.push(Finding::new(&file, 0, format!("source {kind}: {what}")));
        if !text(tree, &file).contains("documentation:") {
            missing("names no documentation of its vendor");
        }
        if !tree.has(&format!("crates/sources/fixtures/{kind}")) {
            missing(&format!("no fixture in crates/sources/fixtures/{kind}/"));
        }
        if tree.has(TARGETS) && !text(tree, TARGETS).contains(&format!("\"{kind}\"")) {
            missing(&format!("no fuzz target in {TARGETS}"));
        }
        if !pages.iter().any(|page| page.contains(kind)) {
            missing("no page in docs/exports/ says how to export it");
        }
    }
}

/// Every command has an example in its help, and stands in the README.
fn commands(tree: &Tree, out: &mut Vec<Finding>) {
    let (arguments, readme) = (text(tree, ARGUMENTS), text(tree, "README.md"));
    let more = text(tree, MORE_ARGUMENTS);
    let lines = arguments.lines().chain(more.lines());
    let examples: Vec<&str> = lines.filter(|line| line.starts_with("/// Example: ")).collect();
    let body = arguments.split("pub enum Command {").nth(1).and_then(|rest| rest.split("\n}").next());
    for line in body.unwrap_or_default().lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        let name: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
        if name.is_empty() {
            continue;
        }
        let command = typed(&name);
        if !readme.contains(&format!("bonafide {command}")) {
            out.push(Finding::new("README.md", 0, format!("does not show bonafide {command}")));
        }
        let shows =
            |example: &&str| example.contains("bonafide ") && example.split(' ').any(|word| word == command);
        if line.contains('(') && !examples.iter().any(shows) {
            out.push(Finding::new(ARGUMENTS, 0, format!("the help of bonafide {command} has no example")));
        }
    }
}

/// A command as it is typed: `SubjectReport` is subject-report.
fn typed(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Decision records are numbered without a gap, and the list names each.
fn decisions(tree: &Tree, out: &mut Vec<Finding>) {
    let list = text(tree, "docs/decisions/README.md");
    let named = |path: &&str| path.starts_with(DECISIONS) && !path.ends_with("/README.md");
    for (at, path) in tree.files.keys().map(String::as_str).filter(named).enumerate() {
        let name = path.trim_start_matches(DECISIONS);
        if !name.starts_with(&format!("{:04}-", at + 1)) {
            out.push(Finding::new(
                path,
                0,
                format!("decision records are numbered one by one: this would be {:04}", at + 1),
            ));
        }
        if !list.contains(name) {
            out.push(Finding::new("docs/decisions/README.md", 0, format!("does not list {name}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_comes_with_fixture_target_and_page() {
        let list = "pub const ALL: &[&dyn Source] = &[\n    &okta::Okta,\n    &pay::Pay,\n];\npub const JSON: &[&dyn JsonSource] = &[&other::Other];";
        assert_eq!(listed_sources(list), ["okta", "pay"].into());
        let whole = [
            (SOURCES, list),
            ("crates/sources/src/vendors/okta.rs", "documentation: \"API\""),
            ("crates/sources/fixtures/okta/a.jsonl", "{}"),
            (TARGETS, "pub const ALL: &[&str] = &[\"okta\"];"),
            ("docs/exports/okta.md", "Okta"),
        ];
        let found = check(&Tree::of(&whole));
        assert_eq!(found.len(), 4, "everything is missing for pay, nothing for okta: {found:?}");
        assert!(found.iter().all(|finding| finding.what.contains("source pay")));
    }

    #[test]
    fn a_command_stands_in_the_readme_and_has_an_example() {
        let arguments = "pub enum Command {\n    /// Write\n    Demo(Demo),\n    /// What\n    Rejects,\n}\n/// Example: bonafide demo\n";
        let found = check(&Tree::of(&[(ARGUMENTS, arguments), ("README.md", "bonafide demo")]));
        assert_eq!(found, [Finding::new("README.md", 0, "does not show bonafide rejects")]);
    }

    #[test]
    fn decisions_are_numbered_and_listed() {
        let files = [
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0003-b.md", ""),
            ("docs/decisions/README.md", "0001-a.md 0003-b.md"),
        ];
        assert_eq!(check(&Tree::of(&files)).len(), 1);
    }
}
