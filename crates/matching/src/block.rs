//! Which pairs are looked at. Blocks are counted, split and dropped before any pair is compared, so the budget holds exactly.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::config::{Block, Config};
use crate::fields::Fields;
use crate::hash;
use crate::key::{self, KeyText, Keys};

/// Pairs that are looked at where the configuration says nothing: so many a node, within these bounds.
const PAIRS_A_NODE: u64 = 24;
const PAIRS_LEAST: u64 = 1_200_000;
/// Nodes of a block before it is split, where the configuration says nothing.
const BLOCK_SIZE: u32 = 1_000;
/// Times the budget that the pairs of all rules may be, those found twice counted twice, for them to be counted one by one.
const COUNTED: u64 = 4;
/// Blocks whose nodes are read ahead.
const BLOCKS_AHEAD: usize = 16;
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
        let by_text = keys_of(fields, rules)?;
        let shaped = rules.par_iter().map(|rule| Shape::new(fields, rule, &by_text));
        let shaped = shaped.collect::<Result<Vec<Shape>>>()?;
        drop(by_text);
        for shape in &shaped {
            plan.slots.push(plan.width..plan.width + shape.slots);
            plan.width += shape.slots;
        }
        let made = shaped.par_iter().map(|shape| shape.cut(fields, limit));
        (plan.rules, plan.report) = made.collect::<Vec<(Blocks, RuleReport)>>().into_iter().unzip();
        plan.fit(fields, &shaped);
        Ok(plan)
    }

    /// Makes the rule that costs most give way first, until all fit. Pairs that two rules find are one.
    fn fit(&mut self, fields: &Fields, shaped: &[Shape]) {
        loop {
            if self.pairs() <= self.budget.saturating_mul(COUNTED) {
                self.number(fields.nodes());
                let fits = self.pairs() <= self.budget || self.different(fields) <= self.budget;
                if fits {
                    return;
                }
            }
            let worst = (0..self.rules.len()).max_by_key(|at| (self.rules[*at].pairs, usize::MAX - at));
            let Some(at) = worst.filter(|at| self.rules[*at].pairs > 0) else {
                self.number(fields.nodes());
                return;
            };
            // A limit that no block reaches changes nothing.
            let limit = self.report[at].limit.min(self.report[at].largest) / 2;
            (self.rules[at], self.report[at]) = shaped[at].cut(fields, limit);
        }
    }

    /// Pairs that will be looked at, each once.
    fn different(&self, fields: &Fields) -> u64 {
        self.walk(fields, || 0u64, |count, _, _, _| *count += 1).into_iter().sum()
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
    fn number(&mut self, nodes: usize) {
        self.ids.clear();
        self.ids.resize(nodes * self.width, 0);
        for (blocks, slots) in self.rules.iter().zip(&self.slots) {
            for (at, range) in blocks.starts.windows(2).enumerate() {
                let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                for node in &blocks.members[range[0] as usize..range[1] as usize] {
                    let row = &mut self.ids[*node as usize * self.width..][slots.clone()];
                    if let Some(free) = row.iter_mut().find(|id| **id == 0) {
                        *free = number;
                    }
                }
            }
        }
    }

    /// Pairs that will be looked at, those found twice counted twice.
    #[must_use]
    pub fn pairs(&self) -> u64 {
        self.rules.iter().map(|blocks| blocks.pairs).sum()
    }

    /// Walks through all pairs once each, on all threads. What is gathered comes back in a fixed order, in pieces whose number is not
    /// fixed.
    pub fn walk<S: Send>(
        &self,
        fields: &Fields,
        make: impl Fn() -> S + Sync + Send,
        each: impl Fn(&mut S, u32, u32, usize) + Sync,
    ) -> Vec<S> {
        let tasks = self.tasks();
        tasks
            .into_par_iter()
            .fold(make, |mut state, (rule, from, to)| {
                let blocks = &self.rules[rule];
                for at in from..to {
                    if (at - from) % BLOCKS_AHEAD == 0 {
                        let end = blocks.starts[to.min(at + BLOCKS_AHEAD)];
                        self.read_ahead(&blocks.members[blocks.starts[at] as usize..end as usize]);
                    }
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

    /// Reads the numbers of some nodes, one not waiting for another: they lie far apart.
    fn read_ahead(&self, members: &[u32]) {
        let read = |sum: u32, node: &u32| sum ^ self.ids[*node as usize * self.width];
        std::hint::black_box(members.iter().fold(0, read));
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

/// Keys of all nodes by how they are written; each is made once for all rules.
pub(crate) type KeysByText<'r> = BTreeMap<&'r str, Keys>;

pub(crate) fn keys_of<'r>(fields: &Fields, rules: &'r [Block]) -> Result<KeysByText<'r>> {
    let texts: BTreeSet<&str> = rules.iter().flat_map(|rule| &rule.keys).map(String::as_str).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    let one = |text: &&'r str| Ok((*text, key::keys(fields, &KeyText::parse(text)?)?));
    texts.par_iter().map(one).collect()
}

/// Key and node of all entries of a rule, sorted; keys that one node alone has are left out as far as that is quickly seen.
pub(crate) fn entries(rule: &Block, by_text: &KeysByText<'_>, nodes: usize) -> Result<Vec<(u64, u32)>> {
    let (mut ones, mut many) = (Vec::new(), None);
    for text in &rule.keys {
        match by_text.get(text.as_str()) {
            Some(Keys::One(keys)) => ones.push(keys),
            Some(several) if many.is_none() => many = Some(several),
            _ => {
                return Err(crate::Error::Configuration(format!(
                    "block {:?}: only one of its keys may have several values",
                    rule.keys.join(", ")
                )));
            }
        }
    }
    let key_of = |node: usize| {
        let mut key = 1;
        for keys in &ones {
            let first = keys[node];
            if first == 0 {
                return None;
            }
            key = if ones.len() == 1 && many.is_none() { first } else { hash::mix(key, first) };
        }
        Some((key, u32::try_from(node).unwrap_or(u32::MAX)))
    };
    let keyed = (0..nodes).filter_map(key_of);
    let entries = match many {
        None => hash::shared(keyed, nodes),
        Some(many) => {
            let each = |(key, node): (u64, u32)| {
                many.of(node as usize).iter().map(move |other| (hash::mix(key, *other), node))
            };
            let count = (0..nodes).map(|node| many.of(node).len()).sum();
            hash::shared(keyed.flat_map(each), count)
        }
    };
    Ok(hash::sorted(entries))
}

/// A rule with the nodes that share its keys.
struct Shape {
    name: String,
    /// Nodes of one key after another, in order.
    members: Vec<u32>,
    /// Where those of each key begin, and the end.
    starts: Vec<usize>,
    slots: usize,
    /// Fields that the rule reads.
    reads: Vec<usize>,
}

impl Shape {
    fn new(fields: &Fields, rule: &Block, by_text: &KeysByText<'_>) -> Result<Self> {
        let entries = entries(rule, by_text, fields.nodes())?;
        let mut shape = Self {
            name: rule.keys.join(", "),
            members: Vec::with_capacity(entries.len()),
            starts: vec![0],
            slots: 1,
            reads: Vec::new(),
        };
        for group in entries.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            shape.members.extend(group.iter().map(|(_, node)| *node));
            shape.starts.push(shape.members.len());
        }
        for text in &rule.keys {
            let columns = KeyText::parse(text)?.columns;
            shape.reads.extend(columns.iter().filter_map(|name| fields.field(name)));
            if let Some(Keys::Many { starts, .. }) = by_text.get(text.as_str()) {
                let most = starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(1);
                shape.slots = most.max(1) as usize;
            }
        }
        Ok(shape)
    }

    /// Blocks of at most `limit` nodes; larger ones are split by a second key, and what is still larger is dropped.
    fn cut(&self, fields: &Fields, limit: u32) -> (Blocks, RuleReport) {
        let second = second_field(fields, &self.reads);
        let mut blocks = Blocks { members: Vec::new(), starts: vec![0], pairs: 0 };
        let mut report =
            RuleReport { keys: self.name.clone(), pairs: 0, largest: 0, split: 0, dropped: 0, limit };
        for group in self.starts.windows(2) {
            let members = &self.members[group[0]..group[1]];
            if members.len() <= limit as usize {
                blocks.add(fields, members, &mut report);
                continue;
            }
            report.split += 1;
            let all = pairs_of(fields, members);
            let before = blocks.pairs;
            for part in split(fields, members, second) {
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
