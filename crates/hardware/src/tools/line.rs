//! What one line of a remote-access tool's log may say. Every reader of these logs asks here: whoever folds lines into
//! sessions, and whoever makes a row of each.

use std::borrow::Cow;

use super::session::Direction;

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tool {
    /// As rows name it.
    pub slug: &'static str,
    /// Family, as `facts/remote_tools.tsv` has it.
    pub name: &'static str,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    /// This computer's own id or address.
    Own,
    /// Somebody asks to come in, or to be let in.
    Request,
    /// Who or from where the other side is.
    #[default]
    Peer,
    /// A session begins.
    Start,
    /// A whole session, with its ends.
    Session,
    /// A session ends.
    End,
    /// Somebody was not let in.
    Denied,
}

impl Activity {
    /// As rows name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Request => "request",
            Self::Peer => "peer",
            Self::Start => "start",
            Self::Session => "session",
            Self::End => "end",
            Self::Denied => "denied",
        }
    }
}

/// What a log's clock shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// Offset from UTC in seconds, where the log names it.
    pub offset_seconds: Option<i64>,
}

/// What a line says.
#[derive(Debug, Clone)]
pub enum Said<'a> {
    /// A part of a session.
    Part(Box<Part<'a>>),
    /// Of this tool, and nothing that is needed.
    Silent(Tool),
    /// Of this tool and damaged: column and reason.
    Broken(&'static str, &'static str),
}

/// A part of a session, or a whole one. Times are microseconds since 1970, UTC unless said otherwise.
#[derive(Debug, Clone, Default)]
pub struct Part<'a> {
    /// Tool.
    pub tool: Tool,
    /// What happened.
    pub activity: Activity,
    /// When.
    pub time: Option<i64>,
    /// Which way, where the line tells.
    pub direction: Option<Direction>,
    /// Host that the line itself names.
    pub host: Option<&'a str>,
    /// The tool's id of the other side.
    pub remote_uid: Option<&'a str>,
    /// Name or account of the other side.
    pub remote_name: Option<&'a str>,
    /// Address of the other side, without its port.
    pub remote_ip: Option<String>,
    /// Computer of the other side.
    pub remote_host: Option<&'a str>,
    /// The tool's id of this computer.
    pub local_uid: Option<&'a str>,
    /// This computer's own address.
    pub local_ip: Option<String>,
    /// Local user.
    pub user: Option<&'a str>,
    /// How access was allowed.
    pub method: Option<&'a str>,
    /// What the session was for.
    pub mode: Option<&'a str>,
    /// Start.
    pub start: Option<i64>,
    /// End.
    pub end: Option<i64>,
    /// What all lines of one session bear, and no line of another.
    pub session: Option<Cow<'a, str>>,
    /// What lines of one process bear: often one session, not always.
    pub thread: Option<Cow<'a, str>>,
    /// The time is local and the log names no offset.
    pub is_local_clock: bool,
}

impl<'a> Part<'a> {
    /// This part as what a line says.
    #[must_use]
    pub fn said(self) -> Said<'a> {
        Said::Part(Box::new(self))
    }
}

/// What stands between two marks; to the end where the second is empty or missing.
#[must_use]
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(if after.is_empty() { rest } else { rest.split_once(after).map_or(rest, |(found, _)| found) })
}

/// The digits at the start of a text, if they are an id of a tool: 6 to 12 of them.
#[must_use]
pub fn id(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (6..=12).contains(&end).then(|| &text[..end])
}

/// An address without its port: `1.2.3.4:50`, `[2001:db8::1]:50`, `::ffff:1.2.3.4`.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(['.', ',', ';']).trim_matches(['\'', '"', '(', ')']);
    let bare = |text: &str| {
        let ip: std::net::IpAddr = text.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        let ip = ip.to_canonical();
        (!ip.is_unspecified()).then(|| ip.to_string())
    };
    bare(text).or_else(|| bare(text.trim_end_matches(':').rsplit_once(':')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_ports() {
        assert_eq!(address("203.0.113.7:50186."), Some("203.0.113.7".to_owned()));
        assert_eq!(address("[2001:db8::1]:443"), Some("2001:db8::1".to_owned()));
        assert_eq!(address("::ffff:203.0.113.7"), Some("203.0.113.7".to_owned()));
        for text in ["relay", "0.0.0.0", ""] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_has_six_to_twelve_digits() {
        assert_eq!(
            (id(" 442226597 (via relay)"), id("12345"), id("1234567890123")),
            (Some("442226597"), None, None)
        );
    }
}
