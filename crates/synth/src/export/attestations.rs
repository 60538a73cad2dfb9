//! Facts that the company checked or approved: badge events by month, and one sheet of approvals.

use std::io::Write;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{Day, iso, iso_time, moment};
use crate::draw::mix;
use crate::error::Error;
use crate::world::{Attested, NOBODY, World};

/// Column labels of access control.
pub const BADGES: &[&str] =
    &["Event Time", "Employee ID", "Cardholder", "Badge ID", "Door", "Site", "Result"];

/// Column labels of approvals.
pub const APPROVALS: &[&str] = &[
    "worker_id",
    "worker_email",
    "kind",
    "from_time",
    "to_time",
    "place",
    "place_country",
    "other_worker_id",
    "item",
    "approved_at",
    "status",
    "ticket",
];

/// Name of the sheet of approvals.
pub fn path(world: &World) -> String {
    format!("attestations/approvals_{}.csv", iso(world.to))
}

/// Approvals of the world so far.
fn known(world: &World) -> impl Iterator<Item = &Attested> {
    world.attested.iter().filter(|one| one.day <= world.to && one.worker != NOBODY)
}

/// Whether nothing was approved: then there is no sheet.
pub fn is_empty(world: &World) -> bool {
    known(world).next().is_none()
}

/// Writes the sheet of approvals.
pub fn write(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, APPROVALS)?;
    let mut order: Vec<&Attested> = known(world).collect();
    order.sort_by_key(|one| (one.day, one.worker));
    for (at, one) in order.iter().enumerate() {
        sheet.row(&row(world, one, at))?;
    }
    sheet.finish()
}

fn row(world: &World, one: &Attested, at: usize) -> Vec<String> {
    let city = one.city.map(|city| &cities()[city]);
    vec![
        world.people[one.worker].id.clone(),
        world.email(one.worker),
        one.kind.to_owned(),
        one.span.map(|span| iso(span.from)).unwrap_or_default(),
        one.span.filter(|span| span.to < Day::MAX).map(|span| iso(span.to)).unwrap_or_default(),
        city.map(|city| city.name.to_owned()).unwrap_or_default(),
        city.map(|city| city.country.to_owned()).unwrap_or_default(),
        one.other.map(|other| world.people[other].id.clone()).unwrap_or_default(),
        one.item.to_owned(),
        iso(one.day),
        "Approved".to_owned(),
        format!("{}-{}", if one.item.is_empty() { "HR" } else { "IT" }, 4000 + at),
    ]
}

/// A badge event: when, who, which door.
pub fn badge(world: &World, who: usize, day: Day, office: usize, minute: i32) -> (i64, [String; 7]) {
    let city = &cities()[world.city(office)];
    let at = moment(city.zone, day, minute) + (mix(world.seed, mix(who as u64, day as u64)) % 59_000) as i64;
    let person = &world.people[who];
    let doors = ["North lobby", "Garage level 1", "Main entrance", "Floor 4 turnstile"];
    let row = [
        iso_time(at),
        person.id.clone(),
        person.name(),
        (50_000 + who).to_string(),
        doors[(who + day as usize) % doors.len()].to_owned(),
        format!("{} office", city.name),
        "Granted".to_owned(),
    ];
    (at, row)
}
