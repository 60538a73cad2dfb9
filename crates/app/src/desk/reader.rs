//! The lake, open for questions. Opening it costs more than most questions, so one stays open for some seconds and is
//! shared; no longer, for while it is open nothing can be removed from the workspace.

use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use crate::access;
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::workspace::{Choice, Workspace};

/// How many requests may ask the engine at once: they share its memory pool.
const ENGINES: usize = 2;
/// How long a lake stays open, microseconds.
const STAYS: i64 = 20_000_000;

/// One open lake.
struct Open {
    since: i64,
    sequence: u64,
    workspace: Arc<Workspace>,
}

/// A lake that may be asked now.
pub(crate) struct Reader {
    workspace: Arc<Workspace>,
    _turn: OwnedSemaphorePermit,
}

impl Deref for Reader {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

/// Keeps at most one lake open.
pub(crate) struct Readers {
    open: Mutex<Option<Open>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new() -> Self {
        Self { open: Mutex::new(None), turns: Arc::new(Semaphore::new(ENGINES)) }
    }

    /// A lake that shows the state of this number, as the last judgement saw it.
    pub(crate) async fn take(&self, choice: &Choice, sequence: u64) -> Result<Reader> {
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|cause| Error::Defect(cause.to_string()))?;
        let mut open = self.open.lock().await;
        let now = access::now();
        let is_fit = |one: &Open| one.sequence == sequence && (0..STAYS).contains(&(now - one.since));
        if let Some(one) = open.as_ref().filter(|one| is_fit(one)) {
            return Ok(Reader { workspace: one.workspace.clone(), _turn: turn });
        }
        *open = None;
        let mut workspace = Workspace::last(choice).await?;
        let sequence = workspace.lake.manifest().sequence;
        if let Ok(basis) = Basis::last(&workspace.lake) {
            workspace.lake.look_as_of(basis.judgement()).await?;
        }
        let workspace = Arc::new(workspace);
        *open = Some(Open { since: now, sequence, workspace: workspace.clone() });
        Ok(Reader { workspace, _turn: turn })
    }

    /// Closes a lake that was open long enough, or `now`.
    pub(crate) async fn rest(&self, now: bool) {
        let mut open = self.open.lock().await;
        if open.as_ref().is_some_and(|one| now || access::now() - one.since >= STAYS) {
            *open = None;
        }
    }
}
