//! The shapes that leave `check` and `explain`, as JSON. Their schema stands in `schemas/` and is a test.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// Version of the shapes below; raised when a field changes its meaning.
pub const SCHEMA_VERSION: &str = "1.0";

/// The population of candidates.
pub const APPLICANT: &str = "applicant";

/// One person in scope, most probable first: one JSON object a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Person {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// `worker` or `applicant`.
    pub population: String,
    /// The roster's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<String>,
    /// The applicant tracking system's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applicant_id: Option<String>,
    /// Cluster of personas that are one person, for applicants.
    pub persona_cluster: Option<String>,
    /// Work e-mail, else private e-mail.
    pub email: Option<String>,
    /// Probability that the engagement is not what it claims, 0..1, given the stated prior.
    pub probability: f64,
    /// The least it could be, had the missing sources been seen.
    pub probability_low: f64,
    /// The most it could be, had the missing sources been seen.
    pub probability_high: f64,
    /// log2 of the prior odds.
    pub prior_bits: f64,
    /// Weight of the records, without the prior, in bits (log2 likelihood ratio).
    pub bits: f64,
    /// Milli-bits by part; they sum exactly to `bits`.
    pub parts: BTreeMap<String, i64>,
    /// Whether a case is opened.
    pub case: bool,
    /// Farm that the person belongs to.
    pub farm: Option<String>,
    /// Ring that the person belongs to.
    pub ring: Option<String>,
    /// `operator`, `facilitator`, `identity_owner` or `unknown`.
    pub role: String,
    /// What was found.
    pub evidence: Vec<Finding>,
    /// Sources that are missing or too little joined.
    pub could_not_look: Vec<String>,
    /// What speaks most against, for the screen.
    #[serde(skip)]
    pub against: Option<String>,
}

impl Person {
    /// The roster's id, else the tracking system's.
    #[must_use]
    pub fn id(&self) -> &str {
        self.worker_id.as_deref().or(self.applicant_id.as_deref()).unwrap_or_default()
    }
}

/// One piece of evidence with its weight.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Finding {
    /// Indicator id.
    pub indicator: String,
    /// `T1` to `T4`.
    pub tier: String,
    /// Dependence group.
    pub group: String,
    /// Its own weight, in bits.
    pub bits: f64,
    /// Whether the weight went into the sum.
    pub counted: bool,
    /// Innocent explanation that covers it.
    pub explained_by: Option<String>,
    /// First time of what was seen, ISO 8601, UTC.
    pub first_seen: String,
    /// Last time of what was seen, ISO 8601, UTC.
    pub last_seen: String,
    /// One sentence.
    pub sentence: String,
    /// Other people concerned, by roster id.
    pub other: Vec<String>,
    /// Records cited.
    pub records: Vec<String>,
    /// Innocent explanations.
    pub innocent: Vec<String>,
}

/// One reject: one JSON object a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RejectLine {
    /// File, below the input folder.
    pub file: String,
    /// Source that tried to read it; missing where none was recognised.
    pub source: Option<String>,
    /// Line, from 1.
    pub line: u64,
    /// Offset in the stream, bytes.
    pub offset: u64,
    /// Column or path to blame.
    pub column: Option<String>,
    /// Reason.
    pub reason: String,
    /// First bytes, printable.
    pub sample: String,
}

/// JSON Schema of the `check --json` line.
#[must_use]
pub fn person_schema() -> serde_json::Value {
    schemars::schema_for!(Person).to_value()
}

/// JSON Schema of the `rejects --json` line.
#[must_use]
pub fn reject_schema() -> serde_json::Value {
    schemars::schema_for!(RejectLine).to_value()
}
