//! `bonafide query`

use super::{choice, wants_json};
use crate::arguments::{Query, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Read-only SQL: a table on a terminal, JSON lines in a pipe, CSV, or Parquet into a file.
pub async fn run(shared: &Shared, typed: Query) -> anyhow::Result<Exit> {
    let rows = app::show::query(&choice(shared), &typed.sql, shared.purpose.as_deref()).await?;
    if let Some(path) = &typed.parquet {
        rows.write_parquet(path)?;
        draw::tell(&format!("{} rows in {}", rows.count(), path.display()));
    } else if typed.csv {
        draw::say(&rows.csv()?)?;
    } else if wants_json(shared) {
        draw::json_lines(rows.objects())?;
    } else {
        let header: Vec<&str> = rows.columns.iter().map(String::as_str).collect();
        draw::say(&draw::table(&header, rows.text_rows()))?;
        draw::say(&format!("shown  {} rows", rows.count()))?;
    }
    Ok(NOTHING_OPENED)
}
