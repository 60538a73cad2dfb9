//! A laptop farm (S4, S6): one house hosts the laptops of people who declare homes elsewhere.
//!
//! Levers: one router and access point; parcels to the house, or sent on to it; KVM or remote tool; VPN exits near
//! the declared homes; monitors and docks that go round; one laptop for two logins; software against sleep; one account
//! for several. The host lives outside the company, or is a colleague at whose declared home it all stands.

use super::{Hired, Lever, PHONE, PHONE_HIDDEN, Plot, Scheme};
use crate::atlas::{self, CityId};
use crate::catalogue;
use crate::world::{
    ALWAYS, Fitted, Logon, Mac, Neighbour, PlaceId, PlaceKind, Seat, Stay, StayTags, TunnelUse, Via, World,
};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "hosted_farm",
    text: "One house hosts the laptops of several workers who declare homes elsewhere",
    seeds: &[4, 6],
    levers: &[
        Lever::always(&["signs_in_far_from_home"], "hire"),
        Lever::of("farm.gateway", &["gateway_shared", "access_point_shared", "egress_shared"], "hire"),
        Lever::of("farm.ship_to", &["ship_to_shared"], "the first parcel"),
        Lever::of("farm.reroute", &["rerouted"], "the day after dispatch"),
        Lever::of("farm.insider", &["sent_to_colleague"], "the first parcel"),
        Lever::of("farm.shared_desk", &["desk_shared"], "hire"),
        Lever::of("farm.kvm", &["kvm_usb", "kvm_neighbour"], "hire to 3 days after"),
        Lever::of("kvm.display", &["kvm_display"], "hire to 3 days after"),
        Lever::of("farm.remote_tool", &["remote_tool"], "hire to 6 days after"),
        Lever::of("farm.keep_awake", &["keep_awake"], "hire to 6 days after"),
        Lever::of("farm.vpn", &["consumer_vpn"], "hire"),
        Lever::of("farm.one_laptop", &["laptop_shared"], "hire of the later one"),
        Lever::of("farm.pay", &["account_shared"], "the first pay instruction"),
        Lever::of("ring.wallet", &["wallet", "wallet_shared"], "the first pay instruction"),
        Lever::of("ring.holder", &["holder_mismatch"], "the first pay instruction"),
        Lever::of("ring.change", &["early_change"], "5 to 13 days after hire"),
        PHONE,
        PHONE_HIDDEN,
    ],
    plant,
};

/// How this farm works.
struct Farm {
    city: CityId,
    house: PlaceId,
    /// A colleague lives there.
    insider: bool,
    /// One router for all; otherwise every laptop has a line of its own.
    shared: bool,
    kvm: Option<usize>,
    /// Parcels that are ordered to the house, or changed on the way.
    ships: bool,
}

fn plant(world: &mut World, plot: &mut Plot) {
    let most = (world.people.len() / 12).clamp(3, 8);
    let count = plot.draw.span(4, 8) as usize;
    let insider = plot.either("farm.insider");
    let host = if insider { plot.crew(world, 1, Hired::Settled).first().copied() } else { None };
    let crew = plot.crew(world, count.min(most), Hired::Recently);
    if crew.len() < 2 {
        return;
    }
    let farm = farm(world, plot, crew.len(), host);
    plot.found(world, "farm", Some(farm.house));
    if let Some(host) = host {
        plot.hosts(world, host);
    }
    for (at, worker) in crew.iter().enumerate() {
        plot.operated(world, *worker, false);
        move_away(world, plot, *worker, farm.city);
        settle(world, plot, &farm, *worker, at);
        deliver(world, plot, &farm, *worker, at);
        drive(world, plot, &farm, *worker, at);
        hide(world, plot, *worker);
    }
    if plot.keeps("farm.one_laptop") {
        one_laptop(world, plot, [crew[0], crew[1]]);
    }
    if plot.keeps("farm.pay") {
        let pair = plot.draw.some(&crew, 2);
        super::payroll_ring::one_account(world, plot, &pair);
    }
    for worker in &crew {
        plot.carries_phone(world, *worker);
    }
}

fn farm(world: &mut World, plot: &mut Plot, crew: usize, host: Option<usize>) -> Farm {
    let house = match host {
        Some(host) => world.people[host].home,
        None => {
            let city = atlas::home_city(&mut plot.draw);
            world.new_home(&mut plot.draw, city)
        }
    };
    // fewer desks than laptops: monitors and docks are moved from one to the other; the host's own desk comes first
    let first = usize::from(host.is_some());
    world.places[house].desks.truncate(first);
    for _ in 0..crew.div_ceil(2) {
        let mut desk = world.home_desk(&mut plot.draw);
        if desk.displays.is_empty() {
            desk.displays.push(catalogue::display(&mut plot.draw));
        }
        if plot.is_full() {
            desk.displays.push(catalogue::telling_display(&mut plot.draw));
            desk.usb.push(catalogue::telling_dock(&mut plot.draw));
        }
        world.places[house].desks.push(desk);
    }
    Farm {
        city: world.city(house),
        house,
        insider: host.is_some(),
        shared: plot.keeps("farm.gateway") || host.is_some(),
        kvm: plot.keeps("farm.kvm").then(|| plot.draw.below(5)),
        ships: plot.keeps("farm.ship_to"),
    }
}

/// The declared home lies far from the house, whatever it was before.
fn move_away(world: &mut World, plot: &mut Plot, worker: usize, farm: CityId) {
    if atlas::distance(world.people[worker].city, farm) < 300.0 {
        let city = atlas::far_city(&mut plot.draw, farm, 300.0);
        crate::papers::relocate(world, &mut plot.draw, worker, city);
    }
    plot.take_away(world, worker);
}

/// The laptop stands in the house from the first day.
fn settle(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize, at: usize) {
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
        tags.lan = world.truth.tell(worker, "gateway_shared");
        tags.wifi = world.truth.tell(worker, "access_point_shared");
        tags.egress = world.truth.tells(&[(worker, "signs_in_far_from_home"), (worker, "egress_shared")]);
    } else {
        tags.egress = world.truth.tell(worker, "signs_in_far_from_home");
    }
    if circulates {
        tags.desk = world.truth.tell(worker, "desk_shared");
    }
    // the host's own desk is not given away
    let (own, free) = if farm.insider { (1, desks - 1) } else { (0, desks) };
    let seat = match circulates {
        true if farm.insider => Seat::Among(own, free),
        true => Seat::Any,
        false if farm.shared && at >= free => Seat::Loose,
        false => Seat::Desk(own + at % free.max(1)),
    };
    world.people[worker].stays.push(Stay { from, to: ALWAYS, place, share: 1.0, seat, tags });
}

/// How the parcels of a worker come to the house, unless they were never seen in the export.
fn deliver(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize, at: usize) {
    if !farm.ships {
        return;
    }
    let rerouted = plot.either_of("farm.reroute", at);
    let mut tells = vec![(worker, if rerouted { "rerouted" } else { "ship_to_shared" })];
    if farm.insider {
        tells.push((worker, "sent_to_colleague"));
    }
    let signer =
        format!("{}. {}", plot.draw.shape("?"), plot.draw.pick(&["COOPER", "MILLS", "WARD", "BOYD"]));
    for parcel in 0..world.parcels.len() {
        if world.parcels[parcel].worker != worker || world.parcels[parcel].back {
            continue;
        }
        let tag = world.truth.tells(&tells);
        let parcel = &mut world.parcels[parcel];
        if rerouted {
            (parcel.instead, parcel.changed) = (Some(farm.house), Some(parcel.sent + 1));
        } else {
            parcel.to = farm.house;
        }
        parcel.tag = tag;
        parcel.signed = Some(signer.clone());
    }
}

/// How somebody far away works on the laptop.
fn drive(world: &mut World, plot: &mut Plot, farm: &Farm, worker: usize, at: usize) {
    match farm.kvm {
        // where all is shown, one half has the one and the other half the other
        Some(kvm) if !plot.is_full() || at.is_multiple_of(2) => {
            super::hardware_kvm::connect(world, plot, worker, kvm, true);
            if farm.shared {
                let mac = Mac::new(catalogue::kvms()[kvm].mac, plot.draw.bits());
                let tag = world.truth.tell(worker, "kvm_neighbour");
                let host = 200 + plot.draw.below(50) as u8;
                world.places[farm.house].lan.neighbours.push(Neighbour {
                    mac,
                    host,
                    share: 0.8,
                    device: None,
                    tag,
                });
            }
        }
        _ => {
            if plot.keeps("farm.remote_tool") {
                plot.remote_tool(world, worker, 6);
            }
            if plot.keeps("farm.keep_awake") {
                plot.install(world, worker, "amphetamine", 6, 0.9, "keep_awake");
            }
        }
    }
}

/// A VPN with an exit near the declared home; without it the house's own line shows. The careful use it more.
fn hide(world: &mut World, plot: &mut Plot, worker: usize) {
    if !plot.draw.chance(world.rate("farm.vpn")) {
        return;
    }
    let vpn =
        if plot.draw.chance(0.6) { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    let tag = world.truth.tell(worker, "consumer_vpn");
    let city = world.people[worker].city;
    let share = if plot.is_full() { 0.5 } else { 0.6 + 0.4 * world.difficulty };
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

/// Two workers, one laptop: the second one's login is used on the laptop of the first.
fn one_laptop(world: &mut World, plot: &mut Plot, [first, second]: [usize; 2]) {
    let device = world.people[first].laptops[0].device;
    let tag = world.truth.tells(&[(first, "laptop_shared"), (second, "laptop_shared")]);
    let user = world.people[second].login.clone();
    let hired = world.people[first].hired.max(world.people[second].hired).max(world.from);
    for day in hired..=world.to {
        if plot.draw.chance(0.4) {
            let minute = world.people[first].starts + plot.draw.span(5, 200);
            let what = Logon { minute, user: user.clone(), host: String::new() };
            world.devices[device].logons.push(Fitted { what, from: day, to: day, tag });
        }
    }
}
