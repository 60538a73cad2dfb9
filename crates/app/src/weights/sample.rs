//! A random sample of people whom nothing flagged, to be looked into all the same: from them an indicator learns what it
//! misses, and how common it is among people who are what they claim, whatever opened the cases.

use std::collections::BTreeSet;

use casework::{Audited, Outcome};
use schemars::JsonSchema;
use scoring::Assessment;
use serde::Serialize;
use store::{Drawn, Event};

use super::decisions;
use crate::access;
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::judge;
use crate::person;
use crate::workspace::{Choice, Workspace};

/// Somebody who was drawn, as it is shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DrawnLine {
    /// Draw.
    pub draw: u64,
    /// Roster id.
    pub worker_id: String,
    /// People for whom one of the draw stands.
    pub stands_for: f64,
    /// What was found: an outcome, or what is waited for.
    pub state: String,
}

/// A draw.
#[derive(Debug, Clone, Serialize)]
pub struct Draw {
    /// Everybody who was drawn, in the order of their ids.
    pub lines: Vec<DrawnLine>,
    /// For stderr.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// Draws people at random among those on whom the last check opens no case, who never had one, and who were never drawn.
/// The same seed draws the same people from the same state. Recorded, for the whole and for everybody drawn.
pub async fn draw(choice: &Choice, people: usize, seed: u64, purpose: Option<&str>) -> Result<Draw> {
    let mut workspace = Workspace::last(choice).await?;
    let terms = Basis::again(&mut workspace.lake).await?;
    let judged = judge::judge(&workspace.lake, &terms).await?;
    let store = &workspace.store;
    let mut known: BTreeSet<String> = store.matters().await?.into_iter().map(|one| one.subject).collect();
    known.extend(store.drawn().await?.into_iter().map(|one| one.subject));
    let is_unflagged = |one: &&Assessment| !one.case && !known.contains(&one.subject);
    let population: Vec<&Assessment> = judged.report.assessments.iter().filter(is_unflagged).collect();
    let chosen = choose(&population, people, seed);
    if chosen.is_empty() {
        return Err(Error::Input("nobody is left to be drawn, or nobody was asked for".into()));
    }
    let stands_for = population.len() as f64 / chosen.len() as f64;
    let mut kept = Vec::new();
    for one in &chosen {
        let audited = Audited {
            stands_for,
            asked: decisions::asked(one, &terms),
            judged_as_of: terms.judgement.to_string(),
            proposal: None,
            finding: None,
        };
        let body = serde_json::to_string(&audited).map_err(|cause| Error::Defect(cause.to_string()))?;
        kept.push((one.subject.clone(), body));
    }
    let (at, actor) = (access::now(), access::actor());
    let event = |number: u64, who: Option<&str>| Event {
        at,
        actor: actor.clone(),
        action: if who.is_some() { "drawn at random" } else { "sample drawn" }.into(),
        subject: who.map(str::to_owned),
        purpose: purpose.map(str::to_owned),
        detail: Some(match who {
            Some(_) => format!("draw {number}: nothing had flagged this person"),
            None => format!(
                "draw {number}: {} of {} people whom nothing flagged, seed {seed}",
                kept.len(),
                population.len()
            ),
        }),
    };
    let number = store.keep_draw(&kept, event).await?;
    let line = |(subject, _): &(String, String)| DrawnLine {
        draw: number,
        worker_id: subject.clone(),
        stands_for,
        state: "to be looked into".into(),
    };
    Ok(Draw {
        lines: kept.iter().map(line).collect(),
        notes: vec![format!(
            "draw {number}: {} of {} people whom nothing flagged; each stands for {stands_for:.1}",
            kept.len(),
            population.len()
        )],
    })
}

/// So many of some people, as the seed has it; in the order of their ids. Who is drawn depends on nothing but seed and id.
fn choose<'a>(population: &[&'a Assessment], people: usize, seed: u64) -> Vec<&'a Assessment> {
    let lot = |one: &Assessment| {
        let mut hash = blake3::Hasher::new();
        hash.update(b"a random sample of the unflagged");
        hash.update(&seed.to_le_bytes());
        hash.update(one.subject.as_bytes());
        *hash.finalize().as_bytes()
    };
    let mut order: Vec<([u8; 32], &Assessment)> = population.iter().map(|one| (lot(one), *one)).collect();
    order.sort_by_key(|one| one.0);
    let mut out: Vec<&Assessment> = order.into_iter().take(people).map(|(_, one)| one).collect();
    out.sort_by(|a, b| a.subject.cmp(&b.subject));
    out
}

/// Everybody who was ever drawn. Recorded.
pub async fn list(choice: &Choice, purpose: Option<&str>) -> Result<Vec<DrawnLine>> {
    let workspace = Workspace::last(choice).await?;
    access::record(&workspace, &access::Access::of("sample read").purpose(purpose)).await?;
    let line = |one: Drawn| {
        let audited = decisions::audited(&one)?;
        let state = match (&audited.proposal, &audited.finding) {
            (Some(_), _) => "confirmed by one: a second person must say it too".to_owned(),
            (None, Some(found)) => found.outcome.as_str().to_owned(),
            (None, None) => "to be looked into".to_owned(),
        };
        Ok(DrawnLine { draw: one.draw, worker_id: one.subject, stands_for: audited.stands_for, state })
    };
    workspace.store.drawn().await?.into_iter().map(line).collect()
}

/// Records what was found of somebody who was drawn. `confirmed` needs a second user of this machine, who says it too.
pub async fn found(choice: &Choice, who: &str, outcome: &str, reason: Option<&str>) -> Result<String> {
    let outcome = Outcome::parse(outcome).ok_or_else(|| {
        let all: Vec<&str> = Outcome::ALL.iter().map(|one| one.key()).collect();
        Error::Configuration(format!("no outcome is called {outcome}; there are {}", all.join(", ")))
    })?;
    let workspace = Workspace::last(choice).await?;
    let id = person::find(&workspace.lake, who).await?.unwrap_or_else(|| who.to_owned());
    let drawn = workspace.store.drawn().await?.into_iter().find(|one| one.subject == id);
    let mut one = drawn
        .ok_or_else(|| Error::Input(format!("{who} was not drawn; bonafide weights sample lists who was")))?;
    let (at, actor) = (access::now(), access::actor());
    let (next, sentence) =
        decisions::audited(&one)?.found(&actor, outcome, reason.unwrap_or_default(), at)?;
    one.body = serde_json::to_string(&next).map_err(|cause| Error::Defect(cause.to_string()))?;
    let event = Event {
        at,
        actor,
        action: "sample finding".into(),
        subject: Some(id),
        purpose: None,
        detail: Some(format!("draw {}: {sentence}", one.draw)),
    };
    workspace.store.change_drawn(&one, &event).await?;
    Ok(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(at: usize) -> Assessment {
        Assessment {
            subject: format!("W-{at:04}"),
            population: "worker".into(),
            prior_millibits: 0,
            bits_millibits: 0,
            probability: 0.0,
            low: 0.0,
            high: 0.0,
            parts: Vec::new(),
            case: false,
            tier_rule: String::new(),
            opened_by: BTreeSet::new(),
            evidence: Vec::new(),
            against: Vec::new(),
            silent: Vec::new(),
            could_not_look: Vec::new(),
            explained_together: None,
            would_clear: Vec::new(),
            role: scoring::Role::Unknown,
            role_reason: String::new(),
        }
    }

    #[test]
    fn a_draw_hangs_on_its_seed_alone_and_favours_nobody() {
        let everybody: Vec<Assessment> = (0..400).map(person).collect();
        let forward: Vec<&Assessment> = everybody.iter().collect();
        let backward: Vec<&Assessment> = everybody.iter().rev().collect();
        let ids = |list: &[&Assessment], seed: u64| {
            choose(list, 40, seed).iter().map(|one| one.subject.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&forward, 3), ids(&backward, 3));
        assert_ne!(ids(&forward, 3), ids(&forward, 4));
        // Over 500 seeds everybody is drawn about 50 times; nobody fewer than 20 or more than 85 (5 standard deviations).
        let mut drawn = std::collections::BTreeMap::<String, u32>::new();
        for id in (0..500).flat_map(|seed| ids(&forward, seed)) {
            *drawn.entry(id).or_default() += 1;
        }
        assert_eq!(drawn.len(), 400);
        assert!(drawn.values().all(|times| (20..=85).contains(times)), "{drawn:?}");
    }
}
