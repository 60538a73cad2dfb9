//! Innocent applicants who look like a cluster of personas.

use super::{Applicant, resume};
use crate::atlas::cities;
use crate::draw::Draw;
use crate::look_alikes::LookAlike;
use crate::names;
use crate::papers;
use crate::world::{Via, World};

/// Every kind.
pub const APPLICANT_LOOK_ALIKES: &[LookAlike] = &[
    LookAlike {
        id: "applied_again",
        text: "Somebody who applies anew as a second candidate, with another mailbox and the old phone and résumé",
        resembles: &[
            "applicant_phone_shared",
            "resume_phrases",
            "interview_machine_shared",
            "applicant_address_shared",
        ],
    },
    LookAlike {
        id: "household_applies",
        text: "Two of one household who apply: one phone, one address, one computer",
        resembles: &[
            "applicant_phone_shared",
            "applicant_address_shared",
            "interview_machine_shared",
            "interview_address_shared",
        ],
    },
    LookAlike {
        id: "bootcamp",
        text: "Classmates of a course: one project told in the same words, one teacher as a reference, pages on one host",
        resembles: &["resume_phrases", "reference_shared", "portfolio_shared"],
    },
    LookAlike {
        id: "recruiter",
        text: "Candidates of a recruiter who gives the agency's phone and mailbox",
        resembles: &["applicant_phone_shared", "applicant_mail_stem"],
    },
    LookAlike {
        id: "library",
        text: "Applicants who are interviewed in one library, on its network",
        resembles: &["interview_address_shared"],
    },
    LookAlike {
        id: "interviewed_abroad",
        text: "Somebody who is interviewed on a trip or while still living abroad",
        resembles: &["interview_far"],
    },
    LookAlike {
        id: "recommended",
        text: "Applicants whom a colleague recommends, some of them old schoolmates of one another",
        resembles: &["referred_by_ring", "interview_on_ring_machine"],
    },
    LookAlike {
        id: "internet_phone",
        text: "Somebody new to the country, or careful with the own number, who gives an internet phone",
        resembles: &["applicant_phone_voip"],
    },
    LookAlike {
        id: "victim_applies",
        text: "The real owner of an identity under which a persona applies, who applies too: one name and one home, the own phone and mailbox",
        resembles: &["applicant_address_shared"],
    },
    LookAlike {
        id: "same_name_applies",
        text: "Two applicants of one name, by chance",
        resembles: &["applicant_mail_stem"],
    },
];

/// The kind whose identity a persona uses.
pub const VICTIM: &str = "victim_applies";

/// Casts the kinds among those who are nothing yet.
pub fn cast(world: &mut World) {
    for kind in APPLICANT_LOOK_ALIKES {
        let mut draw = Draw::new(world.seed, kind.id, 0);
        let rate = world.rates.of(&format!("apply.{}", kind.id));
        let mut wanted = draw.count(world.applicants.len() as f64, rate);
        if world.applicants.len() >= 100 {
            wanted = wanted.max(1);
        }
        if kind.id == "victim_applies" {
            // an identity has one owner, and where nobody's is used there is none
            wanted = wanted.min(world.truth.personas.len());
        }
        while wanted > 0 {
            let size = match kind.id {
                "bootcamp" | "recruiter" => draw.span(3, 6) as usize,
                "interviewed_abroad" | "internet_phone" | "victim_applies" => 1,
                _ => 2,
            };
            let free: Vec<usize> = (0..world.applicants.len())
                .filter(|at| !world.applicants[*at].taken && world.applicants[*at].worker.is_none())
                .filter(|at| {
                    !matches!(kind.id, "library" | "interviewed_abroad")
                        || !world.applicants[*at].interviews.is_empty()
                })
                .collect();
            let crew = draw.some(&free, size);
            if crew.len() < size {
                break;
            }
            for at in &crew {
                world.applicants[*at].taken = true;
                world.truth.applicants_like.push((kind.id, *at));
            }
            make(world, &mut draw, kind.id, &crew);
            wanted = wanted.saturating_sub(size);
        }
    }
}

fn make(world: &mut World, draw: &mut Draw, kind: &str, crew: &[usize]) {
    match kind {
        "applied_again" => applied_again(world, draw, crew),
        "household_applies" => household(world, crew),
        "bootcamp" => bootcamp(world, draw, crew),
        "recruiter" => recruiter(world, draw, crew),
        "recommended" => {
            let by = draw.below(world.people.len());
            crew.iter().for_each(|at| world.applicants[*at].referred_by = Some(by));
            // schoolmates on one computer
            let machine = world.applicants[crew[0]].interviews.first().and_then(|one| one.machine);
            each_interview(world, crew, |one| one.machine = machine.or(one.machine));
        }
        "internet_phone" => {
            for phone in world.applicants[crew[0]].phones.clone() {
                world.internet_phones.entry(phone).or_default();
            }
        }
        "victim_applies" => victim(world, crew[0]),
        "library" => {
            let city = world.city(world.applicants[crew[0]].home);
            let place = world.venue(draw, city);
            each_interview(world, crew, |one| one.via = Via::Place(place));
        }
        "interviewed_abroad" => {
            let iso = cities()[world.city(world.applicants[crew[0]].home)].iso;
            let city = crate::atlas::abroad(draw, iso);
            let place = world.venue(draw, city);
            each_interview(world, crew, |one| (one.via, one.delay) = (Via::Place(place), 90));
        }
        _ => {
            let first = world.applicants[crew[0]].clone();
            let second = &mut world.applicants[crew[1]];
            (second.given, second.family) = (first.given.clone(), first.family);
            second.mails =
                vec![super::mail(draw, &second.given.clone(), &second.family.clone(), crew[1] + 7)];
        }
    }
}

fn each_interview(world: &mut World, crew: &[usize], change: impl Fn(&mut super::Interview)) {
    for at in crew {
        world.applicants[*at].interviews.iter_mut().for_each(&change);
    }
}

/// A persona whose identity nobody claims yet is that of the applicant: they have the name and live where it says.
fn victim(world: &mut World, at: usize) {
    let claimed = |persona: &crate::truth::Persona| {
        let one = &world.applicants[persona.applicant];
        let victims = world.truth.applicants_like.iter().filter(|(id, own)| *id == VICTIM && *own != at);
        victims
            .map(|(_, own)| &world.applicants[*own])
            .any(|own| (&own.given, &own.family) == (&one.given, &one.family))
    };
    let free = world.truth.personas.iter().find(|persona| !claimed(persona)).map(|persona| persona.applicant);
    let Some(persona) = free.map(|persona| world.applicants[persona].clone()) else { return };
    let one = &mut world.applicants[at];
    (one.given, one.family, one.home) = (persona.given, persona.family, persona.home);
    for interview in &mut one.interviews {
        interview.via = Via::Place(persona.home);
    }
}

/// The second candidate is the first person.
fn applied_again(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let first = world.applicants[crew[0]].clone();
    let number = crew[1];
    let machine = first.interviews.first().and_then(|one| one.machine);
    let mail = super::mail(draw, &first.given, &first.family, number + 3);
    let second = &mut world.applicants[number];
    *second = Applicant {
        id: second.id,
        mails: vec![mail],
        applications: second.applications.clone(),
        interviews: second.interviews.clone(),
        ..first
    };
    let home = second.home;
    for interview in &mut second.interviews {
        interview.via = Via::Place(home);
        interview.machine = machine.or(interview.machine);
    }
}

fn household(world: &mut World, crew: &[usize]) {
    let first = world.applicants[crew[0]].clone();
    let second = &mut world.applicants[crew[1]];
    (second.home, second.phones) = (first.home, first.phones.clone());
    second.family = first.family.clone();
    let machine = first.interviews.first().and_then(|one| one.machine);
    for interview in &mut second.interviews {
        interview.via = Via::Place(first.home);
        interview.machine = machine.or(interview.machine);
    }
}

fn bootcamp(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let project = resume::rare(draw);
    let blurb = resume::rare(draw);
    let (given, family) = names::name(draw);
    let phone = papers::another_phone(world, "US");
    let teacher = [format!("{given} {family}"), format!("{}@course.example", names::plain(family)), phone];
    for at in crew {
        let one = &mut world.applicants[*at];
        one.resume.phrases = vec![project.clone(), blurb.clone()];
        one.resume.references = vec![teacher.clone()];
        one.pages = vec![format!(
            "https://course-{}.pages.example/{}",
            names::plain(family),
            names::plain(&one.given)
        )];
    }
}

fn recruiter(world: &mut World, draw: &mut Draw, crew: &[usize]) {
    let phone = papers::another_phone(world, "US");
    let agency = *draw.pick(&["brightpath", "cobalt", "meridian"]);
    for at in crew {
        let number = draw.range(100, 990);
        let one = &mut world.applicants[*at];
        one.phones = vec![phone.clone()];
        one.mails = vec![format!("candidates{number}@{agency}-talent.example")];
    }
}
