//! Sheets to link and their configuration: a configuration, a line of dashes, and a sheet, all from outside.

use matching::config::Config;
use matching::index::{self, Builder, Index, Scorer};
use matching::{Error, Table, suggest};

/// What parts the configuration from the sheet.
const PARTED_BY: &str = "\n----\n";
/// Rows and columns that are read: what is sought is what breaks, not how long it takes.
const ROWS: usize = 60;
const COLUMNS: usize = 12;

/// The same entities whatever the order of the rows, every record in one; or a message. An index of the records answers.
pub(crate) fn run(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let (config, sheet) = text.split_once(PARTED_BY).unwrap_or(("", &text));
    let Some(mut rows) = rows(sheet) else { return Ok(()) };
    let ordered = table(&rows)?;
    rows[1..].reverse();
    let turned = table(&rows)?;
    // A configuration that cannot be read is told of before anything is linked.
    let config = match toml::from_str::<Config>(config) {
        Ok(config) if !config.compare.is_empty() => config,
        _ => match suggest::suggest(&ordered, &|_| None) {
            Ok(suggestion) => suggestion.config,
            Err(error) => return told(&error),
        },
    };
    let (one, other) = match (matching::link(&ordered, &config), matching::link(&turned, &config)) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(one), Err(_)) => return told(&one),
        _ => return Err("one order of the rows is linked, the other is not".to_owned()),
    };
    let clusters = one.clusters_of_rows();
    if clusters.len() != ordered.len() || clusters.iter().any(|of| *of as usize >= clusters.len()) {
        return Err("a record is in no cluster".to_owned());
    }
    // Rows that are equal in all of it, id and all, cannot be told apart; entities are compared by their sizes.
    if matching::inspect::sizes(&clusters) != matching::inspect::sizes(&other.clusters_of_rows()) {
        return Err("the order of the rows changes the clusters".to_owned());
    }
    asked(&ordered, &config)
}

fn told(error: &Error) -> Result<(), String> {
    if error.to_string().trim().is_empty() { Err("an error without a message".to_owned()) } else { Ok(()) }
}

fn rows(sheet: &str) -> Option<Vec<Vec<String>>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(sheet.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS).map_while(Result::ok) {
        rows.push(record.iter().take(COLUMNS).map(str::to_owned).collect());
    }
    (rows.len() > 1).then_some(rows)
}

fn table(rows: &[Vec<String>]) -> Result<Table, String> {
    let mut table = Table::new(&rows[0]);
    for row in &rows[1..] {
        let id = row.first().map_or("", String::as_str);
        table.push(id, row.iter().map(String::as_str)).map_err(|error| error.to_string())?;
    }
    Ok(table.ordered())
}

/// An index of the records finds each of them again by its id, and what it wrote can be read.
fn asked(table: &Table, config: &Config) -> Result<(), String> {
    let at = |stage: &'static str| move |error: Error| format!("{stage}: {error}");
    let scorer = match index::learn(table, config, table.len()) {
        Ok(bytes) => Scorer::read(bytes).map_err(at("model"))?,
        Err(error) => return told(&error),
    };
    let (mut builder, mut bytes) = (Builder::default(), Vec::new());
    let mut values = Vec::new();
    for row in 0..table.len() {
        values = scorer.normal(&|name| {
            let column = table.column(name).map(|at| &table.columns()[at]);
            column.map_or_else(String::new, |column| column.values.get(column.cells[row]).to_owned())
        });
        builder.push("", table.id(row), &values).map_err(at("push"))?;
    }
    index::build(&scorer, &builder, &mut bytes).map_err(at("build"))?;
    let mut index = Index::open(Box::new(bytes)).map_err(at("open"))?;
    let before = index.members(None).map_err(at("members"))?;
    let answer = index.ask("", &values).map_err(at("ask"))?;
    if answer.candidates.len() > answer.looked_at {
        return Err("more candidates than were looked at".to_owned());
    }
    index.add("", "one more", &values).map_err(at("add"))?;
    index.delete("", "one more").map_err(at("delete"))?;
    if index.members(None).map_err(at("members"))? != before {
        return Err("a record that came and went left something behind".to_owned());
    }
    Ok(())
}
