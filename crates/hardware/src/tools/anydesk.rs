//! AnyDesk: `ad.trace` and `ad_svc.trace` (UTC), `connection_trace.txt`.

use super::session::{Direction, Outcome, Session};
use super::{Format, LOOKED_AT, Log, address, between, time};

/// The running log.
pub const TRACE: Format = Format { name: "AnyDesk trace", recognises: is_trace, read: read_trace };
/// The list of who came in.
pub const CONNECTIONS: Format =
    Format { name: "AnyDesk connection_trace", recognises: is_connections, read: read_connections };

/// Lines of one event follow one another within this time.
const TOGETHER: i64 = 180 * time::SECOND;

fn is_trace(text: &str) -> bool {
    text.lines().take(LOOKED_AT).any(|line| {
        line.contains(" - ")
            && ["anynet.", "app.session", "app.backend_session", "ad_svc", "desk_rt."]
                .iter()
                .any(|word| line.contains(word))
    })
}

fn is_connections(text: &str) -> bool {
    text.lines().take(LOOKED_AT).any(|line| connection(line).is_some())
}

/// `Incoming    2021-02-24, 10:52    User    547911884    547911884`.
fn connection(line: &str) -> Option<Session> {
    let line = line.trim();
    let (direction, rest) = line
        .strip_prefix("Incoming")
        .map(|rest| (Direction::Incoming, rest))
        .or_else(|| line.strip_prefix("Outgoing").map(|rest| (Direction::Outgoing, rest)))?;
    let start = time::parse(rest.trim_start())?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let [_, clock, method, ids @ ..] = words.as_slice() else { return None };
    clock.contains(':').then_some(())?;
    let (method, outcome) = match method.to_ascii_lowercase().as_str() {
        "user" => ("user", Outcome::Held),
        "passwd" | "password" => ("password", Outcome::Held),
        "token" => ("token", Outcome::Held),
        "rejected" => ("", Outcome::Refused),
        _ => return None,
    };
    let peer = ids.iter().rev().find(|id| id.bytes().all(|byte| byte.is_ascii_digit())).or(ids.last())?;
    let alias = ids.first().filter(|alias| *alias != peer).copied().unwrap_or("");
    Some(Session {
        tool: "AnyDesk",
        direction,
        outcome,
        peer: (*peer).to_owned(),
        peer_name: alias.to_owned(),
        method: method.to_owned(),
        start: Some(start),
        ..Session::default()
    })
}

fn read_connections(text: &str) -> Log {
    let mut log = Log::default();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match connection(line) {
            Some(session) => log.sessions.push(Session { line: place + 1, ..session }),
            None => log.rejects.push((place + 1, "not a connection of AnyDesk")),
        }
    }
    log
}

#[derive(Default)]
struct Reading {
    log: Log,
    /// The session that lines speak of until it is closed.
    open: Option<usize>,
}

fn read_trace(text: &str) -> Log {
    let mut reading = Reading::default();
    for (place, line) in text.lines().enumerate() {
        let Some((head, said)) = line.split_once(" - ") else { continue };
        let when = head.find("20").and_then(|from| time::parse(head.get(from..)?));
        reading.line(place + 1, when, head, said.trim());
    }
    reading.log
}

impl Reading {
    fn line(&mut self, line: usize, when: Option<i64>, head: &str, said: &str) {
        if let Some(id) = said.strip_prefix("Client-ID: ").filter(|_| head.contains("any_socket")) {
            let id = id.split([' ', '.']).next().unwrap_or(id);
            self.far_side(line, when, id, "", None);
        } else if let Some(id) = between(said, "New user data. Client-ID: ", ".") {
            if !self.log.own_ids.iter().any(|known| known == id) {
                self.log.own_ids.push(id.to_owned());
            }
        } else if let Some(rest) = said.strip_prefix("Logged in from ") {
            let from = rest.split(' ').next().and_then(address);
            if let (Some(session), Some(from)) = (self.current(when), from)
                && session.address.is_empty()
            {
                session.address = from;
            }
        } else if let Some(rest) = said
            .strip_prefix("Incoming session request: ")
            .or_else(|| said.strip_prefix("Accept request from "))
        {
            // `Name (442226597)` or `442226597 (via relay …)`.
            let (first, second) = rest.split_once(" (").unwrap_or((rest.split(' ').next().unwrap_or(""), ""));
            let second = second.split(')').next().unwrap_or("");
            let is_id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let (id, name) = if is_id(second) { (second, first) } else { (first, "") };
            self.far_side(line, when, id.trim().trim_end_matches('.'), name, Some(Direction::Incoming));
        } else if let Some(rest) = between(said, "Connecting to \"", "\"") {
            self.far_side(line, when, rest, "", Some(Direction::Outgoing));
        } else if let Some(how) = said.strip_prefix("Authenticated ") {
            let how = match how {
                how if how.contains("local user") => "user",
                how if how.contains("token") => "token",
                how if how.contains("pass") => "password",
                _ => "",
            };
            if let Some(session) = self.current(when) {
                how.clone_into(&mut session.method);
            }
        } else {
            self.ending(when, said);
        }
    }

    fn ending(&mut self, when: Option<i64>, said: &str) {
        let lower = said.to_ascii_lowercase();
        let is_refusal =
            ["session rejected", "request rejected", "wrong password", "access denied", "denied by"]
                .iter()
                .any(|word| lower.contains(word));
        let is_end = [
            "session closed",
            "session stopped",
            "session ended",
            "session finished",
            "connection to the remote client was closed",
            "closing session",
        ]
        .iter()
        .any(|word| lower.contains(word));
        let Some(session) = self.open.and_then(|place| self.log.sessions.get_mut(place)) else { return };
        if is_refusal {
            session.outcome = Outcome::Refused;
        }
        if is_end || is_refusal {
            session.end = session.end.or(when);
            self.open = None;
        }
    }

    /// The session that began last, if what is told now belongs to it.
    fn current(&mut self, when: Option<i64>) -> Option<&mut Session> {
        let session = self.log.sessions.last_mut()?;
        is_together(session.start, when).then_some(session)
    }

    fn far_side(
        &mut self,
        line: usize,
        when: Option<i64>,
        id: &str,
        name: &str,
        direction: Option<Direction>,
    ) {
        if let Some(session) = self.log.sessions.last_mut()
            && session.peer == id
            && is_together(session.start, when)
            && direction
                .is_none_or(|direction| direction == session.direction || session.peer_name.is_empty())
        {
            session.direction = direction.unwrap_or(session.direction);
            if !name.is_empty() {
                name.clone_into(&mut session.peer_name);
            }
            return;
        }
        self.open = Some(self.log.sessions.len());
        self.log.sessions.push(Session {
            tool: "AnyDesk",
            direction: direction.unwrap_or_default(),
            peer: id.to_owned(),
            peer_name: name.to_owned(),
            start: when,
            line,
            ..Session::default()
        });
    }
}

fn is_together(start: Option<i64>, when: Option<i64>) -> bool {
    match (start, when) {
        (Some(start), Some(when)) => when.saturating_sub(start) <= TOGETHER,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
";

    #[test]
    fn who_came_from_where_and_how_long_is_read() {
        assert!(is_trace(TRACED));
        let log = read_trace(TRACED);
        assert_eq!(log.own_ids, ["609579424"]);
        assert_eq!(log.sessions.len(), 2, "{log:?}");
        let first = &log.sessions[0];
        assert_eq!(
            (first.peer.as_str(), first.peer_name.as_str(), first.address.as_str(), first.method.as_str()),
            ("547911884", "Helper", "203.0.113.21", "password")
        );
        assert_eq!((first.direction, first.line), (Direction::Incoming, 3));
        assert_eq!(first.seconds(), Some(8 * 3600 + 2));
        let second = &log.sessions[1];
        assert_eq!((second.direction, second.address.as_str()), (Direction::Outgoing, "192.0.2.44"));
    }

    #[test]
    fn the_list_of_connections_is_read() {
        let text = "Incoming    2026-02-24, 10:52    User    547911884    547911884\n\
                    Incoming\t2026-03-05, 09:06\tPasswd\tuser2@ad\t442226597\nIncoming 2026-03-06, 09:06 REJECTED 1 1\n\nnoise\n";
        assert!(is_connections(text));
        let log = read_connections(text);
        assert_eq!(log.sessions.len(), 3);
        assert_eq!(
            (log.sessions[1].peer.as_str(), log.sessions[1].peer_name.as_str()),
            ("442226597", "user2@ad")
        );
        assert_eq!(log.sessions[2].outcome, Outcome::Refused);
        assert_eq!(log.rejects, [(5, "not a connection of AnyDesk")]);
    }
}
