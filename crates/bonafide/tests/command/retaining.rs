//! Detail of cleared people goes by itself, from every byte of the store; a hold keeps it, and nobody is accused twice.

use serde_json::{Value, json};

use crate::browser::{Browser, Server};
use crate::desk::{Desk, holding};
use crate::serving::office;

const WHY: &str = "HR approved it; her landlord Quillfeather confirmed.";

/// Opens the person of a case, writes a note, and clears them.
fn clear(by: &Browser<'_>, case: &str, purpose: &str) {
    by.post(&format!("/case/{case}/open"), &[("purpose", purpose)]).expect(303);
    let path = format!("/api/v1/cases/{case}/commands");
    let note = json!({"version": 1, "do": "note", "text": format!("marmalade in {case}")});
    by.api("POST", &path, &note).expect(200);
    let decide =
        json!({"version": 2, "do": "decide", "outcome": "cleared", "reason": format!("{WHY} {case}")});
    by.api("POST", &path, &decide).expect(200);
}

fn store_holds(desk: &Desk, text: &str) -> bool {
    holding(&desk.workspace(), text).iter().any(|name| name.contains("store"))
}

#[test]
fn detail_of_the_cleared_goes_and_a_hold_keeps_it() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    let ana = server.sign_in("analyst");
    clear(&ana, "C-1", "A purpose about clementines");
    clear(&ana, "C-2", "A purpose about pineapples");
    server.kill();
    desk.run(&["hold", "C-2", "--purpose", "Counsel asked for it in June."]).expect(0);
    assert!(desk.run(&["forget"]).expect(3).err.contains("after how many days"));
    let not_yet = desk.run(&["forget", "--days", "30", "--json"]).expect(0).json();
    assert_eq!(
        (&not_yet[0]["cases"], &not_yet[0]["kept"], &not_yet[0]["held"]),
        (&json!([]), &json!(1), &json!(1))
    );
    let dry = desk.run(&["forget", "--days", "0", "--dry-run", "--json"]).expect(0).json();
    assert_eq!(dry[0]["cases"], json!(["C-1"]));
    assert!(store_holds(&desk, "marmalade in C-1"), "a dry run takes nothing");

    let gone = desk.run(&["forget", "--days", "0", "--json"]).expect(0).json();
    assert_eq!((&gone[0]["cases"], &gone[0]["held"]), (&json!(["C-1"]), &json!(1)));
    for text in ["marmalade in C-1", "confirmed. C-1", "clementines"] {
        assert!(!store_holds(&desk, text), "{text} is still there");
    }
    for text in ["marmalade in C-2", "confirmed. C-2", "pineapples"] {
        assert!(store_holds(&desk, text), "{text} is held and gone");
    }
    let said = desk.run(&["verify"]).expect(0).out;
    assert!(said.contains("whole:") && said.contains("C-1: cleared more than 0 days ago."), "{said}");
    assert_eq!(
        desk.run(&["forget", "--days", "0", "--json"]).expect(0).json()[0]["cases"],
        json!([]),
        "once"
    );

    // checked again, the same records do not open the case again
    desk.check(&[]);
    let server = Server::start(&desk, &[]);
    let lea = server.sign_in("lead");
    let cases =
        |view: &str| lea.api("GET", &format!("/api/v1/cases?view={view}"), &Value::Null).expect(200).json();
    let all = cases("all");
    let rows = all["items"].as_array().unwrap();
    let first = rows.iter().find(|row| row["case"] == "C-1").unwrap();
    assert_eq!(first["state"], "cleared");
    let mut people: Vec<&str> = rows.iter().map(|row| row["person"].as_str().unwrap()).collect();
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), rows.len(), "nobody has two cases");
}

#[test]
fn the_server_lets_detail_go_by_itself_and_says_so() {
    let (desk, _) = office();
    let server = Server::start(&desk, &[]);
    clear(&server.sign_in("analyst"), "C-1", "A purpose about clementines");
    let health = server.sign_in("lead").api("GET", "/api/v1/health", &Value::Null).expect(200).json();
    assert!(health["retention"]["cleared_days"].is_null());
    server.kill();
    let setting = desk.workspace().join("serve.toml");
    std::fs::write(&setting, "[retention]\ncleared_days = 30\n").unwrap();
    let server = Server::start(&desk, &[]);
    let health = server.sign_in("lead").api("GET", "/api/v1/health", &Value::Null).expect(200).json();
    let kept = &health["retention"];
    assert_eq!((&kept["cleared_days"], &kept["kept"], &kept["due"]), (&json!(30), &json!(1), &json!(0)));
    assert!(kept["next"].is_string());
    server.kill();
    std::fs::write(&setting, "[retention]\ncleared_days = 0\n").unwrap();
    let server = Server::start(&desk, &[]);
    crate::receiver::until("the detail goes", || !store_holds(&desk, "marmalade in C-1"));
    let page = server.sign_in("viewer").get("/health").expect(200).body;
    assert!(page.contains("goes after 0 days") && page.contains("Looked last"), "{page}");
    assert!(desk.run(&["verify"]).expect(0).out.contains("detail gone"));
}
