//! Passkeys: the public half of keys that authenticators hold. Who reads this file cannot sign in with it.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::history::add;
use crate::{Error, Event, Result, Store};

/// One key of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Id, base64url.
    pub id: String,
    /// Whose.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Public key as the authenticator wrote it, base64url.
    pub key: String,
    /// How often it signed, as it says itself.
    pub count: u32,
    /// Since when, microseconds since 1970.
    pub created: i64,
    /// Used last.
    pub seen: Option<i64>,
}

impl Store {
    /// Keeps a key, and records it.
    ///
    /// # Errors
    /// [`Error::Taken`] where the key is kept already, whoever's it is.
    pub async fn add_passkey(&self, passkey: &Passkey, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO passkey (id, name, label, public, count, created) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&passkey.id)
        .bind(&passkey.name)
        .bind(&passkey.label)
        .bind(&passkey.key)
        .bind(i64::from(passkey.count))
        .bind(passkey.created)
        .execute(&mut *work)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Taken("this passkey".into()));
        }
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// The key of an id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn passkey(&self, id: &str) -> Result<Option<Passkey>> {
        let row =
            sqlx::query("SELECT id, name, label, public, count, created, seen FROM passkey WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        Ok(row.as_ref().map(passkey).transpose()?)
    }

    /// Keys of a user, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn passkeys(&self, name: &str) -> Result<Vec<Passkey>> {
        let rows = sqlx::query(
            "SELECT id, name, label, public, count, created, seen FROM passkey WHERE name = $1 ORDER BY created, id",
        )
        .bind(name)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(passkey(row)?)).collect()
    }

    /// Notes that a key signed, if it still has the count that the caller saw. Whether it had: of two that show the
    /// same signature at once, one comes in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn passkey_used(&self, seen: &Passkey, count: u32, now: i64) -> Result<bool> {
        let done = sqlx::query("UPDATE passkey SET count = $1, seen = $2 WHERE id = $3 AND count = $4")
            .bind(i64::from(count))
            .bind(now)
            .bind(&seen.id)
            .bind(i64::from(seen.count))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Forgets a key of a user, and records it. Whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_passkey(&self, name: &str, id: &str, event: &Event) -> Result<bool> {
        let mut work = self.write().await?;
        let done = sqlx::query("DELETE FROM passkey WHERE id = $1 AND name = $2")
            .bind(id)
            .bind(name)
            .execute(&mut *work)
            .await?;
        if done.rows_affected() > 0 {
            add(&mut work, event).await?;
        }
        work.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn passkey(row: &AnyRow) -> sqlx::Result<Passkey> {
    Ok(Passkey {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        label: row.try_get(2)?,
        key: row.try_get(3)?,
        count: u32::try_from(row.try_get::<i64, _>(4)?).unwrap_or(u32::MAX),
        created: row.try_get(5)?,
        seen: row.try_get(6)?,
    })
}
