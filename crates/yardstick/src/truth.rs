//! The truth as sheets, read liberally: a column that is not there is said, and only the two without which nothing
//! can be measured must be. Documentation of the sheets: `docs/worlds.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::input::{Candidate, Day, Person, World};

/// Gives a file of the truth folder by its name; nothing where it is not there.
pub type Open<'a> = dyn FnMut(&str) -> std::io::Result<Option<Box<dyn Read>>> + 'a;

/// Reads a company's truth. `name` is how messages call the folder.
///
/// # Errors
/// When `workers.csv` is not there, a sheet is broken, or a label cannot be read.
pub fn read(name: &str, open: &mut Open<'_>) -> Result<World> {
    let mut world = World { name: name.to_owned(), ..World::default() };
    let Some(workers) = Sheet::read(name, "workers.csv", open)? else {
        return Err(Error::Missing(format!("{name}/workers.csv")));
    };
    people(&workers, &mut world)?;
    match Sheet::read(name, "tells.csv", open)? {
        Some(sheet) => tells(&sheet, &mut world.people.iter_mut().collect::<Vec<_>>())?,
        None => world.lacks("tells.csv: nothing is said by tell"),
    }
    match Sheet::read(name, "farms.csv", open)? {
        Some(sheet) => farms(&sheet, &mut world)?,
        None => world.lacks("farms.csv: every group of people counts as a farm"),
    }
    if let Some(sheet) = Sheet::read(name, "look_alikes.csv", open)? {
        look_alikes(&sheet, &mut world)?;
    }
    if let Some(sheet) = Sheet::read(name, "applicants.csv", open)? {
        candidates(&sheet, &mut world)?;
        if let Some(sheet) = Sheet::read(name, "applicant_tells.csv", open)? {
            let mut people: Vec<&mut Person> =
                world.candidates.iter_mut().map(|one| &mut one.person).collect();
            tells(&sheet, &mut people)?;
        }
    }
    (world.days, world.first_day) = window(name, open)?;
    if world.days.is_none() {
        world.lacks("plan.json with days: give --days, else no rate per worker-month can be had");
    }
    Ok(world)
}

impl World {
    fn lacks(&mut self, what: &str) {
        self.missing.insert(format!("truth has no {what}"));
    }
}

fn bytes(folder: &str, file: &str, open: &mut Open<'_>) -> Result<Option<Vec<u8>>> {
    let wrong = |cause| Error::Bytes { file: format!("{folder}/{file}"), cause };
    let Some(mut reader) = open(file).map_err(wrong)? else { return Ok(None) };
    let mut out = Vec::new();
    reader.read_to_end(&mut out).map_err(wrong)?;
    Ok(Some(out))
}

/// A sheet in memory, its columns found by name.
struct Sheet {
    file: String,
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Sheet {
    fn read(folder: &str, name: &str, open: &mut Open<'_>) -> Result<Option<Self>> {
        let Some(bytes) = bytes(folder, name, open)? else { return Ok(None) };
        let file = format!("{folder}/{name}");
        let wrong = |cause| Error::Sheet { file: file.clone(), cause };
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text);
        let headers = reader.headers().map_err(wrong)?.clone();
        let columns = headers.iter().enumerate().map(|(at, name)| (name.to_lowercase(), at)).collect();
        let rows = reader.records().collect::<std::result::Result<_, _>>().map_err(wrong)?;
        Ok(Some(Self { file, columns, rows }))
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.columns.contains_key(*name))
    }

    /// The first of some names for one column.
    fn must(&self, names: &[&'static str]) -> Result<usize> {
        names.iter().find_map(|name| self.columns.get(*name).copied()).ok_or_else(|| Error::Column {
            file: self.file.clone(),
            column: names[0],
            found: self.columns.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    fn cell<'a>(&self, row: &'a csv::StringRecord, names: &[&str]) -> &'a str {
        names.iter().find_map(|name| self.columns.get(*name)).and_then(|at| row.get(*at)).unwrap_or_default()
    }

    fn some(&self, row: &csv::StringRecord, names: &[&str]) -> Option<String> {
        Some(self.cell(row, names)).filter(|cell| !cell.is_empty()).map(str::to_owned)
    }

    fn wrong(&self, row: &csv::StringRecord, what: String) -> Error {
        Error::Cell { file: self.file.clone(), line: row.position().map_or(0, csv::Position::line), what }
    }
}

/// Yes or no, as people write it.
fn yes(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "y" => Some(true),
        "0" | "false" | "no" | "n" | "" => Some(false),
        _ => None,
    }
}

/// The day of an ISO date or time.
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    let day = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
    Some(day.signed_duration_since(NaiveDate::default()).num_days())
}

/// Names of the column that bears the id.
const ID: &[&str] = &["worker_id", "worker", "id", "applicant_id"];
/// Names of the column that bears a candidate's id.
const CANDIDATE: &[&str] = &["applicant_id", "candidate_id", "candidate", "id"];
const POSITIVE: &[&str] = &["positive", "is_positive", "label"];

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split([' ', ';', ',', '|']).filter(|word| !word.is_empty()).map(str::to_owned)
}

fn people(sheet: &Sheet, world: &mut World) -> Result<()> {
    let (id, positive) = (sheet.must(ID)?, sheet.must(POSITIVE)?);
    let mut seen = BTreeSet::new();
    let told = [
        ("observable", "column observable: every positive counts as one that can be seen"),
        ("scheme", "column scheme: nothing is said by scheme"),
        ("role", "column role: hosts count as innocents"),
        ("identity", "column identity: lenders are not told from the rest"),
        ("farm", "column farm: farms and rings are not measured"),
        ("group", "column group: adverse impact is not measured"),
        ("first_tell", "column first_tell: days to a case are not measured"),
    ];
    for (_, what) in told.iter().filter(|(column, _)| !sheet.has(&[column])) {
        world.lacks(what);
    }
    for row in &sheet.rows {
        let one = person(sheet, row, (id, positive), &mut seen)?;
        world.people.push(Person { farm: sheet.some(row, &["farm", "ring", "cluster"]), ..one });
    }
    Ok(())
}

/// People who applied.
fn candidates(sheet: &Sheet, world: &mut World) -> Result<()> {
    let (id, positive) = (sheet.must(CANDIDATE)?, sheet.must(POSITIVE)?);
    let mut seen = BTreeSet::new();
    for row in &sheet.rows {
        world.candidates.push(Candidate {
            person: person(sheet, row, (id, positive), &mut seen)?,
            cluster: sheet.some(row, &["cluster"]),
            hired: sheet.some(row, &["worker_id"]),
        });
    }
    Ok(())
}

/// What a row says of one person; `seen` holds the ids before it.
fn person(
    sheet: &Sheet,
    row: &csv::StringRecord,
    (id, positive): (usize, usize),
    seen: &mut BTreeSet<String>,
) -> Result<Person> {
    let own = row.get(id).unwrap_or_default();
    if own.is_empty() || !seen.insert(own.to_owned()) {
        let what = if own.is_empty() { "no id".into() } else { format!("{own} stands here twice") };
        return Err(sheet.wrong(row, what));
    }
    let flag = |text: &str, column: &str| {
        yes(text).ok_or_else(|| sheet.wrong(row, format!("{column} is {text:?}: neither 1 nor 0")))
    };
    let positive = flag(row.get(positive).unwrap_or_default(), POSITIVE[0])?;
    let observable = match sheet.has(&["observable"]) {
        true => flag(sheet.cell(row, &["observable"]), "observable")?,
        false => positive,
    };
    let first_tell = sheet.some(row, &["first_tell", "first_seen"]);
    Ok(Person {
        id: own.to_owned(),
        positive,
        observable,
        scheme: sheet.some(row, &["scheme"]),
        role: sheet.some(row, &["role"]).filter(|role| role != "none"),
        identity: sheet.some(row, &["identity"]),
        group: sheet.some(row, &["group"]),
        look_alikes: words(sheet.cell(row, &["look_alikes", "look_alike"])).collect(),
        first_tell: match &first_tell {
            Some(text) => Some(day(text).ok_or_else(|| sheet.wrong(row, format!("{text:?} is no time")))?),
            None => None,
        },
        ..Person::default()
    })
}

/// Position of everybody, by id.
fn places<'a>(people: impl IntoIterator<Item = &'a Person>) -> BTreeMap<String, usize> {
    people.into_iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect()
}

fn tells(sheet: &Sheet, people: &mut [&mut Person]) -> Result<()> {
    let (id, tell) = (sheet.must(ID)?, sheet.must(&["tell"])?);
    let places = places(people.iter().map(|one| &**one));
    for row in &sheet.rows {
        // Without records it was planted, and no export shows it.
        let unseen = sheet.has(&["records"]) && matches!(sheet.cell(row, &["records"]), "" | "0");
        let Some(at) = row.get(id).and_then(|id| places.get(id)).filter(|_| !unseen) else { continue };
        let one = &mut people[*at];
        one.tells.extend(row.get(tell).map(str::to_owned));
        let first = day(sheet.cell(row, &["first_seen"]));
        one.first_tell = [one.first_tell, first].into_iter().flatten().min();
    }
    Ok(())
}

fn farms(sheet: &Sheet, world: &mut World) -> Result<()> {
    let farm = sheet.must(&["farm", "id", "ring"])?;
    for row in &sheet.rows {
        let kind = sheet.some(row, &["kind"]).unwrap_or_else(|| "farm".into());
        world.kinds.insert(row.get(farm).unwrap_or_default().to_owned(), kind);
    }
    Ok(())
}

fn look_alikes(sheet: &Sheet, world: &mut World) -> Result<()> {
    let (id, kind) = (sheet.must(ID)?, sheet.must(&["look_alike", "kind"])?);
    let places = places(&world.people);
    for row in &sheet.rows {
        let (Some(at), Some(kind)) = (row.get(id).and_then(|id| places.get(id)), row.get(kind)) else {
            continue;
        };
        let kinds = &mut world.people[*at].look_alikes;
        if !kind.is_empty() && !kinds.iter().any(|one| one == kind) {
            kinds.push(kind.to_owned());
        }
    }
    Ok(())
}

/// Days of records and the first of them, as the plan says.
fn window(folder: &str, open: &mut Open<'_>) -> Result<(Option<f64>, Option<Day>)> {
    let Some(bytes) = bytes(folder, "plan.json", open)? else { return Ok((None, None)) };
    let wrong = |line: usize, what: String| Error::Json { file: format!("{folder}/plan.json"), line, what };
    let plan: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|cause| wrong(cause.line(), "no JSON".into()))?;
    let days = plan.get("days").and_then(serde_json::Value::as_f64).filter(|days| *days > 0.0);
    let first = match plan.get("first_day").and_then(serde_json::Value::as_str) {
        Some(text) => Some(day(text).ok_or_else(|| wrong(1, format!("first_day {text:?} is no date")))?),
        None => None,
    };
    Ok((days, first))
}
