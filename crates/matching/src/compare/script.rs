//! Other scripts in Latin letters, so that a name written in two of them can be compared.

use std::borrow::Cow;

/// Cyrillic (BGN/PCGN, simplified) and Greek (ELOT 743), lower case.
const LETTERS: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('ґ', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "yo"),
    ('є', "ye"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('і', "i"),
    ('ї', "yi"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ў', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('ђ', "dj"),
    ('ј', "j"),
    ('љ', "lj"),
    ('њ', "nj"),
    ('ћ', "c"),
    ('џ', "dz"),
    ('α', "a"),
    ('ά', "a"),
    ('β', "v"),
    ('γ', "g"),
    ('δ', "d"),
    ('ε', "e"),
    ('έ', "e"),
    ('ζ', "z"),
    ('η', "i"),
    ('ή', "i"),
    ('θ', "th"),
    ('ι', "i"),
    ('ί', "i"),
    ('ϊ', "i"),
    ('κ', "k"),
    ('λ', "l"),
    ('μ', "m"),
    ('ν', "n"),
    ('ξ', "x"),
    ('ο', "o"),
    ('ό', "o"),
    ('π', "p"),
    ('ρ', "r"),
    ('σ', "s"),
    ('ς', "s"),
    ('τ', "t"),
    ('υ', "y"),
    ('ύ', "y"),
    ('φ', "f"),
    ('χ', "ch"),
    ('ψ', "ps"),
    ('ω', "o"),
    ('ώ', "o"),
    // Arabic: consonants, long vowels as people romanise them
    ('ا', "a"),
    ('أ', "a"),
    ('إ', "i"),
    ('آ', "a"),
    ('ب', "b"),
    ('ت', "t"),
    ('ث', "th"),
    ('ج', "j"),
    ('ح', "h"),
    ('خ', "kh"),
    ('د', "d"),
    ('ذ', "dh"),
    ('ر', "r"),
    ('ز', "z"),
    ('س', "s"),
    ('ش', "sh"),
    ('ص', "s"),
    ('ض', "d"),
    ('ط', "t"),
    ('ظ', "z"),
    ('ع', "a"),
    ('غ', "gh"),
    ('ف', "f"),
    ('ق', "q"),
    ('ك', "k"),
    ('ک', "k"),
    ('ل', "l"),
    ('م', "m"),
    ('ن', "n"),
    ('ه', "h"),
    ('ة', "a"),
    ('و', "w"),
    ('ؤ', "w"),
    ('ي', "y"),
    ('ی', "y"),
    ('ى', "a"),
    ('ئ', "y"),
    ('ء', ""),
    ('پ', "p"),
    ('چ', "ch"),
    ('ژ', "zh"),
    ('گ', "g"),
];

/// Hangul syllables fall into their parts by arithmetic (Unicode 3.12); letters after Revised Romanisation.
const INITIALS: [&str; 19] =
    ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
    "yu", "eu", "ui", "i",
];
const FINALS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t",
    "ng", "t", "t", "k", "t", "p", "t",
];

/// A text in normal form (lower case) with Cyrillic, Greek, Arabic and Hangul in Latin letters; the rest as it is.
#[must_use]
pub fn romanise(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let code = u32::from(c);
        if (0xac00..=0xd7a3).contains(&code) {
            let at = code - 0xac00;
            out.push_str(INITIALS[(at / 588) as usize]);
            out.push_str(VOWELS[(at % 588 / 28) as usize]);
            out.push_str(FINALS[(at % 28) as usize]);
        } else if let Some((_, latin)) = LETTERS.iter().find(|(letter, _)| *letter == c) {
            out.push_str(latin);
        } else if !is_mark(code) {
            out.push(c);
        }
    }
    out
}

/// A text whose Latin letters have no marks that folding does not know: Vietnamese ones, the dotted İ, and marks that follow
/// their letter.
#[must_use]
pub fn unmarked(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() {
        return Cow::Borrowed(raw);
    }
    let one = |c: char| match u32::from(c) {
        0x300..=0x36f => None,
        0x1ea0..=0x1eb7 => Some('a'),
        0x1eb8..=0x1ec7 => Some('e'),
        0x128 | 0x129 | 0x130 | 0x1ec8..=0x1ecb => Some('i'),
        0x1a0 | 0x1a1 | 0x1ecc..=0x1ee3 => Some('o'),
        0x168 | 0x169 | 0x1af | 0x1b0 | 0x1ee4..=0x1ef1 => Some('u'),
        0x1ef2..=0x1ef9 => Some('y'),
        _ => Some(c),
    };
    Cow::Owned(raw.chars().filter_map(one).collect())
}

/// A name in Latin letters as it sounds, whoever wrote it down: `muhammad` and `mohamad`, `rasheed` and `rachid`, `joon` and `jun`.
#[must_use]
pub fn sounded(name: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(name.len());
    let mut at = 0;
    while at < name.len() {
        let next = name.get(at + 1).copied().unwrap_or_default();
        let (letter, taken) = match (name[at], next) {
            (b'e', b'e') | (b'i', b'e' | b'y') => (b'i', 2),
            (b'o', b'o' | b'u') | (b'e', b'o') => (b'u', 2),
            (b's' | b'c', b'h') => (b'c', 2),
            (b'c' | b'k', b'k') | (b'k', b'h') => (b'k', 2),
            (b'g', b'h') => (b'g', 2),
            (b'p', b'h') => (b'f', 2),
            (b'h', _) if at > 0 => (0, 1),
            (b'o', _) => (b'u', 1),
            (b'y' | b'j', _) => (b'i', 1),
            (b'v', _) => (b'w', 1),
            (b'q', _) => (b'k', 1),
            (letter, _) => (letter, 1),
        };
        if letter != 0 && out.last() != Some(&letter) {
            out.push(letter);
        }
        at += taken;
    }
    out
}

/// Two dots as their letter alone: `bjoerk` as `bjork`, where folding writes `oe` for ö.
#[must_use]
pub fn undotted(name: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(name.len());
    for letter in name {
        let is_dots = *letter == b'e' && out.last().is_some_and(|last| matches!(last, b'a' | b'o' | b'u'));
        if !is_dots {
            out.push(*letter);
        }
    }
    out
}

/// Combining marks and vowel signs, which some write and some do not.
fn is_mark(code: u32) -> bool {
    matches!(code, 0x300..=0x36f | 0x64b..=0x65f | 0x670 | 0x640 | 0x5b0..=0x5c7 | 0x200c..=0x200f)
}

/// A text as bytes for the kernels: ASCII as it is, other characters as bytes from 128, hashed.
#[must_use]
pub fn bytes(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    let byte = |c: char| {
        if c.is_ascii() {
            return u8::try_from(u32::from(c)).unwrap_or(b'?');
        }
        let code = u32::from(c).wrapping_mul(0x9e37_79b1) >> 25;
        128 | u8::try_from(code & 127).unwrap_or(0)
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_they_sound() {
        for (one, other) in
            [("muhammad", "mohamad"), ("rasheed", "rachid"), ("joon", "jun"), ("ivanov", "iwanow")]
        {
            assert_eq!(sounded(one.as_bytes()), sounded(other.as_bytes()), "{one} {other}");
        }
        for (one, other) in [("jan", "jon"), ("lee", "lea"), ("wang", "wong"), ("ana", "ina")] {
            assert_ne!(sounded(one.as_bytes()), sounded(other.as_bytes()), "{one} {other}");
        }
        assert_eq!(unmarked("Nguyễn Phạm"), "Nguyen Pham");
        assert_eq!(unmarked("İzmir"), "izmir");
    }

    #[test]
    fn names_in_other_scripts() {
        for (from, to) in [
            ("иванов", "ivanov"),
            ("김민수", "gimminsu"),
            ("νίκος", "nikos"),
            ("محمد", "mhmd"),
            ("王", "王"),
            ("jose", "jose"),
        ] {
            assert_eq!(romanise(from), to);
        }
        assert_eq!(bytes("ab").len(), 2);
        assert!(bytes("王a")[0] >= 128);
    }
}
