//! Whole names in one column: order, initials, short forms, a middle name or a second surname more or less.

use super::Compare;
use super::nicknames;
use super::script::{bytes, romanise, sounded, unmarked};
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "one name or more, others contradict",
    "one name and an initial",
    "all but slips and short forms",
    "one more or one less",
    "same",
];

/// Jaro–Winkler similarity from which two names may be one. Judgement.
const CLOSE_FROM: f64 = 0.88;

/// What stands before and after names.
const TITLES: &[&str] =
    &["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "jr", "sr", "ii", "iii", "iv", "phd", "md"];

/// What stands between names and is none: that two people share it says nothing.
const PARTICLES: &[&str] = &[
    "al", "el", "bin", "ibn", "ben", "bint", "abu", "da", "de", "do", "dos", "das", "del", "della", "di",
    "du", "la", "le", "van", "von", "der", "den", "y", "e",
];

/// Folded names, sorted: their order is a convention.
pub fn normalise(raw: &str) -> String {
    let folded = measure::text::fold(&unmarked(raw));
    let mut names: Vec<&str> = folded.split_whitespace().filter(|name| !TITLES.contains(name)).collect();
    if names.is_empty() {
        names = folded.split_whitespace().collect();
    }
    names.sort_unstable();
    names.join(" ")
}

struct Name {
    bytes: Box<[u8]>,
    sounded: Box<[u8]>,
    nicknames: u128,
}

/// Distinct whole names.
pub struct FullNames {
    entries: Vec<Box<[Name]>>,
}

impl FullNames {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let name = |word: &str| {
                let bytes = bytes(&romanise(word)).into_boxed_slice();
                Name { sounded: sounded(&bytes).into(), bytes, nicknames: nicknames::rows(word) }
            };
            let all = || text.split(' ').filter(|word| !word.is_empty());
            let is_name = |word: &&str| !PARTICLES.contains(word);
            let names = all().filter(is_name).count();
            all().filter(|word| names == 0 || is_name(word)).take(8).map(name).collect()
        };
        Self { entries: (0..values.len()).map(of).collect() }
    }
}

/// How two names of one word agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    None,
    Initial,
    Close,
    Same,
}

fn agreement(a: &Name, b: &Name) -> Agreement {
    if a.bytes == b.bytes {
        return if a.bytes.len() == 1 { Agreement::Initial } else { Agreement::Same };
    }
    let shortest = a.bytes.len().min(b.bytes.len());
    if shortest == 1 {
        return if a.bytes.first() == b.bytes.first() { Agreement::Initial } else { Agreement::None };
    }
    let is_close = a.nicknames & b.nicknames != 0
        || shortest >= 3 && a.sounded == b.sounded
        || shortest >= 4 && similar::edits(&a.bytes, &b.bytes, 1) <= 1
        || shortest >= 3 && similar::jaro_winkler(&a.bytes, &b.bytes) >= CLOSE_FROM;
    if is_close { Agreement::Close } else { Agreement::None }
}

impl Compare for FullNames {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.entries[a as usize], &self.entries[b as usize]);
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let (mut same, mut close, mut initials) = (0, 0, 0);
        let mut taken = 0u8;
        // Best agreements first, so that `j john` is not spent on `john`.
        for wanted in [Agreement::Same, Agreement::Close, Agreement::Initial] {
            let mut found = 0;
            for name in short.iter() {
                let at = (0..long.len()).find(|at| {
                    taken & 1 << at == 0
                        && agreement(name, &long[*at]) == wanted
                        // a name that agreed better already is not asked again
                        && best(name, long) == wanted
                });
                if let Some(at) = at {
                    taken |= 1 << at;
                    found += 1;
                }
            }
            match wanted {
                Agreement::Same => same = found,
                Agreement::Close => close = found,
                _ => initials = found,
            }
        }
        let all = same + close + initials == short.len();
        match (all, same, close, initials) {
            // But for a particle they are the same.
            (true, same, 0, 0) if same >= 2 || same == 1 && long.len() == 1 => 4,
            // Spaces come and go: `kim minsu`, `kim min su`.
            _ if joined(short) == joined(long) => 4,
            (true, same, close, _) if same + close >= 2 => 3,
            (true, same, close, initials) if same + close >= 1 && initials >= 1 => 2,
            (false, same, close, _) if same + close >= 1 && rest_is_close(short, long) => 3,
            (_, same, close, _) if same + close >= 1 => 1,
            _ => 0,
        }
    }
}

/// Whether what is left of both, written together, is one name with other spaces and a slip: `min soo` and `minsu`.
fn rest_is_close(a: &[Name], b: &[Name]) -> bool {
    let rest = |of: &[Name], other: &[Name]| {
        let left = of.iter().filter(|name| best(name, other) < Agreement::Close);
        left.flat_map(|name| name.bytes.iter().copied()).collect::<Vec<u8>>()
    };
    let (x, y) = (rest(a, b), rest(b, a));
    x.len().min(y.len()) >= 4 && similar::jaro_winkler(&x, &y) >= CLOSE_FROM
}

fn best(name: &Name, among: &[Name]) -> Agreement {
    among.iter().map(|other| agreement(name, other)).max().unwrap_or(Agreement::None)
}

fn joined(names: &[Name]) -> Vec<u8> {
    let mut all: Vec<u8> = names.iter().flat_map(|name| name.bytes.iter().copied()).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_of_names() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            let names = FullNames::new(&texts);
            if a == b {
                return 5;
            }
            assert_eq!(names.level(a, b), names.level(b, a));
            names.level(a, b)
        };
        assert_eq!(level("Okafor, Ines", "Ines Okafor"), 5);
        assert_eq!(level("Ines Maria Okafor", "Ines Okafor"), 4);
        assert_eq!(level("Kim Min-su", "Kim Minsu"), 4);
        assert_eq!(level("Bob Smith", "Robert Smith"), 3);
        assert_eq!(level("R. Smith", "Robert Smith"), 2);
        assert_eq!(level("Ana Smith", "Robert Smith"), 1);
        assert_eq!(level("Juan Garcia Lopez", "Maria Garcia Lopez"), 1);
        assert_eq!(level("Kim Min Soo", "Kim Minsu"), 3);
        assert_eq!(level("Maria Garcia Lopez", "Maria Garcia"), 4);
        assert_eq!(level("Maria Garcia", "John Marsh"), 0);
        assert_eq!(level("Omar Al-Harbi", "Layla Al-Shehri"), 0);
        assert_eq!(level("Omar bin Ali Al-Harbi", "Omar Alharbi"), 3);
        assert_eq!(level("Maria de Souza", "Maria Souza"), 4);
        assert_eq!(level("Suharto", "Suhartono"), 1);
    }
}
