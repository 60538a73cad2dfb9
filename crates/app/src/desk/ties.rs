//! What ties people: sites, shared tokens, devices, and on which days their devices were awake. Read once per state,
//! so that a board of a farm asks the engine nothing.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, rows};
use model::Time;
use scoring::tied::Kind;

use super::farm::Near;
use super::lanes::{self, Diaries};
use crate::error::Result;
use crate::found::{Found, Groups};
use crate::judge::Judged;
use crate::person;

/// Records kept of one tie: enough to look at, and the rest is counted.
const RECORDS: usize = 6;

/// A place of which the logs say nothing.
const UNKNOWN: &str = "an unknown region";

/// One person's part in a shared token.
#[derive(Debug, Clone)]
pub struct Part {
    /// Roster id.
    pub worker: String,
    /// asserted, observed or verified.
    pub mark: String,
    /// The place is this person's declared home.
    pub is_own_home: bool,
    /// Days seen.
    pub days: u64,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// What it weighs for this person, thousandths of a bit; nothing where no indicator made evidence of it.
    pub millibits: i64,
    /// The indicator that did.
    pub indicator: Option<String>,
    /// Records, at most a few.
    pub records: Vec<String>,
}

/// One shared token.
#[derive(Debug, Clone)]
pub struct Tie {
    /// Made from content.
    pub id: String,
    /// `egress_ip`, `wallet` …
    pub kind: String,
    /// place, device, money or text.
    pub family: String,
    /// The innocent explanation that covers it, in a sentence.
    pub explanation: Option<String>,
    /// Distinct declared homes among its people.
    pub homes: u64,
    /// People.
    pub parts: Vec<Part>,
}

/// One device of one person.
#[derive(Debug, Clone)]
pub struct Device {
    /// As the endpoint tool calls it.
    pub id: String,
    /// How it was tied to the person.
    pub rule: String,
    /// Pool, kiosk or loan device.
    pub is_shared: bool,
    /// Records, at most a few.
    pub records: Vec<String>,
}

/// One site.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// home, office, shared_work, carrier, farm or unclear.
    pub kind: String,
    /// Devices.
    pub devices: u64,
    /// Distinct declared homes.
    pub homes: u64,
    /// Kinds of agreeing traces.
    pub traces: Vec<String>,
    /// Who stands there, and on how many days.
    pub members: Vec<(String, u64)>,
}

impl Site {
    /// Of what judgement found nobody knows on how many days somebody was in the house.
    fn of(farm: &Found) -> Self {
        Self {
            kind: "farm".to_owned(),
            devices: farm.devices,
            homes: farm.homes,
            traces: farm.traces.iter().cloned().collect(),
            members: farm.members.iter().map(|id| (id.clone(), 0)).collect(),
        }
    }
}

/// What ties people.
#[derive(Debug, Default)]
pub struct Ties {
    /// Shared tokens of two people or more.
    pub all: Vec<Tie>,
    /// Places in `all`, by roster id.
    pub of: BTreeMap<String, Vec<usize>>,
    /// Devices by roster id.
    pub devices: BTreeMap<String, Vec<Device>>,
    /// Sites.
    pub sites: BTreeMap<String, Site>,
    /// What happened with which laptop on which day, of people at farms.
    pub(crate) diaries: Diaries,
    /// Where their sign-ins came from, by roster id: place in words, day since 1970, and how many.
    pub seen_in: BTreeMap<String, BTreeMap<(String, i64), u64>>,
    /// What kind of place parcels to them went to, by roster id, and how many, of people at farms.
    pub parcels: BTreeMap<String, BTreeMap<String, u64>>,
    /// Agency, vendor or employer of record, where the roster names one, of people at farms.
    pub employers: BTreeMap<String, String>,
    /// Sign-ins by place in words and half degrees of latitude and longitude.
    near: BTreeMap<String, BTreeMap<(i64, i64), u64>>,
}

impl Ties {
    /// Reads the tables that linkage wrote.
    pub async fn read(lake: &Lake, groups: &Groups) -> Result<Self> {
        let mut ties = Self::default();
        ties.sites(lake).await?;
        ties.sites.extend(groups.of(Kind::Farm).map(|farm| (farm.id.clone(), Site::of(farm))));
        ties.tokens(lake).await?;
        ties.devices(lake).await?;
        ties.at_farms(lake).await?;
        Ok(ties)
    }

    async fn sites(&mut self, lake: &Lake) -> Result<()> {
        for batch in lake.query("SELECT site_id, kind, traces, devices, homes FROM site").await? {
            let [ids, kinds] = [0, 1].map(|at| rows::texts(&batch, at));
            let traces = rows::lists(&batch, 2);
            let [devices, homes] = [3, 4].map(|at| rows::ints(&batch, at));
            for (row, id) in ids.into_iter().enumerate() {
                let site = Site {
                    kind: kinds[row].clone().unwrap_or_default(),
                    devices: devices[row].unwrap_or(0).unsigned_abs(),
                    homes: homes[row].unwrap_or(0).unsigned_abs(),
                    traces: traces[row].clone(),
                    members: Vec::new(),
                };
                self.sites.insert(id.unwrap_or_default(), site);
            }
        }
        let sql = "SELECT site_id, worker_id, days FROM site_member ORDER BY site_id, days DESC, worker_id";
        for batch in lake.query(sql).await? {
            let [ids, workers] = [0, 1].map(|at| rows::texts(&batch, at));
            let days = rows::ints(&batch, 2);
            for (row, id) in ids.into_iter().enumerate() {
                if let (Some(site), Some(worker)) =
                    (self.sites.get_mut(&id.unwrap_or_default()), &workers[row])
                {
                    site.members.push((worker.clone(), days[row].unwrap_or(0).unsigned_abs()));
                }
            }
        }
        Ok(())
    }

    async fn tokens(&mut self, lake: &Lake) -> Result<()> {
        let sql = "SELECT component_id, kind, family, explanation, homes FROM component WHERE members > 1 \
                   ORDER BY family, kind, first_time, component_id";
        let mut at: BTreeMap<String, usize> = BTreeMap::new();
        for batch in lake.query(sql).await? {
            let [ids, kinds, families, explanations] = [0, 1, 2, 3].map(|at| rows::texts(&batch, at));
            let homes = rows::ints(&batch, 4);
            for (row, id) in ids.into_iter().enumerate() {
                let id = id.unwrap_or_default();
                at.insert(id.clone(), self.all.len());
                self.all.push(Tie {
                    id,
                    kind: kinds[row].clone().unwrap_or_default(),
                    family: families[row].clone().unwrap_or_default(),
                    explanation: explanations[row].clone(),
                    homes: homes[row].unwrap_or(0).unsigned_abs(),
                    parts: Vec::new(),
                });
            }
        }
        let sql = "SELECT component_id, worker_id, mark, is_own_home, days, first_time, last_time, record_ids \
                   FROM component_member ORDER BY component_id, first_time, worker_id";
        for batch in lake.query(sql).await? {
            let [ids, workers, marks] = [0, 1, 2].map(|at| rows::texts(&batch, at));
            let homes = rows::bools(&batch, 3);
            let days = rows::ints(&batch, 4);
            let [first, last] = [5, 6].map(|at| rows::instants(&batch, at));
            let records = rows::lists(&batch, 7);
            for (row, id) in ids.into_iter().enumerate() {
                let Some(place) = id.and_then(|id| at.get(&id).copied()) else { continue };
                let worker = workers[row].clone().unwrap_or_default();
                self.of.entry(worker.clone()).or_default().push(place);
                self.all[place].parts.push(Part {
                    worker,
                    mark: marks[row].clone().unwrap_or_default(),
                    is_own_home: homes[row].unwrap_or(false),
                    days: days[row].unwrap_or(0).unsigned_abs(),
                    first: day(first[row]),
                    last: day(last[row]),
                    millibits: 0,
                    indicator: None,
                    records: records[row].iter().take(RECORDS).cloned().collect(),
                });
            }
        }
        Ok(())
    }

    async fn devices(&mut self, lake: &Lake) -> Result<()> {
        let sql =
            "SELECT worker_id, device_id, rule, is_shared, record_ids FROM device_worker ORDER BY 1, 2, 3";
        for batch in lake.query(sql).await? {
            let [workers, ids, rules] = [0, 1, 2].map(|at| rows::texts(&batch, at));
            let shared = rows::bools(&batch, 3);
            let records = rows::lists(&batch, 4);
            for (row, worker) in workers.into_iter().enumerate() {
                let device = Device {
                    id: ids[row].clone().unwrap_or_default(),
                    rule: rules[row].clone().unwrap_or_default(),
                    is_shared: shared[row].unwrap_or(false),
                    records: records[row].iter().take(RECORDS).cloned().collect(),
                };
                let list = self.devices.entry(worker.unwrap_or_default()).or_default();
                if list.iter().all(|known| known.id != device.id) {
                    list.push(device);
                }
            }
        }
        Ok(())
    }

    async fn at_farms(&mut self, lake: &Lake) -> Result<()> {
        let farms = self.sites.values().filter(|site| site.kind == "farm");
        let people: BTreeSet<&String> =
            farms.flat_map(|site| &site.members).map(|(worker, _)| worker).collect();
        if people.is_empty() {
            return Ok(());
        }
        let list = person::quoted(people);
        self.diaries = lanes::read(lake, &list, &self.devices).await?;
        self.seen_in(lake, &list).await?;
        self.parcels(lake, &list).await?;
        let sql = format!(
            "SELECT worker_id, agency FROM worker WHERE agency IS NOT NULL AND worker_id IN ({list})"
        );
        for batch in lake.query(&sql).await? {
            let pairs = rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1));
            self.employers.extend(pairs.filter_map(|(worker, agency)| Some((worker?, agency?))));
        }
        Ok(())
    }

    /// What parcels say of the address: as the carrier or the order writes it, else as the address itself does.
    async fn parcels(&mut self, lake: &Lake, people: &str) -> Result<()> {
        let sql = format!(
            "SELECT t.subject, coalesce(lower(t.place_type), a.class, 'not told'), count(DISTINCT t.record_id) \
             FROM w_shipment t LEFT JOIN address a ON a.address = coalesce(t.delivered_to, t.ship_to) \
             WHERE t.subject IN ({people}) AND coalesce(t.direction, '') <> 'return' GROUP BY 1, 2"
        );
        for batch in lake.query(&sql).await? {
            let [workers, kinds] = [0, 1].map(|at| rows::texts(&batch, at));
            let counts = rows::ints(&batch, 2);
            for (row, worker) in workers.into_iter().enumerate() {
                if let (Some(worker), Some(kind)) = (worker, kinds[row].clone()) {
                    let count = counts[row].unwrap_or(0).unsigned_abs();
                    *self.parcels.entry(worker).or_default().entry(kind).or_default() += count;
                }
            }
        }
        Ok(())
    }

    /// Weighs every part as the assessment of its person does.
    pub(crate) fn weigh(&mut self, judged: &Judged) {
        let at: BTreeMap<String, usize> =
            self.all.iter().enumerate().map(|(at, tie)| (tie.id.clone(), at)).collect();
        for one in &judged.report.assessments {
            for item in &one.evidence {
                let place = item.evidence.component.as_ref().and_then(|id| at.get(id));
                let Some(tie) = place.and_then(|at| self.all.get_mut(*at)) else { continue };
                let part = tie.parts.iter_mut().find(|part| part.worker == one.subject);
                let Some(part) = part.filter(|part| part.millibits < item.millibits) else { continue };
                part.millibits = item.millibits;
                part.indicator = Some(item.evidence.indicator.clone());
            }
        }
    }

    async fn seen_in(&mut self, lake: &Lake, people: &str) -> Result<()> {
        let half = |column: &str| format!("CAST(round({column} * 2) AS BIGINT)");
        let sql = format!(
            "SELECT worker_id, coalesce(src_city || ', ', '') || coalesce(src_region, '{UNKNOWN}'), {}, {}, count(*), \
             CAST(date_trunc('day', time) AS TIMESTAMP) FROM w_authentication \
             WHERE status = 'success' AND time IS NOT NULL AND worker_id IN ({people}) GROUP BY 1, 2, 3, 4, 6",
            half("src_lat"),
            half("src_lon")
        );
        for batch in lake.query(&sql).await? {
            let places = rows::texts(&batch, 1);
            let [north, east, counts] = [2, 3, 4].map(|at| rows::ints(&batch, at));
            let days = rows::instants(&batch, 5);
            for (row, worker) in rows::texts(&batch, 0).into_iter().enumerate() {
                let (Some(worker), Some(place), Some(day)) = (worker, places[row].clone(), days[row]) else {
                    continue;
                };
                let count = counts[row].unwrap_or(0).unsigned_abs();
                if let (Some(north), Some(east)) = (north[row], east[row]) {
                    *self.near.entry(place.clone()).or_default().entry((north, east)).or_default() += count;
                }
                *self.seen_in.entry(worker).or_default().entry((place, day.day())).or_default() += count;
            }
        }
        Ok(())
    }

    /// Where most sign-ins of a place are said to come from, to half a degree.
    pub(crate) fn near(&self, place: &str) -> Option<Near> {
        if place.ends_with(UNKNOWN) {
            return None;
        }
        // latitude and longitude of 0 is what logs write who do not know
        let is_place =
            |(north, east): &(i64, i64)| north.abs() <= 180 && east.abs() <= 360 && (*north, *east) != (0, 0);
        let known = self.near.get(place)?.iter().filter(|(spot, _)| is_place(spot));
        // of two as frequent, always the same one
        let ((north, east), _) = known.max_by_key(|(spot, count)| (**count, **spot))?;
        Some(Near { latitude: *north as f64 / 2.0, longitude: *east as f64 / 2.0 })
    }
}

fn day(time: Option<Time>) -> String {
    time.map(|time| time.to_string().chars().take(10).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_most_sign_ins_are_said_to_come_from() {
        let mut ties = Ties::default();
        let spots = [((67, -224), 3), ((0, 0), 90), ((67, -223), 7), ((900, 7), 50)];
        ties.near.insert("Phoenix, Arizona".into(), BTreeMap::from(spots));
        ties.near.insert(UNKNOWN.into(), BTreeMap::from([((67, -224), 3)]));
        ties.near.insert("Atlantis, Sea".into(), BTreeMap::from([((0, 0), 3)]));
        let found = ties.near("Phoenix, Arizona");
        assert_eq!(found, Some(Near { latitude: 33.5, longitude: -111.5 }));
        assert_eq!((ties.near(UNKNOWN), ties.near("Atlantis, Sea"), ties.near("Oslo")), (None, None, None));
    }
}
