//! The closed vocabulary: innocent explanations, facts that speak for a person, schemes. Data with sources.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Error;
use crate::input::IndicatorMeta;

/// One innocent explanation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Id.
    pub id: String,
    /// One plain sentence.
    pub text: String,
    /// Share of honest engagements for which it holds.
    pub prior: f64,
    /// P(an indicator that names it fires | it holds), where `explains` gives no figure.
    pub default: f64,
    /// P(fires | it holds) by indicator id or dependence group.
    #[serde(default)]
    pub explains: BTreeMap<String, f64>,
    /// Holds only where a company record says so: without one it is no reason at all.
    #[serde(default)]
    pub needs_record: bool,
    /// The uniform check or company record that settles it.
    pub clears: String,
    /// Where the figures come from.
    pub basis: String,
    /// When they were last looked at.
    pub reviewed: String,
}

impl Explanation {
    /// Its prior as long as no company record attests it.
    #[must_use]
    pub fn unrecorded(&self) -> f64 {
        if self.needs_record { 0.0 } else { self.prior }
    }

    /// P(the indicator fires | this explanation holds); `None` where it does not bear on it.
    #[must_use]
    pub fn likelihood(&self, meta: &IndicatorMeta) -> Option<f64> {
        let stated = self.explains.get(&meta.id).or_else(|| self.explains.get(&meta.group));
        let named = || meta.innocent.contains(&self.id).then_some(&self.default);
        stated.or_else(named).copied()
    }
}

/// A recorded fact that speaks for a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgainstKind {
    /// Id.
    pub id: String,
    /// One plain sentence.
    pub text: String,
    /// Rate among honest engagements with such records.
    pub honest: f64,
    /// Rate among fraudulent ones.
    pub fraudulent: f64,
    /// Where the figures come from.
    pub basis: String,
    /// When they were last looked at.
    pub reviewed: String,
}

/// One way in which a fraudulent engagement is run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// Id.
    pub id: String,
    /// One plain sentence.
    pub text: String,
    /// Share of fraudulent engagements.
    pub prior: f64,
    /// Where the figures come from.
    pub basis: String,
    /// How much likelier than in the mean of all schemes, by indicator id or dependence group.
    #[serde(default)]
    pub lift: BTreeMap<String, f64>,
    /// P(a shared token of a family stands | scheme), relative to the scheme that shows it most.
    #[serde(default)]
    pub links: BTreeMap<String, f64>,
}

impl Scheme {
    /// Its factor on an indicator's rate, before scaling.
    #[must_use]
    pub fn lift(&self, meta: &IndicatorMeta) -> f64 {
        self.lift.get(&meta.id).or_else(|| self.lift.get(&meta.group)).copied().unwrap_or(1.0)
    }
}

/// Operators who leave few traces of any kind: what makes traces hang together within every scheme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Careful {
    /// Share of every scheme.
    pub share: f64,
    /// Traces that they leave, as a share of those of the careless.
    pub leaves: f64,
    /// The same for single indicators: a disguise is what the careful leave.
    #[serde(default)]
    pub shows: BTreeMap<String, f64>,
    /// Where the figures come from.
    pub basis: String,
    /// When they were last looked at.
    pub reviewed: String,
}

/// All three lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// Innocent explanations by id.
    pub explanations: BTreeMap<String, Explanation>,
    /// Facts by id.
    pub facts: BTreeMap<String, AgainstKind>,
    /// Schemes by id; their priors sum to one.
    pub schemes: BTreeMap<String, Scheme>,
    /// The careful ones of every scheme.
    pub careful: Careful,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExplanationFile {
    explanation: Vec<Explanation>,
    fact: Vec<AgainstKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeFile {
    careful: Careful,
    scheme: Vec<Scheme>,
}

impl Vocabulary {
    /// The shipped vocabulary.
    ///
    /// # Errors
    /// When an embedded file does not parse or a figure is no rate.
    pub fn shipped() -> Result<Self, Error> {
        Self::parse(include_str!("../data/explanations.toml"), include_str!("../data/schemes.toml"))
    }

    /// Reads the two files.
    ///
    /// # Errors
    /// When one does not parse, an id comes twice, or a figure is no rate.
    pub fn parse(explanations: &str, schemes: &str) -> Result<Self, Error> {
        let (file, other) = ("explanations.toml", "schemes.toml");
        let wrong = |file, reason: String| Error::Vocabulary { file, reason };
        let read: ExplanationFile = toml::from_str(explanations).map_err(|e| wrong(file, e.to_string()))?;
        let ways: SchemeFile = toml::from_str(schemes).map_err(|e| wrong(other, e.to_string()))?;
        let is_rate = |value: f64| value > 0.0 && value < 1.0;
        let mut out = Self {
            explanations: BTreeMap::new(),
            facts: BTreeMap::new(),
            schemes: BTreeMap::new(),
            careful: ways.careful,
        };
        let careful = &out.careful;
        if ![careful.share, careful.leaves].into_iter().all(is_rate)
            || !careful.shows.values().all(|x| *x > 0.0)
        {
            return Err(wrong(other, "careful: a figure is not between 0 and 1".into()));
        }
        for item in read.explanation {
            let all = [item.prior, item.default].into_iter().chain(item.explains.values().copied());
            if !all.into_iter().all(is_rate) {
                return Err(wrong(file, format!("{}: a figure is not between 0 and 1", item.id)));
            }
            if let Some(twice) = out.explanations.insert(item.id.clone(), item) {
                return Err(Error::Twice { what: "explanation", id: twice.id });
            }
        }
        for item in read.fact {
            if !(is_rate(item.honest) && is_rate(item.fraudulent) && item.fraudulent < item.honest) {
                return Err(wrong(file, format!("{}: must be likelier among honest engagements", item.id)));
            }
            if out.explanations.contains_key(&item.id) {
                return Err(Error::Twice { what: "explanation and fact", id: item.id });
            }
            if let Some(twice) = out.facts.insert(item.id.clone(), item) {
                return Err(Error::Twice { what: "fact", id: twice.id });
            }
        }
        for item in ways.scheme {
            let likely = item.links.values().all(|value| *value > 0.0 && *value <= 1.0);
            if !likely || !item.lift.values().all(|value| *value > 0.0 && *value <= 20.0) {
                return Err(wrong(other, format!("{}: a lift or link is no factor", item.id)));
            }
            if let Some(twice) = out.schemes.insert(item.id.clone(), item) {
                return Err(Error::Twice { what: "scheme", id: twice.id });
            }
        }
        let sum: f64 = out.schemes.values().map(|scheme| scheme.prior).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(wrong(other, format!("priors sum to {sum}, not to 1")));
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_vocabulary_is_sound_and_asks_nobody_for_papers() {
        let all = Vocabulary::shipped().unwrap();
        assert!(all.explanations.len() >= 40);
        for item in all.explanations.values() {
            assert!(item.text.ends_with('.') && item.clears.ends_with('.') && !item.basis.is_empty());
            let clears = item.clears.to_lowercase();
            for word in ["passport", "identity document", "visa", "work permit", "utility bill", "i-9"] {
                assert!(!clears.contains(word), "{} asks for {word}", item.id);
            }
        }
    }

    #[test]
    fn bad_figures_are_refused() {
        let text = "fact = []\n[[explanation]]\nid='a'\ntext='A.'\nprior=1.5\ndefault=0.5\nclears='C.'\n\
                    basis='b'\nreviewed='2026-01-01'\n";
        let schemes = include_str!("../data/schemes.toml");
        assert!(matches!(Vocabulary::parse(text, schemes), Err(Error::Vocabulary { .. })));
    }
}
