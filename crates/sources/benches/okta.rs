//! How fast Okta lines become records, on one core.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sources::{Block, Framing, Reader, reader::JsonReader};

fn okta(criterion: &mut Criterion) {
    let line = include_str!("../fixtures/okta/events.jsonl").lines().next().unwrap();
    // real lines are about 2.6 kB: user agents, request chains and debug data make up the rest
    let long = line.replacen(
        "\"behaviors\"",
        &format!("\"requestUri\":\"/{}\",\"behaviors\"", "x".repeat(1_100)),
        1,
    );
    let mut bytes = Vec::new();
    while bytes.len() < 4 << 20 {
        bytes.extend_from_slice(long.as_bytes());
        bytes.push(b'\n');
    }
    let block = Block { offset: 0, line: 1, bytes };
    let reader = JsonReader::new(Framing::JsonLines);
    let mut group = criterion.benchmark_group("okta");
    group.throughput(Throughput::Bytes(block.bytes.len() as u64)).sample_size(20);
    group.bench_function("block", |bencher| bencher.iter(|| reader.read(&block).records.len()));
    group.finish();
}

criterion_group!(benches, okta);
criterion_main!(benches);
