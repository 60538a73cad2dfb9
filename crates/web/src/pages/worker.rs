//! One person: claimed beside seen, the score, ties, and who has been here.

use app::desk::worker::{Line, WorkerFile};
use maud::{Markup, html};

use super::score::{findings, timeline, why};
use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page, mark, records, time};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let file = call.desk.worker(user, call.part("worker")).await?;
    let board = call.desk.board().await;
    let body = html! {
        @if file.purpose.is_none() {
            div .sheet data-preview {
                h2 { "This person is not open" }
                @if let Some(closed) = &file.closed_to_you { p .notice { (closed) "." } }
                @else {
                    p { "To read what was claimed and what was seen, say what for. Opening is recorded, and shown on this page." }
                    form method="post" action=(format!("/worker/{}/open", crate::http::encode(&file.person))) {
                        (mark(user))
                        @if let Some(next) = call.query()?.get("next") { input type="hidden" name="next" value=(next); }
                        div .field { label for="purpose" { "Purpose" } textarea #purpose name="purpose" required maxlength="4000" {} }
                        button .main { "Open, and record it" }
                    }
                }
            }
        } @else {
            @if let Some(one) = &file.assessment {
                section .sheet.clear aria-labelledby="clear" {
                    h2 #clear { "What would clear this person" }
                    @if one.would_clear.is_empty() { p .soft { "Nothing in particular: nothing weighs enough." } }
                    ul .plain { @for item in &one.would_clear { li { (item.text) } } }
                }
            }
            (beside(&file))
            @if let Some(one) = &file.assessment {
                (why(one, board.threshold, &board.prior))
                section .sheet aria-labelledby="found" { h2 #found { "Evidence" }
                    @if one.person.evidence.is_empty() { p .soft { "Nothing was found about this person." } }
                    (findings(&one.person.evidence.iter().collect::<Vec<_>>(), file.zone.as_deref())) }
                (timeline(one, file.zone.as_deref()))
            }
            (ties(&file))
            section .sheet aria-labelledby="seen" {
                h2 #seen { "Who has seen this person" }
                ol .plain { @for one in file.seen_by.iter().take(100) {
                    li { (time(&one.at)) " · " strong { (one.by) } " · " (one.action) @if let Some(purpose) = &one.purpose { " · " span .soft { (purpose) } } } } }
                @if file.seen_by.len() > 100 { p .soft { "and " (file.seen_by.len() - 100) " more" } }
            }
        }
    };
    let title = match &file.worker_id {
        Some(id) => format!("{} · {id}", file.person),
        None => file.person.clone(),
    };
    let page = Page { title: &title, state: file.post.as_deref(), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

fn beside(file: &WorkerFile) -> Markup {
    let cell = |lines: &[Line]| {
        html! {
            @if lines.is_empty() { span .soft { "—" } }
            ul .bare { @for line in lines { li { (line.text) " " (records(&line.records)) } } }
        }
    };
    html! {
        section .sheet aria-labelledby="beside" {
            h2 #beside { "Claimed beside seen" }
            div .scroll { table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Claimed" } th scope="col" { "Seen" } } }
                tbody { @for row in &file.beside { tr { th scope="row" { (row.what) } td { (cell(&row.claimed)) } td { (cell(&row.seen)) } } } }
            } }
            p .meta {
                @if !file.cases.is_empty() { "Cases: " @for case in &file.cases { a href=(format!("/case/{case}")) { (case) } " " } }
                @if let Some(farm) = &file.farm { "Farm: " a href=(format!("/farm/{farm}")) { (farm) } }
            }
        }
    }
}

fn ties(file: &WorkerFile) -> Markup {
    html! {
        section .sheet aria-labelledby="ties" {
            h2 #ties { "Tied to others" }
            @if file.ties.is_empty() { p .soft { "Shares nothing with anybody that was looked at." } }
            ul .bare.evidence { @for tie in file.ties.iter().take(60) { li {
                p { (tie.sentence) }
                @if let Some(innocent) = &tie.innocent { p .innocent { (innocent) } }
                p .meta { "With " @for other in tie.others.iter().take(12) { a href=(format!("/worker/{other}")) { (other) } " " } @if tie.others.len() > 12 { "and " (tie.others.len() - 12) " more" } }
                (records(&tie.records))
            } } }
            @if file.ties.len() > 60 { p .soft { "and " (file.ties.len() - 60) " more, not drawn" } }
        }
    }
}
