//! The company as it is: people, places, devices. Exports only tell of it.

use std::fmt;

use crate::address::Address;
use crate::atlas::{CarrierId, CityId, carriers, cities};
use crate::calendar::Day;
use crate::catalogue::{Display, LAPTOPS, Os, SoftwareId, Usb};
use crate::truth::{Tag, Truth};

/// A day after every other.
pub const ALWAYS: Day = Day::MAX;

/// Whose the papers are that were struck out.
pub const NOBODY: usize = usize::MAX;

/// A MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// A prefix of the maker, the rest from a number.
    pub fn new(prefix: &str, bits: u64) -> Self {
        let mut mac = [0; 6];
        mac.copy_from_slice(&bits.to_be_bytes()[..6]);
        for (octet, part) in mac.iter_mut().zip(prefix.split(':')) {
            *octet = u8::from_str_radix(part, 16).unwrap_or_default();
        }
        Self(mac)
    }

    /// The neighbouring address, as access points use for their second radio.
    pub fn next(self, n: u8) -> Self {
        let mut mac = self.0;
        mac[5] = mac[5].wrapping_add(n);
        Self(mac)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// How long a place keeps its public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// For good.
    Fixed,
    /// So many days.
    Days(i32),
}

/// A machine that stands on a local network.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour {
    /// Its MAC.
    pub mac: Mac,
    /// Last octet of its address.
    pub host: u8,
    /// How often it is seen.
    pub share: f32,
    /// Whose device of ours it is, if any: it does not see itself.
    pub device: Option<usize>,
    /// Mark.
    pub tag: Tag,
}

/// The network of a place.
#[derive(Debug, Clone)]
pub struct Lan {
    /// Provider.
    pub carrier: CarrierId,
    /// Which customer of the provider.
    pub slot: u32,
    /// Where databases put its addresses: mostly its city, sometimes one nearby.
    pub seen_at: CityId,
    /// How long addresses last.
    pub lease: Lease,
    /// Router.
    pub gateway: Mac,
    /// Access point, 5 GHz; the next MAC is its 2.4 GHz radio.
    pub bssid: Mac,
    /// Network name.
    pub ssid: String,
    /// First three octets of its addresses.
    pub net: [u8; 3],
    /// What stands beside a laptop.
    pub neighbours: Vec<Neighbour>,
}

/// What a place is, in the words of shipping sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A home.
    Home,
    /// Our office.
    Office,
    /// A rented desk.
    Coworking,
    /// A café.
    Cafe,
    /// A hotel or holiday flat.
    Hotel,
    /// Where laptops are prepared.
    Depot,
    /// A parcel shop or locker.
    PickupPoint,
}

impl PlaceKind {
    /// The word of shipping sheets.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Office | Self::Depot => "office",
            Self::Coworking => "coworking",
            Self::Cafe => "business",
            Self::Hotel => "hotel",
            Self::PickupPoint => "pickup_point",
        }
    }
}

/// What stands on a desk.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Monitors.
    pub displays: Vec<Display>,
    /// Dock, mouse, webcam …
    pub usb: Vec<Usb>,
}

/// Somewhere to work.
#[derive(Debug, Clone)]
pub struct Place {
    /// Kind.
    pub kind: PlaceKind,
    /// Address.
    pub address: Address,
    /// Network.
    pub lan: Lan,
    /// Desks.
    pub desks: Vec<Desk>,
}

/// Position in [`World::places`].
pub type PlaceId = usize;

/// Where a person sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// On the sofa: nothing is plugged in.
    Loose,
    /// Always at this desk.
    Desk(usize),
    /// At any desk that is free.
    Any,
}

/// Where a person works in a period.
#[derive(Debug, Clone)]
pub struct Stay {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Place.
    pub place: PlaceId,
    /// Share of the working days.
    pub share: f64,
    /// Seat.
    pub seat: Seat,
    /// Marks: public address, gateway and neighbours, access point, desk.
    pub tags: StayTags,
}

/// What a stay gives away, one mark for each kind of trace.
#[derive(Debug, Clone, Copy, Default)]
pub struct StayTags {
    /// Public address in sign-ins.
    pub egress: Tag,
    /// Gateway and neighbours.
    pub lan: Tag,
    /// Access point.
    pub wifi: Tag,
    /// Monitors and docks.
    pub desk: Tag,
}

/// How somebody reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Via {
    /// The line of a place.
    Place(PlaceId),
    /// A phone's network, seen at a city.
    Mobile(CarrierId, CityId),
    /// An exit of a VPN in a city.
    Tunnel(CarrierId, CityId),
    /// The company's own VPN gateway.
    Corporate,
}

/// A VPN on the laptop.
#[derive(Debug, Clone)]
pub struct TunnelUse {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Share of days.
    pub share: f64,
    /// VPN, relay, or the company's own.
    pub via: Via,
    /// Exits that are chosen by turns.
    pub exits: Vec<CityId>,
    /// Share of days on which the tunnel falls for some minutes, and what shows then.
    pub drop: Option<(f64, Via, Tag)>,
    /// Mark of the sign-ins through it.
    pub tag: Tag,
}

/// A second way into the account: a phone, the family's PC, somebody else's machine.
#[derive(Debug, Clone)]
pub struct Door {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Sign-ins a day.
    pub per_day: f64,
    /// Earliest and latest local minute.
    pub hours: (i32, i32),
    /// Number behind its device token.
    pub token: u64,
    /// User agent, position in the okta exporter's list.
    pub agent: usize,
    /// Network.
    pub via: Via,
    /// Marks: its address, its token.
    pub tags: [Tag; 2],
}

/// A browser profile of the laptop.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// First day.
    pub from: Day,
    /// Number behind its device token.
    pub token: u64,
    /// Mark.
    pub tag: Tag,
}

/// Days of an absence or a trip.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Span {
    /// Whether a day lies in it.
    pub fn has(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// Where a person is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At home.
    Remote,
    /// On these weekdays (bits, Monday first) in this office.
    Office(PlaceId, u8),
}

/// Which laptop a person has, from when to when.
#[derive(Debug, Clone, Copy)]
pub struct Tenure {
    /// Position of the device.
    pub device: usize,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// An account event on a day: factors, resets, profile changes.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Day.
    pub day: Day,
    /// Local minute.
    pub minute: i32,
    /// Which event of the okta exporter.
    pub kind: crate::export::okta::Kind,
    /// Who did it; the person without one.
    pub actor: Option<usize>,
    /// Network; the person's own without one.
    pub via: Option<Via>,
    /// Number behind the browser's device token; the laptop's own without one.
    pub token: Option<u64>,
    /// Mark.
    pub tag: Tag,
}

/// A worker.
#[derive(Debug, Clone)]
pub struct Person {
    /// The roster's id.
    pub id: String,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Name on the roster where it differs (after a change of name).
    pub roster_name: Option<(String, String)>,
    /// Login, local part of the work mail.
    pub login: String,
    /// Private mail.
    pub mail: String,
    /// Phone on the roster.
    pub phone: String,
    /// Mark of the phone.
    pub phone_tag: Tag,
    /// The laptop never leaves its place.
    pub stationary: bool,
    /// Where they really live when the window begins.
    pub home: PlaceId,
    /// The home that the roster tells.
    pub roster_home: PlaceId,
    /// Clock by which they live.
    pub city: CityId,
    /// Where they are expected.
    pub mode: Mode,
    /// Usual first minute.
    pub starts: i32,
    /// Usual minutes from first to last.
    pub length: i32,
    /// A second shift: first minute and length (parents, people with two jobs).
    pub evening: Option<(i32, i32)>,
    /// Where they work; later entries win over earlier ones.
    pub stays: Vec<Stay>,
    /// Absences.
    pub leave: Vec<Span>,
    /// First day.
    pub hired: Day,
    /// Last day.
    pub left: Option<Day>,
    /// Job title.
    pub title: &'static str,
    /// Department.
    pub department: &'static str,
    /// Manager's position.
    pub manager: Option<usize>,
    /// Agency; empty for employees.
    pub agency: Option<String>,
    /// Laptops.
    pub laptops: Vec<Tenure>,
    /// Browser profiles, oldest first.
    pub profiles: Vec<Profile>,
    /// Further device tokens used on the laptop, so many a day (private windows, wiped profiles).
    pub spare_profiles: Option<(Span, u8, Tag)>,
    /// User agent of the laptop's browser.
    pub agent: usize,
    /// VPNs; the first that applies counts.
    pub tunnels: Vec<TunnelUse>,
    /// Other ways in.
    pub doors: Vec<Door>,
    /// Account events.
    pub changes: Vec<Change>,
    /// Works from cafés.
    pub cafe: Option<PlaceId>,
    /// A hidden group, for measuring adverse impact; nothing but some innocent traits follows from it.
    pub group: u8,
}

impl Person {
    /// Full name as systems display it.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// Whether they are employed on a day.
    pub fn employed(&self, day: Day) -> bool {
        day >= self.hired && self.left.is_none_or(|left| day <= left)
    }

    /// The laptop of a day.
    pub fn laptop(&self, day: Day) -> Option<usize> {
        self.laptops.iter().rev().find(|one| (one.from..=one.to).contains(&day)).map(|one| one.device)
    }

    /// The browser profile of a day.
    pub fn profile(&self, day: Day) -> Profile {
        let known = self.profiles.iter().rev().find(|one| one.from <= day).or(self.profiles.first());
        known.copied().unwrap_or(Profile { from: day, token: 0, tag: Tag::NONE })
    }
}

/// Something attached to or installed on a laptop for some days.
#[derive(Debug, Clone)]
pub struct Fitted<T> {
    /// What.
    pub what: T,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Mark.
    pub tag: Tag,
}

/// Software on a laptop.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Which.
    pub software: SoftwareId,
    /// Share of days on which it runs.
    pub runs: f64,
}

/// A command that somebody started.
#[derive(Debug, Clone)]
pub struct Started {
    /// Local minute.
    pub minute: i32,
    /// Executable.
    pub path: String,
    /// Command line.
    pub line: String,
}

/// A log-on at a device.
#[derive(Debug, Clone)]
pub struct Logon {
    /// Local minute.
    pub minute: i32,
    /// Local user.
    pub user: String,
    /// Remote host; empty at the keyboard.
    pub host: String,
}

/// A company laptop.
#[derive(Debug, Clone)]
pub struct Device {
    /// Model.
    pub model: usize,
    /// Serial number.
    pub serial: String,
    /// Hardware UUID.
    pub uuid: String,
    /// Okta's id of the registration.
    pub okta: String,
    /// Host name.
    pub host: String,
    /// Asset tag.
    pub asset: String,
    /// Wi-Fi MAC.
    pub mac: Mac,
    /// Local user.
    pub user: String,
    /// Spare or loan device.
    pub pool: bool,
    /// USB devices that travel with it.
    pub usb: Vec<Fitted<Usb>>,
    /// Monitors that travel with it (fake ones, mostly).
    pub displays: Vec<Fitted<Display>>,
    /// Software.
    pub programs: Vec<Fitted<Program>>,
    /// Commands of note.
    pub commands: Vec<Fitted<Started>>,
    /// Log-ons of note.
    pub logons: Vec<Fitted<Logon>>,
    /// Minutes after which it lost its uptime (restart each day or not).
    pub restless: bool,
    /// Prepared at a place on a day, before it was sent.
    pub staged: Option<(Day, PlaceId)>,
}

impl Device {
    /// Operating system.
    pub fn os(&self) -> Os {
        LAPTOPS[self.model].os
    }
}

/// A parcel.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Recipient.
    pub worker: usize,
    /// The laptop in it, if it is one.
    pub device: Option<usize>,
    /// What is in it.
    pub item: String,
    /// Day of dispatch.
    pub sent: Day,
    /// Day of delivery, if delivered.
    pub delivered: Option<Day>,
    /// From the worker to us.
    pub back: bool,
    /// Where it was to go.
    pub to: PlaceId,
    /// Where it went, if elsewhere.
    pub instead: Option<PlaceId>,
    /// The day on which the address was changed.
    pub changed: Option<Day>,
    /// Where it came from, for returns.
    pub from: Option<PlaceId>,
    /// Who signed, where it is not the recipient.
    pub signed: Option<String>,
    /// Phone on the label, where it is not the recipient's.
    pub phone: Option<String>,
    /// Marks: the address, the change.
    pub tags: [Tag; 2],
}

/// An instruction where to pay somebody.
#[derive(Debug, Clone)]
pub struct Pay {
    /// Payee.
    pub worker: usize,
    /// Day.
    pub day: Day,
    /// Local minute.
    pub minute: i32,
    /// Account.
    pub account: Account,
    /// Holder, as the bank knows it.
    pub holder: String,
    /// The bank's answer on the name.
    pub answer: &'static str,
    /// First one or a change.
    pub is_first: bool,
    /// Network that it was set from.
    pub via: Via,
    /// Marks: the account, the holder, the change.
    pub tags: [Tag; 3],
}

/// Where money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// Routing number and account number, bank.
    American(String, String, &'static str),
    /// IBAN, BIC, bank.
    Iban(String, String, &'static str),
    /// Wallet, chain.
    Wallet(String, &'static str),
}

/// A spare laptop that somebody keeps.
#[derive(Debug, Clone, Copy)]
pub struct Loan {
    /// Position of the device.
    pub device: usize,
    /// Who keeps it.
    pub worker: usize,
    /// First day.
    pub from: Day,
}

/// A fact that the company approved.
#[derive(Debug, Clone)]
pub struct Attested {
    /// Worker.
    pub worker: usize,
    /// Kind.
    pub kind: &'static str,
    /// Day of approval.
    pub day: Day,
    /// Validity.
    pub span: Option<Span>,
    /// Place.
    pub city: Option<CityId>,
    /// The other person.
    pub other: Option<usize>,
    /// Equipment or software.
    pub item: &'static str,
}

/// The company.
pub struct World {
    /// Seed.
    pub seed: u64,
    /// First day of the window.
    pub from: Day,
    /// Last day of the window.
    pub to: Day,
    /// 0 to 1.
    pub difficulty: f64,
    /// Domain of the work mail.
    pub domain: &'static str,
    /// Subdomain at Okta.
    pub org: &'static str,
    /// Workers.
    pub people: Vec<Person>,
    /// Places.
    pub places: Vec<Place>,
    /// Our offices, the first is the head office with the depot.
    pub offices: Vec<PlaceId>,
    /// Laptops.
    pub devices: Vec<Device>,
    /// Spare laptops in somebody's keeping.
    pub loans: Vec<Loan>,
    /// Parcels.
    pub parcels: Vec<Parcel>,
    /// Pay instructions.
    pub pay: Vec<Pay>,
    /// Approvals.
    pub attested: Vec<Attested>,
    /// Truth.
    pub truth: Truth,
    /// Customers that each carrier already has.
    pub slots: Vec<u32>,
    /// Phone numbers given out, beyond those of the workers.
    pub phones: usize,
}

impl World {
    /// A new customer number at a provider.
    pub fn slot(&mut self, carrier: CarrierId) -> u32 {
        if self.slots.len() < carriers().len() {
            self.slots.resize(carriers().len(), 0);
        }
        self.slots[carrier] += 1;
        self.slots[carrier]
    }

    /// Strikes out somebody's papers: they keep their places in the lists and belong to nobody.
    pub fn strike(&mut self, worker: usize) {
        self.parcels.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
        self.pay.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
        self.strike_approvals(worker);
    }

    /// Strikes out what was approved for somebody.
    pub fn strike_approvals(&mut self, worker: usize) {
        self.attested.iter_mut().filter(|one| one.worker == worker).for_each(|one| one.worker = NOBODY);
    }

    /// The city of a place.
    pub fn city(&self, place: PlaceId) -> CityId {
        self.places[place].address.city
    }

    /// ISO code of the country in which somebody lives.
    pub fn iso(&self, worker: usize) -> &'static str {
        cities()[self.people[worker].city].iso
    }

    /// Days in the window.
    pub fn days(&self) -> i32 {
        self.to - self.from + 1
    }

    /// A day of the window at a share of its length.
    pub fn day_at(&self, share: f64) -> Day {
        self.from + (f64::from(self.days() - 1) * share.clamp(0.0, 1.0)) as i32
    }

    /// Work mail of somebody.
    pub fn email(&self, worker: usize) -> String {
        format!("{}@{}", self.people[worker].login, self.domain)
    }
}
