//! Rosters of personnel systems: BambooHR, Workday, Rippling, Gusto, HiBob, ADP, UKG, Personio, Deel, …

use std::collections::BTreeSet;
use std::sync::OnceLock;

use model::tables::{TIME, employment as t};
use model::time::DAY_MICROS;
use model::{Cell, Record, Time};

use crate::sheet::{Plan, Role, Row, Unmade, Values};
use crate::source::SourceDoc;
use crate::value;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "id", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "employee id in company", "work employee id in company", "id", "file number", "person number", "associate id",
        "personnel number", "payroll id", "eeid", "user id", "contract id", "badge number", "uuid",
        "external id",
        "employee code", "wid", "system id", "internal id", "person id", "contractor id", "member id",
        "position id",
        "worker number", "employee no", "staff id", "people id", "human id", "assignment id", "ee number", "employee eid",
        "worker wid", "clock number", "employee record number", "hr id", "employee reference", "personalnummer", "matricule", "numero de empleado",
    ] },
    Role { name: "full", anchor: false, headers: &[
        "legal name", "full name", "employee name", "worker", "employee", "name", "display name",
        "worker name",
        "full legal name", "employee full name", "contractor name", "payroll name", "preferred name",
        "team member",
        "legal name token", "person name", "worker descriptor", "contractor", "last name first name", "first name last name",
        "employee full legal name", "name last first", "contractor full name", "resource name", "nombre completo",
    ] },
    Role { name: "first", anchor: false, headers: &[
        "legal first name", "first name", "given name", "first", "preferred first name", "forename",
        "nickname", "legal name first name", "name first", "vorname", "prenom", "nombre",
    ] },
    Role { name: "last", anchor: false, headers: &[
        "legal last name", "last name", "family name", "surname", "last", "preferred last name", "legal name last name",
        "name last", "nachname", "nom", "apellidos",
    ] },
    Role { name: "work_email", anchor: false, headers: &[
        "work email", "company email", "business email", "corporate email", "primary work email",
        "work email address", "email work", "email", "email address", "user email", "office email",
        "work contact work email", "work contact email", "email primary work", "work contact information email",
        "business email information email address", "primary email", "public primary work email", "email id", "organization email", "login email", "official email", "company mail", "corp email", "office mail", "work mail", "e mail work",
    ] },
    Role { name: "private_email", anchor: true, headers: &[
        "personal email", "home email", "private email", "email home", "personal email address",
        "personal contact personal email", "email primary home", "home contact email", "personal email id",
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
        "home phone number", "personal contact personal mobile", "personal contact mobile", "phone primary home",
        "personal contact home phone", "home contact phone", "primary home phone", "personal cell", "mobile personal",
        "contact number", "primary phone", "phone home", "phone mobile", "personal mobile phone",
        "cell number",
    ] },
    Role { name: "home_line1", anchor: false, headers: &[
        "home address line 1", "address line 1", "street address", "home address", "address 1", "street", "home line", "residence", "home address line", "domicile",
        "address",
        "street 1", "home street", "home address 1", "home street address", "residential address",
        "mailing address",
        "current address", "permanent address", "personal address", "address street", "residence address",
        "primary address line 1", "legal address line 1", "residential address line 1", "street line 1",
        "address line", "home address line", "home street 1", "personal address line 1", "private address",
        "mailing address line 1", "full address", "home location address", "address line 1 home", "address primary home",
        "home address street line 1", "home address street 1", "legal preferred address line 1", "primary home address",
        "primary home address formatted line and country", "primary residence address", "home address full",
        "legal preferred address address line 1", "residential address address line 1", "strasse", "straße", "adresse",
        "personal address street",
    ] },
    Role { name: "home_line2", anchor: false, headers: &[
        "home address line 2", "address line 2", "address 2", "street 2", "unit", "apartment", "apt",
        "home unit", "home line 2",
        "home address 2", "apartment number", "home address unit", "address unit", "unit number", "suite",
        "legal address line 2", "residential address line 2", "street line 2", "home apartment",
        "personal address line 2", "mailing address line 2", "address line 2 home", "home address street line 2",
        "home address street 2", "home street 2", "legal preferred address line 2", "address street 2", "apt suite",
    ] },
    Role { name: "home_line3", anchor: false, headers: &["home address line 3", "address line 3",
        "address 3"] },
    Role { name: "home_house", anchor: false, headers: &["house number", "street number"] },
    Role { name: "home_city", anchor: false, headers: &[
        "home city", "home address city", "city", "address city", "personal city", "residential city", "town",
        "municipality", "city residence", "mailing city", "legal address city", "home town",
        "private address city", "city primary home", "legal preferred address city", "stadt", "ort", "ville", "home address town city",
    ] },
    Role { name: "home_region", anchor: false, headers: &[
        "home state", "home address state", "state", "region", "home region", "province", "state province",
        "address state", "home state province", "residential state", "state code", "work from state",
        "county",
        "mailing state", "legal address state", "state territory", "home address state province",
        "home province", "legal preferred address state territory", "address state territory", "state primary home", "primary address state territory",
        "home address state territory", "bundesland", "home address region", "state province county", "home state province county", "address state province county",
    ] },
    Role { name: "home_postcode", anchor: false, headers: &[
        "home postcode", "home zip", "home postal code", "zip", "zip code", "postal code", "postcode",
        "home zip code",
        "zip postal code", "address zip", "home address postal code", "home address zip code",
        "address postal code",
        "residential postcode", "mailing zip", "legal address postal code", "home address zip", "zip home",
        "postal code primary home", "legal preferred address zip postal code", "plz", "home address zip postal code",
    ] },
    Role { name: "home_country", anchor: false, headers: &[
        "home country", "home address country", "country", "country code", "address country",
        "country residence",
        "residence country", "home country code", "residential country", "mailing country",
        "declared country",
        "home country iso", "country name", "country primary home", "legal preferred address country", "land",
        "legal preferred address country code", "worker country", "tax residence country",
    ] },
    Role { name: "location", anchor: false, headers: &[
        "work location", "location", "office", "office location", "site", "location name", "workplace",
        "work site",
        "work arrangement", "work mode", "work model", "business location", "office name", "base location",
        "standort", "büro", "work location name", "location descriptor", "work place", "location type",
    ] },
    Role { name: "remote", anchor: false, headers: &[
        "is remote", "remote", "remote worker", "works remotely", "remote flag", "remote employee",
        "work from home",
        "is remote worker", "remote status", "fully remote",
    ] },
    Role { name: "title", anchor: true, headers: &[
        "job title", "title", "business title", "position", "position title", "role", "job", "designation",
        "job title description", "job profile", "job name", "position name", "work title", "primary job", "stelle", "job description", "jobs title",
    ] },
    Role { name: "department", anchor: true, headers: &[
        "department", "department name", "home department", "cost center", "supervisory organization", "team",
        "division", "business unit", "organization", "org unit", "cost center name", "function",
        "home department description", "home department name", "work department", "abteilung", "departments", "org level 1",
        "department description", "business unit name", "cost center description",
    ] },
    Role { name: "type", anchor: true, headers: &[
        "worker type", "employee type", "employment type", "contract type", "worker category",
        "employment category",
        "classification", "engagement type", "worker sub type", "employee class", "type worker",
        "worker class",
        "employment classification", "work type", "employee type description", "contractor type", "type of employment",
        "beschäftigungsart", "employment relationship", "worker sub category", "employee worker type",
    ] },
    Role { name: "employer", anchor: false, headers: &[
        "employer of record", "eor", "agency", "vendor", "staffing agency", "employer", "legal entity",
        "legal employer",
        "vendor name", "vendor id", "supplier", "contracting company", "staffing company", "company",
        "contract company",
        "entity", "company agency", "agency company", "staffing vendor", "agency name", "contractor company",
    ] },
    Role { name: "manager", anchor: true, headers: &[
        "manager id", "supervisor id", "manager employee id", "reports to id", "manager worker id",
        "manager employee number", "line manager id", "manager", "reporting to", "reports to", "supervisor",
        "line manager", "manager name", "direct manager", "reporting manager", "supervisor name",
        "manager email",
        "supervisor email", "reports to name", "reports to email", "work reports to", "manager work email", "workers manager",
        "supervisor eid", "reports to position", "direct supervisor", "vorgesetzter", "work reports to email", "supervisor name unsecured",
        "reports to legal name", "manager employee", "managers name", "primary manager",
    ] },
    Role { name: "start", anchor: true, headers: &[
        // the engagement that lasts began with the last hire
        "most recent hire date", "rehire date", "last hire date", "latest hire date", "date of last hire",
        "start date", "hire date", "original hire date", "date of hire", "joining date", "date joined",
        "join date",
        "employment start date", "contract start date", "commencement date", "date hired", "started on",
        "start time",
        "most recent hire date", "rehire date", "first day", "start", "onboarding date", "hired at",
        "date started",
        "entry date", "latest hire date", "engagement start", "first day of work", "continuous service date", "last hire date",
        "work start date", "hire rehire date", "date of last hire", "employee start date", "eintrittsdatum", "original hire",
        "hire date original", "hiring date", "date of joining", "joined", "joined on", "employment start", "employed since", "started", "jobs hire date", "employment begin date", "date of entry", "onboarded on", "hired", "hired on", "start of employment", "job start date", "active start date", "start date original",
    ] },
    Role { name: "end", anchor: true, headers: &[
        "end date", "termination date", "last day", "employment end date", "contract end date",
        "date of termination",
        "exit date", "last day of work", "separation date", "end time", "terminated on", "last working day",
        "end",
        "date terminated", "contract end", "offboarding date", "terminated at", "engagement end",
        "departure date", "last day worked", "termination effective date", "austrittsdatum", "work end date", "date of leaving", "employment end", "left on", "leaving date", "terminations effective date", "end of employment", "term date", "job end date", "date left",
        "leaving date", "leave date company", "termination last day of employment", "contract termination date", "job end date",
    ] },
    Role { name: "status", anchor: true, headers: &[
        "status", "employment status", "worker status", "employee status", "active", "active status",
        "position status",
        "work status", "hr status", "contract status", "lifecycle status", "state employment", "is active",
        "employment state", "assignment status", "employment history status", "employee status description", "worker active status",
    ] },
    // BambooHR's directory knows no first day
    Role { name: "directory", anchor: true, headers: &["linked in", "work phone extension", "skype username"] },
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
        let count = |roles: &[&str]| roles.iter().filter(|role| has(role)).count();
        let named = count(&["full", "first", "last"]) > 0;
        let facts = count(&[
            "title",
            "manager",
            "department",
            "type",
            "employer",
            "end",
            "home_line1",
            "location",
            "status",
        ]);
        // lists of accounts have names, e-mails and departments too: only a personnel system knows the first day,
        // or gives people a number of their own
        let core = count(&[
            "title",
            "manager",
            "department",
            "type",
            "employer",
            "home_line1",
            "home_city",
            "location",
        ]);
        (has("id") || has("work_email") || has("login"))
            && (named || has("work_email"))
            && (has("start") && (core >= 1 || (named && (has("work_email") || has("login"))))
                || has("id") && has("end") && named && core >= 1
                || has("id") && facts >= 4
                || has("id") && has("directory") && has("title") && has("department"))
    },
    numbered: &[],
    #[rustfmt::skip]
    addresses: &[("home", &["home", "residential", "residence", "mailing", "permanent", "personal", "private"])],
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
        "iban",
        "door",
        "client ip",
        "source ip",
        "asset tag",
        "wallet address",
        "shipment id",
        "operation",
        "event name",
        "hostname",
        // lists of accounts of a directory or a service
        "account enabled",
        "directory synced",
        "creation type",
        "user type",
        "object id",
        "last login",
        "last sign in",
        "last sign in date",
        "last active",
        "password",
        "org unit path",
        "licenses",
        "license",
        "has 2fa",
        "has sso",
        "billing active",
        "mfa",
        "mfa status",
        "two factor",
        "user principal name type",
        "login count",
        "last login time",
        // absences, courses, projects and reviews have workers and dates too
        "time off type",
        "leave type",
        "absence type",
        "policy type",
        "hours",
        "hours requested",
        "days",
        "duration days",
        "course",
        "course name",
        "training",
        "training name",
        "certification",
        "completion date",
        "score",
        "project",
        "project name",
        "allocation",
        "client",
        "review period",
        "rating",
        "amount",
        "destination",
        "expense type",
        // applications are no employment
        "candidate id",
        "application id",
        "requisition id",
        "stage",
        "applied at",
        "applied on",
        "resume",
    ],
    plausible: |values| {
        let mails = values("work_email");
        let with_at = mails.iter().filter(|text| text.contains('@')).count();
        // requests for time off have types and states of their own
        let of_requests = |role: &str, words: &[&str]| {
            let all = values(role);
            let is = |text: &&String| words.iter().any(|word| text.to_lowercase().starts_with(word));
            !all.is_empty() && all.iter().filter(is).count() * 2 >= all.len()
        };
        (mails.is_empty() || with_at * 2 >= mails.len())
            && !is_of_events(values)
            && !of_requests(
                "type",
                &["vacation", "sick", "pto", "paid time", "holiday", "leave", "parental", "unpaid", "annual"],
            )
            && !of_requests(
                "status",
                &["approved", "denied", "requested", "declined", "submitted", "rejected", "cancel"],
            )
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
    map: OnceLock::new(),
};

/// Rows of one and the same few people that begin at times of the day: meetings, shifts, sessions.
fn is_of_events(values: Values<'_>) -> bool {
    let timed = |text: &&String| {
        value::time(text)
            .is_some_and(|time| time.0.rem_euclid(DAY_MICROS) != 0 && text.matches(':').count() > 0)
    };
    let (starts, who) = (values("start"), ["id", "work_email", "login"].map(values));
    // of several columns that name somebody, the one that tells most people apart
    let people = who.iter().map(|list| list.iter().collect::<BTreeSet<_>>().len()).max().unwrap_or(0);
    let rows = who.iter().map(Vec::len).max().unwrap_or(0);
    let by_the_clock = starts.iter().filter(timed).count() * 2 > starts.len();
    // (a row or two twice, or hired again, is nothing)
    rows * 2 > people * 3 && by_the_clock || rows > people * MOST_JOBS
}

/// Rows of one person in a list of all their positions, on average.
const MOST_JOBS: usize = 4;

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    // a login that is an address is the one that logs name
    let email = row.email("work_email").or_else(|| row.email("login"));
    // beside the address of the company, one of another domain under "email" is the person's own
    let domain = |text: &str| text.rsplit('@').next().unwrap_or_default().to_lowercase();
    let other = row
        .emails("work_email")
        .into_iter()
        .find(|text| email.is_some_and(|own| domain(own) != domain(text)));
    let id = row.number("id").or(email);
    if id.is_none() {
        return Err(Unmade::Wrong("worker without id and work e-mail"));
    }
    if row.text("id").is_none() {
        row.note("worker without id: work e-mail used as id");
    }
    record.text(t::worker_id, id);
    record.text(t::full_name, row.name("full", "first", "last").as_deref().map(bare_name));
    record.text(t::work_email, email);
    record.text(t::personal_email, row.email("private_email").or(other));
    record.text(t::user_name, row.text("login"));
    record.text(t::phone, row.number("phone"));
    home(row, record);
    record.text(t::work_location, row.text("location"));
    record.bool(t::is_remote, remote(row));
    record.text(t::job_title, row.text("title"));
    record.text(t::department, row.text("department"));
    // BambooHR's "Status" is whether, its "Employment Status" is how
    record.text(t::worker_type, row.text("type").or_else(|| row.further("status").next()));
    record.text(t::employer_of_record, row.text("employer"));
    record.text(t::manager_id, row.text("manager").map(bare_name));
    let (start, end) = (row.time("start"), row.time("end"));
    record.time(t::start_time, start);
    // 9999-12-31 and the like stand for no end
    record.time(t::end_time, end.filter(|end| *end < OPEN_END));
    record.text(t::status, row.text("status").map(status));
    record.text(t::timezone, row.text("timezone"));
    // a roster is a snapshot: its date comes with the file
    record.set(TIME, Cell::Null);
    Ok(())
}

/// Where somebody says to live.
pub(super) fn home(row: &Row<'_>, record: &mut Record) {
    let home = row.address("home");
    record.text(t::home_address, home.line.as_deref());
    record.text(t::home_city, home.city.as_deref());
    record.text(t::home_region, home.region.as_deref());
    record.text(t::home_postcode, home.postcode.as_deref());
    record.text(t::home_country, home.country.as_deref());
}

/// 2100-01-01: no engagement is known to end later.
pub(super) const OPEN_END: Time = Time(4_102_444_800_000_000);

/// A name without what reports put behind it: `Amal Haddad (Terminated)`.
pub(super) fn bare_name(text: &str) -> &str {
    match text.split_once([' ', '\u{a0}']).and_then(|_| text.find(['(', '['])) {
        Some(at) if at > 0 && text.ends_with([')', ']']) => text[..at].trim(),
        _ => text,
    }
}

/// Working or not. Why somebody is away is nobody's business: who is away still works here.
pub(super) fn status(text: &str) -> &str {
    if text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "leave" || word == "loa")
    {
        return "Active";
    }
    match value::truth(text) {
        Some(true) => "Active",
        Some(false) => "Inactive",
        None => text,
    }
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
