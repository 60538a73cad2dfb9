//! What a sum of cautious weights is worth: two parameters, fitted on made-up companies, shown as a bar of their own.

use serde::Deserialize;

use crate::assessment::{Part, PartKind};
use crate::error::Error;
use crate::rates::milli;

/// The bar is never longer: far from where most people stand, a line says more than was seen.
const MOST: i64 = 3_000;

const SHIPPED: &str = include_str!("../data/calibration.toml");

/// A line through log-odds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Above 1 where sums of weights say too little.
    pub slope: f64,
    /// In bits.
    pub intercept: f64,
    /// log2 odds of a positive where it was fitted.
    pub anchor: f64,
    /// What it was fitted on.
    pub basis: String,
    /// When.
    pub fitted: String,
}

impl Calibration {
    /// The shipped one.
    ///
    /// # Errors
    /// When the file is no calibration, or would turn ranks around.
    pub fn shipped() -> Result<Self, Error> {
        Self::read(SHIPPED)
    }

    fn read(text: &str) -> Result<Self, Error> {
        let bad = |reason: String| Error::Setting { name: "calibration".into(), reason };
        let read: Self = toml::from_str(text).map_err(|cause| bad(cause.to_string()))?;
        let is_sane = (0.5..=2.0).contains(&read.slope) && read.intercept.abs() <= 3.0 && read.anchor < 0.0;
        if is_sane { Ok(read) } else { Err(bad("slope 0.5 to 2, intercept -3 to 3, anchor below 0".into())) }
    }

    /// Milli-bits that the sum of all other parts is moved by.
    #[must_use]
    pub fn moved(&self, millibits: i64) -> i64 {
        let before = millibits as f64 / 1000.0;
        milli(self.intercept + (self.slope - 1.0) * (self.anchor + before)).clamp(-MOST, MOST)
    }

    /// The bar.
    #[must_use]
    pub fn part(&self, millibits: i64) -> Part {
        Part {
            key: "calibration".into(),
            label: format!("measured on made-up companies, a sum like this says it (slope {})", self.slope),
            millibits: self.moved(millibits),
            kind: PartKind::Calibration,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_line_keeps_ranks_and_moves_what_is_strong_up() {
        let line = Calibration::shipped().unwrap();
        let after = |bits: i64| bits + line.moved(bits);
        assert!((-9_000..40_000).step_by(500).all(|bits| after(bits) < after(bits + 500)));
        assert!(line.moved(10_000) > 0 && line.moved(-3_000) < 0);
    }

    #[test]
    fn what_is_no_line_is_refused() {
        let with = |slope: &str| SHIPPED.replace("slope = 1.42", &format!("slope = {slope}"));
        assert!(Calibration::read(&with("1.1")).is_ok());
        assert!(Calibration::read(&with("-1.0")).is_err());
        assert!(Calibration::read(&with("\"steep\"")).is_err());
    }
}
