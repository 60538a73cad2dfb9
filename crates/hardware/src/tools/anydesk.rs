//! AnyDesk: `ad.trace`, `ad_svc.trace` and `connection_trace.txt`. Times are UTC.

use std::borrow::Cow;

use super::line::{Activity, Part, Said, Tool, address, between, id};
use super::session::Direction;
use super::time;

const TOOL: Tool = Tool { slug: "anydesk", name: "AnyDesk" };

/// What a line of a trace or of the list of connections says.
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    trace(line).or_else(|| connection(line))
}

/// `info 2026-06-01 08:00:00.123 lsvc 9952 9944 21 anynet.any_socket - Client-ID: 442226597 (FPR: 8e28a2a25b30).`
fn trace(line: &str) -> Option<Said<'_>> {
    const LEVELS: &[&str] = &["info", "warning", "error", "debug", "trace", "critical", "verbose", "fatal"];
    let mut words = line.split_whitespace();
    let level = words.next()?;
    if !LEVELS.contains(&level) {
        return None;
    }
    let (date, clock) = (words.next()?, words.next()?);
    if date.len() != 10 || !clock.contains(':') || !date.contains('-') {
        return None;
    }
    let (_component, process, _thread) = (words.next()?, words.next()?, words.next()?);
    let fiber = words.next().filter(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let Some((_, message)) = line.split_once(" - ") else { return Some(Said::Silent(TOOL)) };
    let Some(mut part) = message_of(message.trim()) else { return Some(Said::Silent(TOOL)) };
    part.tool = TOOL;
    part.time = time::parse(&format!("{date} {clock}"));
    part.thread = Some(match fiber {
        Some(fiber) => Cow::Owned(format!("{process}/{fiber}")),
        None => Cow::Borrowed(process),
    });
    Some(part.said())
}

fn message_of(message: &str) -> Option<Part<'_>> {
    who(message).or_else(|| own(message)).or_else(|| how(message))
}

/// Who is on the other side.
fn who(message: &str) -> Option<Part<'_>> {
    let incoming = Some(Direction::Incoming);
    if let Some(rest) = message.strip_prefix("Client-ID:") {
        return Some(Part { remote_uid: id(rest), ..Part::default() });
    }
    if let Some(rest) = message.strip_prefix("Logged in from ") {
        let remote_ip = rest.split(' ').next().and_then(address);
        return Some(Part { remote_ip, ..Part::default() });
    }
    if let Some(rest) =
        message.strip_suffix("Incoming connection").and_then(|rest| rest.trim().strip_prefix('['))
    {
        return Some(Part {
            direction: incoming,
            remote_ip: address(rest.trim_end_matches(']')),
            ..Part::default()
        });
    }
    let request = Part { activity: Activity::Request, direction: incoming, ..Part::default() };
    if let Some(rest) = message.strip_prefix("Incoming session request:") {
        let (name, behind) = rest.rsplit_once('(').unwrap_or((rest, ""));
        let name = name.trim();
        // where no name is set, the id stands in its place
        let remote_uid = id(behind).or_else(|| id(name));
        let remote_name = Some(name).filter(|name| !matches!(*name, "-" | "") && id(name).is_none());
        return Some(Part { remote_uid, remote_name, ..request });
    }
    if let Some(rest) = between(message, "ccept request from ", "") {
        return Some(Part { remote_uid: id(rest), ..request });
    }
    let rest = between(message, "Connecting to \"", "\"")?;
    Some(Part {
        direction: Some(Direction::Outgoing),
        remote_uid: id(rest),
        remote_name: Some(rest).filter(|name| id(name).is_none()),
        ..request
    })
}

/// What this computer is to others.
fn own(message: &str) -> Option<Part<'_>> {
    let part = Part { activity: Activity::Own, ..Part::default() };
    if let Some(rest) = message.strip_prefix("External address:") {
        return Some(Part { local_ip: address(rest), ..part });
    }
    let rest = between(message, "New user data. Client-ID:", "")?;
    Some(Part { local_uid: id(rest), ..part })
}

/// How somebody was let in or not, and how it ended.
fn how(message: &str) -> Option<Part<'_>> {
    if let Some(how) = message.strip_prefix("Authenticated ") {
        let method = match how {
            _ if how.contains("local user") => "user",
            _ if how.contains("token") => "token",
            _ if how.contains("pass") => "password",
            _ => return None,
        };
        return Some(Part {
            activity: Activity::Start,
            direction: Some(Direction::Incoming),
            method: Some(method),
            ..Part::default()
        });
    }
    let lower = message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let activity =
        if says(&["session rejected", "request rejected", "wrong password", "access denied", "denied by"]) {
            Activity::Denied
        } else if says(&[
            "session closed",
            "session stopped",
            "session ended",
            "session finished",
            "connection to the remote client was closed",
            "closing session",
        ]) {
            Activity::End
        } else {
            return None;
        };
    Some(Part { activity, ..Part::default() })
}

/// `Incoming    2026-06-01, 08:00    User    alias@ad    442226597`
fn connection(line: &str) -> Option<Said<'_>> {
    let trimmed = line.trim();
    let (direction, rest) = match trimmed.split_once(char::is_whitespace)? {
        ("Incoming", rest) => (Direction::Incoming, rest.trim_start()),
        ("Outgoing", rest) => (Direction::Outgoing, rest.trim_start()),
        _ => return None,
    };
    let (date, rest) = rest.split_once(',')?;
    if date.len() != 10 || date.bytes().filter(u8::is_ascii_digit).count() != 8 {
        return None;
    }
    let rest = rest.trim_start();
    let (clock, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let rest = rest.trim();
    let (method, who) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let who = who.trim();
    let last = who.rsplit(char::is_whitespace).next().unwrap_or_default();
    let Some(remote) = id(last).filter(|id| id.len() == last.len()) else {
        return Some(Said::Broken("id", "connection without an id"));
    };
    let name = who[..who.len() - last.len()].trim();
    let (activity, method) = match method {
        "REJECTED" | "Rejected" => (Activity::Denied, "rejected"),
        "Passwd" => (Activity::Start, "password"),
        "User" => (Activity::Start, "user"),
        "Token" => (Activity::Start, "token"),
        other => (Activity::Start, other),
    };
    let when = time::parse(&format!("{date} {clock}"));
    Some(
        Part {
            tool: TOOL,
            activity,
            time: when,
            start: when.filter(|_| activity == Activity::Start),
            direction: Some(direction),
            remote_uid: Some(remote),
            remote_name: Some(name).filter(|name| !name.is_empty() && *name != remote),
            method: Some(method),
            ..Part::default()
        }
        .said(),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Direction, Outcome, read};

    const TRACED: &str = "\
   info 2026-03-02 10:20:11.969       gsvc   4628   3528    3              anynet.relay_conn - External address: 198.51.100.9:46798.
   info 2026-03-02 10:20:11.984       gsvc   4628   3528    2         anynet.connection_mgr - New user data. Client-ID: 609579424.
   info 2026-03-02 10:20:17.125       gsvc   4628   3528   23             anynet.any_socket - Client-ID: 547911884 (FPR: 67a8dcc336a1).
   info 2026-03-02 10:20:17.125       gsvc   4628   3528   23             anynet.any_socket - Logged in from 203.0.113.21:41314 on relay ad3345a7.
   info 2026-03-02 10:20:17.300       back   4700   4701              app.backend_session - Incoming session request: Helper (547911884)
   info 2026-03-02 10:20:20.000       gsvc   4628   3528   23                 app.session - Authenticated by password.
   info 2026-03-02 18:20:20.000       gsvc   4628   3528   23                 app.session - Session closed by 547911884.
   info 2026-03-02 19:00:00.000      front   4700   4701                      app.session - 1: Connecting to \"123456789\".
   info 2026-03-02 19:00:01.000       lsvc   4628   3528   23             anynet.any_socket - Client-ID: 123456789 (FPR: 67a8).
   info 2026-03-02 19:00:01.000       lsvc   4628   3528   23             anynet.any_socket - Logged in from 192.0.2.44:4026 on relay 872f8937.
   info 2026-03-02 20:00:00.000       back   4800   4801              app.backend_session - Incoming session request: - (555666777)
   info 2026-03-02 20:00:09.000       back   4800   4801              app.session - Session rejected by local user.
";

    #[test]
    fn who_came_from_where_and_how_long_is_read() {
        let log = read(TRACED).unwrap();
        assert_eq!(log.own_ids, ["609579424"]);
        assert_eq!(log.sessions.len(), 3, "{log:?}");
        let first = &log.sessions[0];
        assert_eq!(
            (first.peer.as_str(), first.peer_name.as_str(), first.address.as_str(), first.method.as_str()),
            ("547911884", "Helper", "203.0.113.21", "password")
        );
        assert_eq!((first.direction, first.line), (Direction::Incoming, 3));
        assert_eq!(first.seconds(), Some(8 * 3600 + 2));
        let second = &log.sessions[1];
        assert_eq!((second.direction, second.address.as_str()), (Direction::Outgoing, "192.0.2.44"));
        assert_eq!((log.sessions[2].outcome, log.sessions[2].peer.as_str()), (Outcome::Refused, "555666777"));
    }

    #[test]
    fn the_list_of_connections_is_read() {
        let text = "Incoming    2026-02-24, 10:52    User    547911884    547911884\n\
                    Incoming\t2026-03-05, 09:06\tPasswd\tuser2@ad\t442226597\nIncoming 2026-03-06, 09:06 REJECTED 123456 123456\n\nnoise\n";
        let log = read(text).unwrap();
        assert_eq!(log.sessions.len(), 3);
        assert_eq!(
            (log.sessions[1].peer.as_str(), log.sessions[1].peer_name.as_str()),
            ("442226597", "user2@ad")
        );
        assert_eq!(log.sessions[2].outcome, Outcome::Refused);
        assert_eq!(log.rejects, [(5, "line of no known form")]);
    }
}
