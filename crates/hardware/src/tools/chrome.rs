//! Chrome Remote Desktop: the host's messages in the Windows Application log (provider `chromoting`) and in system logs.
//! Messages as in Chromium's published source.

use std::borrow::Cow;

use super::line::{Activity, Part, Said, Tool, address, between};
use super::session::Direction;
use super::time;

const TOOL: Tool = Tool { slug: "chrome_remote_desktop", name: "Chrome Remote Desktop" };

/// Whether a provider or program is the host of Chrome Remote Desktop.
#[must_use]
pub fn is_host(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["chromoting", "chrome-remote-desktop", "chrome_remote_desktop", "remoting_host", "remoting_me2me_host"]
        .iter()
        .any(|word| lower.contains(word))
}

/// A line of a system log: `2026-06-01T08:00:00.123+02:00 LT-0042 chrome-remote-desktop[812]: Client connected: …`.
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    // In a long line the program stands at the beginning.
    let head = (0..=256.min(line.len())).rev().find_map(|end| line.get(..end)).unwrap_or(line);
    if !is_host(head) {
        return None;
    }
    // the message alone, as collectors of Windows events keep it
    if let Some(found) = message(line) {
        return Some(found);
    }
    let mut words = line.split_whitespace();
    let first = words.next()?.trim_start_matches('<');
    let (when, host) = if first.contains('T') && first.contains(':') {
        (time::parse(first), words.next())
    } else if first.len() == 10 && first.contains('-') {
        // "2026-06-01 08:00:00.123456-0500  localhost remoting_me2me_host[…]"
        let clock = words.next()?;
        (time::parse(&format!("{first} {clock}")), words.next())
    } else {
        // "Jun  1 08:00:00 LT-0042 …" names no year
        words.next()?;
        words.next()?;
        (None, words.next())
    };
    let behind = line.split_once("]: ").or_else(|| line.split_once(": "))?.1;
    let Some(Said::Part(mut part)) = message(behind) else { return Some(Said::Silent(TOOL)) };
    part.time = when;
    part.host = host.filter(|host| !host.eq_ignore_ascii_case("localhost") && !host.contains('['));
    Some(Said::Part(part))
}

/// What the host says. A client is `user@example.com/chromoting_ftl_1`: the account, and what is made up for each session.
#[must_use]
pub fn message(text: &str) -> Option<Said<'_>> {
    let text = text.trim();
    let who = |mark: &str| {
        let rest = text.strip_prefix(mark)?.lines().next().unwrap_or_default();
        Some(rest.trim().trim_end_matches('.'))
    };
    let part = if let Some(client) = who("Client connected:") {
        of(Activity::Start, client)
    } else if let Some(client) = who("Client disconnected:") {
        of(Activity::End, client)
    } else if let Some(client) = who("Access denied for client:") {
        of(Activity::Denied, client)
    } else if let Some(rest) = who("Channel IP for client:") {
        let client = rest.split([' ', ',']).next().unwrap_or_default();
        Part {
            remote_ip: between(rest, " ip='", "'").and_then(address),
            mode: between(rest, "connection='", "'"),
            ..of(Activity::Peer, client)
        }
    } else if let Some(name) = who("Host started for user:") {
        Part { activity: Activity::Own, user: Some(name), ..Part::default() }
    } else {
        return None;
    };
    Some(Part { tool: TOOL, ..part }.said())
}

fn of(activity: Activity, client: &str) -> Part<'_> {
    let (name, session) = client.split_once('/').map_or((client, None), |(name, rest)| (name, Some(rest)));
    Part {
        activity,
        direction: Some(Direction::Incoming),
        remote_name: Some(name).filter(|name| !name.is_empty()),
        session: session.map(Cow::Borrowed),
        ..Part::default()
    }
}

/// An event whose sentence is missing: its number says which it is, and the values stand in its order.
pub(super) fn sentence(number: &str, values: &[String]) -> Option<String> {
    let value = |place: usize| values.get(place).map_or("", String::as_str);
    Some(match number {
        "1" => format!("Client connected: {}", value(0)),
        "2" => format!("Client disconnected: {}", value(0)),
        "3" => format!("Access denied for client: {}", value(0)),
        "4" => format!("Channel IP for client: {} ip='{}'", value(0), value(1)),
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Outcome, read};

    #[test]
    fn it_is_read_from_the_system_log() {
        let text = "2026-03-02T09:14:28+00:00 host chromoting[12]: Client connected: op@example.com/chromoting_ftl_1.\n\
                    2026-03-02T09:14:29+00:00 host chromoting[12]: Channel IP for client: op@example.com/chromoting_ftl_1, ip='203.0.113.7:5012' host_ip='192.168.1.5:33' channel='video' connection='stun'.\n\
                    2026-03-02T09:24:28+00:00 host chromoting[12]: Client disconnected: op@example.com/chromoting_ftl_1.\n\
                    2026-03-02T09:25:28+00:00 host chromoting[12]: Access denied for client: x@example.com/c.\n";
        let log = read(text).unwrap();
        assert_eq!(log.sessions.len(), 2);
        let first = &log.sessions[0];
        assert_eq!(
            (first.peer.as_str(), first.address.as_str(), first.seconds()),
            ("op@example.com", "203.0.113.7", Some(600))
        );
        assert_eq!(log.sessions[1].outcome, Outcome::Refused);
    }
}
