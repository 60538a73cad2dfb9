//! What an agreement weighs, in bits.

use serde::{Deserialize, Serialize};

use crate::chance::{self, Chance};
use crate::fields::Fields;
use crate::pattern;
use crate::rival::{self, Rival, Shared};

/// Bits of one agreement beyond which nothing is believed: a slip of whoever wrote it is always possible.
const BITS_MAX: f64 = 24.0;
const BITS_MIN: f64 = -12.0;

/// Weights of one field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldModel {
    /// Its name.
    pub name: String,
    /// Names of the levels, weakest first.
    pub levels: Vec<String>,
    /// How often records of one entity stand at each level.
    pub m: Vec<f64>,
    /// How often records of two do.
    pub u: Vec<f64>,
    /// log2(m/u), monotone.
    pub bits: Vec<f64>,
    /// Whether levels were pooled because a weaker agreement seemed to weigh more.
    pub pooled: bool,
}

/// A trained model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// One a field.
    pub fields: Vec<FieldModel>,
    /// Share of pairs that are one.
    pub prior: f64,
    /// Pairs of fields whose joint agreement is taken off, with the bits.
    pub together: Vec<(usize, usize, f64)>,
    /// Two who agree more than strangers do: people of one household, and namesakes.
    pub others: Vec<Other>,
    /// log2 of the share of each value, where rare values weigh more.
    #[serde(skip)]
    rarity: Vec<Option<Vec<f32>>>,
    tops: Vec<u8>,
    /// Lowest level of each field that speaks for one person, and the most bits it does, where the rule of namesakes holds.
    speaks: Option<Vec<(u8, f64)>>,
}

/// Two people who agree more than strangers, and are two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Other {
    /// What they are to each other.
    pub name: String,
    /// Share of pairs.
    pub share: f64,
    /// How often they stand at each level, by field.
    pub r: Vec<Vec<f64>>,
    /// log2(r/u) by field and level.
    bits: Vec<Vec<f64>>,
    /// Fields in which they agree more than strangers: there a common value is no excuse.
    free: Vec<bool>,
    /// log2 of the odds of the share against strangers.
    odds: f64,
}

/// The parts of a pair's weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// log2 of the prior odds.
    pub prior: f64,
    /// Bits of each field by its level; `None` where a value is missing.
    pub fields: Vec<Option<f64>>,
    /// What the rarity of the agreeing value adds, by field.
    pub rarity: Vec<f64>,
    /// What fields that agree together count twice, taken off.
    pub together: f64,
    /// What is taken off because people of one household, or namesakes, agree so, too.
    pub others: f64,
    /// What the rule of namesakes takes off.
    pub namesakes: f64,
}

impl Parts {
    /// Their sum.
    #[must_use]
    pub fn bits(&self) -> f64 {
        let fields: f64 = self.fields.iter().flatten().sum();
        self.prior + fields + self.rarity.iter().sum::<f64>() + self.together + self.others + self.namesakes
    }
}

impl Other {
    fn odds_of(&self, of: u64, rarity: &[f64], together: f64) -> f64 {
        let mut sum = self.odds;
        for (at, bits) in self.bits.iter().enumerate() {
            if let Some(level) = pattern::level(of, at) {
                sum += bits[level];
                if self.free[at] {
                    sum += rarity[at];
                }
            }
        }
        sum - together
    }
}

impl Model {
    /// From probabilities by level.
    #[must_use]
    pub fn new(
        fields: &Fields,
        chance: &Chance,
        m: &[Vec<f64>],
        u: &[Vec<f64>],
        prior: f64,
        others: &[Rival],
    ) -> Self {
        let mut model = Self { prior, together: chance.together.clone(), ..Self::default() };
        for (at, field) in fields.fields.iter().enumerate() {
            let (bits, pooled) = monotone(&m[at], &u[at]);
            model.fields.push(FieldModel {
                name: field.name.clone(),
                levels: field.dictionary.compare.levels().iter().map(|name| (*name).to_owned()).collect(),
                m: m[at].clone(),
                u: u[at].clone(),
                bits,
                pooled,
            });
            model.tops.push(field.top);
            model.rarity.push(None);
        }
        model.speaks = rival::speaks(fields, &chance.levels);
        let shares: f64 = others.iter().map(|(_, share, ..)| share).sum();
        for (name, share, r, shared) in others {
            let bits = |(r, u): (&f64, &f64)| (r / u).log2().clamp(BITS_MIN, BITS_MAX);
            let of = |(r, u): (&Vec<f64>, &Vec<f64>)| r.iter().zip(u).map(bits).collect();
            model.others.push(Other {
                name: (*name).to_owned(),
                share: *share,
                r: r.clone(),
                bits: r.iter().zip(u).map(of).collect(),
                odds: (share / (1.0 - prior - shares)).log2(),
                free: shared.iter().map(|shared| matches!(shared, Shared::Often | Shared::Same)).collect(),
            });
        }
        model
    }

    /// Lets agreement on a rare value weigh more, where the configuration does not forbid it.
    #[must_use]
    pub fn with_rarity(mut self, fields: &Fields, chance: &Chance) -> Self {
        for (at, field) in fields.fields.iter().enumerate() {
            let top = self.fields[at].u[field.top as usize].log2();
            #[expect(clippy::cast_possible_truncation, reason = "a weight")]
            let rarity = |share: &f32| (top - f64::from(*share).log2()) as f32;
            self.rarity[at] = field.term_frequency.then(|| chance.shares[at].iter().map(rarity).collect());
        }
        self
    }

    /// What rarity adds for each value of a field; `None` where rarity does not count.
    #[must_use]
    pub fn rarity(&self, field: usize) -> Option<&[f32]> {
        self.rarity.get(field)?.as_deref()
    }

    /// The same model over other values, with what their rarity adds.
    #[must_use]
    pub fn over(&self, rarity: Vec<Option<Vec<f32>>>) -> Self {
        Self { rarity, ..self.clone() }
    }

    /// log2 of the prior odds.
    #[must_use]
    pub fn prior_bits(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).log2()
    }

    /// Bits of a pattern, rarity of values aside.
    #[must_use]
    pub fn pattern_bits(&self, of: u64) -> f64 {
        let mut odds = vec![0.0; self.others.len()];
        let bits = self.against_strangers(of, &mut odds);
        bits - (1.0 + odds.iter().sum::<f64>()).log2()
    }

    /// Bits of a pattern against strangers alone, rarity of values aside; `odds` become those of the others against strangers.
    pub(crate) fn against_strangers(&self, of: u64, odds: &mut [f64]) -> f64 {
        let together = chance::together_bits(&self.together, &self.tops, of);
        let mut sum = self.prior_bits() - together;
        for (odds, other) in odds.iter_mut().zip(&self.others) {
            *odds = other.odds - together;
        }
        for (at, field) in self.fields.iter().enumerate() {
            if let Some(level) = pattern::level(of, at) {
                sum += field.bits[level];
                for (odds, other) in odds.iter_mut().zip(&self.others) {
                    *odds += other.bits[at][level];
                }
            }
        }
        odds.iter_mut().for_each(|odds| *odds = odds.exp2());
        sum
    }

    /// What households and namesakes take off, with what rarity adds to the surprise of strangers.
    fn others_bits(&self, of: u64, rarity: &[f64], together: f64) -> f64 {
        let odds: f64 = self.others.iter().map(|other| other.odds_of(of, rarity, together).exp2()).sum();
        -(1.0 + odds).log2()
    }

    /// log2 of the odds of a household, or of namesakes, against strangers.
    #[must_use]
    pub fn odds_of(&self, other: usize, of: u64, rarity: &[f64]) -> f64 {
        self.others[other].odds_of(of, rarity, chance::together_bits(&self.together, &self.tops, of))
    }

    /// The parts of what a pair weighs.
    #[must_use]
    pub fn parts(&self, left: &[u32], right: &[u32], of: u64) -> Parts {
        let mut parts = Parts {
            prior: self.prior_bits(),
            fields: Vec::with_capacity(self.fields.len()),
            rarity: vec![0.0; self.fields.len()],
            together: -chance::together_bits(&self.together, &self.tops, of),
            others: 0.0,
            namesakes: 0.0,
        };
        for (at, field) in self.fields.iter().enumerate() {
            parts.fields.push(pattern::level(of, at).map(|level| field.bits[level]));
            parts.rarity[at] = self.rarity_bits(at, left[at], right[at], of);
        }
        parts.others = self.others_bits(of, &parts.rarity, -parts.together);
        parts.namesakes = self.namesake_bits(&parts, of);
        parts
    }

    /// Bits of a pair.
    #[must_use]
    pub fn bits(&self, left: &[u32], right: &[u32], of: u64) -> f64 {
        if self.speaks.is_some() {
            return self.parts(left, right, of).bits();
        }
        let mut sum = self.prior_bits();
        let mut rarity = [0.0; 21];
        for (at, field) in self.fields.iter().enumerate() {
            if let Some(level) = pattern::level(of, at) {
                rarity[at] = self.rarity_bits(at, left[at], right[at], of);
                sum += field.bits[level] + rarity[at];
            }
        }
        let together = chance::together_bits(&self.together, &self.tops, of);
        sum - together + self.others_bits(of, &rarity[..self.fields.len()], together)
    }

    fn rarity_bits(&self, at: usize, a: u32, b: u32, of: u64) -> f64 {
        let top = self.tops[at] as usize;
        if a != b || pattern::level(of, at) != Some(top) {
            return 0.0;
        }
        let Some(rarity) = &self.rarity[at] else { return 0.0 };
        let added = f64::from(rarity.get(a as usize).copied().unwrap_or_default());
        let bits = self.fields[at].bits[top];
        // Never less than a weaker agreement, never more than is believed.
        let least = if top > 0 { self.fields[at].bits[0].max(0.0).min(bits) } else { bits };
        (bits + added).clamp(least, BITS_MAX.max(bits)) - bits
    }

    /// Namesakes meet at one employer and one school: two who share a name, and what many share or a name is made into, stay two
    /// but for what else speaks for one.
    fn namesake_bits(&self, parts: &Parts, of: u64) -> f64 {
        let Some(speaks) = &self.speaks else { return 0.0 };
        let mut most = NAMESAKES_MOST;
        for (at, (lowest, bits)) in speaks.iter().enumerate() {
            if pattern::level(of, at).is_some_and(|level| level >= *lowest as usize) {
                most += (parts.fields[at].unwrap_or_default() + parts.rarity[at]).clamp(0.0, *bits);
            }
        }
        (most - parts.bits()).min(0.0)
    }
}

/// Most that a name, and what goes with it, weighs: one in thirty.
const NAMESAKES_MOST: f64 = -5.0 - TIMID;

/// Probability of some bits.
#[must_use]
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Bits by which the model is timid: records of one entity that slip in one field slip in others, too, which a product over fields
/// does not know. Fitted on five files of people, held on others (`docs/linkage.md`); no decision hangs on it.
const TIMID: f64 = 1.0;

/// Probability of some bits as it is stated to whoever reads it: of so many pairs, so many are one.
#[must_use]
pub fn stated(bits: f64) -> f64 {
    probability(bits + TIMID)
}

/// Probability by the model's own bits of one that is stated.
#[must_use]
pub fn own_of_stated(stated: f64) -> f64 {
    probability(bits_of(stated) - TIMID)
}

/// Bits of a probability.
#[must_use]
pub fn bits_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// log2(m/u) by level, so that a stronger agreement never weighs less: neighbours that violate it are pooled.
fn monotone(m: &[f64], u: &[f64]) -> (Vec<f64>, bool) {
    let mut groups: Vec<(f64, f64, usize)> = Vec::new();
    let mut pooled = false;
    for (m, u) in m.iter().zip(u) {
        groups.push((*m, *u, 1));
        while groups.len() > 1 {
            let (last, before) = (groups[groups.len() - 1], groups[groups.len() - 2]);
            if last.0 * before.1 >= before.0 * last.1 {
                break;
            }
            pooled = true;
            groups.truncate(groups.len() - 2);
            groups.push((last.0 + before.0, last.1 + before.1, last.2 + before.2));
        }
    }
    let bits = |(m, u, _): &(f64, f64, usize)| (m / u).log2().clamp(BITS_MIN, BITS_MAX);
    (groups.iter().flat_map(|group| std::iter::repeat_n(bits(group), group.2)).collect(), pooled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_monotone() {
        let (bits, pooled) = monotone(&[0.1, 0.3, 0.1, 0.5], &[0.9, 0.05, 0.04, 0.01]);
        assert!(pooled);
        assert!(bits.windows(2).all(|pair| pair[0] <= pair[1]), "{bits:?}");
        assert!((bits[1] - bits[2]).abs() < 1e-12);
        assert!((probability(bits_of(0.3)) - 0.3).abs() < 1e-12);
        assert!((stated(bits_of(own_of_stated(0.7))) - 0.7).abs() < 1e-12);
    }
}
