//! `bonafide erase PERSON`: afterwards no byte of the workspace holds what identified the person.

use serde_json::{Value, json};

use crate::browser::{Server, add_user};
use crate::desk::{Desk, ROSTER, holding, sign_in, tree};

const SHIPMENTS: &str = "\
Order ID,Employee ID,Recipient Name,Recipient Email,Ship To Address,City,State,Zip,Country,Serial Number,Order Date,Status,Signed By
S-1,W-1,Ann Lee,ann.lee@corp.example,1 Elm St,Salem,OR,97301,US,C02ANNLEE01,2026-05-01,Delivered,Ann Lee
S-2,W-2,Bo Ek,bo.ek@corp.example,2 Oak St,Boise,ID,83702,US,C02BOEK0001,2026-05-02,Delivered,Ann Lee
";
const PAY: &str = "\
Employee ID,Email,Bank Name,Routing Number,Account Number,Account Type,Effective Date
W-1,ann.lee@corp.example,First Bank,123000220,7771234567,checking,2026-05-03
W-2,bo.ek@corp.example,Second Bank,123000220,8881234567,checking,2026-05-03
";
const CANDIDATES: &str = "\
Candidate ID,Name,Email,Job,Stage,Source,Applied On,Referrer,Referrer Email,Referrer Employee ID
C-9,Cy Roe,cy.roe@home.example,Engineer,Active,Referral,2026-05-01,Ann Lee,ann.lee@corp.example,W-1
";
/// What identified the person, as the exports write it.
const GONE: &[&str] = &[
    "Ann Lee",
    "ann.lee@corp.example",
    "ann@home.example",
    "503 555 0101",
    "1 Elm St",
    "C02ANNLEE01",
    "7771234567",
    "00u000001",
    "W-1",
];
const STAYS: &[&str] = &["bo.ek@corp.example", "W-2", "00u000101"];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("shipments.csv", SHIPMENTS);
    desk.write("pay.csv", PAY);
    desk.write("candidates.csv", CANDIDATES);
    let both = |day: u32| {
        sign_in(1, "ann.lee@corp.example", day).replace("00000001-aaaa", &format!("0000{day:04}-aaaa"))
            + &sign_in(101, "bo.ek@corp.example", day).replace("00000101-aaaa", &format!("0001{day:04}-aaaa"))
    };
    let log: String = (1..15).map(both).collect();
    desk.write("okta.jsonl", log + "{\"broken\": \"ann.lee@corp.example\n");
    desk
}

/// Everything that any command shows of the workspace.
fn shown(desk: &Desk) -> String {
    let mut out = String::new();
    let tables =
        desk.run(&["query", "SELECT table_name FROM information_schema.tables ORDER BY 1"]).expect(0);
    for row in tables.json() {
        let table = row["table_name"].as_str().unwrap();
        let said = desk.run(&["query", &format!("SELECT * FROM {table}")]);
        out.push_str(&said.out);
    }
    for table in ["employment", "authentication", "shipment", "pay_instruction"] {
        let ids = desk.run(&["query", &format!("SELECT record_id FROM {table}")]).expect(0);
        for row in ids.json() {
            let id = row["record_id"].as_str().unwrap();
            out.push_str(&desk.run(&["record", id, "--reveal", "--json"]).expect(0).out);
        }
    }
    out.push_str(&desk.run(&["rejects", "--json"]).expect(0).out);
    out.push_str(&desk.run(&["verify"]).expect(0).out);
    out
}

#[test]
fn nothing_of_the_person_is_left_and_everybody_else_is() {
    let desk = desk();
    desk.check(&["--purpose", "quarterly review"]).expect(0);
    desk.run(&["explain", "W-1", "--purpose", "a question of Ann Lee"]).expect(0);
    desk.run(&["explain", "W-2"]).expect(0);
    desk.run(&["query", "SELECT * FROM worker WHERE worker_id = 'W-1'"]).expect(0);
    let before = shown(&desk);
    for text in GONE.iter().chain(STAYS) {
        assert!(before.contains(text), "{text} was never there");
    }

    let said = desk.run(&["erase", "ANN.LEE@corp.example", "--purpose", "request of 12 June"]).expect(0);
    assert_eq!(said.json()[0]["records"], 17, "{}", said.out);

    let after = shown(&desk);
    for text in GONE {
        assert!(!after.to_lowercase().contains(&text.to_lowercase()), "{text} is still shown");
        assert_eq!(holding(&desk.home(), text), Vec::<String>::new(), "{text} is left in a file");
    }
    for text in STAYS {
        assert!(after.contains(text), "{text} is lost");
    }
    let history = desk.run(&["verify"]).expect(0).out;
    assert!(history.contains("one person erased (17 records)  —  request of 12 June"), "{history}");
    assert!(history.contains("whole: "), "{history}");
    desk.run(&["explain", "W-1"]).expect(2);
    desk.run(&["explain", "W-2"]).expect(0);
    let again = desk.run(&["erase", "W-1"]).expect(2);
    assert!(again.err.contains("nobody is called W-1"), "{}", again.err);
}

#[test]
fn the_person_comes_not_back_with_the_same_exports() {
    let desk = desk();
    desk.check(&[]).expect(0);
    desk.run(&["erase", "W-1"]).expect(0);
    // One more file: what was read stays as it is.
    desk.write(
        "more.jsonl",
        sign_in(900, "ann.lee@corp.example", 16) + &sign_in(901, "bo.ek@corp.example", 16),
    );
    let people = |said: &crate::desk::Said| -> Vec<Value> {
        let all = said.json();
        let workers = all.iter().filter(|person| person["population"] == "worker");
        workers.map(|person| person["worker_id"].clone()).collect()
    };
    assert_eq!(people(&desk.check(&[]).expect(0)), ["W-2"]);
    // All anew.
    std::fs::remove_file(desk.exports().join("more.jsonl")).unwrap();
    let said = desk.check(&[]).expect(0);
    assert!(said.err.contains("read anew"), "{}", said.err);
    assert_eq!(people(&said), ["W-2"]);
    let after = shown(&desk);
    for text in GONE {
        assert!(!after.to_lowercase().contains(&text.to_lowercase()), "{text} is back");
    }
    assert!(tree(&desk.exports()).values().any(|bytes| bytes.windows(7).any(|window| window == b"Ann Lee")));
}

#[test]
fn nothing_that_others_wrote_of_the_person_is_left() {
    let desk = desk();
    desk.check(&[]).expect(0);
    // the person works here too, and is called after their address, their login and their id
    for name in ["ann.lee@corp.example", "ann.lee", "W-1"] {
        add_user(&desk, name, "lead", &[]).expect(0);
    }
    add_user(&desk, "ben", "analyst", &[]).expect(0);
    let server = Server::start(&desk, &[]);
    let ben = server.sign_in("ben");
    let ann = server.sign_in("ann.lee@corp.example");
    server.sign_in("ann.lee");
    let purpose = [("purpose", "Ann Lee (W-1, ann.lee@corp.example) asked about C02ANNLEE01.")];
    ben.post("/worker/W-2/open", &purpose).expect(303);
    ann.post("/worker/W-2/open", &[("purpose", "Review of remote hires in June")]).expect(303);
    let token = json!({"label": "script of ann.lee@corp.example", "scopes": ["read"], "days": 1});
    ben.api("POST", "/api/v1/tokens", &token).expect(201);
    server.kill();
    // somebody else was drawn, and what was found of them names her
    desk.run(&["weights", "sample", "2", "--seed", "1", "--purpose", "audit of the quarter"]).expect(0);
    let found = ["weights", "found", "W-2", "--outcome", "cleared", "--purpose"];
    desk.run(&[&found[..], &["Ann Lee (W-1) vouched for them on a call."]].concat()).expect(0);
    assert!(!holding(&desk.home(), "Ann Lee (W-1) vouched").is_empty());

    let said = desk.run(&["erase", "W-1", "--purpose", "request of 12 June"]).expect(0);
    assert_eq!(said.json()[0]["accounts"], 3, "{}", said.out);
    for text in GONE.iter().chain(&["ann.lee", "script of ann"]) {
        assert_eq!(holding(&desk.home(), text), Vec::<String>::new(), "{text} is left in a file");
    }
    let history = desk.run(&["verify"]).expect(0).out;
    assert!(history.contains("whole: ") && history.contains("(erased)"), "{history}");
    // whoever had another name still works, and what they wrote stands without hers
    let server = Server::start(&desk, &[]);
    server.sign_in("ben").get("/").expect(200);
    assert_eq!(server.login("ann.lee@corp.example", crate::browser::PASSWORD).status, 401);
    assert_eq!(server.login("erased-4", crate::browser::PASSWORD).status, 401);
    let drawn = desk.run(&["weights", "sample", "--json"]).out;
    assert!(drawn.contains("W-2") && drawn.contains("cleared"), "{drawn}");
}
