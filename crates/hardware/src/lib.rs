//! Judgements on hardware by what it says of itself: USB devices, displays, network cards. Pure functions over
//! shipped facts; each fact row keeps its source and date in `facts/`.
//!
//! # Layout
//! - [`facts`]: the rows of the fact files that were measured or read at their source
//! - [`usb`]: is a USB device an IP-KVM, by name or in disguise
//! - [`display`]: is a display the fixed disguise of an IP-KVM; [`edid`]: what a display says of itself
//! - [`lan`]: is a network card of an IP-KVM; [`hid`]: report descriptors of IP-KVM firmware
//!
//! Knows nothing of records, SQL or people.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod display;
pub mod edid;
pub mod facts;
pub mod hid;
pub mod lan;
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
