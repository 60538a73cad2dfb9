//! One vendor's bytes in, records and rejects out. Parsing never fails: what cannot be read becomes a reject.
//!
//! # Layout
//! - [`container`]: gzip, zstd, zip around a stream; [`frame`]: a stream cut into blocks of whole units
//! - [`recognise`]: which source a stream is, by content; [`envelope`]: SIEM wrappers taken off
//! - [`json`]: tolerant look-ups; [`value`]: times, addresses, hex, truth values as vendors write them
//! - [`sheet`]: CSV with headers; [`mapping`]: any CSV or JSON lines into any table
//! - one file per vendor under [`vendors`], listed in [`vendors::ALL`]
//!
//! Knows nothing of rules and scores, opens no file: readers come in, values go out.

pub mod source;

pub use source::{Block, Framing, Parsed, Reject, Sample, Source, SourceDoc, Unit};
