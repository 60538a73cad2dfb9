//! Pictures of a result, as SVG texts: weights, waterfall, thresholds, clusters. Readable without colour.

use std::fmt::Write as _;

use crate::inspect::{self, Waterfall};
use crate::link::Linked;
use crate::model;

const ROW: usize = 22;
const LABEL: usize = 330;
const WIDTH: usize = 900;

/// One horizontal bar.
struct Row {
    label: String,
    from: f64,
    to: f64,
    note: String,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Horizontal bars over one axis that holds zero.
fn bars(title: &str, rows: &[Row]) -> String {
    let least = rows.iter().flat_map(|row| [row.from, row.to]).fold(0.0, f64::min);
    let most = rows.iter().flat_map(|row| [row.from, row.to]).fold(0.0, f64::max);
    let span = (most - least).max(1e-9);
    #[expect(clippy::cast_precision_loss, reason = "places on a picture")]
    let (left, room) = (LABEL as f64, (WIDTH - LABEL - 170) as f64);
    let x = |value: f64| left + (value - least) / span * room;
    let height = rows.len() * ROW + 60;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{0}</title>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"22\" font-size=\"15\">{0}</text>\n",
        escaped(title)
    );
    let _ = writeln!(
        out,
        "<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"34\" y2=\"{1}\" stroke=\"black\"/>",
        x(0.0),
        height - 16
    );
    for (at, row) in rows.iter().enumerate() {
        let y = 38 + at * ROW;
        let (a, b) = (x(row.from.min(row.to)), x(row.from.max(row.to)));
        let fill = if row.to >= row.from { "#4a7a4a" } else { "#a05a3a" };
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{a:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{}\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{}\">{}</text>",
            LABEL - 8,
            y + 13,
            escaped(&shortened(&row.label)),
            (b - a).max(1.0),
            ROW - 6,
            b + 5.0,
            y + 13,
            escaped(&row.note),
        );
    }
    out.push_str("</svg>\n");
    out
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 46 { text.to_owned() } else { text.chars().take(45).chain(['…']).collect() }
}

/// What each level of each field weighs.
#[must_use]
pub fn weights(linked: &Linked) -> String {
    let mut rows = Vec::new();
    for field in &linked.model.fields {
        for (level, bits) in field.bits.iter().enumerate().rev() {
            rows.push(Row {
                label: format!("{}: {}", field.name, field.levels[level]),
                from: 0.0,
                to: *bits,
                note: format!("{bits:+.1} bits  m {:.3}  u {:.2e}", field.m[level], field.u[level]),
            });
        }
    }
    bars("Weight of each level of agreement, bits", &rows)
}

/// How one pair comes by its weight.
#[must_use]
pub fn waterfall(of: &Waterfall, left: &str, right: &str) -> String {
    let mut at = 0.0;
    let mut rows = Vec::new();
    for bar in &of.bars {
        rows.push(Row {
            label: format!("{}: {}", bar.name, bar.level),
            from: at,
            to: at + bar.bits,
            note: format!("{:+.2}", bar.bits),
        });
        at += bar.bits;
    }
    rows.push(Row {
        label: "sum".into(),
        from: 0.0,
        to: of.bits,
        note: format!("{:.2} bits, probability {:.4}", of.bits, of.probability),
    });
    bars(&format!("Why {left} and {right} are one or not"), &rows)
}

/// Expected precision and recall by threshold, from the model's own probabilities.
#[must_use]
pub fn thresholds(linked: &Linked) -> String {
    let all: Vec<f64> = linked.edges.iter().map(|edge| model::stated(edge.bits)).collect();
    let expected: f64 = all.iter().sum();
    let mut rows = Vec::new();
    for step in 1..20 {
        let threshold = f64::from(step) * 0.05;
        let taken: Vec<f64> = all.iter().copied().filter(|p| *p >= threshold).collect();
        let right: f64 = taken.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
        let precision = if taken.is_empty() { 1.0 } else { right / taken.len() as f64 };
        let recall = if expected > 0.0 { right / expected } else { 1.0 };
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        let chosen = if (model::stated(linked.threshold_bits()) - threshold).abs() < 0.025 {
            " (about here)"
        } else {
            ""
        };
        rows.push(Row {
            label: format!("probability {threshold:.2}{chosen}"),
            from: 0.0,
            to: f1,
            note: format!("F1 {f1:.3}  P {precision:.3}  R {recall:.3}"),
        });
    }
    bars("Expected F1 of pairs by threshold, from the model's own probabilities", &rows)
}

/// How many clusters there are of each size.
#[must_use]
pub fn clusters(linked: &Linked) -> String {
    let sizes = inspect::sizes(&linked.clusters_of_rows());
    let row = |(size, count): &(usize, usize)| Row {
        label: format!("{size} record{}", if *size == 1 { "" } else { "s" }),
        from: 0.0,
        #[expect(clippy::cast_precision_loss, reason = "a bar")]
        to: (*count as f64).log10() + 0.3,
        note: count.to_string(),
    };
    let most = sizes.len().saturating_sub(60);
    let mut rows: Vec<Row> = sizes.iter().take(60).map(row).collect();
    if most > 0 {
        rows.push(Row { label: format!("{most} larger sizes"), from: 0.0, to: 0.0, note: String::new() });
    }
    bars("Clusters by size (bars logarithmic)", &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_bars_stay_inside() {
        let row = |from: f64, to: f64| Row { label: "a<b & \"c\"".into(), from, to, note: String::new() };
        let svg = bars("x<y", &[row(0.0, -5.0), row(-5.0, 9.0)]);
        assert!(svg.contains("a&lt;b &amp; &quot;c&quot;") && !svg.contains("a<b"));
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }
}
