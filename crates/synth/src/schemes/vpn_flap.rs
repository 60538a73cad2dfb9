//! A VPN that falls (S15): the laptop went abroad, a VPN makes it look at home, and now and then the tunnel breaks.
//!
//! Levers: exits of a consumer VPN, drops to the real line in one session, the VPN's software, changes of the own
//! profile and factors from behind it.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas::{self, cities};
use crate::export::okta::Kind;
use crate::world::{ALWAYS, Change, Seat, Stay, StayTags, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "vpn_flap",
    text: "The laptop went abroad behind a consumer VPN that sometimes falls in the middle of a session",
    seeds: &[15],
    levers: &[
        Lever::always(&["consumer_vpn"], "hire"),
        Lever::always(&["radio_abroad"], "hire"),
        Lever::of("flap.drop", &["vpn_drop"], "hire"),
        Lever::of("flap.software", &["vpn_software"], "hire to 5 days after"),
        Lever::of("flap.change", &["change_by_vpn"], "2 days after hire"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    let home = world.people[worker].city;
    let city = atlas::abroad(&mut plot.draw, cities()[home].iso);
    let place = world.new_home(&mut plot.draw, city);
    let from = world.people[worker].hired;
    let tags = StayTags { wifi: world.truth.tell(worker, "radio_abroad"), ..StayTags::default() };
    let stay = Stay { from, to: ALWAYS, place, share: 1.0, seat: Seat::Loose, tags };
    world.people[worker].stays.push(stay);
    tunnel(world, plot, worker, place);
    if plot.keeps("flap.change") {
        changes(world, plot, worker);
    }
}

fn tunnel(world: &mut World, plot: &mut Plot, worker: usize, place: usize) {
    let other = plot.either("flap.other_vpn");
    let vpn = if other { atlas::any_vpn(&mut plot.draw) } else { atlas::tunnel("ASTRILL_VPN") };
    let home = world.people[worker].city;
    let tag = world.truth.tell(worker, "consumer_vpn");
    let drop = plot.keeps("flap.drop").then(|| {
        let share = 0.05 + 0.25 * (1.0 - world.difficulty) * plot.draw.unit();
        let share = if plot.is_full() { 0.4 } else { share };
        (share, Via::Place(place), world.truth.tell(worker, "vpn_drop"))
    });
    let exits = vec![home, atlas::far_city(&mut plot.draw, home, 0.0)];
    let via = Via::Tunnel(vpn, home);
    world.people[worker].tunnels =
        vec![TunnelUse { from: i32::MIN, to: ALWAYS, share: 1.0, via, exits, drop, tag }];
    if plot.keeps("flap.software") {
        plot.install(world, worker, atlas::carriers()[vpn].operator, 5, 0.9, "vpn_software");
    }
}

/// Profile and factors are changed from behind the VPN, on some days.
pub fn changes(world: &mut World, plot: &mut Plot, worker: usize) {
    let via = world.people[worker].tunnels.first().map(|one| one.via);
    let tag = world.truth.tell(worker, "change_by_vpn");
    let first = world.people[worker].hired.max(world.from) + 2;
    for kind in [Kind::FactorActivate, Kind::UpdateProfile, Kind::FactorDeactivate] {
        let day = plot.draw.span(first, world.to.max(first));
        let minute = world.people[worker].starts + plot.draw.span(20, 200);
        world.people[worker].changes.push(Change { day, minute, kind, actor: None, via, token: None, tag });
    }
}
