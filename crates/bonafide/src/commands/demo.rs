//! `bonafide demo`

use std::path::PathBuf;

use crate::arguments::{CheckOptions, Demo, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Writes the made-up company, says what was planted and what to type next.
pub async fn run(shared: &Shared, demo: Demo) -> anyhow::Result<Exit> {
    let out: PathBuf = demo.out;
    let wish = app::demo::Wish {
        seed: demo.seed,
        workers: demo.workers,
        days: demo.days,
        schemes: demo.schemes,
        planted: demo.planted,
        difficulty: demo.difficulty,
    };
    let written = app::demo::write(&out, &wish)?;
    draw::tell(&format!(
        "made-up company: {} workers, {} files in {} (seed {}), {} days until {}",
        written.workers, written.files, out.display(), demo.seed, written.days, written.until
    ));
    draw::tell(&format!("planted: {}", written.planted));
    draw::tell(&format!("look-alike innocents: {}", written.innocents));
    draw::tell(&format!("truth: {}", written.truth.display()));
    if demo.check {
        return super::check::run(shared, &out, &CheckOptions::default()).await;
    }
    draw::next(&format!("bonafide check {}", out.display()));
    Ok(NOTHING_OPENED)
}
