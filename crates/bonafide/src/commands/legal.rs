//! `bonafide legal-review`

use super::{choice, wants_json};
use crate::arguments::{LegalReview, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// What counsel should look at; it opens nothing, so that the exit code says nothing, either.
pub async fn run(shared: &Shared, typed: &LegalReview) -> anyhow::Result<Exit> {
    let found = app::legal::review(&choice(shared), &typed.list, shared.purpose.as_deref()).await?;
    if wants_json(shared) {
        draw::json_lines(&found)?;
        return Ok(NOTHING_OPENED);
    }
    let day = |time: &Option<String>| time.as_deref().map_or("undated", |time| &time[..10]).to_owned();
    draw::say(&draw::table(
        &["person", "why", "what", "programme", "seen in", "first", "last", "records"],
        found.iter().map(|entry| {
            vec![
                entry.person.clone().unwrap_or_else(|| "nobody tied".to_owned()),
                entry.reason.replace('_', " "),
                entry.what.clone(),
                entry.programme.clone().unwrap_or_default(),
                entry.table.to_owned(),
                day(&entry.first_seen),
                day(&entry.last_seen),
                entry.events.to_string(),
            ]
        }),
    ))?;
    draw::say(&format!(
        "shown  {} for legal review; none of it weighs anything or opens a case. An address may be placed wrongly.",
        found.len()
    ))?;
    Ok(NOTHING_OPENED)
}
