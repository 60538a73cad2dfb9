//! The page on people: roles, look-alikes, groups, candidates.

use serde_json::Value;

use super::super::Answer;
use super::super::figures::{Figures, NOTHING, decimal, inner, share, text};
use super::super::grid::LOOK_ALIKES;
use super::{section, table};

pub fn roles(out: &mut String, of: &Figures) {
    section(
        out,
        "Roles",
        "What people are against the role that is proposed. A lender lent the identity and is operated by another; a victim is innocent, and somebody else uses the identity.",
    );
    let row = |line: &Value| {
        let proposed = |role: &str| decimal(inner(line, &format!("/proposed/{role}")).or(Some(0.0)), 0);
        vec![
            text(line, "part").to_owned(),
            decimal(inner(line, "/people"), 0),
            decimal(inner(line, "/cases"), 0),
            proposed("operator"),
            proposed("facilitator"),
            proposed("identity_owner"),
            proposed("none"),
        ]
    };
    table(
        out,
        &["Who", "People", "In cases", "as operator", "as facilitator", "as owner of the identity", "none"],
        of.list("/roles").iter().map(row),
    );
}

/// Innocents by kind: where each kind is oversampled, and in the first cell.
pub fn look_alikes(out: &mut String, answers: &[Answer], base: &Figures) {
    section(
        out,
        "By look-alike",
        "Innocents of each kind in open cases: in the cell `look-alikes`, where each is oversampled among innocents, and in the first cell, where schemes are \
         planted beside them. The bound is one-sided, 95 %, of the former; 1 % is shown from 300 people without a case on.",
    );
    let many = answers.iter().find(|one| one.cell.name == LOOK_ALIKES).map(|one| &one.figures);
    let bounded = many.unwrap_or(base);
    let in_base = |kind: &str| {
        let line = base.list("/look_alikes").iter().find(|line| text(line, "look_alike") == kind);
        line.and_then(|line| line.get("accused")).map_or(NOTHING.into(), share)
    };
    let row = |line: &Value| {
        let by = line.get("by").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        vec![
            format!("`{}`", text(line, "look_alike")),
            line.get("accused").filter(|_| many.is_some()).map_or(NOTHING.into(), share),
            format!("{:.2} %", 100.0 * inner(line, "/accused/high").unwrap_or(1.0)),
            in_base(text(line, "look_alike")),
            decimal(inner(line, "/most_bits"), 1),
            by.collect::<Vec<_>>().join(", "),
        ]
    };
    table(
        out,
        &["Look-alike", "In cases, oversampled", "At most", "In cases, first cell", "Most bits", "By"],
        bounded.list("/look_alikes").iter().map(row),
    );
}

pub fn impact(out: &mut String, answers: &[Answer]) {
    let Some(base) = answers.first() else { return };
    section(
        out,
        "By group",
        "Innocents of each hidden group among the top 5 % by weight, in cases, and taken for one person with somebody else (SAME-AS), against all others: \
         workers of the first cell, and candidates where there are any. Fisher's exact test, corrected by Holm over the outcomes that happened to anybody; power is the \
         chance of rejecting if the share were twice that of the others.",
    );
    let row = |(whom, line): (&str, &Value)| {
        let outcome = match text(line, "outcome") {
            "same" => "SAME-AS",
            other => other,
        };
        vec![
            whom.to_owned(),
            text(line, "group").to_owned(),
            outcome.to_owned(),
            line.get("of_group").map_or(NOTHING.into(), share),
            line.get("of_others").map_or(NOTHING.into(), share),
            decimal(inner(line, "/ratio"), 2),
            decimal(inner(line, "/p"), 3),
            decimal(inner(line, "/p_holm"), 3),
            decimal(inner(line, "/power"), 2),
        ]
    };
    let workers = base.figures.list("/impact/lines").iter().map(|line| ("workers", line));
    let candidates = answers.iter().flat_map(|one| one.figures.list("/candidates/impact/lines"));
    let lines = workers.chain(candidates.map(|line| ("candidates", line)));
    table(
        out,
        &["Of", "Group", "Outcome", "Of the group", "Of the others", "Ratio", "p", "p, Holm", "Power"],
        lines.map(row),
    );
}

pub fn candidates(out: &mut String, answers: &[Answer]) {
    let with: Vec<&Answer> =
        answers.iter().filter(|one| one.figures.number("/candidates/people").is_some()).collect();
    if with.is_empty() {
        return;
    }
    section(
        out,
        "Candidates",
        "People who applied and were not hired, apart from workers. Whom the tool did not name is missed, or not accused; clusters are personas of one \
         operator, those that were hired among them.",
    );
    let row = |one: &&Answer| {
        let (of, at) = (&one.figures, |part: &str| format!("/candidates/{part}"));
        vec![
            one.cell.name.clone(),
            of.shown(&at("people"), 0),
            of.share(&at("recall")),
            format!("{} ({} at most)", of.shown(&at("wrong"), 0), of.shown(&at("rate_high"), 1)),
            of.shown(&at("recall_at/0/recall/value"), 3),
            of.shown(&at("average_precision"), 3),
            format!(
                "{} and {}",
                of.shown(&at("positives_not_assessed"), 0),
                of.shown(&at("innocents_not_assessed"), 0)
            ),
            of.shown(&at("clusters/pairwise/f1"), 3),
            of.shown(&at("clusters/b_cubed/f1"), 3),
            of.share(&at("owners_found")),
        ]
    };
    let header = [
        "Cell",
        "Candidates",
        "Found in cases",
        "Honest in cases (per 10,000)",
        "Recall at 0",
        "AP",
        "Not assessed: personas, honest",
        "Clusters: F1, pairs",
        "F1, B-cubed",
        "Owners of identities proposed as such",
    ];
    table(out, &header, with.iter().map(row));
    for (path, name) in [("tells", "tell"), ("look_alikes", "look_alike")] {
        let row = |line: &Value| {
            let counted = line.get("found").or_else(|| line.get("accused"));
            vec![
                format!("`{}`", text(line, name)),
                counted.map_or(NOTHING.into(), share),
                decimal(inner(line, "/median_bits").or_else(|| inner(line, "/most_bits")), 1),
            ]
        };
        let lines = with.iter().flat_map(|one| one.figures.list(&format!("/candidates/{path}")));
        let header = match name {
            "tell" => ["Tell", "In cases", "Median bits"],
            _ => ["Look-alike", "In cases", "Most bits"],
        };
        table(out, &header, lines.map(row));
    }
}
