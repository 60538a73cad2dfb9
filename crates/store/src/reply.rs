//! Answers to requests with an idempotency key. The same key with the same request gets the same answer, and nothing
//! is done twice.

use sqlx::Row;

use crate::{Result, Store};

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Digest of method, address and body.
    pub request: String,
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
}

impl Store {
    /// The answer given under a key, if there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reply(&self, name: &str, key: &str) -> Result<Option<Reply>> {
        let row = sqlx::query("SELECT request, status, body FROM reply WHERE name = $1 AND key = $2")
            .bind(name)
            .bind(key)
            .fetch_optional(&self.pool)
            .await?;
        let reply = |row: sqlx::any::AnyRow| -> sqlx::Result<Reply> {
            let status = row.try_get::<i64, _>(1)?;
            Ok(Reply {
                request: row.try_get(0)?,
                status: u16::try_from(status).unwrap_or(500),
                body: row.try_get(2)?,
            })
        };
        Ok(row.map(reply).transpose()?)
    }

    /// Keeps an answer; the first one under a key stays. Old ones go.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_reply(&self, name: &str, key: &str, reply: &Reply, now: i64, old: i64) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("DELETE FROM reply WHERE at < $1").bind(old).execute(&mut *work).await?;
        sqlx::query(
            "INSERT INTO reply (name, key, request, status, body, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name, key) DO NOTHING",
        )
        .bind(name)
        .bind(key)
        .bind(&reply.request)
        .bind(i64::from(reply.status))
        .bind(&reply.body)
        .bind(now)
        .execute(&mut *work)
        .await?;
        Ok(work.commit().await?)
    }
}
