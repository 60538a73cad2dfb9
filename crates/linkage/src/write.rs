//! Findings as rows.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, rows};
use model::link::{Family, Mark};
use model::{Cell, Time, derived as d};

use crate::component::Component;
use crate::questions;
use crate::read::{Seen, until};
use crate::who::Worker;
use crate::{Findings, Result, Settings};

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

fn maybe(value: Option<&String>) -> Cell {
    value.cloned().map_or(Cell::Null, Cell::Text)
}

fn int(value: usize) -> Cell {
    Cell::Int(value as i64)
}

fn instant(value: Option<Time>) -> Cell {
    value.map_or(Cell::Null, Cell::Time)
}

fn worker(worker: &Worker) -> Vec<Cell> {
    let [city, region, postcode, country] = &worker.area;
    let [department, title, manager] = &worker.post;
    vec![
        text(&worker.id),
        text(if worker.is_applicant { "applicant" } else { "worker" }),
        maybe(worker.work_email.as_ref().or(worker.personal_email.as_ref())),
        maybe(worker.name.as_ref()),
        maybe(worker.home.as_ref()),
        maybe(worker.building.as_ref()),
        maybe(city.as_ref()),
        maybe(region.as_ref()),
        maybe(postcode.as_ref()),
        maybe(country.as_ref()),
        maybe(worker.work_location.as_ref()),
        worker.is_remote.map_or(Cell::Null, Cell::Bool),
        Cell::Bool(worker.is_support),
        maybe(worker.agency.as_ref()),
        maybe(department.as_ref()),
        maybe(title.as_ref()),
        maybe(manager.as_ref()),
        instant(worker.start),
        instant(worker.end),
        maybe(worker.timezone.as_ref()),
        Cell::List(worker.records.clone()),
    ]
}

fn component(component: &Component) -> Vec<Cell> {
    let family = match component.kind.family() {
        Family::Place => "place",
        Family::Device => "device",
        Family::Money => "money",
        Family::Text => "text",
    };
    vec![
        text(&component.id),
        text(component.kind.name()),
        text(family),
        Cell::Bool(component.is_household_kind()),
        int(component.members.len()),
        int(component.homes),
        int(component.units),
        Cell::Bool(component.is_one_area),
        Cell::Bool(component.is_paper_only),
        int(component.days),
        int(component.degree),
        Cell::Time(component.first),
        Cell::Time(component.last),
        component.explained_by.map_or(Cell::Null, text),
        maybe(component.explanation.as_ref()),
    ]
}

fn members(component: &Component) -> impl Iterator<Item = Vec<Cell>> {
    component.members.iter().map(|member| {
        let mark = match member.mark {
            Mark::Asserted => "asserted",
            Mark::Observed => "observed",
            Mark::Verified => "verified",
        };
        vec![
            text(&component.id),
            text(&member.worker),
            text(mark),
            Cell::Bool(member.is_own_home),
            Cell::Bool(member.protects),
            int(member.days.len()),
            Cell::Time(member.first),
            Cell::Time(member.last),
            Cell::List(member.records.clone()),
        ]
    })
}

fn list(names: &BTreeSet<&'static str>) -> Cell {
    Cell::List(names.iter().map(|name| (*name).to_owned()).collect())
}

fn ring(ring: &crate::ring::Ring) -> Vec<Cell> {
    let chance = ring.chance;
    vec![
        text(&ring.id),
        text(&ring.worker),
        list(&ring.kinds),
        maybe(ring.farm.as_ref()),
        int(ring.size),
        int(ring.independent),
        Cell::List(ring.held_by.clone()),
        int(chance.draws),
        int(chance.hits),
        int(chance.rings),
    ]
}

/// For each of the two.
fn phrase(phrase: &crate::resume::Phrase) -> [Vec<Cell>; 2] {
    [(&phrase.a, &phrase.b), (&phrase.b, &phrase.a)].map(|(one, other)| {
        let counts = [phrase.words, phrase.people, phrase.of].map(int);
        [text(one), text(other), text(&phrase.text)].into_iter().chain(counts).collect()
    })
}

fn coverage(seen: &[Seen]) -> Vec<Vec<Cell>> {
    let mut by: BTreeMap<(&str, &str), Vec<&Seen>> = BTreeMap::new();
    for one in seen {
        by.entry((&one.source, one.table)).or_default().push(one);
    }
    let row = |((source, table), list): ((&str, &str), Vec<&Seen>)| {
        let keys: BTreeSet<&str> = list.iter().map(|one| one.key.as_str()).collect();
        let tied: BTreeSet<&str> =
            list.iter().filter(|one| one.worker.is_some()).map(|one| one.key.as_str()).collect();
        let workers: BTreeSet<&String> = list.iter().filter_map(|one| one.worker.as_ref()).collect();
        vec![
            text(source),
            text(table),
            instant(list.iter().map(|one| one.first).min()),
            instant(list.iter().map(|one| one.last).max()),
            Cell::Int(list.iter().map(|one| one.records).sum()),
            int(keys.len()),
            int(tied.len()),
            int(workers.len()),
        ]
    };
    by.into_iter().map(row).collect()
}

fn visible(seen: &[Seen]) -> Vec<Vec<Cell>> {
    let mut by: BTreeMap<(&str, &str), (Time, Time, i64)> = BTreeMap::new();
    for one in seen {
        let Some(worker) = &one.worker else { continue };
        let entry = by.entry((worker, one.table)).or_insert((one.first, one.last, 0));
        *entry = (entry.0.min(one.first), entry.1.max(one.last), entry.2 + one.records);
    }
    by.into_iter()
        .map(|((worker, table), (first, last, records))| {
            vec![text(worker), text(table), Cell::Time(first), Cell::Time(last), Cell::Int(records)]
        })
        .collect()
}

/// Median coordinates per city: one odd record moves nothing. Counted by the engine: a city has few points.
async fn places(lake: &Lake, settings: &Settings) -> Result<Vec<Vec<Cell>>> {
    let sql = format!(
        "SELECT src_country, lower(src_region), lower(src_city), src_lat, src_lon, count(*) FROM authentication \
         WHERE src_city IS NOT NULL AND src_lat IS NOT NULL AND src_lon IS NOT NULL \
         AND (time IS NULL OR time <= arrow_cast({}, 'Timestamp(Microsecond, None)')) \
         GROUP BY src_country, src_region, src_city, src_lat, src_lon",
        settings.judgement_time.0
    );
    type Named = [Option<String>; 3];
    let mut by: BTreeMap<Named, (Points, Points)> = BTreeMap::new();
    for batch in lake.query(&sql).await? {
        let [country, region, city] = [0, 1, 2].map(|at| rows::texts(&batch, at));
        let (lat, lon) = (rows::floats(&batch, 3), rows::floats(&batch, 4));
        let counts = rows::ints(&batch, 5);
        for row in 0..batch.num_rows() {
            let entry = by.entry([country[row].clone(), region[row].clone(), city[row].clone()]).or_default();
            let count = counts[row].unwrap_or_default();
            entry.0.extend(lat[row].map(|lat| (lat, count)));
            entry.1.extend(lon[row].map(|lon| (lon, count)));
        }
    }
    Ok(by
        .into_iter()
        .map(|(name, (lat, lon))| {
            let records = Cell::Int(lat.iter().map(|(_, count)| count).sum());
            let [country, region, city] = name;
            vec![
                maybe(country.as_ref()),
                maybe(region.as_ref()),
                maybe(city.as_ref()),
                median(lat),
                median(lon),
                records,
            ]
        })
        .collect())
}

/// Values and how often each occurs.
type Points = Vec<(f64, i64)>;

/// The upper median.
fn median(mut points: Points) -> Cell {
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut behind = points.iter().map(|(_, count)| count).sum::<i64>() / 2;
    for (value, count) in points {
        if behind < count {
            return Cell::Float(value);
        }
        behind -= count;
    }
    Cell::Null
}

async fn exits(lake: &Lake, settings: &Settings) -> Result<Vec<Vec<Cell>>> {
    let mut out = Vec::new();
    let sql = format!("SELECT * FROM ({}) ORDER BY src_ip", questions::exits(&until(settings)));
    for batch in lake.query(&sql).await? {
        let (address, operator) = (rows::texts(&batch, 0), rows::texts(&batch, 1));
        out.extend(
            address.iter().zip(&operator).map(|(ip, who)| vec![maybe(ip.as_ref()), maybe(who.as_ref())]),
        );
    }
    Ok(out)
}

pub(crate) async fn publish(
    lake: &mut Lake,
    settings: &Settings,
    found: &Findings,
    seen: &[Seen],
) -> Result<()> {
    let places = places(lake, settings).await?;
    let exits = exits(lake, settings).await?;
    let mut commit = lake.begin().await?;
    commit.replace(&d::worker::TABLE, found.workers.iter().map(worker).collect())?;
    let account = |a: &crate::who::Account| {
        vec![text(&a.source), text(&a.account), maybe(a.worker.as_ref()), text(a.rule)]
    };
    commit.replace(&d::account::TABLE, found.accounts.iter().map(account).collect())?;
    let alias = |(alias, device): (&String, &String)| vec![text(alias), text(device)];
    commit.replace(&d::device_alias::TABLE, found.devices.aliases.iter().map(alias).collect())?;
    let owners = found.devices.owners.iter().map(|(device, owner)| {
        vec![
            text(device),
            text(&owner.worker),
            text(owner.rule.name()),
            Cell::Bool(owner.is_shared),
            Cell::List(owner.records.clone()),
        ]
    });
    commit.replace(&d::device_worker::TABLE, owners.collect())?;
    let home =
        |h: &crate::household::Household| vec![text(&h.id), text(&h.worker), int(h.size), text(h.rule)];
    commit.replace(&d::household::TABLE, found.households.iter().map(home).collect())?;
    commit.replace(&d::coverage::TABLE, coverage(seen))?;
    commit.replace(&d::visible::TABLE, visible(seen))?;
    commit.replace(&d::component::TABLE, found.components.iter().map(component).collect())?;
    commit.replace(&d::component_member::TABLE, found.components.iter().flat_map(members).collect())?;
    let sites = found.sites.iter().map(|s| {
        let devices = found.devices.owners.values().filter(|o| s.members.contains_key(&o.worker)).count();
        vec![text(&s.id), text(s.kind), int(s.members.len()), int(devices), int(s.homes), list(&s.traces)]
    });
    commit.replace(&d::site::TABLE, sites.collect())?;
    let stands = found
        .sites
        .iter()
        .flat_map(|s| s.members.iter().map(|(worker, days)| vec![text(&s.id), text(worker), int(*days)]));
    commit.replace(&d::site_member::TABLE, stands.collect())?;
    commit.replace(&d::ring::TABLE, found.rings.iter().map(ring).collect())?;
    let persona =
        |p: &crate::persona::Persona| vec![text(&p.cluster), text(&p.worker), list(&p.kinds), int(p.size)];
    commit.replace(&d::persona::TABLE, found.personas.iter().map(persona).collect())?;
    commit.replace(&d::shared_phrase::TABLE, found.phrases.iter().flat_map(phrase).collect())?;
    commit.replace(&d::place::TABLE, places)?;
    commit.replace(&d::anonymiser_address::TABLE, exits)?;
    let address = |row: &crate::address::Row| {
        vec![text(&row.token), text(&row.place), text(&row.building), row.class.map_or(Cell::Null, text)]
    };
    commit.replace(&d::address::TABLE, found.addresses.iter().map(address).collect())?;
    commit.publish().await?;
    lake.refresh().await?;
    Ok(())
}
