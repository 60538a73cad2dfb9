//! Facts that the company checked or approved: badge logs, travel, households, equipment, software.

use std::sync::OnceLock;

use model::Record;
use model::tables::{TIME, attestation as t};

use crate::countries::alpha2;
use crate::sheet::address::{ca_province, us_state};
use crate::sheet::{ABSENCE, Plan, Role, Row, Unmade};
use crate::source::SourceDoc;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "worker", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "cardholder employee id", "traveler id",
        "traveller id", "id",
        "person id", "user id", "traveler employee id", "requester id", "staff id", "cardholder id",
        "personnel number",
    ] },
    Role { name: "email", anchor: false, headers: &[
        "worker email", "work email", "email", "employee email", "traveler email", "traveller email",
        "email address",
        "user email", "requester email", "cardholder email", "requested for email",
    ] },
    Role { name: "name", anchor: false, headers: &[
        "employee name", "cardholder", "cardholder name", "traveler", "traveler name", "traveller", "name",
        "worker",
        "first name", "last name", "user", "employee", "badge holder", "requester", "requested for", "who",
        "full name",
    ] },
    Role { name: "kind", anchor: true, headers: &[
        "kind", "attestation", "attestation type", "attestation kind", "approval type", "request type",
        "type", "category",
        "access event", "event description", "access type", "event name", "transaction", "fact", "exception type", "check type", "event type", "event", "catalog item",
    ] },
    Role { name: "badge", anchor: true, headers: &[
        "badge", "badge id", "badge number", "card number", "credential", "card id", "fob", "access card",
        "badge no",
        "credential number", "card",
    ] },
    Role { name: "door", anchor: true, headers: &[
        "door", "reader", "door name", "reader name", "entrance", "access point", "door reader", "portal",
        "gate", "turnstile",
        "entry", "entry name", "device location",
    ] },
    Role { name: "place", anchor: false, headers: &[
        "place", "site", "location", "office", "building", "site name", "area", "floor", "facility",
        "campus", "city",
        "place name", "office location", "checked at place", "location name",
    ] },
    Role { name: "destination", anchor: true, headers: &[
        "destination", "travel destination", "destination city", "trip destination", "to city",
        "arrival city",
        "new location", "relocating to", "new address city", "new city", "travelling to",
        "destination location", "going to",
        "approved location", "remote location", "temporary location", "requested location", "working from", "work from location", "alternate work location",
        "temporary work location", "remote work location", "approved work location", "where",
    ] },
    Role { name: "country", anchor: false, headers: &[
        "place country", "country", "destination country", "country code", "travel country", "new country",
        "work country",
        "country destination", "approved country", "remote country", "requested country", "host country", "country of work", "temporary country",
    ] },
    Role { name: "time", anchor: false, headers: &[
        "time", "event time", "date", "timestamp", "date time", "event date", "badge time", "swipe time",
        "access time",
        "approved at", "approval date", "approved on", "approved date", "checked at", "check date",
        "created at", "created",
        "occurred at", "recorded at", "entry time", "date approved", "verified at", "verified on",
        "declared on", "event timestamp",
        "declaration date", "submitted", "completed at", "date verified",
    ] },
    Role { name: "from", anchor: true, headers: &[
        "from time", "start date", "from", "from date", "start", "departure date", "valid from",
        "departure", "travel start",
        "trip start", "depart date", "effective date", "begin date", "start time", "trip start date",
        "move date",
        "travel start date", "leave on", "check in date", "outbound date",
    ] },
    Role { name: "to", anchor: true, headers: &[
        "to time", "end date", "to", "to date", "end", "return date", "valid to", "valid until",
        "travel end", "trip end",
        "until", "expires", "end time", "trip end date", "travel end date", "expiry date",
        "expiration date", "check out date",
        "arrival back",
    ] },
    Role { name: "approved", anchor: true, headers: &[
        "approved", "approval status", "status", "state", "decision", "approval", "is approved", "outcome",
        "result", "approval state",
        "access result", "request status",
    ] },
    // a list of trips with whoever approved each one has no column that says so
    Role { name: "approver", anchor: false, headers: &["approved by", "approved by name", "approved by email"] },
    Role { name: "reason", anchor: false, headers: &[
        "approver", "approver name", "approver email", "manager", "checked by", "verified by", "witness",
        "manager approval", "inspector", "purpose", "reason", "justification", "business reason",
        "trip purpose",
    ] },
    Role { name: "checked", anchor: true, headers: &[
        "in person check", "in person", "verification method", "met in person", "id check",
        "in person verification",
        "i9 verified in person", "seen in person", "identity checked in person", "check method", "method",
    ] },
    Role { name: "other", anchor: true, headers: &[
        "other worker id", "household member id", "household member", "shares household with",
        "related employee",
        "other employee id", "related employee id", "spouse employee id", "partner employee id", "cohabitant",
        "household employee id", "roommate", "lives with", "related worker id", "shared with employee id",
        "second employee id", "other employee", "co habitant employee id", "relative employee id",
        "who name", "household member name", "spouse name", "partner name", "colleague household", "household member email", "name of household member",
    ] },
    Role { name: "equipment", anchor: true, headers: &[
        "equipment", "approved equipment", "hardware", "peripheral", "device", "equipment requested",
        "hardware item",
        "accessory", "equipment type", "kvm", "equipment name", "approved hardware", "equipment item",
    ] },
    Role { name: "software", anchor: true, headers: &[
        "software", "approved software", "application", "app", "software name", "application name", "tool",
        "software requested", "software title", "approved application",
    ] },
    // why somebody is away is not read; a list that says it is none of these
    Role { name: ABSENCE, anchor: false, headers: &[
        "policy", "time off policy", "time off type", "absence type", "absence reason", "hours", "hours requested", "absence", "time off", "pto type", "total hours",
    ] },
    Role { name: "item", anchor: false, headers: &["item", "item requested", "asset", "what", "exception",
        "item name", "description", "short description"] },
    Role { name: "note", anchor: false, headers: &["note", "notes", "comment", "comments", "details"] },
    Role { name: "reference", anchor: false, headers: &[
        "reference", "ticket", "ticket number", "approval number", "request number", "request id",
        "case number", "trip id",
        "number", "ticket id", "approval id", "booking reference", "itinerary number", "issue key",
        "case id", "event id",
        "travel request id", "record locator",
    ] },
];

/// Plan for attestations.
pub static PLAN: Plan = Plan {
    kind: "attestation",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        // a list of approved trips may name people alone
        let trip = ["from", "to", "approved"].iter().all(|role| has(role)) && has("destination");
        // and one of exceptions may call a login "User"
        let exception = (has("software") || has("equipment")) && has("approved") && has("to");
        (has("worker") || has("email") || has("name") && (trip || exception) && !has(ABSENCE))
            && ((has("badge") || has("door")) && has("time")
                || has("destination") && (has("from") || has("approved"))
                || has("other")
                || has("kind")
                    && (has("place")
                        || has("from")
                        || has("item")
                        || has("equipment")
                        || has("software")
                        || has("reference"))
                || has("checked") && has("time")
                || (has("equipment") || has("software")) && has("approved")
                || (has("country") || has("place"))
                    && has("from")
                    && has("to")
                    && (has("approved") || has("approver"))
                    && !has(ABSENCE))
    },
    numbered: &[],
    addresses: &[],
    foreign: &[
        "factor",
        "integration type",
        "access device ip",
        "candidate id",
        "tracking number",
        "amount",
        "currency",
        "beneficiary",
        "withdrawal method",
        "payment id",
        "payment method",
        "net pay",
        "routing number",
        "iban",
        "hire date",
        "user agent",
        "job title",
        "serial number",
        "carrier",
        "ip address",
        "meeting id",
        "wallet address",
        "version",
        "bundle id",
        "asset tag",
        "client ip",
        "operation",
        "src ip",
        "session id",
        "account number",
        "actor",
    ],
    plausible: |values| {
        // with nothing but a word for the kind, that word must be one of ours
        let mut told =
            ["door", "badge", "destination", "other", "checked"].iter().any(|r| !values(r).is_empty());
        let kinds = values("kind");
        // a device or a program stands in many logs: it was approved where the row says so
        told |=
            !values("approved").is_empty() && ["equipment", "software"].iter().any(|r| !values(r).is_empty());
        // who works from another country, from when to when, and whether it was approved
        let dated = ["from", "to"].iter().all(|r| !values(r).is_empty());
        let decided = dated && !values("approved").is_empty();
        told |= dated
            && values("approved").is_empty()
            && kinds.is_empty()
            && !values("approver").is_empty()
            && !values("country").is_empty();
        told |= decided && !values("country").is_empty();
        // the same of towns: each with its country or state, and nearly all decided
        let (places, answers) = (values("place"), values("approved"));
        let most = |part: usize, all: usize| all > 0 && part * 4 >= all * 3;
        told |= decided
            && kinds.is_empty()
            && most(places.iter().filter(|text| is_town(text)).count(), places.len())
            && most(
                answers.iter().filter(|text| is_approval(text) || is_open_or_refused(text)).count(),
                answers.len(),
            );
        // requests of leave and of work from elsewhere stand in one list
        let leave = |text: &&String| is_leave(text);
        told |= decided
            && kinds.iter().all(|text| leave(&text) || kind_word(text).is_some())
            && kinds.iter().any(|text| kind_word(text).is_some());
        told || kinds.iter().filter(|text| kind_word(text).is_some()).count() * 2 >= kinds.len().max(1)
    },
    fill,
    doc: SourceDoc {
        title: "Attestations (badge logs, travel and relocation approvals, households, exceptions)",
        documentation: "Access event, travel request or approval export, by the publisher of that system",
        recognised_by: "Headers that name a worker and a badge event, trip, household or exception.",
        expects: &[
            "Employee ID* or Email*",
            "kind, or columns that tell it: Badge, Door, Destination, Household Member, Equipment, Software, or Country or Location with From, To and Status",
            "Event Time",
            "Start Date",
            "End Date",
            "Site",
            "Country",
            "Status",
            "Ticket",
        ],
        fills: &["attestation"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let alone = row.text("worker").is_none() && row.mail_of_person().is_none();
    let name = row.text("name").filter(|text| alone && text.trim().contains(' '));
    if alone && name.is_none() {
        return Err(Unmade::Wrong("attestation without a worker"));
    }
    if ["approved", "kind"].iter().any(|role| row.text(role).is_some_and(is_refusal)) {
        return Err(Unmade::Left("not approved or not granted"));
    }
    if row.text("kind").is_some_and(|text| is_leave(text) && kind_word(text).is_none()) {
        return Err(Unmade::Left("leave"));
    }
    let kind = kind(row).ok_or(Unmade::Wrong("kind of attestation not understood"))?;
    // only what somebody has said yes to speaks for a worker where nothing else tells that it was a trip
    let inferred =
        kind == "approved_travel" && row.text("kind").is_none() && row.text("destination").is_none();
    let is_signed = row.text("approved").map_or(row.text("approver").is_some(), is_approval);
    if inferred && !is_signed {
        return Err(Unmade::Left("not approved or not granted"));
    }
    record.text(t::worker_id, row.id_of_person());
    record.text(t::worker_email, row.mail_of_person());
    record.text(t::worker_name, name);
    record.text(t::kind, Some(kind));
    // (a day in the column of approvals is when it was given)
    let is_dated = row.text("approved").is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()));
    let given = if is_dated { row.time("approved") } else { None };
    let (time, from, to) = (row.time("time").or(given), row.time("from").or(given), row.time("to"));
    record.time(TIME, time.or(from));
    record.time(t::from_time, from);
    record.time(t::to_time, to);
    let noted = || row.text("note").filter(|_| kind == "approved_travel");
    let place = row.text("destination").or(row.text("place")).or(row.text("door")).or_else(noted);
    record.text(t::place, place);
    let country = row.text("country").and_then(alpha2).or_else(|| place.and_then(country_of));
    record.text(t::place_country, country);
    record.text(t::other_worker_id, row.text("other"));
    record.text(t::item, row.text("equipment").or(row.text("software")).or(row.text("item")));
    record.text(t::reference, row.text("reference"));
    Ok(())
}

fn kind(row: &Row<'_>) -> Option<&'static str> {
    if let Some(kind) = row.text("kind").and_then(kind_word) {
        return Some(kind);
    }
    let has = |role: &str| row.text(role).is_some();
    if has("other") {
        Some("declared_household")
    } else if has("badge") || has("door") {
        Some("badge_in")
    } else if row
        .text("checked")
        .is_some_and(|text| kind_word(text).is_some() || row.truth("checked") == Some(true))
    {
        Some("in_person_check")
    } else if has("destination") {
        Some(if has("to") { "approved_travel" } else { "approved_relocation" })
    } else if has("country") && has("from") && has("to") {
        Some("approved_travel")
    } else if has("software") {
        Some("approved_software")
    } else if has("equipment") {
        Some("approved_equipment")
    } else if ["place", "from", "to", "approved"].into_iter().all(has) && !has("kind") {
        Some("approved_travel")
    } else {
        None
    }
}

fn kind_word(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase().replace(['-', '_'], " ");
    let table: &[(&str, &[&str])] = &[
        ("badge_in", &["badge", "access granted", "door", "swipe", "entry granted", "valid access", "admit"]),
        (
            "in_person_check",
            &["in person", "face to face", "id check", "on site check", "onsite verification", "i 9"],
        ),
        ("approved_relocation", &["relocat", "moving", "move ", "address change approved"]),
        (
            "approved_travel",
            &[
                "travel",
                "trip",
                "work from abroad",
                "workation",
                "work abroad",
                "from elsewhere",
                "work from anywhere",
                "remote abroad",
                "international remote",
            ],
        ),
        ("declared_household", &["household", "spouse", "partner", "roommate", "cohabit", "family"]),
        ("approved_software", &["software", "application", "tool exception", "app exception"]),
        ("approved_equipment", &["equipment", "hardware", "peripheral", "device", "kvm", "accessory"]),
    ];
    table.iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))).map(|(kind, _)| *kind)
}

/// Whether a kind of request is one of leave, which says nothing of where somebody is.
fn is_leave(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "vacation",
        "pto",
        "sick",
        "leave",
        "holiday",
        "time off",
        "parental",
        "bereavement",
        "jury",
        "personal day",
        "annual",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// A place without what is put behind it: `Denver, CO (team off-site)`.
fn bare_place(text: &str) -> &str {
    text.split(['(', '[']).next().unwrap_or(text).trim()
}

/// Whether a place is a town with the state or country that it lies in, or a country.
fn is_town(text: &str) -> bool {
    let place = bare_place(text);
    let last = place.rsplit(',').next().unwrap_or(place).trim();
    let is_country = last.len() > 3 && alpha2(last).is_some();
    is_country || place.contains(',') && (us_state(last).is_some() || ca_province(last).is_some())
}

/// The country of a place: "Denver, CO" lies in no Colombia.
fn country_of(text: &str) -> Option<&'static str> {
    let place = bare_place(text);
    let (_, last) = place.rsplit_once(", ").unwrap_or(("", place));
    let in_states = || (place.contains(',') && us_state(last).is_some()).then_some("US");
    in_states().or_else(|| alpha2(last))
}

/// Whether an answer is a yes.
fn is_approval(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "approved",
        "granted",
        "accepted",
        "authorised",
        "authorized",
        "confirmed",
        "completed",
        "genehmigt",
        "bewilligt",
    ];
    !is_refusal(text)
        && (words.iter().any(|word| lower.starts_with(word)) || crate::value::truth(text) == Some(true))
}

/// Whether it is a no, or none yet.
fn is_open_or_refused(text: &str) -> bool {
    let lower = text.to_lowercase();
    is_refusal(text)
        || ["request", "in review", "await", "open", "new", "in progress", "hold", "offen"]
            .iter()
            .any(|word| lower.starts_with(word))
}

/// A request that was turned down or is open speaks for nobody.
fn is_refusal(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "reject",
        "denied",
        "declin",
        "pending",
        "cancel",
        "draft",
        "withdrawn",
        "not approved",
        "fail",
        "submitted",
        "refused",
        "unapproved",
        "invalid",
        "expired",
        "unknown card",
        "not granted",
        "abgelehnt",
        "storniert",
        "beantragt",
        "zurückgezogen",
    ];
    words.iter().any(|word| lower.contains(word)) || crate::value::truth(text) == Some(false)
}
