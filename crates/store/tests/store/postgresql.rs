//! What only a server can do to a store: crash, end a connection, hold an older shape, refuse a text.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::AssertSqlSafe;
use store::{Address, Error, Store};

use crate::history::{event, filled};
use crate::place::{Place, say};
use crate::server::Server;

/// The shape before the last, as it was published.
const BEFORE: &str = include_str!("../../migrations/postgres/0006_first.sql");

/// Four pools append while every process of the server is killed, now and then, and connections before that. Who is told
/// that it did not work goes on with the next entry.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn confirmed_entries_survive_a_crash_of_the_server() {
    let Some(mut server) = Server::start() else { return };
    let place = Place::base(&server, "crash").await;
    let address = Address::parse(&place.named()).unwrap();
    drop(place.open().await);
    let is_over = Arc::new(AtomicBool::new(false));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4_i64 {
        // a pool of its own, as another process has
        let (store, is_over) = (Store::connect(&address).await.unwrap(), is_over.clone());
        tasks.spawn(async move {
            let (mut told, mut failed) = (Vec::new(), 0);
            for number in 0.. {
                match store.append(&event(task * 1_000_000 + number)).await {
                    Ok(entry) => told.push((entry.sequence, entry.hash)),
                    Err(Error::Database(_)) => failed += 1,
                    Err(other) => panic!("{other}"),
                }
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
            (told, failed)
        });
    }
    for round in 0..4 {
        tokio::time::sleep(Duration::from_millis(200 + 70 * round)).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 2";
        say(&mut place.plain().await, cut).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.crash();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    is_over.store(true, Ordering::Relaxed);
    let (mut confirmed, mut failed) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (told, count) = done.unwrap();
        confirmed.extend(told);
        failed += count;
    }
    let store = place.open().await;
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, Vec::new()));
    let all = store.history(None).await.unwrap();
    for (sequence, hash) in &confirmed {
        let kept = usize::try_from(sequence - 1).ok().and_then(|at| all.get(at));
        assert_eq!(kept.map(|entry| &entry.hash), Some(hash), "entry {sequence} was confirmed");
    }
    // an entry may be there whose confirmation was lost on the way, never the other way about
    assert!(all.len() >= confirmed.len() && all.len() <= confirmed.len() + failed);
    assert!(confirmed.len() > 40 && failed > 0, "{} and {failed}: too few to tell", confirmed.len());
}

#[tokio::test]
async fn a_store_goes_on_after_the_server_was_away() {
    let Some(mut server) = Server::start() else { return };
    let store = filled(&Place::base(&server, "away").await, 3).await;
    server.crash();
    assert_eq!(store.append(&event(4)).await.unwrap().sequence, 4);
    assert_eq!(store.verify().await.unwrap().broken_at, None);
}

#[tokio::test]
async fn the_shape_before_is_brought_up_with_what_it_holds() {
    let Some(server) = Server::start() else { return };
    let place = Place::base(&server, "before").await;
    let mut plain = place.plain().await;
    say(&mut plain, "CREATE TABLE shape (version BIGINT NOT NULL PRIMARY KEY)").await.unwrap();
    say(&mut plain, BEFORE).await.unwrap();
    say(&mut plain, "INSERT INTO shape VALUES (6)").await.unwrap();
    say(&mut plain, "INSERT INTO setting VALUES ('last', 'kept')").await.unwrap();
    assert!(say(&mut plain, "UPDATE head SET sequence = 7").await.is_err(), "what the next shape changes");
    let store = filled(&place, 2).await;
    assert_eq!(store.get("last").await.unwrap().as_deref(), Some("kept"));
    assert_eq!(store.verify().await.unwrap().entries, 2);
    let other = Place::file();
    let copy = other.folder.path().join("copy");
    store.copy_to(&copy).await.unwrap();
    assert_eq!(Store::open(&copy).await.unwrap().verify().await.unwrap(), store.verify().await.unwrap());
}

/// What a database says by default must not weaken what a store promises.
#[tokio::test]
async fn defaults_of_the_database_do_not_matter() {
    let Some(server) = Server::start() else { return };
    let place = Place::base(&server, "defaults").await;
    let mut plain = place.plain().await;
    for (name, value) in [("synchronous_commit", "off"), ("default_transaction_isolation", "serializable")] {
        let sql = format!("ALTER ROLE store SET {name} = '{value}'");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut plain).await.unwrap();
    }
    let (one, two) = (place.open().await, place.open().await);
    let many = async |store: &Store| {
        for number in 0..20 {
            store.append(&event(number)).await.unwrap();
        }
    };
    tokio::join!(many(&one), many(&two));
    let verified = two.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (40, None));
    // a statement of its own is no transaction that we begin
    one.set("last", "x").await.unwrap();
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_is_told_apart_from_a_failure() {
    let Some(server) = Server::start() else { return };
    let store = filled(&Place::base(&server, "text").await, 1).await;
    let found = store.account("ana\0").await.unwrap_err();
    assert!(matches!(found, Error::Text), "{found}");
    assert!(matches!(store.set("last", "\0").await.unwrap_err(), Error::Text));
    assert_eq!(store.append(&event(2)).await.unwrap().sequence, 2);
}

#[tokio::test]
async fn triggers_hold_also_for_a_session_that_claims_to_copy() {
    let Some(server) = Server::start() else { return };
    let place = Place::base(&server, "copies").await;
    filled(&place, 3).await.close().await;
    let mut plain = place.plain().await;
    say(&mut plain, "SET session_replication_role = replica").await.unwrap();
    for sql in [
        "UPDATE history SET actor = 'other'",
        "DELETE FROM history",
        "TRUNCATE history CASCADE",
        "TRUNCATE head",
        "DELETE FROM head",
        "UPDATE head SET sequence = 1",
    ] {
        let told = say(&mut plain, sql).await.unwrap_err().to_string();
        assert!(told.contains("append-only"), "{sql}: {told}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_or_made_is_said_without_the_password() {
    let Some(server) = Server::start() else { return };
    // nobody made that schema
    let told = Store::connect(&Address::parse(&server.url("nowhere")).unwrap()).await.unwrap_err();
    assert!(told.to_string().contains("no schema"), "{told}");
    let closed = "postgres://ana:s3cret@localhost:1/db?password=s3cret&host=/nonexistent";
    let refused = Store::connect(&Address::parse(closed).unwrap()).await.unwrap_err();
    let told = format!("{refused} {refused:?}");
    assert!(matches!(refused, Error::Open { .. }) && !told.contains("s3cret"), "{told}");
}
