//! Casework as a team does it, over HTTP against the real server.

use serde_json::{Value, json};

use crate::browser::{PASSWORD, Server, add_user, between};
use crate::desk::{Desk, holding};

pub const REASON: &str = "Relocation approved by HR, ticket 4411.";

/// A company with a farm, checked, and one user of each role.
pub fn office() -> (Desk, Vec<Value>) {
    office_at(Desk::new())
}

/// The same, at a desk that is there.
pub fn office_at(desk: Desk) -> (Desk, Vec<Value>) {
    desk.company(40, 20, "hosted_farm,hardware_kvm");
    let people = desk.check(&[]).expect(1).json();
    for role in ["viewer", "analyst", "lead", "auditor", "admin"] {
        add_user(&desk, role, role, &[]).expect(0);
    }
    add_user(&desk, "ben", "analyst", &[]).expect(0);
    (desk, people)
}

pub fn opened(people: &[Value]) -> Vec<&str> {
    people.iter().filter(|one| one["case"] == true).map(|one| one["worker_id"].as_str().unwrap()).collect()
}

#[test]
fn from_the_queue_to_a_decision_that_verifies() {
    let (desk, people) = office();
    let server = Server::start(&desk, &[]);
    assert_eq!(server.send("GET", "/healthz", &[], b"").expect(200).json()["status"], "ok");
    assert_eq!(server.send("GET", "/", &[], b"").expect(303).header("location").unwrap(), "/login");

    let ana = server.sign_in("analyst");
    let queue = ana.api("GET", "/api/v1/cases", &Value::Null).expect(200).json();
    let ids = opened(&people);
    assert_eq!(queue["items"].as_array().unwrap().len(), ids.len());
    // nobody has a name before they are opened, on no page
    let mail = people[0]["email"].as_str().unwrap();
    for path in ["/", "/case/C-1", "/farms", "/farm/F-1?bits=0", "/worker/P-1", "/health"] {
        let page = ana.get(path).expect(200);
        assert!(!page.body.contains(mail), "{path}");
        for id in &ids {
            let is_told = page.body.match_indices(id).any(|(at, _)| {
                let end = at + id.len();
                let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                free(page.body[..at].chars().next_back()) && free(page.body[end..].chars().next())
            });
            assert!(!is_told, "{path} names {id}");
        }
    }
    let first = ana.api("GET", "/api/v1/cases/C-1", &Value::Null).expect(200).json();
    assert!(first["assessment"].is_null() && first["case"].is_null() && first["row"]["worker_id"].is_null());

    ana.post("/case/C-1/open", &[("purpose", "")]).expect(422);
    ana.open("C-1");
    let page = ana.get("/case/C-1").expect(200).body;
    assert!(page.contains("What would clear this person") && page.contains("Review of remote hires in June"));
    let open = ana.api("GET", "/api/v1/cases/C-1", &Value::Null).expect(200).json();
    let one = &open["assessment"];
    let sum: f64 = one["waterfall"].as_array().unwrap().iter().map(|bar| bar["bits"].as_f64().unwrap()).sum();
    assert!((sum - one["bits"].as_f64().unwrap()).abs() < 1e-9);
    let who = one["worker_id"].as_str().unwrap();
    let told = &desk.run(&["explain", who, "--json"]).expect(0).json()[0];
    for part in ["bits", "probability", "prior_bits", "parts", "waterfall", "in_words", "against", "case"] {
        assert_eq!(one[part], told[part], "{part}: the page and the command line say the same");
    }
    let records = |one: &Value| -> Vec<Value> {
        one["evidence"].as_array().unwrap().iter().map(|item| item["records"].clone()).collect()
    };
    assert_eq!(records(one), records(told));

    let shown =
        one["evidence"].as_array().unwrap().iter().flat_map(|item| item["records"].as_array().unwrap());
    let replies: Vec<_> = shown.map(|id| ana.get(&format!("/record/{}", id.as_str().unwrap()))).collect();
    // a record is shown, or leads to the door of whom it is about
    assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 303)));
    assert!(replies.iter().any(|reply| reply.status == 200 && reply.body.contains("As received")));
    assert!(ana.get(&format!("/worker/{who}")).expect(200).body.contains("Claimed beside seen"));

    ana.post(
        "/case/C-1/act",
        &[("do", "decide"), ("version", "1"), ("outcome", "cleared"), ("reason", "ok")],
    )
    .expect(422);
    ana.post("/case/C-1/act", &[("do", "decide"), ("version", "1"), ("reason", REASON)]).expect(422);
    ana.post(
        "/case/C-1/act",
        &[("do", "decide"), ("version", "1"), ("outcome", "cleared"), ("reason", REASON)],
    )
    .expect(303);
    let said = desk.run(&["verify"]).expect(0).out;
    assert!(said.contains("analyst set \"cleared\" (was \"open\"): Relocation approved by HR, ticket 4411."));
    assert!(said.contains("Review of remote hires in June") && said.contains("whole:"), "{said}");
}

#[test]
fn roles_are_kept_on_pages_and_in_the_api() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    for role in ["viewer", "auditor", "admin"] {
        let one = server.sign_in(role);
        one.get("/").expect(200);
        one.post("/case/C-1/open", &[("purpose", "I would like to look")]).expect(403);
        one.api("GET", "/api/v1/records/00000000000000000000000000000000", &Value::Null).expect(403);
        one.api("POST", "/api/v1/search", &json!({"values": ["x"]})).expect(403);
        let command = json!({"version": 1, "do": "assign", "to": role});
        one.api("POST", "/api/v1/cases/C-1/commands", &command).expect(403);
    }
    server.sign_in("auditor").api("GET", "/api/v1/history", &Value::Null).expect(200);
    server.sign_in("analyst").api("GET", "/api/v1/history", &Value::Null).expect(403);
    let all = server.sign_in("admin").api("GET", "/api/v1/users", &Value::Null).expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 6);
    // an analyst reads nothing of whom they have not opened
    let ana = server.sign_in("analyst");
    ana.api("GET", "/api/v1/records/00000000000000000000000000000000", &Value::Null).expect(403);
    let command = json!({"version": 1, "do": "decide", "outcome": "cleared", "reason": REASON});
    ana.api("POST", "/api/v1/cases/C-1/commands", &command).expect(403);
}

#[test]
fn two_people_confirm_and_two_at_once_conflict() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let (ana, ben) = (server.sign_in("analyst"), server.sign_in("ben"));
    ana.open("C-1");
    ben.open("C-1");
    let decide = |outcome: &str, version: u64| json!({"version": version, "do": "decide", "outcome": outcome, "reason": REASON});
    let path = "/api/v1/cases/C-1/commands";
    ana.api("POST", path, &decide("confirmed", 1)).expect(200);
    ana.api("POST", path, &json!({"version": 2, "do": "approve"})).expect(403);
    let stale = ben.api("POST", path, &decide("cleared", 1)).expect(409);
    assert_eq!(stale.header("content-type").unwrap(), "application/problem+json");
    ben.api("POST", path, &json!({"version": 2, "do": "approve"})).expect(200);
    assert_eq!(ana.api("GET", "/api/v1/cases/C-1", &Value::Null).json()["row"]["state"], "confirmed");

    // of many who decide at the same moment one wins, and the others are told
    ana.open("C-2");
    ben.open("C-2");
    let codes: Vec<u16> = std::thread::scope(|scope| {
        let one = |who| {
            scope.spawn(move || {
                let who: &crate::browser::Browser<'_> = who;
                who.api("POST", "/api/v1/cases/C-2/commands", &decide("undetermined", 1)).status
            })
        };
        let going: Vec<_> = [&ana, &ben, &ana, &ben, &ana, &ben].into_iter().map(one).collect();
        going.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, 200 | 409)), "{codes:?}");
    desk.run(&["verify"]).expect(0);
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    let mut acknowledged = 0_u64;
    for at in 1..=40_u64 {
        let command = json!({"version": at, "do": "note", "text": format!("note {at}")});
        ana.api("POST", "/api/v1/cases/C-1/commands", &command).expect(200);
        acknowledged = at;
        if at == 25 {
            break;
        }
    }
    server.kill();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    let file = ana.api("GET", "/api/v1/cases/C-1", &Value::Null).expect(200).json();
    assert_eq!(file["row"]["version"], acknowledged + 1);
    assert_eq!(file["case"]["notes"].as_array().unwrap().len() as u64, acknowledged);
    desk.run(&["verify"]).expect(0);
}

#[test]
fn nobody_opens_or_finds_their_own_case() {
    let (desk, people) = office();
    let all = opened(&people);
    let own = all[0];
    let mail = people.iter().find(|one| one["worker_id"] == own).unwrap()["email"].as_str().unwrap();
    add_user(&desk, "inside", "lead", &["--worker", own]).expect(0);
    let server = Server::start(&desk, &[]);
    let (one, ana) = (server.sign_in("inside"), server.sign_in("analyst"));
    let cases = |who: &crate::browser::Browser<'_>| -> Vec<String> {
        let rows = who.api("GET", "/api/v1/cases", &Value::Null).expect(200).json();
        rows["items"].as_array().unwrap().iter().map(|row| row["case"].as_str().unwrap().to_owned()).collect()
    };
    let (seen, whole) = (cases(&one), cases(&ana));
    // theirs, and those of whoever is tied to them
    let hidden: Vec<&String> = whole.iter().filter(|case| !seen.contains(case)).collect();
    assert!(!hidden.is_empty() && seen.iter().all(|case| whole.contains(case)), "{seen:?} of {whole:?}");
    let purpose = json!({"purpose": "Review of remote hires"});
    for case in &hidden {
        ana.post(&format!("/case/{case}/open"), &[("purpose", "Review of remote hires")]).expect(303);
        one.get(&format!("/case/{case}")).expect(404);
        one.api("GET", &format!("/api/v1/cases/{case}"), &Value::Null).expect(404);
        one.api("POST", &format!("/api/v1/cases/{case}/open"), &purpose).expect(404);
        let assign = json!({"do": "assign", "to": "inside", "cases": [case]});
        one.api("POST", "/api/v1/commands", &assign).expect(404);
    }
    let mine = hidden.iter().find(|case| {
        let file = ana.api("GET", &format!("/api/v1/cases/{case}"), &Value::Null).expect(200).json();
        file["row"]["worker_id"] == own
    });
    let mine = mine.expect("their own case is among the hidden");
    one.api("POST", &format!("/api/v1/workers/{own}/open"), &purpose).expect(403);
    // by search neither, by whatever
    let found = one.api("POST", "/api/v1/search", &json!({"values": [own, mail, mine]})).expect(200).json();
    assert_eq!((&found["hits"], &found["refused"]), (&json!([]), &json!(2)), "{found}");
    let pseudonym = ana.api("GET", &format!("/api/v1/cases/{mine}"), &Value::Null).json()["row"]["person"]
        .as_str()
        .unwrap()
        .to_owned();
    one.get(&format!("/worker/{pseudonym}")).expect(404);
    // what others did about them is not theirs to read; whoever audits sees that they tried
    let told = one.api("GET", "/api/v1/history?limit=1000", &Value::Null).expect(200).body;
    assert!(!told.contains(&format!("about {pseudonym}")), "{told}");
    let audit = server.sign_in("auditor").api("GET", "/api/v1/history?limit=1000", &Value::Null).expect(200);
    let refusals =
        audit.json()["items"].as_array().unwrap().iter().filter(|line| line["action"] == "refused").count();
    assert!(refusals > 3 && audit.body.contains(&format!("about {pseudonym}; themselves")), "{}", audit.body);
}

#[test]
fn hostile_input_is_refused_and_shown_as_it_is() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    let markup = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'";
    ana.post("/case/C-1/act", &[("do", "note"), ("version", "1"), ("text", markup)]).expect(303);
    let page = ana.get("/case/C-1").expect(200);
    assert!(!page.body.contains("<script>alert") && page.body.contains("&lt;script&gt;alert(1)"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.body.contains(" style=\"") && !page.body.contains(" onclick"));

    let large = "x".repeat(1 << 20);
    let said = ana.post("/case/C-1/act", &[("do", "note"), ("version", "2"), ("text", &large)]).expect(422);
    assert!(said.body.contains("at most 20000 characters, and this one has 1048576"));
    let huge = vec![b'x'; 5 << 20];
    let headers = [("cookie", ana.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    server.send("POST", "/case/C-1/act", &headers, &huge).expect(413);

    // without the mark, with another's, from another site, under another name
    let bare = [("cookie", ana.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    server.send("POST", "/case/C-1/act", &bare, b"do=note&version=2&text=x").expect(403);
    let other = server.sign_in("ben");
    let body = format!("mark={}&do=note&version=2&text=x", other.mark);
    server.send("POST", "/case/C-1/act", &bare, body.as_bytes()).expect(403);
    let body = format!("mark={}&do=note&version=2&text=x", ana.mark);
    let elsewhere = [bare[0], bare[1], ("origin", "https://evil.example")];
    server.send("POST", "/case/C-1/act", &elsewhere, body.as_bytes()).expect(403);
    assert!(
        server.raw(b"GET / HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n").contains(" 421 ")
    );

    for path in [
        "/case/C-999999",
        "/case/..%2f..%2fetc%2fpasswd",
        "/worker/nobody",
        "/record/zz",
        "/farm/F-99",
        "/%00",
        "/a/../b",
        "/case/C-1%0d%0ax",
    ] {
        let reply = ana.get(path);
        assert!(matches!(reply.status, 404 | 403), "{path}: {}", reply.status);
    }
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n",
    ] {
        assert!(server.raw(bytes).starts_with("HTTP/1.1 400 "), "{bytes:?}");
    }
    assert_eq!(server.send("GET", "/healthz", &[], b"").status, 200, "and it still answers");
}

#[test]
fn guessing_passwords_becomes_slow() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let mut codes = Vec::new();
    for at in 0..7 {
        codes.push(server.login("analyst", &format!("wrong password {at}")).status);
    }
    assert_eq!(codes[..5], [401; 5]);
    assert!(codes[5..].contains(&429), "{codes:?}");
    assert_eq!(server.login("analyst", PASSWORD).status, 429, "also with the right one, for a while");
    assert!(desk.run(&["verify"]).expect(0).out.contains("sign-in failed"));
}

#[test]
fn the_api_is_what_it_says() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let document = server.send("GET", "/openapi.json", &[], b"").expect(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    let lea = server.sign_in("lead");
    let made = lea.api("POST", "/api/v1/tokens", &json!({"label": "test", "scopes": ["read"], "days": 1}));
    let token = made.expect(201).json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let with = |method: &str, path: &str, body: &[u8]| {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        server.send(method, path, &headers, body)
    };
    // every address of the description that only reads answers, and no other method does
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_some() && !path.contains('{') && path != "/api/v1/events" {
            // a token reads neither tokens nor, without the scope for people, what may name them
            let is_closed = ["/api/v1/tokens", "/api/v1/rejects"].contains(&path.as_str());
            with("GET", path, b"").expect(if is_closed { 403 } else { 200 });
        }
        with("PATCH", &path.replace(['{', '}'], ""), b"").expect(405);
    }
    with("POST", "/api/v1/cases/C-1/open", br#"{"purpose":"Review of remote hires"}"#).expect(403);
    for (method, path, body, status) in [
        ("GET", "/api/v1/nothing", &b""[..], 404),
        ("POST", "/api/v1/search", b"{", 400),
        ("POST", "/api/v1/search", b"{\"values\":1}", 422),
        ("GET", "/api/v1/cases?view=none", b"", 422),
        ("GET", "/api/v1/cases?limit=x", b"", 422),
        ("GET", "/api/v1/cases?limit=0", b"", 422),
        ("GET", "/api/v1/cases?limit=201", b"", 422),
        ("GET", "/api/v1/cases?cursor=C-777", b"", 422),
    ] {
        let reply = with(method, path, body);
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        assert_eq!(reply.json()["status"], status, "{path}");
    }
    server.send("GET", "/api/v1/cases", &[], b"").expect(401);
    let plain = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    server.send("POST", "/api/v1/search", &plain, b"x").expect(415);

    // parts of the queue are the queue
    let whole = with("GET", "/api/v1/cases", b"").json();
    let mut parts = Vec::new();
    let mut cursor = String::new();
    loop {
        let part = with("GET", &format!("/api/v1/cases?limit=2{cursor}"), b"").expect(200).json();
        parts.extend(part["items"].as_array().unwrap().clone());
        match part["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(parts, *whole["items"].as_array().unwrap());

    // the same request with the same key is done once
    lea.open("C-1");
    let body = json!({"version": 1, "do": "note", "text": "once"}).to_string();
    let headers = [
        ("cookie", lea.cookie.as_str()),
        ("x-form-mark", &lea.mark),
        ("content-type", "application/json"),
        ("idempotency-key", "k-1"),
    ];
    let first = server.send("POST", "/api/v1/cases/C-1/commands", &headers, body.as_bytes()).expect(200);
    let again = server.send("POST", "/api/v1/cases/C-1/commands", &headers, body.as_bytes()).expect(200);
    assert_eq!(first.body, again.body);
    assert_eq!(lea.version("C-1"), "2");
    let other = json!({"version": 2, "do": "note", "text": "twice"}).to_string();
    server.send("POST", "/api/v1/cases/C-1/commands", &headers, other.as_bytes()).expect(422);
}

#[test]
fn a_lead_works_in_bulk_merges_and_holds() {
    let (desk, people) = office();
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    lea.post("/bulk", &[("do", "assign"), ("to", "ben"), ("case", "C-1"), ("case", "C-2")]).expect(303);
    let mine = server.sign_in("ben").api("GET", "/api/v1/cases?view=mine", &Value::Null).json();
    assert_eq!(mine["total"], 2);
    lea.post("/case/C-2/merge", &[("into", "C-1"), ("reason", REASON)]).expect(303);
    assert_eq!(lea.api("GET", "/api/v1/cases/C-2", &Value::Null).json()["row"]["status"], "merged");
    lea.post("/case/C-2/detach", &[]).expect(303);
    assert_eq!(lea.api("GET", "/api/v1/cases/C-2", &Value::Null).json()["row"]["status"], "in_review");

    lea.open("C-1");
    let version = lea.version("C-1");
    lea.post(
        "/case/C-1/act",
        &[("do", "hold"), ("version", &version), ("reason", "Counsel asked for it in June.")],
    )
    .expect(303);
    let who = lea.api("GET", "/api/v1/cases/C-1", &Value::Null).json()["row"]["worker_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = desk.run(&["erase", &who, "--purpose", "request"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("legal hold"), "{}", refused.err);
    let version = lea.version("C-1");
    lea.post(
        "/case/C-1/act",
        &[("do", "release"), ("version", &version), ("reason", "Counsel is done with it.")],
    )
    .expect(303);
    let mail =
        people.iter().find(|one| one["worker_id"] == *who).unwrap()["email"].as_str().unwrap().to_owned();
    let version = lea.version("C-1");
    let note = format!("wrote to {mail} about it");
    lea.post("/case/C-1/act", &[("do", "note"), ("version", &version), ("text", &note)]).expect(303);
    desk.run(&["erase", &who, "--purpose", "request"]).expect(0);
    assert_eq!(holding(&desk.workspace(), &mail), Vec::<String>::new());
    desk.run(&["verify"]).expect(0);
}

#[test]
fn nobody_listens_where_they_may_not() {
    let desk = Desk::new();
    desk.write("roster.csv", crate::desk::ROSTER);
    desk.check(&[]).expect(0);
    let alone = desk.run(&["serve", "--listen", "0.0.0.0:0"]).expect(3);
    assert!(alone.err.contains("nobody can sign in"), "{}", alone.err);
    add_user(&desk, "ana", "lead", &[]).expect(0);
    let clear = desk.run(&["serve", "--listen", "0.0.0.0:0"]).expect(3);
    assert!(clear.err.contains("in the clear"), "{}", clear.err);
    desk.run(&["serve", "--listen", "nowhere"]).expect(3);
    add_user(&desk, "ana", "lead", &[]).expect(3);
    add_user(&desk, "eve", "root", &[]).expect(3);
    desk.run(&["user", "add", "eve", "--role", "lead"]).expect(3);
}

#[test]
fn everything_a_page_loads_is_its_own() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    for path in ["/", "/case/C-1", "/worker/P-1", "/farm/F-1", "/search", "/share", "/health", "/account"] {
        let page = ana.get(path).expect(200).body;
        assert!(page.contains("Basis") && page.contains("Scope") && page.contains("Accuracy"), "{path}");
        for attribute in ["src=\"", "href=\""] {
            for part in page.split(attribute).skip(1) {
                assert!(!part.starts_with("http") && !part.starts_with("//"), "{path}: {}", &part[..40]);
            }
        }
        assert_eq!(between(&page, "<html lang=\"", "\""), Some("en".into()));
    }
}

#[test]
fn a_copy_becomes_a_workspace_with_its_cases_and_history() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    ana.post(
        "/case/C-1/act",
        &[("do", "decide"), ("version", "1"), ("outcome", "cleared"), ("reason", REASON)],
    )
    .expect(303);
    let copy = desk.root().join("copy");
    desk.run(&["backup", copy.to_str().unwrap()]).expect(0);
    assert_eq!(desk.run(&["backup", copy.to_str().unwrap()]).code, 3, "a copy is never written over");
    ana.post("/case/C-2/open", &[("purpose", "Only after the copy was made")]).expect(303);
    server.kill();
    let again = desk.root().join("again");
    desk.run(&["restore", copy.to_str().unwrap(), "--workspace", again.to_str().unwrap()]).expect(0);
    let verified = desk.run(&["verify", "--workspace", again.to_str().unwrap()]).expect(0).out;
    assert!(verified.contains("Relocation approved by HR") && !verified.contains("Only after"), "{verified}");
    let server = Server::start(&desk, &["--workspace", again.to_str().unwrap()]);
    let ana = server.sign_in("analyst");
    assert_eq!(
        ana.api("GET", "/api/v1/cases/C-1", &Value::Null).expect(200).json()["row"]["state"],
        "cleared"
    );
}

#[test]
fn a_person_is_told_what_is_held_and_findings_name_nobody() {
    let (desk, people) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    let file = ana.api("GET", "/api/v1/cases/C-1", &Value::Null).json();
    let who = file["row"]["worker_id"].as_str().unwrap().to_owned();
    let report = &desk.run(&["subject-report", &who, "--json", "--purpose", "request"]).expect(0).json()[0];
    assert_eq!(report["worker_id"], *who);
    assert!(report["records"].as_array().unwrap().iter().any(|held| held["table"] == "authentication"));
    assert!(
        report["seen_by"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["purpose"] == "Review of remote hires in June")
    );
    let text = report.to_string();
    for other in people.iter().map(|one| one["email"].as_str().unwrap()) {
        let is_own = people.iter().any(|one| one["worker_id"] == *who && one["email"] == *other);
        assert!(is_own || !text.contains(other), "{other} stands in the report of {who}");
    }
    let said = desk.run(&["findings"]).expect(0);
    let findings = said.json();
    assert_eq!(findings.len(), opened(&people).len());
    for finding in &findings {
        assert_eq!((&finding["class_uid"], &finding["category_uid"]), (&json!(2004), &json!(2)));
        assert_eq!(finding["type_uid"], 200_400 + finding["activity_id"].as_i64().unwrap());
        assert!(
            finding["time"].is_i64() && finding["finding_info"]["uid"].as_str().unwrap().starts_with("C-")
        );
    }
    assert!(people.iter().all(|one| !said.out.contains(one["email"].as_str().unwrap())));
    desk.run(&["hold", "C-1", "--purpose", "Counsel asked for it in June."]).expect(0);
    assert_eq!(desk.run(&["erase", &who, "--purpose", "request"]).code, 2);
    desk.run(&["hold", "C-999", "--purpose", "Counsel asked for it in June."]).expect(2);
}
