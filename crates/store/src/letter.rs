//! The outbox: what is to leave, kept until its receiver has it. A letter is about one case; a newer state of the case
//! takes the place of one that waits. It leaves the outbox together with the entry that says where it went, so that
//! after a crash it goes twice rather than not at all.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::history::add;
use crate::{Event, Result, Store};

/// One letter that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Name of the receiver.
    pub receiver: String,
    /// Number of the case.
    pub matter: u64,
    /// Digest of the state that it tells.
    pub digest: String,
    /// JSON.
    pub body: String,
    /// When it was put in, microseconds since 1970.
    pub at: i64,
    /// How often it was tried.
    pub tries: u32,
}

/// One state of a case for a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Number of the case.
    pub matter: u64,
    /// Digest of the state.
    pub digest: String,
    /// JSON; nothing where the receiver need not be told.
    pub body: Option<String>,
}

/// How one receiver fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receiver {
    /// Name.
    pub name: String,
    /// Letters that wait.
    pub waiting: u64,
    /// Since when the oldest waits.
    pub oldest: Option<i64>,
    /// Letters that arrived.
    pub arrived: u64,
    /// When the last one did.
    pub last: Option<i64>,
    /// Why the last try failed, where it did.
    pub trouble: Option<String>,
}

impl Store {
    /// Digests of the states that a receiver was told or is to be told, by case; nothing where the receiver is new.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn posted(&self, receiver: &str) -> Result<Option<BTreeMap<u64, String>>> {
        let known = sqlx::query("SELECT 1 FROM receiver WHERE name = $1")
            .bind(receiver)
            .fetch_optional(&self.pool)
            .await?;
        if known.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query("SELECT matter, digest FROM posted WHERE receiver = $1")
            .bind(receiver)
            .fetch_all(&self.pool)
            .await?;
        let one = |row: &AnyRow| Ok((row.try_get::<i64, _>(0)?.unsigned_abs(), row.try_get::<String, _>(1)?));
        Ok(Some(rows.iter().map(one).collect::<sqlx::Result<_>>()?))
    }

    /// Puts letters into the outbox, and makes the receiver known. All of them are there afterwards, or none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post(&self, receiver: &str, postings: &[Posting], at: i64) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("INSERT INTO receiver (name, arrived) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING")
            .bind(receiver)
            .execute(&mut *work)
            .await?;
        for one in postings {
            let matter = i64::try_from(one.matter).unwrap_or(i64::MAX);
            sqlx::query(
                "INSERT INTO posted (receiver, matter, digest) VALUES ($1, $2, $3)
                 ON CONFLICT (receiver, matter) DO UPDATE SET digest = excluded.digest",
            )
            .bind(receiver)
            .bind(matter)
            .bind(&one.digest)
            .execute(&mut *work)
            .await?;
            let Some(body) = &one.body else { continue };
            // how often a receiver was tried in vain counts on: a new state does not make it healthy
            sqlx::query(
                "INSERT INTO letter (receiver, matter, digest, body, at, tries, due)
                 VALUES ($1, $2, $3, $4, $5, 0, $5)
                 ON CONFLICT (receiver, matter) DO UPDATE SET digest = excluded.digest, body = excluded.body",
            )
            .bind(receiver)
            .bind(matter)
            .bind(&one.digest)
            .bind(body)
            .bind(at)
            .execute(&mut *work)
            .await?;
        }
        Ok(work.commit().await?)
    }

    /// Letters to a receiver that are due, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn letters_due(&self, receiver: &str, now: i64, most: u32) -> Result<Vec<Letter>> {
        let rows = sqlx::query(
            "SELECT receiver, matter, digest, body, at, tries FROM letter
             WHERE receiver = $1 AND due <= $2 ORDER BY at, matter LIMIT $3",
        )
        .bind(receiver)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(letter(row)?)).collect()
    }

    /// A letter arrived: it leaves the outbox, unless it tells a newer state by now, and that is recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn letter_arrived(&self, letter: &Letter, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("DELETE FROM letter WHERE receiver = $1 AND matter = $2 AND digest = $3")
            .bind(&letter.receiver)
            .bind(i64::try_from(letter.matter).unwrap_or(i64::MAX))
            .bind(&letter.digest)
            .execute(&mut *work)
            .await?;
        sqlx::query("UPDATE receiver SET arrived = arrived + 1, last = $1, trouble = NULL WHERE name = $2")
            .bind(event.at)
            .bind(&letter.receiver)
            .execute(&mut *work)
            .await?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// A letter did not arrive: it is due again later, and where the receiver is to blame, so are all others to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn letter_failed(&self, letter: &Letter, why: &str, due: i64, others_wait: bool) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("UPDATE letter SET tries = tries + 1, due = $1 WHERE receiver = $2 AND matter = $3")
            .bind(due)
            .bind(&letter.receiver)
            .bind(i64::try_from(letter.matter).unwrap_or(i64::MAX))
            .execute(&mut *work)
            .await?;
        if others_wait {
            sqlx::query("UPDATE letter SET due = $1 WHERE receiver = $2 AND due < $1")
                .bind(due)
                .bind(&letter.receiver)
                .execute(&mut *work)
                .await?;
        }
        sqlx::query("UPDATE receiver SET trouble = $1 WHERE name = $2")
            .bind(why)
            .bind(&letter.receiver)
            .execute(&mut *work)
            .await?;
        Ok(work.commit().await?)
    }

    /// How every receiver fares, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn receivers(&self) -> Result<Vec<Receiver>> {
        let rows = sqlx::query(
            "SELECT r.name, r.arrived, r.last, r.trouble, COUNT(l.matter), MIN(l.at)
             FROM receiver r LEFT JOIN letter l ON l.receiver = r.name
             GROUP BY r.name, r.arrived, r.last, r.trouble ORDER BY r.name",
        )
        .fetch_all(&self.pool)
        .await?;
        let one = |row: &AnyRow| -> sqlx::Result<Receiver> {
            Ok(Receiver {
                name: row.try_get(0)?,
                arrived: row.try_get::<i64, _>(1)?.unsigned_abs(),
                last: row.try_get(2)?,
                trouble: row.try_get(3)?,
                waiting: row.try_get::<i64, _>(4)?.unsigned_abs(),
                oldest: row.try_get(5)?,
            })
        };
        rows.iter().map(|row| Ok(one(row)?)).collect()
    }

    /// Forgets a receiver that is configured no more, with what still waits for it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_receiver(&self, name: &str) -> Result<()> {
        let mut work = self.write().await?;
        for sql in [
            "DELETE FROM letter WHERE receiver = $1",
            "DELETE FROM posted WHERE receiver = $1",
            "DELETE FROM receiver WHERE name = $1",
        ] {
            sqlx::query(sql).bind(name).execute(&mut *work).await?;
        }
        Ok(work.commit().await?)
    }
}

fn letter(row: &AnyRow) -> sqlx::Result<Letter> {
    Ok(Letter {
        receiver: row.try_get(0)?,
        matter: row.try_get::<i64, _>(1)?.unsigned_abs(),
        digest: row.try_get(2)?,
        body: row.try_get(3)?,
        at: row.try_get(4)?,
        tries: u32::try_from(row.try_get::<i64, _>(5)?).unwrap_or(u32::MAX),
    })
}
