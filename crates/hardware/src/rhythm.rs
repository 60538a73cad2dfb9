//! The rhythm of input: a jiggler's timer, typing that no hand does, an echo that comes from far away.
//!
//! Nothing here says what was typed or where the pointer was: only when something moved. A rhythm is weak evidence by
//! rule: presenters, medical screens and watch parties have one too, and it never opens a case.
//!
//! Three tests, each with its false alarms held below [`ALPHA`] a series, corrected for everything that was tried
//! (Bonferroni):
//! - a comb in the spectrum of the moments of input after a pause: the periodogram of a point process (Bartlett 1963),
//!   evened out by the median of its neighbourhood because people's work comes in bursts (red, not white). A timer has
//!   its line and all overtones of it; work that is paced has a line and no overtones, so that each is held against what
//!   a renewal process as even as no hand can have there (Cox and Lewis 1966)
//! - a run of pauses of one length, for timers that scatter on purpose (45 to 75 s): the longest run against a share
//!   that no honest series measured came near
//! - a run of equal readings, where idle time was only looked at now and then

use std::f64::consts::TAU;

/// Most false alarms of a series of a day: one honest day in ten thousand.
pub const ALPHA: f64 = 1e-4;

/// Input is looked at where it follows a pause of at least these seconds: within bursts a hand sets the pace.
const PAUSE_SECONDS: f64 = 5.0;

/// Seconds of a stretch of which one spectrum is taken: software timers lose their phase when somebody works.
const STRETCH_SECONDS: f64 = 3600.0;

/// Shortest and longest period that is looked for, seconds.
const PERIODS: (f64, f64) = (8.0, 150.0);

/// What a series of input says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rhythm {
    /// Moments of input after a pause.
    pub moments: usize,
    /// Hours from the first to the last.
    pub hours: f64,
    /// The period that stands out, in seconds.
    pub period_seconds: Option<f64>,
    /// How likely an honest series has as much, after correction; 1 where nothing stands out.
    pub false_alarm: f64,
    /// Which test it was.
    pub test: &'static str,
}

impl Rhythm {
    /// Whether it is as regular as a timer.
    #[must_use]
    pub fn is_timer(&self) -> bool {
        self.period_seconds.is_some() && self.false_alarm < ALPHA
    }
}

/// Looks for a timer among moments of input, in seconds from any beginning and in any order.
#[must_use]
pub fn of_moments(moments: &[f64]) -> Rhythm {
    let mut sorted: Vec<f64> = moments.iter().copied().filter(|time| time.abs() < FARTHEST_SECONDS).collect();
    sorted.sort_by(f64::total_cmp);
    let lone: Vec<f64> =
        sorted.windows(2).filter(|pair| pair[1] - pair[0] >= PAUSE_SECONDS).map(|pair| pair[1]).collect();
    let hours = match (sorted.first(), sorted.last()) {
        (Some(first), Some(last)) => (last - first) / 3600.0,
        _ => 0.0,
    };
    let nothing = Rhythm { moments: lone.len(), hours, false_alarm: 1.0, ..Rhythm::default() };
    // Two tests were made. A train of pulses has all its harmonics in the spectrum; a run has its own length.
    let found: Vec<_> = [runs(&sorted), spectrum(&lone)]
        .into_iter()
        .flatten()
        .map(|(period, p, test)| (period, (2.0 * p).min(1.0), test))
        .collect();
    let first_sure = found.iter().find(|(_, p, _)| *p < ALPHA);
    match first_sure.or_else(|| found.iter().min_by(|a, b| a.1.total_cmp(&b.1))) {
        Some((period, p, test)) => Rhythm { period_seconds: Some(*period), false_alarm: *p, test, ..nothing },
        None => nothing,
    }
}

/// Times beyond this are no times; the steps of a clock there are longer than a second.
const FARTHEST_SECONDS: f64 = 1e12;

/// Looks for a timer in readings of idle time: pairs of the moment of the reading and the idle seconds read.
#[must_use]
pub fn of_readings(readings: &[(f64, f64)]) -> Rhythm {
    let mut sorted: Vec<(f64, f64)> = readings
        .iter()
        .copied()
        .filter(|(time, idle)| time.abs() < FARTHEST_SECONDS && (0.0..1e9).contains(idle))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut steps: Vec<f64> = sorted.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    steps.sort_by(f64::total_cmp);
    let step = steps.get(steps.len() / 2).copied().unwrap_or(f64::MAX);
    if step <= PAUSE_SECONDS {
        // Read often enough, the readings tell every moment of input.
        let mut moments: Vec<f64> = Vec::new();
        for (time, idle) in sorted {
            let moment = time - idle;
            if moments.last().is_none_or(|last| moment - last > step.max(1.0)) {
                moments.push(moment);
            }
        }
        return of_moments(&moments);
    }
    let hours = match (sorted.first(), sorted.last()) {
        (Some(first), Some(last)) => (last.0 - first.0) / 3600.0,
        _ => 0.0,
    };
    // Two readings that both follow input at once say that somebody works, not that a timer runs.
    let mut longest = 0;
    let mut run = 0;
    let mut base = f64::NAN;
    for (_, idle) in &sorted {
        let is_same = (idle - base).abs() <= READING_TOLERANCE_SECONDS && *idle >= 3.0;
        run = if is_same { run + 1 } else { 1 };
        if !is_same {
            base = *idle;
        }
        longest = longest.max(if base >= 3.0 { run } else { 0 });
    }
    let p = run_probability(sorted.len(), longest, READING_SHARE);
    let period = (longest >= 2).then_some(step);
    Rhythm { moments: sorted.len(), hours, period_seconds: period, false_alarm: p, test: "equal readings" }
}

/// How far readings of one run may be apart, and the share of neighbours of honest readings that are so close: readings
/// of people at work spread over seconds to minutes.
const READING_TOLERANCE_SECONDS: f64 = 1.0;
const READING_SHARE: f64 = 0.35;

/// The clearest timer in the spectra of all stretches: period and the chance of it.
fn spectrum(lone: &[f64]) -> Option<(f64, f64, &'static str)> {
    let (first, last) = (*lone.first()?, *lone.last()?);
    let mut best: Option<(f64, f64)> = None;
    let mut stretches = 0.0;
    let mut from = 0;
    let mut begin = first;
    while begin <= last {
        let end = begin + STRETCH_SECONDS;
        let until = from + lone[from..].iter().take_while(|time| **time < end).count();
        let part = &lone[from..until];
        // Fewer cannot make a line: five moments fit some period by chance.
        if part.len() >= 20 {
            stretches += 1.0;
            if let Some((period, p)) = clearest_comb(part)
                && best.is_none_or(|(_, known)| p < known)
            {
                best = Some((period, p));
            }
        }
        from = until;
        // Hours without any input are passed over at once.
        begin = if part.is_empty() { lone.get(from).copied().unwrap_or(f64::MAX).max(end) } else { end };
    }
    best.map(|(period, p)| (period, (p * stretches).min(1.0), "lines in the spectrum"))
}

/// Overtones that are looked at: a timer has them all, as high as its own line.
const OVERTONES: usize = 3;

/// How far above its surroundings the line of honest work and of its overtones can stand. Work that is paced by a queue
/// or a belt is a renewal process, with the spectrum (1 - |c|²) / |1 - c|² where c is the characteristic function of its
/// pauses (D. R. Cox and P. A. W. Lewis, The statistical analysis of series of events, 1966, section 4.6). For pauses that
/// scatter by 15 % of the beat (steadier than any paced work that we know of; judgement) c is exp(-2 π² 0.15² k²).
const HONEST: [f64; OVERTONES] = [4.57, 1.41, 1.04];

/// Frequencies are counted in thirds of the width of one line, so that the highest overtone is not stepped over.
const THIRDS: usize = 3 * STRETCH_SECONDS as usize;
const FUNDAMENTALS: std::ops::RangeInclusive<usize> =
    THIRDS / PERIODS.1 as usize..=THIRDS / PERIODS.0 as usize;

/// The clearest fundamental of one stretch and its chance. Its line and each overtone, evened out and divided by what
/// honest work can have, are exponential and independent; the least of them exceeds t with chance exp(-t · overtones).
fn clearest_comb(times: &[f64]) -> Option<(f64, f64)> {
    let plain = ordinates(times);
    let mut best: Option<(usize, f64)> = None;
    for place in FUNDAMENTALS {
        let least = |height: &dyn Fn(usize) -> f64| {
            (1..=OVERTONES)
                .map(|overtone| height(place * overtone) / HONEST[overtone - 1])
                .fold(f64::MAX, f64::min)
        };
        let is_better = |found: f64| best.is_none_or(|(_, known)| found > known);
        // The surroundings only lower it: most places are passed over without them.
        if !is_better(least(&|at| plain[at])) {
            continue;
        }
        let found = least(&|at| plain[at] / level(&plain, at));
        if is_better(found) {
            best = Some((place, found));
        }
    }
    let (place, least) = best?;
    let tried = number(FUNDAMENTALS.count());
    let p = (tried * (-least * number(OVERTONES)).exp()).min(1.0);
    Some((number(THIRDS) / number(place), p))
}

/// The periodogram of the moments, from no frequency to the highest overtone.
fn ordinates(times: &[f64]) -> Vec<f64> {
    let count = FUNDAMENTALS.end() * OVERTONES + 1;
    let mut sums = vec![(0.0, 0.0); count];
    for time in times {
        // Each frequency turns the moment a step further round.
        let (step_sine, step_cosine) = (TAU * (time - times[0]) / number(THIRDS)).sin_cos();
        let (mut sine, mut cosine) = (0.0, 1.0);
        for (real, imaginary) in &mut sums {
            *real += cosine;
            *imaginary += sine;
            (sine, cosine) =
                (sine * step_cosine + cosine * step_sine, cosine * step_cosine - sine * step_sine);
        }
    }
    let n = number(times.len());
    sums.into_iter().map(|(real, imaginary): (f64, f64)| (real * real + imaginary * imaginary) / n).collect()
}

/// The level around a frequency, by the median of those near it, so that bursts and trends have no line of their own. The
/// median of an exponential is its mean times ln 2. A comb may itself be the level: never less than what moments without
/// order have, which is 1.
fn level(plain: &[f64], place: usize) -> f64 {
    const AROUND: usize = 90;
    let mut near: Vec<f64> =
        plain[place.saturating_sub(AROUND)..(place + AROUND + 1).min(plain.len())].to_vec();
    let middle = near.len() / 2;
    let (_, median, _) = near.select_nth_unstable_by(middle, f64::total_cmp);
    (*median / std::f64::consts::LN_2).max(1.0)
}

/// Widths of runs: how far the longest pause may be above the shortest, and the share of honest pauses that follow one
/// another so closely. A timer with a fixed period, and one that scatters from 45 to 75 s. Honest paced work (a scan
/// every twelve seconds) has a fifth of scatter; four in five of its pauses then fall within the wide bounds, so that a
/// scattering timer is only told after an hour and a half of nothing else.
const WIDTHS: [(f64, f64); 2] = [(1.08, 0.30), (1.72, 0.83)];

/// The longest run of pauses of about one length.
fn runs(sorted: &[f64]) -> Option<(f64, f64, &'static str)> {
    let pauses: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut best: Option<(f64, f64, &'static str)> = None;
    for (width, share) in WIDTHS {
        let mut from = 0;
        let (mut longest, mut at) = (0, 0);
        for to in 0..pauses.len() {
            if !(PERIODS.0..=PERIODS.1).contains(&pauses[to]) {
                from = to + 1;
                continue;
            }
            while bounds(&pauses[from..=to]) > width {
                from += 1;
            }
            if to + 1 - from > longest {
                (longest, at) = (to + 1 - from, from);
            }
        }
        if longest < 2 {
            continue;
        }
        // Both widths were tried.
        let p = (2.0 * run_probability(pauses.len(), longest, share)).min(1.0);
        let mean = pauses[at..at + longest].iter().sum::<f64>() / number(longest);
        if best.is_none_or(|(_, known, _)| p < known) {
            best = Some((mean, p, "run of equal pauses"));
        }
    }
    best
}

/// Longest by shortest.
fn bounds(pauses: &[f64]) -> f64 {
    let most = pauses.iter().copied().fold(0.0, f64::max);
    let least = pauses.iter().copied().fold(f64::MAX, f64::min);
    most / least
}

/// Bound on the chance of a run of at least `run` among `count`, where each follows with chance `share`.
fn run_probability(count: usize, run: usize, share: f64) -> f64 {
    let exponent = number(run.saturating_sub(1));
    (number(count) * share.powf(exponent)).min(1.0)
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// What the pauses between keystrokes say, in milliseconds; nothing about which keys.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Typing {
    /// Pauses that were looked at (at most a second long: within a word).
    pub count: usize,
    /// Step that the pauses are multiples of, where there is one coarser than the clock.
    pub step_ms: Option<f64>,
    /// Chance of it among pauses without a step.
    pub false_alarm: f64,
    /// Spread by mean: hands have more than a quarter.
    pub spread: f64,
    /// As even as no hand types: text that was sent, not typed.
    pub is_sent: bool,
}

/// Fewest pauses that say anything.
const TYPED_MIN: usize = 60;

/// Looks at pauses between keystrokes. A step of 8 ms alone is innocent: slow keyboards are asked as seldom.
#[must_use]
pub fn of_typing(pauses_ms: &[f64]) -> Option<Typing> {
    const STEPS: [f64; 5] = [4.0, 8.0, 10.0, 16.0, 20.0];
    let near: Vec<f64> = pauses_ms.iter().copied().filter(|pause| *pause > 0.0 && *pause <= 1000.0).collect();
    if near.len() < TYPED_MIN {
        return None;
    }
    let n = number(near.len());
    // The clock of the record: a step that the clock makes says nothing of the hand.
    let clock = [1.0, 10.0, 15.625, 16.0]
        .into_iter()
        .rev()
        .find(|tick| near.iter().all(|pause| (pause / tick - (pause / tick).round()).abs() < 1e-3))
        .unwrap_or(0.0);
    let strength = |step: f64| {
        let (mut real, mut imaginary) = (0.0, 0.0);
        for pause in &near {
            let (sine, cosine) = (TAU * pause / step).sin_cos();
            real += cosine;
            imaginary += sine;
        }
        (real * real + imaginary * imaginary) / n
    };
    let lines = STEPS.iter().filter(|step| **step > 2.0 * clock).map(|step| (*step, strength(*step)));
    let best = lines.max_by(|a, b| a.1.total_cmp(&b.1));
    let p = best.map_or(1.0, |(_, z)| (number(STEPS.len()) * (-z).exp()).min(1.0));
    let mean = near.iter().sum::<f64>() / n;
    let spread = (near.iter().map(|pause| (pause - mean).powi(2)).sum::<f64>() / n).sqrt() / mean;
    Some(Typing {
        count: near.len(),
        step_ms: best.filter(|_| p < ALPHA).map(|(step, _)| step),
        false_alarm: p,
        spread,
        is_sent: spread < 0.1,
    })
}

/// The floor of the time from key to screen, in milliseconds: the twentieth part of the smallest. `None` for fewer than
/// fifty. A local keyboard has tens; a far one cannot have less than the way there and back.
#[must_use]
pub fn echo_floor(echo_ms: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> =
        echo_ms.iter().copied().filter(|echo| echo.is_finite() && *echo >= 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    (sorted.len() >= 50).then(|| sorted[sorted.len() / 20])
}

/// Floor above which a keyboard is not at the computer, milliseconds: as a large employer reported of a case (2025).
pub const FAR_ECHO_MS: f64 = 110.0;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn every(period: f64, hours: f64, scatter: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut times = Vec::new();
        let mut at = 0.0;
        while at < hours * 3600.0 {
            times.push(at);
            at += period + scatter(times.len());
        }
        times
    }

    #[test]
    fn timers_are_found_and_their_period_is_told() {
        for period in [15.0, 20.0, 33.3, 60.0] {
            let found = of_moments(&every(period, 2.0, |_| 0.0));
            assert!(found.is_timer(), "{period}: {found:?}");
            let told = found.period_seconds.unwrap();
            let ratio = (period / told).max(told / period);
            assert!((ratio - ratio.round()).abs() < 0.05, "{period}: {found:?}");
        }
        let scattered = of_moments(&every(45.0, 4.0, |n| {
            f64::from((n as u32).wrapping_mul(2_654_435_761) >> 8) / 559_240.0
        }));
        assert!(scattered.is_timer(), "{scattered:?}");
        assert!((45.0..76.0).contains(&scattered.period_seconds.unwrap()));
    }

    #[test]
    fn readings_that_a_timer_leaves_are_equal() {
        // A look every minute at a timer of twenty seconds: the same seven seconds each time.
        let timer: Vec<(f64, f64)> = (0..120).map(|n| (f64::from(n) * 60.0, 7.0)).collect();
        assert!(of_readings(&timer).is_timer());
        let busy: Vec<(f64, f64)> = (0..480).map(|n| (f64::from(n) * 60.0, f64::from(n % 2))).collect();
        assert!(!of_readings(&busy).is_timer(), "somebody who types all the time");
        let close: Vec<(f64, f64)> = (0..7200u32).map(|n| (f64::from(n), f64::from(n % 20))).collect();
        assert!(of_readings(&close).is_timer());
    }

    #[test]
    fn nothing_is_made_of_too_little() {
        assert!(!of_moments(&[]).is_timer());
        assert!(!of_moments(&[0.0, 20.0, 40.0, 60.0]).is_timer());
        assert!(!of_readings(&[(0.0, 1.0)]).is_timer());
        assert_eq!(of_typing(&[100.0; 10]), None);
        assert_eq!(echo_floor(&[20.0; 10]), None);
    }

    #[test]
    fn sent_text_and_steps_are_seen() {
        let sent: Vec<f64> = (0..200).map(|n| 8.0 * f64::from(1 + n % 2) + 96.0).collect();
        let found = of_typing(&sent.iter().map(|pause| pause + 0.25).collect::<Vec<_>>()).unwrap();
        assert!(found.is_sent && found.step_ms.is_some(), "{found:?}");
        let hand: Vec<f64> =
            (0..400u32).map(|n| 60.0 + f64::from(n.wrapping_mul(2_654_435_761) >> 8) / 70_000.0).collect();
        let found = of_typing(&hand).unwrap();
        assert!(!found.is_sent && found.step_ms.is_none(), "{found:?}");
        let floor = echo_floor(&(0..100).map(|n| 140.0 + f64::from(n)).collect::<Vec<_>>()).unwrap();
        assert!(floor > FAR_ECHO_MS);
    }

    proptest! {
        #[test]
        fn any_numbers_are_looked_at(times in proptest::collection::vec(any::<f64>(), 0..200)) {
            let _ = of_moments(&times);
            let _ = of_typing(&times);
            let _ = echo_floor(&times);
            let pairs: Vec<(f64, f64)> = times.windows(2).map(|pair| (pair[0], pair[1])).collect();
            let _ = of_readings(&pairs);
        }
    }
}
