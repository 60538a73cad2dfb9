//! The decisions in the store, as what they teach.

use std::collections::BTreeMap;

use casework::{Asked, Audited, Taught};
use scoring::Assessment;
use scoring::learning::Ending;
use store::{Drawn, Store};

use crate::desk::case_of;
use crate::error::{Error, Result};
use crate::judge::Terms;

/// What stands decided.
pub(crate) async fn read(store: &Store) -> Result<Taught> {
    let cases = store.matters().await?.iter().map(case_of).collect::<Result<Vec<_>>>()?;
    let mut drawn = BTreeMap::new();
    for one in store.drawn().await? {
        drawn.insert(one.subject.clone(), audited(&one)?);
    }
    Ok(casework::taught(&cases, &drawn))
}

/// What is kept of somebody who was drawn.
pub(crate) fn audited(one: &Drawn) -> Result<Audited> {
    serde_json::from_str(&one.body).map_err(|cause| Error::Defect(format!("draw {}: {cause}", one.draw)))
}

/// What had been asked about somebody.
pub(crate) fn asked(one: &Assessment, terms: &Terms) -> Asked {
    let is_blind = |id: &String| one.could_not_look.binary_search(id).is_ok();
    Asked {
        looked: terms.catalogue.indicators.keys().filter(|id| !is_blind(id)).cloned().collect(),
        answered: one.evidence.iter().map(|item| item.evidence.indicator.clone()).collect(),
        opened_by: one.opened_by.clone(),
    }
}

/// People who teach: confirmed by two, and cleared.
pub(crate) fn counts(taught: &Taught) -> [u64; 2] {
    let of =
        |is: &dyn Fn(&Ending) -> bool| taught.decided.iter().filter(|one| is(&one.ending)).count() as u64;
    [
        of(&|ending| matches!(ending, Ending::Confirmed { by } if by.len() >= 2)),
        of(&|ending| *ending == Ending::Cleared),
    ]
}

/// What must be said beside what was learned.
pub(crate) fn notes(taught: &Taught) -> Vec<String> {
    let unknown = taught.unknown;
    (unknown > 0)
        .then(|| {
            format!("{unknown} decided cases opened before it was kept what could look: they teach nothing")
        })
        .into_iter()
        .collect()
}
