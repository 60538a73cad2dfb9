//! Friends of friends (S21): each one recommends the next; they were interviewed on one machine and meet on it.
//!
//! Levers: the recommendation at the applicant tracking system, one machine in interviews and meetings, one private mailbox.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::catalogue::Os;
use crate::world::{Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "referral_ring",
    text: "Each one recommends the next; one machine is interviewed and meets as all of them",
    seeds: &[21],
    levers: &[
        Lever::of(
            "referral.machine",
            &[
                "meeting_machine",
                "meeting_machine_shared",
                "interview_machine_shared",
                "interview_on_ring_machine",
            ],
            "the interview",
        ),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("referral.mailbox", &["mailbox_shared"], "the roster"),
        Lever::of("referral.recommended", &["referred_by_ring"], "the application"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let first = plot.crew(world, 1, Hired::Settled);
    let Some(first) = first.first().copied() else { return };
    plot.found(world, "ring", None);
    plot.operated(world, first, false);
    let others = plot.crew(world, 2, Hired::InWindow);
    let machine = world.new_machine(&mut plot.draw, Os::Windows);
    let vpn = atlas::any_vpn(&mut plot.draw);
    let mut before = first;
    let one_machine = plot.keeps("referral.machine");
    let all: Vec<usize> = std::iter::once(first).chain(others.iter().copied()).collect();
    for worker in &all {
        if *worker != first {
            plot.operated(world, *worker, false);
            let recommends = !world.applicants.is_empty() && plot.keeps("referral.recommended");
            applies(world, plot, *worker, before, one_machine.then_some((machine, vpn)), recommends);
            before = *worker;
        }
        if one_machine {
            let (from, via) = (world.people[*worker].hired, Via::Tunnel(vpn, world.people[*worker].city));
            plot.meets_on(world, *worker, from, Operated { machine: Some(machine), ..Operated::behind(via) });
        }
    }
    if plot.keeps("referral.mailbox") {
        let mail = world.people[first].mail.clone();
        for worker in [first, before] {
            world.people[worker].mail_tag = world.truth.tell(worker, "mailbox_shared");
            world.people[worker].mail.clone_from(&mail);
        }
    }
}

/// A new member as they applied: recommended by the one before. (Applicants who become workers are founded after their hire day
/// is known, so the record is made here.)
pub fn applies(
    world: &mut World,
    plot: &mut Plot,
    worker: usize,
    by: usize,
    machine: Option<(usize, usize)>,
    recommends: bool,
) {
    if world.applicants.is_empty() {
        return;
    }
    let at = crate::applicants::hire(world, &mut plot.draw, worker);
    let subject = world.subject(at);
    if recommends {
        let tag = world.truth.tells(&[(worker, "referred_by_ring"), (by, "referred_by_ring")]);
        world.applicants[at].tags.push(tag);
        world.applicants[at].referred_by = Some(by);
    }
    if let Some((machine, vpn)) = machine {
        let tag = world
            .truth
            .tells(&[(subject, "interview_machine_shared"), (worker, "interview_on_ring_machine")]);
        let city = world.people[worker].city;
        for one in &mut world.applicants[at].interviews {
            (one.machine, one.via, one.tag) = (Some(machine), Via::Tunnel(vpn, city), tag);
        }
    }
    world.applicants[at].taken = true;
}
