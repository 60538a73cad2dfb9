//! What the queries on a laptop find on a day.

use super::osquery_line::{Cells, change, row, snapshot};
use super::spool::{Sink, Spool};
use crate::atlas::cities;
use crate::calendar::{Day, Moment, moment};
use crate::catalogue::Os;
use crate::draw::{Draw, mix};
use crate::life::{Stretch, Workday};
use crate::truth::{Tag, Truth};
use crate::world::{Device, PlaceId, Via, World};

/// What was told of a person's laptop before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Place and desk of the last working day.
    seat: Option<(PlaceId, Option<usize>)>,
    /// Laptop whose inventory was written.
    device: Option<usize>,
    /// Week of the last inventory.
    week: Day,
}

/// One laptop on one day.
pub(super) struct Host<'w> {
    pub(super) world: &'w World,
    pub(super) device: &'w Device,
    pub(super) user: &'w str,
    pub(super) day: Day,
    spool: &'w mut Spool,
    truth: &'w mut Truth,
}

/// All results of a person's local day.
pub fn day(
    world: &World,
    who: usize,
    day: Day,
    work: Option<&Workday>,
    told: &mut Told,
    Sink { spool, truth, .. }: Sink<'_>,
) {
    let mut draw = Draw::new(world.seed, "osquery", (who as u64) << 20 | day as u64);
    for tenure in &world.people[who].laptops {
        staging(world, tenure.device, day, &mut draw, spool, truth);
    }
    let Some(work) = work else { return };
    let device = &world.devices[work.device];
    let mut host = Host { world, device, user: &device.user, day, spool, truth };
    let check_in = moment(work.zone, day, work.start) + draw.range(60_000, 600_000);
    host.networks(&mut draw, work, check_in);
    host.processes(&mut draw, check_in + 9_000);
    let new = told.device != Some(work.device);
    let week = (day + 3) / 7;
    let due = new || told.week != week && draw.chance(0.4);
    if due {
        host.inventory(&mut draw, work, check_in + 30_000, who);
    } else {
        host.moves(work, told.seat, check_in + 20_000);
    }
    if new {
        host.software(check_in + 60_000);
    }
    host.novelties(check_in + 90_000);
    host.commands(&mut draw, work, world.people[who].department == "IT");
    // what lies before the window was not told
    if host.spool.takes(check_in) {
        let week = if due { week } else { told.week };
        *told = Told { seat: Some((work.place, work.desk)), device: Some(work.device), week };
    }
}

/// A laptop is prepared at the depot before it is sent.
fn staging(world: &World, device: usize, day: Day, draw: &mut Draw, spool: &mut Spool, truth: &mut Truth) {
    let device = &world.devices[device];
    let Some((_, place)) = device.staged.filter(|(staged, _)| *staged == day) else { return };
    let zone = crate::atlas::cities()[world.city(place)].zone;
    let at = moment(zone, day, 10 * 60) + draw.range(0, 14_400_000);
    let mut host = Host { world, device, user: "itstage", day, spool, truth };
    host.system(at);
    let lan = Stretch { from: 0, via: Via::Place(place), place: Some(place), tag: Tag::NONE };
    host.network(draw, lan, at + 20_000, [Tag::NONE; 2]);
}

impl Host<'_> {
    pub(super) fn snapshot(&mut self, at: Moment, name: &str, rows: &str) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| snapshot(out, device, user, at, name, rows));
    }

    pub(super) fn change(&mut self, at: Moment, name: &str, added: bool, cells: Cells<'_>) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| change(out, device, user, at, name, added, cells));
    }

    pub(super) fn mark(&mut self, tag: Tag, at: Moment) {
        if self.spool.takes(at) {
            self.truth.wrote(tag, at, "osquery");
        }
    }

    /// The network at check-in, and again wherever the laptop is carried.
    fn networks(&mut self, draw: &mut Draw, work: &Workday, check_in: Moment) {
        self.network(draw, work.at(work.start), check_in, [work.tags.lan, work.tags.wifi]);
        let mut last = work.at(work.start).place;
        for one in work.stretches.iter().filter(|one| one.from > work.start && one.from < work.end) {
            if one.place != last && one.place != Some(work.place) {
                let at = moment(work.zone, self.day, one.from) + draw.range(60_000, 240_000);
                self.network(draw, *one, at, [Tag::NONE; 2]);
            }
            last = one.place;
        }
    }

    fn network(&mut self, draw: &mut Draw, stretch: Stretch, at: Moment, tags: [Tag; 2]) {
        let port = self.port();
        let Some(place) = stretch.place else {
            let host = format!("172.20.10.{}", draw.range(2, 14));
            let phone = crate::world::Mac::new("ca", mix(draw.bits(), 1)).to_string();
            let mut rows = String::new();
            row(
                &mut rows,
                &[("address", "172.20.10.1"), ("mac", &phone), ("interface", port), ("permanent", "0")],
            );
            self.snapshot(at, "arp_cache", &rows);
            self.route(at, "172.20.10.1", port);
            return self.change(
                at,
                "interface_addresses",
                true,
                &[("interface", port), ("address", &host), ("mask", "255.255.255.240")],
            );
        };
        let lan = &self.world.places[place].lan;
        let [a, b, c] = lan.net;
        let gateway = format!("{a}.{b}.{c}.1");
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("address", &gateway),
                ("mac", &lan.gateway.to_string()),
                ("interface", port),
                ("permanent", "0"),
            ],
        );
        for one in &lan.neighbours {
            let own = one.device.is_some_and(|of| std::ptr::eq(&self.world.devices[of], self.device));
            if own || !draw.chance(f64::from(one.share)) {
                continue;
            }
            let address = format!("{a}.{b}.{c}.{}", one.host);
            row(
                &mut rows,
                &[
                    ("address", &address),
                    ("mac", &one.mac.to_string()),
                    ("interface", port),
                    ("permanent", "0"),
                ],
            );
            self.mark(one.tag, at);
        }
        self.snapshot(at, "arp_cache", &rows);
        self.mark(tags[0], at);
        self.route(at + 1000, &gateway, port);
        if self.device.os() == Os::Darwin && draw.chance(0.9) {
            let radio = if draw.chance(0.85) { lan.bssid } else { lan.bssid.next(1) };
            let rssi = format!("-{}", draw.range(38, 71));
            let country = cities()[self.world.city(place)].iso;
            let mut rows = String::new();
            row(
                &mut rows,
                &[
                    ("interface", port),
                    ("ssid", &lan.ssid),
                    ("bssid", &radio.to_string()),
                    ("network_name", &lan.ssid),
                    ("country_code", country),
                    ("rssi", &rssi),
                    ("noise", "-92"),
                    ("channel", "149"),
                    ("security_type", "wpa2"),
                    ("mode", "station"),
                ],
            );
            self.snapshot(at + 2000, "wifi_status", &rows);
            self.mark(tags[1], at);
        }
    }

    fn route(&mut self, at: Moment, gateway: &str, port: &str) {
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("destination", "0.0.0.0"),
                ("netmask", "0"),
                ("gateway", gateway),
                ("interface", port),
                ("flags", "2051"),
                ("metric", "0"),
                ("type", "gateway"),
            ],
        );
        self.snapshot(at, "routes", &rows);
    }

    pub(super) fn port(&self) -> &'static str {
        match self.device.os() {
            Os::Darwin => "en0",
            Os::Windows => "12",
            Os::Ubuntu => "wlp0s20f3",
        }
    }

    pub(super) fn raw_change(&mut self, at: Moment, name: &str, added: bool, object: &str) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| super::osquery_line::change_of(out, device, user, at, name, added, object));
    }
}
