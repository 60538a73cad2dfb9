//! How many pairs of short texts the kernel of Jaro and Winkler compares in a second, on one core.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use matching::hash::mix;
use matching::similar::{Places, jaro_winkler, jaro_winkler_placed};

/// Made-up words: syllables by a fixed chance, some of them a slip away from each other.
fn words(count: u64, syllables: u64) -> Vec<Vec<u8>> {
    let letter = |of: &[u8], number: u64| of[(number % of.len() as u64) as usize];
    let word = |at: u64| {
        let mut out = Vec::new();
        for part in 0..syllables {
            let draw = mix(at / 3, part + 1);
            out.push(letter(b"bcdfghjklmnprstvwz", draw));
            out.push(letter(b"aeiou", draw >> 8));
        }
        if !at.is_multiple_of(3) {
            let place = (mix(at, 9) % out.len() as u64) as usize;
            out[place] = letter(b"aeioubcdfgh", mix(at, 10));
        }
        out
    };
    (0..count).map(word).collect()
}

fn kernel(criterion: &mut Criterion) {
    for (name, syllables) in [("6 letters", 3), ("10 letters", 5), ("24 letters", 12)] {
        let words = words(4_096, syllables);
        let pairs: Vec<(&[u8], &[u8])> = (0..100_000u64)
            .map(|at| {
                let of = |seed: u64| words[(mix(at, seed) % words.len() as u64) as usize].as_slice();
                (of(1), of(2))
            })
            .collect();
        let mut group = criterion.benchmark_group(format!("jaro-winkler, {name}"));
        group.throughput(Throughput::Elements(pairs.len() as u64)).sample_size(20);
        group.bench_function("pairs", |bencher| {
            bencher.iter(|| pairs.iter().map(|(a, b)| jaro_winkler(black_box(a), b)).sum::<f64>());
        });
        group.throughput(Throughput::Elements(100 * 1_000));
        group.bench_function("one with a thousand", |bencher| {
            bencher.iter(|| {
                let mut sum = 0.0;
                for one in &words[..100] {
                    let places = Places::new(one);
                    for other in &words[1_000..2_000] {
                        sum += jaro_winkler_placed(&places, one, black_box(other));
                    }
                }
                sum
            });
        });
        group.finish();
    }
}

criterion_group!(benches, kernel);
criterion_main!(benches);
