//! What is kept and never changed: contents, links and keys of all nodes in one run of bytes, read piece by piece. Nodes stand in
//! the order of their content, so that the same records give the same bytes.

use std::io::{self, Write};
use std::sync::Arc;

use super::coding::{Reader, damaged, put, put_bytes, put_rising, put_text};
use super::scorer::Scorer;
use crate::{Error, Result};

const MAGIC: &[u8; 8] = b"bflink02";
/// Nodes whose bytes are read together.
const BLOCK: u32 = 16;
/// Entries of keys that are read together.
const PAGE: u64 = 512;

/// Bytes that can be read anywhere.
pub trait Source: Send + Sync {
    /// Fills `out` from some place on.
    ///
    /// # Errors
    /// When they cannot be read.
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()>;
    /// How many there are.
    fn size(&self) -> u64;
}

impl Source for Vec<u8> {
    fn read_at(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let bytes = from.checked_add(out.len()).and_then(|to| self.get(from..to));
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn size(&self) -> u64 {
        self.len() as u64
    }
}

/// What is known of a node besides its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Ids of its records, the shortest first.
    pub ids: Vec<String>,
    /// Nodes that are likely the same.
    pub near: Vec<u32>,
    /// Nodes of its entity, itself among them; empty where it is alone.
    pub group: Vec<u32>,
    /// Nodes that somebody said are others.
    pub apart: Vec<u32>,
}

impl Links {
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, self.ids.len() as u64);
        self.ids.iter().for_each(|id| put_text(&mut out, id));
        for numbers in [&self.near, &self.group, &self.apart] {
            put_rising(&mut out, numbers);
        }
        out
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mut out = Self::default();
        for _ in 0..reader.number()? {
            out.ids.push(reader.text()?.to_owned());
        }
        (out.near, out.group, out.apart) = (reader.rising()?, reader.rising()?, reader.rising()?);
        Ok(out)
    }
}

/// Bytes of each node, some nodes after each other.
#[derive(Default)]
struct Blocks {
    /// Where each block begins, and where the last ends.
    starts: Vec<u64>,
}

/// Sorted keys, each with a node in its lower half.
#[derive(Default)]
struct Postings {
    at: u64,
    count: u64,
    /// The first entry of each page.
    first: Vec<u64>,
}

/// Which of the three kinds of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Of a rule.
    Rule,
    /// Of the whole content.
    Content,
    /// Of an id.
    Id,
}

/// What is kept.
pub(super) struct Base {
    source: Box<dyn Source>,
    /// The model.
    pub scorer: Arc<Scorer>,
    /// Nodes.
    pub nodes: u32,
    /// Records.
    pub records: u64,
    contents: Blocks,
    links: Blocks,
    keys: [Postings; 3],
}

/// The block that was read last, for who reads one node after the other.
#[derive(Default)]
pub(super) struct Held {
    block: Option<u32>,
    bytes: Vec<u8>,
}

impl Base {
    /// Opens what [`write`](fn@write) wrote.
    pub(super) fn open(source: Box<dyn Source>) -> Result<Self> {
        let size = source.size();
        let mut end = [0; 16];
        read(source.as_ref(), size.checked_sub(16).ok_or_else(damaged)?, &mut end)?;
        let (length, magic) = end.split_at(8);
        let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
        if magic != MAGIC && magic.starts_with(b"bflink") {
            return Err(Error::Index("another version wrote it\nhint: build it anew from its files".into()));
        }
        if magic != MAGIC || length > size - 16 {
            return Err(damaged());
        }
        let foot = piece(source.as_ref(), size - 16 - length, length)?;
        let (foot, sum) = foot.split_last_chunk::<8>().ok_or_else(damaged)?;
        if crate::hash::bytes(foot) != u64::from_le_bytes(*sum) {
            return Err(damaged());
        }
        let mut reader = Reader::new(foot);
        let (model_at, model_size) = (reader.number()?, reader.number()?);
        let (nodes, records) = (reader.small()?, reader.number()?);
        let contents = Blocks { starts: numbers(&mut reader)? };
        let links = Blocks { starts: numbers(&mut reader)? };
        let mut keys: [Postings; 3] = Default::default();
        for postings in &mut keys {
            (postings.at, postings.count) = (reader.number()?, reader.number()?);
            postings.first = numbers(&mut reader)?;
        }
        let blocks = nodes.div_ceil(BLOCK) as usize + 1;
        if contents.starts.len() != blocks || links.starts.len() != blocks {
            return Err(damaged());
        }
        if size.checked_sub(model_at).is_none_or(|rest| rest < model_size) {
            return Err(damaged());
        }
        let scorer = Arc::new(Scorer::read(piece(source.as_ref(), model_at, model_size)?)?);
        Ok(Self { source, scorer, nodes, records, contents, links, keys })
    }

    /// Bytes in all.
    pub(super) fn size(&self) -> u64 {
        self.source.size()
    }

    /// Bytes that stay in memory.
    pub(super) fn resident(&self) -> u64 {
        let numbers = self.contents.starts.len() + self.links.starts.len();
        let first: usize = self.keys.iter().map(|postings| postings.first.len()).sum();
        (numbers + first) as u64 * 8 + self.scorer.bytes().len() as u64 * 2
    }

    /// Content of a node.
    pub(super) fn content(&self, node: u32, held: &mut Held) -> Result<Vec<u8>> {
        self.of(&self.contents, node, held)
    }

    /// Links of a node.
    pub(super) fn links(&self, node: u32, held: &mut Held) -> Result<Links> {
        Links::read(&self.of(&self.links, node, held)?)
    }

    fn of(&self, blocks: &Blocks, node: u32, held: &mut Held) -> Result<Vec<u8>> {
        let block = node / BLOCK;
        if held.block != Some(block) {
            let of = |at: u32| blocks.starts.get(at as usize).copied().ok_or_else(damaged);
            let (from, to) = (of(block)?, of(block + 1)?);
            let length = to.checked_sub(from).filter(|_| to <= self.source.size()).ok_or_else(damaged)?;
            held.bytes.resize(usize::try_from(length).map_err(|_| damaged())?, 0);
            held.block = None;
            read(self.source.as_ref(), from, &mut held.bytes)?;
            held.block = Some(block);
        }
        let mut reader = Reader::new(&held.bytes);
        for _ in 0..node % BLOCK {
            reader.bytes()?;
        }
        Ok(reader.bytes()?.to_vec())
    }

    /// Places of the entries of a key.
    pub(super) fn range(&self, kind: Key, key: u32) -> Result<std::ops::Range<u64>> {
        let low = u64::from(key) << 32;
        let from = self.place(kind, low)?;
        if from >= self.keys[kind as usize].count {
            return Ok(from..from);
        }
        let to = match low.checked_add(1 << 32) {
            Some(next) => self.place(kind, next)?,
            None => self.keys[kind as usize].count,
        };
        Ok(from..to)
    }

    /// Nodes at some places.
    pub(super) fn nodes_at(&self, kind: Key, places: std::ops::Range<u64>) -> Result<Vec<u32>> {
        Ok(self.entries(kind, places)?.into_iter().map(super::node_of).collect())
    }

    /// Entries at some places.
    pub(super) fn entries(&self, kind: Key, places: std::ops::Range<u64>) -> Result<Vec<u64>> {
        let postings = &self.keys[kind as usize];
        let end = places.end.min(postings.count);
        let count = end.saturating_sub(places.start);
        let bytes = piece(self.source.as_ref(), postings.at + places.start * 8, count * 8)?;
        Ok(bytes
            .chunks_exact(8)
            .map(|entry| u64::from_le_bytes(entry.try_into().unwrap_or_default()))
            .collect())
    }

    /// Entries of a kind of key.
    pub(super) fn count(&self, kind: Key) -> u64 {
        self.keys[kind as usize].count
    }

    /// The first place whose entry is not lower.
    fn place(&self, kind: Key, entry: u64) -> Result<u64> {
        let postings = &self.keys[kind as usize];
        let page = postings.first.partition_point(|first| *first < entry) as u64;
        // The page before may end with it.
        let Some(page) = page.checked_sub(1) else { return Ok(0) };
        let entries = self.entries(kind, page * PAGE..(page + 1) * PAGE)?;
        Ok(page * PAGE + entries.partition_point(|other| *other < entry) as u64)
    }
}

fn read(source: &dyn Source, at: u64, out: &mut [u8]) -> Result<()> {
    source.read_at(at, out).map_err(|cause| Error::Index(cause.to_string()))
}

fn piece(source: &dyn Source, at: u64, length: u64) -> Result<Vec<u8>> {
    if at.checked_add(length).is_none_or(|end| end > source.size()) {
        return Err(damaged());
    }
    let mut out = vec![0; usize::try_from(length).map_err(|_| damaged())?];
    read(source, at, &mut out)?;
    Ok(out)
}

fn numbers(reader: &mut Reader) -> Result<Vec<u64>> {
    let mut out = Vec::new();
    let mut last = 0u64;
    for _ in 0..reader.number()? {
        last = last.checked_add(reader.number()?).ok_or_else(damaged)?;
        out.push(last);
    }
    Ok(out)
}

fn put_numbers(out: &mut Vec<u8>, numbers: &[u64]) {
    put(out, numbers.len() as u64);
    let mut last = 0;
    for number in numbers {
        put(out, number - last);
        last = *number;
    }
}

/// What is written: nodes in the order of their content.
pub(super) struct Parts<'p> {
    /// The model.
    pub scorer: &'p Scorer,
    /// Nodes.
    pub nodes: u32,
    /// Content of each node, asked for in order.
    pub content: &'p mut dyn FnMut(u32) -> Result<Vec<u8>>,
    /// Links of each node, asked for in order.
    pub links: &'p mut dyn FnMut(u32) -> Result<Links>,
    /// Keys of rules, sorted.
    pub rules: &'p mut dyn Iterator<Item = Result<u64>>,
}

struct Counted<'w> {
    out: &'w mut dyn Write,
    at: u64,
}

impl Counted<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.at += bytes.len() as u64;
        self.out.write_all(bytes).map_err(|cause| Error::Index(cause.to_string()))
    }

    fn postings(&mut self, entries: &mut dyn Iterator<Item = Result<u64>>) -> Result<Postings> {
        let mut postings = Postings { at: self.at, ..Postings::default() };
        for entry in entries {
            let entry = entry?;
            if postings.count.is_multiple_of(PAGE) {
                postings.first.push(entry);
            }
            postings.count += 1;
            self.put(&entry.to_le_bytes())?;
        }
        Ok(postings)
    }
}

/// Writes all of it.
pub(super) fn write(out: &mut dyn Write, parts: Parts) -> Result<()> {
    let mut out = Counted { out, at: 0 };
    out.put(MAGIC)?;
    let model = (out.at, parts.scorer.bytes().len() as u64);
    out.put(parts.scorer.bytes())?;
    let (mut contents, mut ids): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    let mut content_starts = Vec::new();
    let mut tenants = Vec::with_capacity(parts.nodes as usize);
    for node in 0..parts.nodes {
        if node.is_multiple_of(BLOCK) {
            content_starts.push(out.at);
        }
        let bytes = (parts.content)(node)?;
        contents.push(super::entry(super::content_key(&bytes), node));
        tenants.push(crate::hash::bytes(super::tenant_of(&bytes)?.as_bytes()));
        let mut framed = Vec::with_capacity(bytes.len() + 4);
        put_bytes(&mut framed, &bytes);
        out.put(&framed)?;
    }
    content_starts.push(out.at);
    let mut link_starts = Vec::new();
    let mut records = 0;
    for node in 0..parts.nodes {
        if node.is_multiple_of(BLOCK) {
            link_starts.push(out.at);
        }
        let links = (parts.links)(node)?;
        records += links.ids.len() as u64;
        let tenant = tenants[node as usize];
        ids.extend(links.ids.iter().map(|id| super::entry(super::id_key(tenant, id), node)));
        let mut framed = Vec::new();
        put_bytes(&mut framed, &links.bytes());
        out.put(&framed)?;
    }
    link_starts.push(out.at);
    drop(tenants);
    contents.sort_unstable();
    ids.sort_unstable();
    let keys = [
        out.postings(parts.rules)?,
        out.postings(&mut contents.into_iter().map(Ok))?,
        out.postings(&mut ids.into_iter().map(Ok))?,
    ];
    let mut foot = Vec::new();
    for number in [model.0, model.1, u64::from(parts.nodes), records] {
        put(&mut foot, number);
    }
    put_numbers(&mut foot, &content_starts);
    put_numbers(&mut foot, &link_starts);
    for postings in &keys {
        put(&mut foot, postings.at);
        put(&mut foot, postings.count);
        put_numbers(&mut foot, &postings.first);
    }
    let sum = crate::hash::bytes(&foot).to_le_bytes();
    foot.extend(sum);
    out.put(&foot)?;
    out.put(&(foot.len() as u64).to_le_bytes())?;
    out.put(MAGIC)
}
