//! Numbers follow groups: what stays, what joins, what falls apart, in any order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use casework::lineage::{Followed, Past, Present, What, follow};
use proptest::prelude::*;

fn ids(members: &str) -> BTreeSet<String> {
    members.chars().map(String::from).collect()
}

fn group(members: &str) -> Present {
    Present { id: format!("R-{}", &members[..1]), members: ids(members) }
}

fn was(number: u64, members: &str) -> Past {
    Past { number, id: format!("R-{}", &members[..1]), members: ids(members), is_gone: false }
}

fn said(followed: &Followed) -> Vec<(u64, What, Vec<u64>)> {
    followed.steps.iter().map(|(number, step)| (*number, step.what, step.others.clone())).collect()
}

#[test]
fn a_smaller_id_renames_nothing() {
    let followed = follow(&[was(7, "mnop")], &[group("amnop")], 7);
    assert_eq!(followed.numbers, [7]);
    assert_eq!(said(&followed), [(7, What::Changed, vec![])]);
    assert_eq!((followed.steps[0].1.came.clone(), followed.steps[0].1.size), (vec!["a".to_owned()], 5));
    assert_eq!(follow(&[was(7, "mnop")], &[group("mnop")], 7).steps, [], "nothing changed, nothing is said");
}

#[test]
fn two_become_one_and_one_becomes_two() {
    let merged = follow(&[was(1, "abc"), was(2, "defg")], &[group("abcdefg")], 2);
    assert_eq!((merged.numbers.clone(), merged.gone.clone()), (vec![2], vec![1]));
    assert_eq!(said(&merged), [(1, What::Gone, vec![2]), (2, What::Merged, vec![1])]);
    let split = follow(&[was(2, "abcdefg")], &[group("abc"), group("defg")], 2);
    assert_eq!(split.numbers, [3, 2]);
    assert_eq!(said(&split), [(2, What::Changed, vec![]), (3, What::Split, vec![2])]);
}

#[test]
fn what_was_gone_comes_back_under_its_number_and_one_person_is_no_ring() {
    let gone = Past { is_gone: true, ..was(4, "abc") };
    let back = follow(std::slice::from_ref(&gone), &[group("abx")], 9);
    assert_eq!((back.numbers.clone(), said(&back)), (vec![4], vec![(4, What::Back, vec![])]));
    let other = follow(&[gone], &[group("axy")], 9);
    assert_eq!((other.numbers.clone(), said(&other)), (vec![10], vec![(10, What::Began, vec![])]));
    let over = follow(&[was(1, "abc")], &[], 1);
    assert_eq!((over.gone.clone(), said(&over)), (vec![1], vec![(1, What::Gone, vec![])]));
}

/// People in groups, none in two.
fn any_groups() -> impl Strategy<Value = Vec<BTreeSet<String>>> {
    proptest::collection::vec(0_usize..6, 14).prop_map(|of| {
        let group = |n: usize| (0..14).filter(|at| of[*at] == n).map(|at| format!("W-{at:02}")).collect();
        (0..5).map(group).filter(|members: &BTreeSet<String>| members.len() >= 2).collect()
    })
}

fn presents(groups: &[BTreeSet<String>]) -> Vec<Present> {
    let id = |members: &BTreeSet<String>| format!("R-{}", members.first().unwrap());
    groups.iter().map(|members| Present { id: id(members), members: members.clone() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_shows_no_number_stands_twice_and_a_second_look_says_nothing(
        before in any_groups(),
        after in any_groups(),
    ) {
        let past: Vec<Past> = (1..)
            .zip(presents(&before))
            .map(|(number, one)| Past { number, id: one.id, members: one.members, is_gone: false })
            .collect();
        let now = presents(&after);
        let followed = follow(&past, &now, 0);
        let distinct: BTreeSet<u64> = followed.numbers.iter().copied().collect();
        prop_assert_eq!(distinct.len(), now.len());
        let (mut turned, mut other) = (now.clone(), past.clone());
        turned.reverse();
        other.reverse();
        let mut again = follow(&other, &turned, 0);
        again.numbers.reverse();
        prop_assert_eq!(&again.numbers, &followed.numbers);
        prop_assert_eq!(&again.steps, &followed.steps);
        let settled: Vec<Past> = followed
            .numbers
            .iter()
            .zip(&now)
            .map(|(number, one)| {
                Past { number: *number, id: one.id.clone(), members: one.members.clone(), is_gone: false }
            })
            .collect();
        prop_assert!(follow(&settled, &now, 9).steps.is_empty());
        // of every number of before: it is followed, or said to be gone
        for one in &past {
            prop_assert!(distinct.contains(&one.number) != followed.gone.contains(&one.number));
        }
    }
}
