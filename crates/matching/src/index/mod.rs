//! One record against all that are known. The model stands still; records come, go and are told apart one at a time, and after any
//! order of that the index is what one built from the records that are left would be, byte for byte.
//!
//! Two records are looked at together if they share a key that no more than so many share; they are near if they weigh at least the
//! threshold; entities are made of what hangs together by that, as everywhere. All of it follows from the records alone, so a key
//! that becomes common, or rare again, opens and closes what leaned on it. Tenants share no key.
//!
//! # Layout
//! - [`scorer`]: the model; [`base`]: what is kept, read piece by piece; `overlay`: what changed since; `bulk`: many records at once
//! - `update`: records come and go; [`ask`]: one record against all; `compact`: base and changes in one

mod ask;
pub mod base;
mod bulk;
mod coding;
mod compact;
mod overlay;
pub mod scorer;
mod update;

use std::sync::Arc;

pub use ask::{Answer, Candidate};
pub use base::Source;
pub use bulk::{Builder, build};
pub use compact::Member;
pub use scorer::{Scorer, learn};
pub use update::Added;

use base::{Base, Held, Key, Links};
use coding::{Reader, damaged, put_text};
use overlay::{Change, Ids, Overlay};

use crate::hash;
use crate::{Error, Result};

/// Everything that is known.
pub struct Index {
    base: Base,
    overlay: Overlay,
    /// Changes that are not kept yet.
    fresh: Vec<u8>,
}

/// A key's entry: the node in the lower half.
fn entry(key: u32, node: u32) -> u64 {
    u64::from(key) << 32 | u64::from(node)
}

/// The node of an entry.
fn node_of(entry: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    let node = entry as u32;
    node
}

fn content_key(content: &[u8]) -> u32 {
    scorer::fold(hash::bytes(content))
}

fn id_key(tenant: u64, id: &str) -> u32 {
    scorer::fold(hash::mix(tenant, hash::bytes(id.as_bytes())))
}

/// Tenant, what tells the record from a copy of itself, and values.
fn content(tenant: &str, salt: &str, values: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    put_text(&mut out, tenant);
    put_text(&mut out, salt);
    values.iter().for_each(|value| put_text(&mut out, value));
    out
}

/// Tenant, salt and values of a content.
fn texts(content: &[u8]) -> Result<(&str, &str, Vec<&str>)> {
    let mut reader = Reader::new(content);
    let (tenant, salt) = (reader.text()?, reader.text()?);
    let mut values = Vec::new();
    while !reader.is_empty() {
        values.push(reader.text()?);
    }
    Ok((tenant, salt, values))
}

fn tenant_of(content: &[u8]) -> Result<&str> {
    Reader::new(content).text()
}

/// Counts of what an index holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Status {
    /// Records.
    pub records: u64,
    /// Records that differ in what is compared.
    pub nodes: u64,
    /// Bytes of the base.
    pub bytes: u64,
    /// Bytes that stay in memory, but for changes.
    pub resident_bytes: u64,
    /// Changes since the base was written.
    pub changes: u64,
    /// Names the model.
    pub model: String,
    /// Records that the model learnt from.
    pub learnt_from: usize,
    /// Keys by which records are looked up.
    pub keys: Vec<String>,
    /// Most records that may share a key.
    pub key_limit: u64,
    /// Probability from which two records are one.
    pub threshold: f64,
}

impl Index {
    /// Opens what [`build`] or [`Index::compact`] wrote.
    ///
    /// # Errors
    /// When it is damaged or cannot be read.
    pub fn open(source: Box<dyn Source>) -> Result<Self> {
        Ok(Self { base: Base::open(source)?, overlay: Overlay::default(), fresh: Vec::new() })
    }

    /// Makes changes again that were kept.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn replay(&mut self, changes: &[u8]) -> Result<()> {
        let mut reader = Reader::new(changes);
        while !reader.is_empty() {
            let change = Change::read(&mut reader)?;
            self.apply(change)?;
        }
        Ok(())
    }

    /// Changes that are not kept yet; [`Index::replay`] makes them again.
    pub fn take_changes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.fresh)
    }

    /// The model.
    #[must_use]
    pub fn scorer(&self) -> &Scorer {
        &self.base.scorer
    }

    /// Counts.
    #[must_use]
    pub fn status(&self) -> Status {
        let scorer = self.scorer();
        let nodes = u64::from(self.base.nodes) + self.overlay.contents.len() as u64;
        Status {
            records: (self.base.records + self.overlay.came).saturating_sub(self.overlay.gone),
            nodes: nodes.saturating_sub(self.overlay.dead.len() as u64),
            bytes: self.base.size(),
            resident_bytes: self.base.resident(),
            changes: self.overlay.changes,
            model: scorer.version(),
            learnt_from: scorer.records(),
            keys: scorer.config().block.iter().map(|block| block.keys.join(", ")).collect(),
            key_limit: scorer.limit(),
            threshold: crate::model::stated(scorer.threshold_bits()),
        }
    }

    fn nodes(&self) -> u32 {
        self.base.nodes + u32::try_from(self.overlay.contents.len()).unwrap_or(u32::MAX)
    }

    fn is_live(&self, node: u32) -> bool {
        node < self.nodes() && !self.overlay.dead.contains_key(&node)
    }

    fn content(&self, node: u32, held: &mut Held) -> Result<Vec<u8>> {
        match node.checked_sub(self.base.nodes) {
            None => self.base.content(node, held),
            Some(at) => self.overlay.contents.get(at as usize).cloned().ok_or_else(damaged),
        }
    }

    /// Links as the base has them; a node that came later has none there.
    fn base_links(&self, node: u32) -> Result<Links> {
        if node < self.base.nodes {
            self.base.links(node, &mut Held::default())
        } else {
            Ok(Links::default())
        }
    }

    fn near(&self, node: u32) -> Result<Vec<u32>> {
        match self.overlay.near.get(&node) {
            Some(near) => Ok(near.clone()),
            None => Ok(self.base_links(node)?.near),
        }
    }

    fn group(&self, node: u32) -> Result<Vec<u32>> {
        let group = match self.overlay.group.get(&node) {
            Some(group) => group.clone(),
            None => self.base_links(node)?.group,
        };
        Ok(if group.is_empty() { vec![node] } else { group })
    }

    fn apart(&self, node: u32) -> Result<Vec<u32>> {
        match self.overlay.apart.get(&node) {
            Some(apart) => Ok(apart.clone()),
            None => Ok(self.base_links(node)?.apart),
        }
    }

    fn ids(&self, node: u32) -> Result<Ids> {
        match self.overlay.ids.get(&node) {
            Some(ids) => Ok(ids.clone()),
            None => Ok(self.base_links(node)?.ids.into_iter().map(|id| (id.len(), id)).collect()),
        }
    }

    /// The shortest id of a node, by which it is called.
    fn least_id(&self, node: u32) -> Result<(usize, String)> {
        if let Some(ids) = self.overlay.ids.get(&node) {
            return ids.first().cloned().ok_or_else(damaged);
        }
        let first = self.base_links(node)?.ids.into_iter().next().ok_or_else(damaged)?;
        Ok((first.len(), first))
    }

    /// The node of a record.
    fn find(&self, tenant: &str, id: &str) -> Result<Option<u32>> {
        if let Some(now) = self.overlay.node_of.get(&(tenant.to_owned(), id.to_owned())) {
            return Ok(*now);
        }
        let range = self.base.range(Key::Id, id_key(hash::bytes(tenant.as_bytes()), id))?;
        let mut held = Held::default();
        for node in self.base.nodes_at(Key::Id, range)? {
            let is_its = tenant_of(&self.base.content(node, &mut held)?)? == tenant;
            if is_its && self.base_links(node)?.ids.iter().any(|other| other == id) {
                return Ok(Some(node));
            }
        }
        Ok(None)
    }

    /// The node of a content.
    fn find_content(&self, content: &[u8]) -> Result<Option<u32>> {
        let key = content_key(content);
        let mut held = Held::default();
        let known = self.base.nodes_at(Key::Content, self.base.range(Key::Content, key)?)?;
        let fresh = self.overlay.by_content.get(&key).into_iter().flatten().copied();
        for node in known.into_iter().chain(fresh) {
            if self.is_live(node) && self.content(node, &mut held)? == content {
                return Ok(Some(node));
            }
        }
        Ok(None)
    }

    /// How many nodes share a key of a rule.
    fn sharing(&self, key: u32) -> Result<u64> {
        let range = self.base.range(Key::Rule, key)?;
        let fresh = self.overlay.rules.get(&key).map_or(0, |nodes| nodes.len() as u64);
        let dead = self.overlay.dead_keys.get(&key).copied().unwrap_or_default();
        Ok((range.end - range.start + fresh).saturating_sub(dead))
    }

    /// Nodes that share a key of a rule.
    fn sharers(&self, key: u32) -> Result<Vec<u32>> {
        let range = self.base.range(Key::Rule, key)?;
        let mut nodes = self.base.nodes_at(Key::Rule, range)?;
        nodes.extend(self.overlay.rules.get(&key).into_iter().flatten());
        nodes.retain(|node| self.is_live(*node));
        Ok(nodes)
    }

    /// Makes a change, and keeps it for whoever writes it down.
    fn change(&mut self, change: Change) -> Result<()> {
        change.put(&mut self.fresh);
        self.apply(change)
    }

    fn apply(&mut self, change: Change) -> Result<()> {
        self.overlay.changes += 1;
        match change {
            Change::Node(content) => {
                let node = self.nodes();
                let (tenant, _, values) = texts(&content)?;
                for (key, _) in self.base.scorer.keys(tenant, &values) {
                    self.overlay.rules.entry(key).or_default().push(node);
                }
                self.overlay.by_content.entry(content_key(&content)).or_default().push(node);
                self.overlay.ids.insert(node, Ids::new());
                self.overlay.contents.push(content);
            }
            Change::Comes(node, id) => {
                let place = (self.tenant(node)?, id.clone());
                self.own_ids(node)?.insert((id.len(), id));
                self.overlay.node_of.insert(place, Some(node));
                self.overlay.came += 1;
            }
            Change::Goes(node, id) => {
                let place = (self.tenant(node)?, id.clone());
                self.overlay.node_of.insert(place, None);
                self.overlay.gone += 1;
                self.own_ids(node)?.remove(&(id.len(), id));
            }
            Change::Dies(node) => {
                let content = self.content(node, &mut Held::default())?;
                let (tenant, _, values) = texts(&content)?;
                for (key, _) in Arc::clone(&self.base.scorer).keys(tenant, &values) {
                    *self.overlay.dead_keys.entry(key).or_default() += 1;
                }
                self.overlay.dead.insert(node, ());
            }
            Change::Near(node, others) => _ = self.overlay.near.insert(node, others),
            Change::Group(node, others) => _ = self.overlay.group.insert(node, others),
            Change::Apart(node, others) => _ = self.overlay.apart.insert(node, others),
        }
        Ok(())
    }

    fn tenant(&self, node: u32) -> Result<String> {
        Ok(tenant_of(&self.content(node, &mut Held::default())?)?.to_owned())
    }

    /// Ids of a node, from now on in the overlay.
    fn own_ids(&mut self, node: u32) -> Result<&mut Ids> {
        if !self.overlay.ids.contains_key(&node) {
            let ids = self.ids(node)?;
            self.overlay.ids.insert(node, ids);
        }
        self.overlay.ids.get_mut(&node).ok_or_else(damaged)
    }
}

/// A message about a record that is not there.
fn unknown(tenant: &str, id: &str) -> Error {
    let of = if tenant.is_empty() { String::new() } else { format!(" of tenant {tenant:?}") };
    Error::Input(format!("no record is called {id:?}{of}"))
}
