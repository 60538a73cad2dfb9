//! Tokens: passes of programs that act for a user, and never do more than that user may. They are made and ended by
//! whoever is signed in, or on the machine of the workspace, never by a token.

use model::time::DAY_MICROS;
use serde::Serialize;
use store::{Pass, PassKind, Store};

use super::users::note;
use super::{Desk, User};
use crate::access;
use crate::error::{Error, Result};
use crate::workspace::{Choice, Workspace};

/// A token is good for at most so many days.
const DAYS: i64 = 365;

/// What a token may be used for: `read` the queue without names; `work`, which opens people, changes cases and reads what
/// it works on; `ingest`, which brings records in and reads nothing.
pub const SCOPES: [&str; 3] = ["read", "work", "ingest"];

/// A token as its owner sees it afterwards.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct TokenLine {
    /// First characters of its digest: enough to end it.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What it may be used for.
    pub scopes: String,
    /// Until when.
    pub expires: String,
}

/// A token that is wished for.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// What it is for.
    pub label: &'a str,
    /// Out of [`SCOPES`].
    pub scopes: &'a [String],
    /// Days for which it is good.
    pub days: i64,
}

/// Makes a token of a user, from the command line; shown once.
pub async fn make(choice: &Choice, name: &str, wish: &Wish<'_>) -> Result<String> {
    let workspace = Workspace::last(choice).await?;
    let account = workspace.store.account(name).await?;
    let account = account.ok_or_else(|| Error::Input(format!("no user is called {name}")))?;
    if account.disabled {
        return Err(Error::Input(format!("{name} may sign in no more, and neither may a token")));
    }
    issue(&workspace.store, name, &access::actor(), wish).await
}

async fn issue(store: &Store, name: &str, by: &str, wish: &Wish<'_>) -> Result<String> {
    let label: String = wish.label.trim().chars().take(80).collect();
    if label.is_empty() {
        return Err(Error::Input("a token needs a label: what is it for?".into()));
    }
    if wish.scopes.is_empty() || wish.scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
        return Err(Error::Input(format!("a token needs scopes out of {}", SCOPES.join(", "))));
    }
    if !(1..=DAYS).contains(&wish.days) {
        return Err(Error::Input(format!("a token is good for 1 to {DAYS} days")));
    }
    let now = access::now();
    let pass = Pass {
        digest: String::new(),
        name: name.to_owned(),
        label: label.clone(),
        scopes: wish.scopes.join(" "),
        created: now,
        seen: now,
        expires: now + wish.days * DAY_MICROS,
        family: String::new(),
    };
    let secret = store.issue(PassKind::Token, &pass).await?;
    note(store, by, "token made", &format!("for {name}, {label}: {}", pass.scopes)).await?;
    Ok(secret)
}

impl Desk {
    /// Makes a token for a program that acts for a user; shown once.
    pub async fn make_token(&self, user: &User, wish: &Wish<'_>) -> Result<String> {
        user.is_signed_in("tokens are made")?;
        issue(&self.store, &user.actor.name, &user.actor.name, wish).await
    }

    /// A user's tokens.
    pub async fn tokens(&self, user: &User) -> Result<Vec<TokenLine>> {
        user.is_signed_in("tokens are listed")?;
        let found = self.store.passes(PassKind::Token, &user.actor.name, access::now()).await?;
        let line = |pass: Pass| TokenLine {
            id: pass.digest.chars().take(16).collect(),
            label: pass.label,
            scopes: pass.scopes,
            expires: model::Time(pass.expires).to_string(),
        };
        Ok(found.into_iter().map(line).collect())
    }

    /// Ends a token.
    pub async fn end_token(&self, user: &User, id: &str) -> Result<()> {
        user.is_signed_in("tokens are ended")?;
        let found = self.store.passes(PassKind::Token, &user.actor.name, access::now()).await?;
        let fits = |pass: &&Pass| id.len() == 16 && pass.digest.starts_with(id);
        let Some(pass) = found.iter().find(fits) else {
            return Err(Error::Missing("you have no such token".into()));
        };
        self.store.end_pass(&user.actor.name, &pass.digest).await?;
        note(&self.store, &user.actor.name, "token ended", &pass.label).await
    }
}
