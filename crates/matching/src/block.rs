//! Which pairs are looked at. Blocks are counted, split and dropped before any pair is made, so the budget holds exactly.

use rayon::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::config::{Block, Config};
use crate::fields::Fields;
use crate::hash;
use crate::key::{self, KeyText, Keys, Part};

/// Pairs that are looked at where the configuration says nothing: so many a node, within these bounds.
const PAIRS_A_NODE: u64 = 24;
const PAIRS_LEAST: u64 = 1_200_000;
/// Nodes of a block before it is split, where the configuration says nothing.
const BLOCK_SIZE: u32 = 1_000;
/// Pairs of one task of a thread.
const TASK_PAIRS: u64 = 100_000;

/// What one rule makes of the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleReport {
    /// Its keys.
    pub keys: String,
    /// Pairs that it looks at, those of earlier rules among them.
    pub pairs: u64,
    /// Nodes of its largest block.
    pub largest: u32,
    /// Blocks over the limit that were split by a second key.
    pub split: u32,
    /// Pairs of blocks over the limit that are not looked at.
    pub dropped: u64,
    /// The limit, nodes of a block.
    pub limit: u32,
}

/// Blocks of one rule.
struct Blocks {
    members: Vec<u32>,
    starts: Vec<u64>,
    pairs: u64,
}

/// All blocks, ready to be walked through.
pub struct Plan {
    rules: Vec<Blocks>,
    /// Columns of `ids` of each rule.
    slots: Vec<std::ops::Range<usize>>,
    width: usize,
    /// Number of the blocks that a node is in, node by node; 0 where there is none.
    ids: Vec<u32>,
    /// What was counted.
    pub report: Vec<RuleReport>,
    /// Most pairs that may be looked at.
    pub budget: u64,
}

/// How many pairs may be looked at by default.
#[must_use]
pub fn budget(config: &Config, nodes: usize) -> u64 {
    config.link.max_pairs.unwrap_or_else(|| (nodes as u64).saturating_mul(PAIRS_A_NODE).max(PAIRS_LEAST))
}

/// All pairs of so many nodes.
#[must_use]
pub fn all_pairs(nodes: u64) -> u64 {
    nodes.saturating_mul(nodes.saturating_sub(1)) / 2
}

impl Plan {
    /// Counts and shapes the blocks of some rules; without rules, every pair is looked at.
    ///
    /// # Errors
    /// When a key is not known.
    pub fn new(fields: &Fields, config: &Config, rules: &[Block]) -> Result<Self> {
        let limit = config.link.block_size.unwrap_or(BLOCK_SIZE);
        let mut plan = Self {
            rules: Vec::new(),
            slots: Vec::new(),
            width: 0,
            ids: Vec::new(),
            report: Vec::new(),
            budget: budget(config, fields.nodes()),
        };
        if rules.is_empty() {
            plan.everything(fields);
            return Ok(plan);
        }
        let shaped = rules.iter().map(|rule| Shape::new(fields, rule)).collect::<Result<Vec<Shape>>>()?;
        let mut limits = vec![limit; rules.len()];
        let mut made: Vec<(Blocks, RuleReport)> =
            shaped.par_iter().map(|shape| shape.cut(fields, limit)).collect();
        // The rule that costs most gives way first, until all fit.
        while made.iter().map(|(blocks, _)| blocks.pairs).sum::<u64>() > plan.budget {
            let worst = (0..made.len()).max_by_key(|at| (made[*at].0.pairs, usize::MAX - at));
            let Some(at) = worst.filter(|at| limits[*at] > 1) else { break };
            limits[at] /= 2;
            made[at] = shaped[at].cut(fields, limits[at]);
        }
        plan.number(fields.nodes(), made, &shaped);
        Ok(plan)
    }

    /// One block of all nodes.
    fn everything(&mut self, fields: &Fields) {
        let nodes = fields.nodes();
        let count = u32::try_from(nodes).unwrap_or(u32::MAX);
        let members: Vec<u32> = (0..count).collect();
        let pairs = pairs_of(fields, &members);
        self.report.push(RuleReport {
            keys: "every pair".into(),
            pairs,
            largest: count,
            split: 0,
            dropped: 0,
            limit: count,
        });
        self.rules.push(Blocks { members, starts: vec![0, nodes as u64], pairs });
        self.slots.push(0..1);
        self.width = 1;
        self.ids = vec![1; nodes];
    }

    /// Gives each node the numbers of its blocks, by which a pair that two rules find is looked at once.
    fn number(&mut self, nodes: usize, made: Vec<(Blocks, RuleReport)>, shaped: &[Shape]) {
        for shape in shaped {
            self.slots.push(self.width..self.width + shape.slots);
            self.width += shape.slots;
        }
        self.ids = vec![0; nodes * self.width];
        for ((blocks, report), slots) in made.into_iter().zip(&self.slots) {
            for (at, range) in blocks.starts.windows(2).enumerate() {
                let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                for node in &blocks.members[range[0] as usize..range[1] as usize] {
                    let row = &mut self.ids[*node as usize * self.width..][slots.clone()];
                    if let Some(free) = row.iter_mut().find(|id| **id == 0) {
                        *free = number;
                    }
                }
            }
            self.rules.push(blocks);
            self.report.push(report);
        }
    }

    /// Pairs that will be looked at, those found twice counted twice.
    #[must_use]
    pub fn pairs(&self) -> u64 {
        self.rules.iter().map(|blocks| blocks.pairs).sum()
    }

    /// Walks through all pairs once each, on all threads. What each task gathers comes back in a fixed order.
    pub fn walk<S: Send>(
        &self,
        fields: &Fields,
        make: impl Fn() -> S + Sync,
        each: impl Fn(&mut S, u32, u32, usize) + Sync,
    ) -> Vec<S> {
        let tasks = self.tasks();
        tasks
            .into_par_iter()
            .map(|(rule, from, to)| {
                let mut state = make();
                let blocks = &self.rules[rule];
                for at in from..to {
                    let (start, end) = (blocks.starts[at] as usize, blocks.starts[at + 1] as usize);
                    let members = &blocks.members[start..end];
                    let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                    for (place, left) in members.iter().enumerate() {
                        for right in &members[place + 1..] {
                            if fields.may_meet(*left as usize, *right as usize)
                                && self.is_first(rule, number, *left as usize, *right as usize)
                            {
                                each(&mut state, *left, *right, rule);
                            }
                        }
                    }
                }
                state
            })
            .collect()
    }

    /// Rule, first block, end of blocks.
    fn tasks(&self) -> Vec<(usize, usize, usize)> {
        let mut out = Vec::new();
        for (rule, blocks) in self.rules.iter().enumerate() {
            let (mut from, mut pairs) = (0, 0);
            for (at, range) in blocks.starts.windows(2).enumerate() {
                pairs += all_pairs(range[1] - range[0]);
                if pairs >= TASK_PAIRS {
                    out.push((rule, from, at + 1));
                    (from, pairs) = (at + 1, 0);
                }
            }
            if from + 1 < blocks.starts.len() {
                out.push((rule, from, blocks.starts.len() - 1));
            }
        }
        out
    }

    /// How many rules hold both nodes.
    #[must_use]
    pub fn rules_of(&self, a: usize, b: usize) -> usize {
        let left = &self.ids[a * self.width..][..self.width];
        let right = &self.ids[b * self.width..][..self.width];
        let holds = |slots: &&std::ops::Range<usize>| {
            left[(*slots).clone()].iter().any(|id| *id != 0 && right[(*slots).clone()].contains(id))
        };
        self.slots.iter().filter(holds).count()
    }

    /// Whether no earlier rule, and no earlier block of this rule, holds both nodes.
    fn is_first(&self, rule: usize, number: u32, a: usize, b: usize) -> bool {
        let left = &self.ids[a * self.width..][..self.width];
        let right = &self.ids[b * self.width..][..self.width];
        for slots in &self.slots[..rule] {
            if slots.len() == 1 {
                if left[slots.start] != 0 && left[slots.start] == right[slots.start] {
                    return false;
                }
            } else if left[slots.clone()].iter().any(|id| *id != 0 && right[slots.clone()].contains(id)) {
                return false;
            }
        }
        let own = self.slots[rule].clone();
        own.len() == 1
            || !left[own.clone()].iter().any(|id| *id != 0 && *id < number && right[own.clone()].contains(id))
    }
}

/// A rule with the keys of all nodes.
struct Shape {
    name: String,
    /// Keys that each node has one of.
    ones: Vec<Keys>,
    many: Option<Keys>,
    slots: usize,
    /// Fields that the rule reads.
    reads: Vec<usize>,
}

impl Shape {
    fn new(fields: &Fields, rule: &Block) -> Result<Self> {
        let mut shape =
            Self { name: rule.keys.join(", "), ones: Vec::new(), many: None, slots: 1, reads: Vec::new() };
        for text in &rule.keys {
            let text = KeyText::parse(text)?;
            shape.reads.extend(text.columns.iter().filter_map(|name| fields.field(name)));
            let keys = key::keys(fields, &text)?;
            match (&keys, shape.many.is_some()) {
                (Keys::One(_), _) => shape.ones.push(keys),
                (Keys::Many { starts, .. }, false) => {
                    let most = starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
                    shape.slots = most.max(1) as usize;
                    shape.many = Some(keys);
                }
                (Keys::Many { .. }, true) => {
                    return Err(crate::Error::Configuration(format!(
                        "block {:?}: only one of its keys may have several values",
                        shape.name
                    )));
                }
            }
        }
        Ok(shape)
    }

    /// Key and node of all entries, sorted.
    fn entries(&self, nodes: usize) -> Vec<(u64, u32)> {
        let key_of = |node: usize| {
            let mut key = 1;
            for keys in &self.ones {
                let first = *keys.of(node).first()?;
                key = if self.ones.len() == 1 && self.many.is_none() { first } else { hash::mix(key, first) };
            }
            Some((key, u32::try_from(node).unwrap_or(u32::MAX)))
        };
        let keyed = (0..nodes).filter_map(key_of);
        let mut entries: Vec<(u64, u32)> = match &self.many {
            None => keyed.collect(),
            Some(many) => {
                let each = |(key, node): (u64, u32)| {
                    many.of(node as usize).iter().map(move |other| (hash::mix(key, *other), node))
                };
                keyed.flat_map(each).collect()
            }
        };
        entries.par_sort_unstable();
        entries
    }

    /// Blocks of at most `limit` nodes; larger ones are split by a second key, and what is still larger is dropped.
    fn cut(&self, fields: &Fields, limit: u32) -> (Blocks, RuleReport) {
        let entries = self.entries(fields.nodes());
        let second = second_field(fields, &self.reads);
        let mut blocks = Blocks { members: Vec::new(), starts: vec![0], pairs: 0 };
        let mut report =
            RuleReport { keys: self.name.clone(), pairs: 0, largest: 0, split: 0, dropped: 0, limit };
        for group in entries.chunk_by(|a, b| a.0 == b.0) {
            let members: Vec<u32> = group.iter().map(|(_, node)| *node).collect();
            if members.len() <= limit as usize {
                blocks.add(fields, &members, &mut report);
                continue;
            }
            report.split += 1;
            let all = pairs_of(fields, &members);
            let before = blocks.pairs;
            for part in split(fields, &members, second) {
                if part.len() <= limit as usize {
                    blocks.add(fields, &part, &mut report);
                }
            }
            report.dropped += all - (blocks.pairs - before);
        }
        report.pairs = blocks.pairs;
        (blocks, report)
    }
}

impl Blocks {
    fn add(&mut self, fields: &Fields, members: &[u32], report: &mut RuleReport) {
        let pairs = pairs_of(fields, members);
        if pairs == 0 {
            return;
        }
        self.members.extend_from_slice(members);
        self.starts.push(self.members.len() as u64);
        self.pairs += pairs;
        report.largest = report.largest.max(u32::try_from(members.len()).unwrap_or(u32::MAX));
    }
}

/// Pairs among some nodes that may meet.
fn pairs_of(fields: &Fields, members: &[u32]) -> u64 {
    let all = all_pairs(members.len() as u64);
    let Some(files) = fields.files() else { return all };
    let mut counts: Vec<u64> = Vec::new();
    for node in members {
        let file = files[*node as usize] as usize;
        counts.resize(counts.len().max(file + 1), 0);
        counts[file] += 1;
    }
    all - counts.iter().map(|count| all_pairs(*count)).sum::<u64>()
}

/// The field with the most distinct values that a rule does not read.
fn second_field(fields: &Fields, reads: &[usize]) -> Option<usize> {
    let free = (0..fields.fields.len()).filter(|at| !reads.contains(at));
    free.max_by_key(|at| (fields.fields[*at].dictionary.values.len(), usize::MAX - at))
}

/// Nodes that agree in a second field; those without it are with nobody.
fn split(fields: &Fields, members: &[u32], second: Option<usize>) -> Vec<Vec<u32>> {
    let Some(second) = second else { return Vec::new() };
    let mut keyed: Vec<(u32, u32)> = members
        .iter()
        .map(|node| (fields.cells(*node as usize)[second], *node))
        .filter(|(value, _)| *value > 0)
        .collect();
    keyed.sort_unstable();
    keyed.chunk_by(|a, b| a.0 == b.0).map(|part| part.iter().map(|(_, node)| *node).collect()).collect()
}

/// Nodes from which the cost of a rule is estimated before it is counted exactly.
pub(crate) const COST_NODES: usize = 60_000;
/// Made-up pairs of one entity by which the worth of a rule is judged.
const TRIALS: usize = 1_024;

/// Rules proposed for a configuration that has none: of single keys and pairs of keys the one that finds most of what is
/// not found yet for what it costs, until the budget is used or nothing is left. Empty where every pair fits.
///
/// # Errors
/// When a key cannot be made.
pub fn propose(fields: &Fields, config: &Config) -> Result<Vec<Block>> {
    if all_pairs(fields.nodes() as u64) <= budget(config, fields.nodes()) {
        return Ok(Vec::new());
    }
    propose_for(fields, config, fields.nodes(), None)
}

/// Rules as [`propose`] finds them, for records of the same sort of which there will be so many. Where it is known which nodes
/// are one, only pairs of two are costs: they grow with the square of the records, copies do not.
///
/// # Errors
/// When a key cannot be made.
pub fn propose_for(
    fields: &Fields,
    config: &Config,
    nodes: usize,
    entities: Option<&[u32]>,
) -> Result<Vec<Block>> {
    let budget = budget(config, nodes);
    let sample = fields.first(COST_NODES);
    let atoms = key_atoms(fields);
    let mut candidates: Vec<Vec<&KeyText>> = atoms.iter().map(|atom| vec![atom]).collect();
    for (at, one) in atoms.iter().enumerate() {
        for other in &atoms[at + 1..] {
            let both_many = is_many(one) && is_many(other);
            if !one.columns.iter().any(|name| other.columns.contains(name)) && !both_many {
                candidates.push(vec![one, other]);
            }
        }
    }
    // Pairs grow with the square of the records.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let growth = (nodes as f64 / sample.nodes().max(1) as f64).powi(2);
    let cost = |keys: &Vec<&KeyText>| -> Result<f64> {
        let rule = Block { keys: keys.iter().map(|key| key.to_string()).collect() };
        let shape = Shape::new(&sample, &rule)?;
        let mut entries = shape.entries(sample.nodes());
        if let Some(entities) = entities {
            entries.iter_mut().for_each(|(_, node)| *node = entities[*node as usize]);
            entries.sort_unstable();
            entries.dedup();
        }
        let pairs: u64 = entries.chunk_by(|a, b| a.0 == b.0).map(|group| all_pairs(group.len() as u64)).sum();
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let pairs = pairs as f64 * growth;
        Ok(pairs)
    };
    let costs = candidates.par_iter().map(cost).collect::<Result<Vec<f64>>>()?;
    let finds: Vec<Vec<bool>> = candidates.par_iter().map(|keys| found(&sample, keys)).collect();
    Ok(chosen(&candidates, &costs, &finds, budget, nodes))
}

/// Greedy choice: most new matches for the cost.
fn chosen(
    candidates: &[Vec<&KeyText>],
    costs: &[f64],
    finds: &[Vec<bool>],
    budget: u64,
    nodes: usize,
) -> Vec<Block> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let (budget, nodes) = (budget as f64, nodes as f64);
    let mut missing = vec![true; TRIALS];
    let (mut used, mut rules, mut taken) = (0.0, Vec::new(), vec![false; candidates.len()]);
    while rules.len() < RULES_MAX {
        let mut best: Option<(f64, usize)> = None;
        for at in 0..candidates.len() {
            if taken[at] || used + costs[at] > budget || costs[at] > budget / 4.0 {
                continue;
            }
            let gain = finds[at].iter().zip(&missing).filter(|(finds, missing)| **finds && **missing).count();
            #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
            let worth = gain as f64 / (nodes + costs[at]).sqrt();
            if gain >= 2 && best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, at));
            }
        }
        let Some((_, at)) = best else { break };
        taken[at] = true;
        used += costs[at];
        missing.iter_mut().zip(&finds[at]).for_each(|(missing, finds)| *missing &= !finds);
        rules.push(Block { keys: candidates[at].iter().map(|key| key.to_string()).collect() });
    }
    rules
}

/// Which of some made-up pairs of one entity a rule would find: each field is equal, nearly so or not, by chance of a fixed seed,
/// and missing as often as in the records.
fn found(fields: &Fields, keys: &[&KeyText]) -> Vec<bool> {
    let filled: Vec<f64> = (0..fields.fields.len()).map(|at| fields.filled(at)).collect();
    let draw = |trial: usize, at: usize, what: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share =
            (hash::mix(hash::mix(trial as u64 + 1, at as u64 + 1), what) >> 11) as f64 / (1u64 << 53) as f64;
        share
    };
    let holds = |trial: usize, key: &KeyText| {
        let reads = key.columns.iter().filter_map(|name| fields.field(name));
        let mut each = reads.map(|at| {
            let is_there = draw(trial, at, 1) < filled[at] && draw(trial, at, 2) < filled[at];
            let agreement = draw(trial, at, 3);
            // Whole values break at the first slip, parts of them only at some.
            let needed = if key.part == Part::Whole || key.part == Part::Sorted { EQUAL } else { NEAR };
            is_there && agreement < needed
        });
        if key.part == Part::Any { each.any(|holds| holds) } else { each.all(|holds| holds) }
    };
    (0..TRIALS).map(|trial| keys.iter().all(|key| holds(trial, key))).collect()
}

/// Shares of the pairs of one entity that are equal in a field, and that share at least a part. Judgement.
const EQUAL: f64 = 0.62;
const NEAR: f64 = 0.74;

/// Most rules that are proposed.
const RULES_MAX: usize = 18;

fn is_many(key: &KeyText) -> bool {
    matches!(key.part, Part::Tokens | Part::MinHash | Part::Any)
}

/// Keys worth having of each field, by its kind.
fn key_atoms(fields: &Fields) -> Vec<KeyText> {
    use crate::Kind;
    let mut out = Vec::new();
    for field in &fields.fields {
        let Some(column) = field.name.split(" + ").next() else { continue };
        let mut add = |part: Part| out.push(KeyText { part, columns: vec![column.to_owned()] });
        match field.kind {
            Kind::GivenName | Kind::Surname => {
                add(Part::Whole);
                add(Part::Sound);
            }
            Kind::FullName => {
                add(Part::Whole);
                add(Part::Tokens);
            }
            Kind::Date => {
                add(Part::Whole);
                add(Part::Year);
                add(Part::Day);
            }
            Kind::Email => {
                add(Part::Whole);
                add(Part::Stem);
            }
            Kind::Phone => {
                add(Part::Whole);
                add(Part::Suffix(7));
            }
            Kind::Handle => {
                add(Part::Whole);
                add(Part::Stem);
                add(Part::Prefix(4));
            }
            Kind::Identifier => {
                add(Part::Whole);
                add(Part::Prefix(4));
                add(Part::Suffix(4));
            }
            Kind::Address => {
                add(Part::Whole);
                add(Part::Tokens);
            }
            Kind::Text => {
                add(Part::Whole);
                add(Part::Tokens);
                add(Part::MinHash);
            }
            Kind::Employer | Kind::School | Kind::Tenure => {
                add(Part::Whole);
                add(Part::Tokens);
            }
            Kind::Place | Kind::Word => {
                add(Part::Whole);
                add(Part::Prefix(4));
            }
            Kind::Postcode | Kind::Category | Kind::Number | Kind::Year => add(Part::Whole),
        }
    }
    out
}
