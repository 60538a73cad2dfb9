//! Record linkage for any sheets: who or what in them is one and the same. Reads files and writes files; no workspace.

mod index;
mod judged;
mod labels;
mod output;
mod sheets;

use std::path::{Path, PathBuf};

use matching::inspect::{self, Waterfall};
use matching::sample::Found;
use matching::suggest::Suggestion;
use matching::{Config, Linked, Table, chart};
use serde_json::{Value, json};

use crate::error::{Error, Result};

pub use index::{IndexOutcome, IndexWish, index};
pub use judged::text as judged_text;
pub use labels::Scored;

/// What is wished.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// CSV or Parquet files.
    pub files: Vec<PathBuf>,
    /// Column that names a record; the line where there is none.
    pub id: Option<String>,
    /// Configuration; the suggested one where there is none.
    pub config: Option<PathBuf>,
    /// Where clusters go: `record_id,cluster_id`.
    pub output: Option<PathBuf>,
    /// Where pairs go.
    pub pairs: Option<PathBuf>,
    /// Labels to score against.
    pub truth: Option<PathBuf>,
    /// Column of the labels, where it cannot be guessed.
    pub truth_column: Option<String>,
    /// Two records to explain.
    pub explain: Option<(String, String)>,
    /// A record whose cluster is to be explained.
    pub explain_cluster: Option<String>,
    /// Folder for pictures.
    pub charts: Option<PathBuf>,
    /// Where records that say too little go.
    pub unlinkables: Option<PathBuf>,
    /// So many pairs to judge, drawn by chance of a seed, and where they go; on stdout where no file is named.
    pub sample: Option<usize>,
    /// Seed of the sample.
    pub seed: u64,
    /// Where the sample goes.
    pub sample_output: Option<PathBuf>,
    /// A sample that came back with verdicts.
    pub judged: Option<PathBuf>,
    /// Threads.
    pub threads: usize,
}

impl Wish {
    /// Whether something is asked for whose answer stands on stdout in place of the clusters.
    fn answers(&self) -> bool {
        self.truth.is_some() || self.needs_model()
    }

    /// Whether something is asked for that only a model can say.
    fn needs_model(&self) -> bool {
        self.explain.is_some()
            || self.charts.is_some()
            || self.sample.is_some()
            || self.judged.is_some()
            || self.explain_cluster.is_some()
    }

    /// Whether more is asked for than a configuration.
    #[must_use]
    pub fn asks_to_link(&self) -> bool {
        self.output.is_some() || self.pairs.is_some() || self.unlinkables.is_some() || self.answers()
    }
}

/// What came of it.
pub struct Outcome {
    /// For people, on stderr.
    pub narration: Vec<String>,
    /// Counts and estimates.
    pub summary: Value,
    /// Against labels.
    pub scored: Option<Scored>,
    /// Why two records are one or not.
    pub waterfall: Option<Waterfall>,
    /// Clusters as CSV, where no file was named for them.
    pub clusters: Option<String>,
    /// What holds a cluster together.
    pub cluster: Option<matching::hold::Cluster>,
    /// Pairs to judge as CSV, where no file was named for them.
    pub sample: Option<String>,
    /// What follows of judged pairs.
    pub judged: Option<Found>,
}

impl Outcome {
    fn new(summary: Value, narration: Vec<String>) -> Self {
        Self {
            narration,
            summary,
            scored: None,
            waterfall: None,
            clusters: None,
            cluster: None,
            sample: None,
            judged: None,
        }
    }
}

impl From<matching::Error> for Error {
    fn from(error: matching::Error) -> Self {
        match error {
            matching::Error::Configuration(what) => Self::Configuration(what),
            matching::Error::Input(what) => Self::Input(what),
            matching::Error::Index(_) => Self::Input(error.to_string()),
        }
    }
}

/// Runs on so many threads.
fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
    pool.map_err(|cause| Error::Defect(format!("threads: {cause}")))?.install(run)
}

/// A configuration proposed from the data alone, as TOML with the reasons as comments.
pub fn suggest(wish: &Wish) -> Result<(String, Vec<String>)> {
    on_threads(wish.threads, || {
        let (table, narration) = sheets::read(wish)?;
        let suggestion = matching::suggest::suggest(&table, &refused)?;
        Ok((written(&suggestion)?, narration))
    })
}

/// A birth date tells two people of one name apart; linking compares it and judges nobody by it.
const IDENTIFYING: [&str; 3] = ["dob", "birth", "birthdate"];

/// Columns about what never decides who somebody is.
fn refused(header: &str) -> Option<String> {
    let spaced = header.to_lowercase().replace([' ', '-'], "_");
    let word = model::refusal::refused_word(&spaced).filter(|word| !IDENTIFYING.contains(word));
    word.map(|word| format!("columns about {word} are never read"))
}

fn written(suggestion: &Suggestion) -> Result<String> {
    let mut out = String::from("# Proposed from the data alone. Edit it, and give it back with --config.\n");
    for (name, seen) in &suggestion.seen {
        out.push_str(&format!("# {}: {seen}\n", name.escape_debug()));
    }
    for (name, why) in &suggestion.aligned {
        out.push_str(&format!("# one under several headers: {}, {why}\n", name.escape_debug()));
    }
    for (name, why) in &suggestion.left_out {
        out.push_str(&format!("# left out: {}, {}\n", name.escape_debug(), why.escape_debug()));
    }
    if suggestion.config.block.is_empty() {
        out.push_str("# Few enough records that every pair is looked at: no [[block]] is needed.\n");
    }
    out.push('\n');
    let toml = toml::to_string(&suggestion.config);
    out.push_str(&toml.map_err(|cause| Error::Defect(format!("configuration: {cause}")))?);
    Ok(out)
}

/// Links, and writes what was asked for.
pub fn link(wish: &Wish) -> Result<Outcome> {
    on_threads(wish.threads, || {
        let (table, mut narration) = sheets::read(wish)?;
        let config = match &wish.config {
            Some(path) => {
                let config = configuration(path)?;
                narration.extend(doubted(&table, &config)?);
                config
            }
            None if table.is_of_one() => return all_one(wish, &table, narration),
            None => {
                let suggestion = matching::suggest::suggest(&table, &refused)?;
                narration.extend(told(&suggestion));
                suggestion.config
            }
        };
        let linked = matching::link(&table, &config)?;
        narration.extend(narrated(&table, &linked));
        let clusters = linked.clusters_of_rows();
        let mut outcome = Outcome::new(summary(&table, &linked), narration);
        if let Some(path) = &wish.truth {
            let labels = labels::read(path, wish)?;
            let scored = labels::score(&labels, &table, &clusters)?;
            outcome.narration.extend(scored.narration.clone());
            outcome.scored = Some(scored);
        }
        if let Some((left, right)) = &wish.explain {
            outcome.waterfall = Some(explained(&table, &linked, left, right, wish)?);
        }
        if let Some(typed) = &wish.explain_cluster {
            // Clusters are called after a record, where ids repeat with its row behind.
            let typed = typed.split_once('#').map_or(typed.as_str(), |(id, _)| id);
            let row = row_of(&table, typed)?;
            let name = |row: u32| output::record_name(&table, row);
            outcome.cluster = Some(matching::hold::cluster(&linked, row, &name));
        }
        match &wish.output {
            Some(path) => output::clusters(path, &table, &clusters)?,
            None if !wish.answers() => {
                outcome.clusters = Some(output::clusters_text(&table, &clusters)?);
            }
            None => {}
        }
        if let Some(count) = wish.sample {
            let drawn = judged::drawn(&table, &linked, count, wish.seed)?;
            match &wish.sample_output {
                Some(path) => output::text(path, &drawn)?,
                None => outcome.sample = Some(drawn),
            }
        }
        if let Some(path) = &wish.judged {
            outcome.judged = Some(judged::found(path, &table, &clusters)?);
        }
        if let Some(path) = &wish.pairs {
            output::pairs(path, &table, &linked)?;
        }
        if let Some(path) = &wish.unlinkables {
            output::unlinkables(path, &table, &linked)?;
        }
        if let Some(folder) = &wish.charts {
            pictures(folder, &linked)?;
        }
        Ok(outcome)
    })
}

/// Every record says the same: one cluster, and no model that could say more.
fn all_one(wish: &Wish, table: &Table, mut narration: Vec<String>) -> Result<Outcome> {
    if wish.needs_model() {
        let what = "every record says the same as every other: there is no model to explain, draw or judge";
        return Err(Error::Input(what.into()));
    }
    narration.push("every record says the same as every other: they are one cluster, by that alone".into());
    let clusters = vec![0u32; table.len()];
    let summary =
        json!({ "records": table.len(), "clusters": 1, "largest": table.len(), "pairs_looked_at": 0 });
    let mut outcome = Outcome::new(summary, narration);
    if let Some(path) = &wish.truth {
        outcome.scored = Some(labels::score(&labels::read(path, wish)?, table, &clusters)?);
    }
    match &wish.output {
        Some(path) => output::clusters(path, table, &clusters)?,
        None if !wish.answers() => outcome.clusters = Some(output::clusters_text(table, &clusters)?),
        None => {}
    }
    for path in [&wish.pairs, &wish.unlinkables].into_iter().flatten() {
        outcome
            .narration
            .push(format!("{} is not written: without a model there is nothing to write", path.display()));
    }
    Ok(outcome)
}

/// What a configuration says of columns that do not hold it; where not one value does, it is refused.
fn doubted(table: &Table, config: &Config) -> Result<Vec<String>> {
    config.check(table)?;
    let mut out = Vec::new();
    for (name, kind, filled, read) in matching::fields::unread(table, config) {
        let kind = toml::Value::try_from(kind).ok();
        let kind = kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        if read == 0 {
            return Err(Error::Configuration(format!(
                "{name}: kind = \"{kind}\", and not one of {filled} values reads as that\nhint: --suggest says what the column looks like"
            )));
        }
        out.push(format!(
            "warning: {name}: kind = \"{kind}\", but only {read} of {filled} values read as that; the others agree only where they are equal"
        ));
    }
    Ok(out)
}

/// A configuration file, which may not name what is never read.
fn configuration(path: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(path).map_err(Error::configuration(path))?;
    let config: Config = toml::from_str(&text).map_err(|cause| {
        Error::Configuration(format!("{}: {}", path.display(), cause.to_string().trim_end()))
    })?;
    for column in config.compare.iter().flat_map(|comparison| &comparison.columns) {
        if let Some(why) = matching::profile::refused(column) {
            return Err(Error::Configuration(format!("{}: column {column:?}: {why}", path.display())));
        }
    }
    Ok(config)
}

fn told(suggestion: &Suggestion) -> Vec<String> {
    let mut out = Vec::new();
    for comparison in &suggestion.config.compare {
        let kind = toml::Value::try_from(comparison.kind).ok();
        let kind = kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        out.push(format!("compares {} as {kind}", comparison.name()));
    }
    let aligned = suggestion.aligned.iter();
    out.extend(aligned.map(|(name, why)| format!("takes {name} for one under several headers: {why}")));
    out.extend(suggestion.left_out.iter().map(|(name, why)| format!("leaves out {name}: {why}")));
    out
}

/// What was done, for people.
fn narrated(table: &Table, linked: &Linked) -> Vec<String> {
    let mut out =
        vec![format!("{} records, {} different in what is compared", table.len(), linked.fields.nodes())];
    for rule in &linked.blocks {
        let mut line = format!("block {}: {} pairs, largest {}", rule.keys, rule.pairs, rule.largest);
        if rule.split > 0 {
            line.push_str(&format!(
                "; {} blocks over {} were split, {} pairs are not looked at",
                rule.split, rule.limit, rule.dropped
            ));
        }
        out.push(line);
    }
    out.push(format!("{} pairs looked at, {} allowed", linked.looked_at, linked.budget));
    for (one, other, bits) in &linked.model.together {
        let name = |at: usize| linked.fields.fields[at].name.as_str();
        out.push(format!("{} and {} agree together: {bits:.1} bits are taken off", name(*one), name(*other)));
    }
    let pooled = linked.model.fields.iter().filter(|field| field.pooled);
    out.extend(
        pooled.map(|field| format!("{}: levels that weighed less than weaker ones were pooled", field.name)),
    );
    if linked.clusters.cut > 0 {
        out.push(format!(
            "{} of {} groups of likely pairs were cut because too much speaks against",
            linked.clusters.cut, linked.clusters.components
        ));
    }
    if linked.clusters.oversized > 0 {
        out.push(format!(
            "{} groups were too large to be trusted and were taken apart",
            linked.clusters.oversized
        ));
    }
    let unlinkable = linked.unlinkable().len();
    if unlinkable > 0 {
        out.push(format!("{unlinkable} records say too little to be linked even to a copy of themselves"));
    }
    if let Some(missed) = linked.missed {
        out.push(format!("blocking misses an estimated {:.1} % of the matches, or more", missed * 100.0));
    }
    out
}

fn summary(table: &Table, linked: &Linked) -> Value {
    let estimate = inspect::estimate(linked);
    let clusters: usize = estimate.sizes.iter().map(|(_, count)| count).sum();
    json!({
        "records": table.len(),
        "clusters": clusters,
        "largest": estimate.sizes.last().map_or(0, |(size, _)| *size),
        "pairs_looked_at": linked.looked_at,
        "pairs_allowed": linked.budget,
        "threshold": matching::model::stated(linked.threshold_bits()),
        "estimated_precision": estimate.precision,
        "estimated_recall": estimate.recall,
        "missed_by_blocking": estimate.missed_by_blocking,
        "unlinkable": estimate.unlinkable,
        "sizes": estimate.sizes,
        "blocks": linked.blocks,
        "model": linked.model.fields,
    })
}

/// The row of an id that a user typed: `id`, or `file:id` where files share ids.
fn row_of(table: &Table, typed: &str) -> Result<usize> {
    let (file, id) = match typed.split_once(':') {
        Some((file, id)) if table.rows_of(typed).is_empty() => (Some(file), id),
        _ => (None, typed),
    };
    let of_file = |row: &usize| file.is_none_or(|file| table.files()[table.file(*row)] == file);
    let rows: Vec<usize> = table.rows_of(id).into_iter().filter(of_file).collect();
    match rows.as_slice() {
        [row] => Ok(*row),
        [] => Err(Error::Input(format!("no record is called {typed:?}"))),
        _ => Err(Error::Input(format!(
            "{} records are called {typed:?}\nhint: FILE:ID says which",
            rows.len()
        ))),
    }
}

fn explained(table: &Table, linked: &Linked, left: &str, right: &str, wish: &Wish) -> Result<Waterfall> {
    let waterfall = inspect::explain(linked, row_of(table, left)?, row_of(table, right)?);
    if let Some(folder) = &wish.charts {
        output::text(&made(folder)?.join("waterfall.svg"), &chart::waterfall(&waterfall, left, right))?;
    }
    Ok(waterfall)
}

fn made(folder: &Path) -> Result<&Path> {
    std::fs::create_dir_all(folder).map_err(Error::configuration(folder))?;
    Ok(folder)
}

fn pictures(folder: &Path, linked: &Linked) -> Result<()> {
    let folder = made(folder)?;
    output::text(&folder.join("weights.svg"), &chart::weights(linked))?;
    output::text(&folder.join("thresholds.svg"), &chart::thresholds(linked))?;
    output::text(&folder.join("clusters.svg"), &chart::clusters(linked))
}
