//! One file a page; this is the list.

pub(crate) mod account;
pub(crate) mod act;
pub(crate) mod case;
pub(crate) mod farm;
pub(crate) mod fault;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod login;
pub(crate) mod openid;
pub(crate) mod passkey;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod score;
pub(crate) mod search;
pub(crate) mod share;
pub(crate) mod worker;

use crate::call::{Call, Outcome};
use crate::http::{Answer, Body};
use crate::layout;
use crate::route::{Access, Going, Route};

const fn route(
    access: Access,
    method: &'static str,
    path: &'static str,
    run: for<'a> fn(&'a Call<'a>) -> Going<'a>,
) -> Route {
    Route { method, path, access, run, doc: None }
}

const fn get(path: &'static str, run: for<'a> fn(&'a Call<'a>) -> Going<'a>) -> Route {
    route(Access::Page, "GET", path, run)
}

const fn post(path: &'static str, run: for<'a> fn(&'a Call<'a>) -> Going<'a>) -> Route {
    route(Access::Page, "POST", path, run)
}

/// Every page.
pub(crate) static ROUTES: &[Route] = &[
    get("/", |call| Box::pin(queue::page(call))),
    get("/next", |call| Box::pin(queue::next(call))),
    post("/bulk", |call| Box::pin(act::bulk(call))),
    get("/case/{case}", |call| Box::pin(case::page(call))),
    post("/case/{case}/open", |call| Box::pin(act::open_case(call))),
    post("/case/{case}/act", |call| Box::pin(act::act(call))),
    post("/case/{case}/merge", |call| Box::pin(act::merge(call))),
    post("/case/{case}/detach", |call| Box::pin(act::detach(call))),
    get("/worker/{worker}", |call| Box::pin(worker::page(call))),
    post("/worker/{worker}/open", |call| Box::pin(act::open_worker(call))),
    get("/record/{record}", |call| Box::pin(record::page(call))),
    post("/record/{record}/open", |call| Box::pin(act::open_record(call))),
    get("/farms", |call| Box::pin(farm::list(call))),
    get("/farm/{farm}", |call| Box::pin(farm::page(call))),
    get("/search", |call| Box::pin(search::page(call))),
    post("/search", |call| Box::pin(search::found(call))),
    get("/share", |call| Box::pin(share::page(call))),
    get("/health", |call| Box::pin(health::page(call))),
    get("/health/rejects", |call| Box::pin(health::rejects(call))),
    get("/history", |call| Box::pin(history::page(call))),
    get("/history/export", |call| Box::pin(crate::api::export_history(call))),
    get("/account", |call| Box::pin(account::page(call))),
    post("/account/tokens", |call| Box::pin(account::make_token(call))),
    post("/account/tokens/{token}/end", |call| Box::pin(account::end_token(call))),
    post("/account/passkeys/begin", |call| Box::pin(passkey::begin_add(call))),
    post("/account/passkeys", |call| Box::pin(passkey::add(call))),
    post("/account/passkeys/{passkey}/end", |call| Box::pin(passkey::end(call))),
    post("/theme", |call| Box::pin(account::theme(call))),
    post("/logout", |call| Box::pin(login::out(call))),
    get("/events", |call| Box::pin(events(call))),
    route(Access::Anybody, "GET", "/login", |call| Box::pin(login::page(call))),
    route(Access::Anybody, "POST", "/login", |call| Box::pin(login::sign_in(call))),
    route(Access::Anybody, "POST", "/login/passkey/begin", |call| Box::pin(passkey::begin(call))),
    route(Access::Anybody, "POST", "/login/passkey", |call| Box::pin(passkey::sign_in(call))),
    route(Access::Anybody, "GET", "/login/openid", |call| Box::pin(openid::begin(call))),
    route(Access::Anybody, "GET", crate::openid::BACK, |call| Box::pin(openid::back(call))),
    route(Access::Anybody, "GET", "/style.css", |_| {
        Box::pin(asset("text/css; charset=utf-8", layout::STYLE))
    }),
    route(Access::Anybody, "GET", "/script.js", |_| {
        Box::pin(asset("text/javascript; charset=utf-8", layout::SCRIPT))
    }),
    route(Access::Anybody, "GET", "/icon.svg", |_| Box::pin(asset("image/svg+xml", layout::ICON))),
];

async fn asset(kind: &'static str, text: &'static str) -> Outcome {
    Ok(Answer::new(200, kind, text).with("cache-control", "public, max-age=300".into()))
}

/// Whatever changes is told, and what it is the page then asks.
async fn events(call: &Call<'_>) -> Outcome {
    let mut answer = Answer::new(200, "text/event-stream", "");
    answer.body = Body::Events(call.desk.changes());
    Ok(answer)
}
