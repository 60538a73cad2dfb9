//! What people share, and what stands beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod company;

use company::{Company, component, link, meta};
use model::Tier;
use model::link::{Component, Family};

/// Four at one place, which is seen by something of that kind.
fn place_of_four(tier: Tier, kind: &str) -> Company {
    let mut shared = link("shared", "place");
    shared.tier = tier;
    let mut company = Company::of(300, vec![shared, meta("tool", Tier::T2, "remote_software")]);
    company.components =
        vec![Component { kind: kind.into(), days: 20, ..component("p", Family::Place, 4, true) }];
    for at in 0..4 {
        let others: Vec<usize> = (0..4).filter(|other| *other != at).collect();
        company.fire("shared", at, Some("p"), &others);
    }
    company
}

/// Four on one line; a tool on as many of them as told.
fn line(operated: &[usize]) -> Company {
    let mut company = place_of_four(Tier::T2, "egress_ip");
    for at in operated {
        company.fire("tool", *at, None, &[]);
    }
    company
}

#[test]
fn who_stands_where_two_others_are_operated_is_tied_to_a_farm() {
    let tier = |operated: &[usize]| line(operated).one(3).evidence.iter().find(|e| e.link).unwrap().tier;
    assert_eq!(tier(&[]), Tier::T2);
    assert_eq!(tier(&[0]), Tier::T2, "one of them may have a tool of their own");
    assert_eq!(tier(&[0, 3]), Tier::T2, "the own tool is no other's");
    assert_eq!(tier(&[0, 1]), Tier::T1);
    assert!(line(&[0, 1]).one(3).case);
}

#[test]
fn a_workplace_of_one_area_is_no_farm_whoever_has_a_tool() {
    let mut company = line(&[0, 1]);
    company.components[0].is_one_area = true;
    assert_eq!(company.one(3).evidence.iter().find(|e| e.link).unwrap().tier, Tier::T2);
}

#[test]
fn a_workplace_of_one_area_is_strong_and_no_proof() {
    let mut company = place_of_four(Tier::T1, "gateway_mac");
    assert_eq!(company.one(3).evidence[0].tier, Tier::T1);
    company.components[0].is_one_area = true;
    assert_eq!(company.one(3).evidence[0].tier, Tier::T2);
}

#[test]
fn what_is_said_again_of_one_of_a_couple_is_no_second_fact() {
    let rules = vec![
        link("ship", "shipping"),
        meta("delivered", Tier::T2, "shipping"),
        meta("phone behind a vpn", Tier::T2, "vpn"),
    ];
    let mut company = Company::of(300, rules);
    let parcel = Component { kind: "ship_to".into(), ..component("p", Family::Place, 2, true) };
    company.components = vec![parcel];
    company.fire("ship", 0, Some("p"), &[1]).fire("ship", 1, Some("p"), &[0]);
    company.fire("delivered", 0, None, &[1]).fire("phone behind a vpn", 0, None, &[]);
    let rule = company.one(0).tier_rule;
    assert!(rule.starts_with("no T1, 1 T2"), "{rule}");
}

/// A phone shared with one and an account with another.
fn two_tokens(other: usize) -> Company {
    let mut company = Company::of(300, vec![link("phone", "contact"), link("bank", "money")]);
    let mut phone = component("t", Family::Text, 2, true);
    phone.kind = "phone".into();
    company.components = vec![phone, component("m", Family::Money, 2, true)];
    company.fire("phone", 0, Some("t"), &[1]).fire("phone", 1, Some("t"), &[0]);
    company.fire("bank", 0, Some("m"), &[other]).fire("bank", other, Some("m"), &[0]);
    company
}

#[test]
fn nobody_is_a_couple_twice() {
    let couple = two_tokens(1).one(0);
    assert!(couple.tier_rule.starts_with("no T1, 1 T2"), "{}", couple.tier_rule);
    let both = two_tokens(2).one(0);
    assert!(both.tier_rule.starts_with("two T2"), "{}", both.tier_rule);
}

#[test]
fn a_source_that_is_hardly_tied_shows_what_it_shows_and_its_silence_weighs_nothing() {
    let mut company = Company::of(300, vec![meta("kvm", Tier::T1, "remote_hardware")]);
    company.fire("kvm", 3, None, &[]);
    company.answers.get_mut("kvm").unwrap().missing = vec!["peripheral".into()];
    assert!(company.one(3).evidence.iter().any(|item| item.counted));
    let quiet = company.one(0);
    assert!(quiet.silent.is_empty() && quiet.could_not_look == ["kvm"], "{quiet:#?}");
}

#[test]
fn two_things_are_two_though_a_third_is_like_both() {
    let mut rules = vec![link("egress", "place"), link("computer", "identity"), link("approval", "approval")];
    rules.iter_mut().for_each(|rule| rule.tier = Tier::T2);
    let mut company = Company::of(300, rules);
    let of = |id: &str, kind: &str, family, homely| Component {
        kind: kind.into(),
        days: 30,
        ..component(id, family, 2, homely)
    };
    company.components = vec![
        of("p", "egress_ip", Family::Place, true),
        of("c", "meeting_device", Family::Device, false),
        of("a", "factor_device", Family::Device, false),
    ];
    for (at, other) in [(0, 1), (1, 0)] {
        company.fire("egress", at, Some("p"), &[other]).fire("computer", at, Some("c"), &[other]);
    }
    assert!(company.one(0).tier_rule.starts_with("no T1, 1 T2"), "a couple and the family's computer");
    for (at, other) in [(0, 1), (1, 0)] {
        company.fire("approval", at, Some("a"), &[other]);
    }
    let rule = company.one(0).tier_rule;
    assert!(rule.starts_with("two T2"), "nobody's partner approves for them: {rule}");
}
