//! Farms that judgement finds and linkage cannot: towns of machines that somebody else works ([`scoring::town`]), as sites beside those
//! of the lake.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, rows};
use scoring::{Report, Subject};

use crate::error::Result;
use crate::person;

/// What it is told by, as kinds of traces are called.
const TRACES: [&str; 2] = ["town", "remote_control"];

/// One farm without a house that could be seen.
#[derive(Debug, Clone)]
pub struct Town {
    /// Site id.
    pub id: String,
    /// Its people.
    pub members: BTreeSet<String>,
    /// Company laptops of theirs.
    pub devices: u64,
    /// Declared homes.
    pub homes: u64,
}

impl Town {
    /// Kinds of traces that tell of it.
    #[must_use]
    pub fn traces() -> Vec<String> {
        TRACES.map(str::to_owned).to_vec()
    }
}

/// Finds them, and notes on its people which farm they belong to; who is in a house that linkage found stays there, and
/// whoever is in none is not named by what is said of the town.
pub(crate) async fn find(
    lake: &Lake,
    report: &mut Report,
    subjects: &mut BTreeMap<String, Subject>,
) -> Result<Vec<Town>> {
    let farm_of = |id: &str| subjects.get(id).and_then(|one| one.farm.clone());
    let found = scoring::town::towns(&report.assessments, &farm_of);
    let mut out = Vec::new();
    for town in found {
        let joins = |id: &&String| subjects.get(*id).is_some_and(|one| one.farm.is_none());
        let members: BTreeSet<String> = town.members.iter().filter(joins).cloned().collect();
        for id in &members {
            if let Some(one) = subjects.get_mut(id) {
                one.farm = Some(town.id.clone());
            }
        }
        if !town.is_known && !members.is_empty() {
            let [devices, homes] = counts(lake, &members).await?;
            out.push(Town { id: town.id, members, devices, homes });
        }
    }
    let farm_of = |id: &str| subjects.get(id).and_then(|one| one.farm.clone());
    scoring::town::name_only(&mut report.assessments, &farm_of);
    Ok(out)
}

/// Laptops and declared homes of some people.
async fn counts(lake: &Lake, members: &BTreeSet<String>) -> Result<[u64; 2]> {
    let list = person::quoted(members);
    let mut out = [0, 0];
    let asked = [("device_id", "device_worker"), ("coalesce(home_building, worker_id)", "worker")];
    for (count, (what, table)) in out.iter_mut().zip(asked) {
        let sql = format!("SELECT count(DISTINCT {what}) FROM {table} WHERE worker_id IN ({list})");
        for batch in lake.query(&sql).await? {
            *count += rows::ints(&batch, 0).into_iter().flatten().sum::<i64>().unsigned_abs();
        }
    }
    Ok(out)
}
