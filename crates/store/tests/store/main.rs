//! The store from outside: what is confirmed stays, what was tampered with is found. Most tests run on both kinds of
//! database.
//!
//! # Layout
//! - `place`: where a store is kept, and the macro that makes two tests of one; `server`: a PostgreSQL server of one's own
//! - one file for each promise
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod access;
mod copying;
#[cfg(all(unix, feature = "postgres"))]
mod encrypted;
mod history;
mod killing;
mod lineage;
mod outbox;
mod place;
#[cfg(all(unix, feature = "postgres"))]
mod postgresql;
#[cfg(all(unix, feature = "postgres"))]
mod server;
mod tampering;
mod together;
