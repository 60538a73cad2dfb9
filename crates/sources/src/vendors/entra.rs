//! Microsoft Entra sign-ins and directory audit. Vendor documentation: "signIn resource type" and "directoryAudit resource
//! type", Microsoft Graph; "Stream activity logs", Microsoft Entra.
//!
//! Two shapes: Graph objects, and diagnostic records with the same names below `properties`. Some collectors write names
//! in lower case and objects as JSON in a string.

mod portal;

use model::{Record, tables::account_change as change, tables::authentication as auth};

use super::{country, put};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, tape};

/// Microsoft Entra ID.
pub struct Entra;

static DOC: SourceDoc = SourceDoc {
    title: "Microsoft Entra sign-ins and audit (Graph, diagnostic settings, Log Analytics, portal CSV)",
    documentation: "signIn and directoryAudit resource types, Microsoft Graph",
    recognised_by: "objects with a sign-in or audit category and properties, or Graph's userPrincipalName with conditional access",
    expects: &[
        "createdDateTime or time*",
        "userPrincipalName*",
        "ipAddress",
        "deviceDetail",
        "location",
        "status",
        "activityDisplayName",
        "initiatedBy",
        "targetResources",
    ],
    fills: &["authentication", "account_change"],
};

impl Source for Entra {
    fn kind(&self) -> &'static str {
        "entra"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "entra", "Entra sign-ins or audit records")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    SignIn,
    /// Of programs, not of people.
    Service,
    Audit,
    /// A row of the portal's download of sign-ins.
    PortalSignIn,
    /// A row of the portal's download of the audit log.
    PortalAudit,
    /// Of another log of the same directory.
    Other,
}

fn shape(event: Value<'_, '_>) -> Option<Shape> {
    let has = |key: &str| get(event, key).is_some();
    let category = get(event, "category").and_then(str_of).unwrap_or_default();
    let directory = || {
        // collectors that name the tenant elsewhere leave it out here
        let of = get(event, "resourceId").and_then(str_of).unwrap_or_default().to_ascii_lowercase();
        let inner = get(event, "properties");
        let told = |key: &str| inner.and_then(|inner| get(inner, key)).is_some();
        of.contains("microsoft.aadiam") || told("userPrincipalName") || told("activityDisplayName")
    };
    if get(event, "properties").is_some_and(|inner| inner.is_object()) && (has("tenantId") || directory()) {
        let known = match category {
            "SignInLogs" | "NonInteractiveUserSignInLogs" | "ADFSSignInLogs" => Shape::SignIn,
            "ServicePrincipalSignInLogs" | "ManagedIdentitySignInLogs" => Shape::Service,
            "AuditLogs" => Shape::Audit,
            "RiskyUsers"
            | "UserRiskEvents"
            | "ProvisioningLogs"
            | "MicrosoftGraphActivityLogs"
            | "Policy" => Shape::Other,
            _ => return None,
        };
        return Some(known);
    }
    if has("userPrincipalName") && has("ipAddress") && has("conditionalAccessStatus") && has("appDisplayName")
    {
        return Some(Shape::SignIn);
    }
    if has("activityDisplayName") && has("activityDateTime") && has("initiatedBy") {
        return Some(Shape::Audit);
    }
    portal::shape(event)
}

impl JsonSource for Entra {
    fn kind(&self) -> &'static str {
        "entra"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        match shape(event) {
            Some(Shape::Other) => 60,
            Some(_) => 90,
            None => 0,
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let inner = get(event, "properties").filter(|inner| inner.is_object()).unwrap_or(event);
        // Log Analytics gives some objects as text
        if get(inner, "deviceDetail").or_else(|| get(inner, "locationDetails")).and_then(str_of).is_some()
            && let Some(mut opened) = json::opened_bytes(event)
            && let Ok(parsed) = simd_json::to_tape(&mut opened)
        {
            return self.read(tape::root(&parsed), out);
        }
        if let Some(id) = text_at(inner, "id").filter(|id| id.len() >= 16) {
            out.identify(&id);
        }
        match shape(event) {
            Some(Shape::SignIn) => sign_in(event, inner, out),
            Some(Shape::Audit) => audit(event, inner, out),
            Some(Shape::PortalSignIn) => portal::sign_in(event, out),
            Some(Shape::PortalAudit) => portal::audit(event, out),
            Some(Shape::Service) => out.skip("sign-in of a program"),
            _ => out.skip(&text_at(event, "category").unwrap_or_default()),
        }
    }
}

fn time(event: Value<'_, '_>, inner: Value<'_, '_>, keys: &[&str]) -> Option<model::Time> {
    let found = keys.iter().filter_map(|key| get(inner, key).or_else(|| get(event, key)));
    found.into_iter().find_map(json::time)
}

fn sign_in(event: Value<'_, '_>, inner: Value<'_, '_>, out: &mut Out<'_>) {
    if text_at(inner, "userPrincipalName").is_none() && text_at(inner, "userId").is_none() {
        return out.skip("sign-in without a person");
    }
    let when = time(event, inner, &["createdDateTime", "time", "TimeGenerated"]);
    let mut record = out.record(&auth::TABLE, when);
    let category = text_at(event, "category").unwrap_or_default();
    let quiet = category == "NonInteractiveUserSignInLogs"
        || get(inner, "isInteractive").and_then(json::truth) == Some(false);
    record.text(auth::activity, Some(if quiet { "session_access" } else { "logon" }));
    record.text(
        auth::operation,
        Some(text_at(event, "operationName").as_deref().unwrap_or("Sign-in activity")),
    );
    record.set(auth::status, model::Cell::Text(status(event, inner).to_owned()));
    let address = get(inner, "ipAddress").or_else(|| get(event, "callerIpAddress")).and_then(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.int(auth::src_asn, get(inner, "autonomousSystemNumber").and_then(json::int));
    let pairs: &[(model::table::At, &[&str])] = &[
        (auth::status_detail, &["status", "failureReason"]),
        (auth::user_email, &["userPrincipalName"]),
        (auth::user_uid, &["userId"]),
        (auth::user_type, &["userType"]),
        (auth::src_city, &["city"]),
        (auth::os, &["os"]),
        (auth::browser, &["browser"]),
        (auth::device_name, &["device"]),
        (auth::src_region, &["locationDetails", "state"]),
        (auth::src_region, &["location", "state"]),
        (auth::src_city, &["locationDetails", "city"]),
        (auth::src_city, &["location", "city"]),
        (auth::user_agent, &["userAgent"]),
        (auth::os, &["deviceDetail", "operatingSystem"]),
        (auth::browser, &["deviceDetail", "browser"]),
        (auth::device_uid, &["deviceDetail", "deviceId"]),
        (auth::device_name, &["deviceDetail", "displayName"]),
        (auth::session_uid, &["sessionId"]),
        (auth::factor, &["authenticationMethodsUsed"]),
        (auth::app, &["appDisplayName"]),
        (auth::risk, &["riskLevelDuringSignIn"]),
    ];
    put(&mut record, inner, pairs);
    let place = get(inner, "location").filter(|place| place.is_object());
    let place = place.or_else(|| get(inner, "locationDetails")).or_else(|| get(inner, "location"));
    let named = place.and_then(|place| text_at(place, "countryOrRegion").or_else(|| json::text(place)));
    let named = named.or_else(|| text_at(inner, "country"));
    record.text(auth::src_country, country(named.as_deref(), address));
    let point = place.and_then(|place| get(place, "geoCoordinates"));
    record.float(auth::src_lat, point.and_then(|point| get(point, "latitude")).and_then(json::float));
    record.float(auth::src_lon, point.and_then(|point| get(point, "longitude")).and_then(json::float));
    record.bool(auth::is_managed, json::at(inner, &["deviceDetail", "isManaged"]).and_then(json::truth));
    let steps = get(inner, "authenticationDetails").map(json::elements).unwrap_or_default();
    if let Some(step) = steps.last() {
        record.text(auth::factor, text_at(*step, "authenticationMethod").as_deref());
    }
    let flags = get(inner, "riskEventTypes_v2")
        .or_else(|| get(inner, "riskEventTypes"))
        .map(list)
        .unwrap_or_default();
    record.text(auth::behaviors, Some(&flags.join(", ")));
    // `anonymizedIPAddress`; older tenants write `anonymousIPAddress`
    let is_anonymous = flags.iter().any(|flag| flag.to_ascii_lowercase().starts_with("anonym"));
    record.bool(auth::src_is_proxy, is_anonymous.then_some(true));
    out.push(record);
}

fn list(value: Value<'_, '_>) -> Vec<String> {
    let Some(array) = value.as_array() else { return Vec::new() };
    array.iter().filter_map(json::text).map(std::borrow::Cow::into_owned).collect()
}

/// `0` is success; the codes of a step still to come (another factor, consent) are neither.
fn status(event: Value<'_, '_>, inner: Value<'_, '_>) -> &'static str {
    let code = json::at(inner, &["status", "errorCode"])
        .or_else(|| get(event, "resultType"))
        .or_else(|| get(inner, "status"));
    let code = code.and_then(json::text).or_else(|| text_at(inner, "result")).unwrap_or_default();
    match code.to_ascii_lowercase().as_str() {
        "0" | "success" => "success",
        "" | "50055" | "50058" | "50072" | "50074" | "50076" | "50079" | "50125" | "50127" | "50129"
        | "50140" | "50144" | "65001" | "65004" | "81010" | "81012" | "81014" => "unknown",
        _ => "failure",
    }
}

fn audit(event: Value<'_, '_>, inner: Value<'_, '_>, out: &mut Out<'_>) {
    let user = json::at(inner, &["initiatedBy", "user"]);
    let targets = get(inner, "targetResources").map(json::elements).unwrap_or_default();
    let is = |target: &Value<'_, '_>, kind: &str| {
        text_at(*target, "type").is_some_and(|known| known.eq_ignore_ascii_case(kind))
    };
    let person = targets.iter().find(|target| is(target, "User"));
    let operation =
        text_at(inner, "activityDisplayName").or_else(|| text_at(event, "operationName")).unwrap_or_default();
    if user.is_none() && person.is_none() {
        return out.skip("audit record of a program");
    }
    let mut record =
        out.record(&change::TABLE, time(event, inner, &["activityDateTime", "time", "TimeGenerated"]));
    record.text(change::operation, Some(&operation));
    let result =
        text_at(inner, "result").or_else(|| text_at(event, "result")).unwrap_or_default().to_lowercase();
    let status = if result == "success" || result == "0" {
        "success"
    } else if result.is_empty() {
        "unknown"
    } else {
        "failure"
    };
    record.set(change::status, model::Cell::Text(status.to_owned()));
    if let Some(user) = user {
        let pairs: &[(model::table::At, &[&str])] =
            &[(change::actor_email, &["userPrincipalName"]), (change::actor_uid, &["id"])];
        put(&mut record, user, pairs);
    }
    fill_target(
        &mut record,
        person.copied().or(user),
        targets.iter().find(|target| is(target, "Device")).copied(),
    );
    // the address of a program's call is the program's
    let written = user.and_then(|user| get(user, "ipAddress").or_else(|| get(event, "callerIpAddress")));
    let address = written.and_then(json::ip);
    record.text(change::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(change::src_country, country(None, address));
    record.text(change::detail, text_at(inner, "resultReason").as_deref());
    out.push(record);
}

fn fill_target(record: &mut Record, person: Option<Value<'_, '_>>, device: Option<Value<'_, '_>>) {
    if let Some(person) = person {
        put(record, person, &[(change::user_email, &["userPrincipalName"]), (change::user_uid, &["id"])]);
        record.text(change::factor_device, authenticator(person).as_deref());
    }
    if let Some(device) = device {
        put(record, device, &[(change::device_name, &["displayName"]), (change::device_uid, &["id"])]);
    }
}

/// The push token of the Authenticator app that the account has after the change, the new one where there are several.
fn authenticator(person: Value<'_, '_>) -> Option<String> {
    let properties = get(person, "modifiedProperties").map(json::elements).unwrap_or_default();
    let named = |one: &Value<'_, '_>| {
        text_at(*one, "displayName").is_some_and(|name| name == "StrongAuthenticationPhoneAppDetail")
    };
    let detail = properties.into_iter().find(named)?;
    let tokens = |key: &str| -> Vec<String> {
        let text = text_at(detail, key).unwrap_or_default();
        let after = text.split("\"DeviceToken\"").skip(1);
        after
            .filter_map(|rest| rest.split('"').nth(1))
            .filter(|token| token.len() >= 24)
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (tokens("oldValue"), tokens("newValue"));
    let new = after.iter().find(|token| !before.contains(token));
    new.or(after.first()).cloned()
}
