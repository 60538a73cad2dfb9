//! Seeded random numbers: one stream per question, so that a new question changes no other answer.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers. The helpers are our own: the bytes written must not change with a new `rand`.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream for one question (`label`) about one thing (`n`) in one world (`seed`).
    pub fn new(seed: u64, label: &str, n: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(mix(mix(seed, text(label)), n)))
    }

    /// Any number.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).max(0) as usize + 1) as i64
    }

    /// A day or a minute from `low` to `high`, both included.
    pub fn span(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low).max(0) as usize + 1) as i32
    }

    /// A number from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of probability `p` happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About `mean`, seldom further away than twice `spread`.
    pub fn around(&mut self, mean: f64, spread: f64) -> f64 {
        let sum: f64 = (0..6).map(|_| self.unit()).sum();
        mean + (sum - 3.0) * spread * std::f64::consts::SQRT_2
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One word of a list that is not empty.
    pub fn word<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// Position of one of a list, by weight.
    pub fn weighted<T>(&mut self, all: &[T], weight: impl Fn(&T) -> f64) -> usize {
        let total: f64 = all.iter().map(&weight).sum();
        let mut left = self.unit() * total;
        for (at, one) in all.iter().enumerate() {
            left -= weight(one);
            if left < 0.0 {
                return at;
            }
        }
        all.len().saturating_sub(1)
    }

    /// `n` different ones of a list, in random order.
    pub fn some<T: Clone>(&mut self, all: &[T], n: usize) -> Vec<T> {
        let mut rest = all.to_vec();
        let n = n.min(rest.len());
        for at in 0..n {
            let other = at + self.below(rest.len() - at);
            rest.swap(at, other);
        }
        rest.truncate(n);
        rest
    }

    /// How many of `n` things of probability `p` happen: the expectation, its fraction by chance.
    pub fn count(&mut self, n: f64, p: f64) -> usize {
        let expected = n * p;
        expected as usize + usize::from(self.chance(expected.fract()))
    }

    /// `#` becomes a digit, `?` a capital letter (no I, O, Q), everything else stays.
    pub fn shape(&mut self, shape: &str) -> String {
        shape
            .chars()
            .map(|c| match c {
                '#' => char::from(b'0' + self.below(10) as u8),
                '?' => char::from(b"ABCDEFGHJKLMNPRSTUVWXYZ"[self.below(23)]),
                other => other,
            })
            .collect()
    }
}

/// Two numbers to one, well scattered (the finaliser of SplitMix64).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut x = a.rotate_left(29) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A number for a text (FNV-1a).
pub fn text(label: &str) -> u64 {
    label
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A share from 0 to 1 that belongs to a number.
pub fn share(n: u64) -> f64 {
    (mix(n, 0x5eed) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let all = |label, n| {
            let mut draw = Draw::new(1, label, n);
            (0..4).map(|_| draw.bits()).collect::<Vec<_>>()
        };
        assert_eq!(all("a", 1), all("a", 1));
        assert_ne!(all("a", 1), all("a", 2));
        assert_ne!(all("a", 1), all("b", 1));
    }

    #[test]
    fn helpers_keep_their_bounds() {
        let mut draw = Draw::new(7, "bounds", 0);
        assert!((0..1000).all(|_| draw.below(3) < 3));
        assert!((0..1000).all(|_| (2..=5).contains(&draw.range(2, 5))));
        let mut few = draw.some(&[1, 2, 3, 4], 3);
        few.sort_unstable();
        few.dedup();
        assert_eq!(few.len(), 3);
        assert_eq!(draw.shape("a#?").len(), 3);
    }
}
