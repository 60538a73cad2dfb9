//! A ring of hired identities (S1, S3, S5): several workers, each at their own home, whose work one person does and whose
//! pay goes one way.
//!
//! Levers: one account or wallet, one machine in several accounts, one phone, remote tools in the first days, a holder of
//! another name, an early change of the account.

use super::{Plot, Scheme, recently};
use crate::atlas;
use crate::draw::mix;
use crate::export::agent;
use crate::names;
use crate::papers;
use crate::world::{ALWAYS, Door, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "payroll_ring",
    text: "Three workers at their own homes share an account or wallet, a machine, a phone (S1, S3, S5)",
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 3, recently);
    if crew.len() < 2 {
        return;
    }
    let name = format!("ring-{}", plot.instance + 1);
    for worker in &crew {
        plot.part(world, *worker, "operated", Some(&name));
        if plot.keeps("ring.remote_tool") {
            plot.remote_tool(world, *worker, 6);
        }
    }
    if plot.keeps("ring.bank") {
        one_account(world, plot, &crew);
    }
    if plot.keeps("ring.device_token") {
        one_machine(world, plot, &crew);
    }
    if plot.keeps("ring.phone") {
        let pair = plot.draw.some(&crew, 2);
        let phone = papers::another_phone(world, "US");
        for worker in pair {
            let tag = world.truth.tell(worker, "phone_shared", "roster");
            world.people[worker].phone.clone_from(&phone);
            world.people[worker].phone_tag = tag;
        }
    }
}

/// All are paid into one account; some change to it some days after the first.
pub fn one_account(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    let wallet = plot.draw.chance(0.3);
    let account =
        if wallet { papers::wallet(&mut plot.draw) } else { papers::account(&mut plot.draw, "US") };
    let other = names::name(&mut plot.draw);
    for worker in crew {
        let Some(at) = world.pay.iter().rposition(|pay| pay.worker == *worker && pay.is_first) else { continue };
        let mut pay = world.pay[at].clone();
        pay.account = account.clone();
        pay.tags[0] = world.truth.tell(*worker, if wallet { "wallet_shared" } else { "account_shared" }, "pay");
        if !wallet && plot.keeps("ring.holder") {
            pay.holder = format!("{} {}", other.0, other.1);
            pay.answer = "No match";
            pay.tags[1] = world.truth.tell(*worker, "holder_mismatch", "pay");
        }
        if plot.keeps("ring.change") {
            pay.is_first = false;
            pay.day = world.people[*worker].hired + plot.draw.span(3, 13);
            pay.tags[2] = world.truth.tell(*worker, "early_change", "pay");
            world.pay.push(pay);
        } else {
            world.pay[at] = pay;
        }
    }
}

/// One unmanaged machine signs in to all accounts, some evenings a week, through a VPN.
fn one_machine(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    let token = mix(mix(world.seed, 0x71), plot.draw.bits());
    let vpn = atlas::any_vpn(&mut plot.draw);
    let agent = *plot.draw.pick(&[agent::WINDOWS_PC, agent::MAC]);
    for worker in crew {
        let city = world.people[*worker].city;
        let tags = [
            world.truth.tell(*worker, "consumer_vpn", "okta"),
            world.truth.tell(*worker, "device_token_shared", "okta"),
        ];
        let from = world.people[*worker].hired + plot.draw.span(0, 9);
        let per_day = 0.15 + 0.35 * (1.0 - world.difficulty) * plot.draw.unit();
        world.people[*worker].doors.push(Door {
            from,
            to: ALWAYS,
            per_day,
            hours: (8 * 60, 21 * 60),
            token,
            agent,
            via: Via::Tunnel(vpn, city),
            tags,
        });
    }
}
