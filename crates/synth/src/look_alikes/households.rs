//! People who live together or receive their parcels together: couples, flatmates, families, mail rooms.

use super::{Kind, anybody, remote};
use crate::address;
use crate::atlas;
use crate::draw::{Draw, mix};
use crate::export::agent;
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Attested, Door, PlaceId, PlaceKind, Seat, Via, World};

/// Kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "couple",
        text: "Two workers who share a home, sometimes an account, a phone number, a mailbox and the family's computer",
        resembles: &[
            "gateway_shared",
            "access_point_shared",
            "egress_shared",
            "account_shared",
            "wallet_shared",
            "phone_shared",
            "mailbox_shared",
            "device_token_shared",
            "unmanaged_machine",
            "takes_turns",
        ],
        size: (2, 2),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: couple,
    },
    Kind {
        id: "flatmates",
        text: "Workers who share a flat and its network, and nothing else",
        resembles: &["gateway_shared", "access_point_shared", "egress_shared"],
        size: (2, 3),
        heavy: true,
        grouped: true,
        fits: anybody,
        make: flatmates,
    },
    Kind {
        id: "mail_room",
        text: "Workers of one apartment house or dormitory whose parcels go to its mail room",
        resembles: &["ship_to_shared", "rerouted"],
        size: (2, 4),
        heavy: true,
        grouped: true,
        fits: remote,
        make: mail_room,
    },
    Kind {
        id: "parents_house",
        text: "A worker whose parcels go to the parents' house in another city",
        resembles: &["ship_to_shared", "signs_in_far_from_home"],
        size: (1, 1),
        heavy: true,
        grouped: true,
        fits: remote,
        make: parents_house,
    },
    Kind {
        id: "relative_colleague",
        text: "A worker whose parcels go to the house of a parent who works for the same company",
        resembles: &["sent_to_colleague", "ship_to_shared"],
        size: (2, 2),
        heavy: true,
        grouped: true,
        fits: remote,
        make: relative_colleague,
    },
];

/// All live where the first lives, each at a desk of their own.
fn share_home(world: &mut World, draw: &mut Draw, crew: &[usize]) -> PlaceId {
    let home = world.people[crew[0]].home;
    for (at, worker) in crew.iter().enumerate().skip(1) {
        let desk = world.home_desk(draw);
        world.places[home].desks.push(desk);
        papers::settle(world, *worker, home, Seat::Desk(at));
    }
    home
}

fn declare(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let day = world.from - draw.span(5, 300);
    let attested = Attested {
        worker: crew[0],
        kind: "declared_household",
        day,
        span: None,
        city: None,
        other: Some(crew[1]),
        item: "",
    };
    world.attested.push(attested);
}

fn couple(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let home = share_home(world, draw, crew);
    if draw.chance(world.rate("couple.declared")) {
        declare(world, draw, crew);
    }
    if world.often(draw, "couple.account") {
        let joint = papers::account(draw, world.iso(crew[0]));
        let holder = format!("{} & {}", world.people[crew[0]].name(), world.people[crew[1]].name());
        for pay in world.pay.iter_mut().filter(|pay| crew.contains(&pay.worker)) {
            (pay.account, pay.holder) = (joint.clone(), holder.clone());
        }
    } else if world.often(draw, "couple.wallet") {
        let wallet = papers::wallet(draw);
        for pay in world.pay.iter_mut().filter(|pay| crew.contains(&pay.worker)) {
            (pay.account, pay.answer) = (wallet.clone(), "");
        }
    }
    if world.often(draw, "couple.computer") {
        family_computer(world, draw, crew, home);
    }
    if world.often(draw, "couple.phone") {
        world.people[crew[1]].phone = world.people[crew[0]].phone.clone();
    }
    if world.often(draw, "couple.mailbox") {
        world.people[crew[1]].mail = world.people[crew[0]].mail.clone();
    }
}

/// Both read their mail on the family's computer now and then: one device token, two accounts.
fn family_computer(world: &mut World, draw: &mut Draw, crew: &[usize], home: PlaceId) {
    let token = mix(world.seed, draw.bits());
    let agent = *draw.pick(&[agent::WINDOWS_PC, agent::MAC]);
    for worker in crew {
        world.people[*worker].doors.push(Door {
            from: i32::MIN,
            to: ALWAYS,
            per_day: 0.08,
            hours: (18 * 60, 22 * 60),
            token,
            agent,
            via: Via::Place(home),
            fixed: true,
            tag: Tag::NONE,
            ..Door::PLAIN
        });
    }
}

fn flatmates(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    share_home(world, draw, crew);
    if draw.chance(world.rate("flatmates.declared")) {
        declare(world, draw, crew);
    }
}

/// Own units and lines in one house; parcels lie in the mail room.
fn mail_room(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let city = world.people[crew[0]].city;
    let house = address::house(draw, city);
    let room = draw.pick(&["Mail Room", "Package Locker", "Reception"]);
    let desk = world.new_place(draw, PlaceKind::PickupPoint, house.with_unit((*room).to_owned()));
    for (at, worker) in crew.iter().enumerate() {
        let unit = format!("Apt {}", 100 * (at + 1) + draw.below(40));
        let home = world.new_place(draw, PlaceKind::Home, house.with_unit(unit));
        papers::settle(world, *worker, home, Seat::Desk(0));
        let signed = (*draw.pick(&["LOCKER", "FRONT DESK", "MAILROOM"])).to_owned();
        for parcel in world.parcels.iter_mut().filter(|one| one.worker == *worker && !one.back) {
            parcel.instead = Some(desk);
            parcel.signed = Some(signed.clone());
        }
        accessory(world, draw, *worker, Some(desk));
    }
}

fn parents_house(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let city = atlas::far_city(draw, world.people[crew[0]].city, 0.0);
    let parents = world.new_home(draw, city);
    sent_to(world, draw, crew[0], parents);
}

/// The parent is the first, the child the second.
fn relative_colleague(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let city = world.people[crew[0]].city;
    if world.people[crew[1]].city == city || draw.chance(0.5) {
        papers::relocate(world, draw, crew[1], city);
    }
    let parents = world.people[crew[0]].home;
    sent_to(world, draw, crew[1], parents);
}

/// All parcels of a worker go to relatives, who sign for them.
fn sent_to(world: &mut World, draw: &mut Draw, worker: usize, place: PlaceId) {
    let signed = format!("{}. {}", draw.shape("?"), world.people[worker].family.to_uppercase());
    for parcel in world.parcels.iter_mut().filter(|one| one.worker == worker && !one.back) {
        parcel.to = place;
        parcel.signed = Some(signed.clone());
    }
    let at = accessory(world, draw, worker, None);
    world.parcels[at].to = place;
}

/// A parcel in the window for somebody who may not have one; where it went instead of home, if elsewhere.
pub fn accessory(world: &mut World, draw: &mut Draw, worker: usize, instead: Option<PlaceId>) -> usize {
    let home = world.people[worker].home;
    let sent = world.day_at(0.05 + 0.7 * draw.unit()).max(world.people[worker].hired);
    let mut parcel = papers::parcel(world, worker, None, sent, home);
    parcel.item = (*draw.pick(&["Monitor 27 inch", "USB-C dock", "Headset", "Laptop charger"])).to_owned();
    parcel.instead = instead;
    world.parcels.push(parcel);
    world.parcels.len() - 1
}
