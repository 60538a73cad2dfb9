//! Tables of people, things and money as any system exports them: headers decide, not file names.
//!
//! # Layout
//! - [`rows`]: delimited text and flat JSON cut into rows of named values
//! - `header`: which role each header plays; [`heading`]: what stands above a table and speaks for its rows
//! - [`languages`]: headers in other languages than English
//! - [`address`]: postal addresses in one column or in parts
//! - here: words of headers, plans (which headers a table needs), and the contest between plans

pub mod address;
mod header;
pub mod heading;
pub mod languages;
pub mod plan;
pub mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use model::{Record, TableDef, Time, UnitKey};

use crate::source::{Block, Framing, Parsed, Reader, Recognised, Sample, SourceDoc};
use crate::value::{self, DateOrder};
pub use header::HeaderMap;
pub use plan::Row;
use rows::{Format, Pairs, Preview};

/// A piece of information that a table takes from a row, and the headers that it may stand under.
#[derive(Debug)]
pub struct Role {
    /// Name used by the source.
    pub name: &'static str,
    /// Headers, best first, in any writing.
    pub headers: &'static [&'static str],
    /// Whether it tells this table from the others.
    pub anchor: bool,
}

/// Asks whether a role was found.
pub type Has<'a> = &'a dyn Fn(&str) -> bool;
/// Asks for the values of a role.
pub type Values<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// Why a row makes no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmade {
    /// It is understood and says nothing that is needed.
    Left(&'static str),
    /// It lacks something.
    Wrong(&'static str),
}

/// How rows become records of one table.
pub struct Plan {
    /// Source kind.
    pub kind: &'static str,
    /// Table filled.
    pub table: &'static TableDef,
    /// What is looked for.
    pub roles: &'static [Role],
    /// Whether the roles that were found are enough.
    pub enough: fn(Has<'_>) -> bool,
    /// Roles of which a row may hold several, numbered in the headers: `Account Number 2` makes a second record.
    pub numbered: &'static [&'static str],
    /// Whose addresses a row may hold: the prefix of the roles, and the words before `address 1`, `city`, `zip` …
    pub addresses: &'static [(&'static str, &'static [&'static str])],
    /// Headers that belong to other kinds of export: they speak against this one.
    pub foreign: &'static [&'static str],
    /// Whether the values look like this table, given the values of a role.
    pub plausible: fn(Values<'_>) -> bool,
    /// Fills a record, or says why the row makes none.
    pub fill: fn(&mut Row<'_>, &mut Record) -> Result<(), Unmade>,
    /// For people.
    pub doc: SourceDoc,
    /// Its headers, put in normal form once.
    pub map: OnceLock<HeaderMap>,
}

impl Plan {
    /// Which role each header plays.
    #[must_use]
    pub fn map(&self) -> &HeaderMap {
        self.map.get_or_init(|| HeaderMap::new(self))
    }
}

/// Words of a header in lower case, abbreviations written out, sorted: `Email - Work` is `work e-mail`.
#[must_use]
pub fn words(header: &str) -> Vec<String> {
    let joined = phrase(header);
    let joined = joined.replace("bank ing", "banking").replace("ids", "id");
    let mut out: Vec<String> =
        joined.split(' ').filter(|w| !FILLERS.contains(w)).map(|w| long_form(w).to_owned()).collect();
    out.retain(|w| !w.is_empty());
    out.sort();
    out.dedup();
    out
}

/// A header in lower case and in English, its words apart.
fn phrase(header: &str) -> String {
    let mut spaced = String::new();
    let chars: Vec<char> = header.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied().unwrap_or(' ');
        let next_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_lower)) {
            spaced.push(' ');
        }
        match c {
            '#' => spaced.push_str(" number "),
            '%' => spaced.push_str(" percent "),
            '\'' | '’' => {}
            c if c.is_alphanumeric() => {
                // "Line1" is "line 1"
                if c.is_ascii_digit() && before.is_lowercase() {
                    spaced.push(' ');
                }
                spaced.extend(c.to_lowercase());
            }
            _ => spaced.push(' '),
        }
    }
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let joined =
        joined.replace("e mail", "email").replace("zip code", "zip").replace("post code", "postcode");
    languages::english(&joined)
}

/// Words that carry nothing in a header, date formats included.
const FILLERS: &[&str] = &[
    "the", "of", "a", "an", "or", "des", "der", "du", "de", "del", "la", "le", "les", "do", "da", "mm", "dd",
    "yyyy", "yy", "utc", "u", "s", "iso",
];

fn long_form(word: &str) -> &str {
    #[rustfmt::skip]
    const PAIRS: &[(&str, &str)] = &[
        ("addr", "address"), ("num", "number"), ("no", "number"), ("nbr", "number"), ("nr", "number"),
        ("dt", "date"), ("emp", "employee"), ("ee", "employee"), ("dept", "department"), ("mgr", "manager"),
        ("supervisor", "manager"), ("acct", "account"), ("acc", "account"), ("tel", "phone"),
        ("telephone", "phone"),
        ("cell", "mobile"), ("cellphone", "mobile"), ("identifier", "id"), ("organisation", "organization"),
        ("org", "organization"), ("ref", "reference"), ("postal", "postcode"), ("zip", "postcode"),
        ("postalcode", "postcode"), ("zipcode", "postcode"), ("province", "state"), ("region", "state"),
        ("town", "city"), ("mail", "email"), ("emailaddress", "email"), ("addresses", "address"),
        ("sn", "serial"),
        ("shipped", "ship"), ("shipping", "ship"), ("shipment", "ship"), ("recipient", "recipient"),
        ("consignee", "recipient"), ("receiver", "recipient"), ("datetime", "date"), ("timestamp", "date"),
        ("time", "date"), ("at", "date"), ("on", "date"), ("firstname", "first"), ("lastname", "last"),
        ("surname", "last"), ("forename", "first"), ("given", "first"), ("family", "last"),
        ("personal", "private"),
        ("fullname", "full"), ("cty", "city"), ("ctry", "country"), ("hostname", "host"), ("tag", "tag"),
        ("associate", "employee"), ("personnel", "employee"), ("staff", "employee"), ("worker", "employee"),
        ("matches", "match"), ("matched", "match"), ("crew", "employee"), ("code", "code"), ("aba", "routing"), ("rtn", "routing"), ("swift", "bic"),
    ];
    PAIRS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| long)
}

/// A kind of column that is dropped unread, named in what was skipped.
#[must_use]
pub fn refused(header: &str) -> Option<String> {
    let spaced = words(header).join("_");
    let raw: String = header.to_lowercase();
    if let Some(word) = model::refusal::refused_word(&spaced).or_else(|| model::refusal::refused_word(header))
    {
        return Some(format!("column refused: {word}"));
    }
    let compact = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let written = [compact(&raw), compact(&phrase(header))];
    const IDS: &[&str] = &[
        "socialsecurity",
        "taxid",
        "nationalid",
        "passport",
        "taxpayer",
        "nationalinsurance",
        "socialinsurance",
        "driverslicense",
        "driverlicense",
        "governmentid",
        "dateofbirth",
        "birthday",
        "aadhaar",
        "itin",
    ];
    let holds = |text: &String, id: &str| text.contains(id) && (id != "itin" || text == "itin");
    let found = IDS.iter().find(|id| written.iter().any(|text| holds(text, id)));
    found.map(|id| format!("column refused: {id}"))
}

/// Role of columns that only lists of absences have.
pub const ABSENCE: &str = "absence";

/// A stream read by one plan.
struct Candidate {
    confidence: u8,
    matched: usize,
    why: String,
    format: Format,
    sample: Vec<Pairs>,
    preamble: Vec<String>,
    heading: Vec<(usize, usize, String, String)>,
}

/// Recognises a stream for one plan; silent where another plan fits better.
pub fn recognise(plan: &'static Plan, all: &[&'static Plan], sample: &Sample<'_>) -> Option<Recognised> {
    let previews = rows::previews(sample.bytes);
    let own = candidate(plan, &previews)?;
    for other in all.iter().filter(|other| other.kind != plan.kind) {
        if candidate(other, &previews).is_some_and(|c| c.confidence > own.confidence) {
            return None;
        }
    }
    let framing = own.format.framing();
    let snapshot =
        own.preamble.iter().find_map(|line| stated_date(line)).or_else(|| value::date_in_name(sample.name));
    let semicolons = matches!(own.format, Format::Sheet { delimiter: b';', .. });
    let order = date_order(own.sample.iter().flatten().map(|(_, v)| v.as_str()), semicolons);
    let reader = PlanReader { plan, format: own.format, order, snapshot, heading: own.heading };
    Some(Recognised {
        kind: plan.kind,
        confidence: own.confidence,
        why: own.why,
        framing,
        reader: Box::new(reader),
    })
}

fn candidate(plan: &'static Plan, previews: &[Preview]) -> Option<Candidate> {
    let map = plan.map();
    let mut best: Option<Candidate> = None;
    for preview in previews {
        let found = match preview {
            Preview::Json(framing, sample) => json_candidate(plan, map, *framing, sample),
            Preview::Sheet(delimiter, records) => sheet_candidate(plan, map, *delimiter, records),
        };
        if let Some(found) = found
            && best.as_ref().is_none_or(|known| found.matched > known.matched)
        {
            best = Some(found);
        }
    }
    best
}

fn json_candidate(plan: &Plan, map: &HeaderMap, framing: Framing, sample: &[Pairs]) -> Option<Candidate> {
    let mut header: Vec<String> = Vec::new();
    for (name, _) in sample.iter().flatten() {
        if !header.contains(name) && header.len() < 400 {
            header.push(name.clone());
        }
    }
    let scored = score(plan, map, &header, sample)?;
    // wide event objects hold a few familiar keys by chance
    (scored.1 >= 30).then(|| Candidate {
        confidence: scored.0,
        matched: scored.2,
        why: scored.3,
        format: Format::Json(framing),
        sample: sample.to_vec(),
        preamble: Vec::new(),
        heading: Vec::new(),
    })
}

fn sheet_candidate(
    plan: &Plan,
    map: &HeaderMap,
    delimiter: u8,
    records: &[(crate::source::Unit, Vec<String>)],
) -> Option<Candidate> {
    let (at, _) = records
        .iter()
        .take(25)
        .enumerate()
        .map(|(at, (_, cells))| (at, cells.iter().filter(|cell| map.role(cell).is_some()).count()))
        .max_by_key(|(at, count)| (*count, usize::MAX - at))
        .filter(|(_, count)| *count >= 2)?;
    let mut header = records[at].1.clone();
    while header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    let sample: Vec<Pairs> = records[at + 1..]
        .iter()
        .take(1_000)
        .map(|(_, cells)| header.iter().cloned().zip(cells.iter().cloned()).collect())
        .collect();
    let (confidence, _, matched, why) = score(plan, map, &header, &sample)?;
    let preamble = records[..at].iter().map(|(_, cells)| cells.join(" ").trim().to_owned()).collect();
    let above: Vec<&[String]> = records[..at].iter().map(|(_, cells)| &cells[..]).collect();
    let heading = heading::of(&above, map, &header);
    let format = Format::Sheet { delimiter, header, header_line: records[at].0.line };
    Some(Candidate { confidence, matched, why, format, sample, preamble, heading })
}

/// Confidence, share of columns understood in percent, columns understood, and the reason.
fn score(
    plan: &Plan,
    map: &HeaderMap,
    header: &[String],
    sample: &[Pairs],
) -> Option<(u8, usize, usize, String)> {
    let foreign: Vec<(Vec<String>, bool)> =
        plan.foreign.iter().map(|name| (words(name), name.ends_with("time"))).collect();
    // "Join time" is of meetings, "Join date" is not
    let is_foreign = |name: &str| {
        let (bag, timed) = (words(name), name.to_lowercase().contains("time"));
        foreign.iter().any(|(known, of_time)| *known == bag && (timed || !of_time))
    };
    let mut roles: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    let (mut understood, mut counted, mut strange) = (0, 0, 0);
    for name in header.iter().filter(|name| !name.is_empty()) {
        strange += usize::from(is_foreign(name));
        if let Some(why) = refused(name) {
            // what is not read may still say what a table is about
            if why.ends_with(": leave") && plan.roles.iter().any(|role| role.name == ABSENCE) {
                roles.entry(ABSENCE).or_default();
            }
            continue;
        }
        counted += 1;
        if let Some((role, _)) = map.role(name) {
            understood += 1;
            roles.entry(plan.roles[role].name).or_default().push(name);
        }
    }
    if !(plan.enough)(&|role| roles.contains_key(role)) {
        return None;
    }
    let values = |role: &str| -> Vec<String> {
        let Some(names) = roles.get(role) else { return Vec::new() };
        let cells = sample.iter().flatten().filter(|(name, text)| names.contains(&name) && !text.is_empty());
        cells.map(|(_, text)| text.clone()).collect()
    };
    if !(plan.plausible)(&values) {
        return None;
    }
    let anchors = plan.roles.iter().filter(|role| role.anchor && roles.contains_key(role.name)).count();
    if strange > 0 && strange * 2 >= anchors {
        return None;
    }
    let share = 100 * understood / counted.max(1);
    let confidence = (30 + share * 35 / 100 + (anchors * 8).min(30)).saturating_sub(10 * strange);
    let names: Vec<&str> = roles.keys().copied().take(6).collect();
    let why = format!("{understood} of {counted} columns understood: {}", names.join(", "));
    Some((u8::try_from(confidence.min(95)).unwrap_or(95), share, understood, why))
}

/// The date in "As of 2026-11-01", "Report date: 11/01/2026", "Generated on …".
fn stated_date(line: &str) -> Option<Time> {
    let lower = line.to_ascii_lowercase();
    let marks =
        ["as of", "report date", "generated", "run date", "effective date", "exported", "snapshot", "date:"];
    let (mark, at) = marks.iter().find_map(|mark| lower.find(mark).map(|at| (mark, at)))?;
    let rest = line.get(at + mark.len()..)?.trim_start_matches(|c: char| !c.is_alphanumeric());
    let rest = rest.strip_prefix("on ").or_else(|| rest.strip_prefix("at ")).unwrap_or(rest);
    let words: Vec<&str> = rest.split_whitespace().collect();
    (1..=words.len().min(6))
        .rev()
        .find_map(|n| value::time(words[..n].join(" ").trim_end_matches([',', '.', ')'])))
}

/// Which of day and month stands first, from the dates that leave no choice.
pub(crate) fn date_order<'a>(values: impl Iterator<Item = &'a str>, semicolons: bool) -> DateOrder {
    let (mut day, mut month) = (0, 0);
    for text in values {
        let mut parts = text.split(['/', '-', ' ']);
        let mut number = || parts.next().filter(|p| p.len() <= 2).and_then(|p| p.parse::<u32>().ok());
        if let (Some(first), Some(second)) = (number(), number()) {
            day += usize::from((13..=31).contains(&first) && second <= 12);
            month += usize::from((13..=31).contains(&second) && first <= 12);
        }
    }
    if day > month || (day == month && semicolons) { DateOrder::DayFirst } else { DateOrder::MonthFirst }
}

struct PlanReader {
    plan: &'static Plan,
    format: Format,
    order: DateOrder,
    snapshot: Option<Time>,
    /// What the block above the table says of all rows.
    heading: Vec<(usize, usize, String, String)>,
}

impl Reader for PlanReader {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut roles = BTreeMap::new();
        let mut headers = Headers::default();
        rows::cut(&self.format, block, &mut parsed, |parsed, place, pairs| {
            let pairs = headers.readable(pairs, parsed);
            let key = headers.unit_key(&pairs);
            let mut groups: BTreeMap<u8, Row<'_>> = BTreeMap::new();
            let mut shared = Row::new(self.plan, self.order);
            for (role, rank, name, text) in &self.heading {
                shared.add(self.plan.roles[*role].name, *rank, name, text);
            }
            for (name, text) in pairs.iter().filter(|(_, text)| !text.is_empty()) {
                let found = roles.entry(name.clone()).or_insert_with(|| {
                    let map = self.plan.map();
                    map.role(name).map(|(role, rank)| (role, rank, map.group(name)))
                });
                let Some((role, rank, group)) = *found else { continue };
                let row = if group == 0 {
                    &mut shared
                } else {
                    groups.entry(group).or_insert_with(|| Row::new(self.plan, self.order))
                };
                row.add(self.plan.roles[role].name, rank, name, text);
            }
            // of `Account` and `Account 2` the first is one of several, of `Bank`, `Account 1` and `Account 2` it is all theirs
            let several = groups.values().flat_map(|row| shared.roles_of(row)).collect::<BTreeSet<&str>>();
            let common = shared.without(&several);
            let mut rows: Vec<Row<'_>> = groups.into_values().map(|row| row.with(&common)).collect();
            if rows.is_empty() || !several.is_empty() {
                rows.insert(0, shared);
            }
            for (ordinal, row) in rows.into_iter().enumerate() {
                let ordinal = u32::try_from(ordinal).unwrap_or(u32::MAX);
                self.fill(
                    row,
                    Record::new(self.plan.table, key.clone(), ordinal, place.index),
                    place,
                    parsed,
                );
            }
        });
        parsed
    }

    fn snapshot_time(&self) -> Option<Time> {
        self.snapshot
    }
}

impl PlanReader {
    fn fill(&self, mut row: Row<'_>, mut record: Record, place: &rows::Place<'_>, parsed: &mut Parsed) {
        match (self.plan.fill)(&mut row, &mut record) {
            Ok(()) => parsed.records.push(record),
            Err(Unmade::Wrong(reason)) => parsed.rejects.push(place.reject(None, reason)),
            Err(Unmade::Left(name)) => return rows::skip(parsed, name, 1),
        }
        for (column, reason) in row.problems() {
            parsed.rejects.push(place.reject(Some(column), reason));
        }
        for note in row.notes() {
            rows::skip(parsed, note, 1);
        }
    }
}

/// What was found out about each header, so that it is found out once and not for every row.
#[derive(Default)]
pub struct Headers {
    known: BTreeMap<String, (Option<String>, String)>,
}

impl Headers {
    fn look(&mut self, name: &str) -> &(Option<String>, String) {
        self.known.entry(name.to_owned()).or_insert_with(|| (refused(name), words(name).join(" ")))
    }

    /// The pairs without refused columns, which are counted.
    pub fn readable(&mut self, pairs: Pairs, parsed: &mut Parsed) -> Pairs {
        let mut out = Vec::with_capacity(pairs.len());
        for (name, text) in pairs {
            match &self.look(&name).0 {
                Some(why) => rows::skip(parsed, why, 1),
                None => out.push((name, text)),
            }
        }
        out
    }

    /// Key of a row: its filled columns sorted by header, so that their order in the file does not matter.
    #[must_use]
    pub fn unit_key(&mut self, pairs: &Pairs) -> UnitKey {
        let mut sorted: Vec<(String, &str)> = Vec::with_capacity(pairs.len());
        for (name, text) in pairs.iter().filter(|(_, text)| !text.trim().is_empty()) {
            sorted.push((self.look(name).1.clone(), text.trim()));
        }
        sorted.sort();
        let mut canonical = Vec::new();
        for (name, text) in sorted {
            canonical.extend_from_slice(name.as_bytes());
            canonical.push(0x1f);
            canonical.extend_from_slice(text.as_bytes());
            canonical.push(0x1e);
        }
        UnitKey::of_bytes(&canonical)
    }
}
