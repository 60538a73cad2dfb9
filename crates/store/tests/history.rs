//! The history is append-only, its chain finds every change, and writers take turns.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::{Event, Store};

fn event(n: i64) -> Event {
    let text = |what: &str| Some(format!("{what} {n}"));
    Event {
        at: n,
        actor: "analyst".into(),
        action: "explain".into(),
        subject: text("W"),
        purpose: text("because"),
        detail: None,
    }
}

async fn filled(path: &Path) -> Store {
    let store = Store::open(path).await.unwrap();
    for n in 1..=4 {
        store.append(&event(n)).await.unwrap();
    }
    store
}

/// Changes the file behind the store's back, triggers off.
async fn tamper(path: &Path, sql: &'static str) {
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let drops = "DROP TRIGGER history_no_update; DROP TRIGGER history_no_delete; PRAGMA foreign_keys = off;";
    sqlx::raw_sql(drops).execute(&mut raw).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut raw).await.unwrap();
}

#[tokio::test]
async fn a_whole_chain_verifies_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("s.sqlite")).await;
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (4, None));
    let all = store.history(None).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(all[3].hash, verified.head);
    let one = store.history(Some("W 2")).await.unwrap();
    assert_eq!((one.len(), &one[0].event), (1, &event(2)));
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    let cases: &[(&'static str, u64)] = &[
        ("UPDATE history SET actor = 'nobody' WHERE sequence = 2", 2),
        ("UPDATE history SET at = 9 WHERE sequence = 1", 1),
        ("DELETE FROM history WHERE sequence = 3", 3),
        ("UPDATE history_text SET purpose = 'another' WHERE sequence = 2", 2),
        ("UPDATE history_text SET detail = '' WHERE sequence = 2", 2),
        (
            "UPDATE history SET sequence = 99 WHERE sequence = 2; UPDATE history SET sequence = 2 WHERE sequence = 3; \
             UPDATE history SET sequence = 3 WHERE sequence = 99",
            2,
        ),
        (
            "INSERT INTO history SELECT 5, at, actor, action, commitment, previous, 'forged' FROM history WHERE sequence = 4",
            5,
        ),
    ];
    for (sql, broken) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.sqlite");
        drop(filled(&path).await);
        tamper(&path, sql).await;
        let store = Store::open(&path).await.unwrap();
        assert_eq!(store.verify().await.unwrap().broken_at, Some(*broken), "{sql}");
    }
}

#[tokio::test]
async fn erasing_a_text_leaves_the_chain_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    drop(filled(&path).await);
    tamper(&path, "DELETE FROM history_text WHERE sequence = 2").await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.verify().await.unwrap().broken_at, None);
    assert_eq!(store.history(None).await.unwrap()[1].event.subject, None);
}

#[tokio::test]
async fn the_database_itself_refuses_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let _store = filled(&path).await;
    let mut raw = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    for sql in ["UPDATE history SET actor = 'x'", "DELETE FROM history"] {
        let refused = sqlx::raw_sql(sql).execute(&mut raw).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let stores = [Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap()];
    let mut tasks = Vec::new();
    for task in 0..4_i64 {
        let store = stores[task as usize % 2].clone();
        tasks.push(tokio::spawn(async move {
            for n in 0..10 {
                store.append(&event(task * 100 + n)).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let verified = stores[0].verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (40, None));
}

#[tokio::test]
async fn short_names_stay_and_settings_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("s.sqlite")).await.unwrap();
    let ids = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(store.aliases("farm", &ids(&["b", "a"])).await.unwrap(), [1, 2]);
    assert_eq!(store.aliases("farm", &ids(&["c", "a", "b"])).await.unwrap(), [3, 2, 1]);
    assert_eq!(store.aliases("ring", &ids(&["a"])).await.unwrap(), [1]);
    store.set("last", "one").await.unwrap();
    store.set("last", "two").await.unwrap();
    assert_eq!(store.get("last").await.unwrap().as_deref(), Some("two"));
    assert_eq!(store.get("none").await.unwrap(), None);
}
