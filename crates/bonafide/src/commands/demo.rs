//! `bonafide demo` and `bonafide synth`

use app::demo::{self, Written};

use crate::arguments::{CheckOptions, Demo, Shared, Synth, Wish};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Writes the made-up company, says what was planted and what to type next.
pub async fn run(shared: &Shared, demo: Demo) -> anyhow::Result<Exit> {
    let seed = demo.wish.seed;
    let written = demo::write(&demo.out, &wish(demo.wish))?;
    tell(&written, seed);
    if demo.check {
        return super::check::run(shared, &demo.out, &CheckOptions::default()).await;
    }
    draw::next(&format!("bonafide check {}", demo.out.display()));
    Ok(NOTHING_OPENED)
}

/// The same with exports and truth in one folder, of any size.
pub fn synth(synth: Synth) -> anyhow::Result<Exit> {
    let seed = synth.wish.seed;
    let written = demo::world(&synth.out, &wish(synth.wish))?;
    tell(&written, seed);
    if synth.describe {
        draw::say(&demo::story(&written)?)?;
    }
    draw::next(&format!("bonafide check {}", written.exports.display()));
    Ok(NOTHING_OPENED)
}

fn wish(typed: Wish) -> demo::Wish {
    demo::Wish {
        seed: typed.seed,
        workers: typed.workers,
        days: typed.days,
        schemes: typed.schemes,
        planted: typed.planted,
        difficulty: typed.difficulty,
        applicants: typed.applicants,
        look_alikes: typed.look_alikes,
        share: typed.share,
        until: typed.until,
        without: typed.without,
        every_tell: typed.every_tell,
        redraw: typed.redraw_rates,
    }
}

fn tell(written: &Written, seed: u64) {
    draw::tell(&format!(
        "made-up company: {} workers, {} files in {} (seed {seed}), {} days until {}",
        written.workers,
        written.files,
        written.exports.display(),
        written.days,
        written.until
    ));
    draw::tell(&format!("planted: {}", written.planted));
    draw::tell(&format!("look-alike innocents: {}", written.innocents));
    draw::tell(&format!("truth: {}", written.truth.display()));
}
