//! Work handed on (S10): the worker is real, was hired as themselves, keeps the laptop at home, and somebody in another
//! country does the work on a machine of their own, often without any VPN.
//!
//! Levers: sign-ins from both places within the hour, the other machine behind a VPN instead, a remote tool.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas::{self, cities};
use crate::draw::mix;
use crate::export::agent;
use crate::world::{ALWAYS, Door, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "abroad",
    text: "A real worker at home, the work done by somebody in another country on another machine",
    seeds: &[10],
    levers: &[
        Lever::always(&["unmanaged_machine"], "3 days after hire"),
        Lever::of("abroad.open", &["two_places"], "3 days after hire"),
        Lever::always(&["consumer_vpn"], "3 days after hire, where not in the open"),
        Lever::of("abroad.meeting", &["meeting_machine"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("abroad.keys", &["code_elsewhere"], "3 days after hire"),
        Lever::of("abroad.remote_tool", &["remote_tool"], "hire to 20 days after"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, true);
    let (home, start) = (world.people[worker].city, world.people[worker].starts);
    let city = atlas::abroad(&mut plot.draw, cities()[home].iso);
    let open = plot.keeps("abroad.open");
    let (via, tag) = if open {
        let place = world.new_home(&mut plot.draw, city);
        (Via::Place(place), world.truth.tells(&[(worker, "two_places"), (worker, "unmanaged_machine")]))
    } else {
        let vpn = atlas::any_vpn(&mut plot.draw);
        (
            Via::Tunnel(vpn, home),
            world.truth.tells(&[(worker, "consumer_vpn"), (worker, "unmanaged_machine")]),
        )
    };
    let token = mix(mix(world.seed, 0xab), plot.draw.bits());
    let person = &mut world.people[worker];
    person.doors.push(Door {
        from: person.hired + 3,
        to: ALWAYS,
        per_day: 0.9,
        hours: (start, start + 8 * 60),
        token,
        agent: agent::WINDOWS_PC,
        via,
        works: true,
        tag,
        ..Door::PLAIN
    });
    if plot.keeps("abroad.meeting") {
        let from = world.people[worker].hired;
        plot.meets_on(world, worker, from, Operated::behind(via));
    }
    if plot.keeps("abroad.keys") {
        // Whoever has the keys need not be whoever signs in.
        let far = (0..9).map(|_| atlas::abroad(&mut plot.draw, cities()[home].iso));
        let third = far.filter(|far| cities()[*far].iso != cities()[city].iso).last().unwrap_or(city);
        plot.keys_elsewhere(world, worker, third);
    }
    if plot.keeps("abroad.remote_tool") {
        plot.remote_tool(world, worker, 20);
    }
}
