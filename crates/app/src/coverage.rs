//! What a company can be asked with the exports that it has, what it cannot be asked and why, and what each further
//! source would add.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use evidence::{Catalogue, Indicator};
use lake::{Lake, rows};
use model::evidence::Answer;
use model::tables;
use schemars::JsonSchema;
use scoring::rates::{fired_weight, fraud_rate, honest_rate};
use serde::Serialize;

use crate::basis::Basis;
use crate::check::{self, Options};
use crate::error::{Error, Result};
use crate::judge;
use crate::people::sources_of;
use crate::workspace::{Choice, Workspace};

/// One line: an indicator, or a source.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// An indicator, and whether it can look here.
    Indicator(Asked),
    /// A source that the folder does not hold, and what it would add.
    Source(Addition),
}

/// Whether one indicator can look.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Asked {
    /// Indicator.
    pub indicator: String,
    /// Title.
    pub title: String,
    /// Tier.
    pub tier: String,
    /// Stage.
    pub stage: String,
    /// It can look.
    pub looks: bool,
    /// People on whom it could have answered.
    pub people: u64,
    /// What keeps it from looking.
    pub missing: Vec<Missing>,
    /// Columns that it reads and that no record here fills, as `table.column`: what hangs on them it cannot see.
    pub empty_columns: Vec<String>,
}

/// A record table for want of which an indicator cannot look.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Missing {
    /// Record table.
    pub table: String,
    /// `no_records`, or `not_joined`: fewer than nine in ten of its accounts or devices are tied to a worker.
    pub why: String,
    /// Accounts or devices seen, of the source that is joined best.
    pub accounts: u64,
    /// Of these, tied to a worker.
    pub joined: u64,
    /// Sources that fill it.
    pub sources: Vec<String>,
}

/// What a source would add.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Addition {
    /// Source kind.
    pub source: String,
    /// Product and export.
    pub title: String,
    /// Record tables of it that are empty here.
    pub fills: Vec<String>,
    /// Indicators that could look with this one source besides, by tier.
    pub adds: BTreeMap<String, u64>,
    /// The same by name.
    pub indicators: Vec<String>,
    /// What they can weigh at most together: the strongest of each dependence group, by the shipped rates.
    pub bits_at_most: f64,
}

/// JSON Schema of a line.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Line).to_value()
}

/// What a folder can answer.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Indicators in order of name, then sources, the one that adds most first.
    pub lines: Vec<Line>,
    /// For stderr.
    pub notes: Vec<String>,
}

/// Reads a folder as `check` does, and says what can be asked of it.
pub async fn run(input: &Path, choice: &Choice, options: &Options) -> Result<Coverage> {
    let checked = check::run(input, choice, options).await?;
    if checked.records == 0 {
        return Err(Error::Input(format!("{}: nothing usable could be read", input.display())));
    }
    let mut workspace = Workspace::for_input(input, choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let lake = &workspace.lake;
    let answers = evidence::ask(lake, &terms.catalogue, terms.judgement, None).await?;
    let joined = joined(lake).await?;
    let empty = empty_columns(lake, &joined).await?;
    let mut lines: Vec<Line> = terms
        .catalogue
        .indicators
        .values()
        .zip(&answers)
        .map(|(indicator, answer)| Line::Indicator(asked(indicator, answer, &joined, &empty)))
        .collect();
    lines.extend(additions(&terms.catalogue, &answers, &joined)?.into_iter().map(Line::Source));
    Ok(Coverage { lines, notes: checked.notes })
}

/// Accounts or devices and how many of them are tied, by table: those of the source that is joined best.
type Joined = BTreeMap<String, (u64, u64)>;

async fn joined(lake: &Lake) -> Result<Joined> {
    let mut out = Joined::new();
    let sql =
        "SELECT table_name, accounts, accounts_joined FROM coverage WHERE records > 0 ORDER BY 1, source";
    for batch in lake.query(sql).await? {
        let (accounts, tied) = (rows::ints(&batch, 1), rows::ints(&batch, 2));
        for (row, table) in rows::texts(&batch, 0).into_iter().enumerate() {
            let Some(table) = table else { continue };
            let number = |cells: &[Option<i64>]| cells[row].unwrap_or(0).max(0).unsigned_abs();
            let told = (number(&accounts), number(&tied));
            // shares compared without division
            let better = |known: &(u64, u64)| told.1 * known.0.max(1) > known.1 * told.0.max(1);
            match out.get(&table) {
                Some(known) if !better(known) => {}
                _ => _ = out.insert(table, told),
            }
        }
    }
    Ok(out)
}

/// Columns of filled tables that no record fills.
async fn empty_columns(
    lake: &Lake,
    filled: &Joined,
) -> Result<BTreeMap<&'static str, BTreeSet<&'static str>>> {
    let mut out = BTreeMap::new();
    for table in tables::ALL.iter().filter(|table| filled.contains_key(table.name)) {
        // who did it and when are no columns that an export leaves out by choice
        let asked: Vec<&str> = table.columns.iter().skip(3).map(|column| column.name).collect();
        let counts: Vec<String> = asked.iter().map(|name| format!("count(\"{name}\")")).collect();
        let sql = format!("SELECT {} FROM {}", counts.join(", "), table.name);
        let mut sums = vec![0_i64; asked.len()];
        for batch in lake.query(&sql).await? {
            for (at, sum) in sums.iter_mut().enumerate() {
                *sum += rows::ints(&batch, at).into_iter().flatten().sum::<i64>();
            }
        }
        let empty = asked.into_iter().zip(sums).filter(|(_, sum)| *sum == 0).map(|(name, _)| name);
        out.insert(table.name, empty.collect());
    }
    Ok(out)
}

fn asked(
    indicator: &Indicator,
    answer: &Answer,
    joined: &Joined,
    empty: &BTreeMap<&'static str, BTreeSet<&'static str>>,
) -> Asked {
    let missing = answer.missing.iter().map(|table| {
        let told = joined.get(table);
        Missing {
            table: table.clone(),
            why: if told.is_some() { "not_joined" } else { "no_records" }.to_owned(),
            accounts: told.map_or(0, |told| told.0),
            joined: told.map_or(0, |told| told.1),
            sources: sources_of(table).into_iter().map(str::to_owned).collect(),
        }
    });
    let words: BTreeSet<&str> =
        indicator.sql.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let read = indicator.tables.iter().chain(&indicator.any_of).chain(&indicator.uses);
    let columns =
        read.filter_map(|table| empty.get_key_value(table.as_str())).flat_map(|(table, columns)| {
            columns
                .iter()
                .filter(|column| words.contains(**column))
                .map(move |column| format!("{table}.{column}"))
        });
    let columns: BTreeSet<String> = columns.collect();
    Asked {
        indicator: indicator.id.clone(),
        title: indicator.title.clone(),
        tier: indicator.tier.as_str().to_owned(),
        stage: indicator.stage.clone(),
        looks: answer.missing.is_empty(),
        people: answer.able.len() as u64,
        missing: missing.collect(),
        empty_columns: columns.into_iter().collect(),
    }
}

/// What each source that is not there would let look, the most telling first.
fn additions(catalogue: &Catalogue, answers: &[Answer], joined: &Joined) -> Result<Vec<Addition>> {
    let rules = scoring::Rules::new(catalogue.indicators.values().map(judge::meta))?;
    let silent: Vec<(&Indicator, &Answer)> =
        catalogue.indicators.values().zip(answers).filter(|(_, answer)| !answer.missing.is_empty()).collect();
    let mut out = Vec::new();
    for source in sources::vendors::ALL {
        let doc = source.doc();
        let fills = |table: &str| doc.fills.contains(&table) && !joined.contains_key(table);
        let mut found = Addition {
            source: source.kind().to_owned(),
            title: doc.title.to_owned(),
            fills: doc.fills.iter().filter(|table| fills(table)).map(|table| (*table).to_owned()).collect(),
            adds: BTreeMap::new(),
            indicators: Vec::new(),
            bits_at_most: 0.0,
        };
        let mut strongest: BTreeMap<&str, i64> = BTreeMap::new();
        for (indicator, answer) in &silent {
            let needed = |table: &String| answer.missing.contains(table);
            let all = indicator.tables.iter().filter(|table| needed(table)).all(|table| fills(table));
            let mut either = indicator.any_of.iter().filter(|table| needed(table)).peekable();
            let one = either.peek().is_none() || either.any(|table| fills(table));
            if !all || !one {
                continue;
            }
            *found.adds.entry(indicator.tier.as_str().to_owned()).or_default() += 1;
            found.indicators.push(indicator.id.clone());
            if let Some(meta) = rules.indicators.get(&indicator.id) {
                let weight = fired_weight(meta, fraud_rate(meta), honest_rate(meta, 0.0, 0.0));
                let known = strongest.entry(&indicator.group).or_default();
                *known = weight.max(*known);
            }
        }
        found.bits_at_most = strongest.values().sum::<i64>() as f64 / 1000.0;
        if !found.indicators.is_empty() {
            out.push((strongest.values().sum::<i64>(), found));
        }
    }
    out.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.source.cmp(&b.1.source)));
    Ok(out.into_iter().map(|(_, found)| found).collect())
}
