//! How often two strangers agree: counted from the values, not drawn. A slip between two different values cannot be
//! counted so, and is taken from the distinct values of two fixed groups of records.

use rayon::prelude::*;

use crate::fields::Fields;
use crate::hash;
use crate::pattern;
use crate::rival;

/// Records of the two groups that are compared all with all.
const GROUP: usize = 200;
const GROUP_OTHER: usize = 5_000;
/// Records from which on slips are not counted again once entities are known.
const MANY: usize = 4_000;
/// Entities among which joint agreement of two fields is counted.
const JOINT: usize = 40_000;
/// Pairs that must agree jointly before dependence is believed.
const JOINT_PAIRS_MIN: f64 = 30.0;
/// Bits of dependence from which it is told and taken off.
const JOINT_BITS_MIN: f64 = 0.5;
/// Entities that are thought to stand beside those which are seen: in a file of five, a name seen once is not rare.
const UNSEEN: f64 = 100.0;

/// What is known of strangers.
#[derive(Debug, Clone)]
pub struct Chance {
    /// Probability of each level of each field, among two records drawn at random (strangers, if `is_pure`).
    pub levels: Vec<Vec<f64>>,
    /// Least probability of a level that is believed, by field.
    pub floors: Vec<f64>,
    /// Share of each value of each field among entities, smoothed.
    pub shares: Vec<Vec<f32>>,
    /// Pairs of fields that agree together more often than alone, as a forest, with the bits to be taken off.
    pub together: Vec<(usize, usize, f64)>,
    /// Whether records of one entity were counted once, for equal values and for slips.
    pub is_pure: (bool, bool),
}

/// Counts over nodes; records of one entity once where it is known which they are. Slips between values are taken from an
/// `earlier` count where records are many.
#[must_use]
pub fn count(fields: &Fields, entities: Option<&[u32]>, earlier: Option<&Chance>) -> Chance {
    let order = grouped(fields.nodes(), entities);
    let counted: Vec<(Vec<u32>, f64)> =
        (0..fields.fields.len()).into_par_iter().map(|at| values(fields, at, &order, entities)).collect();
    let (mut levels, are_slips_pure) = match earlier {
        Some(earlier) if fields.nodes() >= MANY => (earlier.levels.clone(), earlier.is_pure.1),
        _ => (fuzzy(fields, entities), entities.is_some()),
    };
    let mut floors = Vec::new();
    let mut shares = Vec::new();
    for (at, (counts, total)) in counted.iter().enumerate() {
        let top = fields.fields[at].top as usize;
        let agreeing: f64 = counts.iter().map(|n| f64::from(*n) * (f64::from(*n) - 1.0)).sum();
        levels[at][top] = if *total > 1.0 { agreeing / (total * (total - 1.0)) } else { 0.0 };
        let distinct = counts.iter().filter(|n| **n > 0).count();
        #[expect(clippy::cast_precision_loss, reason = "a floor")]
        floors.push(1.0 / (8.0 * (distinct as f64).max(UNSEEN)));
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        shares.push(
            counts.iter().map(|n| ((f64::from(*n).max(1.0) + 0.5) / (total + UNSEEN)) as f32).collect(),
        );
    }
    swapped(fields, &counted, &mut levels);
    for field in &mut levels {
        let agreed: f64 = field[1..].iter().sum();
        field[0] = (1.0 - agreed).max(0.05);
    }
    let together = if entities.is_some() { together(fields, &order, entities) } else { Vec::new() };
    Chance { levels, floors, shares, together, is_pure: (entities.is_some(), are_slips_pure) }
}

/// Nodes so that those of one entity stand together.
fn grouped(nodes: usize, entities: Option<&[u32]>) -> Vec<u32> {
    let all = 0..u32::try_from(nodes).unwrap_or(u32::MAX);
    let Some(entities) = entities else { return all.collect() };
    // Entities are called after one of their nodes: counting them sorts them.
    let mut free = vec![0u32; nodes + 1];
    for entity in entities {
        free[*entity as usize + 1] += 1;
    }
    for at in 1..free.len() {
        free[at] += free[at - 1];
    }
    let mut order = vec![0; nodes];
    for (node, entity) in all.zip(entities) {
        let place = &mut free[*entity as usize];
        order[*place as usize] = node;
        *place += 1;
    }
    order
}

/// How many entities show each value of a field, and the sum.
fn values(fields: &Fields, at: usize, order: &[u32], entities: Option<&[u32]>) -> (Vec<u32>, f64) {
    let size = fields.fields[at].dictionary.values.len();
    // How many, and the last one.
    let mut seen = vec![(0u32, u32::MAX); size];
    let mut total = 0u32;
    for node in order {
        let value = fields.cells(*node as usize)[at] as usize;
        let entity = entities.map_or(*node, |entities| entities[*node as usize]);
        if value > 0 && seen[value].1 != entity {
            seen[value] = (seen[value].0 + 1, entity);
            total += 1;
        }
    }
    (seen.iter().map(|(count, _)| *count).collect(), f64::from(total))
}

/// Levels between distinct values, from two groups of records that have no node in common. Nodes are in the order of a hash of
/// their content, so that any first part of them is a fair sample, and always the same one.
fn fuzzy(fields: &Fields, entities: Option<&[u32]>) -> Vec<Vec<f64>> {
    let nodes = fields.nodes();
    let first = GROUP.min(nodes / 2);
    let last = nodes.min(first + GROUP_OTHER);
    let one = |at: usize| {
        let levels = fields.fields[at].top as usize + 1;
        let mut sums = vec![0.0; levels];
        let mut pairs = 0.0;
        for left in 0..first {
            let a = fields.cells(left)[at];
            if a == 0 {
                continue;
            }
            for right in first..last {
                let b = fields.cells(right)[at];
                let is_one = entities.is_some_and(|entities| entities[left] == entities[right]);
                if b == 0 || is_one {
                    continue;
                }
                pairs += 1.0;
                if a != b {
                    sums[fields.fields[at].dictionary.compare.level(a, b) as usize] += 1.0;
                }
            }
        }
        sums.iter().map(|sum| sum / f64::max(pairs, 1.0)).collect()
    };
    (0..fields.fields.len()).into_par_iter().map(one).collect()
}

/// Two strangers' names crossed: each part of the name has half of the surprise.
fn swapped(fields: &Fields, counted: &[(Vec<u32>, f64)], levels: &mut [Vec<f64>]) {
    for (at, field) in fields.fields.iter().enumerate() {
        let (Some(sister), Some(level)) = (field.sister, field.dictionary.compare.swapped()) else {
            continue;
        };
        let ((one, total), (other, other_total)) = (&counted[at], &counted[sister]);
        let both: f64 = one.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        levels[at][level as usize] = both / (total * other_total).max(1.0);
    }
}

/// Fields that agree together among strangers, as a forest of the strongest ties (Chow and Liu 1968).
fn together(fields: &Fields, order: &[u32], entities: Option<&[u32]>) -> Vec<(usize, usize, f64)> {
    let width = fields.fields.len();
    // One row an entity: the first value of each field.
    let mut rows: Vec<Vec<u32>> = Vec::new();
    let mut last = None;
    for node in order {
        let entity = entities.map_or(*node, |entities| entities[*node as usize]);
        if last != Some(entity) {
            if rows.len() >= JOINT {
                break;
            }
            rows.push(vec![0; width]);
            last = Some(entity);
        }
        let Some(row) = rows.last_mut() else { break };
        for (to, from) in row.iter_mut().zip(fields.cells(*node as usize)) {
            if *to == 0 {
                *to = *from;
            }
        }
    }
    let rivals = rival::others(fields);
    let ties: Vec<(usize, usize)> = (0..width)
        .flat_map(|one| (one + 1..width).map(move |other| (one, other)))
        .filter(|(one, other)| !rival::explain(fields, &rivals, *one, *other))
        .collect();
    let mut found: Vec<(f64, usize, usize)> = ties
        .into_par_iter()
        .filter_map(|(one, other)| Some((tie(&rows, one, other)?, one, other)))
        .filter(|(bits, ..)| *bits >= JOINT_BITS_MIN)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut root: Vec<usize> = (0..width).collect();
    let mut forest = Vec::new();
    for (bits, one, other) in found {
        let (a, b) = (root[one], root[other]);
        if a != b {
            root.iter_mut().filter(|of| **of == b).for_each(|of| *of = a);
            forest.push((one, other, bits));
        }
    }
    forest
}

/// log2 of how much more often two fields agree together than they would by themselves.
fn tie(rows: &[Vec<u32>], one: usize, other: usize) -> Option<f64> {
    let mut joint: hash::Map<(u32, u32), u32> = hash::Map::default();
    let mut left: hash::Map<u32, u32> = hash::Map::default();
    let mut right: hash::Map<u32, u32> = hash::Map::default();
    let mut total = 0.0f64;
    for row in rows {
        let (a, b) = (row[one], row[other]);
        if a > 0 && b > 0 {
            *joint.entry((a, b)).or_default() += 1;
            *left.entry(a).or_default() += 1;
            *right.entry(b).or_default() += 1;
            total += 1.0;
        }
    }
    let pairs = |count: &u32| u64::from(*count) * u64::from(count - 1) / 2;
    // Whole numbers, so that the order of a hash says nothing.
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let (both, a, b) = (
        joint.values().map(pairs).sum::<u64>() as f64,
        left.values().map(pairs).sum::<u64>() as f64,
        right.values().map(pairs).sum::<u64>() as f64,
    );
    let all = total * (total - 1.0) / 2.0;
    if both < JOINT_PAIRS_MIN || a <= 0.0 || b <= 0.0 {
        return None;
    }
    // The lower bound of what was counted.
    let surely = both - 2.0 * both.sqrt();
    Some((surely * all / (a * b)).log2())
}

/// What fields that go together count twice in a pattern, bits.
#[must_use]
pub fn together_bits(together: &[(usize, usize, f64)], tops: &[u8], of: u64) -> f64 {
    // A slip in one of two that go together leaves them together.
    let agrees = |field: usize| {
        let top = tops[field] as usize;
        pattern::level(of, field).is_some_and(|level| level == top || level >= 2 && level + 2 >= top)
    };
    together.iter().filter(|(one, other, _)| agrees(*one) && agrees(*other)).map(|(.., bits)| bits).sum()
}
