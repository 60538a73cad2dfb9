//! Blocking keys: what of a value two records must share to be looked at.

use std::borrow::Cow;

use crate::compare::{self, Kind};
use crate::fields::{Field, Fields};
use crate::hash;
use crate::{Error, Result};

/// Bands of a MinHash signature, and rows of each: half of the pairs of similarity .55 meet in one of them.
const BANDS: usize = 8;
const BAND_ROWS: usize = 3;
/// Rarest words of a value that become keys.
const RARE_WORDS: usize = 4;

/// A key as it is written: a column, or a function of one or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyText {
    /// What is taken of the value.
    pub part: Part,
    /// Of which columns.
    pub columns: Vec<String>,
}

/// What is taken of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it, in normal form.
    Whole,
    /// So many first characters.
    Prefix(usize),
    /// So many last characters.
    Suffix(usize),
    /// The first word as it sounds.
    Sound,
    /// Year of a date.
    Year,
    /// Month and day of a date.
    Day,
    /// Name before the `@`.
    Stem,
    /// First digits: house number.
    Digits,
    /// Each of the rarest words.
    Tokens,
    /// Each band of a MinHash signature.
    MinHash,
    /// Values of several columns, in any order.
    Sorted,
    /// Any value of several columns.
    Any,
}

impl KeyText {
    /// Reads `column` or `part(column, …)`.
    ///
    /// # Errors
    /// When the part is not known.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let Some((name, rest)) = text.strip_suffix(')').and_then(|inner| inner.split_once('(')) else {
            return Ok(Self { part: Part::Whole, columns: vec![text.to_owned()] });
        };
        let part = match name.trim() {
            "sound" => Part::Sound,
            "year" => Part::Year,
            "day" => Part::Day,
            "stem" => Part::Stem,
            "digits" => Part::Digits,
            "tokens" => Part::Tokens,
            "minhash" => Part::MinHash,
            "sorted" => Part::Sorted,
            "any" => Part::Any,
            other => numbered(other).ok_or_else(|| {
                Error::Configuration(format!(
                    "key {text:?}: {other:?} is not known\nhint: sound, year, day, stem, digits, tokens, minhash, sorted, any, prefixN, suffixN"
                ))
            })?,
        };
        let columns = match part {
            Part::Sorted | Part::Any => rest.split(',').map(|name| name.trim().to_owned()).collect(),
            _ => vec![rest.trim().to_owned()],
        };
        Ok(Self { part, columns })
    }
}

fn numbered(name: &str) -> Option<Part> {
    let of =
        |beginning: &str| name.strip_prefix(beginning)?.parse().ok().filter(|count| (1..=32).contains(count));
    of("prefix").map(Part::Prefix).or_else(|| of("suffix").map(Part::Suffix))
}

impl std::fmt::Display for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.columns.join(", ");
        let name = match self.part {
            Part::Whole => return f.write_str(&columns),
            Part::Prefix(count) => return write!(f, "prefix{count}({columns})"),
            Part::Suffix(count) => return write!(f, "suffix{count}({columns})"),
            Part::Sound => "sound",
            Part::Year => "year",
            Part::Day => "day",
            Part::Stem => "stem",
            Part::Digits => "digits",
            Part::Tokens => "tokens",
            Part::MinHash => "minhash",
            Part::Sorted => "sorted",
            Part::Any => "any",
        };
        write!(f, "{name}({columns})")
    }
}

/// Keys of every node: one each, or several each.
pub enum Keys {
    /// One a node; 0 where there is none.
    One(Vec<u64>),
    /// Several a node.
    Many {
        /// Where those of each node begin.
        starts: Vec<u32>,
        /// Sorted within a node.
        keys: Vec<u64>,
    },
}

impl Keys {
    /// Those of one node.
    #[must_use]
    pub fn of(&self, node: usize) -> &[u64] {
        match self {
            Self::One(keys) => {
                let key = &keys[node..=node];
                if key[0] == 0 { &[] } else { key }
            }
            Self::Many { starts, keys } => &keys[starts[node] as usize..starts[node + 1] as usize],
        }
    }
}

/// Keys of one part of the values.
pub fn keys(fields: &Fields, text: &KeyText) -> Result<Keys> {
    let mut columns = Vec::new();
    for name in &text.columns {
        let at = fields.field(name);
        columns
            .push(at.ok_or_else(|| Error::Configuration(format!("key {text}: {name:?} is not compared")))?);
    }
    let first = columns.first().copied().unwrap_or_default();
    Ok(match text.part {
        Part::Tokens | Part::MinHash => many(fields, first, text.part),
        Part::Any => {
            let mut found: Vec<u64> = Vec::new();
            listed(fields.nodes(), |node, keys| {
                let values =
                    columns.iter().map(|at| (*at, fields.cells(node)[*at])).filter(|(_, cell)| *cell > 0);
                found.clear();
                found.extend(values.map(|(at, cell)| whole(&fields.fields[at], cell)));
                found.sort_unstable();
                found.dedup();
                keys.extend_from_slice(&found);
            })
        }
        Part::Sorted => {
            let of = |node: usize| {
                let mut keys: Vec<u64> = Vec::with_capacity(columns.len());
                for at in &columns {
                    let cell = fields.cells(node)[*at];
                    if cell == 0 {
                        return 0;
                    }
                    keys.push(whole(&fields.fields[*at], cell));
                }
                keys.sort_unstable();
                keys.into_iter().fold(7, hash::mix)
            };
            Keys::One((0..fields.nodes()).map(of).collect())
        }
        part => {
            let field = &fields.fields[first];
            let count = u32::try_from(field.dictionary.values.len()).unwrap_or(u32::MAX);
            let cell = |node: usize| fields.cells(node)[first];
            if fields.nodes() < count as usize {
                // Of a part of the records, most values are not shown.
                return Ok(Keys::One(
                    (0..fields.nodes()).map(|node| single(field, cell(node), part)).collect(),
                ));
            }
            let parts: Vec<u64> = (0..count).map(|value| single(field, value, part)).collect();
            Keys::One((0..fields.nodes()).map(|node| parts[cell(node) as usize]).collect())
        }
    })
}

/// Keys of so many, each of which `add`s its own.
fn listed(count: usize, mut add: impl FnMut(usize, &mut Vec<u64>)) -> Keys {
    let (mut starts, mut keys) = (vec![0], Vec::new());
    for at in 0..count {
        add(at, &mut keys);
        starts.push(u32::try_from(keys.len()).unwrap_or(u32::MAX));
    }
    Keys::Many { starts, keys }
}

fn whole(field: &Field, value: u32) -> u64 {
    whole_of(field.dictionary.values.get(value))
}

/// Key of a whole text.
pub(crate) fn whole_of(text: &str) -> u64 {
    nonzero(hash::bytes(text.as_bytes()))
}

fn nonzero(hashed: u64) -> u64 {
    hashed.max(1)
}

fn single(field: &Field, value: u32, part: Part) -> u64 {
    single_of(field.kind, field.dictionary.values.get(value), part)
}

/// One part of one value in normal form; 0 where it has none.
pub(crate) fn single_of(kind: Kind, text: &str, part: Part) -> u64 {
    if text.is_empty() {
        return 0;
    }
    // The end of a handle is not that of its site.
    let text = if kind == Kind::Handle && part != Part::Whole {
        text.split('@').next().unwrap_or(text)
    } else {
        text
    };
    let beginning = |count: usize| text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at]);
    let taken: Cow<'_, str> = match part {
        Part::Prefix(count) => beginning(count).into(),
        Part::Suffix(count) => {
            let length = text.chars().count();
            text.strip_prefix(beginning(length.saturating_sub(count)))
                .filter(|_| length >= count)
                .unwrap_or_default()
                .into()
        }
        Part::Sound => sound(text).into(),
        Part::Year if kind == Kind::Date => text.get(..4).unwrap_or_default().into(),
        Part::Day if kind == Kind::Date => {
            text.get(5..).filter(|day| !day.contains("00")).unwrap_or_default().into()
        }
        Part::Stem => {
            let name = text.split('@').next().unwrap_or_default();
            name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().into()
        }
        Part::Digits => {
            let from = text.trim_start_matches(|c: char| !c.is_ascii_digit());
            from.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().into()
        }
        _ => text.into(),
    };
    if taken.is_empty() { 0 } else { nonzero(hash::bytes(taken.as_bytes())) }
}

/// A word as it sounds, roughly: its first letter and the classes of its consonants (after Soundex), four signs at most.
#[must_use]
pub fn sound(text: &str) -> String {
    // What is in normal form already needs no folding.
    let is_plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' ');
    let words = if is_plain { Vec::new() } else { compare::words(text) };
    let first =
        if is_plain { text.split_ascii_whitespace().next() } else { words.first().map(String::as_str) };
    let Some(word) = first else { return String::new() };
    let class = |c: char| match c {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w' => '0',
        other => other,
    };
    let mut out = String::new();
    let mut last = '0';
    for (at, c) in word.chars().enumerate() {
        let sign = class(c);
        if at == 0 {
            out.push(c);
        } else if sign != '0' && sign != last {
            out.push(sign);
        }
        if !matches!(c, 'h' | 'w') {
            last = sign;
        }
        if out.len() >= 4 {
            break;
        }
    }
    out
}

/// Several keys of each value.
fn many(fields: &Fields, at: usize, part: Part) -> Keys {
    let field = &fields.fields[at];
    let mut uses = vec![0u32; field.dictionary.values.len()];
    for node in 0..fields.nodes() {
        uses[fields.cells(node)[at] as usize] += 1;
    }
    let text = |value: usize| field.dictionary.values.get(u32::try_from(value).unwrap_or(u32::MAX));
    // Of a part of the records, values that none of them shows need no keys.
    let used = |value: usize| value > 0 && uses[value] > 0;
    let of_values = match part {
        Part::MinHash => listed(uses.len(), |value, keys| {
            if used(value) {
                keys.extend(bands(text(value)));
            }
        }),
        _ => {
            let words = listed(uses.len(), |value, words| {
                if used(value) {
                    words.extend(words_of(text(value)));
                }
            });
            let mut frequency: hash::Map<u64, u32> = hash::Map::default();
            for (value, uses) in uses.iter().enumerate() {
                words.of(value).iter().for_each(|word| *frequency.entry(*word).or_default() += uses);
            }
            let mut found: Vec<(u32, u64)> = Vec::new();
            listed(uses.len(), |value, keys| {
                let counted = words.of(value).iter();
                let counted = counted.map(|word| (frequency.get(word).copied().unwrap_or_default(), *word));
                found.clear();
                found.extend(counted.filter(|(frequency, _)| *frequency > 1));
                found.sort_unstable();
                let from = keys.len();
                keys.extend(found.iter().take(RARE_WORDS).map(|(_, word)| *word));
                keys[from..].sort_unstable();
            })
        }
    };
    listed(fields.nodes(), |node, keys| {
        keys.extend_from_slice(of_values.of(fields.cells(node)[at] as usize));
    })
}

/// Words of a text in normal form as keys, in order.
fn words_of(text: &str) -> Vec<u64> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<u64> = parts.map(whole_of).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The rarest words of a text as keys, by counts that were made before.
pub(crate) fn rare_words(text: &str, counts: &compare::WordCounts) -> Vec<u64> {
    let count = |word: &u64| counts.counts.get(word).copied().unwrap_or(1);
    let mut found: Vec<(u32, u64)> = words_of(text).into_iter().map(|word| (count(&word), word)).collect();
    found.sort_unstable();
    found.truncate(RARE_WORDS);
    found.into_iter().map(|(_, word)| word).collect()
}

/// MinHash bands over shingles of three words, or of four characters where words are few.
pub(crate) fn bands(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let mut shingles: Vec<u64> = if words.len() >= 30 {
        words
            .windows(3)
            .map(|three| three.iter().fold(3, |state, word| hash::mix(state, hash::bytes(word.as_bytes()))))
            .collect()
    } else {
        let letters: Vec<char> = text.chars().collect();
        letters
            .windows(4)
            .map(|four| four.iter().fold(4, |state, c| hash::mix(state, u64::from(u32::from(*c)))))
            .collect()
    };
    shingles.sort_unstable();
    shingles.dedup();
    if shingles.is_empty() {
        return Vec::new();
    }
    let least =
        |seed: u64| shingles.iter().map(|shingle| hash::mix(*shingle, seed)).min().unwrap_or_default();
    let band = |band: usize| {
        let rows = band * BAND_ROWS..(band + 1) * BAND_ROWS;
        nonzero(rows.fold(band as u64, |state, row| hash::mix(state, least(row as u64 + 1))))
    };
    let mut keys: Vec<u64> = (0..BANDS).map(band).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_written() {
        for text in ["surname", "year(dob)", "prefix3(surname)", "sorted(first, last)", "minhash(text)"] {
            assert_eq!(KeyText::parse(text).unwrap().to_string(), text);
        }
        assert!(KeyText::parse("half(dob)").is_err());
        assert!(KeyText::parse("prefix0(dob)").is_err());
    }

    #[test]
    fn sounds_and_bands() {
        assert_eq!(sound("robert"), sound("rupert"));
        assert_ne!(sound("robert"), sound("walter"));
        let long = "the quick brown fox jumps over the lazy dog near the old river bank at dawn";
        let near = "the quick brown fox jumps over the lazy dog near the old river bank at dusk";
        let shared = bands(long).iter().filter(|band| bands(near).contains(band)).count();
        assert!(shared >= 1);
        let other = "completely unrelated words about shipping invoices and quarterly tax reports";
        assert!(!bands(long).iter().any(|band| bands(other).contains(band)));
    }
}
