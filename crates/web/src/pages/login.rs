//! Sign in and out.

use maud::{PreEscaped, html};

use super::passkey;
use crate::answer::wants_problem;
use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::guard;
use crate::http::{Answer, Request, encode};
use crate::layout::{ICON, Page, frame};
use crate::openid::OpenId;

/// To the form, and back afterwards.
pub(crate) fn to_login(request: &Request) -> Answer {
    if request.method == "GET" && request.path != "/" && request.path != "/events" {
        return Answer::see(&format!("/login?next={}", encode(&request.path)));
    }
    Answer::see("/login")
}

/// The form.
pub(crate) async fn page(call: &Call<'_>) -> Outcome {
    if call.user.is_some() {
        return Ok(Answer::see("/"));
    }
    form(call, 200, None).await
}

async fn form(call: &Call<'_>, status: u16, wrong: Option<&str>) -> Outcome {
    let has_users = call.desk.has_users().await?;
    let next = call.query().ok().and_then(|query| query.get("next").map(str::to_owned)).unwrap_or_default();
    let body = html! {
        div .login {
            div .sheet {
                p .mark { (PreEscaped(ICON)) span { "bonafide" } }
                @if let Some(wrong) = wrong { p .notice.bad role="alert" { (wrong) } }
                @if !has_users {
                    p .notice { "Nobody can sign in yet. Whoever runs this server adds the first user:" }
                    pre { "bonafide user add NAME --role lead --password-stdin" }
                }
                @if let Some(openid) = call.openid {
                    p .actions { a .button.main href=(format!("/login/openid?next={}", encode(&next))) { "Sign in with " (openid.provider()) } }
                }
                @if !call.openid.is_some_and(OpenId::is_only) { form method="post" action="/login" {
                    input type="hidden" name="next" value=(next);
                    div .field { label for="name" { "Name" }
                        input #name type="text" name="name" autocomplete="username" required autofocus; }
                    div .field { label for="password" { "Password" }
                        input #password type="password" name="password" autocomplete="current-password" required; }
                    button .main { "Sign in" }
                } }
                @if !call.openid.is_some_and(OpenId::is_only) { (passkey::button(&next)) }
                p .small.soft { "Who signs in, whom they open and what for is recorded, and can be read by those concerned." }
            }
        }
    };
    let page = Page { title: "Sign in", state: None, under: "", body };
    Ok(Answer::html(status, frame(call, page, None)))
}

/// Name and password. Tries are counted before a password is looked at, by name and by address.
pub(crate) async fn sign_in(call: &Call<'_>) -> Outcome {
    let fields = call.form()?;
    let (name, password) = (fields.text("name"), fields.text("password"));
    let (now, peer) = (call.desk.now(), call.request.peer.as_str());
    let short: String = name.chars().take(80).collect();
    call.limit.begin(Some(&short), peer, now).map_err(|seconds| Fault::too_often(TRIES, seconds))?;
    match call.desk.sign_in(name, password, peer).await? {
        Some(secret) => {
            call.limit.succeeded(Some(&short), peer, now);
            let cookie = begun(call, &secret).await?;
            Ok(Answer::see(own_path(fields.text("next"))).with("set-cookie", cookie))
        }
        None => {
            let wrong = "Name and password do not fit.";
            if wants_problem(call.request) {
                return Err(Fault::new(401, wrong.trim_end_matches('.').to_lowercase()));
            }
            form(call, 401, Some(wrong)).await
        }
    }
}

/// Of what there were too many.
pub(super) const TRIES: &str = "failed sign-ins";

/// The cookie of a session that begins. The one that the browser showed ends: whoever planted it has nothing of it.
pub(super) async fn begun(call: &Call<'_>, secret: &str) -> Result<String, Fault> {
    if let Some(before) = &call.user {
        call.desk.end_session(before).await?;
    }
    Ok(guard::cookie(secret, call.listen.is_secure))
}

/// Only a path of ours: a link may not lead elsewhere through the form.
pub(crate) fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if is_own { path } else { "/" }
}

/// The session ends, here and on the server.
pub(crate) async fn out(call: &Call<'_>) -> Outcome {
    call.desk.sign_out(call.user()?).await?;
    Ok(Answer::see("/login").with("set-cookie", guard::cookie("", call.listen.is_secure)))
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(own_path("/case/C-1"), "/case/C-1");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(own_path(bad), "/", "{bad:?}");
        }
    }
}
