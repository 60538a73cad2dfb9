//! Whose people are made one by mistake: made-up people of several conventions of names, each as numerous, as careless and as often
//! under one roof of work or school as the others. Names are as common as they are: where five surnames serve half of a country,
//! namesakes are many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[allow(dead_code)]
mod people;

use std::collections::{BTreeMap, BTreeSet};

use matching::{Table, link, suggest};
use people::Draw;
use people::conventions::{CONVENTIONS, bounds};

/// People of each convention.
const PEOPLE: u32 = 700;
/// Most that the worst rate may be of the best, as far as chance does not explain it.
const RATIO_MAX: f64 = 1.5;
/// Most people of any convention that may be made one by mistake.
const RATE_MAX: f64 = 0.01;

struct Made {
    rows: Vec<[String; 8]>,
    /// Person and convention of each row's id.
    of: BTreeMap<String, (u32, usize)>,
}

fn made(seed: u64) -> Made {
    let mut draw = Draw::new(seed);
    let mut out = Made { rows: Vec::new(), of: BTreeMap::new() };
    let mut person = 0;
    for _ in 0..PEOPLE {
        for (number, convention) in CONVENTIONS.iter().enumerate() {
            person += 1;
            let pick = |draw: &mut Draw, from: &[&'static str]| from[draw.below(from.len() as u64) as usize];
            let (given, mut family) = (pick(&mut draw, convention.given), pick(&mut draw, convention.family));
            let local = |given: &str| given.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "");
            let who = if given.is_ascii() { local(given) } else { format!("user{}", draw.below(900)) };
            let dob =
                format!("{}-{:02}-{:02}", 1960 + draw.below(42), 1 + draw.below(12), 1 + draw.below(28));
            let email = format!("{who}{}@mail{}.example", draw.below(4_000), draw.below(5));
            let phone = format!("+1 217 {:03} {:04}", draw.below(1000), draw.below(10_000));
            let address = format!(
                "{} {} Street",
                1 + draw.below(400),
                ["Oak", "Elm", "Main", "Hill", "Lake", "Mill", "Park", "Church", "High", "Station"]
                    [draw.below(10) as usize]
            );
            let employer = format!(
                "{} Works",
                ["Northwind", "Fabrikam", "Contoso", "Tailspin", "Litware", "Adatum"][draw.below(6) as usize]
            );
            let school = format!(
                "{} College",
                ["Ashford", "Brookdale", "Claremont", "Dunmore", "Eastfield"][draw.below(5) as usize]
            );
            for copy in 0..1 + draw.below(3) {
                if convention.name == "married" && copy == 1 {
                    family = pick(&mut draw, convention.family);
                }
                let name = (convention.written)(given, family, draw.below(12));
                let mut row = [
                    String::new(),
                    name,
                    dob.clone(),
                    email.clone(),
                    phone.clone(),
                    address.clone(),
                    employer.clone(),
                    school.clone(),
                ];
                for (at, cell) in row.iter_mut().enumerate().skip(2) {
                    // Most say where they work and went to school; fewer how they can be reached.
                    if draw.is(if at < 6 { 30 } else { 10 }) {
                        cell.clear();
                    } else if at < 6 && copy > 0 && draw.is(10) {
                        let place = draw.below(cell.len() as u64) as usize;
                        cell.remove(place);
                    }
                }
                row[0] = format!("r{}", matching::hash::mix(out.rows.len() as u64, seed) % 1_000_000_007);
                out.of.insert(row[0].clone(), (person, number));
                out.rows.push(row);
            }
        }
    }
    out
}

fn table(rows: &[[String; 8]]) -> Table {
    let names = ["name", "dob", "email", "phone", "address", "employer", "school"].map(str::to_owned);
    let mut table = Table::new(&names);
    for row in rows {
        table.push(&row[0], row[1..].iter().map(String::as_str)).unwrap();
    }
    table.ordered()
}

/// People that were made one with another, and people found again, by convention.
fn mistakes(made: &Made) -> Vec<(u32, u32)> {
    let table = table(&made.rows);
    let config = suggest::suggest(&table, &|_| None).unwrap().config;
    let linked = link(&table, &config).unwrap();
    let mut clusters: BTreeMap<u32, BTreeSet<(u32, usize)>> = BTreeMap::new();
    let mut parts: BTreeMap<(u32, usize), BTreeSet<u32>> = BTreeMap::new();
    let mut rows: BTreeMap<(u32, usize), u32> = BTreeMap::new();
    for (row, cluster) in linked.clusters_of_rows().into_iter().enumerate() {
        let who = made.of[table.id(row)];
        clusters.entry(cluster).or_default().insert(who);
        parts.entry(who).or_default().insert(cluster);
        *rows.entry(who).or_default() += 1;
    }
    let mut merged: BTreeSet<(u32, usize)> = BTreeSet::new();
    clusters.into_values().filter(|people| people.len() > 1).for_each(|people| merged.extend(people));
    let mut out = vec![(0, 0); CONVENTIONS.len()];
    merged.iter().for_each(|(_, convention)| out[*convention].0 += 1);
    for (who, clusters) in parts {
        out[who.1].1 += u32::from(rows[&who] > 1 && clusters.len() == 1);
    }
    out
}

#[test]
fn no_convention_of_names_is_made_one_by_mistake_more_than_another() {
    let (mut merged, mut found) = (vec![0.0; CONVENTIONS.len()], vec![0; CONVENTIONS.len()]);
    let seeds = [31, 32];
    for seed in seeds {
        for (at, (wrong, right)) in mistakes(&made(seed)).into_iter().enumerate() {
            merged[at] += f64::from(wrong);
            found[at] += right;
        }
    }
    let people = f64::from(PEOPLE) * seeds.len() as f64;
    let told: Vec<String> = CONVENTIONS
        .iter()
        .enumerate()
        .map(|(at, convention)| {
            format!(
                "{:<20} {:>3} of {people} made one by mistake, {} found again",
                convention.name, merged[at], found[at]
            )
        })
        .collect();
    let worst = merged.iter().copied().fold(0.0, f64::max);
    let best = merged.iter().copied().fold(f64::MAX, f64::min);
    let told = told.join("\n");
    println!("{told}");
    // Mistakes are few, so that a ratio of two counts says little: the bounds between which the rates lie are compared.
    assert!(
        bounds(worst, people).0 <= RATIO_MAX * bounds(best, people).1,
        "worst {worst}, best {best}\n{told}"
    );
    assert!(worst / people <= RATE_MAX, "{told}");
    // A linker that never links is fair to nobody.
    let of_all: i64 = found.iter().map(|count| i64::from(*count)).sum();
    assert!(of_all > 3_000, "{of_all}\n{told}");
}
