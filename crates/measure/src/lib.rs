//! Pure kernels: text, geography, networks, serial numbers, seeded chance, communities of a graph. Knows nothing of
//! everything else.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod chance;
pub mod community;
pub mod geo;
pub mod net;
pub mod serial;
pub mod text;
