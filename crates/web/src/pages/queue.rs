//! The queue: one table of what needs a person now. Filters live in the address.

use app::casework::Right;
use app::casework::queue::View;
use app::desk::User;
use app::desk::queue::{Asked, PAGE, Queue, Row};
use app::desk::users::UserLine;
use maud::{Markup, html};

use crate::call::{Call, Fields, Outcome};
use crate::fault::Fault;
use crate::http::{Answer, encode};
use crate::layout::{self, Page, mark, no_default};

/// Rows of a page.
const ROWS: usize = 100;

/// What a query asks for.
pub(crate) fn asked(query: &Fields, limit: usize) -> Result<Asked, Fault> {
    let view = match query.get("view") {
        None => View::default(),
        Some(name) => View::parse(name).ok_or_else(|| Fault::new(422, "there is no such view"))?,
    };
    let text = |name: &str| query.get(name).map(str::to_owned);
    Ok(Asked {
        view,
        farm: text("farm"),
        owner: text("owner"),
        reason: text("reason"),
        after: text("cursor"),
        limit: limit.clamp(1, PAGE),
    })
}

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let query = call.query()?;
    let asked = asked(&query, ROWS)?;
    let queue = call.desk.queue(user, &asked).await?;
    let users = call.desk.users(user).await?;
    let body = html! {
        p .lead { (said(&queue)) }
        (not_seen(&queue))
        p .said data-live hidden role="status" { "Something changed meanwhile. " a href=(call.request.path) { "Load again" } }
        div .beside {
            div .sheet.views { div data-fresh="views" { (views(&queue, &asked)) } (filters(&asked, &users.iter().map(|one| one.name.as_str()).collect::<Vec<_>>())) }
            section .sheet aria-label="Cases" data-fresh="cases" {
                @if queue.rows.is_empty() { (empty(call, &queue, &asked).await) }
                @else {
                    form method="post" action="/bulk" {
                        (no_default()) (mark(user))
                        div .scroll { (table(&queue, user.actor.role.has(Right::Work))) }
                        (bulk_bar(user, &users, &queue))
                    }
                    p .actions {
                        a .button href="/next" data-key="next" title="Next case that nobody works on (n)" { "Next unowned" }
                        @if let Some(next) = &queue.next { a .button href=(address(&asked, asked.view, Some(next))) { "Further" } }
                        @if asked.after.is_some() { a .button href=(address(&asked, asked.view, None)) { "First page" } }
                    }
                }
            }
        }
    };
    let state = format!("{} of {}", queue.rows.len(), queue.total);
    let page = Page { title: "Queue", state: Some(&state), under: "/", body };
    Ok(Answer::html(200, layout::page(call, page).await))
}

/// The first gaps in the open: what is not seen belongs beside what is.
fn not_seen(queue: &Queue) -> Markup {
    let (first, rest) = queue.not_seen.split_at(queue.not_seen.len().min(2));
    html! {
        @if !first.is_empty() {
            div .notice {
                strong { "Not seen: " } (first.join("; ")) "."
                @if !rest.is_empty() { details { summary { (rest.len()) " more that this queue does not see" } ul .plain { @for line in rest { li { (line) } } } } }
            }
        }
    }
}

fn said(queue: &Queue) -> String {
    if queue.judged_as_of.is_none() {
        return "Nothing was checked in this workspace yet.".into();
    }
    format!(
        "The last check opens {} cases out of {} people. With the stated prior of {}, about {:.1} of these are \
         expected to be innocent.",
        queue.opened, queue.assessed, queue.prior, queue.expected_innocent
    )
}

fn address(asked: &Asked, view: View, after: Option<&str>) -> String {
    let mut out = format!("/?view={}", view.key());
    for (name, value) in [
        ("farm", asked.farm.as_deref()),
        ("owner", asked.owner.as_deref()),
        ("reason", asked.reason.as_deref()),
        ("cursor", after),
    ] {
        if let Some(value) = value {
            out.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    out
}

fn views(queue: &Queue, asked: &Asked) -> Markup {
    html! {
        nav aria-label="Views" {
            ul {
                @for view in View::ALL {
                    @let count = queue.counts.iter().find(|one| one.view == view.key()).map_or(0, |one| one.cases);
                    li { a href=(address(asked, view, None)) aria-current=[(asked.view == view).then_some("page")] {
                        (view.as_str()) span { (count) } } }
                }
            }
        }
    }
}

fn filters(asked: &Asked, users: &[&str]) -> Markup {
    let is_filtered = asked.farm.is_some() || asked.owner.is_some() || asked.reason.is_some();
    html! {
        form .filters method="get" action="/" {
            input type="hidden" name="view" value=(asked.view.key());
            div .field { label for="owner" { "Owner" } select #owner name="owner" { option value="" { "anybody" }
                @for name in users { option value=(name) selected[asked.owner.as_deref() == Some(name)] { (name) } }
                @if let Some(other) = asked.owner.as_deref().filter(|name| !users.contains(name)) { option value=(other) selected { (other) } } } }
            div .field { label for="farm" { "Farm" } input #farm type="text" name="farm" placeholder="F-1" value=[asked.farm.as_deref()]; }
            div .field { label for="reason" { "Case or words of a reason" } input #reason type="search" name="reason" value=[asked.reason.as_deref()]; }
            p .actions { button { "Filter" } @if is_filtered { a .button href=(format!("/?view={}", asked.view.key())) { "Clear" } } }
        }
    }
}

/// Nothing to show is three different things, and never told in one sentence.
async fn empty(call: &Call<'_>, queue: &Queue, asked: &Asked) -> Markup {
    let board = call.desk.board().await;
    let is_filtered =
        asked.farm.is_some() || asked.reason.is_some() || asked.owner.is_some() || asked.after.is_some();
    html! {
        @if board.judged_as_of.is_none() {
            h2 { "This will be the list of cases" }
            p { "It is empty because no folder of exports was checked in this workspace. On the server:" }
            pre { "bonafide demo\nbonafide check demo --workspace WORKSPACE" }
        } @else if is_filtered {
            h2 { "No case fits this filter" }
            p { "View: " (asked.view.as_str()) ". " @if let Some(owner) = &asked.owner { "Owner: " (owner) ". " } @if let Some(farm) = &asked.farm { "Farm " (farm) ". " } @if let Some(reason) = &asked.reason { "Words: " (reason) ". " } }
            p .actions { a .button href=(format!("/?view={}", asked.view.key())) { "Clear the filter" } }
        } @else if queue.assessed == 0 {
            h2 { "Not enough data" }
            p { "No roster names anybody who could be judged. See " a href="/health" { "Health" } " for what is missing." }
        } @else {
            h2 { "No case in this view" }
            p { (board.indicators.len()) " indicators looked at " (board.records) " records about " (queue.assessed)
                " people, up to " (board.judged_as_of.as_deref().unwrap_or_default()) "." }
        }
    }
}

fn table(queue: &Queue, is_worked: bool) -> Markup {
    html! {
        table .stacked {
            caption { (queue.rows.len()) " shown of " (queue.total) ", heaviest first. People have no names until you open them with a purpose." }
            thead { tr {
                @if is_worked { th scope="col" { input type="checkbox" data-all hidden aria-label="Select all"; } }
                th scope="col" { "Case" } th scope="col" { "Score" } th scope="col" { "Why" } th scope="col" { "Farm" }
                th scope="col" .number { "Age" } th scope="col" { "Due" } th scope="col" { "Owner" } th scope="col" .number { "Similar" }
            } }
            tbody { @for one in &queue.rows { (row(one, is_worked)) } }
        }
    }
}

fn row(one: &Row, is_worked: bool) -> Markup {
    html! {
        tr data-row {
            @if is_worked { td { input type="checkbox" name="case" value=(one.case) data-shut[!one.is_open] aria-label=(format!("Select {}", one.case)) title="Select (x)"; } }
            th scope="row" .nowrap {
                a data-open href=(format!("/case/{}", one.case)) title="Open (enter), preview (space)" { (one.case) }
                br; span .small.soft { (one.worker_id.as_deref().unwrap_or(&one.person)) }
            }
            td .nowrap data-label="Score" { span .word { (one.word) } br; span .small.soft { (format!("{:+.1} bits", one.bits)) } }
            td { div .why {
                @for reason in &one.why { span { (reason) } }
                @if let Some(against) = &one.against { span .against { "against: " (against) } }
                @if !one.merged.is_empty() { span .small.soft { "with " (one.merged.join(", ")) } }
                span {
                    @if one.status != app::casework::Status::Open { span .tag { (one.state) } " " }
                    @if one.is_held { span .tag.warn { "legal hold" } " " }
                    @if let Some(day) = &one.snoozed_until { span .tag { "until " (day) } }
                }
            } }
            td .nowrap data-label="Farm" { @if let Some(farm) = &one.farm { a href=(format!("/farm/{farm}")) { (farm) } } }
            td .number data-label="Age" title=(one.opened_at) { (one.age_days) " d" }
            td .nowrap data-label="Due" { @if let Some(due) = &one.due { (due) @if one.is_overdue { " " span .tag.bad { "overdue" } } } }
            td data-label="Owner" { (one.owner.as_deref().unwrap_or("nobody")) }
            td .number data-label="Similar" { (one.similar) }
        }
    }
}

/// What may be done to several cases at once, by this reader's role.
fn bulk_bar(user: &User, users: &[UserLine], queue: &Queue) -> Markup {
    let role = user.actor.role;
    let directs = role.has(Right::Direct);
    let own = user.actor.name.as_str();
    let works = |one: &&UserLine| !one.disabled && matches!(one.role.as_str(), "analyst" | "lead");
    let names = users.iter().filter(works).map(|one| one.name.as_str());
    let names: Vec<&str> = names.filter(|name| directs || *name == own).collect();
    let shut: Vec<&str> = queue.rows.iter().filter(|row| !row.is_open).map(|row| row.case.as_str()).collect();
    html! {
        @if role.has(Right::Work) { div .bulk data-bulk {
            p { strong { span data-count { "The" } " selected" } " cases:" }
            div .actions {
                label { "Assign to " select name="to" { option value="" { "nobody" } @for name in names { option value=(name) selected[!directs] { (name) } } } }
                button name="do" value="assign" { "Assign" }
            }
            div .actions {
                label { "reason " input type="text" name="reason" maxlength="4000"; }
                label { "until " input type="date" name="until"; }
                button name="do" value="snooze" { "Snooze" }
                @if directs {
                    label { "as " select name="outcome" {
                        @for outcome in [app::casework::Outcome::Cleared, app::casework::Outcome::Undetermined, app::casework::Outcome::PolicyBreachOnly] {
                            option value=(outcome.key()) { (outcome.as_str()) } } } }
                    button name="do" value="decide" { "Close" }
                    label { "into case " input type="text" name="into" placeholder="C-1" size="5"; }
                    button name="do" value="merge" { "Merge" }
                }
            }
            @if directs && !shut.is_empty() {
                p .small data-shut-told { "To close, open these first, each with a purpose: " span { (shut.iter().take(12).copied().collect::<Vec<_>>().join(", "))
                    @if shut.len() > 12 { " and " (shut.len() - 12) " more" } } "." }
            }
        } }
    }
}

/// To the next case that nobody works on.
pub(crate) async fn next(call: &Call<'_>) -> Outcome {
    Ok(match call.desk.next_unowned(call.user()?).await? {
        Some(number) => Answer::see(&format!("/case/C-{number}")),
        None => Answer::see("/?view=unowned"),
    })
}
