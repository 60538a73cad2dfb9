//! docs/accuracy.md: every figure, with what was missed and why it cannot be shown where it cannot.

mod left_out;
mod people;

use std::fmt::Write as _;

use serde_json::Value;

use super::Answer;
use super::figures::{Figures, NOTHING, decimal, inner, share, text};
use super::grid::LOOK_ALIKES;

/// The page. Written by a machine: whoever wants other words changes them here.
pub fn write(answers: &[Answer], command: &str) -> String {
    let mut out = String::new();
    let Some(base) = answers.first() else { return out };
    head(&mut out, base, command);
    targets(&mut out, answers);
    whole(&mut out, &base.figures);
    people::roles(&mut out, &base.figures);
    rules(&mut out, &base.figures);
    grid(&mut out, answers);
    calibration(&mut out, &base.figures);
    kinds(&mut out, answers);
    people::impact(&mut out, answers);
    clusters(&mut out, answers);
    people::candidates(&mut out, answers);
    indicators(&mut out, &base.figures);
    left_out::without(&mut out, answers);
    out.push_str(LIMITS);
    out
}

const LIMITS: &str = "
## What these figures are not

- Figures about made-up companies. Their schemes follow public cases and their rates are cited or marked as judgements
  ([worlds.md](worlds.md)); no figure here is one about the world.
- A recall at a price is what a threshold *could* give on these very companies; only the row of open cases has a threshold that was set before.
- A rate is claimed only where its one-sided 95 % bound holds. Zero false accusations claim 1 in 10,000 only from 30,000 clean worker-months on.
- Hosts are a role to be found: neither positives nor innocents. Positives without an observable tell are counted apart, and in no recall.
- Single rules are taken from our own indicators, which are narrower than most rules in use: they flatter the rules.
- The calibrator is fitted on seeds of development and shown beside; no printed probability is moved by it.
";

fn head(out: &mut String, base: &Answer, command: &str) {
    let of = &base.figures;
    let _ = writeln!(
        out,
        "# Accuracy\n\nWritten by `{command}`; do not edit. How each figure is defined: `crates/yardstick/src/evaluation.rs`; which companies: \
         `crates/xtask/data/accuracy.toml`. Seeds of development and of reports are apart, and nothing is tuned on the latter.\n\n\
         The first cell ({}) has {} companies of {} workers for {} days: {} positives of whom {} can be seen, {} innocents for {} worker-months.",
        base.cell.why,
        base.cell.seeds.len(),
        base.cell.workers,
        base.cell.days,
        of.shown("/data/positives", 0),
        of.shown("/data/observable", 0),
        of.shown("/data/innocents", 0),
        of.shown("/data/worker_months", 0),
    );
    if ["--quick", "--seeds", "--cells"].iter().any(|part| command.contains(part)) {
        let _ = writeln!(
            out,
            "\n**This is a part of the grid**, of few people: read every figure with its bound. The whole is `cargo xtask bench accuracy`."
        );
    }
}

/// A table in Markdown.
fn table(out: &mut String, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = writeln!(out, "| {} |\n|{}", header.join(" | "), "---|".repeat(header.len()));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

fn section(out: &mut String, title: &str, words: &str) {
    let _ = writeln!(out, "\n## {title}\n\n{words}\n");
}

fn targets(out: &mut String, answers: &[Answer]) {
    let Some(of) = answers.first().map(|one| &one.figures) else { return };
    section(out, "What it should show, and what it shows", "Missed targets stay in this table.");
    let row = |one: &Value| {
        let verdict = text(one, "verdict").replace('_', " ");
        let verdict = if verdict == "missed" { "**missed**".to_owned() } else { verdict };
        vec![text(one, "target").to_owned(), text(one, "measured").to_owned(), verdict]
    };
    // Look-alikes are counted where there are enough of each kind.
    let many = answers.iter().find(|one| one.cell.name == LOOK_ALIKES).map(|one| &one.figures);
    let is_kinds = |one: &&Value| text(one, "target").starts_with("each look-alike");
    let counted = many.and_then(|of| of.list("/targets").iter().find(is_kinds));
    let lines =
        of.list("/targets").iter().map(|one| if is_kinds(&one) { counted.unwrap_or(one) } else { one });
    table(out, &["Target", "Measured", ""], lines.map(row));
    let few: Vec<String> = of
        .list("/tells")
        .iter()
        .filter(|line| inner(line, "/found/value").unwrap_or(1.0) < 0.5)
        .map(|line| {
            let by = line.get("heard_by").and_then(Value::as_array).and_then(|list| list.first());
            let heard = by.map_or("no indicator hears it".to_owned(), |by| {
                format!("{} {} bits", text(by, "indicator"), decimal(inner(by, "/median_bits"), 1))
            });
            format!("`{}` {} ({heard})", text(line, "tell"), line.get("found").map_or(String::new(), share))
        })
        .collect();
    for line in of.list("/targets").iter().filter(|line| text(line, "verdict") == "missed") {
        if let Some((_, cause)) = CAUSES.iter().find(|(start, _)| text(line, "target").starts_with(start)) {
            let _ = writeln!(out, "\n{cause}");
        }
    }
    let missed = |by: &str| of.shown(&format!("/cases/missed/{by}"), 0);
    let _ = writeln!(
        out,
        "\nOf those who are missed {} show one strong fact alone (T1 or T2, of one dependence group), as a home-lab owner, a traveller behind a VPN or a \
         relative's remote desktop do; {} show none; {} show more, of too little weight. One strong fact opens no case (`docs/decisions/0008-weights-and-case-rule.md`): \
         that rule is what keeps the innocents of the tables below out.",
        missed("with_one"),
        missed("without_strong"),
        missed("with_more"),
    );
    let kept_out = of.shown("/cases/kept_out_by_rule", 0);
    if kept_out != "0" {
        let _ = writeln!(
            out,
            "\nOf those who are missed {} score as high as somebody who is in a case: the rule keeps them out, which asks for one fact that nearly proves, or for independent strong ones, whatever they sum to.",
            kept_out
        );
    }
    if !few.is_empty() {
        let _ = writeln!(
            out,
            "\nWhy recall is missed: tells of which fewer than half lead to a case, in brackets what hears them best: {}.",
            few.join("; ")
        );
    }
}

/// Why a target is missed, where the figures do not say it themselves: how a target begins, and the cause.
const CAUSES: [(&str, &str); 4] = [
    (
        "average precision",
        "Average precision is missed with recall: whoever leaves one strong fact stands among the innocents who leave one, too.",
    ),
    (
        "farms",
        "Farms are named by a house that is seen, or by at least three open cases in one town or at one address. Where every laptop has a line of its own and \
         parcels are not seen, members with nothing else against them stay outside, and the pairs with them are missing.",
    ),
    (
        "observed per expected",
        "Observed per expected is missed as printed because the shipped prior is 1 in 2,000 and 1 in 100 is planted; with the share that is planted it is met.",
    ),
    (
        "median",
        "Days are missed because a case asks for a second fact: a tool must run on eight days before it counts as staying, local networks are told of about once a \
         week, and a shared machine or account is shared only when the second person is hired.",
    ),
];

fn whole(out: &mut String, of: &Figures) {
    section(
        out,
        "The whole",
        "Recall is over observable positives; a false accusation is any innocent in an open case, victims and spouses included.\n\n\
         ![Recall against false accusations](accuracy-recall.svg)",
    );
    let at = |price: &str, index: usize| {
        vec![format!("recall at {price} false accusations per 10,000 worker-months"), of.recall_at(index)]
    };
    let rate = format!(
        "{} of {} worker-months: {} per 10,000, at most {}",
        of.shown("/cases/wrong", 0),
        of.shown("/data/worker_months", 0),
        of.shown("/cases/rate", 2),
        of.shown("/cases/rate_high", 2)
    );
    let days = format!(
        "{} (nine in ten within {}), of {} found among {}, judged every {} days",
        of.shown("/delay/median_days", 0),
        of.shown("/delay/ninth_decile_days", 0),
        of.shown("/delay/found", 0),
        of.shown("/delay/people", 0),
        of.shown("/delay/resolution_days", 0)
    );
    table(
        out,
        &["Figure", "Value"],
        [
            vec!["open cases: observable positives found".into(), of.share("/cases/recall")],
            vec!["open cases: innocents accused".into(), rate],
            vec![
                "innocents named by the evidence in somebody's case".into(),
                of.shown("/cases/innocents_mentioned", 0),
            ],
            at("0", 0),
            at("1", 1),
            at("5", 2),
            vec!["average precision".into(), of.shown("/average_precision", 3)],
            vec!["hosts found (case or role)".into(), of.share("/cases/hosts_found")],
            vec!["owners of identities proposed as such".into(), of.share("/cases/owners_found")],
            vec!["median days from first tell to case".into(), days],
        ],
    );
}

fn rules(out: &mut String, of: &Figures) {
    section(out, "Against single rules", "What a company would have that alerts on each answer of one rule.");
    let row = |line: &Value| {
        vec![
            text(line, "rule").to_owned(),
            line.get("recall").map_or(NOTHING.into(), share),
            decimal(inner(line, "/wrong"), 0),
            format!(
                "{} (at most {})",
                decimal(inner(line, "/rate"), 1),
                decimal(inner(line, "/rate_high"), 1)
            ),
            decimal(inner(line, "/precision/value"), 2),
        ]
    };
    table(
        out,
        &["Rule", "Positives named", "Innocents named", "per 10,000 worker-months", "Precision"],
        of.list("/rules").iter().map(row),
    );
}

fn grid(out: &mut String, answers: &[Answer]) {
    section(
        out,
        "Difficulty, contamination, missing sources",
        "Without a source, positives are observable by what is left.\n\n![Recall over the grid](accuracy-grid.svg)",
    );
    let row = |one: &Answer| {
        let of = &one.figures;
        vec![
            one.cell.name.clone(),
            one.cell.why.clone(),
            of.shown("/data/worker_months", 0),
            of.share("/cases/recall"),
            format!("{} ({})", of.shown("/cases/wrong", 0), of.shown("/cases/rate", 1)),
            of.recall_at(0),
            of.recall_at(1),
            of.recall_at(2),
            of.shown("/average_precision", 3),
        ]
    };
    table(
        out,
        &[
            "Cell",
            "",
            "Clean months",
            "Found in cases",
            "Innocents in cases (rate)",
            "Recall at 0",
            "at 1",
            "at 5",
            "AP",
        ],
        answers.iter().map(row),
    );
    if let Some(hard) = answers.iter().find(|one| one.cell.difficulty >= 1.0) {
        let tells = hard.figures.list("/tells").iter();
        let left: Vec<String> = tells
            .map(|line| {
                format!("`{}` {}", text(line, "tell"), line.get("found").map_or(String::new(), share))
            })
            .collect();
        let _ = writeln!(
            out,
            "\nAt difficulty 1, {} of {} positives leave a tell that can be seen at all; what is left, and how many of those lead to a case: {}. \
             The others leave nothing in these exports, and no tool that reads them can find them.",
            hard.figures.shown("/data/observable", 0),
            hard.figures.shown("/data/positives", 0),
            left.join(", ")
        );
    }
}

fn calibration(out: &mut String, of: &Figures) {
    section(
        out,
        "Calibration",
        "Cox's line through log-odds; observed per expected among people with a probability of at least 1 %; skill of the log-loss against the share of \
         positives. The prior is the user's own statement (1 in 2,000 as shipped): the second row says what the weights alone do.\n\n\
         ![Observed against expected](accuracy-calibration.svg)",
    );
    let row = |name: &str, key: &str| {
        let at = |part: &str| format!("/calibration/{key}/{part}");
        vec![
            name.to_owned(),
            of.shown(&at("line/slope"), 2),
            of.shown(&at("line/intercept"), 2),
            of.shown(&at("people"), 0),
            of.shown(&at("expected"), 1),
            of.shown(&at("observed"), 0),
            of.shown(&at("observed_per_expected"), 2),
            of.shown(&at("log_loss_skill"), 3),
        ]
    };
    table(
        out,
        &[
            "",
            "Slope",
            "Intercept",
            "People from 1 % on",
            "Expected",
            "Observed",
            "Observed per expected",
            "Skill",
        ],
        [
            row("as printed", "as_printed"),
            row("with the true share as prior", "at_prevalence"),
            row("calibrator of two parameters, fitted on development seeds", "calibrated"),
        ],
    );
    let (slope, intercept) =
        (of.shown("/calibration/calibrator/slope", 3), of.shown("/calibration/calibrator/intercept", 3));
    let _ = writeln!(out, "\nThe calibrator: slope {slope}, intercept {intercept}.");
}

fn kinds(out: &mut String, answers: &[Answer]) {
    let Some(base) = answers.first().map(|one| &one.figures) else { return };
    section(out, "By scheme", "![Recall by scheme](accuracy-schemes.svg)");
    let row = |line: &Value| {
        vec![
            format!("`{}`", text(line, "scheme")),
            line.get("found").map_or(NOTHING.into(), share),
            format!(
                "{} to {}",
                decimal(inner(line, "/found/low"), 2),
                decimal(inner(line, "/found/high"), 2)
            ),
            decimal(inner(line, "/median_bits"), 1),
            decimal(inner(line, "/hosts"), 0),
        ]
    };
    table(
        out,
        &["Scheme", "Found", "95 % bounds", "Median bits", "Hosts"],
        base.list("/schemes").iter().map(row),
    );
    section(
        out,
        "By tell",
        "Of those who show it, in a case; of those whose only tell it is; which indicators hear it, with their median weight.",
    );
    let row = |line: &Value| {
        let by = line.get("heard_by").and_then(Value::as_array).into_iter().flatten();
        let by: Vec<String> = by
            .map(|one| format!("{} {}", text(one, "indicator"), decimal(inner(one, "/median_bits"), 1)))
            .collect();
        vec![
            format!("`{}`", text(line, "tell")),
            line.get("found").map_or(NOTHING.into(), share),
            line.get("alone").map_or(NOTHING.into(), share),
            decimal(inner(line, "/median_bits"), 1),
            if by.is_empty() { "nothing".into() } else { by.join(", ") },
        ]
    };
    table(
        out,
        &["Tell", "Found", "Only tell", "Median bits", "Heard by"],
        base.list("/tells").iter().map(row),
    );
    people::look_alikes(out, answers, base);
}

fn clusters(out: &mut String, answers: &[Answer]) {
    section(out, "Farms and rings", "F1 over pairs of people, and B-cubed. Hosts are left out.");
    let mut rows = Vec::new();
    for one in answers {
        for kind in ["farms", "rings"] {
            let at = |part: &str| format!("/{kind}/{part}");
            if one.figures.value(&at("truth")).is_some() {
                rows.push(vec![
                    one.cell.name.clone(),
                    kind.to_owned(),
                    one.figures.shown(&at("truth"), 0),
                    one.figures.shown(&at("said"), 0),
                    one.figures.shown(&at("pairwise/precision"), 3),
                    one.figures.shown(&at("pairwise/recall"), 3),
                    one.figures.shown(&at("pairwise/f1"), 3),
                    one.figures.shown(&at("b_cubed/f1"), 3),
                ]);
            }
        }
    }
    table(out, &["Cell", "", "True", "Said", "Precision", "Recall", "F1, pairs", "F1, B-cubed"], rows);
}

fn indicators(out: &mut String, of: &Figures) {
    section(
        out,
        "By indicator",
        "How often each answers on observable positives and on innocents, what that would weigh alone (log2 of the ratio, with its 95 % interval), and the median \
         weight that it was given. A weight that is shipped stays below what is measured on purpose: rates are taken at their cautious ends, and clamped by tier.",
    );
    let row = |line: &Value| {
        vec![
            format!("`{}`", text(line, "indicator")),
            line.get("recall").map_or(NOTHING.into(), share),
            line.get("innocents").map_or(NOTHING.into(), share),
            decimal(inner(line, "/precision/value"), 2),
            format!(
                "{} ({} to {})",
                decimal(inner(line, "/measured"), 1),
                decimal(inner(line, "/measured_low"), 1),
                decimal(inner(line, "/measured_high"), 1)
            ),
            decimal(inner(line, "/shipped"), 1),
        ]
    };
    table(
        out,
        &["Indicator", "Positives", "Innocents", "Precision", "Measured bits", "Shipped bits"],
        of.list("/indicators").iter().map(row),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Without;
    use super::super::company::Part;
    use super::super::grid::{Extent, Set, cells};
    use super::*;

    fn answer(name: &str, json: Value, without: Vec<Without>) -> Answer {
        let cell = cells(Set::Report, Extent::default()).unwrap().into_iter().find(|cell| cell.name == name);
        Answer { cell: cell.unwrap(), figures: Figures { json }, without }
    }

    #[test]
    fn kinds_are_counted_where_they_are_many_and_links_and_sources_have_lines() {
        let kind = |k: u64, n: u64, high: f64| json!([{"look_alike": "couple", "accused": {"k": k, "n": n, "high": high}}]);
        let target = |measured: &str| json!([{"target": "each look-alike kind at most 1 %", "measured": measured, "verdict": "met"}]);
        let same =
            |k: u64| json!({"lines": [{"group": "g1", "outcome": "same", "of_group": {"k": k, "n": 50}}]});
        let base = json!({
            "look_alikes": kind(0, 9, 0.28),
            "targets": target("too few"),
            "impact": same(0),
            "candidates": {"people": 9, "impact": same(2)},
            "roles": [{"part": "lender", "people": 7, "cases": 6, "proposed": {"operator": 4, "identity_owner": 1}}],
        });
        let many = json!({"look_alikes": kind(1, 700, 0.007), "targets": target("none above 1 %")});
        let figures = |k: u64| Figures { json: json!({"cases": {"recall": {"k": k, "n": 12}}}) };
        let part = Part::Source("okta".to_owned());
        let left = Without { part, companies: 3, whole: figures(11), left: figures(4) };
        let page = write(
            &[
                answer("base", base, vec![]),
                answer(LOOK_ALIKES, many, vec![]),
                answer("sources", json!({}), vec![left]),
            ],
            "cargo xtask bench accuracy",
        );
        for line in [
            "| `couple` | 1 of 700 | 0.70 % | 0 of 9 |",
            "| each look-alike kind at most 1 % | none above 1 % | met |",
            "| workers | g1 | SAME-AS | 0 of 50 |",
            "| candidates | g1 | SAME-AS | 2 of 50 |",
            "| okta | 3 | 11 of 12 → 4 of 12 |",
            "| lender | 7 | 6 | 4 | 0 | 1 | 0 |",
        ] {
            assert!(page.contains(line), "no {line} in\n{page}");
        }
    }
}
