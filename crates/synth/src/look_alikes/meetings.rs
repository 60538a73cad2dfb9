//! People whose meetings or repositories look odd: the own computer, a room's machine, a slow line, a move of everything.

use super::{Kind, anybody, remote, to_one_office};
use crate::calendar::Day;
use crate::catalogue::Os;
use crate::draw::Draw;
use crate::export::github;
use crate::meetings::Attends;
use crate::truth::Tag;
use crate::world::{ALWAYS, Act, World};

/// Kinds that settle where somebody works.
pub const HEAVY: &[Kind] = &[Kind {
    id: "meeting_room",
    text: "Workers of one office who attend meetings on the machine of its meeting room",
    resembles: &["meeting_machine_shared", "meeting_machine"],
    size: (3, 6),
    heavy: true,
    grouped: false,
    fits: anybody,
    make: meeting_room,
}];

/// Habits.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "own_computer",
        text: "A worker who attends meetings on the own computer, sometimes a new one from a day on",
        resembles: &["meeting_machine"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: own_computer,
    },
    Kind {
        id: "slow_line",
        text: "A worker in the country whose line goes by satellite or radio",
        resembles: &["meeting_latency"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: slow_line,
    },
    Kind {
        id: "migration",
        text: "An engineer who clones every repository for a move or a search",
        resembles: &["copied_on_arrival", "bulk_clone", "took_documents"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: github::codes,
        make: migration,
    },
    Kind {
        id: "release_manager",
        text: "An engineer who lifts the protection of a branch for a release, or lets an auditor in",
        resembles: &["protection_removed", "outsider_added"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: github::codes,
        make: release_manager,
    },
];

fn attends(from: Day, to: Day, share: f64, machine: usize) -> Attends {
    Attends { from, to, share, machine, via: None, at: None, delay: 0, tag: Tag::NONE }
}

fn meeting_room(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let office = to_one_office(world, draw, crew);
    let machine = world.new_machine(draw, Os::Windows);
    world.machines[machine].host = draw.shape("ROOM-#?#");
    for worker in crew {
        world.people[*worker]
            .attends
            .insert(0, Attends { at: Some(office), ..attends(Day::MIN, ALWAYS, 0.35, machine) });
    }
}

fn own_computer(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let person = crew[0];
    let first = world.new_machine(draw, Os::Darwin);
    let day = world.day_at(0.3 + 0.5 * draw.unit());
    let changes = world.often(draw, "own_computer.new");
    let last = if changes { day - 1 } else { ALWAYS };
    let mut uses = vec![attends(Day::MIN, last, 0.75, first)];
    if changes {
        let second = world.new_machine(draw, Os::Windows);
        uses.push(attends(day, ALWAYS, 0.75, second));
    }
    world.people[person].attends = uses;
}

fn slow_line(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let home = world.people[crew[0]].home;
    world.places[home].lan.delay = draw.span(140, 520) as u16;
}

fn migration(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let day = world.day_at(0.2 + 0.6 * draw.unit());
    let working = (day..day + 12).find(|day| world.workday(crew[0], *day).is_some()).unwrap_or(day);
    let minute = world.people[crew[0]].starts + draw.span(60, 300);
    let count = draw.span(16, 40) as usize;
    world.people[crew[0]].acts.push(Act {
        day: working,
        minute,
        action: "git.clone",
        count,
        via: None,
        tag: Tag::NONE,
    });
}

fn release_manager(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let outsider = world.often(draw, "release.outsider");
    let actions: &[&str] = if outsider {
        &["protected_branch.destroy", "protected_branch.create", "org.add_outside_collaborator"]
    } else {
        &["protected_branch.destroy", "protected_branch.create"]
    };
    let day = world.day_at(0.2 + 0.6 * draw.unit());
    let working = (day..day + 12).find(|day| world.workday(crew[0], *day).is_some()).unwrap_or(day);
    for (step, action) in actions.iter().enumerate() {
        let minute = world.people[crew[0]].starts + 120 + step as i32 * 25;
        world.people[crew[0]].acts.push(Act {
            day: working,
            minute,
            action,
            count: 1,
            via: None,
            tag: Tag::NONE,
        });
    }
}
