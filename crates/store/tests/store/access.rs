//! Sessions that bear another secret from time to time, and keys that are claimed before anything is done.

use store::session::Rules;
use store::{Account, Claim, Pass, PassKind, Reply, Store};

use crate::place::{Place, on_both};

on_both!(
    a_session_turns_and_stays_the_same,
    of_many_at_once_all_are_told_the_same_secret,
    what_is_not_used_ends,
    a_key_is_claimed_once,
);

const SECOND: i64 = 1_000_000;
const RULES: Rules = Rules { idle: 3600 * SECOND, turn: 900 * SECOND, grace: 60 * SECOND };

async fn begun(store: &Store) -> String {
    let account =
        Account { name: "ana".into(), role: "analyst".into(), worker: None, created: 1, disabled: false };
    store.add_account(&account, None).await.unwrap();
    let pass = Pass {
        digest: String::new(),
        name: "ana".into(),
        label: "browser".into(),
        scopes: String::new(),
        created: 0,
        seen: 0,
        expires: 36_000 * SECOND,
        family: String::new(),
    };
    store.issue(PassKind::Session, &pass).await.unwrap()
}

async fn a_session_turns_and_stays_the_same(place: &Place) {
    let store = place.open().await;
    let first = begun(&store).await;
    let at = |seconds: i64| seconds * SECOND;
    let young = store.use_session(&first, at(800), RULES).await.unwrap().unwrap();
    assert_eq!(young.next, None);
    let old = store.use_session(&first, at(1000), RULES).await.unwrap().unwrap();
    let second = old.next.unwrap();
    assert_ne!(second, first);
    // whoever was under way is told the same, for a while
    let late = store.use_session(&first, at(1030), RULES).await.unwrap().unwrap();
    assert_eq!(late.next.as_deref(), Some(second.as_str()));
    let new = store.use_session(&second, at(1031), RULES).await.unwrap().unwrap();
    assert_eq!((new.next, &new.pass.family), (None, &young.pass.family));
    assert_eq!(new.pass.expires, young.pass.expires, "turning makes it no longer");
    assert!(store.use_session(&first, at(1061), RULES).await.unwrap().is_none());
    // looking at it does not turn it
    assert!(store.look_at_session(&second, at(3000), RULES).await.unwrap().is_some());
    // ending it ends every secret that it bears
    let third = store.use_session(&second, at(3000), RULES).await.unwrap().unwrap().next.unwrap();
    store.end_session("ana", &young.pass.family).await.unwrap();
    for secret in [&second, &third] {
        assert!(store.use_session(secret, at(3001), RULES).await.unwrap().is_none());
    }
}

async fn of_many_at_once_all_are_told_the_same_secret(place: &Place) {
    let store = place.open().await;
    let first = begun(&store).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, first) = (store.clone(), first.clone());
        tasks.spawn(async move { store.use_session(&first, 1000 * SECOND, RULES).await });
    }
    let mut told = Vec::new();
    while let Some(done) = tasks.join_next().await {
        told.push(done.unwrap().unwrap().unwrap().next.unwrap());
    }
    told.dedup();
    assert_eq!(told.len(), 1);
    assert!(store.use_session(&told[0], 1001 * SECOND, RULES).await.unwrap().is_some());
}

async fn what_is_not_used_ends(place: &Place) {
    let store = place.open().await;
    let rules = Rules { turn: i64::MAX, ..RULES };
    let secret = begun(&store).await;
    for seconds in [3000, 6000, 9000] {
        assert!(store.use_session(&secret, seconds * SECOND, rules).await.unwrap().is_some());
    }
    assert!(store.look_at_session(&secret, 12_601 * SECOND, rules).await.unwrap().is_none());
    assert!(store.use_session(&secret, 12_601 * SECOND, rules).await.unwrap().is_none());
    assert!(store.use_session(&secret, 12_602 * SECOND, rules).await.unwrap().is_none(), "for good");
}

async fn a_key_is_claimed_once(place: &Place) {
    let store = place.open().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move { store.claim_reply(("ana", "k"), "r", 100, (0, 0)).await.unwrap() });
    }
    let mut theirs = 0;
    while let Some(claim) = tasks.join_next().await {
        match claim.unwrap() {
            Claim::Theirs => theirs += 1,
            other => assert_eq!(other, Claim::Pending("r".into())),
        }
    }
    assert_eq!(theirs, 1);
    assert_eq!(store.claim_reply(("ben", "k"), "s", 100, (0, 0)).await.unwrap(), Claim::Theirs);
    let reply = Reply { request: "r".into(), status: 200, body: "{}".into() };
    store.keep_reply("ana", "k", &reply).await.unwrap();
    assert_eq!(store.claim_reply(("ana", "k"), "x", 101, (0, 0)).await.unwrap(), Claim::Answered(reply));
    // what failed may be tried again, and so may what a kill left behind
    store.release_reply("ben", "k").await.unwrap();
    assert_eq!(store.claim_reply(("ben", "k"), "s", 102, (0, 0)).await.unwrap(), Claim::Theirs);
    assert_eq!(store.claim_reply(("ben", "k"), "s", 200, (0, 103)).await.unwrap(), Claim::Theirs);
    assert_eq!(
        store.claim_reply(("ana", "k"), "r", 300, (200, 200)).await.unwrap(),
        Claim::Theirs,
        "old answers go"
    );
}
