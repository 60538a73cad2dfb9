//! How good a tool is at finding workers who are operated by others, on companies whose truth is known.
//!
//! Any tool: what it needs is an id and a score, or an open case. Every figure that may be believed comes with its exact
//! bound, and formulas name their source. Knows nothing of how anything is found.
//!
//! # Layout
//! - [`truth`], [`said`]: sheets and JSON in, liberally; [`input`]: what they become
//! - [`evaluation`]: all figures, in one shape; [`targets`]: what should hold
//! - [`ranking`]: recall at a price, average precision; [`mod@calibration`]; [`clusters`]: farms and rings; [`delay`]
//! - [`candidates`]: people who applied, apart from workers
//! - [`kinds`]: by scheme, tell and look-alike; [`groups`]: adverse impact; [`mod@indicators`]; [`ablation`]; [`rules`]
//! - [`bounds`]: exact bounds of shares and counts; [`exact`]: Fisher, Holm, power
//!
//! Opens no file: readers and text come in, values go out.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ablation;
pub mod bounds;
pub mod calibration;
pub mod candidates;
pub mod clusters;
pub mod delay;
pub mod error;
pub mod evaluation;
pub mod exact;
pub mod groups;
pub mod indicators;
pub mod input;
pub mod kinds;
pub mod ranking;
pub mod roles;
pub mod rules;
pub mod said;
pub mod targets;
pub mod truth;

pub use bounds::Share;
pub use calibration::Line;
pub use error::{Error, Result};
pub use evaluation::{Evaluation, Settings, evaluate, schema};
pub use input::{Candidate, Found, Person, Said, World};
pub use targets::{Target, Verdict};
