//! Versions of the weights, and people drawn at random to be looked into. Each change and its entry in the history are
//! one transaction.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::history::add;
use crate::{Error, Event, Result, Store};

/// Setting that holds the number of the version that is applied.
const APPLIED: &str = "weights applied";
/// Setting that holds the number of the last draw: that of a draw of which everybody was erased is not given again.
const LAST_DRAW: &str = "last draw";

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptWeights {
    /// Number, from 1.
    pub number: u64,
    /// When it was made, microseconds since 1970.
    pub at: i64,
    /// JSON.
    pub body: String,
    /// When its fairness table passed first.
    pub passed: Option<i64>,
}

/// Somebody who was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Number of the draw.
    pub draw: u64,
    /// Who.
    pub subject: String,
    /// Raised by every change; a change names the version that it saw.
    pub version: u64,
    /// JSON.
    pub body: String,
}

impl Store {
    /// Every version of the weights, by number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn weights(&self) -> Result<Vec<KeptWeights>> {
        let rows = sqlx::query("SELECT number, at, body, passed FROM weights ORDER BY number")
            .fetch_all(&self.pool)
            .await?;
        let one = |row: &AnyRow| -> sqlx::Result<KeptWeights> {
            Ok(KeptWeights {
                number: row.try_get::<i64, _>(0)?.unsigned_abs(),
                at: row.try_get(1)?,
                body: row.try_get(2)?,
                passed: row.try_get(3)?,
            })
        };
        rows.iter().map(|row| Ok(one(row)?)).collect()
    }

    /// The number of the version that is applied; 0 is what is shipped.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn weights_applied(&self) -> Result<u64> {
        Ok(self.get(APPLIED).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Keeps a version.
    ///
    /// # Errors
    /// [`Error::Taken`] where its number was given meanwhile.
    pub async fn keep_weights(&self, number: u64, at: i64, body: &str, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("INSERT INTO weights (number, at, body) VALUES ($1, $2, $3)")
            .bind(signed(number))
            .bind(at)
            .bind(body)
            .execute(&mut *work)
            .await
            .map_err(|cause| taken(cause, || format!("weights version {number}")))?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// Applies a version that was made, or what is shipped.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn apply_weights(&self, number: u64, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("UPDATE weights SET passed = COALESCE(passed, $1) WHERE number = $2")
            .bind(event.at)
            .bind(signed(number))
            .execute(&mut *work)
            .await?;
        set(&mut work, APPLIED, number).await?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// Everybody who was ever drawn, by draw and id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drawn(&self) -> Result<Vec<Drawn>> {
        let rows = sqlx::query("SELECT draw, subject, version, body FROM drawn ORDER BY draw, subject")
            .fetch_all(&self.pool)
            .await?;
        let one = |row: &AnyRow| -> sqlx::Result<Drawn> {
            Ok(Drawn {
                draw: row.try_get::<i64, _>(0)?.unsigned_abs(),
                subject: row.try_get(1)?,
                version: row.try_get::<i64, _>(2)?.unsigned_abs(),
                body: row.try_get(3)?,
            })
        };
        rows.iter().map(|row| Ok(one(row)?)).collect()
    }

    /// Keeps a draw: for each person what is kept of them, and an entry in the history. Returns its number.
    ///
    /// # Errors
    /// [`Error::Taken`] where somebody was drawn before.
    pub async fn keep_draw(
        &self,
        people: &[(String, String)],
        event: impl Fn(u64, Option<&str>) -> Event,
    ) -> Result<u64> {
        let mut work = self.write().await?;
        let last = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(LAST_DRAW)
            .fetch_optional(&mut *work)
            .await?;
        let last = last.map(|row| row.try_get::<String, _>(0)).transpose()?;
        let number = last.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) + 1;
        set(&mut work, LAST_DRAW, number).await?;
        add(&mut work, &event(number, None)).await?;
        for (subject, body) in people {
            sqlx::query("INSERT INTO drawn (draw, subject, version, body) VALUES ($1, $2, 1, $3)")
                .bind(signed(number))
                .bind(subject)
                .bind(body)
                .execute(&mut *work)
                .await
                .map_err(|cause| taken(cause, || format!("a draw of {subject}")))?;
            add(&mut work, &event(number, Some(subject))).await?;
        }
        work.commit().await?;
        Ok(number)
    }

    /// Changes what is kept of somebody who was drawn, from the version that the caller saw.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was changed meanwhile.
    pub async fn change_drawn(&self, one: &Drawn, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        let done = sqlx::query(
            "UPDATE drawn SET body = $1, version = version + 1 WHERE subject = $2 AND version = $3",
        )
        .bind(&one.body)
        .bind(&one.subject)
        .bind(signed(one.version))
        .execute(&mut *work)
        .await?;
        if done.rows_affected() != 1 {
            return Err(Error::Conflict { number: one.draw, version: one.version + 1 });
        }
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }
}

async fn set(work: &mut AnyConnection, name: &str, value: u64) -> Result<()> {
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value.to_string())
    .execute(&mut *work)
    .await?;
    Ok(())
}

fn taken(cause: sqlx::Error, what: impl Fn() -> String) -> Error {
    match cause.as_database_error() {
        Some(error) if error.is_unique_violation() => Error::Taken(what()),
        _ => Error::Database(cause),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
