//! A change of operators (S8): the one who did the work for months leaves it to another one of the team.
//!
//! Levers: factors are reset by the help desk and a new machine signs in from a new network; from that day on a VPN,
//! which was not there before; another remote tool. Or account, phone and work move whole to a machine elsewhere, and the
//! laptop stays shut. Or the laptop is carried to somebody else in town, with whose line, desk, phone and keys it is used from then on.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::calendar::Day;
use crate::catalogue::{self, Os, Usb};
use crate::draw::mix;
use crate::export::{agent, okta::Kind};
use crate::world::{ALWAYS, Act, Change, Door, PlaceId, Seat, Stay, StayTags, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "handover",
    text: "In the middle of the engagement another operator takes over: reset factors, a new machine, a VPN",
    seeds: &[8],
    levers: &[
        Lever::of("handover.vpn", &["consumer_vpn", "vpn_rises"], "the day of the change"),
        Lever::of("handover.reset", &["factor_reset", "unmanaged_machine"], "the day of the change"),
        Lever::of("handover.meeting", &["meeting_machine"], "the day of the change"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("handover.remote_tool", &["remote_tool", "second_remote_tool"], "the day of the change"),
        Lever::of("handover.whole", &["account_moved"], "the day of the change"),
        Lever::of("handover.desk", &["desk_changed"], "the day of the change"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Settled);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    let day = match plot.is_full() {
        // late enough that the weeks before can be compared with
        true => world.day_at(0.5).max(world.to - 12),
        false => world.day_at(0.3 + 0.5 * plot.draw.unit()),
    };
    let whole = plot.either("handover.whole");
    let way = match () {
        () if plot.is_full() => plot.way(3),
        () if whole => 1,
        () if plot.either("handover.desk") => 2,
        () => 0,
    };
    match way {
        1 => return moves(world, plot, worker, day),
        // (what a desk is made of takes weeks to see)
        2 if plot.is_full() => return carried(world, plot, worker, world.day_at(0.5)),
        2 => return carried(world, plot, worker, day),
        _ => {}
    }
    let vpn =
        if plot.draw.chance(0.5) { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    if plot.keeps("handover.vpn") {
        rises(world, worker, vpn, day);
    }
    if plot.keeps("handover.reset") {
        reset(world, plot, worker, vpn, day);
    }
    if plot.keeps("handover.remote_tool") {
        plot.install_on(world, worker, "anydesk", day, 0.8, "remote_tool");
        plot.install_on(world, worker, "screenconnect", day + 1, 0.6, "second_remote_tool");
    }
}

/// Somebody else has the account: their own computer, their own home, their own phone as factor.
fn moves(world: &mut World, plot: &mut Plot, worker: usize, day: Day) {
    let tag = world.truth.tell(worker, "account_moved");
    let city = atlas::far_city(&mut plot.draw, world.people[worker].city, 300.0);
    let via = Via::Place(world.new_home(&mut plot.draw, city));
    let token = mix(mix(world.seed, 0x8b), plot.draw.bits());
    let is_mac = world.devices[world.people[worker].laptops[0].device].os() == Os::Darwin;
    let start = world.people[worker].starts + plot.draw.span(20, 120);
    let own = Change::steps(day, via, token, tag);
    let steps = [own(start, Kind::Start), own(start + 1, Kind::FactorActivate), own(start + 2, Kind::Mfa)];
    world.people[worker].changes.extend(steps);
    let hours = (world.people[worker].starts, world.people[worker].starts + 8 * 60);
    world.people[worker].doors.push(Door {
        from: day + 1,
        to: ALWAYS,
        per_day: 0.95,
        hours,
        token,
        agent: if is_mac { agent::WINDOWS_PC } else { agent::MAC },
        via,
        works: true,
        instead: true,
        tag,
        ..Door::PLAIN
    });
    if plot.keeps("handover.meeting") {
        plot.meets_on(world, worker, day + 1, Operated::behind(via));
    }
}

/// The laptop goes to somebody in the same town: their home, their desk, their phone as factor, their key at the code host.
fn carried(world: &mut World, plot: &mut Plot, worker: usize, day: Day) {
    let tag = world.truth.tell(worker, "desk_changed");
    let place = world.new_home(&mut plot.draw, world.people[worker].city);
    desks(world, plot, worker, place);
    let tags = StayTags { egress: tag, desk: tag, ..StayTags::default() };
    world.people[worker].stays.push(Stay {
        from: day,
        to: ALWAYS,
        place,
        share: 1.0,
        seat: Seat::Desk(0),
        tags,
    });
    let token = mix(mix(world.seed, 0x8c), plot.draw.bits());
    let start = world.people[worker].starts + plot.draw.span(20, 120);
    let own = Change::steps(day, Via::Place(place), token, tag);
    world.people[worker].changes.extend([own(start, Kind::FactorActivate), own(start + 1, Kind::Mfa)]);
    let key = Act { day: day + 1, minute: start, action: "public_key.create", count: 1, via: None, tag };
    world.people[worker].acts.push(key);
}

/// Whoever works at a desk has two things on it, and what one bought the other did not.
fn desks(world: &mut World, plot: &mut Plot, worker: usize, place: PlaceId) {
    let mut taken: Vec<(&str, &str)> = Vec::new();
    for at in [world.people[worker].home, place] {
        let desk = &mut world.places[at].desks[0];
        desk.usb.retain(|one| !taken.contains(&(one.vendor_id, one.product_id)));
        for _ in 0..24 {
            let one = catalogue::usb(&mut plot.draw, "desk");
            let has = |usb: &Usb| (usb.vendor_id, usb.product_id) == (one.vendor_id, one.product_id);
            if desk.usb.len() < 2
                && !desk.usb.iter().any(has)
                && !taken.contains(&(one.vendor_id, one.product_id))
            {
                desk.usb.push(one);
            }
        }
        taken.extend(desk.usb.iter().map(|one| (one.vendor_id, one.product_id)));
    }
}

fn rises(world: &mut World, worker: usize, vpn: usize, from: Day) {
    let city = world.people[worker].city;
    let tag = world.truth.tells(&[(worker, "consumer_vpn"), (worker, "vpn_rises")]);
    let via = Via::Tunnel(vpn, city);
    world.people[worker].tunnels =
        vec![TunnelUse { from, to: ALWAYS, share: 0.95, via, exits: vec![city], drop: None, tag }];
}

/// "A new phone, and I am travelling": the help desk resets, another machine enters minutes later and stays.
fn reset(world: &mut World, plot: &mut Plot, worker: usize, vpn: usize, day: Day) {
    let help = world.help_desk();
    let tag = world.truth.tell(worker, "factor_reset");
    let token = mix(mix(world.seed, 0x8a), plot.draw.bits());
    let start = world.people[worker].starts + plot.draw.span(20, 120);
    let via = Via::Tunnel(vpn, atlas::far_city(&mut plot.draw, world.people[worker].city, 0.0));
    let own = Change::steps(day, via, token, tag);
    let steps = [
        Change { actor: Some(help), via: None, token: None, ..own(start, Kind::FactorReset) },
        own(start + 14, Kind::Start),
        own(start + 15, Kind::FactorActivate),
        own(start + 16, Kind::Mfa),
        own(start + 17, Kind::Sso),
    ];
    world.people[worker].changes.extend(steps);
    let tag = world.truth.tell(worker, "unmanaged_machine");
    let hours = (8 * 60, 20 * 60);
    let agent = agent::WINDOWS_PC;
    let door = Door {
        from: day,
        to: ALWAYS,
        per_day: 0.5,
        hours,
        token,
        agent,
        via,
        works: true,
        tag,
        ..Door::PLAIN
    };
    world.people[worker].doors.push(door);
    if plot.keeps("handover.meeting") {
        plot.meets_on(world, worker, day, Operated::behind(via));
    }
}
