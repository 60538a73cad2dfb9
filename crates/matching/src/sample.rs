//! Precision and recall without labels for all: pairs drawn by how likely they are, judged by somebody, and what follows of it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::hash;
use crate::link::Linked;
use crate::{model, pattern};

/// Probabilities that part pairs of two clusters, and pairs of one, into strata.
const PARTS: [f64; 4] = [0.1, 0.5, 0.9, 0.99];
/// Records of one cluster whose pairs are all counted; of a larger one so many are drawn.
const CLUSTER_MAX: usize = 300;
/// Draws from which an interval is taken.
const DRAWS: u64 = 4_000;
/// What is believed of a stratum before anything is judged: half a pair of each kind (Jeffreys).
const BELIEF: f64 = 0.5;

/// A pair that is to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Rows.
    pub left: u32,
    /// Rows.
    pub right: u32,
    /// By the model.
    pub probability: f64,
    /// Whether both are in one cluster.
    pub together: bool,
    /// Which stratum it was drawn from.
    pub stratum: String,
    /// Pairs that the stratum holds.
    pub of: f64,
}

struct Candidate {
    left: u32,
    right: u32,
    bits: f64,
    together: bool,
    /// Pairs that it stands for.
    weight: f64,
}

/// Draws so many pairs, of each stratum as many, evenly by chance of a seed. What was drawn does not hang on the order of the input.
#[must_use]
pub fn draw(linked: &Linked, key: &dyn Fn(u32) -> u64, count: usize, seed: u64) -> Vec<Drawn> {
    let mut strata: BTreeMap<(bool, usize), Vec<(u64, Candidate)>> = BTreeMap::new();
    for pair in candidates(linked, key, seed) {
        let probability = model::stated(pair.bits);
        let part = PARTS.iter().filter(|from| probability >= **from).count();
        let (one, other) = (key(pair.left), key(pair.right));
        let lot = hash::mix(hash::mix(one.min(other), one.max(other)), seed);
        strata.entry((pair.together, part)).or_default().push((lot, pair));
    }
    let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
    let mut out = Vec::new();
    for (((together, part), mut pairs), taken) in strata.into_iter().zip(shared_out(&sizes, count)) {
        pairs.sort_unstable_by_key(|(lot, pair)| (*lot, pair.left, pair.right));
        let from = if part == 0 { 0.0 } else { PARTS[part - 1] };
        let to = PARTS.get(part).copied().unwrap_or(1.0);
        let stratum = format!("{} {from} to {to}", if together { "one" } else { "two" });
        let of = pairs.iter().map(|(_, pair)| pair.weight).sum();
        out.extend(pairs.into_iter().take(taken).map(|(_, pair)| Drawn {
            left: pair.left,
            right: pair.right,
            probability: model::stated(pair.bits),
            together,
            stratum: stratum.clone(),
            of,
        }));
    }
    out
}

/// As many of each as there are to share out; what a small one leaves goes to the others.
fn shared_out(sizes: &[usize], count: usize) -> Vec<usize> {
    let mut taken = vec![0; sizes.len()];
    let mut left = count.min(sizes.iter().sum());
    while left > 0 {
        for (taken, size) in taken.iter_mut().zip(sizes) {
            if left > 0 && *taken < *size {
                *taken += 1;
                left -= 1;
            }
        }
    }
    taken
}

/// Likely pairs, and all pairs within clusters.
fn candidates(linked: &Linked, key: &dyn Fn(u32) -> u64, seed: u64) -> Vec<Candidate> {
    let clusters = linked.clusters_of_rows();
    let mut out: Vec<Candidate> = Vec::new();
    let together = |left: u32, right: u32| clusters[left as usize] == clusters[right as usize];
    for (left, right, bits) in linked.pairs_of_rows() {
        if !together(left, right) {
            out.push(Candidate { left, right, bits, together: false, weight: 1.0 });
        }
    }
    let nodes = linked.fields.node_of_rows();
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    (0u32..).zip(&clusters).for_each(|(row, cluster)| members.entry(*cluster).or_default().push(row));
    for rows in members.into_values().filter(|rows| rows.len() > 1) {
        let mut kept = rows.clone();
        if kept.len() > CLUSTER_MAX {
            kept.sort_unstable_by_key(|row| (hash::mix(key(*row), seed), *row));
            kept.truncate(CLUSTER_MAX);
        }
        let pairs = |count: usize| {
            #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
            let count = count as f64;
            count * (count - 1.0) / 2.0
        };
        let weight = pairs(rows.len()) / pairs(kept.len());
        for (at, left) in kept.iter().enumerate() {
            for right in &kept[at + 1..] {
                let (a, b) = (nodes[*left as usize], nodes[*right as usize]);
                let cells = |node: u32| linked.fields.cells(node as usize);
                let (one, other) = (cells(a.min(b)), cells(a.max(b)));
                let bits = linked.model.bits(one, other, pattern::between(&linked.fields, one, other));
                out.push(Candidate { left: *left, right: *right, bits, together: true, weight });
            }
        }
    }
    out
}

/// What somebody found of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Which stratum it was drawn from.
    pub stratum: String,
    /// Pairs that the stratum holds.
    pub of: f64,
    /// Whether both are in one cluster, as it is now.
    pub together: bool,
    /// Whether they are one; nothing where nobody said.
    pub is_one: Option<bool>,
}

/// A share with its bounds of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The middle.
    pub estimate: f64,
    /// Bounds of 95 %.
    pub low: f64,
    /// Bounds of 95 %.
    pub high: f64,
}

/// What follows of judged pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Of pairs within clusters; none where there is no link.
    pub precision: Option<Interval>,
    /// Among likely pairs; none where nothing is one.
    pub recall: Option<Interval>,
    /// Pairs that were judged.
    pub judged: usize,
    /// Drawn and not judged.
    pub open: usize,
}

/// Of one stratum: pairs, and what was found of those in one cluster and in two, as (one, all).
#[derive(Default)]
struct Stratum {
    of: f64,
    found: [(f64, f64); 2],
}

/// Precision and recall of the strata that judged pairs were drawn from. What was not judged is taken to be like the rest of its
/// stratum; a stratum of which nothing was judged widens the bounds as far as it can.
#[must_use]
pub fn estimate(judged: &[Judged]) -> Found {
    let mut strata: BTreeMap<&str, Stratum> = BTreeMap::new();
    let mut open = 0;
    for pair in judged {
        let stratum = strata.entry(&pair.stratum).or_default();
        stratum.of = stratum.of.max(pair.of);
        let Some(is_one) = pair.is_one else {
            open += 1;
            continue;
        };
        let found = &mut stratum.found[usize::from(pair.together)];
        found.0 += f64::from(u8::from(is_one));
        found.1 += 1.0;
    }
    let strata: Vec<(Stratum, [bool; 2])> = strata
        .into_iter()
        .map(|(name, stratum)| {
            let stands =
                |together: bool| judged.iter().any(|pair| pair.stratum == name && pair.together == together);
            let both = [stands(false), stands(true)];
            (stratum, both)
        })
        .collect();
    let mut chance = Chance(1);
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for _ in 0..DRAWS {
        let (mut said, mut right, mut truth) = (0.0, 0.0, 0.0);
        for (stratum, stands) in &strata {
            for (together, count, ones) in drawn(stratum, *stands, &mut chance) {
                truth += ones;
                if together {
                    said += count;
                    right += ones;
                }
            }
        }
        if said > 0.0 {
            precisions.push(right / said);
        }
        if truth > 0.0 {
            recalls.push(right / truth);
        }
    }
    let has_links = strata.iter().any(|(_, stands)| stands[1]);
    // Where nothing that was judged speaks against it, the whole may be right: the bound of Jeffreys is 1 there.
    let is_flawless = |flaw: fn(&Judged) -> bool| !judged.iter().any(flaw);
    let up_to_one = |found: Option<Interval>, is_flawless: bool| {
        found.map(|of| Interval { high: if is_flawless { 1.0 } else { of.high }, ..of })
    };
    let precise = is_flawless(|pair| pair.together && pair.is_one == Some(false));
    let complete = is_flawless(|pair| !pair.together && pair.is_one == Some(true));
    Found {
        precision: up_to_one(interval(precisions).filter(|_| has_links), precise),
        recall: up_to_one(interval(recalls).filter(|_| has_links), complete),
        judged: judged.len() - open,
        open,
    }
}

/// One draw of what a stratum may hold: whether in one cluster, how many pairs, how many of them are one.
fn drawn(stratum: &Stratum, stands: [bool; 2], chance: &mut Chance) -> Vec<(bool, f64, f64)> {
    let judged = stratum.found[0].1 + stratum.found[1].1;
    let share = match stands {
        [false, _] => 1.0,
        [true, false] => 0.0,
        _ => chance.beta(stratum.found[1].1 + BELIEF, stratum.found[0].1 + BELIEF),
    };
    let rest = (stratum.of - judged).max(0.0);
    let mut out = Vec::new();
    for (together, share) in [(false, 1.0 - share), (true, share)] {
        let (ones, all) = stratum.found[usize::from(together)];
        if stands[usize::from(together)] {
            let rate = chance.beta(ones + BELIEF, all - ones + BELIEF);
            out.push((together, all + rest * share, ones + rest * share * rate));
        }
    }
    out
}

fn interval(mut all: Vec<f64>) -> Option<Interval> {
    all.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place among the draws"
        )]
        let place = (share * all.len() as f64) as usize;
        all.get(place.min(all.len().saturating_sub(1))).copied()
    };
    Some(Interval { estimate: at(0.5)?, low: at(0.025)?, high: at(0.975)? })
}

/// Chance of a seed: the same in every run.
struct Chance(u64);

impl Chance {
    /// Between 0 and 1, neither of them.
    fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let share = ((hash::mix(self.0, 0x2545_f491_4f6c_dd1d) >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        share
    }

    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.even(), self.even());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// Gamma (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.even().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.even().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        x / (x + y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(stratum: &str, of: f64, together: bool, is_one: Option<bool>) -> Judged {
        Judged { stratum: stratum.into(), of, together, is_one }
    }

    #[test]
    fn what_is_left_is_shared_out() {
        assert_eq!(shared_out(&[2, 100, 50], 12), [2, 5, 5]);
        assert_eq!(shared_out(&[2, 1], 12), [2, 1]);
    }

    #[test]
    fn bounds_hold_what_was_judged_and_narrow_as_more_is() {
        let of = |count: usize| {
            let mut all = Vec::new();
            for at in 0..count {
                all.push(judged("one", 1000.0, true, Some(at % 10 != 0)));
                all.push(judged("two", 500.0, false, Some(at % 5 == 0)));
            }
            estimate(&all)
        };
        let (few, many) = (of(20), of(200));
        let (precision, recall) = (many.precision.unwrap(), many.recall.unwrap());
        // 900 of 1000; of 500 others 100 are one.
        assert!(precision.low < 0.9 && 0.9 < precision.high, "{precision:?}");
        assert!(recall.low < 0.9 && 0.9 < recall.high, "{recall:?}");
        let width = |found: &Found| found.precision.map(|of| of.high - of.low).unwrap();
        assert!(width(&few) > 2.0 * width(&many), "{few:?} {many:?}");
        assert_eq!(many, of(200));
    }

    #[test]
    fn all_right_is_never_certain_and_nothing_is_no_estimate() {
        let all: Vec<Judged> = (0..10).map(|_| judged("one", 1000.0, true, Some(true))).collect();
        let precision = estimate(&all).precision.unwrap();
        assert!(precision.low < 0.95 && precision.estimate < 1.0, "{precision:?}");
        assert_eq!(estimate(&[]).precision, None);
        let none: Vec<Judged> = (0..10).map(|_| judged("two", 10.0, false, Some(false))).collect();
        assert_eq!((estimate(&none).precision, estimate(&none).recall), (None, None));
        let open = [judged("one", 50.0, true, None)];
        let wide = estimate(&open).precision.unwrap();
        assert!(wide.high - wide.low > 0.8, "{wide:?}");
    }

    #[test]
    fn bounds_hold_the_truth_nineteen_times_of_twenty() {
        let mut chance = Chance(9);
        let mut held = 0;
        for _ in 0..200 {
            let mut all = Vec::new();
            for (name, of, together, rate) in
                [("a", 3000.0, true, 0.99), ("b", 200.0, true, 0.7), ("c", 300.0, false, 0.2)]
            {
                all.extend((0..60).map(|_| judged(name, of, together, Some(chance.even() < rate))));
            }
            let truth = (3000.0 * 0.99 + 200.0 * 0.7) / 3200.0;
            let got = estimate(&all).precision.unwrap();
            held += u32::from(got.low <= truth && truth <= got.high);
        }
        assert!((180..=200).contains(&held), "{held} of 200");
    }
}
