//! Exact bounds of counts and rates.

use schemars::JsonSchema;
use serde::Serialize;
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::checked_gamma_lr;

/// One-sided confidence of every bound that a claim rests on.
pub const CONFIDENCE: f64 = 0.95;

/// Finds where a growing function passes a value.
fn passes(mut low: f64, mut high: f64, value: f64, of: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if of(middle) < value { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Quantile of a Beta distribution.
#[must_use]
pub fn beta_quantile(alpha: f64, beta: f64, p: f64) -> f64 {
    passes(0.0, 1.0, p, |x| checked_beta_reg(alpha, beta, x).unwrap_or(0.0))
}

/// Upper one-sided bound of a share: `k` of `n` were seen. Clopper and Pearson, "The use of confidence or fiducial
/// limits illustrated in the case of the binomial", Biometrika 26 (1934).
#[must_use]
pub fn share_upper(k: u64, n: u64) -> f64 {
    if k >= n { 1.0 } else { beta_quantile(k as f64 + 1.0, (n - k) as f64, CONFIDENCE) }
}

/// Lower one-sided bound of a share; source as [`share_upper`].
#[must_use]
pub fn share_lower(k: u64, n: u64) -> f64 {
    if k == 0 || n == 0 { 0.0 } else { beta_quantile(k as f64, (n - k) as f64 + 1.0, 1.0 - CONFIDENCE) }
}

/// Upper one-sided bound of the mean of a Poisson count of which `k` were seen: half the chi-square quantile with
/// `2 (k + 1)` degrees of freedom. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
#[must_use]
pub fn count_upper(k: u64) -> f64 {
    let shape = k as f64 + 1.0;
    passes(0.0, 10.0 * shape + 20.0, CONFIDENCE, |x| checked_gamma_lr(shape, x).unwrap_or(0.0))
}

/// A share with its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// Seen.
    pub k: u64,
    /// Of so many.
    pub n: u64,
    /// `k / n`; missing where `n` is 0.
    pub value: Option<f64>,
    /// Lower one-sided 95 % bound.
    pub low: f64,
    /// Upper one-sided 95 % bound.
    pub high: f64,
}

impl Share {
    /// `k` of `n`.
    #[must_use]
    pub fn of(k: u64, n: u64) -> Self {
        let value = (n > 0).then(|| k as f64 / n as f64);
        Self { k, n, value, low: share_lower(k, n), high: share_upper(k, n) }
    }

    /// How many of a list are so.
    pub fn among<T>(list: impl IntoIterator<Item = T>, is_so: impl Fn(&T) -> bool) -> Self {
        let (mut k, mut n) = (0, 0);
        for item in list {
            n += 1;
            k += u64::from(is_so(&item));
        }
        Self::of(k, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-5 * b.abs().max(1.0)
    }

    #[test]
    fn clopper_and_pearson_as_published() {
        // 0 of n has the closed form 1 - 0.05^(1/n); 1 of 10 and 5 of 10 as every table of the 90 % interval has them.
        assert!(near(share_upper(0, 300), 1.0 - 0.05_f64.powf(1.0 / 300.0)));
        assert!(near(share_upper(1, 10), 0.39416), "{}", share_upper(1, 10));
        assert!(near(share_lower(1, 10), 0.005116), "{}", share_lower(1, 10));
        assert!(near(share_lower(5, 10), 0.22244), "{}", share_lower(5, 10));
        assert!(near(share_lower(10, 10), 0.05_f64.powf(0.1)));
        assert_eq!((share_upper(3, 3), share_lower(0, 9), share_upper(0, 0)), (1.0, 0.0, 1.0));
    }

    #[test]
    fn garwood_as_published_and_the_rule_of_three() {
        assert!(near(count_upper(0), 2.99573), "{}", count_upper(0));
        assert!(near(count_upper(1), 4.74386), "{}", count_upper(1));
        assert!(near(count_upper(10), 16.9622), "{}", count_upper(10));
        // zero in 30,000 worker-months just claims 1 in 10,000
        assert!(count_upper(0) / 30_000.0 * 10_000.0 <= 1.0 && count_upper(0) / 29_900.0 * 10_000.0 > 1.0);
    }
}
