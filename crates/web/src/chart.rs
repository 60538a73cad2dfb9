//! Charts as SVG, each beside a table of the same values. They read the tokens of the style sheet, so that both themes
//! and print show them; nothing in them moves.

use app::desk::health::Calibration;
use app::explain::Explained;
use app::report::Finding;
use maud::{Markup, html};

use crate::pages::score::anchor;

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
    /// To the evidence behind it, on the same page.
    pub(crate) link: Option<String>,
}

/// Smaller rows are drawn as one.
const ROWS: usize = 10;

/// Rows of the waterfall: prior, evidence by size, what is smaller as one, the sum. They sum exactly.
pub(crate) fn steps(one: &Explained, prior: &str) -> Vec<Step> {
    let mut out = Vec::new();
    let mut after = 0.0;
    let mut push =
        |label: String, kind: &'static str, bits: f64, counted_once: usize, link: Option<String>| {
            after += bits;
            out.push(Step { label, kind, bits, after, counted_once, link });
        };
    push(format!("start: {prior} is like this"), "start", one.person.prior_bits, 0, None);
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
        let first = one.person.evidence.iter().find(|item| item.group == bar.key && item.counted);
        push(label, kind(bar.bits), bar.bits, once, first.map(|item| format!("#{}", anchor(item))));
    }
    if bars.len() > ROWS {
        let rest: f64 = bars[ROWS..].iter().map(|bar| bar.bits).sum();
        push(format!("{} smaller reasons", bars.len() - ROWS), kind(rest), rest, 0, None);
    }
    let silent: Vec<_> = one.waterfall.iter().filter(|bar| bar.kind == "silent").collect();
    if !silent.is_empty() {
        let sum: f64 = silent.iter().map(|bar| bar.bits).sum();
        push(format!("looked for and not found, {} kinds", silent.len()), kind(sum), sum, 0, None);
    }
    for bar in one.waterfall.iter().filter(|bar| bar.kind == "calibration") {
        push(bar.label.clone(), kind(bar.bits), bar.bits, 0, None);
    }
    out.push(Step { label: "score".into(), kind: "sum", bits: after, after, counted_once: 0, link: None });
    out
}

fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// "×9 more likely".
pub(crate) fn times(bits: f64) -> String {
    if bits.abs() < 0.05 {
        return "no weight".into();
    }
    let factor = bits.abs().exp2();
    let number = if factor >= 10.0 { format!("{factor:.0}") } else { format!("{factor:.1}") };
    format!("×{number} {}", if bits < 0.0 { "less likely" } else { "more likely" })
}

/// Longest label, characters.
const LABEL: usize = 46;

pub(crate) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(most - 1).collect::<String>().trim_end())
}

/// The waterfall, with the probability after each row and the threshold of the queue.
pub(crate) fn waterfall(one: &Explained, threshold: f64, prior: &str) -> Markup {
    let steps = steps(one, prior);
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
        svg .chart role="group" viewBox=(format!("0 0 760 {height}")) aria-labelledby="wf-title wf-desc" {
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
                @let label = html! { text x=(left - 12.0) y=(y + 15.0) text-anchor="end" { (short(&step.label, LABEL)) title { (step.label) } } };
                @if let Some(link) = &step.link { a href=(link) { (label) } } @else { (label) }
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

/// Evidence on one axis of days: when each was seen first and last.
pub(crate) fn timeline(items: &[&Finding]) -> Markup {
    let day = |text: &str| app::day_of(text).unwrap_or_default();
    let first = items.iter().map(|item| day(&item.first_seen)).min().unwrap_or_default();
    let last = items.iter().map(|item| day(&item.last_seen)).max().unwrap_or_default();
    let span = (last - first + 1).max(1) as f64;
    let (left, right, row) = (250.0, 752.0, 24.0);
    let x = |day: i64| left + (day - first) as f64 / span * (right - left);
    let height = 34.0 + row * items.len() as f64;
    html! {
        svg .chart role="group" viewBox=(format!("0 0 760 {height}")) aria-labelledby="tl-title tl-desc" {
            title #tl-title { "When it was seen" }
            desc #tl-desc { "One bar for each piece of evidence, from its first to its last record; the same values stand in the table below." }
            @for (at, item) in items.iter().enumerate() {
                @let y = 6.0 + row * at as f64;
                @let (a, b) = (x(day(&item.first_seen)), x(day(&item.last_seen) + 1));
                a href=(format!("#{}", anchor(item))) { text x=(left - 12.0) y=(y + 13.0) text-anchor="end" { (short(&item.indicator, 34)) title { (item.sentence) } } }
                line .grid x1=(left) x2=(right) y1=(y + 9.0) y2=(y + 9.0) {}
                rect .(if item.bits < 0.0 { "against" } else { "for" }) x=(a) y=(y + 3.0) width=((b - a).max(3.0)) height="12" rx="2" { title { (item.sentence) } }
            }
            text .soft x=(left) y=(height - 6.0) { (app::day_name(first)) }
            text .soft x=(right) y=(height - 6.0) text-anchor="end" { (app::day_name(last)) }
        }
    }
}

/// What the check had said against what was decided: on the slanted line it was right.
pub(crate) fn calibration(lines: &[Calibration]) -> Markup {
    let (left, top, size) = (60.0, 12.0, 260.0);
    let x = |share: f64| left + share.clamp(0.0, 1.0) * size;
    let y = |share: f64| top + (1.0 - share.clamp(0.0, 1.0)) * size;
    let of = |line: &Calibration| line.confirmed as f64 / line.decided.max(1) as f64;
    let mut order: Vec<&Calibration> = lines.iter().collect();
    order.sort_by(|a, b| a.said.total_cmp(&b.said));
    let path: Vec<String> =
        order.iter().map(|line| format!("{:.1} {:.1}", x(line.said), y(of(line)))).collect();
    html! {
        svg .chart.board role="img" viewBox="0 0 480 318" aria-labelledby="cc-title cc-desc" {
            title #cc-title { "Calibration curve" }
            desc #cc-desc { "Across, the probability that the check had given; upwards, the share that was confirmed, with bounds. The same values stand in the table below." }
            @for tenth in [0.0, 0.25, 0.5, 0.75, 1.0] {
                line .grid x1=(x(tenth)) x2=(x(tenth)) y1=(y(0.0)) y2=(y(1.0)) {}
                line .grid x1=(x(0.0)) x2=(x(1.0)) y1=(y(tenth)) y2=(y(tenth)) {}
                text .soft x=(x(tenth)) y=(y(0.0) + 16.0) text-anchor="middle" { (format!("{:.0} %", tenth * 100.0)) }
                text .soft x=(left - 8.0) y=(y(tenth) + 4.0) text-anchor="end" { (format!("{:.0} %", tenth * 100.0)) }
            }
            line .limit x1=(x(0.0)) y1=(y(0.0)) x2=(x(1.0)) y2=(y(1.0)) { title { "here what was said and what was decided agree" } }
            path .solid d=(format!("M{}", path.join("L"))) {}
            @for line in &order {
                @let (at, share) = (x(line.said), of(line));
                line .whisker x1=(at) x2=(at) y1=(y(line.low)) y2=(y(line.high)) {}
                circle .dot cx=(format!("{at:.1}")) cy=(format!("{:.1}", y(share))) r="4" { title { (line.word) ": said " (format!("{:.0} %", line.said * 100.0)) ", confirmed " (line.confirmed) " of " (line.decided) } }
                text x=(at + 8.0) y=(y(share) - 6.0) { (line.word) " (" (line.decided) ")" }
            }
            text .soft x=(left + size / 2.0) y="312" text-anchor="middle" { "said by the check" }
            text .soft x=(left + size + 12.0) y=(top + 12.0) { "share confirmed, upwards" }
        }
    }
}
