//! Nothing but a delay (S13): the laptop stands at the declared home, and whoever works on it sits far away behind a device that
//! no export names. Meetings are attended from there.
//!
//! Levers: meetings on the operator's machine, with the delay of the distance; the phone that approves. Key strokes that come late
//! stand in no export here.

use super::{Hired, Lever, Operated, PHONE, PHONE_HIDDEN, Plot, Scheme};
use crate::atlas;
use crate::world::{Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "lag_only",
    text: "The laptop stands at home and nothing shows but the delay in meetings",
    seeds: &[13],
    levers: &[
        Lever::of("lag.meeting", &["meeting_machine"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        PHONE,
        PHONE_HIDDEN,
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, true);
    if plot.keeps("lag.meeting") {
        let vpn = atlas::any_vpn(&mut plot.draw);
        let (from, via) = (world.people[worker].hired, Via::Tunnel(vpn, world.people[worker].city));
        plot.meets_on(world, worker, from, Operated::behind(via));
    }
    plot.carries_phone(world, worker);
}
