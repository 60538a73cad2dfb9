//! One request on its way to its answer.

use app::desk::{Desk, User};
use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::http::{Answer, Request, decode, pairs};
use crate::limit::Limit;
use crate::openid::OpenId;
use crate::passkey::Going;
use crate::route::Route;
use crate::serve::Listen;

/// What comes of a request.
pub(crate) type Outcome = Result<Answer, Fault>;

/// One request with everything that answering it needs.
pub(crate) struct Call<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) listen: &'a Listen,
    pub(crate) limit: &'a Limit,
    /// Challenges that authenticators are asked with.
    pub(crate) passkeys: &'a Going,
    /// The provider that vouches for users, where there is one.
    pub(crate) openid: Option<&'a OpenId>,
    pub(crate) request: &'a Request,
    /// The address that it is, once that is known.
    pub(crate) route: Option<&'static Route>,
    /// Parts of the path by name.
    pub(crate) parts: Vec<(&'static str, String)>,
    /// Who asks.
    pub(crate) user: Option<User>,
}

impl Call<'_> {
    /// Who asks; a route that needs nobody does not call this.
    pub(crate) fn user(&self) -> Result<&User, Fault> {
        self.user.as_ref().ok_or_else(|| Fault::new(401, "sign in first"))
    }

    /// A part of the path.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The case that the path names.
    pub(crate) fn case(&self) -> Result<u64, Fault> {
        Ok(app::desk::number(self.part("case"))?)
    }

    /// Pairs of the query.
    pub(crate) fn query(&self) -> Result<Fields, Fault> {
        pairs(&self.request.query).map(Fields).ok_or_else(|| Fault::new(400, "the query cannot be decoded"))
    }

    /// Pairs of a form.
    pub(crate) fn form(&self) -> Result<Fields, Fault> {
        let kind = self.request.header("content-type").unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Fault::new(415, "a form is expected: application/x-www-form-urlencoded"));
        }
        let text = std::str::from_utf8(&self.request.body)
            .map_err(|_| Fault::new(400, "a form is text in UTF-8"))?;
        pairs(text).map(Fields).ok_or_else(|| Fault::new(400, "the form cannot be decoded"))
    }

    /// A JSON body.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let kind = self.request.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if kind != "application/json" {
            return Err(Fault::new(415, "a JSON body is expected: application/json"));
        }
        serde_json::from_slice(&self.request.body).map_err(|cause| {
            let status = if cause.is_data() { 422 } else { 400 };
            Fault::new(status, format!("the body cannot be used: {cause}"))
        })
    }
}

/// Largest number that a query may hold: the largest whole one of JSON.
pub(crate) const LARGEST: u64 = 9_007_199_254_740_991;

/// Pairs by name.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// As [`Fields::get`], with nothing for a missing one.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A number, no larger than what every program can hold. What is there and empty is none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Fault> {
        let read = |text: &str| {
            let number = text.parse().ok().filter(|number| *number <= LARGEST);
            number.ok_or_else(|| Fault::new(422, format!("{name} is no number from 0 to {LARGEST}")))
        };
        self.0.iter().find(|(key, _)| key == name).map(|(_, text)| read(text)).transpose()
    }
}

/// Parts of a path; `None` where it cannot be decoded or climbs.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    path.trim_start_matches('/')
        .split('/')
        .map(|part| {
            decode(part, false)
                .filter(|part| !part.contains(['/', '\\', '\0']) && part != ".." && part != ".")
        })
        .collect()
}
