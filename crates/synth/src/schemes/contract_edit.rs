//! Two who trust one another edit what pays (S9): months of good work, one recommended the other; then the protection of a branch is
//! lifted on two days, some weeks apart, and pay goes to a wallet.
//!
//! Levers: the recommendation at the applicant tracking system, the protection lifted twice, one wallet for both, a VPN from the first
//! deed on.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas;
use crate::papers;
use crate::world::{ALWAYS, Act, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "contract_edit",
    text: "One recommends the other; after months of work the protection of a branch is lifted twice, and pay goes to one wallet",
    seeds: &[9],
    levers: &[
        Lever::of("contract.protection", &["protection_removed"], "the day of the first deed"),
        Lever::of("contract.vpn", &["consumer_vpn", "vpn_rises"], "the day of the first deed"),
        Lever::of("contract.wallet", &["wallet", "wallet_shared"], "the day after the first deed"),
        Lever::of("contract.recommended", &["referred_by_ring"], "the application"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let first = plot.crew(world, 1, Hired::Settled);
    let second = plot.crew(world, 1, Hired::InWindow);
    let (Some(first), Some(second)) = (first.first().copied(), second.first().copied()) else { return };
    plot.found(world, "ring", None);
    for worker in [first, second] {
        plot.operated(world, worker, false);
        plot.engineer(world, worker);
    }
    if plot.keeps("contract.recommended") && !world.applicants.is_empty() {
        super::referral_ring::applies(world, plot, second, first, None, true);
    }
    let wanted = world.day_at(0.4 + 0.15 * plot.draw.unit());
    let working = |world: &World, day: i32| {
        (day..day + 10).find(|day| world.workday(first, *day).is_some()).unwrap_or(day)
    };
    let deeds = [working(world, wanted), working(world, wanted + world.days() / 4)];
    if plot.keeps("contract.protection") {
        for day in deeds {
            let minute = world.people[first].starts + plot.draw.span(240, 420);
            let tag = world.truth.tell(first, "protection_removed");
            let action = "protected_branch.destroy";
            world.people[first].acts.push(Act { day, minute, action, count: 1, via: None, tag });
        }
    }
    if plot.keeps("contract.vpn") {
        let (vpn, city) = (atlas::any_vpn(&mut plot.draw), world.people[first].city);
        let tag = world.truth.tells(&[(first, "consumer_vpn"), (first, "vpn_rises")]);
        let via = Via::Tunnel(vpn, city);
        world.people[first].tunnels = vec![TunnelUse {
            from: deeds[0],
            to: ALWAYS,
            share: 0.9,
            via,
            exits: vec![city],
            drop: None,
            tag,
        }];
    }
    if plot.keeps("contract.wallet") {
        let wallet = papers::wallet(&mut plot.draw);
        for worker in [first, second] {
            let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else {
                continue;
            };
            let mut pay = world.pay[at].clone();
            (pay.account, pay.answer, pay.is_first) = (wallet.clone(), "", false);
            pay.day = (deeds[0] + 1).max(world.people[worker].hired + 15);
            pay.tags[0] = world.truth.tells(&[(worker, "wallet"), (worker, "wallet_shared")]);
            world.pay.push(pay);
        }
    }
}
