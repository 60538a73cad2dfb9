//! Brings a file to the shape that this version knows. One transaction that holds the write lock from its
//! start: of two processes that open a new store at once, one waits and finds the work done.

use std::path::Path;

use sqlx::Row;
use sqlx::sqlite::SqlitePool;

use crate::{Error, Result, WRITE};

/// Every shape, oldest first. A published file is never edited: the next shape is one more file and line.
const SHAPES: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_history.sql")),
    (2, include_str!("../migrations/0002_head.sql")),
    (3, include_str!("../migrations/0003_casework.sql")),
    (4, include_str!("../migrations/0004_outbox.sql")),
    (5, include_str!("../migrations/0005_weights.sql")),
    (6, include_str!("../migrations/0006_passkey.sql")),
];

pub(crate) async fn run(pool: &SqlitePool, path: &Path) -> Result<()> {
    let open = |source| Error::Open { path: path.to_path_buf(), source };
    let mut work = pool.begin_with(WRITE).await.map_err(open)?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS shape (version BIGINT NOT NULL PRIMARY KEY)")
        .execute(&mut *work)
        .await
        .map_err(open)?;
    let row = sqlx::query("SELECT COALESCE(MAX(version), 0) FROM shape").fetch_one(&mut *work).await?;
    let found: i64 = row.try_get(0)?;
    let known = SHAPES.last().map_or(0, |(version, _)| *version);
    if found > known {
        return Err(Error::Newer { path: path.to_path_buf(), found, known });
    }
    for (version, sql) in SHAPES.iter().filter(|(version, _)| *version > found) {
        sqlx::raw_sql(*sql).execute(&mut *work).await?;
        sqlx::query("INSERT INTO shape (version) VALUES ($1)").bind(version).execute(&mut *work).await?;
    }
    Ok(work.commit().await?)
}
