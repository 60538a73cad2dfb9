//! Who has opened whom, for what, until when. An opening and its entry in the history are one transaction.

use sqlx::Row;

use crate::history::add;
use crate::{Event, Result, Store};

/// One person opened by one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Who.
    pub name: String,
    /// Whom.
    pub subject: String,
    /// What for.
    pub purpose: String,
    /// When.
    pub at: i64,
    /// Until when.
    pub expires: i64,
}

impl Store {
    /// Opens a person, and records it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_person(&self, opening: &Opening, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query(
            "INSERT INTO opening (name, subject, purpose, at, expires) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name, subject) DO UPDATE
             SET purpose = excluded.purpose, at = excluded.at, expires = excluded.expires",
        )
        .bind(&opening.name)
        .bind(&opening.subject)
        .bind(&opening.purpose)
        .bind(opening.at)
        .bind(opening.expires)
        .execute(&mut *work)
        .await?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// Whom a user has open now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn openings(&self, name: &str, now: i64) -> Result<Vec<Opening>> {
        let rows = sqlx::query(
            "SELECT name, subject, purpose, at, expires FROM opening
             WHERE name = $1 AND expires > $2 ORDER BY subject",
        )
        .bind(name)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        let opening = |row: &sqlx::any::AnyRow| -> sqlx::Result<Opening> {
            Ok(Opening {
                name: row.try_get(0)?,
                subject: row.try_get(1)?,
                purpose: row.try_get(2)?,
                at: row.try_get(3)?,
                expires: row.try_get(4)?,
            })
        };
        rows.iter().map(|row| Ok(opening(row)?)).collect()
    }
}
