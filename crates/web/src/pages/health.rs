//! What is read, what is rejected, what asks, and whether the history is whole.

use app::casework::Right;
use app::desk::health::Health;
use app::desk::outbox::DeliveryLine;
use app::desk::retention::Retained;
use app::weights::fairness::Counted;
use maud::{Markup, html};

use crate::call::{Call, Outcome};
use crate::chart;
use crate::http::Answer;
use crate::layout::{self, Page, time};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let health = call.desk.health(user).await?;
    let body = html! {
        section .sheet aria-labelledby="sources" {
            h2 #sources { "Sources" }
            @if health.sources.is_empty() { p .soft { "Nothing was read yet." } }
            @else { (sources(&health)) }
            @if !health.more.is_empty() { h3 { "Not connected" } ul .plain { @for line in &health.more { li { (line) } } } }
            p { (health.records) " records, " (health.rejects) " rejects."
                @if health.rejects > 0 && user.actor.role.has(Right::OpenPerson) { " " a href="/health/rejects" { "See the rejects, with samples" } } }
        }
        (indicators(&health))
        (calibration(&health))
        (weights(&health))
        section .sheet aria-labelledby="audit" {
            h2 #audit { "History" }
            @match health.history_broken_at {
                None => p { "Whole: " (health.history_entries) " entries. Head " code { (health.history_head) } "." },
                Some(at) => p .notice.bad role="alert" { "Broken at entry " (at) ". Run " code { "bonafide verify" } " and keep a copy of the workspace as it is." },
            }
            @if user.actor.role.has(Right::ReadHistory) { p .actions { a .button href="/history" { "Read the history" } } }
            p .small.soft { "Send the head out from time to time: a head that was sent out and is the hash of no entry any more is the proof that somebody rewrote the end." }
        }
        section .sheet aria-labelledby="cases" {
            h2 #cases { "Cases and retention" }
            dl .pairs { @for line in &health.cases { dt { (line.status) } dd { (line.cases) } } }
            (retention(&health.retention))
            p .small.soft { code { "bonafide erase PERSON" } " takes one person out of records, cases and texts of the history; a legal hold prevents it." }
        }
        @if !health.deliveries.is_empty() { (deliveries(&health.deliveries)) }
    };
    let state = health.judged_as_of.as_deref().map(|at| format!("judged as of {at}"));
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Health", state: state.as_deref(), under: "/health", body }).await,
    ))
}

/// What the check had said beside what was decided.
fn calibration(health: &Health) -> Markup {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    html! {
        section .sheet aria-labelledby="calibration" {
            h2 #calibration { "Calibration" }
            @if health.calibration.is_empty() { p { "Not enough data: no case was confirmed or cleared yet, so nothing can be said about how often the check was right here." } }
            @else {
                div .scroll tabindex="0" role="group" aria-label="Calibration curve" { (chart::calibration(&health.calibration)) }
                details open { summary { "As a table" } div .scroll { table {
                    caption { "What became of cases, by the word under which they opened" }
                    thead { tr { th scope="col" { "Word" } th scope="col" .number { "The check had said" } th scope="col" .number { "Confirmed or cleared" } th scope="col" .number { "Confirmed" } th scope="col" .number { "Share" } th scope="col" .number { "Between (90 %)" } } }
                    tbody { @for line in &health.calibration { tr { th scope="row" { (line.word) } td .number { (percent(line.said)) } td .number { (line.decided) } td .number { (line.confirmed) }
                        td .number { (percent(line.confirmed as f64 / line.decided.max(1) as f64)) } td .number { (percent(line.low)) " to " (percent(line.high)) } } } }
                } } }
                p .small.soft { "Only of people on whom a case opened, for nobody else is decided: a sample drawn at random (" code { "bonafide weights sample" } ") says what was missed." }
            }
            @if !health.borne.is_empty() {
                h3 { "Decided cases that rest on an indicator" }
                div .scroll { table {
                    thead { tr { th scope="col" { "Indicator" } th scope="col" .number { "Decided" } th scope="col" .number { "Confirmed" } } }
                    tbody { @for one in &health.borne { tr { th scope="row" { (one.id) } td .number { (one.decided) } td .number { (one.confirmed) } } } }
                } }
            }
        }
    }
}

/// Which weights judge, and how the last ones fared in the fairness test.
fn weights(health: &Health) -> Markup {
    let applied = &health.weights;
    let share = |one: Option<Counted>| {
        one.map_or_else(|| "too few to show".to_owned(), |one| format!("{} of {}", one.hit, one.people))
    };
    html! {
        section .sheet aria-labelledby="fairness" {
            h2 #fairness { "Weights and fairness" }
            p { @if applied.version == 0 { "The shipped weights judge (version 0)." }
                @else { "Version " (applied.version) " of the weights judges" @if let Some(made) = &applied.made { ", made " (time(made)) } "; it moves " (applied.moved) " indicators by two bits at most." }
                " " (applied.versions) " versions were learned here." }
            @match &health.fairness {
                None => p { "Not enough data: no fairness table was made in this workspace. Where the company lawfully holds groups, " code { "bonafide weights apply N --groups FILE" } " makes one. That names and countries move no score is tested with every build, and needs no groups." },
                Some(table) => {
                    p { "Last table: version " (table.version) ", " (time(&table.at)) ", groups of " (table.people[0]) " of " (table.people[1]) " people judged. "
                        @if table.applied { span .tag { "passed" } " and applied." } @else { span .tag.warn { "rejected" } " and not applied." } }
                    div .scroll { table {
                        caption { (table.lines.len()) " tests shown of " (table.lines.len()) "; letters stand for groups, whose names are not kept" }
                        thead { tr { th scope="col" { "Group" } th scope="col" { "Outcome" } th scope="col" .number { "Of it" } th scope="col" .number { "Of the others" } th scope="col" .number { "p (exact permutation)" } th scope="col" .number { "p (Holm)" } th scope="col" .number { "Power" } } }
                        tbody { @for line in &table.lines { tr {
                            th scope="row" { (line.group) } td { (outcome(&line.outcome)) } td .number { (share(line.of_group)) } td .number { (share(line.of_others)) }
                            td .number { (format!("{:.3}", line.p)) } td .number { (format!("{:.3}", line.p_holm)) } td .number { (format!("{:.2}", line.power)) }
                        } } }
                    } }
                    p .small.soft { "People who were confirmed are left out, so that a hit is a false one as far as anybody knows. p: in how many of all ways to deal the same outcomes out to the same people the groups would stand at least as far apart (Fisher). Power: the chance of seeing a doubled share." }
                }
            }
            p .small.soft { "No table here has a column for a group; what is told to " code { "weights apply" } " is read and forgotten." }
        }
    }
}

fn outcome(key: &str) -> &str {
    match key {
        "top" => "among the top 5 % by weight",
        "case" => "in a case",
        "same" => "taken for one person with somebody else",
        other => other,
    }
}

fn retention(kept: &Retained) -> Markup {
    html! {
        @match kept.cleared_days {
            None => p { "Nothing goes by itself: " code { "serve.toml" } " sets no days." },
            Some(days) => p {
                "The detail of people who were cleared goes after " (days) " days: " (kept.due) " due now, " (kept.kept)
                " kept for now, " (kept.held) " on legal hold."
                @if let Some(next) = &kept.next { " Next: " (time(next)) "." }
            },
        }
        @if let Some(looked) = &kept.looked { p .small.soft { "Looked last: " (time(looked)) "." } }
    }
}

fn deliveries(lines: &[DeliveryLine]) -> Markup {
    html! {
        section .sheet aria-labelledby="deliveries" {
            h2 #deliveries { "Findings sent" }
            div .scroll { table {
                caption { (lines.len()) " shown of " (lines.len()) " receivers; a finding names nobody" }
                thead { tr { th scope="col" { "Receiver" } th scope="col" { "By" } th scope="col" .number { "Arrived" } th scope="col" { "Last" } th scope="col" .number { "Waiting" } th scope="col" { "Since" } th scope="col" { "Trouble" } } }
                tbody { @for line in lines { tr {
                    th scope="row" { (line.name) } td { (line.kind) } td .number { (line.arrived) }
                    td { @if let Some(last) = &line.last { (time(last)) } }
                    td .number { (line.waiting) } td { @if let Some(oldest) = &line.oldest { (time(oldest)) } }
                    td { @if let Some(trouble) = &line.trouble { span .tag.warn { "fails" } " " (trouble) } }
                } } }
            } }
        }
    }
}

fn sources(health: &Health) -> Markup {
    html! {
        div .scroll { table {
            caption { (health.sources.len()) " shown of " (health.sources.len()) @if let Some(at) = &health.judged_as_of { "; lag is counted to " (time(at)) } }
            thead { tr { th scope="col" { "Source" } th scope="col" { "Table" } th scope="col" { "First" } th scope="col" { "Last" } th scope="col" .number { "Lag" } th scope="col" .number { "Tied" } th scope="col" .number { "Workers" } } }
            tbody { @for line in &health.sources { tr {
                th scope="row" { (line.source) } td { (line.table) } td .nowrap { (line.first) } td .nowrap { (line.last) }
                td .number { @if let Some(days) = line.lag_days { (days) " d" } }
                td .number { (line.joined) " of " (line.accounts) @if line.joined * 10 < line.accounts * 9 { " " span .tag.warn { "gap" } } }
                td .number { (line.workers) }
            } } }
        } }
    }
}

fn indicators(health: &Health) -> Markup {
    let silent = health.indicators.iter().filter(|line| line.fires == 0).count();
    html! {
        section .sheet aria-labelledby="indicators" {
            h2 #indicators { "Indicators" }
            details open { summary { (health.indicators.len()) " asked, " (silent) " silent; noisy is what answers about more than a fifth of the people" }
                div .scroll { table {
                    thead { tr { th scope="col" { "Indicator" } th scope="col" { "Asks" } th scope="col" { "Tier" } th scope="col" .number { "Answers" } th scope="col" .number { "People" } th scope="col" .number { "Mean weight" } th scope="col" { "By decisions" } } }
                    tbody { @for line in &health.indicators { tr {
                        th scope="row" .mono { (line.id) } td { (line.title) @if !line.opens { " " span .tag { "never opens" } } } td { (line.tier) }
                        td .number { @if line.fires == 0 { span .soft { "silent" } } @else { (line.fires) } } td .number { (line.people) }
                        td .number { @if let Some(bits) = line.weight_bits { (format!("{bits:+.2}")) } }
                        td { @if let Some(one) = health.borne.iter().find(|one| one.id == line.id) { (one.confirmed) " of " (one.decided) " confirmed" }
                            @if line.people * 5 > health.assessed { " " span .tag.warn { "noisy" } } }
                    } } }
                } }
            }
        }
    }
}

/// Rejects in groups.
pub(crate) async fn rejects(call: &Call<'_>) -> Outcome {
    let groups = call.desk.rejects(call.user()?).await?;
    let body = html! {
        section .sheet {
            @if groups.is_empty() { h2 { "Nothing was rejected" } }
            @else { div .scroll { table {
                caption { (groups.len().min(500)) " shown of " (groups.len()) " groups" }
                thead { tr { th scope="col" .number { "Count" } th scope="col" { "File" } th scope="col" { "Reason" } th scope="col" .number { "First line" } th scope="col" { "Sample" } } }
                tbody { @for group in groups.iter().take(500) { tr { td .number { (group.count) } th scope="row" .mono { (group.file) } td { (group.reason) } td .number { (group.line) } td .mono { (group.sample) } } } }
            } } }
        }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Rejects", state: None, under: "/health", body }).await,
    ))
}
