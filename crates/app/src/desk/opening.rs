//! Who may see whom: a person is opened with a purpose, for some hours, and that is recorded before anything is shown.

use casework::{Case, Right, apply, relation};
use serde::Serialize;
use store::{Entry, Event, Opening};

use super::{Board, Desk, User};
use crate::access;
use crate::error::{Error, Result};

/// An opening ends after so long, microseconds: the purpose is asked again tomorrow.
const HOURS: i64 = 10 * 3_600_000_000;

/// One reading or deed, as every page about a person shows it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Seen {
    /// Place in the history.
    pub sequence: u64,
    /// When, ISO 8601.
    pub at: String,
    /// Who.
    pub by: String,
    /// What.
    pub action: String,
    /// What for.
    pub purpose: Option<String>,
    /// A sentence.
    pub detail: Option<String>,
}

pub(crate) fn seen(entry: Entry) -> Seen {
    Seen {
        sequence: entry.sequence,
        at: model::Time(entry.event.at).to_string(),
        by: entry.event.actor,
        action: entry.event.action,
        purpose: entry.event.purpose,
        detail: entry.event.detail,
    }
}

impl Desk {
    /// Opens a person by pseudonym or roster id.
    pub async fn open_person(&self, user: &User, name: &str, purpose: &str) -> Result<()> {
        let board = self.board().await;
        let Some(id) = board.who(name) else { return Err(nobody()) };
        self.open_worker(user, id, purpose).await
    }

    /// Opens the person of a case.
    pub async fn open_case(&self, user: &User, number: u64, purpose: &str) -> Result<()> {
        let (case, _) = self.case(number).await?;
        self.may_see(user, &case).await?;
        self.open_worker(user, &case.subject, purpose).await
    }

    /// Opens the person whom a record is about: by what was found, and not by a name of the queue.
    pub async fn open_record(&self, user: &User, record: &str, purpose: &str) -> Result<()> {
        user.needs(Right::OpenPerson)?;
        let about = self.about(record).await?;
        let board = self.board().await;
        let id = about.filter(|id| board.at.contains_key(id)).ok_or_else(nobody)?;
        self.open_worker(user, &id, purpose).await
    }

    async fn open_worker(&self, user: &User, id: &str, purpose: &str) -> Result<()> {
        user.needs(Right::OpenPerson)?;
        self.may_touch(user, id).await?;
        let purpose = apply::reason_of(purpose).map_err(|_| {
            Error::Input("a purpose is required: at least one sentence, of at most 4000 characters".into())
        })?;
        let at = access::now();
        let event = Event {
            at,
            actor: user.actor.name.clone(),
            action: "opened".into(),
            subject: Some(id.to_owned()),
            purpose: Some(purpose.clone()),
            detail: None,
        };
        let opening = Opening {
            name: user.actor.name.clone(),
            subject: id.to_owned(),
            purpose,
            at,
            expires: at + HOURS,
        };
        self.store.open_person(&opening, &event).await?;
        self.tell();
        Ok(())
    }

    /// Fails where the person is the user, their manager, or tied to them. Recorded.
    pub(crate) async fn may_touch(&self, user: &User, id: &str) -> Result<()> {
        if !is_closed(&*self.board().await, user, id) {
            return Ok(());
        }
        self.refuse(user, id).await?;
        Err(Error::Related(relation::CLOSED))
    }

    /// Fails where a case is one that the user may not even see: for them there is no such case. Recorded.
    pub(crate) async fn may_see(&self, user: &User, case: &Case) -> Result<()> {
        if !is_closed(&*self.board().await, user, &case.subject) {
            return Ok(());
        }
        self.refuse(user, &case.subject).await?;
        Err(Error::Missing(format!("there is no case {}", case.name())))
    }

    /// Records that somebody was refused a person who is closed to them.
    pub(crate) async fn refuse(&self, user: &User, id: &str) -> Result<()> {
        let event = Event {
            at: access::now(),
            actor: user.actor.name.clone(),
            action: "refused".into(),
            subject: Some(id.to_owned()),
            purpose: None,
            detail: Some("themselves, their manager, or somebody tied to them".into()),
        };
        self.store.append(&event).await?;
        Ok(())
    }

    /// The purpose with which a user has a person open now.
    pub async fn purpose(&self, user: &User, id: &str) -> Result<Option<String>> {
        if user.needs(Right::OpenPerson).is_err() || is_closed(&*self.board().await, user, id) {
            return Ok(None);
        }
        let open = self.store.openings(&user.actor.name, access::now()).await?;
        Ok(open.into_iter().find(|one| one.subject == id).map(|one| one.purpose))
    }

    /// Whom a user has open now.
    pub(crate) async fn opened(&self, user: &User) -> Result<std::collections::BTreeSet<String>> {
        if user.needs(Right::OpenPerson).is_err() {
            return Ok(std::collections::BTreeSet::new());
        }
        let open = self.store.openings(&user.actor.name, access::now()).await?;
        let board = self.board().await;
        let subjects = open.into_iter().map(|one| one.subject);
        // a tie that was found later closes whoever was opened before
        Ok(subjects.filter(|id| !is_closed(&board, user, id)).collect())
    }

    /// Fails where a person is not open.
    pub(crate) async fn needs_open(&self, user: &User, id: &str) -> Result<String> {
        user.needs(Right::OpenPerson)?;
        self.may_touch(user, id).await?;
        let purpose = self.purpose(user, id).await?;
        purpose.ok_or_else(|| Error::Forbidden("open this person with a purpose first".into()))
    }

    /// Records that something of an opened person was read, before it is shown. Gives back the place in the history.
    pub(crate) async fn read(
        &self,
        user: &User,
        id: Option<&str>,
        action: &str,
        detail: &str,
    ) -> Result<u64> {
        let purpose = match id {
            Some(id) => self.purpose(user, id).await?,
            None => None,
        };
        let event = Event {
            at: access::now(),
            actor: user.actor.name.clone(),
            action: action.to_owned(),
            subject: id.map(str::to_owned),
            purpose,
            detail: Some(detail.to_owned()),
        };
        Ok(self.store.append(&event).await?.sequence)
    }

    /// Who has seen a person, newest first.
    pub(crate) async fn seen_by(&self, id: &str) -> Result<Vec<Seen>> {
        Ok(self.store.history(Some(id)).await?.into_iter().rev().map(seen).collect())
    }
}

/// Whether a person is the user, their manager, or tied to them by ring or site.
pub(crate) fn is_closed(board: &Board, user: &User, id: &str) -> bool {
    let Some(worker) = &user.worker else { return false };
    match (board.kin.get(worker), board.kin.get(id)) {
        (Some(user), Some(subject)) => relation::conflicts(user, subject),
        _ => worker == id,
    }
}

/// Whether a user stands at a site.
pub(crate) fn is_own_site(board: &Board, user: &User, site: &str) -> bool {
    let kin = user.worker.as_ref().and_then(|worker| board.kin.get(worker));
    let is_member = |site: &super::ties::Site| {
        user.worker.as_ref().is_some_and(|worker| site.members.iter().any(|(member, _)| member == worker))
    };
    let name = board.farm_name(site);
    let stood = |kin: &casework::relation::Kin| name.as_ref().is_some_and(|name| kin.once.contains(name));
    kin.is_some_and(|kin| kin.farm.as_deref() == Some(site) || stood(kin))
        || board.ties.sites.get(site).is_some_and(is_member)
}

/// Somebody who is unknown and somebody who may not be known are told in the same words.
pub(crate) fn nobody() -> Error {
    Error::Missing("nobody is called that".into())
}

/// A text without the roster ids that it names, for those who have not opened these people.
#[must_use]
pub fn without_ids(text: &str, ids: &[String], board: &Board) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = text.to_owned();
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_by_key(|id| std::cmp::Reverse(id.len()));
    for id in sorted.into_iter().filter(|id| !id.is_empty()) {
        let mut next = String::with_capacity(out.len());
        let mut rest = out.as_str();
        while let Some(at) = rest.find(id.as_str()) {
            let (before, after) = (&rest[..at], &rest[at + id.len()..]);
            let is_free =
                !before.chars().next_back().or_else(|| next.chars().next_back()).is_some_and(is_word)
                    && !after.chars().next().is_some_and(is_word);
            next.push_str(before);
            next.push_str(&if is_free { board.pseudonym(id) } else { id.clone() });
            rest = after;
        }
        next.push_str(rest);
        out = next;
    }
    out
}
