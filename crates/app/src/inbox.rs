//! The folder of a workspace into which deliveries go where no folder is watched. Every check of the workspace reads it
//! with the folder that it is told. Unlike exports it is ours: whoever is erased goes from it, too.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::file;
use crate::folder::Place;

/// Its name, below the workspace.
pub(crate) const FOLDER: &str = "inbox";
/// What stands before the names of its files.
pub(crate) const UNDER: &str = "inbox/";
/// Where deliveries of a source wait: hidden, so that no check reads one twice.
pub(crate) const WAITS: &str = ".waiting";
/// Digests of what was delivered before.
pub(crate) const DIGESTS: &str = ".digests";

/// The inbox of a workspace, where anything was delivered to it.
pub(crate) fn place(root: &Path) -> Option<Place> {
    let path = root.join(FOLDER);
    path.is_dir().then(|| Place { path, under: UNDER.into() })
}

/// Whether a hidden name belongs to what was acknowledged.
pub(crate) fn is_kept(name: &str) -> bool {
    matches!(name, WAITS | DIGESTS)
}

/// Takes away every line of which `is_about` says so. What is packed is unpacked where a line goes.
pub(crate) fn forget(root: &Path, is_about: impl Fn(&str) -> bool) -> Result<()> {
    let mut files = Vec::new();
    walk(&root.join(FOLDER), &mut files)?;
    for path in files {
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let is_packed = path.extension().is_some_and(|end| end == "gz");
        let text = if is_packed { unpacked(&bytes)? } else { bytes };
        let kept: Vec<u8> = text
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| !is_about(&String::from_utf8_lossy(line)))
            .flatten()
            .copied()
            .collect();
        if kept.len() == text.len() {
            continue;
        }
        if is_packed || kept.is_empty() {
            fs::remove_file(&path).map_err(Error::file(&path))?;
        }
        if !kept.is_empty() {
            // under its digest without the ending of what is packed: x.jsonl.gz becomes x.jsonl
            let plain = if is_packed { path.with_extension("") } else { path.clone() };
            file::replace(&plain, &kept).map_err(Error::file(&plain))?;
        }
    }
    Ok(())
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    sources::container::open("delivery", Cursor::new(bytes), |member| {
        member.reader.read_to_end(&mut out).map(drop).map_err(|cause| Error::Defect(cause.to_string()))
    })?;
    Ok(out)
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(Error::file(folder)(cause)),
    };
    for entry in listed {
        let path = entry.map_err(Error::file(folder))?.path();
        if path.is_dir() {
            walk(&path, out)?;
        } else if path.extension().is_some_and(|end| end == "jsonl" || end == "gz") {
            out.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn lines_about_somebody_go_and_the_others_stay() {
        let root = tempfile::tempdir().unwrap();
        let waits = root.path().join("inbox/okta").join(WAITS);
        fs::create_dir_all(&waits).unwrap();
        let (plain, packed) = (root.path().join("inbox/okta/a.jsonl"), waits.join("b.jsonl.gz"));
        fs::write(&plain, "{\"of\":\"ann\"}\n{\"of\":\"bo\"}\n").unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"{\"of\":\"bo\"}\n{\"of\":\"ann\"}\n").unwrap();
        fs::write(&packed, gzip.finish().unwrap()).unwrap();
        forget(root.path(), |line| line.contains("nobody")).unwrap();
        assert!(packed.exists());
        forget(root.path(), |line| line.contains("ann")).unwrap();
        assert_eq!(fs::read_to_string(&plain).unwrap(), "{\"of\":\"bo\"}\n");
        assert!(!packed.exists());
        assert_eq!(fs::read_to_string(waits.join("b.jsonl")).unwrap(), "{\"of\":\"bo\"}\n");
        forget(root.path(), |line| line.contains("bo")).unwrap();
        assert!(!plain.exists() && !waits.join("b.jsonl").exists());
    }
}
