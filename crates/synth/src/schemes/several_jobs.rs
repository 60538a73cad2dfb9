//! One identity, many employers (S6, S10): the laptops of several companies stand side by side, and a team works on them.
//!
//! Levers: the other laptops on the home network, a remote tool, software against sleep, meetings on the team's machine,
//! work in shifts, sign-ins at the other employers from this laptop.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::export::agent;
use crate::world::{ALWAYS, Door, Fitted, Mac, Neighbour, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "several_jobs",
    text: "One identity at many employers at once: their laptops stand side by side, a team works on them",
    seeds: &[6, 10],
    levers: &[
        Lever::of("jobs.laptops", &["other_laptops"], "the window"),
        Lever::of("jobs.remote_tool", &["remote_tool"], "hire to 12 days after"),
        Lever::of("jobs.keep_awake", &["keep_awake"], "hire to 9 days after"),
        Lever::of("jobs.meeting", &["meeting_machine"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("jobs.shifts", &["works_around_the_clock"], "hire"),
        Lever::of("jobs.sign_ins", &["other_tenants"], "hire"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, true);
    let home = world.people[worker].home;
    if plot.keeps("jobs.laptops") {
        for at in 0..plot.draw.span(3, 8) {
            let mac = Mac::new(
                plot.draw.word(&["f8:e4:e3", "a4:bb:6d", "1c:57:dc", "38:f3:ab", "c0:18:03"]),
                plot.draw.bits(),
            );
            let tag = world.truth.tell(worker, "other_laptops");
            let host = 131 + at as u8 * 3;
            world.places[home].lan.neighbours.push(Neighbour { mac, host, share: 0.7, device: None, tag });
        }
    }
    if plot.keeps("jobs.remote_tool") {
        plot.remote_tool(world, worker, 12);
    }
    if plot.keeps("jobs.keep_awake") {
        plot.install(world, worker, "caffeine", 9, 0.9, "keep_awake");
    }
    if plot.keeps("jobs.meeting") {
        let vpn = atlas::any_vpn(&mut plot.draw);
        let (from, via) = (world.people[worker].hired, Via::Tunnel(vpn, world.people[worker].city));
        plot.meets_on(world, worker, from, Operated::behind(via));
    }
    if plot.keeps("jobs.shifts") {
        let (from, city) = (world.people[worker].hired, world.people[worker].city);
        let via = Via::Tunnel(atlas::any_vpn(&mut plot.draw), city);
        let tag = world.truth.tell(worker, "works_around_the_clock");
        let token = plot.draw.bits();
        let (per_day, hours, agent) = (6.0, (0, 24 * 60 - 1), agent::WINDOWS_PC);
        let door =
            Door { from, to: ALWAYS, per_day, hours, token, agent, via, works: true, tag, ..Door::PLAIN };
        world.people[worker].doors.push(door);
    }
    if plot.keeps("jobs.sign_ins") {
        sign_ins(world, plot, worker);
    }
}

/// Names of companies that are made up.
pub const EMPLOYERS: &[&str] = &[
    "northquarry",
    "bluefennel",
    "larchway",
    "tidemill",
    "copperlane",
    "hazelport",
    "quietbyte",
    "stonemarket",
];

/// Where the other employers have their people sign in, and what manages their laptops.
fn sign_ins(world: &mut World, plot: &mut Plot, worker: usize) {
    let tag = world.truth.tell(worker, "other_tenants");
    let device = world.people[worker].laptops[0].device;
    let from = world.people[worker].hired;
    let count = plot.draw.span(2, 4) as usize;
    for (at, employer) in plot.draw.some(EMPLOYERS, count).into_iter().enumerate() {
        let domain = ["okta.com", "onelogin.com", "jamfcloud.com", "okta.com"][at % 4];
        let what = format!("{employer}.{domain}");
        world.devices[device].lookups.push(Fitted { what, from, to: ALWAYS, tag });
    }
}
