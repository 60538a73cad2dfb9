//! The history and what stands beside it: what was written comes back, and what was erased is gone from every byte.

use sqlx::{Connection as _, Row as _};
use store::{Account, Erasure, Error, Event, Opening, Pass, PassKind, Store};

use crate::place::{Place, on_both, open, say};

pub fn event(number: i64) -> Event {
    Event {
        at: 1_750_000_000_000_000 + number,
        actor: format!("analyst-{}", number % 3),
        action: "explain".to_owned(),
        subject: Some(format!("W-{}", number % 2)),
        purpose: Some("quarterly review".to_owned()),
        detail: (number % 2 == 0).then(|| format!("detail {number}")),
    }
}

pub async fn filled(place: &Place, entries: i64) -> Store {
    let store = place.open().await;
    for number in 0..entries {
        store.append(&event(number)).await.unwrap();
    }
    store
}

/// Takes out what is about one person, and touches no text.
pub fn only(subject: &str) -> Erasure<'_> {
    Erasure { subject, keep: &|_| None, redact: &str::to_owned, is_name: &|_| false, at: 9, actor: "officer" }
}

on_both!(
    what_was_appended_comes_back_in_order,
    an_empty_history_is_whole,
    erasing_one_person_keeps_the_chain_and_takes_the_bytes,
    a_user_who_is_erased_has_no_name_anywhere,
    aliases_are_small_and_stay,
    settings_are_remembered,
    a_store_belongs_to_the_workspace_that_asks_first,
    a_newer_store_is_left_alone,
    versions_of_the_weights_and_draws_are_kept_with_their_entries,
);

async fn what_was_appended_comes_back_in_order(place: &Place) {
    let store = filled(place, 5).await;
    let all = store.history(None).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(all[2].event.detail.as_deref(), Some("detail 2"));
    let one = store.history(Some("W-1")).await.unwrap();
    assert_eq!(one.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [2, 4]);
    store.close().await;

    let again = place.open().await;
    assert_eq!(again.history(None).await.unwrap(), all);
    let verified = again.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (5, None));
    assert_eq!(verified.head, all[4].hash);
}

async fn an_empty_history_is_whole(place: &Place) {
    let store = place.open().await;
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (0, None));
}

async fn erasing_one_person_keeps_the_chain_and_takes_the_bytes(place: &Place) {
    let store = filled(place, 4).await;
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
    for gone in ["unusual purpose text", "W-77"] {
        assert_eq!(place.holding(gone).await, Vec::<String>::new(), "{gone}");
    }
}

async fn a_user_who_is_erased_has_no_name_anywhere(place: &Place) {
    const WHO: &str = "ann.lee@corp.example";
    let store = filled(place, 2).await;
    for (name, worker) in [(WHO, Some("W-7")), ("ben", None)] {
        let (name, role, worker) = (name.to_owned(), "lead".to_owned(), worker.map(str::to_owned));
        let account = Account { name, role, worker, created: 1, disabled: false };
        store.add_account(&account, Some("correct horse battery")).await.unwrap();
    }
    let deed = |actor: &str| Event { actor: actor.into(), subject: None, purpose: None, ..event(1) };
    for actor in [WHO, "ben", WHO] {
        store.append(&deed(actor)).await.unwrap();
    }
    let opening = |name: &str, subject: &str| Opening {
        name: name.into(),
        subject: subject.into(),
        purpose: format!("asked by {WHO} in June"),
        at: 1,
        expires: 99,
    };
    store.open_person(&opening("ben", "W-8"), &deed("ben")).await.unwrap();
    store.open_person(&opening(WHO, "W-8"), &deed(WHO)).await.unwrap();
    for name in [WHO, "ben"] {
        let pass = Pass {
            digest: String::new(),
            name: name.into(),
            label: format!("script of {WHO}"),
            scopes: "read".into(),
            created: 1,
            seen: 1,
            expires: 99,
            family: String::new(),
        };
        store.issue(PassKind::Token, &pass).await.unwrap();
    }
    let redact = |text: &str| text.replace(WHO, "(erased)");
    let gone = Erasure { redact: &redact, is_name: &|name| name == WHO, ..only("W-7") };
    let done = store.erase_person(&gone).await.unwrap();
    assert_eq!((done.cases, done.accounts), (0, 1));
    assert_eq!(place.holding(WHO).await, Vec::<String>::new());
    let all = store.history(None).await.unwrap();
    let by: Vec<&str> = all.iter().map(|entry| entry.event.actor.as_str()).collect();
    assert_eq!(by, ["analyst-0", "analyst-1", "(erased)", "ben", "(erased)", "ben", "(erased)", "officer"]);
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, Vec::new()));
    let names: Vec<(String, bool)> =
        store.accounts().await.unwrap().into_iter().map(|one| (one.name, one.disabled)).collect();
    assert_eq!(names, [("ben".to_owned(), false), ("erased-2".to_owned(), true)]);
    assert_eq!(store.openings("ben", 2).await.unwrap()[0].purpose, "asked by (erased) in June");
    assert_eq!(store.passes(PassKind::Token, "ben", 2).await.unwrap()[0].label, "script of (erased)");
    assert!(store.sign_in("erased-2", "correct horse battery").await.unwrap().is_none());
}

async fn aliases_are_small_and_stay(place: &Place) {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let store = place.open().await;
    assert_eq!(store.aliases("ring", &names(&["zz", "aa", "zz"])).await.unwrap(), [1, 2, 1]);
    assert_eq!(store.aliases("farm", &names(&["aa"])).await.unwrap(), [1]);
    assert_eq!(store.aliases("ring", &[]).await.unwrap(), [0_u64; 0]);
    store.close().await;
    let again = place.open().await;
    assert_eq!(again.aliases("ring", &names(&["new", "aa", "zz"])).await.unwrap(), [3, 2, 1]);

    // two processes that see different rings first never give one number twice
    let (one, two) = (again.clone(), place.open().await);
    let (left, right) = (names(&["l1", "l2", "l3"]), names(&["r1", "r2", "l2"]));
    let (left, right) = tokio::join!(one.aliases("ring", &left), two.aliases("ring", &right));
    let (left, right) = (left.unwrap(), right.unwrap());
    assert_eq!(left[1], right[2]);
    let mut numbers = [left, right].concat();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers, [4, 5, 6, 7, 8]);
}

async fn settings_are_remembered(place: &Place) {
    let store = place.open().await;
    assert_eq!(store.get("last").await.unwrap(), None);
    store.set("last", "{}").await.unwrap();
    store.set("last", "{\"until\":1}").await.unwrap();
    store.close().await;
    let again = place.open().await;
    assert_eq!(again.get("last").await.unwrap().as_deref(), Some("{\"until\":1}"));
}

async fn a_newer_store_is_left_alone(place: &Place) {
    filled(place, 1).await.close().await;
    let mut plain = place.plain().await;
    say(&mut plain, "INSERT INTO shape VALUES (99)").await.unwrap();
    let refused = open(&place.named()).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 99, .. }), "{refused}");
    let row = sqlx::query("SELECT COUNT(*) FROM history").fetch_one(&mut plain).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
    plain.close().await.unwrap();
}

async fn versions_of_the_weights_and_draws_are_kept_with_their_entries(place: &Place) {
    let store = place.open().await;
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
    store.erase_person(&only("W-1")).await.unwrap();
    let left: Vec<String> = store.drawn().await.unwrap().into_iter().map(|one| one.subject).collect();
    assert_eq!(left, ["W-2"]);
    // what was refused left no entry behind: one version, two applications, a draw with two people, one finding
    assert_eq!(store.verify().await.unwrap().entries, 7);
    assert_eq!(store.history(Some("W-2")).await.unwrap().len(), 1);
}

async fn a_store_belongs_to_the_workspace_that_asks_first(place: &Place) {
    let (one, two) = (place.open().await, place.open().await);
    assert!(one.belongs_to("a").await.unwrap());
    assert!(!two.belongs_to("b").await.unwrap());
    assert!(two.belongs_to("a").await.unwrap());
}

/// Every shape that a file was ever published with.
const SHAPES: [&str; 6] = [
    include_str!("../../migrations/sqlite/0001_history.sql"),
    include_str!("../../migrations/sqlite/0002_head.sql"),
    include_str!("../../migrations/sqlite/0003_casework.sql"),
    include_str!("../../migrations/sqlite/0004_outbox.sql"),
    include_str!("../../migrations/sqlite/0005_weights.sql"),
    include_str!("../../migrations/sqlite/0006_passkey.sql"),
];

#[tokio::test]
async fn an_older_file_is_brought_up_with_what_it_holds() {
    for last in 1..=SHAPES.len() {
        let place = Place::file();
        let mut plain = place.plain().await;
        say(&mut plain, "CREATE TABLE shape (version BIGINT NOT NULL PRIMARY KEY)").await.unwrap();
        for (number, sql) in SHAPES.iter().enumerate().take(last) {
            say(&mut plain, sql).await.unwrap();
            say(&mut plain, &format!("INSERT INTO shape VALUES ({})", number + 1)).await.unwrap();
        }
        say(&mut plain, "INSERT INTO setting VALUES ('last', 'kept')").await.unwrap();
        plain.close().await.unwrap();
        let store = filled(&place, 2).await;
        assert_eq!(store.get("last").await.unwrap().as_deref(), Some("kept"), "{last}");
        let verified = store.verify().await.unwrap();
        assert_eq!((verified.entries, verified.broken_at), (2, None), "{last}");
        let copy = Place::file();
        copy.open().await.fill_from(&store).await.unwrap();
        assert_eq!(copy.open().await.verify().await.unwrap(), verified, "{last}");
    }
}

#[tokio::test]
async fn a_new_store_lies_in_folders_that_were_not_there() {
    let place = Place::file();
    let path = place.folder.path().join("deep/er/odd name ?#%41.sqlite");
    Store::open(&path).await.unwrap().append(&event(1)).await.unwrap();
    assert!(path.is_file());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::file();
    let _store = filled(&place, 1).await;
    for name in ["store", "store-wal"] {
        let mode = std::fs::metadata(place.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
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
