//! One case: four questions at the left, the decision at the right. Nobody has a name in it before they are opened.

use app::casework::case::{Item, Question};
use app::casework::{Case, Outcome, Right, Role, Status};
use app::desk::User;
use app::desk::opening::Seen;
use app::desk::reading::CaseFile;
use app::explain::Explained;
use app::report::Finding;
use maud::{Markup, html};

use super::score::{findings, timeline, why};
use crate::call::{Call, Outcome as Done};
use crate::http::Answer;
use crate::layout::{self, Page, mark, no_default, records, time};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Done {
    let user = call.user()?;
    let file = call.desk.case_file(user, call.case()?).await?;
    let board = call.desk.board().await;
    let users = call.desk.users(user).await?;
    let names: Vec<&str> = users.iter().map(|one| one.name.as_str()).collect();
    let body = html! {
        @if call.query()?.get("done").is_some() { (done(user, &file)) }
        p .said data-live data-version=(file.row.version) hidden role="status" { "Somebody changed this case meanwhile. " a href=(format!("/case/{}", file.row.case)) { "Load again" } }
        (ways(&file))
        (head(&file))
        @match (&file.case, &file.assessment) {
            (Some(case), assessment) => {
                div .split {
                    div {
                        @if let Some(one) = assessment { (clears(one)) (questions(user, &file, case, one)) (why(one, board.threshold, &board.prior)) (timeline(one, file.zone.as_deref())) (people(&file, one)) }
                        @else { div .sheet { p { "The last check did not judge this person: off the roster, out of scope, or erased from the records." } } }
                        (notes(user, &file, case))
                        (pack(&file))
                        (history(&file))
                        (parts(&file))
                    }
                    div { (decision(user, &file, case)) (handling(user, &file, case, &names)) (similar(&file)) }
                }
            }
            (None, _) => { (closed(user, &file)) (parts(&file)) (similar(&file)) }
        }
    };
    let title = format!("{} · {}", file.row.case, file.row.worker_id.as_deref().unwrap_or(&file.row.person));
    let page = Page { title: &title, state: Some(file.row.state), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

/// What stands above everything, open or not; also what the preview of the queue shows.
fn head(file: &CaseFile) -> Markup {
    let row = &file.row;
    html! {
        div .sheet data-preview data-case=(row.case) {
            p .lead {
                strong { (row.word) } (format!(", {:+.1} bits. ", row.bits))
                @for (at, why) in row.why.iter().enumerate() { @if at > 0 { "; " } (why.trim_end_matches('.')) } "."
                @if let Some(against) = &row.against { " Against: " (against.trim_end_matches('.')) "." }
            }
            dl .pairs {
                dt { "Owner" } dd { (row.owner.as_deref().unwrap_or("nobody")) }
                dt { "Due" } dd { (row.due.as_deref().unwrap_or("no day set")) @if row.is_overdue { " " span .tag.bad { "overdue" } } }
                dt { "Opened" } dd { (time(&row.opened_at)) " by the check" @if !file.still_opens { "; " strong { "the last check would not open it any more" } } }
                dt { "Person" } dd { a href=(format!("/worker/{}", row.person)) { (row.person) }
                    @if let Some(farm) = &row.farm { ", at farm " a href=(format!("/farm/{farm}")) { (farm) } } }
                @if row.is_held { dt { "Legal hold" } dd { span .tag.warn { "held" } } }
                @if !row.merged.is_empty() { dt { "Parts" } dd { @for part in &row.merged { a href=(format!("/case/{part}")) { (part) } " " } } }
                @if !file.earlier.is_empty() { dt { "Other cases" } dd { @for one in &file.earlier { a href=(format!("/case/{one}")) { (one) } " " } } }
            }
        }
    }
}

/// Where one is, and what stands on the page.
fn ways(file: &CaseFile) -> Markup {
    let is_open = file.purpose.is_some();
    let to = |name: &str| format!("/case/{name}");
    html! {
        nav .ways aria-label="This case" {
            ul {
                @if let Some(before) = &file.before { li { a href=(to(before)) data-key="before" rel="prev" title="Case before, heavier ([)" { "← " (before) } } }
                @if let Some(after) = &file.after { li { a href=(to(after)) data-key="after" rel="next" title="Case after, lighter (])" { (after) " →" } } }
                @if is_open {
                    li { a href="#evidence" title="e" { "Evidence" } } li { a href="#timeline" title="t" { "Timeline" } }
                    li { a href="#people" { "People" } } li { a href="#notes" { "Notes" } }
                    li { a href="#pack" { "Pack" } } li { a href="#history" { "History" } } li { a href="#decision" title="d" { "Decision" } }
                }
            }
        }
    }
}

/// What was just done, and the way back from it.
fn done(user: &User, file: &CaseFile) -> Markup {
    let own = file.history.iter().find(|one| one.by == user.actor.name && one.action != "opened");
    html! {
        @if let Some(said) = own.and_then(|one| one.detail.as_deref()) {
            p .said role="status" { "Done. " (said) " " a href="/next" { "Next unowned" } " · " a href="/" { "Queue" } }
        }
    }
}

/// Whom else the evidence speaks of.
fn people(file: &CaseFile, one: &Explained) -> Markup {
    let mut others: std::collections::BTreeMap<&str, Vec<&Finding>> = std::collections::BTreeMap::new();
    for item in &one.person.evidence {
        for other in &item.other {
            others.entry(other).or_default().push(item);
        }
    }
    let mut list: Vec<(&str, Vec<&Finding>)> = others.into_iter().collect();
    let number = |name: &str| name.trim_start_matches("P-").parse::<u64>().unwrap_or(u64::MAX);
    list.sort_by_key(|(name, _)| (number(name), *name));
    html! {
        section .sheet aria-labelledby="people" {
            h2 #people tabindex="-1" { "People concerned" }
            @if let Some(farm) = &file.row.farm { p { "At farm " a href=(format!("/farm/{farm}")) { (farm) } ": its board shows who else stands there." } }
            @if list.is_empty() { p .soft { "The evidence speaks of nobody else." } }
            ul .bare { @for (name, items) in &list { li {
                a href=(format!("/worker/{}", crate::http::encode(name))) { (name) } " "
                span .meta { (items.iter().map(|item| item.indicator.as_str()).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")) } } } }
            @if !list.is_empty() { p .small.soft { "Whoever you have not opened stands here without a name, and may be a victim or know nothing of it." } }
        }
    }
}

/// What can be taken along.
fn pack(file: &CaseFile) -> Markup {
    html! {
        section .sheet aria-labelledby="pack" {
            h2 #pack tabindex="-1" { "Pack" }
            p { "This page prints as a pack: reasons for and against, what would clear the person, records cited, notes, decision, who has seen it, basis and accuracy. Forms and navigation are left off; people whom you have not opened have no names in it." }
            p .actions { button type="button" data-print hidden { "Print this case" }
                span .small.soft { "As JSON: " code { "GET /api/v1/cases/" (file.row.case) } } }
        }
    }
}

/// The door: a purpose, and then it is open.
fn closed(user: &User, file: &CaseFile) -> Markup {
    html! {
        div .sheet {
            h2 { "This person is not open" }
            @if let Some(why) = &file.closed_to_you { p .notice { (why) "." } }
            @else {
                p { "You see the case without a name. To read records, say what for; that you opened it, when and why is recorded and shown on this page." }
                form method="post" action=(format!("/case/{}/open", file.row.case)) {
                    (mark(user))
                    div .field { label for="purpose" { "Purpose" } textarea #purpose name="purpose" required maxlength="4000" data-key="decide" {} }
                    button .main { "Open, and record it" }
                }
            }
            @if !file.history.is_empty() { h3 { "Who has seen this person" } (seen_list(&file.history, 12)) }
        }
    }
}

/// First of all: what would clear this person.
fn clears(one: &Explained) -> Markup {
    html! {
        section .sheet.clear aria-labelledby="clear" {
            h2 #clear { "What would clear this person" }
            @if one.would_clear.is_empty() { p { "No single record would: see the innocent explanations beside each piece of evidence." } }
            ul .plain { @for item in &one.would_clear { li { (item.text) " " span .meta { (item.id) } } } }
            @if !one.against.is_empty() {
                h3 { "Already speaks for them" }
                ul .plain { @for item in &one.against { li { (item.text) " " (records(&item.records)) } } }
            }
        }
    }
}

/// Which question a piece of evidence belongs to, by its dependence group.
fn question_of(item: &Finding) -> Question {
    let has =
        |words: &[&str]| words.iter().any(|word| item.group.contains(word) || item.indicator.contains(word));
    if has(&["money", "pay", "wallet", "bank", "payout"]) {
        Question::Pay
    } else if has(&["identity", "contact", "document", "phone", "email", "persona", "same-browser"]) {
        Question::Identity
    } else if has(&[
        "place", "location", "ship", "parcel", "network", "site", "vpn", "travel", "egress", "dock",
        "monitor",
    ]) {
        Question::Laptop
    } else {
        Question::Keyboard
    }
}

fn questions(user: &User, file: &CaseFile, case: &Case, one: &Explained) -> Markup {
    html! {
        section .sheet aria-labelledby="evidence" {
            h2 #evidence tabindex="-1" data-key="evidence" { "Questions" }
            @for question in Question::ALL {
                @let items: Vec<&Finding> = one.person.evidence.iter().filter(|item| question_of(item) == question).collect();
                details open[!items.is_empty()] {
                    summary { strong { (question.as_str()) } " " span .meta { (items.len()) " findings" } }
                    @if items.is_empty() { p .soft { "Nothing was found on this." } }
                    (findings(&items, file.zone.as_deref()))
                    @match case.conclusions.get(&question) {
                        Some(done) => p { strong { "Concluded: " } (done.text) " " span .meta { (done.by) ", " (time(&app::instant(done.at))) } },
                        None => {}
                    }
                    @if case.status.is_live() && user.actor.role.has(Right::Work) {
                        form .inline method="post" action=(format!("/case/{}/act", file.row.case)) {
                            (mark(user)) (version(file))
                            input type="hidden" name="question" value=(question.key());
                            input type="text" name="text" required maxlength="4000" aria-label=(format!("Conclusion on: {}", question.as_str())) placeholder="Your conclusion";
                            button name="do" value="conclude" { "Conclude" }
                        }
                    }
                }
            }
        }
    }
}

fn version(file: &CaseFile) -> Markup {
    html! { input type="hidden" name="version" value=(file.row.version); }
}

/// The decision box: an outcome and a reason, always both.
fn decision(user: &User, file: &CaseFile, case: &Case) -> Markup {
    let action = format!("/case/{}/act", file.row.case);
    html! {
        section .sheet aria-labelledby="decision" {
            h2 #decision tabindex="-1" { "Decision" }
            @for done in &case.decisions {
                p { strong { (done.outcome.as_str()) } ": " (done.reason) " " span .meta { (done.by) @if let Some(second) = &done.second { " and " (second) } ", " (time(&app::instant(done.at))) } }
            }
            @if let Some(proposal) = &case.proposal {
                p .notice { (proposal.by) " proposes " strong { (proposal.outcome.as_str()) } ": " (proposal.reason) }
                form method="post" action=(action) {
                    (mark(user)) (version(file))
                    @if proposal.by == user.actor.name { p .soft { "A second person must agree: it cannot be you." } }
                    @else { p .actions { button .main name="do" value="approve" { "Agree" } } }
                    div .field { label for="refuse" { "Or why not" } textarea #refuse name="reason" maxlength="4000" {} }
                    button name="do" value="refuse" { "Disagree" }
                }
            } @else if case.status.is_live() {
                form method="post" action=(action) {
                    (mark(user)) (version(file))
                    fieldset { legend { "Outcome (required)" }
                        @for outcome in Outcome::ALL {
                            label .radio { input type="radio" name="outcome" value=(outcome.key()) required data-key=[(outcome == Outcome::ALL[0]).then_some("decide")]; (outcome.as_str())
                                @if outcome == Outcome::Confirmed { span .meta { " · a second person must agree" } } }
                        }
                    }
                    div .field { label for="reason" { "Reason, at least one sentence (required)" } textarea #reason name="reason" required maxlength="4000" {} }
                    button .main name="do" value="decide" title="ctrl+enter" { "Decide" }
                }
            } @else if case.status == Status::Closed && user.actor.role == Role::Lead {
                form method="post" action=(action) {
                    (mark(user)) (version(file))
                    div .field { label for="reopen" { "Why it is reopened" } textarea #reopen name="reason" required maxlength="4000" {} }
                    button name="do" value="reopen" { "Reopen" }
                }
            }
            @if let Some(before) = case.before.as_ref().filter(|before| before.by == user.actor.name) {
                form method="post" action=(action) { (mark(user)) (version(file))
                    button name="do" value="undo" data-key="undo" title="Take back (z)" { "Take back: " (crate::chart::short(&before.what, 60)) } }
            }
            h3 { "Checklist" }
            p .small.soft { "Done outside this tool; ticked off here." }
            @for item in Item::ALL {
                @let done = case.checklist.get(&item);
                form .inline method="post" action=(action) {
                    (mark(user)) (version(file))
                    input type="hidden" name="item" value=(item.key());
                    input type="hidden" name="done" value=(if done.is_some() { "no" } else { "yes" });
                    button .tick name="do" value="check" aria-pressed=(if done.is_some() { "true" } else { "false" }) { (if done.is_some() { "☑ " } else { "☐ " }) (item.as_str()) }
                    @if let Some(done) = done { span .meta { (done.by) } }
                }
            }
        }
    }
}

/// Owner, due, snooze, hold, merge.
fn handling(user: &User, file: &CaseFile, case: &Case, users: &[&str]) -> Markup {
    let action = format!("/case/{}/act", file.row.case);
    let is_lead = user.actor.role == Role::Lead;
    let is_live = case.status.is_live();
    html! {
        section .sheet aria-labelledby="handling" {
            h2 #handling { "Handling" }
            @if is_live {
                form method="post" action=(action) { (mark(user)) (version(file))
                    p .actions {
                        @if case.owner.as_deref() != Some(&user.actor.name) { button name="do" value="take" data-key="assign" title="Assign to me (a)" { "Assign to me" } }
                        @else { button name="do" value="give_back" { "Give back" } }
                        @if matches!(case.status, Status::Waiting | Status::Snoozed) { button name="do" value="resume" { "Take up again" } }
                    }
                }
                @if is_lead {
                    form .inline method="post" action=(action) { (mark(user)) (version(file))
                        select name="to" aria-label="Owner" { option value="" { "nobody" } @for name in users { option value=(name) selected[case.owner.as_deref() == Some(name)] { (name) } } }
                        button name="do" value="assign" { "Assign" } }
                }
                form .inline method="post" action=(action) { (mark(user)) (version(file))
                    label for="due" { "Due" } input #due type="date" name="day" value=[case.due.as_deref()]; button name="do" value="due" { "Set due" } }
                details { summary { "Wait or snooze" }
                    form method="post" action=(action) { (no_default()) (mark(user)) (version(file))
                        div .field { label for="pause" { "Reason (required)" } input #pause type="text" name="reason" required maxlength="4000"; }
                        div .field { label for="until" { "Snooze until" } input #until type="date" name="until"; }
                        p .actions { button name="do" value="wait" { "Wait for an answer" } button name="do" value="snooze" { "Snooze" } }
                    } }
            }
            @if is_lead {
                details { summary { "Legal hold, merge" }
                    form method="post" action=(action) { (mark(user)) (version(file))
                        div .field { label for="hold" { "Reason (required)" } input #hold type="text" name="reason" required maxlength="4000"; }
                        @if let Some(hold) = &case.hold { p { "Held by " (hold.by) ": " (hold.text) } button name="do" value="release" { "End the hold" } }
                        @else { button name="do" value="hold" { "Hold" } }
                    }
                    @if case.merged_into.is_none() {
                        form method="post" action=(format!("/case/{}/merge", file.row.case)) { (mark(user))
                            div .field { label for="into" { "Make it a part of case" } input #into type="text" name="into" placeholder="C-1" required; }
                            div .field { label for="merge" { "Reason (required)" } input #merge type="text" name="reason" required maxlength="4000"; }
                            button { "Merge" } }
                    }
                }
            }
            @if let Some(into) = case.merged_into {
                p { "Worked on in " a href=(format!("/case/C-{into}")) { "C-" (into) } "." }
                @if is_lead { form method="post" action=(format!("/case/{}/detach", file.row.case)) { (mark(user)) button { "Detach" } } }
            }
        }
    }
}

fn notes(user: &User, file: &CaseFile, case: &Case) -> Markup {
    html! {
        section .sheet aria-labelledby="notes" {
            h2 #notes { "Notes" }
            @if case.notes.is_empty() { p .soft { "No notes. A note belongs to its author; a correction is a new note." } }
            ul .bare { @for note in &case.notes { li { p .meta { (note.by) ", " (time(&app::instant(note.at))) } @for line in note.text.lines() { p { (line) } } } } }
            form method="post" action=(format!("/case/{}/act", file.row.case)) {
                (mark(user)) (version(file))
                div .field { label for="note" { "New note" } textarea #note name="text" required maxlength="20000" {} }
                button name="do" value="note" { "Write" }
            }
        }
    }
}

fn history(file: &CaseFile) -> Markup {
    html! {
        section .sheet aria-labelledby="history" {
            h2 #history tabindex="-1" { "History" }
            p .small.soft { "Every change, and everybody who has seen this person: hash-chained, and checked by " code { "bonafide verify" } "." }
            (seen_list(&file.history, 200))
        }
    }
}

fn seen_list(history: &[Seen], most: usize) -> Markup {
    html! {
        ol .plain {
            @for one in history.iter().take(most) {
                li { (time(&one.at)) " · "
                    @match &one.detail { Some(said) if said.starts_with("C-") => { (said) } Some(what) => { (one.by) " read: " (one.action) " " (what) "." } None => { (one.by) " " (one.action) "." } }
                    @if let Some(purpose) = &one.purpose { " " span .soft { "For: " (purpose) } }
                    span .meta { " · entry " (one.sequence) } }
            }
        }
        @if history.len() > most { p .soft { "and " (history.len() - most) " more" } }
    }
}

/// Cases that are worked on here: each with what was said of it and its own history.
fn parts(file: &CaseFile) -> Markup {
    html! {
        @for part in &file.parts {
            @let name = &part.row.case;
            section .sheet aria-label=(format!("Part {name}")) {
                h2 id=(format!("part-{name}")) tabindex="-1" { "Part " a href=(format!("/case/{name}")) { (name) } }
                p { strong { (part.row.word) } (format!(", {:+.1} bits. ", part.row.bits)) (part.row.why.join("; "))
                    @if let Some(against) = &part.row.against { ". Against: " (against) } }
                p .meta { "Person " a href=(format!("/worker/{}", part.row.person)) { (part.row.worker_id.as_deref().unwrap_or(&part.row.person)) }
                    @if !part.row.is_open { ": not open; its notes and sentences are shown once they are" } }
                @for note in &part.notes { p .meta { (note.by) ", " (time(&app::instant(note.at))) } @for line in note.text.lines() { p { (line) } } }
                h3 { "History of " (name) }
                (seen_list(&part.history, 50))
            }
        }
    }
}

fn similar(file: &CaseFile) -> Markup {
    html! {
        section .sheet aria-labelledby="similar" {
            h2 #similar { "Similar cases" }
            @if file.similar.is_empty() { p .soft { "No other case rests on the same reasons." } }
            ul .bare { @for one in &file.similar { li { a href=(format!("/case/{}", one.case)) { (one.case) } " " span .tag { (one.state) } " " span .meta { (one.reasons) " reasons in common" } } } }
        }
    }
}
