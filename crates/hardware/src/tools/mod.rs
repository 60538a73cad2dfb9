//! Logs of remote-access tools: who came in, from where, for how long.
//!
//! # Layout
//! - [`session`]: what a session is, sessions inside sessions, one far side on several machines
//! - [`policy`]: what the company allows, and what that makes of a session
//! - [`time`]: dates as logs write them
//! - [`line`](mod@line): what one line may say; one file a tool for how it says it, and here which tool a line is of
//! - `fold`: from lines to sessions; `events`: what tools write to the event log of Windows, however it was exported
//!
//! Pure: text in, sessions out. Nothing here opens a file or names a person beside what the log names.

pub mod policy;
pub mod session;
pub mod time;

pub mod line;

mod anydesk;
mod chrome;
mod events;
mod fold;
mod parsec;
mod rustdesk;
mod screenconnect;
mod splashtop;
mod teamviewer;

pub use line::{Activity, Clock, Part, Said, Tool};
pub use rustdesk::TOOL as RUSTDESK;
pub use session::{Direction, Outcome, Session};
pub use splashtop::console as splashtop_console;
pub use teamviewer::{offset, own_host};

use fold::Fold;

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
    events::EVENTS,
    splashtop::CONSOLE,
    Format { name: "log of a remote-access tool", recognises: is_plain, read: read_plain },
];

/// Reads a log of any tool that is known; `None` where the text is of none.
#[must_use]
pub fn read(text: &str) -> Option<Log> {
    let mut quiet = None;
    for format in FORMATS.iter().filter(|format| (format.recognises)(text)) {
        let mut log = (format.read)(text);
        if log.format.is_empty() {
            log.format = format.name;
        }
        if !log.sessions.is_empty() || !log.own_ids.is_empty() {
            return Some(log);
        }
        quiet = quiet.or(Some(log));
    }
    quiet
}

/// What a line of a plain log says, by the first tool that knows its form.
#[must_use]
pub fn said<'a>(line: &'a str, clock: &Clock) -> Option<Said<'a>> {
    anydesk::read(line)
        .or_else(|| teamviewer::read(line, clock))
        .or_else(|| rustdesk::read(line))
        .or_else(|| chrome::read(line))
        .or_else(|| parsec::read(line))
}

/// What a message in the event log of Windows says, by who wrote it.
#[must_use]
pub fn of_provider<'a>(provider: &str, message: &'a str) -> Option<Said<'a>> {
    screenconnect::read(provider, message)
        .or_else(|| splashtop::read(provider, message))
        .or_else(|| chrome::is_host(provider).then(|| chrome::message(message)).flatten())
}

/// Lines of a file that are looked at to recognise it: a system log has few of a tool's.
const LOOKED_AT: usize = 40_000;

/// Lines with something in them, and their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(place, line)| (place + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty())
}

/// Whether a text is a plain log: a line of it tells of a session, or half of its lines have the form of one tool's.
fn is_plain(text: &str) -> bool {
    let start = text.trim_start();
    let is_json = start.starts_with('{')
        || start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', '"']));
    if is_json || start.starts_with('<') && !start.starts_with("<1") {
        return false;
    }
    let clock = Clock::default();
    let (mut all, mut silent) = (0, 0);
    for (_, line) in lines(text).take(LOOKED_AT) {
        all += 1;
        match said(line, &clock) {
            Some(Said::Part(_)) => return true,
            Some(_) => silent += 1,
            None => {}
        }
    }
    silent * 2 > all
        || text.lines().next().is_some_and(
            |first| matches!(said(first, &clock), Some(Said::Silent(tool)) if tool.name == "Parsec"),
        )
}

fn read_plain(text: &str) -> Log {
    let mut fold = Fold::default();
    let mut clock = Clock { offset_seconds: text.lines().find_map(offset) };
    let (mut told, mut unknown, mut is_running) = (0, Vec::new(), false);
    let mut format = "";
    for (place, line) in lines(text) {
        // Each start of the tool names the offset anew.
        clock.offset_seconds = offset(line).or(clock.offset_seconds);
        match said(line, &clock) {
            Some(Said::Silent(tool)) => {
                is_running = true;
                format = tool.name;
            }
            Some(said) => {
                told += 1;
                if let Said::Part(part) = &said {
                    format = part.tool.name;
                }
                fold.take(place, said);
            }
            None => unknown.push(place),
        }
    }
    // A running log has lines of every kind; in a list each is a session.
    if !is_running && told > unknown.len() {
        unknown.iter().for_each(|place| fold.reject(*place, "line of no known form"));
    }
    let mut log = fold.finish();
    log.rejects.sort_unstable();
    log.format = format;
    log
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
