//! What happens at the identity provider on a person's day.

use crate::calendar::{Day, Moment, moment};
use crate::draw::{Draw, mix};
use crate::egress::Egress;
use crate::life::{Visit, Workday};
use crate::truth::Tag;
use crate::world::{Via, World};

/// Kinds of events; their names stand in `okta_line`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `policy.evaluate_sign_on`
    Policy,
    /// `user.session.start`
    Start,
    /// `user.authentication.auth_via_mfa`
    Mfa,
    /// The same, refused.
    MfaFailed,
    /// `user.authentication.sso`
    Sso,
    /// `user.session.end`
    End,
    /// `user.mfa.factor.activate`
    FactorActivate,
    /// `user.mfa.factor.deactivate`
    FactorDeactivate,
    /// `user.mfa.factor.reset_all`
    FactorReset,
    /// `user.account.update_profile`
    UpdateProfile,
    /// `user.account.reset_password`
    ResetPassword,
    /// `device.enrollment.create`
    DeviceEnroll,
    /// `user.lifecycle.activate`
    Activate,
}

/// One event, small: the line is written when its day is.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Whose account.
    pub who: u32,
    /// Who did it, where that is somebody else.
    pub actor: Option<u32>,
    /// What.
    pub kind: Kind,
    /// From where.
    pub egress: Egress,
    /// Number behind the device token.
    pub token: u64,
    /// Browser.
    pub agent: u8,
    /// Registered laptop, where the agent answered.
    pub device: Option<u32>,
    /// Number behind the session.
    pub session: u64,
    /// Application, for single sign-on.
    pub app: u8,
    /// The browser is new to the account.
    pub is_new_device: bool,
    /// Marks.
    pub tags: [Tag; 3],
}

/// Where events of one sign-in come from.
struct Seat<'w> {
    world: &'w World,
    who: usize,
    day: Day,
    out: &'w mut Vec<Event>,
}

/// All events of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, out: &mut Vec<Event>) {
    let mut draw = Draw::new(world.seed, "okta", (who as u64) << 20 | day as u64);
    let mut seat = Seat { world, who, day, out };
    if let Some(work) = work {
        seat.session(&mut draw, work);
    }
    seat.doors(&mut draw, work);
    if world.people[who].employed(day) {
        seat.changes(work);
    }
}

impl Seat<'_> {
    /// Sign-in in the morning, applications over the day, sometimes a sign-out.
    fn session(&mut self, draw: &mut Draw, work: &Workday) {
        let session = mix(mix(self.world.seed, self.who as u64), self.day as u64);
        let mut minutes = vec![];
        let fresh = draw.chance(0.78);
        if fresh {
            let first = work.start;
            let mut second = draw.span(2, 50);
            for kind in [Kind::Policy, Kind::Start, Kind::Mfa, Kind::Sso] {
                if kind == Kind::Mfa && draw.chance(self.world.rate("life.mfa_failure")) {
                    minutes.push((first, second, Kind::MfaFailed));
                    second += draw.span(8, 30);
                }
                minutes.push((first, second, kind));
                second += if kind == Kind::Start { draw.span(6, 25) } else { draw.span(0, 3) };
            }
        }
        for _ in 0..draw.count(1.0, 2.2) {
            minutes.push((draw.span(work.start + 5, work.end), draw.span(0, 59), Kind::Sso));
        }
        if let Some((from, to)) = work.evening {
            minutes.push((draw.span(from, to), draw.span(0, 59), Kind::Sso));
        }
        if draw.chance(0.2) {
            minutes.push((work.end + draw.span(1, 4), draw.span(0, 59), Kind::End));
        }
        self.switches(draw, work, &mut minutes);
        for (minute, second, kind) in minutes {
            self.push(draw, work, session, (minute, second), kind);
        }
    }

    /// A change of network shows when the laptop's open tabs renew themselves: always at short ones.
    fn switches(&self, draw: &mut Draw, work: &Workday, minutes: &mut Vec<(i32, i32, Kind)>) {
        for (at, one) in work.stretches.iter().enumerate().skip(1) {
            let next = work.stretches.get(at + 1).map_or(work.end, |next| next.from);
            let before = work.stretches[at - 1];
            let short = next - one.from < 12 || one.from - before.from < 12;
            if one.from > work.start && one.from < work.end && (short || draw.chance(0.4)) {
                minutes.push((one.from, draw.span(20, 59), Kind::Sso));
            }
        }
    }

    fn push(&mut self, draw: &mut Draw, work: &Workday, session: u64, clock: (i32, i32), kind: Kind) {
        let person = &self.world.people[self.who];
        let stretch = work.at(clock.0);
        let turn = (clock.0 / 240) as u64;
        let mut profile = person.profile(self.day);
        if let Some((span, count, tag)) = person.spare_profiles
            && span.has(self.day)
        {
            let spare = draw.below(usize::from(count) + 1) as u64;
            if spare > 0 {
                profile.token = mix(profile.token, mix(self.day as u64, spare));
            }
            profile.tag = tag;
        }
        let device = (!draw.chance(self.world.rate("life.no_okta_device"))).then_some(work.device as u32);
        let at = moment(work.zone, self.day, clock.0) + i64::from(clock.1) * 1000 + draw.range(0, 999);
        let (at, turn_tag) = person.in_turn(at);
        self.out.push(Event {
            at,
            who: self.who as u32,
            actor: None,
            kind,
            egress: self.world.egress(stretch.via, self.who, self.day, turn),
            token: profile.token,
            agent: person.agent as u8,
            device,
            session,
            app: draw.below(super::okta_line::APPS.len()) as u8,
            is_new_device: profile.from == self.day,
            tags: [stretch.tag, profile.tag, turn_tag],
        });
    }

    /// Phones, the family's PC, somebody else's machine.
    fn doors(&mut self, draw: &mut Draw, work: Option<&Workday>) {
        for visit in self.world.visits(self.who, self.day, work) {
            let session = mix(
                mix(self.world.seed, 0xd0 + visit.door as u64),
                mix(self.who as u64, (self.day as u64) << 4 | visit.turn as u64),
            );
            let phone = self.world.people[self.who].doors[visit.door].agent >= 5;
            let kinds: &[Kind] = if phone { &[Kind::Sso] } else { &[Kind::Start, Kind::Mfa, Kind::Sso] };
            for (step, kind) in kinds.iter().enumerate() {
                self.enter(draw, visit, session, (step as i32) * 9 + 4, *kind);
            }
        }
    }

    fn enter(&mut self, draw: &mut Draw, visit: Visit, session: u64, second: i32, kind: Kind) {
        let person = &self.world.people[self.who];
        let (door, zone) = (&person.doors[visit.door], crate::atlas::cities()[person.city].zone);
        self.out.push(Event {
            at: person
                .in_turn(moment(zone, self.day, visit.minute) + i64::from(second) * 1000 + draw.range(0, 999))
                .0,
            who: self.who as u32,
            actor: None,
            kind,
            egress: self.world.visited_from(self.who, self.day, visit),
            token: door.token,
            agent: door.agent as u8,
            device: None,
            session,
            app: draw.below(super::okta_line::APPS.len()) as u8,
            is_new_device: self.day == door.from,
            tags: [door.tag, Tag::NONE, Tag::NONE],
        });
    }

    /// Factors, resets, profile changes.
    fn changes(&mut self, work: Option<&Workday>) {
        let person = &self.world.people[self.who];
        for change in person.changes.iter().filter(|change| change.day == self.day) {
            let actor = change.actor.filter(|actor| *actor != self.who);
            let author = actor.unwrap_or(self.who);
            let at_home = Via::Place(self.world.people[author].home);
            let via = change.via.unwrap_or_else(|| match (actor, work) {
                (None, Some(work)) => work.at(change.minute).via,
                _ => at_home,
            });
            let zone = crate::atlas::cities()[person.city].zone;
            let author = &self.world.people[author];
            self.out.push(Event {
                at: moment(zone, self.day, change.minute) + 17_000 + i64::from(change.minute % 40) * 311,
                who: self.who as u32,
                actor: actor.map(|actor| actor as u32),
                kind: change.kind,
                egress: self.world.egress(via, change.actor.unwrap_or(self.who), self.day, 5),
                token: change.token.unwrap_or(author.profile(self.day).token),
                agent: author.agent as u8,
                device: if change.token.is_some() {
                    None
                } else {
                    author.laptop(self.day).map(|at| at as u32)
                },
                session: mix(mix(self.world.seed, 0xca), mix(self.who as u64, self.day as u64)),
                app: 0,
                is_new_device: false,
                tags: [change.tag, Tag::NONE, Tag::NONE],
            });
        }
    }
}
