//! Cases in memory, as they stand in the store. The store says by one number whether anything changed, whoever changed
//! it; then only what changed is read again. Their order, and which are alike, is worked out once for all readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use casework::Case;
use casework::likeness::Likeness;
use casework::queue::rank;
use store::Store;
use tokio::sync::{Mutex, RwLock};

use super::{Board, case_of};
use crate::error::Result;

/// One case with its version.
pub(crate) type Held = Arc<(Case, u64)>;

/// Every case, as of one moment.
#[derive(Default)]
pub(crate) struct Cases {
    mark: u64,
    by_number: BTreeMap<u64, Held>,
    of: BTreeMap<String, Vec<u64>>,
}

impl Cases {
    /// Every case with its version, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Case, u64)> {
        self.by_number.values().map(|held| &**held)
    }

    /// One case with its version.
    pub(crate) fn get(&self, number: u64) -> Option<&(Case, u64)> {
        self.by_number.get(&number).map(|held| &**held)
    }

    /// Cases about one person, by number.
    pub(crate) fn about(&self, subject: &str) -> impl Iterator<Item = &(Case, u64)> {
        self.of.get(subject).into_iter().flatten().filter_map(|number| self.get(*number))
    }

    async fn read(store: &Store, before: &Self, mark: u64) -> Result<Self> {
        let versions = store.matter_versions().await?;
        let is_old =
            |(number, version): &(u64, u64)| before.get(*number).is_none_or(|(_, known)| known != version);
        let old: Vec<u64> = versions.iter().filter(|one| is_old(one)).map(|(number, _)| *number).collect();
        let mut all = BTreeMap::new();
        // one by one is quicker up to some share of the table, and the first time it is all of them
        if old.len() * 8 > versions.len() {
            for matter in store.matters().await? {
                all.insert(matter.number, Arc::new((case_of(&matter)?, matter.version)));
            }
        } else {
            for (number, _) in &versions {
                if let Some(held) = before.by_number.get(number) {
                    all.insert(*number, held.clone());
                }
            }
            for number in old {
                match store.matter(number).await? {
                    Some(matter) => all.insert(number, Arc::new((case_of(&matter)?, matter.version))),
                    // taken away meanwhile: the mark has moved on, and the next reader sees it
                    None => all.remove(&number),
                };
            }
        }
        let mut of: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (number, held) in &all {
            of.entry(held.0.subject.clone()).or_default().push(*number);
        }
        Ok(Self { mark, by_number: all, of })
    }
}

/// Cases in the order of the queue.
#[derive(Default)]
pub(crate) struct Ranked {
    sequence: u64,
    pub(crate) cases: Arc<Cases>,
    /// Heaviest first.
    pub(crate) order: Vec<Held>,
    /// Place in `order` by number.
    pub(crate) at: BTreeMap<u64, usize>,
    /// Which are alike, by place.
    pub(crate) likeness: Likeness,
}

impl Ranked {
    fn new(cases: Arc<Cases>, board: &Board) -> Self {
        let weight = |case: &Case| {
            board.person(&case.subject).map_or(case.found.millibits, |one| (one.person.bits * 1000.0) as i64)
        };
        let mut order: Vec<Held> = cases.by_number.values().cloned().collect();
        order.sort_by_cached_key(|held| std::cmp::Reverse(rank(&held.0, weight(&held.0))));
        let at = order.iter().enumerate().map(|(at, held)| (held.0.number, at)).collect();
        let likeness = Likeness::new(order.iter().map(|held| &held.0));
        Self { sequence: board.sequence, cases, order, at, likeness }
    }
}

/// What is kept in memory.
#[derive(Default)]
pub(crate) struct Shelf {
    ranked: RwLock<Arc<Ranked>>,
    /// Only one reads the store again; the others wait for it.
    reading: Mutex<()>,
}

impl Shelf {
    /// Every case as it stands now, in the order of the queue.
    pub(crate) async fn ranked(&self, store: &Store, board: &Board) -> Result<Arc<Ranked>> {
        let mark = store.matters_mark().await?;
        let fits = |kept: &Ranked| kept.cases.mark >= mark && kept.sequence == board.sequence;
        let kept = self.ranked.read().await.clone();
        if mark > 0 && fits(&kept) {
            return Ok(kept);
        }
        let _one = self.reading.lock().await;
        let kept = self.ranked.read().await.clone();
        if mark > 0 && fits(&kept) {
            return Ok(kept);
        }
        // the mark is asked first: what changes while cases are read moves it on
        let mark = store.matters_mark().await?;
        let cases = match kept.cases.mark == mark && mark > 0 {
            true => kept.cases.clone(),
            false => Arc::new(Cases::read(store, &kept.cases, mark).await?),
        };
        let ranked = Arc::new(Ranked::new(cases, board));
        *self.ranked.write().await = ranked.clone();
        Ok(ranked)
    }
}
