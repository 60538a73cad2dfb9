//! Who may be judged, on what, on which basis and until when: `scope.toml`. People outside it are never
//! subjects. In mode `trigger` nobody is assessed until a fact of tier 1 or 2 exists about them.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use model::Time;
use serde::Deserialize;

use crate::error::{Error, Result};

/// Who may be judged at all.
const POPULATIONS: [&str; 2] = ["worker", "applicant"];

/// When a person in scope is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Everybody in scope.
    #[default]
    Everyone,
    /// Only people about whom a fact of tier 1 or 2 exists.
    Trigger,
}

/// The limits that a company sets itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Populations: `worker`, `applicant`. Empty: all.
    pub populations: BTreeSet<String>,
    /// Countries of employment as the roster writes them (ISO 3166 alpha-2 of the declared home). Empty: all.
    pub places_of_employment: BTreeSet<String>,
    /// Roster ids; empty: all.
    pub workers: BTreeSet<String>,
    /// Roster ids that are never subjects.
    pub except: BTreeSet<String>,
    /// Source kinds that may be read. Empty: all.
    pub sources: BTreeSet<String>,
    /// Indicators that may be asked. Empty: all.
    pub indicators: BTreeSet<String>,
    /// Legal or contractual basis, shown on every output.
    pub basis: Option<String>,
    /// Last day on which anybody may be judged (YYYY-MM-DD).
    pub until: Option<String>,
    /// When a person is assessed.
    pub mode: Mode,
}

impl Scope {
    /// Its limits in words, one each; none where it sets none.
    #[must_use]
    pub fn limits(&self) -> Vec<String> {
        let list = |name: &str, set: &BTreeSet<String>| {
            let names = set.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            (!set.is_empty()).then(|| format!("{name} {names}"))
        };
        // people are counted, and not named: a page says this to everybody
        let count = |what: &str, set: &BTreeSet<String>| {
            (!set.is_empty()).then(|| format!("{what} {} people named in it", set.len()))
        };
        let trigger = self.mode == Mode::Trigger;
        [
            list("populations", &self.populations),
            list("places of employment", &self.places_of_employment),
            count("only", &self.workers),
            count("never", &self.except),
            list("sources", &self.sources),
            (!self.indicators.is_empty()).then(|| format!("{} indicators", self.indicators.len())),
            self.until.as_ref().map(|day| format!("until {day}")),
            trigger.then(|| "nobody before a fact of tier 1 or 2".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Reads a scope file. Where it must exist (the user named it), a missing one is an error: limits that a
    /// company set itself are never dropped in silence.
    pub fn read(path: &Path, must_exist: bool) -> Result<Self> {
        let Some(text) = crate::settings::text(path, must_exist)? else { return Ok(Self::default()) };
        let wrong =
            |cause: &dyn std::fmt::Display| Error::Configuration(format!("{}: {cause}", path.display()));
        let mut scope: Self = toml::from_str(&text).map_err(|cause| wrong(&cause))?;
        scope.last_day()?;
        if let Some(unknown) = scope.populations.iter().find(|name| !POPULATIONS.contains(&name.as_str())) {
            return Err(wrong(&format!(
                "no population is called {unknown}; there are {}",
                POPULATIONS.join(", ")
            )));
        }
        let is_code = |place: &String| place.len() == 2 && place.bytes().all(|b| b.is_ascii_alphabetic());
        if let Some(place) = scope.places_of_employment.iter().find(|place| !is_code(place)) {
            return Err(wrong(&format!("place of employment {place:?} is no code of two letters (US, DE)")));
        }
        scope.places_of_employment =
            scope.places_of_employment.iter().map(|place| place.to_uppercase()).collect();
        Ok(scope)
    }

    /// Fails when a source is named that neither exists nor is mapped by the user.
    pub fn knows_sources<'a>(&self, mapped: impl Iterator<Item = &'a str>) -> Result<()> {
        let built_in = sources::vendors::ALL.iter().map(|source| source.kind());
        let known: BTreeSet<&str> = built_in.chain(mapped).collect();
        match self.sources.iter().find(|kind| !known.contains(kind.as_str())) {
            Some(kind) => Err(Error::Configuration(format!("scope: no source is called {kind}"))),
            None => Ok(()),
        }
    }

    fn last_day(&self) -> Result<Option<NaiveDate>> {
        let Some(text) = &self.until else { return Ok(None) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| Error::Configuration(format!("scope: until = {text:?} is no date YYYY-MM-DD")))?;
        Ok(Some(day))
    }

    /// Fails when the scope ended before the judgement time.
    pub fn still_valid(&self, judgement: Time) -> Result<()> {
        if let Some(day) = self.last_day()? {
            let end = day.signed_duration_since(NaiveDate::default()).num_days() + 1;
            if judgement.day() >= end {
                return Err(Error::Configuration(format!("scope: it ended on {day}; nobody may be judged")));
            }
        }
        Ok(())
    }

    /// Whether a source may be read.
    #[must_use]
    pub fn allows_source(&self, kind: &str) -> bool {
        self.sources.is_empty() || self.sources.contains(kind)
    }

    /// Whether an indicator may be asked.
    #[must_use]
    pub fn allows_indicator(&self, id: &str) -> bool {
        self.indicators.is_empty() || self.indicators.contains(id)
    }

    /// Whether a candidate may be a subject. A place of employment is nothing that candidates have.
    #[must_use]
    pub fn allows_applicant(&self, id: &str) -> bool {
        (self.populations.is_empty() || self.populations.contains("applicant"))
            && self.workers.is_empty()
            && !self.except.contains(id)
            && self.places_of_employment.is_empty()
    }

    /// Whether a worker may be a subject.
    #[must_use]
    pub fn allows_worker(&self, id: &str, place: Option<&str>) -> bool {
        (self.populations.is_empty() || self.populations.contains("worker"))
            && (self.workers.is_empty() || self.workers.contains(id))
            && !self.except.contains(id)
            && (self.places_of_employment.is_empty()
                || place.is_some_and(|place| self.places_of_employment.contains(&place.to_uppercase())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_limits_and_ends() {
        let scope: Scope =
            toml::from_str("except = ['W1']\nplaces_of_employment = ['US']\nuntil = '2026-06-30'").unwrap();
        assert!(!scope.allows_worker("W1", Some("US")));
        assert!(scope.allows_worker("W2", Some("US")));
        assert!(!scope.allows_worker("W2", Some("DE")));
        assert!(!scope.allows_worker("W2", None));
        let day = |text: &str| {
            let date: NaiveDate = text.parse().unwrap();
            Time(date.signed_duration_since(NaiveDate::default()).num_days() * model::time::DAY_MICROS)
        };
        assert!(scope.still_valid(day("2026-06-30")).is_ok());
        assert!(scope.still_valid(day("2026-07-01")).is_err());
    }
}
