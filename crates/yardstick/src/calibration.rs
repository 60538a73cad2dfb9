//! Whether a probability of 20 % is right one time in five.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One person with what was said and what is so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Natural logarithm of the odds.
    pub logit: f64,
    /// Positive.
    pub is: bool,
}

/// A line through log-odds: `logit(q) = intercept + slope · logit(p)`. As a calibrator it is fitted on development
/// worlds and applied to others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Slope: 1 where odds are neither too bold (below 1) nor too timid (above).
    pub slope: f64,
    /// Intercept: 0 where nothing is shifted.
    pub intercept: f64,
}

impl Line {
    /// Forecasts moved along the line.
    #[must_use]
    pub fn apply(self, list: &[Forecast]) -> Vec<Forecast> {
        let moved = |one: &Forecast| Forecast { logit: self.intercept + self.slope * one.logit, ..*one };
        list.iter().map(moved).collect()
    }
}

/// People whose forecasts lie in one band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Band {
    /// Lowest probability of the band.
    pub from: f64,
    /// People.
    pub people: u64,
    /// Positives to expect: the sum of the probabilities.
    pub expected: f64,
    /// Positives.
    pub observed: u64,
}

/// How forecasts hold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Calibration {
    /// Cox's line; missing where no line fits best, as with nobody, with one kind of people only, or where a
    /// threshold parts all positives from all innocents.
    pub line: Option<Line>,
    /// People with a probability of at least 1 %.
    pub people: u64,
    /// Positives among them.
    pub observed: u64,
    /// Positives to expect among them.
    pub expected: f64,
    /// `observed / expected`.
    pub observed_per_expected: Option<f64>,
    /// `1 - log-loss / log-loss of saying the share of positives of everybody`: 1 is perfect, below 0 worse than
    /// that.
    pub log_loss_skill: Option<f64>,
    /// By probability.
    pub bands: Vec<Band>,
}

/// Probabilities from which a forecast counts in `observed / expected`.
const SPOKEN: f64 = 0.01;
const BANDS: [f64; 8] = [0.0, 0.001, 0.01, 0.05, 0.15, 0.35, 0.65, 0.9];
/// Beyond this, odds are certainty in 64-bit numbers.
const MOST: f64 = 36.0;

fn probability(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// Measures forecasts.
#[must_use]
pub fn measure(list: &[Forecast]) -> Calibration {
    let spoken: Vec<_> = list.iter().filter(|one| probability(one.logit) >= SPOKEN).collect();
    let expected: f64 = spoken.iter().map(|one| probability(one.logit)).sum();
    let observed = spoken.iter().filter(|one| one.is).count() as u64;
    Calibration {
        line: cox(list),
        people: spoken.len() as u64,
        observed,
        expected,
        observed_per_expected: (expected > 0.0).then(|| observed as f64 / expected),
        log_loss_skill: skill(list),
        bands: bands(list),
    }
}

fn bands(list: &[Forecast]) -> Vec<Band> {
    let mut out: Vec<Band> =
        BANDS.iter().map(|from| Band { from: *from, people: 0, expected: 0.0, observed: 0 }).collect();
    for one in list {
        let p = probability(one.logit);
        if let Some(band) = out.iter_mut().rev().find(|band| p >= band.from) {
            band.people += 1;
            band.expected += p;
            band.observed += u64::from(one.is);
        }
    }
    out
}

/// Skill of the logarithmic score against the share of positives. Good, "Rational decisions", JRSS B 14 (1952); skill as
/// in Wilks, "Statistical Methods in the Atmospheric Sciences".
fn skill(list: &[Forecast]) -> Option<f64> {
    let share = list.iter().filter(|one| one.is).count() as f64 / list.len() as f64;
    if list.is_empty() || share == 0.0 || share == 1.0 {
        return None;
    }
    // log(1 + e^-x), without overflow
    let loss = |x: f64| if x > 0.0 { (-x).exp().ln_1p() } else { -x + x.exp().ln_1p() };
    let sum: f64 =
        list.iter().map(|one| loss(if one.is { one.logit } else { -one.logit }.clamp(-MOST, MOST))).sum();
    let base = -(share * share.ln() + (1.0 - share) * (1.0 - share).ln());
    Some(1.0 - sum / list.len() as f64 / base)
}

/// Slope and intercept of the logistic regression of what is so on the log-odds that were said. Cox, "Two further
/// applications of a model for binary regression", Biometrika 45 (1958). By Newton's method with halved steps.
#[must_use]
pub fn cox(list: &[Forecast]) -> Option<Line> {
    let points: Vec<(f64, f64)> =
        list.iter().map(|one| (one.logit.clamp(-MOST, MOST), f64::from(u8::from(one.is)))).collect();
    if !has_optimum(&points) {
        return None;
    }
    let likelihood = |line: Line| -> f64 {
        let one = |&(x, y): &(f64, f64)| {
            let z = line.intercept + line.slope * x;
            y * z - if z > 0.0 { z + (-z).exp().ln_1p() } else { z.exp().ln_1p() }
        };
        points.iter().map(one).sum()
    };
    let mut line = Line { slope: 1.0, intercept: 0.0 };
    let mut best = likelihood(line);
    for _ in 0..200 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (x, y) in &points {
            let p = probability(line.intercept + line.slope * x);
            let w = p * (1.0 - p);
            (g0, g1) = (g0 + y - p, g1 + (y - p) * x);
            (h00, h01, h11) = (h00 + w, h01 + w * x, h11 + w * x * x);
        }
        let determinant = h00 * h11 - h01 * h01;
        if !determinant.is_finite() || determinant.abs() < 1e-14 {
            return None;
        }
        let (d0, d1) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
        let mut step = 1.0;
        let moved = loop {
            let next = Line { slope: line.slope + step * d1, intercept: line.intercept + step * d0 };
            let value = likelihood(next);
            if value >= best {
                (line, best) = (next, value);
                break true;
            }
            step *= 0.5;
            if step < 1e-10 {
                break false;
            }
        };
        if !moved || (d0 * step).abs().max((d1 * step).abs()) < 1e-10 {
            break;
        }
    }
    Some(line).filter(|line| line.slope.is_finite() && line.intercept.is_finite())
}

/// Whether a line of best fit exists: no score parts the two kinds, in either direction. Albert and Anderson, "On the
/// existence of maximum likelihood estimates in logistic regression models", Biometrika 71 (1984).
fn has_optimum(points: &[(f64, f64)]) -> bool {
    let (mut one, mut other) = ((f64::INFINITY, f64::NEG_INFINITY), (f64::INFINITY, f64::NEG_INFINITY));
    for (x, y) in points {
        let range = if *y > 0.5 { &mut one } else { &mut other };
        *range = (range.0.min(*x), range.1.max(*x));
    }
    one.0 < other.1 && other.0 < one.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `positives` of `people` at each probability.
    fn table(rows: &[(f64, u32, u32)]) -> Vec<Forecast> {
        let mut out = Vec::new();
        for (p, people, positives) in rows {
            let logit = (p / (1.0 - p)).ln();
            out.extend((0..*people).map(|at| Forecast { logit, is: at < *positives }));
        }
        out
    }

    #[test]
    fn two_points_lie_on_their_own_line() {
        // With two scores the fit is exact: said 20 % and 80 %, seen 30 % and 60 %.
        let line = cox(&table(&[(0.2, 100, 30), (0.8, 100, 60)])).unwrap();
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let slope = (logit(0.6) - logit(0.3)) / (logit(0.8) - logit(0.2));
        assert!((line.slope - slope).abs() < 1e-8, "{line:?}");
        assert!((line.intercept - (logit(0.3) - slope * logit(0.2))).abs() < 1e-8, "{line:?}");
    }

    #[test]
    fn what_holds_has_slope_one_and_no_shift() {
        let list = table(&[(0.1, 1000, 100), (0.5, 200, 100), (0.9, 500, 450)]);
        let measured = measure(&list);
        let line = measured.line.unwrap();
        assert!((line.slope - 1.0).abs() < 1e-8 && line.intercept.abs() < 1e-8, "{line:?}");
        assert_eq!((measured.people, measured.observed), (1700, 650));
        assert!((measured.observed_per_expected.unwrap() - 1.0).abs() < 1e-9);
        let skill = measured.log_loss_skill.unwrap();
        let entropy = |p: f64| -(p * p.ln() + (1.0 - p) * (1.0 - p).ln());
        let loss = (1500.0 * entropy(0.1) + 200.0 * entropy(0.5)) / 1700.0;
        assert!((skill - (1.0 - loss / entropy(650.0 / 1700.0))).abs() < 1e-9, "{skill}");
        // the calibrator undoes what was done to the odds
        let bold = Line { slope: 2.0, intercept: 1.0 }.apply(&list);
        let back = cox(&bold).unwrap();
        assert!((back.slope - 0.5).abs() < 1e-8 && (back.intercept + 0.5).abs() < 1e-8, "{back:?}");
        assert!((cox(&back.apply(&bold)).unwrap().slope - 1.0).abs() < 1e-6);
    }

    #[test]
    fn where_a_threshold_parts_them_no_line_is_claimed() {
        assert_eq!(cox(&table(&[(0.1, 50, 0), (0.9, 5, 5)])), None);
        assert_eq!(cox(&table(&[(0.1, 50, 0)])), None);
        assert_eq!(cox(&[]), None);
        assert_eq!(measure(&[]).log_loss_skill, None);
    }

    #[test]
    fn bands_hold_everybody_once() {
        let bands = measure(&table(&[(0.0005, 10, 0), (0.01, 4, 1), (0.95, 3, 3)])).bands;
        assert_eq!(bands.iter().map(|band| band.people).sum::<u64>(), 17);
        assert_eq!((bands[2].people, bands[2].observed, bands[7].people), (4, 1, 3));
    }
}
