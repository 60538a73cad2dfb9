//! The JSON API: everything that pages do. The shapes are those of `app`.
//!
//! # Layout
//! - `routes`: every address with what its description says; `list`: parts of lists

mod list;
mod routes;

use app::casework::{Command, Right};
use app::desk::intake::Form;
use app::desk::tokens::Wish;
pub(crate) use list::MOST;
use list::{Listed, part};
pub(crate) use routes::ROUTES;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::{Answer, Body};
use crate::pages;

/// Why a person is opened.
#[derive(Debug, Deserialize, JsonSchema)]
struct Purpose {
    /// At least one sentence.
    purpose: String,
}

/// A command on one case.
#[derive(Debug, Deserialize, JsonSchema)]
struct Act {
    /// Version of the case that its author saw.
    version: u64,
    /// What is to be done.
    #[serde(flatten)]
    command: Command,
}

/// A command on several cases: on all of them or on none.
#[derive(Debug, Deserialize, JsonSchema)]
struct ActOnAll {
    /// C-1, C-2 …
    cases: Vec<String>,
    /// What is to be done.
    #[serde(flatten)]
    command: Command,
}

/// A merge.
#[derive(Debug, Deserialize, JsonSchema)]
struct Merge {
    /// The case that takes it in.
    into: String,
    /// Why.
    reason: String,
}

/// What is looked for.
#[derive(Debug, Deserialize, JsonSchema)]
struct Values {
    /// At most 10,000.
    values: Vec<String>,
}

/// A token to be made.
#[derive(Debug, Deserialize, JsonSchema)]
struct NewToken {
    /// What it is for.
    label: String,
    /// read, work, ingest.
    scopes: Vec<String>,
    /// Days for which it is good.
    days: i64,
}

/// A token, shown once.
#[derive(Debug, Serialize, JsonSchema)]
struct Token {
    /// To be sent as `Authorization: Bearer …`.
    token: String,
}

/// Who asks.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    /// Name.
    name: String,
    /// Role.
    role: String,
    /// What the token may be used for; missing for a session.
    scopes: Option<Vec<String>>,
}

/// Records in one piece: an object, or a list of them.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "described, never read as a whole")]
enum Records {
    One(serde_json::Map<String, serde_json::Value>),
    Many(#[schemars(length(min = 1))] Vec<serde_json::Map<String, serde_json::Value>>),
}

/// Alive.
#[derive(Debug, Serialize, JsonSchema)]
struct Alive {
    /// `ok`.
    status: &'static str,
    /// Number of the state that is shown; 0 before the first check.
    state: u64,
}

fn json(status: u16, value: &impl Serialize) -> Outcome {
    let text = serde_json::to_string(value).map_err(|cause| app::Error::Defect(cause.to_string()))?;
    Ok(Answer::new(status, "application/json", text))
}

fn nothing() -> Answer {
    Answer { status: 204, headers: Vec::new(), body: Body::Bytes(Vec::new()) }
}

async fn alive(call: &Call<'_>) -> Outcome {
    json(200, &Alive { status: "ok", state: call.desk.board().await.sequence })
}

async fn description() -> Outcome {
    json(200, &crate::openapi::document())
}

async fn me(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let (name, role) = (user.actor.name.clone(), user.actor.role.as_str().to_owned());
    json(200, &Me { name, role, scopes: user.scopes.clone() })
}

async fn cases(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let asked = pages::queue::asked(&query, list::limit(&query, MOST)?)?;
    json(200, &call.desk.queue(call.user()?, &asked).await?)
}

/// The next case that nobody works on.
#[derive(Debug, Serialize, JsonSchema)]
struct Next {
    /// C-7; missing where somebody works on each.
    case: Option<String>,
}

async fn next(call: &Call<'_>) -> Outcome {
    let found = call.desk.next_unowned(call.user()?).await?;
    json(200, &Next { case: found.map(|number| format!("C-{number}")) })
}

async fn case(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.case_file(call.user()?, call.case()?).await?)
}

async fn open_case(call: &Call<'_>) -> Outcome {
    let body: Purpose = call.json()?;
    call.desk.open_case(call.user()?, call.case()?, &body.purpose).await?;
    Ok(nothing())
}

async fn act(call: &Call<'_>) -> Outcome {
    let body: Act = call.json()?;
    json(200, &call.desk.act(call.user()?, call.case()?, body.version, &body.command).await?)
}

async fn act_on_all(call: &Call<'_>) -> Outcome {
    let body: ActOnAll = call.json()?;
    let numbers: Vec<u64> =
        body.cases.iter().map(|name| app::desk::number(name)).collect::<Result<_, _>>()?;
    json(200, &call.desk.act_on_all(call.user()?, &numbers, &body.command).await?)
}

async fn merge(call: &Call<'_>) -> Outcome {
    let body: Merge = call.json()?;
    let into = app::desk::number(&body.into)?;
    json(200, &call.desk.merge(call.user()?, &[call.case()?], into, &body.reason).await?)
}

async fn detach(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.detach(call.user()?, call.case()?).await?)
}

async fn worker(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.worker(call.user()?, call.part("worker")).await?)
}

async fn open_worker(call: &Call<'_>) -> Outcome {
    let body: Purpose = call.json()?;
    call.desk.open_person(call.user()?, call.part("worker"), &body.purpose).await?;
    Ok(nothing())
}

async fn record(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.record(call.user()?, call.part("record")).await?)
}

async fn open_record(call: &Call<'_>) -> Outcome {
    let body: Purpose = call.json()?;
    call.desk.open_record(call.user()?, call.part("record"), &body.purpose).await?;
    Ok(nothing())
}

async fn farms(call: &Call<'_>) -> Outcome {
    json(200, &part(call, call.desk.farms(call.user()?).await?, |_, one| one.name.clone())?)
}

async fn farm(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let asked = crate::pages::farm::asked(&query, 0.0)?;
    json(200, &call.desk.farm(call.user()?, call.part("farm"), &asked).await?)
}

async fn search(call: &Call<'_>) -> Outcome {
    let body: Values = call.json()?;
    json(200, &call.desk.search(call.user()?, &body.values.join("\n")).await?)
}

async fn receivers(call: &Call<'_>) -> Outcome {
    json(200, &part(call, call.desk.leaving(call.user()?).await?, |_, one| one.name.clone())?)
}

async fn health(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.health(call.user()?).await?)
}

async fn rejects(call: &Call<'_>) -> Outcome {
    // groups have no name of their own: the place in the list is one
    json(200, &part(call, call.desk.rejects(call.user()?).await?, |at, _| at.to_string())?)
}

async fn history(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let (after, limit) = (query.number("cursor")?.unwrap_or(0), list::limit(&query, AUDIT)?);
    let user = call.user()?;
    let items = call.desk.history(user, after, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    let last = items.last().map_or(after, |one| one.sequence);
    let is_more = last < call.desk.history_length(user).await?;
    json(200, &Listed { next: (is_more && !items.is_empty()).then(|| last.to_string()), items })
}

/// Most entries of the history at once.
pub(crate) const AUDIT: u64 = app::desk::audit::PART as u64;

/// The whole history as JSON lines; a page leads here as well.
pub(crate) async fn export_history(call: &Call<'_>) -> Outcome {
    let lines = call.desk.export_history(call.user()?).await?;
    let name = format!("attachment; filename=\"history-{}.jsonl\"", call.desk.today());
    Ok(Answer::new(200, "application/x-ndjson", lines).with("content-disposition", name))
}

async fn users(call: &Call<'_>) -> Outcome {
    json(200, &part(call, call.desk.users(call.user()?).await?, |_, one| one.name.clone())?)
}

async fn tokens(call: &Call<'_>) -> Outcome {
    json(200, &part(call, call.desk.tokens(call.user()?).await?, |_, one| one.id.clone())?)
}

async fn make_token(call: &Call<'_>) -> Outcome {
    let body: NewToken = call.json()?;
    let wish = Wish { label: &body.label, scopes: &body.scopes, days: body.days };
    let token = call.desk.make_token(call.user()?, &wish).await?;
    json(201, &Token { token })
}

async fn end_token(call: &Call<'_>) -> Outcome {
    call.desk.end_token(call.user()?, call.part("token")).await?;
    Ok(nothing())
}

async fn ingest(call: &Call<'_>) -> Outcome {
    let kind = call.request.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let form = match kind {
        "application/json" => Form::Json,
        "application/x-ndjson" | "application/jsonl" => Form::Lines,
        "application/gzip" => Form::Gzip,
        _ => {
            let text = "records are expected: application/json, application/x-ndjson, or that packed by gzip";
            return Err(Fault::new(415, text));
        }
    };
    let form = match (call.request.header("content-encoding").unwrap_or("identity"), form) {
        ("identity", form) => form,
        ("gzip", Form::Lines | Form::Gzip) => Form::Gzip,
        ("gzip", Form::Json) => return Err(Fault::new(415, "what is packed is application/x-ndjson")),
        _ => return Err(Fault::new(415, "only gzip is understood as a content coding")),
    };
    let delivery = call.desk.deliver(call.user()?, call.part("source"), &call.request.body, form).await?;
    json(202, &delivery)
}

async fn events(call: &Call<'_>) -> Outcome {
    call.user()?.needs(Right::SeeQueue)?;
    let mut answer = Answer::new(200, "text/event-stream", "");
    answer.body = Body::Events(call.desk.changes());
    Ok(answer)
}
