//! How a case is worked: a state machine without I/O. A command, given by somebody at some time, either becomes a
//! changed case with one sentence for the history, or is refused with the reason.
//!
//! # Layout
//! - [`case`]: what a case holds; [`status`]: where it stands, and from where it may go where
//! - [`command`]: what can be asked; [`apply`](mod@apply): what comes of it; [`joining`]: merge and detach
//! - [`role`]: who may do what; [`relation`]: whose case somebody may not touch
//! - [`queue`]: which cases are shown, and in which order; [`likeness`]: which rest on the same reasons
//! - [`lineage`]: which ring of today is which of yesterday
//! - [`retention`]: whose detail goes; [`taught`](mod@taught): what decisions teach the weights
//!
//! Knows nothing of exports, pages, files and the clock: whoever gives a command says when.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod apply;
pub mod case;
pub mod command;
mod error;
pub mod joining;
pub mod likeness;
pub mod lineage;
pub mod queue;
pub mod relation;
pub mod retention;
pub mod role;
pub mod status;
pub mod taught;

pub use apply::{Step, apply};
pub use case::{Case, Found};
pub use command::Command;
pub use error::{Error, Result};
pub use joining::{detach, merge};
pub use role::{Actor, Right, Role};
pub use status::{Outcome, Status};
pub use taught::{Asked, Audited, Finding, Taught, taught};
