//! What to write: how large a company, for how long, with which schemes and look-alikes.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::error::Error;
use crate::{look_alikes, schemes};

/// Source kinds that can be withheld.
pub const SOURCES: &[&str] = &[
    "okta",
    "entra",
    "duo",
    "google",
    "github",
    "zoom",
    "osquery",
    "crowdstrike",
    "collector",
    "remote",
    "inventory",
    "greenhouse",
    "document",
    "phone",
    "roster",
    "shipment",
    "pay",
    "attestation",
    "assignment",
];

/// How much is planted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Planted {
    /// So many instances of schemes, spread over the list.
    Instances(u32),
    /// Instances until this share of the workers is operated by another.
    Share(f64),
}

/// A made-up company to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// Workers on the roster.
    pub workers: u32,
    /// Days of records.
    pub days: u32,
    /// Applicants, those who were hired included; none without them.
    pub applicants: u32,
    /// Last day of records.
    pub until: NaiveDate,
    /// Ids of schemes to plant, by turns.
    pub schemes: Vec<String>,
    /// How much of them.
    pub planted: Planted,
    /// 0: schemes are careless. 1: they leave next to nothing.
    pub difficulty: f64,
    /// Look-alikes, each at least once; without a list every kind by its rate.
    pub look_alikes: Option<Vec<String>>,
    /// Share of the workers that each named look-alike gets, whatever its rate.
    pub share: Option<f64>,
    /// Every lever of a scheme is pulled, whatever the difficulty, and look-alikes show every habit.
    pub every_tell: bool,
    /// Every rate is redrawn between a third of the cited one and three times it.
    pub redraw: bool,
    /// Source kinds that are not written.
    pub without: BTreeSet<String>,
}

impl Plan {
    /// 60 workers over 30 days, each of the first schemes once.
    #[must_use]
    pub fn demo(seed: u64) -> Self {
        // a small company has no room for all
        let schemes: Vec<String> =
            schemes::ALL.iter().take(schemes::DEMO).map(|scheme| scheme.id.to_owned()).collect();
        let planted = Planted::Instances(schemes.len() as u32);
        Self { planted, schemes, ..Self::innocent(seed, 60, 30) }
    }

    /// A company without any scheme.
    #[must_use]
    pub fn innocent(seed: u64, workers: u32, days: u32) -> Self {
        Self {
            seed,
            workers,
            days,
            applicants: 0,
            until: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default(),
            schemes: vec![],
            planted: Planted::Instances(0),
            difficulty: 0.3,
            look_alikes: None,
            share: None,
            every_tell: false,
            redraw: false,
            without: BTreeSet::new(),
        }
    }

    /// Applicants that its schemes need to have any: none where all of them are of workers.
    #[must_use]
    pub fn applicants_needed(&self) -> u32 {
        let need = self.schemes.iter().any(|id| schemes::APPLICANTS.contains(&id.as_str()));
        if need { (self.workers * 2).clamp(200, 4000) } else { 0 }
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
        if self.applicants > 1_000_000 {
            return wrong(format!("applicants must be at most 1000000, not {}", self.applicants));
        }
        if !(0.0..=1.0).contains(&self.difficulty) {
            return wrong(format!("difficulty must be 0 to 1, not {}", self.difficulty));
        }
        let schemes: Vec<_> = schemes::ALL.iter().map(|scheme| scheme.id).collect();
        known("scheme", &self.schemes, &schemes)?;
        let kinds: Vec<_> = look_alikes::LOOK_ALIKES.iter().map(|kind| kind.id).collect();
        known("look-alike", self.look_alikes.iter().flatten(), &kinds)?;
        known("source", &self.without, SOURCES)?;
        match (self.share, &self.look_alikes) {
            (Some(share), _) if !(share > 0.0 && share <= 0.5) => {
                return wrong(format!(
                    "the share of each look-alike must be above 0 and at most 0.5, not {share}"
                ));
            }
            (Some(_), None) => return wrong("a share of which look-alikes? name them, or all".to_owned()),
            _ => {}
        }
        match self.planted {
            Planted::Share(share) if !(0.0..=0.8).contains(&share) => {
                wrong(format!("the planted share must be 0 to 0.8, not {share}"))
            }
            Planted::Instances(0) => Ok(()),
            Planted::Share(share) if share <= 0.0 => Ok(()),
            _ if self.schemes.is_empty() => wrong("schemes are to be planted, but none is named".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether a source is written.
    pub(crate) fn writes(&self, source: &str) -> bool {
        !self.without.contains(source)
    }
}

/// The schemes of a list: ids, cases by their number in the project's list (`S4`: every scheme that follows it), `all`, `none`.
///
/// # Errors
/// When a case is named that no scheme follows.
pub fn scheme_list(text: &str) -> Result<Vec<String>, Error> {
    let mut out: Vec<String> = Vec::new();
    for word in words(text) {
        let ids: Vec<&str> = match (word, case(word)) {
            ("all", _) => schemes::ALL.iter().map(|scheme| scheme.id).collect(),
            (_, Some(seed)) => {
                schemes::ALL.iter().filter(|one| one.seeds.contains(&seed)).map(|one| one.id).collect()
            }
            (id, None) => vec![id],
        };
        if ids.is_empty() {
            let unseen: Vec<String> = schemes::UNSEEN.iter().map(|seed| format!("S{seed}")).collect();
            return Err(Error::Plan(format!(
                "no scheme follows case {word}: there are S1 to S{}, and no export could show {}",
                schemes::SEEDS,
                unseen.join(" and ")
            )));
        }
        // an id that is named twice is planted twice; what a case or `all` brings is there once
        let named = ids == [word];
        for id in ids {
            if named || !out.iter().any(|one| one == id) {
                out.push(id.to_owned());
            }
        }
    }
    Ok(out)
}

/// The look-alikes of a list: ids, `all`, `none`.
#[must_use]
pub fn look_alike_list(text: &str) -> Vec<String> {
    match words(text).any(|word| word == "all") {
        true => look_alikes::LOOK_ALIKES.iter().map(|kind| kind.id.to_owned()).collect(),
        false => words(text).map(str::to_owned).collect(),
    }
}

/// The words of a list; `none` is an empty one.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|id| !id.is_empty() && *id != "none")
}

/// The number of a case, `S4` or `s4`.
fn case(word: &str) -> Option<u8> {
    word.strip_prefix(['S', 's'])?.parse().ok()
}

fn known<'a>(what: &str, named: impl IntoIterator<Item = &'a String>, all: &[&str]) -> Result<(), Error> {
    match named.into_iter().find(|id| !all.contains(&id.as_str())) {
        Some(id) => Err(Error::Plan(format!("no {what} '{id}'; known: {}", all.join(", ")))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_names_of_the_schemes_that_follow_them() {
        assert_eq!(scheme_list("S4").unwrap(), ["hosted_farm"]);
        assert_eq!(scheme_list("s6, S10").unwrap(), ["hosted_farm", "several_jobs", "abroad"]);
        assert_eq!(
            scheme_list("abroad,abroad").unwrap(),
            ["abroad", "abroad"],
            "once for each time it is named"
        );
        assert_eq!(scheme_list("all").unwrap().len(), schemes::ALL.len());
        assert!(scheme_list("none").unwrap().is_empty());
        for seed in 1..=schemes::SEEDS {
            let named = scheme_list(&format!("S{seed}"));
            assert_eq!(named.is_err(), schemes::UNSEEN.contains(&seed), "S{seed}");
        }
        let said = scheme_list("S99").unwrap_err().to_string();
        assert!(said.contains("S99") && said.contains("S1 to S21"), "{said}");
        assert_eq!(look_alike_list("all").len(), look_alikes::LOOK_ALIKES.len());
        assert_eq!(look_alike_list("couple, coworking"), ["couple", "coworking"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_would() {
        let says = |change: &dyn Fn(&mut Plan)| {
            let mut plan = Plan::demo(1);
            change(&mut plan);
            plan.check().unwrap_err().to_string()
        };
        assert!(says(&|plan| plan.workers = 3).contains("10 to 200000"));
        assert!(says(&|plan| plan.days = 1).contains("7 to 400"));
        assert!(says(&|plan| plan.difficulty = 2.0).contains("0 to 1"));
        assert!(says(&|plan| plan.schemes = vec!["x".into()]).contains("hosted_farm"));
        assert!(says(&|plan| plan.look_alikes = Some(vec!["x".into()])).contains("couple"));
        assert!(says(&|plan| plan.share = Some(0.1)).contains("or all"));
        let much =
            |plan: &mut Plan| (plan.share, plan.look_alikes) = (Some(0.9), Some(vec!["couple".into()]));
        assert!(says(&much).contains("at most 0.5"));
        assert!(says(&|plan| plan.without.extend(["x".to_owned()])).contains("okta"));
        assert!(says(&|plan| plan.planted = Planted::Share(0.9)).contains("0 to 0.8"));
        assert!(says(&|plan| plan.schemes.clear()).contains("none is named"));
        assert!(Plan::demo(1).check().is_ok() && Plan::innocent(1, 10, 7).check().is_ok());
    }
}
