//! How large a tracked file may be, and all of them together: a made-up company of 1.7 GB was once committed by
//! mistake, and a history never forgets.

use super::Finding;
use crate::repo::Tree;

/// Largest tracked file.
const FILE_BYTES: u64 = 1 << 20;
/// All tracked files together: many small ones are a scratch folder, too.
const TREE_BYTES: u64 = 24 << 20;
/// Most entries of the root folder that a visitor sees.
const ROOT_ENTRIES: usize = 20;

/// Data that is worth its size, with the most it may have.
const LARGER: &[(&str, u64)] = &[];

/// Size of files, of the tree and of the root folder.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    for (path, file) in &tree.files {
        let most = LARGER.iter().find(|(larger, _)| larger == path).map_or(FILE_BYTES, |(_, most)| *most);
        if file.bytes > most {
            out.push(Finding::new(
                path,
                0,
                format!("{} bytes; tracked files have at most {most}", file.bytes),
            ));
        }
    }
    let all: u64 = tree.files.values().map(|file| file.bytes).sum();
    if all > TREE_BYTES {
        out.push(Finding::new(".", 0, format!("{all} bytes are tracked; at most {TREE_BYTES}")));
    }
    let mut root: Vec<&str> = tree.files.keys().map(|path| path.split('/').next().unwrap_or(path)).collect();
    root.dedup();
    root.retain(|name| !name.starts_with('.'));
    if root.len() > ROOT_ENTRIES {
        out.push(Finding::new(
            ".",
            0,
            format!("{} entries in the root folder; at most {ROOT_ENTRIES}", root.len()),
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::File;

    #[test]
    fn a_scratch_folder_is_caught_as_one_file_and_as_many() {
        let sized = |bytes| File { bytes, text: None };
        let mut tree = Tree::default();
        tree.files.insert("demo/okta.jsonl".into(), sized(1_700_000_000));
        let found = check(&tree);
        assert_eq!(found.len(), 2, "{found:?}");
        let mut tree = Tree::default();
        for number in 0..100 {
            tree.files.insert(format!("demo/okta-{number}.jsonl"), sized(FILE_BYTES));
        }
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn hidden_entries_do_not_fill_the_root() {
        let mut tree = Tree::default();
        for number in 0..30 {
            tree.files.insert(format!(".hidden-{number}"), File::default());
        }
        assert_eq!(check(&tree), []);
        for number in 0..21 {
            tree.files.insert(format!("seen-{number}"), File::default());
        }
        assert_eq!(check(&tree).len(), 1);
    }
}
