//! Texts of several words, as weighted sets: titles, descriptions, organisations.

use measure::text::fold;

use super::Compare;
use super::script::{romanise, unmarked};
use crate::hash;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "some words",
    "a third of the words",
    "half of the words",
    "most words",
    "nearly all words",
    "same",
];

/// Cosines that open a level. Judgement.
const FROM: [f32; 5] = [0.15, 0.30, 0.50, 0.70, 0.90];

/// What says of which legal form an organisation is, and words that every school's name holds.
const FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "ltd",
    "limited",
    "llc",
    "llp",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "sa",
    "sas",
    "bv",
    "oy",
    "ab",
    "as",
    "spa",
    "srl",
    "pty",
    "kk",
    "the",
    "of",
    "and",
];

/// Most words of one text that are compared.
const WORDS_MAX: usize = 400;

/// Words of a text in normal form: folded, letters parted from digits only by what parts words.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = romanise(&fold(&unmarked(text)));
    folded.split_whitespace().take(WORDS_MAX).map(str::to_owned).collect()
}

/// Folded words, in their order.
pub fn normalise(raw: &str) -> String {
    words(raw).join(" ")
}

/// Folded words without the legal form.
pub fn normalise_organisation(raw: &str) -> String {
    let all = words(raw);
    let kept: Vec<&str> = all.iter().map(String::as_str).filter(|word| !FORMS.contains(word)).collect();
    if kept.is_empty() { all.join(" ") } else { kept.join(" ") }
}

/// How many distinct texts hold each word, as counted once and kept: a comparison of a few values then weighs words as
/// it would among all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordCounts {
    /// Distinct texts.
    pub texts: u64,
    /// By hash of the word; words that one text holds are left out.
    pub counts: hash::Map<u64, u32>,
}

impl WordCounts {
    /// Of some values in normal form.
    #[must_use]
    pub fn new(values: &Texts) -> Self {
        let mut out = Self { texts: values.len() as u64, counts: hash::Map::default() };
        for number in 0..values.len() {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let mut words: Vec<u64> = text.split(' ').map(|word| hash::bytes(word.as_bytes())).collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                *out.counts.entry(word).or_default() += 1;
            }
        }
        out.counts.retain(|_, count| *count > 1);
        out
    }

    /// Texts that hold a word; 1 where none is known to.
    #[must_use]
    pub fn of(&self, word: &str) -> u32 {
        self.counts.get(&hash::bytes(word.as_bytes())).copied().unwrap_or(1)
    }
}

/// Distinct texts as sorted word numbers with weights of unit length.
pub struct TokenSets {
    starts: Vec<u32>,
    words: Vec<(u32, f32)>,
}

impl TokenSets {
    /// Of some values in normal form. A word weighs by its rarity among the distinct values, or as was counted before.
    pub fn new(values: &Texts, counted: Option<&WordCounts>) -> Self {
        let mut dictionary = Texts::new();
        // Words of all texts, one text after another.
        let (mut all, mut starts): (Vec<u32>, Vec<u32>) = (Vec::new(), vec![0]);
        let mut counts: Vec<u32> = vec![0];
        let mut set: Vec<u32> = Vec::new();
        for number in 0..values.len() {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            set.clear();
            set.extend(text.split(' ').map(|word| dictionary.intern(word)));
            set.sort_unstable();
            set.dedup();
            set.retain(|word| *word > 0);
            counts.resize(dictionary.len(), 0);
            for word in &set {
                counts[*word as usize] += 1;
            }
            all.extend_from_slice(&set);
            starts.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        }
        let (mut texts, mut of) = (values.len() as u64, counts);
        if let Some(counted) = counted {
            texts = counted.texts;
            of = (0..u32::try_from(dictionary.len()).unwrap_or(u32::MAX))
                .map(|word| counted.of(dictionary.get(word)))
                .collect();
        }
        #[expect(clippy::cast_precision_loss, reason = "a weight")]
        let weights: Vec<f32> = of.iter().map(|of| (1.0 + texts as f32 / (*of).max(1) as f32).ln()).collect();
        let mut out = Self { words: Vec::with_capacity(all.len()), starts };
        for range in out.starts.windows(2) {
            let set = &all[range[0] as usize..range[1] as usize];
            let length: f32 = set.iter().map(|word| weights[*word as usize].powi(2)).sum::<f32>().sqrt();
            let weight = |word: &u32| (*word, weights[*word as usize] / length.max(f32::MIN_POSITIVE));
            out.words.extend(set.iter().map(weight));
        }
        out
    }

    fn set(&self, number: u32) -> &[(u32, f32)] {
        &self.words[self.starts[number as usize] as usize..self.starts[number as usize + 1] as usize]
    }

    /// Cosine of two texts, 0 to 1.
    pub fn cosine(&self, a: u32, b: u32) -> f32 {
        let (left, right) = (self.set(a), self.set(b));
        let (mut i, mut j, mut sum) = (0, 0, 0.0f32);
        while i < left.len() && j < right.len() {
            match left[i].0.cmp(&right[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += left[i].1 * right[j].1;
                    i += 1;
                    j += 1;
                }
            }
        }
        sum
    }
}

impl Compare for TokenSets {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn read_ahead(&self, value: u32) -> u32 {
        self.set(value).first().map_or(0, |(word, _)| *word)
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let cosine = self.cosine(a, b);
        FROM.iter().map(|from| u8::from(cosine >= *from)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_agree_by_degrees() {
        let mut texts = Texts::new();
        let all = [
            "sony dslr a200 camera black",
            "sony a200 camera",
            "canon powershot sd790",
            "black sony dslr a200 camera",
        ];
        let numbers: Vec<u32> = all.iter().map(|text| texts.intern(&normalise(text))).collect();
        let sets = TokenSets::new(&texts, None);
        assert!(sets.level(numbers[0], numbers[1]) >= 3);
        assert_eq!(sets.level(numbers[0], numbers[2]), 0);
        assert_eq!(sets.level(numbers[0], numbers[3]), 5);
        assert_eq!(normalise_organisation("Müller & Söhne GmbH"), "mueller soehne");
    }
}
