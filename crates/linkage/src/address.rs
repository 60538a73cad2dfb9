//! Addresses: one place that is written in several ways, and what an address says of itself.

use std::collections::{BTreeMap, BTreeSet};

/// An address as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its token, with the unit.
    pub token: String,
    /// Token of the building alone.
    pub building: String,
    /// Clear text.
    pub clear: String,
}

/// One row of the table of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As written.
    pub token: String,
    /// The token that stands for the place, however it is written.
    pub place: String,
    /// The token that stands for its building.
    pub building: String,
    /// What the address says of itself.
    pub class: Option<&'static str>,
}

/// All addresses that anybody wrote.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Ordered by what was written.
    pub rows: Vec<Row>,
    /// Buildings of several units that are also written without any.
    pub bare: BTreeSet<String>,
    /// Towns and postal codes without a house: half a town lives there.
    towns: BTreeSet<String>,
    at: BTreeMap<String, usize>,
    class: BTreeMap<String, &'static str>,
}

impl Book {
    /// Reads them. One place written in another order of its parts is one place; a building that is written without a
    /// unit, and elsewhere with one and the same unit, is that unit.
    #[must_use]
    pub fn new(mut written: Vec<Written>) -> Self {
        written.sort_by(|a, b| a.clear.cmp(&b.clear));
        let full = same(&written, |parts| &parts.full);
        let buildings = same(&written, |parts| &parts.building);
        let place = |at: usize| written[full[at]].token.clone();
        let building = |at: usize| written[buildings[at]].building.clone();
        let is_bare = |at: usize| written[at].token == written[at].building;
        let mut units: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for at in (0..written.len()).filter(|at| !is_bare(*at)) {
            units.entry(building(at)).or_default().insert(place(at));
        }
        let mut book = Self::default();
        for (at, one) in written.iter().enumerate() {
            let (mut own, building) = (place(at), building(at));
            if is_bare(at)
                && let Some(units) = units.get(&building)
            {
                match (units.len(), units.first()) {
                    (1, Some(unit)) => own.clone_from(unit),
                    _ => _ = book.bare.insert(own.clone()),
                }
            }
            if is_town(&one.clear) {
                book.towns.insert(own.clone());
            }
            let class = class(&one.clear);
            if let Some(class) = class {
                book.class.insert(own.clone(), class);
            }
            book.at.insert(one.token.clone(), book.rows.len());
            book.rows.push(Row { token: one.token.clone(), place: own, building, class });
        }
        book
    }

    /// The token that stands for the place.
    #[must_use]
    pub fn place<'a>(&'a self, token: &'a str) -> &'a str {
        self.at.get(token).map_or(token, |at| &self.rows[*at].place)
    }

    /// The token that stands for the place, if it names a house: a town ties nobody.
    #[must_use]
    pub fn house<'a>(&'a self, token: &'a str) -> Option<&'a str> {
        Some(self.place(token)).filter(|place| !self.towns.contains(*place))
    }

    /// The token that stands for the building of an address.
    #[must_use]
    pub fn building(&self, token: &str) -> Option<&str> {
        self.at.get(token).map(|at| self.rows[*at].building.as_str())
    }

    /// What the place says of itself: `pickup_point`, `office` (a mail room or reception) or `depot`.
    #[must_use]
    pub fn class(&self, place: &str) -> Option<&'static str> {
        self.class.get(place).copied()
    }
}

/// Words and numbers of an address, and those of its first line alone.
struct Parts {
    words: BTreeSet<String>,
    numbers: Vec<String>,
    street: BTreeSet<String>,
}

fn parts(normal: &str, clear: &str) -> Parts {
    let is_number = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let (house, unit) = normal.split_once(" unit ").unwrap_or((normal, ""));
    let mut numbers: Vec<String> = house.split_whitespace().filter(is_number).map(str::to_owned).collect();
    numbers.sort_unstable();
    numbers.extend((!unit.is_empty()).then(|| format!("unit {unit}")));
    let words = house.split_whitespace().filter(|word| !is_number(word)).map(str::to_owned).collect();
    let line =
        clear.split([',', '\n', ';']).find(|line| line.split_whitespace().any(|word| is_number(&word)));
    let street = measure::text::normalise_address(line.unwrap_or_default()).building;
    let street: BTreeSet<String> = street.split_whitespace().map(str::to_owned).collect();
    Parts { words, numbers, street: if street.len() < 2 { BTreeSet::new() } else { street } }
}

impl Parts {
    /// The same numbers (house, unit, postal code), and either one says no word that the other does not, or both have
    /// house and street in common and a postal code beside it.
    fn is_same(&self, other: &Self) -> bool {
        let within = self.words.is_subset(&other.words) || other.words.is_subset(&self.words);
        let street = !self.street.is_empty() && self.street == other.street && self.numbers.len() >= 2;
        self.numbers == other.numbers && !self.numbers.is_empty() && (within || street)
    }
}

/// For each address the first one that means the same place.
fn same(written: &[Written], of: impl Fn(&measure::text::Address) -> &String) -> Vec<usize> {
    let parts: Vec<Parts> = written
        .iter()
        .map(|one| parts(of(&measure::text::normalise_address(&one.clear)), &one.clear))
        .collect();
    let mut blocks: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    let mut out: Vec<usize> = (0..written.len()).collect();
    for (at, own) in parts.iter().enumerate() {
        let block = blocks.entry(&own.numbers).or_default();
        match block.iter().find(|other| parts[**other].is_same(own)) {
            Some(first) => out[at] = *first,
            None => block.push(at),
        }
    }
    without_postcode(&parts, &mut out);
    out
}

/// An address without a postal code, as carriers write where a parcel was left, is the only one with a postal code that has
/// the same house and street, and every other word of it.
fn without_postcode(parts: &[Parts], out: &mut [usize]) {
    let mut streets: BTreeMap<&BTreeSet<String>, Vec<usize>> = BTreeMap::new();
    for (at, one) in parts.iter().enumerate().filter(|(_, one)| !one.street.is_empty()) {
        streets.entry(&one.street).or_default().push(at);
    }
    for (at, own) in parts.iter().enumerate() {
        let all = streets.get(&own.street).map_or(&[][..], Vec::as_slice);
        let longer = |other: &Parts| {
            let numbers: BTreeSet<&String> = other.numbers.iter().collect();
            other.numbers.len() == own.numbers.len() + 1
                && own.numbers.iter().all(|number| numbers.contains(number))
                && other.numbers.iter().any(|number| is_postcode(number) && !own.numbers.contains(number))
                && own.words.is_subset(&other.words)
                // a town beside the street
                && own.words.iter().any(|word| !own.street.contains(word))
        };
        let found: BTreeSet<usize> =
            all.iter().filter(|other| longer(&parts[**other])).map(|other| out[*other]).collect();
        if let [only] = found.into_iter().collect::<Vec<_>>()[..] {
            out[at] = only;
        }
    }
}

/// Whether an address names no house: no number but one that reads as a postal code, and that not in front, where the
/// house stands.
fn is_town(clear: &str) -> bool {
    let in_front = clear.trim_start().starts_with(|first: char| first.is_ascii_digit());
    let has_digit = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let numbers: Vec<&str> = clear.split([',', ' ', '\n', ';']).filter(has_digit).collect();
    match numbers[..] {
        [] => true,
        [one] => !in_front && is_postcode(one) && one.bytes().all(|b| b.is_ascii_digit() || b == b'-'),
        _ => false,
    }
}

fn is_postcode(number: &str) -> bool {
    !number.starts_with("unit ") && number.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Words that name a place where parcels of many people lie.
const CLASSES: &[(&str, &[&str])] = &[
    (
        "pickup_point",
        &[
            "locker",
            "lockers",
            "parcel shop",
            "parcelshop",
            "paketshop",
            "packstation",
            "postfiliale",
            "pickup point",
            "pick up point",
            "access point",
            "inpost",
            "mondial relay",
            "post office",
            "ups store",
            "fedex office",
            "mail boxes etc",
            "collection point",
            "service point",
            "servicepoint",
            "parcel point",
        ],
    ),
    (
        "office",
        &[
            "mail room",
            "mailroom",
            "reception",
            "front desk",
            "concierge",
            "leasing office",
            "residence hall",
            "package room",
            "student housing",
            "dormitory",
        ],
    ),
    (
        "depot",
        &[
            "warehouse",
            "depot",
            "fulfillment",
            "fulfilment",
            "distribution center",
            "distribution centre",
            "it returns",
            "returns department",
            "asset recovery",
        ],
    ),
];

fn class(clear: &str) -> Option<&'static str> {
    let folded = measure::text::fold(clear);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let text = format!(" {} ", words.join(" "));
    let says = |phrase: &&str| {
        text.find(&format!(" {phrase} ")).is_some_and(|at| {
            // "Depot Street" and "Reception Road" are streets.
            let rest = text[at + phrase.len() + 1..].split_whitespace().next().unwrap_or_default();
            !matches!(
                rest,
                "st" | "street" | "rd" | "road" | "ave" | "avenue" | "ln" | "lane" | "way" | "dr" | "drive"
            )
        })
    };
    CLASSES.iter().find(|(_, phrases)| phrases.iter().any(says)).map(|(class, _)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens are the normal forms themselves.
    fn book(addresses: &[&str]) -> Book {
        let written = |clear: &&str| {
            let normal = measure::text::normalise_address(clear);
            Written { token: normal.full, building: normal.building, clear: (*clear).to_owned() }
        };
        Book::new(addresses.iter().map(written).collect())
    }

    fn full(text: &str) -> String {
        measure::text::normalise_address(text).full
    }

    fn is_one(a: &str, b: &str) -> bool {
        let book = book(&[a, b]);
        book.place(&full(a)) == book.place(&full(b))
    }

    #[test]
    fn one_place_written_two_ways_is_one() {
        assert!(is_one("9 Elm Rd, Macon, GA 31201", "9 Elm Road Unit B, Macon, GA 31201"));
        assert!(is_one(
            "ul. Lipowa 164, Krakow, Lesser Poland, 31-759, Poland",
            "ul. Lipowa 164, 31-759 Krakow, Poland"
        ));
        assert!(is_one("5 Rue X, Lyon, Auvergne, 69002", "5 Rue X, 69002 Lyon, France"));
        assert!(!is_one(
            "12 Oak Street, North Little Rock, AR 72114",
            "12 Pine Street, North Little Rock, AR 72114"
        ));
        assert!(!is_one("12 Oak Street Apt 1, Reno, NV 89501", "12 Oak Street Apt 2, Reno, NV 89501"));
        assert!(!is_one("12 Oak Street, Reno", "12 Elm Street, Reno"));
        assert!(is_one("408 LAKEVIEW DR, PITTSBURGH PA", "408 Lakeview Dr, Pittsburgh, PA 15248, US"));
        assert!(!is_one("408 LAKEVIEW DR", "408 Lakeview Dr, Pittsburgh, PA 15248, US"));
        assert!(!is_one("408 Lakeview Dr, Macon GA", "408 Lakeview Dr, Pittsburgh, PA 15248, US"));
    }

    #[test]
    fn a_building_of_several_units_stays_itself() {
        let book =
            book(&["9 Elm Rd, Macon 31201", "9 Elm Rd Unit A, Macon 31201", "9 Elm Rd Unit B, Macon 31201"]);
        let bare = "9 elm rd macon 31201";
        assert_eq!(book.place(bare), bare, "which of the units nobody knows");
        assert!(book.bare.contains(bare));
        assert_eq!(book.building("9 elm rd macon 31201 unit b"), Some(bare));
    }

    #[test]
    fn a_town_is_no_house() {
        for town in ["RALEIGH, NC 27606", "Raleigh NC 27606-1234", "Raleigh, NC", "BERLIN, 10115, DE"] {
            assert_eq!(book(&[town]).house(&full(town)), None, "{town}");
        }
        for house in
            ["3645 Willow Creek Dr, Raleigh, NC 27606", "Torstr. 5, 10119 Berlin", "3645 Willow Creek Dr"]
        {
            assert!(book(&[house]).house(&full(house)).is_some(), "{house}");
        }
    }

    #[test]
    fn places_of_many_name_themselves() {
        for (text, class) in [
            ("Parcel shop, 3 High Street, Leeds", Some("pickup_point")),
            ("Packstation 145, 10115 Berlin", Some("pickup_point")),
            ("400 Oak Ave, Mail Room, Austin, TX 78701", Some("office")),
            ("12 Depot Street, Asheville, NC 28801", None),
            ("7 Warehouse Row Unit Warehouse, Reno", Some("depot")),
            ("17 Birch Street, Albany, NY 12207", None),
        ] {
            assert_eq!(super::class(text), class, "{text}");
        }
    }
}
