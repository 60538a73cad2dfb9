//! The board of a farm: workers, laptops, places and money in four columns, sorted so that it looks the same on every
//! load. A line without a sentence and records does not exist.

use std::collections::{BTreeMap, BTreeSet};

use casework::Right;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Board, Desk, User};
use crate::error::{Error, Result};

/// Most rows of one column; the rest is counted.
pub const ROWS: usize = 40;

/// Most things drawn at once.
pub const MOST: usize = 150;
/// Columns of the board.
pub const COLUMNS: [&str; 4] = ["worker", "laptop", "site", "money"];
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
    /// Days on which it was seen; how thick the line is.
    pub days: u64,
    /// What it says.
    pub sentence: String,
    /// The innocent explanation, where one covers it.
    pub innocent: Option<String>,
    /// Records, for a reader who has opened the person.
    pub records: Vec<String>,
}

/// Something on a day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Mark {
    /// Day since 1970.
    pub day: i64,
    /// shipped, delivered, first report, remote control, meeting or pay set.
    pub kind: &'static str,
}

/// Some days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Span {
    /// First day since 1970.
    pub first: i64,
    /// Last day since 1970.
    pub last: i64,
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

/// One lane: what happened on which day with somebody's laptop.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Lane {
    /// P-7.
    pub person: String,
    /// Sign-ins by day since 1970.
    pub days: BTreeMap<i64, u64>,
    /// What else, by day.
    pub marks: Vec<Mark>,
    /// When remote-control tools were seen.
    pub remote: Vec<Span>,
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
    /// Lanes.
    pub lanes: Vec<Lane>,
    /// Things that are not drawn, by column.
    pub not_drawn: BTreeMap<&'static str, usize>,
    /// Lines seen on fewer days than asked for.
    pub hidden_edges: usize,
    /// Lines of things that are not drawn.
    pub edges_not_drawn: usize,
    /// Where most sign-ins of its people came from.
    pub seen_in: Vec<SeenIn>,
    /// Open cases among its people.
    pub cases: usize,
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
        Ok(board.farms.iter().map(row).collect())
    }

    /// One farm, without lines seen on fewer than so many days; of one column, all rows up to [`MOST`] are drawn.
    pub async fn farm(&self, user: &User, name: &str, least_days: u64, whole: &str) -> Result<FarmFile> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let missing = || Error::Missing("no farm is called that".into());
        let site_id = board.site(name).ok_or_else(missing)?;
        let site = board.ties.sites.get(site_id).ok_or_else(missing)?;
        if let Some(worker) = &user.worker
            && site.members.iter().any(|(member, _)| member == worker)
        {
            return Err(Error::Related("you are tied to this site: somebody else must look at it"));
        }
        let opened = self.opened(user).await?;
        let (nodes, edges, only) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut draft = Draft { board: &board, opened: &opened, nodes, edges, only };
        draft.draw(&site.members);
        let (hidden, kept): (Vec<Edge>, Vec<Edge>) =
            draft.edges.into_iter().partition(|edge| edge.days > 0 && edge.days < least_days);
        let (nodes, not_drawn) = capped(draft.nodes, whole);
        let drawn: BTreeSet<&str> = nodes.iter().map(|node| node.key.as_str()).collect();
        let (edges, beside): (Vec<Edge>, Vec<Edge>) = kept
            .into_iter()
            .partition(|edge| drawn.contains(edge.from.as_str()) && drawn.contains(edge.to.as_str()));
        let cases = self.cases().await?;
        let live = |id: &String| cases.about(id).any(|(case, _)| case.status.is_live());
        Ok(FarmFile {
            name: board.farm_name(site_id).unwrap_or_default(),
            devices: site.devices,
            workers: site.members.len(),
            homes: site.homes,
            traces: site.traces.clone(),
            lanes: site.members.iter().take(ROWS).map(|(worker, _)| lane(&board, worker)).collect(),
            nodes,
            edges,
            not_drawn,
            hidden_edges: hidden.len(),
            edges_not_drawn: beside.len(),
            seen_in: seen_in(&board, &site.members),
            cases: site.members.iter().filter(|(worker, _)| live(worker)).count(),
        })
    }
}

/// What happened with one person's laptop.
fn lane(board: &Board, worker: &str) -> Lane {
    let evidence = board.person(worker).map(|one| one.person.evidence.as_slice()).unwrap_or_default();
    let remote = evidence.iter().filter(|item| item.indicator.starts_with("remote-"));
    let days = |item: &crate::report::Finding| {
        Some((crate::day_of(&item.first_seen)?, crate::day_of(&item.last_seen)?))
    };
    let mut remote: Vec<(i64, i64)> = remote.filter_map(days).collect();
    remote.sort_unstable();
    remote.dedup();
    let marks = board.ties.marks.get(worker).into_iter().flatten();
    Lane {
        person: board.pseudonym(worker),
        days: board.ties.awake.get(worker).cloned().unwrap_or_default(),
        marks: marks.map(|(day, kind)| Mark { day: *day, kind }).collect(),
        remote: remote.into_iter().map(|(first, last)| Span { first, last }).collect(),
    }
}

/// Where sign-ins came from, most first.
fn seen_in(board: &Board, members: &[(String, u64)]) -> Vec<SeenIn> {
    let mut by: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    let places = members.iter().filter_map(|(worker, _)| board.ties.seen_in.get(worker));
    for (place, count) in places.flatten() {
        let sum = by.entry(place).or_default();
        *sum = (sum.0 + count, sum.1 + 1);
    }
    let line = |(place, (sign_ins, people)): (&str, (u64, usize))| SeenIn {
        place: place.to_owned(),
        sign_ins,
        people,
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
    board: &'a Board,
    opened: &'a BTreeSet<String>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The laptop by which a person is seen at a place, where there is only one.
    only: BTreeMap<String, Option<String>>,
}

impl Draft<'_> {
    fn key(&self, worker: &str) -> String {
        format!("w {}", self.board.pseudonym(worker))
    }

    fn draw(&mut self, members: &[(String, u64)]) {
        let inside: BTreeSet<&str> = members.iter().map(|(worker, _)| worker.as_str()).collect();
        for (worker, days) in members {
            let word =
                self.board.person(worker).map_or("not judged", |one| scoring::words(one.person.probability));
            self.nodes.push(Node {
                // made of the pseudonym: a key is no name
                key: self.key(worker),
                column: "worker",
                label: self.name(worker),
                note: format!("{word}, here {days} d"),
                link: Some(format!("/worker/{}", self.board.pseudonym(worker))),
            });
        }
        self.laptops(members);
        let shared: BTreeSet<usize> = members
            .iter()
            .filter_map(|(worker, _)| self.board.ties.of.get(worker))
            .flatten()
            .copied()
            .collect();
        // ten neighbours that the same people see are one thing told ten times: one row, and the rest is counted
        let mut alike: BTreeMap<(&str, &str, Vec<&str>), Vec<usize>> = BTreeMap::new();
        let ties = &self.board.ties.all;
        for at in shared {
            let here = ties[at].parts.iter().map(|part| part.worker.as_str());
            let mut people: Vec<&str> = here.filter(|worker| inside.contains(*worker)).collect();
            people.sort_unstable();
            alike.entry((&ties[at].family, &ties[at].kind, people)).or_default().push(at);
        }
        let mut groups: Vec<Vec<usize>> = alike.into_values().collect();
        groups.sort();
        for group in groups {
            self.tie(group[0], group.len(), &inside);
        }
    }

    fn laptops(&mut self, members: &[(String, u64)]) {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (worker, _) in members {
            let devices = self.board.ties.devices.get(worker).cloned().unwrap_or_default();
            let mut own: BTreeSet<String> = BTreeSet::new();
            for device in devices {
                let next = known.len() + 1;
                let number = *known.entry(device.id.clone()).or_insert(next);
                if number == next {
                    let label =
                        if self.opened.contains(worker) { device.id.clone() } else { format!("L-{number}") };
                    let note = if device.is_shared { "pool or loan device" } else { "company laptop" };
                    self.nodes.push(Node {
                        key: format!("l {number}"),
                        column: "laptop",
                        label,
                        note: note.into(),
                        link: None,
                    });
                }
                self.edges.push(Edge {
                    from: self.key(worker),
                    to: format!("l {number}"),
                    style: "solid",
                    days: 0,
                    sentence: format!(
                        "The laptop was tied to {} by {}.",
                        self.name(worker),
                        words(&device.rule)
                    ),
                    innocent: device.is_shared.then(|| "It is a pool or loan device.".to_owned()),
                    records: self.records(worker, &device.records),
                });
                own.insert(format!("l {number}"));
            }
            let only = own.pop_first().filter(|_| own.is_empty());
            self.only.insert(worker.clone(), only);
        }
    }

    fn tie(&mut self, at: usize, count: usize, inside: &BTreeSet<&str>) {
        let tie = &self.board.ties.all[at];
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
        let key = format!("t {at}");
        self.nodes.push(Node {
            key: key.clone(),
            column,
            label: if count > 1 { format!("{} (×{count})", words(&tie.kind)) } else { words(&tie.kind) },
            note: format!("{} people, {} declared homes", tie.parts.len(), tie.homes),
            link: None,
        });
        for part in here {
            let own = if part.is_own_home { "; it is their declared home" } else { "" };
            let laptop = self.only.get(&part.worker).filter(|_| column == "site").cloned().flatten();
            self.edges.push(Edge {
                from: laptop.unwrap_or_else(|| self.key(&part.worker)),
                to: key.clone(),
                style,
                // an account or a serial number needs no days to be the same
                days: if style == "solid" { 0 } else { part.days },
                sentence: format!(
                    "{} was {} with this {} on {} days, {} to {}{own}.",
                    self.name(&part.worker),
                    part.mark,
                    words(&tie.kind),
                    part.days,
                    part.first,
                    part.last
                ),
                innocent: tie.explanation.clone(),
                records: self.records(&part.worker, &part.records),
            });
        }
    }

    /// Roster id where the reader has opened the person, else the pseudonym.
    fn name(&self, worker: &str) -> String {
        let pseudonym = self.board.pseudonym(worker);
        if self.opened.contains(worker) { format!("{pseudonym} ({worker})") } else { pseudonym }
    }

    fn records(&self, worker: &str, records: &[String]) -> Vec<String> {
        if self.opened.contains(worker) { records.to_vec() } else { Vec::new() }
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
