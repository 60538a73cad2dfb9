//! What went wrong, with its status: a page for people, `application/problem+json` (RFC 9457) for programs. What is our
//! defect says an identifier to quote and nothing else.

use app::desk::Refusal;

use crate::http::{Answer, reason};

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What only whoever runs the server is told.
    pub(crate) inner: Option<String>,
    /// What the history calls it, where it is worth an entry.
    pub(crate) kind: Option<&'static str>,
}

/// A token that nobody has.
pub(crate) const TOKEN: &str = "refused: unknown token";
/// A session that nobody has, or that has ended.
pub(crate) const SESSION: &str = "refused: unknown session";
/// A form of another site, or of another session.
pub(crate) const FORM: &str = "refused: form from elsewhere";
/// What a role or a token may not do.
pub(crate) const RIGHT: &str = "refused: not allowed";
/// Too much at once.
pub(crate) const OFTEN: &str = "refused: too many tries";

impl Fault {
    pub(crate) fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), headers: Vec::new(), inner: None, kind: None }
    }

    /// Worth an entry in the history.
    pub(crate) fn of(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// Too much at once: when it may be tried again.
    pub(crate) fn too_often(what: &str, seconds: i64) -> Self {
        let text = format!("too many {what}: try again in {seconds} seconds");
        Self::new(429, text).with("retry-after", seconds.to_string()).of(OFTEN)
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// For programs.
    pub(crate) fn problem(self) -> Answer {
        let body = serde_json::json!({
            "type": format!("urn:bonafide:problem:{}", self.status),
            "title": reason(self.status),
            "status": self.status,
            "detail": self.text,
        });
        let mut answer = Answer::new(self.status, "application/problem+json", body.to_string());
        answer.headers.extend(self.headers);
        answer
    }
}

impl From<app::Error> for Fault {
    fn from(error: app::Error) -> Self {
        let text = error.to_string();
        let refusal = app::desk::refusal(&error);
        // (a conflict of interest is recorded where it is found)
        let kind = (refusal == Refusal::Forbidden).then_some(RIGHT);
        let status = match refusal {
            Refusal::Forbidden | Refusal::Related => 403,
            Refusal::Missing => 404,
            Refusal::Conflict => 409,
            Refusal::Unusable => 422,
            Refusal::Later => return Self::new(503, text).with("retry-after", "5".into()),
            // the words may name paths and values: they go to whoever runs the server
            Refusal::Ours => {
                let said = "this failed on our side, and nothing was changed";
                return Self { inner: Some(text), ..Self::new(500, said) };
            }
        };
        Self { kind, ..Self::new(status, text) }
    }
}
