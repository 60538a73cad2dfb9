//! Amounts and years.

use super::Compare;
use crate::texts::Texts;

const LEVELS: &[&str] = &["different", "within a fifth", "within a twentieth", "within a hundredth", "same"];
const YEAR_LEVELS: &[&str] = &["different", "within two years", "within a year", "same"];

/// A plain decimal number where it is one, else the text.
pub fn normalise(raw: &str) -> String {
    parse(raw).map_or_else(|| super::word::normalise(raw), |value| format!("{value}"))
}

/// The value of a number as people write it: signs of money, separators of thousands, decimal comma.
pub fn parse(raw: &str) -> Option<f64> {
    let kept: String = raw.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 3 || !kept.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let plain = match (kept.rfind(','), kept.rfind('.')) {
        (Some(comma), Some(dot)) if comma > dot => kept.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => kept.replace(',', ""),
        (Some(comma), None) if kept.len() - comma - 1 == 3 || kept.matches(',').count() > 1 => {
            kept.replace(',', "")
        }
        (Some(_), None) => kept.replace(',', "."),
        _ => kept,
    };
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Distinct numbers.
pub struct Numbers {
    values: Vec<f64>,
    are_years: bool,
}

impl Numbers {
    /// Amounts: the share by which they differ counts.
    pub fn of_amounts(values: &Texts) -> Self {
        let of =
            |number: usize| values.get(u32::try_from(number).unwrap_or_default()).parse().unwrap_or(f64::NAN);
        Self { values: (0..values.len()).map(of).collect(), are_years: false }
    }

    /// Years: the difference counts.
    pub fn of_years(values: &Texts) -> Self {
        Self { are_years: true, ..Self::of_amounts(values) }
    }
}

impl Compare for Numbers {
    fn levels(&self) -> &'static [&'static str] {
        if self.are_years { YEAR_LEVELS } else { LEVELS }
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (self.values[a as usize], self.values[b as usize]);
        let difference = (a - b).abs();
        if difference.is_nan() {
            return 0;
        }
        if self.are_years {
            return u8::from(difference <= 2.0) + u8::from(difference <= 1.0);
        }
        let share = difference / a.abs().max(b.abs()).max(f64::MIN_POSITIVE);
        u8::from(share <= 0.2) + u8::from(share <= 0.05) + u8::from(share <= 0.01)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (text, want) in
            [("$1,234.50", 1234.5), ("1.234,50 €", 1234.5), ("12,5", 12.5), ("1,234", 1234.0), ("-3", -3.0)]
        {
            assert_eq!(parse(text), Some(want), "{text}");
        }
        assert_eq!(parse("twelve"), None);
        assert_eq!(parse(""), None);
    }
}
