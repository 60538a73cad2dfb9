//! Whole names in one column: order, initials, short forms, a middle name or a second surname more or less.

use super::Compare;
use super::across::{self, Script, Sign};
use super::nicknames;
use super::script::{bytes, romanise, sounded, undotted, unmarked};
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "one name or more, others contradict",
    "one name and an initial, or no other",
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
    script: Script,
    /// Consonants and long vowels, where short ones are not written.
    signs: Box<[Sign]>,
}

impl Name {
    fn new(word: &str) -> Self {
        let bytes = bytes(&romanise(word)).into_boxed_slice();
        let script = across::script(word);
        let signs = if script == Script::Abjad { across::signs(word) } else { Vec::new() };
        let nicknames = nicknames::rows(word);
        Self { sounded: sounded(&bytes).into(), bytes, nicknames, script, signs: signs.into() }
    }

    /// As another script has it.
    fn read(word: &str, script: Script) -> Self {
        Self { script, ..Self::new(word) }
    }
}

/// Parts of a name that are compared.
const MOST: usize = 8;

/// One whole name.
struct Entry {
    names: Box<[Name]>,
    script: Script,
    /// As it may be parted and read by who writes another script.
    readings: Box<[Box<[Name]>]>,
}

/// Distinct whole names.
pub struct FullNames {
    entries: Vec<Entry>,
}

impl FullNames {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let all = || text.split(' ').filter(|word| !word.is_empty());
            let is_name = |word: &&str| !PARTICLES.contains(word);
            let count = all().filter(is_name).count();
            let names = all().filter(|word| count == 0 || is_name(word)).take(MOST).map(Name::new).collect();
            let script = across::script(text);
            Entry { names, script, readings: readings(text, script) }
        };
        Self { entries: (0..values.len()).map(of).collect() }
    }
}

/// Ways to part and read a name of Hangul or Han; none where letters answer letters.
fn readings(text: &str, script: Script) -> Box<[Box<[Name]>]> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    match (script, words.as_slice()) {
        (Script::Hangul, [word]) => {
            let family = word.chars().next().map_or(0, char::len_utf8);
            let (family, given) = word.split_at(family);
            let names = [family, given].into_iter().filter(|name| !name.is_empty()).map(Name::new);
            Box::new([names.collect()])
        }
        (Script::Han, [word]) => {
            let named =
                |names: Vec<String>| names.iter().map(|name| Name::read(name, Script::Letters)).collect();
            across::readings(word).into_iter().map(named).collect()
        }
        (Script::Han, words) => {
            // Each by itself, as read in Chinese and, where it is a family name there, in Japanese.
            let one = |word: &&str, last: bool| {
                let all = across::readings(word);
                let of = if last { all.last() } else { all.first() };
                Name::read(&of.map(|names| names.concat()).unwrap_or_default(), Script::Letters)
            };
            [false, true]
                .into_iter()
                .map(|last| words.iter().take(MOST).map(|word| one(word, last)).collect())
                .collect()
        }
        _ => Box::new([]),
    }
}

/// How two names of one word agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    None,
    Initial,
    Close,
    /// But for marks, or for the script.
    Rewritten,
    Same,
}

fn agreement(a: &Name, b: &Name) -> Agreement {
    if a.bytes == b.bytes {
        return if a.bytes.len() == 1 { Agreement::Initial } else { Agreement::Same };
    }
    if a.script != b.script && is_rewritten(a, b) {
        return Agreement::Rewritten;
    }
    let is_unread = |name: &Name| *name.bytes == *bytes(across::UNREAD);
    if is_unread(a) || is_unread(b) {
        return Agreement::Initial;
    }
    let shortest = a.bytes.len().min(b.bytes.len());
    if shortest == 1 {
        return if a.bytes.first() == b.bytes.first() { Agreement::Initial } else { Agreement::None };
    }
    let is_close = a.nicknames & b.nicknames != 0
        || shortest >= 3 && a.sounded == b.sounded
        || shortest >= 4 && similar::edits(&a.bytes, &b.bytes, 1) <= 1
        || shortest >= 3 && similar::jaro_winkler(&a.bytes, &b.bytes) >= CLOSE_FROM;
    if !is_close {
        return Agreement::None;
    }
    let is_dots = shortest >= 3 && a.bytes.len() != b.bytes.len() && undotted(&a.bytes) == undotted(&b.bytes);
    if is_dots { Agreement::Rewritten } else { Agreement::Close }
}

/// One name in two scripts of which one does not write what the other does.
fn is_rewritten(a: &Name, b: &Name) -> bool {
    let one = |foreign: &Name, other: &Name| match (foreign.script, other.script) {
        (Script::Abjad, Script::Letters) => across::may_be(&foreign.signs, &other.bytes),
        (Script::Hangul, Script::Letters) => across::korean(&foreign.bytes) == across::korean(&other.bytes),
        _ => false,
    };
    one(a, b) || one(b, a)
}

impl Compare for FullNames {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.entries[a as usize], &self.entries[b as usize]);
        let level = level(&a.names, &b.names);
        if a.script == b.script {
            return level;
        }
        // Each as the other may read it.
        let read =
            |one: &Entry, other: &[Name]| one.readings.iter().map(|names| self::level(names, other)).max();
        level.max(read(a, &b.names).unwrap_or(0)).max(read(b, &a.names).unwrap_or(0))
    }
}

fn level(a: &[Name], b: &[Name]) -> u8 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (mut same, mut rewritten, mut close, mut initials) = (0, 0, 0, 0);
    let mut taken = 0u8;
    let agreed = agreements(short, long);
    // Best agreements first, so that `j john` is not spent on `john`.
    for wanted in [Agreement::Same, Agreement::Rewritten, Agreement::Close, Agreement::Initial] {
        let mut found = 0;
        for row in &agreed[..short.len()] {
            let row = &row[..long.len()];
            // a name that agreed better already is not asked again
            let is_best = row.iter().max() == Some(&wanted);
            let at = (0..long.len()).find(|at| is_best && taken & 1 << at == 0 && row[*at] == wanted);
            if let Some(at) = at {
                taken |= 1 << at;
                found += 1;
            }
        }
        match wanted {
            Agreement::Same => same = found,
            Agreement::Rewritten => rewritten = found,
            Agreement::Close => close = found,
            _ => initials = found,
        }
    }
    let all = same + rewritten + close + initials == short.len();
    let alike = same + rewritten + close;
    let (is_single, are_single) = (short.len() == 1, long.len() == 1);
    match (all, same, alike, initials) {
        // But for a particle they are the same.
        (true, same, _, 0) if same == alike && (same >= 2 || same == 1 && are_single) => 4,
        // Spaces come and go: `kim minsu`, `kim min su`.
        _ if are_same_letters(short, long) => 4,
        (true, _, alike, _) if alike >= 2 => 3,
        (true, ..) if rewritten == 1 && are_single => 3,
        _ if joined_across(short, long) => 3,
        (true, _, alike, initials) if alike >= 1 && initials >= 1 => 2,
        // Who gives one name alone contradicts nothing.
        (true, ..) if is_single && !are_single && same + rewritten == 1 => 2,
        (false, _, alike, _) if alike >= 1 && rest_is_close(short, long) => 3,
        (_, _, alike, _) if alike >= 1 => 1,
        _ => 0,
    }
}

/// Whether two names, one in Hangul, are the same letters as they sound, wherever their spaces are.
fn joined_across(a: &[Name], b: &[Name]) -> bool {
    let is_korean = |names: &[Name]| names.iter().any(|name| name.script == Script::Hangul);
    if is_korean(a) == is_korean(b) {
        return false;
    }
    let key = |names: &[Name]| {
        let mut all: Vec<u8> = names.iter().flat_map(|name| across::korean(&name.bytes)).collect();
        all.sort_unstable();
        all
    };
    let (a, b) = (key(a), key(b));
    a.len() >= 4 && a == b
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

/// How each of these names agrees with each of those.
fn agreements(these: &[Name], those: &[Name]) -> [[Agreement; MOST]; MOST] {
    let mut out = [[Agreement::None; MOST]; MOST];
    for (row, name) in out.iter_mut().zip(these) {
        for (cell, other) in row.iter_mut().zip(those) {
            *cell = agreement(name, other);
        }
    }
    out
}

/// Whether both are written with the same letters, as often.
fn are_same_letters(a: &[Name], b: &[Name]) -> bool {
    let letters = |names: &[Name]| -> Vec<u8> {
        let mut all: Vec<u8> = names.iter().flat_map(|name| name.bytes.iter().copied()).collect();
        all.sort_unstable();
        all
    };
    let length = |names: &[Name]| names.iter().map(|name| name.bytes.len()).sum::<usize>();
    let sum = |names: &[Name]| {
        names.iter().flat_map(|name| name.bytes.iter()).map(|byte| u32::from(*byte)).sum::<u32>()
    };
    // nearly always the lengths tell
    length(a) == length(b) && sum(a) == sum(b) && letters(a) == letters(b)
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
        assert_eq!(level("Björk", "BJORK"), 3);
        assert_eq!(level("Jürgen Müller", "Jurgen Muller"), 3);
        assert_eq!(level("Madonna", "Madonna Ciccone"), 2);
        assert_eq!(level("Madonna", "Maradona Ciccone"), 0);
    }

    #[test]
    fn names_across_scripts() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            let names = FullNames::new(&texts);
            assert_eq!(names.level(a, b), names.level(b, a));
            names.level(a, b)
        };
        for (one, other) in [
            ("김민준", "Kim Minjun"),
            ("김민준", "Min-joon Kim"),
            ("박지호", "Park Ji-ho"),
            ("박 지호", "Jiho Park"),
            ("이서연", "Lee Seo-yeon"),
            ("최영희", "Younghee Choi"),
            ("남궁민수", "Namgung Minsu"),
            ("محمد حسن", "Mohammed Hassan"),
            ("يوسف عمر", "Youssef Omar"),
            ("王伟", "Wang Wei"),
            ("李小龙", "Xiaolong Li"),
            ("李小龙", "Li Xiao Long"),
            ("田中はなこ", "Hanako Tanaka"),
            ("Иван Петров", "Ivan Petrov"),
        ] {
            assert!(level(one, other) >= 3, "{one} {other}: {}", level(one, other));
        }
        // The given name cannot be read.
        assert_eq!(level("佐藤健", "Sato Takeru"), 2);
        for (one, other) in [
            ("김민준", "Kim Seoyeon"),
            ("박지호", "Kim Ji-ho"),
            ("محمد حسن", "Mohammed Hussein"),
            ("王伟", "Wang Fang"),
            ("王伟", "王芳"),
            ("김민준", "김민수"),
        ] {
            assert!(level(one, other) <= 1, "{one} {other}: {}", level(one, other));
        }
    }
}
