//! Puts the questions. Each indicator is a plan over tables and views; the answers are sorted, so nothing depends on
//! threads, on the order of files or on which question is answered first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::record_batch::RecordBatch;
use futures::{StreamExt, stream};
use lake::{Lake, Parts, rows};
use model::evidence::Answer;
use model::{Evidence, RecordId, Time};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::functions;
use crate::indicator::Indicator;
use crate::sentence::{self, Figures};

/// A source joined to fewer of its accounts says "not enough data", never "nothing found"; what it shows of those who are
/// tied it shows.
const JOINED_PERCENT: i64 = 90;
/// Questions under way at once: while one waits for its last partition, the other works. More would only divide memory.
const AT_ONCE: usize = 2;
const NAMED: &[&str] = &["subject", "other", "first_seen", "last_seen", "value", "record_ids", "component"];

/// Asks every indicator of the catalogue. `scope`: the people whom answers may be about; all where missing.
///
/// # Errors
/// When the lake cannot be read or an indicator's SQL fails.
pub async fn ask(
    lake: &Lake,
    catalogue: &Catalogue,
    judgement: Time,
    scope: Option<&BTreeSet<String>>,
) -> Result<Vec<Answer>> {
    functions::register(lake.session());
    let coverage = Coverage::read(lake).await?;
    let can_look = |indicator: &&Indicator| coverage.holds(indicator);
    let indicators = catalogue.indicators.values();
    let questions: Vec<String> =
        indicators.clone().filter(can_look).flat_map(|indicator| questions(indicator, judgement)).collect();
    let parts = lake.parts(questions.iter().map(String::as_str));
    let asking = Asking { lake, parts: &parts, judgement, coverage: &coverage };
    let ask = |indicator| asking.one(indicator, scope);
    let asked = match Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
            let all: Vec<&Indicator> = indicators.clone().collect();
            tokio::task::block_in_place(|| on_threads(&runtime, &all, ask))
        }
        // one thread for everything: it must go on serving what the questions start
        _ => stream::iter(indicators.clone()).map(ask).buffered(AT_ONCE).collect().await,
    };
    let mut out = Vec::new();
    for (answer, indicator) in asked.into_iter().zip(indicators) {
        out.push(match answer {
            // What two cannot hold in memory together, one may.
            Err(error) if error.is_out_of_memory() => ask(indicator).await?,
            answer => answer?,
        });
    }
    Ok(out)
}

/// Asks on threads of their own: to work out a plan, and to make an answer of what comes back, keeps a processor as busy
/// as running it does. Answers come in the order of the indicators, whoever was first.
fn on_threads<'a, Asked>(
    runtime: &Handle,
    indicators: &[&'a Indicator],
    ask: impl Fn(&'a Indicator) -> Asked + Sync,
) -> Vec<Result<Answer>>
where
    Asked: Future<Output = Result<Answer>>,
{
    let next = AtomicUsize::new(0);
    let work = || {
        let mut out = Vec::new();
        while let Some(indicator) = indicators.get(next.fetch_add(1, Ordering::Relaxed)) {
            out.push((indicator.id.as_str(), runtime.block_on(ask(indicator))));
        }
        out
    };
    let mut answers: BTreeMap<&str, Result<Answer>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<_>>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().flat_map(join).collect()
    });
    indicators.iter().filter_map(|indicator| answers.remove(indicator.id.as_str())).collect()
}

/// What an indicator asks, with its times in place.
pub(crate) fn questions(indicator: &Indicator, judgement: Time) -> [String; 2] {
    let times = |sql: &str| with_times(sql, judgement, indicator.window_days);
    [times(&indicator.sql), times(&able_sql(indicator))]
}

/// What questions are put to, and when.
pub(crate) struct Asking<'a> {
    pub(crate) lake: &'a Lake,
    /// What the questions share.
    pub(crate) parts: &'a Parts<'a>,
    pub(crate) judgement: Time,
    pub(crate) coverage: &'a Coverage,
}

impl Asking<'_> {
    pub(crate) async fn one(
        &self,
        indicator: &Indicator,
        scope: Option<&BTreeSet<String>>,
    ) -> Result<Answer> {
        let missing = self.coverage.missing(indicator);
        if !self.coverage.holds(indicator) {
            return Ok(Answer { indicator: indicator.id.clone(), missing, ..Answer::default() });
        }
        let in_scope = |id: &str| scope.is_none_or(|people| people.contains(id));
        let mut fired = self.evidence(indicator, &indicator.sql).await?;
        fired.retain(|item| in_scope(&item.subject));
        let mut able: BTreeSet<String> = self.able(indicator).await?;
        able.retain(|id| in_scope(id));
        able.extend(fired.iter().map(|item| item.subject.clone()));
        Ok(Answer { indicator: indicator.id.clone(), fired, able: able.into_iter().collect(), missing })
    }

    /// Answers are kept: nothing but the question, its times and the lake decides them.
    async fn run(&self, indicator: &Indicator, sql: &str) -> Result<Vec<RecordBatch>> {
        let sql = with_times(sql, self.judgement, indicator.window_days);
        self.lake.query_kept(&sql, self.parts).await.map_err(|cause| match cause {
            lake::Error::Engine(cause) => Error::engine(&indicator.id)(cause),
            other => other.into(),
        })
    }

    /// What a question returns, at most one per subject and component: the greatest value, then the earliest.
    pub(crate) async fn evidence(&self, indicator: &Indicator, sql: &str) -> Result<Vec<Evidence>> {
        let mut best: BTreeMap<(String, Option<String>), Evidence> = BTreeMap::new();
        for batch in self.run(indicator, sql).await? {
            for item in read(indicator, &batch)? {
                let key = (item.subject.clone(), item.component.clone());
                match best.get(&key) {
                    Some(kept) if !is_better(&item, kept) => {}
                    _ => {
                        best.insert(key, item);
                    }
                }
            }
        }
        Ok(best.into_values().collect())
    }

    async fn able(&self, indicator: &Indicator) -> Result<BTreeSet<String>> {
        let mut out = BTreeSet::new();
        for batch in self.run(indicator, &able_sql(indicator)).await? {
            out.extend(rows::texts(&batch, 0).into_iter().flatten());
        }
        Ok(out)
    }
}

/// The question with its times in place: `$until` is judgement time, `$window_start` the start of the window.
pub(crate) fn with_times(sql: &str, judgement: Time, window_days: i64) -> String {
    let instant = |time: Time| format!("arrow_cast({}, 'Timestamp(Microsecond, None)')", time.0);
    sql.replace("$until", &instant(judgement))
        .replace("$window_start", &instant(judgement.plus_days(-window_days)))
}

fn is_better(new: &Evidence, kept: &Evidence) -> bool {
    let order = new.value.total_cmp(&kept.value).reverse();
    order
        .then_with(|| (new.first_seen, new.last_seen).cmp(&(kept.first_seen, kept.last_seen)))
        .then_with(|| new.records.cmp(&kept.records))
        .then_with(|| new.sentence.cmp(&kept.sentence))
        .is_lt()
}

fn read(indicator: &Indicator, batch: &RecordBatch) -> Result<Vec<Evidence>> {
    let schema = batch.schema();
    let at = |name: &str| schema.index_of(name).unwrap_or(usize::MAX);
    let subjects = rows::texts(batch, at("subject"));
    let (first, last) = (rows::instants(batch, at("first_seen")), rows::instants(batch, at("last_seen")));
    let values = rows::floats(batch, at("value"));
    let cited = rows::lists(batch, at("record_ids"));
    let others = rows::lists(batch, at("other"));
    let components = rows::texts(batch, at("component"));
    let extra: Vec<(String, Vec<Option<String>>)> = schema
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, field)| !NAMED.contains(&field.name().as_str()))
        .map(|(column, field)| (field.name().clone(), shown(batch, column)))
        .collect();
    let mut out = Vec::new();
    for (row, subject) in subjects.into_iter().enumerate() {
        let (Some(subject), Some(value)) = (subject, values[row].filter(|value| value.is_finite())) else {
            continue;
        };
        let records: Vec<RecordId> = cited[row].iter().filter_map(|id| id.parse().ok()).collect();
        if records.is_empty() {
            return Err(Error::Uncited { indicator: indicator.id.clone(), subject });
        }
        let mut other: Vec<String> = others[row].iter().filter(|id| **id != subject).cloned().collect();
        other.sort();
        other.dedup();
        let columns =
            extra.iter().filter_map(|(name, cells)| Some((name.clone(), cells[row].clone()?))).collect();
        let first_seen = first[row].or(last[row]).unwrap_or_default();
        let last_seen = last[row].unwrap_or(first_seen);
        let figures = Figures {
            subject: &subject,
            value,
            cited: records.len(),
            first: first_seen,
            last: last_seen,
            other: &other,
            columns: &columns,
        };
        let sentence = sentence::fill(&indicator.sentence, &figures);
        out.push(Evidence {
            indicator: indicator.id.clone(),
            component: components[row].clone(),
            subject,
            other,
            first_seen,
            last_seen,
            value,
            sentence,
            records,
        });
    }
    Ok(out)
}

/// A further column as a sentence shows it.
fn shown(batch: &RecordBatch, column: usize) -> Vec<Option<String>> {
    use datafusion::arrow::datatypes::DataType;
    match batch.column(column).data_type() {
        DataType::Float64 => {
            rows::floats(batch, column).into_iter().map(|value| value.map(sentence::number)).collect()
        }
        DataType::Timestamp(_, _) => {
            rows::instants(batch, column).into_iter().map(|time| time.map(sentence::minute)).collect()
        }
        DataType::List(_) => {
            rows::lists(batch, column).into_iter().map(|list| Some(list.join(", "))).collect()
        }
        _ => rows::texts(batch, column),
    }
}

/// Who could have been seen, in SQL.
fn able_sql(indicator: &Indicator) -> String {
    indicator.able.clone().unwrap_or_else(|| seen_sql(indicator))
}

/// Whoever has records in every table needed, and in one of those of which one is enough, within the window.
fn seen_sql(indicator: &Indicator) -> String {
    let one = |names: &[String]| {
        let list: Vec<String> = names.iter().map(|name| format!("'{}'", name.replace('\'', ""))).collect();
        format!(
            "SELECT worker_id FROM visible WHERE table_name IN ({}) \
             AND last_time >= $window_start AND first_time <= $until AND worker_id IS NOT NULL",
            list.join(", ")
        )
    };
    let mut parts: Vec<String> =
        indicator.tables.iter().map(|name| one(std::slice::from_ref(name))).collect();
    if !indicator.any_of.is_empty() {
        parts.push(one(&indicator.any_of));
    }
    parts.join(" INTERSECT ")
}

/// Which tables hold enough to look.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coverage {
    tables: BTreeMap<String, Held>,
}

/// What a table holds, over all its sources.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    /// A record.
    records: bool,
    /// A record of somebody who is tied.
    tied: bool,
    /// A source that is joined to enough of its accounts.
    enough: bool,
}

impl Coverage {
    pub(crate) async fn read(lake: &Lake) -> Result<Self> {
        let sql = "SELECT table_name, records, accounts, accounts_joined FROM coverage";
        let mut tables: BTreeMap<String, Held> = BTreeMap::new();
        for batch in lake.query(sql).await? {
            let names = rows::texts(&batch, 0);
            let (records, accounts) = (rows::ints(&batch, 1), rows::ints(&batch, 2));
            let joined = rows::ints(&batch, 3);
            for (row, name) in names.into_iter().enumerate() {
                let Some(name) = name else { continue };
                let number = |cells: &[Option<i64>]| cells[row].unwrap_or(0);
                let has = number(&records) > 0;
                let tied = has && number(&joined) > 0;
                let held = tables.entry(name).or_default();
                held.records |= has;
                held.tied |= tied;
                held.enough |= tied && number(&joined) * 100 >= number(&accounts) * JOINED_PERCENT;
            }
        }
        Ok(Self { tables })
    }

    fn is_enough(&self, table: &str) -> bool {
        self.tables.get(table).is_some_and(|held| held.enough)
    }

    /// Whether a table holds records at all.
    pub(crate) fn has_records(&self, table: &str) -> bool {
        self.tables.get(table).is_some_and(|held| held.records)
    }

    /// Whether the tables that the indicator needs hold anything of somebody who is tied.
    pub(crate) fn holds(&self, indicator: &Indicator) -> bool {
        let is_tied = |table: &String| self.tables.get(table).is_some_and(|held| held.tied);
        indicator.tables.iter().all(is_tied)
            && (indicator.any_of.is_empty() || indicator.any_of.iter().any(is_tied))
    }

    /// Tables for want of which the indicator cannot look, or not at everybody.
    pub(crate) fn missing(&self, indicator: &Indicator) -> Vec<String> {
        let mut out: BTreeSet<String> =
            indicator.tables.iter().filter(|table| !self.is_enough(table)).cloned().collect();
        if !indicator.any_of.is_empty() && !indicator.any_of.iter().any(|table| self.is_enough(table)) {
            out.extend(indicator.any_of.iter().cloned());
        }
        out.into_iter().collect()
    }
}
