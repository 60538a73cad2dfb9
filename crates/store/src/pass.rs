//! Sessions and tokens: random, kept as digests, with an end.

use sqlx::{AssertSqlSafe, Row};

use crate::{Error, Result, Store};

/// Bytes of a pass.
const BYTES: usize = 32;

/// What a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of a browser, in a cookie.
    Session,
    /// Of a program, in a header.
    Token,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
        }
    }
}

/// A session or token that is good now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Digest of what the bearer shows.
    pub digest: String,
    /// Whose.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What it may be used for, separated by spaces.
    pub scopes: String,
    /// Since when, microseconds since 1970.
    pub created: i64,
    /// Used last.
    pub seen: i64,
    /// Until when.
    pub expires: i64,
    /// Of a session: what stays the same while its secret changes. Random, made when it is issued.
    pub family: String,
}

/// Columns of a pass, in their order.
pub(crate) const COLUMNS: &str = "digest, name, label, scopes, created, seen, expires, family";

/// Something that nobody can guess, in hex.
///
/// # Errors
/// When the system gives no random bytes.
pub fn secret() -> Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::Random)?;
    Ok(blake3::Hash::from_bytes(bytes).to_hex().to_string())
}

/// Digest under which a pass is kept.
#[must_use]
pub fn digest(secret: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 pass");
    hasher.update(secret.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// What a page of a session carries in its forms, so that no other page can send them. It stays while the secret of the
/// session changes: a form may have been filled in for long.
#[must_use]
pub fn form_mark(family: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 form");
    hasher.update(family.as_bytes());
    hasher.finalize().to_hex().to_string()
}

impl Store {
    /// Makes a session or a token; what comes back is shown once and never kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn issue(&self, kind: Kind, pass: &Pass) -> Result<String> {
        let (shown, family) = match kind {
            Kind::Session => (secret()?, secret()?),
            Kind::Token => (secret()?, String::new()),
        };
        sqlx::query(
            "INSERT INTO pass (digest, kind, name, label, scopes, created, seen, expires, family)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        )
        .bind(digest(&shown))
        .bind(kind.as_str())
        .bind(&pass.name)
        .bind(&pass.label)
        .bind(&pass.scopes)
        .bind(pass.created)
        .bind(pass.expires)
        .bind(family)
        .execute(&self.pool)
        .await?;
        Ok(shown)
    }

    /// The pass that somebody shows, if it is good now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pass(&self, kind: Kind, secret: &str, now: i64) -> Result<Option<Pass>> {
        let sql = format!("SELECT {COLUMNS} FROM pass WHERE digest = $1 AND kind = $2 AND expires > $3");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(digest(secret))
            .bind(kind.as_str())
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(pass).transpose()?)
    }

    /// Passes of a user that are good now, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn passes(&self, kind: Kind, name: &str, now: i64) -> Result<Vec<Pass>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pass WHERE name = $1 AND kind = $2 AND expires > $3 ORDER BY created DESC, digest"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(name)
            .bind(kind.as_str())
            .bind(now)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(pass(row)?)).collect()
    }

    /// Ends a pass. Whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_pass(&self, name: &str, digest: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM pass WHERE digest = $1 AND name = $2")
            .bind(digest)
            .bind(name)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes passes that ended.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_ended(&self, now: i64) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("DELETE FROM pass WHERE expires <= $1").bind(now).execute(&mut *work).await?;
        sqlx::query("DELETE FROM opening WHERE expires <= $1").bind(now).execute(&mut *work).await?;
        Ok(work.commit().await?)
    }
}

pub(crate) fn pass(row: &sqlx::any::AnyRow) -> sqlx::Result<Pass> {
    Ok(Pass {
        digest: row.try_get(0)?,
        name: row.try_get(1)?,
        label: row.try_get(2)?,
        scopes: row.try_get(3)?,
        created: row.try_get(4)?,
        seen: row.try_get(5)?,
        expires: row.try_get(6)?,
        family: row.try_get(7)?,
    })
}
