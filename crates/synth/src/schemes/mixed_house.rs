//! Lent and forged identities side by side (S5): a house hosts the laptops of people who do not exist, one real person at the own
//! home lends the identity knowingly, and the wages of all go one way.
//!
//! Levers: one account for the house and the lender, parcels to the house, remote tools of one habit, an early change of pay.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas;
use crate::papers;
use crate::world::World;

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "mixed_house",
    text: "A house hosts the laptops of invented people, one real person at home lends the identity, and one account is paid for all",
    seeds: &[5],
    levers: &[
        Lever::always(
            &["gateway_shared", "access_point_shared", "signs_in_far_from_home", "egress_shared"],
            "hire; not the lender",
        ),
        Lever::of(
            "mixed.account",
            &["account_shared", "holder_mismatch"],
            "the first pay instruction, or the change",
        ),
        Lever::of("mixed.change", &["early_change"], "6 to 16 days after hire"),
        Lever::of("mixed.ship_to", &["ship_to_shared"], "the first parcel; not the lender"),
        Lever::of("mixed.remote_tool", &["remote_tool"], "hire to 6 days after"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 4, Hired::Recently);
    let Some((lender, guests)) = crew.split_first().filter(|(_, guests)| guests.len() >= 2) else { return };
    let city = atlas::home_city(&mut plot.draw);
    let house = world.new_home(&mut plot.draw, city);
    plot.found(world, "farm", Some(house));
    let ships = plot.keeps("mixed.ship_to");
    for worker in guests {
        plot.operated(world, *worker, false);
        if atlas::distance(world.people[*worker].city, city) < 300.0 {
            let other = atlas::far_city(&mut plot.draw, city, 300.0);
            papers::relocate(world, &mut plot.draw, *worker, other);
        }
        plot.take_away(world, *worker);
        super::vendor_layer::stands(world, *worker, house);
        if ships {
            let tag = world.truth.tell(*worker, "ship_to_shared");
            for parcel in world.parcels.iter_mut().filter(|one| one.worker == *worker && !one.back) {
                (parcel.to, parcel.tag) = (house, tag);
            }
        }
    }
    // the lender is of the crew and not of the house
    plot.operated_at_home(world, *lender);
    for worker in &crew {
        if plot.keeps("mixed.remote_tool") {
            plot.remote_tool(world, *worker, 6);
        }
    }
    if plot.keeps("mixed.account") {
        one_account(world, plot, *lender, guests);
    }
}

/// The lender's own account: the bank knows its holder, who is none of the others.
fn one_account(world: &mut World, plot: &mut Plot, lender: usize, guests: &[usize]) {
    let holder = world.people[lender].name();
    let account = papers::account(&mut plot.draw, "US");
    for worker in std::iter::once(&lender).chain(guests) {
        let Some(at) = world.pay.iter().rposition(|pay| pay.worker == *worker && pay.is_first) else {
            continue;
        };
        let mut pay = world.pay[at].clone();
        pay.account.clone_from(&account);
        pay.tags[0] = world.truth.tell(*worker, "account_shared");
        if *worker != lender {
            (pay.holder, pay.answer) = (holder.clone(), "No match");
            pay.tags[1] = world.truth.tell(*worker, "holder_mismatch");
        }
        if plot.keeps("mixed.change") {
            (pay.day, pay.is_first) = (world.people[*worker].hired + plot.draw.span(6, 16), false);
            pay.tags[2] = world.truth.tell(*worker, "early_change");
            world.pay.push(pay);
        } else {
            world.pay[at] = pay;
        }
    }
}
