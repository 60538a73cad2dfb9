//! Tables, views and functions for queries. Tables without a file exist as empty tables, so every query plans.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use model::{TableDef, Time, Whose, derived, tables};

use crate::error::{Error, Result};
use crate::exists::OneRow;
use crate::kept::tables_of;
use crate::manifest::{Manifest, TableFile};
use crate::schema::arrow_schema;
use crate::{Options, as_of, functions};

/// Declares the lake's own tables in the same way as the model's.
macro_rules! own_table {
    ($name:ident, $($column:ident $kind:ident),+) => {
        pub(crate) mod $name {
            use model::{Class, Column, Kind, Layer, TableDef};
            pub(crate) static TABLE: TableDef = TableDef {
                name: stringify!($name), class_uid: 0, layer: Layer::Derived, doc: "",
                columns: &[$(Column {
                    name: stringify!($column), kind: Kind::$kind, class: Class::Plain, doc: "",
                }),+],
            };
        }
    };
}
own_table!(provenance, record_id Text, table_name Text, file Int, offset Int, length Int, line Int, rank_high Int,
    rank_low Int);
own_table!(vault, token Text, sealed Text);
own_table!(reject, file_name Text, source Text, file Int, line Int, offset Int, column_name Text, reason Text, sample Text);

/// Every table that the lake registers, whether or not it has files.
pub(crate) fn all_tables() -> impl Iterator<Item = &'static TableDef> {
    let own = [&provenance::TABLE, &vault::TABLE, &reject::TABLE];
    tables::ALL.iter().chain(derived::ALL).copied().chain(own)
}

/// Tables that each view reads.
pub(crate) type Views = BTreeMap<String, BTreeSet<String>>;

pub(crate) async fn open(
    root: &Path,
    spill: &Path,
    manifest: &Manifest,
    as_of: Option<Time>,
    options: Options,
) -> Result<(SessionContext, Views)> {
    // Not shares of a fixed size: a question of many steps would have a dozen small ones and use two of them.
    let pool = Arc::new(GreedyMemoryPool::new(options.memory_bytes));
    // What a killed query leaves lies in the workspace, where it is found and removed.
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).with_temp_file_path(spill).build_arc()?;
    let mut config = SessionConfig::new()
        .with_target_partitions(options.threads.max(1))
        .with_information_schema(true)
        .with_collect_statistics(true);
    config.options_mut().execution.parquet.schema_force_view_types = false;
    config.options_mut().sql_parser.map_string_types_to_utf8view = false;
    let mut context = SessionContext::new_with_config_rt(config, runtime);
    functions::register(&mut context)?;
    context.add_analyzer_rule(Arc::new(OneRow));
    for table in all_tables() {
        let files = manifest.tables.get(table.name).map_or(&[][..], Vec::as_slice);
        let stored = provider(root, table, files)?;
        let seen = match as_of.and_then(|time| as_of::sql(table, files, time)) {
            Some(sql) => as_of::view(table, stored, &sql).await?,
            None => stored,
        };
        context.register_table(table.name, seen)?;
    }
    let mut behind = Views::new();
    for (name, sql) in views() {
        let frame = context.sql(&sql).await?;
        behind.insert(name.clone(), tables_of(frame.logical_plan(), &behind)?);
        context.register_table(name.as_str(), frame.into_view())?;
    }
    Ok((context, behind))
}

fn provider(root: &Path, table: &TableDef, files: &[TableFile]) -> Result<Arc<dyn TableProvider>> {
    let schema = arrow_schema(table);
    let paths: Vec<PathBuf> = files.iter().map(|file| root.join(&file.path)).collect();
    listing(schema, &paths)
}

/// Parquet files as a table.
pub(crate) fn listing(schema: SchemaRef, paths: &[PathBuf]) -> Result<Arc<dyn TableProvider>> {
    if paths.is_empty() {
        return Ok(Arc::new(EmptyTable::new(schema)));
    }
    let mut urls = Vec::new();
    for path in paths {
        let path = path.canonicalize().map_err(Error::file(path))?;
        urls.push(ListingTableUrl::parse(path.to_string_lossy())?);
    }
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let config =
        ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// Views in the order in which they build on each other.
fn views() -> Vec<(String, String)> {
    let endpoint = include_str!("../views/endpoint.sql");
    let account = include_str!("../views/account.sql");
    let (exit, named_exit) = (include_str!("../views/exit.sql"), include_str!("../views/named_exit.sql"));
    let person = include_str!("../views/person.sql");
    // Sessions on devices, put together from lines before it is known whose device it is.
    let visit = ("remote_visit".to_owned(), include_str!("../views/remote_visit.sql").to_owned());
    let whose = ("w_remote_visit".to_owned(), endpoint.replace("{table}", "remote_visit"));
    let mut views = vec![visit, whose];
    for table in tables::ALL {
        let mut add =
            |sql: &str| views.push((format!("w_{}", table.name), sql.replace("{table}", table.name)));
        if table.is_told_by_devices() {
            add(endpoint);
        } else if let Some(columns) = table.account().filter(|_| table.name != tables::employment::TABLE.name)
        {
            let whose = (if columns.whose == Whose::Service { account } else { person })
                .replace("{account}", &columns.key("t."));
            let has = |name: &str| table.columns.iter().any(|column| column.name == name);
            add(&match (has("src_is_proxy"), has("tunnel")) {
                (true, true) => named_exit.replace("{view}", &whose),
                (true, false) => exit.replace("{view}", &whose),
                _ => whose,
            });
        }
    }
    for (name, sql) in [
        ("session", include_str!("../views/session.sql")),
        ("worker_day", include_str!("../views/worker_day.sql")),
        ("device_network_hour", include_str!("../views/device_network_hour.sql")),
    ] {
        views.push((name.to_owned(), sql.to_owned()));
    }
    views
}
