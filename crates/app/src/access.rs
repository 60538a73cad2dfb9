//! Reading people's records is itself recorded: who, when, what, about whom, for what purpose.

use std::time::{SystemTime, UNIX_EPOCH};

use store::Event;

use crate::error::Result;
use crate::workspace::Workspace;

/// Appends one reading to the history.
pub async fn record(
    workspace: &Workspace,
    action: &str,
    subject: Option<&str>,
    purpose: Option<&str>,
) -> Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let actor = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let event = Event {
        at: i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        actor: actor.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".into()),
        action: action.to_owned(),
        subject: subject.map(str::to_owned),
        purpose: purpose.map(str::to_owned),
        detail: None,
    };
    workspace.store.append(&event).await?;
    Ok(())
}
