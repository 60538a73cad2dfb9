//! The history, for whoever audits: in parts, and whole as JSON lines to be kept elsewhere. People stand in it under the
//! names of the queue.

use casework::Right;
use serde::Serialize;

use super::opening::{self, Seen, is_closed, seen};
use super::{Board, Desk, User};
use crate::error::{Error, Result};

/// Most entries of one part.
pub const PART: u32 = 1000;

/// One entry as it is exported.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Line {
    /// The entry.
    #[serde(flatten)]
    entry: Seen,
    /// About whom: P-7.
    about: Option<String>,
    /// Hash of this entry and, through it, of all before it.
    hash: String,
}

/// An entry as an auditor sees it: who was opened by whom and for what, under the names of the queue. Nothing of what is about
/// themselves, their manager or whoever is tied to them.
fn shown(entry: store::Entry, board: &Board, user: &User) -> Option<(Seen, Option<String>)> {
    let subject = entry.event.subject.clone();
    if subject.as_ref().is_some_and(|id| is_closed(board, user, id)) {
        return None;
    }
    let mut line = seen(entry);
    if line.action == "search" && line.by == user.actor.name {
        // whom it led to would tell whoever searched which row of the queue is whose
        line.detail = line.detail.and_then(|text| text.split(';').next().map(str::to_owned));
    }
    let Some(id) = subject else { return Some((line, None)) };
    let named = board.pseudonym(&id);
    let ids = [id];
    let hide = |text: String| opening::without_ids(&text, &ids, board);
    line.purpose = line.purpose.map(hide);
    line.detail = line.detail.map(hide);
    Some((line, Some(named)))
}

impl Desk {
    /// How many entries the history has.
    pub async fn history_length(&self, user: &User) -> Result<u64> {
        user.needs(Right::ReadHistory)?;
        Ok(self.store.length().await?)
    }

    /// The history after a place in it, for whoever audits.
    pub async fn history(&self, user: &User, after: u64, limit: u32) -> Result<Vec<Seen>> {
        user.needs(Right::ReadHistory)?;
        let board = self.board().await;
        let found = self.store.history_after(after, limit.clamp(1, PART)).await?;
        let line = |entry: store::Entry| {
            let (mut line, about) = shown(entry, &board, user)?;
            if let Some(named) = about {
                let named = format!("about {named}");
                line.detail = Some(line.detail.map_or(named.clone(), |text| format!("{named}; {text}")));
            }
            Some(line)
        };
        Ok(found.into_iter().filter_map(line).collect())
    }

    /// The whole history as JSON lines, oldest first. That it was exported is its last entry.
    pub async fn export_history(&self, user: &User) -> Result<Vec<u8>> {
        user.needs(Right::ReadHistory)?;
        let end = self.read(user, None, "history exported", "as JSON lines").await?;
        let board = self.board().await;
        let (mut out, mut after) = (Vec::new(), 0);
        while after < end {
            let part = self.store.history_after(after, PART).await?;
            let Some(last) = part.last() else { break };
            after = last.sequence;
            for entry in part.into_iter().filter(|entry| entry.sequence <= end) {
                let hash = entry.hash.clone();
                let Some((entry, about)) = shown(entry, &board, user) else { continue };
                serde_json::to_writer(&mut out, &Line { entry, about, hash })
                    .map_err(|cause| Error::Defect(cause.to_string()))?;
                out.push(b'\n');
            }
        }
        Ok(out)
    }
}
