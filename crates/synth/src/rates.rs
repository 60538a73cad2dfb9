//! How often things happen: a cited table, nothing of the detector's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::draw::{Draw, text};
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

static TABLE: LazyLock<BTreeMap<&'static str, Rate>> = LazyLock::new(|| {
    rows(include_str!("../data/rates.tsv"))
        .map(|row| (row.text(0), Rate { rate: row.number(1), source: row.text(2), date: row.text(3) }))
        .collect()
});

/// Every rate with its name and source.
pub fn table() -> &'static BTreeMap<&'static str, Rate> {
    &TABLE
}

/// A share of people or days is never drawn above this.
const MOST: f64 = 0.97;

/// The rates of one world.
#[derive(Debug, Clone)]
pub struct Rates(BTreeMap<&'static str, f64>);

impl Rates {
    /// As the table has them.
    pub fn cited() -> Self {
        Self(TABLE.iter().map(|(key, one)| (*key, one.rate)).collect())
    }

    /// Each one redrawn between a third of it and three times it: nobody has counted most of them, so what holds
    /// only for one set of numbers does not hold.
    pub fn redrawn(seed: u64) -> Self {
        let redraw = |(key, one): (&&'static str, &Rate)| {
            let mut draw = Draw::new(seed, "rates", text(key));
            let unit = draw.unit();
            // as often smaller as larger; plain arithmetic, so that every machine gets the same number
            let factor = if draw.chance(0.5) { 1.0 / (1.0 + 2.33 * unit) } else { 1.0 + 2.0 * unit };
            let rate = match one.rate {
                // a factor between groups, which has bounds of its own
                rate if rate > 1.0 => rate * (0.75 + 0.5 * unit),
                rate => (rate * factor).min(MOST.max(rate)),
            };
            (*key, rate)
        };
        Self(TABLE.iter().map(redraw).collect())
    }

    /// The rate of that name; 0 for a name that the table does not have, which a test excludes.
    pub fn of(&self, key: &str) -> f64 {
        self.0.get(key).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_is_a_number_and_names_its_source() {
        for (key, rate) in table() {
            assert!(rate.rate > 0.0 && rate.rate <= 5.0, "{key}");
            assert!(!rate.source.is_empty() && rate.date.len() >= 4, "{key} lacks source or date");
        }
    }

    #[test]
    fn redrawn_rates_stay_within_three_times_and_repeat() {
        let (one, same, other) = (Rates::redrawn(1), Rates::redrawn(1), Rates::redrawn(2));
        assert_eq!(one.0, same.0);
        assert_ne!(one.0, other.0);
        for (key, cited) in table() {
            let factor = one.of(key) / cited.rate;
            assert!((0.3..=3.0).contains(&factor), "{key} {factor}");
        }
        let larger = table().iter().filter(|(key, cited)| one.of(key) > cited.rate).count();
        assert!(larger * 3 > table().len() && larger * 3 < table().len() * 2);
    }

    #[test]
    fn every_rate_is_used_and_every_one_used_exists() {
        let code = sources();
        let mut named: Vec<&str> = vec![];
        for mark in
            ["rate(\"", "often(draw, \"", "often(&mut draw, \"", "keeps(\"", "either(\"", "either_of(\""]
        {
            named.extend(
                code.iter()
                    .flat_map(|text| text.split(mark).skip(1))
                    .filter_map(|rest| rest.split('"').next()),
            );
        }
        for key in &named {
            assert!(table().contains_key(key), "no rate {key}");
        }
        for key in table().keys().filter(|key| !key.starts_with("look.") && !key.starts_with("apply.")) {
            assert!(named.contains(key), "nothing uses {key}");
        }
    }

    /// The code of this crate.
    fn sources() -> Vec<String> {
        let mut found = vec![];
        let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("rates.rs") {
                    found.push(std::fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }
}
