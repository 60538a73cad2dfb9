//! What is kept and what goes: holds beat erasure; cases of an erased person go whole, and others forget the name.
//! Answers to requests with a key are kept for a day, so that a second one does nothing.

use std::time::Duration;

use casework::{Actor, Case, Command, Role};
use store::{Claim, Erasure, Event, Gone, Reply, Store};

use super::{Desk, User, case_of, matter_of};
use crate::access;
use crate::error::{Error, Result};
use crate::workspace::{Choice, Workspace};

/// How long an answer is kept, microseconds.
const KEPT: i64 = 86_400_000_000;
/// A key whose request was not answered for so long is free again: whoever answered was killed. Microseconds.
const STALE: i64 = 120_000_000;
/// How long somebody waits for the answer to the same request, microseconds.
const PATIENCE: i64 = 10_000_000;
/// How often they look.
const LOOK: Duration = Duration::from_millis(50);

/// Fails where a case of the person is on legal hold.
pub(crate) async fn not_held(store: &Store, id: &str) -> Result<()> {
    for matter in store.matters().await? {
        let case = case_of(&matter)?;
        if let Some(hold) = case.hold.as_ref().filter(|_| case.subject == id) {
            let name = case.name();
            return Err(Error::Input(format!(
                "{id} is not erased: {name} is on legal hold ({}, {}); hint: end the hold first",
                hold.by, hold.text
            )));
        }
    }
    Ok(())
}

/// Takes a person out of cases, openings, accounts and every text that others wrote.
pub(crate) async fn forget(store: &Store, person: &Leaving<'_>) -> Result<Gone> {
    let all = store.matters().await?;
    let gone: Vec<u64> = all.iter().filter(|one| one.subject == person.id).map(|one| one.number).collect();
    let keep = |matter: &store::Matter| {
        // what cannot be read is redacted as it stands: nothing may outlive its person for being unreadable
        let without = match case_of(matter) {
            Ok(case) => matter_of(&parted(case, &gone), matter.version).map(|kept| kept.body).ok(),
            Err(_) => None,
        };
        let text = (person.redact)(without.as_deref().unwrap_or(&matter.body));
        (text != matter.body).then_some(text)
    };
    let erasure = Erasure {
        subject: person.id,
        keep: &keep,
        redact: person.redact,
        is_name: person.is_name,
        at: access::now(),
        actor: person.by,
    };
    Ok(store.erase_person(&erasure).await?)
}

/// Somebody who is to be erased.
pub(crate) struct Leaving<'a> {
    /// Roster id.
    pub(crate) id: &'a str,
    /// A text without them.
    pub(crate) redact: &'a (dyn Fn(&str) -> String + Sync),
    /// Whether a user's name is theirs.
    pub(crate) is_name: &'a (dyn Fn(&str) -> bool + Sync),
    /// Who erases.
    pub(crate) by: &'a str,
}

/// A case that is no part of one that is gone, and has none for a part.
fn parted(mut case: Case, gone: &[u64]) -> Case {
    case.merged.retain(|number| !gone.contains(number));
    if case.merged_into.is_some_and(|number| gone.contains(&number)) {
        case = case.apart();
    }
    case
}

/// Puts a case on legal hold, or ends the hold, from the command line: whoever may run it on this machine may do it.
pub async fn hold(choice: &Choice, name: &str, reason: Option<&str>, release: bool) -> Result<String> {
    let number = super::number(name)?;
    let reason = reason.unwrap_or_default().to_owned();
    if reason.is_empty() {
        return Err(Error::Configuration("why? hint: --purpose TEXT, at least a sentence".into()));
    }
    let workspace = Workspace::last(choice).await?;
    let found = workspace.store.matter(number).await?;
    let matter = found.ok_or_else(|| Error::Missing(format!("there is no case C-{number}")))?;
    let case = case_of(&matter)?;
    let actor = Actor { name: access::actor(), role: Role::Lead };
    let command = if release { Command::Release { reason } } else { Command::Hold { reason } };
    let at = access::now();
    let step = casework::apply(&case, &actor, at, &command)?;
    let event = Event {
        at,
        actor: actor.name,
        action: step.action.to_owned(),
        subject: Some(case.subject.clone()),
        purpose: None,
        detail: Some(format!("{}: {}", case.name(), step.sentence)),
    };
    workspace.store.change_matters(&[(matter_of(&step.case, matter.version)?, event)]).await?;
    Ok(format!("{}: {}", case.name(), step.sentence))
}

/// What becomes of a request with a key.
#[derive(Debug)]
pub enum Keyed {
    /// It is done now, and its answer is kept or the key let go of.
    Now,
    /// It was answered before.
    Before(u16, String),
}

fn digest(request: &[u8]) -> String {
    blake3::hash(request).to_hex().to_string()
}

impl Desk {
    /// Claims a key for a request, before anything is done: of several at once one does it, and the others wait for its
    /// answer. A key that was used for another request is refused.
    pub async fn claim(&self, user: &User, key: &str, request: &[u8]) -> Result<Keyed> {
        if !(1..=200).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::Input("an idempotency key has 1 to 200 visible characters of ASCII".into()));
        }
        let request = digest(request);
        let since = access::now();
        loop {
            let now = access::now();
            let old = (now - KEPT, now - STALE);
            let other = match self.store.claim_reply((&user.actor.name, key), &request, now, old).await? {
                Claim::Theirs => return Ok(Keyed::Now),
                Claim::Answered(reply) if reply.request == request => {
                    return Ok(Keyed::Before(reply.status, reply.body));
                }
                Claim::Answered(reply) => reply.request,
                Claim::Pending(other) => other,
            };
            if other != request {
                return Err(Error::Input("this idempotency key was used for another request".into()));
            }
            if now - since > PATIENCE {
                let text = "a request with this idempotency key is under way: send it again later";
                return Err(Error::Conflict(text.into()));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Keeps an answer under the key that its request claimed.
    pub async fn keep(&self, user: &User, key: &str, request: &[u8], status: u16, body: &str) -> Result<()> {
        let reply = Reply { request: digest(request), status, body: body.to_owned() };
        Ok(self.store.keep_reply(&user.actor.name, key, &reply).await?)
    }

    /// Lets go of a key whose request failed: it may be sent again.
    pub async fn let_go(&self, user: &User, key: &str) -> Result<()> {
        Ok(self.store.release_reply(&user.actor.name, key).await?)
    }
}
