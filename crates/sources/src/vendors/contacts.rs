//! Where employees live and how they are reached at home, apart from the roster: home contact information of Workday and others.
//!
//! It adds to a worker whom a roster names by the same id, and makes nobody a worker.

use std::sync::OnceLock;

use model::tables::{TIME, employment as t};
use model::{Cell, Record};

use super::roster;
use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;

// one role a line reads better than one word a line; none is an anchor, so that every other kind of table goes before this one
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "id", anchor: false, headers: &[
        "employee id", "worker id", "employee number", "associate id", "personnel number", "person number", "file number", "employee code", "worker number",
        "staff id", "position id", "payroll id", "eeid", "employee no", "contingent worker id",
    ] },
    Role { name: "full", anchor: false, headers: &["worker", "employee", "employee name", "worker name", "legal name", "full name", "name", "preferred name", "payroll name"] },
    Role { name: "first", anchor: false, headers: &["first name", "legal first name", "given name", "preferred first name"] },
    Role { name: "last", anchor: false, headers: &["last name", "legal last name", "family name", "surname"] },
    Role { name: "work_email", anchor: false, headers: &["work email", "company email", "primary work email", "work email address", "email work", "business email"] },
    Role { name: "private_email", anchor: false, headers: &[
        "home email", "personal email", "private email", "email home", "home email address", "personal email address", "primary home email", "email primary home",
        "non work email", "home contact email", "personal contact personal email",
    ] },
    Role { name: "phone", anchor: false, headers: &[
        "mobile", "home mobile", "mobile phone", "personal mobile", "cell phone", "home phone", "personal phone", "primary home phone", "mobile number", "phone",
        "phone number", "phone primary home", "home phone number", "personal cell", "home contact phone", "primary phone",
    ] },
    Role { name: "home_line1", anchor: false, headers: &[
        "address line 1", "home address line 1", "street address", "home address", "address 1", "primary home address", "street", "residential address", "address",
        "primary home address formatted line and country", "home address 1", "home line", "home street", "mailing address",
    ] },
    Role { name: "home_line2", anchor: false, headers: &["address line 2", "home address line 2", "address 2", "unit", "apartment", "apt", "home address 2", "home unit", "street 2"] },
    Role { name: "home_line3", anchor: false, headers: &["address line 3", "address 3", "home address line 3"] },
    Role { name: "home_house", anchor: false, headers: &["house number", "street number"] },
    Role { name: "home_city", anchor: false, headers: &["city", "home city", "home address city", "municipality", "town"] },
    Role { name: "home_region", anchor: false, headers: &["state", "home state", "region", "state province", "province", "home address state", "county"] },
    Role { name: "home_postcode", anchor: false, headers: &["postal code", "zip", "zip code", "postcode", "home zip", "home postal code", "zip postal code"] },
    Role { name: "home_country", anchor: false, headers: &["country", "home country", "home address country", "country code"] },
    Role { name: "known", anchor: false, headers: &[
        "last updated", "updated", "updated on", "effective date", "last modified", "address type", "usage type", "phone type", "primary", "visibility", "department",
        "location", "time zone",
    ] },
];

/// Plan for lists of home contacts.
pub static PLAN: Plan = Plan {
    kind: "contacts",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        let home = has("home_line1") && (has("home_city") || has("home_postcode"));
        let reached = has("private_email") || has("phone");
        has("id") && (home && (reached || has("full")) || has("private_email") && has("phone"))
    },
    numbered: &[],
    #[rustfmt::skip]
    addresses: &[("home", &["home", "residential", "residence", "mailing", "permanent", "personal", "private"])],
    foreign: &[
        // other people's
        "emergency contact",
        "emergency contact name",
        "emergency phone",
        "emergency contact phone",
        "emergency contact email",
        "relationship",
        "contact name",
        "dependent",
        "dependent name",
        "beneficiary",
        "beneficiary name",
        "spouse",
        "next of kin",
        "signed by",
        // things, money, applications, logs
        "recipient",
        "ship to",
        "item",
        "carrier",
        "ship date",
        "tracking number",
        "serial number",
        "asset tag",
        "routing number",
        "account number",
        "iban",
        "amount",
        "net pay",
        "candidate id",
        "application id",
        "ip address",
        "user agent",
        "event type",
        "door",
        "status",
        "hours",
        "supplier",
        "vendor",
        "invoice number",
        "order",
        "order id",
        "order number",
        "delivered at",
        "delivered to",
        "delivery date",
        "course",
        "start date",
        "hire date",
    ],
    plausible: |values| {
        let mails = values("private_email");
        let with_at = mails.iter().filter(|text| text.contains('@')).count();
        let streets = values("home_line1");
        let numbered = streets.iter().filter(|text| text.bytes().any(|b| b.is_ascii_digit())).count();
        with_at * 2 >= mails.len() && numbered * 2 >= streets.len()
    },
    fill,
    doc: SourceDoc {
        title: "Home contacts of employees beside a roster (Workday home contact information, any address list by employee id)",
        documentation: "Home contact report, by the personnel system's publisher",
        recognised_by: "Headers that name an employee's id, a home address, a private e-mail address or phone, and no facts of the employment.",
        expects: &[
            "Employee ID*",
            "Address Line 1*, Address Line 2, City*, State, Postal Code, Country",
            "Home Email*",
            "Mobile*",
        ],
        fills: &["employment"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let Some(id) = row.number("id") else { return Err(Unmade::Wrong("contact without an employee's id")) };
    record.text(t::worker_id, Some(id));
    record.text(t::full_name, row.name("full", "first", "last").as_deref().map(roster::bare_name));
    record.text(t::work_email, row.email("work_email"));
    record.text(t::personal_email, row.email("private_email"));
    record.text(t::phone, row.number("phone"));
    roster::home(row, record);
    record.text(t::roster_kind, Some("contacts"));
    // a snapshot: its date comes with the file
    record.set(TIME, Cell::Null);
    Ok(())
}
