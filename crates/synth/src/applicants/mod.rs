//! Applicants: who they are, what they apply for, how they are interviewed. Some are hired: they are the workers of the roster
//! who begin in these weeks, with the same mail and phone.

pub mod personas;
pub mod resume;
mod twins;

use crate::atlas::{self, cities};
use crate::calendar::{self, Day};
use crate::catalogue::Os;
use crate::draw::{Draw, mix};
use crate::names;
use crate::plan::Plan;
use crate::truth::Tag;
use crate::world::{PlaceId, PlaceKind, Via, World};

pub use resume::Resume;
pub use twins::{APPLICANT_LOOK_ALIKES, VICTIM, cast};

/// Applications reach so far back before the window.
const BEFORE: Day = 45;

/// Somebody who applied.
#[derive(Debug, Clone)]
pub struct Applicant {
    /// The tracking system's id.
    pub id: u64,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// Phones.
    pub phones: Vec<String>,
    /// Home: what they wrote, and where they are.
    pub home: PlaceId,
    /// Portfolio and profile pages.
    pub pages: Vec<String>,
    /// Applications, oldest first.
    pub applications: Vec<Application>,
    /// Résumé.
    pub resume: Resume,
    /// Interviews, oldest first.
    pub interviews: Vec<Interview>,
    /// The worker who recommended them.
    pub referred_by: Option<usize>,
    /// The worker whom they became.
    pub worker: Option<usize>,
    /// Hidden group.
    pub group: u8,
    /// Marks of the contact data, and of the résumé.
    pub tags: Vec<Tag>,
    /// Marks of the résumé.
    pub text_tags: Vec<Tag>,
    /// Part of a scheme, or a look-alike.
    pub taken: bool,
}

/// One application.
#[derive(Debug, Clone, Copy)]
pub struct Application {
    /// Day.
    pub day: Day,
    /// Position applied for.
    pub job: &'static str,
    /// `active`, `rejected` or `hired`.
    pub status: &'static str,
    /// Name of the stage.
    pub stage: &'static str,
    /// Where it came from.
    pub origin: &'static str,
}

/// One interview by video.
#[derive(Debug, Clone, Copy)]
pub struct Interview {
    /// Day.
    pub day: Day,
    /// Minute on the interviewer's clock.
    pub minute: i32,
    /// Who asks.
    pub host: usize,
    /// Position in `World::machines`; none on a phone.
    pub machine: Option<usize>,
    /// Network.
    pub via: Via,
    /// Milliseconds that the way there adds.
    pub delay: u16,
    /// Mark.
    pub tag: Tag,
}

/// Positions that are open.
pub const JOBS: &[&str] = &[
    "Software Engineer",
    "Senior Software Engineer",
    "Frontend Engineer",
    "Data Engineer",
    "SRE",
    "QA Engineer",
    "Product Designer",
    "Support Specialist",
    "Account Executive",
    "Analyst",
];

/// A colleague recommended the candidate.
pub const REFERRAL: &str = "Referral";

/// Where applications come from.
const ORIGINS: &[&str] =
    &["LinkedIn (Ad posting)", "Indeed", "Jobs page on your website", REFERRAL, "Hacker News", "Wellfound"];

/// Mail hosts that cannot exist.
const HOSTS: &[&str] =
    &["mail.example", "inbox.example", "post.example", "letters.example", "webmail.example"];

/// Founds the applicants of a plan: those who were hired in these weeks first.
pub fn found(world: &mut World, plan: &Plan) {
    let count = plan.applicants as usize;
    if count == 0 {
        return;
    }
    let hired: Vec<usize> = (0..world.people.len())
        .filter(|at| (world.from - 20..=world.to).contains(&world.people[*at].hired))
        .take(count / 2)
        .collect();
    for at in 0..count {
        let mut draw = Draw::new(plan.seed, "applicant", at as u64);
        let one = match hired.get(at) {
            Some(worker) => became(world, &mut draw, at, *worker),
            None => stranger(world, &mut draw, at),
        };
        world.applicants.push(one);
        interviews(world, &mut draw, at);
    }
}

fn blank(world: &World, draw: &mut Draw, at: usize, home: PlaceId) -> Applicant {
    Applicant {
        id: 40_000_000 + mix(world.seed, 0xa9) % 9_000_000 + at as u64 * 13,
        given: String::new(),
        family: String::new(),
        mails: vec![],
        phones: vec![],
        home,
        pages: vec![],
        applications: vec![],
        resume: Resume::new(draw.bits()),
        interviews: vec![],
        referred_by: None,
        worker: None,
        group: draw.below(4) as u8,
        tags: vec![],
        text_tags: vec![],
        taken: false,
    }
}

fn stranger(world: &mut World, draw: &mut Draw, at: usize) -> Applicant {
    let (given, family) = names::name(draw);
    let city = atlas::home_city(draw);
    let home = world.new_home(draw, city);
    let mut one = blank(world, draw, at, home);
    (one.given, one.family) = (given.to_owned(), family.to_owned());
    one.mails = vec![mail(draw, given, family, at)];
    one.phones = vec![crate::papers::another_phone(world, cities()[city].iso)];
    pages(draw, &mut one, at);
    let from = world.from - BEFORE;
    let day = from + draw.span(0, world.to - from);
    let again = draw.chance(world.rate("applicant.again"));
    let job = *draw.pick(JOBS);
    one.applications.push(outcome(world, draw, day, job));
    if again {
        // applies for another position later, under the same name and address
        let job = *draw.pick(JOBS);
        let day = (day + draw.span(15, 40)).min(world.to);
        one.applications.push(outcome(world, draw, day, job));
    }
    one
}

/// How an application of somebody who is not hired stands on the last day.
fn outcome(world: &World, draw: &mut Draw, day: Day, job: &'static str) -> Application {
    let origin = *draw.pick(ORIGINS);
    let (status, stage) = match draw.below(10) {
        0..=5 => ("rejected", "Application Review"),
        6 => ("rejected", "Technical Interview"),
        _ if day < world.to - 21 => ("rejected", "Phone Screen"),
        7 => ("active", "Technical Interview"),
        8 => ("active", "Phone Screen"),
        _ => ("active", "Application Review"),
    };
    Application { day, job, status, stage, origin }
}

/// A worker, some weeks before the first day.
fn became(world: &mut World, draw: &mut Draw, at: usize, worker: usize) -> Applicant {
    let home = world.people[worker].home;
    let mut one = blank(world, draw, at, home);
    let person = &world.people[worker];
    (one.given, one.family) = (person.given.clone(), person.family.clone());
    (one.mails, one.phones) = (vec![person.mail.clone()], vec![person.phone.clone()]);
    (one.worker, one.group) = (Some(worker), person.group);
    let day = person.hired - draw.span(22, 40);
    one.applications.push(Application {
        day,
        job: person.title,
        status: "hired",
        stage: "Offer",
        origin: ORIGINS[draw.below(ORIGINS.len())],
    });
    pages(draw, &mut one, at);
    one
}

/// Makes an applicant of a worker who was hired in the window, unless there is one.
pub fn hire(world: &mut World, draw: &mut Draw, worker: usize) -> usize {
    if let Some(known) = world.applicants.iter().position(|one| one.worker == Some(worker)) {
        // hired anew on another day than it seemed
        world.applicants[known].applications[0].day = world.people[worker].hired - 30;
        world.applicants[known].interviews.clear();
        interviews(world, draw, known);
        return known;
    }
    // the last stranger who is nothing yet makes room, so that their number stays
    let free = |one: &Applicant| one.worker.is_none() && !one.taken;
    let at = world.applicants.iter().rposition(free).unwrap_or(world.applicants.len() - 1);
    let id = world.applicants[at].id;
    let one = became(world, draw, at, worker);
    world.applicants[at] = Applicant { id, ..one };
    interviews(world, draw, at);
    at
}

/// A mail address as people choose them.
fn mail(draw: &mut Draw, given: &str, family: &str, at: usize) -> String {
    let (given, family) = (names::plain(given), names::plain(family));
    let host = draw.pick(HOSTS);
    let first = given.get(..1).unwrap_or_default();
    match draw.below(6) {
        0 => format!("{given}.{family}{}@{host}", at % 89 + 10),
        1 => format!("{first}{family}{}@{host}", 2000 + at),
        2 => format!("{given}{family}{at}@{host}"),
        3 => format!("{family}.{given}{}@{host}", 1970 + at % 40),
        4 => format!("{given}.dev{at}@{host}"),
        _ => format!("hello{at}@{given}{family}.example"),
    }
}

fn pages(draw: &mut Draw, one: &mut Applicant, at: usize) {
    let own = format!("{}{}{at}", names::plain(&one.given), names::plain(&one.family));
    if draw.chance(0.7) {
        one.pages.push(format!("https://profiles.example/in/{own}"));
    }
    if draw.chance(0.35) {
        one.pages.push(format!("https://{own}.pages.example"));
    }
    if draw.chance(0.5) {
        one.pages.push(format!("https://code.example/{own}"));
    }
}

/// Interviews at the own desk, on the own computer, sometimes on a phone or in a café.
fn interviews(world: &mut World, draw: &mut Draw, at: usize) {
    let asked = |one: &Application| one.stage != "Application Review";
    let Some(application) = world.applicants[at].applications.iter().find(|one| asked(one)).copied() else {
        return;
    };
    let os = [Os::Darwin, Os::Windows, Os::Windows][draw.below(3)];
    let machine = world.new_machine(draw, os);
    let home = world.applicants[at].home;
    let [a, b, c] = world.places[home].lan.net;
    let own = world.machines[machine].local[3];
    world.machines[machine].local = [a, b, c, own];
    let rounds =
        if application.status == "hired" || application.stage == "Technical Interview" { 2 } else { 1 };
    for round in 0..rounds {
        let (earliest, limit) = match world.applicants[at].worker.map(|worker| world.people[worker].hired) {
            // before the window nobody was heard of
            Some(hired) => ((hired - 14 + round * 4).max(world.from), hired),
            None => (application.day + 4 + round * 5, Day::MAX),
        };
        let Some((host, day, minute)) = interviewer(world, draw, earliest, limit) else { continue };
        let on_phone = draw.chance(world.rate("applicant.by_phone"));
        world.applicants[at].interviews.push(Interview {
            day,
            minute,
            host,
            machine: (!on_phone).then_some(machine),
            via: Via::Place(home),
            delay: 0,
            tag: Tag::NONE,
        });
    }
}

/// Who was hired has the name, mail, phone and home of the worker, and applied before the first day, whatever was settled
/// about the worker since.
pub fn agree(world: &mut World) {
    for at in 0..world.applicants.len() {
        let Some(worker) = world.applicants[at].worker else { continue };
        let person = &world.people[worker];
        let (hired, home) = (person.hired, person.home);
        let (given, family) = (person.given.clone(), person.family.clone());
        let contact = (person.mail.clone(), person.phone.clone());
        let one = &mut world.applicants[at];
        (one.given, one.family, one.home) = (given, family, home);
        (one.mails, one.phones) = (vec![contact.0], vec![contact.1]);
        if (hired - 40..=hired - 22).contains(&one.applications[0].day) {
            continue;
        }
        one.applications[0].day = hired - 30;
        one.interviews.clear();
        let mut draw = Draw::new(world.seed, "agree", at as u64);
        interviews(world, &mut draw, at);
    }
}

/// Who asks, on which of the next days before a limit, and when on their clock.
fn interviewer(world: &World, draw: &mut Draw, earliest: Day, limit: Day) -> Option<(usize, Day, i32)> {
    for _ in 0..12 {
        let host = draw.below(world.people.len());
        let day = earliest + draw.span(0, 6);
        if calendar::weekday(day) > 4 || day > world.to || day < world.from || day >= limit {
            continue;
        }
        if world.people[host].department != "Sales"
            && world.workday(host, day).is_some_and(|work| work.start < 11 * 60 && work.end > 16 * 60)
        {
            return Some((host, day, 11 * 60 + 30 * draw.span(0, 8)));
        }
    }
    None
}

impl World {
    /// Position of an applicant among all who can bear tells: behind the workers.
    pub fn subject(&self, applicant: usize) -> usize {
        self.people.len() + applicant
    }

    /// Somewhere that is no home: a library, a café.
    pub fn venue(&mut self, draw: &mut Draw, city: usize) -> PlaceId {
        let house = crate::address::house(draw, city);
        self.new_place(draw, PlaceKind::Cafe, house)
    }
}
