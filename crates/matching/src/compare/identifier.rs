//! Numbers and codes that are right or wrong, but for a slip of the finger; postal codes.

use super::Compare;
use super::script::bytes;
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &["different", "two slips", "one slip", "same"];
const PLACE_LEVELS: &[&str] = &["different", "same beginning", "one slip", "same"];

/// Letters and digits, lower case.
pub fn normalise(raw: &str) -> String {
    // A number that a spreadsheet took for one with decimals.
    let raw = raw.strip_suffix(".0").filter(|kept| kept.bytes().all(|b| b.is_ascii_digit())).unwrap_or(raw);
    raw.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Distinct codes.
pub struct Identifiers {
    texts: Vec<Box<[u8]>>,
    are_places: bool,
}

impl Identifiers {
    /// Of documents, accounts, parts.
    pub fn new(values: &Texts) -> Self {
        let of =
            |number: usize| bytes(values.get(u32::try_from(number).unwrap_or_default())).into_boxed_slice();
        Self { texts: (0..values.len()).map(of).collect(), are_places: false }
    }

    /// Postal codes: their beginning is a region.
    pub fn of_places(values: &Texts) -> Self {
        Self { are_places: true, ..Self::new(values) }
    }
}

impl Compare for Identifiers {
    fn levels(&self) -> &'static [&'static str] {
        if self.are_places { PLACE_LEVELS } else { LEVELS }
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.texts[a as usize], &self.texts[b as usize]);
        let longest = a.len().max(b.len());
        // Short codes lie one slip apart by themselves.
        let limit = if longest >= 6 && !self.are_places { 2 } else { usize::from(longest >= 3) };
        match similar::edits(a, b, limit) {
            1 if limit >= 1 => 2,
            2 if limit >= 2 => 1,
            _ if self.are_places && longest >= 4 => u8::from(
                a.iter().zip(b.iter()).take(longest / 2 + longest % 2).filter(|(x, y)| x == y).count()
                    == longest / 2 + longest % 2,
            ),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str, are_places: bool) -> u8 {
        let mut texts = Texts::new();
        let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
        Identifiers { are_places, ..Identifiers::new(&texts) }.level(a, b)
    }

    #[test]
    fn slips_are_counted() {
        assert_eq!(level("6988048", "6988084", false), 2);
        assert_eq!(level("6988048", "6898084", false), 1);
        assert_eq!(level("6988048", "1234567", false), 0);
        assert_eq!(level("177", "178", false), 2);
        assert_eq!(level("7", "8", false), 0);
        assert_eq!(level("SW1A 1AA", "SW1A 2BB", true), 1);
        assert_eq!(normalise("123.0"), "123");
    }
}
