//! `bonafide lists`

use app::lists::{self, List};

use super::wants_json;
use crate::arguments::{Lists, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// The fact files, or an update of them.
pub fn run(shared: &Shared, typed: &Lists) -> anyhow::Result<Exit> {
    if typed.sign.is_empty() && typed.update.is_none() {
        return show(shared);
    }
    let Some(key) = &shared.key else {
        anyhow::bail!("name the workspace's key: bonafide lists --update FILE --key FILE");
    };
    if let Some(file) = &typed.update {
        lists::update(file, key)?;
        draw::tell(&format!("{}: in force from the next run on", file.display()));
    } else {
        let expires = typed.expires.as_deref().unwrap_or("");
        draw::say(&serde_json::to_string(&lists::sign(&typed.sign, expires, key)?)?)?;
    }
    Ok(NOTHING_OPENED)
}

fn show(shared: &Shared) -> anyhow::Result<Exit> {
    let found = lists::lists();
    if wants_json(shared) {
        draw::json_lines(found.iter().map(List::json))?;
        return Ok(NOTHING_OPENED);
    }
    let row = |list: &List| {
        let [measured, reported, known] = list.marks;
        let end = if list.is_expired { " (past)" } else { "" };
        vec![
            list.name.to_owned(),
            list.rows.to_string(),
            format!("{} to {}", list.dates.0, list.dates.1),
            format!("{measured} measured, {reported} reported, {known} known"),
            format!("{}{end}", list.expires.map(|day| day.to_string()).unwrap_or_default()),
            if list.is_replaced { "update" } else { "shipped" }.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    draw::say(&draw::table(&["list", "rows", "sources dated", "how sure", "look again", "from"], rows))?;
    Ok(NOTHING_OPENED)
}
