//! RustDesk: the log of its server side (`rustdesk_rCURRENT.log`), mostly with the zone in every line. Messages as in the
//! published source.

use std::borrow::Cow;

use super::line::{Activity, Part, Said, Tool, address, between, id};
use super::session::Direction;
use super::time;

/// The tool.
pub const TOOL: Tool = Tool { slug: "rustdesk", name: "RustDesk" };

/// `[2026-06-01 08:00:00.123456 +02:00] INFO [src/server/connection.rs:300] #5 Connection opened from 203.0.113.5:52222.`
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    let inner = line.strip_prefix('[')?;
    let (stamp, rest) = inner.split_once(']')?;
    let rest = rest.trim_start();
    let (level, rest) = rest.split_once(' ')?;
    if !["INFO", "WARN", "ERROR", "DEBUG", "TRACE"].contains(&level) {
        return None;
    }
    let (file, message) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
    if !file.contains(".rs:") {
        return None;
    }
    let Some(mut part) = message_of(message.trim()) else { return Some(Said::Silent(TOOL)) };
    part.tool = TOOL;
    part.time = time::parse(stamp);
    part.is_local_clock = !stamp.contains('+') && stamp.matches('-').count() < 3 && !stamp.ends_with('Z');
    Some(part.said())
}

fn message_of(message: &str) -> Option<Part<'_>> {
    let numbered = message.strip_prefix('#').and_then(|rest| rest.split_once(' '));
    let session = numbered.map(|(number, _)| Cow::Borrowed(number));
    let incoming = Some(Direction::Incoming);
    // Open is not in: the far side says who it is next, and may be wrong about the password.
    if let Some(rest) = between(message, "Connection opened from ", "") {
        let remote_ip = rest.split_whitespace().next().and_then(address);
        let activity = Activity::Request;
        return Some(Part { activity, direction: incoming, remote_ip, session, ..Part::default() });
    }
    let lower = message.to_ascii_lowercase();
    if numbered.is_some() && lower.contains("connection closed") {
        return Some(Part { activity: Activity::End, session, ..Part::default() });
    }
    if lower.contains("login request") {
        let marks = ["ogin request from ", "my_id: ", "peer_id: ", "peer id: ", "lr.my_id "];
        let who = marks.iter().find_map(|mark| between(message, mark, ""));
        let remote_uid = who.and_then(|text| id(text.trim_start_matches(['"', ' '])));
        let activity = Activity::Request;
        return remote_uid.map(|_| Part {
            activity,
            direction: incoming,
            remote_uid,
            session,
            ..Part::default()
        });
    }
    let is_in = ["try_start_cm", "authorized", "login success", "send_logon_response"];
    if is_in.iter().any(|word| lower.contains(word)) && !lower.contains("unauthorized") {
        let activity = Activity::Start;
        return Some(Part { activity, direction: incoming, session, ..Part::default() });
    }
    let own = message.strip_prefix("id updated from ").and_then(|rest| between(rest, " to ", ""));
    let own =
        own.or_else(|| message.strip_prefix("register_pk of ")).or_else(|| message.strip_prefix("my id: "));
    own.and_then(id).map(|own| Part { activity: Activity::Own, local_uid: Some(own), ..Part::default() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Outcome, read, time};

    #[test]
    fn connections_are_paired_by_their_number() {
        let text = "\
[2026-03-02 10:11:12.123456 +01:00] DEBUG [src\\server\\connection.rs:1121] #7 Connection opened from 203.0.113.7:50123.
[2026-03-02 10:11:13.000000 +01:00] INFO [src\\server\\connection.rs:1700] login request, my_id: 123456789, my_name: x
[2026-03-02 10:11:14.000000 +01:00] DEBUG [src\\server\\connection.rs:1121] #8 Connection opened from [2001:db8::1]:443.
[2026-03-02 10:11:15.000000 +01:00] INFO [src\\server\\connection.rs:900] #8 Connection closed: Wrong password
[2026-03-02 12:11:12.000000 +01:00] INFO [src\\server\\connection.rs:900] #7 Connection closed: Peer close
";
        let log = read(text).unwrap();
        let told: Vec<_> =
            log.sessions.iter().map(|one| (one.peer.as_str(), one.address.as_str(), one.outcome)).collect();
        assert_eq!(
            told,
            [("123456789", "203.0.113.7", Outcome::Held), ("", "2001:db8::1", Outcome::Refused)]
        );
        assert_eq!(log.sessions[0].seconds(), Some(7199));
        assert_eq!(log.sessions[0].start.map(time::write).as_deref(), Some("2026-03-02T09:11:12Z"));
    }
}
