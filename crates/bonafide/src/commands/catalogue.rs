//! `bonafide indicators`

use super::wants_json;
use crate::arguments::{Indicators, Shared};
use crate::draw;
use crate::exit::{CONFIGURATION, Exit, NOTHING_OPENED};

/// The catalogue, one indicator whole, or every indicator's own examples.
pub async fn run(shared: &Shared, typed: Indicators) -> anyhow::Result<Exit> {
    if typed.test {
        let tested = app::catalogue::test_indicators(typed.folder.as_deref()).await?;
        for failure in &tested.failures {
            draw::tell(failure);
        }
        draw::say(&format!(
            "{} indicators, {} examples and counter-examples, {} failed",
            tested.indicators,
            tested.examples,
            tested.failures.len()
        ))?;
        return Ok(if tested.failures.is_empty() { NOTHING_OPENED } else { CONFIGURATION });
    }
    let catalogue = app::catalogue::indicators(typed.id.as_deref())?;
    if wants_json(shared) {
        draw::json_lines(&catalogue)?;
    } else if typed.id.is_some() {
        for card in &catalogue {
            draw::say(&card.text())?;
        }
    } else {
        let row = |card: &app::catalogue::Card| {
            vec![
                card.id.clone(),
                card.tier.clone(),
                card.stage.clone(),
                card.group.clone(),
                card.title.clone(),
            ]
        };
        draw::say(&draw::table(
            &["indicator", "tier", "stage", "group", "title"],
            catalogue.iter().map(row),
        ))?;
        draw::say(&format!("shown  {} indicators", catalogue.len()))?;
    }
    Ok(NOTHING_OPENED)
}
