//! Rows of the portal's downloads: `InteractiveSignIns_….csv` and `AuditLogs_….csv`, whose headers are words.

use model::{tables::account_change as change, tables::authentication as auth};

use super::Shape;
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::vendors::{country, put};

/// Which download a row is of.
pub fn shape(event: Value<'_, '_>) -> Option<Shape> {
    let has = |key: &str| get(event, key).is_some();
    if has("Request_ID") && has("Username") && has("IP_address") && (has("Application") || has("Status")) {
        Some(Shape::PortalSignIn)
    } else if has("Activity") && has("CorrelationId") && (has("ActorType") || has("ActorUserPrincipalName")) {
        Some(Shape::PortalAudit)
    } else {
        None
    }
}

/// A sign-in. Its times are UTC, as its header says.
pub fn sign_in(event: Value<'_, '_>, out: &mut Out<'_>) {
    if let Some(id) = text_at(event, "Request_ID").filter(|id| id.len() >= 16) {
        out.identify(&id);
    }
    let time = get(event, "Date").and_then(json::time);
    if time.is_none() {
        out.reject(Some("Date"), "time cannot be read");
    }
    let mut record = out.record(&auth::TABLE, time);
    let quiet = text_at(event, "Is_interactive").is_some_and(|text| text.eq_ignore_ascii_case("false"));
    record.text(auth::activity, Some(if quiet { "session_access" } else { "logon" }));
    record.text(auth::operation, Some("Sign-in activity"));
    let written = text_at(event, "Status").unwrap_or_default().to_lowercase();
    let status = match written.as_str() {
        "success" => "success",
        "failure" => "failure",
        _ => "unknown",
    };
    record.set(auth::status, model::Cell::Text(status.to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::status_detail, &["Failure_reason"]),
        (auth::user_email, &["Username"]),
        (auth::user_uid, &["User_ID"]),
        (auth::user_type, &["User_type"]),
        (auth::user_agent, &["User_agent"]),
        (auth::os, &["Operating_System"]),
        (auth::browser, &["Browser"]),
        (auth::device_uid, &["Device_ID"]),
        (auth::session_uid, &["Session_ID"]),
        (auth::factor, &["Multifactor_authentication_auth_method"]),
        (auth::app, &["Application"]),
    ];
    put(&mut record, event, pairs);
    record.bool(auth::is_managed, get(event, "Managed").and_then(json::truth));
    let address = get(event, "IP_address").and_then(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    let asn =
        ["Autonomous_system_number", "Autonomous_system__number"].iter().find_map(|key| get(event, key));
    record.int(auth::src_asn, asn.and_then(json::int));
    // "Springfield, Illinois, US"
    let place = text_at(event, "Location").unwrap_or_default();
    let parts: Vec<&str> = place.split(',').map(str::trim).collect();
    if let [city, region, _] = parts[..] {
        record.text(auth::src_city, Some(city));
        record.text(auth::src_region, Some(region));
    }
    record.text(auth::src_country, country(parts.last().copied(), address));
    out.push(record);
}

/// A change in the directory.
pub fn audit(event: Value<'_, '_>, out: &mut Out<'_>) {
    if text_at(event, "ActorUserPrincipalName").is_none()
        && text_at(event, "Target1UserPrincipalName").is_none()
    {
        return out.skip("audit record of a program");
    }
    let time = get(event, "Date").and_then(json::time);
    if time.is_none() {
        out.reject(Some("Date"), "time cannot be read");
    }
    let mut record = out.record(&change::TABLE, time);
    let result = text_at(event, "Result").unwrap_or_default().to_lowercase();
    let status = match result.as_str() {
        "success" => "success",
        "" => "unknown",
        _ => "failure",
    };
    record.set(change::status, model::Cell::Text(status.to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (change::operation, &["Activity"]),
        (change::actor_email, &["ActorUserPrincipalName"]),
        (change::actor_uid, &["ActorObjectId"]),
        (change::user_email, &["ActorUserPrincipalName"]),
        (change::user_uid, &["ActorObjectId"]),
        (change::detail, &["ResultReason"]),
    ];
    put(&mut record, event, pairs);
    for number in 1..=3 {
        let at = |name: &str| text_at(event, &format!("Target{number}{name}"));
        match at("Type").as_deref() {
            Some("User") => {
                record.text(change::user_email, at("UserPrincipalName").as_deref());
                record.text(change::user_uid, at("ObjectId").as_deref());
            }
            Some("Device") => {
                record.text(change::device_name, at("DisplayName").as_deref());
                record.text(change::device_uid, at("ObjectId").as_deref());
            }
            _ => {}
        }
    }
    let address = get(event, "IPAddress").and_then(json::ip);
    record.text(change::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(change::src_country, country(None, address));
    out.push(record);
}
