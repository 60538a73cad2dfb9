//! Every address once. The list answers requests, says which methods an address has, and is what the description of
//! the API is made from: an address that is not here does not exist, and one that is here is described.

use std::future::Future;
use std::pin::Pin;

use schemars::Schema;

use crate::api;
use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::Request;
use crate::pages;

/// An answer on its way.
pub(crate) type Going<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Who may ask at all; what they may see is decided in `app`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Anybody,
    Page,
    Api,
}

/// What the description of the API says of an address.
pub(crate) struct Doc {
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) query: &'static [(&'static str, &'static str)],
    pub(crate) body: Option<fn() -> Schema>,
    /// Types of the body beside JSON, and what each holds.
    pub(crate) other_bodies: &'static [(&'static str, &'static str)],
    pub(crate) status: u16,
    pub(crate) answer: Option<fn() -> Schema>,
    /// Type of the answer, where it is not JSON.
    pub(crate) answer_kind: Option<&'static str>,
    /// Most items of a part, where it is a list.
    pub(crate) most: u64,
}

impl Doc {
    /// Whether a token may not ask for it.
    pub(crate) fn is_for_people(&self) -> bool {
        matches!(self.id, "tokens" | "make_token" | "end_token")
    }
}

/// One address with one method.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) run: for<'a> fn(&'a Call<'a>) -> Going<'a>,
    pub(crate) doc: Option<Doc>,
}

impl Route {
    /// Whether its answer may be kept to be given twice: a token is kept nowhere.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.path != "/api/v1/tokens"
    }

    /// Whether it is the same for everybody, and kept by browsers.
    pub(crate) fn is_asset(&self) -> bool {
        matches!(self.path, "/style.css" | "/script.js" | "/icon.svg" | "/healthz" | "/openapi.json")
    }
}

/// Largest body of a form or a command, bytes: notes are refused by their own limit, with a better message.
const FORM_BYTES: usize = 4 << 20;
/// Largest body of a delivery of records, bytes.
const DELIVERY_BYTES: usize = 64 << 20;

/// Largest body of somebody who shows neither a token nor a session, bytes: they can do no more than sign in.
const ANYBODY_BYTES: usize = 64 << 10;

/// Largest body of a request.
pub(crate) fn most_bytes(request: &Request) -> usize {
    if request.header("authorization").is_none() && request.header("cookie").is_none() {
        return ANYBODY_BYTES;
    }
    if request.path.starts_with("/ingest/") { DELIVERY_BYTES } else { FORM_BYTES }
}

/// Whether a path is for people.
pub(crate) fn is_page(path: &str) -> bool {
    !(path.starts_with("/api/")
        || path.starts_with("/ingest/")
        || path == "/healthz"
        || path == "/openapi.json")
}

/// Every route: pages first, then the API.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    pages::ROUTES.iter().chain(api::ROUTES)
}

/// Parts of a path by name.
pub(crate) type Parts = Vec<(&'static str, String)>;

/// The route of a method and path, with the parts of the path by name.
pub(crate) fn find(method: &str, parts: &[String]) -> Result<(&'static Route, Parts), Fault> {
    let wanted = if method == "HEAD" { "GET" } else { method };
    let mut allowed: Vec<&str> = Vec::new();
    for route in all() {
        let Some(found) = matches(route.path, parts) else { continue };
        if route.method == wanted {
            return Ok((route, found));
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        return Err(Fault::new(404, "there is no such page"));
    }
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    Err(Fault::new(405, format!("{method} is not understood here")).with("allow", allowed.join(", ")))
}

fn matches(pattern: &'static str, parts: &[String]) -> Option<Parts> {
    let mut found = Vec::new();
    let mut rest = parts.iter();
    for wanted in pattern.trim_start_matches('/').split('/') {
        let part = rest.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !part.is_empty() => found.push((name, part.clone())),
            None if wanted == part => {}
            _ => return None,
        }
    }
    rest.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::segments;

    fn at(method: &str, path: &str) -> Result<&'static str, u16> {
        let parts = segments(path).ok_or(404_u16)?;
        find(method, &parts).map(|(route, _)| route.path).map_err(|fault| fault.status)
    }

    #[test]
    fn addresses_are_found_whole() {
        assert_eq!(at("GET", "/"), Ok("/"));
        assert_eq!(at("HEAD", "/case/C-7"), Ok("/case/{case}"));
        assert_eq!(at("GET", "/case/"), Err(404));
        assert_eq!(at("GET", "/case/C-7/more"), Err(404));
        assert_eq!(at("DELETE", "/case/C-7"), Err(405));
        assert_eq!(at("GET", "/case/..%2f..%2fetc"), Err(404));
        assert_eq!(at("GET", "/case/%00"), Err(404));
        assert_eq!(at("GET", "/nowhere"), Err(404));
    }

    #[test]
    fn no_address_is_listed_twice_and_every_one_of_the_api_is_described() {
        let mut seen = std::collections::BTreeSet::new();
        for route in all() {
            assert!(seen.insert((route.method, route.path)), "{} {}", route.method, route.path);
            assert_eq!(route.doc.is_some(), !is_page(route.path), "{} {}", route.method, route.path);
        }
    }
}
