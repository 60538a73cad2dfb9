//! The bytes behind records: one file per input stream, in zstd blocks, encrypted under a key of its own that
//! only the workspace key opens. Destroying that file's header destroys the bytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::key::{Sealer, WorkspaceKey, random};

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
            beside, folder, file, sealer: Sealer::new(file_key), packer, clear: Vec::new(), ends: Vec::new(), at })
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
        let file_key = <[u8; 32]>::try_from(opened).map_err(|_| Error::Key("a file key has a wrong length".into()))?;
        let end = file.seek(SeekFrom::End(-8)).map_err(Error::file(path))?;
        let mut eight = [0_u8; 8];
        file.read_exact(&mut eight).map_err(Error::file(path))?;
        let blocks = u64::from_le_bytes(eight);
        let index = blocks.saturating_mul(8);
        let from = end.checked_sub(index).ok_or_else(|| Error::Key("a raw file is cut short".into()))?;
        file.seek(SeekFrom::Start(from)).map_err(Error::file(path))?;
        let mut bytes = vec![0; index as usize];
        file.read_exact(&mut bytes).map_err(Error::file(path))?;
        let ends = bytes.chunks_exact(8).map(|c| u64::from_le_bytes([c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]]));
        let starts = 12 + u64::from(length);
        Ok(Self { path: path.to_path_buf(), file, sealer: Sealer::new(file_key), starts, ends: ends.collect() })
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
