//! Files and programs of a computer, behind a trait: the one place of the collector that touches anything.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A computer that can be looked at.
pub trait Machine {
    /// The bytes of a file, by its path without the leading slash; `None` where it is not there or not for us.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
    /// Names in a folder, sorted; empty where it is not there.
    fn list(&self, path: &str) -> Vec<String>;
    /// What a program prints; `None` where it is not there or fails.
    fn run(&self, program: &str, arguments: &[&str]) -> Option<Vec<u8>>;

    /// A file as one line of text.
    fn line(&self, path: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.read(path)?).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// What a program prints as one line of text.
    fn word(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let text = String::from_utf8_lossy(&self.run(program, arguments)?).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// Largest file that is read: attributes are small, and a list of packages has some megabytes.
const BYTES_MAX: u64 = 64 << 20;

/// This computer, or a copy of its files below a folder.
#[derive(Debug, Clone)]
pub struct Real {
    root: PathBuf,
    has_programs: bool,
}

impl Real {
    /// This computer.
    #[must_use]
    pub fn here() -> Self {
        Self { root: PathBuf::from("/"), has_programs: true }
    }

    /// Files below a folder, as copied from a computer; no program is run.
    #[must_use]
    pub fn below(root: PathBuf) -> Self {
        Self { root, has_programs: false }
    }
}

impl Machine for Real {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let path = self.root.join(path);
        let about = fs::metadata(&path).ok()?;
        (about.is_file() && about.len() <= BYTES_MAX).then(|| fs::read(&path).ok()).flatten()
    }

    fn list(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(path)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
        if !self.has_programs {
            return None;
        }
        let output =
            Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then_some(output.stdout)
    }
}
