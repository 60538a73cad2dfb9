//! Dates and times as logs write them, to microseconds since 1970 in UTC, and back.

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;

/// Reads a time at the beginning of a text: `2026-03-02 10:18:36.154`, `2026/03/02, 10:18`, `02-03-2026 10:18:36`,
/// with `T` for the blank, with `Z` or an offset behind. Without either it is taken as UTC.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim_start_matches(['[', '(', ' ', '\t']);
    let mut numbers = Numbers { rest: text };
    let (first, first_digits) = numbers.next()?;
    numbers.skip(&['-', '/', '.'])?;
    let (month, _) = numbers.next()?;
    numbers.skip(&['-', '/', '.'])?;
    let (third, third_digits) = numbers.next()?;
    // The year has four digits and stands first or last.
    let (year, day) = match (first_digits, third_digits) {
        (4, _) => (first, third),
        (_, 4) => (third, first),
        _ => return None,
    };
    let days = days(year, month, day)?;
    numbers.rest = numbers.rest.trim_start_matches(['T', ',', ' ', '\t']);
    let (hour, _) = numbers.next()?;
    numbers.skip(&[':'])?;
    let (minute, _) = numbers.next()?;
    let second = if numbers.skip(&[':']).is_some() { numbers.next()?.0 } else { 0 };
    let mut micros = 0;
    if numbers.rest.starts_with(['.', ',']) && numbers.rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
        numbers.rest = &numbers.rest[1..];
        let (fraction, digits) = numbers.next()?;
        let scale = |digits: u32| 10i64.checked_pow(digits);
        micros = if digits <= 6 { fraction * scale(6 - digits)? } else { fraction / scale(digits - 6)? };
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some((local - offset_seconds(numbers.rest)) * SECOND + micros)
}

/// What is behind a time: `Z`, `+01:00`, ` +0100`; else nought.
fn offset_seconds(text: &str) -> i64 {
    let text = text.strip_prefix(' ').unwrap_or(text);
    let sign = match text.as_bytes() {
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return 0,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').take(4).collect();
    let number =
        |range| digits.get::<std::ops::Range<usize>>(range).and_then(|part| part.parse::<i64>().ok());
    match (number(0..2), number(2..4)) {
        (Some(hours), Some(minutes)) if hours <= 15 => sign * (hours * 60 + minutes) * 60,
        _ => 0,
    }
}

struct Numbers<'a> {
    rest: &'a str,
}

impl Numbers<'_> {
    /// The number that comes next and how many digits it has.
    fn next(&mut self) -> Option<(i64, u32)> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let digits = self.rest.get(..end).filter(|digits| (1..=12).contains(&digits.len()))?;
        self.rest = &self.rest[end..];
        Some((digits.parse().ok()?, u32::try_from(digits.len()).ok()?))
    }

    fn skip(&mut self, any: &[char]) -> Option<()> {
        self.rest = self.rest.strip_prefix(any)?;
        Some(())
    }
}

/// Days since 1970 of a date of the Gregorian calendar (the usual shift of the year to March).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap),
        _ => 31,
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=last).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// A time as printed: `2026-03-02T10:18:36Z`.
#[must_use]
pub fn write(micros: i64) -> String {
    let seconds = micros.div_euclid(SECOND);
    let (days, inside) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", inside / 3600, inside / 60 % 60, inside % 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_spellings_of_logs_are_read() {
        for (text, expected) in [
            ("2026-03-02 10:18:36.154  gsvc", "2026-03-02T10:18:36Z"),
            ("2026/03/02 10:18:36.154", "2026-03-02T10:18:36Z"),
            ("2026-03-02, 10:18\tUser", "2026-03-02T10:18:00Z"),
            ("02-03-2026 10:18:36", "2026-03-02T10:18:36Z"),
            ("[2026-03-02 10:18:36.123456 +01:00] INFO", "2026-03-02T09:18:36Z"),
            ("2026-03-02T10:18:36.1234567Z", "2026-03-02T10:18:36Z"),
            ("2026-03-02T10:18:36-0800", "2026-03-02T18:18:36Z"),
            ("2024-02-29 00:00:00", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(parse(text).map(write).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "10:18",
            "2026-13-02 10:18",
            "12.5.26 10:18",
            "2026-03-02",
            "2026-03-02 25:00",
            "2026-02-29 10:00",
            "2026-06-31 10:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn writing_and_reading_agree(seconds in 0i64..253_000_000_000) {
            let written = write(seconds * SECOND);
            prop_assert_eq!(parse(&written), Some(seconds * SECOND));
        }

        #[test]
        fn any_text_is_read(text in "(?s).{0,60}") {
            let _ = parse(&text);
        }
    }
}
