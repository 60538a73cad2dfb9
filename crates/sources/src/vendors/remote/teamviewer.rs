//! TeamViewer: `Connections_incoming.txt` and `Connections.txt` (UTC), and `TeamViewerNN_Logfile.log` (local time, whose
//! offset stands in a line that begins with `Start:`).

use std::borrow::Cow;

use model::Time;

use super::line::{Clock, Part, Said, between, id};
use crate::value::{self, DateOrder};

const TOOL: &str = "teamviewer";

/// What a line of one of the logs says.
pub fn read<'a>(line: &'a str, clock: &Clock) -> Option<Said<'a>> {
    log(line, clock).or_else(|| connection(line))
}

/// The offset in `Start: 2026/06/01 08:00:00.000 (UTC-8:00)`.
pub fn offset(line: &str) -> Option<i64> {
    let told = between(line.strip_prefix("Start:")?, "(UTC", ")")?;
    let (sign, digits) = match told.as_bytes().first() {
        None => return Some(0),
        Some(b'+') => (1, &told[1..]),
        Some(b'-') => (-1, &told[1..]),
        Some(_) => return None,
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 3600 + minutes * 60))
}

/// This computer's own name: it takes part in its sessions with the role 3.
pub fn own_host(line: &str) -> Option<&str> {
    let (name, role) = participant(line)?;
    (role.trim() == "3").then_some(name.0)
}

type Named<'a> = (&'a str, Option<&'a str>);

/// Name, id and role in `… participant NAME (ID [123456789,42]) was added with the role 6`.
fn participant(line: &str) -> Option<(Named<'_>, &str)> {
    let rest = between(line, "CParticipantManagerBase participant ", "")?;
    let (name, behind) = rest.rsplit_once(" (ID [")?;
    let role = between(behind, "was added with the role ", "")?;
    Some(((name.trim(), id(behind)), role))
}

/// `2026/06/01 08:00:00.123  2216       2492 S0   message`
fn log<'a>(line: &'a str, clock: &Clock) -> Option<Said<'a>> {
    let bytes = line.as_bytes();
    let dated = bytes.len() > 30
        && bytes.get(4) == Some(&b'/')
        && bytes.get(7) == Some(&b'/')
        && bytes.get(13) == Some(&b':')
        && bytes[..4].iter().all(u8::is_ascii_digit);
    if !dated {
        let headed =
            ["Start:", "Version:", "ID:", "License:", "Server:", "OS-Version:", "Operating System:", "MID:"];
        return headed.iter().any(|head| line.starts_with(head)).then_some(Said::Silent(TOOL));
    }
    let mut words = line.split_whitespace();
    let (date, time) = (words.next()?, words.next()?);
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let process = words.next().filter(|word| number(word))?;
    words.next().filter(|word| number(word))?;
    words.next()?;
    let Some(mut part) = message_of(line) else { return Some(Said::Silent(TOOL)) };
    part.tool = TOOL;
    let local = value::time(&format!("{date} {time}"));
    let offset = clock.offset_seconds.unwrap_or(0);
    part.time = local.map(|local| Time(local.0 - offset * 1_000_000));
    part.is_local_clock = clock.offset_seconds.is_none();
    part.session = part.session.or(Some(Cow::Borrowed(process)));
    Some(part.said())
}

fn message_of(line: &str) -> Option<Part<'_>> {
    if let Some(rest) = between(line, "client hello received from ", "") {
        return Some(Part {
            activity: "request",
            direction: Some("incoming"),
            remote_uid: id(rest),
            ..Part::default()
        });
    }
    if let Some(rest) = between(line, "outgoing session to ", "") {
        return Some(Part {
            activity: "request",
            direction: Some("outgoing"),
            remote_uid: id(rest),
            ..Part::default()
        });
    }
    if let Some(((name, uid), role)) = participant(line) {
        return Some(if role.trim() == "3" {
            Part { activity: "own", local_uid: uid, host: Some(name), ..Part::default() }
        } else {
            Part { activity: "peer", remote_uid: uid, remote_name: Some(name), ..Part::default() }
        });
    }
    if let Some(rest) = between(line, "punch received a=", ":") {
        return Some(Part { activity: "peer", remote_ip: Some(rest.trim()), ..Part::default() });
    }
    if let Some(rest) = between(line, "Connection incoming, sessionID = ", "") {
        let session = Some(Cow::Borrowed(rest.trim()));
        return Some(Part { activity: "start", direction: Some("incoming"), session, ..Part::default() });
    }
    if let Some(rest) = between(line, " Session to ", "").filter(|rest| rest.contains(" ended")) {
        return Some(Part { activity: "end", remote_uid: id(rest), ..Part::default() });
    }
    let own = between(line, "UpdateMachineID: New machineID = ", "")
        .or_else(|| between(line, "ManageLogin(): ID: ", ""));
    own.and_then(id).map(|own| Part { activity: "own", local_uid: Some(own), ..Part::default() })
}

/// One session a line: id, name (incoming only), start, end, local user, mode, id of the session; between tabs, or
/// between runs of spaces.
fn connection(line: &str) -> Option<Said<'_>> {
    let wide = line.trim_end_matches(['\r', '\n']);
    let fields: Vec<&str> = if wide.contains('\t') {
        wide.split('\t').map(str::trim).collect()
    } else {
        wide.split("  ").map(str::trim).filter(|field| !field.is_empty()).collect()
    };
    let remote = id(fields.first()?).filter(|id| id.len() == fields[0].len() && id.len() >= 8)?;
    let is_time =
        |field: &&str| field.len() == 19 && field.as_bytes().get(2) == Some(&b'-') && field.contains(':');
    let first = fields.iter().position(is_time).filter(|at| *at <= 2)?;
    let at = |place: usize| fields.get(place).copied().filter(|field| !field.is_empty());
    let time = |place: usize| at(place).and_then(|text| value::time_ordered(text, DateOrder::DayFirst));
    let Some(start) = time(first) else { return Some(Said::Broken("start", "time cannot be read")) };
    // an aborted session has no end
    let ended = at(first + 1).is_some_and(|field| is_time(&field));
    let behind = first + 1 + usize::from(ended || at(first + 1).is_none());
    let mode = at(behind + 1);
    Some(
        Part {
            tool: TOOL,
            activity: "session",
            time: Some(start),
            start: Some(start),
            end: if ended { time(first + 1) } else { None },
            direction: Some(if first == 2 { "incoming" } else { "outgoing" }),
            remote_uid: Some(remote),
            remote_name: if first == 2 { at(1) } else { None },
            user: at(behind),
            mode,
            session: at(behind + 2).map(|text| Cow::Borrowed(text.trim_matches(['{', '}']))),
            ..Part::default()
        }
        .said(),
    )
}
