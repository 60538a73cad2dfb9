//! Which decisions teach, and how often.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    Actor, Asked, Audited, Case, Command, Error, Found, Outcome, Role, apply, detach, merge, taught,
};
use scoring::learning::{Ending, Route};

const WHY: &str = "Relocation approved by HR, ticket 4411.";

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn asked() -> Asked {
    Asked { looked: set(&["a", "b", "c"]), answered: set(&["a", "b"]), opened_by: set(&["a"]) }
}

fn case(number: u64, subject: &str) -> Case {
    Case::new(number, subject, 0, Found { asked: Some(asked()), ..Found::default() })
}

fn does(case: &Case, who: &str, at: i64, command: &Command) -> Case {
    apply(case, &Actor { name: who.into(), role: Role::Lead }, at, command).unwrap().case
}

fn decide(outcome: Outcome) -> Command {
    Command::Decide { outcome, reason: WHY.into() }
}

fn confirmed(case: &Case, at: i64) -> Case {
    does(&does(case, "ana", at, &decide(Outcome::Confirmed)), "ben", at + 1, &Command::Approve)
}

fn audited() -> Audited {
    Audited {
        stands_for: 12.0,
        asked: Asked { opened_by: set(&[]), ..asked() },
        judged_as_of: "2026-06-30".into(),
        proposal: None,
        finding: None,
    }
}

fn endings(cases: &[Case], drawn: &BTreeMap<String, Audited>) -> Vec<Ending> {
    taught(cases, drawn).decided.into_iter().map(|one| one.ending).collect()
}

#[test]
fn what_two_people_confirmed_and_what_was_cleared_teaches() {
    let nobody = BTreeMap::new();
    let out = taught(&[confirmed(&case(1, "W-1"), 5)], &nobody);
    let one = &out.decided[0];
    assert_eq!(one.ending, Ending::Confirmed { by: set(&["ana", "ben"]) });
    assert_eq!((one.at.0, &one.looked, &one.answered), (6, &set(&["a", "b", "c"]), &set(&["a", "b"])));
    assert_eq!(one.route, Route::Case { opened_by: set(&["a"]) });
    assert_eq!(out.confirmed, set(&["W-1"]));
    let cleared = does(&case(2, "W-2"), "ana", 5, &decide(Outcome::Cleared));
    assert_eq!(endings(std::slice::from_ref(&cleared), &nobody), [Ending::Cleared]);
    // its detail goes, and what it teaches stays
    assert_eq!(endings(&[cleared.without_detail(9)], &nobody), [Ending::Cleared]);
    for outcome in [Outcome::Undetermined, Outcome::PolicyBreachOnly] {
        let other = does(&case(3, "W-3"), "ana", 5, &decide(outcome));
        assert_eq!(endings(&[other], &nobody), [Ending::Undecided]);
    }
    let proposed = does(&case(4, "W-4"), "ana", 5, &decide(Outcome::Confirmed));
    assert!(endings(&[proposed, case(5, "W-5")], &nobody).is_empty());
}

#[test]
fn what_was_taken_back_reopened_or_not_kept_teaches_nothing() {
    let nobody = BTreeMap::new();
    let cleared = does(&case(1, "W-1"), "ana", 5, &decide(Outcome::Cleared));
    assert!(endings(&[does(&cleared, "ana", 6, &Command::Undo)], &nobody).is_empty());
    let reopened = does(&cleared, "lea", 6, &Command::Reopen { reason: WHY.into() });
    assert!(endings(std::slice::from_ref(&reopened), &nobody).is_empty());
    let again = confirmed(&reopened, 7);
    assert_eq!(endings(&[again], &nobody).len(), 1, "both decisions stand in the case, the last one counts");
    // a newer case of the same person is open: what the older one said is in doubt
    assert!(endings(&[cleared.clone(), case(2, "W-1")], &nobody).is_empty());
    let old = Case { found: Found::default(), ..cleared };
    let out = taught(&[old], &nobody);
    assert_eq!((out.decided.len(), out.unknown), (0, 1));
}

#[test]
fn merged_cases_count_once() {
    let lead = Actor { name: "lea".into(), role: Role::Lead };
    let nobody = BTreeMap::new();
    // two people worked on as one case: the decision is about the person whose case it is
    let joined = merge(&case(2, "W-2"), &case(1, "W-1"), &lead, WHY).unwrap();
    let (into, part) = (confirmed(&joined.into, 5), joined.part);
    let out = taught(&[into.clone(), part.clone()], &nobody);
    assert_eq!((out.decided.len(), out.confirmed), (1, set(&["W-1"])));
    let parted = detach(&part, &into, &lead).unwrap();
    assert_eq!(endings(&[parted.into, parted.part], &nobody).len(), 1);
    // two cases of one person
    let joined = merge(&case(4, "W-4"), &case(3, "W-4"), &lead, WHY).unwrap();
    assert_eq!(endings(&[confirmed(&joined.into, 5), joined.part], &nobody).len(), 1);
}

#[test]
fn somebody_who_was_drawn_is_confirmed_by_two_and_counts_once() {
    let (one, said) = audited().found("ana", Outcome::Confirmed, WHY, 5).unwrap();
    assert!(said.contains("second person") && one.finding.is_none());
    let none = BTreeMap::from([("W-9".to_owned(), one.clone())]);
    assert!(endings(&[], &none).is_empty());
    let alone = one.found("ana", Outcome::Confirmed, WHY, 6).unwrap_err();
    assert_eq!(alone, Error::SamePerson { who: "ana".into() });
    assert!(matches!(one.found("ben", Outcome::Confirmed, "yes", 6), Err(Error::Text(_))));
    let (two, _) = one.found("ben", Outcome::Confirmed, WHY, 7).unwrap();
    let drawn = BTreeMap::from([("W-9".to_owned(), two)]);
    let both = taught(&[confirmed(&case(1, "W-9"), 50)], &drawn);
    assert_eq!(both.decided.len(), 1);
    assert_eq!(both.decided[0].route, Route::Sample { stands_for: 12.0 }, "chance chose this person first");
    // what was found out later stands
    let (cleared, _) = audited().found("ana", Outcome::Cleared, WHY, 5).unwrap();
    let drawn = BTreeMap::from([("W-9".to_owned(), cleared)]);
    let later = taught(&[confirmed(&case(1, "W-9"), 50)], &drawn);
    assert!(
        matches!(&later.decided[..], [one] if matches!(one.ending, Ending::Confirmed { .. })),
        "{later:?}"
    );
    assert_eq!(endings(&[confirmed(&case(1, "W-9"), 2)], &drawn), [Ending::Cleared]);
}
