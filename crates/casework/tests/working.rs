//! How cases are worked: the rules that people rely on, and properties of every sequence of commands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use casework::case::{Item, Question};
use casework::queue::{View, likeness};
use casework::{Actor, Case, Command, Error, Found, Outcome, Role, Status, apply, detach, merge};
use proptest::prelude::*;

const WHY: &str = "Relocation approved by HR, ticket 4411.";

fn case() -> Case {
    Case::new(7, "W-1", 1_000, Found { indicators: vec!["a".into(), "b".into()], ..Found::default() })
}

fn who(name: &str, role: Role) -> Actor {
    Actor { name: name.into(), role }
}

fn decide(outcome: Outcome) -> Command {
    Command::Decide { outcome, reason: WHY.into() }
}

#[test]
fn a_decision_is_a_sentence_with_what_was_before() {
    let step = apply(&case(), &who("Ana", Role::Analyst), 5, &decide(Outcome::Cleared)).unwrap();
    assert_eq!(step.sentence, "Ana set \"cleared\" (was \"open\"): Relocation approved by HR, ticket 4411.");
    assert_eq!(step.case.outcome(), Some(Outcome::Cleared));
}

#[test]
fn an_outcome_needs_a_reason_of_a_sentence() {
    for reason in ["", "   ", "ok", "fine then", "\u{0}\u{1} a b c"] {
        let command = Command::Decide { outcome: Outcome::Cleared, reason: reason.into() };
        let refused = apply(&case(), &who("Ana", Role::Analyst), 5, &command).unwrap_err();
        assert!(matches!(refused, Error::Text(_)), "{reason:?}: {refused}");
    }
    let long = Command::Note { text: "x".repeat(1 << 20) };
    let refused = apply(&case(), &who("Ana", Role::Analyst), 5, &long).unwrap_err().to_string();
    assert!(refused.contains("at most 20000 characters") && refused.contains("1048576"), "{refused}");
}

#[test]
fn confirmed_needs_two_people() {
    let (ana, ben) = (who("ana", Role::Analyst), who("ben", Role::Analyst));
    let proposed = apply(&case(), &ana, 5, &decide(Outcome::Confirmed)).unwrap().case;
    assert_eq!(proposed.status, Status::AwaitingSecond);
    assert_eq!(proposed.outcome(), None);
    let alone = apply(&proposed, &ana, 6, &Command::Approve).unwrap_err();
    assert_eq!(alone, Error::SamePerson { who: "ana".into() });
    // nor by proposing it again, nor by closing it otherwise meanwhile
    assert!(apply(&proposed, &ana, 6, &decide(Outcome::Confirmed)).is_err());
    assert!(apply(&proposed, &ana, 6, &decide(Outcome::Cleared)).is_err());
    let confirmed = apply(&proposed, &ben, 7, &Command::Approve).unwrap().case;
    assert_eq!(confirmed.outcome(), Some(Outcome::Confirmed));
    assert_eq!(confirmed.decisions[0].second.as_deref(), Some("ben"));
    assert!(
        apply(&confirmed, &ben, 8, &Command::Undo).is_err(),
        "two people's decision is not taken back by one"
    );
    let refused = apply(&proposed, &ben, 7, &Command::Refuse { reason: WHY.into() }).unwrap().case;
    assert_eq!((refused.status, refused.proposal), (Status::InReview, None));
}

#[test]
fn roles_are_kept() {
    for role in [Role::Viewer, Role::Auditor, Role::Admin] {
        assert!(matches!(
            apply(&case(), &who("x", role), 5, &decide(Outcome::Cleared)),
            Err(Error::Forbidden { .. })
        ));
    }
    let ana = who("ana", Role::Analyst);
    let taken = apply(&case(), &ana, 5, &Command::Assign { to: Some("ana".into()) }).unwrap().case;
    assert_eq!((taken.owner.as_deref(), taken.status), (Some("ana"), Status::InReview));
    assert!(apply(&case(), &ana, 5, &Command::Assign { to: Some("ben".into()) }).is_err());
    assert!(
        apply(&taken, &who("ben", Role::Analyst), 6, &Command::Assign { to: Some("ben".into()) }).is_err()
    );
    assert!(apply(&taken, &who("lea", Role::Lead), 6, &Command::Assign { to: Some("ben".into()) }).is_ok());
    let closed = apply(&case(), &ana, 5, &decide(Outcome::Cleared)).unwrap().case;
    assert!(apply(&closed, &ana, 6, &Command::Reopen { reason: WHY.into() }).is_err());
    let again =
        apply(&closed, &who("lea", Role::Lead), 6, &Command::Reopen { reason: WHY.into() }).unwrap().case;
    assert_eq!(again.decisions.len(), 1, "a reopened case keeps what was decided");
}

#[test]
fn ones_own_last_change_is_taken_back_and_nobody_elses() {
    let (ana, ben) = (who("ana", Role::Analyst), who("ben", Role::Analyst));
    let closed = apply(&case(), &ana, 5, &decide(Outcome::Cleared)).unwrap().case;
    assert!(apply(&closed, &ben, 6, &Command::Undo).is_err());
    let step = apply(&closed, &ana, 6, &Command::Undo).unwrap();
    assert_eq!((step.case.status, step.case.decisions.len()), (Status::Open, 0));
    assert!(step.sentence.starts_with("ana took back: set \"cleared\""), "{}", step.sentence);
    assert!(apply(&step.case, &ana, 7, &Command::Undo).is_err(), "once");
}

#[test]
fn a_merge_keeps_both_and_is_taken_back_whole() {
    let lea = who("lea", Role::Lead);
    let noted = apply(&case(), &lea, 2, &Command::Note { text: "seen".into() }).unwrap().case;
    let other = Case::new(9, "W-2", 1_000, Found::default());
    let joined = merge(&noted, &other, &lea, WHY).unwrap();
    assert_eq!((joined.part.status, joined.into.merged.clone()), (Status::Merged, vec![7]));
    assert_eq!(joined.part.notes, noted.notes);
    assert!(merge(&joined.into, &joined.part, &lea, WHY).is_err(), "no circles");
    assert!(merge(&other, &other, &lea, WHY).is_err());
    assert!(merge(&noted, &other, &who("ana", Role::Analyst), WHY).is_err());
    let parted = detach(&joined.part, &joined.into, &lea).unwrap();
    assert_eq!((parted.part.status, parted.into.merged), (Status::Open, vec![]));
    assert_eq!(parted.part.notes, noted.notes);
    assert!(parted.part_sentence.contains("it is open again"), "{}", parted.part_sentence);
    // put away until a day, and put away again
    let until = Command::Snooze { until: "2026-07-10".into(), reason: WHY.into() };
    let asleep = apply(&noted, &lea, 3, &until).unwrap().case;
    let joined = merge(&asleep, &other, &lea, WHY).unwrap();
    let parted = detach(&joined.part, &joined.into, &lea).unwrap().part;
    assert_eq!((parted.status, parted.snoozed_until.as_deref()), (Status::Snoozed, Some("2026-07-10")));
    assert_eq!(parted.before_merge, None);
    // a case that was merged before this was kept
    let old = Case { before_merge: None, ..joined.part };
    assert_eq!(detach(&old, &joined.into, &lea).unwrap().part.status, Status::InReview);
}

#[test]
fn a_snooze_runs_out_and_leaves_a_trace() {
    let ana = who("ana", Role::Analyst);
    let snooze = |until: &str| Command::Snooze { until: until.into(), reason: WHY.into() };
    for bad in ["2026-02-30", "tomorrow", "2026-13-01", "9999-01-01", "2026-1-1", ""] {
        assert!(apply(&case(), &ana, 5, &snooze(bad)).is_err(), "{bad}");
    }
    let noon = 1_783_598_400_000_000; // 2026-07-09
    for past in ["2026-07-09", "2026-07-08", "2025-12-31"] {
        let refused = apply(&case(), &ana, noon, &snooze(past)).unwrap_err();
        assert!(matches!(&refused, Error::Text(why) if why.contains("a day to come")), "{past}: {refused}");
    }
    let step = apply(&case(), &ana, noon, &snooze("2026-07-10")).unwrap();
    assert!(step.sentence.contains("snoozed until 2026-07-10"), "{}", step.sentence);
    assert!(!View::Live.holds(&step.case, "ana", 0, "2026-07-09"));
    assert!(View::Live.holds(&step.case, "ana", 0, "2026-07-10"));
}

#[test]
fn cases_with_the_same_reasons_are_alike() {
    let other = |list: &[&str]| {
        let indicators = list.iter().map(|id| (*id).to_owned()).collect();
        Case::new(8, "W-2", 1, Found { indicators, ..Found::default() })
    };
    assert_eq!(likeness(&case(), &other(&["a", "b"])), 2);
    assert_eq!(likeness(&case(), &other(&["a", "x", "y"])), 0);
    assert_eq!(likeness(&case(), &other(&[])), 0);
}

fn command() -> impl Strategy<Value = Command> {
    let reason = || prop_oneof![Just(WHY.to_owned()), Just(String::new())];
    let name = prop_oneof![Just(None), Just(Some("ana".to_owned())), Just(Some("ben".to_owned()))];
    prop_oneof![
        name.prop_map(|to| Command::Assign { to }),
        reason().prop_map(|text| Command::Note { text }),
        any::<bool>().prop_map(|done| Command::Check { item: Item::HrTold, done }),
        reason().prop_map(|text| Command::Conclude { question: Question::Pay, text }),
        reason().prop_map(|reason| Command::Wait { reason }),
        reason().prop_map(|reason| Command::Snooze { until: "2026-08-01".into(), reason }),
        Just(Command::Resume),
        (proptest::sample::select(Outcome::ALL.to_vec()), reason())
            .prop_map(|(outcome, reason)| Command::Decide { outcome, reason }),
        Just(Command::Approve),
        reason().prop_map(|reason| Command::Refuse { reason }),
        reason().prop_map(|reason| Command::Reopen { reason }),
        Just(Command::Undo),
    ]
}

proptest! {
    /// Whatever is asked by whom in whatever order: nothing is confirmed by one person, nothing is closed without a
    /// reason, notes are never lost, and every change that was made has a sentence naming who made it.
    #[test]
    fn no_sequence_of_commands_breaks_the_rules(
        steps in proptest::collection::vec((command(), 0_usize..3), 1..40)
    ) {
        let people = [who("ana", Role::Analyst), who("ben", Role::Analyst), who("lea", Role::Lead)];
        let mut now = case();
        for (at, (command, person)) in steps.into_iter().enumerate() {
            let Ok(step) = apply(&now, &people[person], at as i64, &command) else { continue };
            prop_assert!(step.sentence.starts_with(&people[person].name));
            prop_assert!(step.case.notes.starts_with(&now.notes));
            let moved = now.status != step.case.status;
            let is_undo = matches!(command, Command::Undo);
            prop_assert!(!moved || is_undo || now.status.may_become(step.case.status));
            for decision in &step.case.decisions {
                prop_assert!(decision.reason.split_whitespace().count() >= 3);
                let second = decision.second.as_ref();
                prop_assert!(decision.outcome != Outcome::Confirmed || second.is_some_and(|who| *who != decision.by));
            }
            prop_assert_eq!(step.case.status == Status::AwaitingSecond, step.case.proposal.is_some());
            now = step.case;
        }
    }
}
