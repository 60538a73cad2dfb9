//! Rosters of personnel systems: BambooHR, Workday, Rippling, Gusto, HiBob, ADP, UKG, Personio, Deel, …

use model::tables::{TIME, employment as t};
use model::{Cell, Record};

use crate::sheet::{self, Plan, Role, Row};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::value;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "id", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "id", "file number", "person number", "associate id",
        "personnel number", "payroll id", "eeid", "user id", "contract id", "badge number", "uuid",
        "external id",
        "employee code", "wid", "system id", "internal id", "person id", "contractor id", "member id",
        "position id",
        "worker number", "employee no", "staff id", "people id", "human id", "assignment id",
    ] },
    Role { name: "full", anchor: false, headers: &[
        "legal name", "full name", "employee name", "worker", "employee", "name", "display name",
        "worker name",
        "full legal name", "employee full name", "contractor name", "payroll name", "preferred name",
        "team member",
        "legal name token", "person name", "worker descriptor", "contractor",
    ] },
    Role { name: "first", anchor: false, headers: &[
        "legal first name", "first name", "given name", "first", "preferred first name", "forename",
        "nickname",
    ] },
    Role { name: "last", anchor: false, headers: &[
        "legal last name", "last name", "family name", "surname", "last", "preferred last name",
    ] },
    Role { name: "work_email", anchor: false, headers: &[
        "work email", "company email", "business email", "corporate email", "primary work email",
        "work email address", "email work", "email", "email address", "user email", "office email",
        "work contact email", "primary email", "organization email", "login email", "official email",
    ] },
    Role { name: "private_email", anchor: true, headers: &[
        "personal email", "home email", "private email", "email home", "personal email address",
        "home email address", "personal contact email", "alternate email", "secondary email",
        "non work email",
    ] },
    Role { name: "login", anchor: false, headers: &[
        "user name", "username", "user principal name", "upn", "login", "login name", "sam account name",
        "network id",
    ] },
    Role { name: "phone", anchor: false, headers: &[
        "mobile phone", "personal phone", "mobile", "personal mobile", "cell phone", "home phone",
        "phone number",
        "mobile number", "mobile phone number", "phone", "personal phone number", "private phone",
        "home phone number",
        "contact number", "primary phone", "phone home", "phone mobile", "personal mobile phone",
        "cell number",
    ] },
    Role { name: "home_line1", anchor: false, headers: &[
        "home address line 1", "address line 1", "street address", "home address", "address 1", "street",
        "address",
        "street 1", "home street", "home address 1", "home street address", "residential address",
        "mailing address",
        "current address", "permanent address", "personal address", "address street", "residence address",
        "primary address line 1", "legal address line 1", "residential address line 1", "street line 1",
        "address line", "home address line", "home street 1", "personal address line 1", "private address",
        "mailing address line 1", "full address", "home location address",
    ] },
    Role { name: "home_line2", anchor: false, headers: &[
        "home address line 2", "address line 2", "address 2", "street 2", "unit", "apartment", "apt",
        "home unit",
        "home address 2", "apartment number", "home address unit", "address unit", "unit number", "suite",
        "legal address line 2", "residential address line 2", "street line 2", "home apartment",
        "personal address line 2", "mailing address line 2",
    ] },
    Role { name: "home_line3", anchor: false, headers: &["home address line 3", "address line 3",
        "address 3"] },
    Role { name: "home_city", anchor: false, headers: &[
        "home city", "home address city", "city", "address city", "personal city", "residential city", "town",
        "municipality", "city residence", "mailing city", "legal address city", "home town",
        "private address city",
    ] },
    Role { name: "home_region", anchor: false, headers: &[
        "home state", "home address state", "state", "region", "home region", "province", "state province",
        "address state", "home state province", "residential state", "state code", "work from state",
        "county",
        "mailing state", "legal address state", "state territory", "home address state province",
        "home province",
    ] },
    Role { name: "home_postcode", anchor: false, headers: &[
        "home postcode", "home zip", "home postal code", "zip", "zip code", "postal code", "postcode",
        "home zip code",
        "zip postal code", "address zip", "home address postal code", "home address zip code",
        "address postal code",
        "residential postcode", "mailing zip", "legal address postal code", "home address zip", "zip home",
    ] },
    Role { name: "home_country", anchor: false, headers: &[
        "home country", "home address country", "country", "country code", "address country",
        "country residence",
        "residence country", "home country code", "residential country", "mailing country",
        "declared country",
        "home country iso", "country name",
    ] },
    Role { name: "location", anchor: false, headers: &[
        "work location", "location", "office", "office location", "site", "location name", "workplace",
        "work site",
        "work arrangement", "work mode", "work model", "business location", "office name", "base location",
        "location descriptor", "work place", "location type",
    ] },
    Role { name: "remote", anchor: false, headers: &[
        "is remote", "remote", "remote worker", "works remotely", "remote flag", "remote employee",
        "work from home",
        "is remote worker", "remote status", "fully remote",
    ] },
    Role { name: "title", anchor: true, headers: &[
        "job title", "title", "business title", "position", "position title", "role", "job", "designation",
        "job title description", "job profile", "job name", "position name",
    ] },
    Role { name: "department", anchor: true, headers: &[
        "department", "department name", "home department", "cost center", "supervisory organization", "team",
        "division", "business unit", "organization", "org unit", "cost center name", "function",
        "home department description",
    ] },
    Role { name: "type", anchor: true, headers: &[
        "worker type", "employee type", "employment type", "contract type", "worker category",
        "employment category",
        "classification", "engagement type", "worker sub type", "employee class", "type worker",
        "worker class",
        "employment classification",
    ] },
    Role { name: "employer", anchor: false, headers: &[
        "employer of record", "eor", "agency", "vendor", "staffing agency", "employer", "legal entity",
        "legal employer",
        "vendor name", "vendor id", "supplier", "contracting company", "staffing company", "company",
        "contract company",
        "entity", "staffing vendor", "agency name", "contractor company",
    ] },
    Role { name: "manager", anchor: true, headers: &[
        "manager id", "supervisor id", "manager employee id", "reports to id", "manager worker id",
        "manager employee number", "line manager id", "manager", "reporting to", "reports to", "supervisor",
        "line manager", "manager name", "direct manager", "reporting manager", "supervisor name",
        "manager email",
        "supervisor email", "reports to name", "reports to email", "work reports to", "manager work email",
    ] },
    Role { name: "start", anchor: true, headers: &[
        "start date", "hire date", "original hire date", "date of hire", "joining date", "date joined",
        "join date",
        "employment start date", "contract start date", "commencement date", "date hired", "started on",
        "start time",
        "most recent hire date", "rehire date", "first day", "start", "onboarding date", "hired at",
        "date started",
        "entry date", "latest hire date", "engagement start", "first day of work", "continuous service date",
    ] },
    Role { name: "end", anchor: true, headers: &[
        "end date", "termination date", "last day", "employment end date", "contract end date",
        "date of termination",
        "exit date", "last day of work", "separation date", "end time", "terminated on", "last working day",
        "end",
        "date terminated", "contract end", "offboarding date", "terminated at", "engagement end",
        "departure date",
    ] },
    Role { name: "status", anchor: true, headers: &[
        "status", "employment status", "worker status", "employee status", "active", "active status",
        "position status",
        "work status", "hr status", "contract status", "lifecycle status", "state employment", "is active",
        "employment state", "assignment status",
    ] },
    Role { name: "timezone", anchor: false, headers: &[
        "time zone", "timezone", "claimed timezone", "tz", "claimed time zone", "work time zone",
        "user timezone",
    ] },
];

/// Plan for rosters.
pub static PLAN: Plan = Plan {
    kind: "roster",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        (has("id") || has("work_email"))
            && (has("full")
                || has("first")
                || has("last")
                || has("start")
                || has("title")
                || has("manager")
                || has("department"))
            && [
                "start",
                "end",
                "title",
                "manager",
                "department",
                "type",
                "status",
                "home_line1",
                "private_email",
                "location",
                "employer",
            ]
            .iter()
            .filter(|role| has(role))
            .count()
                >= 1
    },
    foreign: &[
        "ip address",
        "user agent",
        "request id",
        "event type",
        "event time",
        "meeting id",
        "session id",
        "join time",
        "leave time",
        "tracking number",
        "routing number",
        "account number",
        "serial number",
        "serial",
        "iban",
        "badge id",
        "door",
        "client ip",
        "source ip",
        "duration minutes",
        "asset tag",
        "wallet address",
        "shipment id",
        "operation",
        "event name",
        "action",
        "hostname",
    ],
    plausible: |values| {
        let mails = values("work_email");
        let with_at = mails.iter().filter(|text| text.contains('@')).count();
        mails.is_empty() || with_at * 2 >= mails.len()
    },
    fill,
    doc: SourceDoc {
        title: "Roster of a personnel system (BambooHR, Workday, Rippling, Gusto, HiBob, ADP, Personio, …)",
        documentation: "Custom report or employee directory export, by the personnel system's publisher",
        recognised_by: "Headers that name a worker (id or work e-mail) and facts of the employment.",
        expects: &[
            "Employee ID* or Work Email*",
            "Name or First Name, Last Name",
            "Home Email",
            "Mobile Phone",
            "Address Line 1, Address Line 2, City, State, ZIP, Country",
            "Hire Date",
            "Termination Date",
            "Employment Status",
            "Job Title",
            "Department",
            "Location",
            "Manager",
            "Worker Type",
            "Time Zone",
        ],
        fills: &["employment"],
    },
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), &'static str> {
    let email = row.email("work_email");
    let id = row.text("id").or(email);
    if id.is_none() {
        return Err("worker without id and work e-mail");
    }
    if row.text("id").is_none() {
        row.note("worker without id: work e-mail used as id");
    }
    record.text(t::worker_id, id);
    record.text(t::full_name, row.name("full", "first", "last").as_deref());
    record.text(t::work_email, email);
    record.text(t::personal_email, row.email("private_email"));
    record.text(t::user_name, row.text("login"));
    record.text(t::phone, row.text("phone"));
    let home = row.address("home");
    record.text(t::home_address, home.line.as_deref());
    record.text(t::home_city, home.city.as_deref());
    record.text(t::home_region, home.region.as_deref());
    record.text(t::home_postcode, home.postcode.as_deref());
    record.text(t::home_country, home.country.as_deref());
    record.text(t::work_location, row.text("location"));
    record.bool(t::is_remote, remote(row));
    record.text(t::job_title, row.text("title"));
    record.text(t::department, row.text("department"));
    record.text(t::worker_type, row.text("type"));
    record.text(t::employer_of_record, row.text("employer"));
    record.text(t::manager_id, row.text("manager"));
    let (start, end) = (row.time("start"), row.time("end"));
    record.time(t::start_time, start);
    record.time(t::end_time, end);
    let status = row.text("status").map(|text| match value::truth(text) {
        Some(true) => "Active",
        Some(false) => "Inactive",
        None => text,
    });
    record.text(t::status, status);
    record.text(t::timezone, row.text("timezone"));
    // a roster is a snapshot: its date comes with the file
    record.set(TIME, Cell::Null);
    Ok(())
}

/// The flag, else the words of the work location.
fn remote(row: &Row<'_>) -> Option<bool> {
    if let Some(text) = row.text("remote") {
        let lower = text.to_lowercase();
        return value::truth(text).or_else(|| words_remote(&lower));
    }
    words_remote(&row.text("location")?.to_lowercase())
}

fn words_remote(lower: &str) -> Option<bool> {
    if ["remote", "home", "virtual", "telework", "distributed"].iter().any(|word| lower.contains(word)) {
        Some(!lower.contains("not remote"))
    } else if ["office", "onsite", "on-site", "hybrid", "hq"].iter().any(|word| lower.contains(word)) {
        Some(false)
    } else {
        None
    }
}

/// Headers that the source understands, as the documentation lists them.
#[must_use]
pub fn expected_headers() -> &'static [&'static str] {
    PLAN.doc.expects
}

/// Rosters.
pub struct Roster;

impl Source for Roster {
    fn kind(&self) -> &'static str {
        PLAN.kind
    }

    fn doc(&self) -> &'static SourceDoc {
        &PLAN.doc
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        sheet::recognise(&PLAN, super::generic::PLANS, sample)
    }
}
