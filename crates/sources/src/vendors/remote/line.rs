//! What one line of a remote-access tool's log may say.

use std::borrow::Cow;

use model::Time;

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
    Silent(&'static str),
    /// Of this tool and damaged: column and reason.
    Broken(&'static str, &'static str),
}

/// A part of a session, or a whole one.
#[derive(Debug, Clone, Default)]
pub struct Part<'a> {
    /// Tool.
    pub tool: &'static str,
    /// What happened.
    pub activity: &'static str,
    /// When.
    pub time: Option<Time>,
    /// `incoming` or `outgoing`.
    pub direction: Option<&'static str>,
    /// Host that the line itself names.
    pub host: Option<&'a str>,
    /// The tool's id of the other side.
    pub remote_uid: Option<&'a str>,
    /// Name or account of the other side.
    pub remote_name: Option<&'a str>,
    /// Address of the other side.
    pub remote_ip: Option<&'a str>,
    /// The tool's id of this device.
    pub local_uid: Option<&'a str>,
    /// This device's own address.
    pub local_ip: Option<&'a str>,
    /// Local user.
    pub user: Option<&'a str>,
    /// How access was allowed.
    pub method: Option<&'a str>,
    /// What the session was for.
    pub mode: Option<&'a str>,
    /// Start.
    pub start: Option<Time>,
    /// End.
    pub end: Option<Time>,
    /// What ties lines together.
    pub session: Option<Cow<'a, str>>,
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

/// What stands between two marks.
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
