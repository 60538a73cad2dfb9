//! Every address of the API, with what its description says.

use app::desk::farm::{FarmFile, FarmRow};
use app::desk::health::Health;
use app::desk::intake::Delivery;
use app::desk::opening::Seen;
use app::desk::outbox::Receiver;
use app::desk::queue::Queue;
use app::desk::reading::CaseFile;
use app::desk::record::RecordFile;
use app::desk::search::Found;
use app::desk::tokens::TokenLine;
use app::desk::users::UserLine;
use app::desk::work::Changed;
use app::desk::worker::WorkerFile;
use app::show::RejectGroup;
use schemars::schema_for;

use super::*;
use crate::route::{Access, Doc, Going, Route};

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
    most: MOST,
};

/// Where in a list, and how much of it.
const LIST: &[(&str, &str)] = &[("cursor", "next of the part before"), ("limit", "items")];

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
                ("limit", "items"),
            ],
            answer: schema!(Queue),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/next",
        |call| Box::pin(next(call)),
        Doc { id: "next", summary: "The heaviest case that nobody works on", answer: schema!(Next), ..PLAIN },
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
        Doc { id: "farms", summary: "Every farm", answer: schema!(Listed<FarmRow>), query: LIST, ..PLAIN },
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
            answer: schema!(Listed<Receiver>),
            query: LIST,
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
        "/api/v1/rejects",
        |call| Box::pin(rejects(call)),
        Doc {
            id: "rejects",
            summary: "What could not be read, in groups, the largest first; recorded",
            query: LIST,
            answer: schema!(Listed<RejectGroup>),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/history/export",
        |call| Box::pin(export_history(call)),
        Doc {
            id: "export_history",
            summary: "The whole history as JSON lines, oldest first; recorded",
            answer_kind: Some("application/x-ndjson"),
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/history",
        |call| Box::pin(history(call)),
        Doc {
            id: "history",
            summary: "The history, oldest first",
            query: LIST,
            most: AUDIT,
            answer: schema!(Listed<Seen>),
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
            answer: schema!(Listed<UserLine>),
            query: LIST,
            ..PLAIN
        },
    ),
    api(
        "GET",
        "/api/v1/tokens",
        |call| Box::pin(tokens(call)),
        Doc {
            id: "tokens",
            summary: "One's own tokens",
            answer: schema!(Listed<TokenLine>),
            query: LIST,
            ..PLAIN
        },
    ),
    api(
        "POST",
        "/api/v1/tokens",
        |call| Box::pin(make_token(call)),
        Doc {
            id: "make_token",
            summary: "Make a token; with a session only, as everything about tokens",
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
