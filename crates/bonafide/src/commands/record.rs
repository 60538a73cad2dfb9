//! `bonafide record`

use super::{choice, wants_json};
use crate::arguments::{Record, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// The raw bytes (masked) and the parsed fields of one record.
pub async fn run(shared: &Shared, record: Record) -> anyhow::Result<Exit> {
    let shown =
        app::show::record(&choice(shared), &record.id, record.reveal, shared.purpose.as_deref()).await?;
    if wants_json(shared) {
        draw::json_lines([&shown])?;
    } else {
        draw::say(&shown.text())?;
    }
    Ok(NOTHING_OPENED)
}
