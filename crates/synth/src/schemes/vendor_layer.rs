//! A staffing firm that is a front (S2): it certifies several contractors, takes their pay and keeps their laptops in one house,
//! where somebody far away works on them.
//!
//! Levers: the firm's account, one phone, parcels to the house, one router, remote tools, one machine in their meetings.

use super::{Hired, Lever, Operated, Plot, Scheme};
use crate::atlas;
use crate::catalogue::Os;
use crate::papers;
use crate::world::{ALWAYS, Seat, Stay, StayTags, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "vendor_layer",
    text: "A staffing firm is the front: its contractors' pay goes to it and their laptops stand in its house",
    seeds: &[2],
    levers: &[
        Lever::always(
            &["gateway_shared", "access_point_shared", "signs_in_far_from_home", "egress_shared"],
            "hire",
        ),
        Lever::of("vendor.account", &["account_shared", "holder_mismatch"], "the first pay instruction"),
        Lever::of("vendor.phone", &["phone_shared"], "the roster"),
        Lever::of("vendor.ship_to", &["ship_to_shared"], "the first parcel"),
        Lever::of("vendor.remote_tool", &["remote_tool"], "hire to 6 days after"),
        Lever::of("vendor.meeting", &["meeting_machine", "meeting_machine_shared"], "hire"),
        Lever::of("meeting.delay", &["meeting_latency"], "the first meeting there"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 3, Hired::Recently);
    if crew.len() < 2 {
        return;
    }
    let city = atlas::home_city(&mut plot.draw);
    let house = world.new_home(&mut plot.draw, city);
    plot.found(world, "farm", Some(house));
    let firm = *plot.draw.pick(&["Summit Ridge Staffing", "Clearpath Resources", "Northstar Contract Group"]);
    let account = plot.keeps("vendor.account").then(|| papers::account(&mut plot.draw, "US"));
    let phone = plot.keeps("vendor.phone").then(|| papers::another_phone(world, "US"));
    let ships = plot.keeps("vendor.ship_to");
    let meets = plot.keeps("vendor.meeting").then(|| world.new_machine(&mut plot.draw, Os::Windows));
    let vpn = atlas::any_vpn(&mut plot.draw);
    for worker in &crew {
        plot.operated(world, *worker, false);
        if atlas::distance(world.people[*worker].city, city) < 300.0 {
            let other = atlas::far_city(&mut plot.draw, city, 300.0);
            papers::relocate(world, &mut plot.draw, *worker, other);
        }
        plot.take_away(world, *worker);
        world.people[*worker].agency = Some(firm.to_owned());
        stands(world, *worker, house);
        if let Some(phone) = &phone {
            world.people[*worker].phone_tag = world.truth.tell(*worker, "phone_shared");
            world.people[*worker].phone.clone_from(phone);
        }
        if let Some(account) = &account {
            let tags =
                [world.truth.tell(*worker, "account_shared"), world.truth.tell(*worker, "holder_mismatch")];
            for pay in world.pay.iter_mut().filter(|pay| pay.worker == *worker) {
                (pay.account, pay.holder, pay.answer) = (account.clone(), format!("{firm} LLC"), "No match");
                (pay.tags[0], pay.tags[1]) = (tags[0], tags[1]);
            }
        }
        if ships {
            let tag = world.truth.tell(*worker, "ship_to_shared");
            for parcel in world.parcels.iter_mut().filter(|one| one.worker == *worker && !one.back) {
                (parcel.to, parcel.tag) = (house, tag);
            }
        }
        if plot.keeps("vendor.remote_tool") {
            plot.remote_tool(world, *worker, 6);
        }
        if meets.is_some() {
            let (from, via) = (world.people[*worker].hired, Via::Tunnel(vpn, city));
            plot.meets_on(world, *worker, from, Operated { machine: meets, ..Operated::behind(via) });
        }
    }
}

/// The laptop stands in the firm's house.
pub fn stands(world: &mut World, worker: usize, house: usize) {
    let tags = StayTags {
        lan: world.truth.tell(worker, "gateway_shared"),
        wifi: world.truth.tell(worker, "access_point_shared"),
        egress: world.truth.tells(&[(worker, "signs_in_far_from_home"), (worker, "egress_shared")]),
        ..StayTags::default()
    };
    let from = world.people[worker].hired;
    world.people[worker].stays.push(Stay {
        from,
        to: ALWAYS,
        place: house,
        share: 1.0,
        seat: Seat::Loose,
        tags,
    });
}
