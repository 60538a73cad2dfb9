//! Linking once: the same records under the same settings give the same links. What the last run wrote is taken as it
//! stands when neither the records nor the tables written from them have changed since.

use std::collections::{BTreeMap, BTreeSet};

use lake::Lake;
use model::{derived, tables};
use serde::{Deserialize, Serialize};

use crate::{Linked, Result, Settings};

/// Clear values, which linking reads as well.
const VAULT: &str = "vault";

#[derive(Serialize, Deserialize)]
struct Memory {
    /// Files by derived table.
    written: BTreeMap<String, Vec<String>>,
    linked: Linked,
}

/// The key of this run, and what it would find if it has run before.
pub(crate) fn recall(lake: &Lake, settings: &Settings) -> (Option<String>, Option<Linked>) {
    let names = tables::ALL.iter().map(|table| table.name).chain([VAULT]);
    let records: BTreeSet<String> = names.map(str::to_owned).collect();
    let question = format!("link {} {:?}", settings.judgement_time.0, settings.aliases);
    let (key, bytes) = lake.kept(&question, &records);
    let memory = bytes.and_then(|bytes| serde_json::from_slice::<Memory>(&bytes).ok());
    (key, memory.filter(|memory| memory.written == written(lake)).map(|memory| memory.linked))
}

/// Keeps what this run found, once its tables are seen.
pub(crate) fn remember(lake: &Lake, key: Option<String>, linked: &Linked) -> Result<()> {
    let memory = Memory { written: written(lake), linked: linked.clone() };
    if let (Some(key), Ok(bytes)) = (key, serde_json::to_vec(&memory)) {
        lake.keep(&key, &bytes)?;
    }
    Ok(())
}

fn written(lake: &Lake) -> BTreeMap<String, Vec<String>> {
    let files = |name: &str| {
        let files = lake.manifest().tables.get(name).map_or(&[][..], Vec::as_slice);
        files.iter().map(|file| file.path.clone()).collect()
    };
    derived::ALL.iter().map(|table| (table.name.to_owned(), files(table.name))).collect()
}
