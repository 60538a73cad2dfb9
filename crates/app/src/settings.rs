//! Priors and thresholds, from `bonafide.toml` in the workspace or as named; every value has a default.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};

/// What the user may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Prior probability that a worker's engagement is not what it claims.
    pub prior_worker: f64,
    /// Probability from which a case may open.
    pub threshold: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { prior_worker: 1.0 / 2000.0, threshold: 0.25 }
    }
}

impl Settings {
    /// Reads settings; a missing file means defaults.
    pub fn read(path: &Path) -> Result<Self> {
        let Ok(text) = std::fs::read_to_string(path) else { return Ok(Self::default()) };
        let bad = |cause: &dyn std::fmt::Display| Error::Configuration(format!("{}: {cause}", path.display()));
        let settings: Self = toml::from_str(&text).map_err(|cause| bad(&cause))?;
        if !(settings.prior_worker > 0.0 && settings.prior_worker < 1.0) {
            return Err(bad(&"prior_worker must lie between 0 and 1"));
        }
        if !(settings.threshold > 0.0 && settings.threshold <= 1.0) {
            return Err(bad(&"threshold must lie between 0 and 1"));
        }
        Ok(settings)
    }
}
