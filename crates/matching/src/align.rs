//! Columns of several files that hold the same under different headers: `first_name` here, `given_name` there.

use std::collections::BTreeSet;

use crate::compare::Kind;
use crate::hash;
use crate::profile::{self, Profile};
use crate::table::{Column, Table};
use crate::texts::Texts;

/// Columns that are compared as one, with the reason where they are several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Columns of the table, in their order.
    pub columns: Vec<usize>,
    /// Why they are one.
    pub why: String,
}

/// Distinct values of a column that are looked for in another.
const VALUES: u32 = 100_000;
/// Share of the values of the column with fewer that stands in the other, from which two columns may hold the same, and distinct
/// values that such a share needs. Judgement.
const OVERLAP: f64 = 0.1;
const DISTINCT_MIN: usize = 20;
/// What headers that mean the same are worth beside shared values, and a form that one column of each file has. Judgement.
const MEANING: f64 = 2.0;
const FORM: f64 = 0.8;

/// What headers mean; the first that fits, as a whole and then by a word.
const MEANINGS: &[&[&str]] = &[
    &["middle", "middlename", "secondname"],
    &[
        "firstname",
        "first",
        "forename",
        "forenames",
        "given",
        "givenname",
        "givennames",
        "fname",
        "prenom",
        "vorname",
        "nombre",
        "christianname",
    ],
    &[
        "surname",
        "lastname",
        "last",
        "family",
        "familyname",
        "lname",
        "nachname",
        "apellido",
        "apellidos",
        "nom",
        "cognome",
    ],
    &["dob", "dateofbirth", "birthdate", "birth", "birthday", "born", "geburtsdatum", "bday", "naissance"],
    &["email", "emailaddress", "mail", "emailid"],
    &[
        "phone",
        "tel",
        "telephone",
        "mobile",
        "cell",
        "cellphone",
        "phonenumber",
        "contactnumber",
        "contactno",
        "telefon",
        "telefono",
        "handy",
    ],
    &["postcode", "zip", "zipcode", "postal", "postalcode", "plz", "pincode", "eircode"],
    &["streetnumber", "housenumber", "streetno", "houseno", "hausnummer"],
    &["address2", "addressline2", "unit", "apartment", "apt"],
    &[
        "address",
        "addr",
        "street",
        "address1",
        "addressline1",
        "addressline",
        "streetaddress",
        "homeaddress",
        "residence",
        "strasse",
        "road",
    ],
    &["city", "town", "suburb", "locality", "municipality", "ort", "stadt", "ville", "ciudad"],
    &["state", "province", "region", "county"],
    &["country", "countrycode"],
    &[
        "ssn",
        "socsecid",
        "socialsecuritynumber",
        "socialsecurity",
        "nationalid",
        "taxid",
        "nationalinsurance",
    ],
    &["linkedin", "linkedinurl"],
    &["github", "githublogin"],
    &["employer", "company", "organisation", "organization", "firm", "workplace"],
    &["school", "university", "college", "almamater", "institution"],
    &["name", "fullname", "displayname", "personname", "customer", "applicant", "candidate", "employee"],
];

/// Places of the parts of a name in [`MEANINGS`], and of the whole.
const GIVEN: usize = 1;
const FAMILY: usize = 2;
const WHOLE: usize = MEANINGS.len() - 1;

fn meaning(header: &str) -> Option<usize> {
    let words = profile::header_words(header);
    let joined = words.concat();
    let whole = MEANINGS.iter().position(|known| known.contains(&joined.as_str()));
    whole
        .or_else(|| MEANINGS.iter().position(|known| words.iter().any(|word| known.contains(&word.as_str()))))
}

/// One column, as far as it may be aligned.
struct Sight {
    at: usize,
    /// Files that fill it.
    files: BTreeSet<usize>,
    kind: Kind,
    meaning: Option<usize>,
    /// Hashes of its values in a common form.
    values: hash::Map<u64, ()>,
}

/// Groups of columns, each column in one. `is_open` says which may be compared at all.
#[must_use]
pub fn groups(table: &Table, profiles: &[Profile], is_open: &dyn Fn(usize) -> bool) -> Vec<Group> {
    let all = 0..table.columns().len();
    let single = |at: usize| Group { columns: vec![at], why: String::new() };
    if table.files().len() < 2 {
        return all.map(single).collect();
    }
    let mut sights: Vec<Sight> = all
        .clone()
        .filter(|at| is_open(*at))
        .filter_map(|at| Some((at, profiles[at].kind(&table.columns()[at].name, table.len())?)))
        .map(|(at, kind)| sight(table, at, kind))
        .collect();
    // A column that every file fills has no other half.
    sights.retain(|sight| sight.files.len() < table.files().len());
    let mut groups: Vec<Group> = Vec::new();
    let mut rest: Vec<Vec<usize>> = (0..sights.len()).map(|at| vec![at]).collect();
    let mut whys: Vec<Vec<String>> = vec![Vec::new(); sights.len()];
    let mut ties: Vec<(f64, usize, usize, String)> = Vec::new();
    for one in 0..sights.len() {
        for other in one + 1..sights.len() {
            if let Some((score, why)) = tie(&sights, one, other) {
                ties.push((score, one, other, why));
            }
        }
    }
    ties.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, one, other, why) in ties {
        let of = |wanted: usize| rest.iter().position(|group| group.contains(&wanted));
        let (Some(into), Some(from)) = (of(one), of(other)) else { continue };
        if into != from && are_apart(&sights, &rest[into], &rest[from]) {
            let moved = std::mem::take(&mut rest[from]);
            rest[into].extend(moved);
            let moved = std::mem::take(&mut whys[from]);
            whys[into].extend(moved);
            whys[into].push(why);
        }
    }
    whole_names(&sights, &mut rest, &mut whys);
    for (group, why) in rest.iter().zip(&whys).filter(|(group, _)| group.len() > 1) {
        let mut columns: Vec<usize> = group.iter().map(|of| sights[*of].at).collect();
        columns.sort_unstable();
        groups.push(Group { columns, why: why.join("; ") });
    }
    let grouped: BTreeSet<usize> = groups.iter().flat_map(|group| group.columns.iter().copied()).collect();
    groups.extend(all.filter(|at| !grouped.contains(at)).map(single));
    groups.sort_by_key(|group| group.columns.first().copied());
    groups
}

fn sight(table: &Table, at: usize, kind: Kind) -> Sight {
    let column = &table.columns()[at];
    let mut files = vec![false; table.files().len()];
    for (row, cell) in column.cells.iter().enumerate() {
        if *cell > 0 {
            files[table.file(row)] = true;
        }
    }
    let count = u32::try_from(column.values.len()).unwrap_or(u32::MAX).min(VALUES);
    let plain = |number: u32| {
        let text = kind.normalise(column.values.get(number));
        let kept: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        hash::bytes(kept.as_bytes())
    };
    Sight {
        at,
        files: (0..files.len()).filter(|file| files[*file]).collect(),
        kind,
        meaning: meaning(&column.name),
        values: (1..count).map(|number| (plain(number), ())).collect(),
    }
}

fn are_apart(sights: &[Sight], one: &[usize], other: &[usize]) -> bool {
    one.iter().all(|a| other.iter().all(|b| sights[*a].files.is_disjoint(&sights[*b].files)))
}

/// Kinds that a column may be taken for by its header, where its values are the same.
fn kin(kind: Kind) -> u8 {
    match kind {
        Kind::Email => 0,
        Kind::Date => 1,
        Kind::Handle => 2,
        Kind::Phone | Kind::Postcode | Kind::Identifier | Kind::Number | Kind::Year => 3,
        Kind::Category => 4,
        _ => 5,
    }
}

/// How surely two columns of different files hold the same, and why.
fn tie(sights: &[Sight], one: usize, other: usize) -> Option<(f64, String)> {
    let (a, b) = (&sights[one], &sights[other]);
    if !a.files.is_disjoint(&b.files) {
        return None;
    }
    let is_category = |of: &Sight| of.kind == Kind::Category;
    if kin(a.kind) != kin(b.kind) && !is_category(a) && !is_category(b) {
        return None;
    }
    let (few, many) = if a.values.len() <= b.values.len() { (a, b) } else { (b, a) };
    let shared = few.values.keys().filter(|value| many.values.contains_key(*value)).count();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let overlap = shared as f64 / few.values.len().max(1) as f64;
    let mut why = match (a.meaning, b.meaning) {
        (Some(x), Some(y)) if x != y => return None,
        (Some(_), Some(_)) => vec!["their headers mean the same".to_owned()],
        _ => Vec::new(),
    };
    let mut score = 2.0 * overlap + if why.is_empty() { 0.0 } else { MEANING };
    let is_told = overlap >= OVERLAP && few.values.len() >= DISTINCT_MIN
        || overlap >= 0.5 && few.values.len() >= 5 && !is_category(few);
    if is_told || overlap >= OVERLAP && !why.is_empty() {
        why.push(format!("{:.0} % of the values of one stand in the other", overlap * 100.0));
    }
    if a.kind == b.kind && matches!(a.kind, Kind::Email | Kind::Date | Kind::Phone) {
        // One of its form in each of the files leaves no doubt.
        let alone = |of: &Sight| {
            sights.iter().filter(|sight| sight.kind == of.kind && !sight.files.is_disjoint(&of.files)).count()
                == 1
        };
        score += FORM;
        if alone(a) && alone(b) {
            why.push("they are the only ones of their form in their files".to_owned());
        }
    }
    (!why.is_empty()).then(|| (score, why.join(", ")))
}

/// A whole name in one file and its parts in another.
fn whole_names(sights: &[Sight], rest: &mut [Vec<usize>], whys: &mut [Vec<String>]) {
    let find = |rest: &[Vec<usize>], wanted: usize| {
        let is_one = |group: &&Vec<usize>| {
            !group.is_empty() && group.iter().all(|of| sights[*of].meaning == Some(wanted))
        };
        let mut found = (0..rest.len()).filter(|at| is_one(&&rest[*at]));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    };
    let parts = (find(rest, WHOLE), find(rest, GIVEN), find(rest, FAMILY));
    let (Some(whole), Some(given), Some(family)) = parts else { return };
    let is_text = rest[whole].iter().all(|of| kin(sights[*of].kind) == 5);
    if is_text
        && are_apart(sights, &rest[whole], &rest[given])
        && are_apart(sights, &rest[whole], &rest[family])
    {
        for part in [given, family] {
            let moved = std::mem::take(&mut rest[part]);
            rest[whole].extend(moved);
            let moved = std::mem::take(&mut whys[part]);
            whys[whole].extend(moved);
        }
        whys[whole].push("one file gives the whole name, another its parts".to_owned());
    }
}

/// The columns of a group as one: what they hold, joined with spaces.
#[must_use]
pub fn joined(table: &Table, columns: &[usize]) -> Column {
    let all: Vec<&Column> = columns.iter().map(|at| &table.columns()[*at]).collect();
    let mut values = Texts::new();
    let one = |row: usize, values: &mut Texts| {
        let parts: Vec<&str> = all
            .iter()
            .map(|column| column.values.get(column.cells[row]))
            .filter(|part| !part.is_empty())
            .collect();
        match parts.as_slice() {
            [] => 0,
            [part] => values.intern(part),
            parts => values.intern(&parts.join(" ")),
        }
    };
    let cells = (0..table.len()).map(|row| one(row, &mut values)).collect();
    let names: Vec<&str> = all.iter().map(|column| column.name.as_str()).collect();
    Column { name: names.join(" + "), cells, values }
}
