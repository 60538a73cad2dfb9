//! Which of many cases rest on the same reasons: indicators as sets of bits, and equal sets once, so that a queue of ten
//! thousand is compared in a moment.

use std::collections::BTreeMap;

use crate::case::Case;

/// The reasons of many cases, ready to be compared. Cases go by their place in the list it was made of.
#[derive(Debug, Default)]
pub struct Likeness {
    /// Distinct sets: bits, how many are set, how many cases have it.
    sets: Vec<(Vec<u64>, u32, usize)>,
    /// Set of each case.
    of: Vec<usize>,
}

impl Likeness {
    /// Of a list of cases.
    #[must_use]
    pub fn new<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let cases: Vec<&Case> = cases.into_iter().collect();
        let mut bit_of: BTreeMap<&str, usize> = BTreeMap::new();
        for id in cases.iter().flat_map(|case| &case.found.indicators) {
            let next = bit_of.len();
            bit_of.entry(id).or_insert(next);
        }
        let blocks = bit_of.len().div_ceil(64);
        let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        let mut likeness = Self::default();
        for case in cases {
            let mut bits = vec![0_u64; blocks];
            for id in &case.found.indicators {
                let bit = bit_of[id.as_str()];
                bits[bit / 64] |= 1 << (bit % 64);
            }
            let next = likeness.sets.len();
            let set = *known.entry(bits).or_insert_with_key(|bits| {
                likeness.sets.push((bits.clone(), bits.iter().map(|block| block.count_ones()).sum(), 0));
                next
            });
            likeness.sets[set].2 += 1;
            likeness.of.push(set);
        }
        likeness
    }

    /// As [`crate::queue::likeness`], of two sets.
    fn both(&self, a: usize, b: usize) -> u32 {
        let ((first, of_first, _), (second, of_second, _)) = (&self.sets[a], &self.sets[b]);
        let both: u32 = first.iter().zip(second).map(|(a, b)| (a & b).count_ones()).sum();
        if both > 0 && both * 2 >= *of_first.max(of_second) { both } else { 0 }
    }

    /// How many other cases are like one.
    #[must_use]
    pub fn count(&self, at: usize) -> usize {
        let own = self.of[at];
        let alike = (0..self.sets.len()).filter(|set| self.both(own, *set) > 0);
        let all: usize = alike.map(|set| self.sets[set].2).sum();
        // a case without reasons is not even like itself
        if self.both(own, own) > 0 { all - 1 } else { all }
    }

    /// The cases most like one, with the number of reasons in common; of equals the first in the list.
    #[must_use]
    pub fn nearest(&self, at: usize, most: usize) -> Vec<(usize, usize)> {
        let own = self.of[at];
        let near: Vec<u32> = (0..self.sets.len()).map(|set| self.both(own, set)).collect();
        let others = self.of.iter().enumerate().filter(|(other, set)| *other != at && near[**set] > 0);
        let mut out: Vec<(usize, usize)> =
            others.map(|(other, set)| (other, usize::try_from(near[*set]).unwrap_or(usize::MAX))).collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        out.truncate(most);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Found;
    use crate::queue::likeness;

    fn cases() -> Vec<Case> {
        let found = |picks: u64| Found {
            // more than 64 of them, so that a set takes two blocks
            indicators: (0..90)
                .filter(|bit| picks.rotate_left(bit * 7).is_multiple_of(5))
                .map(|bit| format!("i-{bit}"))
                .collect(),
            ..Found::default()
        };
        let mut seed = 7_u64;
        (1..=60)
            .map(|number| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let picks = if number % 9 == 0 { 1 } else { seed >> (number % 4 * 8) };
                let mut one = Case::new(number, "W-1", 0, found(picks));
                if number % 10 == 0 {
                    one.found.indicators.clear();
                }
                one
            })
            .collect()
    }

    #[test]
    fn it_says_what_comparing_each_with_each_says() {
        let cases = cases();
        let all = Likeness::new(&cases);
        let mut some = 0;
        for (at, case) in cases.iter().enumerate() {
            let mut slow: Vec<(usize, usize)> = cases
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(other, two)| (other, likeness(case, two)))
                .filter(|(_, both)| *both > 0)
                .collect();
            slow.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            assert_eq!(all.count(at), slow.len(), "{at}");
            assert_eq!(all.nearest(at, usize::MAX), slow, "{at}");
            some += slow.len();
        }
        assert!(some > 20, "{some}");
    }
}
