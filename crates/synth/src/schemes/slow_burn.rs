//! The quiet one (S20): years of good work, then the protection of a branch is lifted, everything is cloned, and a VPN
//! covers it.
//!
//! Levers: a branch's protection removed, an outside collaborator let in, many clones, a VPN from that day on.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas;
use crate::world::{ALWAYS, Act, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "slow_burn",
    text: "Years of quiet work, then a branch loses its protection and the repositories are cloned behind a VPN",
    seeds: &[20],
    levers: &[
        Lever::of("slow.protection", &["protection_removed"], "the day of the deed"),
        Lever::of("slow.outsider", &["outsider_added"], "the day of the deed"),
        Lever::of("slow.clone", &["bulk_clone"], "the day of the deed"),
        Lever::of("slow.vpn", &["consumer_vpn", "vpn_rises"], "the day of the deed"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Settled);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.engineer(world, worker);
    // some three years of nothing but work
    let hired = crate::calendar::monday(world.from - plot.draw.span(800, 1150));
    crate::papers::rehire(world, worker, hired);
    let wanted = world.day_at(0.5 + 0.3 * plot.draw.unit());
    let day = (wanted..wanted + 10).find(|day| world.workday(worker, *day).is_some()).unwrap_or(wanted);
    let minute = world.people[worker].starts + plot.draw.span(240, 420);
    let acts = [
        (plot.keeps("slow.protection"), "protected_branch.destroy", "protection_removed"),
        (plot.keeps("slow.outsider"), "org.add_outside_collaborator", "outsider_added"),
    ];
    for (_, action, tell) in acts.into_iter().filter(|(kept, ..)| *kept) {
        let tag = world.truth.tell(worker, tell);
        world.people[worker].acts.push(Act { day, minute, action, count: 1, via: None, tag });
    }
    if plot.keeps("slow.clone") {
        plot.clones(world, worker, day, None);
    }
    if plot.keeps("slow.vpn") {
        let (vpn, city) = (atlas::any_vpn(&mut plot.draw), world.people[worker].city);
        let tag = world.truth.tells(&[(worker, "consumer_vpn"), (worker, "vpn_rises")]);
        let via = Via::Tunnel(vpn, city);
        world.people[worker].tunnels =
            vec![TunnelUse { from: day, to: ALWAYS, share: 0.9, via, exits: vec![city], drop: None, tag }];
    }
}
