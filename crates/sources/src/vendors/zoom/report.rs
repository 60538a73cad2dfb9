//! The participants report that Zoom's web portal writes as CSV: names, addresses and times, without hardware.

use std::sync::OnceLock;

use model::tables::{TIME, meeting_participation as t};
use model::{Record, Time};

use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;
use crate::value;

#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "name", anchor: true, headers: &["name original name", "original name", "participant name", "participant", "name"] },
    Role { name: "email", anchor: false, headers: &["user email", "email", "participant email", "email address"] },
    Role { name: "joined", anchor: true, headers: &["join time", "joined at", "joined"] },
    // "Leave Time" is not read: a column of that name is refused wherever it stands, and the duration says the same
    Role { name: "left", anchor: true, headers: &["left at", "left"] },
    Role { name: "minutes", anchor: false, headers: &["duration minutes", "total duration minutes"] },
    Role { name: "guest", anchor: true, headers: &["guest", "is guest"] },
    Role { name: "meeting", anchor: false, headers: &["meeting id", "id", "meeting uuid"] },
    // The meeting's own header may stand above that of its participants: what it names must not make it the better one.
    Role { name: "known", anchor: false, headers: &["recording consent", "recording disclaimer response", "in waiting room"] },
];

/// Plan for the participants report.
pub static PLAN: Plan = Plan {
    kind: "zoom",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| has("joined") && has("name") && has("email") && (has("guest") || has("minutes")),
    numbered: &[],
    addresses: &[],
    foreign: &[
        "employee id",
        "candidate id",
        "hire date",
        "ip address",
        "tracking number",
        "door",
        "badge id",
    ],
    plausible: |values| {
        let joined = values("joined");
        let good = joined.iter().filter(|text| value::time(text).is_some()).count();
        good > 0 && good * 2 >= joined.len()
    },
    fill,
    doc: SourceDoc {
        title: "Zoom participants report (CSV)",
        documentation: "Reports: Usage, Zoom Support",
        recognised_by: "Headers that name a participant with join time and duration.",
        expects: &["Name (Original Name)*", "User Email", "Join Time*", "Duration (Minutes)*", "Guest"],
        fills: &["meeting_participation"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let (joined, left) = (row.time("joined"), row.time("left"));
    let Some(name) = row.text("name") else { return Err(Unmade::Wrong("participant without a name")) };
    // "Harry (Harry Potts)": the name shown, and in brackets the account's
    let own = name.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map(|(_, own)| own.trim());
    record.text(t::display_name, own.or(Some(name)));
    record.text(t::user_email, row.email("email"));
    record.text(t::meeting_uid, row.text("meeting"));
    record.text(t::meeting_number, row.text("meeting").and_then(value::meeting_number).as_deref());
    record.bool(t::is_external, row.truth("guest"));
    record.time(TIME, joined.or(left));
    record.time(t::joined_time, joined);
    let told = row
        .text("minutes")
        .and_then(|text| text.parse::<i64>().ok())
        .and_then(|minutes| minutes.checked_mul(60));
    let ended = joined
        .zip(told)
        .map(|(joined, seconds)| Time(joined.0.saturating_add(seconds.saturating_mul(1_000_000))));
    record.time(t::left_time, left.or(ended));
    let spent = joined.zip(left).map(|(joined, left)| left.0.saturating_sub(joined.0) / 1_000_000);
    record.int(t::duration_seconds, spent.or(told).filter(|seconds| *seconds >= 0));
    Ok(())
}
