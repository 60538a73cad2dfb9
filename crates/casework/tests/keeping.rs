//! How long the detail of cleared people is kept, by a clock that the test holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use casework::retention::{GONE, State, review};
use casework::{Actor, Case, Command, Found, Outcome, Role, apply, detach, merge};

const DAY: i64 = 86_400_000_000;
const WHY: &str = "Relocation approved by HR, ticket 4411.";

fn lea() -> Actor {
    Actor { name: "lea".into(), role: Role::Lead }
}

fn opened(number: u64, subject: &str) -> Case {
    Case::new(number, subject, 0, Found { indicators: vec!["a".into()], ..Found::default() })
}

fn after(case: &Case, at: i64, command: &Command) -> Case {
    apply(case, &lea(), at, command).unwrap().case
}

fn decided(case: &Case, at: i64, outcome: Outcome) -> Case {
    after(case, at, &Command::Decide { outcome, reason: WHY.into() })
}

fn of(cases: &[Case], now: i64) -> Option<State> {
    review(cases, now, 30).remove("W-1")
}

#[test]
fn detail_goes_when_its_days_are_over_and_not_a_moment_before() {
    let cleared = decided(&opened(1, "W-1"), DAY, Outcome::Cleared);
    let end = 31 * DAY;
    assert_eq!(of(std::slice::from_ref(&cleared), end - 1), Some(State::From(end)));
    assert_eq!(of(std::slice::from_ref(&cleared), end), Some(State::Due));
    assert_eq!(review(std::slice::from_ref(&cleared), DAY, 0).remove("W-1"), Some(State::Due));
    // reopened and cleared anew, it is counted from then
    let again = after(&cleared, 20 * DAY, &Command::Reopen { reason: WHY.into() });
    assert_eq!(of(std::slice::from_ref(&again), 90 * DAY), None, "somebody works on it");
    let again = decided(&again, 25 * DAY, Outcome::Cleared);
    assert_eq!(of(&[again], 31 * DAY), Some(State::From(55 * DAY)));
}

#[test]
fn only_who_was_cleared_of_everything_is_left_alone() {
    let late = 400 * DAY;
    assert_eq!(of(&[opened(1, "W-1")], late), None);
    for outcome in [Outcome::Undetermined, Outcome::PolicyBreachOnly] {
        assert_eq!(of(&[decided(&opened(1, "W-1"), DAY, outcome)], late), None, "{outcome:?}");
    }
    let cleared = decided(&opened(1, "W-1"), DAY, Outcome::Cleared);
    let undetermined = decided(&opened(2, "W-1"), DAY, Outcome::Undetermined);
    assert_eq!(of(&[cleared.clone(), undetermined], late), None);
    assert_eq!(of(&[cleared.clone(), opened(2, "W-1")], late), None, "a new case is open");
    assert_eq!(of(&[cleared, opened(2, "W-2")], late), Some(State::Due), "others do not count");
}

#[test]
fn a_hold_beats_retention() {
    let cleared = decided(&opened(1, "W-1"), DAY, Outcome::Cleared);
    let held = after(&cleared, 2 * DAY, &Command::Hold { reason: WHY.into() });
    assert_eq!(of(std::slice::from_ref(&held), 999 * DAY), Some(State::Held));
    let released = after(&held, 3 * DAY, &Command::Release { reason: WHY.into() });
    assert_eq!(of(&[released], 999 * DAY), Some(State::Due));
}

#[test]
fn a_part_is_kept_as_long_as_the_case_that_took_it_in() {
    let joined = merge(&opened(1, "W-1"), &opened(2, "W-2"), &lea(), WHY).unwrap();
    let (part, into) = (joined.part, joined.into);
    assert_eq!(of(&[part.clone(), into.clone()], 400 * DAY), None, "it is not decided");
    let cleared = decided(&into, DAY, Outcome::Cleared);
    assert_eq!(of(&[part.clone(), cleared.clone()], 400 * DAY), Some(State::Due));
    let held = after(&cleared, 2 * DAY, &Command::Hold { reason: WHY.into() });
    assert_eq!(
        of(&[part.clone(), held], 400 * DAY),
        Some(State::Held),
        "a hold on the whole holds its parts"
    );
    let bare = part.without_detail(400 * DAY);
    assert!(detach(&bare, &cleared, &lea()).is_ok(), "and it can still be taken out");
}

#[test]
fn what_stays_opens_nothing_again_and_tells_nothing_more() {
    let noted = after(&opened(1, "W-1"), 1, &Command::Note { text: "her landlord's number".into() });
    let cleared = decided(&noted, DAY, Outcome::Cleared);
    let bare = cleared.without_detail(40 * DAY);
    assert_eq!((bare.outcome(), &bare.found), (Some(Outcome::Cleared), &cleared.found));
    assert!(bare.notes.is_empty() && bare.before.is_none() && bare.owner.is_none());
    assert_eq!((bare.decisions[0].reason.as_str(), bare.decisions[0].by.as_str()), (GONE, ""));
    assert_eq!(of(std::slice::from_ref(&bare), 99 * DAY), None, "once");
    // looked at once more, it is due once more
    let again = after(&bare, 50 * DAY, &Command::Reopen { reason: WHY.into() });
    let again = decided(&again, 51 * DAY, Outcome::Cleared);
    assert_eq!(of(&[again], 99 * DAY), Some(State::Due));
}
