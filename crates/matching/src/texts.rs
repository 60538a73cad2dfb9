//! Many short texts in one allocation, each known by a number.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::hash;

/// Distinct texts; number 0 is the missing value.
#[derive(Debug, Clone)]
pub struct Texts {
    bytes: String,
    ends: Vec<u64>,
    /// Number and half a hash, so that a growing table and most lookups read no text.
    table: HashTable<(u32, u32)>,
}

impl Default for Texts {
    fn default() -> Self {
        Self::new()
    }
}

impl Texts {
    /// None yet but the missing one.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: String::new(), ends: vec![0], table: HashTable::new() }
    }

    /// How many there are, the missing one among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none but the missing one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// The text of a number; empty for the missing value and for a number that is not there.
    #[must_use]
    #[inline]
    pub fn get(&self, number: u32) -> &str {
        let at = number as usize;
        if at == 0 {
            return "";
        }
        let (Some(from), Some(to)) = (self.ends.get(at - 1), self.ends.get(at)) else { return "" };
        self.bytes.get(*from as usize..*to as usize).unwrap_or_default()
    }

    /// The number of a text, given now if it is new. Empty text is the missing value.
    pub fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        self.intern_as(text, half_of(text))
    }

    fn intern_as(&mut self, text: &str, half: u32) -> u32 {
        let Self { bytes, ends, table } = self;
        let of = |number: u32| {
            let at = number as usize;
            &bytes[ends[at - 1] as usize..ends[at] as usize]
        };
        let is_it = |(number, other): &(u32, u32)| *other == half && of(*number) == text;
        match table.entry(spread(half), is_it, |(_, half)| spread(*half)) {
            Entry::Occupied(known) => known.get().0,
            Entry::Vacant(free) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "fewer than 2^32 distinct values are accepted"
                )]
                let number = ends.len() as u32;
                free.insert((number, half));
                bytes.push_str(text);
                ends.push(bytes.len() as u64);
                number
            }
        }
    }

    /// As [`Texts::intern`] for some texts in order. Their places in a large table are read first, one not waiting for another.
    pub fn intern_all<'t>(&mut self, texts: impl Iterator<Item = &'t str> + Clone, numbers: &mut Vec<u32>) {
        let halves: Vec<u32> = texts.clone().map(half_of).collect();
        let mut read = 0;
        for half in &halves {
            let _ = self.table.find(spread(*half), |(number, other)| {
                if other == half {
                    let end = self.ends[*number as usize] as usize;
                    read ^= self.bytes.as_bytes()[end - 1];
                }
                false
            });
        }
        std::hint::black_box(read);
        for (text, half) in texts.zip(halves) {
            numbers.push(if text.is_empty() { 0 } else { self.intern_as(text, half) });
        }
    }

    /// Adds a text that is known not to be there; it can be read and not be found.
    pub fn append(&mut self, text: &str) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 distinct values are accepted")]
        let number = self.ends.len() as u32;
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
        number
    }

    /// The number of a text, if it is there.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        if text.is_empty() {
            return Some(0);
        }
        let half = half_of(text);
        let is_it = |(number, other): &(u32, u32)| *other == half && self.get(*number) == text;
        self.table.find(spread(half), is_it).map(|(number, _)| *number)
    }

    /// Forgets how to look texts up, which frees memory; [`Texts::get`] still works.
    pub fn seal(&mut self) {
        self.table = HashTable::new();
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Half a hash.
fn half_of(text: &str) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "half is meant")]
    let half = hash::bytes(text.as_bytes()) as u32;
    half
}

/// Half a hash over all bits, as a table needs it.
fn spread(half: u32) -> u64 {
    u64::from(half).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number() {
        let mut texts = Texts::new();
        let numbers: Vec<u32> = ["a", "b", "a", "", "ß"].iter().map(|text| texts.intern(text)).collect();
        assert_eq!(numbers, [1, 2, 1, 0, 3]);
        assert_eq!((texts.get(3), texts.get(0), texts.get(9)), ("ß", "", ""));
        let mut more = Vec::new();
        texts.intern_all(["ß", "", "new", "a", "new"].into_iter(), &mut more);
        assert_eq!(more, [3, 0, 4, 1, 4]);
        assert_eq!((texts.find("b"), texts.find("c"), texts.len()), (Some(2), None, 5));
    }
}
