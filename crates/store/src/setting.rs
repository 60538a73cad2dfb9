//! Small settings of the workspace, such as the parameters of the last check.

use sqlx::Row;

use crate::{Result, Store};

/// Setting that holds the id of the workspace whose store this is.
const WORKSPACE: &str = "workspace";

impl Store {
    /// The value of a setting, if there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn get(&self, name: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set(&self, name: &str, value: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether this store belongs to a workspace: the first that asks has it, and another is told so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn belongs_to(&self, workspace: &str) -> Result<bool> {
        sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(WORKSPACE)
            .bind(workspace)
            .execute(&self.pool)
            .await?;
        Ok(self.get(WORKSPACE).await?.as_deref() == Some(workspace))
    }
}
