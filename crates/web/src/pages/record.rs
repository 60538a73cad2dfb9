//! The bytes behind a claim.

use maud::html;

use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let file = call.desk.record(call.user()?, call.part("record")).await?;
    let text = |value: &app::Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let body = html! {
        div .sheet data-preview {
            dl .pairs {
                dt { "Table" } dd { (file.table) }
                dt { "Source" } dd { (file.source.as_deref().unwrap_or("unknown")) }
                dt { "File" } dd .mono { (file.file) ", line " (file.line) ", byte " (file.offset) }
                @if let Some(digest) = &file.digest { dt { "blake3 of its bytes" } dd .mono { (digest) } }
                @if let Some(about) = &file.about { dt { "About" } dd { a href=(format!("/worker/{}", crate::http::encode(about))) { (about) } } }
            }
        }
        section .sheet aria-labelledby="raw" { h2 #raw { "As received" }
            @match &file.raw {
                Some(raw) => { pre tabindex="0" { (raw) } p .small.soft { "Numbers of accounts, taxes and documents are hidden. Your reading is recorded." } },
                None => p .soft { "No raw bytes were kept (--no-raw)." },
            }
        }
        section .sheet aria-labelledby="fields" { h2 #fields { "As read" }
            dl .pairs { @for (name, value) in &file.fields { dt { (name) } dd .mono { (text(value)) } } } }
        section .sheet aria-labelledby="cited" { h2 #cited { "Evidence that rests on it" }
            @if file.cited.is_empty() { p .soft { "None about a person whom you have open." } }
            ul .bare { @for (who, sentence) in &file.cited { li { (sentence) " " a href=(format!("/worker/{}", crate::http::encode(who))) { (who) } } } }
        }
    };
    let title = format!("Record {}", file.record_id.chars().take(8).collect::<String>());
    let page = Page { title: &title, state: Some(&file.table), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}
