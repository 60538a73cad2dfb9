//! The truth as sheets: everybody with what they are, planted tells, farms and rings, look-alikes, the plan itself.
//! Documentation: `docs/worlds.md`.

use std::io::Write;

use serde_json::json;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{iso, iso_time};
use crate::error::Error;
use crate::plan::{Plan, Planted};
use crate::truth::{Role, Tell, Truth};
use crate::world::World;

/// Columns of `truth/workers.csv`.
pub const WORKERS: &[&str] = &[
    "worker_id",
    "positive",
    "observable",
    "scheme",
    "instance",
    "role",
    "identity",
    "farm",
    "hosts",
    "tells",
    "first_tell",
    "look_alikes",
    "group",
];

/// Columns of `truth/tells.csv`.
pub const TELLS: &[&str] =
    &["worker_id", "scheme", "instance", "tell", "source", "records", "first_seen", "last_seen"];

/// Columns of `truth/farms.csv`.
pub const FARMS: &[&str] =
    &["farm", "kind", "scheme", "host", "address", "city", "country", "workers", "serials", "first_day"];

/// Columns of `truth/look_alikes.csv`.
pub const LOOK_ALIKES: &[&str] = &["look_alike", "worker_id"];

/// Everybody on the roster, with what they are.
pub fn workers(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, WORKERS)?;
    let truth = &world.truth;
    for (at, person) in world.people.iter().enumerate() {
        let part = truth.part(at);
        let positive = part.is_some_and(|part| part.role == Role::Operated);
        let mut seen: Vec<_> =
            truth.tells.iter().filter(|tell| tell.worker == at && tell.records > 0).collect();
        seen.sort_by_key(|tell| tell.seen);
        let mut kinds: Vec<&str> =
            truth.innocents.iter().filter(|(_, worker)| *worker == at).map(|(id, _)| *id).collect();
        kinds.sort_unstable();
        let flag = |yes: bool| if yes { "1" } else { "0" };
        sheet.row(&[
            person.id.as_str(),
            flag(positive),
            flag(positive && !seen.is_empty()),
            part.map_or("", |part| part.scheme),
            &part.map(|part| part.instance.to_string()).unwrap_or_default(),
            part.map_or("", |part| part.role.word()),
            part.map_or("own", |part| match (part.role, part.lent) {
                (Role::Host, _) => "own",
                (Role::Operated, true) => "lent",
                (Role::Operated, false) => "stolen or made up",
            }),
            part.and_then(|part| part.group).map_or("", |group| truth.groups[group].name.as_str()),
            &hosts(world, at),
            &distinct(seen.iter().map(|tell| tell.id)).to_string(),
            &seen.first().and_then(|tell| tell.seen).map(|(first, _)| iso_time(first)).unwrap_or_default(),
            &kinds.join(" "),
            &format!("g{}", person.group),
        ])?;
    }
    sheet.finish()
}

/// Whom a worker hosts, by roster id.
fn hosts(world: &World, worker: usize) -> String {
    let own = |group: usize| world.truth.groups[group].host == Some(worker);
    let guests = world.truth.parts.iter().filter(|part| part.worker != worker && part.group.is_some_and(own));
    guests.map(|part| world.people[part.worker].id.as_str()).collect::<Vec<_>>().join(" ")
}

fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    ids.collect::<std::collections::BTreeSet<_>>().len()
}

/// Every tell that a scheme meant to leave, once for each export that shows it; those that no export shows stand once, without
/// records.
pub fn tells(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, TELLS)?;
    for tell in world.truth.tells.iter().filter(|tell| tell.worker < world.people.len()) {
        let part = world.truth.part(tell.worker).map(|part| (part.scheme, part.instance));
        tell_rows(&mut sheet, &world.people[tell.worker].id, part, tell)?;
    }
    sheet.finish()
}

/// One tell of somebody, with the scheme and its instance where there is one.
fn tell_rows<W: Write>(
    sheet: &mut Sheet<W>,
    whose: &str,
    part: Option<(&str, u32)>,
    tell: &Tell,
) -> Result<(), Error> {
    let scheme = part.map_or("", |(scheme, _)| scheme);
    let instance = part.map(|(_, instance)| instance.to_string()).unwrap_or_default();
    let mut row = |export: &str, records: u32, [first, last]: [String; 2]| {
        sheet.row(&[whose, scheme, &instance, tell.id, export, &records.to_string(), &first, &last])
    };
    for one in &tell.by_export {
        row(one.export, one.records, [iso_time(one.seen.0), iso_time(one.seen.1)])?;
    }
    if tell.by_export.is_empty() {
        row(tell.exports().first().unwrap_or(&""), 0, [String::new(), String::new()])?;
    }
    Ok(())
}

/// Columns of `truth/applicants.csv`.
pub const APPLICANTS: &[&str] = &[
    "applicant_id",
    "positive",
    "observable",
    "role",
    "scheme",
    "instance",
    "cluster",
    "worker_id",
    "tells",
    "first_tell",
    "look_alikes",
    "group",
];

/// Columns of `truth/applicant_tells.csv`.
pub const APPLICANT_TELLS: &[&str] =
    &["applicant_id", "scheme", "instance", "tell", "source", "records", "first_seen", "last_seen"];

/// Everybody who applied, with what they are.
pub fn applicants(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, APPLICANTS)?;
    let truth = &world.truth;
    for (at, one) in world.applicants.iter().enumerate() {
        let persona = truth.personas.iter().find(|persona| persona.applicant == at);
        let subject = world.subject(at);
        let seen: Vec<_> =
            truth.tells.iter().filter(|tell| tell.worker == subject && tell.records > 0).collect();
        let first = seen.iter().filter_map(|tell| tell.seen).map(|(first, _)| first).min();
        let mut kinds: Vec<&str> = truth
            .applicants_like
            .iter()
            .filter(|(_, applicant)| *applicant == at)
            .map(|(id, _)| *id)
            .collect();
        kinds.sort_unstable();
        let flag = |yes: bool| if yes { "1" } else { "0" };
        sheet.row(&[
            one.id.to_string().as_str(),
            flag(persona.is_some()),
            flag(persona.is_some() && !seen.is_empty()),
            match (persona.is_some(), kinds.contains(&crate::applicants::VICTIM)) {
                (true, _) => "operated",
                (_, true) => "identity_owner",
                _ => "",
            },
            persona.map_or("", |persona| persona.scheme),
            &persona.map(|persona| persona.instance.to_string()).unwrap_or_default(),
            persona.map_or("", |persona| persona.cluster.as_str()),
            one.worker.map_or("", |worker| world.people[worker].id.as_str()),
            &distinct(seen.iter().map(|tell| tell.id)).to_string(),
            &first.map(iso_time).unwrap_or_default(),
            &kinds.join(" "),
            &format!("g{}", one.group),
        ])?;
    }
    sheet.finish()
}

/// Every tell of applicants, as those of workers.
pub fn applicant_tells(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, APPLICANT_TELLS)?;
    for tell in &world.truth.tells {
        let Some(at) = tell.worker.checked_sub(world.people.len()) else { continue };
        let persona = world.truth.personas.iter().find(|persona| persona.applicant == at);
        let as_worker = world.applicants[at].worker.and_then(|worker| world.truth.part(worker));
        let part = persona.map(|persona| (persona.scheme, persona.instance));
        let part = part.or(as_worker.map(|part| (part.scheme, part.instance)));
        tell_rows(&mut sheet, &world.applicants[at].id.to_string(), part, tell)?;
    }
    sheet.finish()
}

/// Every farm and ring, with its members and laptops.
pub fn farms(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, FARMS)?;
    let truth: &Truth = &world.truth;
    for (at, group) in truth.groups.iter().enumerate() {
        let members: Vec<usize> = truth
            .parts
            .iter()
            .filter(|part| part.group == Some(at) && part.role == Role::Operated)
            .map(|part| part.worker)
            .collect();
        let ids: Vec<&str> = members.iter().map(|worker| world.people[*worker].id.as_str()).collect();
        let laptops = members.iter().flat_map(|worker| &world.people[*worker].laptops);
        let serials: Vec<&str> = laptops.map(|one| world.devices[one.device].serial.as_str()).collect();
        let address = group.place.map(|place| &world.places[place].address);
        let city = address.map(|address| &cities()[address.city]);
        let first = members.iter().map(|worker| world.people[*worker].hired).min();
        sheet.row(&[
            group.name.as_str(),
            group.kind,
            group.scheme,
            group.host.map_or("outside", |host| world.people[host].id.as_str()),
            &address.map(crate::address::Address::one_line).unwrap_or_default(),
            city.map_or("", |city| city.name),
            city.map_or("", |city| city.iso),
            &ids.join(" "),
            &if group.place.is_some() { serials.join(" ") } else { String::new() },
            &first.map(iso).unwrap_or_default(),
        ])?;
    }
    sheet.finish()
}

/// Every look-alike.
pub fn look_alikes(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, LOOK_ALIKES)?;
    let mut all = world.truth.innocents.clone();
    all.sort_unstable();
    for (id, worker) in all {
        sheet.row(&[id, world.people[worker].id.as_str()])?;
    }
    sheet.finish()
}

/// The plan, so that the same company can be written again.
pub fn plan(plan: &Plan, world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let planted = match plan.planted {
        Planted::Instances(count) => json!({ "instances": count }),
        Planted::Share(share) => json!({ "share": share }),
    };
    let text = json!({
        "schema_version": "1.0",
        "seed": plan.seed,
        "workers": plan.workers,
        "days": plan.days,
        "applicants": plan.applicants,
        "first_day": iso(world.from),
        "until": iso(world.to),
        "schemes": plan.schemes,
        "planted": planted,
        "difficulty": plan.difficulty,
        "look_alikes": plan.look_alikes,
        "share": plan.share,
        "every_tell": plan.every_tell,
        "rates_redrawn": plan.redraw,
        "without": plan.without,
        "sources": crate::plan::SOURCES.iter().filter(|source| world.systems.has(source)).collect::<Vec<_>>(),
    });
    writeln!(out, "{text:#}")?;
    Ok(())
}
