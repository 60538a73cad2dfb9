//! `scope.toml` limits who may be judged, on what, on which basis, until when.

use std::collections::BTreeSet;

use crate::desk::{Desk, Said};

fn people(said: &Said) -> BTreeSet<String> {
    said.json().iter().map(|person| person["worker_id"].as_str().unwrap().to_owned()).collect()
}

/// A company with a ring in it, checked under a scope.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.company(24, 10, "payroll_ring");
    desk
}

fn scoped(desk: &Desk, scope: &str) -> Said {
    std::fs::write(desk.root().join("scope.toml"), scope).unwrap();
    desk.check(&["--scope", "scope.toml"])
}

#[test]
fn whoever_is_outside_is_never_a_subject() {
    let desk = desk();
    let all = people(&desk.check(&[]));
    assert_eq!(all.len(), 24);
    let gone = all.first().unwrap().clone();
    let kept = people(&scoped(&desk, &format!("except = ['{gone}']\nbasis = 'works agreement 12'")));
    assert_eq!(kept, all.iter().filter(|id| **id != gone).cloned().collect());
    let said = desk.run(&["explain", &gone]).expect(2);
    assert!(said.err.contains("outside the scope"), "{}", said.err);
    desk.run(&["explain", &gone, "--indicator", "ship-to-shared"]).expect(2);
    let other = kept.first().unwrap();
    assert!(desk.run(&["explain", other, "--json"]).expect(0).out.contains("works agreement 12"));

    assert_eq!(people(&scoped(&desk, &format!("workers = ['{gone}']"))), BTreeSet::from([gone]));
    assert!(people(&scoped(&desk, "populations = ['applicant']")).is_empty());
    assert!(people(&scoped(&desk, "places_of_employment = ['AQ']")).is_empty());
    let here = people(&scoped(&desk, "places_of_employment = ['us']"));
    assert!(!here.is_empty() && here.len() <= 24);
    assert_eq!(people(&desk.check(&[])), all, "and without a scope everybody again");
}

#[test]
fn sources_and_indicators_can_be_left_out() {
    let desk = desk();
    let found = |said: &Said| -> BTreeSet<String> {
        let people = said.json();
        let all = people.iter().flat_map(|person| person["evidence"].as_array().unwrap().clone());
        all.map(|item| item["indicator"].as_str().unwrap().to_owned()).collect()
    };
    let all = found(&desk.check(&[]));
    assert!(all.len() > 1, "{all:?}");
    let one = all.first().unwrap().clone();
    let only = found(&scoped(&desk, &format!("indicators = ['{one}']")));
    assert_eq!(only, BTreeSet::from([one]));
    let said = scoped(&desk, "sources = ['roster', 'okta']");
    assert!(said.code <= 1, "{}", said.err);
    let tables = desk.run(&["query", "SELECT DISTINCT source FROM coverage ORDER BY 1"]).expect(0);
    let sources: Vec<String> =
        tables.json().iter().map(|row| row["source"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sources, ["okta", "roster"], "what may not be read is not read");
}

#[test]
fn it_ends_and_a_mistake_in_it_is_told_before_anything_is_read() {
    let desk = desk();
    for (scope, told) in [
        ("until = '2026-01-01'", "it ended on 2026-01-01"),
        ("until = 'soon'", "no date YYYY-MM-DD"),
        ("populations = ['everybody']", "no population is called everybody"),
        ("places_of_employment = ['Germany']", "no code of two letters"),
        ("sources = ['orkta']", "no source is called orkta"),
        ("indicators = ['nonsense']", "no indicator is called nonsense"),
        ("except = 'W-1'", "scope.toml"),
        ("exept = ['W-1']", "scope.toml"),
        ("mode = 'sometimes'", "scope.toml"),
    ] {
        let said = scoped(&desk, scope).expect(3);
        assert!(said.err.contains(told), "{scope}: {}", said.err);
        assert!(said.out.is_empty());
    }
    assert!(desk.check(&["--scope", "nowhere.toml"]).expect(3).err.contains("nowhere.toml"));
    assert!(scoped(&desk, "until = '2026-07-31'").code <= 1);
}

#[test]
fn limits_are_never_dropped_in_silence() {
    let desk = desk();
    let all = people(&desk.check(&[]));
    let gone = all.first().unwrap().clone();
    scoped(&desk, &format!("except = ['{gone}']"));
    std::fs::remove_file(desk.root().join("scope.toml")).unwrap();
    let said = desk.run(&["explain", &gone]).expect(3);
    assert!(said.err.contains("scope.toml"), "{}", said.err);
    // The workspace's own scope needs no naming.
    std::fs::write(desk.workspace().join("scope.toml"), format!("except = ['{gone}']")).unwrap();
    assert!(!people(&desk.check(&[])).contains(&gone));
}

#[test]
fn mode_trigger_assesses_nobody_until_a_strong_fact_exists() {
    let desk = desk();
    let whole = desk.check(&[]);
    let strong = |person: &serde_json::Value| {
        let tiers = person["evidence"].as_array().unwrap().iter();
        tiers.into_iter().any(|item| item["tier"] == "T1" || item["tier"] == "T2")
    };
    let expected: BTreeSet<String> = whole
        .json()
        .iter()
        .filter(|person| strong(person))
        .map(|person| person["worker_id"].as_str().unwrap().to_owned())
        .collect();
    let said = scoped(&desk, "mode = 'trigger'");
    let found = people(&said);
    assert!(!found.is_empty() && found.len() < 24, "{found:?}");
    assert!(found.is_subset(&expected), "{found:?} of {expected:?}");
    let other = people(&whole).into_iter().find(|id| !expected.contains(id)).unwrap();
    desk.run(&["explain", &other]).expect(2);
    desk.run(&["explain", &other, "--indicator", "ship-to-shared"]).expect(2);
}
