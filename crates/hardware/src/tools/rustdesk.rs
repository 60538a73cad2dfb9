//! RustDesk: the log of its server side, with the zone in every line.

use super::session::{Outcome, Session};
use super::{Format, LOOKED_AT, Log, address, between, time};

/// The log.
pub const LOG: Format = Format { name: "RustDesk log", recognises, read };

fn recognises(text: &str) -> bool {
    text.lines().take(20 * LOOKED_AT).any(|line| {
        number(line, "Connection opened from ").is_some()
            || (line.contains("rustdesk") && line.contains("] ") && line.starts_with('['))
    })
}

/// The number of the connection before a mark: `#7 Connection opened from`.
fn number<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let before = line.get(..line.find(mark)?)?.trim_end();
    let number = before.rsplit_once('#')?.1;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)
}

fn read(text: &str) -> Log {
    let mut log = Log::default();
    let mut open: Vec<(String, usize)> = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let when = time::parse(line);
        if let Some(number) = number(line, "Connection opened from ") {
            let from = between(line, "Connection opened from ", " ").and_then(address).unwrap_or_default();
            open.push((number.to_owned(), log.sessions.len()));
            log.sessions.push(Session {
                tool: "RustDesk",
                // Open is not in: the far side says who it is next.
                outcome: Outcome::Refused,
                address: from,
                start: when,
                line: place + 1,
                ..Session::default()
            });
        } else if let Some(number) = number(line, "Connection closed") {
            if let Some(at) = open.iter().rposition(|(known, _)| known == number)
                && let Some(session) = log.sessions.get_mut(open.remove(at).1)
            {
                session.end = when;
            }
        } else if let Some((_, at)) = open.last()
            && let Some(session) = log.sessions.get_mut(*at)
        {
            let id = ["peer_id: ", "my_id: ", "lr.my_id ", "peer id: ", "conn_type: remote, peer: "]
                .iter()
                .find_map(|mark| between(line, mark, ","))
                .map(|id| id.trim_matches(['"', ' ', '.']));
            if let Some(id) = id.filter(|id| session.peer.is_empty() && !id.is_empty()) {
                id.clone_into(&mut session.peer);
            }
            if ["try_start_cm", "authorized", "Login successful", "login success", "send_logon_response"]
                .iter()
                .any(|word| line.contains(word))
            {
                session.outcome = Outcome::Held;
            }
        }
    }
    // What stayed for a minute was let in, whatever the level of the log left out.
    for session in &mut log.sessions {
        if session.seconds().is_some_and(|seconds| seconds >= 60) {
            session.outcome = Outcome::Held;
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_paired_by_their_number() {
        let text = "\
[2026-03-02 10:11:12.123456 +01:00] DEBUG [src\\server\\connection.rs:1121] #7 Connection opened from 203.0.113.7:50123.
[2026-03-02 10:11:13.000000 +01:00] INFO [src\\server\\connection.rs:1700] login request, my_id: 123456789, my_name: x
[2026-03-02 10:11:14.000000 +01:00] DEBUG [src\\server\\connection.rs:1121] #8 Connection opened from [2001:db8::1]:443.
[2026-03-02 10:11:15.000000 +01:00] INFO [src\\server\\connection.rs:900] #8 Connection closed: Wrong password
[2026-03-02 12:11:12.000000 +01:00] INFO [src\\server\\connection.rs:900] #7 Connection closed: Peer close
";
        assert!(recognises(text));
        let log = read(text);
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
