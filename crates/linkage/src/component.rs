//! Tokens that two or more people carry at the same time.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::link::Mark;

use crate::trace::{Kind, Trace, are_shared};
use crate::who::Worker;

/// One person's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Person.
    pub worker: String,
    /// How the token became known for this person.
    pub mark: Mark,
    /// The place is the declared home.
    pub is_own_home: bool,
    /// Adds nothing against this person.
    pub protects: bool,
    /// Days seen.
    pub days: BTreeSet<i64>,
    /// First seen.
    pub first: Time,
    /// Last seen.
    pub last: Time,
    /// Records, the earliest.
    pub records: Vec<String>,
}

/// One shared token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Made from kind and smallest member.
    pub id: String,
    /// Kind.
    pub kind: Kind,
    /// The token: never written, never ordered by.
    pub token: String,
    /// Members by worker id.
    pub members: Vec<Member>,
    /// Distinct declared buildings.
    pub homes: usize,
    /// Distinct declared units.
    pub units: usize,
    /// Nearly all declare homes in one region.
    pub is_one_area: bool,
    /// Equipment that came from one desk to another: a thing that was passed on, unless more ties its people.
    pub is_passed_on: bool,
    /// Papers alone say so, and they have an everyday reading; see [`crate::explain`].
    pub is_paper_only: bool,
    /// An account of a person who is none of those paid there.
    pub is_strangers: bool,
    /// Days on which two or more were there.
    pub days: usize,
    /// People who ever carried it.
    pub degree: usize,
    /// First seen.
    pub first: Time,
    /// Last seen.
    pub last: Time,
    /// Innocent explanation.
    pub explained_by: Option<&'static str>,
    /// In a sentence.
    pub explanation: Option<String>,
}

impl Component {
    /// What couples share.
    #[must_use]
    pub fn is_household_kind(&self) -> bool {
        self.kind.is_household_kind() && !self.is_strangers
    }

    /// Worker ids of the members, sorted.
    pub fn workers(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.worker.as_str())
    }
}

const CITED: usize = 12;
/// Equipment is on somebody's desk from so many days on.
const DESK_DAYS: usize = 2;

fn member(worker: &str, traces: &[&Trace], home: Option<&str>) -> Member {
    let mut sorted: Vec<&&Trace> = traces.iter().collect();
    sorted.sort_by(|a, b| (a.first, &a.records).cmp(&(b.first, &b.records)));
    let mut records = Vec::new();
    for record in sorted.iter().flat_map(|trace| &trace.records) {
        if records.len() < CITED && !records.contains(record) {
            records.push(record.clone());
        }
    }
    Member {
        worker: worker.to_owned(),
        mark: traces.iter().map(|trace| trace.mark).max().unwrap_or(Mark::Asserted),
        is_own_home: traces.iter().any(|t| t.kind.is_address() && Some(t.token.as_str()) == home),
        protects: false,
        days: traces.iter().flat_map(|t| [t.first.day(), t.last.day()]).collect(),
        first: traces.iter().map(|trace| trace.first).min().unwrap_or_default(),
        last: traces.iter().map(|trace| trace.last).max().unwrap_or_default(),
        records,
    }
}

/// Whoever hosts laptops carries a monitor from one to the next; a thing that lay about for longer was passed on.
const DESK_GAP_DAYS: i64 = 21;
/// A computer is somebody's for so long.
const DEVICE_DAYS: i64 = 365;
/// A household keeps an address for so long, give or take.
const LEASE_DAYS: i64 = 30;

/// Whether two people carried the token at the same time, as far as the kind of token can tell.
pub(crate) fn together(kind: Kind, a: (&Member, Option<&Worker>), b: (&Member, Option<&Worker>)) -> bool {
    let overlap = |a: (Time, Time), b: (Time, Time)| a.0 <= b.1 && b.0 <= a.1;
    if kind.is_network() {
        return a.0.days.intersection(&b.0.days).next().is_some();
    }
    // One interview is an hour: the next persona's is another day's.
    let near = |days: i64| a.0.first.plus_days(-days) <= b.0.last && b.0.first.plus_days(-days) <= a.0.last;
    let is_candidate = |worker: Option<&Worker>| worker.is_some_and(|worker| worker.is_applicant);
    match kind {
        // A laptop that one worker gave back goes to the next.
        Kind::MeetingDevice if !is_candidate(a.1) && !is_candidate(b.1) => {
            return overlap((a.0.first, a.0.last), (b.0.first, b.0.last));
        }
        Kind::MeetingDevice | Kind::RemoteId => return near(DEVICE_DAYS),
        Kind::InterviewIp => return near(LEASE_DAYS),
        _ => {}
    }
    if kind.is_desk() {
        return near(DESK_GAP_DAYS);
    }
    if kind.is_machine() && kind != Kind::FactorDevice {
        return overlap((a.0.first, a.0.last), (b.0.first, b.0.last));
    }
    // Written down once, true while the engagement lasts: so is a phone that was registered for approvals.
    let engagement = |worker: Option<&Worker>| {
        let end = worker.and_then(|worker| worker.end).unwrap_or(Time(i64::MAX));
        (worker.and_then(|worker| worker.start).unwrap_or(Time(i64::MIN)), end)
    };
    overlap(engagement(a.1), engagement(b.1))
}

/// Builds every component, unexplained, ordered by kind, smallest member and time.
#[must_use]
pub fn build(workers: &[Worker], traces: &[Trace]) -> Vec<Component> {
    let of: BTreeMap<&str, &Worker> = workers.iter().map(|worker| (worker.id.as_str(), worker)).collect();
    let mut carried: BTreeMap<(Kind, &str), BTreeMap<&str, Vec<&Trace>>> = BTreeMap::new();
    let shared = are_shared(traces);
    for trace in traces.iter().zip(shared).filter(|(_, shared)| *shared).map(|(trace, _)| trace) {
        carried.entry((trace.kind, &trace.token)).or_default().entry(&trace.worker).or_default().push(trace);
    }
    let mut out = Vec::new();
    let person = |id: &'_ str| of.get(id).map_or_else(|| id.to_owned(), |worker| worker.person().to_owned());
    for ((kind, token), people) in carried.into_iter().filter(|(_, people)| people.len() >= 2) {
        let all: Vec<Member> = people
            .iter()
            .map(|(id, traces)| member(id, traces, of.get(id).and_then(|worker| worker.place.as_deref())))
            .collect();
        let who: Vec<String> = all.iter().map(|member| person(&member.worker)).collect();
        let degree = who.iter().collect::<BTreeSet<_>>().len();
        // A stick plugged in once while laptops were prepared stands on nobody's desk.
        let lasts = |member: &Member| !kind.is_desk() || member.days.len() >= DESK_DAYS;
        let shares = |at: usize| {
            let a = (&all[at], of.get(all[at].worker.as_str()).copied());
            lasts(a.0)
                && all.iter().enumerate().any(|(other, b)| {
                    who[other] != who[at]
                        && lasts(b)
                        && together(kind, a, (b, of.get(b.worker.as_str()).copied()))
                })
        };
        let keep: Vec<bool> = (0..all.len()).map(shares).collect();
        let mut members: Vec<Member> =
            all.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(member, _)| member).collect();
        // Where equipment only was declared as a home by all, it was never sent there: the home speaks.
        let only_homes = members.iter().all(|m| m.is_own_home && m.mark == Mark::Asserted);
        if members.len() < 2 || (kind == Kind::ShipTo && only_homes) {
            continue;
        }
        protect(&mut members);
        out.push(finish(kind, token, members, degree, &of));
    }
    name(&mut out);
    out
}

/// Nothing speaks against whoever lives there or was seen there while everybody else merely wrote it down.
fn protect(members: &mut [Member]) {
    let firm: Vec<bool> = members.iter().map(|m| m.is_own_home || m.mark > Mark::Asserted).collect();
    if let ([Some(at)], true) =
        (&[firm.iter().position(|firm| *firm)], firm.iter().filter(|f| **f).count() == 1)
    {
        members[*at].protects = true;
    }
}

fn finish(
    kind: Kind,
    token: &str,
    members: Vec<Member>,
    degree: usize,
    of: &BTreeMap<&str, &Worker>,
) -> Component {
    let distinct = |value: &dyn Fn(&Worker) -> Option<String>| {
        let mut known = BTreeSet::new();
        let mut unknown = 0;
        for member in &members {
            match of.get(member.worker.as_str()).and_then(|worker| value(worker)) {
                Some(value) => _ = known.insert(value),
                None => unknown += 1,
            }
        }
        known.len() + unknown
    };
    let homes = distinct(&|worker| worker.building.clone());
    let units = distinct(&|worker| worker.place.clone());
    let mut per_day: BTreeMap<i64, usize> = BTreeMap::new();
    for day in members.iter().flat_map(|member| &member.days) {
        *per_day.entry(*day).or_default() += 1;
    }
    Component {
        id: String::new(),
        kind,
        token: token.to_owned(),
        homes,
        units,
        is_one_area: is_one_area(&members, of),
        is_passed_on: kind.is_desk()
            && !members
                .iter()
                .enumerate()
                .any(|(at, a)| members[at + 1..].iter().any(|b| a.first <= b.last && b.first <= a.last)),
        is_paper_only: false,
        is_strangers: false,
        days: per_day.values().filter(|people| **people >= 2).count(),
        degree,
        first: members.iter().map(|member| member.first).min().unwrap_or_default(),
        last: members.iter().map(|member| member.last).max().unwrap_or_default(),
        members,
        explained_by: None,
        explanation: None,
    }
}

/// Whether three quarters of the members whose homes are known, at least two and half of all, declare homes in one region
/// of one country; where a roster has no regions, in one city.
fn is_one_area(members: &[Member], of: &BTreeMap<&str, &Worker>) -> bool {
    let mut areas: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut known = 0;
    for worker in members.iter().filter_map(|member| of.get(member.worker.as_str())) {
        let [city, region, _, country] =
            worker.area.each_ref().map(|text| text.as_deref().map(measure::text::fold));
        if let Some(area) = region.or(city) {
            *areas.entry((country.unwrap_or_default(), area)).or_default() += 1;
            known += 1;
        }
    }
    areas.values().any(|people| *people >= 2 && people * 2 >= members.len() && people * 4 >= known * 3)
}

fn name(components: &mut [Component]) {
    let order = |c: &Component| {
        let ids: Vec<String> = c.workers().map(str::to_owned).collect();
        let records: Vec<String> = c.members.iter().flat_map(|m| m.records.iter().cloned()).collect();
        (c.kind, ids.first().cloned(), c.first, ids, c.last, records)
    };
    components.sort_by_cached_key(order);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for component in components {
        let smallest = component.members.first().map_or("", |member| member.worker.as_str());
        let prefix = format!("C-{}-{smallest}", component.kind.name());
        let n = counts.entry(prefix.clone()).or_default();
        *n += 1;
        component.id = format!("{prefix}-{n}");
    }
}
