//! Walks each logical plan before anything runs and refuses what would not give the same bytes twice, what judges
//! by country, and what reads what nothing may read.

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, Operator, Volatility, WindowFunctionDefinition,
};
use datafusion::prelude::SessionContext;
use model::Tier;
use model::refusal::refused_word;

use crate::ask::with_times;
use crate::error::Problem;
use crate::indicator::Indicator;
use crate::sentence;

/// Tables that no indicator may name.
const HIDDEN: &[&str] = &["provenance", "vault", "reject"];
/// Views over record tables that do not carry their name.
const VIEWS: &[(&str, &[&str])] = &[
    ("session", &["authentication"]),
    ("worker_day", &["authentication"]),
    ("device_network_hour", &["route", "lan_neighbour"]),
    ("remote_visit", &["remote_session"]),
    ("w_remote_visit", &["remote_session"]),
];
/// Tables about who is who and who can be seen: every indicator may read them.
const COMMON: &[&str] = &["worker", "visible"];
/// Columns that a question must return.
const REQUIRED: &[&str] = &["subject", "first_seen", "last_seen", "value", "record_ids"];
const ORDERED: &[&str] = &["first_value", "last_value", "nth_value", "array_agg", "string_agg"];
const SUMS: &[&str] = &[
    "sum",
    "avg",
    "mean",
    "var",
    "var_pop",
    "var_sample",
    "stddev",
    "stddev_pop",
    "corr",
    "covar_samp",
    "covar_pop",
    "regr_slope",
    "regr_avgx",
    "regr_avgy",
];

/// Everything wrong with one indicator's questions.
pub async fn indicator(context: &SessionContext, indicator: &Indicator) -> Vec<Problem> {
    let mut out = Vec::new();
    let questions = [Some(&indicator.sql), indicator.able.as_ref(), indicator.probe_sql.as_ref()];
    for (at, sql) in questions.into_iter().enumerate() {
        let Some(sql) = sql else { continue };
        match question(context, indicator, sql).await {
            Err(problem) => out.push(problem),
            Ok(plan) if indicator.tier != Tier::T4 && reads_time_zone(context, &plan) => {
                let what = format!("a time zone at tier {}", indicator.tier.as_str());
                out.push(problem(indicator, (what, "people work at hours of their own: never above T4")));
            }
            Ok(plan) if at != 1 => out.extend(columns(indicator, &plan)),
            Ok(_) => {}
        }
    }
    out
}

/// Whether a plan reads anybody's time zone. (A view names every column; what the question does not use, the optimizer drops.)
fn reads_time_zone(context: &SessionContext, plan: &LogicalPlan) -> bool {
    // few plans name one at all, and to optimize each would take longer than to load them
    names_time_zone(plan) && context.state().optimize(plan).as_ref().map_or(true, names_time_zone)
}

fn names_time_zone(plan: &LogicalPlan) -> bool {
    let mut found = false;
    // The walk cannot fail: the closures return no error.
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                found |= matches!(part, Expr::Column(column) if column.name.contains("timezone"));
                Ok(stop_if(found))
            })
        })
    });
    found
}

fn problem(indicator: &Indicator, (what, why): (String, &str)) -> Problem {
    Problem { file: indicator.file.clone(), what, why: why.to_owned() }
}

async fn question(
    context: &SessionContext,
    indicator: &Indicator,
    sql: &str,
) -> Result<LogicalPlan, Problem> {
    let refuse = |found: (String, &str)| problem(indicator, found);
    let sql = with_times(sql, model::Time(0), indicator.window_days);
    let state = context.state();
    let dialect = state.config().options().sql_parser.dialect;
    let statement = state
        .sql_to_statement(&sql, &dialect)
        .map_err(|error| refuse((error.to_string(), "the SQL cannot be read")))?;
    let named = state
        .resolve_table_references(&statement)
        .map_err(|error| refuse((error.to_string(), "the SQL cannot be read")))?;
    let named: BTreeSet<String> = named.iter().map(|table| table.table().to_owned()).collect();
    tables(indicator, &named).map_err(refuse)?;
    let plan = state
        .statement_to_plan(statement)
        .await
        .map_err(|error| refuse((error.to_string(), "the SQL cannot be planned")))?;
    walk(&plan).map_err(refuse)?;
    Ok(plan)
}

type Refusal = (String, &'static str);

fn tables(indicator: &Indicator, named: &BTreeSet<String>) -> Result<(), Refusal> {
    let declared = indicator.declared();
    for name in named {
        if HIDDEN.contains(&name.as_str()) || name.starts_with("information_schema") {
            return Err((format!("table {name}"), "it is not for indicators"));
        }
        let behind: Vec<&str> = match VIEWS.iter().find(|(view, _)| view == name) {
            Some((_, tables)) => tables.to_vec(),
            None => vec![name.strip_prefix("w_").unwrap_or(name)],
        };
        for table in behind {
            if !declared.contains(table) && !COMMON.contains(&table) {
                return Err((
                    format!("table {table}"),
                    "the SQL names it, and neither tables, any_of nor uses does",
                ));
            }
        }
    }
    let known =
        |name: &str| model::tables::ALL.iter().chain(model::derived::ALL).any(|table| table.name == name);
    match declared.iter().find(|name| !known(name)) {
        Some(name) => Err((format!("table {name}"), "there is no such table")),
        None => Ok(()),
    }
}

fn columns(indicator: &Indicator, plan: &LogicalPlan) -> Vec<Problem> {
    let names: BTreeSet<&str> = plan.schema().fields().iter().map(|field| field.name().as_str()).collect();
    let mut out = Vec::new();
    for column in REQUIRED {
        if !names.contains(column) {
            out.push(problem(indicator, (format!("no column {column}"), "every answer needs it")));
        }
    }
    if indicator.kind == crate::IndicatorKind::Link && !names.contains("component") {
        out.push(problem(indicator, ("no column component".into(), "a link names the component behind it")));
    }
    for name in sentence::placeholders(&indicator.sentence) {
        if !sentence::BUILT_IN.contains(&name.as_str()) && !names.contains(name.as_str()) {
            out.push(problem(indicator, (format!("{{{name}}} in the sentence"), "no column of that name")));
        }
    }
    out
}

/// Refuses a plan, or lets it pass.
pub fn walk(plan: &LogicalPlan) -> Result<(), Refusal> {
    let countries = country_names(plan);
    let mut refused = None;
    let walked = plan.apply_with_subqueries(|node| {
        refused = node_refusal(node);
        if refused.is_none() {
            let schema = merged_schema(node);
            node.apply_expressions(|expr| {
                expr.apply(|part| {
                    refused = expression(part, &schema, &countries);
                    Ok(stop_if(refused.is_some()))
                })
            })?;
        }
        Ok(stop_if(refused.is_some()))
    });
    match (refused, walked) {
        (Some(found), _) => Err(found),
        (None, Err(error)) => Err((error.to_string(), "the plan cannot be walked")),
        (None, Ok(_)) => Ok(()),
    }
}

fn stop_if(found: bool) -> TreeNodeRecursion {
    if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue }
}

fn merged_schema(node: &LogicalPlan) -> DFSchema {
    let mut schema = DFSchema::empty();
    for input in node.inputs() {
        schema.merge(input.schema());
    }
    schema
}

fn node_refusal(node: &LogicalPlan) -> Option<Refusal> {
    match node {
        LogicalPlan::Ddl(_) | LogicalPlan::Dml(_) | LogicalPlan::Copy(_) | LogicalPlan::Statement(_) => {
            Some((node.display().to_string(), "an indicator reads, it changes nothing"))
        }
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::RecursiveQuery(_) => {
            Some((node.display().to_string(), "not in an indicator"))
        }
        LogicalPlan::Limit(limit) if !matches!(limit.input.as_ref(), LogicalPlan::Sort(_)) => {
            Some(("LIMIT without ORDER BY".into(), "which rows are kept would change from run to run"))
        }
        LogicalPlan::Distinct(datafusion::logical_expr::Distinct::On(on)) if on.sort_expr.is_none() => {
            Some(("DISTINCT ON without ORDER BY".into(), "which rows are kept would change from run to run"))
        }
        LogicalPlan::Values(values) => {
            let codes = values.values.iter().flatten().any(|expr| literal(expr).is_some_and(is_country_code));
            codes.then(|| {
                ("a list of country codes".into(), "no judgement by country: use same_country(a, b)")
            })
        }
        _ => None,
    }
}

fn expression(expr: &Expr, schema: &DFSchema, countries: &BTreeSet<String>) -> Option<Refusal> {
    match expr {
        Expr::Column(column) => refused_word(&column.name)
            .map(|word| (format!("column {} ({word})", column.name), "nothing may read that")),
        Expr::Alias(alias) => refused_word(&alias.name)
            .map(|word| (format!("column {} ({word})", alias.name), "nothing may read that")),
        Expr::AggregateFunction(call) => {
            let params = &call.params;
            aggregate(call.func.name(), &params.args, &params.order_by, params.distinct, schema)
        }
        Expr::WindowFunction(call) => window(call, schema),
        Expr::ScalarFunction(call) => {
            let is_fixed = call.func.signature().volatility == Volatility::Immutable;
            if !is_fixed || call.func.name() == "uuid" {
                return Some((
                    format!("{}()", call.func.name()),
                    "its value changes from run to run; use $until",
                ));
            }
            country(expr, countries)
        }
        Expr::BinaryExpr(binary) if matches!(binary.op, Operator::And | Operator::Or) => None,
        Expr::BinaryExpr(_)
        | Expr::InList(_)
        | Expr::Like(_)
        | Expr::SimilarTo(_)
        | Expr::Case(_)
        | Expr::Between(_) => country(expr, countries),
        _ => None,
    }
}

fn aggregate(
    name: &str,
    args: &[Expr],
    order: &[Sort],
    distinct: bool,
    schema: &DFSchema,
) -> Option<Refusal> {
    if name.starts_with("approx_") {
        return Some((format!("{name}()"), "its value depends on how the rows are spread"));
    }
    // A distinct list is made whole only when it is ordered as well.
    if ORDERED.contains(&name) && order.is_empty() {
        let what = if distinct {
            format!("{name}(DISTINCT …) without ORDER BY")
        } else {
            format!("{name}() without ORDER BY")
        };
        return Some((what, "the order of rows is not fixed"));
    }
    let is_float = |expr: &Expr| {
        matches!(expr.get_type(schema), Ok(DataType::Float16 | DataType::Float32 | DataType::Float64))
    };
    let averages = matches!(name, "avg" | "mean");
    if SUMS.contains(&name) && (averages || args.iter().any(is_float)) {
        return Some((
            format!("{name}() of floats"),
            "sums of floats depend on their order: sum whole numbers, then divide once",
        ));
    }
    None
}

fn window(call: &datafusion::logical_expr::expr::WindowFunction, schema: &DFSchema) -> Option<Refusal> {
    let params = &call.params;
    match &call.fun {
        WindowFunctionDefinition::AggregateUDF(func) => {
            aggregate(func.name(), &params.args, &params.order_by, params.distinct, schema)
        }
        WindowFunctionDefinition::WindowUDF(func) => params
            .order_by
            .is_empty()
            .then(|| (format!("{}() without ORDER BY", func.name()), "the order of rows is not fixed")),
    }
}

/// Names under which a country travels through the plan.
fn country_names(plan: &LogicalPlan) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    loop {
        let before = names.len();
        // The walk cannot fail: the closures return no error.
        let _ = plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| {
                expr.apply(|part| {
                    if let Expr::Alias(alias) = part
                        && carries_country(&alias.expr, &names)
                    {
                        names.insert(alias.name.clone());
                    }
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        });
        if names.len() == before {
            return names;
        }
    }
}

fn is_country_column(name: &str, names: &BTreeSet<String>) -> bool {
    name == "country" || name.ends_with("_country") || names.contains(name)
}

/// Whether an expression hands a country on: the column itself, or a text made of it. Truths and counts made from
/// it (`same_country`, `count`) are no country any more.
fn carries_country(expr: &Expr, names: &BTreeSet<String>) -> bool {
    match expr {
        Expr::Column(column) => is_country_column(&column.name, names),
        Expr::Alias(alias) => carries_country(&alias.expr, names),
        Expr::Cast(cast) => carries_country(&cast.expr, names),
        Expr::ScalarFunction(call) => {
            call.func.name() != "same_country" && call.args.iter().any(|arg| carries_country(arg, names))
        }
        Expr::AggregateFunction(call) => {
            call.func.name() != "count" && call.params.args.iter().any(|arg| carries_country(arg, names))
        }
        Expr::WindowFunction(call) => call.params.args.iter().any(|arg| carries_country(arg, names)),
        Expr::Case(case) => case.when_then_expr.iter().any(|(_, then)| carries_country(then, names)),
        _ => false,
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)), _) => Some(text),
        Expr::Literal(ScalarValue::Utf8View(Some(text)), _) => Some(text),
        _ => None,
    }
}

fn is_country_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// A country beside a literal in one comparison or call. `coalesce(country, '')` is no judgement.
fn country(expr: &Expr, names: &BTreeSet<String>) -> Option<Refusal> {
    let (mut has_country, mut has_literal) = (false, false);
    let walked = expr.apply(|part| {
        match part {
            Expr::Column(column) if is_country_column(&column.name, names) => has_country = true,
            _ if literal(part).is_some_and(|text| !text.is_empty()) => has_literal = true,
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    let is_hit = walked.is_ok() && has_country && has_literal;
    is_hit.then(|| (format!("{expr}"), "no judgement by country: use same_country(a, b)"))
}
