//! Résumés as texts: built from parts, so that no two are alike by accident, while templates and fashions are shared by many.

use std::fmt::Write;

use crate::draw::{Draw, mix};
use crate::world::World;

use super::Applicant;

/// What a résumé is made of.
#[derive(Debug, Clone)]
pub struct Resume {
    /// Number behind everything that is not said otherwise.
    pub key: u64,
    /// Sentences that it shares with others, in their places.
    pub phrases: Vec<String>,
    /// References: name, mail, phone.
    pub references: Vec<[String; 3]>,
}

impl Resume {
    /// A résumé of its own.
    pub fn new(key: u64) -> Self {
        Self { key, phrases: vec![], references: vec![] }
    }
}

/// Openings that templates and guides recommend: shared by many honest people.
const OPENINGS: &[&str] = &[
    "Results-driven engineer with a passion for clean, maintainable code.",
    "Detail-oriented professional with strong communication skills and a proven track record of delivering results.",
    "Team player who enjoys solving hard problems and learning new technologies.",
    "Experienced developer seeking a challenging role in a fast-paced environment.",
    "I build reliable software and care about the people who use it.",
    "Self-motivated, organised and used to working in distributed teams across time zones.",
    "Customer-focused generalist with hands-on experience from idea to production.",
    "Engineer with {n} years of experience in {area} and {area2}.",
    "I like small teams, short feedback loops and boring technology.",
];

const VERBS: &[&str] = &[
    "Built",
    "Designed",
    "Led",
    "Maintained",
    "Migrated",
    "Rewrote",
    "Automated",
    "Introduced",
    "Reduced",
    "Owned",
    "Scaled",
    "Documented",
    "Replaced",
    "Tested",
    "Tuned",
    "Coordinated",
];
const OBJECTS: &[&str] = &[
    "the billing service",
    "a search index",
    "the deployment pipeline",
    "an internal admin panel",
    "the mobile checkout",
    "the reporting warehouse",
    "a notification queue",
    "the onboarding flow",
    "a component library",
    "the data import",
    "the customer portal",
    "a feature-flag system",
    "the monitoring stack",
    "the public API",
    "a caching layer",
    "the permissions model",
    "the test suite",
    "a scheduling engine",
    "the invoice export",
    "the support tooling",
];
const WITH: &[&str] = &[
    "in Go",
    "in TypeScript and React",
    "on Kubernetes",
    "with PostgreSQL",
    "in Python",
    "with Kafka",
    "on AWS",
    "in Kotlin",
    "with Terraform",
    "in Rust",
    "with GraphQL",
    "in Java and Spring",
    "with dbt",
    "on Azure",
    "in C#",
];
const EFFECTS: &[&str] = &[
    "cutting response times by {n} %",
    "used by {n} teams",
    "serving {n}0,000 requests a day",
    "saving about {n} hours a week",
    "which halved the number of incidents",
    "without downtime",
    "with {n} other engineers",
    "ahead of a regulatory deadline",
    "after two earlier attempts had failed",
    "for {n} markets",
    "with a coverage of {n} %",
    "so that releases became daily",
];
const EMPLOYERS: &[&str] = &[
    "Copperfield",
    "Larkspur",
    "Ninefold",
    "Bluestem",
    "Tallgrass",
    "Wren & Co",
    "Ironbridge",
    "Pinnacle Row",
    "Saltmarsh",
    "Openwater",
    "Fernhill",
    "Quarry Lane",
    "Moonrise",
    "Halfmoon",
    "Stonecrop",
    "Redwing",
    "Kestrel",
    "Driftwood",
];
const KINDS: &[&str] = &[
    "Labs",
    "Systems",
    "Software",
    "Health",
    "Logistics",
    "Energy",
    "Media",
    "Finance",
    "Robotics",
    "Travel",
];
const SKILLS: &[&str] = &[
    "TypeScript",
    "React",
    "Node.js",
    "Go",
    "Python",
    "Django",
    "PostgreSQL",
    "Redis",
    "Kafka",
    "AWS",
    "Terraform",
    "Docker",
    "Kubernetes",
    "GraphQL",
    "Rust",
    "Java",
    "Spring",
    "Kotlin",
    "Figma",
    "SQL",
    "dbt",
    "Airflow",
    "Linux",
    "Git",
    "CI/CD",
];
const SCHOOLS: &[&str] = &[
    "Lakeside University",
    "Northern Polytechnic",
    "City College",
    "Valley Institute of Technology",
    "Harbor State University",
    "Distance University",
    "Old Town University",
    "Riverside College",
];

/// Rare words for sentences that nobody else would write.
const ODD: [&[&str]; 4] = [
    &[
        "Orchestrated",
        "Championed",
        "Re-imagined",
        "Spearheaded",
        "Harmonised",
        "Bootstrapped",
        "Unravelled",
        "Pioneered",
    ],
    &[
        "a lattice of",
        "an idempotent choir of",
        "the quiet migration of",
        "a self-mending fleet of",
        "an almanac of",
        "the slow dissolution of",
    ],
    &[
        "ledger reconcilers",
        "tariff simulators",
        "tidal telemetry gateways",
        "coupon lifecycles",
        "warehouse doorbells",
        "seat-map renderers",
        "orphaned invoices",
        "voucher engines",
    ],
    &[
        "across eleven cooperatives",
        "for a consortium of regional mills",
        "under a moonlit release train",
        "with a bespoke quorum protocol",
        "through three regulatory winters",
        "on a shoestring of borrowed servers",
    ],
];

/// A sentence that is rare by its very words.
pub fn rare(draw: &mut Draw) -> String {
    let mut parts: Vec<String> = ODD.iter().map(|words| draw.word(words).to_owned()).collect();
    parts.push(format!("which settled {} disputes in {} weeks", draw.range(12, 9_400), draw.range(3, 49)));
    format!("{}.", parts.join(" "))
}

/// The text of somebody's résumé.
pub fn text(world: &World, one: &Applicant) -> String {
    let mut draw = Draw::new(world.seed, "resume", one.resume.key);
    let address = &world.places[one.home].address;
    let mut out = String::new();
    // a String takes every write
    let _ = writeln!(out, "{} {}", one.given, one.family);
    let contact = [one.mails.first(), one.phones.first()].into_iter().flatten().cloned().collect::<Vec<_>>();
    let city = &crate::atlas::cities()[address.city];
    let _ = writeln!(
        out,
        "{} | {} | {}",
        city.name,
        contact.join(" | "),
        one.pages.first().map_or("", String::as_str)
    );
    let years = draw.range(2, 16);
    let fill = |text: &str, draw: &mut Draw| {
        let text = text.replace("{n}", &draw.range(2, 60).to_string());
        text.replace("{area2}", draw.word(SKILLS)).replace("{area}", draw.word(SKILLS))
    };
    let _ = writeln!(
        out,
        "\nSummary\n{} {}",
        fill(draw.word(OPENINGS), &mut draw),
        fill(draw.word(OPENINGS), &mut draw)
    );
    let mut phrases = one.resume.phrases.iter();
    let (jobs, mut year) = (draw.range(2, 4), 2026 - draw.range(0, 1));
    out.push_str("\nExperience\n");
    for _ in 0..jobs {
        let length = draw.range(1, 5);
        let title = draw.word(super::JOBS);
        let _ = writeln!(
            out,
            "{title}, {} {}, {} - {year}",
            draw.word(EMPLOYERS),
            draw.word(KINDS),
            year - length
        );
        for _ in 0..draw.range(2, 4) {
            let effect = fill(draw.word(EFFECTS), &mut draw);
            let _ =
                writeln!(out, "- {} {} {}, {effect}.", draw.word(VERBS), draw.word(OBJECTS), draw.word(WITH));
        }
        if let Some(phrase) = phrases.next() {
            let _ = writeln!(out, "- {phrase}");
        }
        year -= length;
    }
    for phrase in phrases {
        let _ = writeln!(out, "- {phrase}");
    }
    let skills = draw.some(SKILLS, 7);
    let _ = writeln!(out, "\nSkills\n{}", skills.join(", "));
    let degree = [
        "B.Sc. Computer Science",
        "B.A. Economics",
        "M.Sc. Information Systems",
        "Diploma in Design",
        "B.Eng.",
    ][draw.below(5)];
    let _ =
        writeln!(out, "\nEducation\n{degree}, {}, {}", draw.word(SCHOOLS), 2026 - years - draw.range(0, 6));
    if !one.resume.references.is_empty() {
        out.push_str("\nReferences\n");
        for [name, mail, phone] in &one.resume.references {
            let _ = writeln!(out, "{name}, {mail}, {phone}");
        }
    } else if mix(one.resume.key, 5).is_multiple_of(3) {
        out.push_str("\nReferences available on request.\n");
    }
    out
}
