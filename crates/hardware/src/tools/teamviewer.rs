//! TeamViewer: `Connections_incoming.txt` and `Connections.txt` (UTC), and `TeamViewerNN_Logfile.log` (local time, whose
//! offset stands in a line that begins with `Start:`).

use std::borrow::Cow;

use super::line::{Activity, Clock, Part, Said, Tool, address, between, id};
use super::session::Direction;
use super::time;

const TOOL: Tool = Tool { slug: "teamviewer", name: "TeamViewer" };

/// What a line of one of the logs says.
pub(super) fn read<'a>(line: &'a str, clock: &Clock) -> Option<Said<'a>> {
    log(line, clock).or_else(|| connection(line))
}

/// The offset in `Start: 2026/06/01 08:00:00.000 (UTC-8:00)`.
#[must_use]
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
#[must_use]
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
    let (date, clock_time) = (words.next()?, words.next()?);
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let process = words.next().filter(|word| number(word))?;
    words.next().filter(|word| number(word))?;
    words.next()?;
    let Some(mut part) = message_of(line) else { return Some(Said::Silent(TOOL)) };
    part.tool = TOOL;
    let local = time::parse(&format!("{date} {clock_time}"));
    let offset = clock.offset_seconds.unwrap_or(0);
    part.time = local.map(|local| local - offset * time::SECOND);
    part.is_local_clock = clock.offset_seconds.is_none();
    part.thread = Some(Cow::Borrowed(process));
    Some(part.said())
}

fn message_of(line: &str) -> Option<Part<'_>> {
    let request = Part { activity: Activity::Request, ..Part::default() };
    if let Some(rest) = between(line, "client hello received from ", "") {
        return Some(Part { direction: Some(Direction::Incoming), remote_uid: id(rest), ..request });
    }
    if let Some(rest) = between(line, "outgoing session to ", "") {
        return Some(Part { direction: Some(Direction::Outgoing), remote_uid: id(rest), ..request });
    }
    if let Some(((name, uid), role)) = participant(line) {
        return Some(if role.trim() == "3" {
            Part { activity: Activity::Own, local_uid: uid, host: Some(name), ..Part::default() }
        } else {
            Part { remote_uid: uid, remote_name: Some(name), ..Part::default() }
        });
    }
    // `VoIP: Partner "HELPER-PC (1 660 360 496)" subscribed`
    if let Some(name) = between(line, "Partner \"", "\"").and_then(|text| text.rsplit_once(" (")) {
        return Some(Part { remote_name: Some(name.0), ..Part::default() });
    }
    if let Some(remote_ip) = between(line, "punch received a=", " ").and_then(address) {
        return Some(Part { remote_ip: Some(remote_ip), ..Part::default() });
    }
    if line.contains("Connection incoming, sessionID = ") {
        let direction = Some(Direction::Incoming);
        return Some(Part { activity: Activity::Start, direction, ..Part::default() });
    }
    let end = Part { activity: Activity::End, ..Part::default() };
    if let Some(rest) = between(line, " Session to ", "").filter(|rest| rest.contains(" ended")) {
        return Some(Part { remote_uid: id(rest), ..end });
    }
    if line.contains("SessionTerminate: removing session") {
        return Some(end);
    }
    let own = ["UpdateMachineID: New machineID = ", "ManageLogin(): ID: ", "DyngateID: "];
    let own = own.iter().find_map(|mark| between(line, mark, "")).and_then(id);
    own.map(|own| Part { activity: Activity::Own, local_uid: Some(own), ..Part::default() })
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
    let when = |place: usize| at(place).and_then(time::parse);
    let Some(start) = when(first) else { return Some(Said::Broken("start", "time cannot be read")) };
    // an aborted session has no end
    let ended = at(first + 1).is_some_and(|field| is_time(&field));
    let behind = first + 1 + usize::from(ended || at(first + 1).is_none());
    // only what comes in has the name of the other side
    let is_incoming = first == 2;
    Some(
        Part {
            tool: TOOL,
            activity: Activity::Session,
            time: Some(start),
            start: Some(start),
            end: if ended { when(first + 1) } else { None },
            direction: Some(if is_incoming { Direction::Incoming } else { Direction::Outgoing }),
            remote_uid: Some(remote),
            remote_name: if is_incoming { at(1) } else { None },
            user: at(behind),
            mode: at(behind + 1),
            session: at(behind + 2).map(|text| Cow::Borrowed(text.trim_matches(['{', '}']))),
            ..Part::default()
        }
        .said(),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Direction, read, time};

    #[test]
    fn lists_with_and_without_names_are_read() {
        let incoming =
            "1660360496\tTestUser\t16-02-2026 14:16:32\t16-02-2026 14:18:36\tIEUser\tRemoteControl\t{b3a4}";
        let session = read(incoming).unwrap().sessions.remove(0);
        assert_eq!((session.peer_name.as_str(), session.local_user.as_str()), ("TestUser", "IEUser"));
        assert_eq!((session.direction, session.seconds()), (Direction::Incoming, Some(124)));
        let outgoing = "\n1660360496                      20-02-2026 13:10:33             20-02-2026 13:11:52             \
                        IEUser                          RemoteControl                   {b35110b2}\n";
        let session = read(outgoing).unwrap().sessions.remove(0);
        assert_eq!((session.direction, session.seconds(), session.line), (Direction::Outgoing, Some(79), 2));
    }

    #[test]
    fn a_session_of_the_log_has_its_ends_and_names() {
        let text = "2026/02/16 06:05:19.349  2136       3688  0   Logger started.\n\
                    Start:              2026/02/16 06:05:19.548 (UTC-8:00)\n\
                    2026/02/16 06:07:20.820  2136 3728 S0   Adapter(): CC: 61, DyngateID: 1660388656, ProcessType: 2, TeamViewer\n\
                    2026/02/16 06:16:32.562  2216 2492 S0   Negotiating session encryption: client hello received from 1660360496, RSA\n\
                    2026/02/16 06:16:32.562  2216 2492 S0   Negotiating session encryption: client hello received from 1660360496, RSA\n\
                    2026/02/16 06:16:32.736  5276 5360 G1   AppSessionManager::HandleSessionIncoming: Connection incoming, sessionID = 126302903\n\
                    2026/02/16 06:16:47.785  5276 5356 G1   VoIP: Partner \"TestAccount (1 660 360 496)\" subscribed\n\
                    2026/02/16 06:16:48.000  2216 2492 S0   UDPv4: punch received a=203.0.113.7:50123: (*)\n\
                    2026/02/16 06:18:36.136  2216 2492 S0   SessionStatistics[2] Session to 1660360496 ended.\n";
        let log = read(text).unwrap();
        assert_eq!((log.sessions.len(), log.own_ids), (1, vec!["1660388656".to_owned()]));
        let session = &log.sessions[0];
        assert_eq!((session.peer_name.as_str(), session.address.as_str()), ("TestAccount", "203.0.113.7"));
        assert_eq!(session.seconds(), Some(123));
        assert_eq!(session.start.map(time::write).as_deref(), Some("2026-02-16T14:16:32Z"));
    }
}
