//! Charts as SVG, each beside a table of the same values. They read the tokens of the style sheet, so that both themes
//! and print show them; nothing in them moves.

use app::desk::farm::{FarmFile, Lane, Node};
use app::explain::Explained;
use maud::{Markup, html};

/// One row of the waterfall.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) label: String,
    /// start, for, against or sum.
    pub(crate) kind: &'static str,
    pub(crate) bits: f64,
    /// Bits so far, this row included.
    pub(crate) after: f64,
    /// What else counts under the same row.
    pub(crate) counted_once: usize,
}

/// Smaller rows are drawn as one.
const ROWS: usize = 10;

/// Rows of the waterfall: prior, evidence by size, what is smaller as one, the sum. They sum exactly.
pub(crate) fn steps(one: &Explained) -> Vec<Step> {
    let mut out = Vec::new();
    let mut after = 0.0;
    let mut push = |label: String, kind: &'static str, bits: f64, counted_once: usize| {
        after += bits;
        out.push(Step { label, kind, bits, after, counted_once });
    };
    push("start: the stated prior".into(), "start", one.person.prior_bits, 0);
    let kind = |bits: f64| if bits < 0.0 { "against" } else { "for" };
    let mut bars: Vec<_> = one
        .waterfall
        .iter()
        .filter(|bar| !matches!(bar.kind, "silent" | "calibration") && bar.bits != 0.0)
        .collect();
    bars.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()).then_with(|| a.key.cmp(&b.key)));
    for bar in bars.iter().take(ROWS) {
        let once = one.person.evidence.iter().filter(|item| item.group == bar.key && !item.counted).count();
        let label = match bar.kind {
            "together" => format!("explained together: {}", bar.label),
            _ => bar.label.clone(),
        };
        push(label, kind(bar.bits), bar.bits, once);
    }
    if bars.len() > ROWS {
        let rest: f64 = bars[ROWS..].iter().map(|bar| bar.bits).sum();
        push(format!("{} smaller reasons", bars.len() - ROWS), kind(rest), rest, 0);
    }
    let silent: Vec<_> = one.waterfall.iter().filter(|bar| bar.kind == "silent").collect();
    if !silent.is_empty() {
        let sum: f64 = silent.iter().map(|bar| bar.bits).sum();
        push(format!("looked for and not found, {} kinds", silent.len()), kind(sum), sum, 0);
    }
    for bar in one.waterfall.iter().filter(|bar| bar.kind == "calibration") {
        push(bar.label.clone(), kind(bar.bits), bar.bits, 0);
    }
    out.push(Step { label: "score".into(), kind: "sum", bits: after, after, counted_once: 0 });
    out
}

fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// "×9 more likely".
pub(crate) fn times(bits: f64) -> String {
    let factor = bits.abs().exp2();
    let number = if factor >= 10.0 { format!("{factor:.0}") } else { format!("{factor:.1}") };
    format!("×{number} {}", if bits < 0.0 { "less likely" } else { "more likely" })
}

/// Longest label, characters.
const LABEL: usize = 46;

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(most - 1).collect::<String>().trim_end())
}

/// The waterfall, with the probability after each row and the threshold of the queue.
pub(crate) fn waterfall(one: &Explained, threshold: f64) -> Markup {
    let steps = steps(one);
    let ends = [one.person.probability_low, one.person.probability_high].map(|p| {
        let p = p.clamp(1e-9, 1.0 - 1e-9);
        (p / (1.0 - p)).log2()
    });
    let limit = (threshold / (1.0 - threshold).max(1e-9)).log2();
    let all = steps.iter().map(|step| step.after).chain(ends).chain([0.0, limit]);
    let (low, high) = all.fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
    let (low, high) = (low - 0.8, high + 0.8);
    let (left, right, row) = (318.0, 640.0, 26.0);
    let x = |bits: f64| left + (bits - low) / (high - low) * (right - left);
    let height = 44.0 + row * steps.len() as f64;
    let ticks = (low.ceil() as i32..=high.floor() as i32).filter(|bits| bits % 4 == 0);
    html! {
        svg .chart role="img" viewBox=(format!("0 0 760 {height}")) aria-labelledby="wf-title wf-desc" {
            title #wf-title { "Why this score, in bits" }
            desc #wf-desc { "Bars from the prior to the score; the same values stand in the table below." }
            @for bits in ticks {
                line .grid x1=(x(f64::from(bits))) x2=(x(f64::from(bits))) y1="22" y2=(height - 18.0) {}
                text .soft x=(x(f64::from(bits))) y=(height - 4.0) text-anchor="middle" { (bits) }
            }
            text .soft x=(left - 12.0) y="14" text-anchor="end" { "bits (log₂ likelihood ratio)" }
            text .soft x="756" y="14" text-anchor="end" { "after it" }
            line .limit x1=(x(limit)) x2=(x(limit)) y1="18" y2=(height - 18.0) {}
            text .soft x=(x(limit)) y="14" text-anchor="middle" { "a case may open" }
            @for (at, step) in steps.iter().enumerate() {
                @let y = 24.0 + row * at as f64;
                @let begin: f64 = if step.kind == "sum" { 0.0 } else { step.after - step.bits };
                @let (a, b) = (x(begin.min(step.after)), x(begin.max(step.after)));
                text x=(left - 12.0) y=(y + 15.0) text-anchor="end" {
                    (short(&step.label, LABEL)) title { (step.label) }
                }
                rect .(step.kind) x=(a) y=(y + 3.0) width=((b - a).max(1.5)) height=(row - 9.0) rx="2" {}
                @if step.kind == "against" { (hatch(a, b, y + 3.0, row - 9.0)) }
                @let outer = b + 5.0;
                text .soft x=(outer) y=(y + 16.0) text-anchor="start" {
                    (format!("{:+.1}", step.bits)) @if step.counted_once > 0 { " (" (step.counted_once) " more counted once)" }
                }
                text x="756" y=(y + 15.0) text-anchor="end" { (app::check::word(probability(step.after))) }
                @if step.kind == "sum" {
                    line .whisker x1=(x(ends[0])) x2=(x(ends[1])) y1=(y + row - 3.0) y2=(y + row - 3.0) {}
                    @for end in ends { line .whisker x1=(x(end)) x2=(x(end)) y1=(y + row - 7.0) y2=(y + row + 1.0) {} }
                }
            }
        }
    }
}

/// Slanted lines over a bar: what speaks for the person is told by more than its colour.
fn hatch(a: f64, b: f64, y: f64, height: f64) -> Markup {
    let count = ((b - a) / 7.0).floor().max(0.0) as u32;
    html! {
        @for at in 0..count {
            @let x = a + 7.0 * f64::from(at);
            line .hatch x1=(x) y1=(y + height) x2=((x + 7.0).min(b)) y2=(y) {}
        }
    }
}

const COLUMNS: [(&str, &str, f64); 4] = [
    ("worker", "Workers", 8.0),
    ("laptop", "Laptops", 268.0),
    ("site", "Places and things there", 528.0),
    ("money", "Money", 788.0),
];
const BOX: (f64, f64, f64) = (190.0, 38.0, 50.0);

/// The board of a farm: four columns, and a line for every tie.
pub(crate) fn board(farm: &FarmFile) -> Markup {
    let place = |column: &str| COLUMNS.iter().find(|(key, _, _)| *key == column).map_or(8.0, |(_, _, x)| *x);
    let mut counts = [0_usize; 4];
    let mut at: std::collections::BTreeMap<&str, (f64, f64)> = std::collections::BTreeMap::new();
    for node in &farm.nodes {
        let column = COLUMNS.iter().position(|(key, _, _)| *key == node.column).unwrap_or(0);
        at.insert(&node.key, (place(node.column), 34.0 + BOX.2 * counts[column] as f64));
        counts[column] += 1;
    }
    let rows = counts.into_iter().max().unwrap_or(0);
    let height = 44.0 + BOX.2 * rows as f64;
    let node = |node: &Node| {
        let (x, y) = at[node.key.as_str()];
        html! {
            g {
                rect .box x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx="6" {}
                text x=(x + 10.0) y=(y + 16.0) { (short(&node.label, 24)) }
                text .soft x=(x + 10.0) y=(y + 31.0) { (short(&node.note, 30)) }
                title { (node.label) ": " (node.note) }
            }
        }
    };
    html! {
        div .scroll {
            svg .chart.board role="group" viewBox=(format!("0 0 986 {height}")) aria-labelledby="fb-title fb-desc" {
                title #fb-title { "Board of " (farm.name) }
                desc #fb-desc { "Workers, laptops, places and money, joined by what they share; every line stands in the table below." }
                @for (_, name, x) in COLUMNS { text x=(x) y="18" { (name) } }
                @for edge in &farm.edges {
                    @if let (Some(a), Some(b)) = (at.get(edge.from.as_str()), at.get(edge.to.as_str())) {
                        @let (x1, y1, x2, y2) = (a.0 + BOX.0, a.1 + BOX.1 / 2.0, b.0, b.1 + BOX.1 / 2.0);
                        @let middle = (x1 + x2) / 2.0;
                        path .(edge.style) stroke-width=(format!("{:.1}", 1.2 + (edge.days.min(60) as f64).sqrt() / 2.5))
                            d=(format!("M{x1:.0} {y1:.0}C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {x2:.0} {y2:.0}")) {
                            title { (edge.sentence) }
                        }
                    }
                }
                @for one in &farm.nodes {
                    @if let Some(link) = &one.link { a href=(link) { (node(one)) } } @else { (node(one)) }
                }
            }
        }
    }
}

/// Days that lanes show.
const DAYS: i64 = 90;

/// One lane for each person on a common axis of days: many that wake and sleep together are seen at once.
pub(crate) fn lanes(lanes: &[Lane]) -> Markup {
    let last = lanes.iter().filter_map(|lane| lane.days.keys().next_back()).max().copied().unwrap_or(0);
    let first = lanes
        .iter()
        .filter_map(|lane| lane.days.keys().next())
        .min()
        .copied()
        .unwrap_or(0)
        .max(last - DAYS + 1);
    let span = (last - first + 1).max(1) as f64;
    let (left, right, row) = (80.0, 978.0, 20.0);
    let x = |day: i64| left + ((day - first) as f64 + 0.5) / span * (right - left);
    let height = 30.0 + row * lanes.len() as f64;
    let name = |day: i64| app::day_name(day);
    html! {
        svg .chart role="img" viewBox=(format!("0 0 986 {height}")) aria-labelledby="ln-title ln-desc" {
            title #ln-title { "Days with sign-ins" }
            desc #ln-desc { "One lane for each person; a larger dot is a day with more sign-ins. The same values stand in the table below." }
            @for (at, lane) in lanes.iter().enumerate() {
                @let y = 12.0 + row * at as f64;
                text x="8" y=(y + 4.0) { (lane.person) }
                line .grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                @for (day, count) in lane.days.range(first..) {
                    circle .dot cx=(format!("{:.1}", x(*day))) cy=(y) r=(format!("{:.1}", 1.8 + (*count as f64).sqrt().min(5.0) * 0.8)) {
                        title { (lane.person) ", " (name(*day)) ": " (count) " sign-ins" }
                    }
                }
            }
            text .soft x=(left) y=(height - 4.0) { (name(first)) }
            text .soft x=(right) y=(height - 4.0) text-anchor="end" { (name(last)) }
        }
    }
}
