//! The one room that dials out. It sends the bytes that it is given to where it is told, and says how that went; what
//! is sent, to whom and when is decided elsewhere.
//!
//! # Layout
//! - [`address`]: where a URL leads; `line`: a connection there, in the clear or within TLS
//! - [`http`]: one request and its answer; [`syslog`]: one message (RFC 5424) over UDP, TCP or TLS
//! - [`seal`]: a body signed as Standard Webhooks says
//!
//! Knows nothing of cases and people, keeps nothing, follows no redirect, and reads no clock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod address;
pub mod http;
mod line;
pub mod seal;
pub mod syslog;

pub use address::Address;
pub use http::{Answer, Request};
pub use line::Courier;
pub use syslog::Message;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something did not arrive, as far as one can know.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("{0}")]
    Address(String),
    /// Nobody is reached there.
    #[error("{host}: {cause}")]
    Reach {
        /// Host and port.
        host: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It takes longer than anybody should wait.
    #[error("{host}: no answer in time")]
    Late {
        /// Host and port.
        host: String,
    },
    /// What comes back is no answer, or too large a one.
    #[error("{host}: {why}")]
    Answer {
        /// Host and port.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// Certificates or a secret cannot be used.
    #[error("{0}")]
    Configuration(String),
}
