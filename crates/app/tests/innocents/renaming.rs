//! Hard rule 1 on whole companies: other names, mailboxes and log-ins, or two countries that change places, move no
//! score.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use app::check::Checked;

use crate::company::Company;

/// What is judged of everybody, without the words in which it is said and the ids of the records behind it.
fn judgement(checked: &Checked) -> Vec<String> {
    let one = |person: &app::report::Person| {
        let mut found: Vec<_> = person
            .evidence
            .iter()
            .map(|item| {
                let said =
                    (&item.indicator, &item.tier, &item.group, item.bits, item.counted, &item.explained_by);
                let told = (said, &item.first_seen, &item.last_seen, &item.other, item.records.len());
                format!("{told:?}")
            })
            .collect();
        // what weighs the same stands in the order of its records, whose ids are made from what they say
        found.sort();
        format!(
            "{:?} {} {:?} {} {} {found:?}",
            person.worker_id, person.probability, person.parts, person.case, person.role
        )
    };
    let mut all: Vec<String> = checked.people.iter().map(one).collect();
    all.sort();
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

fn rewrite(company: &Company, change: impl Fn(&str) -> String) {
    let mut changed = 0;
    for path in files(&company.exports()) {
        let text = std::fs::read_to_string(&path).unwrap();
        let other = change(&text);
        changed += usize::from(other != text);
        std::fs::write(&path, other).unwrap();
    }
    assert!(changed >= 3, "{changed} files changed");
}

/// Each letter becomes another: a bijection, so that whoever was one stays one.
fn cipher(word: &str) -> String {
    let turn = |c: char, first: u8| char::from(first + (c as u8 - first + 13) % 26);
    word.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// Replaces whole words (runs of letters).
fn replace_words(text: &str, is_name: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_alphabetic() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push_str(&if is_name(&word.to_lowercase()) { cipher(&word) } else { word.clone() });
            word.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// Words of the e-mail addresses on the roster, less those that also stand in an address or a place.
fn names(company: &Company) -> BTreeSet<String> {
    let roster = files(&company.exports().join("roster")).remove(0);
    let mut reader = csv::Reader::from_path(roster).unwrap();
    let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_lowercase).collect();
    let (mut names, mut others) = (BTreeSet::new(), BTreeSet::new());
    for row in reader.records() {
        for (head, cell) in heads.iter().zip(&row.unwrap()) {
            let words = |text: &str| {
                text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect::<Vec<_>>()
            };
            if head.contains("work") && head.contains("mail") {
                names.extend(words(cell.split('@').next().unwrap_or_default()));
            } else if !head.contains("mail")
                && !["worker", "first name", "last name", "manager", "reporting to"].contains(&head.as_str())
            {
                others.extend(words(cell));
            }
        }
    }
    names.into_iter().filter(|name| name.len() >= 2 && !others.contains(name)).collect()
}

fn mixed(seed: u64) -> Company {
    Company::new(seed, 60, 14, None, None)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_names_move_no_score() {
    let company = mixed(41);
    let before = judgement(&company.check().await);
    let other = mixed(41);
    let names = names(&other);
    assert!(names.len() > 60, "{}", names.len());
    rewrite(&other, |text| replace_words(text, |word| names.contains(word)));
    assert_eq!(before, judgement(&other.check().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn countries_that_change_places_move_no_score() {
    let company = mixed(42);
    let before = judgement(&company.check().await);
    let other = mixed(42);
    // Two countries whose addresses are written alike, so that nothing but the country changes places.
    rewrite(&other, |text| {
        let pairs = [("Spain", "Poland"), (",ES,", ",PL,"), ("\"ES\"", "\"PL\""), ("(ES)", "(PL)")];
        pairs.iter().fold(text.to_owned(), |text, (one, two)| {
            text.replace(one, "\u{1}").replace(two, one).replace('\u{1}', two)
        })
    });
    assert_eq!(before, judgement(&other.check().await));
}
