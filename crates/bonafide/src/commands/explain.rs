//! `bonafide explain`

use super::{choice, wants_json};
use crate::arguments::{Explain, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Earlier readings told.
const READ_BEFORE: usize = 3;

/// One person's waterfall, or why one indicator did or did not answer.
pub async fn run(shared: &Shared, explain: Explain) -> anyhow::Result<Exit> {
    let purpose = shared.purpose.as_deref();
    if let Some(indicator) = &explain.indicator {
        let why = app::explain::indicator(&choice(shared), &explain.worker, indicator, purpose).await?;
        if wants_json(shared) {
            draw::json_lines([&why])?;
        } else {
            draw::say(&why.text())?;
        }
        return Ok(NOTHING_OPENED);
    }
    let explained = app::explain::worker(&choice(shared), &explain.worker, purpose).await?;
    for line in explained.seen_by.iter().take(READ_BEFORE) {
        draw::tell(&format!("read before: {line}"));
    }
    if let Some((ring, history)) = &explained.ring_history {
        draw::tell(&format!("ring {ring} in this workspace: {}", history.join(" · ")));
    }
    if wants_json(shared) {
        draw::json_lines([&explained])?;
    } else {
        draw::say(&explained.text())?;
        if let Some(record) = explained.first_record() {
            draw::next(&format!("bonafide record {record}"));
        }
    }
    Ok(NOTHING_OPENED)
}
