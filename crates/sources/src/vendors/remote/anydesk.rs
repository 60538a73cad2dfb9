//! AnyDesk: `ad.trace`, `ad_svc.trace` and `connection_trace.txt`. Times are UTC.

use std::borrow::Cow;

use super::line::{Part, Said, between, id};
use crate::value;

const TOOL: &str = "anydesk";

/// What a line of a trace says.
pub fn read(line: &str) -> Option<Said<'_>> {
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
    part.time = value::time(&format!("{date} {clock}"));
    part.session = Some(match fiber {
        Some(fiber) => Cow::Owned(format!("{process}/{fiber}")),
        None => Cow::Borrowed(process),
    });
    Some(part.said())
}

fn message_of(message: &str) -> Option<Part<'_>> {
    let incoming = Some("incoming");
    if let Some(rest) = message.strip_prefix("Client-ID:") {
        return Some(Part { activity: "peer", remote_uid: id(rest), ..Part::default() });
    }
    if let Some(rest) = message.strip_prefix("Logged in from ") {
        return Some(Part { activity: "peer", remote_ip: rest.split(' ').next(), ..Part::default() });
    }
    if let Some(rest) =
        message.strip_suffix("Incoming connection").and_then(|rest| rest.trim().strip_prefix('['))
    {
        let ip = rest.trim_end_matches(']');
        return Some(Part { activity: "peer", direction: incoming, remote_ip: Some(ip), ..Part::default() });
    }
    if let Some(rest) = message.strip_prefix("Incoming session request:") {
        let (name, behind) = rest.rsplit_once('(').unwrap_or((rest, ""));
        return Some(Part {
            activity: "request",
            direction: incoming,
            remote_uid: id(behind),
            remote_name: Some(name.trim()).filter(|name| *name != "-" && id(name).is_none()),
            ..Part::default()
        });
    }
    if let Some(rest) = between(message, "ccept request from ", "") {
        return Some(Part {
            activity: "request",
            direction: incoming,
            remote_uid: id(rest),
            ..Part::default()
        });
    }
    if let Some(rest) = between(message, "Connecting to \"", "\"") {
        return Some(Part {
            activity: "request",
            direction: Some("outgoing"),
            remote_uid: id(rest),
            remote_name: Some(rest).filter(|name| id(name).is_none()),
            ..Part::default()
        });
    }
    if let Some(rest) = message.strip_prefix("External address:") {
        return Some(Part {
            activity: "own",
            local_ip: Some(rest.trim().trim_end_matches('.')),
            ..Part::default()
        });
    }
    if let Some(rest) = between(message, "New user data. Client-ID:", "") {
        return Some(Part { activity: "own", local_uid: id(rest), ..Part::default() });
    }
    let method = match message {
        _ if message.starts_with("Authenticated by local user") => "user",
        _ if message.starts_with("Authenticated by password") => "password",
        _ if message.starts_with("Authenticated with correct passphrase") => "password",
        _ if message.starts_with("Authenticated with permanent token") => "token",
        _ if message.contains("Session closed") || message.contains("Session stopped") => {
            return Some(Part { activity: "end", ..Part::default() });
        }
        _ => return None,
    };
    Some(Part { activity: "start", direction: incoming, method: Some(method), ..Part::default() })
}

/// `Incoming    2026-06-01, 08:00    User    alias@ad    442226597`
fn connection(line: &str) -> Option<Said<'_>> {
    let trimmed = line.trim();
    let (direction, rest) = match trimmed.split_once(char::is_whitespace)? {
        ("Incoming", rest) => ("incoming", rest.trim_start()),
        ("Outgoing", rest) => ("outgoing", rest.trim_start()),
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
        "REJECTED" | "Rejected" => ("denied", "rejected"),
        "Passwd" => ("start", "password"),
        "User" => ("start", "user"),
        "Token" => ("start", "token"),
        other => ("start", other),
    };
    let time = value::time(&format!("{date} {clock}"));
    Some(
        Part {
            tool: TOOL,
            activity,
            time,
            start: time.filter(|_| activity == "start"),
            direction: Some(direction),
            remote_uid: Some(remote),
            remote_name: Some(name).filter(|name| !name.is_empty() && *name != remote),
            method: Some(method),
            ..Part::default()
        }
        .said(),
    )
}
