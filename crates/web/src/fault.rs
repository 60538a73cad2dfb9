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
}

impl Fault {
    pub(crate) fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), headers: Vec::new(), inner: None }
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
        let status = match app::desk::refusal(&error) {
            Refusal::Forbidden => 403,
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
        Self::new(status, text)
    }
}
