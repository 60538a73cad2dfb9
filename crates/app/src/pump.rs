//! One stream through three stages: framed and kept on this thread, parsed on several, appended in its own order
//! on one more.

use std::collections::HashMap;
use std::io::Read;
use std::sync::mpsc::{Receiver, RecvError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use lake::commit::RejectRow;
use lake::{Commit, FileIx, RawWriter, Row};
use model::{Cell, Record, UnitKey, tables};
use sources::frame::Framer;
use sources::{Block, Parsed, Reader, Recognised, Reject, Unit};

use crate::enrich::Networks;
use crate::error::{Error, Result};
use crate::mask;

/// Blocks that may wait between two stages.
const WAITING: usize = 4;

/// A recognised stream and what it is read with.
pub struct Stream<'a> {
    /// Its place in the manifest.
    pub at: FileIx,
    /// Source, framing and reader.
    pub found: &'a Recognised,
    /// Network facts of the user.
    pub networks: Option<&'a Networks>,
    /// Threads that parse.
    pub threads: usize,
}

/// Reads the stream to its end; returns where its bytes are kept.
pub fn run(
    stream: &Stream<'_>,
    commit: &mut Commit,
    whole: impl Read,
    raw: Option<RawWriter>,
) -> Result<Option<String>> {
    let keeps_bytes = raw.is_some();
    let mut tee = Tee { reader: whole, raw, failed: None };
    let (blocks_in, blocks_out) = sync_channel(WAITING);
    let (parsed_in, parsed_out) = sync_channel(WAITING);
    let blocks_out = Arc::new(Mutex::new(blocks_out));
    let reader = &*stream.found.reader;
    std::thread::scope(|scope| {
        let mut parsing = Vec::new();
        for _ in 0..stream.threads.max(1) {
            let (blocks, out) = (Arc::clone(&blocks_out), parsed_in.clone());
            parsing.push(scope.spawn(move || parse(reader, &blocks, &out)));
        }
        // Only the parsing threads hold their ends: when they are gone, nobody waits for them.
        drop((blocks_out, parsed_in));
        let appending = scope.spawn(move || Appender::new(stream, commit, keeps_bytes).run(&parsed_out));
        let (mut number, mut torn) = (0, Vec::new());
        for framed in Framer::new(&mut tee, stream.found.framing) {
            match framed {
                Ok(block) => {
                    if blocks_in.send((number, block)).is_err() {
                        break;
                    }
                    number += 1;
                }
                Err(reject) => torn.push(reject),
            }
        }
        drop(blocks_in);
        let panicked = |_| Error::Defect(format!("reading a {} stream panicked", stream.found.kind));
        for thread in parsing {
            thread.join().map_err(panicked)?;
        }
        let commit = appending.join().map_err(panicked)??;
        Ok::<_, Error>(commit.reject(stream.at, torn.into_iter().map(|one| row_of_reject(one, keeps_bytes)))?)
    })?;
    tee.finish()
}

fn row_of_reject(reject: Reject, keeps_bytes: bool) -> RejectRow {
    let Reject { unit, column, reason, sample } = reject;
    let sample = mask::sample(&sample, keeps_bytes);
    RejectRow { line: unit.line, offset: unit.offset, column, reason, sample }
}

fn parse(reader: &dyn Reader, blocks: &Mutex<Receiver<(usize, Block)>>, out: &SyncSender<(usize, Parsed)>) {
    let next = || blocks.lock().map_or(Err(RecvError), |blocks| blocks.recv());
    while let Ok((number, block)) = next() {
        if out.send((number, reader.read(&block))).is_err() {
            return;
        }
    }
}

/// Gives record ids and hands records to the commit, block after block.
struct Appender<'a> {
    stream: &'a Stream<'a>,
    commit: &'a mut Commit,
    snapshot: Cell,
    keeps_bytes: bool,
    occurrences: HashMap<[u8; 16], u32>,
}

impl<'a> Appender<'a> {
    fn new(stream: &'a Stream<'a>, commit: &'a mut Commit, keeps_bytes: bool) -> Self {
        let snapshot = stream.found.reader.snapshot_time().map_or(Cell::Null, Cell::Time);
        Self { stream, commit, snapshot, keeps_bytes, occurrences: HashMap::new() }
    }

    fn run(mut self, parsed: &Receiver<(usize, Parsed)>) -> Result<&'a mut Commit> {
        let (mut next, mut early) = (0, HashMap::new());
        for (number, block) in parsed {
            early.insert(number, block);
            while let Some(block) = early.remove(&next) {
                self.append(block)?;
                next += 1;
            }
        }
        Ok(self.commit)
    }

    fn append(&mut self, parsed: Parsed) -> Result<()> {
        let Parsed { units, records, rejects, skipped } = parsed;
        let mut rows = Vec::with_capacity(records.len());
        let mut last = None;
        for record in records {
            let occurrence = self.occurrence(&record, &mut last);
            let Some(unit) = units.get(record.unit_index) else {
                return Err(Error::Defect(format!("{}: a record of no unit", self.stream.found.kind)));
            };
            rows.push(self.row(record, *unit, occurrence));
        }
        self.commit.append(rows)?;
        let keeps_bytes = self.keeps_bytes;
        self.commit.reject(self.stream.at, rejects.into_iter().map(|one| row_of_reject(one, keeps_bytes)))?;
        if let Some(entry) = self.commit.file_mut(self.stream.at) {
            entry.units += units.len() as u64;
            for (name, count) in skipped {
                *entry.skipped.entry(name).or_default() += count;
            }
        }
        Ok(())
    }

    /// How often the bytes of this unit came before in this stream; all records of a unit share it.
    fn occurrence(&mut self, record: &Record, last: &mut Option<(usize, [u8; 16], u32)>) -> u32 {
        let UnitKey::Bytes(digest) = record.unit else { return 0 };
        if let Some((unit, known, occurrence)) = last
            && (*unit, *known) == (record.unit_index, digest)
        {
            return *occurrence;
        }
        let count = self.occurrences.entry(digest).or_insert(0);
        let occurrence = *count;
        *count += 1;
        *last = Some((record.unit_index, digest, occurrence));
        occurrence
    }

    fn row(&self, mut record: Record, unit: Unit, occurrence: u32) -> Row {
        if record.event_time().is_none() {
            record.set(tables::TIME, self.snapshot.clone());
        }
        if record.get(tables::SOURCE) == &Cell::Null {
            record.text(tables::SOURCE, Some(self.stream.found.kind));
        }
        if let Some(networks) = self.stream.networks {
            networks.fill(&mut record);
        }
        let source = record.get(tables::SOURCE).as_text().unwrap_or_default();
        Row {
            table: record.table,
            id: record.id(source, occurrence),
            file: self.stream.at,
            offset: unit.offset,
            length: unit.length,
            line: unit.line,
            cells: record.cells,
        }
    }
}

/// A reader that keeps what goes through. Failing to keep is the machine's fault, not the stream's: it ends the
/// stream, and [`Tee::finish`] tells.
struct Tee<R> {
    reader: R,
    raw: Option<RawWriter>,
    failed: Option<lake::Error>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.failed.is_some() {
            return Ok(0);
        }
        let count = self.reader.read(out)?;
        if let Some(raw) = &mut self.raw {
            self.failed = raw.append(&out[..count]).err();
        }
        Ok(count)
    }
}

impl<R> Tee<R> {
    fn finish(self) -> Result<Option<String>> {
        match self.failed {
            Some(cause) => Err(cause.into()),
            None => Ok(self.raw.map(RawWriter::finish).transpose()?),
        }
    }
}
