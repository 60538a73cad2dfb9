//! What a user's query may do: read. One statement, no files, no hidden tables. A token may be compared, joined,
//! grouped by and counted; it is never printed, ordered by, cut up or computed with.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;

use crate::error::{Error, Result};
use crate::key::TOKEN_PREFIX;
use crate::taint;

/// What stands in place of a token.
const MASK: &str = "•";
/// An answer is held in memory: a larger one is a mistake, or wants a `LIMIT`.
const ANSWER_BYTES: usize = 1 << 30;

const HIDDEN: &[&str] = &["vault", "provenance", "reject"];

pub(crate) async fn run(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    let user = |cause: DataFusionError| Error::Query(cause.strip_backtrace());
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = context.sql_with_options(sql, options).await.map_err(user)?;
    refuse_hidden(frame.logical_plan())?;
    let is_token = taint::columns(frame.logical_plan()).map_err(Error::Query)?;
    let schema = Arc::clone(frame.schema().inner());
    let mut stream = frame.execute_stream().await.map_err(user)?;
    let (mut batches, mut bytes) = (Vec::new(), 0);
    while let Some(batch) = stream.try_next().await.map_err(user)? {
        bytes += batch.get_array_memory_size();
        if bytes > ANSWER_BYTES {
            return Err(Error::Query("the answer is too large; hint: aggregate, or LIMIT".into()));
        }
        batches.push(batch);
    }
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    batches.iter().map(|batch| masked(batch, |at| is_token.get(at).copied().unwrap_or(true))).collect()
}

fn refuse_hidden(plan: &LogicalPlan) -> Result<()> {
    let mut refused = None;
    let walked = plan.apply_with_subqueries(|node| {
        match node {
            LogicalPlan::TableScan(TableScan { table_name, .. }) if HIDDEN.contains(&table_name.table()) => {
                refused = Some(format!("table {} is not for queries", table_name.table()));
            }
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => {
                refused = Some("one SELECT, nothing else".to_owned());
            }
            _ => {}
        }
        Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked?;
    refused.map_or(Ok(()), |why| Err(Error::Query(why)))
}

/// The batch with every token replaced by a dot.
pub fn mask_tokens(batch: &RecordBatch) -> Result<RecordBatch> {
    masked(batch, |_| false)
}

/// Columns of tokens are masked whole; wherever else a token stands, its value is.
fn masked(batch: &RecordBatch, is_token: impl Fn(usize) -> bool) -> Result<RecordBatch> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (at, (field, array)) in batch.schema().fields().iter().zip(batch.columns()).enumerate() {
        match hide(array, is_token(at))? {
            None => {
                fields.push(Arc::clone(field));
                arrays.push(Arc::clone(array));
            }
            Some(hidden) => {
                fields.push(Arc::new(Field::new(field.name(), hidden.data_type().clone(), true)));
                arrays.push(hidden);
            }
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

/// A column without its tokens; `None` where it holds none.
fn hide(array: &ArrayRef, all: bool) -> Result<Option<ArrayRef>> {
    let is_plain = array.data_type().is_primitive() || *array.data_type() == DataType::Boolean;
    if is_plain && !all {
        return Ok(None);
    }
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(array, &options)?;
    let text = |row: usize| array.is_valid(row).then(|| shown.value(row).to_string());
    let holds = |row: usize| text(row).is_some_and(|text| text.contains(TOKEN_PREFIX));
    if !all && !(0..array.len()).any(holds) {
        return Ok(None);
    }
    let hidden =
        |row| text(row).map(|text| if all || text.contains(TOKEN_PREFIX) { MASK.to_owned() } else { text });
    let out: StringArray = (0..array.len()).map(hidden).collect();
    Ok(Some(Arc::new(out)))
}
