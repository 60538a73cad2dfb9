//! Names know nothing of guilt, and hidden groups know nothing of it either; innocent traits do follow the groups.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod company;

use company::{Files, LOGS};
use synth::{Plan, Planted};

/// Sum of squared deviations from independence over a table of two columns.
fn chi_square(table: &[[u32; 2]]) -> f64 {
    let column = |at: usize| table.iter().map(|row| f64::from(row[at])).sum::<f64>();
    let all = column(0) + column(1);
    let mut sum = 0.0;
    for row in table {
        let total = f64::from(row[0] + row[1]);
        for (at, seen) in row.iter().enumerate() {
            let expected = total * column(at) / all;
            sum += (f64::from(*seen) - expected).powi(2) / expected.max(1e-9);
        }
    }
    sum
}

/// Which part of the alphabet a name begins in: about a quarter each.
fn quarter(name: &str) -> usize {
    match name.to_lowercase().chars().next().unwrap_or('z') {
        'a'..='d' => 0,
        'e'..='k' => 1,
        'l'..='o' => 2,
        _ => 3,
    }
}

struct Person {
    given: String,
    family: String,
    group: usize,
    positive: bool,
    labelled: bool,
    grouped: bool,
}

/// Kinds that occur more often in one of the groups.
const GROUPED: &[&str] = &[
    "flatmates",
    "mail_room",
    "parents_house",
    "traveller_vpn",
    "spouse_account",
    "immigrant",
    "night_parent",
];

fn people() -> Vec<Person> {
    let mut out = vec![];
    for seed in 0..60 {
        let without = LOGS.into_iter().chain(["shipment"]).map(str::to_owned).collect();
        let plan = Plan { workers: 250, days: 7, planted: Planted::Share(0.2), without, ..Plan::demo(seed) };
        let files = Files::of(&plan).0;
        let roster = files.rows("roster/");
        for (row, truth) in roster.iter().zip(files.rows("truth/workers")) {
            let (given, family) = match row.get("Worker") {
                Some(name) => name.split_once(", ").map(|(family, given)| (given, family)).unwrap(),
                None => (row["First Name"].as_str(), row["Last Name"].as_str()),
            };
            let kinds = &truth["look_alikes"];
            out.push(Person {
                given: given.to_owned(),
                family: family.to_owned(),
                group: truth["group"][1..].parse().unwrap(),
                positive: truth["positive"] == "1",
                labelled: !kinds.is_empty(),
                grouped: GROUPED.iter().any(|kind| kinds.split(' ').any(|one| one == *kind)),
            });
        }
    }
    out
}

fn table<const N: usize>(
    people: &[Person],
    row: impl Fn(&Person) -> usize,
    flag: impl Fn(&Person) -> bool,
) -> Vec<[u32; 2]> {
    let mut out = vec![[0, 0]; N];
    for one in people {
        out[row(one)][usize::from(flag(one))] += 1;
    }
    out
}

/// Chance of a larger value among honest tables: 1 in 1,000.
const ONE_DEGREE: f64 = 10.83;
const THREE_DEGREES: f64 = 16.27;

#[test]
fn names_are_drawn_independently_of_guilt() {
    let people = people();
    let positives = people.iter().filter(|one| one.positive).count();
    assert!(people.len() == 15_000 && positives > 2500, "{positives}");
    let free = |what: &str, sum: f64, limit: f64| assert!(sum < limit, "{what}: {sum}");
    free(
        "given name and guilt",
        chi_square(&table::<4>(&people, |p| quarter(&p.given), |p| p.positive)),
        THREE_DEGREES,
    );
    free(
        "family name and guilt",
        chi_square(&table::<4>(&people, |p| quarter(&p.family), |p| p.positive)),
        THREE_DEGREES,
    );
    let beyond = |p: &Person| usize::from(!(p.given.is_ascii() && p.family.is_ascii()));
    free("letters and guilt", chi_square(&table::<2>(&people, beyond, |p| p.positive)), ONE_DEGREE);
    free(
        "length and guilt",
        chi_square(&table::<2>(&people, |p| usize::from(p.family.len() > 6), |p| p.positive)),
        ONE_DEGREE,
    );
    free("group and guilt", chi_square(&table::<4>(&people, |p| p.group, |p| p.positive)), THREE_DEGREES);
    let innocent: Vec<Person> = people.into_iter().filter(|one| !one.positive).collect();
    free(
        "family name and traits",
        chi_square(&table::<4>(&innocent, |p| quarter(&p.family), |p| p.labelled)),
        THREE_DEGREES,
    );
    // innocent traits do follow the groups, so that adverse impact can show
    let traits = table::<4>(&innocent, |p| p.group, |p| p.grouped);
    let rate = |row: &[u32; 2]| f64::from(row[1]) / f64::from(row[0] + row[1]);
    let others: f64 = traits[..3].iter().map(rate).sum::<f64>() / 3.0;
    assert!((2.0..6.0).contains(&(rate(&traits[3]) / others)), "{traits:?}");
}

#[test]
fn names_come_from_everywhere_and_are_seldom_the_same() {
    let files = Files::of(&Plan {
        without: ["okta", "osquery", "entra", "duo", "google", "github", "zoom", "crowdstrike", "inventory"]
            .map(str::to_owned)
            .into(),
        ..Plan::innocent(12, 2000, 7)
    })
    .0;
    let names: Vec<(String, String)> = files
        .rows("roster/")
        .iter()
        .map(|row| match row.get("Worker") {
            Some(name) => {
                name.split_once(", ").map(|(family, given)| (given.to_owned(), family.to_owned())).unwrap()
            }
            None => (row["First Name"].clone(), row["Last Name"].clone()),
        })
        .collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert!((8..80).contains(&(names.len() - distinct.len())), "{}", names.len() - distinct.len());
    let beyond = names.iter().filter(|(given, family)| !given.is_ascii() || !family.is_ascii()).count();
    assert!(beyond > 60, "{beyond}");
}
