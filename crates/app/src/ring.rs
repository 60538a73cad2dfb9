//! Rings as people read them: what holds one together, how often chance would make one, and what became of it over time.

use std::collections::BTreeMap;

use lake::rows;
use schemars::JsonSchema;
use scoring::tied::Kind;
use serde::Serialize;
use yardstick::bounds::share_upper;

use crate::error::Result;
use crate::found::{Found, Groups};
use crate::lineage::{History, Of};
use crate::workspace::Workspace;

/// What is known of a ring by the records alone.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct RingFacts {
    /// Members.
    pub members: u64,
    /// Kinds that hold it together and do not come from one and the same trace.
    pub independent: u64,
    /// What its members share, that which says most first.
    pub held_by: Vec<String>,
    /// Times that what honest people carry was dealt out anew.
    pub draws: u64,
    /// Times in which a ring of as many people and independent kinds, or more, arose.
    pub chance_draws: u64,
    /// Such rings, in all these times.
    pub chance_rings: u64,
    /// How often chance makes one, in words.
    pub chance: String,
}

/// One ring.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RingFile {
    ///
    pub name: String,
    /// What is known of it.
    #[serde(flatten)]
    pub facts: RingFacts,
    /// What became of it, judgement by judgement.
    pub history: Vec<String>,
}

impl RingFile {
    /// One that judgement found.
    fn found(ring: &Found) -> Self {
        let facts = RingFacts {
            members: ring.members.len() as u64,
            independent: ring.traces.len() as u64,
            chance: "not counted: it was found among open cases, names what stands open, and adds nothing to anybody's weight".into(),
            ..RingFacts::default()
        };
        Self { name: String::new(), facts, history: Vec::new() }
    }
}

/// Every ring of a state, by its id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rings {
    pub(crate) by: BTreeMap<String, RingFile>,
    /// Ids of members.
    pub(crate) members: BTreeMap<String, Vec<String>>,
}

/// Shared things told of one ring; of a large one the rest is counted.
const TOLD: usize = 12;

impl Rings {
    pub(crate) async fn read(workspace: &Workspace, history: &History, groups: &Groups) -> Result<Self> {
        let mut out = Self::default();
        let mut held: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let sql = "SELECT ring_id, worker_id, held_by, members, independent, draws, chance_draws, chance_rings FROM ring \
                   ORDER BY members DESC, ring_id, worker_id";
        let mut order = Vec::new();
        for batch in workspace.lake.query(sql).await? {
            let (ids, workers, by) = (rows::texts(&batch, 0), rows::texts(&batch, 1), rows::lists(&batch, 2));
            let counts = [3, 4, 5, 6, 7].map(|at| rows::ints(&batch, at));
            for (row, id) in ids.into_iter().enumerate() {
                let id = id.filter(|id| groups.is_said(id));
                let (Some(id), Some(worker)) = (id, workers[row].clone()) else { continue };
                let members = out.members.entry(id.clone()).or_default();
                members.push(worker);
                if members.len() > 1 {
                    continue;
                }
                let [size, independent, draws, chance_draws, chance_rings] =
                    counts.each_ref().map(|list| list[row].unwrap_or(0).unsigned_abs());
                let facts = RingFacts {
                    members: size,
                    independent,
                    held_by: Vec::new(),
                    draws,
                    chance_draws,
                    chance_rings,
                    chance: in_words(size, independent, draws, chance_draws, chance_rings),
                };
                held.insert(id.clone(), by[row].clone());
                out.by.insert(id.clone(), RingFile { name: String::new(), facts, history: Vec::new() });
                order.push(id);
            }
        }
        for ring in groups.of(Kind::Ring) {
            held.insert(ring.id.clone(), ring.components.iter().cloned().collect());
            order.push(ring.id.clone());
            out.members.insert(ring.id.clone(), ring.members.iter().cloned().collect());
            out.by.insert(ring.id.clone(), RingFile::found(ring));
        }
        let numbers = workspace.store.aliases(Of::Ring.kind(), &order).await?;
        for (id, number) in order.iter().zip(numbers) {
            if let Some(ring) = out.by.get_mut(id) {
                ring.name = Of::Ring.name(number);
                ring.history = history.told(Of::Ring, number);
            }
        }
        out.shared(workspace, &held).await?;
        Ok(out)
    }

    /// What the members of each ring share.
    async fn shared(&mut self, workspace: &Workspace, held: &BTreeMap<String, Vec<String>>) -> Result<()> {
        if held.is_empty() {
            return Ok(());
        }
        let mut of: BTreeMap<String, String> = BTreeMap::new();
        let sql = "SELECT component_id, kind, members, first_time, last_time FROM component WHERE explained_by IS NULL";
        for batch in workspace.lake.query(sql).await? {
            let (ids, kinds) = (rows::texts(&batch, 0), rows::texts(&batch, 1));
            let (members, first, last) =
                (rows::ints(&batch, 2), rows::instants(&batch, 3), rows::instants(&batch, 4));
            for (row, id) in ids.into_iter().enumerate() {
                let day = |time: Option<model::Time>| match time {
                    Some(time) if time.0 != 0 => time.to_string().chars().take(10).collect::<String>(),
                    _ => "undated".to_owned(),
                };
                let kind = crate::desk::farm::words(kinds[row].as_deref().unwrap_or_default());
                let line = format!(
                    "{kind}, carried by {}, {} to {}",
                    members[row].unwrap_or(0),
                    day(first[row]),
                    day(last[row])
                );
                of.insert(id.unwrap_or_default(), line);
            }
        }
        for (id, list) in held {
            let Some(ring) = self.by.get_mut(id) else { continue };
            ring.facts.held_by = list.iter().take(TOLD).filter_map(|id| of.get(id).cloned()).collect();
            if list.len() > TOLD {
                ring.facts.held_by.push(format!("and {} more", list.len() - TOLD));
            }
        }
        Ok(())
    }
}

/// How often chance makes such a ring, and how sure that is.
fn in_words(members: u64, independent: u64, draws: u64, hits: u64, rings: u64) -> String {
    if draws == 0 {
        return "how often chance would make such a ring was not counted".to_owned();
    }
    let most = share_upper(hits, draws);
    let bound = if hits == 0 {
        format!("fewer than 1 in {:.0}", (1.0 / most).floor())
    } else {
        format!("at most 1 in {:.1}, and {:.2} rings each time", 1.0 / most, rings as f64 / draws as f64)
    };
    let hits = if hits == 0 { "none".to_owned() } else { hits.to_string() };
    format!(
        "of {draws} times that the other people's things were dealt out anew, {hits} made a ring of {members} people and \
         {independent} kinds or more ({bound}, 95 % sure); coincidence only: who lives or works together shares for a reason"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_many_draws_is_a_bound_and_no_zero() {
        let said = in_words(3, 2, 400, 0, 0);
        assert!(
            said.contains(
                "none made a ring of 3 people and 2 kinds or more (fewer than 1 in 134, 95 % sure)"
            ),
            "{said}"
        );
        let said = in_words(2, 2, 400, 40, 44);
        assert!(
            said.contains(
                "40 made a ring of 2 people and 2 kinds or more (at most 1 in 7.8, and 0.11 rings each time"
            ),
            "{said}"
        );
        assert!(in_words(2, 2, 0, 0, 0).contains("not counted"));
    }
}
