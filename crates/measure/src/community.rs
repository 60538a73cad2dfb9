//! Communities of a weighted graph, by the Leiden algorithm: V. A. Traag, L. Waltman and N. J. van Eck, "From Louvain to
//! Leiden: guaranteeing well-connected communities", Scientific Reports 9, 5233 (2019).
//!
//! What is maximised is the constant Potts model (V. A. Traag, P. Van Dooren and Y. Nesterov, "Narrow scope for
//! resolution-limit-free community detection", Physical Review E 84, 016114, 2011): the weight inside the communities,
//! less the resolution for every pair of nodes inside. It is chosen over modularity because it is local: what is found in
//! one corner of a graph does not depend on what else the graph holds, and a small community is not swallowed because
//! the whole has grown. Two communities stay apart when the mean weight between their nodes is under the resolution, which
//! is what a reader can be told. Modularity is the special case in which the size of a node is its degree.
//!
//! Weights are integers, so that no order of summing shows. Every connected part is solved on its own with the same seed:
//! the answer is a function of that part alone.

use std::collections::BTreeMap;

use crate::chance::Chance;

/// Nodes from 0, their sizes, and what ties them.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    sizes: Vec<i64>,
    /// Neighbours by node, in ascending order, each once.
    near: Vec<Vec<(usize, i64)>>,
}

impl Graph {
    /// A graph of nodes of the size 1. Edges may come in any order and either way round; those of one pair are added up, and
    /// loops are left out.
    #[must_use]
    pub fn new(nodes: usize, edges: &[(usize, usize, i64)]) -> Self {
        Self::sized(vec![1; nodes], edges)
    }

    /// A graph of nodes of given sizes.
    #[must_use]
    pub fn sized(sizes: Vec<i64>, edges: &[(usize, usize, i64)]) -> Self {
        let mut near: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); sizes.len()];
        for &(a, b, weight) in edges.iter().filter(|(a, b, _)| a != b && *a.max(b) < sizes.len()) {
            *near[a].entry(b).or_default() += weight;
            *near[b].entry(a).or_default() += weight;
        }
        Self { sizes, near: near.into_iter().map(|list| list.into_iter().collect()).collect() }
    }

    /// Nodes that hang together, each list in ascending order, ordered by the smallest.
    #[must_use]
    pub fn parts(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.sizes.len()];
        let mut out = Vec::new();
        for start in 0..self.sizes.len() {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let (mut part, mut next) = (vec![start], 0);
            while let Some(&at) = part.get(next) {
                next += 1;
                for &(other, _) in self.near[at].iter().filter(|(_, weight)| *weight > 0) {
                    if !std::mem::replace(&mut seen[other], true) {
                        part.push(other);
                    }
                }
            }
            part.sort_unstable();
            out.push(part);
        }
        out
    }

    /// The graph of some nodes, in their order.
    fn of(&self, nodes: &[usize]) -> Self {
        let place: BTreeMap<usize, usize> = nodes.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let near = |old: &usize| {
            let inside = self.near[*old].iter().filter_map(|(other, w)| Some((*place.get(other)?, *w)));
            inside.collect()
        };
        Self {
            sizes: nodes.iter().map(|old| self.sizes[*old]).collect(),
            near: nodes.iter().map(near).collect(),
        }
    }

    /// What is maximised: the weight inside, less the resolution for every pair inside.
    #[must_use]
    pub fn quality(&self, community: &[usize], resolution: i64) -> i64 {
        let mut size: BTreeMap<usize, i64> = BTreeMap::new();
        let (mut inside, mut own) = (0, 0);
        for (at, near) in self.near.iter().enumerate() {
            *size.entry(community[at]).or_default() += self.sizes[at];
            own += self.sizes[at] * self.sizes[at];
            let together = near.iter().filter(|(other, _)| *other > at && community[*other] == community[at]);
            inside += together.map(|(_, weight)| weight).sum::<i64>();
        }
        let pairs = size.values().map(|size| size * size).sum::<i64>() - own;
        inside - resolution * (pairs / 2)
    }

    /// The community of each node, named by its smallest node.
    #[must_use]
    pub fn communities(&self, resolution: i64, seed: u64) -> Vec<usize> {
        self.solved(resolution, seed, RUNS)
    }

    /// The same by one run instead of the best of several: for graphs that are made by the hundred.
    #[must_use]
    pub fn communities_once(&self, resolution: i64, seed: u64) -> Vec<usize> {
        self.solved(resolution, seed, 1)
    }

    fn solved(&self, resolution: i64, seed: u64, runs: u64) -> Vec<usize> {
        let mut out: Vec<usize> = (0..self.sizes.len()).collect();
        for part in self.parts().iter().filter(|part| part.len() > 1) {
            let found = self.of(part).solve(resolution, seed, runs);
            for (at, node) in part.iter().enumerate() {
                out[*node] = part[found[at]];
            }
        }
        out
    }

    /// The best of several runs; of two as good, always the same.
    fn solve(&self, resolution: i64, seed: u64, runs: u64) -> Vec<usize> {
        let runs = if self.sizes.len() <= MANY { runs } else { 1 };
        let run = |turn: u64| {
            let mut chance = Chance::new(seed ^ turn.wrapping_mul(0x2545_f491_4f6c_dd1d));
            let nodes = self.sizes.len();
            // from nobody with anybody, from all with all, and from groups of about three at random
            let mut part: Vec<usize> = match turn {
                0 => (0..nodes).collect(),
                1 => vec![0; nodes],
                _ => (0..nodes).map(|_| chance.below(nodes / 3 + 1)).collect(),
            };
            let mut best = self.quality(&part, resolution);
            loop {
                let next = named(&self.pass(&part, resolution, &mut chance));
                let quality = self.quality(&next, resolution);
                if quality <= best {
                    return (best, named(&part));
                }
                (best, part) = (quality, next);
            }
        };
        let found = (0..runs).map(run).max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
        found.map(|(_, part)| part).unwrap_or_default()
    }

    /// One pass of the paper: nodes move, communities are refined, and what came of it is moved as a whole, until
    /// nothing moves.
    fn pass(&self, start: &[usize], resolution: i64, chance: &mut Chance) -> Vec<usize> {
        let mut graph = self.clone();
        let mut part = dense(start);
        // nodes of this graph by node of the graph at hand
        let mut place: Vec<usize> = (0..self.sizes.len()).collect();
        loop {
            graph.move_nodes(&mut part, resolution, chance);
            let count = dense(&part).iter().max().map_or(0, |last| last + 1);
            if count == graph.sizes.len() {
                break;
            }
            let refined = dense(&graph.refine(&part, resolution, chance));
            let whole = graph.whole(&refined);
            if whole.sizes.len() == graph.sizes.len() {
                break;
            }
            let mut of = vec![0; whole.sizes.len()];
            for (at, to) in refined.iter().enumerate() {
                of[*to] = part[at];
            }
            for at in &mut place {
                *at = refined[*at];
            }
            (graph, part) = (whole, dense(&of));
        }
        place.iter().map(|at| part[*at]).collect()
    }

    /// Moves single nodes to where they add most, until no node would gain. Each node waits in a queue once.
    fn move_nodes(&self, part: &mut [usize], resolution: i64, chance: &mut Chance) {
        let nodes = self.sizes.len();
        // one more than there are nodes: there is always an empty community to go to
        let mut size = vec![0_i64; nodes + 1];
        for (at, of) in part.iter().enumerate() {
            size[*of] += self.sizes[at];
        }
        let mut order: Vec<usize> = (0..nodes).collect();
        chance.shuffle(&mut order);
        let mut queue: std::collections::VecDeque<usize> = order.into();
        let mut waits = vec![true; nodes];
        let mut empty: std::collections::BTreeSet<usize> = (0..=nodes).filter(|at| size[*at] == 0).collect();
        while let Some(at) = queue.pop_front() {
            waits[at] = false;
            let (from, own) = (part[at], self.sizes[at]);
            size[from] -= own;
            let mut ties: BTreeMap<usize, i64> = BTreeMap::from([(from, 0)]);
            for (other, weight) in &self.near[at] {
                *ties.entry(part[*other]).or_default() += weight;
            }
            let gain = |to: usize, weight: i64| weight - resolution * own * size[to];
            let mut best = (gain(from, ties[&from]), from);
            for (to, weight) in &ties {
                let gain = gain(*to, *weight);
                if gain > best.0 {
                    best = (gain, *to);
                }
            }
            if best.0 < 0
                && let Some(free) = empty.first()
            {
                best = (0, *free);
            }
            let to = best.1;
            size[to] += own;
            if size[from] == 0 {
                empty.insert(from);
            }
            empty.remove(&to);
            if to != from {
                part[at] = to;
                for (other, _) in &self.near[at] {
                    if part[*other] != to && !std::mem::replace(&mut waits[*other], true) {
                        queue.push_back(*other);
                    }
                }
            }
        }
    }

    /// Splits every community into parts that are well connected within it: a node joins only a part that, as itself,
    /// is tied to the rest of the community at least as the resolution asks. Where several would do, chance decides,
    /// the better the likelier.
    fn refine(&self, part: &[usize], resolution: i64, chance: &mut Chance) -> Vec<usize> {
        let mut out: Vec<usize> = (0..self.sizes.len()).collect();
        let mut inside: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, of) in part.iter().enumerate() {
            inside.entry(*of).or_default().push(at);
        }
        let mut size = self.sizes.clone();
        // weight of each part towards the rest of its community
        let within = |at: usize| -> i64 {
            self.near[at].iter().filter(|(other, _)| part[*other] == part[at]).map(|(_, weight)| weight).sum()
        };
        let mut outward: Vec<i64> = (0..self.sizes.len()).map(within).collect();
        let mut is_alone = vec![true; self.sizes.len()];
        for members in inside.values().filter(|members| members.len() > 1) {
            let all: i64 = members.iter().map(|at| self.sizes[*at]).sum();
            let mut order = members.clone();
            chance.shuffle(&mut order);
            let is_tied = |of: usize, size: &[i64], outward: &[i64]| {
                outward[of] >= resolution * size[of] * (all - size[of])
            };
            for at in order {
                if !is_alone[at] || !is_tied(at, &size, &outward) {
                    continue;
                }
                let mut ties: BTreeMap<usize, i64> = BTreeMap::new();
                for (other, weight) in self.near[at].iter().filter(|(other, _)| part[*other] == part[at]) {
                    *ties.entry(out[*other]).or_default() += weight;
                }
                let own = self.sizes[at];
                let gains: Vec<(usize, i64, i64)> = ties
                    .into_iter()
                    .filter(|(to, _)| *to != at && is_tied(*to, &size, &outward))
                    .map(|(to, weight)| (to, weight, weight - resolution * own * size[to]))
                    .filter(|(_, _, gain)| *gain >= 0)
                    .collect();
                let Some((to, weight)) = drawn(&gains, chance) else { continue };
                out[at] = to;
                // what tied the two is inside now, and was counted from both sides
                outward[to] += outward[at] - 2 * weight;
                size[to] += own;
                is_alone[to] = false;
                is_alone[at] = false;
            }
        }
        out
    }

    /// The graph whose nodes are these parts.
    fn whole(&self, parts: &[usize]) -> Self {
        let count = parts.iter().max().map_or(0, |last| last + 1);
        let mut sizes = vec![0; count];
        let mut edges = Vec::new();
        for (at, near) in self.near.iter().enumerate() {
            sizes[parts[at]] += self.sizes[at];
            let forward = near.iter().filter(|(other, _)| *other > at);
            edges.extend(forward.map(|(other, weight)| (parts[at], parts[*other], *weight)));
        }
        Self::sized(sizes, &edges)
    }
}

/// Runs of one part, of which the best counts.
const RUNS: u64 = 12;
/// Parts of more nodes are solved once.
const MANY: usize = 2_000;
/// The best of several gains is likelier than none at all by two to this power.
const SHARPNESS: i64 = 12;

/// One of several, by two to the power of its share in the best gain. The paper draws by an exponential of the gain; powers
/// of two are the same on every machine.
fn drawn(gains: &[(usize, i64, i64)], chance: &mut Chance) -> Option<(usize, i64)> {
    let most = gains.iter().map(|(_, _, gain)| *gain).max()?.max(1);
    let weight = |gain: i64| 1_usize << (i128::from(gain) * i128::from(SHARPNESS) / i128::from(most)) as u32;
    let all = gains.iter().map(|(_, _, gain)| weight(*gain)).sum();
    let mut left = chance.below(all);
    for (to, tie, gain) in gains {
        if left < weight(*gain) {
            return Some((*to, *tie));
        }
        left -= weight(*gain);
    }
    None
}

/// The same parts under numbers from 0, in the order of first sight.
fn dense(part: &[usize]) -> Vec<usize> {
    let mut known = BTreeMap::new();
    part.iter()
        .map(|of| {
            let next = known.len();
            *known.entry(*of).or_insert(next)
        })
        .collect()
}

/// The same parts, each under its smallest node.
fn named(part: &[usize]) -> Vec<usize> {
    let mut first = BTreeMap::new();
    part.iter().enumerate().map(|(at, of)| *first.entry(*of).or_insert(at)).collect()
}
