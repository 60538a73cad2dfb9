//! Exact tests of two by two tables, several of them at once, and what they could have seen.

use std::collections::BTreeMap;

use statrs::function::factorial::ln_factorial;

/// Two groups of people, and how many of each are so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Of this group, so.
    pub k: u64,
    /// This group.
    pub n: u64,
    /// Of all others, so.
    pub other_k: u64,
    /// All others.
    pub other_n: u64,
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

impl Table {
    fn least(self) -> u64 {
        (self.k + self.other_k).saturating_sub(self.other_n)
    }

    fn most(self) -> u64 {
        (self.k + self.other_k).min(self.n)
    }

    /// log P(k) given the margins.
    fn ln_probability(self, k: u64) -> f64 {
        let all = self.k + self.other_k;
        ln_choose(self.n, k) + ln_choose(self.other_n, all - k) - ln_choose(self.n + self.other_n, all)
    }

    /// Two-sided p-value: the probability of every table with these margins that is no likelier than this one. Fisher,
    /// "Statistical Methods for Research Workers", 5th edition (1934), section 21.02.
    #[must_use]
    pub fn fisher(self) -> f64 {
        let own = self.ln_probability(self.k);
        let all = (self.least()..=self.most()).map(|k| self.ln_probability(k));
        all.filter(|p| *p <= own + 1e-7).map(f64::exp).sum::<f64>().min(1.0)
    }

    /// Chance that [`Table::fisher`] stays at or below `level` if this group's share were `ratio` times that of the
    /// others: exact, over every outcome of two binomial counts that is not negligible.
    #[must_use]
    pub fn power(self, ratio: f64, level: f64) -> f64 {
        if self.n == 0 || self.other_n == 0 {
            return 0.0;
        }
        // The share of everybody, kept: what the groups would have if it were spread in that ratio.
        let all = (self.k + self.other_k).max(1) as f64;
        let other = all / (ratio * self.n as f64 + self.other_n as f64);
        let (p, q) = ((ratio * other).min(0.999_999), other.min(0.999_999));
        let mut sum = 0.0;
        let others = binomial(self.other_n, q);
        // every outcome of one total has the same margins: its tables are judged at once
        let mut judged: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for (a, pa) in binomial(self.n, p) {
            for (b, pb) in others.iter().filter(|(_, pb)| pa * pb > 1e-9) {
                let table = Self { k: a, n: self.n, other_k: *b, other_n: self.other_n };
                let values = judged.entry(a + b).or_insert_with(|| table.p_values());
                if values[(a - table.least()) as usize] <= level {
                    sum += pa * pb;
                }
            }
        }
        sum
    }

    /// [`Table::fisher`] of every table with these margins, from the least count on.
    fn p_values(self) -> Vec<f64> {
        let all: Vec<f64> = (self.least()..=self.most()).map(|k| self.ln_probability(k)).collect();
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|a, b| all[*a].total_cmp(&all[*b]));
        let (mut out, mut below, mut sum) = (vec![1.0; all.len()], 0, 0.0_f64);
        for at in &order {
            while let Some(next) = order.get(below).filter(|next| all[**next] <= all[*at] + 1e-7) {
                sum += all[*next].exp();
                below += 1;
            }
            out[*at] = sum.min(1.0);
        }
        out
    }
}

/// Outcomes of a binomial count that are not negligible, with their probabilities.
fn binomial(n: u64, p: f64) -> Vec<(u64, f64)> {
    let (mean, spread) = (n as f64 * p, (n as f64 * p * (1.0 - p)).sqrt());
    let from = (mean - 6.0 * spread - 3.0).max(0.0) as u64;
    let to = ((mean + 6.0 * spread + 6.0) as u64).min(n);
    let ln = |k: u64| ln_choose(n, k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln();
    (from..=to).map(|k| (k, ln(k).exp())).filter(|(_, weight)| *weight > 1e-7).collect()
}

/// p-values corrected for their number. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
/// Journal of Statistics 6 (1979).
#[must_use]
pub fn holm(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut out = vec![0.0; values.len()];
    let mut least: f64 = 0.0;
    for (rank, at) in order.into_iter().enumerate() {
        least = least.max(values[at] * (values.len() - rank) as f64).min(1.0);
        out[at] = least;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fisher_as_published() {
        // The lady tasting tea: 3 of 4 right is 0.486 in two sides; all right is 1/35.
        let tea = |k: u64| Table { k, n: 4, other_k: 4 - k, other_n: 4 };
        assert!((tea(3).fisher() - 34.0 / 70.0).abs() < 1e-9, "{}", tea(3).fisher());
        assert!((tea(4).fisher() - 2.0 / 70.0).abs() < 1e-9);
        // Convicted twins (Fisher 1934): 10 of 13 against 2 of 17, two-sided 0.0005367
        let twins = Table { k: 10, n: 13, other_k: 2, other_n: 17 };
        assert!((twins.fisher() - 0.000_536_724).abs() < 1e-8, "{}", twins.fisher());
        assert_eq!(Table { k: 0, n: 9, other_k: 0, other_n: 30 }.fisher(), 1.0);
    }

    #[test]
    fn all_tables_of_one_total_at_once_are_each_of_them_alone() {
        let first = Table { k: 3, n: 40, other_k: 9, other_n: 55 };
        let at_once = first.p_values();
        for (at, p) in at_once.iter().enumerate() {
            let k = first.least() + at as u64;
            let alone = Table { k, other_k: 12 - k, ..first }.fisher();
            assert!((p - alone).abs() < 1e-12, "{k}: {p} {alone}");
        }
        assert_eq!(at_once.len(), 13);
    }

    #[test]
    fn holm_by_hand() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        let wanted = [0.03, 0.06, 0.06, 0.02];
        assert!(corrected.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{corrected:?}");
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    #[test]
    fn power_grows_with_people_and_is_the_level_at_most_without_a_difference() {
        let of = |n: u64| Table { k: n / 20, n, other_k: 3 * n / 20, other_n: 3 * n };
        let (few, many) = (of(100).power(3.0, 0.05), of(400).power(3.0, 0.05));
        assert!(few > 0.5 && many > few && many > 0.99, "{few} {many}");
        assert!(of(200).power(1.0, 0.05) <= 0.05);
        assert_eq!(Table { k: 0, n: 0, other_k: 1, other_n: 5 }.power(2.0, 0.05), 0.0);
    }
}
