//! A store out of another one: everything is there, also what is wrong.

use store::letter::Posting;
use store::{
    Account, Error, Event, Followed, Line, LineStep, Opening, Pass, PassKind, Passkey, Reply, Store,
};

use crate::history::{event, filled};
use crate::place::{Place, on_both, say};

on_both!(a_copy_holds_everything, a_store_comes_out_of_a_file_and_only_once, damage_is_copied_as_it_is);

/// Something in every table. Returns the secret of a session.
async fn in_every_table(store: &Store) -> String {
    store.append(&event(0)).await.unwrap();
    store.aliases("ring", &["zz".to_owned(), "aa".to_owned()]).await.unwrap();
    let line = Line { number: 2, id: "bb".into(), members: "[\"W-1\"]".into(), at: 5, is_gone: false };
    let step = LineStep { number: 2, at: 5, body: "{}".into() };
    let followed = Followed { lines: vec![line], steps: vec![step] };
    assert!(store.follow("ring", 5, |_, _| followed).await.unwrap());
    store.set("last", "{\"wörd\":\"\\u0000\"}").await.unwrap();
    let account = Account {
        name: "ana".into(),
        role: "analyst".into(),
        worker: Some("W-1".into()),
        created: 1,
        disabled: false,
    };
    store.add_account(&account, None).await.unwrap();
    store.tie_identity("https://a", "u1", &account, &event(1)).await.unwrap();
    let key = Passkey {
        id: "k".into(),
        name: "ana".into(),
        label: "phone".into(),
        key: "public".into(),
        count: 4,
        created: 1,
        seen: None,
    };
    store.add_passkey(&key, &event(2)).await.unwrap();
    let pass = Pass {
        digest: String::new(),
        name: "ana".into(),
        label: "browser".into(),
        scopes: String::new(),
        created: 1,
        seen: 1,
        expires: i64::MAX,
        family: String::new(),
    };
    let secret = store.issue(PassKind::Session, &pass).await.unwrap();
    let body = |number: u64, subject: &str| (format!("case {number}"), about(subject));
    // more than one statement takes
    let people: Vec<String> = (0..150).map(|number| format!("W-{number}")).collect();
    store.open_matters(&people, body).await.unwrap();
    let opening = Opening {
        name: "ana".into(),
        subject: "W-1".into(),
        purpose: "review".into(),
        at: 1,
        expires: i64::MAX,
    };
    store.open_person(&opening, &about("W-1")).await.unwrap();
    let reply = Reply { request: "r".into(), status: 200, body: "{}".into() };
    store.claim_reply(("ana", "key"), "r", 5, (0, 0)).await.unwrap();
    store.keep_reply("ana", "key", &reply).await.unwrap();
    let posting = Posting { matter: 1, digest: "d".into(), body: Some("{}".into()) };
    store.post("siem", &[posting], 5).await.unwrap();
    store.keep_weights(1, 5, "{}", &event(3)).await.unwrap();
    store.keep_draw(&[("W-2".to_owned(), "drawn".to_owned())], |_, _| event(4)).await.unwrap();
    store.erase(|event| event.subject.as_deref() == Some("W-7"), 9, "officer").await.unwrap();
    secret
}

fn about(subject: &str) -> Event {
    Event { subject: Some(subject.to_owned()), ..event(8) }
}

/// Everything that can be read of a store.
async fn told(store: &Store, secret: &str) -> String {
    let mut out = format!("{:?}\n{:?}\n", store.verify().await.unwrap(), store.history(None).await.unwrap());
    out += &format!("{:?}\n", store.aliases("ring", &["bb".to_owned(), "zz".to_owned()]).await.unwrap());
    out +=
        &format!("{:?} {:?}\n", store.lines("ring").await.unwrap(), store.line_steps("ring").await.unwrap());
    out += &format!("{:?} {:?}\n", store.get("last").await.unwrap(), store.matters_mark().await.unwrap());
    out += &format!("{:?}\n", store.accounts().await.unwrap());
    out += &format!("{:?}\n", store.identity("https://a", "u1").await.unwrap());
    out += &format!("{:?}\n", store.passkeys("ana").await.unwrap());
    out += &format!("{:?}\n", store.pass(PassKind::Session, secret, 2).await.unwrap().unwrap());
    out += &format!("{:?}\n", store.matters().await.unwrap());
    out += &format!("{:?}\n", store.openings("ana", 2).await.unwrap());
    out += &format!("{:?}\n", store.claim_reply(("ana", "key"), "r", 6, (0, 0)).await.unwrap());
    out += &format!("{:?}\n", store.receivers().await.unwrap());
    out += &format!("{:?}\n", store.posted("siem").await.unwrap().unwrap());
    out += &format!("{:?}\n", store.letters_due("siem", 9, 9).await.unwrap());
    out += &format!("{:?} {:?}\n", store.weights().await.unwrap(), store.drawn().await.unwrap());
    out
}

async fn a_copy_holds_everything(place: &Place) {
    let store = place.open().await;
    let secret = in_every_table(&store).await;
    let whole = told(&store, &secret).await;
    let path = place.folder.path().join("copy");
    store.copy_to(&path).await.unwrap();
    assert!(store.copy_to(&path).await.is_err(), "a copy is never written over");
    let copy = Store::open(&path).await.unwrap();
    assert_eq!(told(&copy, &secret).await, whole);
    // and work goes on in it
    let last = store.length().await.unwrap();
    assert_eq!(copy.append(&event(1)).await.unwrap().sequence, last + 1);
    assert_eq!(copy.verify().await.unwrap().broken_at, None);
}

async fn a_store_comes_out_of_a_file_and_only_once(place: &Place) {
    let file = Place::file();
    let from = file.open().await;
    let secret = in_every_table(&from).await;
    let store = place.open().await;
    store.fill_from(&from).await.unwrap();
    assert_eq!(told(&store, &secret).await, told(&from, &secret).await);
    let refused = store.fill_from(&from).await.unwrap_err();
    assert!(matches!(refused, Error::Taken(_)), "{refused}");
    store.append(&event(1)).await.unwrap();
    assert_eq!(store.verify().await.unwrap().broken_at, None);
    // one entry is use enough
    let used = place.another(1).await;
    assert!(filled(&used, 1).await.fill_from(&from).await.is_err());
}

async fn damage_is_copied_as_it_is(place: &Place) {
    let harms = [
        ("DELETE FROM history_text WHERE sequence = 5; DELETE FROM history WHERE sequence = 5", Some(5)),
        ("UPDATE history SET actor = 'other' WHERE sequence = 3", Some(3)),
        ("DELETE FROM head", Some(6)),
        ("DELETE FROM history_text WHERE sequence = 4", None),
    ];
    for (number, (sql, at)) in harms.into_iter().enumerate() {
        let place = place.another(number).await;
        let store = filled(&place, 5).await;
        say(&mut place.intruder().await, sql).await.unwrap();
        let path = place.folder.path().join("copy");
        store.copy_to(&path).await.unwrap();
        let copy = Store::open(&path).await.unwrap();
        let verified = copy.verify().await.unwrap();
        assert_eq!(verified.broken_at, at, "{sql}");
        assert_eq!(verified, store.verify().await.unwrap(), "{sql}");
        let other = place.another(100).await;
        let again = other.open().await;
        again.fill_from(&copy).await.unwrap();
        assert_eq!(again.verify().await.unwrap(), verified, "{sql}");
    }
}
