//! Records come, go and are told apart. What a change touches is made anew, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::base::Held;
use super::overlay::Change;
use super::scorer::{Local, Scorer};
use super::{Index, content, texts, unknown};
use crate::cluster::{self, Edge};
use crate::{Error, Result};

/// What came of adding a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New,
    /// It takes the place of one with the same id.
    Replaced,
    /// It was there as it is.
    Known,
}

/// Some nodes made ready, in the order of their content, which no order of coming changes.
pub(super) struct Ready {
    pub nodes: Vec<u32>,
    pub local: Local,
    place: BTreeMap<u32, usize>,
}

impl Ready {
    /// From nodes with their contents; each node once.
    pub(super) fn new(scorer: &Scorer, mut all: Vec<(Vec<u8>, u32)>) -> Result<Self> {
        all.sort_unstable();
        let rows = all.iter().map(|(content, _)| Ok(texts(content)?.2)).collect::<Result<Vec<_>>>()?;
        let local = scorer.local(&rows);
        let nodes: Vec<u32> = all.iter().map(|(_, node)| *node).collect();
        let place = nodes.iter().enumerate().map(|(at, node)| (*node, at)).collect();
        Ok(Self { nodes, local, place })
    }

    pub(super) fn place(&self, node: u32) -> Option<usize> {
        self.place.get(&node).copied()
    }

    /// Bits of two of the nodes.
    pub(super) fn bits(&self, a: u32, b: u32) -> Option<f64> {
        Some(self.local.bits(self.place(a)?, self.place(b)?))
    }

    /// Entities of the nodes, by what is near to what, and what was said to be apart.
    pub(super) fn groups(
        &self,
        near: &BTreeMap<u32, Vec<u32>>,
        apart: &BTreeSet<(u32, u32)>,
        threshold_bits: f64,
    ) -> Vec<Vec<u32>> {
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mut edges: Vec<Edge> = Vec::new();
        for (node, others) in near {
            for other in others {
                if let (Some(left), Some(right)) = (self.place(*node), self.place(*other))
                    && left < right
                {
                    let bits = self.local.bits(left, right);
                    edges.push(Edge { left: small(left), right: small(right), bits });
                }
            }
        }
        edges.sort_unstable_by_key(|edge| (edge.left, edge.right));
        let both = |(a, b): &(u32, u32)| {
            let (a, b) = (self.place(*a)?, self.place(*b)?);
            Some((small(a.min(b)), small(a.max(b))))
        };
        let apart: BTreeSet<(u32, u32)> = apart.iter().filter_map(both).collect();
        let (of, _) =
            cluster::entities_but(&self.local.fields, &self.local.model, &edges, threshold_bits, &apart);
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (at, entity) in of.into_iter().enumerate() {
            groups.entry(entity).or_default().push(self.nodes[at]);
        }
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups
    }
}

impl Index {
    /// Adds a record; `values` are in normal form, as [`Scorer::normal`] makes them.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn add(&mut self, tenant: &str, id: &str, values: &[String]) -> Result<Added> {
        let content = content(tenant, "", values);
        let mut added = Added::New;
        if let Some(node) = self.find(tenant, id)? {
            if self.content(node, &mut Held::default())? == content {
                return Ok(Added::Known);
            }
            self.remove(node, id)?;
            added = Added::Replaced;
        }
        match self.find_content(&content)? {
            Some(node) => self.change(Change::Comes(node, id.to_owned()))?,
            None => _ = self.settle(content, id, &[])?,
        }
        Ok(added)
    }

    /// Takes a record out; whether it was there.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn delete(&mut self, tenant: &str, id: &str) -> Result<bool> {
        let Some(node) = self.find(tenant, id)? else { return Ok(false) };
        self.remove(node, id)?;
        Ok(true)
    }

    /// Takes a record out of its entity for good: it is another than those it was with. Returns these.
    ///
    /// # Errors
    /// When there is no such record, or it is with no other.
    pub fn unmerge(&mut self, tenant: &str, id: &str) -> Result<Vec<String>> {
        let node = self.find(tenant, id)?.ok_or_else(|| unknown(tenant, id))?;
        let with: Vec<u32> = self.group(node)?;
        let mut others = Vec::new();
        for other in &with {
            others.extend(self.ids(*other)?.into_iter().map(|(_, id)| id).filter(|other| other != id));
        }
        if others.is_empty() {
            return Err(Error::Input(format!("record {id:?} is with no other")));
        }
        let old = self.content(node, &mut Held::default())?;
        let (_, _, values) = texts(&old)?;
        let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
        let mut apart = self.apart(node)?;
        self.remove(node, id)?;
        apart.extend(with);
        apart.retain(|other| self.is_live(*other));
        apart.sort_unstable();
        apart.dedup();
        self.settle(content(tenant, id, &values), id, &apart)?;
        Ok(others)
    }

    /// A new node with its first record.
    fn settle(&mut self, content: Vec<u8>, id: &str, apart: &[u32]) -> Result<u32> {
        let scorer = Arc::clone(&self.base.scorer);
        let node = self.nodes();
        let (tenant, _, values) = texts(&content)?;
        let keys = scorer.keys(tenant, &values);
        self.change(Change::Node(content.clone()))?;
        self.change(Change::Comes(node, id.to_owned()))?;
        if !apart.is_empty() {
            for other in apart {
                let mut of = self.apart(*other)?;
                of.push(node);
                self.change(Change::Apart(*other, of))?;
            }
            self.change(Change::Apart(node, apart.to_vec()))?;
        }
        let (mut candidates, mut crossing) = (Vec::new(), Vec::new());
        for (key, _) in keys {
            let sharing = self.sharing(key)?;
            if sharing <= scorer.limit() {
                candidates.extend(self.sharers(key)?);
            } else if sharing == scorer.limit() + 1 {
                crossing.push(key);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let ready = self.ready(&candidates)?;
        let is_near = |other: &u32| {
            *other != node && ready.bits(node, *other).is_some_and(|bits| bits >= scorer.threshold_bits())
        };
        let near: Vec<u32> = candidates.iter().copied().filter(is_near).collect();
        for other in &near {
            self.link(*other, node)?;
        }
        self.change(Change::Near(node, near))?;
        let mut touched = BTreeSet::from([node]);
        for key in crossing {
            self.close(key, &mut touched)?;
        }
        self.regroup(touched)?;
        Ok(node)
    }

    /// A record leaves its node; the last one takes the node with it.
    fn remove(&mut self, node: u32, id: &str) -> Result<()> {
        self.change(Change::Goes(node, id.to_owned()))?;
        if self.overlay.ids.get(&node).is_some_and(|left| !left.is_empty()) {
            return Ok(());
        }
        let scorer = Arc::clone(&self.base.scorer);
        let near = self.near(node)?;
        for other in &near {
            self.unlink(*other, node)?;
        }
        for other in self.apart(node)? {
            let mut of = self.apart(other)?;
            of.retain(|other| *other != node);
            self.change(Change::Apart(other, of))?;
        }
        self.change(Change::Dies(node))?;
        let content = self.content(node, &mut Held::default())?;
        let (tenant, _, values) = texts(&content)?;
        let mut touched: BTreeSet<u32> = near.into_iter().collect();
        for (key, _) in scorer.keys(tenant, &values) {
            if self.sharing(key)? == scorer.limit() {
                self.open_again(key, &mut touched)?;
            }
        }
        self.regroup(touched)
    }

    fn link(&mut self, node: u32, other: u32) -> Result<()> {
        let mut near = self.near(node)?;
        if let Err(at) = near.binary_search(&other) {
            near.insert(at, other);
            self.change(Change::Near(node, near))?;
        }
        Ok(())
    }

    fn unlink(&mut self, node: u32, other: u32) -> Result<()> {
        let mut near = self.near(node)?;
        near.retain(|known| *known != other);
        self.change(Change::Near(node, near))
    }

    /// A key became common: what leaned on it alone is let go.
    fn close(&mut self, key: u32, touched: &mut BTreeSet<u32>) -> Result<()> {
        let mut members = self.sharers(key)?;
        members.sort_unstable();
        for node in &members {
            for other in self.near(*node)? {
                if *node < other && members.binary_search(&other).is_ok() && !self.have_key(*node, other)? {
                    self.unlink(*node, other)?;
                    self.unlink(other, *node)?;
                    touched.extend([*node, other]);
                }
            }
        }
        Ok(())
    }

    /// A key is rare again: those who share it are looked at.
    fn open_again(&mut self, key: u32, touched: &mut BTreeSet<u32>) -> Result<()> {
        let members = self.sharers(key)?;
        let ready = self.ready(&members)?;
        let threshold = self.base.scorer.threshold_bits();
        for (at, node) in members.iter().enumerate() {
            for other in &members[at + 1..] {
                if ready.bits(*node, *other).is_some_and(|bits| bits >= threshold) {
                    self.link(*node, *other)?;
                    self.link(*other, *node)?;
                    touched.extend([*node, *other]);
                }
            }
        }
        Ok(())
    }

    /// Whether two nodes share a key by which records are looked up.
    fn have_key(&self, a: u32, b: u32) -> Result<bool> {
        let keys = |node: u32| -> Result<Vec<u32>> {
            let content = self.content(node, &mut Held::default())?;
            let (tenant, _, values) = texts(&content)?;
            Ok(self.base.scorer.keys(tenant, &values).into_iter().map(|(key, _)| key).collect())
        };
        let (one, other) = (keys(a)?, keys(b)?);
        for key in one.iter().filter(|key| other.binary_search(key).is_ok()) {
            if self.sharing(*key)? <= self.base.scorer.limit() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Nodes made ready to be compared.
    pub(super) fn ready(&self, nodes: &[u32]) -> Result<Ready> {
        let mut held = Held::default();
        let mut all = Vec::with_capacity(nodes.len());
        for node in nodes {
            all.push((self.content(*node, &mut held)?, *node));
        }
        Ready::new(&self.base.scorer, all)
    }

    /// All that hangs together with a node, with what is near to each.
    pub(super) fn component(&self, node: u32, near: &mut BTreeMap<u32, Vec<u32>>) -> Result<Vec<u32>> {
        let (mut waiting, mut out) = (vec![node], Vec::new());
        while let Some(node) = waiting.pop() {
            if near.contains_key(&node) {
                continue;
            }
            let others = self.near(node)?;
            waiting.extend(others.iter().filter(|other| !near.contains_key(other)));
            near.insert(node, others);
            out.push(node);
        }
        out.sort_unstable();
        Ok(out)
    }

    /// Pairs among some nodes of which somebody said that they are two.
    pub(super) fn told_apart(&self, nodes: &[u32]) -> Result<BTreeSet<(u32, u32)>> {
        let mut out = BTreeSet::new();
        for node in nodes {
            out.extend(self.apart(*node)?.into_iter().map(|other| (*node.min(&other), *node.max(&other))));
        }
        Ok(out)
    }

    /// Makes the entities of what hangs together with some nodes anew.
    fn regroup(&mut self, touched: BTreeSet<u32>) -> Result<()> {
        let mut near = BTreeMap::new();
        for node in touched {
            if near.contains_key(&node) || !self.is_live(node) {
                continue;
            }
            let component = self.component(node, &mut near)?;
            let ready = self.ready(&component)?;
            let apart = self.told_apart(&component)?;
            let own = component.iter().filter_map(|node| Some((*node, near.get(node)?.clone()))).collect();
            for group in ready.groups(&own, &apart, self.base.scorer.threshold_bits()) {
                for node in &group {
                    if self.group(*node)? != group {
                        let group = if group.len() == 1 { Vec::new() } else { group.clone() };
                        self.change(Change::Group(*node, group))?;
                    }
                }
            }
        }
        Ok(())
    }
}
