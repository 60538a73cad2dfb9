//! Zoom's operation log (what administrators and users changed) and its log of meeting activities. Vendor documentation:
//! "Get operation logs report" and "Get a meeting activities report", Zoom Developer.

use model::{Cell, tables::api_activity as api};

use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::vendors::put;

/// Whether an object is an entry of one of them.
pub fn is_entry(event: Value<'_, '_>) -> bool {
    let has = |keys: &[&str]| keys.iter().all(|key| get(event, key).is_some());
    has(&["operator", "category_type", "action", "operation_detail"])
        || has(&["meeting_number", "activity_time", "activity_category"])
            && get(event, "operator_email").is_some()
}

/// Reads one.
pub fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = ["time", "activity_time"].iter().filter_map(|key| get(event, key)).find_map(json::time);
    if time.is_none() {
        out.reject(Some("time"), "time cannot be read");
    }
    let mut record = out.record(&api::TABLE, time);
    record.set(api::status, Cell::Text("success".to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (api::operation, &["action"]),
        (api::operation, &["activity_category"]),
        (api::actor_name, &["operator"]),
        (api::resource, &["meeting_number"]),
        (api::resource_type, &["category_type"]),
        (api::detail, &["operation_detail"]),
        (api::detail, &["activity_detail"]),
    ];
    put(&mut record, event, pairs);
    if get(event, "meeting_number").is_some() {
        record.text(api::resource_type, Some("meeting"));
    }
    let mail = ["operator_email", "operator"]
        .iter()
        .filter_map(|key| text_at(event, key))
        .find(|text| text.contains('@'));
    record.text(api::actor_email, mail.as_deref());
    out.push(record);
}
