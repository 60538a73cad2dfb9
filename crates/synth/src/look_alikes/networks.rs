//! People whose network looks like somebody else's: co-working, a town behind one address, VPN users, travellers.

use super::{Kind, anybody, remote};
use crate::address;
use crate::atlas::{self, Kind as Line, cities};
use crate::catalogue;
use crate::draw::Draw;
use crate::export::okta;
use crate::found;
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Approves, Change, PlaceKind, Seat, Span, Stay, StayTags, TunnelUse, Via, World};

/// Kinds that settle where somebody lives.
pub const HEAVY: &[Kind] = &[
    Kind {
        id: "coworking",
        text: "Workers with different homes who rent desks in one co-working space on many days",
        resembles: &["gateway_shared", "access_point_shared", "egress_shared", "desk_shared"],
        size: (3, 5),
        heavy: true,
        grouped: false,
        fits: remote,
        make: coworking,
    },
    Kind {
        id: "nat_town",
        text: "Workers of a small town whose only provider hides it behind four addresses",
        resembles: &["egress_shared"],
        size: (2, 5),
        heavy: true,
        grouped: false,
        fits: remote,
        make: nat_town,
    },
    Kind {
        id: "approved_nomad",
        text: "A worker on a long stay abroad that was approved",
        resembles: &["signs_in_far_from_home", "phone_abroad", "radio_abroad"],
        size: (1, 1),
        heavy: true,
        grouped: false,
        fits: remote,
        make: approved_nomad,
    },
    Kind {
        id: "traveller_vpn",
        text: "A traveller behind a consumer VPN that sometimes falls, mostly without approval",
        resembles: &["consumer_vpn", "vpn_drop", "vpn_software", "signs_in_far_from_home", "radio_abroad"],
        size: (1, 1),
        heavy: true,
        grouped: true,
        fits: anybody,
        make: traveller_vpn,
    },
];

/// Habits.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "privacy_vpn",
        text: "A worker who has used a consumer VPN since before the first day, all the time",
        resembles: &["consumer_vpn", "vpn_software", "change_by_vpn"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: privacy_vpn,
    },
    Kind {
        id: "vpn_starter",
        text: "A worker who takes up a consumer VPN in the window, for privacy, and stays with it",
        resembles: &["vpn_rises", "consumer_vpn", "vpn_software"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: settled,
        make: vpn_starter,
    },
    Kind {
        id: "roaming_phone",
        text: "A traveller whose phone roams: it shows home while the laptop is abroad",
        resembles: &["approval_abroad"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: anybody,
        make: roaming_phone,
    },
    Kind {
        id: "phone_vpn",
        text: "A worker whose phone stands behind a consumer VPN all the time, at an exit in another country",
        resembles: &["approval_abroad", "approval_hidden"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: phone_vpn,
    },
];

/// Somebody with weeks of habit before the window.
fn settled(world: &World, at: usize) -> bool {
    world.people[at].hired < world.from - 20
}

fn coworking(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let city = world.people[crew[0]].city;
    let house = address::house(draw, city).with_unit("Floor 2".to_owned());
    let place = world.new_place(draw, PlaceKind::Coworking, house);
    for worker in crew {
        if world.people[*worker].city != city {
            papers::relocate(world, draw, *worker, city);
        }
        let share = 0.25 + 0.45 * draw.unit();
        let stay =
            Stay { from: i32::MIN, to: ALWAYS, place, share, seat: Seat::Any, tags: StayTags::default() };
        // trips come after it and win
        world.people[*worker].stays.insert(1, stay);
    }
}

fn nat_town(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (town, carrier) = (atlas::city("Ely"), atlas::town_carrier());
    for worker in crew {
        papers::relocate(world, draw, *worker, town);
        let home = world.people[*worker].home;
        let slot = world.slot(carrier);
        let lan = &mut world.places[home].lan;
        (lan.carrier, lan.slot) = (carrier, slot);
    }
}

fn approved_nomad(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let city = atlas::abroad(draw, world.iso(worker));
    let from = world.day_at(0.1 + 0.4 * draw.unit());
    let span = Span { from, to: from + draw.span(15, 45) };
    papers::trip(world, draw, worker, city, span, true);
}

/// Countries in which few VPNs work, so that everybody there has the same ones.
const STRICT: &[&str] = &["CN", "RU", "AE", "TR"];

fn traveller_vpn(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let home = world.people[worker].city;
    let strict: Vec<usize> = (0..cities().len()).filter(|at| STRICT.contains(&cities()[*at].iso)).collect();
    let city = match draw.chance(world.rate("traveller.strict")) || world.every_tell {
        true if !strict.is_empty() => *draw.pick(&strict),
        _ => atlas::abroad(draw, cities()[home].iso),
    };
    let from = world.day_at(0.1 + 0.6 * draw.unit());
    let span = Span { from, to: from + draw.span(3, 12) };
    // where every tell is asked for, the approval that explains them is not
    let approved = draw.chance(world.rate("traveller.approved")) && !world.every_tell;
    papers::trip(world, draw, worker, city, span, approved);
    let hotel = world.people[worker].stays.last().map_or(0, |stay| stay.place);
    let strict = STRICT.contains(&cities()[city].iso) && (draw.chance(0.5) || world.every_tell);
    let vpn = if strict { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(draw) };
    install(world, worker, vpn, from - draw.span(1, 5));
    let often = if world.every_tell { 1.0 } else { world.rate("traveller.drop") };
    let drop = Some((often, Via::Place(hotel), Tag::NONE));
    let via = Via::Tunnel(vpn, home);
    let exits = vec![home];
    let (from, to) = (span.from, span.to);
    world.people[worker]
        .tunnels
        .insert(0, TunnelUse { from, to, share: 0.9, via, exits, drop, tag: Tag::NONE });
}

fn privacy_vpn(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let vpn = atlas::any_vpn(draw);
    let hired = world.people[worker].hired;
    install(world, worker, vpn, hired);
    let home = world.people[worker].city;
    let mut used = found::tunnel(Via::Tunnel(vpn, home), 0.93);
    if world.often(draw, "privacy_vpn.exits") {
        used.exits = vec![home, atlas::far_city(draw, home, 100.0), atlas::far_city(draw, home, 100.0)];
    }
    let via = Some(used.via);
    world.people[worker].tunnels = vec![used];
    if world.often(draw, "privacy_vpn.change") {
        for (share, kind) in [(0.3, okta::Kind::UpdateProfile), (0.7, okta::Kind::FactorActivate)] {
            let (day, minute) = (world.day_at(share), world.people[worker].starts + draw.span(10, 300));
            let change = Change { day, minute, kind, actor: None, via, token: None, tag: Tag::NONE };
            world.people[worker].changes.push(change);
        }
    }
}

fn vpn_starter(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let vpn = atlas::any_vpn(draw);
    let by_chance = world.day_at(0.2 + 0.6 * draw.unit());
    let from = if world.every_tell { world.to - 12 } else { by_chance };
    install(world, worker, vpn, from);
    let via = Via::Tunnel(vpn, world.people[worker].city);
    world.people[worker].tunnels = vec![TunnelUse { from, ..found::tunnel(via, 0.93) }];
}

fn roaming_phone(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let (city, home) = (atlas::abroad(draw, world.iso(worker)), world.people[worker].city);
    let from = world.day_at(0.1 + 0.5 * draw.unit());
    let span = Span { from, to: from + draw.span(6, 14) };
    let approved = draw.chance(world.rate("traveller.approved")) && !world.every_tell;
    papers::trip(world, draw, worker, city, span, approved);
    let carrier = atlas::carrier(draw, cities()[home].iso, &[Line::Mobile]);
    let (from, to, via) = (span.from, span.to, Via::Mobile(carrier, home));
    world.people[worker].approves = vec![Approves { from, to, via, tag: Tag::NONE }];
}

fn phone_vpn(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let via = Via::Tunnel(atlas::any_vpn(draw), atlas::abroad(draw, world.iso(worker)));
    let always = Approves { from: i32::MIN, to: ALWAYS, via, tag: Tag::NONE };
    world.people[worker].approves = vec![always];
}

fn install(world: &mut World, worker: usize, vpn: usize, from: i32) {
    let Some(device) = world.people[worker].laptop(world.to) else { return };
    let software = catalogue::software(atlas::carriers()[vpn].operator);
    world.install(device, software, from, 0.9, Tag::NONE);
}
