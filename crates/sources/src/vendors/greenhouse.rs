//! Greenhouse candidates and interviews. Vendor documentation: "Harvest API: Candidates" and "Scheduled Interviews", Greenhouse (v3, and
//! v1 archives).
//!
//! One record per candidate and application, and one more for each further phone and e-mail address: what two candidates
//! share is found value by value.

use model::Record;
use model::tables::{applicant as app, interview as plan};

use super::put;
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::sheet::address::{Postal, whereabouts};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::value;

/// Greenhouse.
pub struct Greenhouse;

static DOC: SourceDoc = SourceDoc {
    title: "Greenhouse Harvest candidates, applications and interviews (v3, v1)",
    documentation: "Harvest API: Candidates; Scheduled Interviews, Greenhouse",
    recognised_by: "objects with first_name, last_name, phone_numbers and applications or email_addresses; interviews of an application",
    expects: &[
        "id*",
        "first_name",
        "last_name",
        "email_addresses",
        "phone_numbers",
        "addresses",
        "applications",
        "attachments",
        "application_id, video_conferencing_url",
    ],
    fills: &["applicant", "interview"],
};

impl Source for Greenhouse {
    fn kind(&self) -> &'static str {
        "greenhouse"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "greenhouse", "Greenhouse candidates")
    }
}

impl JsonSource for Greenhouse {
    fn kind(&self) -> &'static str {
        "greenhouse"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let list = |key: &str| get(event, key).is_some_and(|list| list.is_array());
        let named = get(event, "first_name").is_some() || get(event, "last_name").is_some();
        let signs = [
            "phone_numbers",
            "email_addresses",
            "applications",
            "attachments",
            "addresses",
            "website_addresses",
            "application_ids",
        ];
        let found = signs.iter().filter(|key| list(key)).count();
        if named && get(event, "id").is_some() && found >= 3 || of_webhook(event).is_some() {
            90
        } else if is_application(event) || is_interview(event) {
            75
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if is_interview(event) {
            return interview(event, out);
        }
        if is_application(event) {
            return application(event, out);
        }
        match of_webhook(event) {
            Some((candidate, application)) => person(candidate, vec![application], out),
            None => person(event, get(event, "applications").map(json::elements).unwrap_or_default(), out),
        }
    }
}

/// A person's two names in one.
fn joined_name(person: Value<'_, '_>) -> String {
    ["first_name", "last_name"].map(|key| text_at(person, key).unwrap_or_default()).join(" ")
}

/// The candidate and the application that a webhook tells of.
fn of_webhook<'t, 'i>(event: Value<'t, 'i>) -> Option<(Value<'t, 'i>, Value<'t, 'i>)> {
    get(event, "action")?;
    let application = json::at(event, &["payload", "application"])?;
    let candidate = get(application, "candidate").filter(|inner| get(*inner, "first_name").is_some())?;
    Some((candidate, application))
}

/// A candidate with these applications.
fn person(event: Value<'_, '_>, applications: Vec<Value<'_, '_>>, out: &mut Out<'_>) {
    let Some(id) = text_at(event, "id") else { return out.reject(Some("id"), "candidate without an id") };
    let words = |key: &str| texts(event, key);
    let (mails, phones) = (words("email_addresses"), words("phone_numbers"));
    let pages = [words("website_addresses"), words("social_media_addresses")].concat();
    let addresses = words("addresses");
    let documents = get(event, "attachments").map(json::elements).unwrap_or_default();
    let applied = texts(event, "application_ids");
    let rows = [
        mails.len(),
        phones.len(),
        pages.len(),
        addresses.len(),
        applications.len(),
        applied.len(),
        documents.len(),
        1,
    ];
    for at in 0..rows.into_iter().max().unwrap_or(1).min(50) {
        let time = ["created_at", "last_activity", "updated_at"]
            .iter()
            .filter_map(|key| get(event, key))
            .find_map(json::time);
        let mut record = out.record(&app::TABLE, time);
        record.text(app::applicant_id, Some(&id));
        let name = joined_name(event);
        record.text(app::full_name, Some(name.trim()));
        // every record of a candidate can be joined by its e-mail address
        record.text(app::email, mails.get(at).or(mails.first()).map(String::as_str));
        record.text(app::phone, phones.get(at).map(String::as_str));
        let stem = mails.get(at).and_then(|mail| super::applicants::mail_stem(mail, &name));
        record.text(app::email_stem, stem.as_deref());
        if let Some(text) = addresses.get(at) {
            address(text, &mut record);
        }
        record.text(app::profile_url, pages.get(at).map(String::as_str));
        record.text(app::application_uid, applied.get(at).map(String::as_str));
        if let Some(application) = applications.get(at) {
            application_of(*application, &mut record);
        }
        if let Some(document) = documents.get(at) {
            put(&mut record, *document, &[(app::document, &["filename"])]);
        }
        out.push(record);
    }
}

/// An application of its own, as version 3 lists them apart from candidates.
fn is_application(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    let signs = [
        "applied_at",
        "rejected_at",
        "prospect",
        "current_stage",
        "job_post_id",
        "jobs",
        "job_id",
        "last_activity_at",
    ];
    has("id")
        && has("candidate_id")
        && has("status")
        && !has("first_name")
        && signs.iter().filter(|key| has(key)).count() >= 2
}

/// An interview that was put into calendars.
fn is_interview(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    let begins = json::at(event, &["start", "date_time"]).is_some() || has("starts_at") || has("start_at");
    let signs = [
        "external_event_id",
        "video_conferencing_url",
        "interviewers",
        "interview",
        "interview_id",
        "interview_name",
        "job_interview_id",
        "organizer",
        "organizer_id",
    ];
    has("application_id") && begins && signs.iter().filter(|key| has(key)).count() >= 2
}

fn interview(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time =
        |paths: [&[&str]; 3]| paths.iter().filter_map(|path| json::at(event, path)).find_map(json::time);
    let begins = time([&["start", "date_time"], &["starts_at"], &["start_at"]]);
    if begins.is_none() {
        // (one that takes the whole day has no hour)
        out.reject(Some("start"), "time cannot be read");
    }
    let mut record = out.record(&plan::TABLE, begins);
    record.time(plan::end_time, time([&["end", "date_time"], &["ends_at"], &["end_at"]]));
    let pairs: &[(model::table::At, &[&str])] = &[
        (plan::application_uid, &["application_id"]),
        (plan::applicant_id, &["candidate_id"]),
        (plan::name, &["interview", "name"]),
        (plan::name, &["interview_name"]),
        (plan::status, &["status"]),
    ];
    put(&mut record, event, pairs);
    let links = ["video_conferencing_url", "location"].into_iter().filter_map(|key| text_at(event, key));
    let number = links.filter(|link| link.contains("://")).find_map(|link| value::meeting_number(&link));
    record.text(plan::meeting_number, number.as_deref());
    out.push(record);
}

fn application(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = ["applied_at", "created_at", "last_activity_at"].iter().find_map(|key| get(event, key));
    let mut record = out.record(&app::TABLE, time.and_then(json::time));
    record.text(app::applicant_id, text_at(event, "candidate_id").as_deref());
    application_of(event, &mut record);
    out.push(record);
}

/// The values of a list of `{value, type}`, or of texts; lines of an address are joined by commas.
fn texts(event: Value<'_, '_>, key: &str) -> Vec<String> {
    let Some(list) = get(event, key).and_then(|list| list.as_array()) else { return Vec::new() };
    let value = |one| text_at(one, "value").or_else(|| json::text(one));
    let lines = |text: &str| {
        let lines =
            text.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(", ")
    };
    list.iter().filter_map(value).map(|text| lines(&text)).collect()
}

fn town(parts: &Postal, record: &mut Record) {
    record.text(app::address_city, parts.city.as_deref());
    record.text(app::address_region, parts.region.as_deref());
}

/// An address in one line. A town alone is no address: all who live there would share it.
fn address(text: &str, record: &mut Record) {
    let parts = whereabouts(text);
    if text.bytes().any(|b| b.is_ascii_digit()) {
        record.text(app::address, Some(text));
    }
    record.text(app::address_country, parts.country.as_deref());
    town(&parts, record);
}

/// Greenhouse credits every application with somebody, a recruiter as a rule: a colleague who recommends is named by its source.
fn referrer(application: Value<'_, '_>, record: &mut Record) {
    let source = ["public_name", "name"].iter().find_map(|key| json::at(application, &["source", key]));
    let is_referral = source.and_then(json::str_of).is_some_and(super::applicants::is_referral);
    let Some(by) = get(application, "credited_to").filter(|by| is_referral && by.is_object()) else { return };
    record.text(app::referrer_uid, text_at(by, "employee_id").as_deref());
    let joined = joined_name(by);
    record.text(app::referrer_name, text_at(by, "name").as_deref().or(Some(joined.trim())));
    let mail = ["primary_email_address", "email", "primary_email"].iter().find_map(|key| text_at(by, key));
    record.text(app::referrer_email, mail.as_deref());
}

fn application_of(application: Value<'_, '_>, record: &mut Record) {
    record.time(app::applied_time, get(application, "applied_at").and_then(json::time));
    let pairs: &[(model::table::At, &[&str])] = &[
        (app::stage, &["status"]),
        (app::stage, &["current_stage", "name"]),
        (app::origin, &["source", "public_name"]),
        (app::origin, &["source_id"]),
        (app::application_uid, &["id"]),
    ];
    put(record, application, pairs);
    if let Some(place) = json::at(application, &["location", "address"]).and_then(json::str_of) {
        town(&whereabouts(place), record);
    }
    referrer(application, record);
    let jobs = get(application, "jobs").map(json::elements).unwrap_or_default();
    record.text(app::job, jobs.first().and_then(|job| text_at(*job, "name")).as_deref());
}
