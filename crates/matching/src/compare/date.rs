//! Dates, as of birth.

use super::Compare;
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "within a year",
    "within a month",
    "one day of another generation",
    "two of three parts",
    "one slip or swapped",
    "same",
];

/// Years from which two birth dates on one day are those of parent and child rather than one written wrongly. Judgement.
const GENERATION: i32 = 14;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `YYYY-MM-DD`; month or day 00 where they are not known; the folded text where it is no date.
pub fn normalise(raw: &str) -> String {
    match parse(raw) {
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02}"),
        None => super::word::normalise(raw),
    }
}

/// Year, month, day of a date as people and programs write it. Where day and month could be either way, the day is
/// taken first unless the date is written with slashes.
pub fn parse(raw: &str) -> Option<(i32, u32, u32)> {
    let text = raw.trim().to_ascii_lowercase();
    let text = text.split('t').next().filter(|first| first.len() >= 8).unwrap_or(&text);
    let text = if text.len() > 11 { text.split(" 0").next().unwrap_or(text) } else { text };
    let named = month_by_name(text);
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    let (year, month, day) = match (parts.as_slice(), named) {
        ([one], None) if one.len() == 8 => (number(&one[..4])?, number(&one[4..6])?, number(&one[6..])?),
        ([one], None) if one.len() == 4 => (number(one)?, 0, 0),
        ([year, month], None) if year.len() == 4 => (number(year)?, number(month)?, 0),
        ([year], Some(month)) if year.len() == 4 => (number(year)?, month, 0),
        ([day, year], Some(month)) if year.len() == 4 => (number(year)?, month, number(day)?),
        ([year, day], Some(month)) if year.len() == 4 => (number(year)?, month, number(day)?),
        ([year, month, day, ..], None) if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        ([one, two, year, ..], None) if year.len() == 4 => {
            let (one, two) = (number(one)?, number(two)?);
            let is_month_first = two > 12 || one <= 12 && text.contains('/');
            if is_month_first { (number(year)?, one, two) } else { (number(year)?, two, one) }
        }
        _ => return None,
    };
    let is_plausible = (1800..=2200).contains(&year) && month <= 12 && day <= 31;
    is_plausible.then(|| (i32::try_from(year).unwrap_or_default(), month, day))
}

fn month_by_name(text: &str) -> Option<u32> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 3);
    let mut found = words.filter_map(|word| MONTHS.iter().position(|month| word.starts_with(month)));
    found.next().and_then(|at| u32::try_from(at + 1).ok())
}

/// Days since the first of March of the year 0, proleptic Gregorian.
#[must_use]
pub fn day_number(year: i32, month: u32, day: u32) -> i32 {
    let (month, day) = (i32::try_from(month.max(1)).unwrap_or(1), i32::try_from(day.max(1)).unwrap_or(1));
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = (month + 9) % 12;
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * shifted + 2) / 5
        + day
        - 1
}

#[derive(Clone, Copy)]
struct Entry {
    digits: [u8; 8],
    parts: (i32, u32, u32),
    day: i32,
    is_date: bool,
}

/// Distinct dates.
pub struct Dates {
    entries: Vec<Entry>,
}

impl Dates {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let found = if text.len() == 10 { parse(text) } else { None };
            let parts = found.unwrap_or_default();
            let mut digits = [0; 8];
            for (to, from) in digits.iter_mut().zip(text.bytes().filter(u8::is_ascii_digit)) {
                *to = from;
            }
            Entry { digits, parts, day: day_number(parts.0, parts.1, parts.2), is_date: found.is_some() }
        };
        Self { entries: (0..values.len()).map(of).collect() }
    }
}

impl Compare for Dates {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn read_ahead(&self, value: u32) -> u32 {
        self.entries[value as usize].parts.1
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.entries[a as usize], &self.entries[b as usize]);
        if !a.is_date || !b.is_date {
            return 0;
        }
        let ((year, month, day), (other_year, other_month, other_day)) = (a.parts, b.parts);
        let apart = (a.day - b.day).abs();
        // A month or day that is not known agrees with any.
        let agree = |x: u32, y: u32| x == y || x == 0 || y == 0;
        let (same_year, same_month, same_day) =
            (year == other_year, agree(month, other_month), agree(day, other_day));
        let parts = u8::from(same_year) + u8::from(same_month) + u8::from(same_day);
        let is_swapped = same_year && month == other_day && day == other_month;
        if is_swapped || parts == 3 || parts >= 1 && similar::edits(&a.digits, &b.digits, 1) <= 1 {
            return 5;
        }
        if parts == 2 {
            return if !same_year && (year - other_year).abs() >= GENERATION { 3 } else { 4 };
        }
        u8::from(apart <= 366) + u8::from(apart <= 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        for text in [
            "1990-05-03",
            "19900503",
            "03.05.1990",
            "5/3/1990",
            "3 May 1990",
            "May 3, 1990",
            "1990-05-03T10:11:12Z",
            "1990-05-03 00:00:00",
        ] {
            assert_eq!(parse(text), Some((1990, 5, 3)), "{text}");
        }
        assert_eq!(parse("13/05/1990"), Some((1990, 5, 13)));
        assert_eq!(parse("1990"), Some((1990, 0, 0)));
        for text in ["", "soon", "12345678", "99999999", "1"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(day_number(2000, 3, 1) - day_number(2000, 2, 28), 2);
    }

    #[test]
    fn dates_agree_by_degrees() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            Dates::new(&texts).level(a, b)
        };
        assert_eq!(level("1971-06-24", "1971-05-24"), 5);
        assert_eq!(level("1971-06-04", "1971-04-06"), 5);
        assert_eq!(level("1971-06-24", "1981-06-24"), 5);
        assert_eq!(level("1971-06-24", "1971-06-11"), 4);
        assert_eq!(level("1971-06-24", "1968-06-24"), 4);
        assert_eq!(level("1971-06-24", "1944-06-24"), 3);
        assert_eq!(level("1971-06-24", "1971-07-11"), 2);
        assert_eq!(level("1971-06-24", "1972-01-11"), 1);
        assert_eq!(level("1971-06-24", "1950-01-11"), 0);
    }
}
