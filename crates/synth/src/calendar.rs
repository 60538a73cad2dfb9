//! Days, holidays and clocks. A day is a number since 1970, a moment is milliseconds since then.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

use crate::rows::rows;

/// Days since 1970-01-01.
pub type Day = i32;

/// Milliseconds since 1970-01-01, UTC.
pub type Moment = i64;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// Days from year 1 to 1970.
const EPOCH: i32 = 719_163;

/// A date as a day.
pub fn day(date: NaiveDate) -> Day {
    date.num_days_from_ce() - EPOCH
}

/// A day as a date.
pub fn date(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day + EPOCH).unwrap_or_default()
}

/// 0 = Monday.
pub fn weekday(day: Day) -> u8 {
    (day + 3).rem_euclid(7) as u8
}

/// The Monday of a day's week: most people start on one.
pub fn monday(day: Day) -> Day {
    day - Day::from(weekday(day))
}

/// `2026-06-30` or, in American sheets, `06/30/2026`.
pub fn iso(day: Day) -> String {
    date(day).format("%Y-%m-%d").to_string()
}

/// `2026-06-30T09:14:07Z`.
pub fn iso_time(at: Moment) -> String {
    utc(at).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A moment as date and time.
pub fn utc(at: Moment) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(at).unwrap_or_default()
}

/// The UTC day of a moment.
pub fn day_of(at: Moment) -> Day {
    at.div_euclid(DAY_MS) as Day
}

/// The moment of a local minute of a day. The clock of noon counts: nobody works at the hour of the change.
pub fn moment(zone: Tz, day: Day, minute: i32) -> Moment {
    let noon = date(day).and_hms_opt(12, 0, 0).unwrap_or_default();
    let offset = zone.offset_from_local_datetime(&noon).earliest();
    let east = offset.map_or(0, |offset| offset.fix().local_minus_utc());
    i64::from(day) * DAY_MS + i64::from(minute) * 60_000 - i64::from(east) * 1000
}

/// How a holiday's date is told.
enum Rule {
    Fixed {
        month: u32,
        day: u32,
    },
    /// n-th weekday of a month, counted from the end where negative.
    Nth {
        month: u32,
        nth: i32,
        weekday: u8,
    },
}

static HOLIDAYS: LazyLock<Vec<(&'static str, Rule)>> = LazyLock::new(|| {
    rows(include_str!("../data/holidays.tsv"))
        .filter_map(|row| {
            let mut parts = row.text(1).split(':');
            let first = parts.next()?;
            let rule = match (parts.next(), parts.next()) {
                (Some(nth), Some(weekday)) => Rule::Nth {
                    month: first.parse().ok()?,
                    nth: nth.parse().ok()?,
                    weekday: weekday.parse().ok()?,
                },
                _ => {
                    let (month, day) = first.split_once('-')?;
                    Rule::Fixed { month: month.parse().ok()?, day: day.parse().ok()? }
                }
            };
            Some((row.text(0), rule))
        })
        .collect()
});

/// Whether most people of a country stay away from work.
pub fn is_holiday(iso: &str, at: Day) -> bool {
    let this = date(at);
    HOLIDAYS.iter().filter(|(country, _)| *country == iso).any(|(_, rule)| match rule {
        Rule::Fixed { month, day } => this.month() == *month && this.day() == *day,
        Rule::Nth { month, nth, weekday: on } => {
            let last = this.month() != date(at + 7).month();
            let count = (this.day0() / 7 + 1) as i32;
            this.month() == *month && weekday(at) == *on && if *nth < 0 { last } else { count == *nth }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(y: i32, m: u32, d: u32) -> Day {
        day(NaiveDate::from_ymd_opt(y, m, d).unwrap())
    }

    #[test]
    fn days_holidays_and_clocks() {
        assert_eq!(on(1970, 1, 1), 0);
        assert_eq!(weekday(on(2026, 6, 29)), 0);
        assert!(is_holiday("US", on(2026, 11, 26)) && !is_holiday("US", on(2026, 11, 19)));
        assert!(is_holiday("US", on(2026, 5, 25)) && !is_holiday("US", on(2026, 5, 18)));
        let nine = moment(chrono_tz::America::Chicago, on(2026, 6, 29), 9 * 60);
        assert_eq!(iso_time(nine), "2026-06-29T14:00:00Z");
        assert_eq!(day_of(nine), on(2026, 6, 29));
        assert_eq!(HOLIDAYS.len(), rows(include_str!("../data/holidays.tsv")).count());
    }
}
