//! After the dismissal (S14): hired, little work, dismissed within weeks, and the account is still used.
//!
//! Levers: sign-ins after the last day from a machine behind a VPN, remote tools, pay moved twice within weeks.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas;
use crate::catalogue::Os;
use crate::document::Parcel;
use crate::draw::mix;
use crate::export::agent;
use crate::papers;
use crate::world::{ALWAYS, Act, Door, Fitted, Started, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "after_exit",
    text: "Dismissed after some weeks; the account is still used from behind a VPN, and pay was moved twice",
    seeds: &[14],
    levers: &[
        Lever::of("exit.remote_tool", &["remote_tool", "second_remote_tool"], "hire to 14 days after"),
        Lever::of("exit.payroll", &["early_change"], "10 to 50 days after hire"),
        Lever::of("exit.clone", &["bulk_clone"], "1 to 6 days before the exit"),
        Lever::of(
            "exit.use",
            &["consumer_vpn", "unmanaged_machine", "use_after_exit"],
            "4 days after hire; after the exit",
        ),
        Lever::of("exit.hops", &["session_onward"], "15 days after hire"),
        Lever::of("exit.takes", &["took_documents"], "1 to 8 days before the exit"),
        Lever::of("exit.return", &["returned_from_far"], "after the exit"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Settled);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    plot.engineer(world, worker);
    world.people[worker].left = Some(world.day_at(0.3 + 0.25 * plot.draw.unit()));
    if plot.keeps("exit.remote_tool") {
        plot.install(world, worker, "crd", 6, 0.8, "remote_tool");
        plot.install(world, worker, "anydesk", 14, 0.5, "second_remote_tool");
    }
    if plot.keeps("exit.payroll") {
        moves(world, plot, worker);
    }
    if plot.keeps("exit.clone") {
        let day = world.people[worker].left.unwrap_or(world.to) - plot.draw.span(1, 6);
        plot.clones(world, worker, day, None);
    }
    if plot.keeps("exit.use") {
        lingers(world, plot, worker);
    }
    if plot.keeps("exit.hops") {
        hops(world, worker);
    }
    if plot.keeps("exit.takes") {
        takes(world, plot, worker);
    }
    if plot.keeps("exit.return") {
        returns(world, plot, worker);
    }
}

/// While somebody is in, the laptop goes on to another.
fn hops(world: &mut World, worker: usize) {
    let tag = world.truth.tell(worker, "session_onward");
    let device = world.people[worker].laptops[0].device;
    let path = match world.devices[device].os() {
        Os::Windows => "C:\\Windows\\System32\\mstsc.exe",
        Os::Darwin => "/opt/homebrew/bin/xfreerdp",
        Os::Ubuntu => "/usr/bin/xfreerdp",
    };
    let minute = world.people[worker].starts + 34;
    let from = world.people[worker].hired;
    for day in from..=world.people[worker].left.unwrap_or(world.to) {
        let what = Started { minute, path: path.to_owned(), line: format!("{path} /v:10.0.0.23") };
        world.devices[device].commands.push(Fitted { what, from: day, to: day, tag });
    }
}

/// Documents are taken along before the last day.
fn takes(world: &mut World, plot: &mut Plot, worker: usize) {
    let tag = world.truth.tell(worker, "took_documents");
    let left = world.people[worker].left.unwrap_or(world.to);
    let count = plot.draw.span(90, 160) as usize;
    let minute = world.people[worker].starts + 120;
    // on a day on which they work, whichever of these it is
    for day in left - 8..=left {
        let works = world.workday(worker, day).is_some_and(|work| work.start <= minute);
        if works {
            let act = Act { day, minute, action: "drive.download", count, via: None, tag };
            world.people[worker].acts.push(act);
            return;
        }
    }
}

/// The laptop comes back from where it stood.
fn returns(world: &mut World, plot: &mut Plot, worker: usize) {
    let Some(left) = world.people[worker].left else { return };
    let city = atlas::far_city(&mut plot.draw, world.people[worker].city, 400.0);
    let place = world.new_home(&mut plot.draw, city);
    let tag = world.truth.tell(worker, "returned_from_far");
    let device = world.people[worker].laptop(left);
    let back = papers::parcel(world, worker, device, left + plot.draw.span(2, 5), world.depot);
    world.parcels.retain(|one| !(one.worker == worker && one.back && one.device == device));
    world.parcels.push(Parcel { back: true, from: Some(place), tag, ..back });
}

/// Pay goes elsewhere twice within some weeks.
fn moves(world: &mut World, plot: &mut Plot, worker: usize) {
    let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else { return };
    let hired = world.people[worker].hired;
    for later in [plot.draw.span(10, 20), plot.draw.span(26, 50)] {
        let mut pay = world.pay[at].clone();
        (pay.day, pay.is_first) = (hired + later, false);
        pay.account = papers::transfer_account(&mut plot.draw);
        pay.tags[2] = world.truth.tell(worker, "early_change");
        world.pay.push(pay);
    }
}

/// A machine behind a VPN, before the last day and after it.
fn lingers(world: &mut World, plot: &mut Plot, worker: usize) {
    let Some(left) = world.people[worker].left else { return };
    let via = Via::Tunnel(atlas::any_vpn(&mut plot.draw), world.people[worker].city);
    let token = mix(mix(world.seed, 0xae), plot.draw.bits());
    let agent = agent::WINDOWS_PC;
    let hours = (8 * 60, 22 * 60);
    let before = world.truth.tells(&[(worker, "consumer_vpn"), (worker, "unmanaged_machine")]);
    let after = world.truth.tells(&[(worker, "consumer_vpn"), (worker, "use_after_exit")]);
    let from = world.people[worker].hired + 4;
    let door = Door {
        from,
        to: left,
        per_day: 0.4,
        hours,
        token,
        agent,
        via,
        works: true,
        tag: before,
        ..Door::PLAIN
    };
    let late = Door { from: left + 1, to: ALWAYS, per_day: 0.5, outlives: true, tag: after, ..door.clone() };
    world.people[worker].doors.extend([door, late]);
}
