//! People with unusual things on or around their laptop: home labs, streamers, jigglers, remote tools for parents, hubs
//! that all bear one number.

use super::{Kind, anybody, newcomer, remote};
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
        resembles: &["kvm_neighbour", "kvm_usb", "kvm_display", "kvm_looked_up", "kvm_card"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: home_lab,
    },
    Kind {
        id: "real_keyboard",
        text: "A worker whose keyboard or receiver has the very ids that IP-KVMs use as a disguise, and is the real thing",
        resembles: &["kvm_usb_disguised", "kvm_structure"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: real_keyboard,
    },
    Kind {
        id: "streamer",
        text: "A worker with OBS or a virtual camera, sometimes a capture stick",
        resembles: &["virtual_camera", "kvm_display"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: streamer,
    },
    Kind {
        id: "jiggler",
        text: "A worker with a keep-awake tool",
        resembles: &["keep_awake"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: jiggler,
    },
    Kind {
        id: "family_remote_tool",
        text: "A worker with a remote tool for the parents' computer, or for games",
        resembles: &["remote_tool", "second_remote_tool", "remote_tool_by_script", "session_onward"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: family_remote_tool,
    },
    Kind {
        id: "replacement_dock",
        text: "Two workers of whom the second got the dock that the first sent back",
        resembles: &["desk_shared", "returned_from_far"],
        size: (2, 2),
        heavy: false,
        grouped: false,
        fits: remote,
        make: replacement_dock,
    },
    Kind {
        id: "second_hand_monitor",
        text: "Two workers of whom the second took over the first one's monitor",
        resembles: &["desk_shared"],
        size: (2, 2),
        heavy: false,
        grouped: false,
        fits: remote,
        make: second_hand_monitor,
    },
    Kind {
        id: "cheap_hub",
        text: "Workers with hubs and adapters that left the factory with one serial number for all",
        resembles: &["desk_shared"],
        size: (3, 6),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: cheap_hub,
    },
    Kind {
        id: "closed_laptop",
        text: "A worker whose laptop is always docked, lid down, and never moves",
        resembles: &["kvm_display", "keep_awake", "shelved"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: remote,
        make: closed_laptop,
    },
    Kind {
        id: "accessibility",
        text: "A worker with an adaptive controller or tablet and dictation software",
        resembles: &["kvm_usb", "kvm_usb_disguised", "kvm_structure"],
        size: (1, 1),
        heavy: false,
        grouped: false,
        fits: anybody,
        make: accessibility,
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
        world.places[home].lan.neighbours.push(Neighbour {
            mac,
            host,
            share: 0.85,
            device: None,
            tag: Tag::NONE,
        });
    }
    if world.often(draw, "home_lab.plugged") {
        // tried out for a week, or always there
        let device = laptop(world, worker);
        let from = sometime(world, draw, worker);
        let to = if draw.chance(0.5) { from + draw.span(1, 9) } else { ALWAYS };
        let (usb, display) = (kvm.usb.clone(), kvm.display.clone());
        world.devices[device].usb.push(Fitted { what: usb, from, to, tag: Tag::NONE });
        world.devices[device].displays.push(Fitted { what: display, from, to, tag: Tag::NONE });
        if kvm.mac == "48:da:35" {
            let what = Mac::new(kvm.mac, 0x22_1107);
            world.devices[device].cards.push(Fitted { what, from, to, tag: Tag::NONE });
        }
    }
    // a chance of its own: companies that were made before it came stay as they are
    if Draw::new(world.seed, "home lab's names", worker as u64).chance(0.5) {
        let (device, from) = (laptop(world, worker), world.people[worker].hired);
        let what = "pikvm.local".to_owned();
        world.devices[device].lookups.push(Fitted { what, from, to: ALWAYS, tag: Tag::NONE });
    }
    if draw.chance(world.rate("home_lab.approved")) {
        approve(world, draw, worker, "approved_equipment", "IP-KVM for the home lab");
    }
}

fn real_keyboard(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (device, from) = (laptop(world, crew[0]), sometime(world, draw, crew[0]));
    world.plug(device, catalogue::usb(draw, "real"), from, Tag::NONE);
}

fn streamer(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (device, from) = (laptop(world, crew[0]), sometime(world, draw, crew[0]));
    world.install(device, catalogue::software("obs"), from, 0.3, Tag::NONE);
    if world.often(draw, "streamer.second") {
        world.install(device, catalogue::software("camo"), from, 0.3, Tag::NONE);
    }
    if world.often(draw, "streamer.capture") {
        let what = catalogue::capture_stick();
        world.devices[device].displays.push(Fitted { what, from, to: ALWAYS, tag: Tag::NONE });
    }
}

fn jiggler(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let (device, from) = (laptop(world, crew[0]), sometime(world, draw, crew[0]));
    let key = *draw.pick(&["amphetamine", "caffeine"]);
    world.install(device, catalogue::software(key), from, 0.7, Tag::NONE);
}

fn family_remote_tool(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let mut from = sometime(world, draw, worker);
    if world.often(draw, "family_tool.new") {
        newcomer(world, draw, worker);
        from = world.people[worker].hired + draw.span(2, 10);
    }
    let device = laptop(world, worker);
    let key = *draw.pick(&["teamviewer", "anydesk", "teamviewer", "crd"]);
    world.install(device, catalogue::software(key), from, 0.12, Tag::NONE);
    if world.often(draw, "family_tool.second") {
        world.install(device, catalogue::software("parsec"), from + draw.span(0, 9), 0.1, Tag::NONE);
    }
    if draw.chance(world.rate("family_tool.approved")) {
        approve(world, draw, worker, "approved_software", "TeamViewer for family support");
    }
}

/// The day on which one lets a thing go, and the later one on which another has it.
fn handed_on(world: &World, draw: &mut Draw, to: usize) -> (Day, Day) {
    let day = world.day_at(0.25 + 0.4 * draw.unit());
    (day, (day + draw.span(8, 12)).max(world.people[to].hired))
}

fn replacement_dock(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let dock = catalogue::usb(draw, "dock");
    let (let_go, got) = handed_on(world, draw, crew[1]);
    let (first, second) = (laptop(world, crew[0]), laptop(world, crew[1]));
    world.devices[first].usb.push(Fitted { what: dock.clone(), from: Day::MIN, to: let_go, tag: Tag::NONE });
    world.plug(second, dock, got, Tag::NONE);
    for (worker, back, sent) in [(crew[0], true, let_go + 1), (crew[1], false, got - 3)] {
        let home = world.people[worker].home;
        let mut parcel = crate::papers::parcel(world, worker, None, sent, home);
        parcel.item = "USB-C dock".to_owned();
        if back {
            (parcel.back, parcel.to, parcel.from) = (true, world.depot, Some(home));
        }
        world.parcels.push(parcel);
    }
}

fn second_hand_monitor(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let what = catalogue::telling_display(draw);
    let (let_go, got) = handed_on(world, draw, crew[1]);
    let (first, second) = (laptop(world, crew[0]), laptop(world, crew[1]));
    let before = Fitted { what: what.clone(), from: Day::MIN, to: let_go, tag: Tag::NONE };
    world.devices[first].displays.push(before);
    world.devices[second].displays.push(Fitted { what, from: got, to: ALWAYS, tag: Tag::NONE });
}

fn cheap_hub(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    // one lot of one shop, so that they meet
    let hub = catalogue::usb(draw, "cheap");
    for worker in crew {
        let (device, from) = (laptop(world, *worker), sometime(world, draw, *worker));
        world.plug(device, hub.clone(), from, Tag::NONE);
    }
}

fn closed_laptop(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let device = laptop(world, worker);
    (world.devices[device].closed, world.devices[device].restless) = (true, false);
    world.people[worker].stationary = true;
    let home = world.people[worker].home;
    let (display, dock) = (catalogue::display(draw), catalogue::usb(draw, "dock"));
    if let Some(desk) = world.places[home].desks.first_mut() {
        if desk.displays.is_empty() {
            desk.displays.push(display);
        }
        desk.usb.push(dock);
    }
}

fn accessibility(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let worker = crew[0];
    let (device, from) = (laptop(world, worker), world.people[worker].hired);
    world.plug(device, catalogue::usb(draw, "access"), from, Tag::NONE);
    world.install(device, catalogue::software("dictation"), from, 0.9, Tag::NONE);
}
