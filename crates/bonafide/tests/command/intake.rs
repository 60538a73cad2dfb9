//! Records that are delivered: with and without a watched folder, once however often they are sent, whole or not at all.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::{Browser, Reply, Server, add_user};
use crate::desk::{Desk, ROSTER, holding, sign_in};

/// A lead, for a workspace that belongs to the folder of exports.
fn add_lead(desk: &Desk) {
    desk.check(&[]);
    add_user(desk, "lead", "lead", &[]).expect(0);
}

/// Waits until the page about health says something.
#[track_caller]
fn until(lea: &Browser<'_>, what: &str, wanted: impl Fn(&Value) -> bool) {
    for _ in 0..600 {
        if wanted(&lea.api("GET", "/api/v1/health", &Value::Null).json()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what}");
}

fn records(lea: &Browser<'_>) -> u64 {
    lea.api("GET", "/api/v1/health", &Value::Null).expect(200).json()["records"].as_u64().unwrap()
}

/// What may deliver.
struct Feed<'a> {
    server: &'a Server,
    bearer: String,
}

impl<'a> Feed<'a> {
    fn of(server: &'a Server, lea: &Browser<'_>) -> Self {
        let asked = json!({"label": "feed", "scopes": ["ingest"], "days": 1});
        let made = lea.api("POST", "/api/v1/tokens", &asked).expect(201).json();
        Self { server, bearer: format!("Bearer {}", made["token"].as_str().unwrap()) }
    }

    fn send(&self, source: &str, kind: &str, body: &[u8]) -> Reply {
        let headers = [("authorization", self.bearer.as_str()), ("content-type", kind)];
        self.server.send("POST", &format!("/ingest/{source}"), &headers, body)
    }

    fn lines(&self, source: &str, body: &str) -> Reply {
        self.send(source, "application/x-ndjson", body.as_bytes())
    }
}

fn sign_ins(days: std::ops::Range<u32>, mail: &str) -> String {
    days.map(|day| sign_in(day, mail, day % 28 + 1)).collect()
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_delivery_reaches_the_queue_by_itself() {
    let desk = Desk::new();
    desk.company(40, 20, "hosted_farm");
    desk.write("kept/nothing.txt", "");
    add_lead(&desk);
    let exports = desk.exports();
    let server = Server::start(&desk, &["--watch", exports.to_str().unwrap()]);
    let lea = server.sign_in("lead");
    until(&lea, "the folder is checked by itself", |health| health["judged_as_of"].is_string());
    let before = records(&lea);
    let feed = Feed::of(&server, &lea);
    let body = sign_ins(1..20, "nobody@corp.example");
    let first = feed.lines("okta", &body).expect(202).json();
    assert_eq!((&first["lines"], &first["is_new"]), (&json!(19), &json!(true)));
    let again = feed.lines("okta", &body).expect(202).json();
    assert_eq!(again["is_new"], false, "the same delivery twice is one");
    feed.lines("unheard-of", &body).expect(404);
    feed.lines("okta", "").expect(422);
    until(&lea, "what was delivered is read", |health| health["records"].as_u64() == Some(before + 19));
    assert!(exports.join("delivered/okta").is_dir());
}

#[test]
fn a_plain_server_takes_deliveries_into_its_workspace() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta.jsonl", sign_ins(1..12, "ann.lee@corp.example"));
    add_lead(&desk);
    let workspace = desk.workspace();
    let server = Server::start(&desk, &["--workspace", workspace.to_str().unwrap()]);
    let lea = server.sign_in("lead");
    let (before, feed) = (records(&lea), Feed::of(&server, &lea));
    let body = sign_ins(12..20, "ann.lee@corp.example");
    let told = feed.lines("okta", &body).expect(202).json();
    assert!(told["file"].as_str().unwrap().starts_with("inbox/okta/"), "{told}");
    let more = sign_ins(20..30, "bo.ek@corp.example");
    let told = feed.send("okta", "application/gzip", &packed(&more)).expect(202).json();
    assert_eq!(told["lines"], 10);
    until(&lea, "what was delivered is read, and what was there stays", |health| {
        health["records"].as_u64() == Some(before + 18)
    });
    server.kill();

    // a check by hand reads it too, and a copy has it
    let said = desk.check(&["--workspace", workspace.to_str().unwrap()]).expect(0);
    assert!(!said.err.contains("read anew"), "{}", said.err);
    let count = || desk.run(&["query", "SELECT count(*) AS n FROM authentication"]).json()[0]["n"].clone();
    assert_eq!(count(), json!(11 + 18));
    let copy = desk.root().join("copy");
    desk.run(&["backup", copy.to_str().unwrap()]).expect(0);
    assert!(copy.join("inbox/okta/.digests").is_file());

    // the folder of exports is gone: what was read of it stays, and what is delivered is added
    std::fs::rename(desk.exports(), desk.root().join("elsewhere")).unwrap();
    let server = Server::start(&desk, &["--workspace", workspace.to_str().unwrap()]);
    let lea = server.sign_in("lead");
    let feed = Feed::of(&server, &lea);
    assert_eq!(feed.lines("okta", &body).expect(202).json()["is_new"], false, "also after a restart");
    feed.lines("okta", &sign_ins(30..35, "ann.lee@corp.example")).expect(202);
    until(&lea, "it is added", |health| health["records"].as_u64() == Some(before + 23));
    server.kill();

    // whoever is erased goes from the inbox as well
    std::fs::rename(desk.root().join("elsewhere"), desk.exports()).unwrap();
    assert!(!holding(&workspace.join("inbox"), "ann.lee@corp.example").is_empty());
    desk.run(&["erase", "W-1", "--purpose", "request"]).expect(0);
    assert_eq!(holding(&workspace, "ann.lee@corp.example"), Vec::<String>::new());
    let said = desk.check(&["--workspace", workspace.to_str().unwrap()]).expect(0);
    assert!(!said.out.contains("ann.lee"), "{}", said.out);
}

#[test]
fn several_folders_are_watched() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    add_lead(&desk);
    let other = desk.root().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("roster_2026-06-01.csv"), ROSTER.replace("W-", "X-").replace("@corp", "@two"))
        .unwrap();
    let exports = desk.exports();
    let server =
        Server::start(&desk, &["--watch", exports.to_str().unwrap(), "--watch", other.to_str().unwrap()]);
    let lea = server.sign_in("lead");
    until(&lea, "both are read", |health| health["assessed"].as_u64() == Some(4));
    std::fs::write(other.join("okta.jsonl"), sign_ins(1..9, "ann.lee@two.example")).unwrap();
    until(&lea, "a change in the second is seen", |health| health["records"].as_u64() == Some(4 + 8));
    drop(server);
    desk.run(&["serve", "--watch", "nowhere"]).expect(3);
}

#[test]
fn what_is_no_record_of_the_source_is_refused_whole() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    add_lead(&desk);
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    let feed = Feed::of(&server, &lea);
    let good = sign_ins(1..4, "ann.lee@corp.example");
    let bad = feed.lines("okta", &format!("{good}no JSON\n")).expect(422).json();
    assert!(bad["detail"].as_str().unwrap().contains("line 4"), "{bad}");
    let cut = &packed(&good.repeat(40))[..120];
    feed.send("okta", "application/gzip", cut).expect(422);
    feed.send("okta", "application/gzip", b"\x1f\x8b\x08\0").expect(422);
    let other = feed.lines("duo", &good).expect(422).json();
    assert!(other["detail"].as_str().unwrap().contains("okta"), "{other}");
    let inbox = desk.workspace().join("inbox");
    assert!(!inbox.exists() || holding(&inbox, "ann.lee").is_empty(), "nothing of them is kept");
    feed.lines("okta", &good).expect(202);
    // a token that delivers reads nothing
    let headers = [("authorization", feed.bearer.as_str())];
    for path in ["/api/v1/cases", "/api/v1/farms", "/api/v1/health", "/api/v1/users"] {
        server.send("GET", path, &headers, b"").expect(403);
    }
}
