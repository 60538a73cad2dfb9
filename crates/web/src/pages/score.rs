//! Why somebody has the score that they have: evidence, waterfall and timeline, on the page of a case and of a person.

use app::explain::Explained;
use app::report::Finding;
use maud::{Markup, html};

use crate::chart;
use crate::layout::{records, time, time_in};

/// Evidence with sentence, window, records and innocent explanations.
pub(crate) fn findings(items: &[&Finding], zone: Option<&str>) -> Markup {
    html! {
        ul .bare.evidence {
            @for item in items {
                li id=(anchor(item)) {
                    p { (item.sentence) }
                    p .meta {
                        (item.tier) " · " (item.indicator) " · " (format!("{:+.1} bits, {}", item.bits, chart::times(item.bits))) " · "
                        @match (&item.explained_by, item.counted) {
                            (Some(by), _) => { "explained by " (by) }
                            (None, true) => { "counted" }
                            (None, false) => { "counted once with its group" }
                        }
                        " · " (time_in(&item.first_seen, zone)) " to " (time_in(&item.last_seen, zone))
                    }
                    @if !item.innocent.is_empty() { p .innocent { "Innocent reasons: " (item.innocent.join(" ")) } }
                    (records(&item.records))
                }
            }
        }
    }
}

/// The waterfall, in words, as a picture, and as a table.
pub(crate) fn why(one: &Explained, threshold: f64, prior: &str) -> Markup {
    let person = &one.person;
    let bars = |wanted: fn(f64) -> bool, most: usize| {
        let mut bars: Vec<_> =
            one.waterfall.iter().filter(|bar| bar.kind != "silent" && wanted(bar.bits)).collect();
        bars.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()).then_with(|| a.key.cmp(&b.key)));
        let labels = bars.into_iter().take(most).map(|bar| bar.label.trim_end_matches('.').to_owned());
        labels.collect::<Vec<_>>().join("; ")
    };
    let (mostly, against) = (bars(|bits| bits > 0.0, 2), bars(|bits| bits < 0.0, 1));
    html! {
        section .sheet aria-labelledby="why" {
            h2 #why { "Why this score" }
            p .lead { (one.in_words)
                @if !mostly.is_empty() { " Mostly from: " (mostly) "." }
                @if !against.is_empty() { " Against: " (against) "." } @else { " Against: no record of the company; only what was looked for and not found." } }
            (chart::waterfall(one, threshold, prior))
            details {
                summary { "As a table" }
                div .scroll { table {
                    thead { tr { th scope="col" { "Reason" } th scope="col" .number { "Bits" } th scope="col" { "In words" } th scope="col" .number { "Sum" } } }
                    tbody { @for step in chart::steps(one, prior) { tr {
                        th scope="row" { @if let Some(link) = &step.link { a href=(link) { (step.label) } } @else { (step.label) } } td .number { (format!("{:+.3}", step.bits)) }
                        td { @if step.kind != "start" && step.kind != "sum" { (chart::times(step.bits)) } } td .number { (format!("{:+.3}", step.after)) }
                    } } }
                } }
            }
            details {
                summary { "Looked for and not found" }
                ul .plain { @for bar in one.waterfall.iter().filter(|bar| bar.kind == "silent") { li { (bar.label) (format!(" ({:+.2} bits)", bar.bits)) } } }
            }
            details {
                summary { "Who wrote the weights" }
                ul .plain { @for weight in &one.weights { li { strong { (weight.indicator) } ": " (weight.text) } } }
            }
            @if !person.could_not_look.is_empty() {
                p { "Could not look, for want of: " (person.could_not_look.join(", ")) ". With these the score could lie anywhere on the whisker under it." }
            }
            p .meta { "Case rule: " (one.tier_rule) ". Role proposed: " (person.role) " (" (one.role_reason) "). Judged as of " (time(&one.judged_as_of)) "." }
        }
    }
}

/// When each piece of evidence was seen, on one axis.
pub(crate) fn timeline(one: &Explained, zone: Option<&str>) -> Markup {
    let mut items: Vec<&Finding> = one.person.evidence.iter().collect();
    items.sort_by(|a, b| {
        (&a.first_seen, &a.last_seen, &a.indicator).cmp(&(&b.first_seen, &b.last_seen, &b.indicator))
    });
    html! {
        section .sheet aria-labelledby="timeline" {
            h2 #timeline tabindex="-1" data-key="timeline" { "Timeline" }
            @if items.is_empty() { p .soft { "Nothing was found, so nothing has a time." } }
            @else {
                (chart::timeline(&items))
                details { summary { "As a table" } div .scroll { table {
                    thead { tr { th scope="col" { "First" } th scope="col" { "Last" } th scope="col" { "What" } th scope="col" .number { "Bits" } } }
                    tbody { @for item in &items { tr {
                        td { (time_in(&item.first_seen, zone)) } td { (time_in(&item.last_seen, zone)) }
                        th scope="row" { a href=(format!("#{}", anchor(item))) { (item.indicator) } } td .number { (format!("{:+.1}", item.bits)) }
                    } } }
                } } }
            }
        }
    }
}

/// Where a piece of evidence stands on its page.
pub(crate) fn anchor(item: &Finding) -> String {
    let other = item.other.first().map(|name| format!("-{name}")).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("e-{}{other}-{}", item.indicator, item.first_seen).chars().map(plain).collect()
}
