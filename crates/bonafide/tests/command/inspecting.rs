//! Hardware judged from files: whoever listens may go away, and a file that is missing keeps no other from being judged.

use std::collections::BTreeSet;
use std::io::pipe;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::desk::{Desk, ROSTER};

const MOUSE: &str = "05010902a10109010930093115 81257f750895028106c0";

fn command(words: &[&str], paths: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.arg("inspect").args(words).args(paths).stdin(Stdio::null());
    command
}

#[test]
fn a_listener_that_goes_away_ends_it_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear Sir,\n").unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, format!("{}\n", MOUSE.replace(' ', "")).repeat(20_000)).unwrap();
    for words in [&["--all"][..], &["--json"]] {
        // Nobody reads the data.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&list]);
        let told = told.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((told.status.code(), told.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
        // Nobody reads anything; there is narration, of the letter.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&letter, &list]);
        let status = told.stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(0), "{words:?}");
        // Nobody reads the narration: the data comes whole.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&letter, &list]);
        let told = told.stdout(Stdio::piped()).stderr(writer).output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{words:?}");
        assert!(told.stdout.iter().filter(|byte| **byte == b'\n').count() >= 20_000, "{words:?}");
    }
}

#[test]
fn a_missing_file_is_told_and_the_others_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, MOUSE.replace(' ', "")).unwrap();
    let missing = folder.path().join("missing.txt");
    let told = command(&["--json"], &[&missing, &list]).output().unwrap();
    assert_eq!(told.status.code(), Some(2), "not clean: one was not read");
    assert!(String::from_utf8_lossy(&told.stderr).contains("missing.txt"));
    assert!(String::from_utf8_lossy(&told.stdout).contains("\"ordinary\""));
}

/// A session as both sides can tell it: tool, direction, far side, address, beginning, seconds, whether somebody was let in.
type Told = [String; 7];

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// Logs of several tools, each as it lies on the computer that wrote it: `inspect` folds their lines at once, `check`
/// makes a row of each and puts rows together when it is asked.
#[test]
fn check_knows_the_sessions_that_inspect_tells() {
    let logs: [(&str, &[u8]); 6] = [
        ("ad_svc.trace", include_bytes!("../../../sources/fixtures/remote/ad_svc.trace")),
        ("connections.txt", include_bytes!("../../../sources/fixtures/remote/connections.txt")),
        ("connections_incoming.txt", include_bytes!("../../../sources/fixtures/remote/connections_incoming.txt")),
        ("logfile.log", include_bytes!("../../../sources/fixtures/remote/logfile.log")),
        ("rustdesk.log", include_bytes!("../../../sources/fixtures/remote/rustdesk.log")),
        (
            "syslog",
            b"2026-06-02T09:14:28+00:00 host chromoting[12]: Client connected: op@example.com/chromoting_ftl_1.\n\
              2026-06-02T09:24:28+00:00 host chromoting[12]: Client disconnected: op@example.com/chromoting_ftl_1.\n\
              2026-06-02T09:30:00+00:00 host chromoting[12]: Access denied for client: x@example.com/chromoting_ftl_2.\n",
        ),
    ];
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    let mut files = Vec::new();
    for (at, (name, bytes)) in logs.iter().enumerate() {
        let folder = format!("LT-004{at}");
        files.push(desk.write(&format!("{folder}/{name}"), bytes));
    }
    let paths: Vec<&Path> = files.iter().map(std::path::PathBuf::as_path).collect();
    let told = command(&["--json", "--all"], &paths).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let findings = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let inspected: BTreeSet<Told> = findings
        .map(|finding| {
            let fact = |name: &str| text(&finding["facts"][name]);
            let peer = Some(fact("peer")).filter(|peer| !peer.contains('@')).unwrap_or_default();
            let held = (fact("outcome") == "held").to_string();
            let tool = fact("tool").to_lowercase().replace(' ', "_");
            [tool, fact("direction"), peer, fact("address"), fact("start"), fact("duration_seconds"), held]
        })
        .collect();
    desk.check(&[]);
    let sql = "SELECT tool, direction, remote_uid, remote_ip, CAST(date_trunc('second', time) AS VARCHAR) AS start, \
               duration_seconds, was_held FROM remote_visit";
    let checked: BTreeSet<Told> = desk
        .run(&["query", sql])
        .expect(0)
        .json()
        .iter()
        .map(|row| {
            let cell = |name: &str| text(&row[name]);
            let start = format!("{}Z", cell("start"));
            let names = ["tool", "direction", "remote_uid", "remote_ip"].map(cell);
            let [tool, direction, uid, address] = names;
            [tool, direction, uid, address, start, cell("duration_seconds"), cell("was_held")]
        })
        .collect();
    assert!(inspected.len() >= 8, "{inspected:#?}");
    assert_eq!(inspected, checked);
}
