//! RustDesk: `rustdesk_rCURRENT.log` of the server side, and the connection audit of a RustDesk server. Messages as in the
//! published source.

use std::borrow::Cow;

use model::tables::remote_session as t;

use super::line::{Part, Said, between, id};
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::value;

const TOOL: &str = "rustdesk";

/// `[2026-06-01 08:00:00.123456 +02:00] INFO [src/server/connection.rs:300] #5 Connection opened from 203.0.113.5:52222.`
pub fn read(line: &str) -> Option<Said<'_>> {
    let inner = line.strip_prefix('[')?;
    let (stamp, rest) = inner.split_once(']')?;
    let rest = rest.trim_start();
    let (level, rest) = rest.split_once(' ')?;
    if !["INFO", "WARN", "ERROR", "DEBUG", "TRACE"].contains(&level) {
        return None;
    }
    let (file, message) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
    if !file.contains(".rs:") {
        return None;
    }
    let Some(mut part) = message_of(message.trim()) else { return Some(Said::Silent(TOOL)) };
    part.tool = TOOL;
    part.time = value::time(stamp);
    part.is_local_clock = !stamp.contains('+') && stamp.matches('-').count() < 3 && !stamp.ends_with('Z');
    Some(part.said())
}

fn message_of(message: &str) -> Option<Part<'_>> {
    let numbered = message.strip_prefix('#').and_then(|rest| rest.split_once(' '));
    let session = numbered.map(|(number, _)| Cow::Borrowed(number));
    let incoming = Some("incoming");
    if let Some(rest) = between(message, "Connection opened from ", "") {
        let remote_ip = rest.split_whitespace().next().map(|ip| ip.trim_end_matches('.'));
        return Some(Part { activity: "start", direction: incoming, remote_ip, session, ..Part::default() });
    }
    if numbered.is_some() && (message.contains("Connection closed") || message.contains("connection closed"))
    {
        return Some(Part { activity: "end", session, ..Part::default() });
    }
    if let Some(rest) = between(message, "ogin request from ", "") {
        return Some(Part {
            activity: "request",
            direction: incoming,
            remote_uid: id(rest),
            session,
            ..Part::default()
        });
    }
    let own = message.strip_prefix("id updated from ").and_then(|rest| between(rest, " to ", ""));
    let own =
        own.or_else(|| message.strip_prefix("register_pk of ")).or_else(|| message.strip_prefix("my id: "));
    own.and_then(id).map(|own| Part { activity: "own", local_uid: Some(own), ..Part::default() })
}

/// A line of the server's audit: who (`peer`) came to which device (`id`).
pub fn is_audit(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    (has("conn_id") || has("session_id")) && has("id") && (has("peer") || has("peer_id")) && has("ip")
}

/// Reads one.
pub fn audit(event: Value<'_, '_>, out: &mut Out<'_>) {
    let times = ["created_at", "time", "timestamp", "start_time", "@timestamp"];
    let time = times.iter().filter_map(|key| get(event, key)).find_map(json::time);
    let mut record = out.record(&t::TABLE, time);
    let action = text_at(event, "action").unwrap_or_default();
    record.text(t::activity, Some(if action == "close" { "end" } else { "start" }));
    record.text(t::tool, Some(TOOL));
    record.text(t::direction, Some("incoming"));
    record.text(t::local_uid, text_at(event, "id").as_deref());
    let peer = get(event, "peer").and_then(|peer| peer.as_array());
    let named = |at: usize| peer.as_ref().and_then(|peer| peer.get(at)).and_then(json::text);
    record.text(t::remote_uid, text_at(event, "peer_id").or_else(|| named(0)).as_deref());
    record.text(t::remote_name, text_at(event, "peer_name").or_else(|| named(1)).as_deref());
    record.text(t::remote_ip, get(event, "ip").and_then(json::ip).map(|ip| ip.to_string()).as_deref());
    record
        .text(t::session_uid, text_at(event, "session_id").or_else(|| text_at(event, "conn_id")).as_deref());
    let host = ["hostname", "device_name", "host", "id_name"].iter().find_map(|key| text_at(event, key));
    record.text(t::hostname, host.as_deref());
    if time.is_none() {
        out.reject(None, "time cannot be read");
    }
    out.push(record);
}
