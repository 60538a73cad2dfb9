//! Cases as they are kept: whole, with a version. A change and its entry in the history are one transaction: either
//! both are there or neither is, whatever kills the process.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::history::{add, take_texts};
use crate::{Error, Event, Result, Store};

/// Setting that holds the last number given.
const LAST: &str = "last case";
/// Setting that every change of any case raises.
const MARK: &str = "case changes";

/// One case as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// Number.
    pub number: u64,
    /// About whom.
    pub subject: String,
    /// Raised by every change; a change names the version that it saw.
    pub version: u64,
    /// JSON.
    pub body: String,
}

impl Store {
    /// Every case, by number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn matters(&self) -> Result<Vec<Matter>> {
        let rows = sqlx::query("SELECT number, subject, version, body FROM matter ORDER BY number")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(matter(row)?)).collect()
    }

    /// A number that is another one whenever any case was opened, changed or taken away, by whatever process: whoever
    /// keeps cases in memory asks for it first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn matters_mark(&self) -> Result<u64> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(MARK)
            .fetch_optional(&self.pool)
            .await?;
        let text = row.map(|row| row.try_get::<String, _>(0)).transpose()?;
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Number and version of every case, by number: what of a copy in memory is old.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn matter_versions(&self) -> Result<Vec<(u64, u64)>> {
        let rows =
            sqlx::query("SELECT number, version FROM matter ORDER BY number").fetch_all(&self.pool).await?;
        let pair = |row: &AnyRow| -> sqlx::Result<(u64, u64)> {
            Ok((row.try_get::<i64, _>(0)?.unsigned_abs(), row.try_get::<i64, _>(1)?.unsigned_abs()))
        };
        rows.iter().map(|row| Ok(pair(row)?)).collect()
    }

    /// One case.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn matter(&self, number: u64) -> Result<Option<Matter>> {
        let row = sqlx::query("SELECT number, subject, version, body FROM matter WHERE number = $1")
            .bind(signed(number))
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(matter).transpose()?)
    }

    /// Opens cases, each with the next number; `body` writes what is kept, given the number. All of them are there
    /// afterwards, or none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_matters(
        &self,
        subjects: &[String],
        body: impl Fn(u64, &str) -> (String, Event),
    ) -> Result<Vec<u64>> {
        let mut work = self.write().await?;
        let row = sqlx::query("SELECT COALESCE(MAX(number), 0) FROM matter").fetch_one(&mut *work).await?;
        let highest = row.try_get::<i64, _>(0)?.unsigned_abs();
        let last = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(LAST)
            .fetch_optional(&mut *work)
            .await?;
        let last = last.map(|row| row.try_get::<String, _>(0)).transpose()?;
        // the number of a case that was erased is not given to another one
        let mut number = last.and_then(|text| text.parse().ok()).unwrap_or(0).max(highest);
        let mut numbers = Vec::new();
        for subject in subjects {
            number += 1;
            let (text, event) = body(number, subject);
            sqlx::query("INSERT INTO matter (number, subject, version, body) VALUES ($1, $2, 1, $3)")
                .bind(signed(number))
                .bind(subject)
                .bind(text)
                .execute(&mut *work)
                .await?;
            add(&mut work, &event).await?;
            numbers.push(number);
        }
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(LAST)
        .bind(number.to_string())
        .execute(&mut *work)
        .await?;
        mark(&mut work).await?;
        work.commit().await?;
        Ok(numbers)
    }

    /// Changes cases, each from the version that its caller saw. All of them are changed, or none.
    ///
    /// # Errors
    /// [`Error::Conflict`] where one was changed meanwhile.
    pub async fn change_matters(&self, changes: &[(Matter, Event)]) -> Result<()> {
        let mut work = self.write().await?;
        for (matter, event) in changes {
            change(&mut work, matter).await?;
            add(&mut work, event).await?;
        }
        mark(&mut work).await?;
        work.commit().await?;
        Ok(())
    }

    /// Writes the cases of a person anew without their detail, takes the texts of the history about them away, and
    /// records that. All of it, or nothing. Returns how many texts went.
    ///
    /// # Errors
    /// [`Error::Conflict`] where a case was changed meanwhile.
    pub async fn thin_matters(&self, subject: &str, bare: &[Matter], event: &Event) -> Result<u64> {
        let mut work = self.write().await?;
        for matter in bare {
            change(&mut work, matter).await?;
        }
        mark(&mut work).await?;
        sqlx::query("DELETE FROM opening WHERE subject = $1").bind(subject).execute(&mut *work).await?;
        // an answer that was kept to be given twice may hold any of it
        sqlx::query("DELETE FROM reply").execute(&mut *work).await?;
        let is_about = |one: &Event| one.subject.as_deref() == Some(subject);
        let count = take_texts(&mut work, is_about, event.at, &event.actor).await?;
        add(&mut work, event).await?;
        work.commit().await?;
        self.scrub().await?;
        Ok(count)
    }
}

/// Raises the mark, in the transaction that changes cases.
pub(crate) async fn mark(work: &mut AnyConnection) -> Result<()> {
    sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, '1')
         ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)",
    )
    .bind(MARK)
    .execute(&mut *work)
    .await?;
    Ok(())
}

/// Writes one case, if it still has the version that the caller saw.
pub(crate) async fn change(work: &mut AnyConnection, matter: &Matter) -> Result<()> {
    let done =
        sqlx::query("UPDATE matter SET body = $1, version = version + 1 WHERE number = $2 AND version = $3")
            .bind(&matter.body)
            .bind(signed(matter.number))
            .bind(signed(matter.version))
            .execute(&mut *work)
            .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let row = sqlx::query("SELECT version FROM matter WHERE number = $1")
        .bind(signed(matter.number))
        .fetch_optional(&mut *work)
        .await?;
    let version = row.map(|row| row.try_get::<i64, _>(0)).transpose()?.unwrap_or_default().unsigned_abs();
    Err(Error::Conflict { number: matter.number, version })
}

pub(crate) fn matter(row: &AnyRow) -> sqlx::Result<Matter> {
    Ok(Matter {
        number: row.try_get::<i64, _>(0)?.unsigned_abs(),
        subject: row.try_get(1)?,
        version: row.try_get::<i64, _>(2)?.unsigned_abs(),
        body: row.try_get(3)?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
