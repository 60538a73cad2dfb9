//! What decisions teach, and what they may not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use model::time::DAY_MICROS;
use model::{Tier, Time};
use scoring::learning::{Decided, Ending, FairnessTable, Learned, MOST_DRIFT, Route, Versions, learn};
use scoring::{IndicatorKind, IndicatorMeta, RatePrior, Reference, Rules};

const NOW: Time = Time(1000 * DAY_MICROS);

fn rules() -> Rules {
    let meta = |id: &str| IndicatorMeta {
        id: id.into(),
        title: id.into(),
        tier: Tier::T2,
        kind: IndicatorKind::Subject,
        group: id.into(),
        stage: String::new(),
        tables: Vec::new(),
        sees: String::new(),
        why: String::new(),
        innocent: Vec::new(),
        fraud: RatePrior { alpha: 2.0, beta: 8.0, source: String::new() },
        honest: Reference { mean: 0.02, source: String::new() },
        half_life_days: None,
        opens: true,
        clearing: String::new(),
        shift: 0,
    };
    Rules::new([meta("tool"), meta("opener")]).unwrap()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn case(ending: Ending, answered: &[&str]) -> Decided {
    Decided {
        ending,
        route: Route::Case { opened_by: set(&["opener"]) },
        at: NOW,
        looked: set(&["tool", "opener"]),
        answered: set(answered),
    }
}

fn confirmed(answered: &[&str]) -> Decided {
    case(Ending::Confirmed { by: set(&["ann", "bo"]) }, answered)
}

fn of(list: &[Decided], id: &str) -> Learned {
    learn(&rules(), list, NOW).into_iter().find(|one| one.indicator == id).unwrap()
}

#[test]
fn posteriors_by_hand() {
    let list = [confirmed(&["tool", "opener"]), confirmed(&["opener"]), case(Ending::Cleared, &["opener"])];
    let tool = of(&list, "tool");
    assert_eq!((tool.fraud.alpha, tool.fraud.beta), (3.0, 9.0));
    assert_eq!((tool.honest.alpha, tool.honest.beta), (4.0, 197.0));
    assert_eq!((tool.confirmed.answered, tool.confirmed.people, tool.cleared.people), (1, 2, 1));
}

#[test]
fn an_indicator_learns_nothing_from_the_case_it_opened() {
    let list = vec![confirmed(&["tool", "opener"]); 50];
    assert_eq!(of(&list, "opener").shift, 0);
    assert!(of(&list, "tool").shift > 0);
}

#[test]
fn one_persons_word_and_the_undecided_teach_nothing() {
    let alone = case(Ending::Confirmed { by: set(&["ann"]) }, &["tool"]);
    let nothing = of(&[alone, case(Ending::Undecided, &["tool"])], "tool");
    assert_eq!((nothing.shift, nothing.confirmed.people, nothing.cleared.people), (0, 0, 0));
    let blind = Decided { looked: set(&["opener"]), ..confirmed(&[]) };
    assert_eq!(of(&[blind], "tool").shift, 0, "it could not look");
}

#[test]
fn no_number_of_decisions_moves_a_weight_by_more_than_two_bits() {
    let up = of(&vec![confirmed(&["tool"]); 10_000], "tool");
    assert_eq!(up.shift, MOST_DRIFT);
    assert!(up.shift_unheld > MOST_DRIFT, "{up:?}");
    let down = of(&vec![case(Ending::Cleared, &["tool"]); 10_000], "tool");
    assert_eq!(down.shift, -MOST_DRIFT);
}

#[test]
fn old_decisions_count_half_a_year_after_year() {
    let old = Decided { at: Time(NOW.0 - 365 * DAY_MICROS), ..confirmed(&["tool"]) };
    let learned = of(&[old, confirmed(&[])], "tool");
    assert!(
        (learned.fraud.alpha - 2.5).abs() < 1e-12 && (learned.fraud.beta - 9.0).abs() < 1e-12,
        "{learned:?}"
    );
}

#[test]
fn a_sample_speaks_for_many_and_weighs_as_many_as_were_looked_into() {
    let sample = |answered: &[&str]| Decided {
        route: Route::Sample { stands_for: 99.0 },
        ending: Ending::Cleared,
        ..case(Ending::Cleared, answered)
    };
    // One cleared case on which it answered, and one of the sample on whom it did not, who stands for 99.
    let learned = of(&[case(Ending::Cleared, &["tool"]), sample(&[])], "tool");
    assert!((learned.cleared.weight - 2.0).abs() < 1e-12, "two people are two people");
    assert!((learned.honest.alpha - (4.0 + 0.02)).abs() < 1e-12, "{learned:?}");
    // The opener of a case may learn from the sample.
    assert!(of(&[sample(&["opener"])], "opener").shift < 0);
}

#[test]
fn a_version_is_applied_only_with_its_own_passing_table_and_old_ones_stay() {
    let mut versions = Versions::default();
    let first = versions.propose(&learn(&rules(), &[confirmed(&["tool"])], NOW), NOW.0);
    let table = |version: u32, corrected: &[f64]| FairnessTable { version, corrected: corrected.to_vec() };
    assert!(versions.apply(first, &table(first, &[])).is_err(), "no test is no pass");
    assert!(versions.apply(first, &table(first, &[0.6, 0.04])).is_err());
    assert!(versions.apply(first, &table(7, &[0.6])).unwrap_err().to_string().contains("another version"));
    assert_eq!(versions.applied(), 0);
    versions.apply(first, &table(first, &[0.6, 0.3])).unwrap();
    let second = versions.propose(&learn(&rules(), &[], NOW), NOW.0);
    assert_eq!((versions.applied(), second), (first, first + 1));
    assert!(versions.get(second).unwrap().shifts.is_empty());
    assert!(versions.get(first).unwrap().shifts["tool"] > 0, "what was applied once can be read again");
    assert!(versions.apply(9, &table(9, &[1.0])).is_err());
}
