//! Clear values behind tokens are asked for in few places, each with its reason. This walks the sources, because a
//! place that should not ask would work as well as one that may.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Who may ask, and how often the file does.
const ASKS: &[(&str, usize, &str)] = &[
    ("linkage/src/read.rs", 1, "who is who: local parts, names, buildings and papers are compared in clear"),
    ("app/src/people.rs", 1, "the list names people by the e-mail address that the company knows"),
    ("app/src/show.rs", 1, "record --reveal, which is recorded"),
    ("app/src/erase.rs", 2, "what is to be erased must be known to be found"),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push(path);
        }
    }
}

fn everything() -> BTreeMap<String, String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if folder.is_dir() {
            sources(&folder, &mut paths);
        }
    }
    let name = |path: &Path| path.strip_prefix(crates).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn only_a_few_places_ask_for_clear_values() {
    let all = everything();
    assert!(all.len() > 100, "{}", all.len());
    for (name, text) in
        all.iter().filter(|(name, _)| !name.starts_with("lake/src/") && !name.starts_with("xtask/"))
    {
        let found = text.matches(".vault()").count();
        let allowed = ASKS.iter().find(|(file, ..)| file == name).map_or(0, |(_, count, _)| *count);
        assert_eq!(found, allowed, "{name} asks the vault: give it a reason in this test, or another way");
        assert!(
            !text.contains("FROM vault") && !text.contains("JOIN vault"),
            "{name} reads the vault as a table"
        );
    }
}

#[test]
fn showing_a_record_asks_only_to_reveal() {
    let all = everything();
    let line = all["app/src/show.rs"].lines().find(|line| line.contains(".vault()")).unwrap();
    assert!(line.contains("if reveal {"), "{line}");
}
