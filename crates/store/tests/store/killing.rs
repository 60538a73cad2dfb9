//! What was confirmed is there, whoever is killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::history::event;
use crate::place::{Place, on_both, open};

on_both!(confirmed_entries_survive_a_kill);

/// Not a test of its own: the process that the next test kills.
#[tokio::test]
#[ignore = "run by confirmed_entries_survive_a_kill"]
async fn appends_until_killed() {
    let Ok(named) = std::env::var("STORE_TO_FILL") else { return };
    let store = open(&named).await.unwrap();
    let mut out = std::io::stdout();
    for number in 0.. {
        let entry = store.append(&event(number)).await.unwrap();
        writeln!(out, "confirmed {}", entry.sequence).unwrap();
        out.flush().unwrap();
    }
}

async fn confirmed_entries_survive_a_kill(place: &Place) {
    let mut confirmed = 0;
    for round in 1..=8_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killing::appends_until_killed", "--ignored", "--nocapture"])
            .env("STORE_TO_FILL", place.named())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let until = confirmed + round * 3;
        for line in lines {
            // the test harness may print on the same line
            let line = line.unwrap();
            let Some((_, number)) = line.split_once("confirmed ") else { continue };
            confirmed = number.trim().parse::<u64>().unwrap();
            if confirmed >= until {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(confirmed >= until);
        let store = place.open().await;
        let verified = store.verify().await.unwrap();
        assert_eq!(verified.broken_at, None);
        assert!(verified.entries >= confirmed, "{} < {confirmed}", verified.entries);
        confirmed = verified.entries;
        store.close().await;
    }
}
