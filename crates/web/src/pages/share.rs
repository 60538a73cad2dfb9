//! What leaves the house. Only what exists stands here.

use app::desk::outbox::Receiver;
use maud::{Markup, html};

use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let receivers = call.desk.leaving(call.user()?).await?;
    let body = html! {
        section .sheet aria-labelledby="itself" {
            h2 #itself { "What leaves by itself" }
            @if receivers.is_empty() { p { "Nothing: " code { "serve.toml" } " names no receiver of findings, no page loads anything from elsewhere, and no partner is connected." } }
            @else { (findings(&receivers)) }
        }
        section .sheet aria-labelledby="yourself" {
            h2 #yourself { "What you can take out yourself" }
            p { "A case as a printed page (the browser's print; forms and navigation are left off), and everything that you may see as JSON through the " a href="/openapi.json" { "API" } "." }
            p .small.soft { "Both hold what you see: people whom you have not opened have no names in them." }
        }
    };
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: "Share", state: None, under: "/share", body }).await,
    ))
}

fn findings(receivers: &[Receiver]) -> Markup {
    html! {
        p { "Findings, to the receivers that " code { "serve.toml" } " names, when a case opens and when its finding changes. A finding names nobody: it bears the number of the case and the pseudonym. How each delivery fares stands under " a href="/health#deliveries" { "Health" } "." }
        @for one in receivers {
            h3 { (one.name) " " span .meta { (one.kind) " to " (one.to) } }
            @match &one.example {
                Some(text) => details { summary { "Exactly what it is told, of the heaviest case" } pre tabindex="0" { (laid_out(text)) } },
                None => p .soft { "No case is open: nothing would be sent now." },
            }
        }
    }
}

/// JSON over several lines, to be read; as it is where it is none.
fn laid_out(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}
