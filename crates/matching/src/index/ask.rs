//! One record against all that are known: who it may be, with the weight of each part, and which entity it would join.

use std::collections::BTreeMap;

use serde::Serialize;

use super::base::Held;
use super::update::Ready;
use super::{Index, content, texts};
use crate::inspect::{self, Bar};
use crate::model;
use crate::{Result, hash};

/// Bits below the threshold to which candidates are shown.
const SHOWN_BELOW: f64 = 4.0;
/// Most candidates that are shown.
const SHOWN: usize = 20;

/// A record that may be the one that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its id; where several records are copies of each other, that of the first.
    pub record_id: String,
    /// How many copies there are.
    pub copies: usize,
    /// Bits, the prior among them.
    pub bits: f64,
    /// Probability of being one.
    pub probability: f64,
    /// The entity that it is in.
    pub cluster_id: String,
    /// What the bits are made of; they sum to `bits`.
    pub explanation: Vec<Bar>,
}

/// What is known of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The entity that it would join, if any.
    pub cluster_id: Option<String>,
    /// Entities that it would make one.
    pub would_merge: Vec<String>,
    /// Likely ones, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// Likely ones in all.
    pub found: usize,
    /// Records that were looked at.
    pub looked_at: usize,
    /// Keys that too many share to look anybody up by.
    pub common_keys: Vec<String>,
    /// Names the model that weighed.
    pub model: String,
}

/// The number of the record that is asked for: none that is known has it.
const ASKED: u32 = u32::MAX;

impl Index {
    /// Who a record may be; `values` are in normal form, as [`super::Scorer::normal`] makes them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn ask(&self, tenant: &str, values: &[String]) -> Result<Answer> {
        let scorer = self.scorer();
        let content = content(tenant, "", values);
        let (_, _, own) = texts(&content)?;
        let mut nodes: Vec<u32> = self.find_content(&content)?.into_iter().collect();
        let mut common_keys = Vec::new();
        for (key, rule) in scorer.keys(tenant, &own) {
            // As if it were added: then one more would share the key.
            if self.sharing(key)? < scorer.limit() {
                nodes.extend(self.sharers(key)?);
            } else {
                common_keys.push(scorer.rule(rule).to_owned());
            }
        }
        nodes.sort_unstable();
        nodes.dedup();
        common_keys.sort();
        common_keys.dedup();
        let looked_at = nodes.len();
        let mut all = vec![(content.clone(), ASKED)];
        let mut held = Held::default();
        for node in nodes.iter().copied() {
            all.push((self.content(node, &mut held)?, node));
        }
        let ready = Ready::new(scorer, all)?;
        let mut found: Vec<(f64, u32)> = nodes
            .iter()
            .filter_map(|node| Some((ready.bits(ASKED, *node)?, *node)))
            .filter(|(bits, _)| *bits >= scorer.threshold_bits() - SHOWN_BELOW)
            .collect();
        let mut candidates = Vec::with_capacity(found.len().min(SHOWN));
        // Equal weights in the order of content, which no order of coming changes.
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| ready.place(a.1).cmp(&ready.place(b.1))));
        for (bits, node) in found.iter().take(SHOWN) {
            candidates.push(self.candidate(&ready, *bits, *node)?);
        }
        let near: Vec<u32> = found
            .iter()
            .filter(|(bits, _)| *bits >= scorer.threshold_bits())
            .map(|(_, node)| *node)
            .collect();
        let would_merge = self.joined(content, near)?;
        Ok(Answer {
            cluster_id: would_merge.first().cloned(),
            would_merge: if would_merge.len() > 1 { would_merge } else { Vec::new() },
            candidates,
            found: found.len(),
            looked_at,
            common_keys,
            model: format!("{:016x}", self.version()),
        })
    }

    fn version(&self) -> u64 {
        hash::bytes(self.scorer().bytes())
    }

    fn candidate(&self, ready: &Ready, bits: f64, node: u32) -> Result<Candidate> {
        let places = (ready.place(ASKED).unwrap_or_default(), ready.place(node).unwrap_or_default());
        let low = places.0.min(places.1);
        let (mut explanation, _) =
            inspect::bars(&ready.local.fields, &ready.local.model, low, places.0.max(places.1));
        if low != places.0 {
            // What was asked for stands on the left.
            for bar in &mut explanation {
                bar.values = bar.values.take().map(|(left, right)| (right, left));
            }
        }
        Ok(Candidate {
            record_id: self.least_id(node)?.1,
            copies: self.ids(node)?.len(),
            bits,
            probability: model::stated(bits),
            cluster_id: self.name(&self.group(node)?)?,
            explanation,
        })
    }

    /// What an entity is called: the shortest id of its records.
    pub(super) fn name(&self, group: &[u32]) -> Result<String> {
        let mut least: Option<(usize, String)> = None;
        for node in group {
            let id = self.least_id(*node)?;
            if least.as_ref().is_none_or(|known| id < *known) {
                least = Some(id);
            }
        }
        Ok(least.map(|(_, id)| id).unwrap_or_default())
    }

    /// Entities that a record with these near ones would be in.
    fn joined(&self, content: Vec<u8>, near: Vec<u32>) -> Result<Vec<String>> {
        let mut around = BTreeMap::new();
        let mut component = Vec::new();
        for node in &near {
            if !around.contains_key(node) {
                component.extend(self.component(*node, &mut around)?);
            }
        }
        let apart = self.told_apart(&component)?;
        for node in &near {
            around.entry(*node).or_default().push(ASKED);
        }
        around.insert(ASKED, near);
        let mut held = Held::default();
        let mut all = vec![(content, ASKED)];
        for node in component {
            all.push((self.content(node, &mut held)?, node));
        }
        let ready = Ready::new(self.scorer(), all)?;
        let groups = ready.groups(&around, &apart, self.scorer().threshold_bits());
        let own = groups.into_iter().find(|group| group.contains(&ASKED)).unwrap_or_default();
        let mut names = Vec::new();
        for node in own.into_iter().filter(|node| *node != ASKED) {
            names.push(self.name(&self.group(node)?)?);
        }
        names.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        names.dedup();
        Ok(names)
    }
}
