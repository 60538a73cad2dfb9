//! People whose accounts behave oddly: many browsers, a lost phone, a machine that many use, a contract that was extended.

use super::{Kind, anybody, newcomer, remote, to_one_office};
use crate::atlas::{self, Kind as Line, cities};
use crate::draw::{Draw, mix};
use crate::export::{agent, okta};
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Approver, Change, Door, Fitted, Logon, Span, Via, World};

/// Kinds that settle how somebody works.
pub const HEAVY: &[Kind] = &[
    Kind {
        id: "lost_phone",
        text: "A worker who lost the phone, mostly on a trip: factors reset, a new phone on a new network",
        resembles: &["account_moved", "factor_reset", "approval_shared"],
        size: (1, 1),
        heavy: true,
        grouped: false,
        fits: remote,
        make: lost_phone,
    },
    Kind {
        id: "borrowed_laptop",
        text: "Two colleagues in an office, of whom the one used the other's laptop for some days",
        resembles: &["laptop_shared", "remote_logon"],
        size: (2, 2),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: borrowed_laptop,
    },
    Kind {
        id: "kiosk",
        text: "Workers of one office who sign in on the machine in its lobby",
        resembles: &["device_token_shared", "unmanaged_machine"],
        size: (3, 6),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: kiosk,
    },
];

/// Habits.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "own_desktop",
        text: "A worker who reaches the work laptop from a desktop of their own, in the home network or over a private one",
        resembles: &["remote_logon"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: own_desktop,
    },
    Kind {
        id: "clean_browser",
        text: "A new hire who works in private windows and wiped profiles, so that every browser is new",
        resembles: &["many_device_tokens", "tokens_in_session"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: clean_browser,
    },
    Kind {
        id: "jump_host",
        text: "An engineer who also signs in from a build machine in another office of the company's",
        resembles: &["two_places", "unmanaged_machine", "code_elsewhere"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: jump_host,
    },
    Kind {
        id: "extension",
        text: "A contractor whose contract was extended while the roster still shows the old end",
        resembles: &["use_after_exit"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: extension,
    },
    Kind {
        id: "same_name",
        text: "Two workers of one name",
        resembles: &["device_token_shared", "mailbox_shared"],
        size: (2, 2),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: same_name,
    },
];

fn lost_phone(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let home = world.people[worker].city;
    let day = world.day_at(0.6 + 0.2 * draw.unit());
    let mut city = home;
    if world.often(draw, "lost_phone.travels") {
        city = atlas::far_city(draw, home, 100.0);
        papers::trip(world, draw, worker, city, Span { from: day - 1, to: day + 3 }, false);
    }
    let via = Via::Mobile(atlas::carrier(draw, cities()[city].iso, &[Line::Mobile]), city);
    let token = mix(mix(world.seed, 0x1f), worker as u64);
    let start = world.people[worker].starts + draw.span(30, 200);
    let help = world.help_desk();
    let own = Change::steps(day, via, token, Tag::NONE);
    let reset = Change { actor: Some(help), via: None, token: None, ..own(start, okta::Kind::FactorReset) };
    let steps = [
        reset,
        own(start + 9, okta::Kind::Mfa),
        own(start + 10, okta::Kind::FactorActivate),
        own(start + 12, okta::Kind::Sso),
    ];
    world.people[worker].changes.extend(steps);
    // until the new one is set up the help desk's phone approves
    let during = Span { from: day, to: day + 1 };
    world.people[worker].approver = Some(Approver { during, who: help, tag: Tag::NONE });
    // the old phone is gone, the new one stays
    for door in world.people[worker].doors.iter_mut().filter(|door| matches!(door.via, Via::Mobile(..))) {
        door.to = day - 1;
    }
    world.people[worker].doors.push(Door {
        from: day,
        to: ALWAYS,
        per_day: 0.3,
        hours: (7 * 60 + 30, 22 * 60),
        token,
        agent: agent::of_phone(draw),
        via,
        tag: Tag::NONE,
        ..Door::PLAIN
    });
}

fn borrowed_laptop(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    to_one_office(world, draw, crew);
    let day = world.day_at(0.2 + 0.6 * draw.unit());
    let user = world.people[crew[1]].login.clone();
    let Some(device) = world.people[crew[0]].laptop(day) else { return };
    for day in day..day + draw.span(2, 3) {
        let what = Logon { minute: 10 * 60 + draw.span(0, 300), user: user.clone(), host: String::new() };
        world.devices[device].logons.push(Fitted { what, from: day, to: day, tag: Tag::NONE });
    }
}

/// Most desktops stand beside the laptop.
fn own_desktop(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let host = if draw.chance(0.3) { draw.shape("100.8#.1#.#") } else { draw.shape("192.168.1.1#") };
    let (from, user) = (world.people[worker].hired.max(world.from), world.people[worker].login.clone());
    for day in from..=world.to {
        let Some(device) = world.people[worker].laptop(day).filter(|_| draw.chance(0.4)) else { continue };
        let minute = world.people[worker].starts + draw.span(1, 120);
        let what = Logon { minute, user: user.clone(), host: host.clone() };
        world.devices[device].logons.push(Fitted { what, from: day, to: day, tag: Tag::NONE });
    }
}

fn clean_browser(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    newcomer(world, draw, crew[0]);
    let hired = world.people[crew[0]].hired;
    let span = Span { from: hired, to: hired + draw.span(6, 40) };
    world.people[crew[0]].spare_profiles = Some((span, 5, Tag::NONE));
}

fn jump_host(world: &mut World, _: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let home = world.people[worker].city;
    let far = world.offices.iter().copied().find(|office| atlas::distance(world.city(*office), home) > 700.0);
    let office = far.unwrap_or(world.offices[0]);
    let person = &mut world.people[worker];
    person.doors.push(Door {
        from: i32::MIN,
        to: ALWAYS,
        per_day: 0.5,
        hours: (person.starts, person.starts + person.length),
        token: mix(mix(world.seed, 0x3b), worker as u64),
        agent: agent::LINUX,
        via: Via::Place(office),
        tag: Tag::NONE,
        ..Door::PLAIN
    });
}

fn extension(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let day = world.day_at(0.4 + 0.4 * draw.unit());
    let person = &mut world.people[crew[0]];
    person.agency.get_or_insert_with(|| "Meridian Talent".to_owned());
    person.roster_left = Some(day.max(person.hired + 1));
}

fn kiosk(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let office = to_one_office(world, draw, crew);
    let token = mix(mix(world.seed, 0x6b), office as u64);
    for worker in crew {
        world.people[*worker].doors.push(Door {
            from: i32::MIN,
            to: ALWAYS,
            per_day: 0.15,
            hours: (8 * 60, 17 * 60),
            token,
            agent: agent::WINDOWS_PC,
            via: Via::Place(office),
            fixed: true,
            tag: Tag::NONE,
            ..Door::PLAIN
        });
    }
}

/// The second takes the first one's name, with a login of their own.
fn same_name(world: &mut World, _: &mut Draw, crew: &[usize]) {
    let (given, family) = (world.people[crew[0]].given.clone(), world.people[crew[0]].family.clone());
    papers::rename(world, crew[1], &given, &family);
}
