//! One box: a name, an e-mail address, a phone, a serial, an address, a wallet, a record, or a list of up to ten
//! thousand of them. Values are compared as tokens and never kept: a list from a partner is looked up, not imported.

use std::collections::{BTreeMap, BTreeSet};

use casework::Right;
use lake::{Lake, rows};
use model::{Class, Kind, TableDef, tables};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Board, Desk, User};
use crate::error::{Error, Result};
use crate::person;

/// Values in one search.
pub const VALUES: usize = 10_000;
/// Characters of one value.
const CHARS: usize = 200;
/// People named in the entry of a search.
const PEOPLE: usize = 40;
/// Hits told.
const HITS: usize = 500;

/// Where something was found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Hit {
    /// What was looked for.
    pub value: String,
    /// In what: `employment.phone`, `case`, `farm`.
    pub place: String,
    /// How many records.
    pub records: u64,
    /// One of them.
    pub record: Option<String>,
    /// People whom these are about, by pseudonym.
    pub people: Vec<String>,
    /// Page to look at.
    pub link: Option<String>,
}

/// What a search found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SearchFound")]
pub struct Found {
    /// Values looked for.
    pub values: usize,
    /// Of these, found somewhere.
    pub found: usize,
    /// Hits, in the order of the values.
    pub hits: Vec<Hit>,
    /// Hits that are not told.
    pub left_out: usize,
}

impl Desk {
    /// Looks for values, one a line. Recorded.
    pub async fn search(&self, user: &User, text: &str) -> Result<Found> {
        user.needs(Right::OpenPerson)?;
        let values = values(text)?;
        if values.is_empty() {
            return Err(Error::Input("there is nothing to look for".into()));
        }
        let board = self.board().await;
        let cases = self.cases().await?;
        let mut hits: Vec<(usize, Hit)> = Vec::new();
        for (at, value) in values.iter().enumerate() {
            hits.extend(named(&board, value).map(|hit| (at, hit)));
            let number = value.get(..2).filter(|start| start.eq_ignore_ascii_case("C-"));
            if let Some(number) = number.and_then(|_| super::number(value).ok())
                && cases.get(number).is_some()
            {
                hits.push((at, link_to(value, "case", Vec::new(), format!("/case/C-{number}"))));
            }
        }
        let workspace = self.engine().await?;
        for table in tables::ALL {
            let rows = workspace
                .lake
                .manifest()
                .tables
                .get(table.name)
                .map_or(0, |files| files.iter().map(|file| file.rows).sum::<u64>());
            if rows > 0 {
                look_in(&workspace.lake, table, &values, &board, &mut hits).await?;
            }
        }
        hits.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.place.cmp(&b.1.place)));
        let found: BTreeSet<usize> = hits.iter().map(|(at, _)| *at).collect();
        // what was looked for is not kept, also not in the history; whom it led to is
        let people: BTreeSet<&String> = hits.iter().flat_map(|(_, hit)| &hit.people).collect();
        let named: Vec<&str> = people.iter().take(PEOPLE).map(|name| name.as_str()).collect();
        let mut detail = format!("{} values looked for, {} found", values.len(), found.len());
        if !named.is_empty() {
            detail.push_str(&format!("; of {} people: {}", people.len(), named.join(", ")));
        }
        self.read(user, None, "search", &detail).await?;
        let left_out = hits.len().saturating_sub(HITS);
        Ok(Found {
            values: values.len(),
            found: found.len(),
            hits: hits.into_iter().take(HITS).map(|(_, hit)| hit).collect(),
            left_out,
        })
    }
}

/// Values of a pasted list: one a line, else separated by semicolons.
fn values(text: &str) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for value in text.split(['\n', '\r', ';']).map(str::trim).filter(|value| !value.is_empty()) {
        if value.chars().count() > CHARS {
            return Err(Error::Input(format!("a value has at most {CHARS} characters")));
        }
        if value.chars().any(char::is_control) {
            return Err(Error::Input("a value has no control characters".into()));
        }
        if seen.insert(value.to_lowercase()) {
            out.push(value.to_owned());
        }
        if out.len() > VALUES {
            return Err(Error::Input(format!("at most {VALUES} values at once")));
        }
    }
    Ok(out)
}

/// A page that a value names.
fn link_to(value: &str, place: &str, people: Vec<String>, link: String) -> Hit {
    let (value, place) = (value.to_owned(), place.to_owned());
    Hit { value, place, records: 0, record: None, people, link: Some(link) }
}

/// P-7, F-2, or somebody by roster id.
fn named(board: &Board, value: &str) -> Option<Hit> {
    if let Some(id) = board.who(value) {
        let name = board.pseudonym(id);
        return Some(link_to(value, "roster", vec![name.clone()], format!("/worker/{name}")));
    }
    board.site(value)?;
    Some(link_to(value, "farm", Vec::new(), format!("/farm/{}", value.to_uppercase())))
}

/// Columns in which a value of the user's may stand. Others (a user agent, a path) would need a scan of texts.
fn is_searched(name: &str, kind: Kind, class: Class) -> bool {
    let plain =
        ["ip", "mac", "serial", "uid", "hostname", "bssid", "asset_tag", "user_name", "token", "fingerprint"];
    let ends = |end: &str| name == end || name.ends_with(&format!("_{end}"));
    kind == Kind::Text && (class.is_token() || name == "record_id" || plain.iter().any(|end| ends(end)))
}

async fn look_in(
    lake: &Lake,
    table: &'static TableDef,
    values: &[String],
    board: &Board,
    hits: &mut Vec<(usize, Hit)>,
) -> Result<()> {
    let (who, from) = person::column(table).unwrap_or(("record_id", table.name.to_owned()));
    let knows_who = who != "record_id";
    for column in table.columns.iter().filter(|one| is_searched(one.name, one.kind, one.class)) {
        let mut kept: BTreeMap<String, usize> = BTreeMap::new();
        for (at, value) in values.iter().enumerate() {
            if column.class.is_token() {
                kept.extend(lake.token(column.class, value).map(|token| (token, at)));
            } else {
                kept.insert(value.clone(), at);
                kept.entry(value.to_lowercase()).or_insert(at);
                kept.entry(value.to_uppercase()).or_insert(at);
            }
        }
        if kept.is_empty() {
            continue;
        }
        let list: Vec<String> = kept.keys().map(|key| format!("'{}'", key.replace('\'', "''"))).collect();
        let sql = format!(
            "SELECT \"{0}\", {who}, count(*), min(record_id) FROM {from} WHERE \"{0}\" IN ({1}) GROUP BY 1, 2 ORDER BY 1, 2",
            column.name,
            list.join(", ")
        );
        let mut found: BTreeMap<usize, Hit> = BTreeMap::new();
        for batch in lake.query(&sql).await? {
            let [keys, people, records] = [0, 1, 3].map(|at| rows::texts(&batch, at));
            let counts = rows::ints(&batch, 2);
            for (row, key) in keys.into_iter().enumerate() {
                let Some(at) = key.and_then(|key| kept.get(&key).copied()) else { continue };
                let hit = found.entry(at).or_insert_with(|| Hit {
                    value: values[at].clone(),
                    place: format!("{}.{}", table.name, column.name),
                    records: 0,
                    record: records[row].clone(),
                    people: Vec::new(),
                    link: records[row].as_ref().map(|id| format!("/record/{id}")),
                });
                hit.records += counts[row].unwrap_or(0).unsigned_abs();
                let name = people[row].as_deref().filter(|_| knows_who).map(|id| board.pseudonym(id));
                if let Some(name) = name.filter(|name| !hit.people.contains(name) && hit.people.len() < 20) {
                    hit.people.push(name);
                }
            }
        }
        hits.extend(found);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_is_read_line_by_line() {
        assert_eq!(values(" a@example.com \r\nA@example.com;W-1\n\n").unwrap(), ["a@example.com", "W-1"]);
        assert!(values(&"x".repeat(201)).is_err());
        let many: String = (0..=VALUES).map(|number| format!("{number}\n")).collect();
        assert!(values(&many).is_err());
    }
}
