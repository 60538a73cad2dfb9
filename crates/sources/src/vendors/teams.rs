//! Microsoft Teams attendance reports and call records. Vendor documentation: "Manage meeting attendance reports in
//! Microsoft Teams", Microsoft Support; "attendanceRecord resource type", Microsoft Graph.
//!
//! The file of a meeting has sections (`1. Summary`, `2. Participants`, `3. In-Meeting Activities`), the older one the participants
//! only below a few lines; both as tabs in UTF-16 or, saved again, as any delimited text. Times are those of whoever downloaded it,
//! without a zone: they are taken as UTC. The headers follow the language; the order of the columns does not.

mod call;

use std::collections::BTreeMap;

use model::tables::{self, meeting_participation as t};
use model::{Cell, Record, Time, UnitKey};

use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::sheet::rows;
use crate::source::{Block, Framing, Parsed, Reader, Recognised, Sample, Source, SourceDoc};
use crate::value::{self, DateOrder};
use crate::{frame, recognise};

/// Microsoft Teams.
pub struct Teams;

static DOC: SourceDoc = SourceDoc {
    title: "Microsoft Teams (attendance report of a meeting; Graph attendance records and call records)",
    documentation: "Manage meeting attendance reports, Microsoft Support; attendanceRecord and callRecord, Microsoft Graph",
    recognised_by: "sections of a summary and of participants with UPN, or participants with join and leave time; attendanceIntervals; modalities with sessions or participants",
    expects: &[
        "Name or Full Name*",
        "First Join or Join Time*",
        "Last Leave or Leave Time*",
        "In-Meeting Duration or Duration",
        "Email",
        "Participant ID (UPN)",
        "Role",
        "sessions.segments.media.callerNetwork, callerDevice",
    ],
    fills: &["meeting_participation"],
};

/// Rows looked at for the header.
const HEAD_ROWS: usize = 40;

impl Source for Teams {
    fn kind(&self) -> &'static str {
        "teams"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "teams", "attendance or call records of Teams").or_else(|| file(sample))
    }
}

/// Where what stands in the row of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    email: Option<usize>,
    upn: Option<usize>,
    role: Option<usize>,
    duration: usize,
}

/// Name, joined and left are the first three columns in every language.
const NAME: usize = 0;
const JOINED: usize = 1;
const LEFT: usize = 2;

impl Columns {
    /// Those of a header, which is one of participants if it says so: by `(UPN)`, which no language translates, or in English.
    fn of(header: &[String]) -> Option<Self> {
        let lower: Vec<String> = header.iter().map(|cell| cell.to_lowercase()).collect();
        let at = |names: &[&str]| lower.iter().position(|cell| names.contains(&cell.as_str()));
        let upn = lower.iter().position(|cell| cell.contains("(upn)"));
        let bare = |cell: Option<&String>| cell.map(|cell| cell.trim_end_matches("(utc)").trim().to_owned());
        let english = matches!(lower.first().map(String::as_str), Some("name" | "full name"))
            && matches!(bare(lower.get(JOINED)).as_deref(), Some("first join" | "join time"))
            && matches!(bare(lower.get(LEFT)).as_deref(), Some("last leave" | "leave time"));
        match upn {
            // name, joined, left, duration, e-mail, UPN, role
            Some(5) => Some(Self { email: Some(4), upn, role: Some(6), duration: 3 }),
            // name, joined, left, duration, e-mail, role, UPN
            Some(6) => Some(Self { email: Some(4), upn, role: Some(5), duration: 3 }),
            _ if english && (lower.len() == 4 || at(&["email", "role"]).is_some()) => {
                Some(Self { email: at(&["email"]), upn, role: at(&["role"]), duration: 3 })
            }
            _ => None,
        }
    }
}

/// `1. Summary`, in any language: the number of a section and its title, alone in a row.
fn section(row: &[String]) -> Option<u8> {
    let first = row.first()?;
    let (number, title) = first.split_once(". ")?;
    let alone = row.iter().skip(1).all(String::is_empty);
    let is_title = title.chars().next().is_some_and(char::is_alphabetic) && title.chars().count() < 60;
    number.parse().ok().filter(|number| alone && is_title && (1..=9).contains(number))
}

fn file(sample: &Sample<'_>) -> Option<Recognised> {
    if recognise::json_framing(sample.bytes).is_some() {
        return None;
    }
    [b'\t', b',', b';'].into_iter().find_map(|delimiter| report(sample, delimiter))
}

fn report(sample: &Sample<'_>, delimiter: u8) -> Option<Recognised> {
    let rows = rows::records(sample.bytes, delimiter);
    let head = rows.iter().take(HEAD_ROWS);
    let at = head.clone().position(|(_, row)| Columns::of(&trimmed(row)).is_some())?;
    let (unit, header) = rows.get(at)?;
    let columns = Columns::of(&trimmed(header))?;
    let sections = rows.iter().take(at).filter_map(|(_, row)| section(row)).max();
    // a table of participants alone, without a word of the meeting, may be anybody's
    if sections != Some(2) && (at == 0 || columns.upn.is_none()) && !has_summary(&rows, at) {
        return None;
    }
    let ends = rows.iter().skip(at + 1).find(|(_, row)| section(row).is_some()).map(|(unit, _)| unit.line);
    let people = || rows.iter().skip(at + 1).take_while(|(unit, _)| ends.is_none_or(|end| unit.line < end));
    let order = order(people().flat_map(|(_, row)| [row.get(JOINED), row.get(LEFT)]).flatten());
    let meeting = meeting(&rows, at);
    let why = format!("attendance report of a Teams meeting: {} participants sampled", people().count());
    let framing = Framing::Sheet { delimiter };
    let reader = Report { delimiter, columns, header_line: unit.line, ends, order, meeting };
    Some(Recognised { kind: "teams", confidence: 93, why, framing, reader: Box::new(reader) })
}

/// Whether lines above the header tell of a meeting, as those of the older report do.
fn has_summary(rows: &[(crate::source::Unit, Vec<String>)], header: usize) -> bool {
    let told = |row: &[String]| row.first().is_some_and(|cell| cell.to_lowercase().starts_with("meeting"));
    rows.iter().take(header).any(|(_, row)| told(row))
}

fn trimmed(row: &[String]) -> Vec<String> {
    let end = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
    row[..end].to_vec()
}

/// What stands for the meeting: its own id where the report has one, else a digest of all that the summary says. The title
/// itself may name people.
fn meeting(rows: &[(crate::source::Unit, Vec<String>)], header: usize) -> Option<String> {
    let summary: Vec<Vec<String>> = rows.iter().take(header).map(|(_, row)| trimmed(row)).collect();
    let told = |row: &Vec<String>| row.len() == 2 && row.iter().all(|cell| !cell.is_empty());
    if let Some(row) = summary.iter().find(|row| told(row) && row[0].eq_ignore_ascii_case("meeting id")) {
        return Some(row[1].clone());
    }
    let mut digest = blake3::Hasher::new();
    let mut any = false;
    for row in summary.iter().filter(|row| told(row)) {
        any = true;
        digest.update(row[1].as_bytes()).update(b"\x1f");
    }
    any.then(|| digest.finalize().to_hex()[..24].to_owned())
}

/// Which of day and month stands first. A zone of the day in capitals is written in the United States; all others who write
/// slashes write the day first. A date that leaves no choice decides.
fn order<'a>(times: impl Iterator<Item = &'a String>) -> DateOrder {
    let (mut day, mut month, mut capitals, mut all) = (0, 0, 0, 0);
    for text in times.filter(|text| !text.is_empty()) {
        all += 1;
        capitals += u32::from(text.ends_with("AM") || text.ends_with("PM"));
        let mut parts = text.split(['/', '-', '.', ' ', ',']).map_while(|part| part.parse::<u32>().ok());
        if let (Some(first), Some(second)) = (parts.next(), parts.next()) {
            day += u32::from((13..=31).contains(&first) && second <= 12);
            month += u32::from((13..=31).contains(&second) && first <= 12);
        }
    }
    match day.cmp(&month) {
        std::cmp::Ordering::Greater => DateOrder::DayFirst,
        std::cmp::Ordering::Less => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal if capitals * 2 > all => DateOrder::MonthFirst,
        std::cmp::Ordering::Equal => DateOrder::DayFirst,
    }
}

/// Reads the participants of one report.
struct Report {
    delimiter: u8,
    columns: Columns,
    header_line: u64,
    /// Line of the next section, where it was seen.
    ends: Option<u64>,
    order: DateOrder,
    meeting: Option<String>,
}

impl Reader for Report {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut skipped: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut counted = (0, block.line);
        for range in frame::units(&block.bytes, Framing::Sheet { delimiter: self.delimiter }) {
            let unit = frame::unit_of(block, &range, &mut counted);
            let bytes = &block.bytes[range];
            if unit.line <= self.header_line {
                continue;
            }
            let index = parsed.units.len();
            parsed.units.push(unit);
            let (cells, _) = rows::cells(bytes, self.delimiter);
            if cells.iter().all(String::is_empty) {
                *skipped.entry("empty row").or_default() += 1;
            } else if self.ends.is_some_and(|end| unit.line >= end) || self.is_activity(&cells) {
                // each coming and going by itself: the participants' rows hold the first and the last
                *skipped.entry("in-meeting activity").or_default() += 1;
            } else {
                match self.record(&cells, bytes, index) {
                    Ok(record) => {
                        if record.get(tables::TIME) == &Cell::Null {
                            parsed.rejects.push(frame::reject(unit, "time cannot be read", bytes));
                        }
                        parsed.records.push(record);
                    }
                    Err(reason) => parsed.rejects.push(frame::reject(unit, reason, bytes)),
                }
            }
        }
        parsed.skipped = skipped.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        parsed
    }
}

impl Report {
    /// A row of a later section that began behind what was looked at: it has a column less, and its role where the UPN would stand.
    fn is_activity(&self, cells: &[String]) -> bool {
        let is_role = |cell: Option<&String>| {
            cell.is_some_and(|cell| {
                matches!(&**cell, "Organizer" | "Presenter" | "Attendee" | "Co-organizer")
            })
        };
        section(cells).is_some()
            || cells.first().is_some_and(|cell| matches!(&**cell, "Name" | "Full Name"))
            || self.columns.upn == Some(5)
                && is_role(cells.get(5))
                && cells.get(6).is_none_or(String::is_empty)
    }

    fn record(&self, cells: &[String], bytes: &[u8], index: usize) -> Result<Record, &'static str> {
        let cell = |at: usize| cells.get(at).map(String::as_str).filter(|text| !text.is_empty());
        let named = |at: Option<usize>| at.and_then(cell);
        let Some(name) = cell(NAME) else { return Err("participant without a name") };
        let time = |at: usize| cell(at).and_then(|text| moment(text, self.order));
        let (joined, left) = (time(JOINED), time(LEFT));
        let key = UnitKey::of_bytes(
            &[self.meeting.as_deref().unwrap_or_default().as_bytes(), b"\x1f", bytes].concat(),
        );
        let mut record = Record::new(&t::TABLE, key, 0, index);
        record.set(tables::SOURCE, Cell::Text("teams".to_owned()));
        record.time(tables::TIME, joined.or(left));
        record.text(t::meeting_uid, self.meeting.as_deref());
        let upn = named(self.columns.upn);
        let mail = named(self.columns.email).filter(|text| text.contains('@'));
        who(&mut record, name, mail, upn);
        record.time(t::joined_time, joined);
        record.time(t::left_time, left);
        let spent = joined.zip(left).map(|(joined, left)| left.0.saturating_sub(joined.0) / 1_000_000);
        let told = cell(self.columns.duration).and_then(seconds);
        record.int(t::duration_seconds, told.or(spent).filter(|seconds| *seconds >= 0));
        Ok(record)
    }
}

/// Who took part. A guest of another tenant has its address within the UPN; whoever did not sign in has neither.
fn who(record: &mut Record, name: &str, mail: Option<&str>, upn: Option<&str>) {
    let (shown, outside) = match name.rsplit_once(" (") {
        Some((shown, "Guest)" | "External)" | "Unverified)" | "Anonymous)")) => (shown, true),
        _ => (name, false),
    };
    let is_guest = upn.is_some_and(|upn| upn.to_ascii_uppercase().contains("#EXT#"));
    record.text(t::display_name, Some(shown));
    record.text(t::user_email, mail.or(upn.filter(|upn| upn.contains('@') && !is_guest)));
    record.text(t::user_uid, upn);
    record.bool(t::is_external, (outside || is_guest).then_some(true));
}

/// An instant as the browser of whoever downloaded it writes one: with narrow spaces, and `a.m.` in Canada.
fn moment(text: &str, order: DateOrder) -> Option<Time> {
    let plain =
        text.replace(['\u{202f}', '\u{a0}', '\u{200e}'], " ").replace("a.m.", "AM").replace("p.m.", "PM");
    value::time_ordered(&plain, order).or_else(|| value::time_ordered(&plain.replacen(',', "", 1), order))
}

/// Seconds of `1h 2m 3s`, `2 Std. 5 Min. 1 Sek.` or `01:02:03`.
fn seconds(text: &str) -> Option<i64> {
    let clock: Vec<i64> = text.split(':').map_while(|part| part.trim().parse().ok()).collect();
    if let [hours, minutes, seconds] = clock[..] {
        return hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds);
    }
    let (mut all, mut number, mut any) = (0_i64, String::new(), false);
    let mut unit = String::new();
    for c in text.chars().chain([' ', '0']) {
        if c.is_ascii_digit() {
            if !unit.is_empty() && !number.is_empty() {
                let scale = match unit.to_lowercase().as_str() {
                    "s" | "sec" | "sek" => 1,
                    "m" | "min" => 60,
                    "h" | "hr" | "std" => 3_600,
                    _ => return None,
                };
                all = all.checked_add(number.parse::<i64>().ok()?.checked_mul(scale)?)?;
                any = true;
                number.clear();
            }
            unit.clear();
            number.push(c);
        } else if c.is_alphabetic() {
            unit.push(c);
        }
    }
    any.then_some(all)
}

impl JsonSource for Teams {
    fn kind(&self) -> &'static str {
        "teams"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let intervals = get(event, "attendanceIntervals").is_some_and(|list| list.is_array());
        let who = get(event, "emailAddress").is_some()
            || get(event, "identity").is_some()
            || get(event, "totalAttendanceInSeconds").is_some();
        if intervals && who || call::is_record(event) { 92 } else { 0 }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if call::is_record(event) {
            return call::read(event, out);
        }
        let id = text_at(event, "id");
        let name = json::at(event, &["identity", "displayName"]).and_then(json::text);
        let mail = text_at(event, "emailAddress").filter(|text| text.contains('@'));
        let intervals = get(event, "attendanceIntervals").map(json::elements).unwrap_or_default();
        if intervals.is_empty() {
            return out.skip("registered, not attended");
        }
        for interval in intervals {
            let time = |key: &str| get(interval, key).and_then(json::time);
            let (joined, left) = (time("joinDateTime"), time("leaveDateTime"));
            let mut record = out.record(&t::TABLE, joined.or(left));
            who(&mut record, name.as_deref().unwrap_or_default(), mail.as_deref(), None);
            record.text(
                t::user_uid,
                json::at(event, &["identity", "id"]).and_then(json::text).or(id.clone()).as_deref(),
            );
            record.time(t::joined_time, joined);
            record.time(t::left_time, left);
            let told = get(interval, "durationInSeconds").and_then(json::int);
            record.int(t::duration_seconds, told.filter(|seconds| *seconds >= 0));
            out.push(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_any_writing() {
        for (text, expected) in [
            ("1h 2m 3s", Some(3_723)),
            ("55m 41s", Some(3_341)),
            ("2 Std. 5 Min. 1 Sek.", Some(7_501)),
            ("01:02:03", Some(3_723)),
            ("9s", Some(9)),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_as_browsers_write_them() {
        let at = |text: &str| {
            let order = order([text.to_owned()].iter());
            moment(text, order).map(|time| time.to_string())
        };
        let expected = Some("2026-10-08T15:56:40Z".to_owned());
        for text in [
            "10/8/26, 3:56:40 PM",
            "10/8/2026, 3:56:40\u{202f}PM",
            "08/10/2026, 15:56:40",
            "8/10/2026, 3:56:40 pm",
            "8.10.2026, 15:56:40",
            "2026-10-08, 3:56:40 p.m.",
            "2026-10-08 15:56:40",
            "2026/10/8 15:56:40",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
    }
}
