//! Nobody has a name before somebody opened them: on no page, in no answer of the API, in no error, no stream, no log.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{Browser, Server};
use crate::desk::Desk;
use crate::serving::office;

/// Whether a text names somebody by roster id or e-mail address.
fn names(text: &str, who: &str) -> bool {
    text.match_indices(who).any(|(at, _)| {
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let before = text[..at].chars().next_back();
        // a weight of 10000 thousandths of a bit is a number of JSON, and nobody's id
        let is_number = matches!(before, Some(':' | '[' | ',' | '-'));
        free(before) && free(text[at + who.len()..].chars().next()) && !is_number
    })
}

/// Everybody but those who are open, by id and by address.
fn hidden(people: &[Value], open: &[&str]) -> Vec<String> {
    people
        .iter()
        .filter(|one| !open.contains(&one["worker_id"].as_str().unwrap()))
        .flat_map(|one| ["worker_id", "email"].map(|key| one[key].as_str().unwrap().to_owned()))
        .collect()
}

fn all_of(ana: &Browser<'_>, cases: &[String]) -> Vec<(String, String)> {
    let mut paths: Vec<String> =
        ["/", "/?view=all", "/farms", "/farm/F-1?bits=0", "/health", "/share", "/account"]
            .map(str::to_owned)
            .into();
    for path in ["cases", "farms", "farms/F-1", "health", "users", "me"] {
        paths.push(format!("/api/v1/{path}"));
    }
    for case in cases {
        paths.extend([format!("/case/{case}"), format!("/api/v1/cases/{case}")]);
    }
    for number in 1..=8 {
        paths.extend([format!("/worker/P-{number}"), format!("/api/v1/workers/P-{number}")]);
    }
    paths.into_iter().map(|path| (path.clone(), ana.get(&path).body)).collect()
}

#[test]
fn whoever_is_not_open_is_named_nowhere() {
    let (desk, people) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    let rows = ana.api("GET", "/api/v1/cases", &Value::Null).expect(200).json();
    let cases: Vec<String> = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["case"].as_str().unwrap().to_owned())
        .collect();
    for (path, text) in all_of(&ana, &cases) {
        for who in hidden(&people, &[]) {
            assert!(!names(&text, &who), "{path} names {who}");
        }
    }
    // one is opened; whoever their evidence speaks of still has no name
    ana.open(&cases[0]);
    let file = ana.api("GET", &format!("/api/v1/cases/{}", cases[0]), &Value::Null).expect(200).json();
    let own = file["row"]["worker_id"].as_str().unwrap().to_owned();
    for (path, text) in all_of(&ana, &cases) {
        for who in hidden(&people, &[&own]) {
            assert!(!names(&text, &who), "{path} names {who}");
        }
    }
    let cited = file["assessment"]["evidence"].as_array().unwrap().iter().flat_map(|item| {
        item["records"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned())
    });
    for id in cited {
        let shown = ana.api("GET", &format!("/api/v1/records/{id}"), &Value::Null);
        assert!(matches!(shown.status, 200 | 403), "{}", shown.status);
        if shown.status == 200 {
            assert_eq!(shown.json()["about"].as_str().unwrap_or(&own), own);
        } else {
            assert!(hidden(&people, &[&own]).iter().all(|who| !names(&shown.body, who)), "{}", shown.body);
        }
    }
    // what was looked for is not kept; whom it led to is
    let mail = people.iter().find(|one| one["worker_id"] != own.as_str()).unwrap()["email"].as_str().unwrap();
    let found = ana.api("POST", "/api/v1/search", &json!({"values": [mail]})).expect(200);
    // a hit is a record, and a door, and no row of the queue
    assert!(!found.body.contains("P-"), "{}", found.body);
    let hits = found.json()["hits"].as_array().unwrap().clone();
    let hit = hits.iter().find(|hit| hit["place"] == "employment.work_email").unwrap();
    assert_eq!((&hit["people"], &hit["closed"]), (&json!([]), &json!(1)));
    let record = hit["link"].as_str().unwrap();
    let door = ana.get(record).expect(200).body;
    assert!(door.contains("Whom this record is about is not open") && !door.contains("P-"), "{door}");
    ana.api("GET", &format!("/api/v1/records{}", record.trim_start_matches("/record")), &Value::Null)
        .expect(403);
    let page = ana.post("/search", &[("values", mail)]).expect(200).body;
    assert!(page.contains("1 not open") && !page.contains("/worker/P-"), "{page}");
    let history =
        server.sign_in("auditor").api("GET", "/api/v1/history?limit=1000", &Value::Null).expect(200);
    assert!(history.body.contains("1 values looked for, 1 found; of 1 people: P-"), "{}", history.body);
    // a lead who searches does not learn it by the history either
    let lea = server.sign_in("lead");
    lea.api("POST", "/api/v1/search", &json!({"values": [mail]})).expect(200);
    let lines = lea.api("GET", "/api/v1/history?limit=1000", &Value::Null).expect(200).json();
    let told: Vec<&Value> =
        lines["items"].as_array().unwrap().iter().filter(|one| one["by"] == "lead").collect();
    assert!(told.iter().any(|one| one["detail"] == "1 values looked for, 1 found"), "{told:?}");
    // the door opens by the record, and from there on the person has a name
    ana.post(&format!("{record}/open"), &[("purpose", "Asked for by HR in June.")]).expect(303);
    assert!(ana.get(record).expect(200).body.contains("As received"));
    for who in hidden(&people, &[&own]) {
        assert!(!names(&history.body, &who), "the history names {who}");
    }
}

#[test]
fn an_id_is_a_door_and_says_nothing_of_who_stands_where() {
    let (desk, people) = office();
    let server = Server::start(&desk, &[]);
    let id = people.iter().find(|one| one["case"] == true).unwrap()["worker_id"].as_str().unwrap();
    // who knows a roster id must not learn by it which row of the queue is theirs
    let vic = server.sign_in("viewer");
    let unknown = vic.api("GET", "/api/v1/workers/nobody-at-all", &Value::Null).expect(404);
    let known = vic.api("GET", &format!("/api/v1/workers/{id}"), &Value::Null).expect(404);
    assert_eq!(unknown.body, known.body);
    let ana = server.sign_in("analyst");
    let door = ana.api("GET", &format!("/api/v1/workers/{id}"), &Value::Null).expect(200).json();
    assert_eq!((&door["person"], &door["cases"], &door["farm"]), (&json!(id), &json!([]), &Value::Null));
    ana.post(&format!("/worker/{id}/open"), &[("purpose", "Asked for by HR in June.")]).expect(303);
    let open = ana.api("GET", &format!("/api/v1/workers/{id}"), &Value::Null).expect(200).json();
    assert!(open["person"].as_str().unwrap().starts_with("P-"));
    // the purpose leads back to what was asked for, and never elsewhere
    for (next, to) in [("/record/00ff", "/record/00ff"), ("//evil.example", &*format!("/worker/{id}"))] {
        let reply = ana
            .post(&format!("/worker/{id}/open"), &[("purpose", "Asked for by HR in June."), ("next", next)]);
        assert_eq!(reply.expect(303).header("location").unwrap(), to);
    }
}

#[test]
fn names_with_markup_stay_text_on_every_page_and_in_every_export() {
    let desk = Desk::new();
    let evil = "<script>alert(1)</script>";
    let roster = crate::desk::ROSTER
        .replace("Ann,Lee", &format!("\"{evil}\",\"=cmd|' /C calc'!A0\""))
        .replace("W-1", "W-<b>1");
    desk.write("roster.csv", roster);
    let log: String = (1..20).map(|day| crate::desk::sign_in(day, "ann.lee@corp.example", day)).collect();
    desk.write("okta/log.jsonl", log.replace("\"Salem\"", "\"<img src=x onerror=alert(3)>\""));
    desk.check(&[]);
    crate::browser::add_user(&desk, "lead", "lead", &[]).expect(0);
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    let id = "W-%3Cb%3E1";
    lea.post(&format!("/worker/{id}/open"), &[("purpose", "Asked for by HR in June.")]).expect(303);
    let page = lea.get(&format!("/worker/{id}")).expect(200).body;
    assert!(
        page.contains("W-&lt;b&gt;1") && !page.contains("<img src=x") && !page.contains("<b>1"),
        "{page}"
    );
    for path in ["/", "/farms", "/health", "/search", "/history", "/account"] {
        let text = lea.get(path).expect(200).body;
        assert!(!text.contains(evil) && !text.contains("<img src=x"), "{path}");
    }
    let found = lea.post("/search", &[("values", evil)]).expect(200).body;
    assert!(found.contains("&lt;script&gt;alert(1)") && !found.contains(evil));
    let json = lea.api("GET", &format!("/api/v1/workers/{id}"), &Value::Null);
    assert_eq!(json.header("x-content-type-options").unwrap(), "nosniff");
    assert_eq!(json.header("content-type").unwrap(), "application/json");
    desk.run(&["findings"]).expect(0);
}

#[test]
fn slow_ones_and_many_at_once_keep_nobody_out() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    // two hundred who say half a sentence and wait
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream
                .write_all(b"POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000000\r\n\r\nname=")
                .unwrap();
            stream
        })
        .collect();
    server.send("GET", "/healthz", &[], b"").expect(200);
    // many sign in at once: each is let in or told to wait, and none waits for ever
    let codes: Vec<u16> = std::thread::scope(|scope| {
        let going: Vec<_> = (0..24)
            .map(|_| scope.spawn(|| server.login("analyst", crate::browser::PASSWORD).status))
            .collect();
        going.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(codes.iter().all(|code| matches!(code, 303 | 429 | 503)), "{codes:?}");
    assert!(codes.contains(&303), "{codes:?}");
    drop(idle);
    // a body that is announced and never comes is left, and one that is too large is not read
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
        .write_all(b"POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 999999999\r\n\r\n")
        .unwrap();
    let mut answer = [0_u8; 64];
    let count = stream.read(&mut answer).unwrap();
    assert!(String::from_utf8_lossy(&answer[..count]).starts_with("HTTP/1.1 413 "));
    // the same headers protect every kind of answer
    for path in ["/login", "/healthz", "/style.css", "/nowhere", "/api/v1/cases"] {
        let reply = server.send("GET", path, &[], b"");
        for name in
            ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"]
        {
            assert!(reply.header(name).is_some(), "{path} lacks {name}");
        }
    }
}
