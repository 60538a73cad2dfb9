//! A staged lake: what is committed to it is seen by it alone, until all of it is published as one state. A process
//! that ends before that, however it ends, leaves the old state.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::{Commit, Lake, lock, manifest};

/// The state that will be published, shared with commits under way.
pub(crate) type Next = Arc<Mutex<Manifest>>;

pub(crate) struct Stage {
    pub(crate) next: Next,
    base: Manifest,
}

pub(crate) fn lock(next: &Next) -> MutexGuard<'_, Manifest> {
    // A manifest is replaced whole: a panic elsewhere leaves nothing half done.
    next.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lake {
    /// Waits until nobody else writes and begins the next state on top of the newest one.
    pub async fn stage(&mut self) -> Result<()> {
        self.writing = Some(Lock::exclusive(&lock::writing(&self.root)).await?);
        let base = manifest::newest(&self.store).await?;
        let is_new = base != self.manifest;
        self.stage = Some(Stage { next: Arc::new(Mutex::new(base.clone())), base });
        if is_new { self.refresh().await } else { Ok(()) }
    }

    /// Sets a note of the next state.
    pub fn note(&mut self, name: &str, text: &str) -> Result<()> {
        let Some(stage) = &self.stage else { return Err(not_staged()) };
        lock(&stage.next).notes.insert(name.to_owned(), text.to_owned());
        self.manifest.notes.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    /// Makes the next state seen by everybody, at once; where it is the old one, nothing is written. Tells whether
    /// something was. The right to write is kept until [`Lake::release`].
    pub async fn publish(&mut self) -> Result<bool> {
        let Some(stage) = self.stage.take() else { return Err(not_staged()) };
        let mut next = lock(&stage.next).clone();
        let changed = next != stage.base;
        if changed {
            next.sequence = stage.base.sequence + 1;
            manifest::publish(&self.root, &self.store, &next).await?;
        }
        self.manifest = next;
        Ok(changed)
    }

    /// Lets others write.
    pub fn release(&mut self) {
        self.stage = None;
        self.writing = None;
    }

    /// Begins a commit that adds records to those of the current state.
    pub async fn begin_reading(&self) -> Result<Commit> {
        Commit::begin_reading(self).await
    }

    /// Begins a commit that starts from nothing and so replaces the state.
    #[must_use]
    pub fn begin_anew(&self) -> Commit {
        Commit::begin_anew(self)
    }
}

fn not_staged() -> Error {
    Error::Defect("a state is published that was not begun".into())
}
