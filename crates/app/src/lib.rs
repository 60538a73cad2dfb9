//! Every verb once, for the command line and the web alike: wires the flow, reads the clock, owns
//! configuration and files.
//!
//! # Layout
//! - [`workspace`]: where the lake, the operational store and the key live; [`folder`]: the input folder
//! - [`ingest`]: exports in, records out, each stream through [`pump`]; [`enrich`]: network facts of the user
//! - [`check`]: the whole flow; [`judgement`]: what "now" is; [`judge`]: from linked records to assessments
//! - [`people`]: assessments as [`report`] shapes them, JSON with a schema
//! - [`explain`]: one person; [`show`]: one record, rejects, queries; [`catalogue`]: indicators, sources, mappings
//! - [`scope`]: who may be judged, on what; [`settings`]: priors and thresholds; [`aliases`]: accounts the user ties
//! - [`access`]: reading is recorded; [`demo`]: a made-up company
//!
//! Knows nothing of HTML and terminals.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod access;
pub mod aliases;
pub mod catalogue;
pub mod check;
pub mod demo;
pub mod enrich;
pub mod error;
pub mod explain;
pub mod folder;
pub mod ingest;
pub mod judge;
pub mod judgement;
pub mod people;
pub mod pump;
pub mod report;
pub mod scope;
pub mod settings;
pub mod show;
pub mod workspace;

pub use error::{Error, Result};
pub use model::Blame;
pub use workspace::Workspace;
