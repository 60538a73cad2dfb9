//! All of it in order: fields, blocks, patterns, model, entities; then once more, with records of one entity counted once.

use rayon::prelude::*;

use crate::block::{self, Plan, RuleReport};
use crate::chance;
use crate::cluster::{self, Edge};
use crate::config::{Block, Config};
use crate::fields::Fields;
use crate::model::{self, Model};
use crate::pattern::{self, Pair};
use crate::propose;
use crate::train;
use crate::{Result, Table};

/// Bits below the threshold at which a pair is no longer kept while the model is not trained.
const KEPT_BELOW: f64 = 12.0;
/// Bits below the threshold to which pairs are shown.
const SHOWN_BELOW: f64 = 4.0;
/// Probability from which records are one before the model is trained on entities.
const FIRST_THRESHOLD: f64 = 0.9;
/// Rounds of training after entities are known.
const ROUNDS: usize = 2;
/// Threshold is sought within these probabilities.
const THRESHOLDS: std::ops::Range<f64> = 0.2..0.9;

/// What came of linking.
pub struct Linked {
    /// Columns made ready.
    pub fields: Fields,
    /// The trained model.
    pub model: Model,
    /// Rules that were used; none where every pair was looked at.
    pub rules: Vec<Block>,
    /// What each rule cost.
    pub blocks: Vec<RuleReport>,
    /// Most pairs that might have been looked at.
    pub budget: u64,
    /// Pairs of nodes that were looked at, each once.
    pub looked_at: u64,
    /// Probability from which two records are one, by the model's own bits.
    pub threshold: f64,
    /// Entity of each node, named by its lowest node.
    pub entities: Vec<u32>,
    /// What was done to make entities.
    pub clusters: cluster::Report,
    /// Likely pairs of nodes, in order.
    pub edges: Vec<Edge>,
    /// Share of matches that no rule finds, estimated; `None` where every pair was looked at.
    pub missed: Option<f64>,
    /// Ways in which pairs agree, with counts.
    pub patterns: Vec<(u64, u64)>,
    /// Whether the nodes are copies of one record each, one a node.
    copies_are_one: Vec<bool>,
}

/// Links the records of a table.
///
/// # Errors
/// When the configuration does not fit.
pub fn link(table: &Table, config: &Config) -> Result<Linked> {
    let fields = Fields::new(table, config)?;
    let rules =
        if config.block.is_empty() { propose::propose(&fields, config)? } else { config.block.clone() };
    let plan = Plan::new(&fields, config, &rules)?;
    let mut chance = chance::count(&fields, None, None);
    let first = train::first(&fields, &chance);
    let least = model::bits_of(THRESHOLDS.start) - KEPT_BELOW;
    let looked = pattern::look(&fields, &plan, |of| first.pattern_bits(of) >= least);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let total = block::all_pairs(fields.nodes() as u64) as f64;
    let mut model = train::train(&fields, &chance, &looked.counts, total.max(1.0));
    let typed = config.link.threshold.map(model::own_of_stated);
    let mut threshold = typed.unwrap_or(FIRST_THRESHOLD);
    let mut edges = weigh(&fields, &model, &looked.kept);
    let (mut entities, mut clusters) = cluster::entities(&fields, &model, &edges, model::bits_of(threshold));
    for _ in 0..ROUNDS {
        chance = chance::count(&fields, Some(&entities), Some(&chance));
        model = train::train(&fields, &chance, &looked.counts, total.max(1.0));
        edges = weigh(&fields, &model, &looked.kept);
        threshold = typed.unwrap_or_else(|| best_threshold(&edges));
        (entities, clusters) = cluster::entities(&fields, &model, &edges, model::bits_of(threshold));
    }
    let missed = (!rules.is_empty()).then(|| missed(&fields, &plan, &edges));
    let copies_are_one = copies(&fields, &model, model::bits_of(threshold));
    let shown = model::bits_of(threshold) - SHOWN_BELOW;
    edges.retain(|edge| edge.bits >= shown);
    Ok(Linked {
        blocks: plan.report.clone(),
        budget: plan.budget,
        looked_at: looked.pairs,
        patterns: looked.counts,
        fields,
        model,
        rules,
        threshold,
        missed,
        entities,
        clusters,
        edges,
        copies_are_one,
    })
}

/// Share of matches that no rule finds, by capture and recapture (Chao 1987): if many are found by one rule alone and few by two, many
/// are found by none. Rules are not independent, so it is a lower bound.
fn missed(fields: &Fields, plan: &Plan, edges: &[Edge]) -> f64 {
    let (mut once, mut twice, mut all) = (0.0f64, 0.0f64, 0.0f64);
    for edge in edges {
        let p = model::probability(edge.bits);
        if p < 0.5 || !fields.may_meet(edge.left as usize, edge.right as usize) {
            continue;
        }
        all += p;
        match plan.rules_of(edge.left as usize, edge.right as usize) {
            1 => once += p,
            2 => twice += p,
            _ => {}
        }
    }
    let none = once * once / (2.0 * twice.max(1.0));
    if all > 0.0 { none / (all + none) } else { 0.0 }
}

/// Weights of the kept pairs, in their order.
fn weigh(fields: &Fields, model: &Model, kept: &[Pair]) -> Vec<Edge> {
    let edge = |pair: &Pair| {
        let (left, right) = (fields.cells(pair.left as usize), fields.cells(pair.right as usize));
        Edge { left: pair.left, right: pair.right, bits: model.bits(left, right, pair.pattern) }
    };
    kept.par_iter().map(edge).collect()
}

/// The probability at which the expected F1 is greatest, by the model's own probabilities: no truth is needed.
fn best_threshold(edges: &[Edge]) -> f64 {
    let mut all: Vec<f64> =
        edges.iter().map(|edge| model::probability(edge.bits)).filter(|p| *p > 1e-4).collect();
    all.par_sort_unstable_by(|a, b| b.total_cmp(a));
    let expected: f64 = all.iter().sum();
    let (mut taken, mut best, mut at) = (0.0, 0.0, 0.5);
    for (place, p) in all.iter().enumerate() {
        taken += p;
        #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
        let f1 = 2.0 * taken / ((place + 1) as f64 + expected);
        if f1 > best {
            (best, at) = (f1, *p);
        }
    }
    at.clamp(THRESHOLDS.start, THRESHOLDS.end)
}

/// Whether records that agree in every value are one: what they hold must weigh enough.
fn copies(fields: &Fields, model: &Model, threshold_bits: f64) -> Vec<bool> {
    (0..fields.nodes()).into_par_iter().map(|node| self_bits(fields, model, node) >= threshold_bits).collect()
}

/// Bits of a node compared with itself.
#[must_use]
pub fn self_bits(fields: &Fields, model: &Model, node: usize) -> f64 {
    let cells = fields.cells(node);
    model.bits(cells, cells, pattern::between(fields, cells, cells))
}

impl Linked {
    /// The entity of each row, named by a row of it.
    #[must_use]
    pub fn clusters_of_rows(&self) -> Vec<u32> {
        let mut out = vec![0; self.fields.node_of_rows().len()];
        let first = |node: u32| self.fields.rows(node as usize).first().copied().unwrap_or_default();
        for (node, entity) in self.entities.iter().enumerate() {
            let rows = self.fields.rows(node);
            for (place, row) in rows.iter().enumerate() {
                // Copies that say too little stay by themselves, but for the first.
                let joined = place == 0 || self.copies_are_one[node];
                out[*row as usize] = if joined { first(*entity) } else { *row };
            }
        }
        out
    }

    /// Bits of a node compared with itself, where copies of it are one.
    pub(crate) fn copy_bits(&self, node: usize) -> Option<f64> {
        self.copies_are_one[node].then(|| self_bits(&self.fields, &self.model, node))
    }

    /// Bits that make two records one.
    #[must_use]
    pub fn threshold_bits(&self) -> f64 {
        model::bits_of(self.threshold)
    }

    /// Records that even a copy of themselves would not be linked to: they say too little.
    #[must_use]
    pub fn unlinkable(&self) -> Vec<u32> {
        let short = (0..self.fields.nodes()).filter(|node| !self.copies_are_one[*node]);
        let mut rows: Vec<u32> = short.flat_map(|node| self.fields.rows(node).iter().copied()).collect();
        rows.sort_unstable();
        rows
    }

    /// Pairs of rows with their bits, in order: likely ones of different content, and copies with the first of their kind.
    #[must_use]
    pub fn pairs_of_rows(&self) -> Vec<(u32, u32, f64)> {
        let mut out = Vec::new();
        for edge in &self.edges {
            for left in self.fields.rows(edge.left as usize) {
                for right in self.fields.rows(edge.right as usize) {
                    out.push((*left, *right, edge.bits));
                }
            }
        }
        for node in 0..self.fields.nodes() {
            let rows = self.fields.rows(node);
            if let [first, others @ ..] = rows
                && !others.is_empty()
                && self.fields.files().is_none()
            {
                let bits = self_bits(&self.fields, &self.model, node);
                out.extend(others.iter().map(|other| (*first, *other, bits)));
            }
        }
        out
    }
}
