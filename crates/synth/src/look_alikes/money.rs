//! People whose pay goes an unusual way: to a spouse, through an agency, by a transfer service.

use super::{Kind, anybody, remote};
use crate::names;
use crate::draw::Draw;
use crate::papers;
use crate::world::World;

/// Kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "spouse_account",
        text: "A worker who is paid into the spouse's account",
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: anybody,
        make: spouse_account,
    },
    Kind {
        id: "agency",
        text: "Contractors of an agency that gives its own phone number and receives their pay",
        size: (3, 5),
        heavy: false,
        grouped: false,
        fits: remote,
        make: agency,
    },
    Kind {
        id: "immigrant",
        text: "A newcomer with an internet phone, a transfer account and a trip home",
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: remote,
        make: immigrant,
    },
    Kind {
        id: "crypto_pay",
        text: "A contractor who asked to be paid into a wallet of their own",
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: contractor,
        make: crypto_pay,
    },
];

fn contractor(world: &World, at: usize) -> bool {
    world.people[at].agency.is_some()
}

fn spouse_account(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (given, family) = names::name(draw);
    let same = draw.chance(0.6);
    let own = world.people[crew[0]].family.clone();
    let holder = if same { format!("{given} {own}") } else { format!("{given} {family}") };
    let answer = if same { "Close match" } else { "No match" };
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == crew[0]) {
        (pay.holder, pay.answer) = (holder.clone(), answer);
    }
}

fn agency(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let name = *draw.pick(&["Brightpath Staffing", "Cobalt Contracting", "Meridian Talent"]);
    let phone = papers::another_phone(world, "US");
    let paid = draw.chance(0.6).then(|| papers::account(draw, "US"));
    for worker in crew {
        world.people[*worker].agency = Some(name.to_owned());
        world.people[*worker].phone.clone_from(&phone);
        let Some(account) = &paid else { continue };
        for pay in world.pay.iter_mut().filter(|pay| pay.worker == *worker) {
            (pay.account, pay.holder, pay.answer) = (account.clone(), format!("{name} LLC"), "No match");
        }
    }
}

fn immigrant(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    world.people[worker].phone = papers::another_phone(world, "US");
    let account = papers::transfer_account(draw);
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == worker) {
        pay.account = account.clone();
    }
    if draw.chance(0.5) {
        let city = crate::atlas::abroad(draw, world.iso(worker));
        let from = world.day_at(0.2 + 0.5 * draw.unit());
        let span = crate::world::Span { from, to: from + draw.span(7, 18) };
        let approved = draw.chance(0.8);
        papers::trip(world, draw, worker, city, span, approved);
    }
}

fn crypto_pay(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let wallet = papers::wallet(draw);
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == crew[0]) {
        (pay.account, pay.answer) = (wallet.clone(), "");
    }
}
