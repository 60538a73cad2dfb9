//! Every verb once, for the command line and the web alike: wires the flow, reads the clock, owns
//! configuration and files.
//!
//! # Layout
//! - [`workspace`]: where the lake, the operational store and the key live; `address`: a store that is a database;
//!   [`folder`]: the input folder, with [`stamp`]s of files that need no second reading; `file`: small files written whole;
//!   [`feed`]: what a workspace is checked from, with its own `inbox` of deliveries
//! - [`ingest`]: exports in, records out, each stream through [`pump`]; [`enrich`]: network facts of the user
//! - [`check`]: the whole flow; [`judgement`]: what "now" is; [`judge`]: from linked records to assessments
//! - [`people`]: assessments as [`report`] shapes them, JSON with a schema; `person`: who is meant by an id or e-mail
//! - [`ring`]: rings as people read them; `lineage`: short names that follow rings and farms
//! - [`explain`]: one person; [`show`]: one record, rejects, queries; [`mask`]: what of raw bytes is shown;
//!   [`catalogue`]: indicators, sources, mappings; [`coverage`]: what a folder can be asked, and what a further source would add
//! - [`scope`]: who may be judged, on what; [`settings`]: priors and thresholds; [`service`]: what `serve` does by itself;
//!   [`aliases`]: accounts the user ties;
//!   [`basis`]: on which of these the last check judged
//! - [`legal`]: the list for counsel, apart from all judging
//! - [`access`]: reading is recorded; [`erase`]: one person taken out of everything; [`demo`]: a made-up company;
//!   [`backup`]: a copy of a workspace
//! - [`evaluate`]: assessments against a known truth; [`weights`]: what every indicator weighs here, and why
//! - [`link`](mod@link): record linkage of any sheets, without a workspace
//! - [`desk`]: casework for a team: users, queue, cases, farms, search, health; [`certificate`]: files for TLS
//! - [`inspect`]: hardware judged by files alone, without a workspace
//!
//! Knows nothing of HTML and terminals.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod access;
mod address;
pub mod aliases;
pub mod backup;
pub mod basis;
pub mod catalogue;
pub mod certificate;
pub mod check;
pub mod collect;
pub mod coverage;
pub mod demo;
pub mod desk;
pub mod enrich;
pub mod erase;
pub mod error;
pub mod evaluate;
pub mod explain;
pub mod feed;
mod file;
pub mod folder;
pub mod found;
mod inbox;
pub mod ingest;
pub mod inspect;
pub mod judge;
pub mod judgement;
pub mod legal;
mod lineage;
pub mod link;
pub mod lists;
pub mod mask;
pub mod people;
mod person;
pub mod pump;
pub mod report;
pub mod ring;
pub mod scope;
pub mod service;
pub mod settings;
pub mod show;
pub mod stamp;
pub mod weights;
pub mod workspace;

pub use casework;
pub use error::{Error, Result};
pub use model::Blame;
pub use workspace::Workspace;
/// A JSON value.
pub type Json = serde_json::Value;

/// An instant, ISO 8601, as the clocks of a time zone show it: `2026-06-05 08:04 America/Los_Angeles`.
#[must_use]
pub fn local(iso: &str, zone: &str) -> Option<String> {
    let zone: chrono_tz::Tz = zone.parse().ok()?;
    let at = chrono::DateTime::parse_from_rfc3339(iso).ok()?;
    Some(format!("{} {zone}", at.with_timezone(&zone).format("%Y-%m-%d %H:%M")))
}

/// A day since 1970, as YYYY-MM-DD.
#[must_use]
pub fn day_name(day: i64) -> String {
    instant(day.saturating_mul(model::time::DAY_MICROS)).chars().take(10).collect()
}

/// The day since 1970 of a text that begins with YYYY-MM-DD.
#[must_use]
pub fn day_of(text: &str) -> Option<i64> {
    let day = text.get(..10)?.parse::<chrono::NaiveDate>().ok()?;
    Some(day.signed_duration_since(chrono::NaiveDate::default()).num_days())
}

/// Microseconds since 1970 as ISO 8601, UTC.
#[must_use]
pub fn instant(micros: i64) -> String {
    model::Time(micros).to_string()
}
