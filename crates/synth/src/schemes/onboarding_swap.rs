//! Another one comes to work (S12): the person who was interviewed and hired lives where they say; on the first day the laptop
//! goes elsewhere, and so do the account and its factors.
//!
//! Levers: the parcel sent on, the far network, factors enrolled through a VPN, meetings on another machine.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::world::{ALWAYS, Seat, Stay, StayTags, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "onboarding_swap",
    text: "Another one comes to work than was hired: the laptop is sent on, and everything begins somewhere else",
    seeds: &[12],
    levers: &[
        Lever::always(&["signs_in_far_from_home"], "hire"),
        Lever::of("swap.reroute", &["rerouted"], "the day after dispatch"),
        Lever::of("swap.change", &["change_by_vpn"], "2 days after hire"),
        Lever::of("swap.meeting", &["meeting_machine"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::InWindow);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    let city = atlas::far_city(&mut plot.draw, world.people[worker].city, 300.0);
    let place = world.new_home(&mut plot.draw, city);
    let egress = world.truth.tell(worker, "signs_in_far_from_home");
    let from = world.people[worker].hired;
    let tags = StayTags { egress, ..StayTags::default() };
    world.people[worker].stays.push(Stay { from, to: ALWAYS, place, share: 1.0, seat: Seat::Loose, tags });
    if plot.keeps("swap.reroute") {
        for parcel in 0..world.parcels.len() {
            if world.parcels[parcel].worker != worker || world.parcels[parcel].back {
                continue;
            }
            let tag = world.truth.tell(worker, "rerouted");
            let parcel = &mut world.parcels[parcel];
            (parcel.instead, parcel.changed, parcel.tag) = (Some(place), Some(parcel.sent + 1), tag);
        }
    }
    if plot.keeps("swap.change") {
        super::vpn_flap::changes(world, plot, worker);
    }
    if plot.keeps("swap.meeting") {
        let vpn = atlas::any_vpn(&mut plot.draw);
        let via = Via::Tunnel(vpn, city);
        plot.meets_on(world, worker, from, Operated::behind(via));
    }
}
