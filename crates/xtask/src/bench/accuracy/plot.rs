//! Drawings of the page: plain SVG, readable without colour.

use std::fmt::Write as _;

use serde_json::Value;

use super::Answer;
use super::figures::{inner, text};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
const INK: &str = "#1f2937";
const FIRST: &str = "#1d4ed8";
const SECOND: &str = "#b45309";

/// Every drawing with its file name.
pub fn all(answers: &[Answer]) -> Vec<(String, String)> {
    let Some(base) = answers.first() else { return Vec::new() };
    vec![
        ("accuracy-recall.svg".to_owned(), recall(base)),
        ("accuracy-calibration.svg".to_owned(), calibration(base)),
        ("accuracy-schemes.svg".to_owned(), schemes(base)),
        ("accuracy-grid.svg".to_owned(), grid(answers)),
    ]
}

/// A drawing with axes.
struct Plot {
    svg: String,
}

impl Plot {
    fn new(title: &str, height: f64) -> Self {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-label=\"{title}\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
             <style>text{{font-family:system-ui,sans-serif;font-size:12px;fill:{INK}}}</style>\n"
        );
        let _ = writeln!(svg, "<text x=\"16\" y=\"24\" font-weight=\"bold\">{title}</text>");
        Self { svg }
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let (x1, y1, x2, y2) = (from.0, from.1, to.0, to.1);
        let _ =
            writeln!(self.svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>");
    }

    fn text(&mut self, at: (f64, f64), anchor: &str, words: &str) {
        let words = words.replace('&', "&amp;").replace('<', "&lt;");
        let (x, y) = at;
        let _ = writeln!(self.svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>");
    }

    fn path(&mut self, points: &[(f64, f64)], colour: &str) {
        let list: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            self.svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            list.join(" ")
        );
    }

    fn dot(&mut self, at: (f64, f64), radius: f64, colour: &str) {
        let (x, y) = at;
        let _ =
            writeln!(self.svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{colour}\"/>");
    }

    fn end(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

/// Where a share of 0 to 1 lies on the upright axis.
fn up(share: f64) -> f64 {
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

/// The two axes, shares upright.
fn axes(plot: &mut Plot, across: &str, upright: &str) {
    let grey = "stroke=\"#d1d5db\"";
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        plot.line((LEFT, up(share)), (WIDTH - RIGHT, up(share)), grey);
        plot.text((LEFT - 8.0, up(share) + 4.0), "end", &format!("{share:.2}"));
    }
    plot.text(((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0), "middle", across);
    plot.text((16.0, TOP + 12.0), "start", upright);
}

/// Recall against the rate of false accusations; single rules as dots.
fn recall(base: &Answer) -> String {
    let of = &base.figures;
    let months = of.number("/data/worker_months").unwrap_or(0.0).max(1.0);
    let targets = of.number("/data/observable").unwrap_or(0.0).max(1.0);
    // The axis is linear in the root, so that 0, 1, 5 and 300 are all seen.
    const MOST: f64 = 400.0;
    let along = |rate: f64| LEFT + (rate.clamp(0.0, MOST) / MOST).sqrt() * (WIDTH - RIGHT - LEFT);
    let mut plot = Plot::new("Recall against false accusations", HEIGHT);
    axes(&mut plot, "false accusations per 10,000 worker-months", "recall");
    for rate in [0.0, 1.0, 5.0, 20.0, 50.0, 100.0, 200.0, 400.0] {
        plot.text((along(rate), HEIGHT - BOTTOM + 16.0), "middle", &format!("{rate}"));
    }
    let mut points = Vec::new();
    for point in of.list("/curve") {
        let rate = inner(point, "/wrong").unwrap_or(0.0) / months * 10_000.0;
        points.push((along(rate), up(inner(point, "/found").unwrap_or(0.0) / targets)));
    }
    plot.path(&points, FIRST);
    for rule in of.list("/rules") {
        let rate = inner(rule, "/rate").unwrap_or(0.0);
        let at = (along(rate), up(inner(rule, "/recall/value").unwrap_or(0.0)));
        let own = text(rule, "rule").starts_with("this tool");
        plot.dot(at, if own { 5.0 } else { 3.5 }, if own { FIRST } else { SECOND });
        let anchor = if at.0 > WIDTH - 170.0 { "end" } else { "start" };
        plot.text((at.0 + if anchor == "end" { -7.0 } else { 7.0 }, at.1 - 5.0), anchor, text(rule, "rule"));
    }
    plot.end()
}

/// Observed against expected, by band of probability.
fn calibration(base: &Answer) -> String {
    let of = &base.figures;
    let along = |share: f64| LEFT + share.clamp(0.0, 1.0) * (WIDTH - RIGHT - LEFT);
    let mut plot = Plot::new("Observed against expected, by band of probability", HEIGHT);
    axes(&mut plot, "mean probability of the band", "share of positives");
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        plot.text((along(share), HEIGHT - BOTTOM + 16.0), "middle", &format!("{share:.2}"));
    }
    plot.line((along(0.0), up(0.0)), (along(1.0), up(1.0)), "stroke=\"#9ca3af\" stroke-dasharray=\"4 4\"");
    for (at, (key, words, colour)) in [
        ("at_prevalence", "with the true share as prior", FIRST),
        ("as_printed", "as printed", SECOND),
        ("calibrated", "calibrator fitted on development seeds", "#6b7280"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut points = Vec::new();
        for band in of.list(&format!("/calibration/{key}/bands")) {
            let people = inner(band, "/people").unwrap_or(0.0);
            if people > 0.0 {
                let share = |path: &str| inner(band, path).unwrap_or(0.0) / people;
                points.push((along(share("/expected")), up(share("/observed"))));
            }
        }
        points.iter().for_each(|point| plot.dot(*point, 4.0, colour));
        plot.path(&points, colour);
        let y = HEIGHT - BOTTOM - 46.0 + at as f64 * 16.0;
        plot.dot((WIDTH - 270.0, y - 4.0), 4.0, colour);
        plot.text((WIDTH - 260.0, y), "start", words);
    }
    plot.end()
}

/// One bar for each row, with its bounds.
fn bars(title: &str, rows: &[(String, f64, f64, f64, String)]) -> String {
    let height = TOP + rows.len() as f64 * 22.0 + 30.0;
    let along = |share: f64| LEFT + share.clamp(0.0, 1.0) * (WIDTH - RIGHT - LEFT - 90.0);
    let mut plot = Plot::new(title, height);
    for (at, (name, value, low, high, words)) in rows.iter().enumerate() {
        let y = TOP + at as f64 * 22.0;
        plot.text((LEFT - 8.0, y + 13.0), "end", name);
        let _ = writeln!(
            plot.svg,
            "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"16\" fill=\"{FIRST}\" fill-opacity=\"0.75\"/>",
            along(*value) - LEFT
        );
        plot.line(
            (along(*low), y + 8.0),
            (along(*high), y + 8.0),
            &format!("stroke=\"{INK}\" stroke-width=\"1.5\""),
        );
        plot.text((WIDTH - RIGHT, y + 13.0), "end", words);
    }
    let y = TOP + rows.len() as f64 * 22.0 + 16.0;
    for share in [0.0, 0.5, 1.0] {
        plot.text((along(share), y), "middle", &format!("{share:.1}"));
    }
    plot.end()
}

fn row(name: String, share: &Value) -> (String, f64, f64, f64, String) {
    let at = |key: &str| share.get(key).and_then(Value::as_f64).unwrap_or(0.0);
    (name, at("value"), at("low"), at("high"), super::figures::share(share))
}

fn schemes(base: &Answer) -> String {
    let lines = base.figures.list("/schemes").iter();
    let rows: Vec<_> =
        lines.filter_map(|line| Some(row(text(line, "scheme").to_owned(), line.get("found")?))).collect();
    bars("Observable positives in a case, by scheme (95 % bounds)", &rows)
}

fn grid(answers: &[Answer]) -> String {
    let of = |one: &Answer| Some(row(one.cell.name.clone(), one.figures.value("/cases/recall")?));
    let some = |one: &&Answer| one.figures.number("/data/observable").unwrap_or(0.0) > 0.0;
    let rows: Vec<_> = answers.iter().filter(some).filter_map(of).collect();
    bars("Observable positives in a case, over the grid (95 % bounds)", &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::accuracy::figures::Figures;
    use crate::bench::accuracy::grid::{Extent, Set, cells};

    #[test]
    fn every_drawing_is_whole_and_names_what_it_draws() {
        let json = r#"{"data":{"worker_months":10000,"observable":4},"curve":[{"wrong":0,"found":1},{"wrong":2,"found":3}],
            "rules":[{"rule":"a < b","rate":3.0,"recall":{"value":0.5}}],"schemes":[{"scheme":"farm","found":{"k":1,"n":2,"value":0.5,"low":0.1,"high":0.9}}],
            "cases":{"recall":{"k":1,"n":4,"value":0.25,"low":0.0,"high":0.6}},
            "calibration":{"as_printed":{"bands":[{"people":4,"expected":1.0,"observed":2}]}}}"#;
        let figures = Figures { json: serde_json::from_str(json).unwrap() };
        let answer = Answer {
            cell: cells(Set::Report, Extent::default()).unwrap().remove(0),
            figures,
            without: Vec::new(),
        };
        let drawings = all(&[answer]);
        assert_eq!(drawings.len(), 4);
        for (name, svg) in &drawings {
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && !svg.contains("NaN"), "{name}");
        }
        assert!(drawings[0].1.contains("a &lt; b") && drawings[2].1.contains("1 of 2"));
    }
}
