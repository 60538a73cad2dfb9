//! Scores against labels: pairs within entities, and B-cubed over records.

use serde::Serialize;

use crate::hash::Map;

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// Share of what was said that is true.
    pub precision: f64,
    /// Share of what is true that was said.
    pub recall: f64,
    /// Harmonic mean.
    pub f1: f64,
}

impl Score {
    /// From counts or sums.
    #[must_use]
    pub fn new(right: f64, said: f64, truth: f64) -> Self {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        Self::of(share(right, said), share(right, truth))
    }

    fn of(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        Self { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
    }
}

/// How entities that were made stand to the true ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Over all pairs of records within an entity.
    pub pairwise: Score,
    /// Mean over records (Bagga and Baldwin 1998).
    pub b_cubed: Score,
    /// Entities made and true.
    pub entities: (usize, usize),
    /// Records of the largest entity, made and true.
    pub largest: (usize, usize),
    /// Records compared.
    pub records: usize,
}

/// Compares two partitions of the same records, each given as a number per record.
#[must_use]
pub fn compare(made: &[u32], truth: &[u32]) -> Comparison {
    let sizes = |of: &[u32]| {
        let mut sizes: Map<u32, u64> = Map::default();
        for entity in of {
            *sizes.entry(*entity).or_default() += 1;
        }
        sizes
    };
    let (made_sizes, true_sizes) = (sizes(made), sizes(truth));
    let mut both: Map<(u32, u32), u64> = Map::default();
    for pair in made.iter().zip(truth) {
        *both.entry((*pair.0, *pair.1)).or_default() += 1;
    }
    let pairs = |n: &u64| u128::from(*n) * u128::from(n.saturating_sub(1)) / 2;
    #[expect(clippy::cast_precision_loss, reason = "shares")]
    let sum = |of: &mut dyn Iterator<Item = &u64>| of.map(pairs).sum::<u128>() as f64;
    let pairwise =
        Score::new(sum(&mut both.values()), sum(&mut made_sizes.values()), sum(&mut true_sizes.values()));
    let mut cells: Vec<((u32, u32), u64)> = both.into_iter().collect();
    cells.sort_unstable();
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((entity, label), count) in &cells {
        #[expect(clippy::cast_precision_loss, reason = "shares")]
        let count = *count as f64;
        #[expect(clippy::cast_precision_loss, reason = "shares")]
        let of = |sizes: &Map<u32, u64>, key: &u32| sizes.get(key).copied().unwrap_or(1) as f64;
        precision += count * count / of(&made_sizes, entity);
        recall += count * count / of(&true_sizes, label);
    }
    #[expect(clippy::cast_precision_loss, reason = "shares")]
    let records = (made.len() as f64).max(1.0);
    let largest = |sizes: &Map<u32, u64>| {
        usize::try_from(sizes.values().copied().max().unwrap_or_default()).unwrap_or(usize::MAX)
    };
    Comparison {
        pairwise,
        b_cubed: Score::of(precision / records, recall / records),
        entities: (made_sizes.len(), true_sizes.len()),
        largest: (largest(&made_sizes), largest(&true_sizes)),
        records: made.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        let got = compare(&[1, 1, 1, 2], &[1, 1, 2, 2]);
        // said 3 pairs, true 2, right 1
        assert!((got.pairwise.precision - 1.0 / 3.0).abs() < 1e-12);
        assert!((got.pairwise.recall - 0.5).abs() < 1e-12);
        // per record: 2/3, 2/3, 1/3, 1 and 1, 1, 1/2, 1/2
        assert!((got.b_cubed.precision - (2.0 / 3.0 * 2.0 + 1.0 / 3.0 + 1.0) / 4.0).abs() < 1e-12);
        assert!((got.b_cubed.recall - 0.75).abs() < 1e-12);
        assert_eq!((got.entities, got.largest), ((2, 2), (3, 2)));
    }

    #[test]
    fn alone_is_right_where_nobody_is_twice() {
        let got = compare(&[1, 2, 3], &[7, 8, 9]);
        assert!((got.pairwise.f1 - 1.0).abs() < 1e-12);
        assert!((got.b_cubed.f1 - 1.0).abs() < 1e-12);
    }
}
