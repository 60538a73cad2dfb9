//! One person taken out: nothing of the person is left in any byte, everybody else's records are.

use std::collections::BTreeSet;

use crate::common::{file, lines, open, row};
use lake::commit::RejectRow;
use lake::erase::{Kind, Person};
use lake::{Commit, Lake, Words};
use model::tables;

const ROSTER: &str =
    "id,name,mail,manager\nW-1,Ann Lee,ann@corp.example,W-9\nW-2,Bo Ek,bo@corp.example,W-1\nx;Ann Lee\n";

fn write(commit: &mut Commit) {
    let mut raw = commit.raw_writer().unwrap();
    raw.append(ROSTER.as_bytes()).unwrap();
    let kept = raw.finish().unwrap();
    let at = file(commit, "roster.csv");
    commit.file_mut(at).unwrap().raw = Some(kept);
    let mut offset = ROSTER.find('\n').unwrap() + 1;
    for (line, text) in ROSTER.lines().enumerate().skip(1).take(2) {
        let cells: Vec<&str> = text.split(',').collect();
        let values = [
            ("worker_id", cells[0]),
            ("full_name", cells[1]),
            ("work_email", cells[2]),
            ("manager_id", cells[3]),
        ];
        let mut one = row(&tables::employment::TABLE, at, cells[0], Some(1), &values);
        (one.offset, one.length, one.line) = (offset as u64, text.len() as u32, line as u64 + 1);
        offset += text.len() + 1;
        commit.append(vec![one]).unwrap();
    }
    let values = [("device_uid", "D-1"), ("hostname", "ann-mac"), ("user_name", "ann")];
    commit.append(vec![row(&tables::local_logon::TABLE, at, "own", Some(2), &values)]).unwrap();
    let values = [("device_uid", "D-2"), ("hostname", "bo-mac"), ("user_name", "ann")];
    commit.append(vec![row(&tables::local_logon::TABLE, at, "bo's", Some(2), &values)]).unwrap();
    let values = [("device_uid", "D-2"), ("cmd_line", "ssh Ann@corp.example"), ("name", "ssh")];
    commit.append(vec![row(&tables::process::TABLE, at, "ssh", Some(2), &values)]).unwrap();
    let reject = RejectRow {
        line: 4,
        offset: offset as u64,
        column: None,
        reason: "short".into(),
        sample: "x;Ann Lee".into(),
    };
    commit.reject(at, [reject]).unwrap();
}

fn ann() -> Person {
    let names = [
        (Kind::Worker, "W-1"),
        (Kind::Email, "ann@corp.example"),
        (Kind::Name, "Ann Lee"),
        (Kind::Device, "D-1"),
        (Kind::Login, "ann"),
    ];
    Person {
        names: names.into_iter().map(|(kind, value)| (kind, value.to_owned())).collect::<BTreeSet<_>>(),
        words: Words::new(["ann@corp.example".to_owned(), "Ann Lee".to_owned(), "ann-mac".to_owned()])
            .unwrap(),
    }
}

async fn everything(lake: &Lake) -> String {
    let mut out = Vec::new();
    for table in ["employment", "local_logon", "process", "provenance"] {
        out.extend(lines(lake, &format!("SELECT * FROM {table} ORDER BY record_id")).await);
    }
    let vault = lake.vault().await.unwrap();
    for token in lines(lake, "SELECT token FROM vault").await {
        out.push(vault.reveal(&token).unwrap().unwrap());
    }
    for reject in lake.rejects().await.unwrap() {
        out.push(reject.sample);
    }
    let ids = lines(lake, "SELECT record_id FROM provenance").await;
    for id in ids {
        let found = lake.record(id.parse().unwrap()).await.unwrap().unwrap();
        out.push(String::from_utf8(found.bytes.unwrap()).unwrap());
        out.push(String::from_utf8(found.head).unwrap());
    }
    out.push(serde_json::to_string(lake.manifest()).unwrap());
    out.join("\n")
}

fn assert_nothing_left(text: &str) {
    for gone in ["W-1", "Ann", "ann@", "ann-mac", "D-1"] {
        assert!(!text.contains(gone), "{gone} is left in\n{text}");
    }
    for stays in ["W-2", "Bo Ek", "bo@corp.example", "bo-mac", "id,name,mail,manager"] {
        assert!(text.contains(stays), "{stays} is lost from\n{text}");
    }
}

#[tokio::test]
async fn a_person_is_gone_for_good_and_comes_not_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    lake.stage().await.unwrap();
    let mut commit = lake.begin().await.unwrap();
    write(&mut commit);
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    let mut commit = lake.begin().await.unwrap();
    let count = lake.erase(&mut commit, &ann()).await.unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    lake.publish().await.unwrap();
    lake.vacuum_for_good().await.unwrap();
    assert_eq!((count.records, count.streams, count.samples), (2, 1, 1), "{count:?}");
    assert_eq!(count.mentions, 3, "a manager, a login, a command line: {count:?}");
    assert_eq!(count.clear_values, 2, "name and e-mail: {count:?}");
    assert_nothing_left(&everything(&lake).await);
    assert_eq!(lake.damage(), Vec::<String>::new());

    // The same export again: the person is left out, records and bytes.
    lake.release();
    lake.stage().await.unwrap();
    let mut commit = lake.begin_anew();
    write(&mut commit);
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    let text = everything(&lake).await;
    let free = |text: &str| text.replace("ssh Ann@corp.example", "").replace("x;Ann Lee", "");
    assert_nothing_left(&free(&text));
    assert_eq!(lines(&lake, "SELECT count(*) FROM employment").await, ["1"]);
    assert_eq!(lake.manifest().files[0].skipped["record of an erased person"], 2);
}
