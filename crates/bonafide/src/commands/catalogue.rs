//! `bonafide indicators`

use app::coverage::{Addition, Asked, Line, Missing};

use super::{choice, wants_json};
use crate::arguments::{Indicators, Shared};
use crate::draw;
use crate::exit::{CONFIGURATION, Exit, NOTHING_OPENED};

/// The catalogue, one indicator whole, or every indicator's own examples.
pub async fn run(shared: &Shared, typed: Indicators) -> anyhow::Result<Exit> {
    if let Some(folder) = &typed.coverage {
        return coverage(shared, folder).await;
    }
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

/// What a folder can be asked: a table of indicators and one of sources, or JSON lines.
async fn coverage(shared: &Shared, folder: &std::path::Path) -> anyhow::Result<Exit> {
    let options = app::check::Options {
        keep_raw: true,
        purpose: shared.purpose.clone(),
        ..app::check::Options::default()
    };
    let found = app::coverage::run(folder, &choice(shared), &options).await?;
    for note in &found.notes {
        draw::tell(note);
    }
    if wants_json(shared) {
        draw::json_lines(&found.lines)?;
        return Ok(NOTHING_OPENED);
    }
    let (mut asked, mut sources) = (Vec::new(), Vec::new());
    for line in &found.lines {
        match line {
            Line::Indicator(one) => asked.push(one),
            Line::Source(one) => sources.push(one),
        }
    }
    let rows = asked.iter().map(|one| indicator_row(one));
    draw::say(&draw::table(&["indicator", "tier", "looks", "people", "why not, and what it lacks"], rows))?;
    let looking = asked.iter().filter(|one| one.looks).count();
    draw::say(&format!("looks  {looking} of {} indicators\n", asked.len()))?;
    let rows = sources.iter().map(|one| source_row(one));
    draw::say(&draw::table(&["a further source", "adds", "bits at most", "what it is"], rows))?;
    draw::say("shown  sources that would let at least one more indicator look, each by itself")?;
    Ok(NOTHING_OPENED)
}

fn indicator_row(one: &Asked) -> Vec<String> {
    let why = |gap: &Missing| match gap.why.as_str() {
        "not_joined" => format!("{}: {} of {} tied to a worker", gap.table, gap.joined, gap.accounts),
        _ => format!("{}: none ({})", gap.table, gap.sources.join(", ")),
    };
    let mut told: Vec<String> = one.missing.iter().map(why).collect();
    if one.looks && !one.empty_columns.is_empty() {
        told.push(format!("empty: {}", one.empty_columns.join(", ")));
    }
    let looks = if one.looks { "yes" } else { "no" };
    let people = if one.looks { one.people.to_string() } else { String::new() };
    vec![one.indicator.clone(), one.tier.clone(), looks.to_owned(), people, told.join("; ")]
}

fn source_row(one: &Addition) -> Vec<String> {
    let adds: Vec<String> = one.adds.iter().map(|(tier, count)| format!("{count} {tier}")).collect();
    vec![one.source.clone(), adds.join(", "), format!("{:.1}", one.bits_at_most), one.title.clone()]
}
