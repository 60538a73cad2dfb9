//! Versions of the weights: learned from decisions, kept, and applied only with a fairness table that passes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casework::Taught;
use schemars::JsonSchema;
use scoring::Rules;
use scoring::learning::{self, FairnessTable, Learned, Version, Versions};
use serde::Serialize;
use store::{Event, Store};
pub use yardstick::Share;
pub use yardstick::groups::{Impact, ImpactLine};
use yardstick::groups::{RATIO, impact};
use yardstick::{Person, Said};

use super::{decisions, fairness};
use crate::access;
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::judge::{self, Judged};
use crate::workspace::{Choice, Workspace};

/// Share of the workers judged whose group must be told. A judgement: a table of a few who were picked says nothing of
/// the rest.
const TOLD: f64 = 0.8;
/// Below this chance of seeing a doubled share a table is said to be weak.
const WEAK: f64 = 0.5;

/// What was learned.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Proposed {
    /// Number of the version; missing where nothing moved, or nothing since the last one.
    pub version: Option<u32>,
    /// What moved, by indicator.
    pub moved: Vec<Moved>,
    /// People from whom something was learned: confirmed by two, and cleared.
    pub decisions: [u64; 2],
    /// For stderr.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// One weight that moved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Moved {
    /// Indicator.
    pub indicator: String,
    /// Bits, within two.
    pub shift_bits: f64,
    /// The same before it was held back.
    pub unheld_bits: f64,
    /// People it learned from, and of these those on whom it had answered: confirmed.
    pub confirmed: [u64; 2],
    /// The same, cleared.
    pub cleared: [u64; 2],
}

/// What came of applying a version.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tested {
    /// Version.
    pub version: u32,
    /// Whether it is applied now.
    pub applied: bool,
    /// People whose group was told, and people judged.
    pub people: [u64; 2],
    /// Cases that open with it, and with the version before.
    pub cases: [u64; 2],
    /// The fairness table.
    pub table: Impact,
    /// For stderr.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// Why it is not applied.
    #[serde(skip)]
    pub refused: Option<String>,
}

fn bits(millibits: i64) -> f64 {
    millibits as f64 / 1000.0
}

/// Every version that was kept, and which is applied.
pub async fn kept(store: &Store) -> Result<Versions> {
    let mut list = Vec::new();
    for one in store.weights().await? {
        list.push(read(&one.body, one.number)?);
    }
    let applied = u32::try_from(store.weights_applied().await?).unwrap_or(u32::MAX);
    Ok(Versions::new(list, applied)?)
}

fn read(body: &str, number: u64) -> Result<Version> {
    serde_json::from_str(body).map_err(|cause| Error::Defect(format!("weights version {number}: {cause}")))
}

/// The weights of a check: the version that the user names, else the one applied; nothing for those that are shipped. Only
/// a version whose fairness table has passed judges anybody.
pub(crate) async fn chosen(store: &Store, named: Option<u32>) -> Result<Option<Version>> {
    let number = match named {
        Some(number) => u64::from(number),
        None => store.weights_applied().await?,
    };
    if number == 0 {
        return Ok(None);
    }
    let found = store.weights().await?.into_iter().find(|one| one.number == number);
    let refused = |why: &str| Error::Configuration(format!("weights version {number} {why}"));
    let one = found.ok_or_else(|| refused("was never made; hint: bonafide weights learn"))?;
    if one.passed.is_none() {
        return Err(refused("was never applied; hint: bonafide weights apply"));
    }
    Ok(Some(read(&one.body, number)?))
}

/// Learns from the decisions that stand, and keeps what moved as a new version, which is not applied yet.
pub async fn learn(choice: &Choice, purpose: Option<&str>) -> Result<Proposed> {
    let mut workspace = Workspace::last(choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let rules = Rules::new(terms.catalogue.indicators.values().map(judge::meta))?;
    let taught = decisions::read(&workspace.store).await?;
    let at = access::now();
    let learned = learning::learn(&rules, &taught.decided, model::Time(at));
    let mut versions = kept(&workspace.store).await?;
    let mut out = Proposed {
        version: None,
        moved: learned.iter().filter(|one| one.shift != 0).map(moved).collect(),
        decisions: decisions::counts(&taught),
        notes: decisions::notes(&taught),
    };
    let before = versions.last().map(|version| version.shifts.clone()).unwrap_or_default();
    let number = versions.propose(&learned, at);
    let Some(version) = versions.get(number).filter(|version| version.shifts != before) else {
        out.notes.push("nothing has moved: no version was made".into());
        return Ok(out);
    };
    let body = serde_json::to_string(version).map_err(|cause| Error::Defect(cause.to_string()))?;
    let [confirmed, cleared] = out.decisions;
    let event = event(
        "weights learned",
        purpose,
        format!(
            "version {number} from {confirmed} confirmed and {cleared} cleared; {} weights move",
            out.moved.len()
        ),
        at,
    );
    workspace.store.keep_weights(u64::from(number), at, &body, &event).await?;
    out.version = Some(number);
    Ok(out)
}

fn moved(one: &Learned) -> Moved {
    Moved {
        indicator: one.indicator.clone(),
        shift_bits: bits(one.shift),
        unheld_bits: bits(one.shift_unheld),
        confirmed: [one.confirmed.people, one.confirmed.answered],
        cleared: [one.cleared.people, one.cleared.answered],
    }
}

fn event(action: &str, purpose: Option<&str>, detail: String, at: i64) -> Event {
    Event {
        at,
        actor: access::actor(),
        action: action.into(),
        subject: None,
        purpose: purpose.map(str::to_owned),
        detail: Some(detail),
    }
}

/// Judges the last state with a version, tests whether people of some group are hit more often than the others, and
/// applies it where nothing is rejected. The groups are read and forgotten: neither they nor their names are kept, and of
/// the table what names nobody.
pub async fn apply(choice: &Choice, number: u32, groups: &Path, purpose: Option<&str>) -> Result<Tested> {
    let told = read_groups(groups)?;
    let mut workspace = Workspace::last(choice).await?;
    let mut versions = kept(&workspace.store).await?;
    let Some(version) = versions.get(number).cloned() else {
        let text =
            format!("weights version {number} was never made; hint: bonafide weights learn, or --shipped");
        return Err(Error::Configuration(text));
    };
    let terms = Basis::again(&mut workspace.lake).await?;
    let before = terms.weights.clone();
    let terms = terms.weighed(Some(version.clone()));
    let judged = judge::judge(&workspace.lake, &terms).await?;
    let old = judge::judge(&workspace.lake, &terms.weighed(before)).await?;
    let taught = decisions::read(&workspace.store).await?;
    let (people, judged_workers) = people(&judged, &told, &taught);
    let of_known = people.iter().filter(|one| one.group.is_some()).count() as u64;
    enough(&people, of_known, judged_workers, groups)?;
    let Some(table) = impact(&people.iter().collect::<Vec<_>>()) else {
        return Err(Error::Input(format!(
            "{}: names fewer than two groups of people judged here",
            groups.display()
        )));
    };
    let cases = |judged: &Judged| judged.report.population.opened;
    let mut out = Tested {
        version: number,
        applied: false,
        people: [of_known, people.len() as u64],
        cases: [cases(&judged), cases(&old)],
        notes: weak(&table),
        table,
        refused: None,
    };
    let corrected: Vec<f64> = out.table.lines.iter().map(|line| line.p_holm).collect();
    let least = corrected.iter().copied().fold(1.0, f64::min);
    let said = |how: &str| {
        format!(
            "version {number} {how}: {} tests, smallest corrected p {least:.4}, groups of {of_known} people; cases {} (were {})",
            corrected.len(),
            out.cases[0],
            out.cases[1]
        )
    };
    if let Err(cause) =
        versions.apply(number, &FairnessTable { version: number, corrected: corrected.clone() })
    {
        let event = event("weights refused", purpose, said("refused"), access::now());
        workspace.store.append(&event).await?;
        out.refused = Some(cause.to_string());
        fairness::keep(&workspace.store, &out, event.at).await?;
        return Ok(out);
    }
    let event = event("weights applied", purpose, said("applied"), access::now());
    put(&mut workspace, number, Some(version), &event).await?;
    out.applied = true;
    fairness::keep(&workspace.store, &out, event.at).await?;
    Ok(out)
}

/// Back to the weights that are shipped.
pub async fn ship(choice: &Choice, purpose: Option<&str>) -> Result<()> {
    let mut workspace = Workspace::last(choice).await?;
    let event = event("weights applied", purpose, "version 0, as shipped".into(), access::now());
    put(&mut workspace, 0, None, &event).await
}

/// Makes weights those of the next check, and of the state that is there: list, page and explanation follow at once.
async fn put(workspace: &mut Workspace, number: u32, weights: Option<Version>, event: &Event) -> Result<()> {
    workspace.store.apply_weights(u64::from(number), event).await?;
    workspace.lake.stage().await?;
    if let Ok(basis) = Basis::last(&workspace.lake) {
        let judgement = basis.judgement();
        basis.weighed(weights).remember(&mut workspace.lake, judgement)?;
    }
    workspace.lake.publish().await?;
    workspace.lake.release();
    Ok(())
}

/// Everybody judged, as the yardstick takes them, and how many of them are workers. Who was confirmed is no innocent.
fn people(judged: &Judged, told: &BTreeMap<String, String>, taught: &Taught) -> (Vec<Person>, u64) {
    let person = |one: &scoring::Assessment| {
        let id = model::derived::applicant_id(&one.subject).unwrap_or(&one.subject);
        let bits = bits(one.bits_millibits);
        Person {
            id: one.subject.clone(),
            positive: taught.confirmed.contains(&one.subject),
            group: told.get(id).cloned(),
            said: Some(Said {
                score: bits,
                bits: Some(bits),
                case: one.case,
                persona_cluster: judged.clusters.get(&one.subject).cloned(),
                ..Said::default()
            }),
            ..Person::default()
        }
    };
    let list = &judged.report.assessments;
    let workers = list.iter().filter(|one| model::derived::applicant_id(&one.subject).is_none()).count();
    (list.iter().map(person).collect(), workers as u64)
}

/// Fails where the groups of too few are told, or the sheet names nobody.
fn enough(people: &[Person], told: u64, workers: u64, groups: &Path) -> Result<()> {
    let of_workers = people
        .iter()
        .filter(|one| one.group.is_some() && model::derived::applicant_id(&one.id).is_none())
        .count() as u64;
    if told == 0 || (of_workers as f64) < TOLD * workers as f64 {
        return Err(Error::Input(format!(
            "{}: tells the group of {of_workers} of {workers} workers judged; a table needs {:.0} % of them",
            groups.display(),
            100.0 * TOLD
        )));
    }
    Ok(())
}

/// What a table could not have seen.
fn weak(table: &Impact) -> Vec<String> {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for line in &table.lines {
        let power = best.entry(&line.outcome).or_insert(0.0);
        *power = power.max(line.power);
    }
    best.into_iter()
        .filter(|(_, power)| *power < WEAK)
        .map(|(outcome, power)| {
            format!(
                "outcome {outcome}: had a group's share been {RATIO:.0} times that of the others, this table would have seen it \
                 with a chance of at most {:.0} %",
                100.0 * power
            )
        })
        .collect()
}

/// Reads columns `worker_id` and `group`. A person in two groups is a mistake that nobody can mend here.
fn read_groups(path: &Path) -> Result<BTreeMap<String, String>> {
    let bad = |cause: String| Error::Input(format!("{}: {cause}", path.display()));
    let text = std::fs::read(path).map_err(Error::file(path))?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
    let headers = reader.headers().map_err(|cause| bad(cause.to_string()))?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|header| header.eq_ignore_ascii_case(name));
        found.ok_or_else(|| bad(format!("no column {name}; hint: worker_id,group")))
    };
    let (worker, group) = (column("worker_id")?, column("group")?);
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|cause| bad(cause.to_string()))?;
        let (Some(id), Some(name)) = (row.get(worker), row.get(group)) else { continue };
        if id.is_empty() || name.is_empty() {
            continue;
        }
        if out.insert(id.to_owned(), name.to_owned()).is_some_and(|old| old != name) {
            let line = row.position().map_or(0, csv::Position::line);
            return Err(Error::Input(format!(
                "{}:{line}: a worker stands here in two groups",
                path.display()
            )));
        }
    }
    if out.values().collect::<BTreeSet<_>>().len() < 2 {
        return Err(bad("names fewer than two groups".into()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<String, String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("groups.csv");
        std::fs::write(&path, text).unwrap();
        read_groups(&path)
    }

    #[test]
    fn groups_are_read_by_their_columns_and_contradictions_are_named() {
        let told = read("\u{feff}name,Worker_ID,group\nx, W-1 ,a\ny,W-2,b\nz,W-3,\n").unwrap();
        assert_eq!(told, BTreeMap::from([("W-1".into(), "a".into()), ("W-2".into(), "b".into())]));
        assert!(read("worker_id,group\nW-1,a\nW-2,b\nW-1,b\n").unwrap_err().to_string().contains(":4: "));
        assert!(read("worker_id,group\nW-1,a\nW-2,a\n").unwrap_err().to_string().contains("two groups"));
        assert!(read("worker,group\nW-1,a\n").unwrap_err().to_string().contains("no column worker_id"));
    }

    #[tokio::test]
    async fn a_version_that_never_passed_judges_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store")).await.unwrap();
        let version = Version { number: 1, at: 7, shifts: BTreeMap::from([("a".into(), 500)]) };
        let event = event("weights learned", None, "version 1".into(), 7);
        store.keep_weights(1, 7, &serde_json::to_string(&version).unwrap(), &event).await.unwrap();
        assert!(chosen(&store, Some(1)).await.unwrap_err().to_string().contains("never applied"));
        assert!(chosen(&store, Some(2)).await.unwrap_err().to_string().contains("never made"));
        assert_eq!(chosen(&store, None).await.unwrap(), None);
        store.apply_weights(1, &event).await.unwrap();
        assert_eq!(chosen(&store, None).await.unwrap(), Some(version.clone()));
        store.apply_weights(0, &event).await.unwrap();
        assert_eq!(chosen(&store, None).await.unwrap(), None);
        assert_eq!(
            chosen(&store, Some(1)).await.unwrap(),
            Some(version),
            "what was applied once can judge again"
        );
    }
}
