//! Writing a world: two passes over the days for the logs, one for the badges, then the sheets.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use chrono::{Datelike, NaiveDate};

use crate::calendar::{Day, date, day_of};
use crate::error::Error;
use crate::export::crowdstrike_assets as assets;
use crate::export::spool::{Sink, Spool};
use crate::export::{
    assignments, attestations, collector, crowdstrike, documents, duo, entra_line, github, google,
    greenhouse, inventory, okta, okta_line, osquery, pay, phones, remote, roster, shipments, truth, zoom,
};
use crate::found::found;
use crate::life::Workday;
use crate::plan::Plan;
use crate::truth::{Tag, Truth};
use crate::world::World;
use crate::{applicants, look_alikes, meet, papers, story};

/// Where files go: the caller opens them.
pub trait Folder {
    /// A new file; one is open at a time.
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>>;
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Workers on the roster.
    pub workers: u32,
    /// Days of records.
    pub days: u32,
    /// Last day of records.
    pub until: NaiveDate,
    /// Paths, in the order in which they were written.
    pub files: Vec<String>,
    /// Workers in schemes.
    pub planted: Vec<Part>,
    /// Look-alike, and the roster ids of its people.
    pub innocents: BTreeMap<String, Vec<String>>,
}

/// A worker in a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Roster id.
    pub worker_id: String,
    /// Scheme.
    pub scheme: String,
    /// `operated` (somebody else does the work) or `host`.
    pub role: String,
    /// Farm or ring.
    pub farm: Option<String>,
    /// Tells that were really written.
    pub tells: Vec<String>,
}

/// Writes a company into a folder: exports at its top, the truth under `truth/`.
pub fn write(plan: &Plan, folder: &mut dyn Folder) -> Result<Summary, Error> {
    plan.check()?;
    let mut world = found(plan);
    papers::file(&mut world);
    applicants::found(&mut world, plan);
    crate::schemes::plant(&mut world, plan);
    look_alikes::cast(&mut world, plan);
    applicants::agree(&mut world);
    applicants::cast(&mut world);
    papers::internet_phones(&mut world);
    meet::meet(&mut world);
    let mut truth = std::mem::take(&mut world.truth);
    let mut files = Files { folder, written: vec![] };
    logs(&world, &mut truth, &mut files)?;
    if world.systems.has("attestation") {
        badges(&world, &mut files)?;
        if !attestations::is_empty(&world) {
            files.file(&attestations::path(&world), |out| attestations::write(&world, out))?;
        }
    }
    sheets(&world, &mut truth, &mut files)?;
    world.truth = truth;
    files.file("truth/workers.csv", |out| truth::workers(&world, out))?;
    files.file("truth/tells.csv", |out| truth::tells(&world, out))?;
    if !world.applicants.is_empty() {
        files.file("truth/applicants.csv", |out| truth::applicants(&world, out))?;
        files.file("truth/applicant_tells.csv", |out| truth::applicant_tells(&world, out))?;
    }
    files.file("truth/farms.csv", |out| truth::farms(&world, out))?;
    files.file("truth/look_alikes.csv", |out| truth::look_alikes(&world, out))?;
    files.file("truth/story.md", |out| story::write(&world, out))?;
    files.file("truth/plan.json", |out| truth::plan(plan, &world, out))?;
    Ok(summary(plan, &world, files.written))
}

/// Every log that the company keeps.
fn logs(world: &World, truth: &mut Truth, files: &mut Files<'_>) -> Result<(), Error> {
    if world.systems.has("okta") {
        identity_log(world, truth, files, ("okta", "okta/system_log"), |out, world, event| {
            okta_line::write(out, world, event).then_some(Tag::NONE)
        })?;
    }
    if world.systems.has("entra") {
        identity_log(world, truth, files, ("entra", "entra/sign_in_and_audit"), |out, world, event| {
            entra_line::write(out, world, event).then_some(Tag::NONE)
        })?;
    }
    if world.systems.has("duo") {
        identity_log(world, truth, files, ("duo", "duo/authentication"), duo::write)?;
    }
    if world.systems.has("osquery") {
        let mut told = vec![osquery::Told::default(); world.people.len()];
        daily(world, truth, files, ("osquery", "osquery/results"), |who, day, work, sink| {
            osquery::day(world, who, day, work, &mut told[who], sink);
        })?;
    }
    if world.systems.has("crowdstrike") {
        crowdstrike_logs(world, truth, files)?;
    }
    if world.systems.has("collector") {
        daily(world, truth, files, ("collector", "collector/laptops"), |who, day, work, sink| {
            collector::day(world, who, day, work, sink);
        })?;
    }
    if world.systems.has("google") {
        daily(world, truth, files, ("google", "google/activities"), |who, day, work, sink| {
            google::day(world, who, day, work, sink);
        })?;
    }
    if world.systems.has("github") {
        daily(world, truth, files, ("github", "github/audit_log"), |who, day, work, sink| {
            github::day(world, who, day, work, sink);
        })?;
    }
    if world.systems.has("zoom") {
        daily(world, truth, files, ("zoom", "zoom/webhooks"), |who, day, work, sink| {
            let mut sink = sink;
            if who == 0 {
                zoom::interviews(world, day, &mut sink);
            }
            zoom::day(world, who, day, work, sink);
        })?;
    }
    Ok(())
}

fn crowdstrike_logs(world: &World, truth: &mut Truth, files: &mut Files<'_>) -> Result<(), Error> {
    let mut told = vec![crowdstrike::Told::default(); world.people.len()];
    daily(world, truth, files, ("crowdstrike", "crowdstrike/events"), |who, day, work, sink| {
        crowdstrike::day(world, who, day, work, &mut told[who], sink);
    })?;
    for (path, file) in
        [("crowdstrike/aidmaster", assets::File::Master), ("crowdstrike/managedassets", assets::File::Assets)]
    {
        daily(world, truth, files, ("crowdstrike", path), |who, day, work, sink| {
            assets::day(world, who, day, work, file, sink);
        })?;
    }
    Ok(())
}

fn sheets(world: &World, truth: &mut Truth, files: &mut Files<'_>) -> Result<(), Error> {
    if world.systems.has("inventory") {
        for (path, page) in inventory::pages(world) {
            files.file(&path, |out| inventory::write(world, &page, out))?;
        }
    }
    if world.systems.has("remote") {
        for (path, log) in remote::logs(world) {
            files.file(&path, |out| remote::write(world, &log, truth, out))?;
        }
    }
    if world.systems.has("greenhouse") {
        for (path, page) in greenhouse::pages(world) {
            files.file(&path, |out| greenhouse::write(world, page, truth, out))?;
        }
    }
    if world.systems.has("document") {
        files.file(documents::PATH, |out| documents::write(world, truth, out))?;
    }
    if world.systems.has("phone") {
        files.file(phones::PATH, |out| phones::write(world, truth, out))?;
    }
    if world.systems.has("roster") {
        files.file(&roster::path(world), |out| roster::write(world, truth, out))?;
    }
    if world.systems.has("shipment") {
        files.file(&shipments::path(world), |out| shipments::write(world, truth, out))?;
    }
    if world.systems.has("pay") {
        files.file(&pay::path(world), |out| pay::write(world, truth, out))?;
    }
    if world.systems.has("assignment") {
        files.file(&assignments::path(world), |out| assignments::write(world, out))?;
    }
    Ok(())
}

struct Files<'f> {
    folder: &'f mut dyn Folder,
    written: Vec<String>,
}

impl Files<'_> {
    fn file(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed = |source| Error::Write { path: path.to_owned(), source };
        let mut out = BufWriter::with_capacity(1 << 17, self.folder.create(path).map_err(failed)?);
        write(&mut out)?;
        out.flush().map_err(failed)?;
        self.written.push(path.to_owned());
        Ok(())
    }
}

/// The months of the window: name, first and last day.
fn months(world: &World) -> Vec<(String, Day, Day)> {
    let mut out: Vec<(String, Day, Day)> = vec![];
    for day in world.from..=world.to {
        let name = format!("{:04}-{:02}", date(day).year(), date(day).month());
        match out.last_mut() {
            Some(last) if last.0 == name => last.2 = day,
            _ => out.push((name, day, day)),
        }
    }
    out
}

/// Appends the line of an event, where it is one in this log, and gives what is to be seen there beyond the event's own marks.
type EventLine = fn(&mut String, &World, &okta::Event) -> Option<Tag>;

/// What happens at the identity provider, as one of the logs tells it. Events are small and kept until their day is written:
/// local days reach one day into the UTC days before and after, so a UTC day is whole when the next local day is.
fn identity_log(
    world: &World,
    truth: &mut Truth,
    files: &mut Files<'_>,
    (export, path): (&'static str, &str),
    line: EventLine,
) -> Result<(), Error> {
    let mut days: BTreeMap<Day, Vec<okta::Event>> = BTreeMap::new();
    let mut ahead = world.from - 1;
    let mut fresh = vec![];
    let mut text = String::new();
    for (month, from, to) in months(world) {
        files.file(&format!("{path}-{month}.jsonl"), |out| {
            for day in from..=to {
                while ahead <= day + 1 {
                    for who in 0..world.people.len() {
                        let work = world.workday(who, ahead);
                        okta::day(world, who, ahead, work.as_ref(), &mut fresh);
                    }
                    for event in
                        fresh.drain(..).filter(|one| (world.from..=world.to).contains(&day_of(one.at)))
                    {
                        days.entry(day_of(event.at)).or_default().push(event);
                    }
                    ahead += 1;
                }
                let mut events = days.remove(&day).unwrap_or_default();
                // events of one moment keep the order in which they were made
                events.sort_by_key(|event| event.at);
                for event in events {
                    text.clear();
                    if let Some(tag) = line(&mut text, world, &event) {
                        out.write_all(text.as_bytes())?;
                        event.tags.iter().chain([&tag]).for_each(|tag| truth.wrote(*tag, event.at, export));
                    }
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A log to which every person's days add lines.
fn daily(
    world: &World,
    truth: &mut Truth,
    files: &mut Files<'_>,
    (export, path): (&'static str, &str),
    mut lines: impl FnMut(usize, Day, Option<&Workday>, Sink<'_>),
) -> Result<(), Error> {
    let mut spool = Spool::new(world.from, world.to);
    let mut ahead = world.from - 1;
    for (month, from, to) in months(world) {
        files.file(&format!("{path}-{month}.jsonl"), |out| {
            for day in from..=to {
                while ahead <= day + 1 {
                    for who in 0..world.people.len() {
                        let work = world.workday(who, ahead);
                        lines(who, ahead, work.as_ref(), Sink { spool: &mut spool, truth, export });
                    }
                    ahead += 1;
                }
                spool.flush(day, out)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn badges(world: &World, files: &mut Files<'_>) -> Result<(), Error> {
    let at_door = |who: usize, day: Day| world.workday(who, day).is_some_and(|work| work.badge);
    for (month, from, to) in months(world) {
        // an access system without an event in a month exports none
        if !(from..=to).any(|day| (0..world.people.len()).any(|who| at_door(who, day))) {
            continue;
        }
        files.file(&format!("attestations/badge_events-{month}.csv"), |out| {
            let mut sheet = crate::export::Sheet::new(out, attestations::BADGES)?;
            for day in from..=to {
                let mut rows = vec![];
                for who in 0..world.people.len() {
                    if let Some(work) = world.workday(who, day).filter(|work| work.badge) {
                        rows.push(attestations::badge(world, who, day, work.place, work.start - 6));
                    }
                }
                rows.sort();
                rows.iter().try_for_each(|(_, row)| sheet.row(row))?;
            }
            sheet.finish()
        })?;
    }
    Ok(())
}

fn summary(plan: &Plan, world: &World, files: Vec<String>) -> Summary {
    let tells = |worker: usize| {
        let own = world.truth.tells.iter().filter(|tell| tell.worker == worker && tell.records > 0);
        let mut ids: Vec<String> = own.map(|tell| tell.id.to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let planted = world.truth.parts.iter().map(|part| Part {
        worker_id: world.people[part.worker].id.clone(),
        scheme: part.scheme.to_owned(),
        role: part.role.word().to_owned(),
        farm: part.group.map(|group| world.truth.groups[group].name.clone()),
        tells: tells(part.worker),
    });
    let mut innocents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, worker) in &world.truth.innocents {
        innocents.entry((*id).to_owned()).or_default().push(world.people[*worker].id.clone());
    }
    Summary {
        workers: plan.workers,
        days: plan.days,
        until: plan.until,
        files,
        planted: planted.collect(),
        innocents,
    }
}
