//! Logs that do not say whose they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

const TRACE: &[u8] = include_bytes!("../fixtures/remote/connection_trace.txt");

#[test]
fn the_same_line_on_two_hosts_is_two_records() {
    let ids = |name: &str| -> BTreeSet<String> {
        let read = common::read(name, TRACE);
        assert_eq!(read.kind, "remote");
        read.records.iter().map(|record| record.id("remote", 0).to_string()).collect()
    };
    let (one, other) = (ids("LT-0042/connection_trace.txt"), ids("LT-0043/connection_trace.txt"));
    assert_eq!((one.len(), other.len()), (3, 3));
    assert!(one.is_disjoint(&other));
    // the folder above the host, and how it was packed, say nothing
    assert_eq!(one, ids("2026/LT-0042/C/ProgramData/AnyDesk/connection_trace.txt"));
}

#[test]
fn the_host_is_that_of_the_folder_and_the_user_that_of_the_home() {
    let read = common::read("LT-0042/C/Users/ines/AppData/Roaming/AnyDesk/ad.trace", TRACE);
    assert!(read.records.iter().all(|record| common::get(record, "hostname") == "LT-0042"));
    assert!(read.records.iter().all(|record| common::get(record, "user_name") == "ines"));
}

#[test]
fn parsec_and_splashtop_are_read_as_inspect_reads_them() {
    let log = "[D 2026-03-14 10:37:03] Ines#1234 is trying to connect to your computer.\n\
               [D 2026-03-14 10:37:05] Ines#1234 connected.\n[I 2026-03-14 10:37:06] encoder ready\n\
               [D 2026-03-14 12:37:05] Ines#1234 disconnected.\n";
    let read = common::read("LT-0042/log.txt", log.as_bytes());
    assert_eq!(read.kind, "remote");
    let told: Vec<_> = read
        .records
        .iter()
        .map(|one| [common::get(one, "tool"), common::get(one, "activity"), common::get(one, "remote_uid")])
        .collect();
    let of = |activity: &str| ["parsec", activity, "Ines#1234"].map(str::to_owned);
    assert_eq!(told, [of("request"), of("start"), of("end")]);
    let events = concat!(
        r#"{"Computer":"LT-0042","TimeCreated":"2026-03-02T09:00:00Z","ProviderName":"Splashtop-Splashtop Streamer-Remote Session","#,
        r#""Message":"A Splashtop remote session (1018449597) was created. From: far_host (203.0.113.7) App version: 3.5"}"#,
        "\n",
        r#"{"Computer":"LT-0042","TimeCreated":"2026-03-02T10:00:00Z","ProviderName":"Splashtop-Splashtop Streamer-Remote Session","#,
        r#""Message":"The Splashtop remote session (1018449597) was ended."}"#,
    );
    let read = common::read("events.jsonl", events.as_bytes());
    assert_eq!(read.kind, "remote");
    let activities: Vec<_> = read.records.iter().map(|one| common::get(one, "activity")).collect();
    assert_eq!(activities, ["start", "end"]);
    assert_eq!(common::get(&read.records[0], "remote_ip"), "203.0.113.7");
    assert_eq!(common::get(&read.records[1], "session_uid"), "1018449597");
}

#[test]
fn a_text_file_belongs_to_the_candidate_in_its_name() {
    let text = include_bytes!("../fixtures/document/resume.txt");
    let read = common::read("resumes/C-1042_haddad.txt", text);
    assert_eq!(read.kind, "document");
    assert_eq!(common::get(&read.records[0], "applicant_id"), "C-1042");
    assert_eq!(common::get(&read.records[0], "file_name"), "C-1042_haddad.txt");
}

/// Prose, mail and other logs are neither résumés nor logs of a tool.
#[test]
fn other_text_is_left_alone() {
    for text in [
        "The experience of skills was discussed.\nEducation is a matter of profile and summary, as everybody knows by now.\n",
        "Nov 24 13:43:54 host sshd[12]: Accepted publickey for ines from 198.51.100.7 port 52222\n",
        "info: server started\ninfo: connection from 198.51.100.7\nwarning: slow\n",
        "Incoming call from 2026-06-01, 12:39\nOutgoing mail\n",
        "Client connected: 198.51.100.7:52222\nClient disconnected: 198.51.100.7:52222\n",
    ] {
        let read = common::read("export.txt", text.as_bytes());
        assert_eq!(read.kind, "", "{text}");
    }
}
