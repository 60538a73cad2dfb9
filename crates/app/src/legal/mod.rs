//! The legal-review list: sign-ins from places under a comprehensive embargo, and exact entries of lists of sanctions
//! that the user names. It stands apart from everything else: it has no bits, it opens no case, and no indicator can
//! read what it reads, since neither the places nor the lists are tables of the lake. Names are compared with nothing.

mod listed;
mod places;

use std::path::PathBuf;

use lake::{Lake, rows};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::{self, Access};
use crate::basis::Basis;
use crate::error::Result;
use crate::scope::Scope;
use crate::workspace::{Choice, Workspace};

/// One thing for counsel to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Entry {
    /// Roster id of the worker, or id of the candidate after `applicant:`; missing where the records are tied to nobody.
    pub person: Option<String>,
    /// `embargoed_place`, `listed_wallet` or `listed_email`.
    pub reason: &'static str,
    /// The place, or the list and the line in it.
    pub what: String,
    /// The programme, where the list of places or the entry names one.
    pub programme: Option<String>,
    /// What limits the finding.
    pub note: Option<String>,
    /// Record table in which it was seen.
    pub table: &'static str,
    /// First seen, ISO 8601.
    pub first_seen: Option<String>,
    /// Last seen, ISO 8601.
    pub last_seen: Option<String>,
    /// Records.
    pub events: u64,
    /// The earliest of them.
    pub records: Vec<String>,
}

/// JSON Schema of an entry.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Entry).to_value()
}

/// Asks the workspace of the last check; lists are files that the user names.
///
/// # Errors
/// When nobody was checked yet, or a list cannot be used.
pub async fn review(choice: &Choice, lists: &[PathBuf], purpose: Option<&str>) -> Result<Vec<Entry>> {
    let read = lists.iter().map(|path| listed::read(path)).collect::<Result<Vec<_>>>()?;
    let mut workspace = Workspace::last(choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let mut found = places::review(&workspace.lake).await?;
    found.extend(listed::review(&workspace.lake, &read.concat()).await?);
    let mut found = in_scope(&workspace.lake, &terms.scope, found).await?;
    found.sort();
    let detail = format!("{} lists, {} entries", lists.len(), found.len());
    access::record(&workspace, &Access::of("legal-review").purpose(purpose).detail(&detail)).await?;
    Ok(found)
}

/// Whoever is outside the scope is no subject here, either.
async fn in_scope(lake: &Lake, scope: &Scope, found: Vec<Entry>) -> Result<Vec<Entry>> {
    let mut allowed = std::collections::BTreeSet::new();
    for batch in lake.query("SELECT worker_id, population, home_country FROM worker").await? {
        let [ids, populations, places] = [0, 1, 2].map(|column| rows::texts(&batch, column));
        for ((id, population), place) in ids.into_iter().zip(populations).zip(places) {
            let Some(id) = id else { continue };
            let may = match population.as_deref() {
                Some("applicant") => scope.allows_applicant(&id),
                _ => scope.allows_worker(&id, place.as_deref()),
            };
            if may {
                allowed.insert(id);
            }
        }
    }
    let may = |entry: &Entry| entry.person.as_ref().is_none_or(|person| allowed.contains(person));
    Ok(found.into_iter().filter(may).collect())
}

/// One group of records: who, two texts, first and last, how many, which.
struct Group {
    person: Option<String>,
    texts: [Option<String>; 2],
    first: Option<model::Time>,
    last: Option<model::Time>,
    events: u64,
    records: Vec<String>,
}

/// Reads groups: person, two texts, first, last, count, records.
async fn groups(lake: &Lake, sql: &str) -> Result<Vec<Group>> {
    let mut out = Vec::new();
    for batch in lake.query(sql).await? {
        let [people, ones, others] = [0, 1, 2].map(|column| rows::texts(&batch, column));
        let [firsts, lasts] = [3, 4].map(|column| rows::instants(&batch, column));
        let (counts, records) = (rows::ints(&batch, 5), rows::lists(&batch, 6));
        for (row, records) in records.into_iter().enumerate() {
            out.push(Group {
                person: people[row].clone(),
                texts: [ones[row].clone(), others[row].clone()],
                first: firsts[row],
                last: lasts[row],
                events: counts[row].unwrap_or(0).max(0) as u64,
                records,
            });
        }
    }
    Ok(out)
}
