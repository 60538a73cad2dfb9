//! Brings a store to the shape that this version knows. One transaction that has its turn from its start: of two
//! processes that open a new store at once, one waits and finds the work done.

use sqlx::{AnyPool, Row};

use crate::engine::Engine;
use crate::{Error, Result, begin_write};

const SHAPE: &str = "SELECT COALESCE(MAX(version), 0) FROM shape";

pub(crate) async fn run(pool: &AnyPool, engine: &'static Engine, place: &str) -> Result<()> {
    let known = engine.shapes.last().map_or(0, |(version, _)| *version);
    // Most openings find nothing to do, and need not wait for whoever writes. Why it cannot be read is told below.
    if let Ok(row) = sqlx::query(SHAPE).fetch_one(pool).await
        && row.try_get::<i64, _>(0)? == known
    {
        return Ok(());
    }
    let open = |source| Error::Open { place: place.to_owned(), source };
    let mut work = begin_write(pool, engine).await.map_err(open)?;
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS shape (version BIGINT NOT NULL PRIMARY KEY)")
        .execute(&mut *work)
        .await
        .map_err(open)?;
    let found: i64 = sqlx::query(SHAPE).fetch_one(&mut *work).await?.try_get(0)?;
    if found > known {
        return Err(Error::Newer { place: place.to_owned(), found, known });
    }
    for (version, sql) in engine.shapes.iter().filter(|(version, _)| *version > found) {
        sqlx::raw_sql(*sql).execute(&mut *work).await?;
        sqlx::query("INSERT INTO shape (version) VALUES ($1)").bind(version).execute(&mut *work).await?;
    }
    Ok(work.commit().await?)
}
