//! Sessions as they are used: one that was not used for a while has ended, and one that is used bears another secret from
//! time to time, so that one that leaked is soon good for nothing.

use sqlx::Row;

use crate::pass::{COLUMNS, digest, pass, secret};
use crate::{Error, Pass, PassKind, Result, Store};

/// `seen` is written no more often than this, microseconds.
const SEEN: i64 = 60_000_000;

/// How long sessions last, microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Not used for so long, it has ended.
    pub idle: i64,
    /// A secret is borne for so long.
    pub turn: i64,
    /// The one before is good for so long yet: requests that were under way bear it.
    pub grace: i64,
}

/// A session that somebody shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// It.
    pub pass: Pass,
    /// The secret that it is to bear from now on. Whoever shows the one before meanwhile is told the same.
    pub next: Option<String>,
}

/// The secret after one. Made of it, so that everybody who shows the one before is told the same; and of something
/// random, so that nobody knows it from the one before alone.
fn after(secret: &str, turn: &str) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("bonafide 2026 next session");
    hasher.update(secret.as_bytes());
    hasher.update(turn.as_bytes());
    hasher.finalize().to_hex().to_string()
}

impl Store {
    /// The session that somebody uses, if it is good now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn use_session(&self, shown: &str, now: i64, rules: Rules) -> Result<Option<Shown>> {
        let Some((found, turn)) = self.shown(shown, now).await? else { return Ok(None) };
        if now - found.seen > rules.idle {
            self.end_session(&found.name, &found.family).await?;
            return Ok(None);
        }
        if !turn.is_empty() {
            return Ok(Some(Shown { pass: found, next: Some(after(shown, &turn)) }));
        }
        if now - found.created >= rules.turn {
            let next = self.turn(shown, &found, now, rules.grace).await?;
            return Ok(Some(Shown { pass: found, next: Some(next) }));
        }
        if now - found.seen > SEEN {
            sqlx::query("UPDATE pass SET seen = $1 WHERE digest = $2")
                .bind(now)
                .bind(&found.digest)
                .execute(&self.pool)
                .await?;
        }
        Ok(Some(Shown { pass: found, next: None }))
    }

    /// The session that somebody shows without using it: it stays as old as it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look_at_session(&self, shown: &str, now: i64, rules: Rules) -> Result<Option<Pass>> {
        let found = self.shown(shown, now).await?;
        Ok(found.map(|(pass, _)| pass).filter(|pass| now - pass.seen <= rules.idle))
    }

    /// Ends a session, whichever secret it bears.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(&self, name: &str, family: &str) -> Result<()> {
        sqlx::query("DELETE FROM pass WHERE name = $1 AND family = $2 AND kind = $3")
            .bind(name)
            .bind(family)
            .bind(PassKind::Session.as_str())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn shown(&self, shown: &str, now: i64) -> Result<Option<(Pass, String)>> {
        let sql =
            format!("SELECT {COLUMNS}, turn FROM pass WHERE digest = $1 AND kind = $2 AND expires > $3");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(digest(shown))
            .bind(PassKind::Session.as_str())
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(|row| Ok::<_, sqlx::Error>((pass(row)?, row.try_get("turn")?))).transpose()?)
    }

    /// Gives a session another secret. Of several requests at once one does it, and all are told the same.
    async fn turn(&self, shown: &str, found: &Pass, now: i64, grace: i64) -> Result<String> {
        let turn = secret()?;
        let mut work = self.write().await?;
        let done = sqlx::query("UPDATE pass SET turn = $1, expires = $2 WHERE digest = $3 AND turn = ''")
            .bind(&turn)
            .bind(found.expires.min(now + grace))
            .bind(&found.digest)
            .execute(&mut *work)
            .await?;
        if done.rows_affected() == 0 {
            work.rollback().await?;
            // another request was first; or the session was ended meanwhile
            let (_, turn) = self.shown(shown, now).await?.ok_or(Error::Gone)?;
            return Ok(after(shown, &turn));
        }
        let next = after(shown, &turn);
        sqlx::query(
            "INSERT INTO pass (digest, kind, name, label, scopes, created, seen, expires, family)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)",
        )
        .bind(digest(&next))
        .bind(PassKind::Session.as_str())
        .bind(&found.name)
        .bind(&found.label)
        .bind(&found.scopes)
        .bind(now)
        .bind(found.expires)
        .bind(&found.family)
        .execute(&mut *work)
        .await?;
        work.commit().await?;
        Ok(next)
    }
}
