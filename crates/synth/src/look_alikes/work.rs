//! People whose work itself looks odd: support staff, hot desks, night shifts, two jobs, a new name.

use super::{Kind, anybody, newcomer, remote, to_one_office};
use crate::catalogue;
use crate::draw::Draw;
use crate::export::okta;
use crate::names;
use crate::papers;
use crate::schemes::day_one::{EXPLORE, TAMPER, commands};
use crate::schemes::several_jobs::EMPLOYERS;
use crate::truth::Tag;
use crate::world::{ALWAYS, Attested, Change, Fitted, Loan, Logon, Mac, Neighbour, World};

/// Kinds that settle where somebody works.
pub const HEAVY: &[Kind] = &[
    Kind {
        id: "it_support",
        text: "Support staff: remote tools, log-ons at others' laptops, factor resets, spare laptops and their parcels",
        resembles: &["remote_tool", "second_remote_tool", "remote_logon", "factor_reset", "ship_to_shared"],
        size: (1, 1),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: it_support,
    },
    Kind {
        id: "hot_desk",
        text: "Office workers who take any free desk with its monitor and dock",
        resembles: &["gateway_shared", "access_point_shared", "egress_shared", "desk_shared"],
        size: (3, 8),
        heavy: true,
        grouped: false,
        fits: anybody,
        make: hot_desk,
    },
];

/// Habits.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "two_jobs",
        text: "A contractor with a second legal job and its laptop at home",
        resembles: &["kvm_neighbour", "other_laptops", "other_tenants"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: two_jobs,
    },
    Kind {
        id: "night_parent",
        text: "A parent who works early and late around the children's day",
        resembles: &["works_around_the_clock", "takes_turns"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: remote,
        make: night_parent,
    },
    Kind {
        id: "night_shift",
        text: "A worker who goes over to the late shift from a day on, with a new phone for it: other hours, factors reset by the help desk",
        resembles: &["factor_reset"],
        size: (1, 1),
        heavy: false,
        grouped: true,
        fits: remote,
        make: night_shift,
    },
    Kind {
        id: "name_change",
        text: "A worker whose family name on the roster is new while mail and accounts bear the old one",
        resembles: &["holder_mismatch"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: name_change,
    },
    Kind {
        id: "curious_engineer",
        text: "A new engineer who looks around the machine and opens it for a tool, by hand or by a set-up script",
        resembles: &["exploring_commands", "tampering"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: engineer,
        make: curious_engineer,
    },
];

/// Somebody who builds software.
fn engineer(world: &World, at: usize) -> bool {
    matches!(world.people[at].department, "Platform" | "Product Engineering" | "Data")
}

fn it_support(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let it = crew[0];
    let person = &mut world.people[it];
    (person.department, person.title) = ("IT", *draw.pick(&["IT Engineer", "Systems Administrator"]));
    let hired = person.hired;
    let own = person.laptop(world.to).unwrap_or(person.laptops[0].device);
    for key in ["teamviewer", "screenconnect"].iter().take(1 + draw.below(2)) {
        world.install(own, catalogue::software(key), hired, 0.7, Tag::NONE);
    }
    let day = hired.min(world.from - 20);
    let (kind, item) = ("approved_software", "TeamViewer for support");
    world.attested.push(Attested { worker: it, kind, day, span: None, city: None, other: None, item });
    help(world, draw, it);
    spares(world, draw, it, hired);
}

/// Log-ons at laptops of others, and factors reset for them.
fn help(world: &mut World, draw: &mut Draw, it: usize) {
    let user = format!("it-{}", world.people[it].login);
    let visits = draw.count(f64::from(world.days()), 0.35);
    for _ in 0..visits {
        let other = draw.below(world.people.len());
        let (day, minute) = (world.day_at(draw.unit()), 10 * 60 + draw.span(0, 300));
        if other == it || !world.people[other].employed(day) {
            continue;
        }
        let Some(device) = world.people[other].laptop(day) else { continue };
        let what = Logon { minute, user: user.clone(), host: String::new() };
        world.devices[device].logons.push(Fitted { what, from: day, to: day, tag: Tag::NONE });
        if draw.chance(0.2) {
            let (kind, actor) = (okta::Kind::FactorReset, Some(it));
            let change =
                Change { day, minute: minute + 9, kind, actor, via: None, token: None, tag: Tag::NONE };
            world.people[other].changes.push(change);
        }
    }
}

/// Spare laptops in the supporter's keeping, sent to the warehouse.
fn spares(world: &mut World, draw: &mut Draw, it: usize, hired: i32) {
    let depot = world.depot;
    for _ in 0..draw.span(3, 6) {
        let device = world.new_laptop(draw, None, "itstage");
        world.devices[device].pool = true;
        let from = world.day_at(draw.unit()).max(hired) - draw.span(0, 40);
        world.loans.push(Loan { device, worker: it, from });
        let parcel = papers::parcel(world, it, Some(device), from - 4, depot);
        world.parcels.push(parcel);
    }
}

fn hot_desk(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    to_one_office(world, draw, crew);
}

fn two_jobs(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let person = &mut world.people[worker];
    person.agency.get_or_insert_with(|| "Meridian Talent".to_owned());
    (person.starts, person.length) = (14 * 60, 4 * 60);
    person.evening = Some((20 * 60, 90));
    let home = person.home;
    let mac = Mac::new(draw.word(&["f8:e4:e3", "a4:bb:6d", "1c:57:dc"]), draw.bits());
    world.places[home].lan.neighbours.push(Neighbour {
        mac,
        host: 141,
        share: 0.7,
        device: None,
        tag: Tag::NONE,
    });
    // the second job's sign-in, from the first one's laptop
    let mut draw = Draw::new(world.seed, "second job", worker as u64);
    let device = world.people[worker].laptops[0].device;
    let what = format!("{}.okta.com", draw.pick(EMPLOYERS));
    let from = world.people[worker].hired;
    world.devices[device].lookups.push(Fitted { what, from, to: ALWAYS, tag: Tag::NONE });
}

fn night_parent(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let person = &mut world.people[crew[0]];
    (person.starts, person.length) = (5 * 60 + draw.span(0, 50), 5 * 60);
    person.evening = Some((20 * 60 + 40, 180));
}

/// Hours move by half a day and the phone is new, as after a change of operators; machine and network stay.
fn night_shift(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let day = world.day_at(0.3 + 0.4 * draw.unit());
    let help = world.help_desk();
    let person = &mut world.people[worker];
    (person.shift, person.length, person.evening) = (Some((day, 14 * 60 + draw.span(30, 90))), 8 * 60, None);
    let minute = 15 * 60 + draw.span(40, 90);
    let step = |minute: i32, kind: okta::Kind, actor: Option<usize>| Change {
        day,
        minute,
        kind,
        actor,
        via: None,
        token: None,
        tag: Tag::NONE,
    };
    person.changes.push(step(minute, okta::Kind::FactorReset, Some(help)));
    person.changes.push(step(minute + 6, okta::Kind::FactorActivate, None));
}

fn name_change(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let (_, family) = names::name(draw);
    let day = world.day_at(0.2 + 0.6 * draw.unit());
    let person = &mut world.people[worker];
    let name = (person.given.clone(), family.to_owned());
    let holder = format!("{} {}", name.0, name.1);
    person.roster_name = Some(name);
    let (minute, kind) = (person.starts + 40, okta::Kind::UpdateProfile);
    person.changes.push(Change { day, minute, kind, actor: None, via: None, token: None, tag: Tag::NONE });
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == worker) {
        (pay.holder, pay.answer) = (holder.clone(), "No match");
    }
}

fn curious_engineer(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    newcomer(world, draw, worker);
    let (day, start) = (world.first_working_day(worker), world.people[worker].starts);
    commands(world, worker, EXPLORE, (day, start + draw.span(30, 200)), Tag::NONE);
    if world.often(draw, "curious.tamper") {
        // one of the harmless ones: Gatekeeper, Defender or the firewall, for a tool
        let harmless: Vec<_> = TAMPER.iter().map(|(os, lines)| (*os, &lines[lines.len() - 1..])).collect();
        let later = day + draw.span(1, 4);
        commands(world, worker, &harmless, (later, start + draw.span(60, 300)), Tag::NONE);
    }
}
