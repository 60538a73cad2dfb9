//! Lists of sessions that consoles export: ScreenConnect's Report Manager, TeamViewer's connection report, AnyDesk's and
//! Splashtop's session lists, or a list of one's own.

use std::sync::OnceLock;

use model::Record;
use model::tables::{TIME, remote_session as t};

use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;
use crate::value;

#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "host", anchor: true, headers: &[
        "host name", "computer name", "device name", "session name", "machine name", "guest machine name", "computer",
        "device", "endpoint", "machine", "target computer", "streamer name", "streamer", "target", "to computer",
        "session guest machine name", "to name", "to alias",
    ] },
    Role { name: "device", anchor: false, headers: &["device uid", "device id", "session id", "sessionid", "computer id"] },
    Role { name: "serial", anchor: false, headers: &["serial number", "serial", "guest machine serial number", "device serial"] },
    Role { name: "tool", anchor: true, headers: &["tool", "remote tool", "product", "software", "application"] },
    // ScreenConnect alone calls the computer that is looked at a guest
    Role { name: "guest", anchor: true, headers: &["guest logged on user", "guest logged on user name", "guest network address", "guest user"] },
    Role { name: "process", anchor: true, headers: &["process type", "connection process type", "participant type"] },
    Role { name: "who", anchor: true, headers: &[
        "participant name", "participant", "technician", "supporter", "supporter name", "technician name", "operator",
        "connected by", "viewer", "controller", "from alias", "from name", "remote name", "user name", "user", "contact name",
        "host participant name", "remote user", "participant host",
    ] },
    Role { name: "uid", anchor: true, headers: &[
        "teamviewer id", "anydesk id", "remote id", "from id", "peer id", "supporter id", "partner id", "from", "client id",
        "rustdesk id", "viewer id", "remote uid",
    ] },
    Role { name: "own", anchor: false, headers: &["to id", "own id", "local id", "to", "local uid"] },
    Role { name: "ip", anchor: true, headers: &[
        "network address", "remote ip", "client ip", "from ip", "viewer ip", "ip address", "source ip", "remote address",
        "client address", "host network address", "connection network address",
    ] },
    Role { name: "start", anchor: true, headers: &[
        "connected time", "start time", "session start", "start", "connect time", "connected at", "start date", "started at",
        "connection start", "connection connected time", "began at",
    ] },
    Role { name: "end", anchor: true, headers: &[
        "disconnected time", "end time", "session end", "end", "disconnect time", "disconnected at", "end date", "ended at",
        "connection disconnected time", "connection end",
    ] },
    Role { name: "seconds", anchor: false, headers: &[
        "duration", "duration seconds", "duration sec", "session duration", "duration minutes", "connection duration",
    ] },
    Role { name: "direction", anchor: true, headers: &["direction"] },
    Role { name: "mode", anchor: false, headers: &["session type", "connection type", "mode", "type"] },
    Role { name: "session", anchor: false, headers: &["connection id", "session uid", "session guid"] },
    Role { name: "known", anchor: false, headers: &[
        "client type", "client version", "notes", "group", "group name", "company", "fee", "rating", "comment", "currency",
        "session host", "os", "site", "department", "customer", "billing state", "support session type",
    ] },
];

/// Plan for lists of sessions.
pub static PLAN: Plan = Plan {
    kind: "remote",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        let side = has("who") || has("uid") || has("ip");
        // a list of VPN sessions has computers, users and times too: something must name a remote-access tool
        has("host")
            && has("start")
            && (has("end") || has("seconds"))
            && side
            && (has("process") || has("uid") || has("tool") || has("guest"))
    },
    numbered: &[],
    addresses: &[],
    foreign: &[
        "employee id",
        "hire date",
        "tracking number",
        "meeting id",
        "iban",
        "routing number",
        "asset tag",
        "event type",
        "badge id",
        "door",
        "join time",
        "leave time",
        "purchase date",
        "candidate id",
    ],
    plausible: |values| {
        let starts = values("start");
        let good = starts.iter().filter(|text| value::time(text).is_some()).count();
        starts.is_empty() || good * 2 >= starts.len()
    },
    fill,
    doc: SourceDoc {
        title: "Sessions of remote-access tools, as their consoles list them",
        documentation: "Report Manager, ConnectWise ScreenConnect; Connection reports, TeamViewer",
        recognised_by: "Headers that name a computer, start and end, and the other side by name, id or address.",
        expects: &[
            "Computer Name*",
            "Start Time*",
            "End Time or Duration*",
            "Participant Name, TeamViewer ID or Network Address*",
            "Process Type",
        ],
        fills: &["remote_session"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let process = row.text("process").unwrap_or_default().to_lowercase();
    if process.starts_with("guest") {
        return Err(Unmade::Left("the device's own connection to the console"));
    }
    // AnyDesk's alias of a device ends with the namespace: "lap-7@ad"
    let host = row.text("host").map(|text| text.strip_suffix("@ad").unwrap_or(text));
    if host.is_none() && row.text("serial").is_none() && row.text("device").is_none() {
        return Err(Unmade::Wrong("session without a computer"));
    }
    let who = row.text("who");
    let uid = row.text("uid").map(|text| text.replace([' ', '\u{a0}'], "")).filter(|text| text.len() >= 6);
    let address = row.text("ip").and_then(value::ip).map(|ip| ip.to_string());
    if who.is_none() && uid.is_none() && address.is_none() {
        return Err(Unmade::Wrong("session without the other side"));
    }
    let (start, end) = (row.time("start"), row.time("end"));
    record.time(TIME, start.or(end));
    record.text(t::activity, Some("session"));
    let tool = row.text("tool").map(|text| text.to_lowercase().replace([' ', '-'], "_"));
    let told = (!process.is_empty() || row.text("guest").is_some()).then_some("screenconnect");
    record.text(t::tool, tool.as_deref().or(told).or_else(|| row.tool()));
    let direction = row.text("direction").map(str::to_lowercase).unwrap_or_default();
    record.text(t::direction, Some(if direction.starts_with("out") { "outgoing" } else { "incoming" }));
    record.text(t::hostname, host);
    record.text(t::serial, row.text("serial"));
    record.text(t::device_uid, row.text("device"));
    record.text(t::remote_uid, uid.as_deref());
    record.text(t::remote_email, who.filter(|text| text.contains('@')));
    record.text(t::remote_name, who.filter(|text| !text.contains('@')));
    record.text(t::remote_ip, address.as_deref());
    record.text(t::local_uid, row.text("own"));
    record.text(t::mode, row.text("mode"));
    record.time(t::start_time, start);
    record.time(t::end_time, end);
    let spent = start.zip(end).map(|(start, end)| end.0.saturating_sub(start.0) / 1_000_000);
    record.int(
        t::duration_seconds,
        spent.filter(|seconds| *seconds >= 0).or_else(|| row.text("seconds").and_then(seconds)),
    );
    record.text(t::session_uid, row.text("session"));
    Ok(())
}

/// `01:02:03`, or a number of seconds.
fn seconds(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number);
    }
    let mut total = 0_i64;
    for part in text.split(':') {
        let number: i64 = part.split('.').next()?.trim().parse().ok()?;
        total = total.checked_mul(60)?.checked_add(number)?;
    }
    text.contains(':').then_some(total)
}
