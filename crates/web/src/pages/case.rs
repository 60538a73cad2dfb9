//! One case: four questions at the left, the decision at the right. Nobody has a name in it before they are opened.

use app::casework::case::{Item, Question};
use app::casework::{Case, Outcome, Right, Role, Status};
use app::desk::User;
use app::desk::reading::CaseFile;
use app::explain::Explained;
use app::report::Finding;
use maud::{Markup, html};

use crate::call::{Call, Outcome as Done};
use crate::chart;
use crate::http::Answer;
use crate::layout::{self, Page, mark, records, time};

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Done {
    let user = call.user()?;
    let file = call.desk.case_file(user, call.case()?).await?;
    let board = call.desk.board().await;
    let users = call.desk.users(user).await?;
    let names: Vec<&str> = users.iter().map(|one| one.name.as_str()).collect();
    let body = html! {
        p .said data-live hidden role="status" { "Somebody changed something meanwhile. " a href="" { "Load again" } }
        (head(&file))
        @match (&file.case, &file.assessment) {
            (Some(case), assessment) => {
                div .split {
                    div {
                        @if let Some(one) = assessment { (clears(one)) (questions(user, &file, case, one)) (why(one, board.threshold)) }
                        @else { div .sheet { p { "The last check did not judge this person: off the roster, out of scope, or erased from the records." } } }
                        (notes(user, &file, case))
                        (history(&file))
                    }
                    div { (decision(user, &file, case)) (handling(user, &file, case, &names)) (similar(&file)) }
                }
            }
            (None, _) => { (closed(user, &file)) (similar(&file)) }
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
        div .sheet data-preview {
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
            @if !file.history.is_empty() { h3 { "Who has seen this person" } (seen_list(file, 12)) }
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
                    (findings(&items))
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

/// Evidence with sentence, window, records and innocent explanations.
pub(crate) fn findings(items: &[&Finding]) -> Markup {
    html! {
        ul .bare.evidence {
            @for item in items {
                li {
                    p { (item.sentence) }
                    p .meta {
                        (item.tier) " · " (item.indicator) " · " (format!("{:+.1} bits, {}", item.bits, chart::times(item.bits))) " · "
                        @match (&item.explained_by, item.counted) {
                            (Some(by), _) => { "explained by " (by) }
                            (None, true) => { "counted" }
                            (None, false) => { "counted once with its group" }
                        }
                        " · " (time(&item.first_seen)) " to " (time(&item.last_seen))
                    }
                    @if !item.innocent.is_empty() { p .innocent { "Innocent reasons: " (item.innocent.join(" ")) } }
                    (records(&item.records))
                }
            }
        }
    }
}

/// The waterfall, in words, as a picture, and as a table.
pub(crate) fn why(one: &Explained, threshold: f64) -> Markup {
    let person = &one.person;
    html! {
        section .sheet aria-labelledby="why" {
            h2 #why { "Why this score" }
            p .lead { (one.in_words) }
            (chart::waterfall(one, threshold))
            details {
                summary { "As a table" }
                div .scroll { table {
                    thead { tr { th scope="col" { "Reason" } th scope="col" .number { "Bits" } th scope="col" { "In words" } th scope="col" .number { "Sum" } } }
                    tbody { @for step in chart::steps(one) { tr {
                        th scope="row" { (step.label) } td .number { (format!("{:+.3}", step.bits)) }
                        td { @if step.kind != "start" && step.kind != "sum" { (chart::times(step.bits)) } } td .number { (format!("{:+.3}", step.after)) }
                    } } }
                } }
            }
            details {
                summary { "Looked for and not found" }
                ul .plain { @for bar in one.waterfall.iter().filter(|bar| bar.kind == "silent") { li { (bar.label) (format!(" ({:+.2} bits)", bar.bits)) } } }
            }
            details {
                summary { "Who wrote the weights" }
                ul .plain { @for weight in &one.weights { li { strong { (weight.indicator) } ": " (weight.text) } } }
            }
            @if !person.could_not_look.is_empty() {
                p { "Could not look, for want of: " (person.could_not_look.join(", ")) ". With these the score could lie anywhere on the whisker under it." }
            }
            p .meta { "Case rule: " (one.tier_rule) ". Role proposed: " (person.role) " (" (one.role_reason) "). Judged as of " (time(&one.judged_as_of)) "." }
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
            h2 #decision { "Decision" }
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
                    button name="do" value="undo" data-key="undo" title="Take back (z)" { "Take back: " (before.what.chars().take(60).collect::<String>()) } }
            }
            h3 { "Checklist" }
            p .small.soft { "Done outside this tool; ticked off here." }
            @for item in Item::ALL {
                @let done = case.checklist.get(&item);
                form .inline method="post" action=(action) {
                    (mark(user)) (version(file))
                    input type="hidden" name="item" value=(item.key());
                    input type="hidden" name="done" value=(if done.is_some() { "no" } else { "yes" });
                    button .quiet name="do" value="check" aria-pressed=(if done.is_some() { "true" } else { "false" }) { (if done.is_some() { "☑ " } else { "☐ " }) (item.as_str()) }
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
                    input type="date" name="day" value=[case.due.as_deref()] aria-label="Due day"; button name="do" value="due" { "Set due" } }
                details { summary { "Wait or snooze" }
                    form method="post" action=(action) { (mark(user)) (version(file))
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
            h2 #history tabindex="-1" data-key="history" { "History" }
            p .small.soft { "Every change, and everybody who has seen this person: hash-chained, and checked by " code { "bonafide verify" } "." }
            (seen_list(file, 200))
        }
    }
}

fn seen_list(file: &CaseFile, most: usize) -> Markup {
    html! {
        ol .plain {
            @for one in file.history.iter().take(most) {
                li { (time(&one.at)) " · "
                    @match &one.detail { Some(said) if said.starts_with("C-") => { (said) } Some(what) => { (one.by) " read: " (one.action) " " (what) "." } None => { (one.by) " " (one.action) "." } }
                    @if let Some(purpose) = &one.purpose { " " span .soft { "For: " (purpose) } }
                    span .meta { " · entry " (one.sequence) } }
            }
        }
        @if file.history.len() > most { p .soft { "and " (file.history.len() - most) " more" } }
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
