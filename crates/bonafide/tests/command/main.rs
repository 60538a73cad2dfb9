//! The whole command, run as a user runs it.
//!
//! # Layout
//! - `desk`: the command on a workspace of its own; one file for each promise
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod desk;
mod determinism;
mod erasing;
mod hostile;
mod kill;
mod linking;
mod offline;
mod scope;
mod shapes;
mod showing;
mod state;
