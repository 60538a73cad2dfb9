//! How often records of one entity agree, by expectation and maximisation over counts of patterns. What strangers do is fixed.

use crate::chance::Chance;
use crate::fields::Fields;
use crate::model::Model;
use crate::pattern;

/// Most rounds, and the change of the prior at which they end.
const ROUNDS: usize = 200;
const STILL: f64 = 1e-6;
/// Weight, in pairs, of what is believed before anything is seen.
const BELIEF: f64 = 8.0;
/// Share of records of one entity that are equal in a field, before anything is seen. Judgement.
const EQUAL: f64 = 0.75;
const UNEQUAL: f64 = 0.08;

/// What is believed of records of one entity before anything is seen.
#[must_use]
pub fn beliefs(fields: &Fields) -> Vec<Vec<f64>> {
    let of = |top: u8| {
        let levels = top as usize + 1;
        if levels == 2 {
            return vec![1.0 - EQUAL, EQUAL];
        }
        let mut m = vec![0.0; levels];
        m[0] = UNEQUAL;
        m[levels - 1] = EQUAL;
        // The nearer to equality the likelier.
        let between = levels - 2;
        #[expect(clippy::cast_precision_loss, reason = "at most eight levels")]
        let whole: f64 = (1..=between).map(|step| step as f64).sum();
        for (step, m) in m.iter_mut().enumerate().take(between + 1).skip(1) {
            #[expect(clippy::cast_precision_loss, reason = "at most eight levels")]
            let part = step as f64 / whole;
            *m = (1.0 - EQUAL - UNEQUAL) * part;
        }
        m
    };
    fields.fields.iter().map(|field| of(field.top)).collect()
}

/// The model before anything is seen of pairs.
#[must_use]
pub fn first(fields: &Fields, chance: &Chance) -> Model {
    let beliefs = beliefs(fields);
    let prior = first_prior(fields);
    let u = strangers(chance, &beliefs, prior);
    Model::new(fields, chance, &beliefs, &u, prior)
}

/// One pair a record: as many as there are in lists where half are twice there.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn first_prior(fields: &Fields) -> f64 {
    1.0 / (fields.nodes() as f64).max(20.0)
}

/// Trains on counts of patterns among `total` pairs in all; those that were not looked at are strangers.
#[must_use]
pub fn train(fields: &Fields, chance: &Chance, counts: &[(u64, u64)], total: f64) -> Model {
    let beliefs = beliefs(fields);
    let mut m = beliefs.clone();
    let mut prior = first_prior(fields);
    for _ in 0..ROUNDS {
        let u = strangers(chance, &m, prior);
        let model = Model::new(fields, chance, &m, &u, prior);
        let (sums, matches) = expect(&model, counts, fields.fields.len());
        for (at, levels) in sums.iter().enumerate() {
            let seen: f64 = levels.iter().sum::<f64>() + BELIEF;
            for (level, sum) in levels.iter().enumerate().take(m[at].len()) {
                m[at][level] = (sum + BELIEF * beliefs[at][level]) / seen;
            }
        }
        let next = ((matches + 1.0) / (total + 2.0 / first_prior(fields))).clamp(1e-12, 0.5);
        let change = ((next - prior) / prior).abs();
        prior = next;
        if change < STILL {
            break;
        }
    }
    let u = strangers(chance, &m, prior);
    Model::new(fields, chance, &m, &u, prior).with_rarity(fields, chance)
}

/// Expected agreements of records that are one, and how many those are.
fn expect(model: &Model, counts: &[(u64, u64)], width: usize) -> (Vec<[f64; 8]>, f64) {
    let mut sums = vec![[0.0; 8]; width];
    let mut matches = 0.0;
    for (of, count) in counts {
        #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
        let weight = crate::model::probability(model.pattern_bits(*of)) * *count as f64;
        if weight <= 0.0 {
            continue;
        }
        matches += weight;
        for (at, levels) in sums.iter_mut().enumerate() {
            if let Some(level) = pattern::level(*of, at) {
                levels[level] += weight;
            }
        }
    }
    (sums, matches)
}

/// What strangers do. Among pairs drawn at random there are some of one entity: their share is taken off.
fn strangers(chance: &Chance, m: &[Vec<f64>], prior: f64) -> Vec<Vec<f64>> {
    let mut out = Vec::with_capacity(m.len());
    for (at, levels) in chance.levels.iter().enumerate() {
        let floor = chance.floors[at];
        let of = |(level, seen): (usize, &f64)| {
            let one = if chance.is_pure { 0.0 } else { prior * m[at][level] };
            ((seen - one) / (1.0 - prior)).max(floor).min(1.0)
        };
        out.push(levels.iter().enumerate().map(of).collect());
    }
    out
}
