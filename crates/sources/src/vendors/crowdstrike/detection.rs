//! Detections of the streaming interface (`DetectionSummaryEvent`, `EppDetectionSummaryEvent`): that something was detected is
//! another's judgement and is left alone; that a program ran on a host, with its command line, is a fact.

use model::tables as t;

use super::{Fields, Host, set_host};
use crate::json::{self, Value, get};
use crate::reader::Out;

/// Where the fields of an event of the streaming interface are.
fn body<'t, 'i>(event: Value<'t, 'i>) -> Value<'t, 'i> {
    ["event", "unknown_payload"]
        .iter()
        .find_map(|key| get(event, key).filter(|inner| inner.is_object()))
        .unwrap_or(event)
}

/// Whether an event is a detection on a host, and not of identities, clouds or phones.
fn is_one(event: Value<'_, '_>, fields: &Fields<'_, '_>) -> bool {
    let told = json::at(event, &["metadata", "eventType"]).and_then(json::text);
    let kind = told.or_else(|| fields.text(&["ExternalApiType"]));
    kind.as_deref().is_none_or(|kind| {
        let kind = kind.trim_start_matches("Event_");
        kind == "DetectionSummaryEvent" || kind == "EppDetectionSummaryEvent"
    })
}

/// The program that a detection names, as a program that ran.
pub(super) fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let fields = Fields { event, body: body(event) };
    let own = |keys: &[&str]| fields.text(keys).map(std::borrow::Cow::into_owned);
    if !is_one(event, &fields) {
        return out.skip("console or detection event");
    }
    let host = (own(&["AgentId", "AgentIdString", "SensorId"]), own(&["Hostname", "ComputerName"]));
    let Some(name) = own(&["FileName"]).filter(|_| host.0.is_some() || host.1.is_some()) else {
        return out.skip("detection without a program");
    };
    let at = |key: &str| get(fields.body, key).and_then(json::time).filter(|time| time.0 > 0);
    let told = ["ProcessStartTime", "UTCTimestamp", "timestamp"].iter().find_map(|key| at(key));
    let created = || json::at(event, &["metadata", "eventCreationTime"]).and_then(json::time);
    let time = told.or_else(created);
    if let Some(id) = own(&["CompositeId", "DetectId", "EventUUID"]) {
        out.identify(&format!("detection {id} {}", own(&["ProcessId"]).unwrap_or_default()));
    }
    use t::process as p;
    let mut record = out.record(&p::TABLE, time);
    set_host(&mut record, &Host { uid: host.0, name: host.1, serial: None, time });
    record.text(p::activity, Some("launch"));
    record.text(p::name, Some(&name));
    record.text(p::path, fields.text(&["FilePath"]).as_deref());
    record.text(p::cmd_line, fields.text(&["CommandLine"]).as_deref());
    record.text(p::parent_path, fields.text(&["ParentImageFilePath", "ParentImageFileName"]).as_deref());
    record.text(p::user_name, fields.text(&["UserName"]).as_deref());
    if time.is_none() {
        out.reject(Some("ProcessStartTime"), "time cannot be read");
    }
    out.push(record);
}
