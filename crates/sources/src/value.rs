//! Values as vendors write them: times, addresses, hexadecimal ids, truth values, dates in file names.
//!
//! Nothing here fails loudly: what is not understood is `None`, and the source decides whether that is a reject.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use model::Time;

use crate::zone;

/// Which of day and month stands first in `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateOrder {
    /// Month first, as in the United States.
    #[default]
    MonthFirst,
    /// Day first, as nearly everywhere else.
    DayFirst,
}

/// An instant in any of the forms that vendors use; without a zone it is UTC, without a clock time midnight.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    time_ordered(text, DateOrder::MonthFirst)
}

/// As [`time`], for a column whose slashed dates are known to be day or month first.
#[must_use]
pub fn time_ordered(text: &str, order: DateOrder) -> Option<Time> {
    let text = text.trim().trim_matches('"');
    let bytes = text.as_bytes();
    if bytes.len() < 6 || bytes.len() > 64 || !text.is_ascii() {
        return None;
    }
    let dots = bytes.iter().filter(|b| **b == b'.').count();
    if dots < 2
        && bytes.iter().enumerate().all(|(i, b)| b.is_ascii_digit() || *b == b'.' || (i == 0 && *b == b'-'))
    {
        return digits_time(text);
    }
    if bytes.len() >= 8 && bytes[..4].iter().all(u8::is_ascii_digit) && matches!(bytes[4], b'-' | b'/' | b'.')
    {
        return year_first(text);
    }
    if bytes.iter().any(u8::is_ascii_alphabetic)
        && let Some(found) = named_month(text)
    {
        return Some(found);
    }
    slashed(text, order)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970 by magnitude; eight digits are a date.
fn digits_time(text: &str) -> Option<Time> {
    if text.len() == 8 && !text.contains(['.', '-']) {
        let number: u32 = text.parse().ok()?;
        let date =
            NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, number / 100 % 100, number % 100)?;
        return (1900..=2200).contains(&(number / 10_000)).then(|| micros(date.and_time(NaiveTime::MIN)));
    }
    if let Some((whole, fraction)) = text.split_once('.') {
        let whole = whole.parse().ok().filter(|number: &i64| number.unsigned_abs() >= 100_000_000)?;
        if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let base = epoch(whole)?;
        let unit = epoch_unit(whole);
        let fraction = fraction_micros(fraction);
        return Some(Time(base.0.checked_add(fraction.checked_mul(unit)? / 1_000_000)?));
    }
    // a smaller number is a count or an id, not an instant
    epoch(text.parse().ok().filter(|number: &i64| number.unsigned_abs() >= 100_000_000)?)
}

/// Microseconds in one unit of a number since 1970, by its magnitude; 0 for nanoseconds.
fn epoch_unit(number: i64) -> i64 {
    match number.unsigned_abs() {
        0..=99_999_999_999 => 1_000_000,
        100_000_000_000..=99_999_999_999_999 => 1_000,
        100_000_000_000_000..=99_999_999_999_999_999 => 1,
        _ => 0,
    }
}

/// A number since 1970 in seconds, milliseconds, microseconds or nanoseconds, by its magnitude.
#[must_use]
pub fn epoch(number: i64) -> Option<Time> {
    match epoch_unit(number) {
        0 => Some(Time(number / 1_000)),
        unit => number.checked_mul(unit).map(Time),
    }
}

/// A floating number since 1970.
#[must_use]
pub fn epoch_float(number: f64) -> Option<Time> {
    if !number.is_finite() || number.abs() >= 9.0e18 {
        return None;
    }
    let unit = epoch_unit(number as i64);
    if unit == 0 { epoch(number as i64) } else { Some(Time((number * unit as f64).round() as i64)) }
}

fn micros(when: NaiveDateTime) -> Time {
    Time(when.and_utc().timestamp_micros())
}

/// First six digits of a fraction as microseconds; further digits are cut off.
fn fraction_micros(digits: &str) -> i64 {
    let mut value = 0;
    let mut count = 0;
    for digit in digits.bytes().take(6) {
        value = value * 10 + i64::from(digit - b'0');
        count += 1;
    }
    while count < 6 {
        value *= 10;
        count += 1;
    }
    value
}

fn year_first(text: &str) -> Option<Time> {
    let separator = char::from(text.as_bytes()[4]);
    let date_end = text.find(|c: char| !(c.is_ascii_digit() || c == separator)).unwrap_or(text.len());
    // a zone behind a bare date (`2025-03-17-07:00`, as Workday writes it) does not change the day
    if separator == '-' && date_end == 13 && text.as_bytes().get(10) == Some(&b'-') && text[13..].len() == 3 {
        return text[13..].starts_with(':').then(|| year_first(&text[..10])).flatten();
    }
    let mut parts = text[..date_end].split(separator);
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let month: u32 = month.parse().ok()?;
    let day: u32 = parts.next()?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    let rest = text[date_end..].strip_prefix(['T', 't', ' ', '_']).unwrap_or(&text[date_end..]);
    clock_and_zone(date, rest.trim())
}

/// Adds `hh:mm[:ss[.fraction]] [AM|PM] [zone]` to a date.
fn clock_and_zone(date: NaiveDate, rest: &str) -> Option<Time> {
    if rest.is_empty() {
        return Some(micros(date.and_time(NaiveTime::MIN)));
    }
    if rest.eq_ignore_ascii_case("z") || rest.eq_ignore_ascii_case("utc") {
        return Some(micros(date.and_time(NaiveTime::MIN)));
    }
    let end =
        rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (clock, after) = (rest[..end].trim_end_matches([',', '.']), rest[end..].trim());
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) => (clock, fraction),
        None => (clock, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut parts = clock.split(':');
    let mut hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second: u32 = parts.next().map_or(Some(0), |s| s.parse().ok())?;
    // some write the thousandths behind a colon
    let fraction = match parts.next() {
        Some(part) if part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()) => part,
        Some(_) => return None,
        None => fraction,
    };
    if parts.next().is_some() {
        return None;
    }
    let (meridiem, zone) = match after.get(..2) {
        Some(word) if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") => {
            (Some(word.eq_ignore_ascii_case("pm")), after[2..].trim())
        }
        _ => (None, after),
    };
    if let Some(afternoon) = meridiem {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    // 24:00:00 and leap seconds are written by some exporters
    let (hour, extra_day) = if hour == 24 && minute == 0 && second == 0 { (0, 1) } else { (hour, 0) };
    let base = micros(date.and_hms_opt(hour, minute, second.min(59))?);
    let value = Time(base.0 + extra_day * model::time::DAY_MICROS + fraction_micros(fraction));
    match zone_seconds(zone) {
        Some(seconds) => Some(Time(value.0 - seconds * 1_000_000)),
        None => Some(zone::from_local(value, zone::of(zone)?)),
    }
}

/// Offset from UTC in seconds of `Z`, `UTC`, `+02:00`, `-0700`, `GMT+2`, `+02:00[Europe/Berlin]`.
fn zone_seconds(zone: &str) -> Option<i64> {
    let zone = zone.split(['[', '(']).next().unwrap_or_default().trim();
    let fixed = match zone.to_ascii_uppercase().as_str() {
        "" | "Z" | "UTC" | "GMT" | "UT" => Some(0),
        "EST" => Some(-5),
        "EDT" | "AST" => Some(-4),
        "CST" => Some(-6),
        "CDT" => Some(-5),
        "MST" => Some(-7),
        "MDT" => Some(-6),
        "PST" => Some(-8),
        "PDT" => Some(-7),
        "CET" | "BST" => Some(1),
        "CEST" => Some(2),
        _ => None,
    };
    if let Some(hours) = fixed {
        return Some(hours * 3600);
    }
    let upper = zone.to_ascii_uppercase();
    let offset = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper).trim();
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = offset[1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i64>().ok()?, 0),
        3 => (digits[..1].parse().ok()?, digits[1..].parse().ok()?),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month_of(word: &str) -> Option<u32> {
    // "Sept. 3", "May. 15"
    let word = word.trim_end_matches('.');
    let lower = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == lower)?;
    word.bytes().all(|b| b.is_ascii_alphabetic()).then_some(at as u32 + 1)
}

/// `Tue Nov 24 13:43:54 2026 UTC`, `24-Nov-2026`, `Nov 24, 2026 1:43 PM`, `24 November 2026`.
fn named_month(text: &str) -> Option<Time> {
    let (mut month, mut day, mut year) = (None, None, None);
    let mut clock = String::new();
    for word in text.split_whitespace() {
        if word.contains(':') || (!clock.is_empty() && word.starts_with(['+', '-'])) {
            clock.push_str(word);
            clock.push(' ');
            continue;
        }
        for part in word.split(['-', ',', '/']).filter(|part| !part.is_empty()) {
            let part = ["st", "nd", "rd", "th"]
                .iter()
                .find_map(|ending| part.strip_suffix(ending))
                .filter(|day| !day.is_empty() && day.bytes().all(|b| b.is_ascii_digit()))
                .unwrap_or(part);
            if part.bytes().all(|b| b.is_ascii_digit()) {
                if month.is_none() && day.is_some() && !clock.is_empty() {
                    return None;
                }
                let number: i32 = part.parse().ok()?;
                if part.len() == 4 {
                    year = year.or(Some(number));
                } else if day.is_none() {
                    day = u32::try_from(number).ok();
                } else if year.is_none() && part.len() == 2 {
                    year = Some(2000 + number);
                }
            } else if month.is_none() && month_of(part).is_some() {
                month = month_of(part);
            } else if !clock.is_empty() && !part.eq_ignore_ascii_case("at") {
                clock.push_str(word);
                clock.push(' ');
                break;
            }
        }
    }
    let date = NaiveDate::from_ymd_opt(year?, month?, day?)?;
    clock_and_zone(date, clock.trim())
}

/// `MM/DD/YYYY`, `DD.MM.YYYY`, with or without clock; a first part above 12 must be a day.
fn slashed(text: &str, order: DateOrder) -> Option<Time> {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '.' | '-'))).unwrap_or(text.len());
    let separator = text[..end].chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = text[..end].split(separator);
    let first: u32 = parts.next()?.parse().ok()?;
    let second: u32 = parts.next()?.parse().ok()?;
    let year_text = parts.next()?;
    let mut year: i32 = year_text.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    match year_text.len() {
        2 => year += if year < 70 { 2000 } else { 1900 },
        4 => {}
        _ => return None,
    }
    // dots are written day first everywhere
    let day_first = separator == '.' || first > 12 || (order == DateOrder::DayFirst && second <= 12);
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    clock_and_zone(date, text[end..].trim_start_matches([',', 'T']).trim())
}

/// The date in a file name such as `roster_2026-11-24.csv`, `export-20261124.json.gz` or `2026_11_24`.
#[must_use]
pub fn date_in_name(name: &str) -> Option<Time> {
    let base = name.rsplit(['/', '\\']).next()?;
    let bytes = base.as_bytes();
    (0..bytes.len())
        .filter(|at| *at == 0 || !bytes[at - 1].is_ascii_digit())
        .find_map(|at| date_at(&bytes[at..]))
}

fn date_at(bytes: &[u8]) -> Option<Time> {
    let run = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = |part: &[u8]| std::str::from_utf8(part).ok()?.parse::<u32>().ok();
    let (year, month, day) = if run == 8 || run == 14 {
        (number(&bytes[..4])?, number(&bytes[4..6])?, number(&bytes[6..8])?)
    } else if run == 4 && bytes.len() >= 10 {
        let separator = bytes[4];
        let after = bytes.get(10).is_some_and(u8::is_ascii_digit);
        if !matches!(separator, b'-' | b'_' | b'.') || bytes[7] != separator || after {
            return None;
        }
        (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..10])?)
    } else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1990..=2200).contains(&year).then(|| micros(date.and_time(NaiveTime::MIN)))
}

/// An address, whether bare, with a port, in brackets or with a zone or prefix; the unspecified one is missing.
#[must_use]
pub fn ip(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = if let Ok(address) = text.parse::<IpAddr>() {
        address
    } else if let Ok(socket) = text.parse::<SocketAddr>() {
        socket.ip()
    } else {
        let inner = text.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(text);
        inner.split(['%', '/']).next()?.parse().ok()?
    };
    let address = address.to_canonical();
    (!address.is_unspecified()).then_some(address)
}

/// Whether an address may be seen on the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let benchmark = a == 198 && (b == 18 || b == 19);
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast())
                && !(v4.is_broadcast() || a == 0 || a >= 240 || shared || benchmark)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}

/// Hosts of meetings whose links carry a number.
const MEETING_HOSTS: &[&str] = &["zoom.us", "zoomgov.com", "teams.microsoft.com", "teams.live.com"];

/// The number or code of a meeting, from its link or as its service writes it: digits of Zoom and Teams, ten letters of Meet,
/// the code of a Teams thread.
#[must_use]
pub fn meeting_number(text: &str) -> Option<String> {
    let text = text.trim();
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let named = match path.split_once("://") {
        None => path,
        Some((_, link)) => {
            let (host, path) = link.split_once('/')?;
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            let is_of = |known: &str| host == known || host.ends_with(&format!(".{known}"));
            if let Some(thread) = parts.clone().find_map(thread_code).filter(|_| host.starts_with("teams.")) {
                return Some(thread.to_owned());
            } else if host == "meet.google.com" {
                parts.next()?
            } else if MEETING_HOSTS.iter().any(|known| is_of(known)) {
                // `/j/87621070001`, `/wc/join/87621070001`, `/meet/2874561230987`
                parts.find(|part| part.len() >= 9 && part.bytes().all(|b| b.is_ascii_digit()))?
            } else {
                return None;
            }
        }
    };
    let bare: String = named.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let number = (9..=16).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    let code = bare.len() == 10 && bare.bytes().all(|b| b.is_ascii_alphabetic());
    (number || code).then(|| bare.to_ascii_uppercase())
}

/// The code in `19%3ameeting_Njk5OTA5ZTI%40thread.v2`, which begins the links of Teams meetings.
fn thread_code(part: &str) -> Option<&str> {
    let code = part.split("meeting_").nth(1)?.split(['@', '%']).next()?;
    let is_code =
        code.len() >= 12 && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_code.then_some(code)
}

/// A MAC address in lower case with colons. Takes `-`, `.` and no separator, and the unpadded `0:1a:2b:…`
/// of macOS. All zeros, all ones and the privacy placeholder `02:00:00:00:00:00` are missing.
#[must_use]
pub fn mac(text: &str) -> Option<String> {
    let text = text.trim();
    let mut octets = [0_u8; 6];
    if text.len() == 12 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        for (octet, at) in octets.iter_mut().zip((0..12).step_by(2)) {
            *octet = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
    } else if text.contains('.') {
        let joined: String = text.split('.').collect();
        return if joined.contains('.') || joined.len() != 12 { None } else { mac(&joined) };
    } else {
        let mut parts = text.split([':', '-']);
        for octet in &mut octets {
            let part = parts.next()?;
            if part.is_empty() || part.len() > 2 {
                return None;
            }
            *octet = u8::from_str_radix(part, 16).ok()?;
        }
        if parts.next().is_some() {
            return None;
        }
    }
    if octets == [0; 6] || octets == [0xff; 6] || octets == [2, 0, 0, 0, 0, 0] {
        return None;
    }
    let [a, b, c, d, e, f] = octets;
    Some(format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"))
}

/// A 16-bit id as four lower-case hexadecimal digits: `0x046d`, `046D`, `46d`, and decimals of five digits.
#[must_use]
pub fn hex16(text: &str) -> Option<String> {
    let text = text.trim();
    let number = if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        u16::from_str_radix(hex, 16).ok()?
    } else if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()?
    } else if text.len() <= 4 {
        u16::from_str_radix(text, 16).ok()?
    } else {
        return None;
    };
    Some(format!("{number:04x}"))
}

/// A truth value in words or digits.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "y", "1", "t", "on", "enabled"]) {
        Some(true)
    } else if is(&["false", "no", "n", "0", "f", "off", "disabled"]) {
        Some(false)
    } else {
        None
    }
}

/// Bytes as text: UTF-8, else the Windows code page that spreadsheet programs write.
#[must_use]
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> String {
        time(text).map_or_else(|| "none".to_owned(), |t| format!("{t} {}", t.0.rem_euclid(1_000_000)))
    }

    #[test]
    fn meetings_by_their_links() {
        for (text, expected) in [
            ("https://example.zoom.us/j/87621070001?pwd=x.1", Some("87621070001")),
            ("https://app.zoom.us/wc/join/87621070001", Some("87621070001")),
            ("876 2107 0001", Some("87621070001")),
            ("https://meet.google.com/abc-defg-hij", Some("ABCDEFGHIJ")),
            ("ABCDEFGHIJ", Some("ABCDEFGHIJ")),
            ("https://teams.microsoft.com/meet/2874561230987?p=Zz", Some("2874561230987")),
            (
                "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Njk5OTA5ZTItYjFi%40thread.v2/0?context=x",
                Some("Njk5OTA5ZTItYjFi"),
            ),
            ("https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0", None),
            ("https://example.zoom.us/my/ines", None),
            ("https://example.com/j/87621070001", None),
            ("Room 4", None),
        ] {
            assert_eq!(meeting_number(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn times_in_every_form() {
        for (text, expected) in [
            ("2026-11-24T13:43:54Z", "2026-11-24T13:43:54Z 0"),
            ("2026-11-24T13:43:54.123456789Z", "2026-11-24T13:43:54Z 123456"),
            ("2026-11-24T13:43:54.5+02:00", "2026-11-24T11:43:54Z 500000"),
            ("2022-03-22 14:21:53.225", "2022-03-22T14:21:53Z 225000"),
            ("2020-04-10 23:26:11.000000000", "2020-04-10T23:26:11Z 0"),
            ("2026/11/24 13:43", "2026-11-24T13:43:00Z 0"),
            ("2026-11-24", "2026-11-24T00:00:00Z 0"),
            ("20261124", "2026-11-24T00:00:00Z 0"),
            ("Tue Nov 24 13:43:54 2026 UTC", "2026-11-24T13:43:54Z 0"),
            ("Tue Nov  3 03:43:54 2026 UTC", "2026-11-03T03:43:54Z 0"),
            ("Tue, 24 Nov 2026 13:43:54 +0100", "2026-11-24T12:43:54Z 0"),
            ("24-Nov-2026", "2026-11-24T00:00:00Z 0"),
            ("Nov 24, 2026 1:43 PM", "2026-11-24T13:43:00Z 0"),
            ("24 November 2026", "2026-11-24T00:00:00Z 0"),
            ("11/24/2026", "2026-11-24T00:00:00Z 0"),
            ("24/11/2026", "2026-11-24T00:00:00Z 0"),
            ("3/4/2026 12:05:06 AM", "2026-03-04T00:05:06Z 0"),
            ("24.11.2026", "2026-11-24T00:00:00Z 0"),
            ("1587502574", "2020-04-21T20:56:14Z 0"),
            ("1587502574123", "2020-04-21T20:56:14Z 123000"),
            ("1587502574123456", "2020-04-21T20:56:14Z 123456"),
            ("1587502574.5", "2020-04-21T20:56:14Z 500000"),
            ("2026-11-24-07:00", "2026-11-24T00:00:00Z 0"),
            ("November 24th, 2026", "2026-11-24T00:00:00Z 0"),
            ("2026-13-01", "none"),
            ("hello world", "none"),
            ("2026-02-30T00:00:00Z", "none"),
        ] {
            assert_eq!(iso(text), expected, "{text}");
        }
        assert_eq!(time_ordered("03/04/2026", DateOrder::DayFirst), time("2026-04-03"));
    }

    #[test]
    fn addresses_ids_and_words() {
        assert_eq!(ip("1.2.3.4:55").map(|a| a.to_string()).as_deref(), Some("1.2.3.4"));
        assert_eq!(ip("[2001:db8::1]:443").map(|a| a.to_string()).as_deref(), Some("2001:db8::1"));
        assert_eq!(ip("::ffff:1.2.3.4").map(|a| a.to_string()).as_deref(), Some("1.2.3.4"));
        assert_eq!(ip("fe80::1%en0").map(|a| a.to_string()).as_deref(), Some("fe80::1"));
        assert_eq!(ip("0.0.0.0"), None);
        assert_eq!(mac("0:1a:2B:3:4:5").as_deref(), Some("00:1a:2b:03:04:05"));
        assert_eq!(mac("001A.2B03.0405").as_deref(), Some("00:1a:2b:03:04:05"));
        assert_eq!(mac("00-1A-2B-03-04-05").as_deref(), Some("00:1a:2b:03:04:05"));
        assert_eq!(mac("00:00:00:00:00:00"), None);
        assert_eq!(hex16("0x046D").as_deref(), Some("046d"));
        assert_eq!(hex16("46d").as_deref(), Some("046d"));
        assert_eq!(hex16("01133").as_deref(), Some("046d"));
        assert_eq!(truth("Yes"), Some(true));
        assert_eq!(truth("perhaps"), None);
        assert_eq!(date_in_name("exports/roster_2026-11-24.csv.gz"), time("2026-11-24"));
        assert_eq!(date_in_name("r-20261124-2.csv"), time("2026-11-24"));
        assert_eq!(date_in_name("roster1234.csv"), None);
        assert_eq!(text_of(b"caf\xe9"), "café");
    }
}
