//! Record tables as they stood at an instant. A row without a time of its own is of that instant: an undated sheet
//! states what is true when it is judged. A roster says who is who, often on a day after the last log: a person whom
//! no earlier roster names is taken from the earliest later one, as of the instant.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::prelude::SessionContext;
use model::{Layer, TableDef, Time, tables};

use crate::error::Result;
use crate::manifest::TableFile;

/// How a table must be read to be as of an instant; `None` where it may be read as it is stored.
pub(crate) fn sql(table: &TableDef, files: &[TableFile], time: Time) -> Option<String> {
    if files.is_empty() || table.layer != Layer::Record {
        return None;
    }
    let is_roster = table.name == tables::employment::TABLE.name;
    let is_undated = files.iter().any(|file| file.undated > 0);
    if !is_roster && !is_undated {
        return None;
    }
    let instant = format!("arrow_cast({}, 'Timestamp(Microsecond, None)')", time.0);
    let columns: Vec<String> = crate::schema::arrow_schema(table)
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "time" if is_roster => {
                format!("CASE WHEN r.time <= {instant} THEN r.time ELSE {instant} END AS time")
            }
            "time" => format!("coalesce(r.time, {instant}) AS time"),
            name => format!("r.\"{name}\""),
        })
        .collect();
    let from = if is_roster { roster(&instant) } else { format!("{} r", table.name) };
    Some(format!("SELECT {} FROM {from}", columns.join(", ")))
}

/// Rows until the instant, and of people who have none the earliest later ones. What adds to a roster is no roster: each kind
/// of list has its own first row.
fn roster(instant: &str) -> String {
    let is_early = |row: &str| format!("({row}.time IS NULL OR {row}.time <= {instant})");
    format!(
        "employment r LEFT JOIN (SELECT worker_id, coalesce(roster_kind, '') AS kind, max(CASE WHEN {early_in} THEN 1 ELSE 0 END) AS early, \
         min(CASE WHEN i.time > {instant} THEN i.time END) AS next FROM employment i GROUP BY 1, 2) k \
         ON k.worker_id = r.worker_id AND k.kind = coalesce(r.roster_kind, '') \
         WHERE {early} OR (coalesce(k.early, 0) = 0 AND r.time = coalesce(k.next, r.time))",
        early_in = is_early("i"),
        early = is_early("r"),
    )
}

/// The table under its own name, read in that way.
pub(crate) async fn view(
    table: &TableDef,
    stored: Arc<dyn TableProvider>,
    sql: &str,
) -> Result<Arc<dyn TableProvider>> {
    let scratch = SessionContext::new();
    scratch.register_table(table.name, stored)?;
    Ok(scratch.sql(sql).await?.into_view())
}
