//! Decisions teach the weights: from cases decided in the browser and people drawn at random to a version that is tested,
//! applied, taken back and reproduced.

use serde_json::{Value, json};

use crate::browser::{Browser, Server, add_user};
use crate::desk::{Desk, Said};

const WHY: &str = "The laptop was shown on a call by appointment.";

fn work(by: &Browser<'_>, case: &str, command: &Value) {
    by.api("POST", &format!("/api/v1/cases/{case}/commands"), command).expect(200);
}

/// Clears the first case and confirms the others, each by two people. How many of both.
fn decide(desk: &Desk) -> (usize, usize) {
    for (name, role) in [("ana", "analyst"), ("ben", "analyst")] {
        add_user(desk, name, role, &[]).expect(0);
    }
    let server = Server::start(desk, &[]);
    let (ana, ben) = (server.sign_in("ana"), server.sign_in("ben"));
    let list = ana.api("GET", "/api/v1/cases?view=all", &Value::Null).expect(200).json();
    let cases: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["case"].as_str().unwrap().to_owned())
        .collect();
    let (mut confirmed, mut cleared) = (0, 0);
    for (at, case) in cases.iter().enumerate() {
        ana.post(&format!("/case/{case}/open"), &[("purpose", "to decide it")]).expect(303);
        let outcome = if at == 0 { "cleared" } else { "confirmed" };
        work(&ana, case, &json!({"version": 1, "do": "decide", "outcome": outcome, "reason": WHY}));
        if at == 0 {
            cleared += 1;
            continue;
        }
        ben.post(&format!("/case/{case}/open"), &[("purpose", "to agree or not")]).expect(303);
        work(&ben, case, &json!({"version": 2, "do": "approve"}));
        confirmed += 1;
    }
    server.kill();
    (confirmed, cleared)
}

fn as_user(desk: &Desk, name: &str, words: &[&str]) -> Said {
    Said::of(desk.command(words).env("USER", name).output().unwrap())
}

#[test]
fn decisions_become_a_version_that_is_tested_applied_and_taken_back() {
    let desk = Desk::new();
    desk.company(80, 30, "hosted_farm,payroll_ring,hardware_kvm");
    let before = desk.check(&[]).expect(1);
    let (confirmed, cleared) = decide(&desk);
    assert!(confirmed >= 2 && cleared == 1, "{confirmed} {cleared}");

    // people whom nothing flagged
    let drawn = desk.run(&["weights", "sample", "8", "--seed", "5", "--json"]).expect(0).json();
    let flagged: Vec<String> = before
        .json()
        .iter()
        .filter(|one| one["case"] == true)
        .map(|one| one["worker_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(drawn.len(), 8);
    assert!(drawn.iter().all(|one| !flagged.iter().any(|id| one["worker_id"] == id.as_str())));
    let stands_for = drawn[0]["stands_for"].as_f64().unwrap();
    let assessed = before.json().len();
    assert!((stands_for - (assessed - flagged.len()) as f64 / 8.0).abs() < 1e-9, "{stands_for}");
    for one in &drawn {
        let id = one["worker_id"].as_str().unwrap();
        let words = ["weights", "found", id, "--outcome", "cleared", "--purpose", WHY];
        as_user(&desk, "ana", &words).expect(0);
    }
    let stranger = desk.run(&["weights", "found", &flagged[0], "--outcome", "cleared", "--purpose", WHY]);
    assert!(stranger.expect(2).err.contains("was not drawn"));

    // learned, and not applied
    let learned = desk.run(&["weights", "learn", "--json"]).expect(0).json().remove(0);
    assert_eq!(learned["version"], 1);
    assert_eq!(learned["decisions"], json!([confirmed, cleared + 8]));
    let moved = learned["moved"].as_array().unwrap();
    assert!(!moved.is_empty());
    assert!(moved.iter().all(|one| one["shift_bits"].as_f64().unwrap().abs() <= 2.0), "{moved:?}");
    assert_eq!(desk.check(&[]).out, before.out, "a version that is not applied judges nobody");
    assert!(desk.check(&["--weights", "1"]).expect(3).err.contains("never applied"));

    let people: Vec<Value> = before.json();
    let sheet = |group: &dyn Fn(usize, &str) -> &'static str| {
        let mut text = "worker_id,group\n".to_owned();
        for (at, one) in people.iter().enumerate() {
            let id = one["worker_id"].as_str().unwrap();
            text.push_str(&format!("{id},{}\n", group(at, id)));
        }
        let path = desk.root().join("groups.csv");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    // people come most probable first: the first quarter against the rest is as unfair as can be
    let unfair = sheet(&|at, _| if at < people.len() / 4 { "group-of-quince" } else { "group-of-medlar" });
    let refused = desk.run(&["weights", "apply", "1", "--groups", &unfair]).expect(3);
    assert!(refused.err.contains("does not pass"), "{}", refused.err);
    let few = desk.root().join("few.csv");
    std::fs::write(&few, "worker_id,group\nW-0001,a\nW-0002,b\n").unwrap();
    assert!(
        desk.run(&["weights", "apply", "1", "--groups", few.to_str().unwrap()])
            .expect(2)
            .err
            .contains("80 %")
    );
    assert_eq!(desk.check(&[]).out, before.out);

    // every second person: nobody is hit more often
    let fair = sheet(&|at, _| if at % 2 == 0 { "group-of-quince" } else { "group-of-medlar" });
    let tested = desk.run(&["weights", "apply", "1", "--groups", &fair, "--json"]).expect(0);
    assert!(tested.err.contains("with a chance of at most"), "its power is stated: {}", tested.err);
    let tested = tested.json().remove(0);
    assert_eq!((&tested["applied"], &tested["table"]["passes"]), (&json!(true), &json!(true)));
    let weights = desk.run(&["weights", "--json"]).expect(0).json();
    let first = &moved[0];
    let line = weights.iter().find(|one| one["indicator"] == first["indicator"]).unwrap();
    assert_eq!((&line["version"], &line["shift_bits"]), (&json!(1), &first["shift_bits"]));
    let after = desk.check(&[]);
    assert_ne!(after.out, before.out);
    assert_eq!(desk.check(&["--weights", "0"]).out, before.out, "an old assessment, made again");
    assert_eq!(desk.check(&["--weights", "1"]).out, after.out);

    // nothing of the groups is kept anywhere, and everything that was done is in the history
    for word in ["group-of-quince", "group-of-medlar"] {
        assert!(crate::desk::holding(&desk.home(), word).is_empty(), "{word}");
    }
    let history = desk.run(&["verify"]).expect(0).out;
    for action in [
        "sample drawn",
        "drawn at random",
        "sample finding",
        "weights learned",
        "weights refused",
        "weights applied",
    ] {
        assert!(history.contains(action), "{action}: {history}");
    }
    desk.run(&["weights", "apply", "--shipped"]).expect(0);
    assert_eq!(desk.check(&[]).out, before.out);
}
