//! Postal addresses, with the unit kept apart from the building.

use super::Compare;
use super::tokens::{TokenSets, WordCounts};
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "some words",
    "most words",
    "same building or a slip",
    "same but for the unit's mention",
    "same",
];

/// Cosines of words that open a level. Judgement.
const SOME_FROM: f32 = 0.35;
const MOST_FROM: f32 = 0.65;
const SLIP_FROM: f32 = 0.92;

/// Case, punctuation and street words in one form; the unit last.
pub fn normalise(raw: &str) -> String {
    measure::text::normalise_address(raw).full
}

/// Distinct addresses.
pub struct Addresses {
    parts: Vec<(Box<str>, Box<str>)>,
    words: TokenSets,
}

impl Addresses {
    /// Of some values in normal form.
    pub fn new(values: &Texts, counted: Option<&WordCounts>) -> Self {
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let (building, unit) = text.split_once(" unit ").unwrap_or((text, ""));
            (building.into(), unit.into())
        };
        Self { parts: (0..values.len()).map(of).collect(), words: TokenSets::new(values, counted) }
    }
}

impl Compare for Addresses {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let ((left, unit), (right, other_unit)) = (&self.parts[a as usize], &self.parts[b as usize]);
        if left == right {
            // Both units named, and not the same one: neighbours.
            return if unit.is_empty() || other_unit.is_empty() { 4 } else { 2 };
        }
        let cosine = self.words.cosine(a, b);
        let units_agree = unit == other_unit || unit.is_empty() || other_unit.is_empty();
        let longest = left.len().max(right.len());
        let slips = if longest >= 8 { 2 } else { usize::from(longest >= 4) };
        if units_agree && (cosine >= SLIP_FROM || slips > 0 && is_slip(left, right, slips)) {
            return 3;
        }
        u8::from(cosine >= SOME_FROM) + u8::from(cosine >= MOST_FROM)
    }
}

/// Letters slip; another house number is another house.
fn is_slip(a: &str, b: &str, slips: usize) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    similar::edits(a.as_bytes(), b.as_bytes(), slips) <= slips && digits(a) == digits(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_kept_apart() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            for other in ["9 Elm Rd Raleigh NC", "77 Oak Ave Denver CO", "4 Hill St Boston MA"] {
                texts.intern(&normalise(other));
            }
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            if a == b { 5 } else { Addresses::new(&texts, None).level(a, b) }
        };
        assert_eq!(level("12 North Main Street, Apt 4B", "12 N Main St #4B"), 5);
        assert_eq!(level("12 North Main Street, Apt 4B", "12 N Main St"), 4);
        assert_eq!(level("12 North Main Street, Apt 4B", "12 N Main St Apt 5"), 2);
        assert_eq!(level("12 North Main Street", "12 N Mian St"), 3);
        assert!((1..=2).contains(&level("12 North Main Street", "14 N Main St")));
        assert_eq!(level("12 North Main Street", "7 Harbour View"), 0);
    }
}
