//! What a user's query may do: read. One statement, no files, no hidden tables; tokens come back masked.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::prelude::SessionContext;

use crate::error::{Error, Result};
use crate::key::TOKEN_PREFIX;

/// What stands in place of a token.
const MASK: &str = "•";

const HIDDEN: &[&str] = &["vault", "provenance"];

pub(crate) async fn run(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>> {
    let user = |cause: datafusion::error::DataFusionError| Error::Query(cause.strip_backtrace());
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = context.sql_with_options(sql, options).await.map_err(user)?;
    refuse_hidden(frame.logical_plan())?;
    let schema = Arc::clone(frame.schema().inner());
    let mut batches = frame.collect().await.map_err(user)?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    batches.iter().map(mask_tokens).collect()
}

fn refuse_hidden(plan: &LogicalPlan) -> Result<()> {
    let mut hidden = None;
    let walked = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(TableScan { table_name, .. }) = node {
            let name = table_name.table();
            if HIDDEN.contains(&name) {
                hidden = Some(name.to_owned());
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
    walked?;
    match hidden {
        Some(name) => Err(Error::Query(format!("table {name} is not for queries"))),
        None => Ok(()),
    }
}

/// The batch with every token replaced by a dot.
pub fn mask_tokens(batch: &RecordBatch) -> Result<RecordBatch> {
    let mask = |array: &ArrayRef| -> ArrayRef {
        if *array.data_type() != DataType::Utf8 {
            return Arc::clone(array);
        }
        let masked: StringArray = array
            .as_string::<i32>()
            .iter()
            .map(|value| value.map(|text| if text.contains(TOKEN_PREFIX) { MASK } else { text }))
            .collect();
        Arc::new(masked)
    };
    let columns = batch.columns().iter().map(mask).collect();
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}
