//! A rented identity (S1): the worker is who they say, lives where they say, and keeps the laptop on for somebody else.
//!
//! Levers: a remote tool in the first days, remote log-ons, a second machine behind a VPN, a camera that is none, pay
//! into an account of another name.

use super::{Hired, Lever, Operated, PHONE, PHONE_HIDDEN, Plot, Scheme};
use crate::atlas;
use crate::draw::mix;
use crate::export::agent;
use crate::names;
use crate::papers;
use crate::world::{ALWAYS, Door, Fitted, Logon, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "rented_identity",
    text: "A real person at their real home lends the identity; a remote tool does the work",
    seeds: &[1],
    levers: &[
        Lever::of("rented.remote_tool", &["remote_tool"], "hire to 5 days after"),
        Lever::of("rented.second_tool", &["second_remote_tool"], "hire to 12 days after"),
        Lever::of("rented.logon", &["remote_logon"], "hire"),
        Lever::of("rented.vpn_door", &["consumer_vpn", "unmanaged_machine"], "2 days after hire"),
        Lever::of("rented.meeting", &["meeting_machine"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("rented.clone", &["bulk_clone"], "1 to 9 days after the first working day"),
        Lever::of("rented.camera", &["virtual_camera"], "hire to 20 days after"),
        Lever::of("rented.pay", &["holder_mismatch"], "5 to 40 days after hire"),
        PHONE,
        PHONE_HIDDEN,
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, true);
    if plot.keeps("rented.remote_tool") {
        plot.install(world, worker, "anydesk", 5, 0.8, "remote_tool");
        if plot.keeps("rented.second_tool") {
            plot.install(world, worker, "rustdesk", 12, 0.4, "second_remote_tool");
        }
    }
    if plot.keeps("rented.logon") {
        log_on(world, plot, worker);
    }
    if plot.keeps("rented.vpn_door") {
        door(world, plot, worker);
    }
    if plot.keeps("rented.clone") {
        let day = world.first_working_day(worker).max(world.from) + plot.draw.span(1, 9);
        plot.clones(world, worker, day, None);
    }
    if plot.keeps("rented.camera") {
        plot.install(world, worker, "obs", 20, 0.3, "virtual_camera");
    }
    if plot.keeps("rented.pay") {
        pay(world, plot, worker);
    }
    plot.carries_phone(world, worker);
}

/// Sessions from another host on most days.
fn log_on(world: &mut World, plot: &mut Plot, worker: usize) {
    let tag = world.truth.tell(worker, "remote_logon");
    let device = world.people[worker].laptops[0].device;
    let user = world.devices[device].user.clone();
    // a private network gives each machine an address that stays
    let host = plot.draw.shape("100.9#.1#.#");
    let start = world.people[worker].hired.max(world.from);
    for day in start..=world.to {
        if plot.draw.chance(0.6) {
            let minute = world.people[worker].starts + plot.draw.span(1, 60);
            let what = Logon { minute, user: user.clone(), host: host.clone() };
            world.devices[device].logons.push(Fitted { what, from: day, to: day, tag });
        }
    }
}

fn door(world: &mut World, plot: &mut Plot, worker: usize) {
    let vpn = atlas::any_vpn(&mut plot.draw);
    let tag = world.truth.tells(&[(worker, "consumer_vpn"), (worker, "unmanaged_machine")]);
    let token = mix(world.seed, plot.draw.bits());
    let person = &mut world.people[worker];
    person.doors.push(Door {
        from: person.hired + 2,
        to: ALWAYS,
        per_day: 0.3,
        hours: (7 * 60, 20 * 60),
        token,
        agent: agent::WINDOWS_PC,
        via: Via::Tunnel(vpn, person.city),
        works: true,
        tag,
        ..Door::PLAIN
    });
    if plot.keeps("rented.meeting") {
        let (from, via) = (world.people[worker].hired, Via::Tunnel(vpn, world.people[worker].city));
        let stands_in = plot.keeps("rented.camera");
        plot.meets_on(world, worker, from, Operated { stands_in, ..Operated::behind(via) });
    }
}

/// Wages pass through: a transfer account under another name.
fn pay(world: &mut World, plot: &mut Plot, worker: usize) {
    let (given, family) = names::name(&mut plot.draw);
    let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else { return };
    let mut pay = world.pay[at].clone();
    pay.account = papers::transfer_account(&mut plot.draw);
    pay.holder = format!("{given} {family}");
    pay.answer = "No match";
    pay.is_first = false;
    pay.day = world.people[worker].hired + plot.draw.span(5, 40);
    pay.tags[1] = world.truth.tell(worker, "holder_mismatch");
    world.pay.push(pay);
}
