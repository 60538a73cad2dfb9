//! The lake from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod erase;
mod queries;
mod state;
