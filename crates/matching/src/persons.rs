//! What columns of people hold, by how they go together: the parts of a name stand in their owner's e-mail address, and where people
//! work or learnt is said by many who are not one.

use crate::compare::{self, Kind};
use crate::profile::{self, Profile};
use crate::table::Column;

/// Records that are looked at.
const SAMPLE: usize = 4_000;
/// Share of records whose address holds a word of the column, from which the column holds names. Judgement: towns and employers
/// stand there in one of a hundred.
const IN_ADDRESS: f64 = 0.15;
/// Shortest word that is looked for in an address.
const WORD_MIN: usize = 3;
/// Mean words below which a column holds a part of a name and not the whole, where there is another such column.
const WHOLE_FROM: f64 = 1.7;
/// Mean words, and distinct values of all, of what many share.
const SHARED_WORDS: std::ops::Range<f64> = 1.5..6.0;
const SHARED_VARIETY: f64 = 0.5;
/// Beginnings of words of which one stands in the name of nearly every school.
const SCHOOLS: &[&str] = &[
    "univ",
    "colleg",
    "colég",
    "coleg",
    "school",
    "schul",
    "hochschul",
    "institut",
    "academ",
    "akadem",
    "polytech",
    "politec",
    "escuela",
    "ecole",
    "école",
    "facul",
    "лице",
    "институт",
    "университет",
];

/// Puts right what columns of people hold, after each was looked at by itself.
pub(crate) fn refine(columns: &[&Column], profiles: &[Profile], found: &mut [(usize, Kind)]) {
    let email = found.iter().find(|(_, kind)| *kind == Kind::Email).map(|(at, _)| *at);
    if let Some(email) = email {
        names(columns, profiles, found, email);
    }
    let is_name = |kind: Kind| kind.is_name_part() || kind == Kind::FullName;
    if email.is_none() && !found.iter().any(|(_, kind)| is_name(*kind)) {
        return;
    }
    for (at, kind) in found.iter_mut() {
        if profiles[*at].is_of_tenures() && !is_name(*kind) && !matches!(kind, Kind::Email | Kind::Phone) {
            *kind = Kind::Tenure;
            continue;
        }
        let is_plain = matches!(kind, Kind::Word | Kind::Text | Kind::Category);
        if is_plain && profiles[*at].is_shared(SHARED_WORDS, SHARED_VARIETY) {
            *kind = if are_schools(columns[*at]) { Kind::School } else { Kind::Employer };
        }
    }
}

fn are_schools(column: &Column) -> bool {
    let mut all = 0usize;
    let mut schools = 0usize;
    for cell in column.cells.iter().filter(|cell| **cell > 0).take(SAMPLE) {
        let text = column.values.get(*cell).to_lowercase();
        all += 1;
        schools += usize::from(
            text.split_whitespace().any(|word| SCHOOLS.iter().any(|school| word.starts_with(school))),
        );
    }
    schools * 3 >= all
}

/// How the words of a column stand in the addresses of its records.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    /// Share of records where one does.
    inside: f64,
    /// Share of those where the address begins with it.
    first: f64,
}

fn standing(column: &Column, emails: &Column) -> Standing {
    let (mut seen, mut inside, mut first) = (0.0f64, 0.0f64, 0.0f64);
    for (cell, email) in column.cells.iter().zip(&emails.cells) {
        if *cell == 0 || *email == 0 {
            continue;
        }
        seen += 1.0;
        let local = compare::stem(&Kind::Email.normalise(emails.values.get(*email)));
        let words = compare::words(column.values.get(*cell));
        let places = words.iter().filter(|word| word.chars().count() >= WORD_MIN);
        if let Some(place) = places.filter_map(|word| local.find(word.as_str())).min() {
            inside += 1.0;
            first += f64::from(u8::from(place == 0));
        }
        if seen >= SAMPLE as f64 {
            break;
        }
    }
    Standing { inside: inside / seen.max(1.0), first: first / inside.max(1.0) }
}

/// Parts of names: columns of short words whose words stand in the addresses. The family name begins an address less often.
fn names(columns: &[&Column], profiles: &[Profile], found: &mut [(usize, Kind)], email: usize) {
    let mut parts: Vec<(f64, usize)> = Vec::new();
    for (place, (at, kind)) in found.iter().enumerate() {
        let is_open = matches!(kind, Kind::Word | Kind::FullName | Kind::Category | Kind::Place)
            && !profile::names_place(&columns[*at].name);
        if !is_open || !profiles[*at].is_of_words(WHOLE_FROM) {
            continue;
        }
        let standing = standing(columns[*at], columns[email]);
        if standing.inside >= IN_ADDRESS {
            parts.push((standing.first, place));
        }
    }
    let has = |wanted: Kind| found.iter().any(|(_, kind)| *kind == wanted);
    let (has_given, has_family) = (has(Kind::GivenName), has(Kind::Surname));
    match parts.as_slice() {
        [] => {}
        [(_, only)] if has_given && !has_family => found[*only].1 = Kind::Surname,
        [(_, only)] if has_family && !has_given => found[*only].1 = Kind::GivenName,
        [_] => {}
        _ => {
            parts.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            for (rank, (_, place)) in parts.iter().enumerate() {
                let is_family = rank == 0 && !has_family;
                found[*place].1 = if is_family { Kind::Surname } else { Kind::GivenName };
            }
        }
    }
}
