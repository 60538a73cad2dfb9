//! A whole stream read as `ingest` reads it: opened, recognised, framed, parsed.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::Cursor;

use model::{Cell, Record};
use sources::{Framing, Reject, Sample, Unit, container, frame, mapping::Mapping};

/// What a stream gave.
#[derive(Default)]
pub struct Read {
    pub kind: String,
    pub framing: Option<Framing>,
    pub snapshot: Option<model::Time>,
    /// Units with their bytes, over all blocks.
    pub units: Vec<(Unit, Vec<u8>)>,
    pub records: Vec<Record>,
    pub rejects: Vec<Reject>,
    pub skipped: BTreeMap<String, u64>,
    /// Why the stream was not recognised, or what could not be opened.
    pub problems: Vec<String>,
}

pub fn read(name: &str, bytes: &[u8]) -> Read {
    read_with(name, bytes, frame::BLOCK_BYTES, &[])
}

/// Reads every stream of an input in blocks of about `block` bytes.
pub fn read_with(name: &str, bytes: &[u8], block: usize, mappings: &[Mapping]) -> Read {
    let mut out = Read::default();
    let problems = container::open(name, Cursor::new(bytes.to_vec()), |member| {
        let (head, whole) = frame::sample(member.reader);
        let found = match sources::recognise(&Sample { name: &member.name, bytes: &head }, mappings) {
            Ok(found) => found,
            Err(unknown) => {
                out.problems.push(unknown.reason);
                return Ok::<_, std::convert::Infallible>(());
            }
        };
        out.kind = found.kind.to_owned();
        out.framing = Some(found.framing);
        out.snapshot = found.reader.snapshot_time();
        for framed in frame::Framer::with_sizes(whole, found.framing, block, frame::UNIT_LIMIT) {
            match framed {
                Ok(block) => {
                    let mut parsed = found.reader.read(&block);
                    let before = out.units.len();
                    for unit in &parsed.units {
                        let start = (unit.offset - block.offset) as usize;
                        out.units.push((*unit, block.bytes[start..start + unit.length as usize].to_vec()));
                    }
                    for record in &mut parsed.records {
                        record.unit_index += before;
                    }
                    out.records.extend(parsed.records);
                    out.rejects.extend(parsed.rejects);
                    for (name, count) in parsed.skipped {
                        *out.skipped.entry(name).or_default() += count;
                    }
                }
                Err(reject) => out.rejects.push(reject),
            }
        }
        Ok(())
    });
    out.problems.extend(problems.unwrap().into_iter().map(|problem| problem.reason));
    out
}

/// One cell as text; empty where it is missing.
pub fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Bool(truth) => truth.to_string(),
        Cell::Time(time) => time.to_string(),
        Cell::List(list) => list.join("; "),
    }
}

/// The value of a column by name.
pub fn get(record: &Record, name: &str) -> String {
    let at =
        record.table.position(name).unwrap_or_else(|| panic!("no column {name} in {}", record.table.name));
    cell(&record.cells[at])
}

/// Everything that a stream gave, for people.
pub fn shown(read: &Read) -> String {
    let mut out = format!("source: {}\nunits: {}\n", read.kind, read.units.len());
    if let Some(time) = read.snapshot {
        out += &format!("date of the snapshot: {time}\n");
    }
    for record in &read.records {
        let (unit, _) = &read.units[record.unit_index];
        out += &format!("\n{} (line {}, ordinal {})\n", record.table.name, unit.line, record.ordinal);
        for (column, value) in record.table.columns.iter().zip(&record.cells) {
            let text = cell(value);
            if !text.is_empty() {
                out += &format!("  {} = {text}\n", column.name);
            }
        }
    }
    if !read.rejects.is_empty() {
        out += "\nrejects\n";
    }
    for reject in &read.rejects {
        let column = reject.column.as_deref().map(|column| format!(" [{column}]")).unwrap_or_default();
        out += &format!("  line {}{column}: {}: {}\n", reject.unit.line, reject.reason, reject.sample);
    }
    if !read.skipped.is_empty() {
        out += "\nleft out\n";
    }
    for (name, count) in &read.skipped {
        out += &format!("  {count} × {name}\n");
    }
    for problem in &read.problems {
        out += &format!("problem: {problem}\n");
    }
    out
}
