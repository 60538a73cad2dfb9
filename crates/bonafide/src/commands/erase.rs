//! `bonafide erase`

use super::{choice, wants_json};
use crate::arguments::{Erase, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// One person taken out of the workspace.
pub async fn run(shared: &Shared, erase: &Erase) -> anyhow::Result<Exit> {
    let erased = app::erase::run(&choice(shared), &erase.person, shared.purpose.as_deref()).await?;
    if wants_json(shared) {
        draw::json_lines([&erased])?;
    } else {
        draw::say(&format!(
            "erased {} records, {} values in other records, {} clear values, {} samples, {} cases, \
             {} users' names, {} texts of the history",
            erased.records,
            erased.mentions,
            erased.clear_values,
            erased.samples,
            erased.cases,
            erased.accounts,
            erased.history
        ))?;
    }
    draw::tell("the exports themselves were not touched; when they are read again, this person is left out");
    Ok(NOTHING_OPENED)
}
