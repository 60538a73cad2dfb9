//! `cargo run --release -p fuzz -- TARGET|all [SECONDS] [FIRST NUMBER]`: runs mutated seeds until time is up or
//! something does not hold; then the input lies in `fuzz/found/`, and the number that made it is shown.

#![allow(clippy::print_stdout)]

use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fuzz::{Draw, mutate, seeds, target};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let name = words.first().map_or("all", String::as_str);
    let seconds = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(60);
    let first = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(0);
    let chosen: Vec<&str> =
        target::ALL.iter().copied().filter(|known| name == "all" || *known == name).collect();
    if chosen.is_empty() {
        println!("targets: all, {}", target::ALL.join(", "));
        return ExitCode::from(3);
    }
    let mut clean = true;
    for target in chosen {
        clean &= fuzz(target, Duration::from_secs(seconds), first);
    }
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one target; false if something did not hold.
fn fuzz(name: &str, time: Duration, first: u64) -> bool {
    let seeds = match seeds::of(name) {
        Ok(seeds) if !seeds.is_empty() => seeds,
        Ok(_) => return failed(name, "no seeds"),
        Err(error) => return failed(name, &format!("seeds: {error}")),
    };
    let begun = Instant::now();
    let mut number = first;
    while begun.elapsed() < time {
        let mut draw = Draw(number);
        let seed = &seeds[draw.below(seeds.len())];
        let bytes = if number == first { seed.clone() } else { mutate::mutate(seed, &seeds, &mut draw) };
        let ran = catch_unwind(|| target::run(name, &bytes, &mut draw.clone()));
        let wrong = match ran {
            Ok(Ok(())) => None,
            Ok(Err(wrong)) => Some(wrong),
            Err(_) => Some("panicked".to_owned()),
        };
        if let Some(wrong) = wrong {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
            let path = folder.join(format!("{name}-{number}"));
            let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, &bytes));
            let kept =
                kept.map_or_else(|error| format!("not kept: {error}"), |()| path.display().to_string());
            return failed(name, &format!("number {number}: {wrong}\n  {kept}"));
        }
        number += 1;
    }
    println!("{name}: {} inputs in {} s, all held", number - first, begun.elapsed().as_secs());
    true
}

fn failed(name: &str, why: &str) -> bool {
    println!("{name}: {why}");
    false
}
