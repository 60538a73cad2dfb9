//! What is compared and how, as a user writes it or as it is proposed.

use serde::{Deserialize, Serialize};

use crate::compare::Kind;
use crate::key::KeyText;
use crate::{Error, Result, Table};

/// Most comparisons: a pattern of levels has three bits for each in 63.
pub const COMPARISONS_MAX: usize = 21;

/// A whole configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Limits and threshold.
    #[serde(default)]
    pub link: Settings,
    /// What is compared.
    #[serde(default)]
    pub compare: Vec<Comparison>,
    /// Which pairs are looked at; proposed from the comparisons where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<Block>,
}

/// Limits and threshold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Most pairs that may be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_pairs: Option<u64>,
    /// Most records that may share a key before the block is split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_size: Option<u32>,
    /// Probability from which two records are one; chosen by the model where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Whether records of one file may be one (default: yes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_files: Option<bool>,
}

/// One comparison: a concept, not a column, so that nothing counts twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Columns it reads; several are joined with spaces.
    pub columns: Vec<String>,
    /// What they hold.
    pub kind: Kind,
    /// Whether agreement on a rare value weighs more (default: yes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_frequency: Option<bool>,
}

/// One blocking rule: pairs that agree on all of its keys are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Keys, such as `surname`, `year(dob)`, `tokens(address)`.
    pub keys: Vec<String>,
}

impl Comparison {
    /// Its name: that of its columns.
    #[must_use]
    pub fn name(&self) -> String {
        self.columns.join(" + ")
    }
}

impl Config {
    /// Whether it can be meant, with these records.
    ///
    /// # Errors
    /// Says what is wrong and where.
    pub fn check(&self, table: &Table) -> Result<()> {
        let wrong = |what: String| Err(Error::Configuration(what));
        if self.compare.is_empty() {
            return wrong(
                "nothing is compared: no [[compare]]\nhint: --suggest proposes a configuration".into(),
            );
        }
        if self.compare.len() > COMPARISONS_MAX {
            return wrong(format!("{} comparisons; at most {COMPARISONS_MAX}", self.compare.len()));
        }
        let mut seen: Vec<usize> = Vec::new();
        for (at, comparison) in self.compare.iter().enumerate() {
            if comparison.columns.is_empty() {
                return wrong(format!("[[compare]] {} names no column", at + 1));
            }
            for name in &comparison.columns {
                let column = table.column(name).ok_or_else(|| absent(table, name))?;
                if seen.contains(&column) {
                    return wrong(format!(
                        "column {name:?} is compared twice, so its agreement would count twice"
                    ));
                }
                seen.push(column);
            }
        }
        if let Some(threshold) = self.link.threshold
            && !(threshold > 0.0 && threshold < 1.0)
        {
            return wrong(format!("threshold {threshold} is no probability between 0 and 1"));
        }
        if self.link.max_pairs == Some(0) {
            return wrong("max_pairs 0 leaves nothing to look at".into());
        }
        if self.link.block_size.is_some_and(|size| size < 2) {
            return wrong("block_size under 2 leaves no pair in a block".into());
        }
        if self.link.within_files == Some(false) && table.files().len() < 2 {
            return wrong("within_files = false and a single file: no pair is left".into());
        }
        for (at, block) in self.block.iter().enumerate() {
            if block.keys.is_empty() {
                return wrong(format!("[[block]] {} names no key", at + 1));
            }
            for key in &block.keys {
                let key = KeyText::parse(key)?;
                for name in &key.columns {
                    let column = table.column(name).ok_or_else(|| absent(table, name))?;
                    if !seen.contains(&column) {
                        return wrong(format!(
                            "[[block]] {}: column {name:?} is not compared, so its form is not known\nhint: add it to [[compare]]",
                            at + 1
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

fn absent(table: &Table, name: &str) -> Error {
    let known: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
    Error::Configuration(format!("no column is called {name:?}\nhint: there are {}", known.join(", ")))
}
