//! The history, for whoever audits.

use maud::html;

use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page, time};

/// Entries of a page.
const ENTRIES: u32 = 200;

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let length = call.desk.history_length(call.user()?).await?;
    // the newest ones, where nothing else is asked for
    let after = call.query()?.number("after")?.unwrap_or(length.saturating_sub(u64::from(ENTRIES)));
    let entries = call.desk.history(call.user()?, after, ENTRIES).await?;
    let body = html! {
        section .sheet {
            @if entries.is_empty() { p { "No entry after " (after) "." } }
            @else { div .scroll { table {
                caption { (entries.len()) " shown of " (length) ", after number " (after) ", oldest first" }
                thead { tr { th scope="col" .number { "Entry" } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Did" } th scope="col" { "What exactly" } th scope="col" { "What for" } } }
                tbody { @for one in &entries { tr {
                    td .number { (one.sequence) } td .nowrap { (time(&one.at)) } th scope="row" { (one.by) } td { (one.action) }
                    td { (one.detail.as_deref().unwrap_or("")) } td { (one.purpose.as_deref().unwrap_or("")) }
                } } }
            } } }
            p .actions { a .button href="/history/export" download { "Export as JSON lines" }
                @if after + u64::from(ENTRIES) < length { a .button href=(format!("/history?after={}", after + u64::from(ENTRIES))) { "Further" } }
                @if after > 0 { a .button href=(format!("/history?after={}", after.saturating_sub(u64::from(ENTRIES)))) { "Earlier" } a .button href="/history?after=0" { "From the beginning" } }
                @if after + u64::from(ENTRIES) < length { a .button href="/history" { "Newest" } } }
        }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "History", state: None, under: "/health", body }).await,
    ))
}
