//! Users and sessions. Every failure to sign in is recorded, and slows the next one down.

use casework::{Actor, Right, Role};
use serde::Serialize;
use store::session::Rules;
use store::{Account, Event, Pass, PassKind};

use super::Desk;
use crate::access;
use crate::error::{Error, Result};
use crate::person;
use crate::workspace::{Choice, Workspace};

/// A session ends so long after it began, microseconds.
const SESSION: i64 = 10 * 3_600_000_000;
/// And when it is not used for an hour; every quarter of an hour it bears another secret.
const RULES: Rules = Rules { idle: 3_600_000_000, turn: 900_000_000, grace: 60_000_000 };
/// Shortest password: OWASP ASVS 4.0, 2.1.1.
const PASSWORD_CHARS: usize = 12;
/// With at least so many different ones.
const PASSWORD_KINDS: usize = 5;
/// Longest.
const PASSWORD_MOST: usize = 256;

/// Names under which the program itself enters the history.
const RESERVED: [&str; 4] = ["check", "nobody", "provider", "serve"];

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// Name and role.
    pub actor: Actor,
    /// Roster id, where they work here.
    pub worker: Option<String>,
    /// What a token may be used for; nothing for a session, which may do all that the role may.
    pub scopes: Option<Vec<String>>,
    /// What tells this session, also while its secret changes, or this token.
    pub pass: String,
    /// What forms of this session carry.
    pub form_mark: String,
    /// The secret that the session is to bear from now on, where it is another one.
    pub next_secret: Option<String>,
}

impl User {
    /// Fails where the role lacks the right, or the token the scope for it. Whoever may work may read what they work on.
    pub fn needs(&self, right: Right) -> Result<()> {
        self.actor.needs(right)?;
        let scopes: &[&str] = match right {
            Right::SeeQueue | Right::ReadHistory => &["read", "work"],
            Right::Ingest => &["ingest"],
            Right::OpenPerson | Right::Work | Right::Direct => &["work"],
            Right::ManageUsers => return self.is_signed_in("users and tokens are managed"),
        };
        match &self.scopes {
            Some(own) if !own.iter().any(|one| scopes.contains(&one.as_str())) => {
                Err(Error::Forbidden(format!("this token lacks the scope {:?}", scopes[0])))
            }
            _ => Ok(()),
        }
    }

    /// Fails for a token: a program that was given one may not make itself another, nor end those of others.
    pub(crate) fn is_signed_in(&self, what: &str) -> Result<()> {
        match self.scopes {
            Some(_) => Err(Error::Forbidden(format!("{what} by whoever is signed in, not by a token"))),
            None => Ok(()),
        }
    }
}

/// A user as others see them.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct UserLine {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// May not sign in any more.
    pub disabled: bool,
    /// Since when.
    pub created: String,
}

/// Adds a user to a workspace, from the command line; without a password a provider vouches for them.
pub async fn add(
    choice: &Choice,
    name: &str,
    role: &str,
    worker: Option<&str>,
    password: Option<&str>,
) -> Result<()> {
    let role = role_of(role)?;
    check_name(name)?;
    if let Some(password) = password {
        check_password(name, password)?;
    }
    let workspace = Workspace::named_or_last(choice).await?;
    let worker = match worker {
        Some(who) => Some(person::find(&workspace.lake, who).await?.unwrap_or_else(|| who.to_owned())),
        // somebody who signs in by their roster id or work e-mail is that worker
        None => person::find(&workspace.lake, name).await?,
    };
    let account = Account {
        name: name.to_owned(),
        role: role.as_str().to_owned(),
        worker,
        created: access::now(),
        disabled: false,
    };
    workspace.store.add_account(&account, password).await?;
    note(&workspace.store, &access::actor(), "user added", &format!("{name} is {}", role.as_str())).await
}

/// Sets a user's password, from the command line; ends the user's sessions.
pub async fn set_password(choice: &Choice, name: &str, password: &str) -> Result<()> {
    check_password(name, password)?;
    let workspace = Workspace::last(choice).await?;
    if workspace.store.account(name).await?.is_none() {
        return Err(Error::Input(format!("no user is called {name}")));
    }
    workspace.store.set_password(name, password).await?;
    note(&workspace.store, &access::actor(), "password set", name).await
}

/// Disables a user, from the command line.
pub async fn disable(choice: &Choice, name: &str) -> Result<()> {
    let workspace = Workspace::last(choice).await?;
    if workspace.store.account(name).await?.is_none() {
        return Err(Error::Input(format!("no user is called {name}")));
    }
    workspace.store.set_disabled(name, true).await?;
    note(&workspace.store, &access::actor(), "user disabled", name).await
}

/// Every user of a workspace.
pub async fn list(choice: &Choice) -> Result<Vec<UserLine>> {
    let workspace = Workspace::last(choice).await?;
    Ok(workspace.store.accounts().await?.iter().map(line).collect())
}

fn line(account: &Account) -> UserLine {
    UserLine {
        name: account.name.clone(),
        role: account.role.clone(),
        disabled: account.disabled,
        created: model::Time(account.created).to_string(),
    }
}

pub(super) async fn note(store: &store::Store, actor: &str, action: &str, detail: &str) -> Result<()> {
    let event = Event {
        at: access::now(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        detail: Some(detail.to_owned()),
        ..Event::default()
    };
    store.append(&event).await?;
    Ok(())
}

/// Whether a text may be the secret of a session or token.
fn is_secret(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn role_of(name: &str) -> Result<Role> {
    let all = Role::ALL.map(Role::as_str).join(", ");
    Role::parse(name)
        .ok_or_else(|| Error::Configuration(format!("no role is called {name}; there are {all}")))
}

pub(super) fn check_name(name: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    if (1..=80).contains(&name.chars().count()) && name.chars().all(fits) && !RESERVED.contains(&name) {
        return Ok(());
    }
    let reserved = RESERVED.join(", ");
    Err(Error::Configuration(format!(
        "a user's name has 1 to 80 letters, digits and . - _ @ +, and is none of {reserved}"
    )))
}

fn check_password(name: &str, password: &str) -> Result<()> {
    let chars = password.chars().count();
    let kinds: std::collections::BTreeSet<char> = password.chars().collect();
    if chars > PASSWORD_MOST {
        return Err(Error::Configuration(format!("a password has at most {PASSWORD_MOST} characters")));
    }
    if chars < PASSWORD_CHARS || kinds.len() < PASSWORD_KINDS || password.contains(name) && name.len() > 3 {
        return Err(Error::Configuration(format!(
            "a password has at least {PASSWORD_CHARS} characters, {PASSWORD_KINDS} of them different, and not the \
             user's name in it; hint: three or four words"
        )));
    }
    Ok(())
}

impl Desk {
    /// Whether there is anybody who could sign in.
    pub async fn has_users(&self) -> Result<bool> {
        Ok(self.store.accounts().await?.iter().any(|one| !one.disabled))
    }

    /// Signs in. What comes back goes into the cookie and is kept nowhere.
    pub async fn sign_in(&self, name: &str, password: &str, address: &str) -> Result<Option<String>> {
        let short: String = name.chars().take(80).collect();
        let is_shut = self.service.openid.as_ref().is_some_and(|openid| openid.only);
        let found = if is_shut || password.chars().count() > PASSWORD_MOST {
            None
        } else {
            self.store.sign_in(&short, password).await?
        };
        let Some(account) = found else {
            // what nobody is called may be a password that was typed into the wrong field
            let is_known = self.store.account(&short).await?.is_some();
            let who = if is_known { &short } else { "a name that nobody has" };
            note(&self.store, "nobody", "sign-in failed", &format!("{who}, from {address}")).await?;
            return Ok(None);
        };
        Ok(Some(self.begin_session(&account.name, "browser").await?))
    }

    /// Begins a session. Recorded.
    pub(super) async fn begin_session(&self, name: &str, how: &str) -> Result<String> {
        let now = access::now();
        self.store.forget_ended(now).await?;
        let pass = Pass {
            digest: String::new(),
            name: name.to_owned(),
            label: "browser".into(),
            scopes: String::new(),
            created: now,
            seen: now,
            expires: now + SESSION,
            family: String::new(),
        };
        let secret = self.store.issue(PassKind::Session, &pass).await?;
        note(&self.store, name, "signed in", how).await?;
        Ok(secret)
    }

    /// Ends a session.
    pub async fn sign_out(&self, user: &User) -> Result<()> {
        self.end_session(user).await?;
        note(&self.store, &user.actor.name, "signed out", "browser").await
    }

    /// Ends a session in whose place another one began.
    pub async fn end_session(&self, user: &User) -> Result<()> {
        Ok(self.store.end_session(&user.actor.name, &user.pass).await?)
    }

    /// Who shows this cookie, and uses the session by it.
    pub async fn by_session(&self, secret: &str) -> Result<Option<User>> {
        if !is_secret(secret) {
            return Ok(None);
        }
        let Some(shown) = self.store.use_session(secret, access::now(), RULES).await? else {
            return Ok(None);
        };
        let user = self.user_of(PassKind::Session, shown.pass).await?;
        Ok(user.map(|user| User { next_secret: shown.next, ..user }))
    }

    /// Who shows this cookie without doing anything: a page that follows what others do keeps no session alive.
    pub async fn by_idle_session(&self, secret: &str) -> Result<Option<User>> {
        if !is_secret(secret) {
            return Ok(None);
        }
        match self.store.look_at_session(secret, access::now(), RULES).await? {
            Some(pass) => self.user_of(PassKind::Session, pass).await,
            None => Ok(None),
        }
    }

    /// Who shows this token.
    pub async fn by_token(&self, secret: &str) -> Result<Option<User>> {
        if !is_secret(secret) {
            return Ok(None);
        }
        match self.store.pass(PassKind::Token, secret, access::now()).await? {
            Some(pass) => self.user_of(PassKind::Token, pass).await,
            None => Ok(None),
        }
    }

    async fn user_of(&self, kind: PassKind, pass: Pass) -> Result<Option<User>> {
        let account = self.store.account(&pass.name).await?.filter(|one| !one.disabled);
        let Some(account) = account else { return Ok(None) };
        let role = role_of(&account.role)?;
        let scopes = pass.scopes.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        let is_token = kind == PassKind::Token;
        Ok(Some(User {
            actor: Actor { name: account.name, role },
            worker: account.worker,
            scopes: is_token.then_some(scopes),
            form_mark: store::pass::form_mark(&pass.family),
            pass: if is_token { pass.digest } else { pass.family },
            next_secret: None,
        }))
    }

    /// Everybody who works here: whoever manages users sees all, the others whom work can be given to.
    pub async fn users(&self, user: &User) -> Result<Vec<UserLine>> {
        user.needs(Right::SeeQueue)?;
        let all = self.store.accounts().await?;
        let manages = user.needs(Right::ManageUsers).is_ok();
        let works = |one: &&Account| Role::parse(&one.role).is_some_and(|role| role.has(Right::Work));
        Ok(all.iter().filter(|one| manages || (works(one) && !one.disabled)).map(line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_fit_to_be_used() {
        assert!(check_name("ana.lopez@example.com").is_ok());
        for bad in ["", "a b", "<b>", "check", "serve", "a\nb", &"x".repeat(81)] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        assert!(check_password("ana", "correct horse battery").is_ok());
        for bad in ["short", "aaaaaaaaaaaaaaaaaaaa", "annabella-annabella", &"abcdefgh".repeat(40)] {
            assert!(check_password("annabella", bad).is_err(), "{bad:?}");
        }
        assert!(role_of("root").is_err());
    }
}
