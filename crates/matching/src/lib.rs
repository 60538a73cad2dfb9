//! Which records are one and the same: probabilistic record linkage after Fellegi and Sunter.
//!
//! # Layout
//! - [`table`]: records as numbers of distinct values, over [`texts`] and [`hash`]
//! - [`config`]: what is compared and how; [`suggest`]: a configuration from the data alone, by [`profile`], [`align`] and `persons`
//! - [`compare`]: one file a kind of value, over the kernels of [`similar`]; [`fields`]: columns made ready
//! - [`key`], [`block`], [`propose`]: which pairs are looked at, counted before any is compared; [`pattern`]: how pairs agree
//! - [`chance`], [`train`]: how often strangers and the same agree; [`rival`]: who agrees and is two; [`model`]: what an agreement weighs
//! - [`cluster`]: from pairs to entities; [`link`](mod@link): all of it in order
//! - [`index`](mod@index): one record against all that are known, with records coming and going
//! - [`sample`]: pairs to judge, and what follows of it
//! - [`truth`]: scores against labels; [`inspect`]: one pair explained ([`hold`]: one cluster), unlinkable records, estimates
//!   without labels; [`chart`]: pictures
//!
//! Knows nothing of files, of people in particular, and of everything of ours but `measure`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod align;
pub mod block;
pub mod chance;
pub mod chart;
pub mod cluster;
pub mod compare;
pub mod config;
pub mod error;
pub mod fields;
pub mod hash;
pub mod hold;
pub mod index;
pub mod inspect;
pub mod key;
pub mod link;
pub mod model;
pub mod pattern;
mod persons;
pub mod profile;
pub mod propose;
pub mod rival;
pub mod sample;
pub mod similar;
pub mod suggest;
pub mod table;
pub mod texts;
pub mod train;
pub mod truth;

pub use compare::Kind;
pub use config::Config;
pub use error::{Error, Result};
pub use link::{Linked, link};
pub use table::Table;
