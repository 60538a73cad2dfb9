//! The bytes behind a claim.

use maud::html;

use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::{Answer, encode};
use crate::layout::{self, Page, mark, time, time_in};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let file = match call.desk.record(user, call.part("record")).await {
        Ok(file) => file,
        Err(app::Error::Closed) => return door(call).await,
        Err(cause) => return Err(Fault::from(cause)),
    };
    let text = |value: &app::Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values: Vec<String> =
        file.fields.values().map(text).filter(|value| value.chars().count() > 2).collect();
    let body = html! {
        div .sheet data-preview {
            dl .pairs {
                dt { "Table" } dd { (file.table) }
                dt { "Source" } dd { (file.source.as_deref().unwrap_or("unknown")) }
                @if let Some(at) = &file.time { dt { "Time" } dd { (time_in(at, file.zone.as_deref())) } }
                dt { "File" } dd .mono { (file.file) ", line " (file.line) ", byte " (file.offset) }
                @if let Some(digest) = &file.digest { dt { "blake3 of its bytes" } dd .mono { (digest) }
                    dt { "Verified" } dd { "read just now from its sealed block, whose seal holds; "
                        a .button href=(call.request.path) title="Read the block and check its seal again" { "Verify again" } } }
                dt { "This reading" } dd { "entry " (file.entry) " of the history" }
                @if let Some(about) = &file.about { dt { "About" } dd { a href=(format!("/worker/{}", encode(about))) { (about) } } }
            }
        }
        section .sheet aria-labelledby="raw" { h2 #raw { "As received" }
            @match &file.raw {
                Some(raw) => { pre tabindex="0" { @for (part, is_field) in marked(raw, &values) { @if is_field { mark { (part) } } @else { (part) } } } p .small.soft { "Marked: what was read into fields. Numbers of accounts, taxes and documents are hidden. Your reading is recorded." } },
                None => p .soft { "No raw bytes were kept (--no-raw)." },
            }
        }
        section .sheet aria-labelledby="fields" { h2 #fields { "As read" }
            dl .pairs { @for (name, value) in &file.fields { dt { (name) } dd .mono { (text(value)) } } } }
        section .sheet aria-labelledby="cited" { h2 #cited { "Evidence that rests on it" }
            @if file.cited.is_empty() { p .soft { "None about a person whom you have open." } }
            ul .bare { @for one in &file.cited { li { (one.sentence) " " a href=(format!("/worker/{}", encode(&one.worker))) { (one.worker) } } } }
        }
    };
    let seen = html! {
        section .sheet aria-labelledby="seen" { h2 #seen { "Who has seen this person" }
            @if file.about.is_none() { p .soft { "The record is about nobody who is known. Your reading is entry " (file.entry) " of the history." } }
            ol .plain { @for one in file.seen_by.iter().take(12) {
                li { (time(&one.at)) " · " strong { (one.by) } " · " (one.action) @if let Some(purpose) = &one.purpose { " · " span .soft { (purpose) } } } } }
            @if file.seen_by.len() > 12 { p .soft { "and " (file.seen_by.len() - 12) " more, on the page of the person" } } }
    };
    let body = html! { (body) (seen) };
    let title = format!("Record {}", file.record_id.chars().take(8).collect::<String>());
    let page = Page { title: &title, state: Some(&file.table), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

/// The door of whom it is about, who has no name here: the record is what was found, and by it they are opened.
async fn door(call: &Call<'_>) -> Outcome {
    let record = call.part("record");
    let body = html! {
        div .sheet data-preview {
            h2 { "Whom this record is about is not open" }
            p { "To read it, say what for. Opening is recorded, and shown on the page of the person." }
            form method="post" action=(format!("/record/{}/open", encode(record))) {
                (mark(call.user()?))
                div .field { label for="purpose" { "Purpose" } textarea #purpose name="purpose" required maxlength="4000" {} }
                button .main { "Open, and record it" }
            }
        }
    };
    let title = format!("Record {}", record.chars().take(8).collect::<String>());
    let page = Page { title: &title, state: Some("closed"), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

/// The text in pieces: those that were read into a field, and the rest.
fn marked<'a>(raw: &'a str, values: &[String]) -> Vec<(&'a str, bool)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for value in values {
        let found = raw.match_indices(value.as_str()).map(|(at, hit)| (at, at + hit.len()));
        spans.extend(found.filter(|(begin, end)| is_whole(raw, *begin, *end)));
    }
    // of two that overlap the longer one counts
    spans.sort_by_key(|(begin, end)| (*begin, std::cmp::Reverse(*end)));
    let (mut out, mut at) = (Vec::new(), 0);
    for (begin, end) in spans {
        if begin < at {
            continue;
        }
        out.push((&raw[at..begin], false));
        out.push((&raw[begin..end], true));
        at = end;
    }
    out.push((&raw[at..], false));
    out.retain(|(part, _)| !part.is_empty());
    out
}

/// Whether a piece is no part of a longer word.
fn is_whole(text: &str, begin: usize, end: usize) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (first, last) = (text[begin..end].chars().next(), text[begin..end].chars().next_back());
    let before = text[..begin].chars().next_back().is_some_and(is_word) && first.is_some_and(is_word);
    let after = text[end..].chars().next().is_some_and(is_word) && last.is_some_and(is_word);
    !before && !after
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn what_was_read_is_marked_and_nothing_is_lost() {
        let raw = "{\"ip\":\"198.51.100.7\",\"id\":\"a1\",\"os\":\"Windows 10\",\"x\":\"Windows 101\"}";
        let values = ["198.51.100.7", "100.7", "Windows 10", "ü"].map(str::to_owned);
        let pieces = marked(raw, &values);
        assert_eq!(pieces.iter().map(|(part, _)| *part).collect::<String>(), raw);
        let hits: Vec<&str> = pieces.iter().filter(|(_, hit)| *hit).map(|(part, _)| *part).collect();
        assert_eq!(hits, ["198.51.100.7", "Windows 10"]);
        assert_eq!(marked("", &values), Vec::new());
    }
}
