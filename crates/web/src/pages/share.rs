//! What leaves the house. Only what exists stands here.

use maud::html;

use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let body = html! {
        section .sheet {
            h2 { "Nothing leaves from here" }
            p { "This server sends nothing anywhere: no page loads anything from elsewhere, and no partner is connected." }
            p { "What you can take out yourself: a case as a printed page (the browser's print; forms and navigation are left off), and everything that you may see as JSON through the " a href="/openapi.json" { "API" } "." }
        }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Share", state: None, under: "/share", body }).await,
    ))
}
