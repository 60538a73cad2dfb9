//! Whom suppliers and agencies sent: worker reports of SAP Fieldglass, Beeline, VNDLY, Workday's contingent workers, an agency's
//! own list.
//!
//! One record per worker and assignment. It gives way to the company's own roster where that has the person; what the supplier is
//! paid, and where to, is the supplier's, and not read.

use std::sync::OnceLock;

use model::tables::{TIME, employment as t};
use model::{Cell, Record};

use super::roster;
use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    // an id that only such a list gives
    Role { name: "own", anchor: true, headers: &[
        "contingent worker id", "consultant id", "contingent id", "contractor id", "contract worker id", "fieldglass worker id", "beeline worker id",
        "wand worker id", "vndly worker id", "vms worker id", "consultant number", "contractor number", "temp id", "resource id", "talent id",
        "contingent worker number", "beeline id",
    ] },
    Role { name: "id", anchor: false, headers: &[
        "worker id", "client worker id", "external worker id", "worker guid", "person id", "employee id", "worker number", "personnel number", "badge id", "id",
        "employee number",
    ] },
    Role { name: "full", anchor: false, headers: &[
        "worker name", "consultant", "consultant name", "contingent worker", "contingent worker name", "contractor", "contractor name", "full name", "name", "worker",
        "resource name", "resource", "legal name", "worker full name", "contract worker", "talent name",
    ] },
    Role { name: "first", anchor: false, headers: &["first name", "worker first name", "legal first name", "consultant first name", "contractor first name"] },
    Role { name: "last", anchor: false, headers: &["last name", "worker last name", "legal last name", "consultant last name", "contractor last name"] },
    Role { name: "work_email", anchor: false, headers: &[
        "work email", "client email", "client email address", "company email", "work email address", "primary work email", "corporate email", "business email",
        "worker email", "worker email address", "email", "email address", "consultant email", "contractor email", "contingent worker email", "user email",
    ] },
    Role { name: "private_email", anchor: false, headers: &["personal email", "private email", "home email", "personal email address"] },
    Role { name: "phone", anchor: false, headers: &["mobile phone", "mobile", "worker phone", "worker mobile", "personal phone", "phone number", "phone", "worker phone number"] },
    Role { name: "supplier", anchor: true, headers: &[
        "supplier", "supplier name", "vendor name", "vendor", "staffing supplier", "staffing agency", "agency", "agency name", "staffing vendor", "staffing company",
        "primary supplier", "contingent worker supplier", "supplier company", "contracting company", "employer of record", "workday supplier",
    ] },
    Role { name: "rate", anchor: true, headers: &["bill rate", "bill rate usd", "current bill rate", "st bill rate", "rate", "hourly rate", "bill rate st", "contract pay rate", "pay rate", "bill rate amount"] },
    Role { name: "order", anchor: true, headers: &[
        "work order id", "work order", "work order number", "assignment id", "assignment number", "purchase order", "po number", "purchase order number",
        "engagement id", "sow id", "job posting id",
    ] },
    Role { name: "title", anchor: true, headers: &[
        "job title", "assignment", "assignment title", "job posting title", "position", "role", "title", "business title", "job profile", "job", "position title",
    ] },
    Role { name: "department", anchor: false, headers: &["department", "business unit name", "business unit", "cost center name", "supervisory organization", "cost center", "team"] },
    Role { name: "location", anchor: false, headers: &["site name", "site", "work location", "location", "business site", "work site"] },
    Role { name: "manager", anchor: false, headers: &[
        "manager", "hiring manager", "engagement manager", "manager name", "client manager", "work order owner", "work order work order revision owner", "supervisor",
        "accountable person", "manager email", "manager id",
    ] },
    Role { name: "start", anchor: true, headers: &[
        "start date", "contract start date", "assignment start date", "start", "actual start date", "engagement start date", "worker start date", "contract begin date",
    ] },
    Role { name: "end", anchor: true, headers: &[
        "actual end date", "contract end date", "end date", "assignment end date", "end", "engagement end date", "estimated end date", "worker end date", "projected end date",
    ] },
    Role { name: "status", anchor: true, headers: &["status", "worker status", "assignment status", "engagement status", "work order status", "active status"] },
    Role { name: "type", anchor: true, headers: &["worker type", "contingent worker type", "classification", "worker classification", "engagement type", "employment type"] },
    Role { name: "timezone", anchor: false, headers: &["time zone", "timezone"] },
    // the supplier's own affairs
    Role { name: "known", anchor: false, headers: &[
        "supplier remit to", "vendor remit to", "remit to", "remit to address", "remit to address code", "supplier since", "supplier number", "vendor number", "supplier id",
        "supplier code", "vendor id", "supplier contact", "supplier email", "buyer code", "currency", "job seeker id", "security id", "business unit code", "site code",
        "cost center code", "work order owner employee id", "billable per diem", "rate category uom", "msp", "mark up", "payment terms",
    ] },
];

/// Plan for lists of contingent workers.
pub static PLAN: Plan = Plan {
    kind: "contingent",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        let named = has("full") || has("first") || has("last");
        let traded = has("rate") || has("order");
        has("work_email")
            && named
            && (has("own") && (has("supplier") || traded) || has("id") && has("supplier"))
    },
    numbered: &[],
    addresses: &[],
    foreign: &[
        "invoice number",
        "invoice date",
        "invoice id",
        "due date",
        "timesheet id",
        "week ending",
        "hours",
        "amount",
        "candidate id",
        "application id",
        "stage",
        "applied on",
        "tracking number",
        "ship to",
        "serial number",
        "asset tag",
        "iban",
        "routing number",
        "account number",
        "meeting id",
        "ip address",
        "event type",
        "door",
        "license",
        "last login",
        "last sign in",
    ],
    plausible: |values| {
        let (mails, suppliers) = (values("work_email"), values("supplier"));
        // (a row may hold several ids)
        let of_all = ["id", "full", "last"].map(|role| values(role).len());
        let people = of_all.into_iter().filter(|count| *count > 0).min().unwrap_or_default();
        let with_at = mails.iter().filter(|text| text.contains('@')).count();
        // a roster of employees names a supplier of the few who have one
        mails.len() * 2 >= people
            && with_at * 2 >= mails.len()
            && (suppliers.is_empty() || suppliers.len() * 10 >= people * 9)
    },
    fill,
    doc: SourceDoc {
        title: "Contingent workers (SAP Fieldglass, Beeline, VNDLY, Workday contingent worker reports, an agency's own list)",
        documentation: "Active Worker Download, SAP Fieldglass; contingent worker report, by the publisher of the system",
        recognised_by: "Headers that name a worker, an e-mail address and the supplier, or an id of contingent workers with a rate or an order.",
        expects: &[
            "Worker ID*, Contingent Worker ID* or Consultant ID*",
            "Email*",
            "Name or First Name, Last Name",
            "Supplier*, Vendor* or Agency*",
            "Start Date",
            "End Date",
            "Job Title",
            "Status",
        ],
        fills: &["employment"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let email = row.email("work_email");
    let id = row.number("own").or_else(|| row.number("id")).or(email);
    if id.is_none() {
        return Err(Unmade::Wrong("worker without id and work e-mail"));
    }
    record.text(t::worker_id, id);
    record.text(t::full_name, row.name("full", "first", "last").as_deref().map(roster::bare_name));
    record.text(t::work_email, email);
    record.text(t::personal_email, row.email("private_email"));
    record.text(t::phone, row.number("phone"));
    record.text(t::work_location, row.text("location"));
    record.text(t::job_title, row.text("title"));
    record.text(t::department, row.text("department"));
    // whoever is on such a list is none of the employees, whatever the supplier calls them
    let kind = row.text("type").filter(|text| text.to_lowercase().contains("conti")).unwrap_or("Contractor");
    record.text(t::worker_type, Some(kind));
    record.text(t::employer_of_record, row.text("supplier"));
    record.text(t::manager_id, row.text("manager").map(roster::bare_name));
    let (start, end) = (row.time("start"), row.time("end"));
    record.time(t::start_time, start);
    record.time(t::end_time, end.filter(|end| *end < roster::OPEN_END));
    record.text(t::status, row.text("status").map(roster::status));
    record.text(t::timezone, row.text("timezone"));
    record.text(t::roster_kind, Some("agency"));
    // a snapshot: its date comes with the file
    record.set(TIME, Cell::Null);
    Ok(())
}
