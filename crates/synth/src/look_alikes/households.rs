//! People who live together or receive their parcels together: couples, flatmates, families, mail rooms.

use super::{Kind, anybody, remote};
use crate::address;
use crate::atlas;
use crate::draw::{Draw, mix};
use crate::export::agent;
use crate::kit;
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Attested, Door, PlaceId, PlaceKind, Seat, Via, World};

/// Kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "couple",
        text: "Two workers who share a home, sometimes a bank account and the family's computer",
        size: (2, 2),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: couple,
    },
    Kind {
        id: "flatmates",
        text: "Workers who share a flat and its network, and nothing else",
        size: (2, 3),
        heavy: true,
        grouped: true,
        fits: anybody,
        make: flatmates,
    },
    Kind {
        id: "mail_room",
        text: "Workers of one apartment house or dormitory whose parcels go to its mail room",
        size: (2, 4),
        heavy: true,
        grouped: true,
        fits: remote,
        make: mail_room,
    },
    Kind {
        id: "parents_house",
        text: "A worker whose parcels go to the parents' house in another city",
        size: (1, 1),
        heavy: true,
        grouped: true,
        fits: remote,
        make: parents_house,
    },
];

/// All live where the first lives, each at a desk of their own.
fn share_home(world: &mut World, draw: &mut Draw, crew: &[usize]) -> PlaceId {
    let home = world.people[crew[0]].home;
    for (at, worker) in crew.iter().enumerate().skip(1) {
        world.places[home].desks.push(kit::home_desk(draw));
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
    if draw.chance(0.5) {
        declare(world, draw, crew);
    }
    if draw.chance(0.35) {
        let joint = papers::account(draw, world.iso(crew[0]));
        let holder = format!("{} & {}", world.people[crew[0]].name(), world.people[crew[1]].name());
        for pay in world.pay.iter_mut().filter(|pay| crew.contains(&pay.worker)) {
            (pay.account, pay.holder) = (joint.clone(), holder.clone());
        }
    }
    if draw.chance(0.3) {
        family_computer(world, draw, crew, home);
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
            tags: [Tag::NONE; 2],
        });
    }
}

fn flatmates(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    share_home(world, draw, crew);
    if draw.chance(0.2) {
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
    let worker = crew[0];
    let city = atlas::far_city(draw, world.people[worker].city, 0.0);
    let parents = world.new_home(draw, city);
    let signed = format!("{}. {}", draw.shape("?"), world.people[worker].family.to_uppercase());
    for parcel in world.parcels.iter_mut().filter(|one| one.worker == worker && !one.back) {
        parcel.to = parents;
        parcel.signed = Some(signed.clone());
    }
    let at = accessory(world, draw, worker, None);
    world.parcels[at].to = parents;
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
