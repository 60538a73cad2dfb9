//! The roster, as a BambooHR report or a Workday report. Documentation: "Custom reports", BambooHR API; Workday *All Workers* report.

use std::io::Write;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{DAY_MS, date, iso};
use crate::draw::mix;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::{Mode, Person, World};

/// BambooHR's column labels.
pub const BAMBOOHR: &[&str] = &[
    "Employee #",
    "First Name",
    "Last Name",
    "Work Email",
    "Home Email",
    "Mobile Phone",
    "Address Line 1",
    "Address Line 2",
    "City",
    "State",
    "Zip Code",
    "Country",
    "Hire Date",
    "Termination Date",
    "Employment Status",
    "Job Title",
    "Department",
    "Location",
    "Reporting to",
];

/// Workday's column names.
pub const WORKDAY: &[&str] = &[
    "Employee_ID",
    "Worker",
    "primaryWorkEmail",
    "Email - Home",
    "Phone - Home",
    "Hire_Date",
    "termination_date",
    "Worker_Type",
    "Worker_Status",
    "businessTitle",
    "Supervisory Organization",
    "Location",
    "Manager",
    "Home Address - Line 1",
    "Home Address - Line 2",
    "Home Address - City",
    "Home Address - State",
    "Home Address - Postal Code",
    "Home Address - Country",
    "Vendor",
];

/// Whether this company uses Workday.
pub fn is_workday(world: &World) -> bool {
    mix(world.seed, 0x7d).is_multiple_of(3)
}

/// Name of the file.
pub fn path(world: &World) -> String {
    let day = iso(world.to);
    match is_workday(world) {
        true => format!("roster/workday_all_workers_{day}.csv"),
        false => format!("roster/bamboohr_report_{day}.csv"),
    }
}

/// Writes the roster of the last day.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let workday = is_workday(world);
    let mut sheet = Sheet::new(out, if workday { WORKDAY } else { BAMBOOHR })?;
    for at in 0..world.people.len() {
        sheet.row(&if workday { workday_row(world, at) } else { bamboohr_row(world, at) })?;
        truth.wrote(world.people[at].phone_tag, i64::from(world.to) * DAY_MS, "roster");
        truth.wrote(world.people[at].mail_tag, i64::from(world.to) * DAY_MS, "roster");
    }
    sheet.finish()
}

fn bamboohr_row(world: &World, at: usize) -> Vec<String> {
    let person = &world.people[at];
    let (given, family) = roster_name(person);
    let home = &world.places[person.roster_home].address;
    let manager = person.manager.map(|at| world.people[at].name()).unwrap_or_default();
    let status = match (left(world, person), &person.agency) {
        (Some(_), _) => "Terminated",
        (_, Some(_)) => "Contractor",
        _ => "Full-Time",
    };
    vec![
        person.id.clone(),
        given,
        family,
        world.email(at),
        person.mail.clone(),
        person.phone.clone(),
        home.line.clone(),
        home.unit.clone(),
        cities()[home.city].name.to_owned(),
        home.region().to_owned(),
        home.postcode.clone(),
        cities()[home.city].country.to_owned(),
        iso(person.hired),
        left(world, person).map(iso).unwrap_or_default(),
        status.to_owned(),
        person.title.to_owned(),
        person.department.to_owned(),
        location(world, person),
        manager,
    ]
}

fn workday_row(world: &World, at: usize) -> Vec<String> {
    let person = &world.people[at];
    let (given, family) = roster_name(person);
    let home = &world.places[person.roster_home].address;
    let american = |day| date(day).format("%m/%d/%Y").to_string();
    let manager = person.manager.map(|at| world.people[at].id.clone()).unwrap_or_default();
    vec![
        person.id.clone(),
        format!("{family}, {given}"),
        world.email(at),
        person.mail.clone(),
        person.phone.clone(),
        american(person.hired),
        left(world, person).map(american).unwrap_or_default(),
        if person.agency.is_some() { "Contingent Worker" } else { "Employee" }.to_owned(),
        if left(world, person).is_some() { "Terminated" } else { "Active" }.to_owned(),
        person.title.to_owned(),
        person.department.to_owned(),
        location(world, person),
        manager,
        home.line.clone(),
        home.unit.clone(),
        cities()[home.city].name.to_owned(),
        home.region().to_owned(),
        home.postcode.clone(),
        cities()[home.city].country.to_owned(),
        person.agency.clone().unwrap_or_default(),
    ]
}

fn left(world: &World, person: &Person) -> Option<crate::calendar::Day> {
    person.roster_left.or(person.left).filter(|left| *left <= world.to)
}

fn roster_name(person: &Person) -> (String, String) {
    person.roster_name.clone().unwrap_or_else(|| (person.given.clone(), person.family.clone()))
}

fn location(world: &World, person: &Person) -> String {
    match person.mode {
        Mode::Remote => "Remote".to_owned(),
        Mode::Office(office, _) => format!("{} office", cities()[world.city(office)].name),
    }
}
