//! What the queries on a laptop find on a day.

use super::osquery_line::{Cells, change, row, snapshot};
use super::registry;
use super::spool::Spool;
use crate::calendar::{Day, Moment, moment};
use crate::catalogue::{COMMANDS, Display, Os, SOFTWARE, Usb, pnp};
use crate::draw::{Draw, mix, share};
use crate::life::{Stretch, Workday};
use crate::truth::{Tag, Truth};
use crate::world::{Device, Fitted, PlaceId, Program, Via, World};

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
struct Host<'w> {
    world: &'w World,
    device: &'w Device,
    user: &'w str,
    day: Day,
    spool: &'w mut Spool,
    truth: &'w mut Truth,
}

/// All results of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, told: &mut Told, spool: &mut Spool, truth: &mut Truth) {
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
    if new || told.week != week && draw.chance(0.4) {
        host.inventory(&mut draw, work, check_in + 30_000, who);
        told.week = week;
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
        *told = Told { seat: Some((work.place, work.desk)), device: Some(work.device), week: told.week };
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
    fn snapshot(&mut self, at: Moment, name: &str, rows: &str) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| snapshot(out, device, user, at, name, rows));
    }

    fn change(&mut self, at: Moment, name: &str, added: bool, cells: Cells<'_>) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| change(out, device, user, at, name, added, cells));
    }

    fn mark(&mut self, tag: Tag, at: Moment) {
        if self.spool.takes(at) {
            self.truth.wrote(tag, at);
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
            row(&mut rows, &[("address", "172.20.10.1"), ("mac", &phone), ("interface", port), ("permanent", "0")]);
            self.snapshot(at, "arp_cache", &rows);
            self.route(at, "172.20.10.1", port);
            return self.change(at, "interface_addresses", true, &[("interface", port), ("address", &host), ("mask", "255.255.255.240")]);
        };
        let lan = &self.world.places[place].lan;
        let [a, b, c] = lan.net;
        let gateway = format!("{a}.{b}.{c}.1");
        let mut rows = String::new();
        row(&mut rows, &[("address", &gateway), ("mac", &lan.gateway.to_string()), ("interface", port), ("permanent", "0")]);
        for one in &lan.neighbours {
            let own = one.device.is_some_and(|of| std::ptr::eq(&self.world.devices[of], self.device));
            if own || !draw.chance(f64::from(one.share)) {
                continue;
            }
            let address = format!("{a}.{b}.{c}.{}", one.host);
            row(&mut rows, &[("address", &address), ("mac", &one.mac.to_string()), ("interface", port), ("permanent", "0")]);
            self.mark(one.tag, at);
        }
        self.snapshot(at, "arp_cache", &rows);
        self.mark(tags[0], at);
        self.route(at + 1000, &gateway, port);
        if self.device.os() == Os::Darwin && draw.chance(0.9) {
            let radio = if draw.chance(0.85) { lan.bssid } else { lan.bssid.next(1) };
            let rssi = format!("-{}", draw.range(38, 71));
            let mut rows = String::new();
            row(&mut rows, &[
                ("interface", port), ("ssid", &lan.ssid), ("bssid", &radio.to_string()), ("network_name", &lan.ssid),
                ("rssi", &rssi), ("noise", "-92"), ("channel", "149"), ("security_type", "wpa2"), ("mode", "station"),
            ]);
            self.snapshot(at + 2000, "wifi_status", &rows);
            self.mark(tags[1], at);
        }
    }

    fn route(&mut self, at: Moment, gateway: &str, port: &str) {
        let mut rows = String::new();
        row(&mut rows, &[
            ("destination", "0.0.0.0"), ("netmask", "0"), ("gateway", gateway), ("interface", port), ("flags", "2051"),
            ("metric", "0"), ("type", "gateway"),
        ]);
        self.snapshot(at, "routes", &rows);
    }

    fn port(&self) -> &'static str {
        match self.device.os() {
            Os::Darwin => "en0",
            Os::Windows => "12",
            Os::Ubuntu => "wlp0s20f3",
        }
    }

    /// A few of the processes that run: three ordinary ones and what else is on today.
    fn processes(&mut self, draw: &mut Draw, at: Moment) {
        let (os, day) = (self.device.os(), self.day);
        let present: Vec<_> = self.device.programs.iter().filter(|one| one.from <= day && day <= one.to).cloned().collect();
        let mut rows = String::new();
        let mut ordinary = 0;
        for one in present {
            let software = &SOFTWARE[one.what.software];
            let common = matches!(software.kind, "base" | "dev" | "extra");
            if common && (ordinary >= 3 || !draw.chance(0.35)) || !common && !draw.chance(one.what.runs) {
                continue;
            }
            ordinary += i32::from(common);
            let path = software.process(os);
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let pid = draw.range(400, 9000).to_string();
            row(&mut rows, &[
                ("pid", &pid), ("name", name), ("path", path), ("cmdline", path), ("parent", "1"), ("uid", "501"),
                ("state", "S"), ("threads", "12"), ("on_disk", "1"),
            ]);
            self.mark(one.tag, at);
            if software.port > 0 && !common && draw.chance(0.5) {
                self.listens(&one, at + 2000, &pid);
            }
        }
        if !rows.is_empty() {
            self.snapshot(at, "processes", &rows);
        }
    }

    fn listens(&mut self, one: &Fitted<Program>, at: Moment, pid: &str) {
        let software = &SOFTWARE[one.what.software];
        let path = software.process(self.device.os());
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let port = software.port.to_string();
        self.change(at, "listening_ports", true, &[
            ("pid", pid), ("port", &port), ("protocol", "6"), ("family", "2"), ("address", "0.0.0.0"), ("path", path), ("name", name),
        ]);
        self.mark(one.tag, at);
    }

    /// The weekly inventory: what the laptop is, and what hangs on it.
    fn inventory(&mut self, draw: &mut Draw, work: &Workday, at: Moment, who: usize) {
        self.system(at);
        let uptime = if self.device.restless { draw.range(300, 60_000) } else { draw.range(40_000, 2_000_000) };
        let mut rows = String::new();
        let parts = [uptime / 86_400, uptime / 3600 % 24, uptime / 60 % 60, uptime % 60, uptime].map(|n| n.to_string());
        row(&mut rows, &[("days", &parts[0]), ("hours", &parts[1]), ("minutes", &parts[2]), ("seconds", &parts[3]), ("total_seconds", &parts[4])]);
        self.snapshot(at + 1000, "uptime", &rows);
        self.address(draw, work, at + 2000);
        self.clock(work, at + 3000);
        let since = (at / 1000 - uptime.min(80_000)).to_string();
        let mut rows = String::new();
        row(&mut rows, &[("type", "user"), ("user", self.user), ("tty", "console"), ("host", ""), ("time", &since), ("pid", "412")]);
        self.snapshot(at + 4000, "logged_in_users", &rows);
        self.attached(work, at + 5000, who);
    }

    fn address(&mut self, draw: &mut Draw, work: &Workday, at: Moment) {
        let [a, b, c] = self.world.places[work.place].lan.net;
        let own = format!("{a}.{b}.{c}.{}", 100 + self.device.mac.0[5] % 120);
        let port = self.port();
        let mut rows = String::new();
        row(&mut rows, &[("interface", port), ("address", &own), ("mask", "255.255.255.0"), ("broadcast", ""), ("point_to_point", ""), ("type", "dhcp")]);
        self.snapshot(at, "interface_addresses", &rows);
        let mac = self.device.mac.to_string();
        let sent = draw.range(1_000_000, 900_000_000).to_string();
        let mut rows = String::new();
        row(&mut rows, &[("interface", port), ("mac", &mac), ("type", "6"), ("mtu", "1500"), ("manufacturer", ""), ("description", ""), ("ibytes", &sent), ("physical_adapter", "1")]);
        self.snapshot(at, "interface_details", &rows);
    }

    fn clock(&mut self, work: &Workday, at: Moment) {
        let zone = work.zone.name();
        let seconds = (at / 1000).to_string();
        let mut rows = String::new();
        row(&mut rows, &[("unix_time", &seconds), ("timezone", "UTC"), ("local_timezone", zone)]);
        self.snapshot(at, "time", &rows);
    }

    /// `system_info`.
    fn system(&mut self, at: Moment) {
        let device = self.device;
        let kind = &crate::catalogue::LAPTOPS[device.model];
        let mut rows = String::new();
        row(&mut rows, &[
            ("hostname", &device.host), ("uuid", &device.uuid), ("computer_name", &device.host), ("local_hostname", &device.host),
            ("hardware_vendor", kind.vendor), ("hardware_model", kind.hardware_model), ("hardware_serial", &device.serial),
            ("hardware_version", "1.0"), ("cpu_type", if kind.os == Os::Darwin { "arm64e" } else { "x86_64" }),
            ("cpu_logical_cores", "12"), ("physical_memory", "38654705664"),
        ]);
        self.snapshot(at, "system_info", &rows);
    }

    /// Everything on the USB ports and every monitor.
    fn attached(&mut self, work: &Workday, at: Moment, who: usize) {
        let (usb, displays) = self.fitted(work);
        let mut rows = String::new();
        for (n, (one, tag)) in usb.iter().enumerate() {
            add(&mut rows, &self.usb_rows(one, n));
            self.mark(*tag, at);
        }
        let name = if self.device.os() == Os::Windows { "registry" } else { "usb_devices" };
        self.snapshot(at, name, &rows);
        let mut rows = String::new();
        let open = displays.is_empty() || share(mix(self.world.seed, who as u64)) < 0.6;
        if self.device.os() == Os::Darwin && open && !self.device.closed {
            row(&mut rows, &built_in());
        }
        for (n, (one, tag)) in displays.iter().enumerate() {
            add(&mut rows, &self.display_rows(one, n));
            if self.device.os() != Os::Ubuntu {
                self.mark(*tag, at);
            }
        }
        if self.device.os() != Os::Ubuntu {
            self.snapshot(at + 1000, if self.device.os() == Os::Windows { "registry" } else { "connected_displays" }, &rows);
        }
    }

    /// What is attached today: the laptop's own things, then the desk's.
    fn fitted(&self, work: &Workday) -> (Vec<(Usb, Tag)>, Vec<(Display, Tag)>) {
        let day = self.day;
        let mut usb: Vec<(Usb, Tag)> = vec![];
        let mut displays: Vec<(Display, Tag)> = vec![];
        for one in self.device.usb.iter().filter(|one| one.from <= day && day <= one.to) {
            usb.push((one.what.clone(), one.tag));
        }
        for one in self.device.displays.iter().filter(|one| one.from <= day && day <= one.to) {
            displays.push((one.what.clone(), one.tag));
        }
        if let Some(desk) = work.desk.and_then(|at| self.world.places[work.place].desks.get(at)) {
            usb.extend(desk.usb.iter().map(|one| (one.clone(), work.tags.desk)));
            displays.extend(desk.displays.iter().map(|one| (one.clone(), work.tags.desk)));
        }
        (usb, displays)
    }

    /// What is told of a USB device: one row, on Windows several.
    fn usb_rows(&self, one: &Usb, n: usize) -> Vec<String> {
        if self.device.os() == Os::Windows {
            let instance = if one.serial.is_empty() {
                format!("{}&{:08x}&0&{}", 5 + n, mix(self.world.seed, u64::from(self.device.mac.0[5])) as u32, n + 1)
            } else {
                one.serial.clone()
            };
            return registry::usb(one, &instance);
        }
        let address = (n + 1).to_string();
        let mut out = String::new();
        row(&mut out, &[
            ("usb_address", &address), ("usb_port", "1"), ("vendor", &one.vendor), ("vendor_id", one.vendor_id),
            ("version", one.version), ("model", &one.product), ("model_id", one.product_id), ("serial", &one.serial),
            ("class", one.class), ("subclass", "0"), ("protocol", "0"), ("removable", "1"),
        ]);
        vec![out]
    }

    fn display_rows(&self, one: &Display, n: usize) -> Vec<String> {
        match self.device.os() {
            Os::Ubuntu => vec![],
            Os::Windows => {
                let instance = format!("5&{:07x}&0&UID{}", mix(self.world.seed, n as u64) as u32 & 0xfff_ffff, 4352 + n);
                registry::display(one, &instance)
            }
            Os::Darwin => {
                let (week, year, id) = (one.week.to_string(), one.year.to_string(), (n + 2).to_string());
                let serial = one.serial.trim_start_matches('0');
                let mut out = String::new();
                row(&mut out, &[
                    ("name", one.name), ("product_id", one.product), ("serial_number", if serial.is_empty() { "0" } else { serial }),
                    ("vendor_id", &pnp(one.maker)), ("manufactured_week", &week), ("manufactured_year", &year), ("display_id", &id),
                    ("pixels", "2560 x 1440"), ("resolution", "2560 x 1440"), ("ambient_brightness_enabled", "-1"),
                    ("connection_type", "spdisplays_displayport_dongletype_dp"), ("display_type", ""), ("main", "0"),
                    ("mirror", "0"), ("online", "1"), ("rotation", "0"),
                ]);
                vec![out]
            }
        }
    }

    /// A laptop that was carried to another desk: one result for each thing that went and came.
    fn moves(&mut self, work: &Workday, before: Option<(PlaceId, Option<usize>)>, at: Moment) {
        let now = (work.place, work.desk);
        let Some(before) = before.filter(|before| *before != now) else { return };
        for (seat, added) in [(before, false), (now, true)] {
            let Some(desk) = seat.1.and_then(|desk| self.world.places[seat.0].desks.get(desk)) else { continue };
            for (n, one) in desk.usb.iter().enumerate() {
                self.usb_change(one, n, added, at);
            }
            for (n, one) in desk.displays.iter().enumerate() {
                self.display_change(one, n, added, at);
            }
        }
        self.mark(work.tags.desk, at);
    }

    fn usb_change(&mut self, one: &Usb, n: usize, added: bool, at: Moment) {
        let name = if self.device.os() == Os::Windows { "registry" } else { "usb_devices" };
        for object in self.usb_rows(one, n) {
            self.raw_change(at, name, added, &object);
        }
    }

    fn display_change(&mut self, one: &Display, n: usize, added: bool, at: Moment) {
        let name = if self.device.os() == Os::Windows { "registry" } else { "connected_displays" };
        for object in self.display_rows(one, n) {
            self.raw_change(at, name, added, &object);
        }
    }

    fn raw_change(&mut self, at: Moment, name: &str, added: bool, object: &str) {
        let (device, user) = (self.device, self.user);
        self.spool.line(at, |out| super::osquery_line::change_of(out, device, user, at, name, added, object));
    }

    /// What is plugged in, unplugged or installed just today.
    fn novelties(&mut self, at: Moment) {
        let (device, day) = (self.device, self.day);
        for (n, one) in device.usb.iter().enumerate() {
            if one.from == day || one.to == day - 1 {
                self.usb_change(&one.what, n, one.from == day, at);
                self.mark(one.tag, at);
            }
        }
        for (n, one) in device.displays.iter().enumerate() {
            if (one.from == day || one.to == day - 1) && device.os() != Os::Ubuntu {
                self.display_change(&one.what, n, one.from == day, at);
                self.mark(one.tag, at);
            }
        }
        for one in device.programs.iter().filter(|one| one.from == day || one.to == day - 1) {
            let mut rows = String::new();
            self.program_row(&mut rows, one);
            self.raw_change(at, self.inventory_name(), one.from == day, &rows);
            self.mark(one.tag, at);
        }
    }

    fn inventory_name(&self) -> &'static str {
        match self.device.os() {
            Os::Darwin => "apps",
            Os::Windows => "programs",
            Os::Ubuntu => "deb_packages",
        }
    }

    /// The whole list of applications, once for each laptop.
    fn software(&mut self, at: Moment) {
        let (device, day) = (self.device, self.day);
        let mut rows = String::new();
        for one in device.programs.iter().filter(|one| one.from < day && day <= one.to) {
            self.program_row(&mut rows, one);
            self.mark(one.tag, at);
        }
        self.snapshot(at, self.inventory_name(), &rows);
    }

    fn program_row(&self, rows: &mut String, one: &Fitted<Program>) {
        let software = &SOFTWARE[one.what.software];
        let os = self.device.os();
        let (name, version) = (software.name(os), software.version);
        match os {
            Os::Darwin => row(rows, &[
                ("name", name), ("path", &format!("/Applications/{name}")), ("bundle_identifier", software.bundle),
                ("bundle_executable", name.trim_end_matches(".app")), ("bundle_short_version", version), ("bundle_version", version),
            ]),
            Os::Windows => row(rows, &[
                ("name", name), ("version", version), ("publisher", software.publisher), ("install_location", ""),
                ("install_date", &crate::calendar::iso(one.from.min(self.day)).replace('-', "")), ("identifying_number", ""),
            ]),
            Os::Ubuntu => row(rows, &[
                ("name", name), ("version", version), ("source", ""), ("size", "204800"), ("arch", "amd64"),
                ("status", "install ok installed"), ("maintainer", software.publisher),
            ]),
        }
    }

    /// Commands that people start, ordinary ones and those of note, and log-ons.
    fn commands(&mut self, draw: &mut Draw, work: &Workday, supports: bool) {
        let (os, day, device) = (self.device.os(), self.day, self.device);
        let who = |who: &str| who == "all" || who == "dev" || (who == "it" && supports);
        let fits: Vec<_> = COMMANDS.iter().filter(|one| one.os == os && who(one.who)).collect();
        for _ in 0..draw.count(1.0, 0.5) {
            let one = fits[draw.weighted(&fits, |one| one.weight)];
            let at = moment(work.zone, day, draw.span(work.start, work.end)) + draw.range(0, 59_000);
            self.process_event(draw, at, one.path, one.line);
        }
        for one in device.commands.iter().filter(|one| one.from == day) {
            let at = moment(work.zone, day, one.what.minute) + draw.range(0, 50_000);
            self.process_event(draw, at, &one.what.path, &one.what.line);
            self.mark(one.tag, at);
        }
        for one in device.logons.iter().filter(|one| one.from == day) {
            let at = moment(work.zone, day, one.what.minute);
            let since = (at / 1000).to_string();
            self.change(at + 40_000, "logged_in_users", true, &[
                ("type", "user"), ("user", &one.what.user), ("tty", if one.what.host.is_empty() { "console" } else { "rdp-tcp#3" }),
                ("host", &one.what.host), ("time", &since), ("pid", "2117"),
            ]);
            self.mark(one.tag, at + 40_000);
        }
    }

    /// A command in the event table of the system, with the columns of that table.
    fn process_event(&mut self, draw: &mut Draw, at: Moment, path: &str, line: &str) {
        let (pid, parent) = (draw.range(3000, 60_000).to_string(), draw.range(300, 3000).to_string());
        let seconds = (at / 1000).to_string();
        let number = mix(at as u64, u64::from(self.device.mac.0[5])) % 10_000_000;
        let eid = number.to_string();
        match self.device.os() {
            Os::Darwin => self.change(at, "es_process_events", true, &[
                ("event_type", "exec"), ("pid", &pid), ("parent", &parent), ("original_parent", &parent), ("path", path),
                ("cmdline", line), ("username", self.user), ("uid", "501"), ("euid", "501"), ("gid", "20"), ("egid", "20"),
                ("platform_binary", if path.starts_with("/usr/") { "1" } else { "0" }), ("time", &seconds), ("eid", &eid),
            ]),
            Os::Windows => self.change(at, "process_etw_events", true, &[
                ("type", "ProcessStart"), ("pid", &pid), ("ppid", &parent), ("path", path), ("cmdline", line),
                ("username", self.user), ("session_id", "1"), ("token_elevation_type", "TokenElevationTypeLimited"),
                ("time", &seconds), ("eid", &eid),
            ]),
            Os::Ubuntu => self.change(at, "bpf_process_events", true, &[
                ("pid", &pid), ("tid", &pid), ("parent", &parent), ("uid", "1000"), ("gid", "1000"), ("exit_code", "0"),
                ("syscall", "execve"), ("path", path), ("cmdline", line), ("cwd", "/home"), ("time", &seconds), ("eid", &eid),
            ]),
        }
    }
}

/// Adds objects to the rows of a snapshot.
fn add(rows: &mut String, objects: &[String]) {
    for object in objects {
        if !rows.is_empty() {
            rows.push(',');
        }
        rows.push_str(object);
    }
}

/// The panel of a MacBook.
fn built_in() -> [(&'static str, &'static str); 16] {
    [
        ("name", "Color LCD"), ("product_id", "a050"), ("serial_number", "fd626d62"), ("vendor_id", "610"),
        ("manufactured_week", "0"), ("manufactured_year", "0"), ("display_id", "1"), ("pixels", "3024 x 1964"),
        ("resolution", "1512 x 982"), ("ambient_brightness_enabled", "1"), ("connection_type", "spdisplays_internal"),
        ("display_type", "spdisplays_built-in-liquid-retina-xdr"), ("main", "1"), ("mirror", "0"), ("online", "1"), ("rotation", "0"),
    ]
}
