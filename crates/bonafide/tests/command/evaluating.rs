//! `bonafide evaluate`: from truth and assessments to figures, ours and a stranger's.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::desk::{Desk, Said};

const WORKERS: &str = "\
worker_id,positive,observable,scheme,role,farm,first_tell,look_alikes,group
A,1,1,hosted_farm,operated,F-1,2026-06-01T09:00:00Z,,g0
B,1,1,hosted_farm,operated,F-1,2026-06-08T09:00:00Z,,g1
C,0,0,,,,,couple,g0
D,0,0,,,,,,g1
";

/// A stranger's tool: a score and an opinion.
fn said(open: &[&str]) -> String {
    let line = |(at, id): (usize, &str)| {
        format!("{{\"id\":\"{id}\",\"score\":{},\"case\":{}}}\n", 9 - at, open.contains(&id))
    };
    ["A", "B", "C", "D"].into_iter().enumerate().map(line).collect()
}

fn evaluate(desk: &Desk, words: &[&str]) -> Said {
    let truth = desk.root().join("truth").display().to_string();
    let words: Vec<&str> = ["evaluate", "--truth", &truth].iter().chain(words).copied().collect();
    desk.run(&words)
}

fn company() -> Desk {
    let desk = Desk::new();
    let truth = desk.root().join("truth");
    std::fs::create_dir(&truth).unwrap();
    std::fs::write(truth.join("workers.csv"), WORKERS).unwrap();
    std::fs::write(truth.join("plan.json"), "{\"days\": 30, \"first_day\": \"2026-06-01\"}").unwrap();
    desk
}

fn file(desk: &Desk, name: &str, text: &str) -> String {
    let path = desk.root().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_strangers_assessments_are_measured_and_what_is_missing_is_said() {
    let desk = company();
    let said = file(&desk, "said.jsonl", &said(&["A", "C"]));
    let shown = evaluate(&desk, &["--assessments", &said, "--json"]).expect(0);
    let figures = shown.json().remove(0);
    assert_eq!(figures["cases"]["recall"]["k"], 1);
    assert_eq!(figures["cases"]["wrong"], 1);
    assert_eq!(figures["average_precision"], 1.0);
    assert_eq!(figures["recall_at"][0]["recall"]["value"], 1.0);
    assert!(figures["calibration"].is_null());
    assert!(shown.err.contains("missing: assessments have no probability"), "{}", shown.err);
    let into = desk.root().join("figures.json").display().to_string();
    let written = evaluate(&desk, &["--assessments", &said, "--json", &into]).expect(0);
    assert!(written.out.contains("cases  2 open: 1 of 2 found, 1 innocents accused"), "{}", written.out);
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(&into).unwrap()).unwrap();
    assert_eq!(stored, figures);
    let equals = desk.root().join("other.json").display().to_string();
    evaluate(&desk, &[&format!("--json={equals}"), "--assessments", &said]).expect(0);
    assert_eq!(std::fs::read(&equals).unwrap(), std::fs::read(&into).unwrap());
    let truth = desk.root().join("truth").display().to_string();
    let two = evaluate(&desk, &[&truth, "--assessments", &said, &said, "--json"]).expect(0);
    assert_eq!(two.json().remove(0)["data"]["worlds"], 2, "--truth A B --assessments X Y");
    assert!(desk.run(&["sources", "--json=x"]).code != 0, "elsewhere --json has no file");
}

#[test]
fn the_help_of_synth_names_every_source_and_scheme() {
    let help = Desk::new().run(&["synth", "--help"]).expect(0).out;
    for name in ["collector", "remote", "okta", "assignment", "hosted_farm (S4", "persona_cluster", "--share"]
    {
        assert!(help.contains(name), "no {name} in\n{help}");
    }
}

#[test]
fn assessments_come_from_a_pipe_too() {
    let desk = company();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.args(["evaluate", "--json", "--assessments", "-", "--truth"]).arg(desk.root());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(said(&["A"]).as_bytes()).unwrap();
    let figures = Said::of(child.wait_with_output().unwrap()).expect(0).json().remove(0);
    assert_eq!(figures["cases"]["open"], 1, "the folder that holds one called truth will do");
}

#[test]
fn a_folder_of_days_tells_how_long_it_took() {
    let desk = company();
    for (day, open) in [("2026-06-05", vec![]), ("2026-06-10", vec!["A"]), ("2026-06-15", vec!["A", "B"])] {
        file(&desk, &format!("days/{day}.jsonl"), &said(&open));
    }
    let days = desk.root().join("days").display().to_string();
    let figures = evaluate(&desk, &["--assessments", &days, "--json"]).expect(0).json().remove(0);
    assert_eq!(figures["delay"]["found"], 2);
    assert_eq!(figures["delay"]["median_days"], 8.0, "nine days and seven");
    assert_eq!(figures["delay"]["resolution_days"], 5);
}

#[test]
fn what_is_no_truth_or_no_assessment_is_refused() {
    let desk = company();
    let good = file(&desk, "said.jsonl", &said(&["A"]));
    let broken = file(&desk, "broken.jsonl", "{\"id\":\"A\",\"score\":1}\nnonsense\n");
    let told = evaluate(&desk, &["--assessments", &broken]).expect(2);
    assert!(told.err.contains("broken.jsonl:2: no JSON"), "{}", told.err);
    assert!(evaluate(&desk, &["--assessments", "gone.jsonl"]).expect(2).err.contains("gone.jsonl"));
    let two = evaluate(&desk, &["--assessments", &good, "--assessments", &good]).expect(3);
    assert!(two.err.contains("one --assessments for each --truth"), "{}", two.err);
    std::fs::remove_file(desk.root().join("truth/workers.csv")).unwrap();
    assert!(evaluate(&desk, &["--assessments", &good]).expect(2).err.contains("workers.csv: not there"));
}

#[test]
fn our_own_assessments_of_a_written_company_are_measured_whole() {
    let desk = Desk::new();
    let world = desk.root().join("world");
    let words = ["--seed", "71", "--workers", "60", "--days", "21", "--schemes", "hosted_farm"];
    desk.run(&[&["synth", "--out", &world.display().to_string()][..], &words].concat()).expect(0);
    let exports = world.join("exports").display().to_string();
    let checked = desk.run(&["check", &exports, "--json"]).expect(1);
    let said = file(&desk, "said.jsonl", &checked.out);
    let truth = world.join("truth").display().to_string();
    let shown = desk.run(&["evaluate", "--truth", &truth, "--assessments", &said, "--json"]).expect(0);
    assert_eq!(shown.err, "", "nothing of ours is missing");
    let figures = shown.json().remove(0);
    assert_eq!(figures["data"]["people"], 60);
    assert_eq!(figures["cases"]["wrong"], 0);
    assert!(figures["cases"]["recall"]["k"].as_u64() > Some(0), "{}", figures["cases"]);
    assert!(figures["calibration"]["as_printed"]["expected"].as_f64() > Some(0.0));
    assert!(figures["indicators"].as_array().is_some_and(|list| list.len() > 3));
}
