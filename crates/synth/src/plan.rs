//! What to write: how large a company, for how long, with which schemes.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::error::Error;
use crate::schemes;

/// Source kinds that can be withheld.
pub const SOURCES: &[&str] = &["okta", "osquery", "roster", "shipment", "pay", "attestation", "assignment"];

/// A made-up company to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// Workers on the roster.
    pub workers: u32,
    /// Days of records.
    pub days: u32,
    /// Last day of records.
    pub until: NaiveDate,
    /// Ids of schemes to plant.
    pub schemes: Vec<String>,
    /// Instances of schemes, spread over the list; 0 plants nothing.
    pub planted: u32,
    /// 0: schemes are careless. 1: they leave next to nothing.
    pub difficulty: f64,
    /// Source kinds that are not written.
    pub without: BTreeSet<String>,
}

impl Plan {
    /// 60 workers over 30 days, every scheme once.
    #[must_use]
    pub fn demo(seed: u64) -> Self {
        let schemes: Vec<String> = schemes::ALL.iter().map(|scheme| scheme.id.to_owned()).collect();
        Self { planted: schemes.len() as u32, schemes, ..Self::innocent(seed, 60, 30) }
    }

    /// A company without any scheme.
    #[must_use]
    pub fn innocent(seed: u64, workers: u32, days: u32) -> Self {
        Self {
            seed,
            workers,
            days,
            until: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default(),
            schemes: vec![],
            planted: 0,
            difficulty: 0.3,
            without: BTreeSet::new(),
        }
    }

    /// Whether the plan makes sense.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let wrong = |text: String| Err(Error::Plan(text));
        if self.workers < 10 || self.workers > 200_000 {
            return wrong(format!("workers must be 10 to 200000, not {}", self.workers));
        }
        if self.days < 7 || self.days > 400 {
            return wrong(format!("days must be 7 to 400, not {}", self.days));
        }
        if !(0.0..=1.0).contains(&self.difficulty) {
            return wrong(format!("difficulty must be 0 to 1, not {}", self.difficulty));
        }
        if let Some(id) = self.schemes.iter().find(|id| schemes::find(id).is_none()) {
            let known: Vec<_> = schemes::ALL.iter().map(|scheme| scheme.id).collect();
            return wrong(format!("no scheme '{id}'; known: {}", known.join(", ")));
        }
        if self.planted > 0 && self.schemes.is_empty() {
            return wrong("schemes are to be planted, but none is named".to_owned());
        }
        if let Some(kind) = self.without.iter().find(|kind| !SOURCES.contains(&kind.as_str())) {
            return wrong(format!("no source '{kind}'; known: {}", SOURCES.join(", ")));
        }
        Ok(())
    }

    /// Whether a source is written.
    pub(crate) fn writes(&self, source: &str) -> bool {
        !self.without.contains(source)
    }
}
