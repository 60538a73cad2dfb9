//! People whose pay goes an unusual way: to a spouse, through an agency, by a transfer service.

use super::{Kind, anybody, newcomer, remote};
use crate::address;
use crate::atlas;
use crate::draw::Draw;
use crate::names;
use crate::papers;
use crate::world::{Pay, PlaceKind, World};

/// Kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "spouse_account",
        text: "A worker who is paid into the spouse's account",
        resembles: &["holder_mismatch"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: anybody,
        make: spouse_account,
    },
    Kind {
        id: "agency",
        text: "Contractors of an agency that gives its own phone number, and sometimes receives their pay and equipment",
        resembles: &["phone_shared", "account_shared", "ship_to_shared", "holder_mismatch"],
        size: (3, 5),
        heavy: false,
        grouped: false,
        fits: remote,
        make: agency,
    },
    Kind {
        id: "immigrant",
        text: "A newcomer to the country with an internet phone, a transfer account and a trip home",
        resembles: &["signs_in_far_from_home"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: remote,
        make: immigrant,
    },
    Kind {
        id: "crypto_pay",
        text: "A contractor who asked to be paid into a wallet of their own",
        resembles: &["wallet"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: crypto_pay,
    },
    Kind {
        id: "bank_switch",
        text: "A new hire who gives a better account in the first weeks",
        resembles: &["early_change"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: anybody,
        make: bank_switch,
    },
];

fn spouse_account(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (given, family) = names::name(draw);
    let other = world.often(draw, "spouse.other_name");
    let own = world.people[crew[0]].family.clone();
    let holder = if other { format!("{given} {family}") } else { format!("{given} {own}") };
    let answer = if other { "No match" } else { "Close match" };
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == crew[0]) {
        (pay.holder, pay.answer) = (holder.clone(), answer);
    }
}

fn agency(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let name = *draw.pick(&["Brightpath Staffing", "Cobalt Contracting", "Meridian Talent"]);
    let phone = papers::another_phone(world, "US");
    let paid = world.often(draw, "agency.paid").then(|| papers::account(draw, "US"));
    let office = world.often(draw, "agency.address").then(|| {
        let city = atlas::home_city(draw);
        let house = address::house(draw, city).with_unit("Suite 210".to_owned());
        world.new_place(draw, PlaceKind::Office, house)
    });
    for worker in crew {
        world.people[*worker].agency = Some(name.to_owned());
        world.people[*worker].phone.clone_from(&phone);
        if let Some(account) = &paid {
            for pay in world.pay.iter_mut().filter(|pay| pay.worker == *worker) {
                (pay.account, pay.holder, pay.answer) = (account.clone(), format!("{name} LLC"), "No match");
            }
        }
        if let Some(office) = office {
            for parcel in world.parcels.iter_mut().filter(|one| one.worker == *worker && !one.back) {
                parcel.to = office;
            }
        }
    }
}

fn immigrant(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let phone = papers::another_phone(world, "US");
    world.internet_phones.entry(phone.clone()).or_default();
    world.people[worker].phone = phone;
    let account = papers::transfer_account(draw);
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == worker) {
        pay.account = account.clone();
    }
    if world.often(draw, "immigrant.trip") {
        let city = atlas::abroad(draw, world.iso(worker));
        let from = world.day_at(0.2 + 0.5 * draw.unit());
        let span = crate::world::Span { from, to: from + draw.span(7, 18) };
        let approved = draw.chance(world.rate("immigrant.approved"));
        papers::trip(world, draw, worker, city, span, approved);
    }
}

fn crypto_pay(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    world.people[crew[0]].agency.get_or_insert_with(|| "Cobalt Contracting".to_owned());
    let wallet = papers::wallet(draw);
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == crew[0]) {
        (pay.account, pay.answer) = (wallet.clone(), "");
    }
}

/// The first account was a slip or an old one; the bank knows the holder of both.
fn bank_switch(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    newcomer(world, draw, worker);
    let iso = world.iso(worker);
    let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else { return };
    let first = world.pay[at].clone();
    let day = (first.day + draw.span(6, 14)).min(world.to - 1);
    world.pay.push(Pay { day, account: papers::account(draw, iso), is_first: false, ..first });
}
