//! Passkeys of users. That a key was told, and that it signed, is checked by whoever speaks to the browser.

use serde::Serialize;
use store::{Event, Passkey};

use super::{Desk, User};
use crate::access;
use crate::error::{Error, Result};

/// Most keys of one user.
const MOST: usize = 20;

/// A key as its owner sees it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct PasskeyLine {
    /// Id, base64url.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Since when.
    pub created: String,
    /// Used last.
    pub seen: Option<String>,
}

/// A key that a browser told of.
#[derive(Debug, Clone)]
pub struct Told {
    /// Id, base64url.
    pub id: String,
    /// Public key, base64url.
    pub key: String,
    /// How often it signed.
    pub count: u32,
}

fn event(name: &str, action: &str, label: &str) -> Event {
    Event {
        at: access::now(),
        actor: name.to_owned(),
        action: action.to_owned(),
        detail: Some(label.to_owned()),
        ..Event::default()
    }
}

impl Desk {
    /// A user's keys.
    pub async fn passkeys(&self, user: &User) -> Result<Vec<PasskeyLine>> {
        let found = self.store.passkeys(&user.actor.name).await?;
        let line = |one: Passkey| PasskeyLine {
            id: one.id,
            label: one.label,
            created: model::Time(one.created).to_string(),
            seen: one.seen.map(|at| model::Time(at).to_string()),
        };
        Ok(found.into_iter().map(line).collect())
    }

    /// Keeps a key of a user. Recorded.
    pub async fn add_passkey(&self, user: &User, label: &str, told: &Told) -> Result<()> {
        if user.scopes.is_some() {
            return Err(Error::Forbidden("a token adds no passkeys: sign in".into()));
        }
        let label: String = label.trim().chars().filter(|c| !c.is_control()).take(80).collect();
        if label.is_empty() {
            return Err(Error::Input("a passkey needs a label: on which device is it?".into()));
        }
        if self.store.passkeys(&user.actor.name).await?.len() >= MOST {
            return Err(Error::Conflict(format!("a user has at most {MOST} passkeys")));
        }
        let name = user.actor.name.clone();
        let event = event(&name, "passkey added", &label);
        let passkey = Passkey {
            id: told.id.clone(),
            name,
            label,
            key: told.key.clone(),
            count: told.count,
            created: event.at,
            seen: None,
        };
        Ok(self.store.add_passkey(&passkey, &event).await?)
    }

    /// The key of an id, for checking what it signed.
    pub async fn passkey(&self, id: &str) -> Result<Option<Passkey>> {
        Ok(self.store.passkey(id).await?)
    }

    /// Begins a session for the owner of a key that signed, where they may sign in.
    pub async fn sign_in_by_passkey(&self, passkey: &Passkey, count: u32) -> Result<Option<String>> {
        let is_shut = self.service.openid.as_ref().is_some_and(|openid| openid.only);
        let account = self.store.account(&passkey.name).await?.filter(|one| !one.disabled && !is_shut);
        let Some(account) = account else { return Ok(None) };
        if !self.store.passkey_used(passkey, count, access::now()).await? {
            return Ok(None);
        }
        Ok(Some(self.begin_session(&account.name, "browser, by passkey").await?))
    }

    /// Forgets a key. Recorded.
    pub async fn end_passkey(&self, user: &User, id: &str) -> Result<()> {
        let name = &user.actor.name;
        let found = self.store.passkeys(name).await?.into_iter().find(|one| one.id == id);
        let missing = || Error::Missing("you have no such passkey".into());
        let label = found.ok_or_else(missing)?.label;
        let event = event(name, "passkey ended", &label);
        if self.store.end_passkey(name, id, &event).await? { Ok(()) } else { Err(missing()) }
    }
}
