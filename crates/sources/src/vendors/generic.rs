//! Any delimited text or JSON lines into any record table, by a mapping that the user writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use model::record::is_missing;
use model::{Cell, Kind, Record, Time};

use crate::mapping::{Mapping, Transform};
use crate::sheet::rows::{self, Format, Preview};
use crate::sheet::{self, Plan, words};
use crate::source::{Block, Framing, Parsed, Reader, Recognised, Sample, Source, SourceDoc};
use crate::value;

use super::{applicants, assignment, attestation, contacts, contingent, pay, remote, roster, shipment, zoom};

/// Every plan for tables with headers; the contest between them decides what a table is.
pub static PLANS: &[&Plan] = &[
    &shipment::PLAN,
    &pay::PLAN,
    &attestation::PLAN,
    &assignment::PLAN,
    &roster::PLAN,
    &contingent::PLAN,
    &contacts::PLAN,
    &applicants::PLAN,
    &remote::console::PLAN,
    &zoom::report::PLAN,
];

static DOC: SourceDoc = SourceDoc {
    title: "Any CSV or JSON lines, by a mapping file",
    documentation: "docs/exports/generic.md",
    recognised_by: "The columns that the mapping names in when_columns, or else those it reads.",
    expects: &["the columns named in the mapping"],
    fills: &["any record table"],
};

/// A table with headers, by its plan.
pub struct Sheet(pub &'static Plan);

impl Source for Sheet {
    fn kind(&self) -> &'static str {
        self.0.kind
    }

    fn doc(&self) -> &'static SourceDoc {
        &self.0.doc
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        sheet::recognise(self.0, PLANS, sample)
    }
}

/// A source made of a mapping.
pub struct MappedSource {
    mapping: Mapping,
    kind: &'static str,
}

impl MappedSource {
    /// The source of a mapping.
    #[must_use]
    pub fn new(mapping: Mapping) -> Self {
        let kind = lasting(&mapping.source);
        Self { mapping, kind }
    }
}

/// A name (of a source kind, of an element) for as long as the program runs, kept once however often it is asked for.
pub(crate) fn lasting(name: &str) -> &'static str {
    static KINDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut kinds = KINDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kinds.get(name) {
        return known;
    }
    let kind: &'static str = Box::leak(name.to_owned().into_boxed_str());
    kinds.insert(kind);
    kind
}

impl Source for MappedSource {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        let wanted: Vec<Vec<String>> = self.mapping.when_columns().iter().map(|name| words(name)).collect();
        let (format, framing) =
            rows::previews(sample.bytes).iter().find_map(|preview| shape(preview, &wanted))?;
        let snapshot = value::date_in_name(sample.name);
        let reader = MappedReader { mapping: self.mapping.clone(), format, snapshot };
        let why = format!("has the columns of the mapping for {}", self.mapping.table.name);
        // the user said so
        Some(Recognised { kind: self.kind, confidence: 100, why, framing, reader: Box::new(reader) })
    }
}

fn shape(preview: &Preview, wanted: &[Vec<String>]) -> Option<(Format, Framing)> {
    let has_all = |header: &[String]| {
        let known: Vec<Vec<String>> = header.iter().map(|name| words(name)).collect();
        !wanted.is_empty() && wanted.iter().all(|name| known.contains(name))
    };
    match preview {
        Preview::Json(framing, sample) => {
            let header: Vec<String> = sample.iter().flatten().map(|(name, _)| name.clone()).collect();
            has_all(&header).then_some((Format::Json(*framing), *framing))
        }
        Preview::Sheet(delimiter, records) => {
            let (unit, header) = records.iter().take(25).find(|(_, cells)| has_all(cells))?;
            let end = header.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
            let header = header[..end].to_vec();
            let delimiter = *delimiter;
            Some((Format::Sheet { delimiter, header, header_line: unit.line }, Framing::Sheet { delimiter }))
        }
    }
}

struct MappedReader {
    mapping: Mapping,
    format: Format,
    snapshot: Option<Time>,
}

impl Reader for MappedReader {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut headers = sheet::Headers::default();
        rows::cut(&self.format, block, &mut parsed, |parsed, place, pairs| {
            let pairs = headers.readable(pairs, parsed);
            let by_name: BTreeMap<Vec<String>, &str> =
                pairs.iter().rev().map(|(name, text)| (words(name), text.as_str())).collect();
            let mut record = Record::new(self.mapping.table, headers.unit_key(&pairs), 0, place.index);
            let mut filled = 0;
            for column in &self.mapping.columns {
                let texts: Vec<&str> =
                    column.from.iter().filter_map(|from| by_name.get(&words(from)).copied()).collect();
                let texts: Vec<&str> = texts.into_iter().filter(|text| !is_missing(text.trim())).collect();
                if texts.is_empty() {
                    continue;
                }
                match cell(&texts, &column.transform, self.mapping.table.columns[column.at.0].kind) {
                    Some(value) => {
                        filled += 1;
                        record.set(column.at, value);
                    }
                    None => {
                        let from = Some(column.from.join(", "));
                        parsed.rejects.push(place.reject(from, "value does not fit its column"));
                    }
                }
            }
            if filled > 0 {
                parsed.records.push(record);
            } else {
                parsed.rejects.push(place.reject(None, "row without any mapped value"));
            }
        });
        parsed
    }

    fn snapshot_time(&self) -> Option<Time> {
        self.snapshot
    }
}

fn cell(texts: &[&str], transforms: &[Transform], kind: Kind) -> Option<Cell> {
    let joiner = transforms
        .iter()
        .find_map(|t| if let Transform::Join(text) = t { Some(text.as_str()) } else { None });
    let mut text = match joiner {
        Some(joiner) => texts.join(joiner),
        None => (*texts.first()?).to_owned(),
    };
    let mut time = None;
    for transform in transforms {
        match transform {
            Transform::Trim => text = text.trim().to_owned(),
            Transform::Lower => text = text.to_lowercase(),
            Transform::Upper => text = text.to_uppercase(),
            Transform::Date(format) => time = Some(dated(text.trim(), format)?),
            Transform::Phone(country) => text = phone(&text, country),
            Transform::Join(_) => {}
        }
    }
    let text = text.trim();
    Some(match kind {
        Kind::Text => Cell::Text(time.map_or_else(|| text.to_owned(), |time| time.to_string())),
        Kind::Time => Cell::Time(time.or_else(|| value::time(text))?),
        Kind::Int => Cell::Int(text.replace(',', "").parse().ok()?),
        Kind::Float => Cell::Float(text.parse().ok().filter(|number: &f64| number.is_finite())?),
        Kind::Bool => Cell::Bool(value::truth(text)?),
        Kind::List => Cell::List(text.split([',', ';', '|']).map(|part| part.trim().to_owned()).collect()),
    })
}

fn dated(text: &str, format: &str) -> Option<Time> {
    use chrono::{DateTime, NaiveDate, NaiveDateTime};
    if let Ok(found) = DateTime::parse_from_str(text, format) {
        return Some(Time(found.timestamp_micros()));
    }
    if let Ok(found) = NaiveDateTime::parse_from_str(text, format) {
        return Some(Time(found.and_utc().timestamp_micros()));
    }
    let day = NaiveDate::parse_from_str(text, format).ok()?;
    Some(Time(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros()))
}

/// Digits behind `+`; a number without country code gets that of the country.
fn phone(text: &str, country: &str) -> String {
    #[rustfmt::skip]
    const CODES: &[(&str, &str)] = &[
        ("US", "1"), ("CA", "1"), ("GB", "44"), ("DE", "49"), ("FR", "33"), ("ES", "34"), ("IT", "39"),
        ("NL", "31"), ("PL", "48"),
        ("IN", "91"), ("AU", "61"), ("BR", "55"), ("MX", "52"), ("JP", "81"), ("IE", "353"), ("CH", "41"),
        ("AT", "43"), ("SE", "46"),
        ("UA", "380"), ("PT", "351"), ("RO", "40"), ("PH", "63"), ("SG", "65"), ("NZ", "64"), ("ZA", "27"),
        ("NG", "234"),
    ];
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let Some((_, code)) = CODES.iter().find(|(known, _)| *known == country) else { return text.to_owned() };
    if text.trim().starts_with('+') {
        format!("+{digits}")
    } else if let Some(rest) = digits.strip_prefix("00") {
        format!("+{rest}")
    } else if *code == "1" && digits.len() == 11 && digits.starts_with('1') {
        format!("+{digits}")
    } else {
        format!("+{code}{}", digits.strip_prefix('0').unwrap_or(&digits))
    }
}

/// Countries whose numbers the transform `phone:` can complete.
#[must_use]
pub fn knows_phone(country: &str) -> bool {
    phone("1", country) != "1"
}
