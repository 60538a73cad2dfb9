//! Telephone numbers.

use super::Compare;
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &["different", "one slip", "same without country", "same"];

/// Digits with a leading `+`, or as they are where they are too few.
pub fn normalise(raw: &str) -> String {
    let normal = measure::text::normalise_phone(raw);
    if normal.is_empty() { raw.chars().filter(char::is_ascii_digit).collect() } else { normal }
}

/// The digits that are dialled within a country, as far as that can be said: the last nine.
pub fn national(number: &str) -> &str {
    let digits = number.trim_start_matches('+');
    digits.get(digits.len().saturating_sub(NATIONAL)..).unwrap_or(digits)
}

/// Digits that [`national`] leaves at most.
const NATIONAL: usize = 9;

/// Distinct numbers: what is dialled within a country, and how many digits that is.
pub struct Phones {
    numbers: Vec<([u8; NATIONAL], u8)>,
}

impl Phones {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let of = |number: usize| {
            let digits = national(values.get(u32::try_from(number).unwrap_or_default())).as_bytes();
            let (mut out, length) = ([0; NATIONAL], digits.len().min(NATIONAL));
            out[..length].copy_from_slice(&digits[..length]);
            (out, u8::try_from(length).unwrap_or_default())
        };
        Self { numbers: (0..values.len()).map(of).collect() }
    }
}

impl Compare for Phones {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn read_ahead(&self, value: u32) -> u32 {
        u32::from(self.numbers[value as usize].1)
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let digits = |number: u32| {
            let (digits, length) = &self.numbers[number as usize];
            &digits[..*length as usize]
        };
        let (a, b) = (digits(a), digits(b));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if short.len() >= 7 && long.ends_with(short) {
            return 2;
        }
        u8::from(short.len() >= 7 && similar::edits(a, b, 1) <= 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_by_degrees() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            if a == b { 3 } else { Phones::new(&texts).level(a, b) }
        };
        assert_eq!(level("(217) 555-0142", "+1 217 555 0142"), 3);
        assert_eq!(level("0217 555 0142", "+1 217 555 0142"), 2);
        assert_eq!(level("217 555 0142", "217 555 0124"), 1);
        assert_eq!(level("217 555 0142", "305 555 0199"), 0);
    }
}
