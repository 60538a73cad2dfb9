//! The input folder: which files it holds, in an order that does not depend on their names.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::{Error, Result};

/// One file of the input folder.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where.
    pub path: PathBuf,
    /// Path below the folder, with forward slashes.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// blake3 of the content.
    pub digest: String,
}

/// Every regular file below `input`, ordered by content digest; a file given twice counts once.
/// Hidden files are no exports.
pub fn list(input: &Path) -> Result<Vec<InputFile>> {
    let mut paths = Vec::new();
    if input.is_file() {
        paths.push(input.to_path_buf());
    } else {
        walk(input, 0, &mut paths)?;
    }
    let base = if input.is_file() { input.parent().unwrap_or(input) } else { input };
    let mut files = paths.into_par_iter().map(|path| describe(base, path)).collect::<Result<Vec<_>>>()?;
    files.sort_by(|a, b| (&a.digest, &a.name).cmp(&(&b.digest, &b.name)));
    Ok(files)
}

fn walk(folder: &Path, depth: u32, out: &mut Vec<PathBuf>) -> Result<()> {
    if depth > 32 {
        return Ok(());
    }
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(Error::file(folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        // Links are followed to files but never into folders: a loop must not hang a check.
        let kind = entry.file_type().map_err(Error::file(&path))?;
        if kind.is_dir() {
            walk(&path, depth + 1, out)?;
        } else if path.is_file() {
            out.push(path);
        }
    }
    Ok(())
}

fn describe(base: &Path, path: PathBuf) -> Result<InputFile> {
    let (size, digest) = digest(&path, u64::MAX)?;
    let below = path.strip_prefix(base).unwrap_or(&path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(InputFile { name: parts.join("/"), path, size, digest })
}

/// Size and digest of the first `limit` bytes of a file.
pub fn digest(path: &Path, limit: u64) -> Result<(u64, String)> {
    let mut file = File::open(path).map_err(Error::file(path))?.take(limit);
    let mut hash = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer).map_err(Error::file(path))?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hash.update(&buffer[..read]);
    }
    Ok((size, hash.finalize().to_hex().to_string()))
}
