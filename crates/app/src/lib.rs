//! Every verb once, for the command line and the web alike: wires the flow, reads the clock, owns
//! configuration and files.
//!
//! # Layout
//! - [`workspace`]: where the lake, the operational store and the key live; [`folder`]: the input folder, with
//!   [`stamp`]s of files that need no second reading; `file`: small files written whole
//! - [`ingest`]: exports in, records out, each stream through [`pump`]; [`enrich`]: network facts of the user
//! - [`check`]: the whole flow; [`judgement`]: what "now" is; [`judge`]: from linked records to assessments
//! - [`people`]: assessments as [`report`] shapes them, JSON with a schema; `person`: who is meant by an id or e-mail
//! - [`explain`]: one person; [`show`]: one record, rejects, queries; [`mask`]: what of raw bytes is shown;
//!   [`catalogue`]: indicators, sources, mappings
//! - [`scope`]: who may be judged, on what; [`settings`]: priors and thresholds; [`aliases`]: accounts the user ties;
//!   [`basis`]: on which of these the last check judged
//! - [`access`]: reading is recorded; [`erase`]: one person taken out of everything; [`demo`]: a made-up company
//! - [`inspect`]: hardware judged by files alone, without a workspace
//!
//! Knows nothing of HTML and terminals.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod access;
pub mod aliases;
pub mod basis;
pub mod catalogue;
pub mod check;
pub mod collect;
pub mod demo;
pub mod enrich;
pub mod erase;
pub mod error;
pub mod explain;
mod file;
pub mod folder;
pub mod ingest;
pub mod inspect;
pub mod judge;
pub mod judgement;
pub mod lists;
pub mod mask;
pub mod people;
mod person;
pub mod pump;
pub mod report;
pub mod scope;
pub mod settings;
pub mod show;
pub mod stamp;
pub mod workspace;

pub use error::{Error, Result};
pub use model::Blame;
pub use workspace::Workspace;
