//! Accounts of people whom an OpenID provider vouches for. What ties them is issuer and subject together: a name or an
//! e-mail address may pass to somebody else.

use sqlx::Row;

use crate::history::add;
use crate::{Account, Error, Event, Result, Store};

impl Store {
    /// Name of the user whom a provider calls so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn identity(&self, issuer: &str, subject: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT name FROM identity WHERE issuer = $1 AND subject = $2")
            .bind(issuer)
            .bind(subject)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Whether anybody's identity is tied to a user.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_identity(&self, name: &str) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM identity WHERE name = $1 LIMIT 1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.is_some())
    }

    /// Ties an identity to a user, making the user where there is none, and records it.
    ///
    /// # Errors
    /// [`Error::Taken`] where the user signs in by password, or is tied to another identity.
    pub async fn tie_identity(
        &self,
        issuer: &str,
        subject: &str,
        account: &Account,
        event: &Event,
    ) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query(
            "INSERT INTO account (name, role, password, worker, created, disabled) VALUES ($1, $2, $3, $4, $5, 0)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(&account.name)
        .bind(&account.role)
        .bind(crate::account::NO_PASSWORD)
        .bind(&account.worker)
        .bind(account.created)
        .execute(&mut *work)
        .await?;
        let taken = sqlx::query(
            "SELECT 1 FROM account WHERE name = $1
             AND (password <> $2 OR EXISTS (SELECT 1 FROM identity WHERE name = $1))",
        )
        .bind(&account.name)
        .bind(crate::account::NO_PASSWORD)
        .fetch_optional(&mut *work)
        .await?;
        if taken.is_some() {
            return Err(Error::Taken(format!("a user called {}", account.name)));
        }
        sqlx::query("INSERT INTO identity (issuer, subject, name, created) VALUES ($1, $2, $3, $4)")
            .bind(issuer)
            .bind(subject)
            .bind(&account.name)
            .bind(account.created)
            .execute(&mut *work)
            .await?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// Gives a user another role, and ties them to the worker who they are; recorded.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_role(&self, name: &str, role: &str, worker: Option<&str>, event: &Event) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("UPDATE account SET role = $1, worker = $2 WHERE name = $3")
            .bind(role)
            .bind(worker)
            .bind(name)
            .execute(&mut *work)
            .await?;
        add(&mut work, event).await?;
        Ok(work.commit().await?)
    }

    /// Ends every session and token of a user.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_passes(&self, name: &str) -> Result<()> {
        sqlx::query("DELETE FROM pass WHERE name = $1").bind(name).execute(&self.pool).await?;
        Ok(())
    }
}
