//! Who gets in, how often they may try, what is told of those who do not, and what a token may.

use serde_json::{Value, json};

use crate::browser::{PASSWORD, Reply, Server, add_user, form};
use crate::desk::{Desk, ROSTER};
use crate::serving::{REASON, office, opened};

const FORM: &str = "application/x-www-form-urlencoded";

/// A workspace in which nobody is a case, with a user of some roles.
fn small(roles: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.check(&[]).expect(0);
    for role in roles {
        add_user(&desk, role, role, &[]).expect(0);
    }
    desk
}

/// A form of the sign-in page, with more headers.
fn login(server: &Server, name: &str, password: &str, more: &[(&str, &str)]) -> Reply {
    let body = form(&[("name", name), ("password", password)]);
    let headers = [&[("content-type", FORM)], more].concat();
    server.send("POST", "/login", &headers, body.as_bytes())
}

/// A token, made on the command line.
fn token(desk: &Desk, name: &str, scopes: &[&str]) -> String {
    let mut words = vec!["user", "token", name];
    words.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    let made = desk.run(&words).expect(0).out.trim().to_owned();
    assert_eq!(made.len(), 64);
    format!("Bearer {made}")
}

fn with(server: &Server, bearer: &str, method: &str, path: &str, body: &str) -> Reply {
    let headers = [("authorization", bearer), ("content-type", "application/json")];
    server.send(method, path, &headers, body.as_bytes())
}

/// What the history says.
fn told(desk: &Desk) -> String {
    desk.run(&["verify"]).expect(0).out
}

#[test]
fn many_guesses_at_once_are_no_more_than_one_after_the_other() {
    let desk = small(&["analyst", "lead"]);
    let server = Server::start(&desk, &[]);
    let codes: Vec<u16> = std::thread::scope(|scope| {
        let server = &server;
        let all: Vec<_> = (0..40)
            .map(|n| scope.spawn(move || server.login("analyst", &format!("wrong password {n}")).status))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 401).count(), 5, "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, 401 | 429)), "{codes:?}");
    // whoever has another name is not shut out with them
    assert_eq!(server.login("lead", PASSWORD).status, 303);
    let program = login(&server, "analyst", "x", &[("accept", "application/json")]).expect(429);
    assert_eq!(program.header("content-type").unwrap(), "application/problem+json");
    assert!(program.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    let person = login(&server, "analyst", "x", &[("accept", "text/html,*/*")]).expect(429);
    assert!(person.header("content-type").unwrap().starts_with("text/html"));
    let said =
        login(&server, "lead", "no such password", &[("accept", "application/problem+json")]).expect(401);
    assert_eq!(said.json()["status"], 401);
    // a password in the field for the name stands nowhere
    login(&server, "my secret words", "x", &[]).expect(401);
    let told = told(&desk);
    assert!(told.contains("sign-in failed") && told.contains("refused: too many tries"), "{told}");
    assert!(!told.contains("my secret words") && !told.contains("wrong password"), "{told}");
}

#[test]
fn a_proxy_says_for_whom_it_asks() {
    let desk = small(&["analyst"]);
    let server = Server::start(&desk, &["--behind-tls", "--host", "cases.example"]);
    let from = |address: &str, password: &str| {
        login(&server, "analyst", password, &[("x-forwarded-for", address)]).status
    };
    for _ in 0..5 {
        assert_eq!(from("192.0.2.1, 203.0.113.9", "wrong"), 401);
    }
    assert_eq!(from("192.0.2.77, 203.0.113.9", PASSWORD), 429, "the first one is what the client says");
    assert_eq!(from("203.0.113.9, 198.51.100.7", PASSWORD), 303);
    assert!(told(&desk).contains("from 203.0.113.9"));
    drop(server);
    // without a proxy nobody is believed
    let server = Server::start(&desk, &[]);
    for n in 0..5 {
        let forged = format!("203.0.113.{n}");
        assert_eq!(login(&server, "analyst", "wrong", &[("x-forwarded-for", &forged)]).status, 401);
    }
    assert_eq!(login(&server, "analyst", PASSWORD, &[("x-forwarded-for", "192.0.2.5")]).status, 429);
}

#[test]
fn whoever_signs_in_gets_another_session_and_the_shown_one_ends() {
    let desk = small(&["lead"]);
    let server = Server::start(&desk, &[]);
    let before = server.sign_in("lead");
    let body = form(&[("name", "lead"), ("password", PASSWORD)]);
    let headers = [("content-type", FORM), ("cookie", before.cookie.as_str())];
    let reply = server.send("POST", "/login", &headers, body.as_bytes()).expect(303);
    let cookie = reply.header("set-cookie").unwrap();
    assert!(!cookie.starts_with(&before.cookie));
    before.get("/share").expect(303);
    let cookie = cookie.split(';').next().unwrap().to_owned();
    server.send("GET", "/share", &[("cookie", &cookie)], b"").expect(200);
    // a session that nobody has is told of
    let forged = format!("session={}", "a".repeat(64));
    server.send("GET", "/", &[("cookie", &forged)], b"").expect(303);
    server.send("GET", "/api/v1/me", &[("cookie", &forged)], b"").expect(401);
    let told = told(&desk);
    assert!(told.contains("refused: unknown session") && !told.contains(&"a".repeat(64)), "{told}");
}

#[test]
fn a_session_that_is_used_bears_another_secret_from_time_to_time() {
    if std::env::var("BONAFIDE_TEST_STORE").is_ok() {
        return;
    }
    let desk = small(&["lead"]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_micros()).unwrap();
    let minutes = |n: i64| n * 60_000_000;
    let begun = |ago: i64| {
        let pass = store::Pass {
            digest: String::new(),
            name: "lead".into(),
            label: "browser".into(),
            scopes: String::new(),
            created: now - minutes(ago),
            seen: now - minutes(ago),
            expires: now + minutes(60),
            family: String::new(),
        };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = store::Store::open(&desk.workspace().join("store.sqlite")).await.unwrap();
            let secret = store.issue(store::PassKind::Session, &pass).await.unwrap();
            store.close().await;
            format!("session={secret}")
        })
    };
    let (idle, old) = (begun(61), begun(20));
    let server = Server::start(&desk, &[]);
    server.send("GET", "/share", &[("cookie", &idle)], b"").expect(303);
    // a page that only follows does not turn it
    let follows = [("cookie", old.as_str()), ("x-follows", "1")];
    assert_eq!(server.send("GET", "/share", &follows, b"").expect(200).header("set-cookie"), None);
    let first = server.send("GET", "/share", &[("cookie", &old)], b"").expect(200);
    let next = first.header("set-cookie").unwrap();
    let mark = |page: &str| crate::browser::between(page, "name=\"mark\" value=\"", "\"").unwrap();
    let new = next.split(';').next().unwrap().to_owned();
    assert!(new != old && next.contains("HttpOnly"), "{next}");
    let again = server.send("GET", "/api/v1/me", &[("cookie", &old)], b"").expect(200);
    assert_eq!(again.header("set-cookie").unwrap(), next, "those that were under way are told the same");
    let page = server.send("GET", "/share", &[("cookie", &new)], b"").expect(200);
    assert_eq!(page.header("set-cookie"), None);
    assert_eq!(mark(&page.body), mark(&first.body), "a form that was open stays good");
    let body = form(&[("mark", &mark(&first.body))]);
    server.send("POST", "/logout", &[("cookie", &new), ("content-type", FORM)], body.as_bytes()).expect(303);
    for cookie in [&old, &new] {
        server.send("GET", "/share", &[("cookie", cookie)], b"").expect(303);
    }
}

#[test]
fn of_many_with_one_key_one_has_the_effect() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    lea.open("C-1");
    let bearer = token(&desk, "lead", &["work"]);
    let note = json!({"version": 1, "do": "note", "text": "once"}).to_string();
    let send = |key: &str, body: &str| {
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        server.send("POST", "/api/v1/cases/C-1/commands", &headers, body.as_bytes())
    };
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let (send, note) = (&send, &note);
        let all: Vec<_> = (0..8).map(|_| scope.spawn(move || send("k", note))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(replies.iter().all(|reply| reply.status == 200 && reply.body == replies[0].body), "{replies:?}");
    assert_eq!(replies.iter().filter(|reply| reply.header("idempotent-replayed").is_none()).count(), 1);
    let file = with(&server, &bearer, "GET", "/api/v1/cases/C-1", "").expect(200).json();
    assert_eq!(file["case"]["notes"].as_array().unwrap().len(), 1);
    // what failed may be tried again under its key
    let stale = json!({"version": 1, "do": "note", "text": "late"}).to_string();
    send("l", &stale).expect(409);
    send("l", &stale).expect(409);
    send("k", &stale).expect(422);
}

#[test]
fn a_token_does_what_its_scope_says_and_manages_nothing() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let (read, work, ingest) =
        (token(&desk, "lead", &["read"]), token(&desk, "lead", &["work"]), token(&desk, "lead", &["ingest"]));
    for bearer in [&read, &work] {
        with(&server, bearer, "GET", "/api/v1/cases", "").expect(200);
        with(&server, bearer, "GET", "/api/v1/history", "").expect(200);
    }
    for path in [
        "/api/v1/cases",
        "/api/v1/cases/C-1",
        "/api/v1/next",
        "/api/v1/health",
        "/api/v1/history",
        "/api/v1/events",
    ] {
        with(&server, &ingest, "GET", path, "").expect(403);
    }
    let purpose = json!({"purpose": REASON}).to_string();
    with(&server, &read, "POST", "/api/v1/cases/C-1/open", &purpose).expect(403);
    with(&server, &work, "POST", "/api/v1/cases/C-1/open", &purpose).expect(204);
    let wish = json!({"label": "x", "scopes": ["read"], "days": 1}).to_string();
    for bearer in [&read, &work, &ingest] {
        with(&server, bearer, "POST", "/api/v1/tokens", &wish).expect(403);
        with(&server, bearer, "GET", "/api/v1/tokens", "").expect(403);
        with(&server, bearer, "DELETE", "/api/v1/tokens/0123456789abcdef", "").expect(403);
    }
    let all = server.sign_in("lead").api("GET", "/api/v1/tokens", &Value::Null).expect(200).json();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (3, &Value::Null));
    let admin = token(&desk, "admin", &["read", "work"]);
    let seen = with(&server, &admin, "GET", "/api/v1/users", "").expect(200).json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 3, "whom work can be given to, as anybody sees");
    for (words, told) in
        [(["nobody", "--scope", "read"], "no user"), (["lead", "--scope", "all"], "scopes out of")]
    {
        let said = desk.run(&[&["user", "token"], &words[..]].concat());
        assert!(said.code != 0 && said.err.contains(told) && said.out.is_empty(), "{}", said.err);
    }
    let document = server.send("GET", "/openapi.json", &[], b"").expect(200).json();
    assert_eq!(document["components"]["securitySchemes"]["session"]["in"], "cookie");
    assert!(document["paths"]["/api/v1/rejects"]["get"].is_object());
}

#[test]
fn lists_come_in_parts() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    lea.open("C-1");
    for path in ["cases", "farms", "receivers", "history", "users", "tokens", "rejects"] {
        let path = format!("/api/v1/{path}");
        let whole = lea.api("GET", &path, &Value::Null).expect(200).json();
        assert!(whole["items"].is_array() && whole.get("next").is_some(), "{path}: {whole}");
        for bad in ["limit=0", "limit=100000", "limit=-1", "limit="] {
            lea.api("GET", &format!("{path}?{bad}"), &Value::Null).expect(422);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        for _ in 0..200 {
            let part = lea.api("GET", &format!("{path}?limit=1{cursor}"), &Value::Null).expect(200).json();
            seen.extend(part["items"].as_array().unwrap().clone());
            match part["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        // reading the list of rejects is an entry of the history itself
        if path != "/api/v1/history" {
            assert_eq!(seen, *whole["items"].as_array().unwrap(), "{path}");
        }
    }
    let next = lea.api("GET", "/api/v1/next", &Value::Null).expect(200).json();
    assert!(next["case"].as_str().unwrap().starts_with("C-"), "{next}");
}

#[test]
fn what_is_refused_stands_in_the_history() {
    let (desk, people) = office();
    let own = opened(&people)[0];
    add_user(&desk, "inside", "analyst", &["--worker", own]).expect(0);
    let server = Server::start(&desk, &[]);
    let viewer = server.sign_in("viewer");
    // whoever may not is told so, whatever version they name
    let decide = json!({"version": 77, "do": "decide", "outcome": "cleared", "reason": REASON});
    for _ in 0..3 {
        viewer.api("POST", "/api/v1/cases/C-1/commands", &decide).expect(403);
    }
    let inside = server.sign_in("inside");
    let path = format!("/api/v1/workers/{own}/open");
    inside.api("POST", &path, &json!({"purpose": REASON})).expect(403);
    let forged = "f".repeat(64);
    with(&server, &format!("Bearer {forged}"), "GET", "/api/v1/cases", "").expect(401);
    let headers = [("cookie", viewer.cookie.as_str()), ("content-type", FORM)];
    server.send("POST", "/theme", &headers, b"mark=another").expect(403);
    let elsewhere = [headers[0], headers[1], ("origin", "https://evil.example")];
    server.send("POST", "/logout", &elsewhere, format!("mark={}", viewer.mark).as_bytes()).expect(403);
    let auditor = server.sign_in("auditor");
    let all = auditor.api("GET", "/api/v1/history?limit=1000", &Value::Null).expect(200).json();
    let of = |action: &str| -> Vec<&Value> {
        all["items"].as_array().unwrap().iter().filter(|one| one["action"] == action).collect()
    };
    let allowed = of("refused: not allowed");
    assert_eq!(allowed.len(), 1, "three within a minute are one entry, and a count later");
    assert_eq!(allowed[0]["by"], "viewer");
    let detail = allowed[0]["detail"].as_str().unwrap();
    assert!(detail.contains("/api/v1/cases/{case}/commands C-1") && detail.contains("127.0.0.1"), "{detail}");
    assert!(!of("refused").is_empty(), "a conflict of interest is recorded where it is found");
    assert_eq!(of("refused: unknown token").len(), 1);
    assert_eq!(of("refused: form from elsewhere").len(), 1);
    assert!(!told(&desk).contains(&forged));

    // the whole of it, for whoever may read it
    let page = auditor.get("/history").expect(200).body;
    assert!(page.contains("/history/export"));
    let lines = auditor.get("/history/export").expect(200);
    assert!(lines.header("content-disposition").unwrap().contains(".jsonl"));
    let entries: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> = entries.iter().map(|one| one["sequence"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(entries.last().unwrap()["action"], "history exported");
    assert!(entries.iter().all(|one| one["hash"].as_str().unwrap().len() == 64));
    assert!(people.iter().all(|one| !lines.body.contains(one["email"].as_str().unwrap())));
    viewer.get("/history/export").expect(403);
    viewer.api("GET", "/api/v1/history/export", &Value::Null).expect(403);
}

#[test]
fn guessing_tokens_is_turned_away() {
    let desk = small(&["lead"]);
    let server = Server::start(&desk, &[]);
    let bearer = token(&desk, "lead", &["read"]);
    let guess = |n: u32| with(&server, &format!("Bearer {n:064x}"), "GET", "/api/v1/me", "");
    let first: Vec<u16> = (0..30).map(|n| guess(n).status).collect();
    assert_eq!(first, [401; 30]);
    // a slow machine gets a few more: they come back with time
    let late = (30..60).map(guess).find(|reply| reply.status != 401).expect("it is turned away").expect(429);
    assert_eq!(late.json()["status"], 429);
    assert!(late.header("retry-after").is_some());
    // whoever has a good one is not shut out with them
    for _ in 0..50 {
        with(&server, &bearer, "GET", "/api/v1/me", "").expect(200);
    }
}
