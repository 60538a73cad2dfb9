//! People whose parcels go elsewhere: moved house, a pickup point, the neighbour, laptops from one warehouse.

use super::{Kind, anybody, households, newcomer, remote};
use crate::address;
use crate::atlas;
use crate::draw::{Draw, mix};
use crate::export::okta;
use crate::truth::Tag;
use crate::world::{ALWAYS, Attested, Change, PlaceKind, Seat, Stay, StayTags, Via, World};

/// Kinds that settle where somebody lives.
pub const HEAVY: &[Kind] = &[Kind {
    id: "moved_house",
    text: "A worker who moves in the window; a parcel goes to the new home, the roster learns it later or not yet",
    resembles: &["signs_in_far_from_home", "rerouted", "ship_to_shared", "desk_changed"],
    size: (1, 1),
    heavy: true,
    grouped: false,
    fits: remote,
    make: moved_house,
}];

/// Habits.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "rerouted",
        text: "A worker whose parcel was sent on to a pickup point, the office or a neighbour",
        resembles: &["rerouted"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: rerouted,
    },
    Kind {
        id: "staging_depot",
        text: "New hires whose laptops were prepared side by side in one warehouse",
        resembles: &["gateway_shared", "access_point_shared"],
        size: (2, 4),
        heavy: false,
        grouped: false,
        fits: remote,
        make: staging_depot,
    },
];

fn moved_house(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let from = world.day_at(0.25 + 0.4 * draw.unit());
    let old = world.people[worker].city;
    let city = if draw.chance(0.65) { old } else { atlas::far_city(draw, old, 100.0) };
    let place = world.new_home(draw, city);
    // desk and headset come along
    world.places[place].desks = world.places[world.people[worker].home].desks.clone();
    // trips come after it and win
    let stay = Stay { from, to: ALWAYS, place, share: 1.0, seat: Seat::Desk(0), tags: StayTags::default() };
    world.people[worker].stays.insert(1, stay);
    if draw.chance(world.rate("moved.roster")) {
        world.people[worker].roster_home = place;
    }
    let at = households::accessory(world, draw, worker, None);
    (world.parcels[at].sent, world.parcels[at].to) = (from + 2, place);
    world.parcels[at].delivered = Some(from + 5);
    if draw.chance(world.rate("moved.phone")) {
        let token = mix(mix(world.seed, 0x8d), draw.bits());
        let own = Change::steps(from, Via::Place(place), token, Tag::NONE);
        let at = world.people[worker].starts + 90;
        world.people[worker].changes.push(own(at, okta::Kind::FactorActivate));
    }
    if draw.chance(world.rate("moved.approved")) {
        let span = Some(crate::world::Span { from, to: ALWAYS });
        let kind = "approved_relocation";
        world.attested.push(Attested {
            worker,
            kind,
            day: from - 10,
            span,
            city: Some(city),
            other: None,
            item: "",
        });
    }
}

fn rerouted(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let city = world.people[worker].city;
    let near = world.offices.iter().copied().find(|office| atlas::distance(world.city(*office), city) < 80.0);
    let by_chance = draw.below(3);
    let instead = match by_chance {
        // Nobody has a parcel sent on to an office that is not in town.
        0 if near.is_some() => near.unwrap_or_default(),
        0 | 1 => {
            let house = address::house(draw, city).with_unit("Parcel shop".to_owned());
            world.new_place(draw, PlaceKind::PickupPoint, house)
        }
        _ => world.new_home(draw, city),
    };
    let at = households::accessory(world, draw, worker, Some(instead));
    let parcel = &mut world.parcels[at];
    parcel.changed = Some(parcel.sent + 1);
    if draw.chance(0.5) {
        parcel.signed = Some(draw.shape("?. ?????"));
    }
}

fn staging_depot(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    // one lot, prepared on one morning
    let mut day = world.from;
    for worker in crew {
        newcomer(world, draw, *worker);
        day = day.max(world.people[*worker].hired.min(world.from + 12) - 6);
    }
    for worker in crew {
        let device = world.people[*worker].laptops[0].device;
        world.devices[device].staged = Some((day.max(world.from), world.depot));
    }
}
