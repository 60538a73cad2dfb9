//! The whole command, run as a user runs it.
//!
//! # Layout
//! - `desk`: the command on a workspace of its own; `browser`: who speaks to its server;
//!   `receiver`: who is sent findings; `database`: a PostgreSQL server, shared with the tests of the store;
//!   one file for each promise
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod browser;
#[allow(clippy::print_stderr)]
#[path = "../../../store/tests/store/server.rs"]
mod database;
mod delivering;
mod desk;
mod determinism;
mod erasing;
mod evaluating;
mod hostile;
mod inspecting;
mod intake;
mod kill;
mod learning;
mod linking;
mod load;
mod offline;
mod openid;
mod passkeys;
mod postgresql;
mod privacy;
mod receiver;
mod retaining;
mod rings;
mod scope;
mod serving;
mod shapes;
mod showing;
mod state;
mod tls;
mod wire;
