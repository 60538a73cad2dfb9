//! Logs of remote-access tools: who came in, from where, for how long.
//!
//! # Layout
//! - [`session`]: what a session is, sessions inside sessions, one far side on several machines
//! - [`policy`]: what the company allows, and what that makes of a session
//! - [`time`]: dates as logs write them
//! - one file a tool: `anydesk`, `teamviewer`, `rustdesk`, `splashtop` (its console), `lines` (Parsec, and Chrome
//!   Remote Desktop in the system log), `events` (what tools write to the event log of Windows)
//!
//! Pure: text in, sessions out. Nothing here opens a file or names a person beside what the log names.

pub mod policy;
pub mod session;
pub mod time;

mod anydesk;
mod events;
mod lines;
mod rustdesk;
mod splashtop;
mod teamviewer;

pub use events::{Splashtop, splashtop};
pub use lines::guest;
pub use session::{Direction, Outcome, Session};

/// What a log tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// Name of the format.
    pub format: &'static str,
    /// Sessions in the order of the log.
    pub sessions: Vec<Session>,
    /// Ids of this computer in the tool's own numbering.
    pub own_ids: Vec<String>,
    /// What could not be read: line (from 1) and reason.
    pub rejects: Vec<(usize, &'static str)>,
}

/// One format of logs.
pub struct Format {
    /// Name.
    pub name: &'static str,
    /// Whether a text is of it, by content.
    pub recognises: fn(&str) -> bool,
    /// Reads it.
    pub read: fn(&str) -> Log,
}

/// Formats in the order in which they are tried.
pub const FORMATS: &[Format] = &[
    anydesk::TRACE,
    anydesk::CONNECTIONS,
    teamviewer::CONNECTIONS,
    teamviewer::LOG,
    rustdesk::LOG,
    lines::PARSEC,
    events::EVENTS,
    splashtop::CONSOLE,
    lines::SYSTEM,
];

/// Reads a log of any tool that is known; `None` where the text is of none.
#[must_use]
pub fn read(text: &str) -> Option<Log> {
    let format = FORMATS.iter().find(|format| (format.recognises)(text))?;
    let mut log = (format.read)(text);
    log.format = format.name;
    Some(log)
}

/// Lines of a file that are looked at to recognise it.
const LOOKED_AT: usize = 400;

/// The text between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.get(text.find(before)? + before.len()..)?;
    rest.split(after).next()
}

/// An address without its port: `1.2.3.4:50`, `[2001:db8::1]:50`, `::ffff:1.2.3.4`.
fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(['.', ',', ';']).trim_matches(['\'', '"', '(', ')']);
    let bare = |text: &str| {
        let ip: std::net::IpAddr = text.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some(ip.to_canonical().to_string())
    };
    bare(text).or_else(|| bare(text.trim_end_matches(':').rsplit_once(':')?.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_lose_their_ports() {
        assert_eq!(address("203.0.113.7:50186."), Some("203.0.113.7".to_owned()));
        assert_eq!(address("[2001:db8::1]:443"), Some("2001:db8::1".to_owned()));
        assert_eq!(address("::ffff:203.0.113.7"), Some("203.0.113.7".to_owned()));
        assert_eq!(address("relay"), None);
    }

    #[test]
    fn other_texts_are_no_logs_of_tools() {
        for text in ["", "Dear Sir,\n", "2026-01-01 10:00:00 INFO started\n", "{\"a\": 1}", "id,name\n1,x\n"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_by_every_format(text in "(?s).{0,300}") {
            for format in FORMATS {
                let _ = (format.recognises)(&text);
                let _ = (format.read)(&text);
            }
        }

        #[test]
        fn scrambled_logs_are_read(picks in proptest::collection::vec(0usize..14, 0..40)) {
            const PARTS: [&str; 14] = [
                "   info 2026-03-02 10:18:36.154  gsvc 1 2 3 anynet.any_socket - Client-ID: 442226597 (FPR: 8e).\n",
                "anynet.any_socket - Logged in from 203.0.113.7:50 on relay x.\n", "Incoming\t2026-03-02, 10:20\tPasswd\t1\t1\n",
                "2026/03/02 06:16:32.562  1  2 S0   Negotiating session encryption: client hello received from 1660360496,\n",
                "Session to 1660360496 ended", "[2026-03-02 10:11:12 +01:00] INFO [x] #1 Connection opened from 203.0.113.7:1.\n",
                "#1 Connection closed: x\n", "[D 2026-03-14 10:37:05] User#1234 connected.\n", "User#1234 disconnected.\n",
                "\u{fc}\u{2028}", "1660360496\tX\t16-02-2026 14:16:32\t\tU\tRemoteControl\t{b}\n", "chromoting: Client connected: ",
                "<Event><System><Provider Name='ScreenConnect Client (a)'/></System>", "\n",
            ];
            let text: String = picks.iter().map(|pick| PARTS[*pick]).collect();
            for format in FORMATS {
                let _ = (format.read)(&text);
            }
        }
    }
}
