//! The input folder: which files it holds, in an order that does not depend on their names. It is read, never
//! written to.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::stamp::{Stamp, Stamps};

/// One file of the input folder.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where.
    pub path: PathBuf,
    /// Path below the folder, with forward slashes, behind what stands before the names of its place.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// blake3 of the content; of name and reason where it cannot be read.
    pub digest: String,
    /// Why it cannot be read.
    pub problem: Option<String>,
    /// Whether its bytes were read to learn the digest.
    pub is_read: bool,
}

/// A folder, or one file, of exports.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where.
    pub path: PathBuf,
    /// What stands before the names of its files, so that two folders may hold files of one name; empty, or with a slash
    /// at its end.
    pub under: String,
}

impl Place {
    /// A folder whose files go by their own names.
    #[must_use]
    pub fn alone(path: &Path) -> Self {
        Self { path: path.to_path_buf(), under: String::new() }
    }
}

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Files, ordered by content digest.
    pub files: Vec<InputFile>,
    /// What was left out, in words.
    pub notes: Vec<String>,
    /// A folder that was read before is not there now: of its files nothing is known, and none of them counts as gone.
    pub lacks_a_folder: bool,
}

/// Folders within folders.
const DEPTH_LIMIT: u32 = 32;

/// Every file below some places, ordered by content digest. Hidden files are no exports. Whatever else is not read is
/// told: a folder or file that cannot be read never hides the others. `known` are the stamps of an earlier listing;
/// they are brought to the present state.
pub fn list(places: &[Place], known: &mut Stamps) -> Result<Listing> {
    let mut listing = Listing::default();
    let before = std::mem::take(known);
    for place in places {
        add(place, &before, known, &mut listing)?;
    }
    listing.files.sort_by(|a, b| (&a.digest, &a.name).cmp(&(&b.digest, &b.name)));
    Ok(listing)
}

fn add(place: &Place, before: &Stamps, known: &mut Stamps, listing: &mut Listing) -> Result<()> {
    let input = place.path.as_path();
    let mut notes = Vec::new();
    let kind = fs::metadata(input).map_err(Error::file(input))?;
    let mut paths = Vec::new();
    let base = if kind.is_dir() {
        fs::read_dir(input).map_err(Error::file(input))?;
        walk(input, input, 0, &mut paths, &mut notes);
        input
    } else if kind.is_file() {
        paths.push(input.to_path_buf());
        input.parent().unwrap_or(input)
    } else {
        return Err(Error::Input(format!("{}: neither a folder nor a file", input.display())));
    };
    let named = |path: PathBuf| (format!("{}{}", place.under, name_of(base, &path)), path);
    let described: Vec<_> =
        paths.into_par_iter().map(named).map(|(name, path)| describe(name, path, before)).collect();
    for (file, stamp) in described {
        known.extend(stamp.map(|stamp| (file.name.clone(), (stamp, file.digest.clone()))));
        listing.files.push(file);
    }
    listing.notes.extend(notes.into_iter().map(|note| format!("{}{note}", place.under)));
    Ok(())
}

/// Makes a folder that only its owner reads, with those above it.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn walk(base: &Path, folder: &Path, depth: u32, out: &mut Vec<PathBuf>, notes: &mut Vec<String>) {
    let mut tell = |path: &Path, why: &str| notes.push(format!("{}: not read: {why}", name_of(base, path)));
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>) {
        Ok(entries) if depth <= DEPTH_LIMIT => entries,
        Ok(_) => return tell(folder, "too many folders within folders"),
        Err(cause) => return tell(folder, &cause.to_string()),
    };
    let mut entries: Vec<_> = entries.into_iter().map(|entry| (entry.file_name(), entry.path())).collect();
    entries.sort();
    for (name, path) in entries {
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // Links are followed to files but never into folders: a loop must not hang a check. Anything that is no
        // regular file (a pipe, a device) might never end.
        let own = fs::symlink_metadata(&path);
        let is_link = own.as_ref().is_ok_and(fs::Metadata::is_symlink);
        match fs::metadata(&path) {
            Ok(kind) if kind.is_file() => out.push(path),
            Ok(kind) if kind.is_dir() && !is_link => walk(base, &path, depth + 1, out, notes),
            Ok(kind) if kind.is_dir() => {
                notes.push(format!("{}: not read: a link to a folder", name_of(base, &path)))
            }
            Ok(_) => notes.push(format!("{}: not read: no regular file", name_of(base, &path))),
            Err(_) if is_link => {
                notes.push(format!("{}: not read: a link that leads nowhere", name_of(base, &path)))
            }
            Err(cause) => notes.push(format!("{}: not read: {cause}", name_of(base, &path))),
        }
    }
}

fn name_of(base: &Path, path: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// A file, and the stamp that it is known by the next time.
fn describe(name: String, path: PathBuf, before: &Stamps) -> (InputFile, Option<Stamp>) {
    // Taken before the bytes are read: a change meanwhile shows the next time.
    let stamp = fs::metadata(&path).ok().as_ref().and_then(Stamp::of);
    if let (Some(stamp), Some((known, digest))) = (&stamp, before.get(&name))
        && stamp == known
    {
        let size = stamp.size();
        let file = InputFile { size, digest: digest.clone(), path, name, problem: None, is_read: false };
        return (file, Some(known.clone()));
    }
    match digest(&path) {
        Ok((size, digest)) => (InputFile { path, name, size, digest, problem: None, is_read: true }, stamp),
        Err(cause) => {
            let why = format!("cannot be read: {cause}");
            let digest = blake3::hash(format!("{name}\0{why}").as_bytes()).to_hex().to_string();
            (InputFile { path, name, size: 0, digest, problem: Some(why), is_read: true }, None)
        }
    }
}

fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, hash.finalize().to_hex().to_string()));
        }
        size += read as u64;
        hash.update(&buffer[..read]);
    }
}
