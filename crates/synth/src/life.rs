//! One person's working day: where they are, on which network from when to when, at which desk.

use chrono_tz::Tz;

use crate::atlas::{CityId, Kind, carriers, cities};
use crate::calendar::{self, Day};
use crate::draw::Draw;
use crate::egress::Egress;
use crate::truth::Tag;
use crate::world::{Door, Mode, Person, PlaceId, PlaceKind, Seat, Stay, StayTags, Via, World};

/// A part of a day on one network.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    /// First local minute.
    pub from: i32,
    /// Network.
    pub via: Via,
    /// Place whose local network the laptop is on; none on a phone's network.
    pub place: Option<PlaceId>,
    /// Mark of sign-ins in it.
    pub tag: Tag,
}

/// One use of another way into the account.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// Position among the person's doors.
    pub door: usize,
    /// Which of the day.
    pub turn: usize,
    /// Local minute.
    pub minute: i32,
}

/// A working day.
pub struct Workday {
    /// The day, local.
    pub day: Day,
    /// Clock.
    pub zone: Tz,
    /// Laptop.
    pub device: usize,
    /// Where the day begins.
    pub place: PlaceId,
    /// Desk there, if any.
    pub desk: Option<usize>,
    /// Marks of the place.
    pub tags: StayTags,
    /// First minute.
    pub start: i32,
    /// Last minute.
    pub end: i32,
    /// Networks in order of time; the first begins with the day.
    pub stretches: Vec<Stretch>,
    /// Went through the office door.
    pub badge: bool,
    /// Also worked in the evening: first and last minute.
    pub evening: Option<(i32, i32)>,
}

impl Workday {
    /// The network at a local minute.
    pub fn at(&self, minute: i32) -> Stretch {
        let known = self.stretches.iter().rev().find(|one| one.from <= minute).or(self.stretches.first());
        known.copied().unwrap_or(Stretch {
            from: 0,
            via: Via::Place(self.place),
            place: Some(self.place),
            tag: Tag::NONE,
        })
    }
}

impl World {
    /// The day of one person; none where they do not work.
    pub fn workday(&self, who: usize, day: Day) -> Option<Workday> {
        let person = &self.people[who];
        if !person.employed(day) {
            return None;
        }
        let mut draw = Draw::new(self.seed, "day", (who as u64) << 20 | day as u64);
        let device = person.laptop(day)?;
        let is_shut = person.doors.iter().any(|door| door.instead && (door.from..=door.to).contains(&day));
        if is_shut || !is_working(person, day, self.rate("life.weekend"), &mut draw) {
            return None;
        }
        let (place, seat, tags, badge) = self.whereabouts(person, day, &mut draw);
        let abroad = self.places[place].kind == PlaceKind::Hotel;
        let zone = cities()[if abroad { self.city(place) } else { person.city }].zone;
        let start = (f64::from(person.starts_on(day)) + draw.around(0.0, 22.0)) as i32;
        let end = start + (f64::from(person.length) + draw.around(0.0, 30.0)) as i32;
        let desk = match seat {
            Seat::Loose => None,
            Seat::Desk(at) => Some(at),
            Seat::Any => Some(draw.below(self.places[place].desks.len().max(1))),
            Seat::Among(first, count) => Some(first + draw.below(count.max(1))),
        };
        let evening = person.evening.filter(|_| draw.chance(0.45)).map(|(from, length)| {
            let from = from + draw.span(-20, 30);
            (from, from + length)
        });
        let mut day = Workday {
            day,
            zone,
            device,
            place,
            desk: desk.filter(|at| *at < self.places[place].desks.len()),
            tags,
            start,
            end,
            stretches: vec![Stretch {
                from: 0,
                via: Via::Place(place),
                place: Some(place),
                tag: tags.egress,
            }],
            badge,
            evening,
        };
        self.outings(person, &mut day, &mut draw);
        self.tunnels(person, &mut day, &mut draw);
        Some(day)
    }

    /// Which of the other ways into the account are used on a day, and at which local minute.
    pub fn visits(&self, who: usize, day: Day, work: Option<&Workday>) -> Vec<Visit> {
        let person = &self.people[who];
        let employed = person.employed(day);
        let mut draw = Draw::new(self.seed, "visits", (who as u64) << 20 | day as u64);
        let mut out = vec![];
        for (at, door) in person.doors.iter().enumerate() {
            let open = door.from <= day && day <= door.to && (employed || door.outlives);
            let works = work.is_some() || door.instead && calendar::weekday(day) < 5;
            let p = door.per_day * if works || !employed { 1.0 } else { 0.2 };
            if !open || door.fixed && !self.is_at(who, door, day, work) {
                continue;
            }
            for turn in 0..draw.count(1.0, p) {
                let minute = draw.span(door.hours.0, door.hours.1);
                out.push(Visit { door: at, turn, minute });
            }
        }
        out
    }

    /// Whether the person is where the machine of a door stands: at work there, or on a day off and not away.
    fn is_at(&self, who: usize, door: &Door, day: Day, work: Option<&Workday>) -> bool {
        let Via::Place(place) = door.via else { return true };
        match work {
            Some(work) => work.place == place,
            None => self.people[who].home == place && self.trip(who, day).is_none(),
        }
    }

    /// The public address of a visit.
    pub fn visited_from(&self, who: usize, day: Day, visit: Visit) -> Egress {
        let via = self.by_phone(who, day, self.people[who].doors[visit.door].via);
        self.egress(via, who, day, 8 + (visit.minute / 240) as u64)
    }

    fn whereabouts(&self, person: &Person, day: Day, draw: &mut Draw) -> (PlaceId, Seat, StayTags, bool) {
        let stay = person.stays.iter().rev().find(|stay| {
            let open = stay.from <= day && day <= stay.to;
            open && (stay.share >= 1.0 || draw.chance(stay.share))
        });
        let away = stay.is_some_and(|stay| self.places[stay.place].kind == PlaceKind::Hotel);
        if let Mode::Office(office, days) = person.mode
            && !away
            && days >> calendar::weekday(day) & 1 == 1
            && draw.chance(0.88)
        {
            return (office, Seat::Any, StayTags::default(), true);
        }
        stay.map_or((person.home, Seat::Loose, StayTags::default(), false), |stay| {
            (stay.place, stay.seat, stay.tags, false)
        })
    }

    /// Where somebody is to be found on a day.
    pub fn stands(&self, who: usize, day: Day) -> PlaceId {
        let person = &self.people[who];
        let is_there = |stay: &&Stay| stay.from <= day && day <= stay.to && stay.share >= 1.0;
        person.stays.iter().rev().find(is_there).map_or(person.home, |stay| stay.place)
    }

    /// The city of the trip that somebody is on.
    pub fn trip(&self, who: usize, day: Day) -> Option<CityId> {
        let hotel = |stay: &&Stay| self.places[stay.place].kind == PlaceKind::Hotel;
        let stays = self.people[who].stays.iter().filter(|stay| stay.from <= day && day <= stay.to);
        stays.rev().find(hotel).map(|stay| self.city(stay.place))
    }

    /// How a phone reaches the internet on a day: in the own country it comes out near its owner, abroad the traffic goes home.
    pub fn by_phone(&self, who: usize, day: Day, via: Via) -> Via {
        match (via, self.trip(who, day)) {
            (Via::Mobile(carrier, home), Some(city)) if cities()[home].iso == cities()[city].iso => {
                Via::Mobile(carrier, city)
            }
            _ => via,
        }
    }

    /// A café in the afternoon, an hour on the phone's network.
    fn outings(&self, person: &Person, day: &mut Workday, draw: &mut Draw) {
        let home = day.stretches[0];
        if self.places[day.place].kind != PlaceKind::Home || person.stationary {
            return;
        }
        if let Some(cafe) = person.cafe
            && draw.chance(self.rate("life.cafe_day") / self.rate("life.cafe"))
        {
            let from = day.start + draw.span(120, 330);
            day.stretches.push(Stretch { from, via: Via::Place(cafe), place: Some(cafe), tag: Tag::NONE });
            day.stretches.push(Stretch { from: from + draw.span(60, 160), ..home });
        } else if draw.chance(self.rate("life.tether_day")) {
            let from = day.start + draw.span(30, 400);
            let via = phone_of(person).unwrap_or(Via::Place(day.place));
            day.stretches.push(Stretch { from, via, place: None, tag: Tag::NONE });
            day.stretches.push(Stretch { from: from + draw.span(20, 90), ..home });
        }
    }

    /// The VPN lies over whatever network the laptop is on, and may fall for some minutes.
    fn tunnels(&self, person: &Person, day: &mut Workday, draw: &mut Draw) {
        let today = day.day;
        let Some(used) = person
            .tunnels
            .iter()
            .find(|one| one.from <= today && today <= one.to && (one.share >= 1.0 || draw.chance(one.share)))
        else {
            return;
        };
        let via = match used.via {
            Via::Tunnel(carrier, city) => {
                let city = if used.exits.is_empty() { city } else { *draw.pick(&used.exits) };
                Via::Tunnel(carrier, city)
            }
            // nobody turns the company's gateway on in the company's office
            Via::Corporate if day.badge => return,
            other => other,
        };
        let relay = matches!(via, Via::Tunnel(carrier, _) if carriers()[carrier].kind == Kind::Relay);
        let whole = relay || used.share > 0.8 || draw.chance(0.6);
        let (from, to) = if whole {
            (0, i32::MAX)
        } else {
            let from = day.start + draw.span(20, 200);
            (from, from + draw.span(60, 240))
        };
        let inside = |minute: i32| (from..to).contains(&minute);
        let mut stretches = Vec::with_capacity(day.stretches.len() + 3);
        for (at, one) in day.stretches.iter().enumerate() {
            let next = day.stretches.get(at + 1).map_or(i32::MAX, |next| next.from);
            let covered = Stretch { via, tag: used.tag, ..*one };
            if inside(one.from) {
                stretches.push(covered);
            } else {
                stretches.push(*one);
                if (one.from..next).contains(&from) {
                    stretches.push(Stretch { from, ..covered });
                }
            }
            if (one.from.max(from)..next).contains(&to) && to > one.from {
                stretches.push(Stretch { from: to, ..*one });
            }
        }
        if let Some((share, via, tag)) = used.drop
            && draw.chance(share)
        {
            let from = day.start + draw.span(60, (day.end - day.start - 90).max(61));
            let before = *stretches.iter().rev().find(|one| one.from <= from).unwrap_or(&stretches[0]);
            stretches.push(Stretch { from, via, place: before.place, tag });
            stretches.push(Stretch { from: from + draw.span(3, 9), ..before });
        }
        stretches.sort_by_key(|one| one.from);
        day.stretches = stretches;
    }
}

impl World {
    /// The first day on which a person really works, from the hire on.
    pub fn first_working_day(&self, who: usize) -> Day {
        let hired = self.people[who].hired;
        (hired..hired + 21).find(|day| self.workday(who, *day).is_some()).unwrap_or(hired)
    }
}

/// The person's mobile network, known by the phone they sign in on.
fn phone_of(person: &Person) -> Option<Via> {
    person.doors.iter().map(|door| door.via).find(|via| matches!(via, Via::Mobile(..)))
}

fn is_working(person: &Person, day: Day, weekend: f64, draw: &mut Draw) -> bool {
    if person.leave.iter().any(|span| span.has(day)) {
        return false;
    }
    let rest = calendar::weekday(day) >= 5 || calendar::is_holiday(cities()[person.city].iso, day);
    !rest || draw.chance(weekend)
}
