//! Made-up people, some of them twice with slips, some under one roof; from a seed.

#[allow(dead_code)]
pub mod conventions;

use std::collections::BTreeMap;

use matching::Table;
use matching::hash::mix;

/// A stream of numbers.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0, 0x5bd1_e995) % end
    }

    pub fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn word(&mut self, syllables: u64) -> String {
        let (consonants, vowels) = ("bcdfghjklmnprstvz", "aeiou");
        let mut out = String::new();
        for _ in 0..syllables {
            for letters in [consonants, vowels] {
                let at = self.below(letters.len() as u64) as usize;
                out.push_str(&letters[at..=at]);
            }
            if self.is(30) {
                out.push('n');
            }
        }
        out
    }
}

/// id, first_name, surname, dob, email, phone, address
pub type Row = [String; 7];

pub struct People {
    pub rows: Vec<Row>,
    pub truth: BTreeMap<String, u32>,
    /// Ids of two people of one household.
    pub housemates: Vec<(String, String)>,
}

impl People {
    pub fn new(seed: u64, entities: u32) -> Self {
        let mut draw = Draw::new(seed);
        let first: Vec<String> = (0..150).map(|_| draw.word(2)).collect();
        let family: Vec<String> = (0..400).map(|_| draw.word(3)).collect();
        let mut out = Self { rows: Vec::new(), truth: BTreeMap::new(), housemates: Vec::new() };
        let mut last: Option<Row> = None;
        for entity in 0..entities {
            let mut row = person(&mut draw, &first, &family);
            let at_home = last.filter(|_| entity % 9 == 0);
            if let Some(home) = &at_home {
                for shared in [2, 5, 6] {
                    row[shared].clone_from(&home[shared]);
                }
            }
            out.add(row.clone(), entity);
            if let Some(home) = at_home {
                out.housemates.push((home[0].clone(), out.rows[out.rows.len() - 1][0].clone()));
            }
            let copies = if draw.is(50) { 1 + draw.below(2) } else { 0 };
            for _ in 0..copies {
                let slipped = slips(&mut draw, &row);
                out.add(slipped, entity);
            }
            row[0] = out.rows[out.rows.len() - 1][0].clone();
            last = Some(row);
        }
        out
    }

    fn add(&mut self, mut row: Row, entity: u32) {
        // The id says nothing of the entity.
        row[0] = format!("r{}", mix(self.rows.len() as u64, 77) % 1_000_000_007);
        self.truth.insert(row[0].clone(), entity);
        self.rows.push(row);
    }
}

fn person(draw: &mut Draw, first: &[String], family: &[String]) -> Row {
    // Few names are frequent.
    let mut pick = |from: &[String]| {
        let (a, b) = (draw.below(from.len() as u64), draw.below(from.len() as u64));
        from[a.min(b) as usize].clone()
    };
    let (given, surname) = (pick(first), pick(family));
    let dob = format!("{}-{:02}-{:02}", 1950 + draw.below(50), 1 + draw.below(12), 1 + draw.below(28));
    let email = format!("{given}.{surname}{}@mail{}.example", draw.below(90), draw.below(6));
    let phone = format!("+1 217 {:03} {:04}", draw.below(1000), draw.below(10_000));
    let address = format!("{} {} Street", 1 + draw.below(300), draw.word(3));
    [String::new(), given, surname, dob, email, phone, address]
}

fn slips(draw: &mut Draw, row: &Row) -> Row {
    let mut row = row.clone();
    for text in row.iter_mut().skip(1) {
        if draw.is(15) {
            let place = draw.below(text.len() as u64) as usize;
            *text = format!("{}{}", &text[..place], &text[place + 1..]);
        } else if draw.is(12) {
            text.clear();
        }
    }
    row
}

/// A table of such rows.
pub fn table(rows: &[Row]) -> Table {
    let names = ["first_name", "surname", "dob", "email", "phone", "address"].map(str::to_owned);
    let mut table = Table::new(&names);
    table.begin_file("people");
    for row in rows {
        table.push(&row[0], row[1..].iter().map(String::as_str)).unwrap();
    }
    table.ordered()
}
