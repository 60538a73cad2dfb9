//! Zoom. Vendor documentation: "Quality of Service Subscription", "Meeting webhooks" and "Dashboards", Zoom Developer.
//!
//! QSS webhooks (`meeting.participant_data_summary`, `meeting.participant_qos`), join and leave webhooks, the Dashboard
//! API's participants, and the sign-in activity report. Hardware and network ids are what ties people together.

mod log;
pub mod report;

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Record, tables::authentication as auth, tables::meeting_participation as meet};

use super::{country, put};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, sheet, value};

/// Zoom.
pub struct Zoom;

static DOC: SourceDoc = SourceDoc {
    title: "Zoom participants (QSS and meeting webhooks, Dashboard API and CSV, participants report), sign-in activities, operation logs and meeting activities",
    documentation: "Quality of Service Subscription; Meeting webhooks; Dashboards, Zoom Developer",
    recognised_by: "objects with event meeting.participant_…, or participants with a client and a join time",
    expects: &[
        "event",
        "payload.object.participant",
        "participants",
        "harddisk_id",
        "mac_addr",
        "pc_name",
        "ip_address",
    ],
    fills: &["meeting_participation", "authentication", "api_activity"],
};

impl Source for Zoom {
    fn kind(&self) -> &'static str {
        "zoom"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "zoom", "Zoom participants")
            .or_else(|| sheet::recognise(&report::PLAN, super::generic::PLANS, sample))
    }
}

fn webhook<'i>(event: Value<'_, 'i>) -> Option<&'i str> {
    let name = get(event, "event").and_then(str_of)?;
    let known = name.starts_with("meeting.") || name.starts_with("webinar.") || name.starts_with("user.");
    (known && json::at(event, &["payload", "object"]).is_some()).then_some(name)
}

fn has(event: Value<'_, '_>, keys: &[&str]) -> bool {
    keys.iter().all(|key| get(event, key).is_some())
}

/// A participant of the Dashboard API.
fn is_participant(event: Value<'_, '_>) -> bool {
    // the report of past meetings knows no hardware
    let reported = has(event, &["name", "join_time", "leave_time", "duration"])
        && ["user_id", "registrant_id", "bo_mtg_id", "participant_user_id"]
            .iter()
            .any(|key| get(event, key).is_some());
    if reported {
        return true;
    }
    (has(event, &["user_name", "join_time"]) || has(event, &["participant", "join_time"]))
        && (has(event, &["pc_name"]) || has(event, &["ip_address"]) || has(event, &["harddisk_id"]))
}

/// A row of the report "Sign in / sign out activities".
fn is_sign_in(event: Value<'_, '_>) -> bool {
    has(event, &["email", "time", "type", "ip_address", "client_type"])
}

impl JsonSource for Zoom {
    fn kind(&self) -> &'static str {
        "zoom"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if webhook(event).is_some() {
            95
        } else if is_participant(event) || is_sign_in(event) || log::is_entry(event) {
            85
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let Some(name) = webhook(event) else {
            if log::is_entry(event) {
                log::read(event, out);
            } else if is_sign_in(event) {
                sign_in(event, out);
            } else {
                participant(event, None, event, out);
            }
            return;
        };
        let Some(object) = json::at(event, &["payload", "object"]) else { return out.skip(name) };
        match get(object, "participant").filter(|_| name.contains(".participant_")) {
            Some(person) => participant(person, Some(object), event, out),
            None => out.skip(name),
        }
    }
}

/// One participant; hardware and network stand below `data`, or beside the person in the Dashboard API.
fn participant(
    person: Value<'_, '_>,
    meeting: Option<Value<'_, '_>>,
    event: Value<'_, '_>,
    out: &mut Out<'_>,
) {
    let time = |at: Value<'_, '_>, key: &str| get(at, key).and_then(json::time);
    let (joined, left) = (time(person, "join_time"), time(person, "leave_time"));
    let reported = ["event_ts", "date_time"].iter().find_map(|key| time(event, key));
    let mut record = out.record(&meet::TABLE, joined.or(reported).or(left));
    if let Some(meeting) = meeting {
        put(&mut record, meeting, &[(meet::meeting_uid, &["id"]), (meet::meeting_uid, &["uuid"])]);
    }
    let number = meeting.and_then(|meeting| text_at(meeting, "id")).or_else(|| text_at(person, "meeting_id"));
    record.text(meet::meeting_number, number.as_deref().and_then(value::meeting_number).as_deref());
    let pairs: &[(model::table::At, &[&str])] = &[
        (meet::user_email, &["user_email"]),
        (meet::user_email, &["email"]),
        (meet::meeting_uid, &["meeting_id"]),
        (meet::user_uid, &["id"]),
        (meet::user_uid, &["participant_user_id"]),
        (meet::display_name, &["participant"]),
        (meet::display_name, &["name"]),
        (meet::display_name, &["user_name"]),
    ];
    put(&mut record, person, pairs);
    mail_beside_name(&mut record);
    within(person, &mut record);
    record.time(meet::joined_time, joined);
    record.time(meet::left_time, left);
    let spent = joined.zip(left).map(|(joined, left)| left.0.saturating_sub(joined.0) / 1_000_000);
    let told = get(person, "duration").and_then(json::int);
    record.int(meet::duration_seconds, spent.or(told).filter(|seconds| *seconds >= 0));
    let data = get(person, "data").unwrap_or(person);
    hardware(data, &mut record);
    let address = ["public_ip", "ip_address", "signaling_ip_address"]
        .iter()
        .filter_map(|key| get(data, key))
        .find_map(|written| json::ip(written).or_else(|| among(written, value::is_public)));
    let address = address.filter(|ip| value::is_public(*ip));
    record.text(meet::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(meet::src_country, country(place(data).as_deref(), address));
    quality(person, &mut record);
    out.push(record);
}

/// `Nora Vale <nora@example.com>`, `Nora Vale (nora@example.com)`: where nothing else names the address.
fn mail_beside_name(record: &mut Record) {
    let shown = record.get(meet::display_name).as_text();
    let Some((name, rest)) = shown.and_then(|shown| shown.split_once(['<', '('])) else { return };
    let mail = rest.trim_end().trim_end_matches(['>', ')']).trim();
    if !mail.contains('@') || mail.contains(char::is_whitespace) {
        return;
    }
    let (name, mail) = (name.trim().to_owned(), mail.to_owned());
    if record.get(meet::user_email).as_text().is_none() {
        record.text(meet::user_email, Some(&mail));
    }
    record.set(meet::display_name, model::Cell::Null);
    record.text(meet::display_name, Some(&name));
}

/// Whoever has no account is numbered anew in each meeting: the same number in another meeting is somebody else.
fn within(person: Value<'_, '_>, record: &mut Record) {
    // a record holds no text that is blank
    let given = |at| record.get(at).as_text();
    if given(meet::user_uid).is_some() {
        return;
    }
    let number = ["participant_id", "user_id"].iter().find_map(|key| text_at(person, key));
    // (A page of participants does not repeat the meeting that was asked for: whoever came at that second is meant.)
    let joined = || text_at(person, "join_time").map(|time| format!("at {time}"));
    let meeting = given(meet::meeting_uid).map(str::to_owned).or_else(joined);
    // the dashboard's CSV numbers nobody: whoever joined at that second
    let is_nobody = given(meet::user_email).is_none();
    let number = number.or_else(|| joined().filter(|_| is_nobody).map(Cow::Owned));
    let numbered = number.zip(meeting);
    record.text(meet::user_uid, numbered.map(|(number, meeting)| format!("{meeting}/{number}")).as_deref());
}

fn hardware(data: Value<'_, '_>, record: &mut Record) {
    let pairs: &[(model::table::At, &[&str])] = &[
        (meet::disk_id, &["harddisk_id"]),
        (meet::disk_id, &["hdd_serial_no"]),
        (meet::disk_id, &["hdd_serial"]),
        (meet::hostname, &["pc_name"]),
        (meet::network_domain, &["domain"]),
        (meet::device, &["device"]),
        (meet::client_version, &["client"]),
        (meet::client_version, &["version"]),
        (meet::camera, &["camera"]),
        (meet::microphone, &["microphone"]),
        (meet::speaker, &["speaker"]),
        (meet::connection, &["connection_type"]),
        (meet::connection, &["network_type"]),
    ];
    put(record, data, pairs);
    record.text(
        meet::mac,
        text_at(data, "mac_addr")
            .or_else(|| text_at(data, "mac_address"))
            .and_then(|mac| value::mac(&mac))
            .as_deref(),
    );
    let internal = [
        "private_ip",
        "audio_internal_ip_address",
        "video_internal_ip_address",
        "signaling_internal_ip_address",
        "as_internal_ip_address",
        "signaling_ip_address",
    ];
    let listed = get(data, "internal_ip_addresses")
        .map(|list| list.as_array().and_then(|list| list.iter().find_map(json::ip)));
    let one = internal.iter().filter_map(|key| get(data, key)).find_map(json::ip);
    let beside = || get(data, "ip_address").and_then(|written| among(written, |ip| !value::is_public(ip)));
    record.text(
        meet::internal_ip,
        listed.flatten().or(one).or_else(beside).map(|ip| ip.to_string()).as_deref(),
    );
}

/// The first address of a kind in "Public: 203.0.113.9 Local: 10.0.0.4", as the dashboard's CSV has them in one cell.
fn among(written: Value<'_, '_>, is_wanted: fn(IpAddr) -> bool) -> Option<IpAddr> {
    let text = str_of(written)?;
    text.split([' ', ',', ';', '\n']).filter_map(value::ip).find(|ip| is_wanted(*ip))
}

/// `Gotham(US)`: the code in brackets.
fn place(data: Value<'_, '_>) -> Option<String> {
    let text = text_at(data, "location")?;
    let code = text.rsplit_once('(')?.1.strip_suffix(')')?;
    Some(code.trim().to_owned())
}

/// Latency and jitter of what was received as video, else as audio: an array by type, or a map by type.
fn quality(person: Value<'_, '_>, record: &mut Record) {
    let Some(all) = get(person, "qos").or_else(|| get(person, "user_qos")) else { return };
    let of = |kind: &str| {
        let listed = all.as_array().and_then(|list| {
            list.iter()
                .find(|one| text_at(*one, "type").is_some_and(|known| known == kind))
                .and_then(|one| get(one, "details"))
        });
        let first = all.as_array().and_then(|list| list.iter().find_map(|one| get(one, kind)));
        listed.or(first).or_else(|| get(all, kind))
    };
    let Some(details) =
        ["video_input", "audio_input", "video_output", "audio_output"].iter().find_map(|kind| of(kind))
    else {
        return;
    };
    let number =
        |keys: &[&str]| keys.iter().filter_map(|key| text_at(details, key)).find_map(|text| amount(&text));
    record.float(meet::latency_ms, number(&["avg_latency", "latency"]));
    record.float(meet::jitter_ms, number(&["avg_jitter", "jitter"]));
}

/// The number in `12 ms`.
fn amount(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    text[..end].parse().ok().filter(|number: &f64| number.is_finite())
}

fn sign_in(event: Value<'_, '_>, out: &mut Out<'_>) {
    let mut record = out.record(&auth::TABLE, get(event, "time").and_then(json::time));
    let kind = text_at(event, "type").unwrap_or_default();
    let out_again = kind.to_lowercase().contains("out");
    record.text(auth::activity, Some(if out_again { "logoff" } else { "logon" }));
    record.text(auth::operation, Some(&kind));
    record.set(auth::status, model::Cell::Text("success".to_owned()));
    put(
        &mut record,
        event,
        &[(auth::user_email, &["email"]), (auth::os, &["client_type"]), (auth::user_agent, &["version"])],
    );
    let address = get(event, "ip_address").and_then(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::src_country, country(None, address));
    out.push(record);
}
