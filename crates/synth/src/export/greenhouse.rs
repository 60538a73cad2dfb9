//! Greenhouse candidates, by pages as the Harvest API gives them. Shape: "Harvest API: Candidates", Greenhouse.

use std::io::Write;

use serde_json::{Value, json};

use crate::address::Address;
use crate::applicants::{Applicant, Application, JOBS, REFERRAL};
use crate::atlas::cities;
use crate::calendar::{DAY_MS, Day, utc};
use crate::draw::mix;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::World;

/// Candidates of a page.
const PAGE: usize = 500;

/// Positions and the names of their files.
pub fn pages(world: &World) -> Vec<(String, std::ops::Range<usize>)> {
    let count = world.applicants.len();
    let starts = (0..count).step_by(PAGE).enumerate();
    starts
        .map(|(n, from)| {
            (format!("greenhouse/candidates-page{}.json", n + 1), from..(from + PAGE).min(count))
        })
        .collect()
}

/// Writes a page.
pub fn write(
    world: &World,
    page: std::ops::Range<usize>,
    truth: &mut Truth,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let mut rows = vec![];
    for one in &world.applicants[page] {
        let known: Vec<&Application> = one.applications.iter().filter(|one| one.day <= world.to).collect();
        let Some(first) = known.first() else { continue };
        rows.push(candidate(world, one, &known));
        let at = i64::from(first.day) * DAY_MS;
        one.tags.iter().for_each(|tag| truth.wrote(*tag, at, "greenhouse"));
    }
    serde_json::to_writer(&mut *out, &rows).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn time(world: &World, one: &Applicant, day: Day, turn: u64) -> String {
    let within = mix(mix(world.seed, one.id), turn) % 40_000_000;
    utc(i64::from(day) * DAY_MS + 36_000_000 + within as i64).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An address as a candidate types it, in two lines.
fn two_lines(address: &Address) -> String {
    let city = &cities()[address.city];
    let unit = if address.unit.is_empty() { String::new() } else { format!(", {}", address.unit) };
    match city.iso {
        "US" | "CA" | "AU" => {
            format!("{}{unit}\n{}, {} {}", address.line, city.name, address.region(), address.postcode)
        }
        _ => format!("{}{unit}\n{} {}, {}", address.line, address.postcode, city.name, city.country),
    }
}

/// Name of the file of a résumé.
pub fn file_name(one: &Applicant) -> String {
    format!("{}_{}_resume.pdf", crate::names::plain(&one.given), crate::names::plain(&one.family))
}

fn candidate(world: &World, one: &Applicant, known: &[&Application]) -> Value {
    let (first, last) = (known[0].day, known[known.len() - 1].day);
    let list = |values: &[String], kind: &str| -> Vec<Value> {
        values.iter().map(|value| json!({ "value": value, "type": kind })).collect()
    };
    // not everybody gives an address
    let address = if mix(one.id, 3).is_multiple_of(4) && one.tags.is_empty() {
        vec![]
    } else {
        vec![json!({ "value": two_lines(&world.places[one.home].address), "type": "home" })]
    };
    let applications: Vec<Value> =
        known.iter().enumerate().map(|(n, application)| told(world, one, application, n)).collect();
    json!({
        "id": one.id,
        "first_name": one.given,
        "last_name": one.family,
        "company": null,
        "title": null,
        "created_at": time(world, one, first, 1),
        "updated_at": time(world, one, (last + 3).min(world.to), 2),
        "last_activity": time(world, one, (last + 3).min(world.to), 2),
        "is_private": false,
        "photo_url": null,
        "application_ids": (0..known.len()).map(|n| one.id * 10 + n as u64).collect::<Vec<_>>(),
        "can_email": true,
        "phone_numbers": list(&one.phones, "mobile"),
        "email_addresses": list(&one.mails, "personal"),
        "addresses": address,
        "website_addresses": list(&one.pages, "portfolio"),
        "social_media_addresses": [],
        "recruiter": null,
        "coordinator": null,
        "tags": [],
        "attachments": [{
            "filename": file_name(one),
            "url": format!("https://prod-heroku.example/{}", one.id),
            "type": "resume",
            "created_at": time(world, one, first, 1),
        }],
        "educations": [],
        "employments": [],
        "applications": applications,
    })
}

/// The colleague who recommended a candidate: the one that the story tells of, else anybody where the application came so.
fn recommender(world: &World, one: &Applicant, application: &Application) -> Option<usize> {
    let anybody = || {
        let by =
            usize::try_from(crate::draw::text(&one.id.to_string())).unwrap_or_default() % world.people.len();
        (application.origin == REFERRAL && one.worker != Some(by)).then_some(by)
    };
    one.referred_by.or_else(anybody)
}

/// A colleague as applications are credited to them.
fn credited(world: &World, by: usize) -> Value {
    let person = &world.people[by];
    json!({
        "id": 5_000_000 + by,
        "first_name": person.given,
        "last_name": person.family,
        "name": person.name(),
        "employee_id": person.id,
    })
}

fn told(world: &World, one: &Applicant, application: &Application, n: usize) -> Value {
    let job = JOBS.iter().position(|job| *job == application.job).unwrap_or(JOBS.len());
    let closed = application.status != "active";
    let by = recommender(world, one, application);
    let origin = if by.is_some() { REFERRAL } else { application.origin };
    let later = time(world, one, (application.day + 18).min(world.to), 4 + n as u64);
    let rejected = application.status == "rejected";
    json!({
        "id": one.id * 10 + n as u64,
        "candidate_id": one.id,
        "prospect": false,
        "applied_at": time(world, one, application.day, 3 + n as u64),
        "rejected_at": rejected.then_some(&later),
        "last_activity_at": if closed { later.clone() } else { time(world, one, (application.day + 3).min(world.to), 9) },
        "location": { "address": cities()[world.city(one.home)].name },
        "source": { "id": 4_000_000 + crate::draw::text(origin) % 900_000, "public_name": origin },
        "credited_to": by.map(|by| credited(world, by)),
        "rejection_reason": if rejected { json!({ "id": 1, "name": "Lacking skill(s)/qualification(s)", "type": { "id": 2, "name": "We rejected them" } }) } else { Value::Null },
        "jobs": [{ "id": 300_000 + job, "name": application.job }],
        "status": application.status,
        "current_stage": if closed && !rejected { Value::Null } else { json!({ "id": crate::draw::text(application.stage) % 9_000_000, "name": application.stage }) },
        "answers": [],
        "prospective_department": null,
        "prospective_office": null,
    })
}
