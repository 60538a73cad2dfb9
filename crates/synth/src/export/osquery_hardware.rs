//! What a laptop is, and what hangs on it.

use super::osquery::Host;
use super::osquery_line::row;
use super::registry;
use crate::calendar::{Day, Moment};
use crate::catalogue::{Display, Os, Usb, pnp};
use crate::draw::{Draw, mix, share};
use crate::life::Workday;
use crate::truth::Tag;
use crate::world::{Device, PlaceId, World};

/// Things with the tells that they show.
type Marked<T> = Vec<(T, Tag)>;

impl Host<'_> {
    /// The weekly inventory: what the laptop is, and what hangs on it.
    pub(super) fn inventory(&mut self, draw: &mut Draw, work: &Workday, at: Moment, who: usize) {
        self.system(at);
        let uptime =
            if self.device.restless { draw.range(300, 60_000) } else { draw.range(40_000, 2_000_000) };
        let mut rows = String::new();
        let parts = [uptime / 86_400, uptime / 3600 % 24, uptime / 60 % 60, uptime % 60, uptime]
            .map(|n| n.to_string());
        row(
            &mut rows,
            &[
                ("days", &parts[0]),
                ("hours", &parts[1]),
                ("minutes", &parts[2]),
                ("seconds", &parts[3]),
                ("total_seconds", &parts[4]),
            ],
        );
        self.snapshot(at + 1000, "uptime", &rows);
        self.address(draw, work, at + 2000);
        self.clock(work, at + 3000);
        let since = (at / 1000 - uptime.min(80_000)).to_string();
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("type", "user"),
                ("user", self.user),
                ("tty", "console"),
                ("host", ""),
                ("time", &since),
                ("pid", "412"),
            ],
        );
        self.snapshot(at + 4000, "logged_in_users", &rows);
        self.attached(work, at + 5000, who);
    }

    fn address(&mut self, draw: &mut Draw, work: &Workday, at: Moment) {
        let [a, b, c] = self.world.places[work.place].lan.net;
        let own = format!("{a}.{b}.{c}.{}", 100 + self.device.mac.0[5] % 120);
        let port = self.port();
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("interface", port),
                ("address", &own),
                ("mask", "255.255.255.0"),
                ("broadcast", ""),
                ("point_to_point", ""),
                ("type", "dhcp"),
            ],
        );
        self.snapshot(at, "interface_addresses", &rows);
        let mac = self.device.mac.to_string();
        let sent = draw.range(1_000_000, 900_000_000).to_string();
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("interface", port),
                ("mac", &mac),
                ("type", "6"),
                ("mtu", "1500"),
                ("manufacturer", ""),
                ("description", ""),
                ("ibytes", &sent),
                ("physical_adapter", "1"),
            ],
        );
        for one in self.device.cards.iter().filter(|one| (one.from..=one.to).contains(&work.day)) {
            let mac = one.what.to_string();
            let name = if self.device.os() == Os::Windows { "Ethernet 3" } else { "en9" };
            row(
                &mut rows,
                &[
                    ("interface", name),
                    ("mac", &mac),
                    ("type", "6"),
                    ("mtu", "1500"),
                    ("manufacturer", ""),
                    ("description", "Remote NDIS based Internet Sharing Device"),
                    ("ibytes", "0"),
                    ("physical_adapter", "1"),
                ],
            );
            self.mark(one.tag, at);
        }
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
    pub(super) fn system(&mut self, at: Moment) {
        let device = self.device;
        let kind = &crate::catalogue::LAPTOPS[device.model];
        let mut rows = String::new();
        row(
            &mut rows,
            &[
                ("hostname", &device.host),
                ("uuid", &device.uuid),
                ("computer_name", &device.host),
                ("local_hostname", &device.host),
                ("hardware_vendor", kind.vendor),
                ("hardware_model", kind.hardware_model),
                ("hardware_serial", &device.serial),
                ("hardware_version", "1.0"),
                ("cpu_type", if kind.os == Os::Darwin { "arm64e" } else { "x86_64" }),
                ("cpu_logical_cores", "12"),
                ("physical_memory", "38654705664"),
            ],
        );
        self.snapshot(at, "system_info", &rows);
    }

    /// Everything on the USB ports and every monitor.
    fn attached(&mut self, work: &Workday, at: Moment, who: usize) {
        let (usb, displays) = fitted(self.world, self.device, self.day, work);
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
            self.snapshot(
                at + 1000,
                if self.device.os() == Os::Windows { "registry" } else { "connected_displays" },
                &rows,
            );
        }
    }

    /// What is told of a USB device: one row, on Windows several.
    fn usb_rows(&self, one: &Usb, n: usize) -> Vec<String> {
        if self.device.os() == Os::Windows {
            let instance = if one.serial.is_empty() {
                format!(
                    "{}&{:08x}&0&{}",
                    5 + n,
                    mix(self.world.seed, u64::from(self.device.mac.0[5])) as u32,
                    n + 1
                )
            } else {
                one.serial.clone()
            };
            return registry::usb(one, &instance);
        }
        let address = (n + 1).to_string();
        let mut out = String::new();
        row(
            &mut out,
            &[
                ("usb_address", &address),
                ("usb_port", "1"),
                ("vendor", &one.vendor),
                ("vendor_id", one.vendor_id),
                ("version", one.version),
                ("model", &one.product),
                ("model_id", one.product_id),
                ("serial", &one.serial),
                ("class", one.class),
                ("subclass", "0"),
                ("protocol", "0"),
                ("removable", "1"),
            ],
        );
        vec![out]
    }

    fn display_rows(&self, one: &Display, n: usize) -> Vec<String> {
        match self.device.os() {
            Os::Ubuntu => vec![],
            Os::Windows => {
                let instance =
                    format!("5&{:07x}&0&UID{}", mix(self.world.seed, n as u64) as u32 & 0xfff_ffff, 4352 + n);
                registry::display(one, &instance)
            }
            Os::Darwin => {
                let (week, year, id) = (one.week.to_string(), one.year.to_string(), (n + 2).to_string());
                let serial = one.serial.trim_start_matches('0');
                let mut out = String::new();
                row(
                    &mut out,
                    &[
                        ("name", one.name),
                        ("product_id", one.product),
                        ("serial_number", if serial.is_empty() { "0" } else { serial }),
                        ("vendor_id", &pnp(one.maker)),
                        ("manufactured_week", &week),
                        ("manufactured_year", &year),
                        ("display_id", &id),
                        ("pixels", "2560 x 1440"),
                        ("resolution", "2560 x 1440"),
                        ("ambient_brightness_enabled", "-1"),
                        ("connection_type", "spdisplays_displayport_dongletype_dp"),
                        ("display_type", ""),
                        ("main", "0"),
                        ("mirror", "0"),
                        ("online", "1"),
                        ("rotation", "0"),
                    ],
                );
                vec![out]
            }
        }
    }

    /// A laptop that was carried to another desk: one result for each thing that went and came.
    pub(super) fn moves(&mut self, work: &Workday, before: Option<(PlaceId, Option<usize>)>, at: Moment) {
        let now = (work.place, work.desk);
        let Some(before) = before.filter(|before| *before != now) else { return };
        for (seat, added) in [(before, false), (now, true)] {
            let Some(desk) = seat.1.and_then(|desk| self.world.places[seat.0].desks.get(desk)) else {
                continue;
            };
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

    /// What is plugged in, unplugged or installed just today.
    pub(super) fn novelties(&mut self, at: Moment) {
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
}

/// What is attached today: the laptop's own things, then the desk's.
pub(super) fn fitted(
    world: &World,
    device: &Device,
    day: Day,
    work: &Workday,
) -> (Marked<Usb>, Marked<Display>) {
    let mut usb: Vec<(Usb, Tag)> = vec![];
    let mut displays: Vec<(Display, Tag)> = vec![];
    for one in device.usb.iter().filter(|one| one.from <= day && day <= one.to) {
        usb.push((one.what.clone(), one.tag));
    }
    for one in device.displays.iter().filter(|one| one.from <= day && day <= one.to) {
        displays.push((one.what.clone(), one.tag));
    }
    if let Some(desk) = work.desk.and_then(|at| world.places[work.place].desks.get(at)) {
        usb.extend(desk.usb.iter().map(|one| (one.clone(), work.tags.desk)));
        displays.extend(desk.displays.iter().map(|one| (one.clone(), work.tags.desk)));
    }
    (usb, displays)
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
        ("name", "Color LCD"),
        ("product_id", "a050"),
        ("serial_number", "fd626d62"),
        ("vendor_id", "610"),
        ("manufactured_week", "0"),
        ("manufactured_year", "0"),
        ("display_id", "1"),
        ("pixels", "3024 x 1964"),
        ("resolution", "1512 x 982"),
        ("ambient_brightness_enabled", "1"),
        ("connection_type", "spdisplays_internal"),
        ("display_type", "spdisplays_built-in-liquid-retina-xdr"),
        ("main", "1"),
        ("mirror", "0"),
        ("online", "1"),
        ("rotation", "0"),
    ]
}
