//! Mapping files: which column of an export fills which column of a record table.

use model::table::{At, Layer};
use model::{Blame, TableDef, tables};
use serde::Deserialize;

use crate::sheet::rows::{self, Preview};
use crate::sheet::{self, Plan, words};
use crate::vendors::generic::{PLANS, knows_phone};

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}: {reason}")]
pub struct MappingError {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl MappingError {
    /// The user wrote it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Environment
    }
}

/// A checked mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Source kind of the records.
    pub source: String,
    /// Table filled.
    pub table: &'static TableDef,
    /// Columns that a stream must have to be read by this mapping; empty for all that are read.
    pub when: Vec<String>,
    /// Columns filled.
    pub columns: Vec<MappedColumn>,
}

impl Mapping {
    /// Columns that a stream must have.
    #[must_use]
    pub fn when_columns(&self) -> Vec<&str> {
        if self.when.is_empty() {
            self.columns.iter().flat_map(|column| column.from.iter().map(String::as_str)).collect()
        } else {
            self.when.iter().map(String::as_str).collect()
        }
    }
}

/// One column filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedColumn {
    /// Column of the table.
    pub at: At,
    /// Columns of the export, the first that is filled wins unless they are joined.
    pub from: Vec<String>,
    /// What is done to the value, in order.
    pub transform: Vec<Transform>,
}

/// What is done to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transform {
    /// Outer space off.
    Trim,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// A date in this format (`%d.%m.%Y`).
    Date(String),
    /// A phone number of this country in international form.
    Phone(String),
    /// All columns, joined with this text.
    Join(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: toml::Spanned<String>,
    table: toml::Spanned<String>,
    #[serde(default)]
    when_columns: Vec<toml::Spanned<String>>,
    columns: std::collections::BTreeMap<toml::Spanned<String>, toml::Spanned<WrittenColumn>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenColumn {
    Name(String),
    Full(FullColumn),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullColumn {
    from: From,
    #[serde(default)]
    transform: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum From {
    One(String),
    Many(Vec<String>),
}

/// Reads and checks a mapping; `file` is its name for messages.
pub fn parse(text: &str, file: &str) -> Result<Mapping, MappingError> {
    let line_of = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let fail = |at: usize, reason: String| MappingError { file: file.to_owned(), line: line_of(at), reason };
    let written: Written = toml::from_str(text).map_err(|error| {
        fail(error.span().map_or(0, |span| span.start), error.message().replace('\n', " "))
    })?;
    let source = written.source.get_ref().trim();
    if source.is_empty() || !source.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        let reason = "source must be lower-case letters, digits and _".to_owned();
        return Err(fail(written.source.span().start, reason));
    }
    let name = written.table.get_ref().as_str();
    let Some(table) = tables::ALL.iter().copied().find(|t| t.name == name && t.layer == Layer::Record) else {
        let known: Vec<&str> = tables::ALL.iter().map(|table| table.name).collect();
        let reason = format!("unknown table {name}; the tables are {}", known.join(", "));
        return Err(fail(written.table.span().start, reason));
    };
    let mut when = Vec::new();
    for column in &written.when_columns {
        readable(column.get_ref()).map_err(|reason| fail(column.span().start, reason))?;
        when.push(column.get_ref().clone());
    }
    let mut columns = Vec::new();
    for (target, column) in &written.columns {
        let at = target_of(table, target.get_ref()).map_err(|reason| fail(target.span().start, reason))?;
        let found = column_of(at, column.get_ref()).map_err(|reason| fail(column.span().start, reason))?;
        columns.push(found);
    }
    if columns.is_empty() {
        return Err(fail(0, "no columns".to_owned()));
    }
    columns.sort_by_key(|column| column.at.0);
    Ok(Mapping { source: source.to_owned(), table, when, columns })
}

fn readable(column: &str) -> Result<(), String> {
    sheet::refused(column).map_or(Ok(()), |why| Err(format!("{why}: no mapping may read \"{column}\"")))
}

fn target_of(table: &'static TableDef, name: &str) -> Result<At, String> {
    if let Some(word) = model::refusal::refused_word(name) {
        return Err(format!("column refused: {word}"));
    }
    match table.position(name) {
        Some(at) if at == tables::RECORD_ID.0 || at == tables::SOURCE.0 => {
            Err(format!("{name} is filled by the program"))
        }
        Some(at) => Ok(At(at)),
        None => {
            let known: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            Err(format!("unknown column {name}; {} has {}", table.name, known.join(", ")))
        }
    }
}

fn column_of(at: At, written: &WrittenColumn) -> Result<MappedColumn, String> {
    let (from, transform) = match written {
        WrittenColumn::Name(name) => (vec![name.clone()], Vec::new()),
        WrittenColumn::Full(full) => {
            let from = match &full.from {
                From::One(name) => vec![name.clone()],
                From::Many(names) => names.clone(),
            };
            (from, full.transform.iter().map(|text| transform_of(text)).collect::<Result<_, _>>()?)
        }
    };
    if from.is_empty() || from.iter().any(|name| name.trim().is_empty()) {
        return Err("from names no column".to_owned());
    }
    for name in &from {
        readable(name)?;
    }
    Ok(MappedColumn { at, from, transform })
}

fn transform_of(text: &str) -> Result<Transform, String> {
    match text.split_once(':') {
        None if text == "trim" => Ok(Transform::Trim),
        None if text == "lower" => Ok(Transform::Lower),
        None if text == "upper" => Ok(Transform::Upper),
        Some(("date", format)) => {
            let wrong =
                chrono::format::StrftimeItems::new(format).any(|item| item == chrono::format::Item::Error);
            if wrong || !format.contains('%') {
                return Err(format!("date format {format} is not understood, write it like %d.%m.%Y"));
            }
            Ok(Transform::Date(format.to_owned()))
        }
        Some(("phone", country)) if knows_phone(country) => Ok(Transform::Phone(country.to_owned())),
        Some(("phone", country)) => Err(format!("no phone numbers known for country {country}")),
        Some(("join", text)) => Ok(Transform::Join(text.to_owned())),
        _ => Err(format!("unknown transform {text}; there are trim, lower, upper, date:, phone:, join:")),
    }
}

/// A mapping to begin with, for a stream that starts with these bytes: the best guess for each column, with
/// masked samples. `None` if the bytes are no table.
#[must_use]
pub fn propose(sample: &[u8]) -> Option<String> {
    let (header, rows) = table_of(sample)?;
    let guess = |plan: &&&'static sheet::Plan| {
        let map = plan.map();
        header.iter().filter(|name| map.role(name).is_some()).count()
    };
    let plan = PLANS.iter().rev().max_by_key(guess)?;
    let map = plan.map();
    let mut out = format!(
        "# a guess: check every line\nsource = \"my_{}\"\ntable = \"{}\"\n",
        plan.kind, plan.table.name
    );
    let quoted: Vec<String> = header
        .iter()
        .filter(|n| map.role(n).is_some() && sheet::refused(n).is_none())
        .map(|n| quote(n))
        .collect();
    out.push_str(&format!("when_columns = [{}]\n\n[columns]\n", quoted.join(", ")));
    let mut taken: Vec<&str> = Vec::new();
    for (at, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(why) = sheet::refused(name) {
            out.push_str(&format!("# {}: {why}\n", quote(name)));
            continue;
        }
        let value = rows.iter().filter_map(|row| row.get(at)).find(|text| !text.is_empty());
        let shown = value.map_or_else(|| "no sample".to_owned(), |text| format!("like {}", masked(text)));
        let found =
            map.role(name).and_then(|(role, rank)| Some((target(plan, plan.roles[role].name, name)?, rank)));
        match found {
            Some((column, rank)) if !taken.contains(&column) => {
                taken.push(column);
                let sure = if rank < 3 {
                    "sure"
                } else if rank < 100 {
                    "likely"
                } else {
                    "perhaps"
                };
                out.push_str(&format!("{column} = {} # {sure}, {shown}\n", quote(name)));
            }
            _ => {
                out.push_str(&format!("# ? = {} # not understood or already filled, {shown}\n", quote(name)))
            }
        }
    }
    Some(out)
}

/// Reason of a list of who was away when: it is understood, and left out for good.
pub const ABSENCES: &str = "list of absences: left out on purpose, why and when somebody is away is not read";

/// Reason of a list of meetings by host.
pub const MEETINGS: &str = "list of meetings: it names hosts and counts participants; export the participants of each, or the dashboard's";

/// Whether a table lists meetings, and nobody who came to them.
fn is_meetings(header: &[String]) -> bool {
    let has = |name: &str| header.iter().any(|one| words(one) == words(name));
    has("topic") && has("meeting id") && has("start time") && has("participants") && !has("join time")
}

/// Whether a table says who was away and why.
fn is_absences(header: &[String], rows: &[Vec<String>]) -> bool {
    #[rustfmt::skip]
    const WHO: &[&str] = &["employee", "employee id", "employee number", "worker", "worker id", "employee name", "name", "full name", "work email", "email"];
    #[rustfmt::skip]
    const WHY: &[&str] = &[
        "policy", "time off policy", "time off type", "leave type", "absence type", "absence reason", "leave reason", "pto type", "type", "reason", "category",
        "time off", "policy type", "absence", "time off plan", "absence plan", "policy name", "request type", "time off reason",
    ];
    #[rustfmt::skip]
    const KINDS: &[&str] = &[
        "vacation", "sick", "pto", "paid time off", "leave", "holiday", "time off", "parental", "bereavement", "jury", "personal", "annual", "floating", "unpaid",
        "comp time", "urlaub", "krank", "elternzeit", "sonderurlaub", "congé", "vacaciones", "medical", "maternity", "paternity", "volunteer", "sabbatical", "fmla", "family", "absence", "compassionate",
    ];
    let is_one = |name: &str, known: &[&str]| known.iter().any(|one| words(one) == words(name));
    let Some(why) = header.iter().position(|name| is_one(name, WHY)) else { return false };
    let told: Vec<String> = rows
        .iter()
        .filter_map(|row| row.get(why))
        .filter(|text| !text.is_empty())
        .map(|text| text.to_lowercase())
        .collect();
    let away = told.iter().filter(|text| KINDS.iter().any(|kind| text.contains(kind))).count();
    header.iter().any(|name| is_one(name, WHO)) && !told.is_empty() && away * 4 >= told.len() * 3
}

/// What a table that no source reads would need, for people; `None` where the bytes are no table.
#[must_use]
pub fn nearest(sample: &[u8]) -> Option<String> {
    let (header, rows) = table_of(sample)?;
    let width = header.len();
    let even = rows.iter().filter(|row| row.len() == width).count();
    if width < 3 || rows.is_empty() || even * 10 < rows.len() * 9 {
        return None;
    }
    if is_absences(&header, &rows) {
        return Some(ABSENCES.to_owned());
    }
    if is_meetings(&header) {
        return Some(MEETINGS.to_owned());
    }
    let fits = |plan: &Plan| header.iter().filter(|name| plan.map().role(name).is_some()).count();
    let plan = PLANS.iter().rev().max_by_key(|plan| fits(plan))?;
    let count = fits(plan);
    if count < 2 {
        return Some("table that no source reads: sources map proposes a mapping".to_owned());
    }
    let needed = plan.doc.expects.iter().filter(|name| name.contains('*'));
    let needed: Vec<String> = needed.map(|name| name.replace('*', "")).collect();
    Some(format!(
        "table that no source reads: {count} of {width} columns fit {}, which needs {}; sources map proposes a mapping",
        plan.kind,
        needed.join(" and ")
    ))
}

/// Table column that a role fills by itself.
fn target(plan: &sheet::Plan, role: &str, header: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    const PAIRS: &[(&str, &str)] = &[
        ("worker", "worker_id"), ("full", "full_name"), ("private_email", "personal_email"),
        ("login", "user_name"),
        ("home_line1", "home_address"), ("location", "work_location"), ("remote", "is_remote"),
        ("title", "job_title"),
        ("type", "worker_type"), ("employer", "employer_of_record"), ("manager", "manager_id"),
        ("start", "start_time"),
        ("end", "end_time"), ("name", "recipient_name"), ("tag", "asset_tag"), ("serial", "asset_serial"),
        ("created", "time"), ("changed", "time"), ("given", "time"), ("delivered", "delivered_time"),
        ("ship_line1", "ship_to"),
        ("got_line1", "delivered_to"), ("from_line1", "ship_from"), ("signed", "signed_by"),
        ("place", "place_type"),
        ("rerouted", "is_rerouted"), ("got_city", "delivered_city"), ("ship_city", "ship_to_city"),
        ("ship_region", "ship_to_region"),
        ("ship_postcode", "ship_to_postcode"), ("ship_country", "ship_to_country"), ("bank", "bank_name"),
        ("holder", "holder_name"),
        ("match", "holder_match"), ("by", "changed_by"), ("ip", "actor_ip"),
        ("effective", "effective_time"), ("host", "hostname"),
        ("device", "device_uid"), ("back", "returned_time"), ("pool", "is_pool"), ("from", "from_time"),
        ("to", "to_time"),
        ("other", "other_worker_id"), ("country", "place_country"), ("equipment", "item"),
        ("software", "item"),
        ("shipped", "time"), ("phone", "recipient_phone"),
    ];
    let by_kind: &[(&str, &str)] = match plan.kind {
        "roster" => &[("id", "worker_id")],
        "shipment" => &[("id", "shipment_id"), ("email", "recipient_email")],
        _ => &[("email", "worker_email")],
    };
    let own = [words(header).join("_"), role.to_owned()];
    let is_free = |column: &&model::table::Column| {
        column.name != "source" && own.iter().any(|name| name == column.name)
    };
    // the first column is the record's id; it and the source are filled by the program
    let direct = plan.table.columns.iter().skip(1).find(is_free);
    let mapped = by_kind.iter().chain(PAIRS).filter(|(from, _)| *from == role).map(|(_, to)| *to);
    direct
        .map(|column| column.name)
        .or_else(|| mapped.into_iter().find(|to| plan.table.position(to).is_some()))
}

fn table_of(sample: &[u8]) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut best: Option<(usize, Vec<String>, Vec<Vec<String>>)> = None;
    for preview in rows::previews(sample).iter() {
        let (header, rest) = match preview {
            Preview::Json(_, pairs) => {
                let header: Vec<String> = pairs.first()?.iter().map(|(name, _)| name.clone()).collect();
                let find = |row: &rows::Pairs, name: &String| {
                    row.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
                };
                let rest =
                    pairs.iter().map(|row| header.iter().map(|n| find(row, n).unwrap_or_default()).collect());
                (header.clone(), rest.collect())
            }
            Preview::Sheet(_, records) => {
                // the header is the first row as wide as the widest of the first rows
                let filled = |cells: &[String]| cells.iter().filter(|cell| rows::header_like(cell)).count();
                let Some(widest) = records.iter().take(25).map(|(_, cells)| filled(cells)).max() else {
                    continue;
                };
                let Some(at) = records.iter().position(|(_, cells)| filled(cells) == widest) else {
                    continue;
                };
                (
                    records[at].1.clone(),
                    records[at + 1..].iter().take(50).map(|(_, cells)| cells.clone()).collect(),
                )
            }
        };
        if header.len() >= 2 && best.as_ref().is_none_or(|(width, ..)| header.len() > *width) {
            best = Some((header.len(), header, rest));
        }
    }
    best.map(|(_, header, rest)| (header, rest))
}

/// Letters as `x`, digits as `9`, the rest as it is.
fn masked(text: &str) -> String {
    let mask = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'x',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().take(30).map(mask).collect()
}

/// A basic string of TOML on one line.
fn quote(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
