//! One vendor's bytes in, records and rejects out. Parsing never fails: what cannot be read becomes a reject.
//!
//! # Layout
//! - [`container`]: gzip, zstd, zip around a stream; [`frame`]: a stream cut into blocks of whole units, with [`scan`]
//! - [`workbook`]: sheets of `.xlsx` as CSV; [`xml`]: elements of reports and logs as objects
//! - [`mod@recognise`]: which source a stream is, by content; [`envelope`]: SIEM wrappers taken off, [`packed`]: what they hold in
//!   another form
//! - [`reader`]: the one reader of all JSON sources; [`siem_sheet`]: JSON events that a SIEM wrote as CSV
//! - [`tape`]: JSON as the parser leaves it; [`json`]: tolerant look-ups; [`countries`]: names of countries;
//!   [`value`]: times, addresses, hex, truth values as vendors write them; `zone`: clocks that change in summer
//! - [`place`]: the host or candidate that the folders around a file name
//! - [`sheet`]: CSV with headers; [`mapping`]: any CSV or JSON lines into any table
//! - one file per vendor under [`vendors`], listed in [`vendors::ALL`]
//!
//! Knows nothing of rules and scores, opens no file: readers come in, values go out.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod container;
pub mod countries;
pub mod envelope;
pub mod frame;
pub mod json;
mod lookup;
pub mod mapping;
pub mod packed;
pub mod place;
pub mod reader;
pub mod recognise;
pub mod scan;
pub mod sheet;
pub mod siem_sheet;
pub mod source;
pub mod tape;
pub mod value;
pub mod vendors;
pub mod workbook;
pub mod xml;
mod zone;

pub use recognise::{Unrecognised, recognise};
pub use source::{Block, Framing, Parsed, Reader, Recognised, Reject, Sample, Source, SourceDoc, Unit};
