//! Short names that follow what they stand for.

use store::{Followed, Line, LineStep};

use crate::history::only;
use crate::place::{Place, on_both};

on_both!(a_number_follows_its_group_and_never_stands_twice, nobody_who_is_erased_stands_in_a_lineage);

fn line(number: u64, id: &str, members: &str, at: i64) -> Line {
    Line { number, id: id.into(), members: members.into(), at, is_gone: false }
}

fn step(number: u64, at: i64, body: &str) -> LineStep {
    LineStep { number, at, body: body.into() }
}

async fn a_number_follows_its_group_and_never_stands_twice(place: &Place) {
    let store = place.open().await;
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(store.aliases("ring", &names(&["R-b", "R-k"])).await.unwrap(), [1, 2]);
    let first = Followed {
        lines: vec![line(1, "R-b", "b c", 10), line(2, "R-k", "k l", 10)],
        steps: vec![step(1, 10, "began"), step(2, 10, "began")],
    };
    assert!(
        store
            .follow("ring", 10, |known, last| {
                assert_eq!((known.len(), last), (0, 2));
                first
            })
            .await
            .unwrap()
    );
    // the first gets a smaller member, the second takes the id that the first had, a third is new
    let second = Followed {
        lines: vec![line(1, "R-a", "a b c", 20), line(2, "R-b", "b k l", 20), line(3, "R-x", "x y", 20)],
        steps: vec![step(1, 20, "grown"), step(3, 20, "began")],
    };
    assert!(
        store
            .follow("ring", 20, |known, _| {
                assert_eq!(known.iter().map(|line| line.id.as_str()).collect::<Vec<_>>(), ["R-b", "R-k"]);
                second
            })
            .await
            .unwrap()
    );
    store.close().await;
    let store = place.open().await;
    assert_eq!(store.aliases("ring", &names(&["R-a", "R-b", "R-x"])).await.unwrap(), [1, 2, 3]);
    let steps = store.line_steps("ring").await.unwrap();
    let told: Vec<(u64, &str)> = steps.iter().map(|step| (step.number, step.body.as_str())).collect();
    assert_eq!(told, [(1, "began"), (1, "grown"), (2, "began"), (3, "began")]);
    // an older judgement changes nothing, and farms have numbers of their own
    let refused = store.follow("ring", 15, |_, _| unreachable!("it is older"));
    assert!(!refused.await.unwrap());
    assert!(store.lines("farm").await.unwrap().is_empty());
    assert_eq!(store.lines("ring").await.unwrap()[0], line(1, "R-a", "a b c", 20));
}

async fn nobody_who_is_erased_stands_in_a_lineage(place: &Place) {
    let store = place.open().await;
    let first = Followed {
        lines: vec![line(1, "R-1", "[\"W-77\",\"W-8\"]", 10)],
        steps: vec![step(1, 10, "{\"came\":[\"W-77\"]}")],
    };
    store.follow("ring", 10, |_, _| first).await.unwrap();
    let without = |text: &str| text.replace("W-77", "(erased)");
    store.erase_person(&store::Erasure { redact: &without, ..only("W-77") }).await.unwrap();
    assert_eq!(store.lines("ring").await.unwrap()[0].members, "[\"(erased)\",\"W-8\"]");
    assert_eq!(store.line_steps("ring").await.unwrap()[0].body, "{\"came\":[\"(erased)\"]}");
    store.close().await;
    assert_eq!(place.holding("W-77").await, Vec::<String>::new());
}
