//! Judgements on hardware by what it says of itself: USB devices, displays, network cards. Pure functions over
//! shipped facts; each fact row keeps its source and date in `facts/`.
//!
//! # Layout
//! - [`facts`]: the rows of the fact files that were measured or read at their source
//! - parsers: [`descriptor`] (HID), [`configuration`] (USB), [`edid`]; [`readers`]: the files of operating systems
//!   and tools, each into [`inventory`]
//! - judgements: [`judge`] over a whole inventory entry, from [`hid`], [`usb`], [`composite`], [`firmware`],
//!   [`display`], [`lan`];
//!   [`finding`]: what they say
//! - [`tools`]: logs of remote-access tools, judged by what the company declared
//! - [`collected`]: what the collector writes; [`told`]: single cells of a table
//! - [`rhythm`]: timers behind input, by spectrum and by runs
//! - [`hex`], [`encoding`]: bytes as text, text as bytes
//!
//! Knows nothing of records, SQL or people, and opens no file.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod collected;
pub mod composite;
pub mod configuration;
pub mod descriptor;
pub mod display;
pub mod edid;
pub mod encoding;
pub mod facts;
pub mod finding;
pub mod firmware;
pub mod hex;
pub mod hid;
pub mod inventory;
pub mod judge;
pub mod lan;
pub mod readers;
pub mod rhythm;
pub mod told;
pub mod tools;
pub mod usb;

/// What the facts say of a piece of hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What kind of statement it is.
    pub kind: VerdictKind,
    /// Product, in the words of the fact.
    pub product: &'static str,
}

/// Kinds of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    /// An IP-KVM that says what it is.
    Named,
    /// An IP-KVM that says it is something else: strings that the real product never had.
    Disguised,
    /// The chip of a capture device: IP-KVMs have it, and so have hobby grabbers.
    Capture,
}

impl VerdictKind {
    /// As SQL sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Disguised => "disguised",
            Self::Capture => "capture",
        }
    }
}
