//! Postal addresses, with the unit kept apart from the building.

use super::Compare;
use super::tokens::{TokenSets, WordCounts};
use crate::hash;
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

/// Where an address stands, and hashes that tell most pairs apart without reading them.
struct Entry {
    at: usize,
    building: u32,
    unit: u32,
    hashed: u32,
    digits: u32,
}

/// Distinct addresses.
pub struct Addresses {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    words: TokenSets,
}

impl Addresses {
    /// Of some values in normal form.
    pub fn new(values: &Texts, counted: Option<&WordCounts>) -> Self {
        let words = TokenSets::new(values, counted);
        let mut out = Self { entries: Vec::with_capacity(values.len()), bytes: Vec::new(), words };
        for number in 0..values.len() {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let (building, unit) = text.split_once(" unit ").unwrap_or((text, ""));
            let length = |of: &str| u32::try_from(of.len()).unwrap_or(u32::MAX);
            out.entries.push(Entry {
                at: out.bytes.len(),
                building: length(building),
                unit: length(unit),
                hashed: half(hash::bytes(building.as_bytes())),
                digits: half(digits(building.as_bytes()).fold(1, |state, b| hash::mix(state, u64::from(b)))),
            });
            out.bytes.extend_from_slice(building.as_bytes());
            out.bytes.extend_from_slice(unit.as_bytes());
        }
        out.bytes.shrink_to_fit();
        out
    }

    fn building(&self, of: &Entry) -> &[u8] {
        &self.bytes[of.at..][..of.building as usize]
    }

    fn unit(&self, of: &Entry) -> &[u8] {
        &self.bytes[of.at + of.building as usize..][..of.unit as usize]
    }

    /// Letters slip; another house number is another house.
    fn is_slip(&self, a: &Entry, b: &Entry, slips: usize) -> bool {
        if a.digits != b.digits {
            return false;
        }
        let (left, right) = (self.building(a), self.building(b));
        similar::edits(left, right, slips) <= slips && digits(left).eq(digits(right))
    }
}

fn digits(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().copied().filter(u8::is_ascii_digit)
}

fn half(hashed: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "half is meant")]
    let half = hashed as u32;
    half
}

impl Compare for Addresses {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn read_ahead(&self, value: u32) -> u32 {
        self.entries[value as usize].hashed ^ self.words.read_ahead(value)
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (left, right) = (&self.entries[a as usize], &self.entries[b as usize]);
        let is_open = left.unit == 0 || right.unit == 0;
        if left.hashed == right.hashed && self.building(left) == self.building(right) {
            // Both units named, and not the same one: neighbours.
            return if is_open { 4 } else { 2 };
        }
        let cosine = self.words.cosine(a, b);
        let units_agree = is_open || self.unit(left) == self.unit(right);
        let longest = left.building.max(right.building);
        let slips = if longest >= 8 { 2 } else { usize::from(longest >= 4) };
        if units_agree && (cosine >= SLIP_FROM || slips > 0 && self.is_slip(left, right, slips)) {
            return 3;
        }
        u8::from(cosine >= SOME_FROM) + u8::from(cosine >= MOST_FROM)
    }
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
