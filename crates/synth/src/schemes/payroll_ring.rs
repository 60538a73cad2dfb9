//! A ring of hired identities (S1, S3): several workers, each at their own home, whose work one person does and whose
//! pay goes one way.
//!
//! Levers: one account or wallet, one machine in several accounts, one phone, one mailbox, remote tools in the first
//! days, a holder of another name, an early change of the account, hours by turns, one phone that approves for all.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::catalogue::Os;
use crate::draw::mix;
use crate::export::agent;
use crate::names;
use crate::papers;
use crate::world::{ALWAYS, Approver, Door, Span, Turns, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "payroll_ring",
    text: "Three workers at their own homes share an account or wallet, a machine, a phone or mailbox",
    seeds: &[1, 3],
    levers: &[
        Lever::of("ring.bank", &["account_shared"], "the first pay instruction"),
        Lever::of("ring.wallet", &["wallet", "wallet_shared"], "the first pay instruction"),
        Lever::of("ring.holder", &["holder_mismatch"], "the first pay instruction"),
        Lever::of("ring.change", &["early_change"], "5 to 13 days after hire"),
        Lever::of(
            "ring.device_token",
            &["device_token_shared", "consumer_vpn", "unmanaged_machine"],
            "hire to 9 days after",
        ),
        Lever::of("ring.meeting", &["meeting_machine", "meeting_machine_shared"], "hire to 9 days after"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
        Lever::of("ring.phone", &["phone_shared"], "the roster"),
        Lever::of("ring.mailbox", &["mailbox_shared"], "the roster"),
        Lever::of("ring.remote_tool", &["remote_tool"], "hire to 6 days after"),
        Lever::of("ring.turns", &["takes_turns"], "hire"),
        Lever::of("ring.approval", &["approval_shared"], "hire"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 3, Hired::Recently);
    if crew.len() < 2 {
        return;
    }
    plot.found(world, "ring", None);
    for worker in &crew {
        plot.operated(world, *worker, true);
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
        let phone = papers::another_phone(world, "US");
        for worker in plot.draw.some(&crew, 2) {
            world.people[worker].phone_tag = world.truth.tell(worker, "phone_shared");
            world.people[worker].phone.clone_from(&phone);
        }
    }
    if plot.keeps("ring.mailbox") {
        let pair = plot.draw.some(&crew, 2);
        let mail = world.people[pair[0]].mail.clone();
        for worker in pair {
            world.people[worker].mail_tag = world.truth.tell(worker, "mailbox_shared");
            world.people[worker].mail.clone_from(&mail);
        }
    }
    if plot.keeps("ring.turns") {
        take_turns(world, &crew);
    }
    if world.systems.has("duo") && plot.keeps("ring.approval") {
        one_approver(world, &crew);
    }
}

/// One operator has one pair of hands: an hour for each, by turns.
fn take_turns(world: &mut World, crew: &[usize]) {
    for (own, worker) in crew.iter().enumerate() {
        let tag = world.truth.tell(*worker, "takes_turns");
        world.people[*worker].turns = Some(Turns { of: crew.len() as i64, own: own as i64, tag });
    }
}

/// The phone of the first approves for all.
fn one_approver(world: &mut World, crew: &[usize]) {
    for worker in crew {
        let tag = world.truth.tell(*worker, "approval_shared");
        let during = Span { from: world.people[*worker].hired, to: ALWAYS };
        world.people[*worker].approver = Some(Approver { during, who: crew[0], tag });
    }
}

/// All are paid into one account or wallet; some change to it some days after the first.
pub fn one_account(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    let wallet = plot.either("ring.wallet");
    let account = if wallet { papers::wallet(&mut plot.draw) } else { papers::account(&mut plot.draw, "US") };
    let other = names::name(&mut plot.draw);
    for worker in crew {
        let Some(at) = world.pay.iter().rposition(|pay| pay.worker == *worker && pay.is_first) else {
            continue;
        };
        let mut pay = world.pay[at].clone();
        pay.account = account.clone();
        pay.tags[0] = match wallet {
            true => world.truth.tells(&[(*worker, "wallet"), (*worker, "wallet_shared")]),
            false => world.truth.tell(*worker, "account_shared"),
        };
        if wallet {
            pay.answer = "";
        } else if plot.keeps("ring.holder") {
            pay.holder = format!("{} {}", other.0, other.1);
            pay.answer = "No match";
            pay.tags[1] = world.truth.tell(*worker, "holder_mismatch");
        }
        if plot.keeps("ring.change") {
            pay.is_first = false;
            pay.day = world.people[*worker].hired + plot.draw.span(5, 13);
            pay.tags[2] = world.truth.tell(*worker, "early_change");
            world.pay.push(pay);
        } else {
            world.pay[at] = pay;
        }
    }
}

/// One unmanaged machine signs in to all accounts, some times a week, through a VPN.
fn one_machine(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    let token = mix(mix(world.seed, 0x71), plot.draw.bits());
    let vpn = atlas::any_vpn(&mut plot.draw);
    let agent = *plot.draw.pick(&[agent::WINDOWS_PC, agent::MAC]);
    let meets = plot.keeps("ring.meeting").then(|| world.new_machine(&mut plot.draw, Os::Windows));
    for worker in crew {
        let city = world.people[*worker].city;
        let tag = world.truth.tells(&[
            (*worker, "consumer_vpn"),
            (*worker, "device_token_shared"),
            (*worker, "unmanaged_machine"),
        ]);
        let from = world.people[*worker].hired + plot.draw.span(0, 9);
        let per_day = 0.15 + 0.35 * (1.0 - world.difficulty) * plot.draw.unit();
        let hours = (8 * 60, 21 * 60);
        let via = Via::Tunnel(vpn, city);
        if meets.is_some() {
            plot.meets_on(world, *worker, from, Operated { machine: meets, ..Operated::behind(via) });
        }
        world.people[*worker].doors.push(Door {
            from,
            to: ALWAYS,
            per_day,
            hours,
            token,
            agent,
            via,
            works: true,
            tag,
            ..Door::PLAIN
        });
    }
}
