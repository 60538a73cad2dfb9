//! A made-up company in the vendors' real formats, with planted schemes, innocent look-alikes, and the truth beside it.
//!
//! Life comes first: people have homes, lines, desks, habits and papers, and only then is something planted. One
//! person's records agree across every export, names know nothing of guilt, and a seed gives the same bytes for ever.
//! Knows nothing of the detector: its rates stand in `data/rates.tsv`, each with its source or marked as judgement.
//!
//! # Layout
//! - [`plan`]: what to write; [`mod@write`]: the order of writing, [`Folder`] takes the files
//! - `world`: the company as it is; `found`: how it is founded; `kit`: places and laptops; `papers`: parcels, pay, trips
//! - `systems`: what the company runs; `meetings`: who meets whom
//! - `life`: one person's day; `egress`: the public address behind it; `meet`: laptops that see each other
//! - `applicants`: who applies, how they are interviewed, clusters of personas and their innocent twins
//! - `schemes`: one file per scheme; `look_alikes`: innocent twins, by subject; `truth`: which tells were really written
//! - `export`: one file per vendor format
//! - `atlas`, `catalogue`, `names`, `address`, `calendar`, `rates`: what the data files say; `draw`: seeded chance
//!
//! Opens no file, reads no clock.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod applicants;
mod atlas;
mod calendar;
mod catalogue;
mod device;
mod document;
mod draw;
mod egress;
mod error;
mod export;
mod found;
mod kit;
mod life;
mod look_alikes;
mod meet;
mod meetings;
mod names;
mod papers;
mod person;
mod place;
pub mod plan;
mod rates;
mod rows;
mod schemes;
mod story;
mod systems;
mod truth;
mod world;
pub mod write;

pub use applicants::APPLICANT_LOOK_ALIKES;
pub use error::Error;
pub use look_alikes::{LOOK_ALIKES, LookAlike};
pub use plan::{Plan, Planted};
pub use rates::{Rate, table as rates};
pub use schemes::{ALL as SCHEMES, Lever, Scheme};
pub use truth::TELLS;
pub use write::{Folder, Part, Summary, write};
