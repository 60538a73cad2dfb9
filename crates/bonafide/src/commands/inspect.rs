//! `bonafide inspect`

use app::inspect::{Finding, Inspection};

use super::wants_json;
use crate::arguments::{Inspect, Shared};
use crate::draw;
use crate::exit::{CASES, Exit, INPUT, NOTHING_OPENED};

/// Most lines of narration on what could not be read.
const TOLD_MAX: usize = 20;

/// What each device in some files is, what it pretends to be and why.
pub fn run(shared: &Shared, typed: &Inspect) -> anyhow::Result<Exit> {
    let policy = typed.allow.as_deref().map(app::inspect::policy).transpose()?.unwrap_or_default();
    let found = app::inspect::inspect(&typed.files, &policy);
    tell(&found);
    if wants_json(shared) {
        draw::json_lines(found.findings.iter().map(Finding::json))?;
    } else if !found.findings.is_empty() {
        draw::say(&draw::table(&["verdict", "class", "device", "why"], rows(&found, typed.all)))?;
    }
    // What could not be opened is not clean: nothing found in the rest does not make it so.
    Ok(if found.has_found() {
        CASES
    } else if found.is_usable() && found.unopened.is_empty() {
        NOTHING_OPENED
    } else {
        INPUT
    })
}

/// What was found first; of the rest only a count, unless all are wanted.
fn rows(found: &Inspection, all: bool) -> Vec<Vec<String>> {
    let row = |finding: &Finding| {
        let judged = &finding.judged;
        let named = judged.facts.iter().find(|(name, _)| matches!(*name, "product" | "name"));
        let device = match named {
            Some((_, name)) if !judged.device.contains(name.as_str()) => {
                format!("{} ({name})", judged.device)
            }
            _ => judged.device.clone(),
        };
        vec![judged.grade.as_str().to_owned(), judged.class.to_owned(), device, judged.reasons.join("; ")]
    };
    let mut shown: Vec<&Finding> =
        found.findings.iter().filter(|finding| all || finding.judged.grade.is_found()).collect();
    shown.sort_by_key(|finding| std::cmp::Reverse(finding.judged.grade));
    let mut rows: Vec<Vec<String>> = shown.iter().map(|finding| row(finding)).collect();
    let rest = found.findings.len() - rows.len();
    if rest > 0 {
        rows.push(vec![
            String::new(),
            String::new(),
            format!("{rest} other devices"),
            "nothing found; --all shows them".to_owned(),
        ]);
    }
    rows
}

fn tell(found: &Inspection) {
    for (path, why) in &found.unopened {
        draw::tell(&format!("error: {path}: {why}"));
    }
    let unread = found.unread.iter().map(|(file, why)| format!("{file}: {why}"));
    let empty = found
        .empty
        .iter()
        .map(|(file, format)| format!("{file}: {format}, and it tells of no device that is judged"));
    let rejects = found.rejects.iter().map(|(file, line, why)| format!("{file}:{line}: {why}"));
    for line in unread.chain(empty).chain(rejects).take(TOLD_MAX) {
        draw::tell(&line);
    }
    let more = (found.unread.len() + found.empty.len() + found.rejects.len()).saturating_sub(TOLD_MAX);
    if more > 0 {
        draw::tell(&format!("{more} more lines or files could not be read"));
    }
}
