//! The world as a story, for readers who are no engineers: what the company is, who does what in it, and what gives it away.

use std::fmt::Write as _;
use std::io::Write;

use crate::applicants::APPLICANT_LOOK_ALIKES;
use crate::atlas::cities;
use crate::calendar::{date, day_of, iso};
use crate::error::Error;
use crate::look_alikes::LOOK_ALIKES;
use crate::truth::{Part, Role, TELLS, Tell};
use crate::world::World;

/// Source kinds in words.
const SOURCES: &[(&str, &str)] = &[
    ("okta", "the sign-ins (Okta)"),
    ("entra", "the sign-ins (Microsoft Entra)"),
    ("duo", "the second factor (Duo)"),
    ("google", "documents and mail (Google Workspace)"),
    ("github", "the code host (GitHub)"),
    ("zoom", "the meetings (Zoom)"),
    ("osquery", "the laptops (osquery)"),
    ("crowdstrike", "the laptops (CrowdStrike)"),
    ("collector", "the laptops (the collector)"),
    ("remote", "the remote tools' own logs"),
    ("inventory", "device management (Jamf, Intune)"),
    ("greenhouse", "the candidates (Greenhouse)"),
    ("document", "the résumés"),
    ("phone", "the phone look-ups (Twilio)"),
    ("roster", "the roster"),
    ("shipment", "the parcels"),
    ("pay", "the payroll"),
    ("attestation", "badges and approvals"),
    ("assignment", "the list of laptops"),
];

/// Writes the story.
pub fn write(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut text = String::new();
    // a String takes every write
    let _ = company(world, &mut text);
    let _ = planted(world, &mut text);
    let _ = applicants(world, &mut text);
    let _ = innocents(world, &mut text);
    out.write_all(text.as_bytes())?;
    Ok(())
}

fn in_words(source: &str) -> &str {
    SOURCES.iter().find(|(id, _)| *id == source).map_or(source, |(_, words)| words)
}

fn listed(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn company(world: &World, out: &mut String) -> std::fmt::Result {
    let name = world.domain.split('.').next().unwrap_or(world.org);
    let offices: Vec<String> =
        world.offices.iter().map(|office| cities()[world.city(*office)].name.to_owned()).collect();
    let records: Vec<String> = SOURCES
        .iter()
        .filter(|(id, _)| world.systems.has(id))
        .map(|(_, words)| (*words).to_owned())
        .collect();
    writeln!(out, "# {name}, a company that does not exist\n")?;
    writeln!(
        out,
        "{} people work here, most of them at home; there are offices in {}. The records tell of {} days, from {} to {}: {}.\n",
        world.people.len(),
        listed(&offices),
        world.days(),
        iso(world.from),
        iso(world.to),
        listed(&records),
    )
}

/// Who somebody is, and where they say they live.
fn who(world: &World, worker: usize) -> String {
    let person = &world.people[worker];
    let home = &cities()[world.city(person.roster_home)];
    format!(
        "**{}** ({}, {}, since {}) says to live in {}, {}",
        person.name(),
        person.id,
        person.title,
        iso(person.hired),
        home.name,
        home.country,
    )
}

fn planted(world: &World, out: &mut String) -> std::fmt::Result {
    let truth = &world.truth;
    if truth.parts.is_empty() {
        return writeln!(out, "Nobody here is anybody else than they say.\n");
    }
    writeln!(out, "## Who is not who they say\n")?;
    let mut instances: Vec<u32> = truth.parts.iter().map(|part| part.instance).collect();
    instances.sort_unstable();
    instances.dedup();
    for instance in instances {
        let parts: Vec<&Part> = truth.parts.iter().filter(|part| part.instance == instance).collect();
        let scheme = parts[0].scheme;
        let text = crate::schemes::find(scheme).map_or("", |scheme| scheme.text);
        writeln!(out, "### {scheme}, number {}\n\n{text}.\n", instance + 1)?;
        if let Some(group) = parts[0].group.map(|group| &truth.groups[group]) {
            if let Some(place) = group.place {
                writeln!(out, "The house stands at {}.", world.places[place].address.one_line())?;
            }
            match group.host {
                Some(host) => writeln!(out, "{} keeps it.\n", world.people[host].name())?,
                None if group.place.is_some() => writeln!(out, "Somebody outside the company keeps it.\n")?,
                None => {}
            }
        }
        for part in parts {
            member(world, part, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn member(world: &World, part: &Part, out: &mut String) -> std::fmt::Result {
    let deed = match (part.role, part.lent) {
        (Role::Host, _) => "houses the laptops of the others and does the own work",
        (Role::Operated, true) => "is real and has lent the identity; somebody else does the work",
        (Role::Operated, false) => "is a borrowed or invented identity; somebody else does the work",
    };
    write!(out, "- {}. The person {deed}.", who(world, part.worker))?;
    given_away(world, part.worker, out)
}

/// What gives somebody away, where and since when.
fn given_away(world: &World, subject: usize, out: &mut String) -> std::fmt::Result {
    let own: Vec<&Tell> = world.truth.tells.iter().filter(|tell| tell.worker == subject).collect();
    let mut seen: Vec<_> = TELLS
        .iter()
        .filter_map(|(id, _, text)| {
            let same = own.iter().filter(|tell| tell.id == *id);
            let shown: Vec<_> = same.flat_map(|tell| tell.by_export.iter()).collect();
            let first = shown.iter().map(|one| one.seen.0).min()?;
            let mut places: Vec<String> = shown.iter().map(|one| in_words(one.export).to_owned()).collect();
            places.sort();
            places.dedup();
            Some((first, format!("{} (in {}, since {})", lower(text), listed(&places), date(day_of(first)))))
        })
        .collect();
    seen.sort();
    if seen.is_empty() {
        return writeln!(out, " Nothing in these records shows it.");
    }
    writeln!(out, " It shows:")?;
    seen.iter().try_for_each(|(_, text)| writeln!(out, "  - {text}"))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        // a name stays as it is
        Some(first) if !text.starts_with("IP") => first.to_lowercase().collect::<String>() + letters.as_str(),
        _ => text.to_owned(),
    }
}

fn applicants(world: &World, out: &mut String) -> std::fmt::Result {
    let truth = &world.truth;
    if world.applicants.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Who applied\n\n{} people applied.\n", world.applicants.len())?;
    let mut clusters: Vec<&str> = truth.personas.iter().map(|one| one.cluster.as_str()).collect();
    clusters.dedup();
    for cluster in clusters {
        writeln!(out, "One operator is behind all of {cluster}:\n")?;
        for persona in truth.personas.iter().filter(|one| one.cluster == cluster) {
            let one = &world.applicants[persona.applicant];
            write!(out, "- **{} {}** ({}).", one.given, one.family, one.id)?;
            given_away(world, world.subject(persona.applicant), out)?;
        }
        writeln!(out)?;
    }
    for kind in APPLICANT_LOOK_ALIKES {
        let people: Vec<String> = (truth.applicants_like.iter().filter(|(id, _)| *id == kind.id))
            .map(|(_, at)| &world.applicants[*at])
            .map(|one| format!("{} {} ({})", one.given, one.family, one.id))
            .collect();
        if !people.is_empty() {
            writeln!(out, "- Honest: {}. {}.", lower(kind.text), listed(&people))?;
        }
    }
    writeln!(out)
}

fn innocents(world: &World, out: &mut String) -> std::fmt::Result {
    writeln!(out, "## Who only looks like it\n")?;
    for kind in LOOK_ALIKES {
        let mut all: Vec<usize> =
            world.truth.innocents.iter().filter(|(id, _)| *id == kind.id).map(|(_, at)| *at).collect();
        all.sort_unstable();
        let people: Vec<String> =
            all.iter().map(|at| format!("{} ({})", world.people[*at].name(), world.people[*at].id)).collect();
        if !people.is_empty() {
            writeln!(out, "- {}: {}.", kind.text, listed(&people))?;
        }
    }
    writeln!(out, "\nEverybody else is ordinary.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_export_has_words() {
        for source in crate::plan::SOURCES {
            assert!(SOURCES.iter().any(|(id, _)| id == source), "{source}");
        }
    }
}
