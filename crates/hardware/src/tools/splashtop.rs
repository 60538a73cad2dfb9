//! Splashtop's own record of sessions, as its console sends it to a SIEM: one JSON object an event, on both sides' devices.

use serde_json::Value;

use super::session::{Outcome, Session};
use super::{Format, Log, address, time};

/// Objects of the console.
pub const CONSOLE: Format = Format { name: "Splashtop session records", recognises, read };

const TOOL: &str = "Splashtop";

fn recognises(text: &str) -> bool {
    ["client_user_device", "destination_user_device"].iter().all(|name| text.contains(&format!("\"{name}\"")))
}

fn read(text: &str) -> Log {
    let mut log = Log::default();
    if let Ok(whole) = serde_json::from_str::<Value>(text) {
        gather(&whole, 1, 0, &mut log);
        return log;
    }
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line.trim().trim_end_matches(',')) {
            Ok(value) => gather(&value, place + 1, 0, &mut log),
            Err(_) => log.rejects.push((place + 1, "not JSON")),
        }
    }
    log
}

/// Deepest nesting that is followed: exports wrap the objects.
const DEPTH_MAX: usize = 8;

fn gather(value: &Value, line: usize, depth: usize, log: &mut Log) {
    match value {
        _ if depth > DEPTH_MAX => {}
        Value::Array(list) => list.iter().for_each(|inside| gather(inside, line, depth + 1, log)),
        Value::Object(object) if object.contains_key("destination_user_device") => event(value, line, log),
        Value::Object(object) => object.values().for_each(|inside| gather(inside, line, depth + 1, log)),
        _ => {}
    }
}

fn event(value: &Value, line: usize, log: &mut Log) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("").trim();
    let category = text("category");
    if !category.is_empty() && !category.eq_ignore_ascii_case("session") {
        return;
    }
    let said = text("message").to_ascii_lowercase();
    let when =
        ["@timestamp", "timestamp", "time", "start_time"].iter().find_map(|name| time::parse(text(name)));
    // Before the sentence stands the moment: `2026-03-02 09:15:45 UTC …`.
    let when = when.or_else(|| time::parse(text("original").split(" UTC").next().unwrap_or("")));
    let has_ended = ["end", "stop", "disconnect", "terminat", "close"].iter().any(|word| said.contains(word));
    let number = text("id");
    let is_same = |one: &&mut Session| !number.is_empty() && one.method == number && one.end.is_none();
    if has_ended && let Some(open) = log.sessions.iter_mut().rev().find(is_same) {
        open.end = when;
        return;
    }
    let is_refused = ["fail", "denied", "reject"].iter().any(|word| said.contains(word));
    log.sessions.push(Session {
        tool: TOOL,
        outcome: if is_refused { Outcome::Refused } else { Outcome::Held },
        peer: text("client_email").to_owned(),
        peer_name: text("client_user_device").to_owned(),
        address: address(text("client_ip")).unwrap_or_default(),
        method: number.to_owned(),
        start: when.filter(|_| !has_ended),
        end: when.filter(|_| has_ended),
        line,
        ..Session::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_paired_by_their_number() {
        let line = |hour: u8, said: &str| {
            format!(
                r#"{{"action":"share_session","category":"session","client_email":"op@example.com","client_ip":"203.0.113.9","client_user_device":"FAR","destination_user_device":"LAP-7","id":"session_7","message":"Share Session {said}.","original":"2026-03-02 {hour:02}:00:00 UTC Share Session {said}."}}"#
            )
        };
        let other = r#"{"category":"chat","client_user_device":"FAR","destination_user_device":"LAP-7"}"#;
        let text = [line(9, "START"), other.to_owned(), line(17, "END"), "cut {".to_owned()].join("\n");
        assert!(recognises(&text));
        let log = read(&text);
        assert_eq!((log.sessions.len(), log.rejects.len()), (1, 1));
        let session = &log.sessions[0];
        assert_eq!((session.peer.as_str(), session.address.as_str()), ("op@example.com", "203.0.113.9"));
        assert_eq!(session.seconds(), Some(8 * 3600));
        let wrapped = format!(r#"{{"hits":[{{"_source":{}}}]}}"#, line(9, "START"));
        assert_eq!(read(&wrapped).sessions.len(), 1);
    }
}
