//! What is run on hostile bytes, and what must hold whatever they are.

use std::io::{self, Cursor, Read, Write};

use model::Record;
use sources::mapping::{self, Mapping};
use sources::{Block, Framing, Parsed, Reader, Reject, Sample, Unit, container, frame, value};

use crate::Draw;

/// Names of all targets.
pub const ALL: &[&str] = &[
    "okta",
    "osquery",
    "crowdstrike",
    "entra",
    "google",
    "github",
    "zoom",
    "duo",
    "inventory",
    "collector",
    "greenhouse",
    "document",
    "phone",
    "remote",
    "m365",
    "workday",
    "ocsf",
    "teams",
    "defender",
    "roster",
    "contingent",
    "contacts",
    "shipment",
    "pay",
    "attestation",
    "applicants",
    "assignment",
    "generic",
    "mapping",
    "framing",
    "container",
    "value",
    "link",
    "hid_descriptor",
    "usb_descriptors",
    "edid",
    "device_files",
];

/// Runs one target on some bytes; what does not hold is the error.
///
/// # Errors
/// A sentence that says what does not hold.
pub fn run(target: &str, bytes: &[u8], draw: &mut Draw) -> Result<(), String> {
    match target {
        _ if crate::devices::ALL.contains(&target) => crate::devices::run(target, bytes),
        "framing" => framing(bytes, draw),
        "link" => crate::linking::run(bytes),
        "container" => containers(bytes, draw),
        "value" => {
            values(bytes);
            Ok(())
        }
        "mapping" => {
            let _ = mapping::parse(&String::from_utf8_lossy(bytes), "fuzz.toml");
            // a proposal that maps nothing is for people to fill in
            if let Some(text) = mapping::propose(bytes)
                && let Err(error) = mapping::parse(&text, "proposed.toml")
                && error.reason != "no columns"
            {
                return Err(format!("a proposal cannot be read: {error}\n{text}"));
            }
            Ok(())
        }
        _ => source(bytes, draw),
    }
}

fn depot() -> Option<Mapping> {
    let path = crate::seeds::fixtures().join("generic/depot.toml");
    mapping::parse(&std::fs::read_to_string(path).ok()?, "depot.toml").ok()
}

/// Whatever recognises the bytes reads them; so does the JSON reader, which takes anything.
fn source(bytes: &[u8], draw: &mut Draw) -> Result<(), String> {
    let mappings: Vec<Mapping> = depot().into_iter().collect();
    if let Ok(found) = sources::recognise(&Sample { name: "fuzz-2026-11-24", bytes }, &mappings) {
        if !(1..=100).contains(&found.confidence) {
            return Err(format!("confidence {} of {}", found.confidence, found.kind));
        }
        both_ways(&*found.reader, found.framing, bytes, 1 + draw.below(700))?;
    }
    let framing = if draw.below(2) == 0 { Framing::JsonLines } else { Framing::JsonValues };
    both_ways(&sources::reader::JsonReader::new(framing), framing, bytes, 1 + draw.below(700))
}

/// Everything that one stream gave.
#[derive(Debug, Default, PartialEq)]
struct All {
    units: Vec<Unit>,
    records: Vec<Record>,
    rejects: Vec<Reject>,
    skipped: u64,
}

/// In one block and in many the same records and rejects come out, and each unit is accounted for.
fn both_ways(reader: &dyn Reader, framing: Framing, bytes: &[u8], block: usize) -> Result<(), String> {
    let whole = read(reader, framing, bytes, frame::BLOCK_BYTES)?;
    let split = read(reader, framing, bytes, block)?;
    if whole != split {
        return Err(format!("blocks of {block} bytes give other records than one block"));
    }
    Ok(())
}

fn read(reader: &dyn Reader, framing: Framing, bytes: &[u8], block: usize) -> Result<All, String> {
    let mut all = All::default();
    for framed in frame::Framer::with_sizes(bytes, framing, block, frame::UNIT_LIMIT) {
        match framed {
            Ok(block) => {
                reproduces(&block, bytes)?;
                let parsed = reader.read(&block);
                accounted(&parsed, bytes)?;
                let before = all.units.len();
                all.units.extend(&parsed.units);
                all.records.extend(parsed.records.into_iter().map(|mut record| {
                    record.unit_index += before;
                    record
                }));
                all.rejects.extend(parsed.rejects);
                all.skipped += parsed.skipped.iter().map(|(_, count)| count).sum::<u64>();
            }
            Err(reject) => all.rejects.push(reject),
        }
    }
    Ok(all)
}

/// A block's bytes stand at its offset, on its line.
fn reproduces(block: &Block, stream: &[u8]) -> Result<(), String> {
    let start = block.offset as usize;
    if stream.get(start..start + block.bytes.len()) != Some(&block.bytes[..]) {
        return Err(format!("the block at {start} holds other bytes than the stream"));
    }
    let line = 1 + stream[..start].iter().filter(|b| **b == b'\n').count() as u64;
    if line != block.line {
        Err(format!("the block at {start} says line {} on line {line}", block.line))
    } else {
        Ok(())
    }
}

/// Units follow each other without overlap; each gave a record or a reject, or was left out and counted.
fn accounted(parsed: &Parsed, stream: &[u8]) -> Result<(), String> {
    let mut end = 0;
    for unit in &parsed.units {
        let (start, length) = (unit.offset, u64::from(unit.length));
        if start < end || start + length > stream.len() as u64 {
            return Err(format!("the unit at {start} overlaps the one before or the end"));
        }
        end = start + length;
        let line = 1 + stream[..start as usize].iter().filter(|b| **b == b'\n').count() as u64;
        if line != unit.line {
            return Err(format!("the unit at {start} says line {} on line {line}", unit.line));
        }
    }
    let mut told: Vec<bool> = vec![false; parsed.units.len()];
    for record in &parsed.records {
        let slot = told.get_mut(record.unit_index).ok_or("a record of no unit")?;
        *slot = true;
        let fits = record.cells.iter().zip(record.table.columns).all(|(cell, column)| cell.fits(column.kind));
        if !fits || record.cells.len() != record.table.columns.len() {
            return Err(format!("a record does not fit {}", record.table.name));
        }
    }
    for reject in &parsed.rejects {
        if let Ok(at) = parsed.units.binary_search_by_key(&reject.unit.offset, |unit| unit.offset) {
            told[at] = true;
        } else {
            return Err("a reject of no unit".to_owned());
        }
    }
    let silent = told.iter().filter(|told| !**told).count() as u64;
    let skipped: u64 = parsed.skipped.iter().map(|(_, count)| count).sum();
    if silent > skipped {
        Err(format!("{silent} units gave nothing, {skipped} are counted as left out"))
    } else {
        Ok(())
    }
}

/// Gives its bytes in pieces.
struct Pieces<'b> {
    bytes: &'b [u8],
    draw: Draw,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = (1 + self.draw.below(200)).min(out.len()).min(self.bytes.len());
        out[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

/// However the bytes arrive, the same units come out; what is in no unit and no reject is space.
fn framing(bytes: &[u8], draw: &mut Draw) -> Result<(), String> {
    let delimiter = b",;\t|"[draw.below(4)];
    let framings = [
        Framing::JsonLines,
        Framing::Lines,
        Framing::Whole,
        Framing::Sheet { delimiter },
        Framing::JsonValues,
        Framing::JsonWithin { at: draw.below(200), depth: 1 + draw.below(3) },
    ];
    for framing in framings {
        let cut = |reader: Box<dyn Read + '_>, block: usize| {
            let mut spans = Vec::new();
            for framed in frame::Framer::with_sizes(reader, framing, block, 1 << 14) {
                match framed {
                    Ok(block) => {
                        reproduces(&block, bytes)?;
                        let units = frame::units(&block.bytes, framing);
                        spans.extend(
                            units
                                .iter()
                                .map(|range| (block.offset + range.start as u64, range.len() as u64, true)),
                        );
                    }
                    Err(reject) => spans.push((reject.unit.offset, u64::from(reject.unit.length), false)),
                }
            }
            Ok::<_, String>(spans)
        };
        let whole = cut(Box::new(bytes), 1 << 20)?;
        let split = cut(Box::new(Pieces { bytes, draw: draw.clone() }), 1 + draw.below(300))?;
        if whole != split {
            let at =
                whole.iter().zip(&split).position(|(a, b)| a != b).unwrap_or(whole.len().min(split.len()));
            let (one, other) = (whole.get(at), split.get(at));
            return Err(format!("{framing:?}: pieces give other units than the whole: {one:?}, {other:?}"));
        }
        let mut end = 0_usize;
        for (offset, length, _) in &whole {
            let start = *offset as usize;
            let between =
                bytes.get(end..start).ok_or_else(|| format!("{framing:?}: units overlap at {start}"))?;
            if !framing.is_json_values() && !between.iter().all(u8::is_ascii_whitespace) {
                return Err(format!("{framing:?}: bytes lost between {end} and {start}"));
            }
            end = start + *length as usize;
        }
        if !framing.is_json_values()
            && !bytes.get(end..).unwrap_or_default().iter().all(u8::is_ascii_whitespace)
        {
            return Err(format!("{framing:?}: bytes lost behind {end}"));
        }
    }
    Ok(())
}

/// Damaged containers end, and what they give is bounded.
fn containers(bytes: &[u8], draw: &mut Draw) -> Result<(), String> {
    let mut packed = pack(bytes, draw).map_err(|error| error.to_string())?;
    for _ in 0..draw.below(4) {
        let at = draw.below(packed.len());
        if let Some(byte) = packed.get_mut(at) {
            *byte = draw.number() as u8;
        }
    }
    if draw.below(3) == 0 {
        packed.truncate(draw.below(packed.len() + 1));
    }
    let mut total = 0_u64;
    let opened = container::open("fuzz", Cursor::new(&packed), |member| {
        total += io::copy(&mut member.reader.take(64 << 20), &mut io::sink())?;
        Ok::<_, io::Error>(())
    });
    opened.map(|_| ()).map_err(|error| format!("a damaged container failed: {error}"))
}

fn pack(bytes: &[u8], draw: &mut Draw) -> io::Result<Vec<u8>> {
    match draw.below(4) {
        0 => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        1 => zstd::encode_all(bytes, 1),
        2 => {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default();
            for (at, part) in bytes.chunks(bytes.len() / 3 + 1).enumerate() {
                archive.start_file(format!("{at}.csv"), options)?;
                archive.write_all(part)?;
            }
            Ok(archive.finish()?.into_inner())
        }
        _ => Ok(bytes.to_vec()),
    }
}

/// Every reader of single values.
fn values(bytes: &[u8]) {
    for line in bytes.split(|b| matches!(b, b'\n' | b',' | b'"')) {
        let text = value::text_of(line);
        let _ = value::time(&text);
        let _ = value::time_ordered(&text, value::DateOrder::DayFirst);
        let _ = value::date_in_name(&text);
        let _ = value::ip(&text).map(value::is_public);
        let _ = value::mac(&text);
        let _ = value::hex16(&text);
        let _ = value::truth(&text);
        let _ = sources::vendors::okta::pairs(&text);
        let _ = sources::countries::alpha2(&text);
        let _ = hardware::edid::parse_hex(&text);
        let _ = hardware::edid::parse(line);
        let parts = sources::sheet::address::Parts { line1: Some(&text), ..Default::default() };
        let _ = sources::sheet::address::postal(parts);
        if let Ok(number) = text.trim().parse::<f64>() {
            let _ = value::epoch_float(number);
            let _ = value::epoch(number as i64);
        }
    }
}
