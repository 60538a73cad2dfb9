//! The board of a farm: workers, laptops, places and money in four columns, sorted so that it looks the same on every
//! load. A line without a sentence and records does not exist.

use std::collections::{BTreeMap, BTreeSet};

use casework::Right;
use schemars::JsonSchema;
use serde::Serialize;

use super::guise::Guise;
use super::lanes::{self, Lane, window};
use super::opening::{Seen, is_closed, is_own_site, seen};
use super::ties::Part;
use super::{Board, Desk, User};
use crate::error::{Error, Result};
use crate::lineage::Of;
use crate::ring::RingFile;

/// Most rows of one column; the rest is counted.
pub const ROWS: usize = 40;

/// Most things drawn at once.
pub const MOST: usize = 150;
/// Columns of the board.
pub const COLUMNS: [&str; 4] = ["worker", "laptop", "site", "money"];
/// What is asked for to see every lane.
pub const LANES: &str = "lane";
/// Openings told of.
const SEEN: u32 = 12;
/// Places told of.
const PLACES: usize = 4;

/// One thing on the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Node {
    /// Key within this board.
    pub key: String,
    /// worker, laptop, site or money.
    pub column: &'static str,
    /// What is written on it.
    pub label: String,
    /// A line below.
    pub note: String,
    /// Where it leads.
    pub link: Option<String>,
}

/// One line between two things.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Edge {
    /// Key of one.
    pub from: String,
    /// Key of the other.
    pub to: String,
    /// solid: same serial or account; dashed: probable; dotted: shared network only.
    pub style: &'static str,
    /// What it weighs in the assessment of its person, bits, and how thick the line is; missing for a line that merely
    /// says whose laptop it is.
    pub bits: Option<f64>,
    /// Days on which it was seen.
    pub days: u64,
    /// What it says.
    pub sentence: String,
    /// The innocent explanation that covers it, else those that might.
    pub innocent: Option<String>,
    /// Records, for a reader who has opened the person.
    pub records: Vec<String>,
}

/// Where sign-ins came from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SeenIn {
    /// City and region of the addresses.
    pub place: String,
    /// Sign-ins.
    pub sign_ins: u64,
    /// People.
    pub people: usize,
    /// Roughly where that is, where the logs say so.
    pub near: Option<Near>,
}

/// A place to half a degree, about 50 km: enough for a map, and nobody's street.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Near {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// One farm.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FarmFile {
    /// F-2.
    pub name: String,
    /// Laptops.
    pub devices: u64,
    /// Workers.
    pub workers: usize,
    /// Distinct declared homes.
    pub homes: u64,
    /// Kinds of agreeing traces.
    pub traces: Vec<String>,
    /// Things, in the order of the board.
    pub nodes: Vec<Node>,
    /// Lines.
    pub edges: Vec<Edge>,
    /// Lanes, one for each laptop and its person.
    pub lanes: Vec<Lane>,
    /// Lanes that are not drawn.
    pub lanes_not_drawn: usize,
    /// Days that board, places and lanes show.
    pub window: Days,
    /// What kind of place parcels went to, as carriers, orders and addresses say, and how many.
    pub parcels: BTreeMap<String, u64>,
    /// Agencies, vendors and employers of record that the roster names among its people.
    pub employers: Vec<String>,
    /// People of whom the roster names no employer but the company.
    pub own_staff: usize,
    /// Things that are not drawn, by column.
    pub not_drawn: BTreeMap<&'static str, usize>,
    /// Lines that weigh less than asked for, or lie outside the window.
    pub hidden_edges: usize,
    /// Lines of things that are not drawn.
    pub edges_not_drawn: usize,
    /// Where most sign-ins of its people came from.
    pub seen_in: Vec<SeenIn>,
    /// Open cases among its people.
    pub cases: usize,
    /// Rings among its people.
    pub rings: Vec<RingFile>,
    /// What became of it, judgement by judgement.
    pub history: Vec<String>,
    /// Who has opened its people, newest first, and whom, by pseudonym.
    pub seen_by: Vec<OpenedBy>,
}

/// Days since 1970, both of them in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Days {
    /// First.
    pub first: i64,
    /// Last.
    pub last: i64,
}

/// That somebody opened a person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OpenedBy {
    /// What the history says.
    #[serde(flatten)]
    pub entry: Seen,
    /// Whom: P-7.
    pub whom: String,
}

/// One farm in the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FarmRow {
    /// F-2.
    pub name: String,
    /// Laptops.
    pub laptops: u64,
    /// Workers.
    pub workers: u64,
    /// Distinct declared homes.
    pub homes: u64,
    /// Kinds of agreeing traces.
    pub traces: Vec<String>,
    /// Open cases among its people.
    pub cases: usize,
}

impl Desk {
    /// Every farm.
    pub async fn farms(&self, user: &User) -> Result<Vec<FarmRow>> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let cases = self.cases().await?;
        let mut live: BTreeMap<&str, usize> = BTreeMap::new();
        for (case, _) in cases.iter().filter(|(case, _)| case.status.is_live()) {
            let farm = board.person(&case.subject).and_then(|one| one.person.farm.as_deref());
            if let Some(farm) = farm {
                *live.entry(farm).or_default() += 1;
            }
        }
        let row = |line: &crate::check::FarmLine| FarmRow {
            name: line.alias.clone(),
            laptops: line.devices,
            workers: line.members,
            homes: line.homes,
            traces: line.traces.clone(),
            cases: board.site(&line.alias).and_then(|site| live.get(site).copied()).unwrap_or(0),
        };
        let is_own = |line: &&crate::check::FarmLine| {
            board.site(&line.alias).is_some_and(|site| is_own_site(&board, user, site))
        };
        Ok(board.farms.iter().filter(|line| !is_own(line)).map(row).collect())
    }

    /// Every ring but the user's own.
    pub async fn rings(&self, user: &User) -> Result<Vec<RingFile>> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let opened = self.opened(user).await?;
        let guise = Guise { board: &board, opened: &opened };
        Ok(rings(&board, user, &guise, |_| true))
    }

    /// One farm, as far as it is asked for.
    pub async fn farm(&self, user: &User, name: &str, asked: &Shown) -> Result<FarmFile> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let missing = || Error::Missing("no farm is called that".into());
        let site_id = board.site(name).ok_or_else(missing)?;
        let site = board.ties.sites.get(site_id).ok_or_else(missing)?;
        if is_own_site(&board, user, site_id) {
            // they do not see it in the list either
            return Err(missing());
        }
        let opened = self.opened(user).await?;
        let guise = Guise { board: &board, opened: &opened };
        let (nodes, edges) = (Vec::new(), Vec::new());
        let mut draft =
            Draft { guise: &guise, nodes, edges, laptops: BTreeMap::new(), ends: BTreeMap::new() };
        draft.draw(&site.members);
        let mut lanes = draft.lanes(&site.members);
        let window = window(&lanes, asked.from, asked.to);
        lanes.iter_mut().for_each(|lane| lane.within(window));
        let most = if asked.whole == LANES { lanes.len() } else { ROWS };
        let lanes_not_drawn = lanes.len().saturating_sub(most);
        lanes.truncate(most);
        let (kept, hidden) = draft.shown(asked.least_bits, window);
        let (nodes, not_drawn) = capped(draft.nodes, &asked.whole);
        let drawn: BTreeSet<&str> = nodes.iter().map(|node| node.key.as_str()).collect();
        let (edges, beside): (Vec<Edge>, Vec<Edge>) = kept
            .into_iter()
            .partition(|edge| drawn.contains(edge.from.as_str()) && drawn.contains(edge.to.as_str()));
        let cases = self.cases().await?;
        let live = |id: &String| cases.about(id).any(|(case, _)| case.status.is_live());
        let workers: Vec<&String> = site.members.iter().map(|(worker, _)| worker).collect();
        let mut parcels: BTreeMap<String, u64> = BTreeMap::new();
        for (kind, count) in workers.iter().filter_map(|worker| board.ties.parcels.get(*worker)).flatten() {
            *parcels.entry(kind.clone()).or_default() += count;
        }
        let named = workers.iter().filter_map(|worker| board.ties.employers.get(*worker));
        let own_staff = workers.len() - named.clone().count();
        Ok(FarmFile {
            name: board.farm_name(site_id).unwrap_or_default(),
            devices: site.devices,
            workers: site.members.len(),
            homes: site.homes,
            traces: site.traces.clone(),
            parcels,
            employers: named.cloned().collect::<BTreeSet<_>>().into_iter().collect(),
            own_staff,
            lanes,
            lanes_not_drawn,
            window: Days { first: window.0, last: window.1 },
            nodes,
            edges,
            not_drawn,
            hidden_edges: hidden,
            edges_not_drawn: beside.len(),
            seen_in: seen_in(&board, &site.members, window),
            cases: site.members.iter().filter(|(worker, _)| live(worker)).count(),
            rings: rings(&board, user, &guise, |ring| {
                board.rings.members.get(ring).is_some_and(|list| list.iter().any(|id| workers.contains(&id)))
            }),
            history: told(&guise, board.farm_names.get(site_id).copied()),
            seen_by: self
                .opened_of(&board, &workers)
                .await?
                .into_iter()
                .map(|(entry, whom)| OpenedBy { entry, whom })
                .collect(),
        })
    }

    /// The last openings of some people: who, when and whom, not what for.
    async fn opened_of(&self, board: &Board, people: &[&String]) -> Result<Vec<(Seen, String)>> {
        let people: Vec<String> = people.iter().map(|id| (*id).clone()).collect();
        let found = self.store.history_of(&people, "opened", SEEN).await?;
        let line = |entry: store::Entry| {
            let whom = board.pseudonym(entry.event.subject.as_deref().unwrap_or_default());
            let mut seen = seen(entry);
            (seen.purpose, seen.detail) = (None, None);
            (seen, whom)
        };
        Ok(found.into_iter().map(line).collect())
    }
}

/// What of a farm is asked for.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Without lines that weigh less, bits.
    pub least_bits: f64,
    /// First day since 1970, for board, places and lanes alike.
    pub from: Option<i64>,
    /// Last day.
    pub to: Option<i64>,
    /// A column of which all rows up to [`MOST`] are drawn, or `lane` for all lanes.
    pub whole: String,
}

/// Rings that a user may know of, the largest first. Nobody is named in them who is not open.
fn rings(board: &Board, user: &User, guise: &Guise<'_>, is_asked: impl Fn(&str) -> bool) -> Vec<RingFile> {
    let is_closed = |ring: &str| {
        let members = board.rings.members.get(ring).map_or(&[][..], Vec::as_slice);
        members.iter().any(|id| is_closed(board, user, id))
    };
    let asked = board.rings.by.iter().filter(|(id, _)| is_asked(id) && !is_closed(id));
    let shown = |ring: &RingFile| RingFile {
        history: ring.history.iter().map(|line| guise.text(line, &[])).collect(),
        ..ring.clone()
    };
    let mut out: Vec<RingFile> = asked.map(|(_, ring)| shown(ring)).collect();
    // by number, not as a text
    out.sort_by_key(|ring| (std::cmp::Reverse(ring.facts.members), ring.name.len(), ring.name.clone()));
    out
}

/// What became of a farm.
fn told(guise: &Guise<'_>, number: Option<u64>) -> Vec<String> {
    let lines = number.map(|number| guise.board.history.told(Of::Farm, number)).unwrap_or_default();
    lines.iter().map(|line| guise.text(line, &[])).collect()
}

/// Where sign-ins came from, most first.
fn seen_in(board: &Board, members: &[(String, u64)], (first, last): (i64, i64)) -> Vec<SeenIn> {
    let mut by: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for (worker, places) in members.iter().filter_map(|(id, _)| Some((id, board.ties.seen_in.get(id)?))) {
        for ((place, _), count) in places.iter().filter(|((_, day), _)| (first..=last).contains(day)) {
            let sum = by.entry(place).or_default();
            sum.0 += count;
            sum.1.insert(worker);
        }
    }
    let line = |(place, (sign_ins, people)): (&str, (u64, BTreeSet<&str>))| SeenIn {
        place: place.to_owned(),
        sign_ins,
        people: people.len(),
        near: board.ties.near(place),
    };
    let mut out: Vec<SeenIn> = by.into_iter().map(line).collect();
    out.sort_by(|a, b| b.sign_ins.cmp(&a.sign_ins).then_with(|| a.place.cmp(&b.place)));
    out.truncate(PLACES);
    out
}

/// At most so many of each column, of one of them as many as fit on a board, and how many are left out.
fn capped(nodes: Vec<Node>, whole: &str) -> (Vec<Node>, BTreeMap<&'static str, usize>) {
    let of = |column: &str| nodes.iter().filter(|node| node.column == column).count().min(ROWS);
    let others: usize = COLUMNS.iter().filter(|column| **column != whole).map(|column| of(column)).sum();
    let most = |column: &str| if column == whole { MOST.saturating_sub(others).max(ROWS) } else { ROWS };
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for node in nodes {
        let count = counts.entry(node.column).or_default();
        *count += 1;
        if *count <= most(node.column) {
            kept.push(node);
        }
    }
    counts.retain(|column, count| {
        *count = count.saturating_sub(most(column));
        *count > 0
    });
    (kept, counts)
}

struct Draft<'a> {
    guise: &'a Guise<'a>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Laptops of each person: device, key and label.
    laptops: BTreeMap<String, Vec<(String, String, String)>>,
    /// First and last day of what an edge tells, by its place; an edge that is not here tells of no days.
    ends: BTreeMap<usize, (i64, i64)>,
}

impl Draft<'_> {
    fn key(&self, worker: &str) -> String {
        format!("w {}", self.guise.board.pseudonym(worker))
    }

    fn draw(&mut self, members: &[(String, u64)]) {
        let board = self.guise.board;
        let inside: BTreeSet<&str> = members.iter().map(|(worker, _)| worker.as_str()).collect();
        for (worker, days) in members {
            let word =
                board.person(worker).map_or("not judged", |one| scoring::words(one.person.probability));
            self.nodes.push(Node {
                // made of the pseudonym: a key is no name
                key: self.key(worker),
                column: "worker",
                label: self.name(worker),
                note: if *days == 0 { word.to_owned() } else { format!("{word}, here {days} d") },
                link: Some(format!("/worker/{}", board.pseudonym(worker))),
            });
        }
        self.draw_laptops(members);
        let shared: BTreeSet<usize> =
            members.iter().filter_map(|(worker, _)| board.ties.of.get(worker)).flatten().copied().collect();
        // ten neighbours that the same people see are one thing told ten times: one row, and the rest is counted
        let mut alike: BTreeMap<(&str, &str, Vec<&str>), Vec<usize>> = BTreeMap::new();
        let ties = &board.ties.all;
        for at in shared {
            let here = ties[at].parts.iter().map(|part| part.worker.as_str());
            let mut people: Vec<&str> = here.filter(|worker| inside.contains(*worker)).collect();
            people.sort_unstable();
            alike.entry((&ties[at].family, &ties[at].kind, people)).or_default().push(at);
        }
        let mut groups: Vec<Vec<usize>> = alike.into_values().collect();
        groups.sort();
        for group in groups {
            self.tie(&group, &inside);
        }
    }

    fn draw_laptops(&mut self, members: &[(String, u64)]) {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (worker, _) in members {
            for device in self.guise.board.ties.devices.get(worker).cloned().unwrap_or_default() {
                let next = known.len() + 1;
                let number = *known.entry(device.id.clone()).or_insert(next);
                let key = format!("l {number}");
                let is_open = self.guise.opened.contains(worker);
                let label = if is_open { device.id.clone() } else { format!("L-{number}") };
                if number == next {
                    let note = if device.is_shared { "pool or loan device" } else { "company laptop" };
                    self.nodes.push(Node {
                        key: key.clone(),
                        column: "laptop",
                        label: label.clone(),
                        note: note.into(),
                        link: None,
                    });
                }
                self.edges.push(Edge {
                    from: self.key(worker),
                    to: key.clone(),
                    style: "solid",
                    bits: None,
                    days: 0,
                    sentence: format!(
                        "The laptop was tied to {} by {}.",
                        self.name(worker),
                        words(&device.rule)
                    ),
                    innocent: Some(match device.is_shared {
                        true => "It is a pool or loan device.".to_owned(),
                        false => "A company laptop is somebody's: this says nothing against them.".to_owned(),
                    }),
                    records: self.records(worker, &device.records),
                });
                self.laptops.entry(worker.clone()).or_default().push((device.id, key, label));
            }
        }
    }

    /// A lane for every laptop, in the order of the board.
    fn lanes(&self, members: &[(String, u64)]) -> Vec<Lane> {
        let none = Vec::new();
        let own = |worker: &String| {
            let laptops = self.laptops.get(worker).unwrap_or(&none);
            lanes::of(self.guise, &self.guise.board.ties.diaries, worker, laptops)
        };
        members.iter().flat_map(|(worker, _)| own(worker)).collect()
    }

    fn tie(&mut self, group: &[usize], inside: &BTreeSet<&str>) {
        let tie = &self.guise.board.ties.all[group[0]];
        let (column, style) = match tie.family.as_str() {
            "money" => ("money", "solid"),
            "device" => ("site", "solid"),
            "place" if matches!(tie.kind.as_str(), "egress_ip" | "bssid") => ("site", "dotted"),
            "place" => ("site", "dashed"),
            _ => return,
        };
        let here: Vec<_> = tie.parts.iter().filter(|part| inside.contains(part.worker.as_str())).collect();
        if here.len() < 2 {
            return;
        }
        let key = format!("t {}", group[0]);
        let count = group.len();
        self.nodes.push(Node {
            key: key.clone(),
            column,
            label: if count > 1 { format!("{} (×{count})", words(&tie.kind)) } else { words(&tie.kind) },
            note: format!("{} people, {} declared homes", tie.parts.len(), tie.homes),
            link: None,
        });
        for part in here {
            // of things told as one, what the heaviest weighs
            let all = group.iter().flat_map(|at| &self.guise.board.ties.all[*at].parts);
            let own = all.filter(|other| other.worker == part.worker).max_by_key(|other| other.millibits);
            let heaviest = own.unwrap_or(part);
            let home = if part.is_own_home { "; it is their declared home" } else { "" };
            if let (Some(first), Some(last)) = (crate::day_of(&part.first), crate::day_of(&part.last)) {
                self.ends.insert(self.edges.len(), (first, last));
            }
            self.edges.push(Edge {
                from: self.seen_by(&part.worker, column),
                to: key.clone(),
                style,
                bits: Some(heaviest.millibits as f64 / 1000.0),
                days: part.days,
                sentence: format!(
                    "{} was {} with this {} on {} days, {} to {}{home}.",
                    self.name(&part.worker),
                    part.mark,
                    words(&tie.kind),
                    part.days,
                    part.first,
                    part.last
                ),
                innocent: tie.explanation.clone().or_else(|| self.might_be(&part.worker, heaviest)),
                records: self.records(&part.worker, &part.records),
            });
        }
    }

    /// Where a line to a place begins: at the laptop by which somebody is seen there, where they have only one.
    fn seen_by(&self, worker: &str, column: &str) -> String {
        match self.laptops.get(worker).map(Vec::as_slice) {
            Some([(_, key, _)]) if column == "site" => key.clone(),
            _ => self.key(worker),
        }
    }

    /// The innocent explanations that the indicator behind a tie knows.
    fn might_be(&self, worker: &str, part: &Part) -> Option<String> {
        let none = || Some("It weighs nothing for this person.".to_owned());
        let Some(indicator) = &part.indicator else { return none() };
        let evidence = &self.guise.board.person(worker)?.person.evidence;
        let found = evidence.iter().find(|item| item.indicator == *indicator && !item.innocent.is_empty())?;
        Some(format!("It might be: {}.", found.innocent.join("; ").trim_end_matches('.')))
    }

    /// Lines that weigh enough and were there in the window, and how many others there are. Things whose lines are all
    /// among the others go with them.
    fn shown(&mut self, least_bits: f64, (first, last): (i64, i64)) -> (Vec<Edge>, usize) {
        let ends = std::mem::take(&mut self.ends);
        let fits = |(at, edge): &(usize, Edge)| {
            let weighs = edge.bits.is_none_or(|bits| bits >= least_bits);
            // an account or a serial number stays the same after it was told
            let lasts = edge.style == "solid";
            let is_there = |(begins, ends): &(i64, i64)| *begins <= last && (lasts || *ends >= first);
            weighs && ends.get(at).is_none_or(is_there)
        };
        let (kept, hidden): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.edges).into_iter().enumerate().partition(fits);
        let kept: Vec<Edge> = kept.into_iter().map(|(_, edge)| edge).collect();
        let reached: BTreeSet<&str> = kept.iter().map(|edge| edge.to.as_str()).collect();
        self.nodes.retain(|node| !node.key.starts_with("t ") || reached.contains(node.key.as_str()));
        (kept, hidden.len())
    }

    /// Roster id where the reader has opened the person, else the pseudonym.
    fn name(&self, worker: &str) -> String {
        let pseudonym = self.guise.board.pseudonym(worker);
        if self.guise.opened.contains(worker) { format!("{pseudonym} ({worker})") } else { pseudonym }
    }

    fn records(&self, worker: &str, records: &[String]) -> Vec<String> {
        if self.guise.opened.contains(worker) { records.to_vec() } else { Vec::new() }
    }
}

/// `egress_ip` in words.
#[must_use]
pub fn words(kind: &str) -> String {
    match kind {
        "egress_ip" => "public address".into(),
        "bssid" => "wireless access point".into(),
        "gateway_mac" => "gateway".into(),
        "neighbour_mac" => "machine next to it".into(),
        other => other.replace('_', " "),
    }
}
