//! Seeds: the fixtures of the sources, and inputs that once broke something.

use std::io;
use std::path::{Path, PathBuf};

/// Where the fixtures are.
#[must_use]
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sources/fixtures")
}

/// Every file of a folder and what it holds, by name; a folder that is not there is empty.
///
/// # Errors
/// When a file cannot be read.
pub fn folder(path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut out = Vec::new();
    let Ok(listed) = std::fs::read_dir(path) else { return Ok(out) };
    for entry in listed {
        let path = entry?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            out.push((name, std::fs::read(&path)?));
        }
    }
    out.sort();
    Ok(out)
}

/// Seeds of a target: the fixtures of its source, else of all, and its own folder below `fuzz/seeds`.
///
/// # Errors
/// When a file cannot be read.
pub fn of(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let own = folder(&fixtures().join(target))?;
    let mut found = own;
    if found.is_empty() {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures())?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        folders.sort();
        for path in folders {
            found.extend(folder(&path)?);
        }
    }
    found.extend(folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target))?);
    Ok(found.into_iter().map(|(_, bytes)| bytes).collect())
}
