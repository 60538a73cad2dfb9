//! How often records of one entity agree, by expectation and maximisation over counts of patterns. What strangers do is fixed.

use rayon::prelude::*;

use crate::chance::Chance;
use crate::fields::Fields;
use crate::model::{self, Model};
use crate::pattern;
use crate::rival::{self, Rival, Shared};

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
    Model::new(fields, chance, &beliefs, &u, prior, &[])
}

/// One pair a record: as many as there are in lists where half are twice there.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn first_prior(fields: &Fields) -> f64 {
    1.0 / (fields.nodes() as f64).max(20.0)
}

/// Households, and namesakes, for each entity that is twice there, before anything is seen. Judgement.
const OTHERS: f64 = 0.1;

/// Trains on counts of patterns among `total` pairs in all; those that were not looked at are strangers.
#[must_use]
pub fn train(fields: &Fields, chance: &Chance, counts: &[(u64, u64)], total: f64) -> Model {
    let beliefs = beliefs(fields);
    let mut m = beliefs.clone();
    let mut prior = first_prior(fields);
    let mut others: Vec<Rival> = rival::others(fields)
        .into_iter()
        .map(|(name, shared)| (name, prior * OTHERS, beliefs.clone(), shared))
        .collect();
    for _ in 0..ROUNDS {
        let u = strangers(chance, &m, prior);
        for (_, _, r, shared) in &mut others {
            for (((r, u), m), shared) in r.iter_mut().zip(&u).zip(&m).zip(shared) {
                held(r, u, m, *shared);
            }
        }
        let model = Model::new(fields, chance, &m, &u, prior, &others);
        let expected = Expected::of(&model, counts, fields.fields.len());
        learn(&mut m, &expected.one, &beliefs);
        let before = total + 2.0 / first_prior(fields);
        for ((_, share, r, _), (levels, count)) in others.iter_mut().zip(&expected.others) {
            learn(r, levels, &beliefs);
            *share = ((count + OTHERS) / before).clamp(1e-13, 0.25);
        }
        let next = ((expected.matches + 1.0) / before).clamp(1e-12, 0.4);
        let change = ((next - prior) / prior).abs();
        prior = next;
        if change < STILL {
            break;
        }
    }
    let u = strangers(chance, &m, prior);
    for (_, _, r, shared) in &mut others {
        for (((r, u), m), shared) in r.iter_mut().zip(&u).zip(&m).zip(shared) {
            held(r, u, m, *shared);
        }
    }
    Model::new(fields, chance, &m, &u, prior, &others).with_rarity(fields, chance)
}

/// Levels from expected counts and what was believed before.
fn learn(levels: &mut [Vec<f64>], sums: &[[f64; 8]], beliefs: &[Vec<f64>]) {
    for ((levels, sums), beliefs) in levels.iter_mut().zip(sums).zip(beliefs) {
        let seen: f64 = sums.iter().sum::<f64>() + BELIEF;
        for ((level, sum), belief) in levels.iter_mut().zip(sums).zip(beliefs) {
            *level = (sum + BELIEF * belief) / seen;
        }
    }
}

/// What two people do not share agrees as among strangers, and what makes them what they are as in one entity; what is left is learnt.
fn held(r: &mut [f64], u: &[f64], m: &[f64], shared: Shared) {
    let fixed = match shared {
        Shared::Often => return,
        Shared::Same => {
            r.copy_from_slice(m);
            return;
        }
        Shared::Never => 0..r.len(),
        Shared::Below(level) => (level as usize).min(r.len())..r.len(),
    };
    r[fixed.clone()].copy_from_slice(&u[fixed.clone()]);
    let rest = 1.0 - u[fixed.clone()].iter().sum::<f64>();
    let learnt: f64 = r[..fixed.start].iter().sum();
    r[..fixed.start].iter_mut().for_each(|level| *level *= rest / learnt.max(f64::MIN_POSITIVE));
}

/// Expected agreements of records that are one, and of those of two people who are no strangers.
struct Expected {
    one: Vec<[f64; 8]>,
    matches: f64,
    others: Vec<(Vec<[f64; 8]>, f64)>,
}

/// Patterns that are summed up together: sums of whole groups are added in order, so that threads change nothing.
const GROUP: usize = 4096;

impl Expected {
    fn new(model: &Model, width: usize) -> Self {
        let empty = || vec![[0.0; 8]; width];
        Self { one: empty(), matches: 0.0, others: model.others.iter().map(|_| (empty(), 0.0)).collect() }
    }

    fn of(model: &Model, counts: &[(u64, u64)], width: usize) -> Self {
        let groups: Vec<Self> =
            counts.par_chunks(GROUP).map(|group| Self::of_group(model, group, width)).collect();
        let mut out = Self::new(model, width);
        let join = |levels: &mut Vec<[f64; 8]>, more: &[[f64; 8]]| {
            levels.iter_mut().flatten().zip(more.iter().flatten()).for_each(|(sum, more)| *sum += more);
        };
        for group in &groups {
            out.matches += group.matches;
            join(&mut out.one, &group.one);
            for ((levels, sum), (more, count)) in out.others.iter_mut().zip(&group.others) {
                join(levels, more);
                *sum += count;
            }
        }
        out
    }

    fn of_group(model: &Model, counts: &[(u64, u64)], width: usize) -> Self {
        let mut out = Self::new(model, width);
        let mut odds = vec![0.0; model.others.len()];
        for (of, count) in counts {
            #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
            let count = *count as f64;
            let strangers = model.against_strangers(*of, &mut odds);
            let one = model::probability(strangers - (1.0 + odds.iter().sum::<f64>()).log2());
            out.matches += one * count;
            add(&mut out.one, *of, one * count);
            let whole = 1.0 + odds.iter().sum::<f64>();
            for ((levels, sum), odds) in out.others.iter_mut().zip(&odds) {
                let weight = (1.0 - one) * odds / whole * count;
                // What is next to nothing adds nothing that is seen.
                if weight > 1e-12 {
                    *sum += weight;
                    add(levels, *of, weight);
                }
            }
        }
        out
    }
}

fn add(levels: &mut [[f64; 8]], of: u64, weight: f64) {
    for (at, levels) in levels.iter_mut().enumerate() {
        if let Some(level) = pattern::level(of, at) {
            levels[level] += weight;
        }
    }
}

/// What strangers do. Among pairs drawn at random there are some of one entity: their share is taken off.
fn strangers(chance: &Chance, m: &[Vec<f64>], prior: f64) -> Vec<Vec<f64>> {
    let mut out = Vec::with_capacity(m.len());
    for (at, levels) in chance.levels.iter().enumerate() {
        let floor = chance.floors[at];
        let top = levels.len() - 1;
        let of = |(level, seen): (usize, &f64)| {
            let is_pure = if level == top { chance.is_pure.0 } else { chance.is_pure.1 };
            let one = if is_pure { 0.0 } else { prior * m[at][level] };
            ((seen - one) / (1.0 - prior)).max(floor).min(1.0)
        };
        out.push(levels.iter().enumerate().map(of).collect());
    }
    out
}
