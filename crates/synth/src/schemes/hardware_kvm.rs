//! A KVM on the laptop (S7): somebody far away has its keyboard, mouse and screen, and no software shows.
//!
//! Levers: USB names of the factory or changed ones, the fake monitor, the KVM on the home network, a host elsewhere.

use super::{Hired, Lever, PHONE, PHONE_HIDDEN, Plot, Scheme};
use crate::atlas;
use crate::catalogue::{Display, Os, kvms};
use crate::truth::Tag;
use crate::world::{ALWAYS, Fitted, Mac, Neighbour, Seat, Stay, StayTags, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "hardware_kvm",
    text: "An IP-KVM drives one laptop from afar; names of the factory, or changed ones",
    seeds: &[7],
    levers: &[
        Lever::always(&["kvm_usb"], "hire to 3 days after"),
        Lever::of("kvm.disguised", &["kvm_usb_disguised", "kvm_structure"], "hire to 3 days after"),
        Lever::of("kvm.display", &["kvm_display"], "hire to 3 days after"),
        Lever::of("kvm.far", &["signs_in_far_from_home"], "hire"),
        Lever::of("kvm.neighbour", &["kvm_neighbour"], "hire"),
        Lever::of("kvm.shelved", &["shelved"], "hire"),
        Lever::of("kvm.phone_abroad", &["phone_abroad"], "the day after hire"),
        Lever::of("kvm.lookup", &["kvm_looked_up"], "hire"),
        Lever::of("kvm.card", &["kvm_card"], "hire"),
        PHONE,
        PHONE_HIDDEN,
    ],
    plant,
};

/// KVMs of the table under their own name; the rest are disguises.
const NAMED: usize = 5;

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::Recently);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    let kvm = plot.draw.below(NAMED);
    let mut disguised = plot.either("kvm.disguised");
    if plot.is_full() {
        // under its own name, then in disguise on a Mac and on Windows, which see different things of it
        let way = plot.way(3);
        disguised = way > 0;
        plot.give(world, worker, if way == 2 { Os::Windows } else { Os::Darwin });
    }
    connect(world, plot, worker, kvm, !disguised);
    elsewhere(world, plot, worker);
    if plot.keeps("kvm.neighbour") {
        let place = world.people[worker].stays.last().map_or(0, |stay| stay.place);
        let mac = Mac::new(kvms()[kvm].mac, plot.draw.bits());
        let tag = world.truth.tell(worker, "kvm_neighbour");
        world.places[place].lan.neighbours.push(Neighbour { mac, host: 77, share: 0.9, device: None, tag });
    }
    shelve(world, plot, worker);
    if plot.keeps("kvm.phone_abroad") {
        plot.phone_abroad(world, worker);
    }
    plot.carries_phone(world, worker);
    shows_itself(world, plot, worker);
}

/// The host sets the KVM up from the laptop; some bring a network card along the cable by which they type.
fn shows_itself(world: &mut World, plot: &mut Plot, worker: usize) {
    let (device, from) = (world.people[worker].laptops[0].device, world.people[worker].hired);
    if plot.keeps("kvm.lookup") {
        let tag = world.truth.tell(worker, "kvm_looked_up");
        let what = (*plot.draw.pick(&["pikvm.local", "api.jetkvm.com", "glkvm.local"])).to_owned();
        world.devices[device].lookups.push(Fitted { what, from, to: from + 40, tag });
    }
    if plot.keeps("kvm.card") {
        let tag = world.truth.tell(worker, "kvm_card");
        let what = Mac::new("48:da:35", plot.draw.bits());
        world.devices[device].cards.push(Fitted { what, from, to: ALWAYS, tag });
    }
}

/// A laptop that stands loose at the host's is closed and forgotten; only the KVM is its screen.
fn shelve(world: &mut World, plot: &mut Plot, worker: usize) {
    let is_loose = world.people[worker].stays.last().is_some_and(|stay| matches!(stay.seat, Seat::Loose));
    if is_loose && plot.keeps("kvm.shelved") {
        let tag = world.truth.tell(worker, "shelved");
        let device = world.people[worker].laptops[0].device;
        world.devices[device].shelved = Some(tag);
    }
}

/// Plugs a KVM into a worker's laptop in the first days.
pub fn connect(world: &mut World, plot: &mut Plot, worker: usize, kvm: usize, factory: bool) {
    let all = kvms();
    // strings can be changed in the KVM's own settings; its presets are such changes
    let disguise = &all[NAMED + plot.draw.below(all.len() - NAMED)];
    let kvm = if factory { &all[kvm] } else { disguise };
    let device = world.people[worker].laptops[0].device;
    let from = world.people[worker].hired + plot.draw.span(0, 3);
    let mut usb = kvm.usb.clone();
    if !factory {
        // each one makes up its own serial number, in one shape
        usb.serial = format!("{}&{:07x}&0&1", 1 + plot.draw.below(9), plot.draw.bits() & 0x0fff_ffff);
    }
    let tag = if factory {
        world.truth.tell(worker, "kvm_usb")
    } else {
        world.truth.tells(&[(worker, "kvm_usb_disguised"), (worker, "kvm_structure")])
    };
    world.plug(device, usb, from, tag);
    if plot.keeps("kvm.display") {
        let tag = world.truth.tell(worker, "kvm_display");
        show(world, device, kvm.display.clone(), from, tag);
    }
}

fn show(world: &mut World, device: usize, what: Display, from: i32, tag: Tag) {
    world.devices[device].displays.push(Fitted { what, from, to: ALWAYS, tag });
}

/// The host may live elsewhere; the laptop stands there.
fn elsewhere(world: &mut World, plot: &mut Plot, worker: usize) {
    if !plot.keeps("kvm.far") {
        return;
    }
    let city = atlas::far_city(&mut plot.draw, world.people[worker].city, 250.0);
    let place = world.new_home(&mut plot.draw, city);
    let egress = world.truth.tell(worker, "signs_in_far_from_home");
    let from = world.people[worker].hired;
    let tags = StayTags { egress, ..StayTags::default() };
    world.people[worker].stays.push(Stay { from, to: ALWAYS, place, share: 1.0, seat: Seat::Loose, tags });
}
