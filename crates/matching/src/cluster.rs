//! From pairs to entities. Components of likely pairs are taken apart again by what speaks against: within a component every
//! pair is compared, and groups are joined best first, as long as the whole of both speaks for it.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use crate::fields::Fields;
use crate::model::Model;
use crate::pattern;

/// Nodes of a component that is compared all with all; a larger one is cut at its weakest pairs first.
const COMPONENT_MAX: usize = 500;
/// Bits by which the demand rises while a component is too large.
const STEP_BITS: f64 = 2.0;
/// How much the best pair of two groups counts beside the mean of all of them. Judgement, from made-up data.
const BEST_SHARE: f64 = 0.5;

/// Bits of two that are known to be two: no mean of a group outweighs them.
const APART: f64 = -1e9;

/// A pair of nodes with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Lower node.
    pub left: u32,
    /// Higher node.
    pub right: u32,
    /// Bits, the prior among them.
    pub bits: f64,
}

/// Weights of pairs that are known already, found by their nodes.
pub(crate) struct Known<'e> {
    edges: &'e [Edge],
    /// Where the pairs of each lower node begin.
    starts: Vec<u32>,
}

impl<'e> Known<'e> {
    /// Of pairs in order; of others, nothing is known.
    pub(crate) fn new(edges: &'e [Edge], nodes: usize) -> Self {
        let is_sorted = edges.is_sorted_by_key(|edge| (edge.left, edge.right));
        let edges = if is_sorted && u32::try_from(edges.len()).is_ok() { edges } else { &[] };
        let mut starts = vec![0u32; nodes + 1];
        for edge in edges {
            starts[edge.left as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { edges, starts }
    }

    /// Bits of two nodes, the lower first.
    pub(crate) fn bits(&self, left: u32, right: u32) -> Option<f64> {
        let (from, to) = (self.starts[left as usize] as usize, self.starts[left as usize + 1] as usize);
        let edges = &self.edges[from..to];
        edges.binary_search_by_key(&right, |edge| edge.right).ok().map(|at| edges[at].bits)
    }
}

/// What was done to make entities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Components of likely pairs.
    pub components: usize,
    /// Those that fell apart because too much spoke against.
    pub cut: usize,
    /// Those that were too large to be compared all with all.
    pub oversized: usize,
}

/// The entity of each node, named by its lowest node.
#[must_use]
pub fn entities(fields: &Fields, model: &Model, edges: &[Edge], threshold_bits: f64) -> (Vec<u32>, Report) {
    entities_but(fields, model, edges, threshold_bits, &BTreeSet::new())
}

/// As [`entities`], where some pairs of nodes, the lower first, are known to be two whatever speaks for them.
#[must_use]
pub fn entities_but(
    fields: &Fields,
    model: &Model,
    edges: &[Edge],
    threshold_bits: f64,
    apart: &BTreeSet<(u32, u32)>,
) -> (Vec<u32>, Report) {
    let count = u32::try_from(fields.nodes()).unwrap_or(u32::MAX);
    let mut forest = Forest::new(count);
    let is_one = |edge: &&Edge| edge.bits >= threshold_bits && !apart.contains(&(edge.left, edge.right));
    for edge in edges.iter().filter(is_one) {
        forest.join(edge.left, edge.right);
    }
    let mut report = Report::default();
    let groups = forest.groups_of_several();
    report.components = groups.len();
    let mut pieces: Vec<Vec<u32>> = Vec::new();
    let (large, small): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.len() > COMPONENT_MAX);
    report.oversized = large.len();
    if !large.is_empty() {
        pieces.extend(taken_apart(count, large, edges, threshold_bits));
    }
    pieces.extend(small);
    let mut out: Vec<u32> = (0..count).collect();
    if apart.is_empty() {
        // Two that are likely one are one: there is nothing else to weigh.
        for pair in pieces.extract_if(.., |piece| piece.len() == 2) {
            out[pair[1] as usize] = pair[0];
        }
    }
    let known = Known::new(edges, fields.nodes());
    let joined: Vec<Vec<Vec<u32>>> = pieces
        .par_iter()
        .map(|piece| agglomerate(fields, model, &known, piece, threshold_bits, apart))
        .collect();
    for groups in joined {
        report.cut += usize::from(groups.len() > 1);
        for group in groups {
            let name = group.iter().copied().min().unwrap_or_default();
            for node in group {
                out[node as usize] = name;
            }
        }
    }
    (out, report)
}

/// Pieces of components that are too large: the demand on a pair rises until they are small enough.
fn taken_apart(count: u32, large: Vec<Vec<u32>>, edges: &[Edge], threshold_bits: f64) -> Vec<Vec<u32>> {
    let mut pieces = Vec::new();
    let mut waiting = large;
    let mut demand = threshold_bits;
    let most = edges.iter().map(|edge| edge.bits).fold(threshold_bits, f64::max);
    while !waiting.is_empty() {
        demand += STEP_BITS;
        let mut inside = vec![false; count as usize];
        for node in waiting.iter().flatten() {
            inside[*node as usize] = true;
        }
        let mut forest = Forest::new(count);
        for edge in edges
            .iter()
            .filter(|edge| edge.bits >= demand && inside[edge.left as usize] && inside[edge.right as usize])
        {
            forest.join(edge.left, edge.right);
        }
        waiting.clear();
        for group in forest.groups_of_several().into_iter().filter(|group| inside[group[0] as usize]) {
            if group.len() <= COMPONENT_MAX {
                pieces.push(group);
            } else if demand > most {
                pieces.extend(group.chunks(COMPONENT_MAX).map(<[u32]>::to_vec));
            } else {
                waiting.push(group);
            }
        }
    }
    pieces
}

/// Groups of a component, joined best first. Ties go to the lowest nodes, so that no order of input matters.
fn agglomerate(
    fields: &Fields,
    model: &Model,
    known: &Known<'_>,
    nodes: &[u32],
    threshold_bits: f64,
    apart: &BTreeSet<(u32, u32)>,
) -> Vec<Vec<u32>> {
    let size = nodes.len();
    let prior = model.prior_bits();
    let (mut best, mut sum) = (vec![f64::NEG_INFINITY; size * size], vec![0.0f64; size * size]);
    for i in 0..size {
        for j in i + 1..size {
            let (a, b) = (nodes[i], nodes[j]);
            let bits = if apart.contains(&(a.min(b), a.max(b))) {
                APART
            } else if fields.may_meet(a as usize, b as usize) {
                let weigh = || {
                    let of = pattern::pattern(fields, a, b);
                    model.bits(fields.cells(a as usize), fields.cells(b as usize), of)
                };
                known.bits(a, b).unwrap_or_else(weigh) - prior
            } else {
                0.0
            };
            for at in [i * size + j, j * size + i] {
                best[at] = bits;
                sum[at] = bits;
            }
        }
    }
    let mut members: Vec<Vec<u32>> = nodes.iter().map(|node| vec![*node]).collect();
    #[expect(clippy::cast_precision_loss, reason = "sizes of groups")]
    let score = |best: f64, sum: f64, a: usize, b: usize| {
        prior + BEST_SHARE * best + (1.0 - BEST_SHARE) * sum / (a * b) as f64
    };
    loop {
        let mut found: Option<(f64, usize, usize)> = None;
        for i in 0..size {
            if members[i].is_empty() {
                continue;
            }
            for j in i + 1..size {
                if members[j].is_empty() {
                    continue;
                }
                let bits = score(best[i * size + j], sum[i * size + j], members[i].len(), members[j].len());
                if bits >= threshold_bits && found.is_none_or(|(most, ..)| bits > most) {
                    found = Some((bits, i, j));
                }
            }
        }
        let Some((_, i, j)) = found else { break };
        let moved = std::mem::take(&mut members[j]);
        members[i].extend(moved);
        for k in 0..size {
            if k != i && !members[k].is_empty() {
                let both = best[i * size + k].max(best[j * size + k]);
                let all = sum[i * size + k] + sum[j * size + k];
                for at in [i * size + k, k * size + i] {
                    best[at] = both;
                    sum[at] = all;
                }
            }
        }
    }
    members.retain(|group| !group.is_empty());
    members
}

/// Union and find.
pub struct Forest {
    parent: Vec<u32>,
}

impl Forest {
    /// Each node by itself.
    #[must_use]
    pub fn new(count: u32) -> Self {
        Self { parent: (0..count).collect() }
    }

    /// The lowest node of the group of a node.
    pub fn root(&mut self, node: u32) -> u32 {
        let mut at = node;
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    /// Makes two groups one.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high as usize] = low;
    }

    /// All groups, in order of their lowest nodes; each in order.
    pub fn groups(&mut self) -> Vec<Vec<u32>> {
        self.groups_from(1)
    }

    /// Groups of more than one, as [`Forest::groups`] gives them.
    pub fn groups_of_several(&mut self) -> Vec<Vec<u32>> {
        self.groups_from(2)
    }

    fn groups_from(&mut self, least: u32) -> Vec<Vec<u32>> {
        let count = u32::try_from(self.parent.len()).unwrap_or(u32::MAX);
        // Members of each group, then where it stands.
        let mut place = vec![0u32; self.parent.len()];
        for node in 0..count {
            place[self.root(node) as usize] += 1;
        }
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for node in 0..count {
            let root = self.root(node) as usize;
            // The root of a group is its lowest node and comes first.
            if root == node as usize {
                let members = std::mem::replace(&mut place[root], u32::MAX);
                if members >= least {
                    place[root] = u32::try_from(groups.len()).unwrap_or(u32::MAX);
                    groups.push(Vec::with_capacity(members as usize));
                }
            }
            if let Some(group) = groups.get_mut(place[root] as usize) {
                group.push(node);
            }
        }
        groups
    }
}
