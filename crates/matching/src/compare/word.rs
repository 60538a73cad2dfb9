//! Short texts that may be misspelt: parts of names, towns, any other.

use measure::text::fold;

use super::Compare;
use super::across::{self, Script};
use super::nicknames;
use super::script::{bytes, romanise, sounded, undotted, unmarked};
use crate::hash;
use crate::similar::{self, LENGTH_MAX};
use crate::texts::Texts;

const TEXT_LEVELS: &[&str] = &["different", "similar", "close", "one slip", "same"];
const NAME_LEVELS: &[&str] = &["different", "similar", "close", "one slip", "swapped", "same"];

const SIMILAR: u8 = 1;
const CLOSE: u8 = 2;
const SLIP: u8 = 3;
const SWAPPED: u8 = 4;

/// Jaro–Winkler similarities that open a level. Judgement, after Splink's documented .88 and .92.
const SIMILAR_FROM: f64 = 0.80;
const CLOSE_FROM: f64 = 0.88;

/// Folded, single spaces.
pub fn normalise(raw: &str) -> String {
    let folded = fold(&unmarked(raw));
    let mut out = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What is known of a value without reading it.
#[derive(Debug, Clone, Copy)]
struct Entry {
    mask: u64,
    at: u32,
    length: u8,
    /// What else there is to look at.
    flags: u8,
    /// A part of the hash of how it sounds.
    sound: u16,
}

/// Several words; a row in the table of short forms; letters that two dots may have made two.
const SEVERAL: u8 = 1;
const SHORT_FORM: u8 = 2;
const DOTTED: u8 = 4;

/// Distinct short texts.
pub struct Words {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    nicknames: Option<Vec<u128>>,
    /// Hashes of each name as it sounds and without dots; none for other texts.
    sounds: Vec<(u64, u64)>,
    /// Values whose letters do not answer those of others, with their script; in order.
    foreign: Vec<(u32, Script, Box<str>)>,
}

impl Words {
    /// Parts of names: initials and short forms are known.
    pub fn of_names(values: &Texts) -> Self {
        Self::new(values, true)
    }

    /// Other texts.
    pub fn of_texts(values: &Texts) -> Self {
        Self::new(values, false)
    }

    fn new(values: &Texts, are_names: bool) -> Self {
        let mut words = Self {
            entries: Vec::with_capacity(values.len()),
            bytes: Vec::new(),
            nicknames: None,
            sounds: Vec::new(),
            foreign: Vec::new(),
        };
        let mut forms = Vec::new();
        for number in 0..values.len() {
            let value = values.get(u32::try_from(number).unwrap_or_default());
            let mut text = bytes(&romanise(value));
            text.truncate(LENGTH_MAX);
            let mut flags = if text.contains(&b' ') { SEVERAL } else { 0 };
            let mut sound = 0;
            if are_names {
                let (row, plain) = (nicknames::rows(value), undotted(&text));
                flags |= if row == 0 { 0 } else { SHORT_FORM };
                flags |= if plain.len() == text.len() { 0 } else { DOTTED };
                sound = hash::bytes(&sounded(&text));
                forms.push(row);
                words.sounds.push((sound, hash::bytes(&plain)));
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "cut to 64 above; four gigabytes of names are not met; a part of a hash"
            )]
            words.entries.push(Entry {
                mask: similar::mask(&text),
                at: words.bytes.len() as u32,
                length: text.len() as u8,
                flags,
                sound: sound as u16,
            });
            words.bytes.extend_from_slice(&text);
            if are_names {
                let script = across::script(value);
                if script != Script::Letters {
                    words.foreign.push((u32::try_from(number).unwrap_or_default(), script, value.into()));
                }
            }
        }
        words.nicknames = are_names.then_some(forms);
        words
    }

    fn text(&self, number: u32) -> (Entry, &[u8]) {
        let entry = self.entries[number as usize];
        (entry, &self.bytes[entry.at as usize..][..entry.length as usize])
    }

    /// Whether two values in different scripts may be one name.
    fn is_rewritten(&self, a: u32, b: u32) -> bool {
        let find = |number: u32| self.foreign.binary_search_by_key(&number, |(at, ..)| *at).ok();
        match (find(a), find(b)) {
            (Some(foreign), None) => is_read(&self.foreign[foreign], self.text(b).1),
            (None, Some(foreign)) => is_read(&self.foreign[foreign], self.text(a).1),
            _ => false,
        }
    }

    fn is_short_form(&self, a: u32, b: u32) -> bool {
        self.nicknames.as_ref().is_some_and(|forms| forms[a as usize] & forms[b as usize] != 0)
    }
}

/// Whether a name in another script may be read as one in Latin letters.
fn is_read((_, script, name): &(u32, Script, Box<str>), latin: &[u8]) -> bool {
    let plain: Vec<u8> = latin.iter().copied().filter(|letter| *letter != b' ').collect();
    match script {
        Script::Letters => false,
        Script::Hangul => across::korean(&bytes(&romanise(name))) == across::korean(&plain),
        Script::Han => across::readings(name).iter().any(|names| names.concat().as_bytes() == plain),
        Script::Abjad => {
            let theirs: Vec<&[u8]> = latin.split(|letter| *letter == b' ').collect();
            let ours: Vec<&str> = name.split(' ').collect();
            let fits = |(ours, theirs): (&&str, &&[u8])| across::may_be(&across::signs(ours), theirs);
            ours.len() == theirs.len() && ours.iter().zip(&theirs).all(fits)
        }
    }
}

/// Whether every word of the one with fewer stands in the other, but for a slip: `ngoc vi` and `vi`, `garcia lopez` and `garcia`.
fn is_part(a: &[u8], b: &[u8]) -> bool {
    let words = |text: &[u8]| text.iter().filter(|b| **b == b' ').count() + 1;
    let (few, many) = if words(a) <= words(b) { (a, b) } else { (b, a) };
    if words(many) == 1 {
        return false;
    }
    let is_one = |x: &[u8], y: &[u8]| x == y || x.len().min(y.len()) >= 4 && similar::edits(x, y, 1) <= 1;
    few.split(|b| *b == b' ').all(|x| x.len() >= 2 && many.split(|b| *b == b' ').any(|y| is_one(x, y)))
}

/// Whether one is the initial of the other, or its beginning of at least three letters.
fn is_beginning(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && short.len() != 2 && long.starts_with(short)
}

impl Compare for Words {
    fn levels(&self) -> &'static [&'static str] {
        if self.nicknames.is_some() { NAME_LEVELS } else { TEXT_LEVELS }
    }

    fn swapped(&self) -> Option<u8> {
        self.nicknames.is_some().then_some(SWAPPED)
    }

    fn read_ahead(&self, value: u32) -> u32 {
        let (_, text) = self.text(value);
        text.first().map_or(0, |byte| u32::from(*byte))
    }

    fn is_slip(&self, a: u32, b: u32) -> bool {
        let (left, right) = (&self.entries[a as usize], &self.entries[b as usize]);
        // One slip takes at most one kind of character away and brings one.
        left.length.abs_diff(right.length) <= 1
            && (left.mask & !right.mask).count_ones() <= 1
            && (right.mask & !left.mask).count_ones() <= 1
            && self.level(a, b) >= SLIP
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let ((left, x), (right, y)) = (self.text(a), self.text(b));
        let length = x.len().min(y.len());
        if length == 0 {
            return 0;
        }
        // Two scripts, one name.
        if x == y {
            return SLIP;
        }
        let either = left.flags | right.flags;
        // At most so many characters can be shared: those of a kind that the other lacks cannot.
        let lacking_x = (left.mask & !right.mask).count_ones() as usize;
        let lacking_y = (right.mask & !left.mask).count_ones() as usize;
        let shared = x.len().saturating_sub(lacking_x).min(y.len().saturating_sub(lacking_y)).min(length);
        let is_name = self.nicknames.is_some();
        if is_name && length >= 2 && either & SEVERAL != 0 && is_part(x, y) {
            return CLOSE;
        }
        if is_name && (length == 1 || length >= 3) && is_beginning(x, y) {
            return if length == 1 { SIMILAR } else { CLOSE };
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 64")]
        let bound = {
            let m = shared as f64;
            let jaro = (m / x.len() as f64 + m / y.len() as f64 + 1.0) / 3.0;
            let common = x.iter().zip(y).take(4).take_while(|(c, d)| c == d).count();
            jaro + common as f64 * 0.1 * (1.0 - jaro)
        };
        let similarity = if bound < SIMILAR_FROM { 0.0 } else { similar::jaro_winkler(x, y) };
        // A slip in a word of three letters leaves another word.
        if x.len().max(y.len()) >= 4 && similarity >= SIMILAR_FROM && similar::edits(x, y, 1) <= 1 {
            return SLIP;
        }
        if similarity >= CLOSE_FROM {
            return CLOSE;
        }
        if !self.foreign.is_empty() && self.is_rewritten(a, b) {
            return CLOSE;
        }
        // What the entries rule out is not looked up.
        if is_name && length >= 3 && (either & DOTTED != 0 || left.sound == right.sound) {
            let sounds = |number: u32| self.sounds.get(number as usize).copied().unwrap_or_default();
            let ((sound, dotless), (other_sound, other_dotless)) = (sounds(a), sounds(b));
            if x.len() != y.len() && dotless == other_dotless || sound == other_sound {
                return CLOSE;
            }
        }
        if left.flags & right.flags & SHORT_FORM != 0 && self.is_short_form(a, b) {
            return CLOSE;
        }
        if similarity >= SIMILAR_FROM { SIMILAR } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str, are_names: bool) -> u8 {
        let mut texts = Texts::new();
        let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
        let words = Words::new(&texts, are_names);
        assert_eq!(words.level(a, b), words.level(b, a));
        words.level(a, b)
    }

    #[test]
    fn names_agree_by_degrees() {
        assert_eq!(level("Robert", "Roberta", true), CLOSE);
        assert_eq!(level("Theodore", "Theodroe", true), SLIP);
        assert_eq!(level("R.", "Robert", true), SIMILAR);
        assert_eq!(level("Bob", "Robert", true), CLOSE);
        assert_eq!(level("Bob", "Robert", false), 0);
        assert_eq!(level("Иванов", "Ivanov", true), SLIP);
        assert_eq!(level("Smith", "Jones", true), 0);
        assert_eq!(level("London", "Lonodn", false), SLIP);
        assert_eq!(level("王", "李", true), 0);
        assert_eq!(level("Ngọc Vi", "Vi", true), CLOSE);
        assert_eq!(level("Garcia Lopez", "Lopes Garcia", true), CLOSE);
        assert_eq!(level("Garcia Lopez", "Martinez Lopez", true), 0);
        assert_eq!(level("Rasheed", "Rachid", true), CLOSE);
        assert_eq!(level("Müller", "Muller", true), SLIP);
        assert_eq!(level("김", "Kim", true), CLOSE);
        assert_eq!(level("박", "Park", true), CLOSE);
        assert_eq!(level("민준", "Min-joon", true), CLOSE);
        assert_eq!(level("حسين", "Hussein", true), CLOSE);
        assert_eq!(level("عبد الرحمن", "Abdul Rahman", true), CLOSE);
        assert_eq!(level("小龙", "Xiao Long", true), CLOSE);
        assert_eq!(level("田中", "Tanaka", true), CLOSE);
        assert_eq!(level("김", "Kang", true), 0);
    }
}
