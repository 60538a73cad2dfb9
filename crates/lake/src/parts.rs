//! Named parts of questions (`WITH`) that are used more than once, by one question or by several, worked out once. The
//! engine puts the text of a part in each place that names it, and reads the records as often. Here such a part becomes a
//! file beside what queries spill; it lives as long as the asking, and the question stays what it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::physical_plan::{ExecutionPlanProperties, execute_stream_partitioned};
use datafusion::prelude::DataFrame;
use datafusion::sql::parser::Statement as EngineStatement;
use datafusion::sql::sqlparser::ast::{Ident, ObjectName, Query, Statement, Visit, Visitor};
use futures::TryStreamExt;
use tokio::sync::OnceCell;

use crate::error::{Error, Result};
use crate::{Lake, session};

/// Below the folder of what this process spills.
const FOLDER: &str = "parts";

/// Whether a part has become a table; one whose columns cannot stand in a file stays where it is.
type Made = Arc<OnceCell<bool>>;

/// Parts shared by some questions. Dropping it removes them.
pub struct Parts<'l> {
    lake: &'l Lake,
    folder: PathBuf,
    /// Texts of the parts that are used more than once, whole.
    shared: BTreeSet<String>,
    made: Mutex<BTreeMap<String, Made>>,
}

impl Lake {
    /// What these questions share. Nothing is worked out before it is asked for.
    #[must_use]
    pub fn parts<'q>(&self, questions: impl IntoIterator<Item = &'q str>) -> Parts<'_> {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for cut in questions.into_iter().filter_map(|sql| Cut::of(self, sql)) {
            for (at, part) in cut.parts.iter().enumerate() {
                let again = cut.times_named(at).max(1);
                *uses.entry(part.whole.clone()).or_default() += again;
            }
        }
        let shared = uses.into_iter().filter(|(_, times)| *times > 1).map(|(whole, _)| whole).collect();
        Parts { lake: self, folder: self.spill.join(FOLDER), shared, made: Mutex::default() }
    }
}

impl Parts<'_> {
    /// The plan of a question in which its shared parts are tables.
    pub(crate) async fn frame(&self, sql: &str) -> Result<DataFrame> {
        let context = &self.lake.context;
        let Some(cut) = Cut::of(self.lake, sql) else { return Ok(context.sql(sql).await?) };
        // In their order: a part names only parts before it.
        let mut tables: BTreeSet<usize> = BTreeSet::new();
        for at in cut.behind(&cut.body_names) {
            let part = &cut.parts[at];
            if !self.shared.contains(&part.whole) {
                continue;
            }
            let cell = Arc::clone(self.lock().entry(part.whole.clone()).or_default());
            let make = || self.make(&part.whole, cut.text(&part.sql, &part.names, &tables));
            if *cell.get_or_try_init(make).await? {
                tables.insert(at);
            }
        }
        Ok(context.sql(&cut.text(&cut.body, &cut.body_names, &tables)).await?)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Made>> {
        // Cells are added whole: a panic elsewhere leaves nothing half done.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn make(&self, whole: &str, sql: String) -> Result<bool> {
        let frame = self.lake.context.sql(&sql).await?;
        let schema: SchemaRef = Arc::clone(frame.schema().inner());
        let names: BTreeSet<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        if names.len() < schema.fields().len() {
            return Ok(false);
        }
        let name = table_name(whole);
        let folder = self.folder.join(&name);
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let task = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        let mut writing = tokio::task::JoinSet::new();
        let count = plan.output_partitioning().partition_count();
        for (number, stream) in execute_stream_partitioned(plan, task)?.into_iter().enumerate() {
            writing.spawn(write(folder.join(format!("{number}.parquet")), stream));
        }
        let mut paths = Vec::with_capacity(count);
        while let Some(written) = writing.join_next().await {
            paths.extend(written.map_err(|cause| Error::Defect(cause.to_string()))??);
        }
        paths.sort();
        self.lake.context.register_table(name.as_str(), session::listing(schema, &paths)?)?;
        Ok(true)
    }
}

impl Drop for Parts<'_> {
    fn drop(&mut self) {
        let made = std::mem::take(&mut *self.lock());
        for whole in made.keys() {
            // One that was never made was never registered.
            let _ = self.lake.context.deregister_table(table_name(whole).as_str());
        }
        // What is left of it, the lake takes when it is closed.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn table_name(whole: &str) -> String {
    format!("part_{}", &blake3::hash(whole.as_bytes()).to_hex()[..24])
}

/// One partition's rows as a file; none where there are none.
async fn write(path: PathBuf, mut stream: SendableRecordBatchStream) -> Result<Option<PathBuf>> {
    let mut writer: Option<ArrowWriter<File>> = None;
    while let Some(batch) = stream.try_next().await? {
        if batch.num_rows() == 0 {
            continue;
        }
        let writer = match &mut writer {
            Some(writer) => writer,
            None => writer.insert(start(&path, batch.schema())?),
        };
        writer.write(&batch)?;
    }
    let Some(writer) = writer else { return Ok(None) };
    writer.close()?;
    Ok(Some(path))
}

fn start(path: &Path, schema: SchemaRef) -> Result<ArrowWriter<File>> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_statistics_enabled(EnabledStatistics::None);
    if schema.index_of("record_id").is_ok() {
        properties = properties.set_column_dictionary_enabled("record_id".into(), false);
    }
    let file = File::create(path).map_err(Error::file(path))?;
    Ok(ArrowWriter::try_new(file, schema, Some(properties.build()))?)
}

/// One named part.
struct Part {
    name: Ident,
    /// Its own text.
    sql: String,
    /// Parts that it names, as often as it does.
    names: Vec<usize>,
    /// Its text with that of every part behind it: the same text is the same part, whatever the question.
    whole: String,
}

/// A question cut into its parts and what is asked of them.
struct Cut {
    parts: Vec<Part>,
    body: String,
    body_names: Vec<usize>,
}

impl Cut {
    /// `None` where there is nothing to cut, or names could mean one thing here and another there.
    fn of(lake: &Lake, sql: &str) -> Option<Self> {
        let state = lake.context.state();
        let dialect = state.config().options().sql_parser.dialect;
        let EngineStatement::Statement(statement) = state.sql_to_statement(sql, &dialect).ok()? else {
            return None;
        };
        let Statement::Query(mut query) = *statement else { return None };
        let with = query.with.take().filter(|with| !with.recursive)?;
        let mut out = Self { parts: Vec::new(), body: query.to_string(), body_names: Vec::new() };
        for cte in with.cte_tables {
            if !cte.alias.columns.is_empty() {
                return None;
            }
            let names = out.named_by(&cte.query)?;
            let sql = cte.query.to_string();
            let whole = out.text(&sql, &names, &BTreeSet::new());
            out.parts.push(Part { name: cte.alias.name, sql, names, whole });
        }
        out.body_names = out.named_by(&query)?;
        Some(out)
    }

    /// Parts that a query names, as often as it does; `None` where it names parts of its own.
    fn named_by(&self, query: &Query) -> Option<Vec<usize>> {
        let mut seen = Named { parts: &self.parts, found: Vec::new() };
        match query.visit(&mut seen) {
            ControlFlow::Continue(()) => Some(seen.found),
            ControlFlow::Break(()) => None,
        }
    }

    fn times_named(&self, at: usize) -> usize {
        let all = self.parts.iter().flat_map(|part| &part.names).chain(&self.body_names);
        all.filter(|named| **named == at).count()
    }

    /// The parts named, and those that they name, in their order.
    fn behind(&self, names: &[usize]) -> BTreeSet<usize> {
        self.reach(names, &BTreeSet::new())
    }

    /// As [`Cut::behind`], but not behind those that are tables.
    fn reach(&self, names: &[usize], tables: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut out = BTreeSet::new();
        let mut open: Vec<usize> = names.to_vec();
        while let Some(at) = open.pop() {
            if out.insert(at) && !tables.contains(&at) {
                open.extend(&self.parts[at].names);
            }
        }
        out
    }

    /// A text with the parts behind it, some of them as the tables that they have become.
    fn text(&self, sql: &str, names: &[usize], tables: &BTreeSet<usize>) -> String {
        let one = |at: usize| {
            let part = &self.parts[at];
            if tables.contains(&at) {
                format!("{} AS (SELECT * FROM {})", part.name, table_name(&part.whole))
            } else {
                format!("{} AS ({})", part.name, part.sql)
            }
        };
        let with: Vec<String> = self.reach(names, tables).into_iter().map(one).collect();
        if with.is_empty() { sql.to_owned() } else { format!("WITH {} {sql}", with.join(", ")) }
    }
}

/// Finds the parts that a query names.
struct Named<'p> {
    parts: &'p [Part],
    found: Vec<usize>,
}

impl Visitor for Named<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if query.with.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let [only] = &relation.0[..] else { return ControlFlow::Continue(()) };
        let named = only.as_ident().map(plain);
        // The last of a name hides those before it.
        self.found.extend(self.parts.iter().rposition(|part| Some(plain(&part.name)) == named));
        ControlFlow::Continue(())
    }
}

/// A name as the engine understands it.
fn plain(name: &Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_ascii_lowercase() }
}
