//! `EXISTS` of a question that does not hang on the row asked about: one row of it is enough. The engine would join every
//! row with every other, and a table of a million sign-ins is no smaller than it is.

use std::sync::Arc;

use datafusion::common::Result as EngineResult;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr::Exists;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::optimizer::AnalyzerRule;

/// Puts `LIMIT 1` into such questions.
#[derive(Debug)]
pub(crate) struct OneRow;

impl AnalyzerRule for OneRow {
    fn name(&self) -> &str {
        "one_row"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> EngineResult<LogicalPlan> {
        let changed = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Filter(_) => node.map_expressions(|expr| expr.transform_up(one_row)),
            _ => Ok(Transformed::no(node)),
        })?;
        Ok(changed.data)
    }
}

fn one_row(expr: Expr) -> EngineResult<Transformed<Expr>> {
    let Expr::Exists(Exists { subquery, negated }) = expr else { return Ok(Transformed::no(expr)) };
    let is_small = matches!(*subquery.subquery, LogicalPlan::Limit(_) | LogicalPlan::EmptyRelation(_));
    if is_small || !subquery.outer_ref_columns.is_empty() {
        return Ok(Transformed::no(Expr::Exists(Exists { subquery, negated })));
    }
    let plan = LogicalPlanBuilder::from(Arc::clone(&subquery.subquery)).limit(0, Some(1))?.build()?;
    let subquery = subquery.with_plan(Arc::new(plan));
    Ok(Transformed::yes(Expr::Exists(Exists { subquery, negated })))
}
