//! Tools that write a line when somebody comes and one when they go: Parsec in its own log, Chrome Remote Desktop in
//! the system log of Linux and macOS.

use super::session::{Outcome, Session};
use super::{Format, LOOKED_AT, Log, address, between, time};

/// Parsec's `log.txt` on the host.
pub const PARSEC: Format = Format { name: "Parsec log", recognises: is_parsec, read: read_parsec };
/// Chrome Remote Desktop in the system log.
pub const SYSTEM: Format =
    Format { name: "Chrome Remote Desktop in the system log", recognises: is_system, read: read_system };

/// A line of Parsec's log, `[D 2026-03-14 10:37:05] Username#1234 connected.`: time (local, in microseconds), user, what
/// happened (`connected`, `disconnected`, `is trying to connect to your computer`).
#[must_use]
pub fn guest(line: &str) -> Option<(Option<i64>, &str, &str)> {
    let (head, said) = line.trim().strip_prefix('[')?.split_once("] ")?;
    let when = time::parse(head.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).trim_start())
        .or_else(|| time::parse(head));
    let place = said.find('#')?;
    let digits = said.get(place + 1..)?.bytes().take_while(u8::is_ascii_digit).count();
    let (user, what) = said.split_at_checked(place + 1 + digits)?;
    let what = what.trim().trim_end_matches('.');
    let is_one = matches!(what, "connected" | "disconnected" | "is trying to connect to your computer");
    (digits > 0 && is_one).then_some((when, user, what))
}

fn is_parsec(text: &str) -> bool {
    // The first line of each start names the version; a log without a guest is a log all the same.
    let is_start = |line: &str| line.starts_with('[') && line.contains("] log: Parsec ");
    text.lines().take(50 * LOOKED_AT).any(|line| is_start(line) || guest(line).is_some())
}

fn read_parsec(text: &str) -> Log {
    let mut pairs = Pairs::new("Parsec");
    for (place, line) in text.lines().enumerate() {
        let Some((when, user, what)) = guest(line) else { continue };
        match what {
            "connected" => pairs.came(place + 1, when, user),
            "disconnected" => pairs.went(when, user),
            _ => {}
        }
    }
    pairs.log
}

/// `Mar  2 09:14:28 host chromoting[123]: Client connected: user@example.com/chromoting_ftl_1.`
fn is_system(text: &str) -> bool {
    text.lines().take(100 * LOOKED_AT).any(|line| {
        (line.contains("chromoting") || line.contains("chrome-remote-desktop") || line.contains("remoting"))
            && ["Client connected: ", "Client disconnected: ", "Access denied for client: "]
                .iter()
                .any(|mark| line.contains(mark))
    })
}

fn read_system(text: &str) -> Log {
    let mut pairs = Pairs::new("Chrome Remote Desktop");
    for (place, line) in text.lines().enumerate() {
        // A line of the traditional system log has no year: its session stays undated.
        let when = time::parse(line.trim_start_matches('<'));
        chromoting(&mut pairs, place + 1, when, line);
    }
    pairs.log
}

/// What Chrome Remote Desktop says, in whatever log.
pub(super) fn chromoting(pairs: &mut Pairs, line: usize, when: Option<i64>, said: &str) {
    if let Some(who) = client(said, "Client connected: ") {
        pairs.came(line, when, &who);
    } else if let Some(who) = client(said, "Client disconnected: ") {
        pairs.went(when, &who);
    } else if let Some(who) = client(said, "Access denied for client: ") {
        pairs.refused(line, when, &who);
    } else if let Some(who) = client(said, "Channel IP for client: ")
        && let Some(from) = between(said, " ip='", "'").and_then(address)
    {
        pairs.from(&who, &from);
    }
}

/// The account of a client: `user@example.com/chromoting_ftl_1.` without what is made up for each session.
fn client(said: &str, mark: &str) -> Option<String> {
    let rest = said.get(said.find(mark)? + mark.len()..)?;
    let who = rest.split([',', ' ', '\r', '\n']).next()?.trim_end_matches('.');
    Some(who.split('/').next().unwrap_or(who).to_owned())
}

/// Comings and goings, paired by who.
#[derive(Default)]
pub(super) struct Pairs {
    tool: &'static str,
    /// What was found.
    pub log: Log,
}

impl Pairs {
    pub fn new(tool: &'static str) -> Self {
        Self { tool, log: Log::default() }
    }

    pub fn came(&mut self, line: usize, start: Option<i64>, who: &str) {
        let session = Session { tool: self.tool, peer: who.to_owned(), start, line, ..Session::default() };
        self.log.sessions.push(session);
    }

    pub fn refused(&mut self, line: usize, start: Option<i64>, who: &str) {
        self.came(line, start, who);
        if let Some(session) = self.log.sessions.last_mut() {
            session.outcome = Outcome::Refused;
        }
    }

    pub fn went(&mut self, end: Option<i64>, who: &str) {
        if let Some(session) = self.last(who) {
            session.end = end;
        }
    }

    pub fn from(&mut self, who: &str, address: &str) {
        if let Some(session) = self.last(who).filter(|session| session.address.is_empty()) {
            address.clone_into(&mut session.address);
        }
    }

    fn last(&mut self, who: &str) -> Option<&mut Session> {
        let is_open = |session: &&mut Session| session.peer == who && session.end.is_none();
        self.log.sessions.iter_mut().rev().find(is_open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_of_parsec_come_and_go() {
        let text = "[D 2026-03-14 10:37:03] Some One#1234 is trying to connect to your computer.\n\
                    [D 2026-03-14 10:37:05] Some One#1234 connected.\n[I 2026-03-14 10:37:06] encoder ready\n\
                    [D 2026-03-14 12:37:05] Some One#1234 disconnected.\n";
        assert!(is_parsec(text));
        let log = read_parsec(text);
        assert_eq!(log.sessions.len(), 1);
        assert_eq!((log.sessions[0].peer.as_str(), log.sessions[0].seconds()), ("Some One#1234", Some(7200)));
        let alone =
            "[I 2026-03-14 10:37:03] log: Parsec release150-93b (8e8a6c1)\n[I 2026-03-14 10:37:09] exit: 0\n";
        assert!(is_parsec(alone) && read_parsec(alone).sessions.is_empty());
    }

    #[test]
    fn chrome_remote_desktop_is_read_from_the_system_log() {
        let text = "2026-03-02T09:14:28+00:00 host chromoting[12]: Client connected: op@example.com/chromoting_ftl_1.\n\
                    2026-03-02T09:14:29+00:00 host chromoting[12]: Channel IP for client: op@example.com/chromoting_ftl_1, ip='203.0.113.7:5012' host_ip='192.168.1.5:33' channel='video' connection='stun'.\n\
                    2026-03-02T09:24:28+00:00 host chromoting[12]: Client disconnected: op@example.com/chromoting_ftl_1.\n\
                    2026-03-02T09:25:28+00:00 host chromoting[12]: Access denied for client: x@example.com/c.\n";
        assert!(is_system(text));
        let log = read_system(text);
        assert_eq!(log.sessions.len(), 2);
        let first = &log.sessions[0];
        assert_eq!(
            (first.peer.as_str(), first.address.as_str(), first.seconds()),
            ("op@example.com", "203.0.113.7", Some(600))
        );
        assert_eq!(log.sessions[1].outcome, Outcome::Refused);
    }
}
