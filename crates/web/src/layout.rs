//! The frame of every page: one column of navigation, the object of the page in the header with its state, and at the
//! foot on what basis people are looked at here.

use app::desk::{Board, User};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::call::Call;

/// The style sheet.
pub(crate) const STYLE: &str = include_str!("style.css");
/// The script: shortcuts, a preview, and pages that follow what others do.
pub(crate) const SCRIPT: &str = include_str!("script.js");
/// A mark for the tab.
pub(crate) const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" \
    height=\"32\" rx=\"7\" fill=\"#23556b\"/><path d=\"M9 17l5 5 9-12\" fill=\"none\" stroke=\"#fff\" stroke-width=\"3.5\" \
    stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";

/// What a page is about.
pub(crate) struct Page<'a> {
    /// For the tab and the header.
    pub(crate) title: &'a str,
    /// State beside the title.
    pub(crate) state: Option<&'a str>,
    /// Which entry of the navigation it stands under.
    pub(crate) under: &'a str,
    /// What stands in it.
    pub(crate) body: Markup,
}

const NAVIGATION: [(&str, &str, &str); 6] = [
    ("/", "Queue", "g q"),
    ("/farms", "Farms", "g f"),
    ("/search", "Search", "g s"),
    ("/share", "Share", "g h"),
    ("/health", "Health", "g e"),
    ("/account", "Account", "g a"),
];

/// A whole page.
pub(crate) async fn page(call: &Call<'_>, page: Page<'_>) -> Markup {
    let board = call.desk.board().await;
    frame(call, page, Some(&board))
}

/// A whole page; without a board where nobody is signed in.
pub(crate) fn frame(call: &Call<'_>, page: Page<'_>, board: Option<&Board>) -> Markup {
    let theme = call.request.cookie("theme").filter(|theme| matches!(*theme, "dark" | "light"));
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) " · bonafide" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/script.js" defer {}
            }
            body data-events=[call.user.as_ref().map(|_| "/events")] {
                a .skip href="#main" { "Skip to the content" }
                @if let Some(user) = &call.user { (side(call, user, &page)) }
                div .page {
                    header .top {
                        h1 { (page.title) }
                        @if let Some(state) = page.state { span .state { (state) } }
                    }
                    @if let Some(trouble) = board.and_then(|board| board.trouble.as_ref()) {
                        p .notice role="status" { strong { "Nobody could be judged. " } (trouble) }
                    }
                    main #main tabindex="-1" { (page.body) }
                    @if call.user.is_some() { @if let Some(board) = board { (foot(board)) } }
                }
            }
        }
    }
}

fn side(call: &Call<'_>, user: &User, page: &Page<'_>) -> Markup {
    html! {
        aside .side aria-label="bonafide" {
            a .mark href="/" { (PreEscaped(ICON)) span { "bonafide" } }
            nav aria-label="Main" {
                ul {
                    @for (href, name, keys) in NAVIGATION {
                        li { a href=(href) title=(format!("{name} ({keys})"))
                            aria-current=[(page.under == href).then_some("page")] { (name) } }
                    }
                }
            }
            div .who {
                span { strong { (user.actor.name) } br; (user.actor.role.as_str()) }
                form method="post" action="/theme" {
                    (mark(user))
                    input type="hidden" name="back" value=(call.request.path);
                    button .quiet name="theme" value="swap" title="Dark or light" { "Theme" }
                }
                form method="post" action="/logout" { (mark(user)) button .quiet { "Sign out" } }
                button .quiet data-help type="button" title="Keyboard shortcuts (?)" hidden { "Keys" }
            }
        }
    }
}

/// What every page says: basis, scope, prior and what accuracy was measured on.
fn foot(board: &Board) -> Markup {
    html! {
        footer {
            dl {
                div { dt { "Basis" } dd { (board.basis.as_deref().unwrap_or("none stated; scope.toml may name one")) } }
                div { dt { "Scope" } dd {
                    @if board.limits.is_empty() { "everybody on the rosters: scope.toml sets no limits; " } @else { (board.limits.join("; ")) "; " }
                    (board.people.len()) " people assessed"
                    @if let Some(at) = &board.judged_as_of { ", judged as of " (at) }
                    @if !board.prior.is_empty() { "; prior " (board.prior) }
                } }
                div { dt { "Accuracy" } dd { (app::desk::reading::ACCURACY) } }
            }
            p { "A case is a question, not a verdict. Nothing here reads origin, faith, age, sex or health." }
        }
    }
}

/// The hidden mark that every form of this session carries.
pub(crate) fn mark(user: &User) -> Markup {
    html! { input type="hidden" name="mark" value=(user.form_mark); }
}

/// First in a form with several buttons: enter in a box presses the first button of its form, and of several nobody
/// knows which was meant. A button that cannot be pressed stands before them.
pub(crate) fn no_default() -> Markup {
    html! { button type="submit" disabled hidden aria-hidden="true" tabindex="-1" {} }
}

/// An instant as people read it, with the whole of it for programs.
pub(crate) fn time(iso: &str) -> Markup {
    let short: String = iso.chars().take(16).collect::<String>().replace('T', " ");
    html! { time datetime=(iso) title=(format!("{iso} (UTC)")) { (short) " UTC" } }
}

/// The same, and beside it what the clocks of the person showed, where their time zone is known.
pub(crate) fn time_in(iso: &str, zone: Option<&str>) -> Markup {
    html! { (time(iso)) @if let Some(local) = zone.and_then(|zone| app::local(iso, zone)) { " (" (local) ")" } }
}

/// Links to records: two clicks from any number to its bytes.
pub(crate) fn records(ids: &[String]) -> Markup {
    html! {
        @if !ids.is_empty() {
            span .records {
                @for id in ids.iter().take(6) {
                    a href=(format!("/record/{id}")) title=(id) { (id.chars().take(6).collect::<String>()) }
                }
                @if ids.len() > 6 { span { "and " (ids.len() - 6) " more" } }
            }
        }
    }
}

/// "1 sign-in", "7 sign-ins".
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
