//! All figures of one or several companies, in one shape.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::ablation::{WithoutLine, ranked, without};
use crate::bounds::{Share, count_upper};
use crate::calibration::{self, Calibration, Forecast, Line};
use crate::candidates::{self, Candidates};
use crate::clusters::{F1, Member, b_cubed, pairwise};
use crate::delay::{self, Delay};
use crate::groups::{self, Impact};
use crate::indicators::{self, IndicatorLine};
use crate::input::{Person, World};
use crate::kinds::{self, LookAlikeLine, SchemeLine, TellLine};
use crate::ranking::{AtPrice, MONTH_DAYS, MONTHS, Step, at_price, average_precision, steps};
use crate::roles::{self, RoleLine};
use crate::rules::{self, RuleLine};
use crate::targets::{Target, targets};

/// Version of the shape; raised when a field changes its meaning.
pub const SCHEMA_VERSION: &str = "1.0";
/// Prices at which recall is said: false accusations per 10,000 worker-months.
pub const PRICES: [f64; 3] = [0.0, 1.0, 5.0];

/// What is measured, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Days of records, for companies whose truth does not tell.
    pub days: Option<f64>,
    /// A calibrator fitted on other companies.
    pub calibrator: Option<Line>,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Evaluation {
    /// Version of this shape.
    pub schema_version: &'static str,
    /// What was measured.
    pub data: Data,
    /// What the files do not tell, and what is therefore not measured.
    pub missing: Vec<String>,
    /// What the tool's own cases give.
    pub cases: Cases,
    /// Recall where the threshold is set for a number of false accusations.
    pub recall_at: Vec<AtPrice>,
    /// Average precision of the ranking of observable positives above innocents.
    pub average_precision: Option<f64>,
    /// The most that is found for each number of innocents accused, for a plot.
    pub curve: Vec<Point>,
    /// Calibration; missing without probabilities.
    pub calibration: Option<Calibrations>,
    /// What people are against the role that was proposed for them.
    pub roles: Vec<RoleLine>,
    /// By scheme.
    pub schemes: Vec<SchemeLine>,
    /// By tell.
    pub tells: Vec<TellLine>,
    /// By innocent kind.
    pub look_alikes: Vec<LookAlikeLine>,
    /// Adverse impact; missing where the truth tells no groups.
    pub impact: Option<Impact>,
    /// People who applied; missing where the truth tells of none.
    pub candidates: Option<Candidates>,
    /// Farms; missing where the truth tells none.
    pub farms: Option<Clusters>,
    /// Rings; missing where the truth tells none.
    pub rings: Option<Clusters>,
    /// Days from the first tell to a case; missing without a series of judgements.
    pub delay: Option<Delay>,
    /// By indicator.
    pub indicators: Vec<IndicatorLine>,
    /// What would be lost without one part of the score.
    pub without: Vec<WithoutLine>,
    /// The whole and single rules in the same terms.
    pub rules: Vec<RuleLine>,
    /// What should hold, and whether it does.
    pub targets: Vec<Target>,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Data {
    /// Companies.
    pub worlds: u64,
    /// People in the truth.
    pub people: u64,
    /// Operated by another.
    pub positives: u64,
    /// Positives with a tell that can be seen; only these count in recall.
    pub observable: u64,
    /// Part of a scheme, doing the own work: a role, neither positive nor innocent.
    pub hosts: u64,
    /// All others.
    pub innocents: u64,
    /// Months of innocents.
    pub worker_months: f64,
    /// Positives whom the tool did not name at all; they count as missed.
    pub positives_not_assessed: u64,
    /// Innocents whom the tool did not name.
    pub innocents_not_assessed: u64,
    /// Assessed people who stand in no truth; left out.
    pub strangers: u64,
}

/// What the tool's own cases give, at its own threshold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cases {
    /// Open cases.
    pub open: u64,
    /// Observable positives in a case, of all observable ones.
    pub recall: Share,
    /// Of the cases on positives and innocents, how many are on positives.
    pub precision: Share,
    /// Innocents in a case: false accusations.
    pub wrong: u64,
    /// Per 10,000 worker-months.
    pub rate: Option<f64>,
    /// One-sided 95 % upper bound of it.
    pub rate_high: Option<f64>,
    /// Innocents whom the evidence of somebody's open case names, without a case of their own.
    pub innocents_mentioned: u64,
    /// Positives without an observable tell in a case.
    pub unobservable_found: u64,
    /// Observable positives who are in no case though they score as high as somebody who is: what keeps them out is a rule and
    /// no score.
    pub kept_out_by_rule: u64,
    /// Observable positives in no case, by how many independent strong facts the tool found about them.
    pub missed: Missed,
    /// Hosts in a case, or proposed as facilitators.
    pub hosts_found: Share,
    /// Owners of identities that others use, lent or without their knowledge, proposed as such.
    pub owners_found: Share,
}

/// Whom no case names, by how many dependence groups of near-proofs and strong facts (T1, T2) stand on them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missed {
    /// None: what they left is weak, frequent, or not asked about.
    pub without_strong: u64,
    /// One: as an honest person with one odd habit leaves it.
    pub with_one: u64,
    /// Two or more: too little weight, or one thing said twice.
    pub with_more: u64,
}

/// Calibration, in the ways in which it can be said.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Calibrations {
    /// As the tool printed its probabilities, with its own prior.
    pub as_printed: Calibration,
    /// With the share of positives in these companies as the prior: what the weights alone do.
    pub at_prevalence: Option<Calibration>,
    /// As printed, moved along a line fitted on other companies.
    pub calibrated: Option<Calibration>,
    /// That line.
    pub calibrator: Option<Line>,
}

/// Groups of people put together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Clusters {
    /// Groups in the truth.
    pub truth: u64,
    /// Groups that were said.
    pub said: u64,
    /// Over pairs of people.
    pub pairwise: F1,
    /// Over people.
    pub b_cubed: F1,
}

/// Measures companies together.
#[must_use]
pub fn evaluate(worlds: &[World], settings: &Settings) -> Evaluation {
    let people: Vec<&Person> = worlds.iter().flat_map(|world| &world.people).collect();
    let data = data(worlds, &people, settings);
    let steps = steps(ranked(&people, Person::score));
    let months = data.worker_months;
    let mut rules = vec![rules::line("this tool's own cases", &people, months, &Person::is_accused)];
    rules.extend(rules::single(&people, months));
    let mut out = Evaluation {
        schema_version: SCHEMA_VERSION,
        data,
        missing: worlds
            .iter()
            .flat_map(|world| world.missing.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        cases: cases(worlds, &people, months),
        recall_at: PRICES.iter().map(|price| at_price(&steps, months, *price)).collect(),
        average_precision: average_precision(&steps),
        curve: curve(&steps),
        calibration: calibrations(&people, settings),
        roles: roles::measure(&people),
        schemes: kinds::schemes(&people),
        tells: kinds::tells(&people),
        look_alikes: kinds::look_alikes(&people),
        impact: groups::impact(&people),
        candidates: candidates::measure(worlds),
        farms: clusters(worlds, Kind::Farm),
        rings: clusters(worlds, Kind::Ring),
        delay: delay::measure(worlds),
        indicators: indicators::measure(&people),
        without: without(&people, months),
        rules,
        targets: Vec::new(),
    };
    out.targets = targets(&out);
    out
}

/// JSON Schema of an evaluation.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Evaluation).to_value()
}

/// A point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Point {
    /// Innocents accused.
    pub wrong: u64,
    /// Observable positives found.
    pub found: u64,
}

/// Most points of the curve: what costs more false accusations than these is of no use to anybody.
const POINTS: u64 = 200;

/// The most that is found for each number of innocents accused.
fn curve(steps: &[Step]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    for step in steps.iter().filter(|step| step.wrong <= POINTS && step.score > f64::NEG_INFINITY) {
        match out.last_mut() {
            Some(last) if last.wrong == step.wrong => last.found = step.found,
            _ => out.push(Point { wrong: step.wrong, found: step.found }),
        }
    }
    out
}

fn count(people: &[&Person], is_so: impl Fn(&Person) -> bool) -> u64 {
    people.iter().filter(|one| is_so(one)).count() as u64
}

fn data(worlds: &[World], people: &[&Person], settings: &Settings) -> Data {
    let months = |world: &World| {
        let days = world.days.or(settings.days).unwrap_or(0.0);
        world.people.iter().filter(|one| one.is_innocent()).count() as f64 * days / MONTH_DAYS
    };
    Data {
        worlds: worlds.len() as u64,
        people: people.len() as u64,
        positives: count(people, |one| one.positive),
        observable: count(people, Person::is_target),
        hosts: count(people, Person::is_host),
        innocents: count(people, Person::is_innocent),
        worker_months: worlds.iter().map(months).sum(),
        positives_not_assessed: count(people, |one| one.positive && one.said.is_none()),
        innocents_not_assessed: count(people, |one| one.is_innocent() && one.said.is_none()),
        strangers: worlds.iter().map(|world| world.strangers).sum(),
    }
}

fn cases(worlds: &[World], people: &[&Person], months: f64) -> Cases {
    let accused: Vec<&Person> = people.iter().copied().filter(|one| one.is_accused()).collect();
    let wrong = count(&accused, Person::is_innocent);
    let right = count(&accused, |one| one.positive);
    let rate = |count: f64| (months > 0.0).then(|| count / months * MONTHS);
    let lowest = accused.iter().filter_map(|one| logit(one)).min_by(f64::total_cmp);
    let is_kept_out = |one: &Person| {
        one.is_target()
            && !one.is_accused()
            && lowest.zip(logit(one)).is_some_and(|(least, own)| own >= least)
    };
    Cases {
        open: accused.len() as u64,
        recall: Share::among(people.iter().filter(|one| one.is_target()), |one| one.is_accused()),
        precision: Share::of(right, right + wrong),
        wrong,
        rate: rate(wrong as f64),
        rate_high: rate(count_upper(wrong)),
        innocents_mentioned: worlds.iter().map(mentioned).sum(),
        missed: missed(people),
        kept_out_by_rule: people.iter().filter(|one| is_kept_out(one)).count() as u64,
        unobservable_found: count(&accused, |one| one.positive && !one.observable),
        hosts_found: Share::among(people.iter().filter(|one| one.is_host()), |one| {
            one.is_accused() || roles::is_facilitator(one)
        }),
        owners_found: roles::owners(people),
    }
}

fn missed(people: &[&Person]) -> Missed {
    let mut out = Missed::default();
    for one in people.iter().filter(|one| one.is_target() && !one.is_accused()) {
        let found = one.said.iter().flat_map(|said| &said.found);
        let strong =
            found.filter(|found| found.counted && matches!(found.tier.as_deref(), Some("T1" | "T2")));
        let groups: BTreeSet<&str> = strong.map(|found| found.group.as_str()).collect();
        let count = match groups.len() {
            0 => &mut out.without_strong,
            1 => &mut out.with_one,
            _ => &mut out.with_more,
        };
        *count += 1;
    }
    out
}

/// Innocents whom the evidence of another's open case names.
fn mentioned(world: &World) -> u64 {
    let open = world.people.iter().filter(|one| one.is_accused());
    let findings = open.flat_map(|one| &one.said).flat_map(|said| &said.found).filter(|found| found.counted);
    let named: BTreeSet<&String> = findings.flat_map(|found| &found.other).collect();
    let is_so = |one: &&Person| one.is_innocent() && !one.is_accused() && named.contains(&one.id);
    world.people.iter().filter(is_so).count() as u64
}

/// Everybody with a probability; hosts are left out, since what is said of them is neither right nor wrong.
fn calibrations(people: &[&Person], settings: &Settings) -> Option<Calibrations> {
    let judged: Vec<&Person> = people.iter().copied().filter(|one| !one.is_host()).collect();
    let forecasts = |of: &dyn Fn(&Person) -> Option<f64>| -> Option<Vec<Forecast>> {
        let list = judged.iter().filter_map(|one| Some(Forecast { logit: of(one)?, is: one.positive }));
        Some(list.collect::<Vec<_>>()).filter(|list| !list.is_empty())
    };
    let printed = forecasts(&logit)?;
    let share = count(&judged, |one| one.positive) as f64 / judged.len() as f64;
    let prior = (share / (1.0 - share)).ln();
    let bits = |one: &Person| Some(one.said.as_ref()?.bits? * std::f64::consts::LN_2 + prior);
    let at_prevalence = if prior.is_finite() { forecasts(&bits) } else { None };
    Some(Calibrations {
        calibrated: settings.calibrator.map(|line| calibration::measure(&line.apply(&printed))),
        calibrator: settings.calibrator,
        as_printed: calibration::measure(&printed),
        at_prevalence: at_prevalence.map(|list| calibration::measure(&list)),
    })
}

/// Natural log-odds as printed: exact where prior and bits are, else of the probability.
fn logit(one: &Person) -> Option<f64> {
    let said = one.said.as_ref()?;
    let exact = said.bits.zip(said.prior_bits).map(|(bits, prior)| (bits + prior) * std::f64::consts::LN_2);
    said.probability.map(|p| exact.unwrap_or((p / (1.0 - p)).ln()))
}

/// Whom to put together.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Farm,
    Ring,
}

/// Farms against what was said to be a farm; rings against what was said to be a ring. Hosts are left out, and
/// among rings the people of farms, who may well be called a ring besides. Only positives that can be seen can be put
/// anywhere.
fn clusters(worlds: &[World], kind: Kind) -> Option<Clusters> {
    let mut owned: Vec<(Option<String>, Option<String>)> = Vec::new();
    for (at, world) in worlds.iter().enumerate() {
        // Names are of one company only.
        let named = |id: &String| format!("{at}\u{1}{id}");
        for one in world.people.iter().filter(|one| !one.is_host()) {
            let of = one.farm.as_ref().filter(|_| one.positive);
            let is_ring = of.is_some_and(|id| world.kinds.get(id).is_some_and(|kind| kind == "ring"));
            if (kind == Kind::Ring && of.is_some() && !is_ring) || (one.positive && !one.observable) {
                continue;
            }
            let truth = of.filter(|_| is_ring == (kind == Kind::Ring));
            let said = one.said.as_ref().and_then(|said| match kind {
                Kind::Farm => said.farm.as_ref(),
                Kind::Ring => said.ring.as_ref(),
            });
            owned.push((truth.map(named), said.map(named)));
        }
    }
    let list: Vec<Member<'_>> =
        owned.iter().map(|(truth, said)| Member { truth: truth.as_deref(), said: said.as_deref() }).collect();
    let distinct = |of: &dyn Fn(&Member<'_>) -> Option<String>| {
        list.iter().filter_map(of).collect::<BTreeSet<_>>().len() as u64
    };
    let truth = distinct(&|one| one.truth.map(str::to_owned));
    let said = distinct(&|one| one.said.map(str::to_owned));
    (truth > 0).then(|| Clusters { truth, said, pairwise: pairwise(&list), b_cubed: b_cubed(&list) })
}
