//! Pages and JSON API over `app`: what is shown is decided there, how it looks is decided here.
//!
//! # Layout
//! - [`serve`](mod@serve): listens, and decides whom it may listen to; `http`: requests and answers on the
//!   `wire`, in the clear or within `tls`
//! - `route`: every address once, for pages, API and its description; `call`: one request on its way
//! - `answer`: from a request to its answer; `gate`: who is connected, and who goes where there are too many
//! - `guard`: who asks, and whether a form is ours; `limit`: tries to sign in; `rate`: how often the API is asked;
//!   `fault`: what went wrong, in words
//! - `openid`: a provider that vouches for users; `passkey`: what authenticators say; `post`: carries findings to their
//!   receivers; `round`: what is done by itself
//! - `pages`: one file a page, over `layout`; `chart`: waterfall and timeline as SVG; `board`: farms;
//!   `map`: roughly where
//! - `api`: JSON; `openapi`: its description, made from the routes
//!
//! Knows nothing of storage and SQL.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod api;
mod board;
mod call;
mod chart;
mod fault;
mod gate;
mod guard;
mod http;
mod layout;
mod limit;
mod map;
mod openapi;
mod openid;
mod pages;
mod passkey;
mod post;
mod rate;
mod round;
mod route;
pub mod serve;
mod tls;
mod wire;

pub use openapi::document as openapi;
pub use serve::{Listen, serve};
