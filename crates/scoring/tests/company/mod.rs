//! A small made-up company to be filled with answers.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::BTreeMap;

use model::evidence::Answer;
use model::link::{Component, Family};
use model::{Evidence, RecordId, Tier, Time};
use scoring::{
    Assessment, Attested, IndicatorKind, IndicatorMeta, Inputs, RatePrior, Reference, Report, Rules,
    Settings, Subject, assess,
};

pub fn now() -> Time {
    Time::from_seconds(1_780_000_000)
}

pub fn meta(id: &str, tier: Tier, group: &str) -> IndicatorMeta {
    let mean = match tier {
        Tier::T1 => 0.0005,
        Tier::T2 => 0.005,
        Tier::T3 => 0.03,
        Tier::T4 => 0.2,
    };
    IndicatorMeta {
        id: id.into(),
        title: format!("title of {id}"),
        tier,
        kind: IndicatorKind::Subject,
        group: group.into(),
        stage: "employment".into(),
        tables: vec![],
        sees: String::new(),
        why: String::new(),
        innocent: vec![],
        fraud: RatePrior { alpha: 8.0, beta: 8.0, source: "test".into() },
        honest: Reference { mean, source: "test".into() },
        half_life_days: None,
        opens: true,
        clearing: "Ask the whole cohort.".into(),
        shift: 0,
    }
}

pub fn link(id: &str, group: &str) -> IndicatorMeta {
    IndicatorMeta { kind: IndicatorKind::Link, ..meta(id, Tier::T1, group) }
}

pub fn component(id: &str, family: Family, members: u32, household: bool) -> Component {
    Component {
        id: id.into(),
        kind: if family == Family::Place { "ship_to" } else { "bank_account" }.into(),
        family,
        is_household_kind: household,
        members,
        homes: members,
        is_one_area: false,
        is_paper_only: false,
        days: 10,
        degree: members,
        first: now(),
        last: now(),
        explained_by: None,
        protected: vec![],
    }
}

/// A record of its own for each indicator and person.
pub fn record(indicator: &str, at: usize) -> RecordId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(at as u64).to_be_bytes());
    for (place, byte) in indicator.bytes().enumerate() {
        id[8 + place % 8] ^= byte.rotate_left(place as u32 / 8);
    }
    RecordId(id)
}

/// A company to be filled.
#[derive(Debug, Clone)]
pub struct Company {
    pub rules: Vec<IndicatorMeta>,
    pub people: Vec<Subject>,
    pub answers: BTreeMap<String, Answer>,
    pub components: Vec<Component>,
}

impl Company {
    pub fn of(size: usize, rules: Vec<IndicatorMeta>) -> Self {
        let people: Vec<Subject> = (0..size)
            .map(|at| Subject {
                id: format!("W{at:05}"),
                population: "worker".into(),
                tenure_days: 400,
                in_scope: true,
                ..Subject::default()
            })
            .collect();
        let able: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let answers = rules
            .iter()
            .map(|rule| {
                let answer = Answer { indicator: rule.id.clone(), able: able.clone(), ..Answer::default() };
                (rule.id.clone(), answer)
            })
            .collect();
        Self { rules, people, answers, components: vec![] }
    }

    pub fn fire(
        &mut self,
        indicator: &str,
        at: usize,
        component: Option<&str>,
        other: &[usize],
    ) -> &mut Self {
        let evidence = Evidence {
            indicator: indicator.into(),
            subject: format!("W{at:05}"),
            other: other.iter().map(|at| format!("W{at:05}")).collect(),
            component: component.map(Into::into),
            first_seen: now(),
            last_seen: now(),
            value: 1.0,
            sentence: "seen".into(),
            records: vec![record(indicator, at)],
        };
        self.answers.get_mut(indicator).unwrap().fired.push(evidence);
        self
    }

    pub fn attest(&mut self, at: usize, id: &str) -> &mut Self {
        self.people[at]
            .attested
            .insert(id.into(), Attested { records: vec![RecordId([7; 16])], spans: vec![] });
        self
    }

    pub fn blind(&mut self, indicator: &str) -> &mut Self {
        let answer = self.answers.get_mut(indicator).unwrap();
        answer.able.clear();
        answer.missing = vec!["sign_in".into()];
        self
    }

    pub fn report(&self) -> Report {
        let answers: Vec<Answer> = self.answers.values().cloned().collect();
        self.report_of(&self.people, &answers)
    }

    pub fn report_of(&self, people: &[Subject], answers: &[Answer]) -> Report {
        let rules = Rules::new(self.rules.clone()).unwrap();
        let settings = Settings::at(now());
        let inputs = Inputs {
            rules: &rules,
            subjects: people,
            answers,
            components: &self.components,
            settings: &settings,
        };
        assess(inputs).unwrap()
    }

    pub fn one(&self, at: usize) -> Assessment {
        let id = format!("W{at:05}");
        self.report().assessments.into_iter().find(|item| item.subject == id).unwrap()
    }
}
