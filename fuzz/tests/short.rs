//! A short run of every target, the same each time.

#![allow(clippy::unwrap_used, clippy::panic)]

use fuzz::{Draw, mutate, seeds, target};

#[test]
fn every_target_holds_on_its_seeds_and_some_mutations() {
    for name in target::ALL {
        let seeds = seeds::of(name).unwrap();
        assert!(!seeds.is_empty(), "{name}");
        for number in 0..60_u64 {
            let mut draw = Draw(number.wrapping_mul(7_919));
            let seed = &seeds[number as usize % seeds.len()];
            let bytes = if number < seeds.len() as u64 {
                seed.clone()
            } else {
                mutate::mutate(seed, &seeds, &mut draw)
            };
            target::run(name, &bytes, &mut draw).unwrap_or_else(|wrong| panic!("{name} {number}: {wrong}"));
        }
    }
}
