//! Places and laptops, with what stands and hangs there.

use crate::address::{self, Address};
use crate::atlas::{self, CityId, Kind, cities};
use crate::calendar::Day;
use crate::catalogue::{self, Os, Usb};
use crate::draw::Draw;
use crate::egress::seen_at;
use crate::truth::Tag;
use crate::world::{
    ALWAYS, Desk, Device, Fitted, Lan, Lease, Mac, Neighbour, Place, PlaceId, PlaceKind, Program, World,
};

/// Makers of home routers.
const ROUTERS: &[&str] = &[
    "a0:63:91", "9c:c9:eb", "3c:84:6a", "50:c7:bf", "d4:5d:64", "58:19:f8", "10:33:bf", "44:1c:12",
    "f8:2d:c0", "cc:ce:1e", "2c:91:ab", "e8:9f:80", "78:8c:b5", "14:59:c0",
];

/// Makers of what else is on at home: televisions, speakers, printers, consoles, lamps.
const THINGS: &[&str] = &[
    "8c:79:f5", "a8:23:fe", "d8:31:34", "3c:d9:2b", "5c:aa:fd", "fc:65:de", "48:d6:d5", "98:b6:e9",
    "00:17:88", "b0:a7:37", "44:d9:e7", "18:b4:30", "7c:64:56", "00:1b:a9",
];

impl World {
    /// A new home in a city, with its line and its desk.
    pub fn new_home(&mut self, draw: &mut Draw, city: CityId) -> PlaceId {
        let address = address::home(draw, city);
        self.new_place(draw, PlaceKind::Home, address)
    }

    /// A new place at an address.
    pub fn new_place(&mut self, draw: &mut Draw, kind: PlaceKind, address: Address) -> PlaceId {
        let lan = self.lan(draw, kind, address.city);
        let desks = match kind {
            PlaceKind::Home => vec![self.home_desk(draw)],
            PlaceKind::Office => (0..24).map(|_| office_desk(draw)).collect(),
            PlaceKind::Coworking => (0..6).map(|_| shared_desk(draw)).collect(),
            _ => vec![],
        };
        self.places.push(Place { kind, address, lan, desks });
        self.places.len() - 1
    }

    /// A line and a network for a place.
    pub fn lan(&mut self, draw: &mut Draw, kind: PlaceKind, city: CityId) -> Lan {
        let iso = cities()[city].iso;
        let home = matches!(kind, PlaceKind::Home | PlaceKind::Hotel | PlaceKind::Cafe);
        let kinds: &[Kind] = match home {
            true if draw.chance(self.rate("life.nat_home")) => &[Kind::Nat],
            true => &[Kind::Home],
            false => &[Kind::Office],
        };
        let carrier = atlas::carrier(draw, iso, kinds);
        let lease = match kind {
            PlaceKind::Office | PlaceKind::Depot | PlaceKind::Coworking => Lease::Fixed,
            _ if draw.chance(self.rate("life.daily_lease")) => Lease::Days(1),
            _ if draw.chance(self.rate("life.lease_change")) => Lease::Days(draw.span(9, 45)),
            _ => Lease::Fixed,
        };
        let gateway = Mac::new(draw.word(ROUTERS), draw.bits());
        let count = match kind {
            PlaceKind::Home => draw.below(6) + 1,
            PlaceKind::PickupPoint => 0,
            _ => 8,
        };
        let net = match kind {
            PlaceKind::Home => {
                *draw.pick(&[[192, 168, 1], [192, 168, 0], [10, 0, 0], [192, 168, 86], [192, 168, 178]])
            }
            _ => [10, draw.below(200) as u8, draw.below(250) as u8],
        };
        Lan {
            carrier,
            slot: self.slot(carrier),
            seen_at: seen_at(city, draw.bits()),
            lease,
            gateway,
            bssid: gateway.next(2),
            ssid: ssid(draw, kind),
            net,
            delay: 0,
            neighbours: (0..count).map(|at| thing(draw, at)).collect(),
        }
    }

    /// A new laptop, assigned to nobody.
    pub fn new_laptop(&mut self, draw: &mut Draw, os: Option<Os>, user: &str) -> usize {
        let model = catalogue::laptop(draw, os);
        let kind = &catalogue::LAPTOPS[model];
        let n = self.devices.len();
        let serial = draw.shape(kind.serial);
        let host = match kind.os {
            Os::Darwin => format!("{}-MBP-{:04}", self.org.to_uppercase().get(..3).unwrap_or("CO"), 1000 + n),
            Os::Windows => format!("LT-{serial}"),
            Os::Ubuntu => format!("lx-{:04}", 1000 + n),
        };
        let uuid = uuid(draw);
        let device = Device {
            model,
            serial,
            uuid: if kind.os == Os::Ubuntu { uuid.to_lowercase() } else { uuid },
            okta: draw.shape("guo1?#?#?##?#?##?#?#"),
            host,
            asset: format!("A-{:05}", 20_000 + n),
            mac: Mac::new(kind.mac, draw.bits()),
            user: user.to_owned(),
            pool: false,
            usb: vec![],
            displays: vec![],
            programs: vec![],
            commands: vec![],
            logons: vec![],
            lookups: vec![],
            cards: vec![],
            restless: draw.chance(0.3),
            closed: false,
            shelved: None,
            staged: None,
        };
        self.devices.push(device);
        n
    }

    /// Installs the ordinary software and what its owner likes.
    pub fn equip(&mut self, draw: &mut Draw, device: usize, from: Day, builds: bool) {
        for kind in ["base", "dev", "extra"] {
            for software in catalogue::software_of(kind) {
                let wanted = match kind {
                    "base" => catalogue::SOFTWARE[software].key != "corpvpn",
                    "dev" => builds && draw.chance(0.7),
                    _ => draw.chance(0.35),
                };
                if wanted {
                    let runs = if kind == "base" { 1.0 } else { 0.6 };
                    self.install(device, software, from, runs, Tag::NONE);
                }
            }
        }
        for (kind, p) in [
            ("key", self.rate("life.yubikey")),
            ("odd", self.rate("life.odd_usb")),
            ("storage", 0.04),
            ("phone", 0.2),
        ] {
            if draw.chance(p) {
                let what = catalogue::usb(draw, kind);
                self.devices[device].usb.push(Fitted { what, from, to: ALWAYS, tag: Tag::NONE });
            }
        }
    }

    /// A desk at home: about two thirds have a monitor, two fifths a dock.
    pub fn home_desk(&self, draw: &mut Draw) -> Desk {
        let mut desk = Desk::default();
        if draw.chance(self.rate("life.monitor")) {
            let count = 1 + usize::from(draw.chance(0.25));
            desk.displays.extend((0..count).map(|_| catalogue::display(draw)));
        }
        if draw.chance(self.rate("life.dock")) {
            desk.usb.push(catalogue::usb(draw, "dock"));
        }
        let count = draw.below(3);
        desk.usb.extend((0..count).map(|_| catalogue::usb(draw, "desk")));
        desk
    }

    /// Installs one thing from a day on.
    pub fn install(&mut self, device: usize, software: usize, from: Day, runs: f64, tag: Tag) {
        let what = Program { software, runs };
        self.devices[device].programs.push(Fitted { what, from, to: ALWAYS, tag });
    }

    /// Plugs a USB device into a laptop from a day on.
    pub fn plug(&mut self, device: usize, what: Usb, from: Day, tag: Tag) {
        self.devices[device].usb.push(Fitted { what, from, to: ALWAYS, tag });
    }
}

/// A hardware UUID.
pub fn uuid(draw: &mut Draw) -> String {
    let (a, b) = (draw.bits(), draw.bits());
    let hex = format!("{a:016X}{b:016X}");
    format!("{}-{}-4{}-A{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

fn thing(draw: &mut Draw, at: usize) -> Neighbour {
    // phones and tablets hide behind a made-up MAC, everything else bears its maker's
    let mac = if draw.chance(0.4) {
        let first = ["02", "06", "0a", "0e", "ca", "d6", "e2", "fa"][draw.below(8)];
        Mac::new(first, draw.bits())
    } else if draw.chance(0.02) {
        Mac::new("dc:a6:32", draw.bits())
    } else {
        Mac::new(draw.word(THINGS), draw.bits())
    };
    let share = 0.2 + 0.75 * draw.unit() as f32;
    Neighbour { mac, host: 20 + (at as u8) * 7 + draw.below(6) as u8, share, device: None, tag: Tag::NONE }
}

fn ssid(draw: &mut Draw, kind: PlaceKind) -> String {
    let word =
        ["Maple", "Comet", "BlueDoor", "Kitchen", "Otter", "Lantern", "Pixel", "Harbor", "Nimbus", "Tulip"];
    match kind {
        PlaceKind::Office | PlaceKind::Depot => "Company-Secure".to_owned(),
        PlaceKind::Coworking => format!("{} Works", draw.pick(&["Union", "Common", "Foundry", "Loft"])),
        PlaceKind::Cafe => format!("{} Cafe Guest", draw.pick(&word)),
        PlaceKind::Hotel => format!("{}-Guest", draw.pick(&["Inn", "Hotel", "Apartments", "Stay"])),
        _ => match draw.below(5) {
            0 => draw.shape("ATT??#??"),
            1 => draw.shape("MySpectrumWiFi##-5G"),
            2 => draw.shape("NETGEAR##-5G"),
            3 => draw.shape("FRITZ!Box 75## ??"),
            _ => format!("{}{}", draw.pick(&word), draw.below(90)),
        },
    }
}

/// A desk in our office: one or two monitors and a dock.
fn office_desk(draw: &mut Draw) -> Desk {
    let count = 1 + draw.below(2);
    let displays = (0..count).map(|_| catalogue::display(draw)).collect();
    Desk { displays, usb: vec![catalogue::usb(draw, "dock"), catalogue::usb(draw, "desk")] }
}

/// A desk in a co-working space: a monitor, sometimes a dock.
fn shared_desk(draw: &mut Draw) -> Desk {
    let usb = if draw.chance(0.3) { vec![catalogue::usb(draw, "dock")] } else { vec![] };
    Desk { displays: vec![catalogue::display(draw)], usb }
}
