//! Weights that decisions moved, and on which indicators an opening rests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use model::evidence::Answer;
use model::{Evidence, RecordId, Time};
use scoring::{Assessment, IndicatorMeta, Inputs, Rules, Settings, Subject, assess};

const NOW: Time = Time(1_780_000_000_000_000);

fn meta(id: &str, tier: &str, group: &str) -> IndicatorMeta {
    let text = format!(
        "id = '{id}'\ntitle = '{id}'\ntier = '{tier}'\nkind = 'subject'\ngroup = '{group}'\n\
         fraud = {{ alpha = 16.0, beta = 4.0 }}\nhonest = {{ mean = 0.003 }}\n"
    );
    toml::from_str(&text).unwrap()
}

/// One of 300 on whom these answered, with weights moved so.
fn judged(rules: &[IndicatorMeta], answered: &[&str], shifts: &[(&str, i64)]) -> Assessment {
    let people: Vec<Subject> = (0..300)
        .map(|at| Subject {
            id: format!("W{at:03}"),
            population: "worker".into(),
            tenure_days: 400,
            in_scope: true,
            ..Subject::default()
        })
        .collect();
    let answers: Vec<Answer> = rules
        .iter()
        .enumerate()
        .map(|(at, rule)| Answer {
            indicator: rule.id.clone(),
            able: people.iter().map(|person| person.id.clone()).collect(),
            fired: answered
                .iter()
                .filter(|id| **id == rule.id)
                .map(|id| Evidence {
                    indicator: (*id).into(),
                    subject: "W007".into(),
                    other: Vec::new(),
                    component: None,
                    first_seen: NOW,
                    last_seen: NOW,
                    value: 1.0,
                    sentence: "seen".into(),
                    records: vec![RecordId([at as u8 + 1; 16])],
                })
                .collect(),
            ..Answer::default()
        })
        .collect();
    let shifts: BTreeMap<String, i64> = shifts.iter().map(|(id, by)| ((*id).to_owned(), *by)).collect();
    let rules = Rules::new(rules.iter().cloned()).unwrap().moved(&shifts);
    let settings = Settings::at(NOW);
    let inputs =
        Inputs { rules: &rules, subjects: &people, answers: &answers, components: &[], settings: &settings };
    assess(inputs).unwrap().assessments.into_iter().find(|one| one.subject == "W007").unwrap()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn a_shift_moves_the_answer_within_its_tier_and_says_so() {
    let rules = [meta("tool", "T3", "remote_tool"), meta("other", "T3", "phone")];
    let weight = |shifts: &[(&str, i64)]| {
        let one = judged(&rules, &["tool"], shifts);
        (one.evidence[0].millibits, one.evidence[0].note.text.clone(), one.bits_millibits)
    };
    let (plain, text, bits) = weight(&[]);
    assert!(!text.contains("decisions"), "{text}");
    // as shipped it already weighs as much as its tier allows; what was learned counts before that limit
    assert_eq!(plain, 3_000);
    let (up, text, _) = weight(&[("tool", 1_500)]);
    assert_eq!(up, 3_000, "a tier is never left");
    assert!(text.ends_with("; decisions here move it by +1.50 bits"), "{text}");
    let (down, text, lower) = weight(&[("tool", -2_000)]);
    assert!(down <= plain && text.contains("-2.00 bits"), "{down} {text}");
    assert!(lower <= bits);
    assert_eq!(weight(&[("tool", -90_000)]), weight(&[("tool", -2_000)]), "never by more than two bits");
    assert_eq!(weight(&[("other", 2_000), ("gone", 500)]).0, plain, "another's shift is another's");
}

#[test]
fn a_shift_is_taken_from_the_full_weight_and_never_below_nothing() {
    let mut weak = meta("weak", "T1", "weak");
    weak.honest.mean = 0.5;
    let plain = judged(std::slice::from_ref(&weak), &["weak"], &[]).evidence[0].millibits;
    let up = judged(std::slice::from_ref(&weak), &["weak"], &[("weak", 700)]).evidence[0].millibits;
    let down = judged(std::slice::from_ref(&weak), &["weak"], &[("weak", -2_000)]).evidence[0].millibits;
    assert!(plain > 700 && plain < 2_000, "{plain}");
    assert_eq!((up, down), (plain + 700, 0));
}

#[test]
fn an_opening_rests_on_what_it_could_not_do_without() {
    let rules = [
        meta("one", "T1", "a"),
        meta("two", "T1", "b"),
        meta("same", "T1", "a"),
        meta("strong", "T2", "c"),
        meta("other", "T2", "d"),
        meta("sorts", "T4", "e"),
    ];
    let opened = |answered: &[&str]| {
        let one = judged(&rules, answered, &[]);
        assert!(one.case, "{answered:?}: {}", one.tier_rule);
        one.opened_by
    };
    assert_eq!(opened(&["one", "sorts"]), set(&["one"]));
    assert_eq!(
        opened(&["one", "two"]),
        set(&[]),
        "each would have opened it alone: either learns from the other's case"
    );
    assert_eq!(opened(&["one", "same"]), set(&["one", "same"]), "what says the same is no second opinion");
    assert_eq!(opened(&["strong", "other"]), set(&["other", "strong"]));
    assert_eq!(opened(&["one", "strong"]), set(&["one"]), "a T2 beside a T1 decided nothing");
    let none = judged(&rules, &["strong"], &[]);
    assert!(!none.case && none.opened_by.is_empty());
}
