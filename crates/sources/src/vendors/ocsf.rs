//! Events that are in the Open Cybersecurity Schema already, of any product: OCSF 1.x. Documentation: "OCSF Schema", Open
//! Cybersecurity Schema Framework; "Source management in Amazon Security Lake", AWS.
//!
//! The class decides the table. Findings are others' judgements and are left out; so are network flows and DNS, which no
//! table holds. Names of 1.9 (User Management 3007) are understood.

mod endpoint;
mod people;

use model::{Cell, Record, TableDef, Time, tables::account_change as change};
use model::{tables::api_activity as api, tables::authentication as auth};

use super::{country, put};
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, value};

/// OCSF events.
pub struct Ocsf;

static DOC: SourceDoc = SourceDoc {
    title: "OCSF 1.x events of any product (JSON lines; Parquet of Security Lake)",
    documentation: "OCSF Schema, Open Cybersecurity Schema Framework",
    recognised_by: "objects with class_uid and metadata, category_uid or activity_id",
    expects: &[
        "class_uid*",
        "time*",
        "metadata.uid",
        "user or actor.user",
        "src_endpoint.ip",
        "device",
        "status_id",
    ],
    fills: &[
        "authentication",
        "account_change",
        "api_activity",
        "process",
        "device_inventory",
        "software_inventory",
        "peripheral",
        "network_interface",
        "dns_activity",
    ],
};

impl Source for Ocsf {
    fn kind(&self) -> &'static str {
        "ocsf"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "ocsf", "OCSF events (class_uid)")
    }
}

fn class(event: Value<'_, '_>) -> Option<i64> {
    get(event, "class_uid").and_then(json::int)
}

impl JsonSource for Ocsf {
    fn kind(&self) -> &'static str {
        "ocsf"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let signs = || {
            ["metadata", "category_uid", "activity_id", "type_uid"]
                .iter()
                .any(|key| get(event, key).is_some())
        };
        if class(event).is_some_and(|class| (1000..=99_999_999).contains(&class)) && signs() { 96 } else { 0 }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let Some(class) = class(event) else { return out.reject(Some("class_uid"), "event without a class") };
        if let Some(id) = at_text(event, &["metadata", "uid"]).filter(|id| id.len() >= 8) {
            out.identify(&id);
        }
        let time = time(event);
        // extensions of vendors number their classes from their own thousand
        match class % 100_000 {
            3002 => sign_in(event, time, None, out),
            // a person's tunnel into the company's network, from an address
            4014 if matches!(get(event, "activity_id").and_then(json::int), Some(1 | 3)) => {
                sign_in(event, time, Some("session_access"), out);
            }
            3001 | 3007 => account(event, time, out),
            6001..=6003 | 6006 => activity(event, time, out),
            5003 => people::read(event, time, out),
            1007 | 1010 | 4003 | 5001 | 5020 => endpoint::read(class % 100_000, event, time, out),
            2001..=2999 => return out.skip("finding: others' judgement"),
            4001..=4999 => return out.skip("network activity"),
            other => {
                let name =
                    text_at(event, "class_name").map_or_else(|| other.to_string(), |name| name.into_owned());
                return out.skip(&format!("class {name}"));
            }
        }
        if time.is_none() {
            out.reject(Some("time"), "time cannot be read");
        }
    }
}

fn at_text<'i>(event: Value<'_, 'i>, path: &[&str]) -> Option<std::borrow::Cow<'i, str>> {
    json::at(event, path).and_then(json::text)
}

/// Milliseconds in `time`, or the text in `time_dt`.
fn time(event: Value<'_, '_>) -> Option<Time> {
    let keys = ["time", "time_dt", "start_time", "start_time_dt"];
    keys.iter().filter_map(|key| get(event, key)).find_map(json::time).filter(|time| time.0 > 0)
}

/// The text at the first path that has one.
fn first<'i>(event: Value<'_, 'i>, paths: &[&[&str]]) -> Option<std::borrow::Cow<'i, str>> {
    paths.iter().filter_map(|path| at_text(event, path)).find(|text| !model::record::is_missing(text))
}

fn status(event: Value<'_, '_>) -> &'static str {
    match get(event, "status_id").and_then(json::int) {
        Some(1) => "success",
        Some(2) => "failure",
        _ => match text_at(event, "status").unwrap_or_default().to_lowercase().as_str() {
            "success" => "success",
            "failure" | "failed" => "failure",
            _ => "unknown",
        },
    }
}

/// The vendor's own name of the event, else that of the schema.
fn operation<'i>(event: Value<'_, 'i>) -> Option<std::borrow::Cow<'i, str>> {
    let paths: &[&[&str]] = &[
        &["api", "operation"],
        &["metadata", "event_code"],
        &["activity_name"],
        &["type_name"],
        &["class_name"],
    ];
    first(event, paths)
}

const USERS: &[&[&str]] = &[&["user"], &["actor", "user"], &["actor", "session", "issuer"]];

/// The e-mail address of a user: its own field, or a name that is one.
fn mail<'i>(user: Value<'_, 'i>) -> Option<std::borrow::Cow<'i, str>> {
    let keys = ["email_addr", "name", "uid_alt", "uid"];
    keys.iter().filter_map(|key| text_at(user, key)).find(|text| text.contains('@'))
}

fn record(table: &'static TableDef, event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) -> Record {
    let stamp = time.or_else(|| get(event, "logged_time").and_then(json::time));
    out.record(table, stamp)
}

fn sign_in(event: Value<'_, '_>, time: Option<Time>, known: Option<&str>, out: &mut Out<'_>) {
    let user = USERS.iter().find_map(|path| json::at(event, path));
    let Some(user) = user
        .filter(|user| mail(*user).is_some() || text_at(*user, "uid").or(text_at(*user, "name")).is_some())
    else {
        return out.skip("sign-in without a person");
    };
    let mut record = record(&auth::TABLE, event, time, out);
    let activity = match get(event, "activity_id").and_then(json::int) {
        Some(1) => "logon",
        Some(2) => "logoff",
        Some(3..=5) => "sso",
        _ => "other",
    };
    record.text(auth::activity, known.or(Some(activity)));
    record.text(auth::operation, operation(event).as_deref());
    record.set(auth::status, Cell::Text(status(event).to_owned()));
    record.text(auth::user_email, mail(user).as_deref());
    record.text(auth::user_uid, text_at(user, "uid").or_else(|| text_at(user, "name")).as_deref());
    record.text(auth::user_type, text_at(user, "type").as_deref());
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::status_detail, &["status_code"]),
        (auth::status_detail, &["status_detail"]),
        (auth::src_isp, &["src_endpoint", "location", "isp"]),
        (auth::src_isp, &["src_endpoint", "isp"]),
        (auth::src_as_org, &["src_endpoint", "autonomous_system", "name"]),
        (auth::src_domain, &["src_endpoint", "domain"]),
        (auth::src_region, &["src_endpoint", "location", "region"]),
        (auth::src_city, &["src_endpoint", "location", "city"]),
        (auth::user_agent, &["http_request", "user_agent"]),
        (auth::os, &["src_endpoint", "os", "name"]),
        (auth::os, &["device", "os", "name"]),
        (auth::device_uid, &["device", "uid"]),
        (auth::device_name, &["device", "hostname"]),
        (auth::device_name, &["device", "name"]),
        (auth::session_uid, &["actor", "session", "uid"]),
        (auth::session_uid, &["session", "uid"]),
        (auth::app, &["dst_endpoint", "svc_name"]),
        (auth::app, &["service", "name"]),
        (auth::risk, &["risk_level"]),
    ];
    put(&mut record, event, pairs);
    record.int(
        auth::src_asn,
        json::at(event, &["src_endpoint", "autonomous_system", "number"]).and_then(json::int),
    );
    record.bool(auth::is_managed, json::at(event, &["device", "is_managed"]).and_then(json::truth));
    let factors = get(event, "auth_factors").map(json::elements).unwrap_or_default();
    let factor = factors.iter().find_map(|one| text_at(*one, "factor_type"));
    record.text(auth::factor, factor.as_deref());
    // (the first drafts of the schema call it `factor_device`)
    let approving = ["device", "factor_device"]
        .iter()
        .find_map(|key| factors.iter().find_map(|one| get(*one, key)))
        .filter(|device| device.is_object());
    let address = approving.and_then(|device| get(device, "ip")).and_then(json::ip);
    let place = approving.and_then(|device| at_text(device, &["location", "country"]));
    record.text(auth::factor_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::factor_country, address.and_then(|_| country(place.as_deref(), address)));
    let (lat, lon) = point(event);
    record.float(auth::src_lat, lat);
    record.float(auth::src_lon, lon);
    let (address, land) = source(event);
    record.text(auth::src_ip, address.as_deref());
    record.text(auth::src_country, land);
    out.push(record);
}

/// Public address of the other side, and its country.
fn source(event: Value<'_, '_>) -> (Option<String>, Option<&'static str>) {
    let written = json::at(event, &["src_endpoint", "ip"]).or_else(|| json::at(event, &["device", "ip"]));
    let address = written.and_then(json::ip);
    let named = at_text(event, &["src_endpoint", "location", "country"]);
    (address.map(|ip| ip.to_string()), country(named.as_deref(), address))
}

/// Latitude and longitude: `coordinates` holds them the other way round.
fn point(event: Value<'_, '_>) -> (Option<f64>, Option<f64>) {
    let place = json::at(event, &["src_endpoint", "location"]);
    let one = |key: &str| place.and_then(|place| get(place, key)).and_then(json::float);
    if let (Some(lat), Some(lon)) = (one("lat"), one("long")) {
        return (Some(lat), Some(lon));
    }
    let listed = place.and_then(|place| get(place, "coordinates"));
    let listed: Vec<f64> = listed
        .and_then(|list| list.as_array().map(|list| list.iter().filter_map(json::float).collect()))
        .unwrap_or_default();
    match listed[..] {
        [lon, lat] => (Some(lat), Some(lon)),
        _ => (None, None),
    }
}

fn account(event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) {
    let mut record = record(&change::TABLE, event, time, out);
    record.text(change::operation, operation(event).as_deref());
    record.set(change::status, Cell::Text(status(event).to_owned()));
    if let Some(actor) = json::at(event, &["actor", "user"]) {
        record.text(change::actor_email, mail(actor).as_deref());
        record.text(change::actor_uid, text_at(actor, "uid").or_else(|| text_at(actor, "name")).as_deref());
    }
    if let Some(user) = get(event, "user").or_else(|| get(event, "user_result")) {
        record.text(change::user_email, mail(user).as_deref());
        record.text(change::user_uid, text_at(user, "uid").or_else(|| text_at(user, "name")).as_deref());
    }
    let pairs: &[(model::table::At, &[&str])] = &[
        (change::device_uid, &["device", "uid"]),
        (change::device_name, &["device", "hostname"]),
        (change::src_as_org, &["src_endpoint", "autonomous_system", "name"]),
        (change::detail, &["message"]),
    ];
    put(&mut record, event, pairs);
    record.int(
        change::src_asn,
        json::at(event, &["src_endpoint", "autonomous_system", "number"]).and_then(json::int),
    );
    let (address, land) = source(event);
    record.text(change::src_ip, address.as_deref());
    record.text(change::src_country, land);
    out.push(record);
}

fn activity(event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) {
    let actor = json::at(event, &["actor", "user"]).or_else(|| get(event, "user"));
    let mut record = record(&api::TABLE, event, time, out);
    record.text(api::operation, operation(event).as_deref());
    record.set(api::status, Cell::Text(status(event).to_owned()));
    if let Some(actor) = actor {
        record.text(api::actor_email, mail(actor).as_deref());
        record.text(api::actor_name, text_at(actor, "name").as_deref());
        record.text(api::actor_uid, text_at(actor, "uid").as_deref());
    }
    let pairs: &[(model::table::At, &[&str])] = &[
        (api::user_name, &["user_result", "name"]),
        (api::user_agent, &["http_request", "user_agent"]),
        (api::organisation, &["cloud", "account", "uid"]),
        (api::organisation, &["actor", "user", "org", "name"]),
        (api::access, &["actor", "session", "credential_uid"]),
        (api::access, &["api", "service", "name"]),
        (api::detail, &["status_detail"]),
        (api::resource, &["file", "path"]),
    ];
    put(&mut record, event, pairs);
    let listed = ["resources", "web_resources"].iter().find_map(|key| get(event, key)).map(json::elements);
    if let Some(resource) = listed.unwrap_or_default().first() {
        let named = ["name", "uid", "url_string"].iter().find_map(|key| text_at(*resource, key));
        record.text(api::resource, named.as_deref());
        record.text(api::resource_type, text_at(*resource, "type").as_deref());
    }
    let (address, land) = source(event);
    record.text(api::src_ip, address.as_deref());
    record.text(api::src_country, land);
    out.push(record);
}

/// A public address, as text.
fn public(address: Option<Value<'_, '_>>) -> Option<String> {
    address.and_then(json::ip).filter(|ip| value::is_public(*ip)).map(|ip| ip.to_string())
}
