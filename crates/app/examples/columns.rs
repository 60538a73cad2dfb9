//! Reads a file of JSON lines into typed columns in Parquet, one file per thread and table, without tokens and without
//! keeping bytes: our side of `cargo xtask bench ingest`. With `--bare` it only parses, with the parser that we use: no
//! reader that uses it can be faster.
//!
//! `columns FILE FOLDER THREADS [--bare]`

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

use anyhow::{Context, anyhow, bail};
use lake::plain::Plain;
use sources::frame::{self, Framer};
use sources::{Block, Framing, Reader, Sample};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let bare = words.iter().any(|word| word == "--bare");
    words.retain(|word| word != "--bare");
    let [file, folder, threads] = &words[..] else { bail!("columns FILE FOLDER THREADS [--bare]") };
    let threads: usize = threads.parse().context("THREADS is a number")?;
    let (head, whole) = frame::sample(File::open(file).with_context(|| file.clone())?);
    let found =
        sources::recognise(&Sample { name: file, bytes: &head }, &[]).map_err(|unknown| anyhow!(unknown))?;
    let (blocks_in, blocks_out) = sync_channel::<Block>(4);
    let blocks = Arc::new(Mutex::new(blocks_out));
    let (reader, framing) = (&*found.reader, found.framing);
    let rows = std::thread::scope(|scope| {
        let mut working = Vec::new();
        for number in 0..threads.max(1) {
            let (blocks, folder) = (Arc::clone(&blocks), PathBuf::from(folder));
            working.push(scope.spawn(move || {
                if bare { parse(&blocks, framing) } else { convert(reader, &blocks, &folder, number) }
            }));
        }
        drop(blocks);
        for block in Framer::new(whole, framing) {
            let block = block.map_err(|reject| anyhow!("{}", reject.reason))?;
            if blocks_in.send(block).is_err() {
                break;
            }
        }
        drop(blocks_in);
        let mut rows = 0;
        for one in working {
            rows += one.join().map_err(|_| anyhow!("a thread panicked"))??;
        }
        Ok::<_, anyhow::Error>(rows)
    })?;
    use std::io::Write;
    writeln!(std::io::stdout(), "{rows}")?;
    Ok(())
}

fn next(blocks: &Mutex<Receiver<Block>>) -> Option<Block> {
    blocks.lock().ok().and_then(|blocks| blocks.recv().ok())
}

/// Parses each line and throws the result away.
fn parse(blocks: &Mutex<Receiver<Block>>, framing: Framing) -> anyhow::Result<u64> {
    let (mut lines, mut line) = (0, Vec::new());
    let mut buffers = simd_json::Buffers::default();
    let mut tape = simd_json::Tape(Vec::new());
    while let Some(block) = next(blocks) {
        for range in frame::units(&block.bytes, framing) {
            line.clear();
            line.extend_from_slice(&block.bytes[range]);
            let mut used = tape.reset();
            simd_json::fill_tape(&mut line, &mut buffers, &mut used)?;
            tape = used.reset();
            lines += 1;
        }
    }
    Ok(lines)
}

/// Reads records into columns.
fn convert(
    reader: &dyn Reader,
    blocks: &Mutex<Receiver<Block>>,
    folder: &Path,
    number: usize,
) -> anyhow::Result<u64> {
    let mut files: BTreeMap<&str, Plain> = BTreeMap::new();
    while let Some(block) = next(blocks) {
        for record in reader.read(&block).records {
            let name = record.table.name;
            let file = match files.entry(name) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(Plain::create(&folder.join(format!("{name}-{number}.parquet")), record.table)?)
                }
            };
            file.push(&record.cells)?;
        }
    }
    let mut rows = 0;
    for file in files.into_values() {
        rows += file.finish()?;
    }
    Ok(rows)
}
