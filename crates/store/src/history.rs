//! The history: append-only and hash-chained. Every entry carries the hash of the one before it, so that an
//! edit, a deletion, a swap or an insertion breaks the chain where it was made.
//!
//! What the chain cannot show by itself is a rewrite of everything from some entry on, by someone who holds the
//! file. For that its head ([`Verified::head`]) is sent out from time to time: a head that was sent out and is
//! the hash of no entry any more is the proof.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::chain::{Link, START, Text};
use crate::{Error, Result, Store, chain};

/// What an entry that takes text away calls itself, with the number of the entry it is about after it.
const ERASE: &str = "erase";
/// What an entry that takes a name away calls itself, with the mark of the name after it.
const ERASE_ACTOR: &str = "erase actor ";
/// People that one statement asks about.
const OF_AT_ONCE: usize = 200;
/// In place of a name that was taken away.
pub(crate) const ERASED: &str = "(erased)";

/// Something that somebody did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// When, in microseconds since 1970, UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What, as one word of a fixed list.
    pub action: String,
    /// About whom.
    pub subject: Option<String>,
    /// What for, in the actor's words.
    pub purpose: Option<String>,
    /// Anything else worth keeping.
    pub detail: Option<String>,
}

/// One entry of the history. Subject, purpose and detail of its event are gone once they were erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the history, from one, without gaps.
    pub sequence: u64,
    /// What was done.
    pub event: Event,
    /// Hash of this entry and, through it, of all before it; hex.
    pub hash: String,
}

/// What a walk over the whole history found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries that hold, from the first.
    pub entries: u64,
    /// Hash of the last that holds; hex.
    pub head: String,
    /// The first entry that does not hold.
    pub broken_at: Option<u64>,
    /// Entries that hold, but whose text is gone though no later entry says that it was erased.
    pub unaccounted: Vec<u64>,
}

impl Store {
    /// Adds an entry to the history.
    ///
    /// # Errors
    /// When the database refuses, or when something stands where the entry belongs.
    pub async fn append(&self, event: &Event) -> Result<Entry> {
        let mut work = self.write().await?;
        let entry = add(&mut work, event).await?;
        work.commit().await?;
        Ok(entry)
    }

    /// The history, oldest first; of one subject, or whole.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn history(&self, subject: Option<&str>) -> Result<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT e.sequence, e.at, COALESCE(a.name, e.actor), e.action, t.subject, t.purpose, t.detail, e.hash
             FROM history e LEFT JOIN history_text t ON t.sequence = e.sequence LEFT JOIN actor a ON a.mark = e.actor
             WHERE $1 IS NULL OR t.subject = $1
             ORDER BY e.sequence",
        )
        .bind(subject)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(entry(row)?)).collect()
    }

    /// Entries after a place in the history, oldest first, at most so many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn history_after(&self, sequence: u64, most: u32) -> Result<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT e.sequence, e.at, COALESCE(a.name, e.actor), e.action, t.subject, t.purpose, t.detail, e.hash
             FROM history e LEFT JOIN history_text t ON t.sequence = e.sequence LEFT JOIN actor a ON a.mark = e.actor
             WHERE e.sequence > $1 ORDER BY e.sequence LIMIT $2",
        )
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| Ok(entry(row)?)).collect()
    }

    /// The newest entries of one action about any of some people, newest first, at most so many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn history_of(&self, people: &[String], action: &str, most: u32) -> Result<Vec<Entry>> {
        let mut out = Vec::new();
        for some in people.chunks(OF_AT_ONCE) {
            let places: Vec<String> = (3..3 + some.len()).map(|place| format!("${place}")).collect();
            let sql = format!(
                "SELECT e.sequence, e.at, COALESCE(a.name, e.actor), e.action, t.subject, t.purpose, t.detail, e.hash
                 FROM history_text t JOIN history e ON e.sequence = t.sequence LEFT JOIN actor a ON a.mark = e.actor
                 WHERE e.action = $1 AND t.subject IN ({}) ORDER BY e.sequence DESC LIMIT $2",
                places.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(action).bind(i64::from(most));
            for one in some {
                query = query.bind(one);
            }
            for row in &query.fetch_all(&self.pool).await? {
                out.push(entry(row)?);
            }
        }
        out.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
        out.truncate(most as usize);
        Ok(out)
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn length(&self) -> Result<u64> {
        let row = sqlx::query("SELECT sequence FROM head").fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// Walks the whole history and says where it is broken, if it is.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub async fn verify(&self) -> Result<Verified> {
        // one moment, so that an entry added meanwhile does not look like a broken end
        let mut view = self.view().await?;
        let head = sqlx::query("SELECT sequence, hash FROM head").fetch_optional(&mut *view).await?;
        let mut walk = Walk::default();
        let mut rows = sqlx::query(
            "SELECT e.sequence, e.at, e.actor, e.action, e.commitment, e.previous, e.hash,
                    t.salt, t.subject, t.purpose, t.detail, a.salt AS actor_salt, a.name
             FROM history e LEFT JOIN history_text t ON t.sequence = e.sequence LEFT JOIN actor a ON a.mark = e.actor
             ORDER BY e.sequence",
        )
        .fetch(&mut *view);
        while !walk.is_broken() {
            match rows.try_next().await {
                Ok(Some(row)) => walk.step(&row),
                Ok(None) => break,
                // what is no text of ours is no entry of ours either
                Err(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => walk.breaks(),
                Err(cause) => return Err(cause.into()),
            }
        }
        drop(rows);
        let stray = sqlx::query(
            "SELECT 1 FROM history_text WHERE sequence NOT IN (SELECT sequence FROM history) LIMIT 1",
        )
        .fetch_optional(&mut *view)
        .await?;
        view.rollback().await?;
        Ok(walk.end(head.as_ref(), stray.is_some()))
    }

    /// Takes away the texts of entries about a person. That something was done, when and by whom stays, and so does
    /// the chain; every text taken away leaves an entry that says so. Returns how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase(&self, is_about: impl Fn(&Event) -> bool, at: i64, actor: &str) -> Result<u64> {
        let mut work = self.write().await?;
        let count = take_texts(&mut work, is_about, at, actor).await?;
        work.commit().await?;
        self.scrub().await?;
        Ok(count)
    }
}

/// Takes away the texts of entries inside a transaction that holds the write lock.
pub(crate) async fn take_texts(
    work: &mut AnyConnection,
    is_about: impl Fn(&Event) -> bool,
    at: i64,
    actor: &str,
) -> Result<u64> {
    let rows = sqlx::query(
        "SELECT e.sequence, e.at, COALESCE(a.name, e.actor), e.action, t.subject, t.purpose, t.detail, e.hash
         FROM history e JOIN history_text t ON t.sequence = e.sequence LEFT JOIN actor a ON a.mark = e.actor
         ORDER BY e.sequence",
    )
    .fetch_all(&mut *work)
    .await?;
    let mut count = 0;
    for row in &rows {
        let found = entry(row)?;
        if !is_about(&found.event) {
            continue;
        }
        let sequence = row.try_get::<i64, _>(0)?;
        let action = format!("{ERASE} {sequence}");
        add(work, &Event { at, actor: actor.to_owned(), action, ..Event::default() }).await?;
        sqlx::query("DELETE FROM history_text WHERE sequence = $1")
            .bind(sequence)
            .execute(&mut *work)
            .await?;
        count += 1;
    }
    Ok(count)
}

/// Takes away the names of actors inside a transaction that holds the write lock. Their deeds stay, as those of one
/// person whom nobody knows any more; every name taken away leaves an entry that says so.
pub(crate) async fn take_names(
    work: &mut AnyConnection,
    is_gone: impl Fn(&str) -> bool,
    at: i64,
    actor: &str,
) -> Result<()> {
    let rows = sqlx::query("SELECT mark, name FROM actor ORDER BY mark").fetch_all(&mut *work).await?;
    for row in &rows {
        let (mark, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if !is_gone(&name) {
            continue;
        }
        sqlx::query("DELETE FROM actor WHERE mark = $1").bind(&mark).execute(&mut *work).await?;
        let by = if is_gone(actor) { ERASED } else { actor };
        let action = format!("{ERASE_ACTOR}{mark}");
        add(work, &Event { at, actor: by.to_owned(), action, ..Event::default() }).await?;
    }
    Ok(())
}

/// The mark of a name, which gets one with its first deed.
async fn mark_of(work: &mut AnyConnection, name: &str) -> Result<String> {
    let known = sqlx::query("SELECT mark FROM actor WHERE name = $1").bind(name).fetch_optional(&mut *work);
    if let Some(row) = known.await? {
        return Ok(row.try_get(0)?);
    }
    let salt = chain::salt().map_err(Error::Random)?;
    let mark = chain::mark(&salt, name);
    sqlx::query("INSERT INTO actor (mark, salt, name) VALUES ($1, $2, $3)")
        .bind(&mark)
        .bind(&salt)
        .bind(name)
        .execute(&mut *work)
        .await?;
    Ok(mark)
}

/// Adds one entry inside a transaction that holds the write lock. The head alone says what comes next: were the
/// last entry asked, entries cut off at the end would be forgotten with the next one added.
pub(crate) async fn add(work: &mut AnyConnection, event: &Event) -> Result<Entry> {
    let head = sqlx::query("SELECT sequence, hash FROM head").fetch_one(&mut *work).await?;
    let sequence = head.try_get::<i64, _>(0)? + 1;
    let previous: String = head.try_get(1)?;
    let text = Text {
        subject: event.subject.as_deref(),
        purpose: event.purpose.as_deref(),
        detail: event.detail.as_deref(),
    };
    let salt = chain::salt().map_err(Error::Random)?;
    let commitment = text.commitment(&salt);
    let actor = mark_of(work, &event.actor).await?;
    let link = Link {
        previous: &previous,
        sequence,
        at: event.at,
        actor: &actor,
        action: &event.action,
        commitment: &commitment,
    };
    let hash = link.hash();
    sqlx::query(
        "INSERT INTO history (sequence, at, actor, action, commitment, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(sequence)
    .bind(event.at)
    .bind(&actor)
    .bind(&event.action)
    .bind(&commitment)
    .bind(&previous)
    .bind(&hash)
    .execute(&mut *work)
    .await
    .map_err(|error| occupied(error, sequence))?;
    sqlx::query(
        "INSERT INTO history_text (sequence, salt, subject, purpose, detail) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(sequence)
    .bind(&salt)
    .bind(text.subject)
    .bind(text.purpose)
    .bind(text.detail)
    .execute(&mut *work)
    .await
    .map_err(|error| occupied(error, sequence))?;
    sqlx::query("UPDATE head SET sequence = $1, hash = $2")
        .bind(sequence)
        .bind(&hash)
        .execute(&mut *work)
        .await?;
    Ok(Entry { sequence: sequence.unsigned_abs(), event: event.clone(), hash })
}

/// Follows the chain from its start for as long as it holds.
struct Walk {
    good: Verified,
    /// Marks without a name that no entry accounts for yet, with the first entry that bears each.
    nameless: BTreeMap<String, u64>,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            good: Verified { entries: 0, head: START.to_owned(), broken_at: None, unaccounted: Vec::new() },
            nameless: BTreeMap::new(),
        }
    }
}

impl Walk {
    fn is_broken(&self) -> bool {
        self.good.broken_at.is_some()
    }

    fn breaks(&mut self) {
        self.good.broken_at = Some(self.good.entries + 1);
    }

    fn step(&mut self, row: &AnyRow) {
        // a value of another type is no entry of ours either
        let Ok(Some(held)) = holds(row, &self.good) else { return self.breaks() };
        self.good.entries += 1;
        self.good.head = held.hash;
        if let Some(erased) = held.erases {
            self.good.unaccounted.retain(|sequence| *sequence != erased);
        }
        if !held.has_text {
            self.good.unaccounted.push(self.good.entries);
        }
        if let Some(mark) = held.erases_actor {
            self.nameless.remove(&mark);
        }
        if let Some(mark) = held.nameless {
            self.nameless.entry(mark).or_insert(self.good.entries);
        }
    }

    fn end(mut self, head: Option<&AnyRow>, stray: bool) -> Verified {
        let at_end = head.is_some_and(|row| {
            row.try_get::<i64, _>(0).is_ok_and(|sequence| sequence.unsigned_abs() == self.good.entries)
                && row.try_get::<String, _>(1).is_ok_and(|hash| hash == self.good.head)
        });
        if !self.is_broken() && (!at_end || stray) {
            self.breaks();
        }
        self.good.unaccounted.extend(self.nameless.values());
        self.good.unaccounted.sort_unstable();
        self.good.unaccounted.dedup();
        self.good
    }
}

/// What is known of an entry that holds.
struct Held {
    hash: String,
    has_text: bool,
    /// The entry whose text it says was taken away.
    erases: Option<u64>,
    /// Mark of an actor whose name is gone.
    nameless: Option<String>,
    /// The mark whose name it says was taken away.
    erases_actor: Option<String>,
}

/// A row that follows what was good so far; none if it does not.
fn holds(row: &AnyRow, good: &Verified) -> sqlx::Result<Option<Held>> {
    let sequence: i64 = row.try_get("sequence")?;
    let previous: String = row.try_get("previous")?;
    let actor: String = row.try_get("actor")?;
    let action: String = row.try_get("action")?;
    let commitment: String = row.try_get("commitment")?;
    let at = row.try_get("at")?;
    let link =
        Link { previous: &previous, sequence, at, actor: &actor, action: &action, commitment: &commitment };
    let hash: String = row.try_get("hash")?;
    let salt: Option<String> = row.try_get("salt")?;
    let text_holds = match &salt {
        // erased: the commitment stays, and nobody can tell to what
        None => true,
        Some(salt) => {
            let subject: Option<String> = row.try_get("subject")?;
            let purpose: Option<String> = row.try_get("purpose")?;
            let detail: Option<String> = row.try_get("detail")?;
            let text =
                Text { subject: subject.as_deref(), purpose: purpose.as_deref(), detail: detail.as_deref() };
            text.commitment(salt) == commitment
        }
    };
    let actor_salt: Option<String> = row.try_get("actor_salt")?;
    let name: Option<String> = row.try_get("name")?;
    let actor_holds = match (&actor_salt, &name) {
        (Some(salt), Some(name)) => chain::mark(salt, name) == actor,
        _ => true,
    };
    let follows = i64::try_from(good.entries).is_ok_and(|entries| sequence == entries + 1);
    let holds = follows && previous == good.head && link.hash() == hash && text_holds && actor_holds;
    let erases = action.strip_prefix(ERASE).and_then(|number| number.trim_start().parse().ok());
    let erases_actor = action.strip_prefix(ERASE_ACTOR).map(str::to_owned);
    let nameless = (name.is_none() && chain::is_mark(&actor)).then_some(actor);
    Ok(holds.then_some(Held { hash, has_text: salt.is_some(), erases, nameless, erases_actor }))
}

fn entry(row: &AnyRow) -> sqlx::Result<Entry> {
    Ok(Entry {
        sequence: row.try_get::<i64, _>(0)?.unsigned_abs(),
        event: Event {
            at: row.try_get(1)?,
            actor: Some(row.try_get::<String, _>(2)?)
                .filter(|actor| !chain::is_mark(actor))
                .unwrap_or_else(|| ERASED.to_owned()),
            action: row.try_get(3)?,
            subject: row.try_get(4)?,
            purpose: row.try_get(5)?,
            detail: row.try_get(6)?,
        },
        hash: row.try_get(7)?,
    })
}

fn occupied(error: sqlx::Error, sequence: i64) -> Error {
    match error.as_database_error() {
        Some(cause) if cause.is_unique_violation() => Error::Occupied { sequence: sequence.unsigned_abs() },
        _ => Error::Database(error),
    }
}
