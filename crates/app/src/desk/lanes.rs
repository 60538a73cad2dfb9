//! What happened with each laptop on which day: sign-ins, parcels, first report, enrolment, remote control, and what is
//! known of its person only, such as meetings and pay. Read once per state, of people at farms.

use std::collections::BTreeMap;

use lake::{Lake, rows};
use schemars::JsonSchema;
use serde::Serialize;

use super::guise::Guise;
use super::ties::Device;
use crate::error::Result;
use crate::report::Finding;

/// Days that are shown unless others are asked for.
pub const DAYS: i64 = 90;

/// Something on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mark {
    /// Day since 1970.
    pub day: i64,
    /// shipped, delivered, enrolled, first report, remote control, meeting or pay set.
    pub kind: &'static str,
    /// A record of it, for a reader who has opened the person.
    pub records: Vec<String>,
}

/// Some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Span {
    /// First day since 1970.
    pub first: i64,
    /// Last day since 1970.
    pub last: i64,
    /// What was seen: a sentence where the person is open, else the title of the indicator.
    pub sentence: String,
    /// Innocent explanations.
    pub innocent: Vec<String>,
    /// Records, for a reader who has opened the person.
    pub records: Vec<String>,
}

/// One lane: what happened on which day with a laptop of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lane {
    /// P-7.
    pub person: String,
    /// L-3, as on the board; missing for what no record ties to one of several laptops, or of whom none is known.
    pub laptop: Option<String>,
    /// Key of the laptop on the board.
    pub key: Option<String>,
    /// Sign-ins by day since 1970.
    pub days: BTreeMap<i64, u64>,
    /// What else, by day.
    pub marks: Vec<Mark>,
    /// When remote-control tools were seen.
    pub remote: Vec<Span>,
    /// Records of sign-ins, a few, for a reader who has opened the person.
    pub records: Vec<String>,
}

/// What is known of one laptop of one person, or of the person alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    /// Sign-ins by day, with a record of each day.
    days: BTreeMap<i64, (u64, String)>,
    /// What else, with a record.
    marks: BTreeMap<(i64, &'static str), String>,
}

/// By roster id, then by device; the empty one is what no record ties to a device.
pub(crate) type Diaries = BTreeMap<String, BTreeMap<String, Diary>>;

/// How a table names a device.
#[derive(Clone, Copy)]
enum By {
    /// Its view says so.
    View,
    /// By a name in this expression.
    Name(&'static str),
    /// Not at all.
    Nothing,
}

/// What makes a mark on a lane: its name, the table, the instant, the device, and whether only the first one counts.
const MARKS: [(&str, &str, &str, By, bool); 8] = [
    (SIGN_IN, "authentication", "time", By::Name("coalesce(t.device_uid, t.device_name)"), false),
    ("shipped", "shipment", "time", By::Name("t.asset_serial"), false),
    ("delivered", "shipment", "delivered_time", By::Name("t.asset_serial"), false),
    ("enrolled", "device_inventory", "enrolled_time", By::View, true),
    ("first report", "device_inventory", "time", By::View, true),
    ("remote control", "remote_session", "time", By::View, false),
    ("meeting", "meeting_participation", "time", By::Nothing, false),
    ("pay set", "pay_instruction", "time", By::Nothing, false),
];
const SIGN_IN: &str = "sign-in";

/// Reads the diaries of some people; `people` is a list as SQL takes it.
pub(crate) async fn read(
    lake: &Lake,
    people: &str,
    devices: &BTreeMap<String, Vec<Device>>,
) -> Result<Diaries> {
    let mut out = Diaries::new();
    for (kind, table, instant, by, is_first) in MARKS {
        let table = model::tables::ALL.iter().find(|one| one.name == table);
        let Some((who, from)) = table.and_then(|table| crate::person::column(table)) else { continue };
        let names = "LEFT JOIN (SELECT alias, min(device_id) AS device_id FROM device_alias GROUP BY alias) d ON d.alias =";
        let (device, join) = match by {
            By::View => ("coalesce(t.device_id, '')", String::new()),
            By::Name(expression) => ("coalesce(d.device_id, '')", format!("{names} {expression}")),
            By::Nothing => ("''", String::new()),
        };
        let sql = format!(
            "SELECT t.{who}, {device}, CAST(date_trunc('day', t.{instant}) AS TIMESTAMP), count(*), min(t.record_id) \
             FROM {from} t {join} WHERE t.{instant} IS NOT NULL AND t.{who} IN ({people}) GROUP BY 1, 2, 3 ORDER BY 1, 3, 2"
        );
        for batch in lake.query(&sql).await? {
            let [workers, found, records] = [0, 1, 4].map(|at| rows::texts(&batch, at));
            let days = rows::instants(&batch, 2);
            let counts = rows::ints(&batch, 3);
            for (row, worker) in workers.into_iter().enumerate() {
                let (Some(worker), Some(day)) = (worker, days[row]) else { continue };
                let own = devices.get(&worker).map(Vec::as_slice).unwrap_or_default();
                let device = whose(own, found[row].as_deref().unwrap_or_default());
                let diary = out.entry(worker).or_default().entry(device).or_default();
                let record = records[row].clone().unwrap_or_default();
                if kind == SIGN_IN {
                    let sum = diary.days.entry(day.day()).or_insert((0, record));
                    sum.0 += counts[row].unwrap_or(0).unsigned_abs();
                } else if !(is_first && diary.marks.keys().any(|(_, known)| *known == kind)) {
                    diary.marks.entry((day.day(), kind)).or_insert(record);
                }
            }
        }
    }
    Ok(out)
}

/// The laptop that something belongs to: the one told, if it is theirs, and where none is told the only one they have.
fn whose(own: &[Device], told: &str) -> String {
    match own {
        _ if own.iter().any(|device| device.id == told) => told.to_owned(),
        [only] => only.id.clone(),
        _ => String::new(),
    }
}

/// Lanes of one person: one for each laptop, and one for what belongs to none where there is such.
pub(crate) fn of(
    guise: &Guise<'_>,
    diaries: &Diaries,
    worker: &str,
    laptops: &[(String, String, String)],
) -> Vec<Lane> {
    let nothing = BTreeMap::new();
    let own = diaries.get(worker).unwrap_or(&nothing);
    let is_open = guise.opened.contains(worker);
    let shown = |record: &String| if is_open { vec![record.clone()] } else { Vec::new() };
    let lane = |device: &str, laptop: Option<(String, String)>| {
        let diary = own.get(device).cloned().unwrap_or_default();
        let (label, key) = laptop.unzip();
        Lane {
            person: guise.board.pseudonym(worker),
            laptop: label,
            key,
            records: diary.days.values().take(6).flat_map(|(_, record)| shown(record)).collect(),
            days: diary.days.into_iter().map(|(day, (count, _))| (day, count)).collect(),
            marks: diary
                .marks
                .into_iter()
                .map(|((day, kind), record)| Mark { day, kind, records: shown(&record) })
                .collect(),
            remote: Vec::new(),
        }
    };
    let mut out: Vec<Lane> =
        laptops.iter().map(|(id, key, label)| lane(id, Some((label.clone(), key.clone())))).collect();
    if out.is_empty() || own.contains_key("") {
        out.push(lane("", None));
    }
    for span in spans(guise, worker) {
        let has = |lane: &Lane| {
            let inside = |mark: &Mark| (span.first..=span.last).contains(&mark.day);
            lane.marks.iter().any(|mark| mark.kind == "remote control" && inside(mark))
        };
        // evidence is about the person: it stands on the laptop whose sessions fall into it, else on the last lane
        let at = out.iter().position(has).unwrap_or(out.len() - 1);
        out[at].remote.push(span);
    }
    out
}

/// Days on which remote-control tools were seen, as evidence says it.
fn spans(guise: &Guise<'_>, worker: &str) -> Vec<Span> {
    let evidence = guise.board.person(worker).map(|one| one.person.evidence.as_slice()).unwrap_or_default();
    let title =
        |id: &str| guise.board.indicators.iter().find(|line| line.id == id).map(|line| line.title.clone());
    let is_open = guise.opened.contains(worker);
    let span = |item: &Finding| {
        Some(Span {
            first: crate::day_of(&item.first_seen)?,
            last: crate::day_of(&item.last_seen)?,
            sentence: match is_open {
                true => guise.text(&item.sentence, &item.other),
                false => title(&item.indicator).unwrap_or_else(|| item.indicator.clone()),
            },
            innocent: item.innocent.clone(),
            records: if is_open { item.records.clone() } else { Vec::new() },
        })
    };
    let remote = evidence.iter().filter(|item| item.indicator.starts_with("remote-"));
    let mut out: Vec<Span> = remote.filter_map(span).collect();
    out.sort_by(|a, b| (a.first, a.last, &a.sentence).cmp(&(b.first, b.last, &b.sentence)));
    out
}

/// The days that board, map and lanes show: those asked for, else the last ones on which anything happened.
pub(crate) fn window(lanes: &[Lane], from: Option<i64>, to: Option<i64>) -> (i64, i64) {
    // a parcel of last year is no reason to show last year
    let ends = |lane: &Lane| {
        let spans = lane.remote.iter().flat_map(|span| [span.first, span.last]);
        lane.days.keys().copied().chain(spans).collect::<Vec<_>>()
    };
    let all: Vec<i64> = lanes.iter().flat_map(ends).collect();
    let last = to.or_else(|| all.iter().max().copied()).unwrap_or(0);
    let first = all.iter().min().copied().unwrap_or(0).max(last - DAYS + 1);
    // an absurd window is no page of a million marks
    let first = from.unwrap_or(first).min(last).max(last - 10 * DAYS);
    (first, last)
}

impl Lane {
    /// What of it lies within a window.
    pub(crate) fn within(&mut self, (first, last): (i64, i64)) {
        let shown = |day: &i64| (first..=last).contains(day);
        self.days.retain(|day, _| shown(day));
        self.marks.retain(|mark| shown(&mark.day));
        self.remote.retain(|span| span.last >= first && span.first <= last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane() -> Lane {
        let span = Span {
            first: 90,
            last: 410,
            sentence: "AnyDesk was seen.".into(),
            innocent: vec!["IT support".into()],
            records: Vec::new(),
        };
        Lane {
            person: "P-1".into(),
            days: BTreeMap::from([(100, 1), (400, 2)]),
            marks: vec![Mark { day: 20, kind: "shipped", records: Vec::new() }],
            remote: vec![span],
            ..Lane::default()
        }
    }

    #[test]
    fn lanes_show_the_last_days_or_those_asked_for() {
        let lanes = [lane()];
        assert_eq!(window(&lanes, None, None), (410 - DAYS + 1, 410));
        assert_eq!(window(&lanes, Some(20), Some(120)), (20, 120));
        assert_eq!(window(&lanes, Some(500), Some(120)), (120, 120));
        assert_eq!(window(&lanes, Some(i64::MIN / 2), None), (410 - 10 * DAYS, 410));
        assert_eq!(window(&[], None, None), (0, 0));
        let mut cut = lane();
        cut.within((15, 99));
        assert_eq!((cut.days.len(), cut.marks.len(), cut.remote.len()), (0, 1, 1));
        cut.within((15, 89));
        assert!(cut.remote.is_empty());
    }

    #[test]
    fn what_names_no_laptop_belongs_to_the_only_one() {
        let device =
            |id: &str| Device { id: id.into(), rule: String::new(), is_shared: false, records: Vec::new() };
        let (one, two) = ([device("a")], [device("a"), device("b")]);
        assert_eq!((whose(&one, ""), whose(&one, "stranger's")), ("a".into(), "a".into()));
        assert_eq!(
            (whose(&two, "b"), whose(&two, ""), whose(&[], "b")),
            ("b".into(), String::new(), String::new())
        );
    }
}
