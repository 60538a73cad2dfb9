//! One's own account: role, tokens, theme; for whoever manages users, everybody.

use app::casework::Right;
use app::desk::tokens::{SCOPES, Wish};
use maud::html;

use super::login::own_path;
use super::passkey;
use crate::call::{Call, Outcome};
use crate::http::Answer;
use crate::layout::{self, Page, mark, time};

/// Days for which a token made here is good, if nothing else is said.
const DAYS: u64 = 90;

/// The page.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    show(call, None).await
}

async fn show(call: &Call<'_>, made: Option<&str>) -> Outcome {
    let user = call.user()?;
    let tokens = call.desk.tokens(user).await?;
    let users =
        if user.actor.role.has(Right::ManageUsers) { call.desk.users(user).await? } else { Vec::new() };
    let passkeys = passkey::section(call).await?;
    let body = html! {
        @if let Some(secret) = made { div .said role="status" { p { strong { "Your token, shown once:" } } pre { (secret) } } }
        section .sheet aria-labelledby="tokens" {
            h2 #tokens { "Tokens for programs" }
            @if tokens.is_empty() { p .soft { "You have none." } }
            ul .bare { @for token in &tokens { li {
                form .inline method="post" action=(format!("/account/tokens/{}/end", token.id)) { (mark(user))
                    span { strong { (token.label) } " · " (token.scopes) " · until " (time(&token.expires)) } button { "End" } } } } }
            form method="post" action="/account/tokens" {
                (mark(user))
                div .field { label for="label" { "What it is for" } input #label type="text" name="label" required maxlength="80"; }
                fieldset { legend { "May" } @for scope in SCOPES { label .radio { input type="checkbox" name="scope" value=(scope) checked[scope == "read"]; (scope) } } }
                div .field { label for="days" { "Days" } input #days type="number" name="days" value=(DAYS) min="1" max="365"; }
                button { "Make a token" }
            }
            p .small.soft { "A token may never do more than you. See " a href="/openapi.json" { "the description of the API" } "." }
        }
        (passkeys)
        @if !users.is_empty() {
            section .sheet aria-labelledby="users" {
                h2 #users { "Users" }
                div .scroll { table {
                    caption { (users.len()) " shown of " (users.len()) "; they are added on the server, with " code { "bonafide user add" } }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Role" } th scope="col" { "Since" } th scope="col" { "State" } } }
                    tbody { @for one in &users { tr { th scope="row" { (one.name) } td { (one.role) } td { (time(&one.created)) } td { (if one.disabled { "disabled" } else { "may sign in" }) } } } }
                } }
            }
        }
    };
    let state = user.actor.role.as_str();
    Ok(Answer::html(
        200,
        layout::page(call, Page { title: &user.actor.name, state: Some(state), under: "/account", body })
            .await,
    ))
}

/// Makes a token, and shows it once.
pub(crate) async fn make_token(call: &Call<'_>) -> Outcome {
    let fields = call.form()?;
    let scopes: Vec<String> = fields.all("scope").into_iter().map(str::to_owned).collect();
    let days = i64::try_from(fields.number("days")?.unwrap_or(DAYS)).unwrap_or(i64::MAX);
    let wish = Wish { label: fields.text("label"), scopes: &scopes, days };
    let secret = call.desk.make_token(call.user()?, &wish).await?;
    show(call, Some(&secret)).await
}

/// Ends a token.
pub(crate) async fn end_token(call: &Call<'_>) -> Outcome {
    call.desk.end_token(call.user()?, call.part("token")).await?;
    Ok(Answer::see("/account"))
}

/// Dark or light: the other one of what is chosen, and at first dark.
pub(crate) async fn theme(call: &Call<'_>) -> Outcome {
    let next = if call.request.cookie("theme") == Some("dark") { "light" } else { "dark" };
    let cookie = format!("theme={next}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly");
    Ok(Answer::see(own_path(call.form()?.text("back"))).with("set-cookie", cookie))
}
