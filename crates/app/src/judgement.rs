//! What "now" is for a check. Nothing on the path from records to assessment reads the clock.

use chrono::{DateTime, NaiveDate};
use lake::Lake;
use model::time::DAY_MICROS;
use model::{Layer, Time, tables};

use crate::error::{Error, Result};

/// The judgement time: as named, else the last event within two days of the 99.9th percentile of event time, so that one
/// line dated 9999 does not become now, and inventories count that are drawn up when the logs are.
/// Rosters and other snapshots do not speak here: their time may be judgement time itself.
pub async fn time(lake: &Lake, until: Option<&str>) -> Result<Time> {
    match until {
        Some(text) => parse(text),
        None => percentile(lake).await,
    }
}

/// Reads `YYYY-MM-DD` (the end of that day) or an RFC 3339 instant.
pub fn parse(text: &str) -> Result<Time> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let days = day.signed_duration_since(NaiveDate::default()).num_days() + 1;
        return Ok(Time(days * DAY_MICROS - 1));
    }
    DateTime::parse_from_rfc3339(text).map(|when| Time(when.timestamp_micros())).map_err(|_| {
        Error::Configuration(format!("--until {text:?} is neither YYYY-MM-DD nor an RFC 3339 time"))
    })
}

/// Exports of one folder are made within so long.
const EXPORT_DAYS: i64 = 2;

const SNAPSHOTS: &[&str] = &["employment", "attestation", "device_assignment", "shipment", "pay_instruction"];

async fn percentile(lake: &Lake) -> Result<Time> {
    let mut times = event_times(lake, |name| !SNAPSHOTS.contains(&name)).await?;
    if times.is_empty() {
        times = event_times(lake, |name| SNAPSHOTS.contains(&name)).await?;
    }
    if times.is_empty() {
        // Sheets without any date of their own: the day on which somebody started last.
        for batch in lake.query("SELECT start_time FROM employment WHERE start_time IS NOT NULL").await? {
            times.extend(lake::rows::times(&batch, 0));
        }
    }
    if times.is_empty() {
        return Ok(Time::default());
    }
    Ok(Time(last(&mut times)))
}

/// The last of the times that no few outliers make up. An instant that some record carries, whatever the order they came in.
fn last(times: &mut [i64]) -> i64 {
    let rank = (times.len() * 999).div_ceil(1000).saturating_sub(1);
    let (_, at, later) = times.select_nth_unstable(rank);
    let end = at.saturating_add(EXPORT_DAYS * DAY_MICROS);
    later.iter().copied().filter(|time| *time <= end).max().unwrap_or(*at)
}

async fn event_times(lake: &Lake, wanted: impl Fn(&str) -> bool) -> Result<Vec<i64>> {
    let mut times = Vec::new();
    for table in tables::ALL.iter().filter(|table| table.layer == Layer::Record && wanted(table.name)) {
        let sql = format!("SELECT time FROM {} WHERE time IS NOT NULL", table.name);
        for batch in lake.query(&sql).await? {
            times.extend(lake::rows::times(&batch, 0));
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inventories_of_the_next_day_count_and_lines_from_the_future_do_not() {
        let mut times: Vec<i64> = (0..30_000).map(|minute| minute * 60_000_000).collect();
        let logs = times[29_999];
        times.extend([logs + DAY_MICROS, logs + 30 * DAY_MICROS, i64::MAX]);
        times.reverse();
        assert_eq!(last(&mut times), logs + DAY_MICROS);
    }

    #[test]
    fn until_is_a_day_or_an_instant() {
        assert_eq!(parse("1970-01-01").unwrap(), Time(DAY_MICROS - 1));
        assert_eq!(parse("1970-01-01T00:00:01Z").unwrap(), Time(1_000_000));
        assert!(parse("tomorrow").is_err());
    }
}
