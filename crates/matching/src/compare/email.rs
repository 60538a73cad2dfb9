//! E-mail addresses.

use super::Compare;
use super::script::bytes;
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "similar name",
    "same name, other host or a slip in its number",
    "same name and number, other host",
    "a slip or two",
    "same",
];

/// Digits from which a number before the `@` is somebody's own: two people of one name choose the same one seldom.
pub(super) const NUMBER_FROM: usize = 2;

/// Jaro–Winkler similarity from which names before the `@` are alike. Judgement.
const NAME_FROM: f64 = 0.90;

/// Lower case, without what stands around it.
pub fn normalise(raw: &str) -> String {
    let lower = raw.trim().trim_matches(['<', '>', '"']).to_lowercase();
    let lower = lower.strip_prefix("mailto:").unwrap_or(&lower);
    lower.split_whitespace().collect()
}

/// The name before the `@` without tag and dots.
pub fn stem(address: &str) -> String {
    let name = address.split('@').next().unwrap_or(address);
    let name = name.split('+').next().unwrap_or(name);
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Where an address stands, and which letters its name has: most pairs need no more.
struct Entry {
    mask: u64,
    at: usize,
    stem: u32,
    host: u32,
}

/// Distinct addresses.
pub struct Emails {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

impl Emails {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let mut out = Self { entries: Vec::with_capacity(values.len()), bytes: Vec::new() };
        for number in 0..values.len() {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let stem = bytes(&stem(text));
            let host = bytes(text.split_once('@').map_or("", |(_, host)| host));
            let length = |of: &[u8]| u32::try_from(of.len()).unwrap_or(u32::MAX);
            let (mask, at) = (similar::mask(&stem), out.bytes.len());
            out.entries.push(Entry { mask, at, stem: length(&stem), host: length(&host) });
            out.bytes.extend_from_slice(&stem);
            out.bytes.extend_from_slice(&host);
        }
        out.bytes.shrink_to_fit();
        out
    }

    /// Name and host.
    fn parts(&self, of: &Entry) -> (&[u8], &[u8]) {
        self.bytes[of.at..][..of.stem as usize + of.host as usize].split_at(of.stem as usize)
    }
}

/// Whether two names before the `@` differ in nothing but a number: `kim.minsu7` and `kim.minsu12` are two people who wanted one
/// address, more often than one who slipped.
pub(super) fn is_another_number(a: &[u8], b: &[u8]) -> bool {
    let is_letter = |b: &&u8| !b.is_ascii_digit();
    a != b && a.iter().filter(is_letter).eq(b.iter().filter(is_letter))
}

impl Compare for Emails {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn named(&self) -> Option<(u8, u8)> {
        Some((2, 3))
    }

    fn read_ahead(&self, value: u32) -> u32 {
        self.entries[value as usize].stem
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.entries[a as usize], &self.entries[b as usize]);
        let lacking = (a.mask & !b.mask).count_ones().max((b.mask & !a.mask).count_ones());
        // Equal names lack nothing.
        if a.stem == 0 || b.stem == 0 || lacking > 4 {
            return 0;
        }
        let ((a, host), (b, other_host)) = (self.parts(a), self.parts(b));
        if a == b {
            // `j@` is nobody's name.
            let is_own = a.iter().filter(|b| b.is_ascii_digit()).count() >= NUMBER_FROM;
            return match is_own {
                true if similar::edits(host, other_host, 2) <= 2 => 4,
                true => 3,
                // Namesakes find their name taken at one host and go to the next, which may be called nearly the same.
                false => u8::from(a.len() >= 4) * 2,
            };
        }
        // Another initial before one family name is another of the family.
        if a.len() >= 3 && a[0] != b[0] && a[1..] == b[1..] {
            return 1;
        }
        if is_another_number(a, b) {
            return 1 + u8::from(host == other_host && similar::edits(a, b, 1) <= 1);
        }
        if a.len().min(b.len()) >= 3 {
            let slips = similar::edits(a, b, 2);
            if slips <= 2 && similar::edits(host, other_host, 3 - slips) <= 3 - slips {
                return 4;
            }
        }
        u8::from(similar::jaro_winkler(a, b) >= NAME_FROM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_agree_by_degrees() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            Emails::new(&texts).level(a, b)
        };
        assert_eq!(level("robert255@smith.net", "roberta25@smith.net"), 4);
        assert_eq!(level("evied56@harris-bailey.net", "evihd56@earris-bailey.net"), 4);
        assert_eq!(level("kim.minsu@a.example", "kimminsu712@a.example"), 1);
        assert_eq!(level("kim.minsu71@a.example", "kimminsu712@a.example"), 2);
        assert_eq!(level("kim.minsu@a1.example", "kimminsu@a2.example"), 2);
        assert_eq!(level("kim.minsu83@a.example", "kimminsu83@other.example"), 3);
        assert_eq!(level("kim.minsu83@a.example", "kimmimsu83@a.example"), 4);
        assert_eq!(level("ines.okafor@a.example", "inesokafor@b-company.example"), 2);
        assert_eq!(level("ines.okafor@a.example", "ines.okaform@b-company.example"), 1);
        assert_eq!(level("mkobelt@a.example", "ckobelt@a.example"), 1);
        assert_eq!(level("ann@a.example", "bob@a.example"), 0);
        assert_eq!(stem("Ann.B+x@c"), "AnnB");
    }
}
