//! Chrome Remote Desktop: the host's messages in the Windows Application log (provider `chromoting`) and in system logs.
//! Messages as in Chromium's published source.

use super::line::{Part, Said, between};
use crate::value;

const TOOL: &str = "chrome_remote_desktop";

/// Whether a provider or program is the host of Chrome Remote Desktop.
pub fn is_host(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["chromoting", "chrome-remote-desktop", "chrome_remote_desktop", "remoting_host", "remoting_me2me_host"]
        .iter()
        .any(|word| lower.contains(word))
}

/// A line of a system log: `2026-06-01T08:00:00.123+02:00 LT-0042 chrome-remote-desktop[812]: Client connected: …`.
pub fn read(line: &str) -> Option<Said<'_>> {
    if !is_host(line.get(..line.len().min(256)).unwrap_or(line)) {
        return None;
    }
    // the message alone, as collectors of Windows events keep it
    if let Some(found) = message(line) {
        return Some(found);
    }
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let (time, host) = if first.contains('T') && first.contains(':') {
        (value::time(first), words.next())
    } else if first.len() == 10 && first.contains('-') {
        // "2026-06-01 08:00:00.123456-0500  localhost remoting_me2me_host[…]"
        let clock = words.next()?;
        (value::time(&format!("{first} {clock}")), words.next())
    } else {
        // "Jun  1 08:00:00 LT-0042 …" names no year
        words.next()?;
        words.next()?;
        (None, words.next())
    };
    let behind = line.split_once("]: ").or_else(|| line.split_once(": "))?.1;
    let Some(Said::Part(mut part)) = message(behind) else { return Some(Said::Silent(TOOL)) };
    part.time = time;
    part.host = host.filter(|host| !host.eq_ignore_ascii_case("localhost") && !host.contains('['));
    Some(Said::Part(part))
}

/// What the host says.
pub fn message(text: &str) -> Option<Said<'_>> {
    let text = text.trim();
    let who = |mark: &str| {
        let rest = text.strip_prefix(mark)?.lines().next().unwrap_or_default();
        Some(rest.trim().trim_end_matches('.'))
    };
    let incoming = Some("incoming");
    let part = if let Some(name) = who("Client connected:") {
        Part { activity: "start", direction: incoming, remote_name: Some(name), ..Part::default() }
    } else if let Some(name) = who("Client disconnected:") {
        Part { activity: "end", direction: incoming, remote_name: Some(name), ..Part::default() }
    } else if let Some(name) = who("Access denied for client:") {
        Part { activity: "denied", direction: incoming, remote_name: Some(name), ..Part::default() }
    } else if let Some(rest) = who("Channel IP for client:") {
        Part {
            activity: "peer",
            direction: incoming,
            remote_name: rest.split_whitespace().next(),
            remote_ip: between(rest, " ip='", "'"),
            mode: between(rest, "connection='", "'"),
            ..Part::default()
        }
    } else if let Some(name) = who("Host started for user:") {
        Part { activity: "own", user: Some(name), ..Part::default() }
    } else {
        return None;
    };
    Some(Part { tool: TOOL, ..part }.said())
}
