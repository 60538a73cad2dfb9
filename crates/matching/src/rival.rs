//! Who agrees more than strangers do, and is two all the same: people of one household, twins, kin of one name, namesakes. Each is a
//! class of pairs beside strangers and records of one entity; what two such people share is learnt, what they do not share
//! agrees as among strangers.

use crate::compare::Kind;
use crate::fields::Fields;

/// A class of pairs that are not one: its name, its share of all pairs, its table of levels, and what may be shared.
pub type Rival = (&'static str, f64, Vec<Vec<f64>>, Vec<Shared>);

/// Whether two people share a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// No more than strangers.
    Never,
    /// No more than strangers from this level on; what lies below is learnt.
    Below(u8),
    /// As a rule; how often is learnt.
    Often,
    /// As records of one entity do: by this they are what they are.
    Same,
}

/// Levels of whole names from which nothing contradicts: two people of one family name stand below.
const NAMES_FIT: u8 = 2;
/// Levels of dates from which one may be the other, written wrongly.
const DATES_FIT: u8 = 4;
/// Levels of e-mail addresses from which they share more than a name does.
const ADDRESS_OF_ITS_OWN: u8 = 3;
/// Levels of handles from which they do.
const HANDLE_OF_ITS_OWN: u8 = 4;

/// What two people may share, and how, by what they are to each other; none where the records are not of people.
#[must_use]
pub fn others(fields: &Fields) -> Vec<(&'static str, Vec<Shared>)> {
    let kinds: Vec<Kind> = fields.fields.iter().map(|field| field.kind).collect();
    let has = |wanted: &[Kind]| kinds.iter().any(|kind| wanted.contains(kind));
    let mut out: Vec<(&'static str, Vec<Shared>)> = Vec::new();
    if !has(&[Kind::GivenName, Kind::FullName]) {
        return out;
    }
    let table = |of: &dyn Fn(Kind) -> Shared| kinds.iter().map(|kind| of(*kind)).collect::<Vec<Shared>>();
    let count = |table: &[Shared], wanted: Shared| table.iter().filter(|shared| **shared == wanted).count();
    let at_home = table(&household);
    // Where no home and no line is known, nobody can be seen to share one: a town is no home.
    if has(&[Kind::Address, Kind::Phone, Kind::Postcode])
        && count(&at_home, Shared::Often) >= 2
        && count(&at_home, Shared::Never) >= 1
    {
        if has(&[Kind::Date, Kind::Year]) {
            out.push(("twins", table(&twins)));
            out.push(("kin of one name", table(&kin)));
        }
        out.push(("household", at_home));
    }
    let by_name = table(&namesakes);
    if has(&[Kind::Email, Kind::Handle]) && count(&by_name, Shared::Never) >= 1 {
        out.push(("namesakes", by_name));
    }
    out
}

/// Home, line and family name are shared; given name and birth date are not.
fn household(kind: Kind) -> Shared {
    match kind {
        Kind::GivenName | Kind::Date | Kind::Year | Kind::Identifier | Kind::Handle => Shared::Never,
        Kind::FullName => Shared::Below(NAMES_FIT),
        _ => Shared::Often,
    }
}

/// As a household, and the birth date is shared as well; but each has an address of their own, which tells them from one person who
/// took another name.
fn twins(kind: Kind) -> Shared {
    match kind {
        Kind::Email => Shared::Below(ADDRESS_OF_ITS_OWN),
        Kind::Date | Kind::Year => Shared::Same,
        kind => household(kind),
    }
}

/// Parent and child of one name: the home is shared, and no birth date that could be the other's written wrongly.
fn kin(kind: Kind) -> Shared {
    match kind {
        kind if kind.is_name() => Shared::Same,
        Kind::Date => Shared::Below(DATES_FIT),
        Kind::Year | Kind::Identifier => Shared::Never,
        Kind::Email => Shared::Below(ADDRESS_OF_ITS_OWN),
        Kind::Handle => Shared::Below(HANDLE_OF_ITS_OWN),
        _ => Shared::Often,
    }
}

/// The name is shared, and what is made from it; so may be the place where they met.
fn namesakes(kind: Kind) -> Shared {
    match kind {
        kind if kind.is_name() => Shared::Same,
        Kind::Employer | Kind::School | Kind::Tenure => Shared::Often,
        Kind::Email => Shared::Below(ADDRESS_OF_ITS_OWN),
        Kind::Handle => Shared::Below(HANDLE_OF_ITS_OWN),
        _ => Shared::Never,
    }
}

/// Whether two columns agree together because the same people share both, and not because one value goes with the other: a family
/// has its name and its home in common, and counting that as a tie of columns would count it against records of one entity.
#[must_use]
pub fn explain(fields: &Fields, rivals: &[(&'static str, Vec<Shared>)], one: usize, other: usize) -> bool {
    let group = |at: usize| match fields.fields[at].kind {
        Kind::GivenName | Kind::Surname | Kind::FullName => 0,
        Kind::Phone => 1,
        Kind::Email | Kind::Handle => 2,
        Kind::Date | Kind::Year => 3,
        _ => 4,
    };
    let is_free = |shared: &[Shared], at: usize| shared[at] != Shared::Never;
    group(one) != group(other)
        && rivals.iter().any(|(_, shared)| is_free(shared, one) && is_free(shared, other))
}

/// Others of whom one expects to share a value, from which many share it.
const MANY_SHARE: f64 = 3.0;
/// Most bits that a town or another of few values says beside a name: who meets at one employer lives in one town. Judgement.
const TOWN_MOST: f64 = 2.0;

/// The lowest level of each field whose agreement says that two of one name are one, with the most bits that it says; `None` where
/// the records name no employer, school or other place where namesakes meet. `levels` are those of strangers.
///
/// Names do not say it, nor what is made of them, nor anything whose values many share, whatever its column is called.
#[must_use]
pub fn speaks(fields: &Fields, levels: &[Vec<f64>]) -> Option<Vec<(u8, f64)>> {
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let nodes = fields.nodes() as f64;
    let of = |at: usize| levels[at].last().copied().unwrap_or_default() * nodes;
    let is_shared = |at: usize| of(at) >= MANY_SHARE;
    let meets = |at: usize| match fields.fields[at].kind {
        Kind::Employer | Kind::School | Kind::Tenure => true,
        Kind::Word | Kind::Text => is_shared(at),
        _ => false,
    };
    let all = 0..fields.fields.len();
    let has_name = fields.fields.iter().any(|field| field.kind.is_name());
    if !has_name || !all.clone().any(meets) {
        return None;
    }
    let speaks = |at: usize| match fields.fields[at].kind {
        kind if kind.is_name() || meets(at) => (u8::MAX, 0.0),
        Kind::Category | Kind::Place if is_shared(at) => (1, TOWN_MOST),
        Kind::Email => (ADDRESS_OF_ITS_OWN, f64::MAX),
        Kind::Handle => (HANDLE_OF_ITS_OWN, f64::MAX),
        _ => (1, f64::MAX),
    };
    Some(all.map(speaks).collect())
}
