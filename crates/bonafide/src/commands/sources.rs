//! `bonafide sources` and `bonafide map`

use super::wants_json;
use crate::arguments::{Map, Shared, Sources, SourcesCommand};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Formats understood, how each is recognised, columns expected.
pub fn run(shared: &Shared, typed: Sources) -> anyhow::Result<Exit> {
    if let Some(SourcesCommand::Map(file)) = typed.command {
        return map(file);
    }
    let cards = app::catalogue::sources(typed.kind.as_deref())?;
    if wants_json(shared) {
        draw::json_lines(&cards)?;
        return Ok(NOTHING_OPENED);
    }
    for card in &cards {
        draw::say(&card.text())?;
    }
    Ok(NOTHING_OPENED)
}

/// A mapping proposed for one file, as TOML on stdout.
pub fn map(typed: Map) -> anyhow::Result<Exit> {
    draw::say(&app::catalogue::propose_mapping(&typed.file)?)?;
    draw::next("save this as mapping.toml, correct it, then: bonafide check DIR --mapping mapping.toml");
    Ok(NOTHING_OPENED)
}
