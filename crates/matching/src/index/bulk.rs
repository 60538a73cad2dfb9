//! Many records at once: the same index as if they had come one by one, made in one go.

use std::collections::BTreeMap;
use std::io::Write;

use rayon::prelude::*;

use super::base::{self, Links, Parts};
use super::scorer::Scorer;
use super::update::Ready;
use super::{content, entry, node_of, texts};
use crate::cluster::Forest;
use crate::{Error, Result};

/// Bits of a key by which its entries are found.
const SLOTS: u32 = 20;
/// Nodes that one task looks at.
const TASK: usize = 512;

/// Records to build an index from.
#[derive(Default)]
pub struct Builder {
    /// Contents and ids after each other.
    bytes: Vec<u8>,
    /// Where content and id of each record begin, and where the id ends.
    places: Vec<(u64, u32, u32)>,
}

impl Builder {
    /// Adds a record; `values` are in normal form. Of two records of one tenant and id, the later counts.
    ///
    /// # Errors
    /// When there are more than can be counted.
    pub fn push(&mut self, tenant: &str, id: &str, values: &[String]) -> Result<()> {
        let content = content(tenant, "", values);
        let length = |length: usize| {
            u32::try_from(length).map_err(|_| Error::Input(format!("record {id:?}: too long")))
        };
        if self.places.len() >= crate::table::RECORDS_MAX {
            return Err(Error::Input("more records than an index holds".into()));
        }
        self.places.push((self.bytes.len() as u64, length(content.len())?, length(id.len())?));
        self.bytes.extend_from_slice(&content);
        self.bytes.extend_from_slice(id.as_bytes());
        Ok(())
    }

    /// Records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn content(&self, record: u32) -> &[u8] {
        let (at, length, _) = self.places[record as usize];
        let at = usize::try_from(at).unwrap_or_default();
        &self.bytes[at..at + length as usize]
    }

    fn id(&self, record: u32) -> &str {
        let (at, length, id) = self.places[record as usize];
        let at = usize::try_from(at).unwrap_or_default() + length as usize;
        std::str::from_utf8(&self.bytes[at..at + id as usize]).unwrap_or_default()
    }

    /// Records in the order of content and id, each id of a tenant once, and where each content begins.
    fn ordered(&self) -> (Vec<u32>, Vec<u32>) {
        let count = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let tenant = |record: u32| super::tenant_of(self.content(record)).unwrap_or_default();
        let mut by_id: Vec<(u64, u32)> = (0..count)
            .into_par_iter()
            .map(|record| {
                let of = crate::hash::bytes(tenant(record).as_bytes());
                (crate::hash::mix(of, crate::hash::bytes(self.id(record).as_bytes())), record)
            })
            .collect();
        by_id.par_sort_unstable();
        let mut order: Vec<u32> = by_id
            .par_chunk_by(|a, b| a.0 == b.0)
            .flat_map_iter(|same| {
                if let [(_, record)] = same {
                    return vec![*record];
                }
                let mut last: BTreeMap<(&str, &str), u32> = BTreeMap::new();
                same.iter()
                    .for_each(|(_, record)| _ = last.insert((tenant(*record), self.id(*record)), *record));
                last.into_values().collect()
            })
            .collect();
        drop(by_id);
        let key = |record: u32| (self.content(record), self.id(record).len(), self.id(record));
        order.par_sort_unstable_by(|a, b| key(*a).cmp(&key(*b)));
        let starts = (0u32..)
            .zip(&order)
            .filter(|(at, record)| {
                at.checked_sub(1)
                    .is_none_or(|before| self.content(order[before as usize]) != self.content(**record))
            })
            .map(|(at, _)| at)
            .collect();
        (order, starts)
    }
}

/// Sorted keys in memory.
struct Keyed {
    entries: Vec<u64>,
    /// Where the entries of each slot begin.
    slots: Vec<u32>,
}

impl Keyed {
    fn new(mut entries: Vec<u64>) -> Self {
        entries.par_sort_unstable();
        let slot = |entry: u64| entry >> (64 - SLOTS);
        let slots = (0..=1u64 << SLOTS)
            .into_par_iter()
            .map(|at| u32::try_from(entries.partition_point(|entry| slot(*entry) < at)).unwrap_or(u32::MAX))
            .collect();
        Self { entries, slots }
    }

    fn of(&self, key: u32) -> &[u64] {
        let slot = (key >> (32 - SLOTS)) as usize;
        let some = &self.entries[self.slots[slot] as usize..self.slots[slot + 1] as usize];
        let from = some.partition_point(|other| *other < entry(key, 0));
        let to = from + some[from..].partition_point(|other| other >> 32 <= u64::from(key));
        &some[from..to]
    }
}

/// Builds an index of some records.
///
/// # Errors
/// When it cannot be written.
pub fn build(scorer: &Scorer, records: &Builder, out: &mut dyn Write) -> Result<()> {
    let (order, starts) = records.ordered();
    let nodes = u32::try_from(starts.len()).unwrap_or(u32::MAX);
    let content_of = |node: u32| records.content(order[starts[node as usize] as usize]);
    let keys_of = |node: u32| -> Result<Vec<u32>> {
        let (tenant, _, values) = texts(content_of(node))?;
        Ok(scorer.keys(tenant, &values).into_iter().map(|(key, _)| key).collect())
    };
    let tasks: Vec<usize> = (0..nodes as usize).step_by(TASK).collect();
    #[expect(clippy::cast_possible_truncation, reason = "nodes are counted in 32 bits")]
    let of_task = |from: usize| from as u32..(from + TASK).min(nodes as usize) as u32;
    let entries = |from: &usize| -> Result<Vec<u64>> {
        let mut out = Vec::new();
        for node in of_task(*from) {
            out.extend(keys_of(node)?.into_iter().map(|key| entry(key, node)));
        }
        Ok(out)
    };
    let entries: Vec<Vec<u64>> = tasks.par_iter().map(entries).collect::<Result<_>>()?;
    let count: usize = entries.iter().map(Vec::len).sum();
    if u32::try_from(count).is_err() {
        return Err(Error::Input(
            "more keys than are counted at once\nhint: build several indexes, one a tenant or region".into(),
        ));
    }
    let mut flat = Vec::with_capacity(count);
    entries.into_iter().for_each(|some| flat.extend(some));
    let keyed = Keyed::new(flat);
    let limit = usize::try_from(scorer.limit()).unwrap_or(usize::MAX);
    // Pairs that are near, each once, from the lower node.
    let look = |from: usize| -> Result<Vec<(u32, u32)>> {
        let mut out = Vec::new();
        for node in of_task(from) {
            let mut others: Vec<u32> = Vec::new();
            for key in keys_of(node)? {
                let sharing = keyed.of(key);
                if sharing.len() <= limit {
                    others.extend(sharing.iter().map(|entry| node_of(*entry)).filter(|other| *other > node));
                }
            }
            others.sort_unstable();
            others.dedup();
            let near = near(scorer, content_of(node), others, &content_of)?;
            out.extend(near.into_iter().map(|other| (node, other)));
        }
        Ok(out)
    };
    let pairs: Vec<Vec<(u32, u32)>> = tasks.into_par_iter().map(look).collect::<Result<_>>()?;
    let pairs = pairs.concat();
    let groups = groups(scorer, nodes, &pairs, &content_of)?;
    let mut both: Vec<(u32, u32)> = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
    both.par_sort_unstable();
    let mut links = |node: u32| {
        let from = both.partition_point(|(other, _)| *other < node);
        let near = both[from..].iter().take_while(|(other, _)| *other == node).map(|(_, near)| *near);
        let start = starts[node as usize] as usize;
        let end = starts.get(node as usize + 1).map_or(order.len(), |end| *end as usize);
        Ok(Links {
            ids: order[start..end].iter().map(|record| records.id(*record).to_owned()).collect(),
            near: near.collect(),
            group: groups.get(&node).cloned().unwrap_or_default(),
            apart: Vec::new(),
        })
    };
    base::write(
        out,
        Parts {
            scorer,
            nodes,
            content: &mut |node| Ok(content_of(node).to_vec()),
            links: &mut links,
            rules: &mut keyed.entries.iter().map(|entry| Ok(*entry)),
        },
    )
}

/// Those of some nodes, all of higher content, that weigh enough to be one with a content.
fn near<'b>(
    scorer: &Scorer,
    content: &[u8],
    mut others: Vec<u32>,
    content_of: &(impl Fn(u32) -> &'b [u8] + Sync),
) -> Result<Vec<u32>> {
    if others.is_empty() {
        return Ok(others);
    }
    let mut rows = vec![texts(content)?.2];
    for other in &others {
        rows.push(texts(content_of(*other))?.2);
    }
    let local = scorer.local(&rows);
    let mut at = 0;
    others.retain(|_| {
        at += 1;
        local.bits(0, at) >= scorer.threshold_bits()
    });
    Ok(others)
}

/// Entities of more than one node, by each of their nodes.
fn groups<'b>(
    scorer: &Scorer,
    nodes: u32,
    pairs: &[(u32, u32)],
    content_of: &(impl Fn(u32) -> &'b [u8] + Sync),
) -> Result<BTreeMap<u32, Vec<u32>>> {
    let mut forest = Forest::new(nodes);
    pairs.iter().for_each(|(a, b)| forest.join(*a, *b));
    let components: Vec<Vec<u32>> = forest.groups().into_iter().filter(|group| group.len() > 1).collect();
    let mut near: Vec<(u32, u32)> = pairs.to_vec();
    near.par_sort_unstable();
    let of = |component: Vec<u32>| -> Result<Vec<Vec<u32>>> {
        let all = component.iter().map(|node| (content_of(*node).to_vec(), *node)).collect();
        let ready = Ready::new(scorer, all)?;
        let mut around: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for node in component {
            let from = near.partition_point(|(other, _)| *other < node);
            for (_, other) in near[from..].iter().take_while(|(other, _)| *other == node) {
                around.entry(node).or_default().push(*other);
                around.entry(*other).or_default().push(node);
            }
        }
        Ok(ready.groups(&around, &Default::default(), scorer.threshold_bits()))
    };
    let found: Vec<Vec<Vec<u32>>> = components.into_par_iter().map(of).collect::<Result<_>>()?;
    let mut out = BTreeMap::new();
    for group in found.into_iter().flatten().filter(|group| group.len() > 1) {
        for node in &group {
            out.insert(*node, group.clone());
        }
    }
    Ok(out)
}
