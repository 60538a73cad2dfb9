//! Answers to requests with an idempotency key. Whoever comes first with a key claims it before anything is done: of
//! several at once one has the effect, and the others get its answer.

use sqlx::Row;

use crate::{Result, Store};

/// Status of a row whose answer is not there yet.
const PENDING: i64 = 0;

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

/// What becomes of a key that somebody shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is theirs: they do what they ask for, and then keep the answer or let go of the key.
    Theirs,
    /// It was answered.
    Answered(Reply),
    /// Somebody else has it and is not done; with the digest of their request.
    Pending(String),
}

impl Store {
    /// Claims a key for a request. Answers from before `old` go, and so do claims from before `stale`: whoever had them
    /// was killed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_reply(
        &self,
        (name, key): (&str, &str),
        request: &str,
        now: i64,
        (old, stale): (i64, i64),
    ) -> Result<Claim> {
        let mut work = self.write().await?;
        sqlx::query("DELETE FROM reply WHERE at < $1 OR (status = $2 AND at < $3)")
            .bind(old)
            .bind(PENDING)
            .bind(stale)
            .execute(&mut *work)
            .await?;
        let done = sqlx::query(
            "INSERT INTO reply (name, key, request, status, body, at) VALUES ($1, $2, $3, $4, '', $5)
             ON CONFLICT (name, key) DO NOTHING",
        )
        .bind(name)
        .bind(key)
        .bind(request)
        .bind(PENDING)
        .bind(now)
        .execute(&mut *work)
        .await?;
        let claim = if done.rows_affected() == 1 {
            Claim::Theirs
        } else {
            let row = sqlx::query("SELECT request, status, body FROM reply WHERE name = $1 AND key = $2")
                .bind(name)
                .bind(key)
                .fetch_one(&mut *work)
                .await?;
            let (request, status) = (row.try_get(0)?, row.try_get::<i64, _>(1)?);
            match status {
                PENDING => Claim::Pending(request),
                _ => Claim::Answered(Reply {
                    request,
                    status: u16::try_from(status).unwrap_or(500),
                    body: row.try_get(2)?,
                }),
            }
        };
        work.commit().await?;
        Ok(claim)
    }

    /// Keeps the answer to a request under the key that it claimed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_reply(&self, name: &str, key: &str, reply: &Reply) -> Result<()> {
        sqlx::query(
            "UPDATE reply SET status = $1, body = $2 WHERE name = $3 AND key = $4 AND request = $5 AND status = $6",
        )
        .bind(i64::from(reply.status))
        .bind(&reply.body)
        .bind(name)
        .bind(key)
        .bind(&reply.request)
        .bind(PENDING)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Lets go of a key: what was asked for was not done.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn release_reply(&self, name: &str, key: &str) -> Result<()> {
        sqlx::query("DELETE FROM reply WHERE name = $1 AND key = $2 AND status = $3")
            .bind(name)
            .bind(key)
            .bind(PENDING)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
