//! The JSON API: everything that pages do. The shapes are those of `app`.

use app::casework::Command;
use app::desk::farm::{FarmFile, FarmRow};
use app::desk::health::Health;
use app::desk::intake::{Delivery, Form};
use app::desk::opening::Seen;
use app::desk::outbox::Receiver;
use app::desk::queue::{PAGE, Queue};
use app::desk::reading::CaseFile;
use app::desk::record::RecordFile;
use app::desk::search::Found;
use app::desk::users::{TokenLine, UserLine};
use app::desk::work::Changed;
use app::desk::worker::WorkerFile;
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::{Answer, Body};
use crate::pages;
use crate::route::{Access, Doc, Going, Route};

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

macro_rules! schema {
    ($kind:ty) => {
        Some(|| schema_for!($kind))
    };
}

const PLAIN: Doc = Doc {
    id: "",
    summary: "",
    query: &[],
    body: None,
    other_bodies: &[],
    status: 200,
    answer: None,
    answer_kind: None,
};

const fn api(
    method: &'static str,
    path: &'static str,
    run: for<'a> fn(&'a Call<'a>) -> Going<'a>,
    doc: Doc,
) -> Route {
    Route { method, path, access: Access::Api, run, doc: Some(doc) }
}

/// Every address of the API.
pub(crate) static ROUTES: &[Route] = &[
    Route {
        access: Access::Anybody,
        ..api(
            "GET",
            "/healthz",
            |call| Box::pin(alive(call)),
            Doc { id: "alive", summary: "Whether the server answers", answer: schema!(Alive), ..PLAIN },
        )
    },
    Route {
        access: Access::Anybody,
        ..api(
            "GET",
            "/openapi.json",
            |_| Box::pin(description()),
            Doc { id: "description", summary: "This description", answer: schema!(app::Json), ..PLAIN },
        )
    },
    api(
        "GET",
        "/api/v1/me",
        |call| Box::pin(me(call)),
        Doc { id: "me", summary: "Who asks", answer: schema!(Me), ..PLAIN },
    ),
    api(
        "GET",
        "/api/v1/cases",
        |call| Box::pin(cases(call)),
        Doc {
            id: "cases",
            summary: "A part of the queue, heaviest first",
            query: &[
                ("view", "live, mine, unowned, new_today, waiting, second, snoozed, closed or all"),
                ("farm", "F-1"),
                ("owner", "name of a user"),
                ("reason", "words of a reason, or a case"),
                ("cursor", "next of the part before"),
                ("limit", "rows, at most 200"),
            ],
            answer: schema!(Queue),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/cases/{case}",
        |call| Box::pin(case(call)),
        Doc {
            id: "case",
            summary: "One case; without a name until its person is open",
            answer: schema!(CaseFile),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/cases/{case}/open",
        |call| Box::pin(open_case(call)),
        Doc {
            id: "open_case",
            summary: "Open the person of a case; recorded",
            body: schema!(Purpose),
            status: 204,
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/cases/{case}/commands",
        |call| Box::pin(act(call)),
        Doc {
            id: "act",
            summary: "Do something to a case",
            body: schema!(Act),
            answer: schema!(Changed),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/cases/{case}/merge",
        |call| Box::pin(merge(call)),
        Doc {
            id: "merge",
            summary: "Make a case a part of another",
            body: schema!(Merge),
            answer: schema!(Changed),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/cases/{case}/detach",
        |call| Box::pin(detach(call)),
        Doc { id: "detach", summary: "Take a merge back", answer: schema!(Changed), ..PLAIN },
    ),
    api(
        "POST",
        "/api/v1/commands",
        |call| Box::pin(act_on_all(call)),
        Doc {
            id: "act_on_all",
            summary: "Do something to several cases: to all or to none",
            body: schema!(ActOnAll),
            answer: schema!(Vec<Changed>),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/workers/{worker}",
        |call| Box::pin(worker(call)),
        Doc {
            id: "worker",
            summary: "One person, by pseudonym or roster id; recorded",
            answer: schema!(WorkerFile),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/workers/{worker}/open",
        |call| Box::pin(open_worker(call)),
        Doc {
            id: "open_worker",
            summary: "Open a person; recorded",
            body: schema!(Purpose),
            status: 204,
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/records/{record}",
        |call| Box::pin(record(call)),
        Doc {
            id: "record",
            summary: "One record with its bytes, masked; recorded",
            answer: schema!(RecordFile),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/records/{record}/open",
        |call| Box::pin(open_record(call)),
        Doc {
            id: "open_record",
            summary: "Open the person whom a record is about; recorded",
            body: schema!(Purpose),
            status: 204,
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/farms",
        |call| Box::pin(farms(call)),
        Doc { id: "farms", summary: "Every farm", answer: schema!(Vec<FarmRow>), ..PLAIN },
    ),
    api(
        "GET",
        "/api/v1/farms/{farm}",
        |call| Box::pin(farm(call)),
        Doc {
            id: "farm",
            summary: "The board of a farm",
            query: &[
                ("bits", "leave out lines that weigh less"),
                ("from", "first day, YYYY-MM-DD, of board, places and lanes"),
                ("to", "last day"),
                ("whole", "worker, laptop, site or money: more than 40 rows of this column; lane: all lanes"),
            ],
            answer: schema!(FarmFile),
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/search",
        |call| Box::pin(search(call)),
        Doc {
            id: "search",
            summary: "Look for values without importing them; recorded",
            body: schema!(Values),
            answer: schema!(Found),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/receivers",
        |call| Box::pin(receivers(call)),
        Doc {
            id: "receivers",
            summary: "Where findings go by themselves, and one exactly as it leaves",
            answer: schema!(Vec<Receiver>),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/health",
        |call| Box::pin(health(call)),
        Doc { id: "health", summary: "Sources, indicators, history", answer: schema!(Health), ..PLAIN },
    ),
    api(
        "GET",
        "/api/v1/history",
        |call| Box::pin(history(call)),
        Doc {
            id: "history",
            summary: "The history, oldest first",
            query: &[("after", "number of the last entry seen"), ("limit", "entries, at most 1000")],
            answer: schema!(Vec<Seen>),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/users",
        |call| Box::pin(users(call)),
        Doc {
            id: "users",
            summary: "Users whom work can be given to; all of them for an admin",
            answer: schema!(Vec<UserLine>),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/tokens",
        |call| Box::pin(tokens(call)),
        Doc { id: "tokens", summary: "One's own tokens", answer: schema!(Vec<TokenLine>), ..PLAIN },
    ),
    api(
        "POST",
        "/api/v1/tokens",
        |call| Box::pin(make_token(call)),
        Doc {
            id: "make_token",
            summary: "Make a token; with a session only",
            body: schema!(NewToken),
            status: 201,
            answer: schema!(Token),
            ..PLAIN
        },
    ),
    api(
        "DELETE",
        "/api/v1/tokens/{token}",
        |call| Box::pin(end_token(call)),
        Doc { id: "end_token", summary: "End a token", status: 204, ..PLAIN },
    ),
    api(
        "POST",
        "/ingest/{source}",
        |call| Box::pin(ingest(call)),
        Doc {
            id: "ingest",
            summary: "Deliver records of a source: on the disk before it is acknowledged, once however often it is sent",
            body: schema!(Records),
            other_bodies: &[
                ("application/x-ndjson", "A record a line; also application/jsonl"),
                ("application/gzip", "The same, packed; or with Content-Encoding: gzip"),
            ],
            status: 202,
            answer: schema!(Delivery),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/events",
        |call| Box::pin(events(call)),
        Doc {
            id: "events",
            summary: "Server-sent events: one whenever something changed",
            answer_kind: Some("text/event-stream"),
            ..PLAIN
        },
    ),
];

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
    let limit = query.number("limit")?.unwrap_or(100);
    let asked = pages::queue::asked(&query, usize::try_from(limit).unwrap_or(PAGE))?;
    json(200, &call.desk.queue(call.user()?, &asked).await?)
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
    json(200, &call.desk.farms(call.user()?).await?)
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
    json(200, &call.desk.leaving(call.user()?).await?)
}

async fn health(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.health(call.user()?).await?)
}

async fn history(call: &Call<'_>) -> Outcome {
    let query = call.query()?;
    let (after, limit) = (query.number("after")?.unwrap_or(0), query.number("limit")?.unwrap_or(100));
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    json(200, &call.desk.history(call.user()?, after, limit).await?)
}

async fn users(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.users(call.user()?).await?)
}

async fn tokens(call: &Call<'_>) -> Outcome {
    json(200, &call.desk.tokens(call.user()?).await?)
}

async fn make_token(call: &Call<'_>) -> Outcome {
    let body: NewToken = call.json()?;
    let token = call.desk.make_token(call.user()?, &body.label, &body.scopes, body.days).await?;
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
    let mut answer = Answer::new(200, "text/event-stream", "");
    answer.body = Body::Events(call.desk.changes());
    Ok(answer)
}
