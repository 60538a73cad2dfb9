//! Reading people's records is itself recorded: who, when, what, about whom, for what purpose.

use std::time::{SystemTime, UNIX_EPOCH};

use store::Event;

use crate::error::Result;
use crate::workspace::Workspace;

/// One reading.
#[derive(Debug, Clone, Copy, Default)]
pub struct Access<'a> {
    action: &'a str,
    subject: Option<&'a str>,
    purpose: Option<&'a str>,
    detail: Option<&'a str>,
}

impl<'a> Access<'a> {
    /// What is done.
    #[must_use]
    pub fn of(action: &'a str) -> Self {
        Self { action, ..Self::default() }
    }

    /// About whom.
    #[must_use]
    pub fn about(self, subject: Option<&'a str>) -> Self {
        Self { subject, ..self }
    }

    /// What for.
    #[must_use]
    pub fn purpose(self, purpose: Option<&'a str>) -> Self {
        Self { purpose, ..self }
    }

    /// What exactly.
    #[must_use]
    pub fn detail(self, detail: &'a str) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

/// Now, in microseconds since 1970: for the history and the dates of answers, never for an assessment.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Who sits here, as the system says.
pub(crate) fn actor() -> String {
    let named = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".into())
}

/// Appends one reading to the history, before anything of it is shown.
pub async fn record(workspace: &Workspace, access: &Access<'_>) -> Result<()> {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let event = Event {
        at: now(),
        actor: actor(),
        action: access.action.to_owned(),
        subject: text(access.subject),
        purpose: text(access.purpose),
        detail: text(access.detail),
    };
    workspace.store.append(&event).await?;
    Ok(())
}
