//! How often honest days look like a timer, and how often timers are found. The days are made up, with a fixed seed;
//! their shapes follow what is known of desk work: bursts of typing, pauses with a long tail, reading, calls, paced work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use hardware::rhythm::{self, ALPHA};

/// A small generator (SplitMix64), so that the days are the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.next().max(1e-300).ln()).sqrt() * (std::f64::consts::TAU * self.next()).cos()
    }

    /// Log-normal with a median and a spread of the logarithm.
    fn pause(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }
}

/// Input of one honest stretch of work of a kind, in seconds.
fn work(kind: usize, hours: f64, chance: &mut Chance) -> Vec<f64> {
    let mut times = Vec::new();
    let mut at = 0.0;
    let paced = chance.between(9.0, 40.0);
    while at < hours * 3600.0 {
        times.push(at);
        at += match kind {
            // Typing in bursts, with pauses to think.
            0 if chance.next() < 0.9 => chance.pause(0.18, 0.5),
            0 => chance.pause(12.0, 1.2),
            // Reading: a scroll now and then.
            1 => chance.pause(14.0, 0.8),
            // A call: the pointer moves seldom.
            2 => -60.0 * chance.next().max(1e-300).ln(),
            // Paced work: a form, a scan, a label, with a quarter of scatter, and a few keys in between.
            3 if chance.next() < 0.5 => chance.between(0.3, 2.0),
            3 => (paced * (1.0 + 0.25 * chance.normal())).max(1.0),
            // Strictly paced work: the next case comes when the last is done, with a fifth of scatter.
            _ => (paced * (1.0 + 0.20 * chance.normal())).max(1.0),
        };
    }
    times
}

/// Days of each kind: few in a test, many where rates are measured.
fn days() -> u32 {
    if std::env::var_os("BONAFIDE_BENCH").is_some() { 400 } else { 60 }
}

#[test]
fn honest_days_have_no_timer() {
    let days = days();
    let mut alarms = [0u32; 5];
    for (kind, alarms) in alarms.iter_mut().enumerate() {
        for seed in 0..days {
            let mut chance = Chance(kind as u64 * 1_000_003 + u64::from(seed));
            if rhythm::of_moments(&work(kind, 8.0, &mut chance)).is_timer() {
                *alarms += 1;
            }
        }
    }
    println!(
        "honest days called a timer, of {days} each: typing, reading, calls, paced, strictly paced: {alarms:?}"
    );
    // Work that a belt or a queue paces to a fifth is held to the same.
    let rate = f64::from(alarms.iter().sum::<u32>()) / (5.0 * f64::from(days));
    assert!(rate <= 10.0 * ALPHA, "{rate}");
}

#[test]
fn honest_readings_have_no_timer() {
    let mut alarms = 0;
    for seed in 0..u64::from(days()) {
        let mut chance = Chance(seed + 77);
        let times = work((seed % 5) as usize, 8.0, &mut chance);
        let readings: Vec<(f64, f64)> = (1..480)
            .map(|minute| {
                let now = f64::from(minute) * 60.0;
                let last = times.partition_point(|time| *time <= now);
                (now, now - times[last.saturating_sub(1)])
            })
            .collect();
        alarms += u32::from(rhythm::of_readings(&readings).is_timer());
    }
    println!("honest days of readings a minute called a timer: {alarms} of {}", days());
    assert!(alarms <= 1, "{alarms}");
}

/// A device that moves the mouse whatever somebody does.
#[test]
fn timers_are_found_within_honest_work() {
    for (name, period) in [("15 s", 15.0), ("20 s", 20.0), ("60 s", 60.0)] {
        let mut found = [0; 3];
        for (kind, found) in found.iter_mut().enumerate() {
            for seed in 0..20u64 {
                let mut chance = Chance(seed * 37 + kind as u64);
                let mut times = work(kind, 8.0, &mut chance);
                let first = chance.between(0.0, period);
                times.extend((0..(8.0 * 3600.0 / period) as u32).map(|n| first + period * f64::from(n)));
                *found += u32::from(rhythm::of_moments(&times).is_timer());
            }
        }
        println!(
            "| {name}, all day, within typing, reading, calls | {} | {} | {} |",
            found[0], found[1], found[2]
        );
        assert!(found[2] >= 18, "{name}: {found:?}");
    }
}

#[test]
fn timers_are_found_beside_honest_work() {
    let hours_away = [0.5, 1.0, 3.0];
    let kinds: [(&str, f64, f64); 5] = [
        ("15 s", 15.0, 0.0),
        ("20 s", 20.0, 0.0),
        ("20 s, half a second of scatter", 20.0, 0.5),
        ("45 to 75 s", 45.0, 30.0),
        ("unknown", 0.0, 0.0),
    ];
    for (name, period, scatter) in kinds {
        let mut found = [0; 3];
        for (place, hours) in hours_away.iter().enumerate() {
            for seed in 0..20u64 {
                let mut chance = Chance(seed * 31 + place as u64);
                let own = if period > 0.0 { period } else { chance.between(10.0, 120.0) };
                let mut times = work(0, 4.0, &mut chance);
                let mut at = 4.0 * 3600.0 + chance.between(0.0, 60.0);
                let end = at + hours * 3600.0;
                while at < end {
                    times.push(at);
                    at += own + scatter * chance.next();
                }
                found[place] += u32::from(rhythm::of_moments(&times).is_timer());
            }
        }
        println!("| {name} | {} | {} | {} |", found[0], found[1], found[2]);
        assert!(found[2] >= 19, "{name}: {found:?}");
    }
}
