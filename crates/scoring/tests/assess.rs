//! Whole assessments of small made-up populations.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

mod company;

use company::{Company, component, link, meta, now, record};
use model::Tier;
use model::evidence::Answer;
use model::link::{Component, Family};
use proptest::prelude::*;
use scoring::{
    Assessment, IndicatorMeta, Inputs, RatePrior, Reference, Report, Role, Rules, Settings, Subject, assess,
};

fn part(item: &Assessment, key: &str) -> i64 {
    item.parts.iter().find(|part| part.key == key).map_or(0, |part| part.millibits)
}

#[test]
fn nothing_seen_scores_below_the_prior() {
    let item = Company::of(300, vec![meta("kvm", Tier::T1, "remote_hardware")]).one(0);
    assert!(item.bits_millibits < 0 && item.probability < 1.0 / 2000.0 && !item.case);
    assert_eq!(item.silent.len(), 1);
}

#[test]
fn one_rare_t1_opens_and_says_why() {
    let mut company = Company::of(300, vec![meta("kvm", Tier::T1, "remote_hardware")]);
    company.rules[0].innocent = vec!["home_lab".into()];
    company.rules[0].fraud = RatePrior { alpha: 18.0, beta: 2.0, source: "test".into() };
    let item = company.fire("kvm", 3, None, &[]).one(3);
    assert!(item.case, "{item:#?}");
    assert!(item.tier_rule.starts_with("one T1: title of kvm"));
    assert!(item.would_clear.iter().any(|check| check.explanation == "home_lab"));
    assert_eq!(item.role, Role::Unknown);
    let report = company.report();
    assert_eq!(report.population.opened, 1);
    assert!((report.population.expected_innocent - (1.0 - item.probability)).abs() < 1e-12);
}

#[test]
fn tool_that_half_the_staff_use_weighs_nothing() {
    let mut company = Company::of(400, vec![meta("tool", Tier::T2, "remote_tool")]);
    for at in 0..200 {
        company.fire("tool", at, None, &[]);
    }
    let item = company.one(0);
    assert_eq!(part(&item, "remote_tool"), 0, "{item:#?}");
    assert!(item.evidence[0].note.q > 0.3);
}

#[test]
fn being_merely_unusual_in_a_large_company_proves_little() {
    // Each of 20 oddities is shown by 400 of 20,000; one person shows three of them.
    let rules: Vec<_> =
        (0..20).map(|at| meta(&format!("odd{at:02}"), Tier::T3, &format!("group{at:02}"))).collect();
    let mut company = Company::of(20_000, rules);
    for odd in 0..20 {
        for at in 0..400 {
            company.fire(&format!("odd{odd:02}"), 100 + odd * 500 + at, None, &[]);
        }
    }
    for odd in ["odd00", "odd01", "odd02"] {
        company.fire(odd, 1, None, &[]);
    }
    let report = company.report();
    assert_eq!(report.population.opened, 0);
    let item = report.assessments.iter().find(|item| item.subject == "W00001").unwrap();
    assert!(item.probability < 0.1, "{}", item.probability);
}

#[test]
fn household_pair_is_one_t2_until_conduct_stands() {
    let mut rules =
        vec![link("ship", "place"), link("bank", "money"), meta("kvm", Tier::T2, "remote_hardware")];
    rules.push(meta("trip", Tier::T2, "location"));
    let mut company = Company::of(300, rules);
    company.components = vec![component("p", Family::Place, 2, true), component("m", Family::Money, 2, true)];
    for (at, other) in [(0, 1), (1, 0)] {
        company.fire("ship", at, Some("p"), &[other]).fire("bank", at, Some("m"), &[other]);
    }
    let item = company.one(0);
    assert!(!item.case, "{item:#?}");
    assert!(item.evidence.iter().all(|e| e.tier == Tier::T2 && e.millibits <= 6_000));
    assert_eq!(item.evidence.iter().filter(|e| e.counted).count(), 1);
    company.fire("trip", 1, None, &[]);
    assert_eq!(company.one(0).evidence[0].tier, Tier::T2, "a journey is no conduct at the place");
    let item = company.fire("kvm", 1, None, &[]).one(0);
    assert!(item.case && item.evidence.iter().filter(|e| e.link).all(|e| e.tier == Tier::T1), "{item:#?}");
}

#[test]
fn a_couple_whose_pay_goes_to_another_name_is_a_couple() {
    let rules = vec![link("ship", "place"), meta("holder", Tier::T2, "money")];
    let mut company = Company::of(300, rules);
    company.components = vec![component("p", Family::Place, 2, true)];
    company.fire("ship", 0, Some("p"), &[1]).fire("ship", 1, Some("p"), &[0]).fire("holder", 0, None, &[]);
    let item = company.one(0);
    assert!(!item.case && item.tier_rule.starts_with("no T1, 1 T2"), "{}", item.tier_rule);
}

#[test]
fn weak_conduct_or_the_same_parcel_leaves_a_pair_a_pair() {
    let mut reroute = meta("reroute", Tier::T2, "unmanaged");
    reroute.fraud = RatePrior { alpha: 8.0, beta: 8.0, source: "test".into() };
    let rules = vec![link("ship", "shipping"), meta("token", Tier::T3, "identity"), reroute];
    let mut company = Company::of(300, rules);
    company.components = vec![component("p", Family::Place, 2, true)];
    company.fire("ship", 0, Some("p"), &[1]).fire("ship", 1, Some("p"), &[0]).fire("token", 1, None, &[]);
    assert_eq!(company.one(0).evidence[0].tier, Tier::T2, "a T3 is no independent conduct");
    company.fire("reroute", 1, None, &[]);
    assert_eq!(company.one(0).evidence[0].tier, Tier::T1);
    company.answers.get_mut("reroute").unwrap().fired[0].records = vec![record("ship", 1)];
    let item = company.one(1);
    assert!(item.evidence.iter().all(|e| e.tier >= Tier::T2), "the same parcel");
    assert!(!item.case && item.tier_rule.starts_with("no T1, 1 T2"), "{}", item.tier_rule);
}

#[test]
fn a_link_and_what_restates_it_count_once() {
    let rules = vec![
        link("bank", "money"),
        meta("holder", Tier::T2, "money"),
        meta("change", Tier::T3, "pay_change"),
    ];
    let mut company = Company::of(300, rules);
    company.components = vec![component("m", Family::Money, 3, true)];
    for at in 0..3 {
        company.fire("bank", at, Some("m"), &[]).fire("holder", at, None, &[]).fire("change", at, None, &[]);
    }
    let item = company.one(0);
    let counted: Vec<_> =
        item.evidence.iter().filter(|e| e.counted).map(|e| e.evidence.indicator.as_str()).collect();
    assert_eq!(counted, ["bank", "change"]);
    assert!(item.case);
}

/// Indicators of every group that schemes name, as rare as real ones.
fn all_groups() -> Vec<IndicatorMeta> {
    let groups = [
        "remote_hardware",
        "remote_software",
        "vpn",
        "location",
        "identity",
        "money",
        "pay_change",
        "contact",
        "rerouting",
        "first_day",
    ];
    let of = |group: &&str| IndicatorMeta {
        fraud: RatePrior { alpha: 3.0, beta: 9.0, source: "test".into() },
        honest: Reference { mean: 0.003, source: "test".into() },
        ..meta(&format!("of_{group}"), Tier::T2, group)
    };
    groups.iter().map(of).collect()
}

#[test]
fn a_farm_of_three_opens_though_all_else_is_silent() {
    let mut rules = all_groups();
    rules.push(link("near", "place"));
    let mut company = Company::of(300, rules);
    let shared = Component { kind: "gateway_mac".into(), days: 20, ..component("p", Family::Place, 3, true) };
    company.components = vec![shared];
    for at in 0..3 {
        company.fire("near", at, Some("p"), &[]);
    }
    let item = company.one(0);
    assert!(item.case, "{item:#?}");
    let quiet = company.one(7);
    let silence: i64 = quiet.silent.iter().map(|item| item.millibits).sum();
    assert!(
        quiet.bits_millibits < silence && silence < -600,
        "on whom nothing fires, the score falls: {silence}"
    );
}

#[test]
fn two_independent_strong_facts_open_and_one_does_not() {
    for (first, second) in [("remote_hardware", "remote_software"), ("vpn", "location")] {
        let mut company = Company::of(400, all_groups());
        company.fire(&format!("of_{first}"), 0, None, &[]);
        assert!(!company.one(0).case);
        let item = company.fire(&format!("of_{second}"), 0, None, &[]).one(0);
        assert!(item.case, "{first} {second}: {item:#?}");
    }
}

#[test]
fn what_the_scheme_never_shows_costs_it_nothing() {
    let mut rules = all_groups();
    rules.push(link("near", "place"));
    let mut company = Company::of(300, rules);
    company.components = vec![component("p", Family::Place, 4, true)];
    company.fire("near", 0, Some("p"), &[]);
    let (farm, bare) = (company.one(0), company.one(9));
    let silence = |item: &Assessment, group: &str| {
        item.silent.iter().find(|one| one.group == group).map_or(0, |one| one.millibits)
    };
    assert!(silence(&farm, "location") > silence(&bare, "location"));
    assert!(silence(&farm, "remote_hardware") <= silence(&bare, "remote_hardware"));
}

#[test]
fn crowd_at_one_place_opens_unless_explained_or_protected() {
    let mut company = Company::of(300, vec![link("ship", "place")]);
    company.components = vec![component("p", Family::Place, 8, true)];
    for at in 0..8 {
        company.fire("ship", at, Some("p"), &[]);
    }
    assert!(company.one(0).case);
    let mut office = company.clone();
    office.components[0].explained_by = Some("office".into());
    let item = office.one(0);
    assert!(!item.case && part(&item, "link:place") == 0);
    assert_eq!(item.evidence[0].explained_by.as_deref(), Some("office"));
    company.components[0].protected = vec!["W00000".into()];
    let item = company.one(0);
    assert!(!item.case && item.evidence[0].protected && item.bits_millibits <= 0);
    assert!(company.one(1).case);
}

#[test]
fn membership_alone_is_never_evidence() {
    let mut company = Company::of(300, vec![meta("kvm", Tier::T1, "remote_hardware")]);
    let before = company.one(0);
    company.people[0].ring = Some("r".into());
    company.people[0].farm = Some("f".into());
    assert_eq!(before, company.one(0));
}

#[test]
fn ring_counts_once_in_the_honest_rate() {
    let mut company = Company::of(120, vec![meta("tool", Tier::T2, "remote_tool")]);
    for at in 0..12 {
        company.fire("tool", at, None, &[]);
    }
    company.fire("tool", 50, None, &[]);
    let loose = company.one(50);
    for at in 0..12 {
        company.people[at].ring = Some("r".into());
    }
    let tied = company.one(50);
    assert_eq!((loose.evidence[0].note.k, tied.evidence[0].note.k), (12, 1));
    assert!(part(&tied, "remote_tool") > part(&loose, "remote_tool"));
    assert_eq!(company.one(0).evidence[0].note.k, 1, "own ring is left out; only the other one is counted");
}

#[test]
fn missing_source_gives_a_range() {
    let mut company =
        Company::of(300, vec![meta("kvm", Tier::T1, "remote_hardware"), meta("vpn", Tier::T3, "vpn")]);
    let whole = company.one(0);
    assert!((whole.high - whole.low).abs() < 1e-15);
    let item = company.blind("kvm").one(0);
    assert!(item.low < item.probability && item.probability < item.high, "{item:#?}");
    assert_eq!(item.could_not_look, ["kvm"]);
    assert!(item.high > 10.0 * item.probability);
}

#[test]
fn jiggler_and_context_never_open() {
    let mut rules: Vec<_> = (0..6).map(|at| meta(&format!("t1x{at}"), Tier::T1, &format!("g{at}"))).collect();
    rules.iter_mut().for_each(|rule| rule.opens = false);
    rules.push(meta("context", Tier::T4, "context"));
    let mut company = Company::of(300, rules);
    for at in 0..6 {
        company.fire(&format!("t1x{at}"), 0, None, &[]);
    }
    let item = company.fire("context", 0, None, &[]).one(0);
    assert!(!item.case && item.probability > 0.9);
    assert!(part(&item, "context") <= 300);
}

#[test]
fn traveller_behind_a_vpn_is_explained_together() {
    let groups = ["vpn", "far", "zone", "travel"];
    let mut rules: Vec<_> = groups.iter().map(|id| meta(id, Tier::T3, id)).collect();
    rules.iter_mut().for_each(|rule| rule.innocent = vec!["travel".into(), "travel_approved".into()]);
    let mut company = Company::of(300, rules);
    let one = company.clone().fire("vpn", 0, None, &[]).one(0);
    assert!(one.explained_together.is_none(), "one answer alone is not explained together");
    for id in groups {
        company.fire(id, 0, None, &[]);
    }
    let item = company.one(0);
    let bar = item.explained_together.clone().unwrap();
    assert!(bar.millibits < -3_000 && bar.by == "travel", "{bar:?}");
    assert!(bar.sentence.contains("4 of the 4"));
    let known = company.attest(0, "travel_approved").one(0);
    assert!(known.bits_millibits < item.bits_millibits && known.bits_millibits >= -4_000);
    assert_eq!(known.explained_together.unwrap().by, "travel_approved");
}

#[test]
fn network_weight_fades() {
    let mut company = Company::of(300, vec![meta("vpn", Tier::T2, "vpn")]);
    company.fire("vpn", 0, None, &[]);
    let fresh = part(&company.one(0), "vpn");
    company.rules[0].half_life_days = Some(60.0);
    company.answers.get_mut("vpn").unwrap().fired[0].last_seen = now().plus_days(-60);
    assert_eq!(part(&company.one(0), "vpn"), (fresh as f64 / 2.0).round() as i64);
}

#[test]
fn roles_need_two_kinds() {
    let rules = vec![link("ship", "place"), link("bank", "money"), meta("kvm", Tier::T2, "remote_hardware")];
    let mut company = Company::of(300, rules);
    company.components = vec![component("p", Family::Place, 8, true), component("m", Family::Money, 5, true)];
    for at in 0..8 {
        company.fire("ship", at, Some("p"), &[]);
    }
    company.people[0].own_home.insert("p".into());
    assert_eq!(company.one(0).role, Role::Unknown);
    company.fire("bank", 0, Some("m"), &[]).fire("kvm", 1, None, &[]);
    assert_eq!(company.one(0).role, Role::Facilitator);
    assert_eq!(company.one(1).role, Role::Operator);
    for shared in &mut company.components {
        shared.protected = vec!["W00000".into()];
    }
    assert_eq!(company.one(0).role, Role::IdentityOwner);
}

#[test]
fn unknown_names_are_refused() {
    let rules = Rules::new([IndicatorMeta { innocent: vec!["nonsense".into()], ..meta("a", Tier::T1, "g") }])
        .unwrap();
    let settings = Settings::at(now());
    let inputs = Inputs { rules: &rules, subjects: &[], answers: &[], components: &[], settings: &settings };
    let error = assess(inputs).unwrap_err();
    assert!(error.to_string().contains("nonsense"), "{error}");
    assert!(Rules::new([meta("a", Tier::T1, "g"), meta("a", Tier::T2, "g")]).is_err());
}

const TIERS: [Tier; 4] = [Tier::T1, Tier::T2, Tier::T3, Tier::T4];

fn random_company() -> impl Strategy<Value = Company> {
    let rules = proptest::collection::vec((0..4_usize, 0..5_usize, any::<bool>(), 0..4_usize), 1..10);
    let fired = proptest::collection::vec((0..10_usize, 0..60_usize), 0..60);
    let shared = proptest::collection::vec((2..9_u32, any::<bool>(), 0..60_usize), 0..5);
    let attested = proptest::collection::vec((0..60_usize, 0..4_usize), 0..8);
    (rules, fired, shared, attested).prop_map(|(rules, mut fired, shared, attested)| {
        let named = ["travel", "privacy_vpn", "home_lab", "household"];
        let mut list: Vec<_> = rules
            .iter()
            .enumerate()
            .map(|(at, (tier, group, opens, reason))| IndicatorMeta {
                opens: *opens,
                innocent: vec![named[*reason].into()],
                ..meta(&format!("i{at}"), TIERS[*tier], &format!("g{group}"))
            })
            .collect();
        let count = list.len();
        list.push(link("ship", "place"));
        let mut company = Company::of(60, list);
        fired.sort_unstable();
        fired.dedup();
        for (rule, at) in fired.into_iter().filter(|(rule, _)| *rule < count) {
            company.fire(&format!("i{rule}"), at, None, &[]);
        }
        for (number, (members, household, at)) in shared.into_iter().enumerate() {
            let id = format!("c{number}");
            company.components.push(component(&id, Family::Place, members, household));
            company.fire("ship", at, Some(&id), &[(at + 1) % 60]);
        }
        for (at, which) in attested {
            company.attest(at, ["badge_in", "in_person_check", "travel", "household"][which]);
        }
        company
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parts_sum_exactly_and_range_holds(company in random_company()) {
        for item in company.report().assessments {
            prop_assert_eq!(item.parts.iter().map(|part| part.millibits).sum::<i64>(), item.bits_millibits);
            let odds = (item.prior_millibits + item.bits_millibits) as f64 / 1000.0;
            prop_assert!((item.probability - 1.0 / (1.0 + (-odds).exp2())).abs() < 1e-12);
            prop_assert!(item.low <= item.probability && item.probability <= item.high);
            prop_assert!(item.evidence.iter().all(|e| e.millibits >= 0));
        }
    }

    #[test]
    fn order_of_inputs_is_irrelevant(company in random_company()) {
        let whole = company.report();
        let mut answers: Vec<Answer> = company.answers.values().rev().cloned().collect();
        for answer in &mut answers {
            answer.fired.reverse();
            answer.able.reverse();
        }
        let people: Vec<Subject> = company.people.iter().rev().cloned().collect();
        let mut other = company.clone();
        other.components.reverse();
        prop_assert_eq!(whole, other.report_of(&people, &answers));
    }

    #[test]
    fn names_are_irrelevant(company in random_company(), turn in 1..59_usize) {
        let renamed = |id: &str| -> String {
            let at: usize = id[1..].parse().unwrap();
            format!("W{:05}", (at * 7 + turn) % 60)
        };
        let mut other = company.clone();
        for person in &mut other.people {
            person.id = renamed(&person.id);
        }
        for answer in other.answers.values_mut() {
            answer.able.iter_mut().for_each(|id| *id = renamed(id));
            for evidence in &mut answer.fired {
                evidence.subject = renamed(&evidence.subject);
                evidence.other.iter_mut().for_each(|id| *id = renamed(id));
            }
        }
        let bits = |report: Report, rename: bool| -> BTreeMap<String, (i64, bool)> {
            let id = |id: &str| if rename { renamed(id) } else { id.to_owned() };
            report.assessments.iter().map(|a| (id(&a.subject), (a.bits_millibits, a.case))).collect()
        };
        prop_assert_eq!(bits(company.report(), true), bits(other.report(), false));
    }

    #[test]
    fn what_speaks_for_a_person_never_raises(
        company in random_company(),
        at in 0..60_usize,
        which in 0..6_usize,
    ) {
        let before = company.one(at);
        let id = ["badge_in", "in_person_check", "travel", "household", "home_lab", "met_by_manager"][which];
        let mut more = company.clone();
        let after = more.attest(at, id).one(at);
        prop_assert!(after.bits_millibits <= before.bits_millibits, "{before:#?} {after:#?}");
        prop_assert!(before.case || !after.case);
    }

    #[test]
    fn without_an_opening_answer_no_case(company in random_company()) {
        let mut other = company.clone();
        other.rules.iter_mut().for_each(|rule| {
            if rule.tier != Tier::T4 {
                rule.opens = false;
            }
        });
        prop_assert_eq!(other.report().population.opened, 0);
    }
}
