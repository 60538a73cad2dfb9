//! How often things happen: a cited table, nothing of the detector's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::rows::rows;

/// One rate with where it comes from.
pub struct Rate {
    /// The number.
    pub rate: f64,
    /// Source in words, "judgement" where nobody has counted it.
    pub source: &'static str,
    /// Year and month of the source.
    pub date: &'static str,
}

static RATES: LazyLock<BTreeMap<&'static str, Rate>> = LazyLock::new(|| {
    rows(include_str!("../data/rates.tsv"))
        .map(|row| {
            (row.text(0), Rate { rate: row.number(1), source: row.text(2), date: row.text(3) })
        })
        .collect()
});

/// The rate of that name; 0 for a name that the table does not have, which a test excludes.
pub fn rate(key: &str) -> f64 {
    RATES.get(key).map_or(0.0, |rate| rate.rate)
}

/// Every rate with its name.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Rate)> {
    RATES.iter().map(|(key, rate)| (*key, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_is_a_number_and_names_its_source() {
        for (key, rate) in all() {
            assert!(rate.rate > 0.0 && rate.rate <= 5.0, "{key}");
            assert!(!rate.source.is_empty() && rate.date.len() >= 4, "{key} lacks source or date");
        }
    }

    #[test]
    fn every_rate_that_the_code_names_exists() {
        let sources = [
            include_str!("found.rs"), include_str!("life.rs"), include_str!("kit.rs"), include_str!("papers.rs"),
        ];
        for name in sources.iter().flat_map(|text| text.split("rate(\"").skip(1)) {
            let key = name.split('"').next().unwrap();
            assert!(RATES.contains_key(key), "no rate {key}");
        }
    }
}
