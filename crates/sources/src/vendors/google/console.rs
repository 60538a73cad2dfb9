//! Rows of the Admin console's export of log events (Reporting → Audit and investigation → export): headers and events in
//! words, English only.

use model::{
    Cell, tables::account_change as change, tables::api_activity as api, tables::authentication as auth,
    tables::meeting_participation as meet,
};

use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::value;
use crate::vendors::{country, put};

/// Whether a row is of such an export.
pub fn is_row(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    is_call(event)
        || has("Date")
            && (has("Event") || has("Event_Name"))
            && has("IP_address")
            && (has("Actor") || has("User"))
            && (has("Description") || has("Event_Description") || has("Document_ID"))
}

/// Whether a row is somebody's part in a call, as the Meet log events are exported.
fn is_call(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    has("Date")
        && has("Meeting_code")
        && (has("Participant_identifier") || has("Participant_name"))
        && has("Duration")
}

fn call(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = get(event, "Date").and_then(json::time);
    if time.is_none() {
        out.reject(Some("Date"), "time cannot be read");
    }
    let mut record = out.record(&meet::TABLE, time);
    let pairs: &[(model::table::At, &[&str])] = &[
        (meet::meeting_uid, &["Meeting_code"]),
        (meet::meeting_uid, &["Conference_ID"]),
        (meet::display_name, &["Participant_name"]),
        (meet::device, &["Client_type"]),
    ];
    put(&mut record, event, pairs);
    let code = text_at(event, "Meeting_code");
    record.text(meet::meeting_number, code.as_deref().and_then(value::meeting_number).as_deref());
    let mail = text_at(event, "Participant_identifier").filter(|text| text.contains('@'));
    record.text(meet::user_email, mail.as_deref());
    record.bool(meet::is_external, get(event, "Participant_outside_organization").and_then(json::truth));
    let seconds = get(event, "Duration").and_then(json::int);
    record.int(meet::duration_seconds, seconds);
    record.time(meet::left_time, time);
    let joined = time
        .zip(seconds)
        .map(|(end, seconds)| model::Time(end.0.saturating_sub(seconds.saturating_mul(1_000_000))));
    record.time(meet::joined_time, joined);
    let address = get(event, "IP_address").and_then(json::ip);
    record.text(meet::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(meet::src_country, country(text_at(event, "Country").as_deref(), address));
    let latency = ["Network_round_trip_time", "Network_round_trip_time_mean", "Network_RTT"];
    record.float(meet::latency_ms, latency.iter().find_map(|key| get(event, key)).and_then(json::float));
    out.push(record);
}

/// Reads one.
pub fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    if is_call(event) {
        return call(event, out);
    }
    // (The reports that came before the investigation tool wrote "Event Name".)
    let name = ["Event", "Event_Name"].iter().find_map(|key| text_at(event, key)).unwrap_or_default();
    let lower = name.to_lowercase();
    let time = get(event, "Date").and_then(json::time);
    if time.is_none() {
        out.reject(Some("Date"), "time cannot be read");
    }
    let who = ["Actor", "User"].iter().find_map(|key| text_at(event, key)).filter(|text| text.contains('@'));
    let Some(who) = who else { return out.skip("event without a person") };
    let address = get(event, "IP_address").and_then(json::ip);
    let (ip, land) = (address.map(|ip| ip.to_string()), country(None, address));
    if get(event, "Document_ID").is_some() {
        let mut record = out.record(&api::TABLE, time);
        record.text(api::operation, Some(&lower.replace(' ', "_")));
        record.set(api::status, Cell::Text("success".to_owned()));
        record.text(api::actor_email, Some(&who));
        let pairs: &[(model::table::At, &[&str])] = &[
            (api::resource, &["Document_ID"]),
            (api::resource_type, &["Document_type"]),
            (api::user_name, &["Target"]),
            (api::detail, &["Visibility"]),
        ];
        put(&mut record, event, pairs);
        record.text(api::src_ip, ip.as_deref());
        record.text(api::src_country, land);
        return out.push(record);
    }
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["enroll", "disable", "change", "edit", "recovery", "password"]) && !says(&["login"]) {
        let mut record = out.record(&change::TABLE, time);
        record.text(change::operation, Some(&name));
        record.set(change::status, Cell::Text("success".to_owned()));
        record.text(change::actor_email, Some(&who));
        let user = text_at(event, "User").filter(|text| text.contains('@'));
        record.text(change::user_email, user.as_deref().or(Some(&who)));
        record.text(change::src_ip, ip.as_deref());
        record.text(change::src_country, land);
        return out.push(record);
    }
    let (activity, status) = match lower.as_str() {
        _ if says(&["successful login", "login success"]) => ("logon", "success"),
        _ if says(&["failed login", "login failure"]) => ("logon", "failure"),
        _ if says(&["logout"]) => ("logoff", "success"),
        _ if says(&["challenge", "verification"]) => ("mfa", "unknown"),
        _ if says(&["authorize", "api call", "request"]) => ("session_access", "success"),
        _ => ("other", "unknown"),
    };
    let mut record = out.record(&auth::TABLE, time);
    record.text(auth::activity, Some(activity));
    record.text(auth::operation, Some(&name));
    record.set(auth::status, Cell::Text(status.to_owned()));
    record.text(auth::user_email, Some(&who));
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::factor, &["Challenge_type"]),
        (auth::factor, &["Login_challenge_method"]),
        (auth::app, &["App_name"]),
        (auth::status_detail, &["Login_failure_type"]),
    ];
    put(&mut record, event, pairs);
    let suspicious = get(event, "Is_suspicious").and_then(json::truth) == Some(true) || says(&["suspicious"]);
    record.text(auth::behaviors, suspicious.then_some("suspicious login"));
    record.text(auth::src_ip, ip.as_deref());
    record.text(auth::src_country, land);
    out.push(record);
}
