//! Splashtop: what its streamer writes into the Windows event log (provider `Splashtop-Splashtop Streamer-Remote Session`),
//! and its own record of sessions, as its console sends it to a SIEM: one JSON object an event, on both sides' devices.

use serde_json::Value;

use super::fold::Fold;
use super::line::{Activity, Part, Said, Tool, address, between};
use super::session::Direction;
use super::{Format, Log, time};

const TOOL: Tool = Tool { slug: "splashtop", name: "Splashtop" };

/// Objects of the console.
pub(super) const CONSOLE: Format =
    Format { name: "Splashtop session records", recognises: is_console, read: read_console };

/// `A Splashtop remote session (1018449597) was created. From: desk (203.0.113.7)`. Sentences changed between versions;
/// the number of the session and the words for coming and going did not.
pub(super) fn read<'a>(provider: &str, said: &'a str) -> Option<Said<'a>> {
    if !provider.to_ascii_lowercase().starts_with("splashtop") {
        return None;
    }
    let lower = said.to_ascii_lowercase();
    if !lower.contains("session") {
        return Some(Said::Silent(TOOL));
    }
    let device = ["From: ", "Client: ", "Device name: ", "from "]
        .iter()
        .find_map(|mark| between(said, mark, " ("))
        .map(|name| name.lines().next().unwrap_or(name).trim());
    let has_ended = ["disconnected", "ended", "terminated", "closed"].iter().any(|word| lower.contains(word));
    let number = between(said, "session (", ")").filter(|number| !number.is_empty());
    let part = Part {
        tool: TOOL,
        activity: if has_ended { Activity::End } else { Activity::Start },
        direction: Some(Direction::Incoming),
        remote_host: device.filter(|device| !device.is_empty()),
        remote_ip: said.split(['(', ')', ' ', ',']).find_map(address),
        session: number.map(Into::into),
        ..Part::default()
    };
    Some(part.said())
}

/// What an object of the console says, by the texts under its names; `None` where it is none.
pub fn console<'a>(text: impl Fn(&str) -> Option<&'a str>) -> Option<Said<'a>> {
    let text = |name: &str| text(name).map(str::trim).filter(|text| !text.is_empty());
    let host = text("destination_user_device")?;
    let far = text("client_user_device")?;
    if text("category").is_some_and(|category| !category.eq_ignore_ascii_case("session")) {
        return Some(Said::Silent(TOOL));
    }
    let said = text("message").unwrap_or_default().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let when =
        ["@timestamp", "timestamp", "time", "start_time"].iter().find_map(|name| time::parse(text(name)?));
    // Before the sentence stands the moment: `2026-03-02 09:15:45 UTC …`.
    let when = when.or_else(|| time::parse(text("original")?.split(" UTC").next()?));
    let activity = if says(&["end", "stop", "disconnect", "terminat", "close"]) {
        Activity::End
    } else if says(&["fail", "denied", "reject"]) {
        Activity::Denied
    } else {
        Activity::Start
    };
    let part = Part {
        tool: TOOL,
        activity,
        time: when,
        direction: Some(Direction::Incoming),
        host: Some(host),
        remote_name: text("client_email"),
        remote_host: Some(far),
        remote_ip: text("client_ip").and_then(address),
        session: text("id").map(Into::into),
        ..Part::default()
    };
    Some(part.said())
}

fn is_console(text: &str) -> bool {
    ["client_user_device", "destination_user_device"].iter().all(|name| text.contains(&format!("\"{name}\"")))
}

fn read_console(text: &str) -> Log {
    let mut fold = Fold::default();
    if let Ok(whole) = serde_json::from_str::<Value>(text) {
        gather(&whole, 1, 0, &mut fold);
        return fold.finish();
    }
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line.trim().trim_end_matches(',')) {
            Ok(value) => gather(&value, place + 1, 0, &mut fold),
            Err(_) => fold.reject(place + 1, "not JSON"),
        }
    }
    fold.finish()
}

/// Deepest nesting that is followed: exports wrap the objects.
const DEPTH_MAX: usize = 8;

fn gather(value: &Value, line: usize, depth: usize, fold: &mut Fold) {
    match value {
        _ if depth > DEPTH_MAX => {}
        Value::Array(list) => list.iter().for_each(|inside| gather(inside, line, depth + 1, fold)),
        Value::Object(object) => match console(|name| object.get(name).and_then(Value::as_str)) {
            Some(said) => fold.take(line, said),
            None => object.values().for_each(|inside| gather(inside, line, depth + 1, fold)),
        },
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::read;

    #[test]
    fn sessions_are_paired_by_their_number() {
        let line = |hour: u8, said: &str| {
            format!(
                r#"{{"action":"share_session","category":"session","client_email":"op@example.com","client_ip":"203.0.113.9","client_user_device":"FAR","destination_user_device":"LAP-7","id":"session_7","message":"Share Session {said}.","original":"2026-03-02 {hour:02}:00:00 UTC Share Session {said}."}}"#
            )
        };
        let other = r#"{"category":"chat","client_user_device":"FAR","destination_user_device":"LAP-7"}"#;
        let text = [line(9, "START"), other.to_owned(), line(17, "END"), "cut {".to_owned()].join("\n");
        let log = read(&text).unwrap();
        assert_eq!((log.sessions.len(), log.rejects.len()), (1, 1));
        let session = &log.sessions[0];
        assert_eq!((session.peer.as_str(), session.address.as_str()), ("op@example.com", "203.0.113.9"));
        assert_eq!(session.seconds(), Some(8 * 3600));
        let wrapped = format!(r#"{{"hits":[{{"_source":{}}}]}}"#, line(9, "START"));
        assert_eq!(read(&wrapped).unwrap().sessions.len(), 1);
    }
}
