//! What is done to cases: one command, several at once, merge and detach. Each change names the version that its
//! author saw, and stands in the history in the same transaction.

use std::collections::BTreeSet;

use casework::{Case, Command, Right};
use store::Event;

use super::{Desk, User, matter_of};
use crate::access;
use crate::error::{Error, Result};

/// Most cases changed at once.
pub const BULK: usize = 500;

/// What came of a change.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct Changed {
    /// C-7.
    pub case: String,
    /// Version afterwards.
    pub version: u64,
    /// Status or outcome in words.
    pub state: String,
    /// The sentence in the history.
    pub sentence: String,
}

impl Changed {
    /// A case as it is now, and the version that it had before.
    fn of(case: &Case, before: u64, sentence: String) -> Self {
        Self { case: case.name(), version: before + 1, state: case.state().to_owned(), sentence }
    }
}

impl Desk {
    /// Applies a command to a case. `version` is the one that the user saw.
    pub async fn act(&self, user: &User, number: u64, version: u64, command: &Command) -> Result<Changed> {
        let (case, found) = self.case(number).await?;
        // first whether they may at all: whoever may not is not told how far a case is
        self.may_change(user, &case, command).await?;
        if found != version {
            return Err(store::Error::Conflict { number, version: found }.into());
        }
        let at = access::now();
        let step = casework::apply(&case, &user.actor, at, command)?;
        let event = event(user, at, step.action, &case, &step.sentence);
        self.store.change_matters(&[(matter_of(&step.case, version)?, event)]).await?;
        self.tell();
        Ok(Changed::of(&step.case, version, step.sentence))
    }

    /// Applies one command to several cases: to all of them, or to none. Versions are those of this moment: whoever
    /// acts in bulk has seen the list, not each case.
    pub async fn act_on_all(&self, user: &User, numbers: &[u64], command: &Command) -> Result<Vec<Changed>> {
        user.needs(Right::Work)?;
        if numbers.is_empty() {
            return Err(Error::Input("no case is selected".into()));
        }
        if numbers.len() > BULK {
            return Err(Error::Input(format!("at most {BULK} cases at once")));
        }
        let allowed =
            matches!(command, Command::Assign { .. } | Command::Snooze { .. } | Command::Decide { .. })
                || matches!(command, Command::Due { .. } | Command::Wait { .. });
        if !allowed {
            return Err(Error::Input(
                "in bulk, cases are assigned, dated, snoozed, set waiting or closed".into(),
            ));
        }
        if matches!(command, Command::Decide { .. }) {
            user.needs(Right::Direct)?;
        }
        let mut unique = numbers.to_vec();
        unique.sort_unstable();
        unique.dedup();
        self.opened_all(user, &unique, command).await?;
        let at = access::now();
        let (mut changes, mut out) = (Vec::new(), Vec::new());
        for number in unique {
            let (case, version) = self.case(number).await?;
            self.may_change(user, &case, command).await?;
            let step = casework::apply(&case, &user.actor, at, command)?;
            changes
                .push((matter_of(&step.case, version)?, event(user, at, step.action, &case, &step.sentence)));
            out.push(Changed::of(&step.case, version, step.sentence));
        }
        self.store.change_matters(&changes).await?;
        self.tell();
        Ok(out)
    }

    /// Makes cases parts of another: all of them, or none. What became of the last one.
    pub async fn merge(&self, user: &User, parts: &[u64], into: u64, reason: &str) -> Result<Changed> {
        user.needs(Right::Direct)?;
        let (mut into, into_version) = self.case(into).await?;
        self.may_see(user, &into).await?;
        let parts: BTreeSet<u64> = parts.iter().copied().filter(|number| *number != into.number).collect();
        if parts.len() > BULK {
            return Err(Error::Input(format!("at most {BULK} cases at once")));
        }
        let at = access::now();
        let (mut changes, mut last) = (Vec::new(), None);
        for (version, number) in (into_version..).zip(parts) {
            let (part, part_version) = self.case(number).await?;
            self.may_see(user, &part).await?;
            let joined = casework::merge(&part, &into, &user.actor, reason)?;
            let told = event(user, at, "merge", &joined.part, &joined.part_sentence);
            changes.push((matter_of(&joined.part, part_version)?, told));
            let told = event(user, at, "merge", &joined.into, &joined.into_sentence);
            changes.push((matter_of(&joined.into, version)?, told));
            into = joined.into;
            last = Some(Changed::of(&joined.part, part_version, joined.part_sentence));
        }
        let last = last.ok_or_else(|| Error::Conflict("a case cannot become a part of itself".into()))?;
        self.store.change_matters(&changes).await?;
        self.tell();
        Ok(last)
    }

    /// Takes a merge back.
    pub async fn detach(&self, user: &User, part: u64) -> Result<Changed> {
        user.needs(Right::Direct)?;
        let (part, part_version) = self.case(part).await?;
        let Some(into) = part.merged_into else {
            return Err(Error::Conflict(format!("{} is no part of another case", part.name())));
        };
        let (into, into_version) = self.case(into).await?;
        self.may_see(user, &part).await?;
        let joined = casework::detach(&part, &into, &user.actor)?;
        let at = access::now();
        let part = event(user, at, "detach", &joined.part, &joined.part_sentence);
        let into = event(user, at, "detach", &joined.into, &joined.into_sentence);
        let changes =
            [(matter_of(&joined.part, part_version)?, part), (matter_of(&joined.into, into_version)?, into)];
        self.store.change_matters(&changes).await?;
        self.tell();
        Ok(Changed::of(&joined.part, part_version, joined.part_sentence))
    }

    /// The next case that nobody works on.
    pub async fn next_unowned(&self, user: &User) -> Result<Option<u64>> {
        let asked =
            super::queue::Asked { view: casework::queue::View::Unowned, limit: 1, ..Default::default() };
        let queue = self.queue(user, &asked).await?;
        queue.rows.first().map(|row| super::number(&row.case)).transpose()
    }

    /// Fails where a command needs people open, with all of them who are not: nobody wants to learn it one by one.
    async fn opened_all(&self, user: &User, numbers: &[u64], command: &Command) -> Result<()> {
        if !needs_open(command) {
            return Ok(());
        }
        let opened = self.opened(user).await?;
        let mut shut = Vec::new();
        for number in numbers {
            let (case, _) = self.case(*number).await?;
            self.may_see(user, &case).await?;
            if !opened.contains(&case.subject) {
                shut.push(case.name());
            }
        }
        if shut.is_empty() {
            return Ok(());
        }
        Err(Error::Forbidden(format!(
            "open the people of these cases with a purpose first: {}",
            shut.join(", ")
        )))
    }

    /// Whoever changes a case has opened its person; giving work out and keeping it need no look at the person.
    async fn may_change(&self, user: &User, case: &Case, command: &Command) -> Result<()> {
        self.may_see(user, case).await?;
        user.needs(command.right())?;
        if let Command::Assign { to: Some(name) } = command {
            let users = self.users(user).await?;
            if !users.iter().any(|one| one.name == *name && matches!(one.role.as_str(), "analyst" | "lead")) {
                return Err(Error::Input(format!("nobody who works on cases is called {name}")));
            }
        }
        if needs_open(command) {
            self.needs_open(user, &case.subject).await?;
        }
        Ok(())
    }
}

/// Giving work out and putting it off need no look at the person.
fn needs_open(command: &Command) -> bool {
    !matches!(
        command,
        Command::Assign { .. } | Command::Due { .. } | Command::Snooze { .. } | Command::Wait { .. }
    )
}

fn event(user: &User, at: i64, action: &str, case: &Case, sentence: &str) -> Event {
    Event {
        at,
        actor: user.actor.name.clone(),
        action: action.to_owned(),
        subject: Some(case.subject.clone()),
        purpose: None,
        detail: Some(format!("{}: {sentence}", case.name())),
    }
}
