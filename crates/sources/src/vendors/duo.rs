//! Duo authentication log. Vendor documentation: "Admin API: Authentication Logs", Duo Security.

use std::net::IpAddr;

use model::Record;
use model::tables::account_change as change;
use model::tables::authentication as auth;

use super::{country, put};
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// Duo.
pub struct Duo;

static DOC: SourceDoc = SourceDoc {
    title: "Duo authentication, activity and administrator logs (Admin API v2 and v1, Log Sync, admin panel CSV)",
    documentation: "Admin API: Authentication Logs, Activity Logs, Administrator Logs, Duo Security",
    recognised_by: "objects with user, factor, result and an access or authentication device",
    expects: &[
        "isotimestamp or timestamp*",
        "user.name*",
        "factor",
        "result*",
        "access_device",
        "auth_device",
        "txid",
    ],
    fills: &["authentication", "account_change"],
};

impl Source for Duo {
    fn kind(&self) -> &'static str {
        "duo"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "duo", "Duo authentications (user, factor, result)")
    }
}

impl JsonSource for Duo {
    fn kind(&self) -> &'static str {
        "duo"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let has = |key: &str| get(event, key).is_some();
        let device = get(event, "access_device")
            .or_else(|| get(event, "auth_device"))
            .is_some_and(|device| device.is_object());
        let who = get(event, "user").is_some_and(|user| user.is_object());
        // version 1 of the interface names the user in a word
        let old = has("username") && has("integration") && (has("eventtype") || has("new_enrollment"));
        if old && has("factor") && has("result") || is_row(event) {
            return 91;
        }
        if is_activity(event) || is_administration(event) {
            return 91;
        }
        if !(device && who && has("result")) {
            0
        } else if has("factor") || has("txid") {
            92
        } else {
            70
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if let Some(id) = text_at(event, "txid").filter(|id| id.len() >= 16) {
            out.identify(&id);
        }
        if is_row(event) {
            return row(event, out);
        }
        if is_activity(event) {
            return activity(event, out);
        }
        if is_administration(event) {
            return administration(event, out);
        }
        let time =
            ["isotimestamp", "timestamp"].iter().filter_map(|key| get(event, key)).find_map(json::time);
        let result = text_at(event, "result").unwrap_or_default().to_lowercase();
        let reason = text_at(event, "reason").unwrap_or_default().to_lowercase().replace(' ', "_");
        let denied = result == "fraud"
            || reason == "user_marked_fraud"
            || reason == "user_denied"
            || reason == "deny_unenrolled_user";
        let mut record = out.record(&auth::TABLE, time);
        record.text(auth::activity, Some(if denied && result != "success" { "denied_push" } else { "mfa" }));
        let pairs: &[(model::table::At, &[&str])] = &[
            (auth::operation, &["eventtype"]),
            (auth::operation, &["event_type"]),
            (auth::status_detail, &["reason"]),
            (auth::user_email, &["username"]),
            (auth::user_email, &["user", "name"]),
            (auth::user_email, &["email"]),
            (auth::user_uid, &["username"]),
            (auth::user_uid, &["user", "key"]),
            (auth::src_region, &["location", "state"]),
            (auth::src_city, &["location", "city"]),
            (auth::app, &["integration"]),
            (auth::src_region, &["access_device", "location", "state"]),
            (auth::src_city, &["access_device", "location", "city"]),
            (auth::os, &["access_device", "os"]),
            (auth::browser, &["access_device", "browser"]),
            (auth::device_uid, &["access_device", "epkey"]),
            (auth::device_name, &["access_device", "hostname"]),
            (auth::factor, &["factor"]),
            (auth::factor_device, &["auth_device", "key"]),
            (auth::app, &["application", "name"]),
        ];
        put(&mut record, event, pairs);
        let status = match result.as_str() {
            "success" => "success",
            "denied" | "failure" | "fraud" => "failure",
            _ => "unknown",
        };
        record.set(auth::status, model::Cell::Text(status.to_owned()));
        let written = json::at(event, &["access_device", "ip"]).or_else(|| get(event, "ip"));
        let address = written.and_then(ip_of);
        record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
        let named = json::at(event, &["access_device", "location", "country"])
            .or_else(|| json::at(event, &["location", "country"]))
            .and_then(json::text);
        record.text(auth::src_country, country(named.as_deref(), address));
        let approving = |path: &[&str]| json::at(event, path);
        let place = approving(&["auth_device", "location", "country"]).and_then(json::text);
        factor(&mut record, approving(&["auth_device", "ip"]).and_then(ip_of), place.as_deref());
        let trusted = text_at(event, "trusted_endpoint_status")
            .or_else(|| json::at(event, &["access_device", "trusted_endpoint_status"]).and_then(json::text));
        record.bool(
            auth::is_managed,
            trusted.as_deref().and_then(|text| match text {
                "trusted" => Some(true),
                "not trusted" => Some(false),
                _ => None,
            }),
        );
        out.push(record);
    }
}

/// An address, also where it is an object of address and place.
fn ip_of(written: Value<'_, '_>) -> Option<IpAddr> {
    json::ip(written).or_else(|| get(written, "address").and_then(json::ip))
}

/// Where the device that approved stood. A call or a text message has no address, and some then write zeros.
fn factor(record: &mut Record, address: Option<IpAddr>, place: Option<&str>) {
    let address = address.filter(|ip| !ip.is_unspecified());
    record.text(auth::factor_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::factor_country, address.and_then(|_| country(place, address)));
}

/// An event of the activity log: what users and administrators changed.
fn is_activity(event: Value<'_, '_>) -> bool {
    let part = |key: &str| get(event, key).is_some_and(|part| part.is_object());
    get(event, "activity_id").is_some() && part("action") && part("actor")
}

fn activity(event: Value<'_, '_>, out: &mut Out<'_>) {
    if let Some(id) = text_at(event, "activity_id").filter(|id| id.len() >= 16) {
        out.identify(&id);
    }
    let kind = |key: &str| json::at(event, &[key, "type"]).and_then(json::text).unwrap_or_default();
    let (actor, target) = (kind("actor"), kind("target"));
    let name = json::at(event, &["action", "name"]).and_then(json::text).unwrap_or_default();
    // an account's own phone, or the account; integrations, policies and groups are nobody's
    let whose = match (&*target, &*actor) {
        ("user", _) => "target",
        ("phone" | "token" | "hardtoken" | "webauthncredential" | "bypass_code" | "", "user") => "actor",
        _ => return out.skip(&name),
    };
    let time = ["ts", "timestamp"].iter().filter_map(|key| get(event, key)).find_map(json::time);
    let mut record = out.record(&change::TABLE, time);
    record.text(change::operation, Some(&name));
    let result = json::at(event, &["outcome", "result"]).and_then(json::text).unwrap_or_default();
    let status = match result.to_ascii_uppercase().as_str() {
        "SUCCESS" => "success",
        "" => "unknown",
        _ => "failure",
    };
    record.text(change::status, Some(status));
    let pairs: &[(model::table::At, &[&str])] = &[
        (change::actor_email, &["actor", "name"]),
        (change::actor_uid, &["actor", "key"]),
        (change::user_email, &[whose, "name"]),
        (change::user_uid, &[whose, "key"]),
        (change::device_name, &["access_device", "hostname"]),
    ];
    put(&mut record, event, pairs);
    record.text(change::factor, Some(&target).filter(|_| whose == "actor").map(|text| &**text));
    let address = json::at(event, &["access_device", "ip"]).and_then(ip_of);
    record.text(change::src_ip, address.map(|ip| ip.to_string()).as_deref());
    let place = json::at(event, &["access_device", "location", "country"]).and_then(json::text);
    record.text(change::src_country, country(place.as_deref(), address));
    out.push(record);
}

/// An event of the administrator log.
fn is_administration(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    let word = |key: &str| get(event, key).and_then(json::str_of).is_some();
    word("action")
        && word("username")
        && has("isotimestamp")
        && has("timestamp")
        && (has("object") || has("description"))
}

fn administration(event: Value<'_, '_>, out: &mut Out<'_>) {
    let name = text_at(event, "action").unwrap_or_default();
    // what is done to an account names it as the object; a phone or a token of its own does so by its number
    let Some(whose) =
        text_at(event, "object").filter(|_| name.starts_with("user_") || name.starts_with("bypass_"))
    else {
        return out.skip(&name);
    };
    let time = ["isotimestamp", "timestamp"].iter().filter_map(|key| get(event, key)).find_map(json::time);
    let mut record = out.record(&change::TABLE, time);
    record.text(change::operation, Some(&name));
    record.text(change::status, Some("success"));
    record.text(change::actor_uid, text_at(event, "username").as_deref());
    record.text(change::user_email, Some(&whose));
    record.text(change::user_uid, Some(&whose));
    record.text(change::detail, text_at(event, "description").as_deref());
    out.push(record);
}

/// A row of the admin panel's CSV, whose headers are words.
fn is_row(event: Value<'_, '_>) -> bool {
    let any = |keys: &[&str]| keys.iter().any(|key| get(event, key).is_some());
    any(&["User", "Username"])
        && any(&["Result"])
        && any(&["Factor", "Authentication_Method"])
        && (any(&["Access_Device_IP", "Access_IP", "Integration_Type"])
            || any(&["IP_Address"]) && any(&["Integration"]) && any(&["Timestamp"]))
}

fn row(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = ["Timestamp", "Time", "Date"].iter().filter_map(|key| get(event, key)).find_map(json::time);
    if time.is_none() {
        out.reject(Some("Timestamp"), "time cannot be read");
    }
    let word = |key: &str| text_at(event, key).unwrap_or_default().to_lowercase();
    let (result, reason) = (word("Result"), word("Reason"));
    let status = match result.as_str() {
        "granted" | "success" | "approved" => "success",
        "denied" | "failure" | "fraud" => "failure",
        _ => "unknown",
    };
    let denied = status == "failure"
        && (result == "fraud" || reason.contains("fraud") || reason.contains("user denied"));
    let mut record = out.record(&auth::TABLE, time);
    record.text(auth::activity, Some(if denied { "denied_push" } else { "mfa" }));
    record.set(auth::status, model::Cell::Text(status.to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::status_detail, &["Reason"]),
        (auth::user_email, &["Username"]),
        (auth::user_email, &["User"]),
        (auth::user_email, &["User_Email"]),
        (auth::user_email, &["Email"]),
        (auth::user_uid, &["Username"]),
        (auth::user_uid, &["User"]),
        (auth::device_name, &["Access_Device_Hostname"]),
        (auth::os, &["Access_Device_OS"]),
        (auth::browser, &["Access_Device_Browser"]),
        (auth::factor, &["Factor"]),
        (auth::factor, &["Authentication_Method"]),
        (auth::app, &["Integration"]),
        (auth::app, &["Application"]),
    ];
    put(&mut record, event, pairs);
    let address = ["Access_Device_IP", "Access_IP", "IP_Address"]
        .iter()
        .filter_map(|key| get(event, key))
        .find_map(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    // "Springfield, IL, United States"
    let place =
        ["Access_Device_Location", "Location"].iter().find_map(|key| text_at(event, key)).unwrap_or_default();
    let parts: Vec<&str> = place.split(',').map(str::trim).collect();
    if let [city, region, _] = parts[..] {
        record.text(auth::src_city, Some(city));
        record.text(auth::src_region, Some(region));
    }
    record.text(auth::src_country, country(parts.last().copied().filter(|text| !text.is_empty()), address));
    let address = ["Auth_Device_IP", "Authentication_Device_IP"]
        .iter()
        .filter_map(|key| get(event, key))
        .find_map(ip_of);
    let place = text_at(event, "Auth_Device_Location").unwrap_or_default();
    factor(&mut record, address, place.rsplit(',').next().map(str::trim));
    out.push(record);
}
