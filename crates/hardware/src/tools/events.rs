//! What remote tools write to the event log of Windows, exported as XML, JSON or CSV: Chrome Remote Desktop
//! (`chromoting`), ScreenConnect, Splashtop.

use serde_json::Value;

use super::fold::Fold;
use super::line::{Said, between};
use super::{Format, Log, chrome, of_provider, time};
use crate::readers::xml::{self, Element};

/// Events in any of the forms.
pub(super) const EVENTS: Format = Format { name: "events of remote tools", recognises, read };

/// One event, whatever it was exported as.
#[derive(Debug, Default)]
struct Event {
    provider: String,
    id: String,
    time: Option<i64>,
    /// The sentence, where the export has it.
    message: String,
    /// Its values otherwise.
    data: Vec<String>,
    line: usize,
}

fn recognises(text: &str) -> bool {
    let has = |word: &str| text.contains(word);
    let is_list = text.trim_start().starts_with(['{', '[', '<', '"']) || has("ProviderName") || has("Source");
    let is_chrome = has("chromoting") && (has("lient connected") || has("<Event") || has("EventID"));
    let is_connect = has("ScreenConnect Client (") && (has(" Connected") || has(" Disconnected"));
    let is_splashtop = has("Splashtop-Splashtop") && has("emote session");
    is_list && (is_chrome || is_connect || is_splashtop)
}

fn read(text: &str) -> Log {
    let events = match text.trim_start().as_bytes() {
        [b'<', ..] => of_xml(text),
        [b'{' | b'[', ..] => of_json(text),
        _ => of_csv(text),
    };
    // Exports have the newest event first as often as last.
    let mut events = events;
    events.sort_by_key(|event| event.time);
    let mut fold = Fold::default();
    for event in &events {
        let said = if event.message.is_empty() { event.sentence() } else { event.message.clone() };
        if let Some(Said::Part(mut part)) = of_provider(&event.provider, &said) {
            part.time = part.time.or(event.time);
            fold.take(event.line, Said::Part(part));
        }
    }
    fold.finish()
}

impl Event {
    /// The sentence that an export without one would have.
    fn sentence(&self) -> String {
        let told = chrome::is_host(&self.provider).then(|| chrome::sentence(&self.id, &self.data));
        told.flatten().unwrap_or_else(|| self.data.join(" "))
    }
}

fn of_xml(text: &str) -> Vec<Event> {
    let root = xml::parse(text);
    let mut found = Vec::new();
    let mut pending = vec![&root];
    while let Some(element) = pending.pop() {
        if element.name == "Event" {
            found.push(of_element(element, found.len() + 1));
        } else {
            pending.extend(element.children.iter().rev());
        }
    }
    found
}

fn of_element(event: &Element, line: usize) -> Event {
    let system = event.child("System");
    let attribute = |child: &str, name: &str| {
        system.and_then(|system| system.child(child)).map_or("", |child| child.attribute(name)).to_owned()
    };
    let id = system.and_then(|system| system.child("EventID")).map_or("", |id| id.text.as_str()).to_owned();
    let data = event.child("EventData").map_or(&[][..], |data| &data.children);
    let message = event.child("RenderingInfo").and_then(|info| info.child("Message"));
    Event {
        provider: attribute("Provider", "Name"),
        id,
        time: time::parse(&attribute("TimeCreated", "SystemTime")),
        message: message.map_or("", |message| message.text.as_str()).to_owned(),
        data: data.iter().map(|part| part.text.clone()).collect(),
        line,
    }
}

fn of_json(text: &str) -> Vec<Event> {
    let mut found = Vec::new();
    match serde_json::from_str::<Value>(text) {
        Ok(whole) => gather(&whole, 1, 0, &mut found),
        Err(_) => {
            for (place, line) in text.lines().enumerate() {
                if let Ok(value) = serde_json::from_str::<Value>(line.trim().trim_end_matches(',')) {
                    gather(&value, place + 1, 0, &mut found);
                }
            }
        }
    }
    found
}

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 40;

fn gather(value: &Value, line: usize, depth: usize, found: &mut Vec<Event>) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|inside| gather(inside, line, depth + 1, found)),
        Value::Object(_) => {
            let event = of_object(value, line);
            if event.provider.is_empty() {
                let inside = value.as_object().into_iter().flat_map(|object| object.values());
                inside.for_each(|inside| gather(inside, line, depth + 1, found));
            } else {
                found.push(event);
            }
        }
        _ => {}
    }
}

/// The first of several names, at the top, below `winlog`, or below `Event` and `System`.
fn named(value: &Value, names: &[&str]) -> String {
    let places = [Some(value), value.get("winlog"), value.get("System"), value.pointer("/Event/System")];
    let texts =
        places.into_iter().flatten().flat_map(|place| names.iter().filter_map(|name| place.get(*name)));
    let mut plain = texts.filter_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(map) => ["Name", "@Name", "#text", "SystemTime"]
            .iter()
            .find_map(|key| Some(map.get(*key)?.as_str()?.to_owned())),
        _ => None,
    });
    plain.next().unwrap_or_default()
}

fn of_object(value: &Value, line: usize) -> Event {
    let data = [
        value.get("EventData"),
        value.pointer("/winlog/event_data"),
        value.pointer("/Event/EventData"),
        value.get("Properties"),
    ];
    let texts = data.into_iter().flatten().flat_map(|data| match data {
        Value::Object(map) => map.values().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>(),
        Value::Array(list) => list
            .iter()
            .filter_map(|part| part.as_str().or_else(|| part.get("Value")?.as_str()))
            .map(str::to_owned)
            .collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    });
    let when = named(value, &["TimeCreated", "@timestamp", "TimeGenerated", "EventTime", "UtcTime", "time"]);
    Event {
        provider: named(
            value,
            &["ProviderName", "Provider", "provider_name", "SourceName", "Source", "source"],
        ),
        id: named(value, &["Id", "EventID", "event_id", "EventId"]),
        time: date(&when),
        message: named(value, &["Message", "message", "RenderedDescription"]),
        data: texts.collect(),
        line,
    }
}

/// A date, also as PowerShell writes it in JSON: `/Date(1773000000000)/`.
fn date(text: &str) -> Option<i64> {
    if let Some(millis) = between(text, "/Date(", ")") {
        return millis.parse::<i64>().ok()?.checked_mul(1000);
    }
    time::parse(text)
}

fn of_csv(text: &str) -> Vec<Event> {
    let start = text.find('\n').filter(|_| text.starts_with("#TYPE")).map_or(0, |place| place + 1);
    let mut rows =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.get(start..).unwrap_or("").as_bytes());
    let Ok(names) = rows.headers().cloned() else { return Vec::new() };
    let mut found = Vec::new();
    for row in rows.records().flatten() {
        let get = |wanted: &[&str]| {
            let place =
                names.iter().position(|name| wanted.iter().any(|one| name.trim().eq_ignore_ascii_case(one)));
            place.and_then(|place| row.get(place)).unwrap_or("").to_owned()
        };
        let line = row.position().map_or(0, |place| usize::try_from(place.line()).unwrap_or_default());
        found.push(Event {
            provider: get(&["ProviderName", "Source", "Provider", "SourceName"]),
            id: get(&["Id", "EventID", "Event ID", "EventId"]),
            time: date(&get(&["TimeCreated", "Date and Time", "TimeGenerated", "Time"])),
            message: get(&["Message", "Description", "Task Category"]),
            data: Vec::new(),
            line,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&'static str, String, String, Option<i64>)> {
        assert!(recognises(text), "{text}");
        let sessions = read(text).sessions.into_iter();
        sessions.map(|one| (one.tool, one.peer.clone(), one.address.clone(), one.seconds())).collect()
    }

    #[test]
    fn chrome_remote_desktop_is_read_without_its_sentences() {
        let event = |id: u8, minute: u8, data: &str| {
            format!(
                "<Event><System><Provider Name='chromoting'/><EventID>{id}</EventID><TimeCreated SystemTime='2026-03-02T09:{minute:02}:00.0Z'/>\
                 </System><EventData>{data}</EventData></Event>"
            )
        };
        let who = "<Data>op@example.com/chromoting_ftl_1</Data>";
        let text = [
            event(2, 40, who),
            event(4, 10, &format!("{who}<Data>203.0.113.7:5012</Data><Data>192.168.1.5:33</Data>")),
            event(1, 10, who),
        ];
        let mut text = text;
        text.swap(1, 2);
        let found = told(&format!("<Events>{}</Events>", text.concat()));
        assert_eq!(
            found,
            [("Chrome Remote Desktop", "op@example.com".to_owned(), "203.0.113.7".to_owned(), Some(1800))]
        );
    }

    #[test]
    fn screenconnect_is_read_from_three_exports() {
        let expected =
            [("ScreenConnect", "Cloud Account Administrator".to_owned(), String::new(), Some(3600))];
        let message = |what: &str| format!("Cloud Account Administrator {what}\\r\\n\\r\\nVersion: 23.1");
        let json = format!(
            r#"[{{"TimeCreated":"/Date(1773000000000)/","ProviderName":"ScreenConnect Client (abc)","Id":100,"Message":"{}"}},
                {{"TimeCreated":"/Date(1773003600000)/","ProviderName":"ScreenConnect Client (abc)","Id":101,"Message":"{}"}}]"#,
            message("Connected"),
            message("Disconnected")
        );
        assert_eq!(told(&json), expected);
        let csv = "\"TimeCreated\",\"ProviderName\",\"Id\",\"Message\"\n\
                   \"2026-03-02 11:00:00\",\"ScreenConnect Client (abc)\",\"101\",\"Cloud Account Administrator Disconnected\"\n\
                   \"2026-03-02 10:00:00\",\"ScreenConnect Client (abc)\",\"100\",\"Cloud Account Administrator Connected\n\nVersion: 23\"\n";
        assert_eq!(told(csv), expected);
        let beat = |id: u8, hour: u8, what: &str| {
            format!(
                r#"{{"@timestamp":"2026-03-02T{hour:02}:00:00.000Z","message":"{}","winlog":{{"provider_name":"ScreenConnect Client (abc)","event_id":"{id}"}}}}"#,
                message(what)
            )
        };
        assert_eq!(told(&[beat(100, 10, "Connected"), beat(101, 11, "Disconnected")].join("\n")), expected);
    }

    #[test]
    fn splashtop_names_the_far_device() {
        let text = r#"[{"TimeCreated":"2026-03-02T09:00:00Z","ProviderName":"Splashtop-Splashtop Streamer-Remote Session","Message":"A Splashtop remote session (1018449597) was created. From: far_host (203.0.113.7) App version: 3.5"},
            {"TimeCreated":"2026-03-02T10:00:00Z","ProviderName":"Splashtop-Splashtop Streamer-Remote Session","Message":"The Splashtop remote session (1018449597) was ended."}]"#;
        assert_eq!(told(text), [("Splashtop", "far_host".to_owned(), "203.0.113.7".to_owned(), Some(3600))]);
    }
}
