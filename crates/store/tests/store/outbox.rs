//! The outbox, identities and retention from outside, by a clock that the test holds.

use store::letter::Posting;
use store::{Account, Event, Matter, Opening, PassKind, Store};

use crate::history::only;
use crate::place::{Place, on_both};

on_both!(
    a_letter_stays_until_its_receiver_has_it,
    letters_about_an_erased_person_go_with_them,
    detail_goes_from_every_byte_and_the_chain_holds,
    an_identity_belongs_to_one_user_and_takes_nobodys_place,
    of_two_that_show_one_signature_one_comes_in,
);

fn posting(matter: u64, digest: &str, is_sent: bool) -> Posting {
    let body = is_sent.then(|| format!("{{\"digest\":\"{digest}\"}}"));
    Posting { matter, digest: digest.into(), body }
}

fn event(at: i64, action: &str, subject: &str, detail: &str) -> Event {
    Event {
        at,
        actor: "ana".into(),
        action: action.into(),
        subject: Some(subject.into()),
        purpose: None,
        detail: Some(detail.into()),
    }
}

async fn opened(store: &Store, subjects: &[&str]) {
    let subjects: Vec<String> = subjects.iter().map(|one| (*one).to_owned()).collect();
    let body = |number: u64, subject: &str| {
        let text = format!("case {number} of {subject}: a rare word, quillfeather");
        (text.clone(), event(1, "case opened", subject, &text))
    };
    store.open_matters(&subjects, body).await.unwrap();
}

async fn a_letter_stays_until_its_receiver_has_it(place: &Place) {
    let store = place.open().await;
    assert_eq!(store.posted("siem").await.unwrap(), None, "a receiver that nobody knows");
    store.post("siem", &[posting(1, "a", true), posting(2, "b", false)], 10).await.unwrap();
    let told = store.posted("siem").await.unwrap().unwrap();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [(1, "a".to_owned()), (2, "b".to_owned())]);
    assert!(store.letters_due("siem", 9, 10).await.unwrap().is_empty());
    assert!(store.letters_due("other", 99, 10).await.unwrap().is_empty());

    let due = store.letters_due("siem", 10, 10).await.unwrap();
    assert_eq!((due.len(), due[0].matter, due[0].tries), (1, 1, 0));
    store.post("siem", &[posting(3, "c", true)], 11).await.unwrap();
    store.letter_failed(&due[0], "503", 50, true).await.unwrap();
    assert!(store.letters_due("siem", 49, 10).await.unwrap().is_empty(), "the others wait too");
    store.close().await;

    // after a restart it is all there
    let store = place.open().await;
    let again = store.letters_due("siem", 50, 10).await.unwrap();
    assert_eq!(again.iter().map(|one| (one.matter, one.tries)).collect::<Vec<_>>(), [(1, 1), (3, 0)]);
    let line = store.receivers().await.unwrap().remove(0);
    assert_eq!((line.waiting, line.oldest, line.trouble.as_deref()), (2, Some(10), Some("503")));

    // a newer state takes the place of one that waits, and what was sent meanwhile does not take it away
    store.post("siem", &[posting(1, "a2", true)], 60).await.unwrap();
    store.letter_arrived(&again[0], &event(61, "finding sent", "W-1", "C-1")).await.unwrap();
    let left = store.letters_due("siem", 99, 10).await.unwrap();
    assert_eq!(left.iter().map(|one| one.digest.as_str()).collect::<Vec<_>>(), ["a2", "c"]);
    for letter in &left {
        store.letter_arrived(letter, &event(62, "finding sent", "W-1", "C-1")).await.unwrap();
    }
    let line = store.receivers().await.unwrap().remove(0);
    assert_eq!((line.waiting, line.arrived, line.last, line.trouble), (0, 3, Some(62), None));
    assert_eq!(store.history(Some("W-1")).await.unwrap().len(), 3);
    store.drop_receiver("siem").await.unwrap();
    assert_eq!(store.posted("siem").await.unwrap(), None);
}

async fn letters_about_an_erased_person_go_with_them(place: &Place) {
    let store = place.open().await;
    opened(&store, &["W-1", "W-2"]).await;
    store.post("siem", &[posting(1, "a", true), posting(2, "b", true)], 10).await.unwrap();
    store.erase_person(&only("W-1")).await.unwrap();
    let left = store.letters_due("siem", 99, 10).await.unwrap();
    assert_eq!(left.iter().map(|one| one.matter).collect::<Vec<_>>(), [2]);
    assert_eq!(store.posted("siem").await.unwrap().unwrap().len(), 1);
}

async fn detail_goes_from_every_byte_and_the_chain_holds(place: &Place) {
    let store = place.open().await;
    opened(&store, &["W-31", "W-32"]).await;
    let purpose = "a purpose about marmalade";
    let opening = Opening {
        name: "ana".into(),
        subject: "W-31".into(),
        purpose: purpose.into(),
        at: 2,
        expires: i64::MAX,
    };
    let read = Event { purpose: Some(purpose.into()), ..event(2, "opened", "W-31", "all of it") };
    store.open_person(&opening, &read).await.unwrap();
    let head = store.verify().await.unwrap().head;

    let first = store.matter(1).await.unwrap().unwrap();
    let bare = Matter { body: "bare".into(), ..first.clone() };
    let gone = Event { subject: None, ..event(9, "detail gone", "", "C-1: cleared more than 30 days ago.") };
    assert_eq!(store.thin_matters("W-31", std::slice::from_ref(&bare), &gone).await.unwrap(), 2);
    assert!(store.thin_matters("W-31", &[bare], &gone).await.is_err(), "of an older version");
    assert_eq!(store.matter(1).await.unwrap().unwrap().body, "bare");
    assert!(store.matter(2).await.unwrap().unwrap().body.contains("quillfeather"));
    assert!(store.openings("ana", 3).await.unwrap().is_empty());
    assert!(store.history(Some("W-31")).await.unwrap().is_empty());

    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, Vec::new()));
    let all = store.history(None).await.unwrap();
    assert!(all.iter().any(|entry| entry.hash == head), "a head that was sent out stays in the chain");
    assert_eq!(all.last().unwrap().event.action, "detail gone");
    for text in ["marmalade", "case 1 of W-31"] {
        assert_eq!(place.holding(text).await, Vec::<String>::new(), "{text}");
    }
}

async fn an_identity_belongs_to_one_user_and_takes_nobodys_place(place: &Place) {
    let store = place.open().await;
    let account = |name: &str| Account {
        name: name.into(),
        role: "analyst".into(),
        worker: None,
        created: 1,
        disabled: false,
    };
    let tied = event(1, "user tied", "", "tied");
    store.add_account(&account("ana"), Some("correct horse battery")).await.unwrap();
    store.add_account(&account("ben"), None).await.unwrap();
    assert!(store.sign_in("ben", "-").await.unwrap().is_none(), "nothing is a password of theirs");
    assert!(store.sign_in("ben", "").await.unwrap().is_none());

    assert!(store.tie_identity("https://a", "u1", &account("ana"), &tied).await.is_err());
    assert!(store.sign_in("ana", "correct horse battery").await.unwrap().is_some());
    store.tie_identity("https://a", "u2", &account("ben"), &tied).await.unwrap();
    assert!(
        store.tie_identity("https://a", "u3", &account("ben"), &tied).await.is_err(),
        "by another's name"
    );
    assert_eq!(store.identity("https://a", "u2").await.unwrap().as_deref(), Some("ben"));
    assert_eq!(store.identity("https://b", "u2").await.unwrap(), None, "another provider's");
    assert_eq!(store.identity("https://a", "u3").await.unwrap(), None);
    store.tie_identity("https://a", "u4", &account("new"), &tied).await.unwrap();
    store.set_role("new", "lead", Some("W-9"), &tied).await.unwrap();
    let new = store.account("new").await.unwrap().unwrap();
    assert_eq!((new.role.as_str(), new.worker.as_deref()), ("lead", Some("W-9")));

    let pass = store::Pass {
        digest: String::new(),
        name: "new".into(),
        label: "browser".into(),
        scopes: String::new(),
        created: 1,
        seen: 1,
        expires: 100,
        family: String::new(),
    };
    let secret = store.issue(PassKind::Session, &pass).await.unwrap();
    assert!(store.pass(PassKind::Session, &secret, 2).await.unwrap().is_some());
    store.end_passes("new").await.unwrap();
    assert!(store.pass(PassKind::Session, &secret, 2).await.unwrap().is_none());
}

async fn of_two_that_show_one_signature_one_comes_in(place: &Place) {
    let store = place.open().await;
    let account =
        Account { name: "ana".into(), role: "analyst".into(), worker: None, created: 1, disabled: false };
    store.add_account(&account, None).await.unwrap();
    let key = store::Passkey {
        id: "k".into(),
        name: "ana".into(),
        label: "phone".into(),
        key: "public".into(),
        count: 4,
        created: 1,
        seen: None,
    };
    let added = event(1, "passkey added", "", "phone");
    store.add_passkey(&key, &added).await.unwrap();
    assert!(store.add_passkey(&key, &added).await.is_err(), "a key is one person's");
    let seen = store.passkey("k").await.unwrap().unwrap();
    assert_eq!(seen, key);
    let (one, two) = tokio::join!(store.passkey_used(&seen, 5, 9), store.passkey_used(&seen, 5, 9));
    assert_eq!(usize::from(one.unwrap()) + usize::from(two.unwrap()), 1);
    assert_eq!(store.passkeys("ana").await.unwrap()[0].seen, Some(9));
    assert!(!store.end_passkey("ben", "k", &added).await.unwrap());
    assert!(store.end_passkey("ana", "k", &added).await.unwrap());
    assert!(store.passkeys("ana").await.unwrap().is_empty());
}
