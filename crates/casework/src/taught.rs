//! What decisions teach the weights: which of them count, and how somebody who was drawn at random is decided about.
//! Everybody teaches once, by what was said of them last.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use schemars::JsonSchema;
use scoring::learning::{Decided, Ending, Route};
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::retention::root;
use crate::status::{Outcome, Status};
use crate::{Error, Result, apply};

/// What had been asked about somebody when a case opened, or when they were drawn: ids of indicators.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Could look.
    pub looked: BTreeSet<String>,
    /// Of these, answered.
    pub answered: BTreeSet<String>,
    /// Those on which the opening rested; they learn nothing from the case.
    pub opened_by: BTreeSet<String>,
}

/// What was found of somebody who was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How it ended. The reason stands in the history alone.
    pub outcome: Outcome,
    /// Who said so.
    pub by: BTreeSet<String>,
    /// When, microseconds since 1970.
    pub at: i64,
}

/// Somebody who was drawn at random among those whom nothing flagged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audited {
    /// People for whom one of the draw stands.
    pub stands_for: f64,
    /// What had been asked.
    pub asked: Asked,
    /// Judgement time of what had been asked, ISO 8601.
    pub judged_as_of: String,
    /// `confirmed`, and waiting for a second person.
    pub proposal: Option<Finding>,
    /// What was found.
    pub finding: Option<Finding>,
}

impl Audited {
    /// Records what somebody found, with one sentence for the history. `confirmed` needs a second person, who says it too.
    ///
    /// # Errors
    /// When there is no reason, or the second person is the first.
    pub fn found(&self, who: &str, outcome: Outcome, reason: &str, at: i64) -> Result<(Self, String)> {
        let reason = apply::reason_of(reason)?;
        let reason = reason.trim_end_matches('.');
        let mut next = self.clone();
        let mut own = Finding { outcome, by: BTreeSet::from([who.to_owned()]), at };
        let said = match (outcome, next.proposal.take()) {
            (Outcome::Confirmed, None) => {
                next.proposal = Some(own);
                return Ok((
                    next,
                    format!("{who} proposed \"confirmed\", which a second person must say too: {reason}."),
                ));
            }
            (Outcome::Confirmed, Some(first)) => {
                if first.by.contains(who) {
                    return Err(Error::SamePerson { who: who.to_owned() });
                }
                own.by.extend(first.by);
                format!("{who} agreed to \"confirmed\": {reason}.")
            }
            _ => format!("{who} found \"{}\": {reason}.", outcome.as_str()),
        };
        next.finding = Some(own);
        Ok((next, said))
    }
}

/// What was decided, once for everybody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taught {
    /// Decisions, in the order of the people's ids.
    pub decided: Vec<Decided>,
    /// People confirmed by two, who are innocents in no table.
    pub confirmed: BTreeSet<String>,
    /// Decided cases of which it was not kept what could look.
    pub unknown: u64,
}

/// The decisions that stand: of each person the last case, where it is closed, and what was found of those who were
/// drawn. What was taken back, reopened or is worked on as a part of another person's case stands no more.
#[must_use]
pub fn taught(cases: &[Case], drawn: &BTreeMap<String, Audited>) -> Taught {
    let by_number: BTreeMap<u64, &Case> = cases.iter().map(|case| (case.number, case)).collect();
    let mut last: BTreeMap<&str, &Case> = BTreeMap::new();
    for case in by_number.values() {
        last.insert(&case.subject, case);
    }
    let mut out = Taught::default();
    let mut list: BTreeMap<&str, Decided> = BTreeMap::new();
    for (subject, case) in last {
        let case = root(case, &by_number);
        let decision = case.decisions.last().filter(|_| case.status == Status::Closed);
        let Some(decision) = decision.filter(|_| case.subject == subject) else { continue };
        let by = decision.second.iter().chain([&decision.by]).cloned().collect();
        let ending = ending(decision.outcome, by);
        if is_confirmed(&ending) {
            out.confirmed.insert(subject.to_owned());
        }
        let Some(asked) = &case.found.asked else {
            out.unknown += u64::from(ending != Ending::Undecided);
            continue;
        };
        let route = Route::Case { opened_by: asked.opened_by.clone() };
        list.insert(subject, decided(ending, route, decision.at, asked));
    }
    for (subject, audited) in drawn {
        let Some(finding) = &audited.finding else { continue };
        let ending = ending(finding.outcome, finding.by.clone());
        if is_confirmed(&ending) {
            out.confirmed.insert(subject.clone());
        }
        let route = Route::Sample { stands_for: audited.stands_for };
        let own = decided(ending, route, finding.at, &audited.asked);
        // Said twice of one person, it counts once, and as that which no indicator chose.
        let is_newer = list.get(subject.as_str()).is_none_or(|case| {
            std::mem::discriminant(&case.ending) == std::mem::discriminant(&own.ending) || case.at < own.at
        });
        if is_newer {
            list.insert(subject, own);
        }
    }
    out.decided = list.into_values().collect();
    out
}

fn is_confirmed(ending: &Ending) -> bool {
    matches!(ending, Ending::Confirmed { by } if by.len() >= 2)
}

fn ending(outcome: Outcome, by: BTreeSet<String>) -> Ending {
    match outcome {
        Outcome::Confirmed => Ending::Confirmed { by },
        Outcome::Cleared => Ending::Cleared,
        // A rule that was broken says nothing of whether the person is who they claim to be.
        Outcome::Undetermined | Outcome::PolicyBreachOnly => Ending::Undecided,
    }
}

fn decided(ending: Ending, route: Route, at: i64, asked: &Asked) -> Decided {
    Decided { ending, route, at: Time(at), looked: asked.looked.clone(), answered: asked.answered.clone() }
}
