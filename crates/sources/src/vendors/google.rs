//! Google Workspace audit activities. Vendor documentation: "Activities: list" and "Login / Meet Audit Activity Events",
//! Admin SDK Reports API.
//!
//! The API gives `events: [{name, parameters: [{name, value}]}]`; some collectors flatten them to one event with a map of
//! parameters. Both are read.

mod console;
mod sink;

use model::{
    Record, Time, tables::account_change as change, tables::api_activity as api,
    tables::authentication as auth, tables::meeting_participation as meet,
};

use super::{country, put};
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::value;
use crate::{recognise, tape};

/// Google Workspace.
pub struct Google;

static DOC: SourceDoc = SourceDoc {
    title: "Google Workspace audit activities (login, user accounts, token, drive, admin, Meet; console CSV, BigQuery export of logins, Cloud Logging)",
    documentation: "Reports API: Activities, Google Workspace Admin SDK",
    recognised_by: "objects with id.applicationName, actor and events or name",
    expects: &[
        "id.applicationName*",
        "id.time*",
        "id.uniqueQualifier",
        "actor.email*",
        "ipAddress",
        "events or name",
    ],
    fills: &["authentication", "account_change", "meeting_participation", "api_activity"],
};

impl Source for Google {
    fn kind(&self) -> &'static str {
        "google"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "google", "Workspace activities (id.applicationName, actor)")
    }
}

impl JsonSource for Google {
    fn kind(&self) -> &'static str {
        "google"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if json::at(event, &["id", "applicationName"]).is_none() {
            return if sink::is_event(event) {
                90
            } else if is_warehouse(event) {
                85
            } else if console::is_row(event) {
                72
            } else {
                0
            };
        }
        let says = |keys: &[&str]| keys.iter().any(|key| get(event, key).is_some());
        if says(&["events", "name"]) {
            95
        } else if says(&["type", "parameters", "actor"]) {
            70
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if console::is_row(event) {
            return console::read(event, out);
        }
        if is_warehouse(event) {
            return warehouse(event, out);
        }
        if let Some(mut activity) = sink::activity(event) {
            if let Ok(parsed) = simd_json::to_tape(&mut activity) {
                self.read(tape::root(&parsed), out);
            }
            return;
        }
        let part = |key: &str| json::at(event, &["id", key]).and_then(json::text).unwrap_or_default();
        let (application, qualifier) = (part("applicationName"), part("uniqueQualifier"));
        if !qualifier.is_empty() {
            out.identify(&format!("{application}/{}/{}/{qualifier}", part("customerId"), part("time")));
        }
        let time = json::at(event, &["id", "time"]).and_then(json::time);
        let listed = get(event, "events").map(json::elements).unwrap_or_default();
        let events = if listed.is_empty() { vec![event] } else { listed };
        for inner in events {
            let name = text_at(inner, "name").unwrap_or_default();
            let activity = Activity { event, inner, time, name: &name };
            match &*application {
                "login" => activity.login(out),
                "token" => activity.token(out),
                "user_accounts" => activity.account(out),
                "drive" => activity.resource(&["doc_id"], &["doc_type"], out),
                "admin" => activity.resource(&["USER_EMAIL", "GROUP_EMAIL", "APPLICATION_NAME"], &[], out),
                "mobile" if name == "DEVICE_SYNC_EVENT" => activity.sync(out),
                "meet" if name == "call_ended" => activity.meeting(out),
                _ => out.skip(&format!("{application}: {name}")),
            }
        }
    }
}

/// A row of the export to BigQuery: flat, with the parameters below the name of the log.
fn is_warehouse(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    has("time_usec") && has("event_name") && (has("record_type") || has("event_type")) && has("email")
}

fn warehouse(event: Value<'_, '_>, out: &mut Out<'_>) {
    let log = text_at(event, "record_type").or_else(|| text_at(event, "event_type")).unwrap_or_default();
    let name = text_at(event, "event_name").unwrap_or_default();
    if log != "login" {
        return out.skip(&format!("{log}: {name}"));
    }
    if let Some(id) =
        text_at(event, "unique_identifier").or_else(|| text_at(event, "event_id")).filter(|id| id.len() >= 8)
    {
        out.identify(&id);
    }
    let mut record = out.record(&auth::TABLE, get(event, "time_usec").and_then(json::time));
    let (activity, status) = login_kind(&name);
    record.text(auth::activity, Some(activity));
    record.text(auth::operation, Some(&name));
    record.set(auth::status, model::Cell::Text(status.to_owned()));
    record.text(auth::user_email, text_at(event, "email").as_deref());
    let address = get(event, "ip_address").and_then(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::src_country, country(None, address));
    let suspicious = json::at(event, &["login", "is_suspicious"]).and_then(json::truth) == Some(true);
    record.text(auth::behaviors, suspicious.then_some("suspicious login"));
    out.push(record);
}

/// What a login event is, and how it ended.
fn login_kind(name: &str) -> (&'static str, &'static str) {
    match name {
        "login_success" => ("logon", "success"),
        "login_failure" | "account_disabled_password_leak" => ("logon", "failure"),
        "login_challenge" | "login_verification" => ("mfa", "unknown"),
        "logout" => ("logoff", "success"),
        _ => ("other", "unknown"),
    }
}

struct Activity<'t, 'i, 'n> {
    event: Value<'t, 'i>,
    inner: Value<'t, 'i>,
    time: Option<Time>,
    name: &'n str,
}

impl<'t, 'i> Activity<'t, 'i, '_> {
    /// A parameter, from the list of the API or the map of a collector.
    fn parameter(&self, name: &str) -> Option<Value<'t, 'i>> {
        let parameters = get(self.inner, "parameters")?;
        if parameters.is_object() {
            return get(parameters, name);
        }
        let found = json::elements(parameters)
            .into_iter()
            .find(|one| text_at(*one, "name").is_some_and(|known| known == name))?;
        ["value", "intValue", "boolValue", "multiValue"].iter().find_map(|key| get(found, key))
    }

    fn text(&self, name: &str) -> Option<std::borrow::Cow<'i, str>> {
        let found = self.parameter(name)?;
        json::text(found).or_else(|| found.as_array()?.iter().find_map(json::text))
    }

    fn authentication(&self, activity: &str, out: &mut Out<'_>) -> Record {
        let mut record = out.record(&auth::TABLE, self.time);
        record.text(auth::activity, Some(activity));
        record.text(auth::operation, Some(self.name));
        let address = get(self.event, "ipAddress").and_then(json::ip);
        record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
        record.text(auth::src_country, country(None, address));
        let asn = json::at(self.event, &["networkInfo", "ipAsn"]).map(json::elements).unwrap_or_default();
        record.int(auth::src_asn, asn.first().and_then(|first| json::int(*first)));
        let pairs: &[(model::table::At, &[&str])] = &[
            (auth::user_email, &["actor", "email"]),
            (auth::user_uid, &["actor", "profileId"]),
            (auth::user_type, &["actor", "callerType"]),
        ];
        put(&mut record, self.event, pairs);
        record
    }

    fn login(&self, out: &mut Out<'_>) {
        let (activity, status) = match self.name {
            "2sv_enroll"
            | "2sv_disable"
            | "password_edit"
            | "recovery_email_edit"
            | "recovery_phone_edit"
            | "titanium_enroll" => {
                return self.account(out);
            }
            name => login_kind(name),
        };
        let mut record = self.authentication(activity, out);
        record.set(auth::status, model::Cell::Text(status.to_owned()));
        record.text(auth::status_detail, self.text("login_failure_type").as_deref());
        record.text(auth::factor, self.text("login_challenge_method").as_deref());
        let suspicious = self.parameter("is_suspicious").and_then(json::truth) == Some(true)
            || self.name.starts_with("suspicious");
        record.text(auth::behaviors, suspicious.then_some("suspicious login"));
        out.push(record);
    }

    fn token(&self, out: &mut Out<'_>) {
        let mut record = self.authentication("session_access", out);
        record.set(auth::status, model::Cell::Text("success".to_owned()));
        record.text(auth::app, self.text("app_name").as_deref());
        out.push(record);
    }

    fn account(&self, out: &mut Out<'_>) {
        let mut record = out.record(&change::TABLE, self.time);
        record.text(change::operation, Some(self.name));
        record.set(change::status, model::Cell::Text("success".to_owned()));
        let pairs: &[(model::table::At, &[&str])] = &[
            (change::actor_email, &["actor", "email"]),
            (change::actor_uid, &["actor", "profileId"]),
            (change::user_email, &["actor", "email"]),
            (change::user_uid, &["actor", "profileId"]),
        ];
        put(&mut record, self.event, pairs);
        let address = get(self.event, "ipAddress").and_then(json::ip);
        record.text(change::src_ip, address.map(|ip| ip.to_string()).as_deref());
        record.text(change::src_country, country(None, address));
        out.push(record);
    }

    /// Something done to a document, or by an administrator.
    fn resource(&self, names: &[&str], kinds: &[&str], out: &mut Out<'_>) {
        let Some(actor) = json::at(self.event, &["actor", "email"]).and_then(json::text) else {
            return out.skip("done by a program");
        };
        let mut record = out.record(&api::TABLE, self.time);
        record.text(api::operation, Some(self.name));
        record.set(api::status, model::Cell::Text("success".to_owned()));
        record.text(api::actor_email, Some(&actor));
        put(&mut record, self.event, &[(api::actor_uid, &["actor", "profileId"])]);
        let say = |keys: &[&str]| keys.iter().find_map(|key| self.text(key));
        record.text(api::resource, say(names).as_deref());
        record.text(api::resource_type, say(kinds).as_deref());
        record.text(api::user_name, say(&["target_user", "target", "USER_EMAIL"]).as_deref());
        let visibility = say(&["visibility", "new_value"]);
        let public = ["people_with_link", "public_in_the_domain", "public_on_the_web", "anyone_with_link"];
        let shown = say(&["visibility"]).map(|text| public.contains(&&*text));
        record.bool(api::is_public, shown.filter(|_| kinds.contains(&"doc_type")));
        record.text(api::detail, visibility.as_deref());
        let address = get(self.event, "ipAddress").and_then(json::ip);
        record.text(api::src_ip, address.map(|ip| ip.to_string()).as_deref());
        record.text(api::src_country, country(None, address));
        out.push(record);
    }

    /// An account's data came to a phone at an address. Nobody signed in: there is no status, so that whatever asks for
    /// successful sign-ins does not count it.
    fn sync(&self, out: &mut Out<'_>) {
        let address = get(self.event, "ipAddress").and_then(json::ip);
        let mail = self
            .text("USER_EMAIL")
            .or_else(|| json::at(self.event, &["actor", "email"]).and_then(json::text));
        let (Some(address), Some(mail)) = (address, mail) else {
            return out.skip("mobile: DEVICE_SYNC_EVENT without an address");
        };
        let mut record = out.record(&auth::TABLE, self.time);
        record.text(auth::activity, Some("device_sync"));
        record.text(auth::operation, Some(self.name));
        record.text(auth::user_email, Some(&mail));
        record.text(auth::src_ip, Some(&address.to_string()));
        record.text(auth::src_country, country(None, Some(address)));
        let (kind, version) = (self.text("DEVICE_TYPE").unwrap_or_default(), self.text("OS_VERSION"));
        let version = version.as_deref().unwrap_or_default();
        record.text(auth::os, Some(system(&kind.to_ascii_uppercase(), version).as_ref()));
        record.text(auth::device_uid, self.text("DEVICE_ID").as_deref());
        record.text(auth::device_name, self.text("DEVICE_MODEL").as_deref());
        out.push(record);
    }

    fn meeting(&self, out: &mut Out<'_>) {
        let seconds = self.parameter("duration_seconds").and_then(json::int);
        let mut record = out.record(&meet::TABLE, self.time);
        record.text(
            meet::meeting_uid,
            self.text("conference_id").or_else(|| self.text("meeting_code")).as_deref(),
        );
        let code = self.text("meeting_code");
        record.text(meet::meeting_number, code.as_deref().and_then(value::meeting_number).as_deref());
        let by_mail = self.text("identifier_type").is_some_and(|kind| kind == "email_address");
        let mail = self.text("identifier").filter(|_| by_mail);
        record.text(meet::user_email, mail.as_deref());
        // whoever has no account is numbered anew in each meeting
        let endpoint = self.text("endpoint_id").filter(|_| mail.is_none()).zip(self.text("conference_id"));
        record.text(meet::user_uid, endpoint.map(|(endpoint, call)| format!("{call}/{endpoint}")).as_deref());
        record.text(meet::display_name, self.text("display_name").as_deref());
        record.bool(meet::is_external, self.parameter("is_external").and_then(json::truth));
        record.time(meet::left_time, self.time);
        record.int(meet::duration_seconds, seconds);
        let joined = self
            .time
            .zip(seconds)
            .map(|(end, seconds)| Time(end.0.saturating_sub(seconds.saturating_mul(1_000_000))));
        record.time(meet::joined_time, joined);
        let address = self.parameter("ip_address").and_then(json::ip);
        record.text(meet::src_ip, address.map(|ip| ip.to_string()).as_deref());
        record.text(meet::src_country, country(self.text("location_country").as_deref(), address));
        record.text(meet::device, self.text("device_type").as_deref());
        record.text(meet::connection, self.text("network_transport_protocol").as_deref());
        record.float(meet::latency_ms, self.parameter("network_rtt_msec_mean").and_then(json::float));
        let jitter = ["network_recv_jitter_msec_mean", "network_send_jitter_msec_mean"];
        record.float(
            meet::jitter_ms,
            jitter.iter().find_map(|name| self.parameter(name)).and_then(json::float),
        );
        record.int(meet::video_sent_seconds, self.parameter("video_send_seconds").and_then(json::int));
        out.push(record);
    }
}

/// The system of a device by its kind, with the version where that does not name it already.
fn system<'v>(kind: &str, version: &'v str) -> std::borrow::Cow<'v, str> {
    let named = [
        ("IOS", "iOS"),
        ("ANDROID", "Android"),
        ("MAC", "macOS"),
        ("WINDOWS", "Windows"),
        ("CHROME", "ChromeOS"),
    ];
    match named.iter().find(|(part, _)| kind.contains(part)) {
        Some((_, name)) if !version.starts_with(|c: char| c.is_alphabetic()) => {
            format!("{name} {version}").trim().to_owned().into()
        }
        _ => version.into(),
    }
}
