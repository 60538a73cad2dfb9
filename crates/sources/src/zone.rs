//! Zones whose clocks change in summer, as sheets name them: beside a time, or in the header above it.

use chrono::{DateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use model::Time;

/// The zone of a place whose clocks change: `ET`, `Pacific`, `Central Time`, `Europe/Berlin`.
pub(crate) fn of(name: &str) -> Option<Tz> {
    let upper = name.trim().to_ascii_uppercase();
    let short = upper.strip_prefix("US ").unwrap_or(&upper);
    let short = short.strip_suffix(" TIME").unwrap_or(short);
    Some(match short {
        "ET" | "EASTERN" => Tz::America__New_York,
        "CT" | "CENTRAL" => Tz::America__Chicago,
        "MT" | "MOUNTAIN" => Tz::America__Denver,
        "PT" | "PACIFIC" => Tz::America__Los_Angeles,
        _ if name.contains('/') => name.trim().parse().ok()?,
        _ => return None,
    })
}

/// An instant from what the clocks of a zone showed; of an hour that came twice the first, of one that never came the next.
pub(crate) fn from_local(shown: Time, zone: Tz) -> Time {
    let Some(naive) = DateTime::from_timestamp_micros(shown.0).map(|instant| instant.naive_utc()) else {
        return shown;
    };
    let found = zone.from_local_datetime(&naive).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(naive + TimeDelta::hours(1))).earliest());
    found.map_or(shown, |instant| Time(instant.timestamp_micros()))
}

/// A time that stands under a header which names its zone (`Entry Moment (PT)`); a zone beside the time itself goes before.
pub(crate) fn under_header(header: &str, text: &str, found: Time) -> Time {
    let named =
        header.split_once('(').and_then(|(_, rest)| rest.split_once(')')).and_then(|(zone, _)| of(zone));
    match named {
        Some(zone) if text.contains(':') && !names_zone(text) => from_local(found, zone),
        _ => found,
    }
}

/// Whether a zone follows the clock time.
fn names_zone(text: &str) -> bool {
    let after = text.rsplit_once(':').map_or("", |(_, after)| after);
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).trim();
    let rest = rest.to_ascii_lowercase();
    // (an offset holds a colon itself)
    let has_offset = text.rsplit_once([' ', 'T']).is_some_and(|(_, clock)| clock.contains(['+', '-']));
    has_offset || !matches!(rest.as_str(), "" | "am" | "pm" | "a.m." | "p.m.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::time;

    #[test]
    fn clocks_of_summer_and_winter() {
        let at = |header: &str, text: &str| under_header(header, text, time(text).unwrap()).to_string();
        assert_eq!(at("Entry Moment (PT)", "2026-07-06 21:18"), "2026-07-07T04:18:00Z");
        assert_eq!(at("Signon (Pacific)", "2026-12-06 21:18"), "2026-12-07T05:18:00Z");
        assert_eq!(at("Start (Europe/Berlin)", "2026-07-06 09:00"), "2026-07-06T07:00:00Z");
        // what stands beside the time goes before the header, and a day has no clock
        assert_eq!(at("Start (PT)", "2026-07-06T09:00:00Z"), "2026-07-06T09:00:00Z");
        assert_eq!(at("Start (PT)", "2026-07-06T09:00:00+02:00"), "2026-07-06T07:00:00Z");
        assert_eq!(at("Start (PT)", "2026-07-06"), "2026-07-06T00:00:00Z");
        assert_eq!(at("Date (mm/dd/yyyy)", "2026-07-06 09:00"), "2026-07-06T09:00:00Z");
        assert_eq!(at("Delivered", "07/12/2026 11:57 ET"), "2026-07-12T15:57:00Z");
        // an hour that never came, and one that came twice
        assert_eq!(at("Start (ET)", "2026-03-08 02:30"), "2026-03-08T07:30:00Z");
        assert_eq!(at("Start (ET)", "2026-11-01 01:30"), "2026-11-01T05:30:00Z");
    }
}
