//! Runs indicators over records and links. Indicators are data (`indicators/<stage>/<name>.toml`); what they
//! return are values, never weights.
//!
//! # Layout
//! - [`indicator`]: what an indicator file says; [`catalogue`]: all of them, shipped and the user's own
//! - [`inspect`]: walks each logical plan and refuses what is not deterministic or not lawful
//! - [`mod@ask`]: puts the questions and returns [`model::evidence::Answer`]s; [`explain`]: why one did or did not answer
//! - [`sentence`]: figures into sentences; [`facts`]: shipped facts as tables of the lake
//! - [`functions`]: judgements of `hardware` as SQL functions; `memory`: each row judged once
//! - [`example`]: runs every indicator's own examples and counter-examples
//!
//! Knows nothing of weights, cases or the web.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ask;
pub mod catalogue;
mod catalogue_list;
mod error;
pub mod example;
mod example_rows;
pub mod explain;
pub mod facts;
pub mod functions;
pub mod indicator;
pub mod inspect;
mod memory;
pub mod sentence;

pub use ask::ask;
pub use catalogue::Catalogue;
pub use error::{Error, Problem, Result};
pub use example::{Report, test_all};
pub use explain::{Explanation, explain_why};
pub use indicator::{Indicator, IndicatorKind};
