//! Farms and rings that judgement finds and linkage cannot, beside those of the lake: towns of machines that somebody else works
//! ([`scoring::town`]), and open cases that one shared thing ties ([`scoring::tied`]).

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, rows};
use model::link::Component;
use scoring::tied::{self, CONDUCT, Kind, Tied};
use scoring::town::borne_by_most;
use scoring::{Report, Subject};

use crate::error::Result;
use crate::person;

/// What a town is told by.
const TOWN: &str = "town";

/// One farm or ring that no table of linkage knows.
#[derive(Debug, Clone)]
pub struct Found {
    /// Farm or ring.
    pub kind: Kind,
    /// Made from its smallest member and kinds.
    pub id: String,
    /// Its people.
    pub members: BTreeSet<String>,
    /// Kinds of traces that tell of it.
    pub traces: BTreeSet<String>,
    /// Shared things that tie its people, by component.
    pub components: BTreeSet<String>,
    /// Company laptops of theirs.
    pub devices: u64,
    /// Declared homes.
    pub homes: u64,
}

/// Farms and rings of a judgement.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// Those that no table of linkage knows.
    found: Vec<Found>,
    /// Ids of all that are spoken of: somebody in them has an open case.
    said: BTreeSet<String>,
}

impl Groups {
    /// Found ones that are called so.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |one| one.kind == kind)
    }

    /// Whether it is spoken of. What ties people none of whom stands open is a trace and no farm, whatever linkage calls it.
    #[must_use]
    pub fn is_said(&self, id: &str) -> bool {
        self.said.contains(id)
    }
}

impl Found {
    fn new(kind: Kind, id: String, members: BTreeSet<String>, traces: BTreeSet<String>) -> Self {
        Self { kind, id, members, traces, components: BTreeSet::new(), devices: 0, homes: 0 }
    }
}

/// Finds them, and notes on their people which farm or ring they belong to: who is in one that linkage found stays there,
/// whoever is in none is not named by what is said of a town, and one in which nobody has an open case is said of nobody.
pub(crate) async fn find(
    lake: &Lake,
    report: &mut Report,
    subjects: &mut BTreeMap<String, Subject>,
    components: &[Component],
) -> Result<Groups> {
    let mut out = Vec::new();
    let farm_of = |id: &str| subjects.get(id).and_then(|one| one.farm.clone());
    for town in scoring::town::towns(&report.assessments, &farm_of) {
        let members = free(subjects, Kind::Farm, town.members);
        enter(subjects, Kind::Farm, &members, &town.id);
        if !town.is_known && !members.is_empty() {
            let traces = BTreeSet::from([TOWN.to_owned(), CONDUCT.to_owned()]);
            out.push(Found::new(Kind::Farm, town.id, members, traces));
        }
    }
    let kinds: BTreeMap<&str, &str> =
        components.iter().map(|one| (one.id.as_str(), one.kind.as_str())).collect();
    for tied in tied::groups(&report.assessments) {
        if tied.kind == Kind::Farm || !is_of_a_farm(subjects, &tied) {
            out.extend(named(subjects, tied, &kinds));
        }
    }
    let said = spoken_of(report, subjects);
    out.retain(|one| said.contains(&one.id));
    for one in &mut out {
        [one.devices, one.homes] = counts(lake, &one.members).await?;
    }
    let farm_of = |id: &str| subjects.get(id).and_then(|one| one.farm.clone());
    scoring::town::name_only(&mut report.assessments, &farm_of);
    Ok(Groups { found: out, said })
}

/// Farms and rings in which somebody has an open case; the others are said of nobody.
fn spoken_of(report: &Report, subjects: &mut BTreeMap<String, Subject>) -> BTreeSet<String> {
    let opened =
        report.assessments.iter().filter(|one| one.case).filter_map(|one| subjects.get(&one.subject));
    let said: BTreeSet<String> = opened.flat_map(|one| [&one.farm, &one.ring]).flatten().cloned().collect();
    for one in subjects.values_mut() {
        one.farm.take_if(|id| !said.contains(id));
        one.ring.take_if(|id| !said.contains(id));
    }
    said
}

/// What a farm's people share besides the house makes no ring of them.
fn is_of_a_farm(subjects: &BTreeMap<String, Subject>, tied: &Tied) -> bool {
    let farms = tied.members.iter().filter_map(|id| subjects.get(id)?.farm.as_ref());
    farms.count() * 2 > tied.members.len()
}

/// A group under the name that most of its people bear, or under a new one.
fn named(
    subjects: &mut BTreeMap<String, Subject>,
    tied: Tied,
    kinds: &BTreeMap<&str, &str>,
) -> Option<Found> {
    let mut traces: BTreeSet<String> = tied
        .components
        .iter()
        .filter_map(|id| kinds.get(id.as_str()))
        .map(|kind| (*kind).to_owned())
        .collect();
    traces.extend(tied.facts.get(CONDUCT).cloned());
    let names = tied.members.iter().filter_map(|id| place(subjects.get_mut(id)?, tied.kind).clone());
    let known = borne_by_most(names);
    let members = free(subjects, tied.kind, tied.members);
    if let Some(id) = known {
        enter(subjects, tied.kind, &members, &id);
        return None;
    }
    // one who is left over from another group is none
    let smallest = members.first().filter(|_| members.len() >= 2)?;
    let said: Vec<&str> = traces.iter().map(String::as_str).collect();
    let id = match tied.kind {
        Kind::Farm => format!("S-{smallest}-{}-1", said.join("+")),
        Kind::Ring => format!("R-{smallest}-{}", said.join("+")),
    };
    enter(subjects, tied.kind, &members, &id);
    Some(Found { components: tied.components, ..Found::new(tied.kind, id, members, traces) })
}

fn place(subject: &mut Subject, kind: Kind) -> &mut Option<String> {
    match kind {
        Kind::Farm => &mut subject.farm,
        Kind::Ring => &mut subject.ring,
    }
}

/// Those who are in none yet.
fn free(
    subjects: &mut BTreeMap<String, Subject>,
    kind: Kind,
    mut members: BTreeSet<String>,
) -> BTreeSet<String> {
    members.retain(|id| subjects.get_mut(id).is_some_and(|one| place(one, kind).is_none()));
    members
}

fn enter(subjects: &mut BTreeMap<String, Subject>, kind: Kind, members: &BTreeSet<String>, id: &str) {
    for member in members {
        if let Some(one) = subjects.get_mut(member) {
            *place(one, kind) = Some(id.to_owned());
        }
    }
}

/// Laptops and declared homes of some people.
async fn counts(lake: &Lake, members: &BTreeSet<String>) -> Result<[u64; 2]> {
    let list = person::quoted(members);
    let mut out = [0, 0];
    let asked = [("device_id", "device_worker"), ("coalesce(home_building, worker_id)", "worker")];
    for (count, (what, table)) in out.iter_mut().zip(asked) {
        let sql = format!("SELECT count(DISTINCT {what}) FROM {table} WHERE worker_id IN ({list})");
        for batch in lake.query(&sql).await? {
            *count += rows::ints(&batch, 0).into_iter().flatten().sum::<i64>().unsigned_abs();
        }
    }
    Ok(out)
}
