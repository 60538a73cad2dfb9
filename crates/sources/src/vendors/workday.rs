//! Workday sign-on report and user activity. Vendor documentation: "Signons and Attempted Signons" report and "Reports as a
//! Service"; "Activity Logging REST API", Workday.
//!
//! The report's columns, as CSV or as entries of a report service. Workers and pay elections of Workday are sheets, read by
//! their headers like those of any personnel system.

use model::{Cell, tables::api_activity as api, tables::authentication as auth};

use super::{country, put};
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// Workday sign-ons and activity.
pub struct Workday;

static DOC: SourceDoc = SourceDoc {
    title: "Workday sign-ons and user activity (report as CSV or JSON, Activity Logging API)",
    documentation: "Signons and Attempted Signons; Activity Logging REST API, Workday",
    recognised_by: "rows with an account, a kind of authentication and a sign-on address or time; objects with activityAction and taskId",
    expects: &[
        "Workday Account, System Account, userName or Signon Worker*",
        "Session ID",
        "Signon, Sign-on Time or Session Start*",
        "Signon IP Address or Session IP Address",
        "Authentication Type",
        "Successful or Failed Signon",
    ],
    fills: &["authentication", "api_activity"],
};

impl Source for Workday {
    fn kind(&self) -> &'static str {
        "workday"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "workday", "Workday sign-ons or activity")
    }
}

const ACCOUNTS: &[&str] =
    &["Workday_Account", "System_Account", "Account", "Workday_Username", "User_Name", "Username", "Worker"];
/// "Ines Okafor (100734)": the number is the personnel system's own.
const WORKERS: &[&str] = &["Signon_Worker", "Worker"];
const ADDRESSES: &[&str] = &[
    "signon_ip_address_string",
    "signon_ip_address",
    "session_ip_address_string",
    "session_ip_address",
    "IP_Address",
];
const TIMES: &[&str] = &[
    "Signon",
    "Signon_Time",
    "Sign-on_Time",
    "Sign_on_Time",
    "Signon_Date_Time",
    "Signon_Date_and_Time",
    "Signon_Moment",
    "Signon_Datetime",
    "Sign_On",
    "Session_Start",
    "Session_Start_Date_Time",
    "Session_Start_Datetime",
    "Attempted_Signon",
    "Signon_Date",
    "Date_and_Time",
    "Date",
    "timestamp",
    "@timestamp",
    "Time",
];
const MAILS: &[&str] = &["Work_Email", "primaryWorkEmail", "Email", "Email_Address", "Primary_Work_Email"];

/// The text of a key; of an object (`{"descriptor": …, "id": …}`) its descriptor.
fn word<'i>(event: Value<'_, 'i>, keys: &[&str]) -> Option<std::borrow::Cow<'i, str>> {
    keys.iter().find_map(|key| {
        let value = get(event, key)?;
        json::text(value).or_else(|| text_at(value, "descriptor"))
    })
}

fn is_sign_on(event: Value<'_, '_>) -> bool {
    let any = |keys: &[&str]| keys.iter().any(|key| get(event, key).is_some());
    let kinds = [
        "Authentication_Type",
        "Authentication_Channel",
        "Failed_Signon",
        "Successful",
        "Multi_Factor_Type",
        "Device_is_Trusted",
        "Invalid_Credentials",
        "Signon",
    ];
    if any(&["Session_ID"]) && any(&ADDRESSES[..4]) && any(&ACCOUNTS[..3]) && any(&kinds) {
        return true;
    }
    // reports of other columns, also of sign-ons that made no session or have no address
    let timed = ["Sign-on_Time", "Sign_on_Time", "Session_Start", "Signon_DateTime"];
    any(&timed)
        && any(&["System_Account", "Workday_Account", "User_Name", "Signon_Worker"])
        && any(&["Authentication_Type", "Authentication_Type_for_Signon"])
        && any(&["Request_Originator", "Device_is_Trusted", "Failed_Signon", "Session_ID"])
}

fn is_activity(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    has("activityAction") && has("taskId") && has("systemAccount")
}

impl JsonSource for Workday {
    fn kind(&self) -> &'static str {
        "workday"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if is_sign_on(event) || is_activity(event) { 90 } else { 0 }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if is_activity(event) { activity(event, out) } else { sign_on(event, out) }
    }
}

fn sign_on(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = TIMES.iter().filter_map(|key| get(event, key)).find_map(json::time);
    if time.is_none() {
        out.reject(Some("Signon"), "time cannot be read");
    }
    let truth = |keys: &[&str]| keys.iter().filter_map(|key| get(event, key)).find_map(json::truth);
    let failed = truth(&["Failed_Signon", "Invalid_Credentials", "Account_Locked__Disabled_or_Expired"]);
    let complaint = word(event, &["Authentication_Failure_Message", "Authentication_Failure_Reason"]);
    let status = match (truth(&["Successful", "Signon"]), failed) {
        (Some(false), _) | (_, Some(true)) => "failure",
        (Some(true), _) | (None, Some(false)) => "success",
        (None, None) if complaint.is_some() => "failure",
        (None, None) if get(event, "Session_ID").is_some() => "success",
        (None, None) => "unknown",
    };
    // a web service or Workday itself is nobody at a keyboard
    let origin = word(event, &["Request_Originator"]).unwrap_or_default();
    let activity = if matches!(&*origin, "" | "UI") { "logon" } else { "other" };
    let mut record = out.record(&auth::TABLE, time);
    record.text(auth::activity, Some(activity));
    record.text(auth::operation, Some("signon"));
    record.set(auth::status, Cell::Text(status.to_owned()));
    // "iokafor / Ines Okafor": the account stands before the name
    let account =
        word(event, ACCOUNTS).map(|text| text.split(" / ").next().unwrap_or(&text).trim().to_owned());
    let login = account.filter(|text| !text.contains('('));
    let mail = word(event, MAILS)
        .map(std::borrow::Cow::into_owned)
        .or_else(|| login.clone())
        .filter(|text| text.contains('@'));
    // what the personnel system numbers is sure to be in its roster, whatever the account is called
    let account = number(event).or(login);
    record.text(auth::user_email, mail.as_deref());
    record.text(auth::user_uid, account.as_deref());
    for (at, keys) in [
        (auth::session_uid, &["Session_ID"][..]),
        (auth::factor, &["Multi_Factor_Type", "Authentication_Type", "Authentication_Type_for_Signon"][..]),
        (auth::browser, &["Browser_Type", "Browser"][..]),
        (auth::os, &["Operating_System"][..]),
        (auth::app, &["UI_Client_Type", "Client_Type"][..]),
        (auth::user_agent, &["User_Agent"][..]),
    ] {
        record.text(at, word(event, keys).as_deref());
    }
    record.text(auth::status_detail, complaint.as_deref());
    record.bool(auth::is_managed, truth(&["Is_Device_Managed", "Device_is_Managed"]));
    let address = ADDRESSES.iter().filter_map(|key| get(event, key)).find_map(json::ip);
    record.text(auth::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(auth::src_country, country(None, address));
    out.push(record);
}

/// The number of the worker in brackets behind the name.
fn number(event: Value<'_, '_>) -> Option<String> {
    let worker = word(event, WORKERS)?;
    let (_, number) = worker.strip_suffix(')')?.rsplit_once('(')?;
    Some(number.trim().to_owned()).filter(|number| !number.is_empty())
}

fn activity(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = ["requestTime", "time"].iter().find_map(|key| get(event, key)).and_then(json::time);
    if time.is_none() {
        out.reject(Some("requestTime"), "time cannot be read");
    }
    let mut record = out.record(&api::TABLE, time);
    record.set(api::status, Cell::Text("success".to_owned()));
    let pairs: &[(model::table::At, &[&str])] = &[
        (api::operation, &["taskDisplayName"]),
        (api::actor_name, &["systemAccount"]),
        (api::user_name, &["target", "descriptor"]),
        (api::user_agent, &["userAgent"]),
        (api::resource, &["taskId"]),
        (api::access, &["deviceType"]),
        (api::detail, &["activityAction"]),
    ];
    put(&mut record, event, pairs);
    record.text(api::resource_type, Some("task"));
    let mail = text_at(event, "systemAccount").filter(|text| text.contains('@'));
    record.text(api::actor_email, mail.as_deref());
    let address = get(event, "ipAddress").and_then(json::ip);
    record.text(api::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(api::src_country, country(None, address));
    out.push(record);
}
