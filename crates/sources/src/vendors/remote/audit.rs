//! The connection audit of a RustDesk server: who (`peer`) came to which device (`id`).

use model::tables::remote_session as t;

use crate::json::{self, Value, get, text_at};
use crate::reader::Out;

/// Whether an object is a line of it.
pub fn matches(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    (has("conn_id") || has("session_id")) && has("id") && (has("peer") || has("peer_id")) && has("ip")
}

/// Reads one.
pub fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let times = ["created_at", "time", "timestamp", "start_time", "@timestamp"];
    let time = times.iter().filter_map(|key| get(event, key)).find_map(json::time);
    let mut record = out.record(&t::TABLE, time);
    let action = text_at(event, "action").unwrap_or_default();
    record.text(t::activity, Some(if action == "close" { "end" } else { "start" }));
    record.text(t::tool, Some(hardware::tools::RUSTDESK.slug));
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
