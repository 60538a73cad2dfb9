//! The board of a farm and its lanes as SVG: a ledger that looks the same on every load, not a cloud.

use std::collections::BTreeMap;

use app::desk::farm::{Edge, FarmFile, Node};
use app::desk::lanes::Lane;
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
    // at 10 bits, the most that one thing may weigh, five times as thick as at none
    let width = 1.0 + edge.bits.unwrap_or(0.0).clamp(0.0, 10.0) * 0.4;
    html! {
        path .(edge.style) stroke-width=(format!("{width:.1}")) data-from=(edge.from) data-to=(edge.to)
            d=(format!("M{x1:.0} {y1:.0}C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {x2:.0} {y2:.0}")) {
            title { (edge.sentence) @if let Some(bits) = edge.bits { (format!(" {bits:+.1} bits.")) } @if let Some(innocent) = &edge.innocent { " " (innocent) } }
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

/// One lane for each laptop on a common axis of days: many that wake and sleep together are seen at once.
pub(crate) fn lanes(lanes: &[Lane], (first, last): (i64, i64)) -> Markup {
    let span = (last - first + 1).max(1) as f64;
    let (left, right, row, top) = (150.0, 978.0, 24.0, 54.0);
    let x = |day: i64| left + ((day - first) as f64 + 0.5) / span * (right - left);
    let height = top + 22.0 + row * lanes.len() as f64;
    let width = ((right - left) / span).clamp(1.0, 14.0);
    let awake = |day: i64| lanes.iter().filter(|lane| lane.days.contains_key(&day)).count();
    html! {
        div .scroll tabindex="0" role="region" aria-label="Drawing of the lanes" {
            svg .chart.board role="img" viewBox=(format!("0 0 986 {height}")) aria-labelledby="ln-title ln-desc" {
                title #ln-title { "What happened on which day" }
                desc #ln-desc { "Above, how many were signed in on a day; below, one lane for each laptop and its person. The same values stand in the table below." }
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
                    g data-lane=(format!("w {}", lane.person)) data-laptop=[&lane.key] {
                        text x="8" y=(y + 4.0) { (short(&name(lane), 20)) title { (name(lane)) } }
                        line .grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                        @for span in &lane.remote {
                            @let (a, b) = (x(span.first.max(first)), x(span.last.min(last)));
                            rect .remote x=(format!("{:.1}", a - 2.0)) y=(y + 6.0) height="3" width=(format!("{:.1}", (b - a + 4.0).max(4.0))) {
                                title { (name(lane)) ", " (app::day_name(span.first)) " to " (app::day_name(span.last)) ": " (span.sentence)
                                    @if !span.innocent.is_empty() { " It might be: " (span.innocent.join("; ")) } }
                            }
                        }
                        @for (day, count) in &lane.days {
                            circle .dot cx=(format!("{:.1}", x(*day))) cy=(y) r=(format!("{:.1}", 1.8 + (*count as f64).sqrt().min(5.0) * 0.7)) {
                                title { (name(lane)) ", " (app::day_name(*day)) ": " (count) " sign-ins" }
                            }
                        }
                        @for one in &lane.marks { (mark(&name(lane), one.day, one.kind, x(one.day), y)) }
                    }
                }
                text .soft x=(left) y=(height - 4.0) { (app::day_name(first)) }
                text .soft x=(right) y=(height - 4.0) text-anchor="end" { (app::day_name(last)) }
            }
        }
        p .meta { "Dot: sign-ins of the day. Below the line: bar, remote-control tools seen; ▪ remote session. Above it: △ shipped, ▲ delivered, ◆ first report of the laptop, ◇ enrolled, ○ pay set, | meeting. What names no laptop stands with the only one of its person." }
    }
}

/// What a lane is called: the person, and the laptop.
pub(crate) fn name(lane: &Lane) -> String {
    match &lane.laptop {
        Some(laptop) => format!("{} · {laptop}", lane.person),
        None => format!("{} · no laptop told", lane.person),
    }
}

/// A mark on a lane: a shape for each kind, and its words.
fn mark(person: &str, day: i64, kind: &str, x: f64, y: f64) -> Markup {
    let (class, path) = match kind {
        "shipped" => ("hollow", format!("M{:.1} {:.1}l4 -7 4 7z", x - 4.0, y - 3.0)),
        "delivered" => ("full", format!("M{:.1} {:.1}l4 -7 4 7z", x - 4.0, y - 3.0)),
        "enrolled" => ("hollow", format!("M{x:.1} {:.1}l4 4 -4 4 -4 -4z", y - 11.0)),
        "first report" => ("full", format!("M{x:.1} {:.1}l4 4 -4 4 -4 -4z", y - 11.0)),
        "remote control" => ("full", format!("M{:.1} {:.1}h4v4h-4z", x - 2.0, y + 5.0)),
        "pay set" => ("hollow", format!("M{:.1} {:.1}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x - 3.0, y - 7.0)),
        _ => ("tick", format!("M{x:.1} {:.1}v-4", y - 4.0)),
    };
    html! { path .(class) d=(path) { title { (person) ", " (app::day_name(day)) ": " (kind) } } }
}
