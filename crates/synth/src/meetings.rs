//! Who meets whom, and on which machine somebody attends.

use crate::applicants::Interview;
use crate::atlas::cities;
use crate::calendar::{self, Day, Moment, moment};
use crate::catalogue::{LAPTOPS, Os, SOFTWARE, SoftwareId};
use crate::draw::{Draw, mix};
use crate::egress::Egress;
use crate::export::json::Guid;
use crate::life::Workday;
use crate::truth::Tag;
use crate::world::{Fitted, Mac, PlaceId, Program, Via, World};

/// A meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Number behind its ids; a recurring one keeps its number.
    pub room: u64,
    /// Who invited.
    pub host: usize,
    /// When it begins.
    pub at: Moment,
    /// Minutes.
    pub minutes: i32,
}

/// A machine that is none of the company's, on which somebody attends meetings.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Name of the computer.
    pub host: String,
    /// MAC address.
    pub mac: Mac,
    /// Number behind the id of its disk.
    pub disk: u64,
    /// Operating system.
    pub os: Os,
    /// Address on its local network.
    pub local: [u8; 4],
    /// Camera.
    pub camera: &'static str,
    /// Microphone and speaker.
    pub audio: &'static str,
}

/// Use of a machine for meetings.
#[derive(Debug, Clone, Copy)]
pub struct Attends {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Share of the meetings.
    pub share: f64,
    /// Position in `World::machines`.
    pub machine: usize,
    /// Network; the person's own without one.
    pub via: Option<Via>,
    /// Stands at a place, and is used only there.
    pub at: Option<PlaceId>,
    /// Milliseconds that the way there adds.
    pub delay: u16,
    /// Mark.
    pub tag: Tag,
}

/// How somebody was in a meeting.
pub struct Attendance {
    /// The meeting.
    pub meeting: Meeting,
    /// Joined and left.
    pub span: (Moment, Moment),
    /// Public address.
    pub egress: Egress,
    /// Address on the local network.
    pub local: [u8; 4],
    /// On which device.
    pub on: On,
    /// Wired or not.
    pub wired: bool,
    /// Round trip to the data centre, milliseconds.
    pub latency: f64,
    /// Software that stands in for the camera.
    pub camera: Option<SoftwareId>,
    /// Marks: the address or the machine, the camera.
    pub tags: [Tag; 2],
}

/// A device in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A laptop of the company.
    Laptop(usize),
    /// Another machine.
    Machine(usize),
    /// A phone.
    Phone,
}

impl World {
    /// The meetings to which somebody is invited on a day: the team's, the department's, one with the manager.
    pub fn meetings(&self, who: usize, day: Day) -> Vec<Meeting> {
        let person = &self.people[who];
        let weekday = u64::from(calendar::weekday(day));
        let manager = person.manager.unwrap_or(who);
        let mut out = vec![];
        let mut meet = |room: u64, host: usize, days: u64, minutes: i32| {
            if days >> weekday & 1 == 1 {
                let zone = cities()[self.people[host].city].zone;
                let minute = 9 * 60 + 30 + (mix(room, 3) % 13) as i32 * 30;
                out.push(Meeting { room, host, at: moment(zone, day, minute), minutes });
            }
        };
        let one_of = |n: u64| 1 << (n % 5);
        let team = mix(mix(self.seed, 0x7ea0), manager as u64);
        meet(team, manager, one_of(team) | one_of(team + 2) | one_of(team + 4), 30);
        let leads = mix(mix(self.seed, 0x7ea0), who as u64);
        if self.leads[who] {
            meet(leads, who, one_of(leads) | one_of(leads + 2) | one_of(leads + 4), 30);
        }
        if manager != who {
            let pair = mix(mix(self.seed, 0x7ea1), who as u64);
            meet(pair, manager, one_of(pair), 25);
        }
        let all = mix(mix(self.seed, 0x7ea2), crate::draw::text(person.department));
        meet(all, 0, one_of(all), 45);
        out.sort_by_key(|one| (one.at, one.room));
        out
    }

    /// In which of them somebody was on a day, and how.
    pub fn attended(&self, who: usize, day: Day, work: &Workday) -> Vec<Attendance> {
        let mut draw = Draw::new(self.seed, "attended", (who as u64) << 20 | day as u64);
        let mut out: Vec<Attendance> = vec![];
        for meeting in self.meetings(who, day) {
            let (come, late) = (draw.chance(0.84), draw.range(-90_000, 240_000));
            let (unit, other) = (draw.unit(), draw.unit());
            let minute = ((meeting.at - moment(work.zone, day, 0)) / 60_000) as i32;
            let busy = out.last().is_some_and(|last| last.span.1 > meeting.at);
            if !come || busy || minute < work.start || minute + meeting.minutes > work.end + 15 {
                continue;
            }
            let from = meeting.at + late;
            let span =
                (from, meeting.at + i64::from(meeting.minutes) * 60_000 + draw.range(-300_000, 120_000));
            out.push(self.attendance(who, work, meeting, span, minute, [unit, other]));
        }
        out
    }

    fn attendance(
        &self,
        who: usize,
        work: &Workday,
        meeting: Meeting,
        span: (Moment, Moment),
        minute: i32,
        [unit, other]: [f64; 2],
    ) -> Attendance {
        let person = &self.people[who];
        let day = work.day;
        let stretch = work.at(minute);
        let turn = (minute / 240) as u64;
        let here = |one: &&Attends| one.at.is_none_or(|at| stretch.place == Some(at));
        let mut open = person.attends.iter().filter(|one| one.from <= day && day <= one.to).filter(here);
        let elsewhere = open.find(|one| unit < one.share);
        let via = elsewhere.and_then(|one| one.via).unwrap_or(stretch.via);
        let egress = self.egress(via, who, day, turn);
        let tunnel = matches!(via, Via::Tunnel(..) | Via::Corporate);
        let line = stretch.place.map_or(0, |place| self.places[place].lan.delay);
        let base = 22.0 + f64::from(line) + 40.0 * other + if tunnel { 18.0 } else { 0.0 };
        let far = if cities()[usize::from(egress.city)].iso == "US" { 0.0 } else { 14.0 };
        if let Some(one) = elsewhere {
            let own = self.machines[one.machine].local;
            let local = match (one.via, stretch.place) {
                (None, Some(place)) => {
                    let [a, b, c] = self.places[place].lan.net;
                    [a, b, c, own[3]]
                }
                _ => own,
            };
            let tags = [one.tag, Tag::NONE];
            let latency = base + far + f64::from(one.delay);
            return Attendance {
                meeting,
                span,
                egress,
                local,
                on: On::Machine(one.machine),
                wired: unit < one.share / 2.0,
                latency,
                camera: None,
                tags,
            };
        }
        if unit > 1.0 - self.rate("life.meeting_phone") && !person.stationary {
            let via = self.phone_via(who).map_or(stretch.via, |via| self.by_phone(who, day, via));
            let egress = self.egress(via, who, day, turn);
            return Attendance {
                meeting,
                span,
                egress,
                local: [192, 0, 0, 4],
                on: On::Phone,
                wired: false,
                latency: base + far + 25.0,
                camera: None,
                tags: [Tag::NONE; 2],
            };
        }
        let device = &self.devices[work.device];
        let host = 100 + device.mac.0[5] % 120;
        let local = match (tunnel, stretch.place) {
            (true, _) => [
                10,
                8 + (mix(self.seed, who as u64) % 40) as u8,
                0,
                2 + (mix(who as u64, day as u64) % 200) as u8,
            ],
            (_, Some(place)) => {
                let [a, b, c] = self.places[place].lan.net;
                [a, b, c, host]
            }
            (_, None) => [172, 20, 10, 2 + host % 12],
        };
        let is_camera = |one: &&Fitted<Program>| SOFTWARE[one.what.software].kind == "camera";
        let camera = device.programs.iter().filter(is_camera).find(|one| device.is_on(one, day));
        let wired = work.desk.is_some() && !tunnel && mix(self.seed, work.place as u64).is_multiple_of(3);
        let (tags, camera) =
            ([stretch.tag, camera.map_or(Tag::NONE, |one| one.tag)], camera.map(|one| one.what.software));
        Attendance {
            meeting,
            span,
            egress,
            local,
            on: On::Laptop(work.device),
            wired,
            latency: base + far,
            camera,
            tags,
        }
    }

    /// How the two sides of an interview were there.
    pub fn interview(
        &self,
        one: &Interview,
        applicant: usize,
        key: u64,
        work: &Workday,
    ) -> (Attendance, Attendance) {
        let at = moment(work.zone, one.day, one.minute);
        let meeting = Meeting { room: mix(key, 1), host: one.host, at, minutes: 50 };
        let late = |n: u64| (mix(key, n) % 200_000) as i64 - 60_000;
        let end = at + 48 * 60_000;
        let asks =
            self.attendance(one.host, work, meeting, (at + late(2), end + late(3)), one.minute, [0.99, 0.5]);
        let egress = self.egress(one.via, self.subject(applicant), one.day, 3);
        let place = if let Via::Place(place) = one.via { Some(place) } else { None };
        let line = place.map_or(0, |place| self.places[place].lan.delay);
        let own = one.machine.map_or([192, 0, 0, 4], |machine| self.machines[machine].local);
        let local = match (place, one.machine) {
            (Some(place), Some(_)) => {
                let [a, b, c] = self.places[place].lan.net;
                [a, b, c, own[3]]
            }
            _ => own,
        };
        let asked = Attendance {
            meeting,
            span: (at + late(4), end + late(5)),
            egress,
            local,
            on: one.machine.map_or(On::Phone, On::Machine),
            wired: mix(key, 6).is_multiple_of(4),
            latency: 30.0 + (mix(key, 7) % 40) as f64 + f64::from(one.delay) + f64::from(line),
            camera: None,
            tags: [one.tag, Tag::NONE],
        };
        (asks, asked)
    }

    /// The network of somebody's phone.
    pub fn phone_via(&self, who: usize) -> Option<Via> {
        self.people[who].doors.iter().map(|door| door.via).find(|via| matches!(via, Via::Mobile(..)))
    }

    /// A machine that is none of ours.
    pub fn new_machine(&mut self, draw: &mut Draw, os: Os) -> usize {
        let kind = LAPTOPS.iter().find(|one| one.os == os).map_or("02", |one| one.mac);
        let host = match os {
            Os::Darwin => format!("MacBook-{}", draw.shape("?##?")),
            Os::Windows => draw.shape("DESKTOP-#??#?##"),
            Os::Ubuntu => draw.shape("ubuntu-##"),
        };
        let net = *draw.pick(&[[192, 168, 1], [192, 168, 0], [192, 168, 31], [192, 168, 3]]);
        let (camera, audio) = match os {
            Os::Darwin => ("FaceTime HD Camera", "MacBook Pro Microphone"),
            _ => *draw.pick(&[
                ("HD Webcam", "Realtek(R) Audio"),
                ("USB Camera", "Headset (USB Audio Device)"),
                ("Integrated Camera", "Realtek(R) Audio"),
            ]),
        };
        self.machines.push(Machine {
            host,
            mac: Mac::new(kind, draw.bits()),
            disk: draw.bits(),
            os,
            local: [net[0], net[1], net[2], 2 + draw.below(250) as u8],
            camera,
            audio,
        });
        self.machines.len() - 1
    }

    /// Id of a laptop's disk, as meeting software sends it.
    pub fn disk(&self, device: usize) -> String {
        disk(self.devices[device].os(), mix(mix(self.seed, 0xd15c), device as u64))
    }
}

/// Id of a disk: a UUID on a Mac, the maker's serial number elsewhere.
pub fn disk(os: Os, key: u64) -> String {
    match os {
        Os::Darwin => Guid(key).to_string().to_uppercase(),
        Os::Windows => format!(
            "{:04X}_{:04X}_{:04X}_{:04X}.",
            key >> 48,
            key >> 32 & 0xffff,
            key >> 16 & 0xffff,
            key & 0xffff
        ),
        Os::Ubuntu => format!("S{:014X}", key >> 8),
    }
}
