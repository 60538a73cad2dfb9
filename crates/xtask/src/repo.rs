//! The tree as git tracks it, read once, so that every rule sees the same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

/// Where the repository lies.
pub struct Repo {
    /// Its root folder.
    pub root: PathBuf,
}

impl Repo {
    /// The repository of this program's own manifest.
    pub fn here() -> anyhow::Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = manifest.parent().and_then(Path::parent).context("the manifest lies in no repository")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The text of a file that must exist.
    pub fn text(&self, path: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.root.join(path)).with_context(|| path.to_owned())
    }

    /// Every file that is tracked, or would be by `git add`.
    pub fn tree(&self) -> anyhow::Result<Tree> {
        let mut files = BTreeMap::new();
        for path in self.listed()? {
            let full = self.root.join(&path);
            // A file removed but not yet committed is still listed.
            let Ok(seen) = full.symlink_metadata() else { continue };
            if !seen.is_file() {
                continue;
            }
            let text = if seen.len() <= READ_MOST { std::fs::read_to_string(&full).ok() } else { None };
            files.insert(path, File { bytes: seen.len(), text });
        }
        Ok(Tree { files })
    }

    fn listed(&self) -> anyhow::Result<Vec<String>> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        git.current_dir(&self.root).stdin(Stdio::null());
        // An unpacked archive of the sources has no .git: then everything that lies here counts.
        if let Ok(output) = git.output()
            && output.status.success()
        {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            return Ok(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect());
        }
        let mut out = Vec::new();
        walk(&self.root, &self.root, &mut out)?;
        Ok(out)
    }
}

/// Larger files are not read as text; the size rule speaks of them.
const READ_MOST: u64 = 4 << 20;

fn walk(root: &Path, folder: &Path, out: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let below = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if below != "target" && below != ".git" {
                walk(root, &path, out)?;
            }
        } else {
            out.push(below);
        }
    }
    Ok(())
}

/// One tracked file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its size.
    pub bytes: u64,
    /// Its text, where it is text.
    pub text: Option<String>,
}

/// Every tracked file by its path below the root, with forward slashes.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Files.
    pub files: BTreeMap<String, File>,
}

impl Tree {
    /// Text files that a rule wants, in order of path.
    pub fn texts(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (&str, &str)> {
        let named = self.files.iter().filter(move |(path, _)| wanted(path));
        named.filter_map(|(path, file)| Some((path.as_str(), file.text.as_deref()?)))
    }

    /// Whether a file or folder of that path is tracked.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }

    /// A made-up tree for tests of rules.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |text: &str| File { bytes: text.len() as u64, text: Some(text.to_owned()) };
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect() }
    }
}
