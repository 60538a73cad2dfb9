//! Priors and thresholds, from `bonafide.toml` in the workspace or as named; every value has a default.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::report::APPLICANT;

/// What the user may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Prior probability that a worker's engagement is not what it claims.
    pub prior_worker: f64,
    /// Prior probability that a candidate is not who the application claims.
    pub prior_applicant: f64,
    /// Probability from which a case may open.
    pub threshold: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            prior_worker: scoring::PRIOR_WORKER,
            prior_applicant: scoring::PRIOR_APPLICANT,
            threshold: scoring::THRESHOLD,
        }
    }
}

impl Settings {
    /// The prior of a population.
    #[must_use]
    pub fn prior(&self, population: &str) -> f64 {
        if population == APPLICANT { self.prior_applicant } else { self.prior_worker }
    }

    /// Reads settings; a missing file that nobody named means defaults.
    pub fn read(path: &Path, must_exist: bool) -> Result<Self> {
        let Some(text) = text(path, must_exist)? else { return Ok(Self::default()) };
        let bad =
            |cause: &dyn std::fmt::Display| Error::Configuration(format!("{}: {cause}", path.display()));
        let settings: Self = toml::from_str(&text).map_err(|cause| bad(&cause))?;
        for (name, prior) in
            [("prior_worker", settings.prior_worker), ("prior_applicant", settings.prior_applicant)]
        {
            if !(prior > 0.0 && prior < 1.0) {
                return Err(bad(&format!("{name} must lie between 0 and 1")));
            }
        }
        if !(settings.threshold > 0.0 && settings.threshold <= 1.0) {
            return Err(bad(&"threshold must lie between 0 and 1"));
        }
        Ok(settings)
    }
}

/// Text of a configuration file; `None` where it does not exist and need not.
pub(crate) fn text(path: &Path, must_exist: bool) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(cause) => Err(Error::Configuration(format!("{}: {cause}", path.display()))),
    }
}
