//! A store out of another one, row by row, whatever the two are kept in: how a backup leaves PostgreSQL, and how it gets
//! there. A damaged history stays damaged in the copy, at the same entry.

use std::fmt::Write as _;
use std::path::Path;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::{Error, Result, Store, Work};

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A whole number.
    Number,
    /// Text.
    Text,
}

/// A column of a table.
type Column = (&'static str, Kind);

const fn number(name: &'static str) -> Column {
    (name, Kind::Number)
}

const fn text(name: &'static str) -> Column {
    (name, Kind::Text)
}

/// Every table with rows of its own, those first that others refer to; `head` and `shape` are made with the store.
const TABLES: &[(&str, &[Column])] = &[
    (
        "history",
        &[
            number("sequence"),
            number("at"),
            text("actor"),
            text("action"),
            text("commitment"),
            text("previous"),
            text("hash"),
        ],
    ),
    ("actor", &[text("mark"), text("salt"), text("name")]),
    ("history_text", &[number("sequence"), text("salt"), text("subject"), text("purpose"), text("detail")]),
    ("alias", &[text("kind"), text("id"), number("number")]),
    ("lineage", &[text("kind"), number("number"), text("members"), number("at"), number("gone")]),
    ("lineage_step", &[text("kind"), number("number"), number("turn"), number("at"), text("body")]),
    ("setting", &[text("name"), text("value")]),
    (
        "account",
        &[
            text("name"),
            text("role"),
            text("password"),
            text("worker"),
            number("created"),
            number("disabled"),
        ],
    ),
    (
        "pass",
        &[
            text("digest"),
            text("kind"),
            text("name"),
            text("label"),
            text("scopes"),
            number("created"),
            number("seen"),
            number("expires"),
            text("family"),
            text("turn"),
        ],
    ),
    ("matter", &[number("number"), text("subject"), number("version"), text("body")]),
    ("opening", &[text("name"), text("subject"), text("purpose"), number("at"), number("expires")]),
    ("reply", &[text("name"), text("key"), text("request"), number("status"), text("body"), number("at")]),
    (
        "letter",
        &[
            text("receiver"),
            number("matter"),
            text("digest"),
            text("body"),
            number("at"),
            number("tries"),
            number("due"),
        ],
    ),
    ("posted", &[text("receiver"), number("matter"), text("digest")]),
    ("receiver", &[text("name"), number("arrived"), number("last"), text("trouble")]),
    ("identity", &[text("issuer"), text("subject"), text("name"), number("created")]),
    ("weights", &[number("number"), number("at"), text("body"), number("passed")]),
    ("drawn", &[number("draw"), text("subject"), number("version"), text("body")]),
    (
        "passkey",
        &[
            text("id"),
            text("name"),
            text("label"),
            text("public"),
            number("count"),
            number("created"),
            number("seen"),
        ],
    ),
];

/// Rows that one statement takes.
const AT_ONCE: usize = 64;

impl Store {
    /// Copies the whole store into a new file, as of one moment, while others write.
    ///
    /// # Errors
    /// When the file is there already, or the database refuses.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        if let Some(sql) = self.engine.copy {
            crate::make_private(path).map_err(|source| Error::File { path: path.to_path_buf(), source })?;
            sqlx::query(sql).bind(path.to_string_lossy().into_owned()).execute(&self.pool).await?;
            return Ok(());
        }
        let copy = Self::open(path).await?;
        let done = copy.fill_from(self).await;
        copy.close().await;
        done
    }

    /// Takes in everything that another store holds at one moment. All of it is there afterwards, or nothing.
    ///
    /// # Errors
    /// [`Error::Taken`] where this store was used already.
    pub async fn fill_from(&self, other: &Self) -> Result<()> {
        let mut view = other.view().await?;
        let mut work = self.write().await?;
        for (table, _) in TABLES {
            let sql = format!("SELECT 1 FROM {table} LIMIT 1");
            if sqlx::query(AssertSqlSafe(sql)).fetch_optional(&mut *work).await?.is_some() {
                return Err(Error::Taken("a store that was used".into()));
            }
        }
        // before the entries: from nothing, the end may come anywhere, and what is not whole stays so
        if let Some(row) = sqlx::query("SELECT sequence, hash FROM head").fetch_optional(&mut *view).await? {
            sqlx::query("UPDATE head SET sequence = $1, hash = $2")
                .bind(row.try_get::<i64, _>(0)?)
                .bind(row.try_get::<String, _>(1)?)
                .execute(&mut *work)
                .await?;
        }
        for (table, columns) in TABLES {
            let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let sql = format!("SELECT {names} FROM {table} ORDER BY {names}");
            let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *view).await?;
            for rows in rows.chunks(AT_ONCE) {
                insert(&mut work, table, &names, columns, rows).await?;
            }
        }
        view.rollback().await?;
        Ok(work.commit().await?)
    }
}

/// Writes some rows in one statement.
async fn insert(
    work: &mut Work,
    table: &str,
    names: &str,
    columns: &[Column],
    rows: &[AnyRow],
) -> Result<()> {
    let mut sql = format!("INSERT INTO {table} ({names}) VALUES ");
    for at in 0..rows.len() {
        let first = at * columns.len() + 1;
        let places: Vec<String> = (first..first + columns.len()).map(|place| format!("${place}")).collect();
        let comma = if at == 0 { "" } else { ", " };
        let _ = write!(sql, "{comma}({})", places.join(", "));
    }
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in rows {
        for (at, (_, kind)) in columns.iter().enumerate() {
            query = match kind {
                Kind::Number => query.bind(row.try_get::<Option<i64>, _>(at)?),
                Kind::Text => query.bind(row.try_get::<Option<String>, _>(at)?),
            };
        }
    }
    query.execute(&mut **work).await?;
    Ok(())
}
