//! A laptop farm (S4, S6): one house hosts the laptops of people who declare homes elsewhere.
//!
//! Levers: one router and access point; parcels to the house, or sent on to it; KVM or remote tool; VPN exits near
//! the declared homes; monitors and docks that go round; one account for several.

use super::{Plot, Scheme, recently};
use crate::atlas::{self, CityId};
use crate::catalogue;
use crate::draw::Draw;
use crate::truth::Tag;
use crate::world::{ALWAYS, Mac, Neighbour, PlaceId, PlaceKind, Seat, Stay, StayTags, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "hosted_farm",
    text: "One house hosts the laptops of several workers who declare homes elsewhere (S4, S6)",
    plant,
};

/// How this farm works.
struct Farm {
    city: CityId,
    house: PlaceId,
    /// One router for all; otherwise every laptop has a line of its own.
    shared: bool,
    kvm: Option<usize>,
    parcels: Parcels,
}

/// How laptops come to the house.
#[derive(Clone, Copy, PartialEq)]
enum Parcels {
    Ordered,
    Rerouted,
    Unseen,
}

fn plant(world: &mut World, plot: &mut Plot) {
    let most = (world.people.len() / 12).clamp(3, 8);
    let count = plot.draw.span(4, 8) as usize;
    let crew = plot.crew(world, count.min(most), recently);
    if crew.len() < 2 {
        return;
    }
    let farm = farm(world, plot, crew.len());
    let name = format!("farm-{}", plot.instance + 1);
    for (at, worker) in crew.iter().enumerate() {
        plot.part(world, *worker, "operated", Some(&name));
        move_away(world, plot, *worker, farm.city);
        host(world, plot, &farm, *worker, at);
        deliver(world, plot, &farm, *worker);
        drive(world, plot, &farm, *worker);
        hide(world, plot, *worker);
    }
    if plot.keeps("farm.pay") {
        let pair = plot.draw.some(&crew, 2);
        super::payroll_ring::one_account(world, plot, &pair);
    }
}

fn farm(world: &mut World, plot: &mut Plot, crew: usize) -> Farm {
    let city = atlas::home_city(&mut Draw::new(world.seed, "farm city", u64::from(plot.instance)));
    let house = world.new_home(&mut plot.draw, city);
    // fewer desks than laptops: monitors and docks are moved from one to the other
    world.places[house].desks = (0..crew.div_ceil(2)).map(|_| crate::kit::home_desk(&mut plot.draw)).collect();
    for desk in &mut world.places[house].desks {
        if desk.displays.is_empty() {
            desk.displays.push(catalogue::display(&mut plot.draw));
        }
    }
    let parcels = match (plot.keeps("farm.ship_to"), plot.keeps("farm.reroute")) {
        (_, true) => Parcels::Rerouted,
        (true, false) => Parcels::Ordered,
        (false, false) => Parcels::Unseen,
    };
    let kvm = plot.keeps("farm.kvm").then(|| plot.draw.below(5));
    Farm { city, house, shared: plot.keeps("farm.gateway"), kvm, parcels }
}

/// The declared home lies far from the house, whatever it was before.
fn move_away(world: &mut World, plot: &mut Plot, worker: usize, farm: CityId) {
    if atlas::distance(world.people[worker].city, farm) < 300.0 {
        let city = atlas::far_city(&mut plot.draw, farm, 300.0);
        crate::papers::relocate(world, &mut plot.draw, worker, city);
    }
}

/// The laptop stands in the house from the first day.
fn host(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize, at: usize) {
    let from = world.people[worker].hired;
    let place = if farm.shared {
        farm.house
    } else {
        let address = world.places[farm.house].address.clone();
        world.new_place(&mut plot.draw, PlaceKind::Home, address)
    };
    let desks = world.places[place].desks.len();
    let circulates = farm.shared && plot.keeps("farm.shared_desk");
    let mut tags = StayTags::default();
    if farm.shared {
        tags.lan = world.truth.tell(worker, "gateway_shared", "osquery");
        tags.wifi = world.truth.tell(worker, "access_point_shared", "osquery");
    }
    if circulates {
        tags.desk = world.truth.tell(worker, "desk_shared", "osquery");
    }
    tags.egress = world.truth.tell(worker, "signs_in_far_from_home", "okta");
    let seat = match circulates {
        true => Seat::Any,
        false if farm.shared && at >= desks => Seat::Loose,
        false => Seat::Desk(at % desks.max(1)),
    };
    let person = &mut world.people[worker];
    person.stationary = true;
    person.stays.truncate(1);
    person.stays.push(Stay { from, to: ALWAYS, place, share: 1.0, seat, tags });
    world.strike_approvals(worker);
}

fn deliver(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize) {
    let tell = match farm.parcels {
        Parcels::Ordered => "ship_to_shared",
        Parcels::Rerouted => "rerouted",
        Parcels::Unseen => return,
    };
    let signer = format!("{}. {}", plot.draw.shape("?"), plot.draw.pick(&["COOPER", "MILLS", "WARD", "BOYD"]));
    for at in 0..world.parcels.len() {
        if world.parcels[at].worker != worker || world.parcels[at].back {
            continue;
        }
        let tag = world.truth.tell(worker, tell, "shipment");
        let parcel = &mut world.parcels[at];
        match farm.parcels {
            Parcels::Rerouted => {
                parcel.instead = Some(farm.house);
                parcel.changed = Some(parcel.sent + 1);
                parcel.tags = [Tag::NONE, tag];
            }
            _ => {
                parcel.to = farm.house;
                parcel.tags = [tag, Tag::NONE];
            }
        }
        parcel.signed = Some(signer.clone());
    }
}

/// How somebody far away works on the laptop.
fn drive(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize) {
    if let Some(kvm) = farm.kvm {
        super::hardware_kvm::connect(world, plot, worker, kvm, true);
        if farm.shared {
            let mac = Mac::new(catalogue::kvms()[kvm].mac, plot.draw.bits());
            let tag = world.truth.tell(worker, "kvm_neighbour", "osquery");
            let host = 200 + plot.draw.below(50) as u8;
            world.places[farm.house].lan.neighbours.push(Neighbour { mac, host, share: 0.8, device: None, tag });
        }
    } else if plot.keeps("farm.remote_tool") {
        plot.remote_tool(world, worker, 6);
    }
}

/// A VPN with an exit near the declared home; without it the house's own line shows.
fn hide(world: &mut World, plot: &mut Plot, worker: usize) {
    if !plot.draw.chance(crate::rates::rate("farm.vpn")) {
        return;
    }
    let vpn = if plot.draw.chance(0.6) { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    let tag = world.truth.tell(worker, "consumer_vpn", "okta");
    let city = world.people[worker].city;
    let share = 0.6 + 0.4 * world.difficulty;
    world.people[worker].tunnels = vec![TunnelUse {
        from: i32::MIN,
        to: ALWAYS,
        share,
        via: Via::Tunnel(vpn, city),
        exits: vec![city],
        drop: None,
        tag,
    }];
}
