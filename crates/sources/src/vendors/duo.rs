//! Duo authentication log. Vendor documentation: "Admin API: Authentication Logs", Duo Security.

use model::tables::authentication as auth;

use super::{country, put};
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// Duo.
pub struct Duo;

static DOC: SourceDoc = SourceDoc {
    title: "Duo authentication log (Admin API v2, Log Sync)",
    documentation: "Admin API: Authentication Logs, Duo Security",
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
    fills: &["authentication"],
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
        let time =
            ["isotimestamp", "timestamp"].iter().filter_map(|key| get(event, key)).find_map(json::time);
        let result = text_at(event, "result").unwrap_or_default().to_lowercase();
        let reason = text_at(event, "reason").unwrap_or_default();
        let denied = result == "fraud"
            || reason == "user_marked_fraud"
            || reason == "user_denied"
            || reason == "deny_unenrolled_user";
        let mut record = out.record(&auth::TABLE, time);
        record.text(auth::activity, Some(if denied && result != "success" { "denied_push" } else { "mfa" }));
        let pairs: &[(model::table::At, &[&str])] = &[
            (auth::operation, &["event_type"]),
            (auth::status_detail, &["reason"]),
            (auth::user_email, &["user", "name"]),
            (auth::user_email, &["email"]),
            (auth::user_uid, &["user", "key"]),
            (auth::src_region, &["access_device", "location", "state"]),
            (auth::src_city, &["access_device", "location", "city"]),
            (auth::os, &["access_device", "os"]),
            (auth::browser, &["access_device", "browser"]),
            (auth::device_uid, &["access_device", "epkey"]),
            (auth::device_name, &["access_device", "hostname"]),
            (auth::factor, &["factor"]),
            (auth::app, &["application", "name"]),
        ];
        put(&mut record, event, pairs);
        let status = match result.as_str() {
            "success" => "success",
            "denied" | "failure" | "fraud" => "failure",
            _ => "unknown",
        };
        record.set(auth::status, model::Cell::Text(status.to_owned()));
        let written = json::at(event, &["access_device", "ip"]);
        let address = written.and_then(|ip| json::ip(ip).or_else(|| get(ip, "address").and_then(json::ip)));
        record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
        let named = json::at(event, &["access_device", "location", "country"]).and_then(json::text);
        record.text(auth::src_country, country(named.as_deref(), address));
        let trusted = text_at(event, "trusted_endpoint_status");
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
