//! People with unusual things on or around their laptop: home labs, streamers, jigglers, remote tools for parents.

use super::{Kind, anybody, remote};
use crate::calendar::Day;
use crate::catalogue::{self, kvms};
use crate::draw::Draw;
use crate::truth::Tag;
use crate::world::{ALWAYS, Attested, Fitted, Mac, Neighbour, World};

/// Kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "home_lab",
        text: "An engineer with Raspberry Pis and an IP-KVM at home, sometimes tried out on the work laptop",
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: home_lab,
    },
    Kind {
        id: "streamer",
        text: "A worker with OBS or a virtual camera",
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: streamer,
    },
    Kind {
        id: "jiggler",
        text: "A worker with a keep-awake tool",
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: jiggler,
    },
    Kind {
        id: "family_remote_tool",
        text: "A worker with a remote tool for the parents' computer",
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: family_remote_tool,
    },
    Kind {
        id: "replacement_dock",
        text: "Two workers of whom the second got the dock that the first sent back",
        size: (2, 2),
        heavy: false,
        grouped: false,
        fits: remote,
        make: replacement_dock,
    },
];

/// The laptop at the end of the window.
fn laptop(world: &World, worker: usize) -> usize {
    let person = &world.people[worker];
    person.laptop(world.to).unwrap_or(person.laptops[0].device)
}

/// Software that has been there since before, or comes in the window.
fn sometime(world: &World, draw: &mut Draw, worker: usize) -> Day {
    let hired = world.people[worker].hired;
    if draw.chance(0.6) { hired.max(world.from - 200) } else { world.day_at(draw.unit()).max(hired) }
}

fn approve(world: &mut World, draw: &mut Draw, worker: usize, kind: &'static str, item: &'static str) {
    let day = world.from - draw.span(-3, 60);
    world.attested.push(Attested { worker, kind, day, span: None, city: None, other: None, item });
}

fn home_lab(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let home = world.people[worker].home;
    let kvm = &kvms()[draw.below(5)];
    let machines = [kvm.mac, "dc:a6:32", "b8:27:eb", "e4:5f:01"];
    for (at, mac) in machines.iter().take(2 + draw.below(3)).enumerate() {
        let mac = Mac::new(mac, draw.bits());
        let host = 60 + at as u8;
        world.places[home].lan.neighbours.push(Neighbour { mac, host, share: 0.85, device: None, tag: Tag::NONE });
    }
    if draw.chance(0.45) {
        // tried out for a week, or always there
        let device = laptop(world, worker);
        let from = sometime(world, draw, worker);
        let to = if draw.chance(0.5) { from + draw.span(1, 9) } else { ALWAYS };
        let (usb, display) = (kvm.usb.clone(), kvm.display.clone());
        world.devices[device].usb.push(Fitted { what: usb, from, to, tag: Tag::NONE });
        world.devices[device].displays.push(Fitted { what: display, from, to, tag: Tag::NONE });
    }
    if draw.chance(0.4) {
        approve(world, draw, worker, "approved_equipment", "IP-KVM for the home lab");
    }
}

fn streamer(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (device, from) = (laptop(world, crew[0]), sometime(world, draw, crew[0]));
    for key in ["obs", "camo"].iter().take(1 + draw.below(2)) {
        world.install(device, catalogue::software(key), from, 0.3, Tag::NONE);
    }
}

fn jiggler(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (device, from) = (laptop(world, crew[0]), sometime(world, draw, crew[0]));
    let key = *draw.pick(&["amphetamine", "caffeine"]);
    world.install(device, catalogue::software(key), from, 0.7, Tag::NONE);
}

fn family_remote_tool(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let (device, from) = (laptop(world, worker), sometime(world, draw, worker));
    let key = *draw.pick(&["teamviewer", "anydesk", "teamviewer", "crd", "parsec"]);
    world.install(device, catalogue::software(key), from, 0.12, Tag::NONE);
    if draw.chance(0.25) {
        approve(world, draw, worker, "approved_software", "TeamViewer for family support");
    }
}

fn replacement_dock(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let dock = catalogue::usb(draw, "dock");
    let day = world.day_at(0.25 + 0.4 * draw.unit());
    let hired = world.people[crew[1]].hired;
    let (first, second) = (laptop(world, crew[0]), laptop(world, crew[1]));
    let from = Day::MIN;
    world.devices[first].usb.push(Fitted { what: dock.clone(), from, to: day, tag: Tag::NONE });
    let from = (day + draw.span(8, 12)).max(hired);
    world.devices[second].usb.push(Fitted { what: dock, from, to: ALWAYS, tag: Tag::NONE });
    for (worker, back, sent) in [(crew[0], true, day + 1), (crew[1], false, from - 3)] {
        let home = world.people[worker].home;
        let mut parcel = crate::papers::parcel(world, worker, None, sent, home);
        parcel.item = "USB-C dock".to_owned();
        if back {
            (parcel.back, parcel.to, parcel.from) = (true, world.offices[0], Some(home));
        }
        world.parcels.push(parcel);
    }
}
