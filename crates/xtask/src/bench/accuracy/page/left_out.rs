//! The page on what would be lost without a part: groups of indicators, sources, parts of the score.

use serde_json::Value;

use super::super::company::Part;
use super::super::figures::{Figures, decimal, inner, text};
use super::super::{Answer, Without};
use super::{section, table};

fn without_line(line: &Without) -> Vec<String> {
    let both = |of: &dyn Fn(&Figures) -> String| format!("{} → {}", of(&line.whole), of(&line.left));
    vec![
        line.part.name().to_owned(),
        line.companies.to_string(),
        both(&|of| of.share("/cases/recall")),
        both(&|of| of.shown("/cases/wrong", 0)),
        both(&|of| of.recall_at(0)),
        both(&|of| of.shown("/average_precision", 3)),
    ]
}

pub fn without(out: &mut String, answers: &[Answer]) {
    let Some(base) = answers.first() else { return };
    let kinds = [
        ("Without a group of indicators", "the group's indicators left out", false),
        ("Without a source", "the source not read", true),
    ];
    for (title, how, of_source) in kinds {
        for one in answers {
            let lines: Vec<&Without> =
                one.without.iter().filter(|line| matches!(line.part, Part::Source(_)) == of_source).collect();
            if lines.is_empty() {
                continue;
            }
            section(
                out,
                title,
                &format!(
                    "Judged anew with {how}, on companies of the cell {:?} that have it; before the arrow the whole on the same ones. Who can be \
                     seen is told by all sources, so that a source counts for everybody whom it alone shows. Nobody is judged without a roster.",
                    one.cell.name
                ),
            );
            table(
                out,
                &["Without", "Companies", "Found in cases", "Innocents in cases", "Recall at 0", "AP"],
                lines.into_iter().map(without_line),
            );
        }
    }
    section(
        out,
        "Without a part of the score",
        "The part's bits are taken off and everybody is ranked anew, over the whole first cell. `silent` is all that was looked for and not found.",
    );
    let row = |line: &Value| {
        vec![
            format!("`{}`", text(line, "without")),
            decimal(inner(line, "/positives"), 0),
            decimal(inner(line, "/innocents"), 0),
            decimal(inner(line, "/average_precision"), 3),
            decimal(inner(line, "/at_one/recall/value"), 3),
        ]
    };
    table(
        out,
        &["Without", "Positives that have it", "Innocents that have it", "AP", "Recall at 1"],
        base.figures.list("/without").iter().map(row),
    );
}
