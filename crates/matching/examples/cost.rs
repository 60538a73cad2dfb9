//! What linking costs, stage by stage: `cost FILE ID [--pairs N] [--keep-rules] [--stages]`, for a plain CSV without quotes.
//!
//! Prints CPU seconds and the peak of memory; without `--stages` links as the command does, and prints a hash of what came of it, so that
//! a change that only makes things faster is seen to change nothing, and, where a column `cluster` holds the truth, how right it is.
//! `--pairs` is `max_pairs`; rules are then chosen for it, or those for the usual budget kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::io::{BufRead, BufReader};

use matching::block::Plan;
use matching::fields::Fields;
use matching::{Table, chance, hash, link, model, pattern, suggest, train, truth};

/// CPU seconds of this process, to a hundredth.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks = |at: usize| after.split_whitespace().nth(at).and_then(|n| n.parse::<f64>().ok());
    (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / 100.0
}

fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1000
}

struct Clock(f64, std::time::Instant);

impl Clock {
    fn tell(&mut self, stage: &str) {
        let (now, at) = (cpu_seconds(), std::time::Instant::now());
        println!(
            "{stage:<10} {:6.2} CPU s {:6.2} s, peak {} MB",
            now - self.0,
            (at - self.1).as_secs_f64(),
            peak_mb()
        );
        *self = Self(now, at);
    }
}

fn read(path: &str, id: &str) -> Table {
    let mut reader = BufReader::with_capacity(1 << 18, std::fs::File::open(path).expect("no such file"));
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let header: Vec<String> = line.trim_end().split(',').map(str::to_owned).collect();
    let at = header.iter().position(|name| name == id).expect("no such column");
    let names: Vec<String> = header.iter().filter(|name| *name != id).cloned().collect();
    let mut table = Table::new(&names);
    table.begin_file(path);
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap() == 0 {
            return table.ordered();
        }
        let text = line.trim_end_matches('\n');
        let named = text.split(',').nth(at).unwrap();
        let cells = text.split(',').enumerate().filter(|(place, _)| *place != at).map(|(_, cell)| cell);
        table.push(named, cells).unwrap();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().position(|argument| argument == name);
    let mut clock = Clock(0.0, std::time::Instant::now());
    let table = read(&arguments[0], &arguments[1]);
    clock.tell("read");
    let mut config = suggest::suggest(&table, &|_| None).unwrap().config;
    clock.tell("suggest");
    if let Some(at) = has("--pairs") {
        config.link.max_pairs = Some(arguments[at + 1].parse().unwrap());
        if has("--keep-rules").is_none() {
            config.block.clear();
        }
    }
    if has("--stages").is_some() {
        let fields = Fields::new(&table, &config).unwrap();
        clock.tell("fields");
        if config.block.is_empty() {
            config.block = matching::propose::propose(&fields, &config).unwrap();
            clock.tell("propose");
        }
        let plan = Plan::new(&fields, &config, &config.block).unwrap();
        clock.tell("plan");
        let chance = chance::count(&fields, None, None);
        let first = train::first(&fields, &chance);
        clock.tell("chance");
        let least = model::bits_of(0.2) - 12.0;
        let looked = pattern::look(&fields, &plan, |of| first.pattern_bits(of) >= least);
        clock.tell("look");
        println!("{} pairs, {} ways, {} kept", looked.pairs, looked.counts.len(), looked.kept.len());
        let total = matching::block::all_pairs(fields.nodes() as u64) as f64;
        let model = train::train(&fields, &chance, &looked.counts, total);
        clock.tell("train");
        println!("{}", model.prior);
        return;
    }
    let linked = link(&table, &config).unwrap();
    clock.tell("link");
    let made = linked.clusters_of_rows();
    let estimate = matching::inspect::estimate(&linked);
    clock.tell("estimate");
    for rule in &linked.blocks {
        println!(
            "block {}: {} pairs, largest {}, split {}, dropped {}, limit {}",
            rule.keys, rule.pairs, rule.largest, rule.split, rule.dropped, rule.limit
        );
    }
    let mut hashed = linked.edges.iter().fold(1, |state, edge| {
        hash::mix(hash::mix(state, u64::from(edge.left) << 32 | u64::from(edge.right)), edge.bits.to_bits())
    });
    println!("edges {hashed:x}; {} looked at, threshold {}", linked.looked_at, linked.threshold);
    hashed = made.iter().fold(hashed, |state, cluster| hash::mix(state, u64::from(*cluster)));
    println!("hash {hashed:x}; estimated P {:?} R {:?}", estimate.precision, estimate.recall);
    println!("total {:.2} CPU s, peak {} MB", cpu_seconds(), peak_mb());
    if let Some(column) = table.column("cluster") {
        let got = truth::compare(&made, &table.columns()[column].cells).pairwise;
        println!("P {:.4} R {:.4} F1 {:.4}", got.precision, got.recall, got.f1);
    }
}
