//! One box. A pasted list is looked up, not imported.

use app::desk::search::{Found, VALUES};
use maud::{Markup, html};

use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::{Answer, encode};
use crate::layout::{self, Page, mark};

/// The empty box.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    show(call, "", None).await
}

/// What was found.
pub(crate) async fn found(call: &Call<'_>) -> Outcome {
    let fields = call.form()?;
    let text = fields.text("values");
    match call.desk.search(call.user()?, text).await {
        Ok(found) => show(call, text, Some(Ok(found))).await,
        Err(cause) => {
            let fault = Fault::from(cause);
            if fault.status != 422 {
                return Err(fault);
            }
            show(call, text, Some(Err(fault.text))).await
        }
    }
}

async fn show(call: &Call<'_>, text: &str, found: Option<Result<Found, String>>) -> Outcome {
    let user = call.user()?;
    let body = html! {
        section .sheet {
            form method="post" action="/search" {
                (mark(user))
                div .field { label for="values" { "Name, e-mail, phone, serial, IP, postal address, account, wallet, record, case or farm; one a line, up to " (VALUES) }
                    textarea #values name="values" rows="6" required autofocus { (text) } }
                button .main { "Search" }
            }
            p .small.soft { "A hit leads to a record, and from there to the door of whom it is about; nobody has a name in the list before they are open. Values are compared as tokens and kept nowhere. That you searched, how many values, and whom it led to is recorded." }
        }
        @match found { Some(Ok(found)) => (hits(&found)), Some(Err(text)) => p .notice.bad role="alert" { (text) "." }, None => {} }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Search", state: None, under: "/search", body }).await,
    ))
}

fn hits(found: &Found) -> Markup {
    html! {
        section .sheet aria-label="Hits" {
            @if found.refused > 0 { p .notice { (found.refused) " of the values lead to whom somebody else must look at: yourself, your manager, or whoever is tied to you. That was recorded." } }
            @if found.hits.is_empty() { h2 { "Found nowhere" } p { "None of " (found.values) " values stands in the records of this workspace that you may look at." } }
            @else { div .scroll { table {
                caption { (found.found) " of " (found.values) " values were found; " (found.hits.len()) " places shown of " (found.hits.len() + found.left_out) }
                thead { tr { th scope="col" { "Value" } th scope="col" { "Where" } th scope="col" .number { "Records" } th scope="col" { "People" } } }
                tbody { @for hit in &found.hits { tr data-row {
                    th scope="row" .mono { @match &hit.link { Some(link) => a data-open href=(link) { (hit.value) }, None => (hit.value) } }
                    td { (hit.place) } td .number { @if hit.records > 0 { (hit.records) } }
                    td { @for person in &hit.people { a href=(format!("/worker/{}", encode(person))) { (person) } " " }
                        @if hit.closed > 0 { (hit.closed) " not open" } }
                } } }
            } } }
        }
    }
}
