//! Made-up people for the bench of linkage: names by frequency, slips, moves, households; from a seed.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// A stream of numbers (SplitMix64), the same on every machine.
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn word(&mut self, syllables: usize) -> String {
        const CONSONANTS: &[u8] = b"bcdfghjklmnprstvwz";
        const VOWELS: &[u8] = b"aeiou";
        let mut out = String::new();
        for _ in 0..syllables {
            out.push(char::from(CONSONANTS[self.below(CONSONANTS.len())]));
            out.push(char::from(VOWELS[self.below(VOWELS.len())]));
            if self.is(30) {
                out.push(char::from(b"nrlst"[self.below(5)]));
            }
        }
        out
    }

    /// One of a list whose beginning is frequent.
    fn pick(&mut self, from: &[String]) -> String {
        let at = self.below(from.len()).min(self.below(from.len())).min(self.below(from.len()));
        from[at].clone()
    }

    fn slip(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        if bytes.len() < 2 {
            return text.to_owned();
        }
        let at = self.below(bytes.len() - 1);
        let other = b'a' + u8::try_from(self.below(26)).unwrap_or_default();
        match self.below(4) {
            0 => bytes.swap(at, at + 1),
            1 => _ = bytes.remove(at),
            2 => bytes.insert(at, other),
            _ => bytes[at] = other,
        }
        String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
    }
}

/// Headers of the file.
pub const HEADER: &str = "record_id,first_name,surname,dob,email,phone,address,city,zip,cluster";

type Person = [String; 8];

struct Lists {
    first: Vec<String>,
    family: Vec<String>,
    city: Vec<String>,
    street: Vec<String>,
}

impl Lists {
    fn new(draw: &mut Draw) -> Self {
        let mut words = |count: usize, syllables: usize| (0..count).map(|_| draw.word(syllables)).collect();
        Self {
            first: words(2_500, 2),
            family: words(20_000, 3),
            city: words(800, 3),
            street: words(6_000, 3),
        }
    }
}

fn person(draw: &mut Draw, lists: &Lists) -> Person {
    let (first, family) = (draw.pick(&lists.first), draw.pick(&lists.family));
    let city = draw.below(lists.city.len()).min(draw.below(lists.city.len()));
    let dob = format!("{}-{:02}-{:02}", 1940 + draw.below(65), 1 + draw.below(12), 1 + draw.below(28));
    let initial = draw.is(50);
    let name = if initial { &first[..1] } else { first.as_str() };
    let number = if draw.is(60) { draw.below(99).to_string() } else { String::new() };
    let email = format!("{name}.{family}{number}@mail{}.example", draw.below(15));
    let phone = format!("+1{}{:07}", 200 + draw.below(789), draw.below(10_000_000));
    let kind = ["st", "ave", "rd", "lane", "drive"][draw.below(5)];
    let address = format!("{} {} {kind}", 1 + draw.below(400), lists.street[draw.below(lists.street.len())]);
    let zip = format!("{:05}", 10_000 + city * 90 + draw.below(1 + 200 / (city + 5)));
    [first, family, dob, email, phone, address, lists.city[city].clone(), zip]
}

/// The same person as another list has them.
fn again(draw: &mut Draw, lists: &Lists, person_: &Person) -> Person {
    let mut row = person_.clone();
    for (at, percent) in [(0, 20), (1, 20), (3, 12), (5, 15), (6, 8), (7, 5)] {
        if draw.is(percent) {
            row[at] = draw.slip(&row[at]);
        }
    }
    if draw.is(4) {
        row.swap(0, 1);
    }
    if draw.is(15) && row[2].len() == 10 {
        let digit = char::from(b'0' + u8::try_from(draw.below(10)).unwrap_or_default());
        let at = [3, 6, 9][draw.below(3)];
        row[2].replace_range(at..=at, &digit.to_string());
    }
    let other = person(draw, lists);
    if draw.is(15) {
        row[3].clone_from(&other[3]);
    }
    if draw.is(18) {
        row[4].clone_from(&other[4]);
    }
    if draw.is(18) {
        for at in 5..8 {
            row[at].clone_from(&other[at]);
        }
    }
    row
}

/// Writes so many records, in an order that says nothing.
pub fn write(path: &Path, records: usize, seed: u64) -> anyhow::Result<()> {
    let mut draw = Draw::new(seed);
    let lists = Lists::new(&mut draw);
    let mut rows: Vec<(u64, u32, Person)> = Vec::with_capacity(records + 8);
    let mut entity = 0;
    while rows.len() < records {
        let one = person(&mut draw, &lists);
        let mut home = vec![one.clone()];
        if draw.is(8) {
            let mut other = person(&mut draw, &lists);
            for at in [1, 4, 5, 6, 7] {
                other[at].clone_from(&one[at]);
            }
            home.push(other);
        }
        for who in home {
            let copies = if draw.is(45) { 1 + draw.below(2) + usize::from(draw.is(20)) } else { 0 };
            for copy in 0..=copies {
                let mut row = if copy == 0 { who.clone() } else { again(&mut draw, &lists, &who) };
                for (cell, percent) in row.iter_mut().zip([5, 3, 12, 25, 30, 15, 8, 12]) {
                    if draw.is(percent) {
                        cell.clear();
                    }
                }
                rows.push((draw.next(), entity, row));
            }
            entity += 1;
        }
    }
    rows.sort_unstable();
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{HEADER}")?;
    for (at, (_, entity, row)) in rows.iter().enumerate() {
        writeln!(out, "{at},{},{entity}", row.join(","))?;
    }
    Ok(out.flush()?)
}

/// Writes questions about the people of a file: every other one of somebody who is in it, written with slips, the rest of
/// people who are not.
pub fn questions(people: &Path, path: &Path, records: usize, count: usize, seed: u64) -> anyhow::Result<()> {
    let mut draw = Draw::new(seed);
    let lists = Lists::new(&mut draw);
    let step = (records / count.max(1)).max(1);
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{HEADER}")?;
    for (at, line) in
        BufReader::new(File::open(people)?).lines().skip(1).step_by(step).take(count).enumerate()
    {
        let line = line?;
        let mut cells = line.split(',').skip(1);
        let known: Person = std::array::from_fn(|_| cells.next().unwrap_or_default().to_owned());
        let is_known = at % 2 == 0;
        let asked = if is_known { again(&mut draw, &lists, &known) } else { person(&mut draw, &lists) };
        writeln!(out, "q{at},{},{}", asked.join(","), if is_known { "known" } else { "unknown" })?;
    }
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_file() {
        let folder = std::env::temp_dir().join(format!("bonafide-persons-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = |name: &str, seed: u64| {
            let path = folder.join(name);
            write(&path, 300, seed).unwrap();
            std::fs::read_to_string(path).unwrap()
        };
        let (one, same, other) = (text("a", 3), text("b", 3), text("c", 4));
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!(one.lines().count() > 300 && one.lines().all(|line| line.matches(',').count() == 9));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
