//! From answers to assessments, for a whole population.

use std::collections::{BTreeMap, BTreeSet};

use model::evidence::Answer;
use model::link::Component;
use model::{Evidence, RecordId, Tier};

use crate::assessment::{Assessment, Baseline, Part, PartKind, PopulationReport, Report, WeighedEvidence};
use crate::calibrate::Calibration;
use crate::conduct::{self, Beside, Conduct};
use crate::error::Error;
use crate::input::{Attested, Band, IndicatorKind, IndicatorMeta, Inputs, PRIOR_WORKER, Subject};
use crate::line::Networks;
use crate::opening::{self, tier_rule};
use crate::rates::{Counts, fired_weight, milli};
use crate::scheme::Mixture;
use crate::together;
use crate::vocabulary::Vocabulary;
use crate::weigh::{self, Rates};
use crate::{component, role};

/// A site with more people than this is no circle: leaving a head office out would leave nobody to compare
/// with.
const CIRCLE_SITE: usize = 50;
/// If more than this share of those able to be seen would be left out of a rate, nobody is: without
/// confirmed cases, a third of a company is not assumed to be fraudulent.
const MOST_LEFT_OUT: f64 = 1.0 / 3.0;

/// One answer, by position of the subject.
struct Looked<'a> {
    meta: &'a IndicatorMeta,
    /// Tables are missing, or too few of their accounts are tied: it saw some, and its silence says nothing.
    is_partial: bool,
    able: Vec<bool>,
    fired: BTreeMap<usize, Vec<&'a Evidence>>,
    /// By population: candidates are held against candidates.
    counts: BTreeMap<&'a str, Counts>,
    reference: Rates,
}

struct World<'a> {
    inputs: Inputs<'a>,
    all: Vocabulary,
    calibration: Calibration,
    people: Vec<&'a Subject>,
    place: BTreeMap<&'a str, usize>,
    circles: Vec<usize>,
    components: BTreeMap<&'a str, &'a Component>,
    looked: Vec<Looked<'a>>,
    /// Records behind each component.
    behind: BTreeMap<String, BTreeSet<RecordId>>,
    networks: Networks,
    unknown: BTreeSet<String>,
}

/// Assesses everybody in scope.
///
/// # Errors
/// When rules, settings or inputs contradict each other; see [`Error`].
pub fn assess(inputs: Inputs<'_>) -> Result<Report, Error> {
    let mut world = World::new(inputs)?;
    let left_out = world.count();
    let conduct = world.conduct();
    let mut assessments = Vec::new();
    let mut not_triggered = 0;
    for at in 0..world.people.len() {
        if !world.people[at].in_scope {
            continue;
        }
        if inputs.settings.trigger && !world.is_triggered(at) {
            not_triggered += 1;
            continue;
        }
        assessments.push(world.one(at, &conduct)?);
    }
    assessments.sort_by(|a, b| {
        let bits = |item: &Assessment| item.prior_millibits + item.bits_millibits;
        bits(b).cmp(&bits(a)).then_with(|| a.subject.cmp(&b.subject))
    });
    let population = world.population(&assessments, not_triggered, left_out);
    Ok(Report { assessments, population })
}

/// log2 odds of a probability, in milli-bits.
fn odds(probability: f64) -> i64 {
    milli((probability / (1.0 - probability)).log2())
}

/// `1 / (1 + 2^-x)` of milli-bits.
fn sigmoid2(millibits: i64) -> f64 {
    1.0 / (1.0 + (-(millibits as f64) / 1000.0).exp2())
}

fn check(inputs: &Inputs<'_>, all: &Vocabulary) -> Result<(), Error> {
    let is_rate = |value: f64| value > 0.0 && value < 1.0;
    for (name, value) in &inputs.settings.priors {
        if !is_rate(*value) {
            return Err(Error::Setting {
                name: format!("prior.{name}"),
                reason: format!("{value} is no share"),
            });
        }
    }
    if !is_rate(inputs.settings.threshold) {
        let reason = format!("{} is no probability", inputs.settings.threshold);
        return Err(Error::Setting { name: "threshold".into(), reason });
    }
    for meta in inputs.rules.indicators.values() {
        let wrong = |reason: String| Err(Error::Rule { indicator: meta.id.clone(), reason });
        if !(meta.fraud.alpha > 0.0 && meta.fraud.beta > 0.0 && is_rate(meta.honest.mean)) {
            return wrong(
                "its rates are no rates: alpha and beta above 0, the honest mean between 0 and 1".into(),
            );
        }
        let unknown: Vec<_> = meta
            .innocent
            .iter()
            .filter(|id| !all.explanations.contains_key(*id))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            return wrong(format!("no such innocent explanation: {}", unknown.join(", ")));
        }
    }
    for subject in inputs.subjects {
        for id in subject.attested.keys() {
            if !all.explanations.contains_key(id) && !all.facts.contains_key(id) {
                return Err(Error::UnknownAttestation { subject: subject.id.clone(), id: id.clone() });
            }
        }
    }
    Ok(())
}

/// People tied by household, ring, farm or small site: the number of the circle of each.
fn circles(people: &[&Subject]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..people.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut groups: BTreeMap<(u8, &str), Vec<usize>> = BTreeMap::new();
    for (at, person) in people.iter().enumerate() {
        for (kind, id) in
            [&person.household, &person.ring, &person.farm, &person.site].into_iter().enumerate()
        {
            if let Some(id) = id {
                groups.entry((kind as u8, id)).or_default().push(at);
            }
        }
    }
    for ((kind, _), members) in groups {
        if kind == 3 && members.len() > CIRCLE_SITE {
            continue;
        }
        for pair in members.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[a.max(b)] = a.min(b);
        }
    }
    (0..people.len()).map(|at| root(&mut parent, at)).collect()
}

impl<'a> World<'a> {
    fn new(inputs: Inputs<'a>) -> Result<Self, Error> {
        let all = Vocabulary::shipped()?;
        check(&inputs, &all)?;
        let mut people: Vec<&Subject> = inputs.subjects.iter().collect();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        let mut place = BTreeMap::new();
        for (at, person) in people.iter().enumerate() {
            if place.insert(person.id.as_str(), at).is_some() {
                return Err(Error::Twice { what: "subject", id: person.id.clone() });
            }
        }
        let components: BTreeMap<_, _> =
            inputs.components.iter().map(|item| (item.id.as_str(), item)).collect();
        let circles = circles(&people);
        let fired = || inputs.answers.iter().flat_map(|answer| &answer.fired);
        let behind = conduct::records_behind(fired(), &components);
        let networks = Networks::of(fired(), &components);
        let mut world = Self {
            inputs,
            all,
            calibration: Calibration::shipped()?,
            people,
            place,
            circles,
            components,
            looked: vec![],
            behind,
            networks,
            unknown: BTreeSet::new(),
        };
        let mut answers: Vec<&Answer> = inputs.answers.iter().collect();
        answers.sort_by(|a, b| a.indicator.cmp(&b.indicator));
        for answer in answers {
            let looked = world.look(answer)?;
            if world.looked.last().is_some_and(|last| last.meta.id == answer.indicator) {
                return Err(Error::Twice { what: "answer", id: answer.indicator.clone() });
            }
            world.looked.push(looked);
        }
        Ok(world)
    }

    fn look(&mut self, answer: &'a Answer) -> Result<Looked<'a>, Error> {
        let meta = self.inputs.rules.indicators.get(&answer.indicator);
        let meta = meta.ok_or_else(|| Error::UnknownIndicator(answer.indicator.clone()))?;
        let mut able = vec![false; self.people.len()];
        for id in &answer.able {
            match self.place.get(id.as_str()) {
                Some(at) => able[*at] = true,
                None => drop(self.unknown.insert(id.clone())),
            }
        }
        let mut fired: BTreeMap<usize, Vec<&Evidence>> = BTreeMap::new();
        for evidence in &answer.fired {
            if let Some(id) = &evidence.component
                && !self.components.contains_key(id.as_str())
            {
                return Err(Error::NoComponent { indicator: meta.id.clone(), component: id.clone() });
            }
            match self.place.get(evidence.subject.as_str()) {
                Some(at) => {
                    able[*at] = true;
                    fired.entry(*at).or_default().push(evidence);
                }
                None => drop(self.unknown.insert(evidence.subject.clone())),
            }
        }
        let (is_partial, reference) = (!answer.missing.is_empty(), Rates::reference(meta));
        Ok(Looked { meta, is_partial, able, fired, counts: BTreeMap::new(), reference })
    }

    fn link_of(&self, looked: &Looked<'a>, evidence: &Evidence) -> Option<&'a Component> {
        let id = evidence.component.as_deref().filter(|_| looked.meta.kind == IndicatorKind::Link)?;
        self.components.get(id).copied()
    }

    /// Counts the honest rates and returns how many people were left out of at least one.
    fn count(&mut self) -> usize {
        let strong = self.strong_groups();
        let total: Vec<i64> = strong.iter().map(|groups| groups.values().sum()).collect();
        let shares = self.contaminations(&total);
        let mut ever = BTreeSet::new();
        for index in 0..self.looked.len() {
            let looked = &self.looked[index];
            let able: Vec<usize> = (0..self.people.len()).filter(|at| looked.able[*at]).collect();
            let out: BTreeSet<usize> = able
                .iter()
                .copied()
                .filter(|at| {
                    let own = shares.get(self.people[*at].population.as_str()).copied();
                    let needed = (odds(self.inputs.settings.threshold) - odds(self.prior(*at)))
                        .min(-odds(own.unwrap_or_else(|| self.prior(*at))));
                    let groups = strong[*at].iter().filter(|(group, _)| **group != looked.meta.group);
                    groups.map(|(_, weight)| weight).sum::<i64>() >= needed
                })
                .collect();
            let out =
                if out.len() as f64 > MOST_LEFT_OUT * able.len() as f64 { BTreeSet::new() } else { out };
            let populations: BTreeSet<&'a str> =
                able.iter().map(|at| self.people[*at].population.as_str()).collect();
            let of = |population: &'a str| {
                let mine = |at: &&usize| self.people[**at].population == population;
                let people = able.iter().filter(mine).filter(|at| !out.contains(at)).map(|at| {
                    let band = Band::of(self.people[*at].tenure_days);
                    (band, self.circles[*at], looked.fired.contains_key(at))
                });
                (population, Counts::new(people, out.iter().filter(mine).count() as u64))
            };
            let counts = populations.into_iter().map(of).collect();
            ever.extend(out);
            self.looked[index].counts = counts;
        }
        ever.len()
    }

    /// By population, the share of engagements that strong evidence makes likely to be fraudulent: the prior, moved by what
    /// this company shows until it moves no more (expectation and maximisation of a mixture with known likelihoods). It is
    /// used to say whose traces are no measure of what is ordinary, and nowhere else.
    fn contaminations(&self, total: &[i64]) -> BTreeMap<&'a str, f64> {
        let mut people: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.people.iter().enumerate() {
            people.entry(person.population.as_str()).or_default().push(at);
        }
        let share = |(population, list): (&'a str, Vec<usize>)| {
            let prior = self.prior(list[0]);
            let mut share = prior;
            for _ in 0..50 {
                let sum: f64 = list.iter().map(|at| sigmoid2(odds(share) + total[*at])).sum();
                share = (sum / list.len() as f64).clamp(prior, MOST_LEFT_OUT);
            }
            (population, share)
        };
        people.into_iter().map(share).collect()
    }

    /// Per person: T1 and T2 groups with their weight before this company is counted.
    fn strong_groups(&self) -> Vec<BTreeMap<String, i64>> {
        let mut out = vec![BTreeMap::new(); self.people.len()];
        for looked in self.looked.iter().filter(|item| item.meta.tier <= Tier::T2 && item.meta.opens) {
            let rates = looked.reference;
            for (at, list) in &looked.fired {
                for evidence in list {
                    let (group, weight) = match self.link_of(looked, evidence) {
                        Some(link) => {
                            let any = !component::needs_conduct(link);
                            let beside = Beside { any, ..Beside::default() };
                            // Without attestations: what speaks for one must not move the rates of others.
                            let bare = Subject { id: self.people[*at].id.clone(), ..Subject::default() };
                            let item = weigh::link_evidence(
                                &self.all,
                                looked.meta,
                                &bare,
                                evidence,
                                link,
                                beside,
                                self.inputs.settings.judgement_time,
                            );
                            (item.group, item.millibits)
                        }
                        None => (looked.meta.group.clone(), fired_weight(looked.meta, rates.r, rates.q)),
                    };
                    let entry = out[*at].entry(group).or_insert(0);
                    *entry = weight.max(*entry);
                }
            }
        }
        out
    }

    fn prior(&self, at: usize) -> f64 {
        // A population without a prior of its own is judged like workers: the smaller of the shipped ones.
        let priors = &self.inputs.settings.priors;
        let own = priors.get(&self.people[at].population).or_else(|| priors.get("worker"));
        own.copied().unwrap_or(PRIOR_WORKER)
    }

    fn rates(&mut self, index: usize, at: usize) -> Rates {
        let (prior, band, circle) = (self.prior(at), Band::of(self.people[at].tenure_days), self.circles[at]);
        let population = self.people[at].population.as_str();
        let looked = &mut self.looked[index];
        let counts = looked.counts.entry(population).or_default();
        let (k, n) = counts.for_band(band, Some(circle));
        let q = counts.rate(looked.meta, prior, k, n);
        Rates { r: looked.reference.r, q, k, n }
    }

    /// Strong evidence about single persons.
    fn conduct(&mut self) -> Conduct {
        let mut out = Conduct::default();
        for index in 0..self.looked.len() {
            if self.looked[index].meta.kind == IndicatorKind::Link {
                continue;
            }
            let fired: Vec<usize> = self.looked[index].fired.keys().copied().collect();
            for at in fired {
                let rates = self.rates(index, at);
                let (meta, now) = (self.looked[index].meta, self.inputs.settings.judgement_time);
                for evidence in &self.looked[index].fired[&at] {
                    out.note(&weigh::subject_evidence(
                        &self.all,
                        meta,
                        self.people[at],
                        evidence,
                        rates,
                        now,
                    ));
                }
            }
        }
        out
    }

    fn is_triggered(&self, at: usize) -> bool {
        self.looked.iter().any(|item| item.meta.tier <= Tier::T2 && item.fired.contains_key(&at))
    }

    fn evidence(&mut self, at: usize, conduct: &Conduct) -> Vec<WeighedEvidence> {
        let (subject, now) = (self.people[at], self.inputs.settings.judgement_time);
        let mut out = Vec::new();
        for index in 0..self.looked.len() {
            let Some(list) = self.looked[index].fired.get(&at).cloned() else { continue };
            let rates = self.rates(index, at);
            let looked = &self.looked[index];
            for evidence in list {
                out.push(match self.link_of(looked, evidence) {
                    Some(link) => {
                        let mut beside =
                            conduct.beside(evidence, &looked.meta.group, self.behind.get(&link.id));
                        beside.is_their_line = self.networks.is_their_line(evidence, link);
                        weigh::link_evidence(&self.all, looked.meta, subject, evidence, link, beside, now)
                    }
                    None => weigh::subject_evidence(&self.all, looked.meta, subject, evidence, rates, now),
                });
            }
        }
        weigh::count_once(&mut out);
        out
    }

    /// Indicators that looked at a person and were silent, and those that could not look.
    fn unanswered(&mut self, at: usize) -> (Vec<weigh::Quiet<'a>>, Vec<weigh::Quiet<'a>>) {
        let (mut quiet, mut blind) = (Vec::new(), Vec::new());
        for index in 0..self.looked.len() {
            let looked = &self.looked[index];
            let (meta, reference) = (looked.meta, looked.reference);
            if looked.fired.contains_key(&at) {
                continue;
            }
            if !looked.able[at] || looked.is_partial {
                blind.push((meta, reference));
            } else {
                quiet.push((meta, self.rates(index, at)));
            }
        }
        (quiet, blind)
    }

    fn one(&mut self, at: usize, conduct: &Conduct) -> Result<Assessment, Error> {
        let subject = self.people[at];
        let evidence = self.evidence(at, conduct);
        let (quiet, blind) = self.unanswered(at);
        let rules = &self.inputs.rules.indicators;
        // The kind of fact too: a link that fired, but is explained, was not silent. And of one family of links the
        // best counts once, so that the rest of it neither adds nor takes away.
        let mut taken: BTreeSet<&str> =
            evidence.iter().flat_map(|item| [item.group.as_str(), item.fact.as_str()]).collect();
        taken.extend(
            evidence.iter().filter(|item| item.counted).filter_map(|item| item.group.strip_prefix("link:")),
        );
        let (against, against_parts) = weigh::against(&self.all, subject);
        let bears =
            |attested: &Attested| evidence.iter().any(|item| item.counted && attested.covers(&item.evidence));
        let attested: BTreeSet<&str> =
            subject.attested.iter().filter(|(_, a)| bears(a)).map(|(id, _)| id.as_str()).collect();
        let mut schemes = Mixture::new(&self.all);
        for link in evidence.iter().filter(|item| item.counted && item.link) {
            let component = link.evidence.component.as_deref().and_then(|id| self.components.get(id));
            component.iter().for_each(|component| schemes.see_link(component.family));
        }
        let together =
            together::judge(&self.all, &weigh::standing(&evidence, rules), &attested, &mut schemes);
        let floor = weigh::silence_floor(&evidence);
        let (silent, silent_parts) = weigh::silent(&quiet, &taken, &mut schemes, floor);
        let mut parts = weigh::fired_parts(&evidence);
        parts.extend(together.as_ref().map(|bar| Part {
            key: "together".into(),
            label: bar.sentence.clone(),
            millibits: bar.millibits,
            kind: PartKind::Together,
        }));
        parts.extend(against_parts);
        parts.extend(silent_parts);
        let sum: i64 = parts.iter().map(|part| part.millibits).sum();
        let worth = |sum: i64| sum + self.calibration.moved(sum);
        parts.push(self.calibration.part(sum));
        let bits = worth(sum);
        let prior = odds(self.prior(at));
        let (lower, higher) = weigh::unseen(&blind, &taken, &silent, schemes, floor);
        let probability = sigmoid2(prior + bits);
        let (holds, why) = tier_rule(&evidence);
        let stands = |lost: i64| sigmoid2(prior + worth(sum - lost)) >= self.inputs.settings.threshold;
        let case = holds && stands(0);
        let against_rule = if holds && !case { "; but the probability is below the threshold" } else { "" };
        let by = together.as_ref().map(|bar| bar.by.as_str());
        let would_clear = weigh::would_clear(&self.all, rules, &evidence, by);
        let (role, role_reason) = role::propose(subject, &evidence, &self.components, case);
        Ok(Assessment {
            subject: subject.id.clone(),
            population: subject.population.clone(),
            prior_millibits: prior,
            bits_millibits: bits,
            probability,
            low: sigmoid2(prior + worth(sum + lower)),
            high: sigmoid2(prior + worth(sum + higher)),
            parts,
            case,
            tier_rule: format!("{why}{against_rule}"),
            opened_by: if case { opening::rested_on(&evidence, &stands) } else { BTreeSet::new() },
            evidence,
            against,
            silent,
            could_not_look: blind.iter().map(|(meta, _)| meta.id.clone()).collect(),
            explained_together: together,
            would_clear,
            role,
            role_reason,
        })
    }

    fn population(&mut self, list: &[Assessment], not_triggered: u64, left_out: usize) -> PopulationReport {
        // Summed in the order of roster ids, so that the last digit does not depend on ties.
        let mut by_id: Vec<&Assessment> = list.iter().collect();
        by_id.sort_by(|a, b| a.subject.cmp(&b.subject));
        let opened: Vec<_> = by_id.iter().filter(|item| item.case).collect();
        let settings = self.inputs.settings;
        let mut baselines = Vec::new();
        for looked in &mut self.looked {
            for (population, counts) in &mut looked.counts {
                let own = settings.priors.get(*population).or_else(|| settings.priors.get("worker"));
                let prior = own.copied().unwrap_or(PRIOR_WORKER);
                for (band, words) in [
                    (Band::New, "up to 30 days"),
                    (Band::Settling, "31 to 180 days"),
                    (Band::Settled, "over 180 days"),
                ] {
                    let (k, n) = counts.for_band(band, None);
                    baselines.push(Baseline {
                        indicator: looked.meta.id.clone(),
                        population: (*population).to_owned(),
                        band: words.into(),
                        k,
                        n,
                        q: counts.rate(looked.meta, prior, k, n),
                        r: looked.reference.r,
                        left_out: counts.left_out,
                    });
                }
            }
        }
        let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for answer in self.inputs.answers {
            for table in &answer.missing {
                missing.entry(table.clone()).or_default().push(answer.indicator.clone());
            }
        }
        missing.values_mut().for_each(|list| list.sort());
        PopulationReport {
            assessed: list.len() as u64,
            not_triggered,
            opened: opened.len() as u64,
            expected_innocent: opened.iter().map(|item| 1.0 - item.probability).sum(),
            expected_among_all: by_id.iter().map(|item| item.probability).sum(),
            priors: settings.priors.clone(),
            threshold: settings.threshold,
            contamination: left_out as f64 / (self.people.len().max(1)) as f64,
            baselines,
            missing,
            unknown_subjects: std::mem::take(&mut self.unknown).into_iter().collect(),
        }
    }
}
