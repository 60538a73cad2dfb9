//! Innocents first, on whole made-up companies: without fraud no case opens; with fraud planted, farms open and nobody
//! else does; and nothing depends on names or on which country is which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod company;
mod gate;
mod renaming;
