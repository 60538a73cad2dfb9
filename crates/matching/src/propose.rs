//! Which rules are proposed where the configuration has none: by what they cost in a sample of the records, and which of some made-up
//! pairs of one entity they would find.

use rayon::prelude::*;

use crate::Result;
use crate::block;
use crate::config::{Block, Config};
use crate::fields::Fields;
use crate::hash;
use crate::key::{KeyText, Part};

/// Nodes from which the cost of a rule is estimated before it is counted exactly.
pub(crate) const COST_NODES: usize = 60_000;
/// Times the budget that a rule may cost by itself, where others may find its pairs first; share of the budget that is aimed at, since a
/// sample is only a sample; and pairs a node that any rule is thought to cost. Judgement.
const DEAREST: f64 = 2.0;
const MARGIN: f64 = 0.96;
const LEAST: f64 = 0.1;
/// Made-up pairs of one entity by which the worth of a rule is judged.
const TRIALS: usize = 1_024;

/// Rules proposed for a configuration that has none: of single keys and pairs of keys the one that finds most of what is
/// not found yet for what it costs, until the budget is used or nothing is left. Empty where every pair fits.
///
/// # Errors
/// When a key cannot be made.
pub fn propose(fields: &Fields, config: &Config) -> Result<Vec<Block>> {
    if block::all_pairs(fields.nodes() as u64) <= block::budget(config, fields.nodes()) {
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
    let budget = block::budget(config, nodes);
    let sample = fields.first(COST_NODES);
    let atoms = key_atoms(fields);
    let single = |atom: &KeyText| Block { keys: vec![atom.to_string()] };
    let singles: Vec<Block> = atoms.iter().map(single).collect();
    let by_text = block::keys_of(&sample, &singles)?;
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
    let is_dear = config.link.max_pairs.is_some();
    let filled: Vec<f64> = (0..sample.fields.len()).map(|at| sample.filled(at)).collect();
    let candidate = |keys: &Vec<&KeyText>| -> Result<Candidate> {
        let rule = Block { keys: keys.iter().map(|key| key.to_string()).collect() };
        let mut entries = block::entries(&rule, &by_text, sample.nodes())?;
        if let Some(entities) = entities {
            entries.iter_mut().for_each(|(_, node)| *node = entities[*node as usize]);
            entries.sort_unstable();
            entries.dedup();
        }
        let groups = || entries.chunk_by(|a, b| a.0 == b.0);
        let pairs: u64 = groups().map(|group| block::all_pairs(group.len() as u64)).sum();
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (cost, most) = (pairs as f64 * growth, DEAREST * budget as f64);
        let different = if is_dear && cost <= most { pairs_of(groups()) } else { Vec::new() };
        Ok(Candidate { rule, cost, finds: found(&sample, &filled, keys), pairs: different })
    };
    let mut candidates = candidates.par_iter().map(candidate).collect::<Result<Vec<Candidate>>>()?;
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let (budget, nodes) = (budget as f64, nodes as f64);
    if is_dear {
        candidates.retain(|candidate| candidate.cost <= DEAREST * budget);
        return Ok(thrifty(candidates, budget * MARGIN / growth, nodes / growth));
    }
    Ok(chosen(&candidates, budget, nodes))
}

/// A rule that may be chosen.
struct Candidate {
    rule: Block,
    /// Pairs that it would look at.
    cost: f64,
    /// Which of the made-up pairs it finds.
    finds: Vec<bool>,
    /// Its pairs in the sample, in order, where pairs are dear.
    pairs: Vec<u64>,
}

impl Candidate {
    /// How many made-up pairs it finds that are missing.
    fn gain(&self, missing: &[bool]) -> usize {
        self.finds.iter().zip(missing).filter(|(finds, missing)| **finds && **missing).count()
    }
}

/// Pairs of the members of some groups, each once, in order.
fn pairs_of<'e>(groups: impl Iterator<Item = &'e [(u64, u32)]>) -> Vec<u64> {
    let mut out = Vec::new();
    for group in groups {
        for (place, (_, left)) in group.iter().enumerate() {
            out.extend(
                group[place + 1..].iter().map(|(_, right)| u64::from(*left) << 32 | u64::from(*right)),
            );
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Greedy choice where the budget is given: pairs that another rule finds already cost nothing, so that rules that find the same
/// pairs of one entity by other fields go together. Budget and nodes are those of the sample.
fn thrifty(mut candidates: Vec<Candidate>, budget: f64, nodes: f64) -> Vec<Block> {
    let mut missing = vec![true; TRIALS];
    let (mut used, mut rules) = (0.0, Vec::new());
    while rules.len() < RULES_MAX {
        let mut best: Option<(f64, usize)> = None;
        for (at, candidate) in candidates.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let (gain, cost) = (candidate.gain(&missing) as f64, candidate.pairs.len() as f64);
            let worth = gain / (nodes * LEAST + cost);
            if used + cost <= budget && gain >= 2.0 && best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, at));
            }
        }
        let Some((_, at)) = best else { break };
        let taken = candidates.swap_remove(at);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let cost = taken.pairs.len() as f64;
        used += cost;
        missing.iter_mut().zip(&taken.finds).for_each(|(missing, finds)| *missing &= !finds);
        for other in &mut candidates {
            other.pairs.retain(|pair| taken.pairs.binary_search(pair).is_err());
        }
        rules.push(taken.rule);
    }
    rules
}

/// Greedy choice: most new matches for the cost.
fn chosen(candidates: &[Candidate], budget: f64, nodes: f64) -> Vec<Block> {
    let mut missing = vec![true; TRIALS];
    let (mut used, mut rules, mut taken) = (0.0, Vec::new(), vec![false; candidates.len()]);
    while rules.len() < RULES_MAX {
        let mut best: Option<(f64, usize)> = None;
        for (at, candidate) in candidates.iter().enumerate() {
            let cost = candidate.cost;
            if taken[at] || used + cost > budget || cost > budget / 4.0 {
                continue;
            }
            let gain = candidate.gain(&missing);
            #[expect(clippy::cast_precision_loss, reason = "at most a thousand")]
            let worth = gain as f64 / (nodes + cost).sqrt();
            if gain >= 2 && best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, at));
            }
        }
        let Some((_, at)) = best else { break };
        taken[at] = true;
        used += candidates[at].cost;
        missing.iter_mut().zip(&candidates[at].finds).for_each(|(missing, finds)| *missing &= !finds);
        rules.push(candidates[at].rule.clone());
    }
    rules
}

/// Which of some made-up pairs of one entity a rule would find: each field is equal, nearly so or not, by chance of a fixed seed,
/// and missing as often as in the records.
fn found(fields: &Fields, filled: &[f64], keys: &[&KeyText]) -> Vec<bool> {
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
