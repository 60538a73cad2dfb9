//! Small numbers for ids made from content. R-7 stays R-7 for as long as the workspace lives, also when the ring
//! disappears and comes back; the ids, not the numbers, stand in everything that leaves.

use sqlx::Row;

use crate::{Result, Store};

impl Store {
    /// The number of each id, in the order of `ids`. Ids not seen before get the next numbers, in that order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn aliases(&self, kind: &str, ids: &[String]) -> Result<Vec<u64>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut work = self.write().await?;
        let row = sqlx::query("SELECT COALESCE(MAX(number), 0) FROM alias WHERE kind = $1")
            .bind(kind)
            .fetch_one(&mut *work)
            .await?;
        let mut last: i64 = row.try_get(0)?;
        let mut numbers = Vec::with_capacity(ids.len());
        for id in ids {
            let known = sqlx::query("SELECT number FROM alias WHERE kind = $1 AND id = $2")
                .bind(kind)
                .bind(id)
                .fetch_optional(&mut *work)
                .await?;
            let number = match known {
                Some(row) => row.try_get(0)?,
                None => {
                    last += 1;
                    sqlx::query("INSERT INTO alias (kind, id, number) VALUES ($1, $2, $3)")
                        .bind(kind)
                        .bind(id)
                        .bind(last)
                        .execute(&mut *work)
                        .await?;
                    last
                }
            };
            numbers.push(number.unsigned_abs());
        }
        work.commit().await?;
        Ok(numbers)
    }

    /// Takes away ids that name an erased person. Their numbers stay taken.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_aliases(&self, is_about: impl Fn(&str) -> bool) -> Result<()> {
        let mut work = self.write().await?;
        for row in sqlx::query("SELECT kind, id, number FROM alias").fetch_all(&mut *work).await? {
            let (kind, id, number): (String, String, i64) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            if is_about(&id) {
                sqlx::query("UPDATE alias SET id = $1 WHERE kind = $2 AND id = $3")
                    .bind(format!("erased {number}"))
                    .bind(kind)
                    .bind(id)
                    .execute(&mut *work)
                    .await?;
            }
        }
        work.commit().await?;
        self.scrub().await?;
        Ok(())
    }
}
