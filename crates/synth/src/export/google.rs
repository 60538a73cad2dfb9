//! Google Workspace audit activities, one of a line as collectors keep them: sign-ins, documents, access given to
//! programs. Shape: "Activities: list", "Login", "Drive" and "OAuth Token Audit Activity Events", Admin SDK Reports API.

use std::fmt::Write;

use super::spool::Sink;
use crate::calendar::{Day, Moment, moment, utc};
use crate::draw::{Draw, mix};
use crate::egress::Egress;
use crate::life::Workday;
use crate::truth::Tag;
use crate::world::World;

/// Programs that people give access to.
const PROGRAMS: &[(&str, &str)] = &[
    ("Slack", "https://www.googleapis.com/auth/calendar.readonly"),
    ("Zoom for Google Workspace", "https://www.googleapis.com/auth/calendar.events"),
    ("Notion", "https://www.googleapis.com/auth/drive.readonly"),
    ("Loom", "https://www.googleapis.com/auth/userinfo.profile"),
    ("Grammarly", "https://www.googleapis.com/auth/userinfo.email"),
];

/// Words that documents are named with.
const TITLES: &[&str] = &[
    "Roadmap",
    "Weekly notes",
    "Design review",
    "Budget",
    "Onboarding checklist",
    "Incident review",
    "Customer call",
    "Hiring plan",
    "Release notes",
    "Research summary",
    "Architecture",
    "Pricing",
    "Retro",
    "Interview guide",
];

struct Seat<'s, 'w> {
    world: &'w World,
    who: usize,
    sink: Sink<'s>,
}

/// Everything of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, sink: Sink<'_>) {
    let mut draw = Draw::new(world.seed, "google", (who as u64) << 20 | day as u64);
    let mut seat = Seat { world, who, sink };
    if let Some(work) = work {
        // the session lasts for days
        if draw.chance(0.2) {
            let minute = work.start + draw.span(1, 12);
            seat.at_work(&mut draw, work, minute, "login", "login_success");
        }
        for _ in 0..draw.count(1.0, 1.9) {
            let name = ["view", "view", "view", "edit", "edit", "create", "download"][draw.below(7)];
            let minute = draw.span(work.start, work.end);
            seat.at_work(&mut draw, work, minute, "drive", name);
        }
        if draw.chance(world.rate("life.program_access")) {
            let minute = draw.span(work.start, work.end);
            seat.at_work(&mut draw, work, minute, "token", "authorize");
        }
    }
    if let Some(work) = work {
        seat.takes(work);
    }
    for visit in world.visits(who, day, work) {
        let person = &world.people[who];
        let door = &person.doors[visit.door];
        if !door.works && !draw.chance(0.3) {
            continue;
        }
        let zone = crate::atlas::cities()[person.city].zone;
        let egress = world.visited_from(who, day, visit);
        let names: &[(&str, &str)] = if door.works {
            &[("login", "login_success"), ("drive", "view"), ("drive", "download")]
        } else {
            &[("drive", "view")]
        };
        for (step, (application, name)) in names.iter().enumerate() {
            let at = moment(zone, day, visit.minute + 2 + step as i32 * 9) + draw.range(0, 59_999);
            let at = world.people[who].in_turn(at).0;
            seat.activity(&mut draw, at, egress, &[door.tag], application, name);
        }
    }
}

impl Seat<'_, '_> {
    /// Documents taken along, one after the other.
    fn takes(&mut self, work: &Workday) {
        let acts = self.world.people[self.who].acts.clone();
        for act in acts.iter().filter(|act| act.day == work.day && act.action == "drive.download") {
            let mut draw =
                Draw::new(self.world.seed, "taken along", (self.who as u64) << 20 | act.day as u64);
            let stretch = work.at(act.minute);
            let egress = self.world.egress(stretch.via, self.who, work.day, (act.minute / 240) as u64);
            for step in 0..act.count {
                let at = moment(work.zone, work.day, act.minute) + step as i64 * 9_000 + draw.range(0, 8_000);
                self.activity(&mut draw, at, egress, &[act.tag], "drive", "download");
            }
        }
    }

    fn at_work(&mut self, draw: &mut Draw, work: &Workday, minute: i32, application: &str, name: &str) {
        let stretch = work.at(minute);
        let egress = self.world.egress(stretch.via, self.who, work.day, (minute / 240) as u64);
        let at = moment(work.zone, work.day, minute) + draw.range(0, 59_999);
        let at = self.world.people[self.who].in_turn(at).0;
        self.activity(draw, at, egress, &[stretch.tag], application, name);
    }

    fn activity(
        &mut self,
        draw: &mut Draw,
        at: Moment,
        egress: Egress,
        tags: &[Tag],
        application: &str,
        name: &str,
    ) {
        let (world, who) = (self.world, self.who);
        let text = match application {
            "login" => login(),
            "drive" => document(world, who, draw, name),
            _ => program(draw),
        };
        let kind = match (application, name) {
            ("login", _) => "login",
            ("drive", _) => "access",
            _ => "auth",
        };
        self.sink.line(at, tags, |out| {
            let key = mix(mix(world.seed, at as u64), who as u64);
            // a String takes every write
            let _ = writeln!(
                out,
                "{{\"kind\":\"admin#reports#activity\",\"id\":{{\"time\":\"{}\",\"uniqueQualifier\":\"{}\",\"applicationName\":\"{application}\",\"customerId\":\"C0{:07x}\"}},\"etag\":\"\\\"{}\\\"\",\"actor\":{{\"callerType\":\"USER\",\"email\":\"{}\",\"profileId\":\"1{:020}\"}},\"ipAddress\":\"{}\",\"events\":[{{\"type\":\"{kind}\",\"name\":\"{name}\",\"parameters\":[{text}]}}]}}",
                utc(at).format("%Y-%m-%dT%H:%M:%S%.3fZ"),
                key as i64,
                mix(world.seed, 0x60) & 0x0fff_ffff,
                super::json::Id("", key, 27),
                world.email(who),
                mix(world.seed, 0x6f00_0000 + who as u64),
                std::net::Ipv4Addr::from(egress.ip),
            );
        });
    }
}

fn login() -> String {
    "{\"name\":\"login_type\",\"value\":\"saml\"},{\"name\":\"login_challenge_method\",\"multiValue\":[\"none\"]},{\"name\":\"is_suspicious\",\"boolValue\":false}".to_owned()
}

fn document(world: &World, who: usize, draw: &mut Draw, name: &str) -> String {
    // a document of one's own department, mostly
    let owner = match draw.chance(0.4) {
        true => who,
        false => world.people[who].manager.unwrap_or(who),
    };
    let number = draw.below(40) as u64;
    let key = mix(mix(world.seed, owner as u64), number);
    let title = TITLES[(key % TITLES.len() as u64) as usize];
    let kind = ["document", "spreadsheet", "presentation"][(key >> 8) as usize % 3];
    let visibility = if key.is_multiple_of(5) { "private" } else { "people_within_domain_with_link" };
    format!(
        "{{\"name\":\"primary_event\",\"boolValue\":true}},{{\"name\":\"billable\",\"boolValue\":{}}},{{\"name\":\"doc_id\",\"value\":\"{}\"}},{{\"name\":\"doc_type\",\"value\":\"{kind}\"}},{{\"name\":\"doc_title\",\"value\":\"{title} {}\"}},{{\"name\":\"visibility\",\"value\":\"{visibility}\"}},{{\"name\":\"owner\",\"value\":\"{}\"}},{{\"name\":\"owner_is_shared_drive\",\"boolValue\":false}}",
        name != "view",
        super::json::Id("1", key, 30),
        number + 1,
        world.email(owner),
    )
}

fn program(draw: &mut Draw) -> String {
    let (name, scope) = PROGRAMS[draw.below(PROGRAMS.len())];
    format!(
        "{{\"name\":\"client_id\",\"value\":\"{:012}.apps.googleusercontent.com\"}},{{\"name\":\"app_name\",\"value\":\"{name}\"}},{{\"name\":\"client_type\",\"value\":\"WEB\"}},{{\"name\":\"scope\",\"multiValue\":[\"openid\",\"{scope}\"]}}",
        crate::draw::text(name) % 1_000_000_000_000
    )
}
