//! `bonafide rejects`

use super::{choice, wants_json};
use crate::arguments::Shared;
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// What could not be read: grouped on a terminal, one JSON object per reject in a pipe.
pub async fn run(shared: &Shared) -> anyhow::Result<Exit> {
    let rejects = app::show::rejects(&choice(shared), shared.purpose.as_deref()).await?;
    if wants_json(shared) {
        draw::json_lines(&rejects)?;
        return Ok(NOTHING_OPENED);
    }
    let groups = app::show::group_rejects(&rejects);
    draw::say(&draw::table(
        &["count", "file", "source", "reason", "first line", "sample"],
        groups.iter().map(|group| {
            vec![
                group.count.to_string(),
                group.file.clone(),
                group.source.clone().unwrap_or_default(),
                group.reason.clone(),
                group.line.to_string(),
                group.sample.clone(),
            ]
        }),
    ))?;
    draw::say(&format!("shown  {} groups of {} rejects", groups.len(), rejects.len()))?;
    Ok(NOTHING_OPENED)
}
