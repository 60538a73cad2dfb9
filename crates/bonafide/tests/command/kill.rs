//! `kill -9` at any moment leaves the old state or the new one, never anything between, and the next check leaves
//! nothing behind.

use std::collections::{BTreeMap, BTreeSet};
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

/// A few questions of each kind: every step of a check is there to be killed in, and none takes long.
const SCOPE: &str = r#"indicators = ["bank-account-shared", "ship-to-shared", "device-token-shared", "egress-shared",
    "sign-ins-mostly-hidden", "impossible-travel", "bank-change-early"]
"#;

fn people(desk: &Desk, scope: &str) -> (String, Said) {
    let said = desk.check(&["--scope", scope]);
    assert!(said.code <= 1, "{}", said.err);
    (said.json()[0]["worker_id"].as_str().unwrap().to_owned(), said)
}

/// What the state says now, without another check.
fn state(desk: &Desk, worker: &str) -> Result<String, String> {
    let said = desk.run(&["explain", worker]);
    if said.code == 0 { Ok(said.out) } else { Err(said.err) }
}

fn kill_after(desk: &Desk, scope: &str, wait: Duration) -> bool {
    let exports = desk.exports();
    let mut command = desk.command(&["check", exports.to_str().unwrap(), "--json", "--scope", scope]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

/// What a workspace says before and after a log is changed.
struct States {
    scope: String,
    worker: String,
    exports: BTreeMap<String, Vec<u8>>,
    log: String,
    new_log: Vec<u8>,
    old: (String, String),
    new: (String, String),
}

impl States {
    /// From workspaces that nobody disturbed; also how long a check takes.
    fn of(desk: &Desk) -> (Self, Duration) {
        desk.company(20, 8, "payroll_ring");
        let scope = desk.exports().with_file_name("scope.toml");
        std::fs::write(&scope, SCOPE).unwrap();
        let scope = scope.to_str().unwrap().to_owned();
        let exports = tree(&desk.exports());
        let since = Instant::now();
        let (worker, old) = people(desk, &scope);
        let whole = since.elapsed();
        let old = (old.out, state(desk, &worker).unwrap());
        let log = exports.keys().find(|name| name.starts_with("okta/")).unwrap().clone();
        let old_log = String::from_utf8(exports[&log].clone()).unwrap();
        let lines: Vec<&str> = old_log.lines().collect();
        let new_log = (lines[..lines.len() / 20].join("\n") + "\n").into_bytes();
        desk.write(&log, &new_log);
        let (_, new) = people(desk, &scope);
        let new = (new.out, state(desk, &worker).unwrap());
        assert_ne!(old, new, "the two states must differ to be told apart");
        (Self { scope, worker, exports, log, new_log, old, new }, whole)
    }

    /// Kills the first check of a folder and one after a change; how many of the two were under way.
    fn killed_at(&self, at: usize, wait: Duration) -> u32 {
        let desk = Desk::new();
        self.exports.iter().for_each(|(name, bytes)| _ = desk.write(name, bytes));
        // From nothing: no state, or the whole one.
        let mut killed = u32::from(kill_after(&desk, &self.scope, wait));
        match state(&desk, &self.worker) {
            Ok(found) => assert_eq!(found, self.old.1, "point {at}, {wait:?}"),
            Err(told) => assert!(told.contains("hint: bonafide check"), "point {at}, {wait:?}: {told}"),
        }
        assert_eq!(people(&desk, &self.scope).1.out, self.old.0, "point {at}, {wait:?}");
        assert_eq!(orphans(&desk.workspace()), Vec::<String>::new(), "point {at}, {wait:?}");
        // A changed file: the old state, or the new one.
        desk.write(&self.log, &self.new_log);
        killed += u32::from(kill_after(&desk, &self.scope, wait));
        let found = state(&desk, &self.worker).unwrap();
        assert!(found == self.old.1 || found == self.new.1, "point {at}, {wait:?}: {found}");
        assert_eq!(people(&desk, &self.scope).1.out, self.new.0, "point {at}, {wait:?}");
        assert_eq!(orphans(&desk.workspace()), Vec::<String>::new(), "point {at}, {wait:?}");
        desk.run(&["verify"]).expect(0);
        killed
    }
}

/// Workspaces that are disturbed at the same time.
const AT_ONCE: usize = 2;

fn killed_at_many_points(points: u32) {
    let undisturbed = Desk::new();
    let (states, whole) = States::of(&undisturbed);
    let all: Vec<(usize, Duration)> = moments(points, whole.mul_f64(1.05)).enumerate().collect();
    let killed: u32 = std::thread::scope(|scope| {
        let part = |first: usize| {
            let own = all.iter().skip(first).step_by(AT_ONCE);
            let states = &states;
            scope.spawn(move || own.map(|(at, wait)| states.killed_at(*at, *wait)).sum::<u32>())
        };
        let parts: Vec<_> = (0..AT_ONCE).map(part).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
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
