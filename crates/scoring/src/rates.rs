//! How often honest and fraudulent engagements show a thing, and the weight in bits that follows.
//!
//! The honest rate is a shipped mean worth 200 people, moved by what this company shows. Three things keep
//! a company with many fraudulent engagements from defining its own normal: a circle (ring, farm, small
//! site, household) counts once; people on whom *other* groups already speak strongly are left out; and the
//! share of fraud that the prior itself expects is taken off the count.

use std::collections::BTreeMap;

use model::Tier;
use statrs::function::beta::checked_beta_reg;

use crate::input::{Band, IndicatorMeta};

/// The shipped mean is worth this many people.
pub const REFERENCE_PEOPLE: f64 = 200.0;
/// Below this many people a tenure band is merged with its neighbours.
pub const BAND_MIN: u64 = 50;
/// No rate is believed to be smaller or larger than this.
pub const RATE_FLOOR: f64 = 1e-5;
/// Silence of one indicator never weighs more than this.
pub const SILENT_FLOOR: i64 = -2_000;
/// All silence together never weighs more: absence of traces is cheap for a careful operator.
pub const SILENT_TOTAL_FLOOR: i64 = -4_000;
/// Where a T1 or T2 stands it weighs less: what one careful person does not show hangs together, and one T1 that stands must
/// be able to open a case in spite of it.
pub const SILENT_BESIDE_STRONG: i64 = -1_500;

/// Largest weight of a tier, in milli-bits.
#[must_use]
pub fn clamp_of(tier: Tier) -> i64 {
    match tier {
        Tier::T1 => 10_000,
        Tier::T2 => 6_000,
        Tier::T3 => 3_000,
        Tier::T4 => 300,
    }
}

/// Bits as integer milli-bits.
#[must_use]
pub fn milli(bits: f64) -> i64 {
    if bits.is_finite() { (bits * 1000.0).round() as i64 } else { 0 }
}

/// Quantile of a Beta distribution, by bisection: slow and sure, also where the first parameter is far
/// below 1.
#[must_use]
pub fn beta_quantile(alpha: f64, beta: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        match checked_beta_reg(alpha, beta, middle) {
            Ok(below) if below < p => low = middle,
            _ => high = middle,
        }
    }
    (0.5 * (low + high)).clamp(RATE_FLOOR, 1.0 - RATE_FLOOR)
}

/// Rate among fraudulent engagements: the 10 % lower bound of its prior.
#[must_use]
pub fn fraud_rate(meta: &IndicatorMeta) -> f64 {
    beta_quantile(meta.fraud.alpha, meta.fraud.beta, 0.10)
}

/// Rate among honest engagements: the 90 % upper bound of reference plus count, never below its own mean.
#[must_use]
pub fn honest_rate(meta: &IndicatorMeta, k: f64, n: f64) -> f64 {
    let a = REFERENCE_PEOPLE * meta.honest.mean + k;
    let b = REFERENCE_PEOPLE * (1.0 - meta.honest.mean) + (n - k).max(0.0);
    beta_quantile(a, b, 0.90).max((a / (a + b)).clamp(RATE_FLOOR, 1.0 - RATE_FLOOR))
}

/// Weight of an indicator that fired: moved by what decisions taught, never negative, clamped by tier.
#[must_use]
pub fn fired_weight(meta: &IndicatorMeta, r: f64, q: f64) -> i64 {
    (milli((r / q).log2()) + meta.shift).clamp(0, clamp_of(meta.tier))
}

/// Weight of an indicator that looked and was silent: never positive.
#[must_use]
pub fn silent_weight(tier: Tier, r: f64, q: f64) -> i64 {
    milli(((1.0 - r) / (1.0 - q)).log2()).clamp(SILENT_FLOOR.max(-clamp_of(tier)), 0)
}

/// What decay leaves of a weight.
#[must_use]
pub fn decayed(weight: i64, age_days: f64, half_life_days: Option<f64>) -> i64 {
    match half_life_days {
        Some(days) if days > 0.0 => (weight as f64 * (-age_days.max(0.0) / days).exp2()).round() as i64,
        _ => weight,
    }
}

/// Fired and able, counted in people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    k: u64,
    n: u64,
}

impl Count {
    /// A circle counts once among those that fired: its other fired members are as if not there.
    fn once(self) -> Self {
        let k = self.k.min(1);
        Self { k, n: self.n - self.k + k }
    }
}

/// One indicator's counts, ready to leave any circle out.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    total: BTreeMap<Band, Count>,
    circles: BTreeMap<(Band, usize), Count>,
    /// People left out.
    pub left_out: u64,
    cache: BTreeMap<(u64, u64, u64), f64>,
}

impl Counts {
    /// Counts `(band, circle, fired)` of everybody able to be seen and not left out.
    #[must_use]
    pub fn new(people: impl Iterator<Item = (Band, usize, bool)>, left_out: u64) -> Self {
        let mut counts = Self { left_out, ..Self::default() };
        for (band, circle, fired) in people {
            let count = counts.circles.entry((band, circle)).or_default();
            count.n += 1;
            count.k += u64::from(fired);
        }
        for ((band, _), count) in &counts.circles {
            let total = counts.total.entry(*band).or_default();
            total.k += count.once().k;
            total.n += count.once().n;
        }
        counts
    }

    /// Count of some bands without one circle.
    fn of(&self, bands: &[Band], without: Option<usize>) -> Count {
        let mut sum = Count::default();
        for band in bands {
            let total = self.total.get(band).copied().unwrap_or_default();
            let own = without.and_then(|circle| self.circles.get(&(*band, circle)));
            let own = own.map_or_else(Count::default, |count| count.once());
            sum.k += total.k - own.k;
            sum.n += total.n - own.n;
        }
        sum
    }

    /// `k` and `n` for a person of a band, without that person's own circle; bands merge while small.
    #[must_use]
    pub fn for_band(&self, band: Band, without: Option<usize>) -> (u64, u64) {
        let wider: [&[Band]; 3] = match band {
            Band::New => [&[Band::New], &[Band::New, Band::Settling], &Band::ALL],
            Band::Settling => [&[Band::Settling], &[Band::New, Band::Settling], &Band::ALL],
            Band::Settled => [&[Band::Settled], &[Band::Settling, Band::Settled], &Band::ALL],
        };
        for bands in wider {
            let count = self.of(bands, without);
            if count.n >= BAND_MIN {
                return (count.k, count.n);
            }
        }
        let all = self.of(&Band::ALL, without);
        (all.k, all.n)
    }

    /// The honest rate for `k` of `n`, with the fraud that the prior expects taken off `k`.
    pub fn rate(&mut self, meta: &IndicatorMeta, prior: f64, k: u64, n: u64) -> f64 {
        *self.cache.entry((k, n, prior.to_bits())).or_insert_with(|| {
            let mean = meta.fraud.alpha / (meta.fraud.alpha + meta.fraud.beta);
            let expected = prior * n as f64 * mean;
            honest_rate(meta, (k as f64 - expected).max(0.0), n as f64)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_of_known_distributions() {
        assert!((beta_quantile(1.0, 1.0, 0.9) - 0.9).abs() < 1e-9);
        // Beta(2, 1) has cdf x²
        assert!((beta_quantile(2.0, 1.0, 0.25) - 0.5).abs() < 1e-9);
        let tiny = beta_quantile(0.1, 199.9, 0.9);
        assert!((1e-4..2e-3).contains(&tiny), "{tiny}");
    }

    #[test]
    fn circle_counts_once_and_own_circle_is_left_out() {
        let ring = (0..10).map(|_| (Band::Settled, 1, true));
        let rest = (2..102).map(|circle| (Band::Settled, circle, false));
        let counts = Counts::new(ring.chain(rest), 0);
        assert_eq!(counts.for_band(Band::Settled, None), (1, 101));
        assert_eq!(counts.for_band(Band::Settled, Some(1)), (0, 100));
    }

    #[test]
    fn small_bands_merge() {
        let new = (0..10).map(|circle| (Band::New, circle, circle == 0));
        let old = (10..110).map(|circle| (Band::Settled, circle, false));
        let counts = Counts::new(new.chain(old), 0);
        assert_eq!(counts.for_band(Band::New, None), (1, 110));
        assert_eq!(counts.for_band(Band::Settled, None), (0, 100));
    }

    #[test]
    fn decay_halves() {
        assert_eq!(decayed(4000, 60.0, Some(60.0)), 2000);
        assert_eq!(decayed(4000, 60.0, None), 4000);
        assert_eq!(decayed(4000, -5.0, Some(60.0)), 4000);
    }
}
