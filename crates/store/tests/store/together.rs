//! Several at once: one chain, one number for each, and a clear word to whoever comes second.

use std::process::{Command, Stdio};

use store::{Error, Event, Matter};

use crate::history::{event, only};
use crate::place::{Place, on_both, open};

on_both!(
    two_handles_with_four_tasks_make_one_chain,
    many_processes_open_a_new_store_at_once,
    of_two_that_decide_at_once_one_is_told,
    no_case_gets_a_number_twice,
);

async fn two_handles_with_four_tasks_make_one_chain(place: &Place) {
    // both open a store that does not exist yet
    let (first, second) = tokio::join!(place.open(), place.open());
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
    let (Ok(named), Ok(at)) = (std::env::var("STORE_TO_OPEN"), std::env::var("STORE_OPEN_AT")) else {
        return;
    };
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_millis(at.parse().unwrap());
    if let Ok(left) = at.duration_since(std::time::SystemTime::now()) {
        std::thread::sleep(left);
    }
    let store = open(&named).await.unwrap();
    store.append(&event(1)).await.unwrap();
}

async fn many_processes_open_a_new_store_at_once(place: &Place) {
    for round in 0..4 {
        let place = place.another(round).await;
        let at = std::time::SystemTime::now() + std::time::Duration::from_millis(150);
        let at = at.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis().to_string();
        let start = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "together::opens_at_a_given_moment", "--ignored", "--nocapture"])
                .env("STORE_TO_OPEN", place.named())
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
        let verified = place.open().await.verify().await.unwrap();
        assert_eq!((verified.entries, verified.broken_at), (8, None));
    }
}

fn opened(number: u64, subject: &str) -> (String, Event) {
    (format!("case {number} of {subject}"), event(1))
}

async fn of_two_that_decide_at_once_one_is_told(place: &Place) {
    let (one, two) = (place.open().await, place.open().await);
    one.open_matters(&["W-1".to_owned()], opened).await.unwrap();
    for round in 1..=12 {
        let seen = one.matter(1).await.unwrap().unwrap();
        assert_eq!(seen.version, round);
        let decided = |who: &str| vec![(Matter { body: who.to_owned(), ..seen.clone() }, event(2))];
        let (left, right) = (decided("cleared by ana"), decided("confirmed by ben"));
        let (left, right) = tokio::join!(one.change_matters(&left), two.change_matters(&right));
        let kept = two.matter(1).await.unwrap().unwrap();
        let told = match (left, right) {
            (Ok(()), Err(told)) => {
                assert_eq!(kept.body, "cleared by ana");
                told
            }
            (Err(told), Ok(())) => {
                assert_eq!(kept.body, "confirmed by ben");
                told
            }
            both => panic!("one of the two wins: {both:?}"),
        };
        assert!(matches!(told, Error::Conflict { number: 1, version } if version == round + 1), "{told}");
    }
    // what was refused left no entry behind
    let verified = one.verify().await.unwrap();
    assert_eq!((verified.entries, verified.broken_at), (13, None));
    assert_eq!(one.matters_mark().await.unwrap(), 13);
}

async fn no_case_gets_a_number_twice(place: &Place) {
    let (one, two) = (place.open().await, place.open().await);
    let people: Vec<String> = (0..5).map(|number| format!("W-{number}")).collect();
    let (left, right) = tokio::join!(one.open_matters(&people, opened), two.open_matters(&people, opened));
    let mut numbers = [left.unwrap(), right.unwrap()].concat();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    one.erase_person(&only("W-4")).await.unwrap();
    assert_eq!(two.open_matters(&people[..1], opened).await.unwrap(), [11]);
}
