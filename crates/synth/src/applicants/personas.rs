//! A cluster of personas (S3, S16): one operator applies under several names.
//!
//! Levers: rare sentences in all résumés, one phone or numbers of one block, one way of making mail addresses, one reference,
//! one portfolio, one machine and one address in the interviews.

use super::resume;
use crate::atlas::{self, cities};
use crate::catalogue::Os;
use crate::draw::Draw;
use crate::names;
use crate::papers;
use crate::schemes::{Lever, Plot, Scheme};
use crate::truth::Tag;
use crate::world::{Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "persona_cluster",
    text: "One operator applies under several names: rare phrases, phones, references and interview machines recur",
    seeds: &[3, 16],
    levers: &[
        Lever::of("persona.phrases", &["resume_phrases"], "the application"),
        Lever::of("persona.reference", &["reference_shared"], "the application"),
        Lever::of("persona.phone", &["applicant_phone_shared"], "the application"),
        Lever::of("persona.voip", &["applicant_phone_voip"], "the application"),
        Lever::of("persona.mail", &["applicant_mail_stem"], "the application"),
        Lever::of("persona.page", &["portfolio_shared"], "the application"),
        Lever::of("persona.address", &["applicant_address_shared"], "the application"),
        Lever::of("persona.machine", &["interview_machine_shared"], "the first interview"),
        Lever::of("persona.line", &["interview_address_shared"], "the first interview"),
        Lever::always(&["interview_far"], "the first interview, where no VPN hides it"),
    ],
    plant,
};

fn plant(world: &mut World, plot: &mut Plot) {
    let free: Vec<usize> = (0..world.applicants.len())
        .filter(|at| world.applicants[*at].worker.is_none() && !world.applicants[*at].taken)
        .collect();
    let count = plot.draw.span(3, 7) as usize;
    // no company whose applicants are personas for the most part
    if free.len() < 4 * count {
        return;
    }
    let crew = plot.draw.some(&free, count);
    plot.personas(world, &crew);
    let day = world.day_at(0.1 + 0.6 * plot.draw.unit());
    for at in &crew {
        let from = day + plot.draw.span(-9, 9);
        let one = &mut world.applicants[*at];
        one.applications.truncate(1);
        one.applications[0].day = from.min(world.to - 2);
        (one.applications[0].status, one.applications[0].stage) = ("active", "Technical Interview");
        one.pages.truncate(1);
    }
    written(world, plot, &crew);
    reached(world, plot, &crew);
    seen(world, plot, &crew);
    // nobody but the most careful leaves nothing
    let bare = crew.iter().any(|at| !world.truth.tells.iter().any(|tell| tell.worker == world.subject(*at)));
    if bare && world.difficulty < 1.0 {
        phrases(world, plot, &crew, 2);
    }
    if plot.keeps("persona.voip") {
        rented(world, &crew);
    }
}

/// Their numbers are internet phones. That alone makes nobody observable: many honest people have one.
fn rented(world: &mut World, crew: &[usize]) {
    for at in crew {
        let subject = world.subject(*at);
        let shows = world.truth.tells.iter().any(|tell| tell.worker == subject);
        let tag = if shows { world.truth.tell(subject, "applicant_phone_voip") } else { Tag::NONE };
        for phone in world.applicants[*at].phones.clone() {
            world.internet_phones.entry(phone).or_default().push(tag);
        }
    }
}

fn tell(world: &mut World, at: usize, id: &'static str) {
    let subject = world.subject(at);
    let tag = world.truth.tell(subject, id);
    world.applicants[at].tags.push(tag);
}

fn phrases(world: &mut World, plot: &mut Plot, crew: &[usize], count: usize) {
    let all: Vec<String> = (0..count).map(|_| resume::rare(&mut plot.draw)).collect();
    for at in crew {
        let subject = world.subject(*at);
        let tag = world.truth.tell(subject, "resume_phrases");
        world.applicants[*at].text_tags.push(tag);
        let own = plot.draw.some(&all, count.max(3) - 1);
        world.applicants[*at].resume.phrases = own;
    }
}

/// What stands in the résumés.
fn written(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    if plot.keeps("persona.phrases") {
        phrases(world, plot, crew, 5);
    }
    if plot.keeps("persona.reference") {
        let (given, family) = names::name(&mut plot.draw);
        let phone = papers::another_phone(world, "US");
        let mail = format!("{}.{}@references.example", names::plain(given), names::plain(family));
        for at in plot.draw.some(crew, crew.len().max(3) - 1) {
            let subject = world.subject(at);
            let tag = world.truth.tell(subject, "reference_shared");
            world.applicants[at].text_tags.push(tag);
            world.applicants[at].resume.references =
                vec![[format!("{given} {family}"), mail.clone(), phone.clone()]];
        }
    }
}

/// How they can be reached.
fn reached(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    if plot.keeps("persona.phone") {
        let phone = papers::another_phone(world, "US");
        for at in plot.draw.some(crew, 2) {
            tell(world, at, "applicant_phone_shared");
            world.applicants[at].phones = vec![phone.clone()];
        }
    }
    if plot.keeps("persona.mail") {
        let stem = mail_stem(&mut plot.draw);
        for at in crew {
            tell(world, *at, "applicant_mail_stem");
            let number = plot.draw.range(11, 989);
            world.applicants[*at].mails = vec![format!("{stem}{number}@mail.example")];
        }
    }
    if plot.keeps("persona.page") {
        let page = format!("https://{}-studio.pages.example", mail_stem(&mut plot.draw));
        for at in plot.draw.some(crew, crew.len().max(3) - 1) {
            tell(world, at, "portfolio_shared");
            world.applicants[at].pages = vec![page.clone()];
        }
    }
    if plot.keeps("persona.address") {
        let pair = plot.draw.some(crew, 2);
        let home = world.applicants[pair[0]].home;
        for at in pair {
            tell(world, at, "applicant_address_shared");
            world.applicants[at].home = home;
        }
    }
}

/// One way of making mail addresses: words that have nothing to do with the name.
fn mail_stem(draw: &mut Draw) -> String {
    let first = ["bright", "silver", "code", "north", "pixel", "swift", "lucky", "cloud"];
    let second = ["maple", "falcon", "harbor", "stack", "river", "comet", "builder", "ridge"];
    format!("{}{}", draw.word(&first), draw.word(&second))
}

/// How they are seen in interviews.
fn seen(world: &mut World, plot: &mut Plot, crew: &[usize]) {
    let one_machine = plot.keeps("persona.machine");
    let one_line = plot.keeps("persona.line");
    let vpn = plot.keeps("persona.vpn").then(|| atlas::any_vpn(&mut plot.draw));
    let city = atlas::abroad(&mut plot.draw, "US");
    let house = world.new_home(&mut plot.draw, city);
    let shared = world.new_machine(&mut plot.draw, Os::Windows);
    for at in crew {
        let mut draw = Draw::new(world.seed, "persona", *at as u64);
        world.applicants[*at].interviews.clear();
        super::interviews(world, &mut draw, *at);
        let mut tells = vec![];
        if one_machine {
            tells.push((world.subject(*at), "interview_machine_shared"));
        }
        let home = world.city(world.applicants[*at].home);
        let via = match (one_line, vpn) {
            (true, _) => Via::Place(house),
            (false, Some(vpn)) => Via::Tunnel(vpn, home),
            _ => own_line(world, &mut draw, city),
        };
        if one_line {
            tells.push((world.subject(*at), "interview_address_shared"));
        }
        let abroad = one_line || vpn.is_none();
        if abroad && cities()[city].iso != cities()[home].iso {
            tells.push((world.subject(*at), "interview_far"));
        }
        let tag = world.truth.tells(&tells);
        let delay = plot.draw.span(120, 260) as u16;
        for interview in &mut world.applicants[*at].interviews {
            (interview.via, interview.delay, interview.tag) = (via, delay, tag);
            if one_machine {
                interview.machine = Some(shared);
            }
        }
    }
}

/// A line of its own where the operators sit.
fn own_line(world: &mut World, draw: &mut Draw, city: usize) -> Via {
    Via::Place(world.new_home(draw, city))
}
