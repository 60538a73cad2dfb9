//! People: where they live and work, on which networks and machines.

use crate::atlas::{CarrierId, CityId};
use crate::calendar::{Day, Moment};
use crate::meetings::Attends;
use crate::place::PlaceId;
use crate::truth::Tag;

/// Where a person sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// On the sofa: nothing is plugged in.
    Loose,
    /// Always at this desk.
    Desk(usize),
    /// At any desk that is free.
    Any,
    /// At any of so many desks from the first on.
    Among(usize, usize),
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
    /// A machine that stands at its place: used only by who is there.
    pub fixed: bool,
    /// Work is done on it, not only looked after.
    pub works: bool,
    /// Stays open after the engagement has ended.
    pub outlives: bool,
    /// The laptop stays shut meanwhile.
    pub instead: bool,
    /// Mark of what it shows.
    pub tag: Tag,
}

impl Door {
    /// A way in that is nothing special: what a door is not said to be, it is not.
    pub const PLAIN: Self = Self {
        from: Day::MIN,
        to: Day::MAX,
        per_day: 0.0,
        hours: (0, 0),
        token: 0,
        agent: 0,
        via: Via::Corporate,
        fixed: false,
        works: false,
        outlives: false,
        instead: false,
        tag: Tag::NONE,
    };
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

/// Where the phone that approves sign-ins is, if it is not beside its owner.
#[derive(Debug, Clone, Copy)]
pub struct Approves {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Its network.
    pub via: Via,
    /// Mark.
    pub tag: Tag,
}

/// Whose phone approves sign-ins, while it is not the own one.
#[derive(Debug, Clone, Copy)]
pub struct Approver {
    /// Days.
    pub during: Span,
    /// Whose phone.
    pub who: usize,
    /// Mark.
    pub tag: Tag,
}

/// One operator works as several people, by turns: each has the hours of the world's clock that leave this rest.
#[derive(Debug, Clone, Copy)]
pub struct Turns {
    /// People who are worked.
    pub of: i64,
    /// Which of them this is.
    pub own: i64,
    /// Mark.
    pub tag: Tag,
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

impl Change {
    /// What one person does in one place with one browser, step by step.
    pub fn steps(
        day: Day,
        via: Via,
        token: u64,
        tag: Tag,
    ) -> impl Fn(i32, crate::export::okta::Kind) -> Self {
        let (actor, via, token) = (None, Some(via), Some(token));
        move |minute, kind| Self { day, minute, kind, actor, via, token, tag }
    }
}

/// Something done at the code host, once or to many repositories in one go.
#[derive(Debug, Clone, Copy)]
pub struct Act {
    /// Day.
    pub day: Day,
    /// Local minute.
    pub minute: i32,
    /// The vendor's word.
    pub action: &'static str,
    /// To how many repositories.
    pub count: usize,
    /// Network; the person's own without one.
    pub via: Option<Via>,
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
    /// Mark of the private mail.
    pub mail_tag: Tag,
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
    /// Another shift from a day on: that day, and the usual first minute from then on.
    pub shift: Option<(Day, i32)>,
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
    /// Last day as the roster has it, where that is another.
    pub roster_left: Option<Day>,
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
    /// Where the phone is that approves; the first that applies counts, beside its owner without any.
    pub approves: Vec<Approves>,
    /// Whose phone it is, if it is not the own one.
    pub approver: Option<Approver>,
    /// One operator works as this person and as others, by turns.
    pub turns: Option<Turns>,
    /// Account events.
    pub changes: Vec<Change>,
    /// Other machines on which meetings are attended; the first that applies counts.
    pub attends: Vec<Attends>,
    /// What they do at the code host beyond the ordinary.
    pub acts: Vec<Act>,
    /// Works from cafés.
    pub cafe: Option<PlaceId>,
    /// A hidden group, for measuring adverse impact; nothing but some innocent traits follows from it.
    pub group: u8,
}

impl Person {
    /// Usual first minute on a day.
    pub fn starts_on(&self, day: Day) -> i32 {
        self.shift.filter(|(from, _)| *from <= day).map_or(self.starts, |(_, starts)| starts)
    }

    /// Full name as systems display it.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// Moves what happens at a moment into an hour of the own turn, and says with which mark.
    pub fn in_turn(&self, at: Moment) -> (Moment, Tag) {
        const HOUR: Moment = 3_600_000;
        self.turns.map_or((at, Tag::NONE), |turns| {
            let hour = at.div_euclid(HOUR);
            (at + (turns.own - hour.rem_euclid(turns.of)) * HOUR, turns.tag)
        })
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
