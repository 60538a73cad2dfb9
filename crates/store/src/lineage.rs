//! What a short name stands for as judgements follow each other: R-7 stays R-7 when a member with a smaller id comes to the
//! ring, and how it grew, split or was merged is kept. Who follows whom is decided by the caller.

use sqlx::{Any, Row, Transaction};

use crate::{Result, Store};

/// What a number stands for, as of the last judgement that knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number.
    pub number: u64,
    /// The id made from content.
    pub id: String,
    /// Members, as the caller writes them.
    pub members: String,
    /// Judgement time, microseconds.
    pub at: i64,
    /// Nothing follows it any more.
    pub is_gone: bool,
}

/// One step of a number's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineStep {
    /// Number.
    pub number: u64,
    /// Judgement time, microseconds.
    pub at: i64,
    /// What happened, as the caller writes it.
    pub body: String,
}

/// What a judgement makes of the numbers: all that it names or ends, and what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Numbers with what they stand for now.
    pub lines: Vec<Line>,
    /// Steps, in order.
    pub steps: Vec<LineStep>,
}

impl Store {
    /// Every number of a kind, in ascending order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lines(&self, kind: &str) -> Result<Vec<Line>> {
        let mut work = self.view().await?;
        lines(&mut work, kind).await
    }

    /// Every step of every number of a kind, each number's own in order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn line_steps(&self, kind: &str) -> Result<Vec<LineStep>> {
        let mut work = self.view().await?;
        let sql = "SELECT number, at, body FROM lineage_step WHERE kind = $1 ORDER BY number, turn";
        let rows = sqlx::query(sql).bind(kind).fetch_all(&mut *work).await?;
        let step = |row: &sqlx::any::AnyRow| -> sqlx::Result<LineStep> {
            let number: i64 = row.try_get(0)?;
            Ok(LineStep { number: number.unsigned_abs(), at: row.try_get(1)?, body: row.try_get(2)? })
        };
        Ok(rows.iter().map(step).collect::<sqlx::Result<_>>()?)
    }

    /// Lets the numbers of a kind follow a judgement, in one transaction: `decide` gets what they stand for and the highest
    /// number given so far. A judgement older than the last one changes nothing, and the answer is no.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn follow(
        &self,
        kind: &str,
        at: i64,
        decide: impl FnOnce(&[Line], u64) -> Followed + Send,
    ) -> Result<bool> {
        let mut work = self.write().await?;
        let known = lines(&mut work, kind).await?;
        if known.iter().any(|line| line.at > at) {
            return Ok(false);
        }
        let sql = "SELECT COALESCE(MAX(number), 0) FROM alias WHERE kind = $1";
        let last: i64 = sqlx::query(sql).bind(kind).fetch_one(&mut *work).await?.try_get(0)?;
        let followed = decide(&known, last.unsigned_abs());
        for line in &followed.lines {
            keep(&mut work, kind, line).await?;
        }
        for step in &followed.steps {
            let number = step.number as i64;
            let sql = "SELECT COALESCE(MAX(turn), 0) FROM lineage_step WHERE kind = $1 AND number = $2";
            let turn: i64 =
                sqlx::query(sql).bind(kind).bind(number).fetch_one(&mut *work).await?.try_get(0)?;
            sqlx::query(
                "INSERT INTO lineage_step (kind, number, turn, at, body) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(kind)
            .bind(number)
            .bind(turn + 1)
            .bind(step.at)
            .bind(&step.body)
            .execute(&mut *work)
            .await?;
        }
        work.commit().await?;
        Ok(true)
    }
}

async fn lines(work: &mut Transaction<'static, Any>, kind: &str) -> Result<Vec<Line>> {
    let sql = "SELECT l.number, a.id, l.members, l.at, l.gone FROM lineage l \
               JOIN alias a ON a.kind = l.kind AND a.number = l.number WHERE l.kind = $1 ORDER BY l.number";
    let rows = sqlx::query(sql).bind(kind).fetch_all(&mut **work).await?;
    let line = |row: &sqlx::any::AnyRow| -> sqlx::Result<Line> {
        let (number, gone): (i64, i64) = (row.try_get(0)?, row.try_get(4)?);
        Ok(Line {
            number: number.unsigned_abs(),
            id: row.try_get(1)?,
            members: row.try_get(2)?,
            at: row.try_get(3)?,
            is_gone: gone != 0,
        })
    };
    Ok(rows.iter().map(line).collect::<sqlx::Result<_>>()?)
}

/// Writes what a number stands for. The id is its own from now on: whichever number bore it before stands for something
/// that is no more.
async fn keep(work: &mut Transaction<'static, Any>, kind: &str, line: &Line) -> Result<()> {
    let number = line.number as i64;
    let others = sqlx::query("SELECT number FROM alias WHERE kind = $1 AND id = $2 AND number <> $3")
        .bind(kind)
        .bind(&line.id)
        .bind(number)
        .fetch_all(&mut **work)
        .await?;
    for row in &others {
        let other: i64 = row.try_get(0)?;
        sqlx::query("UPDATE alias SET id = $1 WHERE kind = $2 AND number = $3")
            .bind(format!("once {other}"))
            .bind(kind)
            .bind(other)
            .execute(&mut **work)
            .await?;
    }
    for sql in [
        "DELETE FROM alias WHERE kind = $1 AND number = $2",
        "DELETE FROM lineage WHERE kind = $1 AND number = $2",
    ] {
        sqlx::query(sql).bind(kind).bind(number).execute(&mut **work).await?;
    }
    sqlx::query("INSERT INTO alias (kind, id, number) VALUES ($1, $2, $3)")
        .bind(kind)
        .bind(&line.id)
        .bind(number)
        .execute(&mut **work)
        .await?;
    sqlx::query("INSERT INTO lineage (kind, number, members, at, gone) VALUES ($1, $2, $3, $4, $5)")
        .bind(kind)
        .bind(number)
        .bind(&line.members)
        .bind(line.at)
        .bind(i64::from(line.is_gone))
        .execute(&mut **work)
        .await?;
    Ok(())
}
