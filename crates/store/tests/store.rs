//! The store from outside: what is confirmed stays, what was tampered with is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use store::{Error, Event, Store};

fn event(number: i64) -> Event {
    Event {
        at: 1_750_000_000_000_000 + number,
        actor: format!("analyst-{}", number % 3),
        action: "explain".to_owned(),
        subject: Some(format!("W-{}", number % 2)),
        purpose: Some("quarterly review".to_owned()),
        detail: (number % 2 == 0).then(|| format!("detail {number}")),
    }
}

async fn filled(path: &Path, entries: i64) -> Store {
    let store = Store::open(path).await.unwrap();
    for number in 0..entries {
        store.append(&event(number)).await.unwrap();
    }
    store
}

/// Someone who holds the file, knows its shape, and has removed the triggers.
async fn intruder(path: &Path) -> SqliteConnection {
    let mut connection =
        SqliteConnectOptions::new().filename(path).foreign_keys(false).connect().await.unwrap();
    for trigger in ["history_no_update", "history_no_delete", "head_no_delete", "head_by_one"] {
        let drop = format!("DROP TRIGGER IF EXISTS {trigger}");
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    }
    connection
}

#[tokio::test]
async fn what_was_appended_comes_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.sqlite");
    let store = filled(&path, 5).await;
    let all = store.history(None).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(all[2].event.detail.as_deref(), Some("detail 2"));
    let one = store.history(Some("W-1")).await.unwrap();
    assert_eq!(one.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [2, 4]);
    store.close().await;

    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.history(None).await.unwrap(), all);
    let verified = again.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (5, None));
    assert_eq!(verified.head, all[4].hash);
}

#[tokio::test]
async fn an_empty_history_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).await.unwrap();
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (0, None));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let _store = filled(&path, 1).await;
    for name in ["store", "store-wal"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    filled(&path, 3).await.close().await;
    let mut plain = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for sql in [
        "UPDATE history SET actor = 'other' WHERE sequence = 2",
        "DELETE FROM history WHERE sequence = 2",
        "DELETE FROM head",
        "UPDATE head SET sequence = 1",
    ] {
        assert!(sqlx::raw_sql(sql).execute(&mut plain).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn tampering_is_found_where_it_was_done() {
    let cases: &[(&str, u64)] = &[
        ("UPDATE history SET at = at + 1 WHERE sequence = 3", 3),
        ("UPDATE history SET at = 'noon' WHERE sequence = 3", 3),
        ("UPDATE history SET actor = actor || ' ' WHERE sequence = 3", 3),
        ("UPDATE history SET actor = CAST(x'ff' AS TEXT) WHERE sequence = 3", 3),
        ("UPDATE history SET action = 'query' WHERE sequence = 3", 3),
        ("UPDATE history SET commitment = hash WHERE sequence = 3", 3),
        ("UPDATE history SET previous = 'x' WHERE sequence = 3", 3),
        ("UPDATE history SET hash = upper(hash) WHERE sequence = 3", 3),
        ("UPDATE history_text SET salt = 'x' WHERE sequence = 3", 3),
        ("UPDATE history_text SET subject = 'W-9' WHERE sequence = 3", 3),
        ("UPDATE history_text SET purpose = NULL WHERE sequence = 3", 3),
        ("UPDATE history_text SET detail = '' WHERE sequence = 2", 2),
        // deleted: first, middle, last, last with its text
        ("DELETE FROM history WHERE sequence = 1", 1),
        ("DELETE FROM history WHERE sequence = 3", 3),
        ("DELETE FROM history WHERE sequence = 5", 5),
        ("DELETE FROM history WHERE sequence = 5; DELETE FROM history_text WHERE sequence = 5", 5),
        ("DELETE FROM history; DELETE FROM history_text", 1),
        ("DELETE FROM head", 6),
        // two entries change places, with and without their texts
        (
            "UPDATE history SET sequence = 9 WHERE sequence = 2; UPDATE history SET sequence = 2 WHERE sequence = 3;
             UPDATE history SET sequence = 3 WHERE sequence = 9",
            2,
        ),
        (
            "UPDATE history_text SET sequence = 9 WHERE sequence = 2;
             UPDATE history_text SET sequence = 2 WHERE sequence = 3;
             UPDATE history_text SET sequence = 3 WHERE sequence = 9",
            2,
        ),
        // one more at the end, that does not follow the last; one that does, but whose hash is made up
        ("INSERT INTO history SELECT 6, at, actor, action, commitment, 'x', 'y' FROM history WHERE sequence = 5", 6),
        ("INSERT INTO history SELECT 6, at, actor, action, commitment, hash, 'y' FROM history WHERE sequence = 5", 6),
        ("INSERT INTO history_text SELECT 6, salt, subject, purpose, detail FROM history_text WHERE sequence = 5", 6),
        // a gap
        ("UPDATE history SET sequence = 7 WHERE sequence = 5", 5),
    ];
    for (sql, at) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = filled(&path, 5).await;
        let mut intruder = intruder(&path).await;
        sqlx::raw_sql(*sql).execute(&mut intruder).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let found = store.verify().await.unwrap();
        assert_eq!(found.broken_at, Some(*at), "{sql}");
        assert_eq!(found.entries, at - 1, "{sql}");
    }
}

/// A cut-off end stays visible when work goes on: the next entry takes the number after the one cut off.
#[tokio::test]
async fn a_cut_end_is_not_healed_by_appending() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = filled(&path, 5).await;
    let mut intruder = intruder(&path).await;
    sqlx::raw_sql("DELETE FROM history WHERE sequence = 5; DELETE FROM history_text WHERE sequence = 5")
        .execute(&mut intruder)
        .await
        .unwrap();
    assert_eq!(store.append(&event(5)).await.unwrap().sequence, 6);
    assert_eq!(store.verify().await.unwrap().broken_at, Some(5));
}

#[tokio::test]
async fn nothing_is_added_after_an_inserted_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = filled(&path, 2).await;
    let mut intruder = intruder(&path).await;
    sqlx::raw_sql("INSERT INTO history SELECT 3, at, 'me', action, commitment, hash, 'y' FROM history WHERE sequence = 2")
        .execute(&mut intruder)
        .await
        .unwrap();
    let refused = store.append(&event(2)).await.unwrap_err();
    assert!(matches!(refused, Error::Occupied { sequence: 3 }), "{refused}");
}

/// Any byte of the file: either something says so, or the history reads exactly as before.
#[tokio::test]
async fn a_flipped_byte_is_found_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = filled(&path, 12).await;
    let before = store.history(None).await.unwrap();
    store.close().await;
    let whole = std::fs::read(&path).unwrap();
    let needle = before[7].hash.as_bytes();
    let dense = whole.windows(needle.len()).position(|window| window == needle).unwrap();
    // densely where entries lie, sparsely elsewhere
    let places = (dense.saturating_sub(600)..dense + 64).step_by(7).chain((0..whole.len()).step_by(509));
    let mut found = 0;
    for place in places {
        let copy = folder.path().join("copy");
        let mut bytes = whole.clone();
        bytes[place] ^= 0x15;
        std::fs::write(&copy, &bytes).unwrap();
        match Store::open(&copy).await {
            Err(_) => found += 1,
            Ok(store) => {
                match store.verify().await {
                    Ok(verified) if verified.broken_at.is_none() => {
                        assert_eq!(store.history(None).await.unwrap(), before, "byte {place}");
                    }
                    Ok(_) | Err(_) => found += 1,
                }
                store.close().await;
            }
        }
        for name in ["copy", "copy-wal", "copy-shm"] {
            let _ = std::fs::remove_file(folder.path().join(name));
        }
    }
    assert!(found > 90, "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_with_four_tasks_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    // both open a store that does not exist yet
    let (first, second) = tokio::join!(Store::open(&path), Store::open(&path));
    let (first, second) = (first.unwrap(), second.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4_i64 {
        let store = if task % 2 == 0 { first.clone() } else { second.clone() };
        tasks.spawn(async move {
            for number in 0..15 {
                store.append(&event(task * 100 + number)).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let verified = first.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (60, None));
    assert_eq!(second.verify().await.unwrap(), verified);
}

/// Not a test of its own: one of the processes that the next test starts.
#[tokio::test]
#[ignore = "run by many_processes_open_a_new_store_at_once"]
async fn opens_at_a_given_moment() {
    let (Ok(path), Ok(at)) = (std::env::var("STORE_TO_OPEN"), std::env::var("STORE_OPEN_AT")) else { return };
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(at.parse().unwrap());
    if let Ok(left) = at.duration_since(std::time::SystemTime::now()) {
        std::thread::sleep(left);
    }
    let store = Store::open(Path::new(&path)).await.unwrap();
    store.append(&event(1)).await.unwrap();
}

#[tokio::test]
async fn many_processes_open_a_new_store_at_once() {
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let at = std::time::SystemTime::now() + std::time::Duration::from_millis(150);
        let at = at.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis().to_string();
        let start = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "opens_at_a_given_moment", "--ignored", "--nocapture"])
                .env("STORE_TO_OPEN", &path)
                .env("STORE_OPEN_AT", &at)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let children: Vec<_> = (0..8).map(|_| start()).collect();
        for child in children {
            let out = child.wait_with_output().unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
        }
        let verified = Store::open(&path).await.unwrap().verify().await.unwrap();
        assert_eq!((verified.entries, verified.broken_at), (8, None));
    }
}

/// Not a test of its own: the process that the next test kills.
#[tokio::test]
#[ignore = "run by confirmed_entries_survive_a_kill"]
async fn appends_until_killed() {
    let Ok(path) = std::env::var("STORE_TO_FILL") else { return };
    let store = Store::open(Path::new(&path)).await.unwrap();
    let mut out = std::io::stdout();
    for number in 0.. {
        let entry = store.append(&event(number)).await.unwrap();
        writeln!(out, "confirmed {}", entry.sequence).unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn confirmed_entries_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut confirmed = 0;
    for round in 1..=8_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "appends_until_killed", "--ignored", "--nocapture"])
            .env("STORE_TO_FILL", &path)
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
        let store = Store::open(&path).await.unwrap();
        let verified = store.verify().await.unwrap();
        assert_eq!(verified.broken_at, None);
        assert!(verified.entries >= confirmed, "{} < {confirmed}", verified.entries);
        confirmed = verified.entries;
        store.close().await;
    }
}

#[tokio::test]
async fn erasing_one_person_keeps_the_chain_and_takes_the_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = filled(&path, 4).await;
    let secret = Event {
        subject: Some("W-77".to_owned()),
        purpose: Some("unusual purpose text".to_owned()),
        ..event(9)
    };
    store.append(&secret).await.unwrap();
    store.append(&event(5)).await.unwrap();
    let head = store.verify().await.unwrap().head;

    let about = |event: &Event| event.subject.as_deref() == Some("W-77");
    assert_eq!(store.erase(about, 7, "officer").await.unwrap(), 1);
    assert_eq!(store.erase(about, 8, "officer").await.unwrap(), 0);
    assert_eq!(store.history(Some("W-77")).await.unwrap(), []);
    let all = store.history(None).await.unwrap();
    assert_eq!((all[4].event.subject.as_deref(), all[4].event.action.as_str()), (None, "explain"));
    assert_eq!(all[6].event.action, "erase 5");
    assert_eq!(all[5].hash, head, "a head that was sent out stays in the chain");
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, Vec::new()));
    for name in ["store", "store-wal"] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
        for gone in ["unusual purpose text", "W-77"] {
            let there = bytes.windows(gone.len()).any(|window| window == gone.as_bytes());
            assert!(!there, "{gone} still in {name}");
        }
    }
}

#[tokio::test]
async fn text_taken_away_without_an_entry_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = filled(&path, 5).await;
    let mut intruder = intruder(&path).await;
    sqlx::raw_sql("DELETE FROM history_text WHERE sequence = 4").execute(&mut intruder).await.unwrap();
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, vec![4]));
}

#[tokio::test]
async fn aliases_are_small_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.aliases("ring", &names(&["zz", "aa", "zz"])).await.unwrap(), [1, 2, 1]);
    assert_eq!(store.aliases("farm", &names(&["aa"])).await.unwrap(), [1]);
    assert_eq!(store.aliases("ring", &[]).await.unwrap(), [0_u64; 0]);
    store.close().await;
    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.aliases("ring", &names(&["new", "aa", "zz"])).await.unwrap(), [3, 2, 1]);

    // two processes that see different rings first never give one number twice
    let (one, two) = (again.clone(), Store::open(&path).await.unwrap());
    let (left, right) = (names(&["l1", "l2", "l3"]), names(&["r1", "r2", "l2"]));
    let (left, right) = tokio::join!(one.aliases("ring", &left), two.aliases("ring", &right));
    let (left, right) = (left.unwrap(), right.unwrap());
    assert_eq!(left[1], right[2]);
    let mut numbers = [left, right].concat();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, [4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn settings_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.get("last").await.unwrap(), None);
    store.set("last", "{}").await.unwrap();
    store.set("last", "{\"until\":1}").await.unwrap();
    store.close().await;
    let again = Store::open(&path).await.unwrap();
    assert_eq!(again.get("last").await.unwrap().as_deref(), Some("{\"until\":1}"));
}

#[tokio::test]
async fn what_is_no_store_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear all,\n".repeat(900)).unwrap();
    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, Error::Open { .. }), "{refused}");
    assert!(refused.to_string().contains("letter.txt"));
    assert!(matches!(Store::open(folder.path()).await.unwrap_err(), Error::File { .. }));
}

#[tokio::test]
async fn a_newer_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    filled(&path, 1).await.close().await;
    let mut plain = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::raw_sql("INSERT INTO shape VALUES (99)").execute(&mut plain).await.unwrap();
    let refused = Store::open(&path).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 99, .. }), "{refused}");
    let row = sqlx::query("SELECT COUNT(*) FROM history").fetch_one(&mut plain).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
    plain.close().await.unwrap();
}

#[tokio::test]
async fn versions_of_the_weights_and_draws_are_kept_with_their_entries() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).await.unwrap();
    store.keep_weights(1, 5, "{}", &event(0)).await.unwrap();
    assert!(matches!(store.keep_weights(1, 6, "{}", &event(1)).await, Err(Error::Taken(_))));
    assert_eq!(store.weights_applied().await.unwrap(), 0);
    store.apply_weights(1, &event(2)).await.unwrap();
    store.apply_weights(0, &event(3)).await.unwrap();
    assert_eq!(store.weights_applied().await.unwrap(), 0);
    let kept = store.weights().await.unwrap();
    assert_eq!((kept.len(), kept[0].number, kept[0].passed), (1, 1, Some(event(2).at)));

    let about = |number: u64, who: Option<&str>| Event {
        subject: who.map(str::to_owned),
        detail: Some(format!("draw {number}")),
        ..event(9)
    };
    let people = [("W-1".to_owned(), "a".to_owned()), ("W-2".to_owned(), "b".to_owned())];
    assert_eq!(store.keep_draw(&people, about).await.unwrap(), 1);
    let again = store.keep_draw(&people[..1], about).await;
    assert!(matches!(again, Err(Error::Taken(_))), "nobody is drawn twice: {again:?}");
    let mut one = store.drawn().await.unwrap().remove(0);
    one.body = "looked into".into();
    store.change_drawn(&one, &event(10)).await.unwrap();
    assert!(matches!(store.change_drawn(&one, &event(11)).await, Err(Error::Conflict { .. })));
    store.erase_matters("W-1", |_| None).await.unwrap();
    let left: Vec<String> = store.drawn().await.unwrap().into_iter().map(|one| one.subject).collect();
    assert_eq!(left, ["W-2"]);
    // what was refused left no entry behind: one version, two applications, a draw with two people, one finding
    assert_eq!(store.verify().await.unwrap().entries, 7);
    assert_eq!(store.history(Some("W-2")).await.unwrap().len(), 1);
}
