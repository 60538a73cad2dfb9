//! Everything but the texts of the history without one person: their cases, openings and draws go, a user's account that
//! is named after them gets another name, and every text that others wrote is written without them.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::account::NO_PASSWORD;
use crate::history::take_names;
use crate::matter::{change, mark, matter};
use crate::{Matter, Result, Store};

/// Texts that somebody wrote, or that were made of such: table and column. Cases have their own way, for they have
/// versions; names of users too, for others refer to them.
const TEXTS: &[(&str, &str)] = &[
    ("opening", "purpose"),
    ("pass", "label"),
    ("passkey", "label"),
    ("drawn", "body"),
    ("letter", "body"),
    ("receiver", "trouble"),
    ("setting", "value"),
    ("weights", "body"),
    ("lineage", "members"),
    ("lineage_step", "body"),
];

/// One person to be erased.
pub struct Erasure<'a> {
    /// Whose cases, openings and draws go.
    pub subject: &'a str,
    /// A new body for a case of somebody else, where it says something of the person.
    pub keep: &'a (dyn Fn(&Matter) -> Option<String> + Sync),
    /// A text without the person.
    pub redact: &'a (dyn Fn(&str) -> String + Sync),
    /// Whether a user's name is the person's.
    pub is_name: &'a (dyn Fn(&str) -> bool + Sync),
    /// When, microseconds since 1970.
    pub at: i64,
    /// Who erases.
    pub actor: &'a str,
}

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// Cases.
    pub cases: u64,
    /// Accounts of users that lost their name.
    pub accounts: u64,
}

impl Store {
    /// Takes a person out of everything but the texts of the history. All of it, or nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_person(&self, person: &Erasure<'_>) -> Result<Gone> {
        let mut work = self.write().await?;
        let subject = person.subject;
        let done =
            sqlx::query("DELETE FROM matter WHERE subject = $1").bind(subject).execute(&mut *work).await?;
        for sql in [
            "DELETE FROM opening WHERE subject = $1",
            "DELETE FROM drawn WHERE subject = $1",
            "UPDATE account SET worker = NULL WHERE worker = $1",
        ] {
            sqlx::query(sql).bind(subject).execute(&mut *work).await?;
        }
        let rows =
            sqlx::query("SELECT number, subject, version, body FROM matter").fetch_all(&mut *work).await?;
        for row in &rows {
            let found = matter(row)?;
            if let Some(body) = (person.keep)(&found) {
                change(&mut work, &Matter { body, ..found }).await?;
            }
        }
        for sql in [
            // an answer that was kept to be given twice may name anybody
            "DELETE FROM reply",
            "DELETE FROM letter WHERE matter NOT IN (SELECT number FROM matter)",
            "DELETE FROM posted WHERE matter NOT IN (SELECT number FROM matter)",
        ] {
            sqlx::query(sql).execute(&mut *work).await?;
        }
        let accounts = rename(&mut work, person.is_name).await?;
        for (table, column) in TEXTS {
            redact(&mut work, table, column, person.redact).await?;
        }
        take_names(&mut work, person.is_name, person.at, person.actor).await?;
        mark(&mut work).await?;
        work.commit().await?;
        self.scrub().await?;
        Ok(Gone { cases: done.rows_affected(), accounts })
    }
}

/// Gives accounts that are named after the person another name. Nobody signs in under it: the person whom it meant is
/// erased, and whoever is to work here gets an account anew.
async fn rename(work: &mut AnyConnection, is_name: &(dyn Fn(&str) -> bool + Sync)) -> Result<u64> {
    let rows = sqlx::query("SELECT name FROM account ORDER BY created, name").fetch_all(&mut *work).await?;
    let names = rows.iter().map(|row| row.try_get::<String, _>(0)).collect::<sqlx::Result<Vec<_>>>()?;
    let mut count = 0;
    for name in names.iter().filter(|name| is_name(name)) {
        for sql in [
            "DELETE FROM pass WHERE name = $1",
            "DELETE FROM passkey WHERE name = $1",
            "DELETE FROM identity WHERE name = $1",
            "DELETE FROM opening WHERE name = $1",
        ] {
            sqlx::query(sql).bind(name).execute(&mut *work).await?;
        }
        let is_free = |new: &String| !names.contains(new);
        let new = (names.len() + count..).map(|number| format!("erased-{number}")).find(is_free);
        sqlx::query(
            "UPDATE account SET name = $1, password = $2, worker = NULL, disabled = 1 WHERE name = $3",
        )
        .bind(new)
        .bind(NO_PASSWORD)
        .bind(name)
        .execute(&mut *work)
        .await?;
        count += 1;
    }
    Ok(count as u64)
}

/// Writes every text of a column without the person.
async fn redact(
    work: &mut AnyConnection,
    table: &str,
    column: &str,
    without: &(dyn Fn(&str) -> String + Sync),
) -> Result<()> {
    let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *work).await?;
    for row in &rows {
        let text: String = row.try_get(0)?;
        let next = without(&text);
        if next != text {
            let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} = $2");
            sqlx::query(AssertSqlSafe(sql)).bind(next).bind(text).execute(&mut *work).await?;
        }
    }
    Ok(())
}
