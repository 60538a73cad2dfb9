//! What failed, what still holds, what to do.

use maud::html;

use crate::call::Call;
use crate::fault::Fault;
use crate::http::{Answer, reason};
use crate::layout::{Page, frame};

/// The page on which a form stood that was refused.
fn back(path: &str) -> Option<(String, String)> {
    let mut parts = path.trim_start_matches('/').split('/');
    let (kind, name, _) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (matches!(kind, "case" | "worker") && is_plain).then(|| (format!("/{kind}/{name}"), name.to_owned()))
}

/// The page of an error.
pub(crate) fn page(call: &Call<'_>, fault: Fault) -> Answer {
    let advice = match fault.status {
        401 => "Sign in, and try again.",
        403 => "Ask somebody whose role allows it, or open the person with a purpose first.",
        404 => "Check the address, or go back to the queue.",
        409 => "Somebody was quicker. Go back, load the page again and look at what stands there now.",
        413 | 422 => "Go back: what you typed is still in the form.",
        429 => "Wait, then try again.",
        500 => "Tell whoever runs this server the number above.",
        _ => "Go back and try again.",
    };
    let body = html! {
        div .sheet {
            p .lead role="alert" { (fault.text) "." }
            p { "Nothing was changed. " (advice) }
            p .actions {
                @if let Some((path, name)) = back(&call.request.path) { a .button href=(path) { (name) } }
                a .button href="/" { "Queue" }
            }
        }
    };
    let title = reason(fault.status);
    let state = fault.status.to_string();
    let board = call.desk.board_now();
    let markup = frame(call, Page { title, state: Some(&state), under: "", body }, board.as_deref());
    let mut answer = Answer::html(fault.status, markup);
    answer.headers.extend(fault.headers);
    answer
}
