//! An index of records in a folder: built from files, then asked about one record at a time, and changed so.

mod questions;
mod store;

use std::io::Write;
use std::path::PathBuf;

use matching::index::{Added, Builder, Scorer};
use matching::{Config, Table};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::{Wish, configuration, doubted, on_threads, output, refused, sheets, told};
use crate::error::{Error, Result};
use store::Store;

/// Records from which a model is learnt; of more, a fair sample is taken.
const LEARNT_FROM: usize = 500_000;
/// Records that are made ready at a time.
const STRETCH: usize = 1 << 16;

/// What is wished of an index.
#[derive(Debug, Clone, Default)]
pub struct IndexWish {
    /// Where it is.
    pub folder: PathBuf,
    /// Build it anew where there is one.
    pub rebuild: bool,
    /// Build it with the model of this index.
    pub model_of: Option<PathBuf>,
    /// Records that come.
    pub add: Vec<PathBuf>,
    /// Records that go, by id.
    pub delete: Vec<String>,
    /// Records that are not those they are with, by id.
    pub unmerge: Vec<String>,
    /// Records that are asked about: a file, or `-`.
    pub query: Option<PathBuf>,
    /// Whose records they are.
    pub tenant: String,
}

/// What came of it.
pub struct IndexOutcome {
    /// For people, on stderr.
    pub narration: Vec<String>,
    /// Counts of the index, where nothing else was asked for.
    pub status: Option<Value>,
}

/// Builds, changes or asks an index; answers go to `answer`, one JSON object each.
pub fn index(
    wish: &Wish,
    of: &IndexWish,
    answer: &mut (dyn FnMut(Value) -> Result<()> + Send),
) -> Result<IndexOutcome> {
    on_threads(wish.threads, || {
        let mut narration = Vec::new();
        if !wish.files.is_empty() {
            if !of.delete.is_empty() || !of.unmerge.is_empty() || !of.add.is_empty() {
                let what = "files without --add build an index: nothing can be deleted or told apart in the same breath";
                return Err(Error::Configuration(what.into()));
            }
            narration.extend(built(wish, of)?);
        } else if of.rebuild {
            return Err(Error::Configuration("--rebuild needs the files to build from".into()));
        } else if of.model_of.is_some() {
            return Err(Error::Configuration("--model-of needs the files to build from".into()));
        }
        let changes = !of.add.is_empty() || !of.delete.is_empty() || !of.unmerge.is_empty();
        let mut store = Store::open(&of.folder, changes)?;
        if changes {
            changed(&mut store, wish, of, &mut narration)?;
        }
        if let Some(query) = &of.query {
            narration.extend(questions::answered(&store.index, wish, of, query, answer)?);
        }
        // Whoever names a tenant sees nothing of the others.
        let only = Some(of.tenant.as_str()).filter(|tenant| !tenant.is_empty());
        if let Some(path) = &wish.output {
            output::members(path, &store.index.members(only)?)?;
        }
        if let Some(path) = &wish.pairs {
            output::near(path, &store.index.pairs(only)?)?;
        }
        let is_quiet = of.query.is_some() || wish.output.is_some() || wish.pairs.is_some();
        let status = if is_quiet { None } else { Some(status(&store)?) };
        Ok(IndexOutcome { narration, status })
    })
}

fn status(store: &Store) -> Result<Value> {
    let status = store.index.status();
    let defect = |cause: serde_json::Error| Error::Defect(cause.to_string());
    let mut all = serde_json::to_value(&status).map_err(defect)?;
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let per_record = status.bytes as f64 / status.records.max(1) as f64;
    all["changes_bytes"] = json!(store.changes_bytes());
    all["bytes_per_record"] = json!((per_record * 10.0).round() / 10.0);
    Ok(all)
}

fn id_is_named(wish: &Wish) -> Result<()> {
    if wish.id.is_some() {
        return Ok(());
    }
    let what = "an index knows records by their ids\nhint: --id COLUMN says where they stand";
    Err(Error::Configuration(what.into()))
}

/// Builds an index from the files of a wish.
fn built(wish: &Wish, of: &IndexWish) -> Result<Vec<String>> {
    id_is_named(wish)?;
    store::vacant(&of.folder, of.rebuild)?;
    let (table, mut narration) = sheets::read(wish)?;
    let scorer = match &of.model_of {
        Some(folder) => Scorer::read(Store::open(folder, false)?.index.scorer().bytes().to_vec())?,
        None => learnt(wish, &table, &mut narration)?,
    };
    if of.model_of.is_some() {
        let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
        narration.extend(absent(scorer.config(), &names)?);
    }
    narration.push(format!("the model learnt from {} records", scorer.records()));
    let records = records(&scorer, &table, &of.tenant)?;
    drop(table);
    store::create(&of.folder, of.rebuild, |out: &mut dyn Write| {
        Ok(matching::index::build(&scorer, &records, out)?)
    })?;
    narration.push(format!("{} records are in {}", records.len(), of.folder.display()));
    Ok(narration)
}

/// A model learnt from a table, or from a fair sample of it.
fn learnt(wish: &Wish, table: &Table, narration: &mut Vec<String>) -> Result<Scorer> {
    let sample = if table.len() > LEARNT_FROM { Some(table.first(LEARNT_FROM)) } else { None };
    let learnt_from = sample.as_ref().unwrap_or(table);
    let config: Config = match &wish.config {
        Some(path) => {
            let config = configuration(path)?;
            narration.extend(doubted(table, &config)?);
            config
        }
        None => {
            let mut suggestion = matching::suggest::suggest(learnt_from, &refused)?;
            narration.extend(told(&suggestion));
            // Keys for whole files; those of an index are chosen for more records than there are yet.
            suggestion.config.block.clear();
            suggestion.config
        }
    };
    config.check(table)?;
    Ok(Scorer::read(matching::index::learn(learnt_from, &config, table.len())?)?)
}

/// Values of a row in normal form.
fn normal(scorer: &Scorer, table: &Table, row: usize) -> Vec<String> {
    scorer.normal(&|name| {
        let column = table.column(name).map(|at| &table.columns()[at]);
        column.map_or_else(String::new, |column| column.values.get(column.cells[row]).to_owned())
    })
}

/// Records of a table in the order of the input, so that of two with one id the later counts.
fn records(scorer: &Scorer, table: &Table, tenant: &str) -> Result<Builder> {
    let mut out = Builder::default();
    for rows in table.input_order().chunks(STRETCH) {
        let values: Vec<Vec<String>> = rows.par_iter().map(|row| normal(scorer, table, *row)).collect();
        for (row, values) in rows.iter().zip(&values) {
            out.push(tenant, table.id(*row), values)?;
        }
    }
    Ok(out)
}

/// Makes the changes that are wished, all in one.
fn changed(store: &mut Store, wish: &Wish, of: &IndexWish, narration: &mut Vec<String>) -> Result<()> {
    for id in &of.delete {
        if !store.index.delete(&of.tenant, id)? {
            narration.push(format!("no record is called {id:?}: nothing to delete"));
        }
    }
    for id in &of.unmerge {
        let others = store.index.unmerge(&of.tenant, id)?;
        let shown: Vec<&str> = others.iter().take(10).map(String::as_str).collect();
        let more = others.len() - shown.len();
        let more = if more > 0 { format!(" and {more} others") } else { String::new() };
        narration.push(format!("{id} is another than {}{more}", shown.join(", ")));
    }
    if !of.add.is_empty() {
        id_is_named(wish)?;
        let (table, said) = sheets::read(&Wish { files: of.add.clone(), ..wish.clone() })?;
        narration.extend(said);
        let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
        narration.extend(absent(store.index.scorer().config(), &names)?);
        let (mut new, mut replaced, mut known) = (0, 0, 0);
        for row in table.input_order() {
            let values = normal(store.index.scorer(), &table, row);
            *match store.index.add(&of.tenant, table.id(row), &values)? {
                Added::New => &mut new,
                Added::Replaced => &mut replaced,
                Added::Known => &mut known,
            } += 1;
        }
        narration
            .push(format!("{new} records came, {replaced} replaced one of their id, {known} were there"));
    }
    store.keep()
}

/// Columns that the index compares and a sheet does not have.
fn absent(config: &Config, names: &[&str]) -> Result<Option<String>> {
    let is_there =
        |column: &&String| names.iter().any(|name| name.trim().eq_ignore_ascii_case(column.trim()));
    let all: Vec<&String> = config.compare.iter().flat_map(|comparison| &comparison.columns).collect();
    let missing: Vec<&str> =
        all.iter().filter(|column| !is_there(column)).map(|column| column.as_str()).collect();
    if missing.len() == all.len() {
        return Err(Error::Input(format!(
            "none of the columns that the index compares is there\nhint: it compares {}",
            missing.join(", ")
        )));
    }
    Ok((!missing.is_empty())
        .then(|| format!("columns that are not there count as unknown: {}", missing.join(", "))))
}
