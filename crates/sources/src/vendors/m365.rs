//! Microsoft 365 unified audit log. Vendor documentation: "Office 365 Management Activity API schema", Microsoft; "Export,
//! configure, and view audit log records", Microsoft Purview.
//!
//! Objects of the interface, of a SIEM, or the CSV of the portal with the object in `AuditData`. Times are UTC.

use model::{
    Record, Time, tables::account_change as change, tables::api_activity as api,
    tables::authentication as auth,
};

use super::{country, put};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// Microsoft 365 unified audit log.
pub struct M365;

static DOC: SourceDoc = SourceDoc {
    title: "Microsoft 365 unified audit log (Management Activity API, Purview CSV)",
    documentation: "Office 365 Management Activity API schema, Microsoft",
    recognised_by: "objects with CreationTime, Operation, Workload and RecordType or OrganizationId",
    expects: &[
        "CreationTime*",
        "Operation*",
        "Workload*",
        "UserId*",
        "ClientIP",
        "ResultStatus",
        "ExtendedProperties",
    ],
    fills: &["authentication", "account_change", "api_activity"],
};

impl Source for M365 {
    fn kind(&self) -> &'static str {
        "m365"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "m365", "Microsoft 365 audit records (Operation, Workload)")
    }
}

impl JsonSource for M365 {
    fn kind(&self) -> &'static str {
        "m365"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let has = |key: &str| get(event, key).is_some();
        let dated = has("Operation") && has("CreationTime");
        match (has("Workload"), has("RecordType"), has("OrganizationId")) {
            (true, true, _) | (true, _, true) if dated => 92,
            (false, true, true) if dated => 85,
            _ => 0,
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let Some(operation) = text_at(event, "Operation") else {
            return out.reject(Some("Operation"), "record without an operation");
        };
        if let Some(id) = text_at(event, "Id").filter(|id| id.len() >= 16) {
            out.identify(&id);
        }
        let time = get(event, "CreationTime").and_then(json::time);
        if time.is_none() {
            out.reject(Some("CreationTime"), "time cannot be read");
        }
        let workload = text_at(event, "Workload").unwrap_or_default();
        let record = match &*operation {
            "UserLoggedIn" | "UserLoginFailed" | "TeamsSessionStarted" | "MailboxLogin" => {
                sign_in(event, &operation, time, out)
            }
            _ if workload.eq_ignore_ascii_case("AzureActiveDirectory")
                || get(event, "AzureActiveDirectoryEventType").is_some() =>
            {
                match account(event, &operation, time, out) {
                    Some(record) => record,
                    None => return out.skip("change by a program"),
                }
            }
            _ => match activity(event, &operation, &workload, time, out) {
                Some(record) => record,
                None => return out.skip("record of a program"),
            },
        };
        out.push(record);
    }
}

/// The person's address as the workload writes it, perhaps with a port.
fn address(event: Value<'_, '_>) -> Option<std::net::IpAddr> {
    let keys = ["ActorIpAddress", "ClientIP", "ClientIPAddress"];
    keys.iter().filter_map(|key| get(event, key)).find_map(json::ip)
}

/// The value of a pair in a list of `{Name, Value}`.
fn named<'i>(event: Value<'_, 'i>, list: &str, name: &str) -> Option<std::borrow::Cow<'i, str>> {
    let all = get(event, list).map(json::elements).unwrap_or_default();
    let found = all.into_iter().find(|one| text_at(*one, "Name").is_some_and(|known| known == name))?;
    text_at(found, "Value").or_else(|| text_at(found, "NewValue"))
}

/// The account, unless it is one of a program.
fn person<'i>(event: Value<'_, 'i>) -> Option<&'i str> {
    let user = get(event, "UserId").and_then(str_of).filter(|user| !user.is_empty())?;
    let of_program = !user.contains('@')
        && (user.contains("ServicePrincipal")
            || user.contains("NT AUTHORITY")
            || user.contains('\\')
            || user.contains(' '));
    (!of_program && user != "Not Available" && !user.starts_with("app@")).then_some(user)
}

fn status(event: Value<'_, '_>) -> &'static str {
    let written = text_at(event, "ResultStatus").unwrap_or_default().to_lowercase();
    match written.as_str() {
        "success" | "succeeded" | "true" | "partiallysucceeded" => "success",
        "failed" | "failure" | "false" => "failure",
        _ => "unknown",
    }
}

fn sign_in(event: Value<'_, '_>, operation: &str, time: Option<Time>, out: &mut Out<'_>) -> Record {
    let mut record = out.record(&auth::TABLE, time);
    // a request for a token that a program renews is no sign-in by hand
    let request = named(event, "ExtendedProperties", "RequestType").unwrap_or_default();
    let by_hand =
        request.is_empty() || request.eq_ignore_ascii_case("Login:login") || operation == "UserLoginFailed";
    record.text(auth::activity, Some(if by_hand { "logon" } else { "session_access" }));
    record.text(auth::operation, Some(operation));
    // a failed sign-in has the result status of its record, which was written
    let status = if operation == "UserLoginFailed" { "failure" } else { status(event) };
    record.set(auth::status, model::Cell::Text(status.to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::status_detail, &["LogonError"]),
        (auth::user_email, &["UserId"]),
        (auth::user_uid, &["UserKey"]),
        (auth::session_uid, &["AppAccessContext", "AADSessionId"]),
    ];
    put(&mut record, event, pairs);
    let agent = named(event, "ExtendedProperties", "UserAgent").or_else(|| text_at(event, "UserAgent"));
    record.text(auth::user_agent, agent.as_deref());
    for (at, name) in [
        (auth::os, "OS"),
        (auth::browser, "BrowserType"),
        (auth::device_uid, "Id"),
        (auth::device_name, "DisplayName"),
        (auth::session_uid, "SessionId"),
    ] {
        record.text(at, named(event, "DeviceProperties", name).as_deref());
    }
    let managed = named(event, "DeviceProperties", "IsCompliantAndManaged");
    record.bool(auth::is_managed, managed.as_deref().and_then(crate::value::truth));
    let address = address(event);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::src_country, country(None, address));
    record
}

fn account(event: Value<'_, '_>, operation: &str, time: Option<Time>, out: &mut Out<'_>) -> Option<Record> {
    let (actor, target) = (person(event), text_at(event, "ObjectId").filter(|text| text.contains('@')));
    if actor.is_none() && target.is_none() {
        return None;
    }
    let mut record = out.record(&change::TABLE, time);
    record.text(change::operation, Some(operation));
    record.set(change::status, model::Cell::Text(status(event).to_owned()));
    record.text(change::actor_email, actor);
    record.text(change::user_email, target.as_deref().or(actor));
    let address = address(event);
    record.text(change::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(change::src_country, country(None, address));
    let changed = named(event, "ModifiedProperties", "Included Updated Properties");
    record.text(change::detail, changed.as_deref());
    Some(record)
}

fn activity(
    event: Value<'_, '_>,
    operation: &str,
    workload: &str,
    time: Option<Time>,
    out: &mut Out<'_>,
) -> Option<Record> {
    let actor = person(event)?;
    let mut record = out.record(&api::TABLE, time);
    record.text(api::operation, Some(operation));
    record.set(api::status, model::Cell::Text(status(event).to_owned()));
    record.text(api::actor_email, Some(actor));
    let pairs: &[(model::table::At, &[&str])] = &[
        (api::actor_uid, &["UserKey"]),
        (api::user_name, &["TargetUserOrGroupName"]),
        (api::user_agent, &["UserAgent"]),
        (api::resource, &["ObjectId"]),
        (api::resource_type, &["ItemType"]),
        (api::organisation, &["OrganizationName"]),
    ];
    put(&mut record, event, pairs);
    record.text(api::access, Some(workload));
    let address = address(event);
    record.text(api::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(api::src_country, country(None, address));
    Some(record)
}
