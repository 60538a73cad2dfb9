//! A VPN that falls (S15): the laptop went abroad, a VPN makes it look at home, and now and then the tunnel breaks.
//!
//! Levers: exits of a consumer VPN, drops to the real line in one session, the VPN's software, a factor reset.

use super::{Plot, Scheme, recently};
use crate::atlas::{self, cities};
use crate::export::okta::Kind;
use crate::world::{ALWAYS, Change, Seat, Stay, StayTags, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "vpn_flap",
    text: "The laptop went abroad behind a consumer VPN that sometimes falls in the middle of a session (S15)",
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.part(world, worker, "operated", None);
    let home = world.people[worker].city;
    let city = atlas::abroad(&mut plot.draw, cities()[home].iso);
    let place = world.new_home(&mut plot.draw, city);
    let (hired, difficulty) = (world.people[worker].hired, world.difficulty);
    world.people[worker].stationary = true;
    world.people[worker].stays.truncate(1);
    let stay = Stay { from: hired, to: ALWAYS, place, share: 1.0, seat: Seat::Loose, tags: StayTags::default() };
    world.people[worker].stays.push(stay);
    world.strike_approvals(worker);
    world.people[worker].doors.clear();
    tunnel(world, plot, worker, place, difficulty);
    if plot.keeps("flap.reset") {
        reset(world, plot, worker);
    }
}

fn tunnel(world: &mut World, plot: &mut Plot, worker: usize, place: usize, difficulty: f64) {
    let astrill = plot.keeps("flap.vpn") && plot.draw.chance(0.72);
    let vpn = if astrill { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    let home = world.people[worker].city;
    let tag = world.truth.tell(worker, "consumer_vpn", "okta");
    let drop = plot.keeps("flap.drop").then(|| {
        let share = 0.05 + 0.25 * (1.0 - difficulty) * plot.draw.unit();
        (share, Via::Place(place), world.truth.tell(worker, "vpn_drop", "okta"))
    });
    let exits = vec![home, atlas::far_city(&mut plot.draw, home, 0.0)];
    let share = 1.0;
    let via = Via::Tunnel(vpn, home);
    world.people[worker].tunnels = vec![TunnelUse { from: i32::MIN, to: ALWAYS, share, via, exits, drop, tag }];
    if plot.keeps("flap.software") {
        plot.install(world, worker, atlas::carriers()[vpn].operator, 5, 0.9, "vpn_software");
    }
}

/// The help desk resets the factors; a new one is set up from the VPN minutes later.
fn reset(world: &mut World, plot: &mut Plot, worker: usize) {
    let day = world.day_at(0.2 + 0.6 * plot.draw.unit()).max(world.people[worker].hired + 2);
    let minute = world.people[worker].starts + plot.draw.span(20, 120);
    let via = world.people[worker].tunnels.first().map(|one| one.via);
    let tag = world.truth.tell(worker, "factor_reset", "okta");
    let steps = [(0, Kind::FactorReset, Some(0), None), (14, Kind::FactorActivate, None, via)];
    for (later, kind, actor, via) in steps {
        world.people[worker].changes.push(Change { day, minute: minute + later, kind, actor, via, token: None, tag });
    }
}
