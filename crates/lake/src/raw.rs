//! The bytes behind records: one file per input stream, in zstd blocks, encrypted under a key of its own that
//! only the workspace key opens. Destroying that file's header destroys the bytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::key::{Sealer, WorkspaceKey, random};
use crate::words::{self, Words};

/// Clear bytes in one block.
pub const BLOCK_BYTES: usize = 1 << 20;

const MAGIC: &[u8; 8] = b"bfraw01\n";

/// Keeps one stream.
pub struct RawWriter {
    beside: PathBuf,
    folder: PathBuf,
    file: File,
    sealer: Sealer,
    packer: zstd::bulk::Compressor<'static>,
    clear: Vec<u8>,
    /// End offset of every block in the file.
    ends: Vec<u64>,
    at: u64,
}

impl RawWriter {
    pub(crate) fn create(root: &Path, key: &WorkspaceKey) -> Result<Self> {
        let folder = root.join("raw");
        let file_key: [u8; 32] = random()?;
        let wrapped = key.raw_keys().seal(&file_key)?;
        let unique: [u8; 12] = random()?;
        let name: String = unique.iter().map(|byte| format!("{byte:02x}")).collect();
        let beside = folder.join(format!("{name}.part"));
        let mut file = File::create(&beside).map_err(Error::file(&beside))?;
        let mut header = MAGIC.to_vec();
        header.extend((wrapped.len() as u32).to_le_bytes());
        header.extend(&wrapped);
        file.write_all(&header).map_err(Error::file(&beside))?;
        let at = header.len() as u64;
        let packer = zstd::bulk::Compressor::new(1).map_err(Error::file(&beside))?;
        Ok(Self {
            beside,
            folder,
            file,
            sealer: Sealer::new(file_key),
            packer,
            clear: Vec::new(),
            ends: Vec::new(),
            at,
        })
    }

    /// Appends bytes of the stream, in order.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while self.clear.len() + rest.len() >= BLOCK_BYTES {
            let (end, behind) = rest.split_at(BLOCK_BYTES - self.clear.len());
            rest = behind;
            self.clear.extend_from_slice(end);
            let mut block = std::mem::take(&mut self.clear);
            self.write_block(&block)?;
            block.clear();
            self.clear = block;
        }
        self.clear.extend_from_slice(rest);
        Ok(())
    }

    fn write_block(&mut self, block: &[u8]) -> Result<()> {
        let packed = self.packer.compress(block).map_err(Error::file(&self.beside))?;
        let sealed = self.sealer.seal(&packed)?;
        self.file.write_all(&sealed).map_err(Error::file(&self.beside))?;
        self.at += sealed.len() as u64;
        self.ends.push(self.at);
        Ok(())
    }

    /// Throws away what was kept.
    pub(crate) fn discard(self) -> Result<()> {
        std::fs::remove_file(&self.beside).map_err(Error::file(&self.beside))
    }

    /// Ends the stream; returns its path below the lake.
    pub fn finish(mut self) -> Result<String> {
        let last = std::mem::take(&mut self.clear);
        if !last.is_empty() {
            self.write_block(&last)?;
        }
        let mut footer: Vec<u8> = self.ends.iter().flat_map(|end| end.to_le_bytes()).collect();
        footer.extend((self.ends.len() as u64).to_le_bytes());
        self.file.write_all(&footer).map_err(Error::file(&self.beside))?;
        self.file.sync_all().map_err(Error::file(&self.beside))?;
        let stem = self.beside.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("{stem}.raw");
        let path = self.folder.join(&name);
        std::fs::rename(&self.beside, &path).map_err(Error::file(&path))?;
        Ok(format!("raw/{name}"))
    }
}

/// A part of a stream that is to be blanked: all of it, or one value wherever it stands in there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Offset, bytes.
    pub(crate) offset: u64,
    /// Length, bytes.
    pub(crate) length: u64,
    /// The value; missing for all.
    pub(crate) value: Option<String>,
}

/// Writes a stream anew under a new key with some places and every occurrence of some words blanked; offsets stay
/// what they were. Returns its new path, or `None` where there was nothing to blank.
pub(crate) fn blank(
    root: &Path,
    key: &WorkspaceKey,
    path: &str,
    places: &[Place],
    words: &Words,
) -> Result<Option<String>> {
    let mut reader = RawReader::open(&root.join(path), key)?;
    let mut writer = RawWriter::create(root, key)?;
    let (mut held, mut at, mut changed) = (Vec::new(), 0_u64, false);
    // What may be the beginning of a value is held back until what follows is known.
    let longest = places.iter().filter_map(|place| place.value.as_ref()).map(String::len).max().unwrap_or(0);
    let kept = longest.max(words.longest()) + 1;
    let blocks = reader.blocks();
    for number in 0..blocks {
        held.extend(reader.block(number)?);
        let is_end = number + 1 == blocks;
        changed |= blank_places(&mut held, at, is_end, places);
        changed |= words.blank(&mut held, is_end);
        let give = held.len().saturating_sub(kept);
        writer.append(&held[..give])?;
        held.drain(..give);
        at += give as u64;
    }
    writer.append(&held)?;
    if changed { writer.finish().map(Some) } else { writer.discard().map(|()| None) }
}

/// Line ends stay: other units must keep their lines.
fn blank_places(bytes: &mut [u8], at: u64, is_end: bool, places: &[Place]) -> bool {
    let mut changed = false;
    let end = at + bytes.len() as u64;
    for place in places.iter().filter(|place| place.offset < end && place.offset + place.length > at) {
        let (from, to) = (place.offset.max(at) - at, (place.offset + place.length).min(end) - at);
        let (from, to) = (from as usize, to as usize);
        if let Some(value) = &place.value {
            let is_last = is_end || to < bytes.len();
            changed |= words::blank_value(&mut bytes[from..to], value, is_last);
            continue;
        }
        for byte in bytes[from..to].iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')) {
            changed |= *byte != b' ';
            *byte = b' ';
        }
    }
    changed
}

/// Reads one kept stream.
pub(crate) struct RawReader {
    path: PathBuf,
    file: File,
    sealer: Sealer,
    starts: u64,
    ends: Vec<u64>,
}

impl RawReader {
    pub(crate) fn open(path: &Path, key: &WorkspaceKey) -> Result<Self> {
        let mut file = File::open(path).map_err(Error::file(path))?;
        let mut fixed = [0_u8; 12];
        file.read_exact(&mut fixed).map_err(Error::file(path))?;
        if &fixed[..8] != MAGIC {
            return Err(Error::Key(format!("{}: no raw file", path.display())));
        }
        let length = u32::from_le_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]);
        let mut wrapped = vec![0; length.min(1024) as usize];
        file.read_exact(&mut wrapped).map_err(Error::file(path))?;
        let opened = key.raw_keys().open(&wrapped)?;
        let file_key =
            <[u8; 32]>::try_from(opened).map_err(|_| Error::Key("a file key has a wrong length".into()))?;
        let end = file.seek(SeekFrom::End(-8)).map_err(Error::file(path))?;
        let mut eight = [0_u8; 8];
        file.read_exact(&mut eight).map_err(Error::file(path))?;
        let blocks = u64::from_le_bytes(eight);
        let index = blocks.saturating_mul(8);
        let from = end.checked_sub(index).ok_or_else(|| Error::Key("a raw file is cut short".into()))?;
        file.seek(SeekFrom::Start(from)).map_err(Error::file(path))?;
        let mut bytes = vec![0; index as usize];
        file.read_exact(&mut bytes).map_err(Error::file(path))?;
        let ends = bytes
            .chunks_exact(8)
            .map(|c| u64::from_le_bytes([c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]));
        let starts = 12 + u64::from(length);
        Ok(Self {
            path: path.to_path_buf(),
            file,
            sealer: Sealer::new(file_key),
            starts,
            ends: ends.collect(),
        })
    }

    pub(crate) fn blocks(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn block(&mut self, number: usize) -> Result<Vec<u8>> {
        let Some(end) = self.ends.get(number).copied() else { return Ok(Vec::new()) };
        let start = if number == 0 { self.starts } else { self.ends[number - 1] };
        self.file.seek(SeekFrom::Start(start)).map_err(Error::file(&self.path))?;
        let mut sealed = vec![0; end.saturating_sub(start) as usize];
        self.file.read_exact(&mut sealed).map_err(Error::file(&self.path))?;
        let packed = self.sealer.open(&sealed)?;
        zstd::bulk::decompress(&packed, BLOCK_BYTES).map_err(Error::file(&self.path))
    }

    /// The bytes of one unit.
    pub(crate) fn read(&mut self, offset: u64, length: u64) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut at = offset;
        let end = offset + length;
        while at < end {
            let block = self.block((at / BLOCK_BYTES as u64) as usize)?;
            let inside = (at % BLOCK_BYTES as u64) as usize;
            let take = ((end - at) as usize).min(block.len().saturating_sub(inside));
            if take == 0 {
                break;
            }
            out.extend_from_slice(&block[inside..inside + take]);
            at += take as u64;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(path: &Path, key: &WorkspaceKey) -> Vec<u8> {
        let mut reader = RawReader::open(path, key).unwrap();
        (0..reader.blocks()).flat_map(|number| reader.block(number).unwrap()).collect()
    }

    #[test]
    fn places_and_words_are_blanked_wherever_blocks_end() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("raw")).unwrap();
        let key = WorkspaceKey::from_bytes([5; 32]);
        let mut bytes = vec![b'.'; 2 * BLOCK_BYTES + 100];
        // One across the end of the first block, one at the very end, one that is only a part of a word.
        let word = b"Ada@Corp.example";
        for at in [10, BLOCK_BYTES - 7, 2 * BLOCK_BYTES + 100 - word.len()] {
            bytes[at..at + word.len()].copy_from_slice(word);
        }
        bytes[1000..1000 + 17].copy_from_slice(b"xada@corp.example");
        bytes[2000..2006].copy_from_slice(b"unit\n;");
        bytes[3000..3011].copy_from_slice(b"W-7,W-77,w-");
        let mut writer = RawWriter::create(folder.path(), &key).unwrap();
        bytes.chunks(70_001).for_each(|part| writer.append(part).unwrap());
        let path = writer.finish().unwrap();
        let words = Words::new(["ada@corp.example".to_owned()]).unwrap();
        let places = [
            Place { offset: 2000, length: 5, value: None },
            Place { offset: 3000, length: 40, value: Some("w-7".into()) },
        ];
        let blanked = blank(folder.path(), &key, &path, &places, &words).unwrap().unwrap();
        let found = read_all(&folder.path().join(&blanked), &key);
        let text = String::from_utf8(found.clone()).unwrap();
        assert_eq!(found.len(), bytes.len());
        assert!(!text.contains("Ada@"), "{}", text.matches("Ada@").count());
        assert!(text.contains("xada@corp.example"), "a part of another word stays");
        assert_eq!(&text[2000..2006], "    \n;");
        assert_eq!(&text[3000..3011], "xxx,W-77,w-", "a value in a place is blanked whole, and only there");
        let nothing = Words::new(["nobody@corp.example".to_owned()]).unwrap();
        assert_eq!(blank(folder.path(), &key, &blanked, &[], &nothing).unwrap(), None);
        let left: Vec<_> = std::fs::read_dir(folder.path().join("raw")).unwrap().collect();
        assert_eq!(left.len(), 2, "nothing is left beside");
    }

    #[test]
    fn a_changed_byte_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("raw")).unwrap();
        let key = WorkspaceKey::from_bytes([5; 32]);
        let mut writer = RawWriter::create(folder.path(), &key).unwrap();
        writer.append(b"one line\n").unwrap();
        let path = folder.path().join(writer.finish().unwrap());
        let whole = std::fs::read(&path).unwrap();
        for at in 12..whole.len() - 16 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let opened = RawReader::open(&path, &key).and_then(|mut reader| reader.block(0));
            assert!(opened.is_err(), "byte {at}");
        }
    }
}
