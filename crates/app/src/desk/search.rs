//! One box: a name, an e-mail address, a phone, a serial, an address, a wallet, a record, or a list of up to ten
//! thousand of them. Values are compared as tokens and never kept: a list from a partner is looked up, not imported.

use std::collections::{BTreeMap, BTreeSet};

use casework::Right;
use lake::{Lake, Listed, rows};
use model::{Class, Kind, TableDef, tables};
use schemars::JsonSchema;
use serde::Serialize;

use super::held::Cases;
use super::opening::{is_closed, is_own_site};
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
/// People named in one hit.
const SHOWN: usize = 20;

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
    /// People whom these are about and whom the reader has opened, by roster id.
    pub people: Vec<String>,
    /// How many more people these are about. They have no name here, not even that of the queue: whoever looks for a
    /// name would learn which row is whose.
    pub closed: usize,
    /// Page to look at, or the door of whom it is about.
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
    /// Values that lead to whoever the reader may not look at, and that was recorded.
    pub refused: usize,
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
        let opened = self.opened(user).await?;
        let mut looking = Looking {
            board: &board,
            user,
            opened: &opened,
            values: &values,
            hits: Vec::new(),
            people: BTreeSet::new(),
            refused: BTreeSet::new(),
            refused_people: BTreeSet::new(),
        };
        looking.names(&*self.cases().await?);
        let workspace = self.engine().await?;
        looking.tables(&workspace.lake).await?;
        for who in &looking.refused_people {
            self.refuse(user, who).await?;
        }
        // what was looked for is not kept, also not in the history; whom it led to is
        let people: Vec<String> = looking.people.iter().map(|id| board.pseudonym(id)).collect();
        // a record that is known to be about nobody, by a value that is known to be somebody's who is closed, is theirs
        let refused = looking.refused.clone();
        let is_theirs = |at: &usize, hit: &Hit| {
            refused.contains(at) && hit.record.is_some() && hit.people.is_empty() && hit.closed == 0
        };
        let mut hits = looking.hits;
        hits.retain(|(at, hit)| !is_theirs(at, hit));
        hits.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.place.cmp(&b.1.place)));
        let found: BTreeSet<usize> = hits.iter().map(|(at, _)| *at).collect();
        let named: Vec<&str> = people.iter().take(PEOPLE).map(String::as_str).collect();
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
            refused: looking.refused.len(),
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

/// Columns in which a value of the user's may stand. Others (a user agent, a path) would need a scan of texts.
fn is_searched(name: &str, kind: Kind, class: Class) -> bool {
    let plain =
        ["ip", "mac", "serial", "uid", "hostname", "bssid", "asset_tag", "user_name", "token", "fingerprint"];
    let ends = |end: &str| name == end || name.ends_with(&format!("_{end}"));
    kind == Kind::Text && (class.is_token() || name == "record_id" || plain.iter().any(|end| ends(end)))
}

/// As what a value may stand in a column: class and text, with the places of the values that are written so.
type Written = BTreeMap<(&'static str, String), Vec<usize>>;

/// A class as the list names it.
fn kind_of(class: Class) -> &'static str {
    match class {
        Class::Plain => "plain",
        Class::Email => "email",
        Class::Phone => "phone",
        Class::Name => "name",
        Class::Address => "address",
        Class::Account => "account",
    }
}

/// One search under way.
struct Looking<'a> {
    board: &'a Board,
    user: &'a User,
    opened: &'a BTreeSet<String>,
    values: &'a [String],
    /// Place of a value, and where it was found.
    hits: Vec<(usize, Hit)>,
    /// Whom they are about.
    people: BTreeSet<String>,
    /// Values that lead to whoever is closed to the user.
    refused: BTreeSet<usize>,
    /// Who that is.
    refused_people: BTreeSet<String>,
}

impl Looking<'_> {
    /// Notes that a value led to somebody. Whether the user may know.
    fn leads_to(&mut self, at: usize, id: &str) -> bool {
        if is_closed(self.board, self.user, id) {
            self.refused.insert(at);
            self.refused_people.insert(id.to_owned());
            return false;
        }
        self.people.insert(id.to_owned());
        true
    }

    /// P-7, F-2, C-3, or somebody by roster id: what a page can be named by. It leads there by what was typed.
    fn names(&mut self, cases: &Cases) {
        let board = self.board;
        for (at, value) in self.values.iter().enumerate() {
            let hit = |place: &str, link: String| Hit {
                value: value.clone(),
                place: place.to_owned(),
                records: 0,
                record: None,
                people: Vec::new(),
                closed: 0,
                link: Some(link),
            };
            if board.site(value).is_some_and(|site| !is_own_site(board, self.user, site)) {
                self.hits.push((at, hit("farm", format!("/farm/{}", value.to_uppercase()))));
            }
            let is_case = value.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("C-"));
            let case = is_case.then(|| cases.get(super::number(value).ok()?)).flatten();
            if let Some((case, _)) = case
                && !is_closed(board, self.user, &case.subject)
            {
                self.hits.push((at, hit("case", format!("/case/{}", case.name()))));
            }
            if let Some(id) = board.who(value)
                && self.leads_to(at, id)
            {
                let mut found = hit("roster", format!("/worker/{value}"));
                if self.opened.contains(id) {
                    found.people.push(id.to_owned());
                } else {
                    found.closed = 1;
                }
                self.hits.push((at, found));
            }
        }
    }

    /// Every table that has rows.
    async fn tables(&mut self, lake: &Lake) -> Result<()> {
        // each value once for each class, and not once for each column: an address takes its time
        let mut written = Written::new();
        for (at, value) in self.values.iter().enumerate() {
            let plain = BTreeSet::from([value.clone(), value.to_lowercase(), value.to_uppercase()]);
            for text in plain {
                written.entry((kind_of(Class::Plain), text)).or_default().push(at);
            }
            for class in [Class::Email, Class::Phone, Class::Name, Class::Address, Class::Account] {
                if let Some(token) = lake.token(class, value) {
                    written.entry((kind_of(class), token)).or_default().push(at);
                }
            }
        }
        let rows: Vec<(&str, &str)> = written.keys().map(|(kind, text)| (*kind, &**text)).collect();
        let listed = lake.list(&rows)?;
        for table in tables::ALL {
            let files = lake.manifest().tables.get(table.name);
            if files.is_some_and(|files| files.iter().any(|file| file.rows > 0)) {
                self.look_in(lake, table, &listed, &written).await?;
            }
        }
        Ok(())
    }

    async fn look_in(
        &mut self,
        lake: &Lake,
        table: &'static TableDef,
        listed: &Listed,
        written: &Written,
    ) -> Result<()> {
        let columns = table.columns.iter().filter(|one| is_searched(one.name, one.kind, one.class));
        let columns: Vec<(&str, &'static str)> = columns.map(|one| (one.name, kind_of(one.class))).collect();
        let (who, from) = person::column(table).unwrap_or(("record_id", table.name.to_owned()));
        for column in lake.columns_with(table.name, &columns, listed).await? {
            let Some((_, kind)) = columns.iter().find(|(name, _)| *name == column).copied() else { continue };
            let sql = format!(
                "SELECT t.\"{column}\", t.{who}, count(*), min(t.record_id) FROM {from} t \
                 JOIN {} l ON t.\"{column}\" = l.value WHERE l.kind = '{kind}' GROUP BY 1, 2 ORDER BY 1, 2",
                listed.name()
            );
            let place = format!("{}.{column}", table.name);
            let mut found: BTreeMap<usize, Hit> = BTreeMap::new();
            for batch in lake.query(&sql).await? {
                let [keys, people, records] = [0, 1, 3].map(|at| rows::texts(&batch, at));
                let counts = rows::ints(&batch, 2);
                for (row, key) in keys.into_iter().enumerate() {
                    let all = key.and_then(|key| written.get(&(kind, key)));
                    let about = people[row].as_deref().filter(|_| who != "record_id");
                    let counted = counts[row].unwrap_or(0).unsigned_abs();
                    for at in all.into_iter().flatten().copied() {
                        if about.is_some_and(|id| !self.leads_to(at, id)) {
                            continue;
                        }
                        let hit = found.entry(at).or_insert_with(|| Hit {
                            value: self.values[at].clone(),
                            place: place.clone(),
                            records: 0,
                            record: records[row].clone(),
                            people: Vec::new(),
                            closed: 0,
                            link: records[row].as_ref().map(|id| format!("/record/{id}")),
                        });
                        hit.records += counted;
                        let Some(id) = about else { continue };
                        if !self.opened.contains(id) {
                            hit.closed += 1;
                        } else if hit.people.len() < SHOWN {
                            hit.people.push(id.to_owned());
                        }
                    }
                }
            }
            self.hits.extend(found);
        }
        Ok(())
    }
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
