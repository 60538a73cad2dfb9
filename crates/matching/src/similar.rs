//! String similarity without allocation: Jaro–Winkler with bit masks, and edit distance up to a bound.

/// Characters that the bit masks hold; longer texts are compared by their beginnings.
pub const LENGTH_MAX: usize = 64;

/// Least similarity from which the common beginning counts (Winkler 1990).
const BOOST_FROM: f64 = 0.7;
/// What each common first character adds, of up to four.
const BOOST: f64 = 0.1;

/// Where each byte of a text stands, one bit a place; made once for a text that is compared with many.
#[derive(Debug, Clone)]
pub struct Places {
    bits: [u64; 256],
    length: usize,
}

impl Places {
    /// Of a text.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut places = Self { bits: [0; 256], length: 0 };
        places.set(text);
        places
    }

    /// Takes another text; `old` is the one that it held.
    pub fn reset(&mut self, old: &[u8], text: &[u8]) {
        for byte in old.iter().take(LENGTH_MAX) {
            self.bits[*byte as usize] = 0;
        }
        self.set(text);
    }

    fn set(&mut self, text: &[u8]) {
        self.length = text.len().min(LENGTH_MAX);
        for (at, byte) in text.iter().take(LENGTH_MAX).enumerate() {
            self.bits[*byte as usize] |= 1 << at;
        }
    }
}

/// Jaro–Winkler similarity, 0 to 1.
#[must_use]
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..a.len().min(LENGTH_MAX)], &b[..b.len().min(LENGTH_MAX)]);
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let longest = a.len().max(b.len());
    if longest <= 8 {
        return lanes::of_8(a, b);
    }
    if longest <= 16 {
        return lanes::of_16(a, b);
    }
    let window = (longest / 2).saturating_sub(1);
    let reach = if window >= 63 { u64::MAX } else { (1u64 << (window + 1)) - 1 };
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    // The window slides: bit `at` of `mask` and `window` bits either side.
    let mut mask = reach;
    let within_a = if a.len() == 64 { u64::MAX } else { (1u64 << a.len()) - 1 };
    for (at, byte) in b.iter().enumerate() {
        let mut places = 0u64;
        let mut left = mask & within_a & !taken_a;
        // Short texts: looking at each place is quicker than a table of all bytes.
        while left != 0 {
            let place = left.trailing_zeros() as usize;
            if a[place] == *byte {
                places = 1 << place;
                break;
            }
            left &= left - 1;
        }
        taken_a |= places;
        taken_b |= u64::from(places != 0) << at;
        mask = if at < window { (mask << 1) | 1 } else { mask << 1 };
    }
    finish(a, b, taken_a, taken_b)
}

/// As [`jaro_winkler`], with the places of `a` made before.
#[must_use]
pub fn jaro_winkler_placed(places: &Places, a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..places.length], &b[..b.len().min(LENGTH_MAX)]);
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut mask = if window >= 63 { u64::MAX } else { (1u64 << (window + 1)) - 1 };
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    for (at, byte) in b.iter().enumerate() {
        let free = places.bits[*byte as usize] & mask & !taken_a;
        let first = free & free.wrapping_neg();
        taken_a |= first;
        taken_b |= u64::from(first != 0) << at;
        mask = if at < window { (mask << 1) | 1 } else { mask << 1 };
    }
    finish(a, b, taken_a, taken_b)
}

fn finish(a: &[u8], b: &[u8], taken_a: u64, taken_b: u64) -> f64 {
    let matches = taken_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let (mut left, mut right, mut moved) = (taken_a, taken_b, 0u32);
    while left != 0 {
        let (i, j) = (left.trailing_zeros() as usize, right.trailing_zeros() as usize);
        moved += u32::from(a[i] != b[j]);
        left &= left - 1;
        right &= right - 1;
    }
    winkler(a, b, matches, moved)
}

/// The similarity of two texts with so many common characters, of which so many stand elsewhere.
#[inline]
fn winkler(a: &[u8], b: &[u8], matches: u32, moved: u32) -> f64 {
    let m = f64::from(matches);
    #[expect(clippy::cast_precision_loss, reason = "at most 64")]
    let (long_a, long_b) = (a.len() as f64, b.len() as f64);
    let jaro = (m / long_a + m / long_b + (m - f64::from(moved / 2)) / m) / 3.0;
    if jaro < BOOST_FROM {
        return jaro;
    }
    let common = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    #[expect(clippy::cast_precision_loss, reason = "at most four")]
    let boosted = jaro + common as f64 * BOOST * (1.0 - jaro);
    boosted
}

/// Texts of at most eight or sixteen bytes as one number, a byte a lane: all places are looked at in one step. The high bit of a
/// lane says that something holds of its place.
mod lanes {
    use super::winkler;

    /// At most eight bytes, the first in the lowest lane.
    #[inline]
    fn load(text: &[u8]) -> u64 {
        if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            let high = u64::from(u32::from_le_bytes(*last)) << (8 * (text.len() - 4));
            return u64::from(u32::from_le_bytes(*first)) | high;
        }
        let at = |place: usize| text.get(place).map_or(0, |byte| u64::from(*byte) << (8 * place));
        at(0) | at(1) | at(2)
    }

    /// At most sixteen bytes.
    #[inline]
    fn load_long(text: &[u8]) -> u128 {
        let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) else {
            return u128::from(load(text));
        };
        u128::from(u64::from_le_bytes(*first))
            | u128::from(u64::from_le_bytes(*last)) << (8 * (text.len() - 8))
    }

    macro_rules! of {
        ($name:ident, $word:ty, $load:ident, $bytes:literal) => {
            #[inline]
            pub(super) fn $name(a: &[u8], b: &[u8]) -> f64 {
                const ONES: $word = <$word>::MAX / 0xff;
                const HIGH: $word = ONES << 7;
                const LOW: $word = HIGH - ONES;
                // Exactly the lanes that are zero: no carry leaves a lane.
                let zeros = |word: $word| !((word & LOW) + LOW | word | LOW);
                let lanes = |count: usize| {
                    if count >= $bytes { HIGH } else { HIGH & ((1 << (8 * count)) - 1) }
                };
                let (left, right) = ($load(a), $load(b));
                let window = (a.len().max(b.len()) / 2).saturating_sub(1);
                let within = lanes(a.len());
                let mut mask = lanes(window + 1);
                let (mut taken_a, mut taken_b): ($word, $word) = (0, 0);
                let mut rest = right;
                for at in 0..b.len() {
                    let free = zeros(left ^ ONES * (rest & 0xff)) & mask & within & !taken_a;
                    let first = free & free.wrapping_neg();
                    taken_a |= first;
                    taken_b |= <$word>::from(first != 0) << (8 * at + 7);
                    mask = mask << 8 | <$word>::from(at < window) << 7;
                    rest >>= 8;
                }
                let matches = taken_a.count_ones();
                if matches == 0 {
                    return 0.0;
                }
                let mut moved = 0;
                if taken_a == taken_b {
                    moved = (taken_a & !zeros(left ^ right)).count_ones();
                } else {
                    let (mut one, mut other) = (taken_a, taken_b);
                    while one != 0 {
                        let (i, j) = (one.trailing_zeros() & !7, other.trailing_zeros() & !7);
                        moved += u32::from((left >> i ^ right >> j) & 0xff != 0);
                        one &= one - 1;
                        other &= other - 1;
                    }
                }
                winkler(a, b, matches, moved)
            }
        };
    }

    of!(of_8, u64, load, 8);
    of!(of_16, u128, load_long, 16);
}

/// Optimal string alignment distance (insert, delete, replace, swap of neighbours), `limit + 1` where it is more.
#[must_use]
pub fn edits(a: &[u8], b: &[u8], limit: usize) -> usize {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > limit {
        return limit + 1;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[..short.len() - tail], &long[..long.len() - tail]);
    if short.is_empty() {
        return long.len();
    }
    if short.len() > LENGTH_MAX {
        return limit + 1;
    }
    if limit <= 1 {
        // Both ends differ, so that one slip is all there is: a letter for another, or two that changed places.
        let is_swapped = || matches!((short, long), ([x, y], [v, w]) if x == w && y == v);
        let is_one = long.len() == 1 || is_swapped();
        return if limit == 1 && is_one { 1 } else { limit + 1 };
    }
    let width = short.len() + 1;
    let mut rows = [[0usize; LENGTH_MAX + 1]; 3];
    let [before, above, row] = &mut rows;
    let (mut before, mut above, mut row) = (before, above, row);
    for (at, cell) in above.iter_mut().enumerate().take(width) {
        *cell = at;
    }
    for (i, x) in long.iter().enumerate() {
        row[0] = i + 1;
        let mut least = row[0];
        for (j, y) in short.iter().enumerate() {
            let mut cost = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == short[j - 1] && long[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return limit + 1;
        }
        (before, above, row) = (above, row, before);
    }
    above[width - 1].min(limit + 1)
}

/// Which of 64 kinds of character occur: a bound on what two texts can have in common.
#[must_use]
pub fn mask(text: &[u8]) -> u64 {
    text.iter().fold(0, |mask, byte| mask | 1 << (byte.wrapping_mul(0x9d) >> 2 & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_of_jaro_winkler() {
        for (a, b, want) in [
            ("martha", "marhta", 0.9611),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.8133),
            ("abc", "xyz", 0.0),
            ("a", "a", 1.0),
        ] {
            let got = jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((got - want).abs() < 1e-4, "{a} {b}: {got}");
            let placed = jaro_winkler_placed(&Places::new(a.as_bytes()), a.as_bytes(), b.as_bytes());
            assert!((got - placed).abs() < 1e-12);
        }
    }

    #[test]
    fn known_distances() {
        for (a, b, limit, want) in [
            ("kitten", "sitting", 3, 3),
            ("kitten", "sitting", 2, 3),
            ("ab", "ba", 2, 1),
            ("abc", "abc", 1, 0),
            ("", "abc", 5, 3),
            ("19900102", "19900120", 2, 1),
        ] {
            assert_eq!(edits(a.as_bytes(), b.as_bytes(), limit), want, "{a} {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_low_limit_only_ends_the_count(a in "[a-c]{0,7}", b in "[a-c]{0,7}", limit in 0usize..3) {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            proptest::prop_assert_eq!(edits(a, b, limit), edits(a, b, 20).min(limit + 1));
        }

        #[test]
        fn lanes_agree_with_places(a in "[a-c]{0,17}", b in "[a-c]{0,17}", zero in 0usize..17) {
            let (mut a, b) = (a.into_bytes(), b.as_bytes());
            if let Some(byte) = a.get_mut(zero) {
                *byte = 0;
            }
            let one = jaro_winkler(&a, b);
            let other = jaro_winkler_placed(&Places::new(&a), &a, b);
            proptest::prop_assert_eq!(one.to_bits(), other.to_bits());
        }

        #[test]
        fn both_ways_agree_and_are_within_bounds(a in "[a-d]{0,70}", b in "[a-d]{0,70}") {
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let one = jaro_winkler(a, b);
            let other = jaro_winkler_placed(&Places::new(a), a, b);
            proptest::prop_assert!((one - other).abs() < 1e-12);
            proptest::prop_assert!((0.0..=1.0 + 1e-9).contains(&one));
            let cut = |text: &[u8]| text[..text.len().min(20)].to_vec();
            let (a, b) = (cut(a), cut(b));
            proptest::prop_assert_eq!(edits(&a, &b, 20), edits(&b, &a, 20));
        }
    }
}
