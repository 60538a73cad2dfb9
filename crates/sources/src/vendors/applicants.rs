//! Candidates as any applicant tracking system lists them: Greenhouse's and Lever's reports, Ashby, a list of one's own.
//!
//! One record per candidate and application, and one more for each further reference that they name.

use std::sync::OnceLock;

use model::Record;
use model::tables::{TIME, applicant as t};

use crate::countries::alpha2;
use crate::sheet::address::{us_state, whereabouts};
use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;
use crate::value;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "id", anchor: true, headers: &[
        "candidate id", "applicant id", "opportunity id", "person id", "prospect id", "candidate number", "applicant number",
        "candidate uuid", "id", "candidate identifier",
    ] },
    Role { name: "application", anchor: true, headers: &["application id", "application number", "application ids"] },
    Role { name: "full", anchor: false, headers: &["candidate name", "applicant name", "name", "full name", "candidate", "applicant", "legal name"] },
    Role { name: "first", anchor: false, headers: &["first name", "candidate first name", "given name", "applicant first name"] },
    Role { name: "last", anchor: false, headers: &["last name", "candidate last name", "surname", "family name", "applicant last name"] },
    Role { name: "email", anchor: false, headers: &[
        "candidate email", "applicant email", "email", "email address", "email addresses", "emails", "personal email",
        "primary email address value", "candidate email address", "candidate email addresses", "primary email",
    ] },
    Role { name: "phone", anchor: false, headers: &[
        "candidate phone", "applicant phone", "phone", "phone number", "phone numbers", "phones", "mobile", "mobile phone",
        "primary phone number value", "candidate phone number", "candidate phone numbers", "telephone",
    ] },
    Role { name: "home_line1", anchor: false, headers: &[
        "address", "home address", "street address", "candidate address", "address line 1", "addresses", "mailing address", "home line",
    ] },
    Role { name: "home_line2", anchor: false, headers: &["address line 2", "unit", "apartment", "home unit"] },
    Role { name: "home_city", anchor: false, headers: &["city", "home city", "candidate city"] },
    Role { name: "home_region", anchor: false, headers: &["state", "home state", "region", "state province"] },
    Role { name: "home_postcode", anchor: false, headers: &["zip", "zip code", "postal code", "postcode"] },
    Role { name: "home_country", anchor: false, headers: &["country", "home country", "candidate country", "country residence"] },
    Role { name: "place", anchor: false, headers: &["location", "candidate location", "current location", "location location summary"] },
    Role { name: "page", anchor: true, headers: &[
        "linkedin", "linkedin url", "linkedin profile", "profile url", "profile urls", "website", "websites", "github", "github url",
        "portfolio", "links", "social media", "portfolio url", "website url",
    ] },
    Role { name: "job", anchor: true, headers: &[
        "job name", "job title", "posting title", "position", "job", "requisition", "requisition title", "role", "applied for", "job applied for",
        "posting", "requisition id", "req id", "position applied for", "opening", "vacancy",
    ] },
    Role { name: "stage", anchor: true, headers: &[
        "current stage", "stage", "application status", "candidate status", "status", "hiring stage", "pipeline stage", "application stage",
        "stage name", "application state",
    ] },
    Role { name: "origin", anchor: true, headers: &[
        "source", "source name", "candidate source", "origin", "application source", "sources", "source title", "referral source",
    ] },
    Role { name: "applied", anchor: true, headers: &[
        "applied on", "applied at", "applied date", "application date", "date applied", "submitted at", "applied", "application submitted",
        "date of application", "application created", "submission date", "applied time",
    ] },
    Role { name: "created", anchor: false, headers: &["created at", "created", "created on", "date added", "added on", "creation date"] },
    Role { name: "ip", anchor: true, headers: &["submit ip", "ip address", "application ip", "submission ip", "source ip", "applicant ip", "ip"] },
    Role { name: "file", anchor: true, headers: &["resume", "resume filename", "resume file", "attachment", "cv", "resume file name", "resume file handle name"] },
    Role { name: "ref_name", anchor: true, headers: &[
        "reference name", "references name", "referee", "referee name", "reference", "reference full name", "reference contact", "reference contact name",
        "reference provider", "reference provider name",
    ] },
    Role { name: "ref_email", anchor: true, headers: &[
        "reference email", "references email", "referee email", "reference email address", "referee email address", "reference contact email",
        "reference provider email",
    ] },
    Role { name: "ref_phone", anchor: true, headers: &[
        "reference phone", "references phone", "referee phone", "reference phone number", "referee phone number", "referee mobile", "reference contact phone",
        "reference provider phone", "reference mobile",
    ] },
    Role { name: "by_name", anchor: false, headers: &[
        "referrer", "referrer name", "referred by", "referred by name", "referring employee", "employee referrer", "referred by worker",
    ] },
    Role { name: "by_email", anchor: false, headers: &["referrer email", "referred by email", "referrer email address", "referring employee email"] },
    Role { name: "by_id", anchor: false, headers: &["referrer employee id", "referred by employee id", "referring employee id"] },
    // everybody is credited to somebody, a recruiter as a rule
    Role { name: "credit", anchor: false, headers: &["who gets credit", "credited to", "credited to name"] },
    Role { name: "credit_email", anchor: false, headers: &["credited to user email", "credited to email", "who gets credit email"] },
    // of a reference check
    Role { name: "checked", anchor: false, headers: &[
        "completed", "completed on", "completed at", "date completed", "completed date", "reference date", "check completed", "reference completed", "responded on",
        "response date", "submitted on", "requested on", "requested at", "check date",
    ] },
    Role { name: "relation", anchor: false, headers: &[
        "relationship", "relationship to candidate", "reference relationship", "referee relationship", "reference company", "referee company", "reference title",
        "referee title", "reference status",
    ] },
    Role { name: "known", anchor: false, headers: &[
        "recruiter", "coordinator", "hiring manager", "rejected on", "archived at", "archive reason", "rejection reason", "department", "office",
        "tags", "owner", "posting team", "posting department", "headline", "last activity", "last interaction", "updated at", "company", "title",
        "posting location", "posting owner", "hired on", "submit user agent", "submit timezone", "resume sha 256", "stage events", "stage changes",
    ] },
];

/// Plan for candidates.
pub static PLAN: Plan = Plan {
    kind: "applicants",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        let named = has("full") || has("first") || has("email");
        let applies = ["job", "stage", "origin", "applied"].iter().filter(|role| has(role)).count();
        let reached = has("email") || has("phone");
        // who speaks for a candidate, checked one row after another
        if has("id") && has("ref_name") && (has("ref_email") || has("ref_phone")) {
            return true;
        }
        named && reached && (has("id") || has("application")) && (applies >= 2 || has("applied"))
            || named && reached && has("applied") && applies >= 2
    },
    numbered: &["ref_name", "ref_email", "ref_phone"],
    addresses: &[(
        "home",
        &["home", "residential", "residence", "mailing", "permanent", "personal", "private"],
    )],
    foreign: &[
        "employee id",
        "employee number",
        "hire date",
        "start date",
        "worker id",
        "tracking number",
        "account number",
        "iban",
        "serial number",
        "asset tag",
        "meeting id",
        "door",
        "badge id",
        "event type",
        "order id",
        "ship to",
        "work email",
        "manager",
        "ticket",
        "license",
        "mrr",
        "deal",
        "opportunity name",
        "amount",
    ],
    plausible: |values| {
        let mails = values("email");
        let with_at = mails.iter().filter(|text| text.contains('@')).count();
        mails.is_empty() || with_at * 2 >= mails.len()
    },
    fill,
    doc: SourceDoc {
        title: "Candidates of an applicant tracking system (Greenhouse and Lever reports, Ashby, any list), and checks of their references",
        documentation: "Candidate or application report, by the tracking system's publisher",
        recognised_by: "Headers that name a candidate, how to reach them, and what they applied for when; or a candidate's id and a referee.",
        expects: &[
            "Candidate ID*",
            "Name or First Name, Last Name",
            "Email* or Phone*",
            "Address or City, State, Country",
            "Job",
            "Stage",
            "Source",
            "Applied on*",
            "Submit IP",
            "LinkedIn",
            "Reference 1 Name, Email, Phone",
        ],
        fills: &["applicant"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    // a list of addresses holds the first; the others stand in the tracking system's own export
    let first_of = |text: &str| text.split([',', ';']).next().unwrap_or(text).trim().to_owned();
    let email = row.text("email").map(first_of).filter(|text| text.contains('@') && !text.contains(' '));
    let id =
        row.number("id").or_else(|| row.text("application")).map(str::to_owned).or_else(|| email.clone());
    let Some(id) = id else { return Err(Unmade::Wrong("candidate without an id")) };
    if row.text("id").is_none() && row.text("application").is_none() {
        row.note("candidate without id: e-mail used as id");
    }
    record.text(t::applicant_id, Some(&id));
    record.text(t::full_name, row.name("full", "first", "last").as_deref());
    record.text(t::email, email.as_deref());
    let name = row.name("full", "first", "last").unwrap_or_default();
    record.text(t::email_stem, email.as_deref().and_then(|mail| mail_stem(mail, &name)).as_deref());
    record.text(t::phone, row.number("phone").map(first_of).as_deref());
    let home = row.address("home");
    // a town alone is no address: all who live there would share it
    let numbered = |text: &&str| text.bytes().any(|b| b.is_ascii_digit());
    record.text(t::address, home.line.as_deref().filter(numbered).or(row.text("place").filter(numbered)));
    let land = home.country.as_deref().or_else(|| row.text("place").and_then(land));
    record.text(t::address_country, land);
    let town = row.text("place").map(whereabouts).unwrap_or_default();
    record.text(t::address_city, home.city.as_deref().or(town.city.as_deref()));
    record.text(t::address_region, home.region.as_deref().or(town.region.as_deref()));
    record.text(t::profile_url, row.text("page").map(first_of).as_deref());
    record.text(t::job, row.text("job"));
    record.text(t::stage, row.text("stage"));
    record.text(t::origin, row.text("origin"));
    record.text(t::document, row.text("file"));
    record.text(t::src_ip, row.text("ip").and_then(value::ip).map(|ip| ip.to_string()).as_deref());
    record.text(t::reference_name, row.text("ref_name"));
    record.text(t::reference_email, row.email("ref_email"));
    record.text(t::reference_phone, row.number("ref_phone"));
    let credited = row.text("origin").is_some_and(is_referral);
    record.text(t::referrer_uid, row.text("by_id"));
    record.text(t::referrer_name, row.text("by_name").or_else(|| row.text("credit").filter(|_| credited)));
    record.text(
        t::referrer_email,
        row.email("by_email").or_else(|| row.email("credit_email").filter(|_| credited)),
    );
    let (applied, created, checked) = (row.time("applied"), row.time("created"), row.time("checked"));
    record.time(TIME, created.or(applied).or(checked));
    record.time(t::applied_time, applied.or(created));
    Ok(())
}

/// Whether an application came in because a colleague recommended the candidate.
pub(super) fn is_referral(origin: &str) -> bool {
    let origin = origin.to_lowercase();
    ["referral", "referred", "empfehlung", "recommandation"].iter().any(|word| origin.contains(word))
        && !["agency", "agencies", "external"].iter().any(|word| origin.contains(word))
}

/// The letters of a mailbox, where they are many and have nothing to do with the name: how somebody makes addresses.
pub(super) fn mail_stem(email: &str, name: &str) -> Option<String> {
    let local = email.split(['@', '+']).next()?.to_lowercase();
    let name = measure::text::fold(name);
    let names: Vec<&str> = name.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= 3).collect();
    // ("pete" of Peter, and "okafor" of Ines Okafor, are the name's)
    let is_named = |part: &str| names.iter().any(|word| part.contains(word) || word.starts_with(part));
    let stem: String =
        local.split(|c: char| !c.is_alphabetic()).filter(|part| part.len() >= 3 && !is_named(part)).collect();
    let own = TRADE.iter().fold(stem.clone(), |rest, word| rest.replace(word, ""));
    (stem.len() >= 8 && own.len() >= 4 && !name.trim().is_empty()).then_some(stem)
}

/// What many put into an address because of what they do or want.
const TRADE: [&str; 36] = [
    "fullstack",
    "frontend",
    "backend",
    "software",
    "developer",
    "engineer",
    "programmer",
    "freelance",
    "consult",
    "professional",
    "resume",
    "career",
    "contact",
    "online",
    "office",
    "design",
    "studio",
    "python",
    "remote",
    "coding",
    "coder",
    "hello",
    "apply",
    "cloud",
    "react",
    "info",
    "jobs",
    "work",
    "code",
    "tech",
    "java",
    "data",
    "mail",
    "dev",
    "web",
    "pro",
];

/// The country that "Nashville, TN" or "Lisbon, Portugal" ends in.
fn land(place: &str) -> Option<&'static str> {
    let last = place.rsplit(',').next().unwrap_or(place).trim();
    let in_states = || (place.contains(',') && us_state(last).is_some()).then_some("US");
    in_states().or_else(|| alpha2(last))
}

#[cfg(test)]
mod tests {
    use super::{is_referral, mail_stem};

    #[test]
    fn a_colleague_refers_and_an_agency_does_not() {
        assert!(is_referral("Employee Referral") && is_referral("referred"));
        assert!(!is_referral("Agency referral") && !is_referral("LinkedIn (Ad posting)"));
    }

    #[test]
    fn a_stem_is_what_is_no_part_of_the_name_and_no_trade() {
        let stem = |mail: &str, name: &str| mail_stem(mail, name);
        assert_eq!(stem("codeharbor.pete281@example.com", "Peter Lang").as_deref(), Some("codeharbor"));
        assert_eq!(stem("codeharbor.li192@example.com", "Li Wei").as_deref(), Some("codeharbor"));
        assert_eq!(stem("bright.maple.12@example.com", "Ines Okafor").as_deref(), Some("brightmaple"));
        assert_eq!(stem("ines.okafor.developer@example.com", "Ines Okafor"), None);
        assert_eq!(stem("softwaredeveloper77@example.com", "Ines Okafor"), None);
        assert_eq!(stem("jpenalosa1990@example.com", "Jos\u{e9} Pe\u{f1}alosa"), None);
    }
}
