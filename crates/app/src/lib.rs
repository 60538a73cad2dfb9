//! Every verb once, for the command line and the web alike: wires the flow, reads the clock, owns
//! configuration and files.
//!
//! # Layout
//! - [`workspace`]: where the lake, the operational store and the key live; [`folder`]: the input folder
//! - [`ingest`]: exports in, records out; [`judgement`]: what "now" is
//! - [`check`]: the whole flow; [`report`]: the shapes that leave it, as JSON
//! - [`explain`]: one person; [`show`]: one record, rejects, catalogue, queries
//! - [`scope`]: who may be judged, on what; [`settings`]: priors and thresholds; [`demo`]: a made-up company
//!
//! Knows nothing of HTML and terminals.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod check;
pub mod demo;
pub mod error;
pub mod explain;
pub mod folder;
pub mod ingest;
pub mod judgement;
pub mod report;
pub mod scope;
pub mod settings;
pub mod show;
pub mod workspace;

pub use error::{Error, Result};
pub use model::Blame;
pub use workspace::Workspace;
