//! `kill -9` at any moment leaves the old state or the new one, never anything between, and the next check leaves
//! nothing behind.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::desk::{Desk, Said, tree};

/// Files of the lake that its state does not need.
fn orphans(workspace: &Path) -> Vec<String> {
    let lake = workspace.join("lake");
    let names: Vec<String> = tree(&lake).into_keys().filter(|name| !name.ends_with(".lock")).collect();
    let newest = names.iter().filter(|name| name.starts_with("manifest/")).max().unwrap();
    let state: Value = serde_json::from_slice(&std::fs::read(lake.join(newest)).unwrap()).unwrap();
    let mut needed = BTreeSet::from([newest.clone()]);
    let files = state["tables"].as_object().unwrap().values().flat_map(|files| files.as_array().unwrap());
    needed.extend(files.map(|file| file["path"].as_str().unwrap().to_owned()));
    let entries = state["files"].as_array().unwrap();
    needed.extend(entries.iter().filter_map(|entry| entry["raw"].as_str()).map(str::to_owned));
    for name in &needed {
        assert!(names.contains(name), "{name} is needed and lost");
    }
    let is_answer = |name: &str| name.starts_with("kept/") && !name.ends_with(".part");
    names.into_iter().filter(|name| !needed.contains(name) && !is_answer(name)).collect()
}

/// Moments spread over a time with some disorder, always the same.
fn moments(count: u32, whole: Duration) -> impl Iterator<Item = Duration> {
    (0..count).map(move |at| {
        let disorder = f64::from((at * 7919 + 13) % 97) / 97.0;
        whole.mul_f64((f64::from(at) + disorder) / f64::from(count))
    })
}

fn people(desk: &Desk) -> (String, Said) {
    let said = desk.check(&[]);
    assert!(said.code <= 1, "{}", said.err);
    (said.json()[0]["worker_id"].as_str().unwrap().to_owned(), said)
}

/// What the state says now, without another check.
fn state(desk: &Desk, worker: &str) -> Result<String, String> {
    let said = desk.run(&["explain", worker]);
    if said.code == 0 { Ok(said.out) } else { Err(said.err) }
}

fn kill_after(desk: &Desk, wait: Duration) -> bool {
    let exports = desk.exports();
    let mut command = desk.command(&["check", exports.to_str().unwrap(), "--json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

fn killed_at_many_points(points: u32) {
    // The two states, from workspaces that nobody disturbed.
    let undisturbed = Desk::new();
    undisturbed.company(20, 8, "payroll_ring");
    let since = Instant::now();
    let (worker, old) = people(&undisturbed);
    let whole = since.elapsed();
    let old_state = state(&undisturbed, &worker).unwrap();
    let log = tree(&undisturbed.exports()).into_keys().find(|name| name.starts_with("okta/")).unwrap();
    let old_log = std::fs::read_to_string(undisturbed.exports().join(&log)).unwrap();
    let lines: Vec<&str> = old_log.lines().collect();
    let new_log = lines[..lines.len() / 20].join("\n") + "\n";
    std::fs::write(undisturbed.exports().join(&log), &new_log).unwrap();
    let (_, new) = people(&undisturbed);
    let new_state = state(&undisturbed, &worker).unwrap();
    assert_ne!(old.out, new.out, "the two states must differ to be told apart");

    let mut killed = 0;
    for (at, wait) in moments(points, whole.mul_f64(1.05)).enumerate() {
        let desk = Desk::new();
        let copy = |text: &str| {
            for (name, bytes) in tree(&undisturbed.exports()) {
                let bytes = if name == log { text.as_bytes().to_vec() } else { bytes };
                desk.write(&name, bytes);
            }
        };
        copy(&old_log);
        // From nothing: no state, or the whole one.
        killed += u32::from(kill_after(&desk, wait));
        match state(&desk, &worker) {
            Ok(found) => assert_eq!(found, old_state, "point {at}, {wait:?}"),
            Err(told) => assert!(told.contains("hint: bonafide check"), "point {at}, {wait:?}: {told}"),
        }
        assert_eq!(people(&desk).1.out, old.out, "point {at}, {wait:?}");
        assert_eq!(orphans(&desk.workspace()), Vec::<String>::new(), "point {at}, {wait:?}");
        // A changed file: the old state, or the new one.
        copy(&new_log);
        killed += u32::from(kill_after(&desk, wait));
        let found = state(&desk, &worker).unwrap();
        assert!(found == old_state || found == new_state, "point {at}, {wait:?}: {found}");
        assert_eq!(people(&desk).1.out, new.out, "point {at}, {wait:?}");
        assert_eq!(orphans(&desk.workspace()), Vec::<String>::new(), "point {at}, {wait:?}");
        desk.run(&["verify"]).expect(0);
    }
    assert!(killed >= points, "{killed} of {} were killed: too fast to tell", points * 2);
}

#[test]
fn killed_at_some_points() {
    killed_at_many_points(6);
}

#[test]
#[ignore = "long"]
fn killed_at_fifty_points() {
    killed_at_many_points(50);
}
