//! Base and changes in one: what a new index of the same records would be. And everything that is known, record by record.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::base::{self, Held, Key, Links, Parts};
use super::{Index, entry, node_of, texts};
use crate::Result;

/// Entries of keys that are read at a time.
const STRETCH: u64 = 1 << 16;

/// A record with its entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Its tenant.
    pub tenant: String,
    /// Its id.
    pub id: String,
    /// The entity, called after the shortest id of its records.
    pub cluster: String,
}

impl Index {
    /// Writes base and changes as one base.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn compact(&self, out: &mut dyn Write) -> Result<()> {
        let (order, place) = self.order()?;
        let nodes = u32::try_from(order.len()).unwrap_or(u32::MAX);
        let scorer = std::sync::Arc::clone(&self.base.scorer);
        let mut fresh: Vec<u64> = Vec::new();
        for at in 0..u32::try_from(self.overlay.contents.len()).unwrap_or(u32::MAX) {
            let node = self.base.nodes + at;
            if self.is_live(node) {
                let content = self.content(node, &mut Held::default())?;
                let (tenant, _, values) = texts(&content)?;
                let keys = scorer.keys(tenant, &values);
                fresh.extend(keys.into_iter().map(|(key, _)| entry(key, place[node as usize])));
            }
        }
        fresh.sort_unstable();
        // Nodes of the base keep their order among themselves, so their entries stay sorted.
        let mut known = Known { index: self, place: &place, next: 0, stretch: Vec::new().into_iter() };
        let mut fresh = fresh.into_iter().peekable();
        let mut waiting: Option<u64> = None;
        let mut rules = std::iter::from_fn(|| {
            if waiting.is_none() {
                waiting = match known.next() {
                    None => None,
                    Some(Ok(entry)) => Some(entry),
                    Some(Err(error)) => return Some(Err(error)),
                };
            }
            match (waiting, fresh.peek()) {
                (Some(one), Some(other)) if *other < one => fresh.next().map(Ok),
                (Some(_), _) => waiting.take().map(Ok),
                (None, _) => fresh.next().map(Ok),
            }
        });
        let renamed = |nodes: Vec<u32>| {
            let mut new: Vec<u32> = nodes.into_iter().map(|node| place[node as usize]).collect();
            new.sort_unstable();
            new
        };
        let mut held = Held::default();
        let mut content = |at: u32| self.content(order[at as usize], &mut held);
        let mut links_held = Held::default();
        let mut links = |at: u32| {
            let node = order[at as usize];
            let mut links = if node < self.base.nodes {
                self.base.links(node, &mut links_held)?
            } else {
                Links::default()
            };
            if let Some(ids) = self.overlay.ids.get(&node) {
                links.ids = ids.iter().map(|(_, id)| id.clone()).collect();
            }
            let changed = |now: &crate::hash::Map<u32, Vec<u32>>, old: Vec<u32>| {
                renamed(now.get(&node).cloned().unwrap_or(old))
            };
            links.near = changed(&self.overlay.near, links.near);
            links.group = changed(&self.overlay.group, links.group);
            links.apart = changed(&self.overlay.apart, links.apart);
            Ok(links)
        };
        base::write(
            out,
            Parts { scorer: &scorer, nodes, content: &mut content, links: &mut links, rules: &mut rules },
        )
    }

    /// Live nodes in the order of their content, and the place of each node among them.
    fn order(&self) -> Result<(Vec<u32>, Vec<u32>)> {
        let mut fresh: Vec<(&[u8], u32)> = (self.base.nodes..)
            .zip(&self.overlay.contents)
            .filter(|(node, _)| self.is_live(*node))
            .map(|(node, content)| (content.as_slice(), node))
            .collect();
        fresh.sort_unstable();
        let mut fresh = fresh.into_iter().peekable();
        let mut order = Vec::with_capacity(self.nodes() as usize);
        let mut held = Held::default();
        for node in (0..self.base.nodes).filter(|node| self.is_live(*node)) {
            if fresh.peek().is_some() {
                let content = self.base.content(node, &mut held)?;
                while let Some((_, before)) = fresh.next_if(|(other, _)| *other < content.as_slice()) {
                    order.push(before);
                }
            }
            order.push(node);
        }
        order.extend(fresh.map(|(_, node)| node));
        let mut place = vec![u32::MAX; self.nodes() as usize];
        for (at, node) in (0u32..).zip(&order) {
            place[*node as usize] = at;
        }
        Ok((order, place))
    }

    /// Every record with its entity, sorted; of one tenant, or of all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn members(&self, only: Option<&str>) -> Result<Vec<Member>> {
        let mut out = Vec::new();
        let mut held = Held::default();
        for node in (0..self.nodes()).filter(|node| self.is_live(*node)) {
            let content = self.content(node, &mut held)?;
            let (tenant, _, values) = texts(&content)?;
            if only.is_some_and(|only| only != tenant) {
                continue;
            }
            let cluster = self.name(&self.group(node)?)?;
            let ids = self.ids(node)?;
            // Copies that say too little stay by themselves, but for the first.
            let are_one = ids.len() < 2
                || self.base.scorer.local(&[values.clone(), values]).bits(0, 1)
                    >= self.base.scorer.threshold_bits();
            for (at, (_, id)) in ids.into_iter().enumerate() {
                let cluster = if at == 0 || are_one { cluster.clone() } else { id.clone() };
                out.push(Member { tenant: tenant.to_owned(), id, cluster });
            }
        }
        out.sort_unstable();
        Ok(out)
    }

    /// Pairs of records that are near, by the ids of their tenants, the first of each copy, sorted; of one tenant, or of all.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn pairs(&self, only: Option<&str>) -> Result<Vec<(String, String, f64)>> {
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        for node in (0..self.nodes()).filter(|node| self.is_live(*node)) {
            let mut near = BTreeMap::new();
            if !seen.insert(node) {
                continue;
            }
            if let Some(only) = only
                && super::tenant_of(&self.content(node, &mut Held::default())?)? != only
            {
                continue;
            }
            let component = self.component(node, &mut near)?;
            seen.extend(component.iter().copied());
            if component.len() < 2 {
                continue;
            }
            let ready = self.ready(&component)?;
            for (node, others) in near {
                for other in others.into_iter().filter(|other| *other > node) {
                    let (one, two) = (self.least_id(node)?, self.least_id(other)?);
                    let bits = ready.bits(node, other).unwrap_or_default();
                    out.push((one.clone().min(two.clone()).1, one.max(two).1, bits));
                }
            }
        }
        out.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        Ok(out)
    }
}

/// Entries of the base's live nodes under their new numbers.
struct Known<'i> {
    index: &'i Index,
    place: &'i [u32],
    next: u64,
    stretch: std::vec::IntoIter<u64>,
}

impl Iterator for Known<'_> {
    type Item = Result<u64>;

    fn next(&mut self) -> Option<Result<u64>> {
        loop {
            for old in self.stretch.by_ref() {
                let place = self.place.get(node_of(old) as usize).copied().unwrap_or(u32::MAX);
                if place != u32::MAX {
                    return Some(Ok(old >> 32 << 32 | u64::from(place)));
                }
            }
            if self.next >= self.index.base.count(Key::Rule) {
                return None;
            }
            match self.index.base.entries(Key::Rule, self.next..self.next + STRETCH) {
                Ok(entries) => self.stretch = entries.into_iter(),
                Err(error) => {
                    self.next = u64::MAX;
                    return Some(Err(error));
                }
            }
            self.next += STRETCH;
        }
    }
}
