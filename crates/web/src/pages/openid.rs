//! To the provider that vouches for users, and back.

use maud::html;

use super::login::{TRIES, begun, own_path};
use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::Answer;
use crate::layout::{Page, frame};
use crate::openid::OpenId;

/// Name of the cookie that ties a sign-in to the browser that began it.
fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-openid" } else { "openid" }
}

/// The browser brings it back from another site: `Strict` would keep it away.
fn cookie(state: &str, is_secure: bool) -> String {
    let (name, secure) = (cookie_name(is_secure), if is_secure { "; Secure" } else { "" });
    let age = if state.is_empty() { 0 } else { 600 };
    format!("{name}={state}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

fn provider<'a>(call: &Call<'a>) -> Result<&'a OpenId, Fault> {
    call.openid.ok_or_else(|| Fault::new(404, "there is no such page"))
}

/// To the provider.
pub(crate) async fn begin(call: &Call<'_>) -> Outcome {
    let openid = provider(call)?;
    if let Some(seconds) = call.limit.wait(&call.request.peer, call.desk.now()) {
        return Err(Fault::too_often(TRIES, seconds));
    }
    let next = call.query()?.text("next").to_owned();
    let (url, state) = openid.begin(call.desk, own_path(&next)).await.map_err(|why| Fault::new(502, why))?;
    Ok(Answer::see(&url).with("set-cookie", cookie(&state, call.listen.is_secure)))
}

/// Back from it.
pub(crate) async fn back(call: &Call<'_>) -> Outcome {
    let openid = provider(call)?;
    let (now, peer) = (call.desk.now(), call.request.peer.as_str());
    call.limit.begin(None, peer, now).map_err(|seconds| Fault::too_often(TRIES, seconds))?;
    match come(call, openid).await? {
        Ok((secret, next)) => {
            call.limit.succeeded(None, peer, now);
            let begun = begun(call, &secret).await?;
            // the session's cookie is not sent with a request that another site began, and a redirect is part of it:
            // the way on begins at a page of ours
            let body = html! {
                div .login { div .sheet { p { "You are signed in." } p { a href=(next) { "Go on" } } } }
            };
            let page = Page { title: "Signed in", state: None, under: "", body };
            Ok(Answer::html(200, frame(call, page, None))
                .with("refresh", format!("0; url={next}"))
                .with("set-cookie", begun)
                .with("set-cookie", cookie("", call.listen.is_secure)))
        }
        Err(why) => {
            call.desk.sign_in_refused(&why).await?;
            Err(Fault::new(403, why).with("set-cookie", cookie("", call.listen.is_secure)))
        }
    }
}

/// The session and where it begins, or why there is none.
async fn come(call: &Call<'_>, openid: &OpenId) -> Result<Result<(String, String), String>, Fault> {
    let query = call.query()?;
    let state = query.text("state");
    if state.is_empty() || call.request.cookie(cookie_name(call.listen.is_secure)) != Some(state) {
        return Ok(Err("this sign-in was begun by another browser".into()));
    }
    if let Some(issuer) = query.get("iss").filter(|issuer| !openid.is_of(issuer)) {
        let short: String = issuer.chars().take(80).collect();
        return Ok(Err(format!("another provider answered: {short}")));
    }
    if query.get("error").is_some() {
        return Ok(Err("the provider did not vouch for you".into()));
    }
    let come = match openid.finish(call.desk, state, query.text("code")).await {
        Ok(come) => come,
        Err(why) => return Ok(Err(why)),
    };
    let said = call.desk.sign_in_vouched(&come.claims).await?;
    Ok(said.map(|secret| (secret, own_path(&come.next).to_owned())))
}
