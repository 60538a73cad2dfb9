//! Whoever changes the history behind the store's back: the database refuses, or the walk finds where.

use store::{Error, Store};

use crate::history::{event, filled};
use crate::place::{Place, on_both, say};

on_both!(
    the_database_itself_refuses_changes,
    tampering_is_found_where_it_was_done,
    a_cut_end_is_not_healed_by_appending,
    nothing_is_added_after_an_inserted_entry,
    text_taken_away_without_an_entry_is_told,
    a_name_that_was_changed_or_taken_away_is_told,
);

async fn the_database_itself_refuses_changes(place: &Place) {
    filled(place, 3).await.close().await;
    let mut plain = place.plain().await;
    for sql in [
        "UPDATE history SET actor = 'other' WHERE sequence = 2",
        "DELETE FROM history WHERE sequence = 2",
        "DELETE FROM head",
        "UPDATE head SET sequence = 1",
    ] {
        let told = say(&mut plain, sql).await.unwrap_err().to_string();
        assert!(told.contains("append-only"), "{sql}: {told}");
    }
}

async fn tampering_is_found_where_it_was_done(place: &Place) {
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
    for (number, (sql, at)) in cases.iter().enumerate() {
        let place = place.another(number).await;
        let store = filled(&place, 5).await;
        let mut intruder = place.intruder().await;
        if let Err(refused) = say(&mut intruder, sql).await {
            assert!(
                !place.is_file() && sql.contains("noon"),
                "types are kept by one of the two: {sql}: {refused}"
            );
            continue;
        }
        let found = store.verify().await.unwrap();
        assert_eq!(found.broken_at, Some(*at), "{sql}");
        assert_eq!(found.entries, at - 1, "{sql}");
    }
}

/// A cut-off end stays visible when work goes on: the next entry takes the number after the one cut off.
async fn a_cut_end_is_not_healed_by_appending(place: &Place) {
    let store = filled(place, 5).await;
    let mut intruder = place.intruder().await;
    say(&mut intruder, "DELETE FROM history WHERE sequence = 5; DELETE FROM history_text WHERE sequence = 5")
        .await
        .unwrap();
    assert_eq!(store.append(&event(5)).await.unwrap().sequence, 6);
    assert_eq!(store.verify().await.unwrap().broken_at, Some(5));
}

async fn nothing_is_added_after_an_inserted_entry(place: &Place) {
    let store = filled(place, 2).await;
    let mut intruder = place.intruder().await;
    say(&mut intruder, "INSERT INTO history SELECT 3, at, 'me', action, commitment, hash, 'y' FROM history WHERE sequence = 2").await.unwrap();
    let refused = store.append(&event(2)).await.unwrap_err();
    assert!(matches!(refused, Error::Occupied { sequence: 3 }), "{refused}");
}

async fn text_taken_away_without_an_entry_is_told(place: &Place) {
    let store = filled(place, 5).await;
    let mut intruder = place.intruder().await;
    say(&mut intruder, "DELETE FROM history_text WHERE sequence = 4").await.unwrap();
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, vec![4]));
}

/// Any byte of the file: either something says so, or the history reads exactly as before.
#[tokio::test]
async fn a_flipped_byte_is_found_or_changes_nothing() {
    let place = Place::file();
    let (folder, path) = (&place.folder, place.folder.path().join("store"));
    let store = filled(&place, 12).await;
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
                    Ok(verified) if verified.broken_at.is_none() && verified.unaccounted.is_empty() => {
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

async fn a_name_that_was_changed_or_taken_away_is_told(place: &Place) {
    let changed = place.another(1).await;
    let store = filled(&changed, 5).await;
    say(&mut changed.intruder().await, "UPDATE actor SET name = 'other' WHERE name = 'analyst-2'")
        .await
        .unwrap();
    assert_eq!(store.verify().await.unwrap().broken_at, Some(3));

    let gone = place.another(2).await;
    let store = filled(&gone, 5).await;
    say(&mut gone.intruder().await, "DELETE FROM actor WHERE name = 'analyst-1'").await.unwrap();
    let verified = store.verify().await.unwrap();
    assert_eq!((verified.broken_at, verified.unaccounted), (None, vec![2]));
}
