//! The board of a farm and its lanes as SVG: a ledger that looks the same on every load, not a cloud.

use std::collections::BTreeMap;

use app::desk::farm::{Edge, FarmFile, Lane, Node};
use maud::{Markup, html};

use crate::chart::short;

/// Columns: key, heading, left end.
pub(crate) const COLUMNS: [(&str, &str, f64); 4] = [
    ("worker", "Workers", 8.0),
    ("laptop", "Laptops", 270.0),
    ("site", "Places and things there", 532.0),
    ("money", "Money", 794.0),
];
/// Width and height of a box, and from one row to the next.
const BOX: (f64, f64, f64) = (184.0, 38.0, 46.0);

/// The board: four columns, and a line for every tie.
pub(crate) fn board(farm: &FarmFile) -> Markup {
    let place = |column: &str| COLUMNS.iter().find(|(key, _, _)| *key == column).map_or(8.0, |(_, _, x)| *x);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for node in &farm.nodes {
        let row = counts.entry(node.column).or_default();
        at.insert(&node.key, (place(node.column), 34.0 + BOX.2 * *row as f64));
        *row += 1;
    }
    let rows = counts.values().copied().max().unwrap_or(0);
    let height = 40.0 + BOX.2 * rows as f64;
    html! {
        div .scroll tabindex="0" role="region" aria-label="Drawing of the board" {
            svg .chart.board role="group" viewBox=(format!("0 0 986 {height}")) aria-labelledby="fb-title fb-desc" data-board {
                title #fb-title { "Board of " (farm.name) }
                desc #fb-desc { "Workers, laptops, places and money, joined by what they share; every line stands in the table below." }
                @for (key, name, x) in COLUMNS { text x=(x) y="18" { (name) " (" (counts.get(key).copied().unwrap_or(0)) ")" } }
                @for edge in &farm.edges {
                    @if let (Some(a), Some(b)) = (at.get(edge.from.as_str()), at.get(edge.to.as_str())) { (line(edge, *a, *b)) }
                }
                @for one in &farm.nodes {
                    a href=(one.link.clone().unwrap_or_else(|| format!("#{}", row_id(&one.key)))) data-node=(one.key) { (thing(one, at[one.key.as_str()])) }
                }
            }
        }
        ul .plain.small data-told aria-live="polite" hidden {}
    }
}

/// Where the lines of a thing stand in the table.
pub(crate) fn row_id(key: &str) -> String {
    format!("of-{}", key.replace(' ', "-"))
}

fn line(edge: &Edge, a: (f64, f64), b: (f64, f64)) -> Markup {
    let (x1, y1, x2, y2) = (a.0 + BOX.0, a.1 + BOX.1 / 2.0, b.0, b.1 + BOX.1 / 2.0);
    let middle = (x1 + x2) / 2.0;
    let width = 1.0 + (edge.days.min(60) as f64).sqrt() / 3.0;
    html! {
        path .(edge.style) stroke-width=(format!("{width:.1}")) data-from=(edge.from) data-to=(edge.to)
            d=(format!("M{x1:.0} {y1:.0}C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {x2:.0} {y2:.0}")) {
            title { (edge.sentence) @if let Some(innocent) = &edge.innocent { " " (innocent) } }
        }
    }
}

fn thing(node: &Node, (x, y): (f64, f64)) -> Markup {
    html! {
        g {
            rect .box x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx="6" {}
            text x=(x + 10.0) y=(y + 16.0) { (short(&node.label, 22)) }
            text .soft x=(x + 10.0) y=(y + 31.0) { (short(&node.note, 26)) }
            title { (node.label) ": " (node.note) }
        }
    }
}

/// Days that lanes show.
pub(crate) const DAYS: i64 = 90;

/// The days that lanes show: those asked for, else the last ones on which anything happened.
pub(crate) fn window(lanes: &[Lane], from: Option<i64>, to: Option<i64>) -> (i64, i64) {
    let ends = |lane: &Lane| {
        // a parcel of last year is no reason to show last year
        lane.days
            .keys()
            .copied()
            .chain(lane.remote.iter().flat_map(|span| [span.first, span.last]))
            .collect::<Vec<_>>()
    };
    let all: Vec<i64> = lanes.iter().flat_map(ends).collect();
    let last = to.or_else(|| all.iter().max().copied()).unwrap_or(0);
    let first = all.iter().min().copied().unwrap_or(0).max(last - DAYS + 1);
    let first = from.unwrap_or(first).min(last).max(last - 10 * DAYS);
    (first, last)
}

/// One lane for each person on a common axis of days: many that wake and sleep together are seen at once.
pub(crate) fn lanes(lanes: &[Lane], (first, last): (i64, i64)) -> Markup {
    let span = (last - first + 1).max(1) as f64;
    let (left, right, row, top) = (64.0, 978.0, 24.0, 54.0);
    let x = |day: i64| left + ((day - first) as f64 + 0.5) / span * (right - left);
    let height = top + 22.0 + row * lanes.len() as f64;
    let width = ((right - left) / span).clamp(1.0, 14.0);
    let awake = |day: i64| lanes.iter().filter(|lane| lane.days.contains_key(&day)).count();
    let shown = |day: &i64| (first..=last).contains(day);
    html! {
        div .scroll tabindex="0" role="region" aria-label="Drawing of the lanes" {
            svg .chart.board role="img" viewBox=(format!("0 0 986 {height}")) aria-labelledby="ln-title ln-desc" {
                title #ln-title { "What happened on which day" }
                desc #ln-desc { "Above, how many were signed in on a day; below, one lane for each person. The same values stand in the table below." }
                text .soft x="8" y="22" { "awake" }
                @for day in first..=last {
                    @let count = awake(day);
                    @if count > 0 {
                        @let tall = 34.0 * count as f64 / lanes.len().max(1) as f64;
                        rect .strip x=(format!("{:.1}", x(day) - width * 0.4)) y=(format!("{:.1}", 40.0 - tall)) width=(format!("{:.1}", width * 0.8)) height=(format!("{tall:.1}")) {
                            title { (app::day_name(day)) ": " (count) " of " (lanes.len()) }
                        }
                    }
                }
                @for (at, lane) in lanes.iter().enumerate() {
                    @let y = top + row * at as f64;
                    text x="8" y=(y + 4.0) { (lane.person) }
                    line .grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                    @for span in lane.remote.iter().filter(|span| span.last >= first && span.first <= last) {
                        @let (a, b) = (x(span.first.max(first)), x(span.last.min(last)));
                        rect .remote x=(format!("{:.1}", a - 2.0)) y=(y + 6.0) height="3" width=(format!("{:.1}", (b - a + 4.0).max(4.0))) {
                            title { (lane.person) ": remote-control tools seen from " (app::day_name(span.first)) " to " (app::day_name(span.last)) }
                        }
                    }
                    @for (day, count) in lane.days.iter().filter(|(day, _)| shown(day)) {
                        circle .dot cx=(format!("{:.1}", x(*day))) cy=(y) r=(format!("{:.1}", 1.8 + (*count as f64).sqrt().min(5.0) * 0.7)) {
                            title { (lane.person) ", " (app::day_name(*day)) ": " (count) " sign-ins" }
                        }
                    }
                    @for one in lane.marks.iter().filter(|one| shown(&one.day)) { (mark(&lane.person, one.day, one.kind, x(one.day), y)) }
                }
                text .soft x=(left) y=(height - 4.0) { (app::day_name(first)) }
                text .soft x=(right) y=(height - 4.0) text-anchor="end" { (app::day_name(last)) }
            }
        }
        p .meta { "Dot: sign-ins of the day. Below the line: bar, remote-control tools seen; ▪ remote session. Above it: △ shipped, ▲ delivered, ◆ first report of the laptop, ○ pay set, | meeting." }
    }
}

/// A mark on a lane: a shape for each kind, and its words.
fn mark(person: &str, day: i64, kind: &str, x: f64, y: f64) -> Markup {
    let (class, path) = match kind {
        "shipped" => ("hollow", format!("M{:.1} {:.1}l4 -7 4 7z", x - 4.0, y - 3.0)),
        "delivered" => ("full", format!("M{:.1} {:.1}l4 -7 4 7z", x - 4.0, y - 3.0)),
        "first report" => ("full", format!("M{x:.1} {:.1}l4 4 -4 4 -4 -4z", y - 11.0)),
        "remote control" => ("full", format!("M{:.1} {:.1}h4v4h-4z", x - 2.0, y + 5.0)),
        "pay set" => ("hollow", format!("M{:.1} {:.1}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x - 3.0, y - 7.0)),
        _ => ("tick", format!("M{x:.1} {:.1}v-4", y - 4.0)),
    };
    html! { path .(class) d=(path) { title { (person) ", " (app::day_name(day)) ": " (kind) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::desk::farm::{Mark, Span};

    #[test]
    fn lanes_show_the_last_days_or_those_asked_for() {
        let lane = Lane {
            person: "P-1".into(),
            days: BTreeMap::from([(100, 1), (400, 2)]),
            marks: vec![Mark { day: 20, kind: "shipped" }],
            remote: vec![Span { first: 90, last: 410 }],
        };
        let lanes = [lane];
        assert_eq!(window(&lanes, None, None), (410 - DAYS + 1, 410));
        assert_eq!(window(&lanes, Some(20), Some(120)), (20, 120));
        assert_eq!(window(&lanes, Some(500), Some(120)), (120, 120));
        // an absurd window is no page of a million marks
        assert_eq!(window(&lanes, Some(i64::MIN / 2), None), (410 - 10 * DAYS, 410));
        assert_eq!(window(&[], None, None), (0, 0));
    }
}
