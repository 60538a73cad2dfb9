//! Follows tokens through a user's plan: which columns of the answer hold them, and what is done to them on the way.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{Distinct, Expr, JoinType, LogicalPlan, Operator, WindowFunctionDefinition};
use model::{TableDef, derived, tables};

/// Functions that hand a value on as it is.
const HANDS_ON: &[&str] = &["coalesce", "nullif", "nvl", "nvl2", "ifnull"];
const REFUSED: &str =
    "tokens can be compared, joined, grouped by and counted, not ordered by or computed with";

/// For each column of the answer, whether it holds tokens; or why the plan is refused.
pub(crate) fn columns(plan: &LogicalPlan) -> Result<Vec<bool>, String> {
    let inputs: Vec<(&DFSchema, Vec<bool>)> = plan
        .inputs()
        .into_iter()
        .map(|input| Ok((input.schema().as_ref(), columns(input)?)))
        .collect::<Result<_, String>>()?;
    let scope = Scope { inputs: &inputs };
    refuse(plan, &scope)?;
    let width = plan.schema().fields().len();
    let of =
        |exprs: &[Expr]| exprs.iter().map(|expr| scope.carries(expr)).collect::<Result<Vec<bool>, String>>();
    let mut out = match plan {
        LogicalPlan::TableScan(scan) => {
            let table = table(scan.table_name.table());
            let names = plan.schema().fields().iter().map(|field| field.name());
            names.map(|name| table.is_some_and(|table| is_token(table, name))).collect()
        }
        LogicalPlan::Projection(projection) => of(&projection.expr)?,
        LogicalPlan::Aggregate(aggregate) => {
            let mut groups = Vec::new();
            for expr in &aggregate.group_expr {
                match expr {
                    // Every expression of every set; more columns than needed do no harm below.
                    Expr::GroupingSet(set) => {
                        groups.extend(of(&set.distinct_expr().into_iter().cloned().collect::<Vec<_>>())?)
                    }
                    other => groups.push(scope.carries(other)?),
                }
            }
            // A grouping set adds a column of its own between the groups and the aggregates.
            let calls = of(&aggregate.aggr_expr)?;
            groups.resize(width.saturating_sub(calls.len()), false);
            groups.extend(calls);
            groups
        }
        LogicalPlan::Window(window) => {
            let mut all = scope.all();
            all.extend(of(&window.window_expr)?);
            all
        }
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti => {
                inputs.first().map(|(_, of)| of.clone()).unwrap_or_default()
            }
            JoinType::RightSemi | JoinType::RightAnti => {
                inputs.get(1).map(|(_, of)| of.clone()).unwrap_or_default()
            }
            _ => scope.all(),
        },
        LogicalPlan::Union(_) | LogicalPlan::RecursiveQuery(_) => {
            (0..width).map(|at| inputs.iter().any(|(_, of)| of.get(at).copied().unwrap_or(true))).collect()
        }
        LogicalPlan::Distinct(Distinct::On(on)) => of(&on.select_expr)?,
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => scope.all(),
        LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) | LogicalPlan::DescribeTable(_) => {
            vec![false; width]
        }
        // Anything else: whatever may hold a token is taken to hold one.
        _ => vec![scope.all().contains(&true); width],
    };
    out.resize(width, scope.all().contains(&true));
    Ok(out)
}

fn table(name: &str) -> Option<&'static TableDef> {
    tables::ALL.iter().chain(derived::ALL).copied().find(|table| table.name == name)
}

fn is_token(table: &TableDef, column: &str) -> bool {
    if let Some(at) = table.position(column) {
        // An account's vendor id or its e-mail token stand in one column.
        return table.columns[at].class.is_token() || (table.name == "account" && column == "account");
    }
    false
}

/// Refuses what a node does to tokens.
fn refuse(plan: &LogicalPlan, scope: &Scope<'_>) -> Result<(), String> {
    if let LogicalPlan::Sort(sort) = plan {
        for key in &sort.expr {
            if scope.carries(&key.expr)? {
                return Err(REFUSED.into());
            }
        }
    }
    let mut refused = Ok(());
    let walked = plan.apply_expressions(|expr| {
        expr.apply(|part| {
            refused = scope.judge(part);
            Ok(if refused.is_err() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    });
    walked.map_err(|cause| cause.strip_backtrace())?;
    refused
}

/// What the expressions of a node may name.
struct Scope<'a> {
    inputs: &'a [(&'a DFSchema, Vec<bool>)],
}

impl Scope<'_> {
    fn all(&self) -> Vec<bool> {
        self.inputs.iter().flat_map(|(_, of)| of.iter().copied()).collect()
    }

    fn column(&self, column: &Column) -> bool {
        let found =
            self.inputs.iter().find_map(|(schema, of)| Some((schema.maybe_index_of_column(column)?, of)));
        found.is_some_and(|(at, of)| of.get(at).copied().unwrap_or(true))
    }

    /// Whether the value of an expression is, or may be, a token.
    fn carries(&self, expr: &Expr) -> Result<bool, String> {
        Ok(match expr {
            Expr::Column(column) => self.column(column),
            Expr::Alias(alias) => self.carries(&alias.expr)?,
            Expr::Cast(cast) => self.carries(&cast.expr)?,
            Expr::TryCast(cast) => self.carries(&cast.expr)?,
            Expr::Case(case) => {
                let thens = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
                self.any(thens.map(AsRef::as_ref))?
            }
            Expr::ScalarFunction(call) if HANDS_ON.contains(&call.func.name()) => self.any(&call.args)?,
            Expr::ScalarSubquery(query) => columns(&query.subquery)?.contains(&true),
            // A column of a query around this one: its name alone is known here.
            Expr::OuterReferenceColumn(_, column) => {
                let all = tables::ALL.iter().chain(derived::ALL);
                all.into_iter().any(|table| is_token(table, &column.name))
            }
            _ => false,
        })
    }

    fn any<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Result<bool, String> {
        exprs.into_iter().try_fold(false, |found, expr| Ok(found || self.carries(expr)?))
    }

    /// Whether one step of an expression may be done.
    fn judge(&self, expr: &Expr) -> Result<(), String> {
        let is_bad = match expr {
            Expr::BinaryExpr(binary) => {
                let compares = matches!(
                    binary.op,
                    Operator::Eq
                        | Operator::NotEq
                        | Operator::IsDistinctFrom
                        | Operator::IsNotDistinctFrom
                        | Operator::And
                        | Operator::Or
                );
                !compares && self.any([binary.left.as_ref(), binary.right.as_ref()])?
            }
            Expr::Like(like) | Expr::SimilarTo(like) => {
                self.any([like.expr.as_ref(), like.pattern.as_ref()])?
            }
            Expr::Between(between) => self.carries(&between.expr)?,
            Expr::ScalarFunction(call) => !HANDS_ON.contains(&call.func.name()) && self.any(&call.args)?,
            Expr::AggregateFunction(call) => {
                let params = &call.params;
                let sorts = params.order_by.iter().map(|key| &key.expr);
                self.any(sorts)? || (call.func.name() != "count" && self.any(&params.args)?)
            }
            Expr::WindowFunction(call) => {
                let params = &call.params;
                let is_count =
                    matches!(&call.fun, WindowFunctionDefinition::AggregateUDF(f) if f.name() == "count");
                let sorts = params.order_by.iter().map(|key| &key.expr);
                self.any(sorts)? || (!is_count && self.any(&params.args)?)
            }
            Expr::Exists(exists) => columns(&exists.subquery.subquery).map(|_| false)?,
            Expr::InSubquery(inside) => columns(&inside.subquery.subquery).map(|_| false)?,
            Expr::SetComparison(_) | Expr::HigherOrderFunction(_) | Expr::Unnest(_) => {
                let mut named = false;
                let walked = expr.apply(|part| {
                    named |= matches!(part, Expr::Column(column) if self.column(column));
                    Ok(TreeNodeRecursion::Continue)
                });
                walked.map_err(|cause| cause.strip_backtrace())?;
                named
            }
            _ => false,
        };
        if is_bad { Err(REFUSED.into()) } else { Ok(()) }
    }
}
