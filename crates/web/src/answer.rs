//! From a request to its answer: which address it is, who asks, whether they ask too often, and what the history is told
//! where they are refused.

use std::sync::atomic::Ordering;

use app::desk::keeping::Keyed;
use app::desk::refusals::Refused;

use crate::call::{Call, Outcome, segments};
use crate::fault::{self, Fault};
use crate::http::{Answer, Body, Request};
use crate::rate::{ADDRESS, DELIVERIES, UNKNOWN, USER};
use crate::route::{self, Access, Route};
use crate::serve::Server;
use crate::{guard, pages};

/// The answer to a request.
pub(crate) async fn answer(server: &Server, request: &Request) -> Answer {
    let mut call = Call {
        desk: &server.desk,
        listen: &server.listen,
        limit: &server.limit,
        passkeys: &server.passkeys,
        openid: server.openid.as_ref(),
        request,
        route: None,
        parts: Vec::new(),
        user: None,
    };
    let mut answer = match dispatch(server, &mut call).await {
        Ok(answer) => answer,
        Err(fault) => refuse(server, &call, fault).await,
    };
    // a session that is to bear another secret is told so, unless it just began or ended
    if let Some(next) = call.user.as_ref().and_then(|user| user.next_secret.as_deref())
        && !answer.headers.iter().any(|(name, _)| *name == "set-cookie")
    {
        answer = answer.with("set-cookie", guard::cookie(next, server.listen.is_secure));
    }
    answer
}

/// What somebody is told who does not get what they asked for.
async fn refuse(server: &Server, call: &Call<'_>, mut fault: Fault) -> Answer {
    let request = call.request;
    if let Some(inner) = fault.inner.take() {
        let number = server.defects.fetch_add(1, Ordering::Relaxed) + 1;
        // an address may name somebody: what it is for is enough to find the place
        let what = request.path.split('/').nth(1).unwrap_or_default();
        (server.tell)(&format!("error {number}: {} /{what}: {inner}", request.method));
        fault.text = format!("{}; quote error {number}", fault.text);
    }
    if let Some(kind) = fault.kind {
        record(server, call, kind).await;
    }
    let is_api = !route::is_page(&request.path);
    if is_api || wants_problem(request) { fault.problem() } else { pages::fault::page(call, fault) }
}

/// Tells the history that something was refused.
async fn record(server: &Server, call: &Call<'_>, kind: &'static str) {
    // the address as it is written in the list of routes: what stands in its place may name somebody
    let path = call.route.map_or("an unknown address", |route| route.path);
    let case = call.case().map(|number| format!(" C-{number}")).unwrap_or_default();
    let refused = Refused {
        kind,
        who: call.user.as_ref().map(|user| user.actor.name.as_str()),
        address: &call.request.peer,
        what: &format!("{} {path}{case}", method(call.request)),
    };
    if let Err(cause) = call.desk.refused(&refused).await {
        (server.tell)(&format!("a refusal was not recorded: {cause}"));
    }
}

/// The method, where it is one that anybody asks with.
fn method(request: &Request) -> &str {
    let known = ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"];
    known.iter().find(|known| **known == request.method).map_or("another method", |known| *known)
}

/// Whether a program asks for a page: it would rather be told in JSON what is wrong.
pub(crate) fn wants_problem(request: &Request) -> bool {
    let accept = request.header("accept").unwrap_or_default().to_ascii_lowercase();
    let has =
        |kind: &str| accept.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == kind));
    (has("application/json") || has("application/problem+json")) && !has("text/html")
}

async fn dispatch(server: &Server, call: &mut Call<'_>) -> Outcome {
    guard::host(call.request, call.listen)?;
    let parts = segments(&call.request.path).ok_or_else(|| Fault::new(404, "there is no such page"))?;
    let (route, found) = route::find(&call.request.method, &parts)?;
    (call.parts, call.route) = (found, Some(route));
    match route.access {
        Access::Anybody => {
            if call.request.method == "POST" {
                guard::same_site(call.request)?;
            }
            if !route.is_asset() {
                call.user = guard::by_cookie_unused(call.desk, call.request, call.listen).await?;
            }
        }
        Access::Page => {
            call.user = guard::by_cookie(call.desk, call.request, call.listen).await?;
            if call.user.is_none() {
                if let Some(kind) = guard::shows(call.request, call.listen) {
                    record(server, call, kind).await;
                }
                return Ok(pages::login::to_login(call.request));
            }
            if call.request.method == "POST" {
                guard::same_site(call.request)?;
                let mark = call.form()?.text("mark").to_owned();
                if mark != call.user()?.form_mark {
                    let text = "this form is of another session: load the page again";
                    return Err(Fault::new(403, text).of(fault::FORM));
                }
            }
        }
        Access::Api => by_api(server, call, route).await?,
    }
    let key = call.request.header("idempotency-key").map(str::to_owned);
    match key
        .filter(|_| route.access == Access::Api && call.request.method == "POST" && route.is_repeatable())
    {
        Some(key) => once(call, route, &key).await,
        None => (route.run)(call).await,
    }
}

/// Who asks the API, and not too often.
async fn by_api(server: &Server, call: &mut Call<'_>, route: &Route) -> Result<(), Fault> {
    let (now, peer) = (call.desk.now(), call.request.peer.as_str());
    let often = |seconds| Fault::too_often("requests", seconds);
    let is_delivery = route.path.starts_with("/ingest/");
    if !is_delivery {
        server.rate.take("address", peer, ADDRESS, now).map_err(often)?;
    }
    match guard::by_api(call.desk, call.request, call.listen).await {
        Ok(user) => {
            let bucket = if is_delivery { ("deliveries", DELIVERIES) } else { ("user", USER) };
            let taken = server.rate.take(bucket.0, &user.pass, bucket.1, now);
            call.user = Some(user);
            taken.map_err(often)
        }
        Err(fault) if fault.status == 401 => {
            let unknown = |seconds| Fault::too_often("requests without a good token", seconds);
            server.rate.take("unknown", peer, UNKNOWN, now).map_err(unknown)?;
            Err(fault)
        }
        Err(fault) => Err(fault),
    }
}

/// A request with a key: of several at once one is done, and all get its answer; what was answered before is answered
/// again.
async fn once(call: &Call<'_>, route: &Route, key: &str) -> Outcome {
    let user = call.user()?;
    let request = [call.request.path.as_bytes(), b"\n", &call.request.body].concat();
    if let Keyed::Before(status, body) = call.desk.claim(user, key, &request).await? {
        return Ok(Answer::new(status, "application/json", body).with("idempotent-replayed", "true".into()));
    }
    let answer = match (route.run)(call).await {
        Ok(answer) => answer,
        Err(fault) => {
            call.desk.let_go(user, key).await?;
            return Err(fault);
        }
    };
    if let Body::Bytes(bytes) = &answer.body {
        let text = String::from_utf8_lossy(bytes);
        call.desk.keep(user, key, &request, answer.status, &text).await?;
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_in_json() {
        let wants = |accept: &str| {
            let mut request = Request::default();
            request.headers.insert("accept".into(), accept.into());
            wants_problem(&request)
        };
        assert!(wants("application/json") && wants("text/plain, application/problem+json;q=0.9"));
        assert!(!wants("*/*") && !wants("text/html,application/json;q=0.5") && !wants(""));
    }
}
