//! Users. A password is kept as an argon2id hash; checking one takes as long for a name that nobody has.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use sqlx::Row;
use sqlx::any::AnyRow;
use tokio::sync::Semaphore;

use crate::{Error, Result, Store};

/// Bytes of a salt, as OWASP's password storage cheat sheet recommends.
const SALT: usize = 16;

/// Passwords hashed at once: each takes a processor and 19 MiB, whoever asks.
static HASHING: Semaphore = Semaphore::const_new(2);

/// What a password is compared with where nobody has the name: as long as any other takes, and it fits nothing.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$bm9ib2R5IGhhcyB0aGlzIG5hbWUgYW5kIHBhc3N3b3I";

/// In place of a hash, for whoever signs in otherwise: no password has it.
pub(crate) const NO_PASSWORD: &str = "-";

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Name to sign in with.
    pub name: String,
    /// Role, as `casework` writes it.
    pub role: String,
    /// Roster id, where this is a worker of the company.
    pub worker: Option<String>,
    /// Since when, microseconds since 1970.
    pub created: i64,
    /// May not sign in any more.
    pub disabled: bool,
}

impl Store {
    /// Adds a user; without a password somebody else vouches for them.
    ///
    /// # Errors
    /// [`Error::Taken`] where the name is.
    pub async fn add_account(&self, account: &Account, password: Option<&str>) -> Result<()> {
        let hash = match password {
            Some(password) => hash(password.to_owned()).await?,
            None => NO_PASSWORD.to_owned(),
        };
        let done = sqlx::query(
            "INSERT INTO account (name, role, password, worker, created, disabled) VALUES ($1, $2, $3, $4, $5, 0)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(&account.name)
        .bind(&account.role)
        .bind(hash)
        .bind(&account.worker)
        .bind(account.created)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            Err(Error::Taken(format!("a user called {}", account.name)))
        } else {
            Ok(())
        }
    }

    /// Sets another password, and ends every session of the user.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<()> {
        let hash = hash(password.to_owned()).await?;
        let mut work = self.write().await?;
        sqlx::query("UPDATE account SET password = $1 WHERE name = $2")
            .bind(hash)
            .bind(name)
            .execute(&mut *work)
            .await?;
        sqlx::query("DELETE FROM pass WHERE name = $1").bind(name).execute(&mut *work).await?;
        Ok(work.commit().await?)
    }

    /// Lets a user sign in no more, or again; ends every session and token.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_disabled(&self, name: &str, disabled: bool) -> Result<()> {
        let mut work = self.write().await?;
        sqlx::query("UPDATE account SET disabled = $1 WHERE name = $2")
            .bind(i64::from(disabled))
            .bind(name)
            .execute(&mut *work)
            .await?;
        sqlx::query("DELETE FROM pass WHERE name = $1").bind(name).execute(&mut *work).await?;
        Ok(work.commit().await?)
    }

    /// Every user, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        let rows = sqlx::query("SELECT name, role, worker, created, disabled FROM account ORDER BY name")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(account(row)?)).collect()
    }

    /// One user.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn account(&self, name: &str) -> Result<Option<Account>> {
        let row = sqlx::query("SELECT name, role, worker, created, disabled FROM account WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(account).transpose()?)
    }

    /// The user of this name and password, if there is one who may sign in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Option<Account>> {
        let row = sqlx::query(
            "SELECT name, role, worker, created, disabled, password FROM account WHERE name = $1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        let found =
            row.as_ref().map(|row| Ok::<_, sqlx::Error>((account(row)?, row.try_get::<String, _>(5)?)));
        let password = password.to_owned();
        let (user, kept) = match found.transpose()? {
            Some((user, kept)) if kept != NO_PASSWORD => (Some(user).filter(|user| !user.disabled), kept),
            _ => (None, NOBODY.to_owned()),
        };
        let fits = blocking(move || {
            let kept = PasswordHash::new(&kept).map_err(|cause| Error::Password(cause.to_string()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
        })
        .await?;
        Ok(user.filter(|_| fits))
    }
}

async fn hash(password: String) -> Result<String> {
    blocking(move || {
        let mut salt = [0_u8; SALT];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        let bad = |cause: argon2::password_hash::Error| Error::Password(cause.to_string());
        let salt = SaltString::encode_b64(&salt).map_err(bad)?;
        Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(bad)?.to_string())
    })
    .await
}

/// Hashing takes tens of milliseconds on purpose: not on a thread that answers others, and not for many at once.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _place = HASHING.acquire().await.map_err(|cause| Error::Password(cause.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|cause| Error::Password(cause.to_string()))?
}

fn account(row: &AnyRow) -> sqlx::Result<Account> {
    Ok(Account {
        name: row.try_get(0)?,
        role: row.try_get(1)?,
        worker: row.try_get(2)?,
        created: row.try_get(3)?,
        disabled: row.try_get::<i64, _>(4)? != 0,
    })
}

#[cfg(test)]
mod tests {
    use argon2::Params;

    use super::*;

    #[test]
    fn whoever_has_no_name_here_waits_as_long_as_whoever_has() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let ours = Params::try_from(&nobody).unwrap();
        let default = Params::default();
        assert_eq!(
            (ours.m_cost(), ours.t_cost(), ours.p_cost()),
            (default.m_cost(), default.t_cost(), default.p_cost())
        );
        assert_eq!(nobody.algorithm, argon2::Algorithm::default().ident());
        assert_eq!(nobody.salt.map(|salt| salt.len()), Some(22));
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(Params::DEFAULT_OUTPUT_LEN));
    }
}
