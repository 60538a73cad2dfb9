//! One person's parts: what fired, what was silent, what speaks for them, and what could not look.

use std::collections::{BTreeMap, BTreeSet};

use model::link::{Component, Family};
use model::time::DAY_MICROS;
use model::{Evidence, Tier, Time};

use crate::assessment::{AgainstItem, Clearing, Part, PartKind, SilentItem, WeighedEvidence, WeightNote};
use crate::component::{
    family_name, is_household_pair, is_operated, is_workplace_of_neighbours, needs_conduct, pattern,
};
use crate::conduct::Beside;
use crate::input::{Attested, IndicatorKind, IndicatorMeta, Subject};
use crate::opening;
use crate::rates::{
    SILENT_BESIDE_STRONG, SILENT_FLOOR, SILENT_TOTAL_FLOOR, clamp_of, decayed, fired_weight, fraud_rate,
    honest_rate, milli, silent_weight,
};
use crate::scheme::Mixture;
use crate::together::Standing;
use crate::vocabulary::Vocabulary;

/// All facts that speak for a person together never weigh more.
pub const AGAINST_FLOOR: i64 = -6_000;
/// A company record explains a shared token among at most this many people.
const ATTESTED_MEMBERS: u32 = 4;

/// Group of tokens that couples share, while nothing else speaks.
pub const HOUSEHOLD_PAIR: &str = "link:household_pair";

/// Rates behind the weight of one indicator for one person.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Among fraudulent engagements.
    pub r: f64,
    /// Among honest ones.
    pub q: f64,
    /// Counted.
    pub k: u64,
    /// Counted.
    pub n: u64,
}

impl Rates {
    /// Without any count of this company.
    #[must_use]
    pub fn reference(meta: &IndicatorMeta) -> Self {
        Self { r: fraud_rate(meta), q: honest_rate(meta, 0.0, 0.0), k: 0, n: 0 }
    }
}

/// Group key of a link by its family.
#[must_use]
pub fn link_group(component: &Component, paired: bool) -> String {
    if paired { HOUSEHOLD_PAIR.to_owned() } else { family_group(component.family) }
}

/// Group of what a family of links says.
pub(crate) fn family_group(family: Family) -> String {
    format!("link:{}", family_name(family))
}

fn age_days(now: Time, then: Time) -> f64 {
    now.0.saturating_sub(then.0) as f64 / DAY_MICROS as f64
}

/// The attested explanation that bears on an indicator at that time, if any; the likeliest, then the first id.
fn attested_for(
    all: &Vocabulary,
    meta: &IndicatorMeta,
    subject: &Subject,
    evidence: &Evidence,
) -> Option<String> {
    let mut best: Option<(&str, f64)> = None;
    for (id, _) in subject.attested.iter().filter(|(_, attested)| attested.covers(evidence)) {
        if let Some(value) = all.explanations.get(id).and_then(|item| item.likelihood(meta))
            && best.is_none_or(|(_, most)| value > most)
        {
            best = Some((id, value));
        }
    }
    best.map(|(id, _)| id.to_owned())
}

/// Weighs evidence about one subject.
#[must_use]
pub fn subject_evidence(
    all: &Vocabulary,
    meta: &IndicatorMeta,
    subject: &Subject,
    evidence: &Evidence,
    rates: Rates,
    now: Time,
) -> WeighedEvidence {
    let Rates { r, q, k, n } = rates;
    let age = age_days(now, evidence.last_seen);
    let millibits = decayed(fired_weight(meta, r, q), age, meta.half_life_days);
    let aged = meta.half_life_days.map_or(String::new(), |days| format!("; halves every {days:.0} days"));
    let text = format!(
        "at least {} of fraudulent engagements and at most {} of honest ones show it; \
         {k} of {n} comparable people here do{aged}{}",
        percent(r),
        percent(q),
        taught(meta)
    );
    WeighedEvidence {
        evidence: evidence.clone(),
        title: meta.title.clone(),
        tier: meta.tier,
        group: meta.group.clone(),
        fact: meta.group.clone(),
        millibits,
        counted: false,
        opens: meta.opens,
        explained_by: attested_for(all, meta, subject, evidence),
        protected: false,
        link: false,
        paper: false,
        homely: false,
        note: WeightNote { r, q, k, n, text },
    }
}

/// Weighs evidence of a shared token. `beside`: the independent conduct that stands on those who share it.
#[must_use]
pub fn link_evidence(
    all: &Vocabulary,
    meta: &IndicatorMeta,
    subject: &Subject,
    evidence: &Evidence,
    component: &Component,
    beside: Beside,
    now: Time,
) -> WeighedEvidence {
    let shape = pattern(component, !beside.any);
    let paired = is_household_pair(component) && !beside.any;
    let operated = is_operated(component, beside);
    let tier = match meta.tier {
        // What people of one firm give as theirs corroborates, until another of them is worked by somebody else.
        Tier::T2 if component.is_paper_only && beside.others == 0 => Tier::T3,
        tier if needs_conduct(component) && !beside.any => tier.max(Tier::T2),
        // Homes within reach of one workplace leave the workplace open, until the machines of others are worked by somebody else.
        Tier::T1 if is_workplace_of_neighbours(component) && !operated => Tier::T2,
        Tier::T2 if operated || beside.is_their_line => Tier::T1,
        tier => tier,
    };
    let protected = component.protected.contains(&subject.id);
    let attested = || {
        (component.members <= ATTESTED_MEMBERS).then(|| attested_for(all, meta, subject, evidence)).flatten()
    };
    let explained_by = component.explained_by.clone().or_else(attested);
    // A pattern that says nothing says nothing, whatever its indicator taught elsewhere.
    let plain = shape.millibits();
    let full = if plain > 0 { (plain + meta.shift).max(0).min(clamp_of(tier)) } else { plain };
    let weight = decayed(full, age_days(now, evidence.last_seen), meta.half_life_days);
    let millibits = if protected || explained_by.is_some() { 0 } else { weight };
    let text = format!(
        "{} people, {} declared homes, {} days together, {} who ever carried it: {} on a farm, \
         {} by the best innocent reason ({}){}{}",
        component.members,
        component.homes,
        component.days,
        component.degree,
        percent(shape.farm),
        percent(shape.innocent),
        shape.reason,
        match (operated, beside.is_their_line) {
            (true, _) => "; somebody else works the machines of two or more of the others",
            (false, true) =>
                "; it is the line of a place where most of the others stand on one local network",
            (false, false) => "",
        },
        taught(meta)
    );
    WeighedEvidence {
        evidence: evidence.clone(),
        title: meta.title.clone(),
        tier,
        group: link_group(component, paired),
        fact: meta.group.clone(),
        millibits,
        counted: false,
        opens: meta.opens,
        explained_by,
        protected,
        link: true,
        paper: PAPERS.contains(&component.kind.as_str()),
        homely: component.is_household_kind || AT_HOME.contains(&component.kind.as_str()),
        note: WeightNote { r: shape.farm, q: shape.innocent, k: 0, n: 0, text },
    }
}

/// What decisions move a weight by, in words.
fn taught(meta: &IndicatorMeta) -> String {
    match meta.shift {
        0 => String::new(),
        shift => format!("; decisions here move it by {:+.2} bits", shift as f64 / 1000.0),
    }
}

fn percent(rate: f64) -> String {
    let value = rate * 100.0;
    if value >= 1.0 { format!("{value:.0} %") } else { format!("{value:.2} %") }
}

/// Orders evidence, strongest first, and marks the strongest of each group and of each kind of fact as counted.
pub fn count_once(evidence: &mut [WeighedEvidence]) {
    evidence.sort_by(|a, b| {
        let key = |item: &WeighedEvidence| {
            let seen = &item.evidence;
            (
                -item.millibits,
                item.tier,
                seen.indicator.clone(),
                seen.component.clone(),
                seen.first_seen,
                seen.last_seen,
            )
        };
        key(a).cmp(&key(b)).then_with(|| a.evidence.records.cmp(&b.evidence.records))
    });
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for at in 0..evidence.len() {
        let (before, rest) = evidence.split_at_mut(at);
        let item = &mut rest[0];
        if item.millibits <= 0 {
            continue;
        }
        let (group, fact) = (seen.contains(&item.group), seen.contains(&item.fact));
        // An agency's address and its phone say one thing.
        let paper = before.iter().any(|other| other.counted && opening::is_one_paper(other, item));
        item.counted = !group && !fact && !paper;
        // What a link says of pay, parcels or sign-ins, evidence of that group says again about one person alone.
        if !paper && (!fact || group) {
            seen.extend([item.group.clone(), item.fact.clone()]);
        }
    }
}

/// Bars of what counts.
#[must_use]
pub fn fired_parts(evidence: &[WeighedEvidence]) -> Vec<Part> {
    evidence
        .iter()
        .filter(|item| item.counted)
        .map(|item| Part {
            key: item.group.clone(),
            label: item.title.clone(),
            millibits: item.millibits,
            kind: if item.link { PartKind::Link } else { PartKind::Group },
        })
        .collect()
}

/// What stands for each group about the subject alone: the input of "explained together".
#[must_use]
pub fn standing<'a>(
    evidence: &[WeighedEvidence],
    rules: &'a BTreeMap<String, IndicatorMeta>,
) -> Vec<Standing<'a>> {
    let mut out: Vec<Standing<'a>> = evidence
        .iter()
        .filter(|item| item.counted && !item.link)
        .filter_map(|item| {
            let meta = rules.get(&item.evidence.indicator)?;
            Some(Standing { meta, r: item.note.r, q: item.note.q, millibits: item.millibits })
        })
        .collect();
    out.sort_by(|a, b| a.meta.group.cmp(&b.meta.group));
    out
}

/// Facts that speak for the person, most telling first, together at most the floor.
#[must_use]
pub fn against(all: &Vocabulary, subject: &Subject) -> (Vec<AgainstItem>, Vec<Part>) {
    let mut facts = Vec::new();
    let mut items = Vec::new();
    for (id, Attested { records, .. }) in &subject.attested {
        if let Some(fact) = all.facts.get(id) {
            facts.push((
                milli((fact.fraudulent / fact.honest).log2()),
                id,
                fact.text.clone(),
                records.clone(),
            ));
        } else if let Some(item) = all.explanations.get(id) {
            let text = item.text.clone();
            items.push(AgainstItem { id: id.clone(), text, millibits: 0, records: records.clone() });
        }
    }
    facts.sort();
    let (mut left, mut parts, mut out) = (AGAINST_FLOOR, Vec::new(), Vec::new());
    for (weight, id, text, records) in facts {
        let millibits = weight.max(left);
        left -= millibits;
        if millibits != 0 {
            let key = format!("against:{id}");
            parts.push(Part { key, label: text.clone(), millibits, kind: PartKind::Against });
        }
        out.push(AgainstItem { id: id.clone(), text, millibits, records });
    }
    out.extend(items);
    (out, parts)
}

/// An indicator that stands for the silence of its group.
pub type Quiet<'a> = (&'a IndicatorMeta, Rates);

/// Of each group in which nothing fired, the indicator whose silence says most, by group.
fn quietest<'a>(looked: &[Quiet<'a>], taken: &BTreeSet<&str>) -> Vec<Quiet<'a>> {
    let mut best: BTreeMap<&str, (i64, Quiet<'a>)> = BTreeMap::new();
    for &(meta, rates) in looked.iter().filter(|(meta, _)| !taken.contains(meta.group.as_str())) {
        let weight = silent_weight(meta.tier, rates.r, rates.q);
        let entry = best.entry(&meta.group).or_insert((weight, (meta, rates)));
        if (weight, &meta.id) < (entry.0, &entry.1.0.id) {
            *entry = (weight, (meta, rates));
        }
    }
    best.into_values().filter(|(weight, _)| *weight < 0).map(|(_, quiet)| quiet).collect()
}

/// `log2 P(silent | fraud, what was seen before) / P(silent | honest)`: never positive, with its floor.
fn silence((meta, rates): &Quiet<'_>, schemes: &mut Mixture<'_>) -> i64 {
    let fraud = schemes.see_silent(meta, rates.r);
    milli((fraud / (1.0 - rates.q)).log2()).clamp(SILENT_FLOOR.max(-clamp_of(meta.tier)), 0)
}

/// Kinds of token that people write down.
const PAPERS: [&str; 5] = ["ship_to", "home_address", "phone", "personal_email", "profile"];

/// What else two of one home have in common: a computer that comes to meetings may be the family's, and they write alike.
const AT_HOME: [&str; 2] = ["meeting_device", "resume"];

/// The most that silence may take, given what stands.
#[must_use]
pub fn silence_floor(evidence: &[WeighedEvidence]) -> i64 {
    let is_strong = |item: &WeighedEvidence| item.tier <= Tier::T2 && opening::votes(item);
    if evidence.iter().any(is_strong) { SILENT_BESIDE_STRONG } else { SILENT_TOTAL_FLOOR }
}

/// Looked and silent: one contribution per group in which nothing fired, together at most the floor. What the schemes
/// that fit never show costs nothing.
#[must_use]
pub fn silent(
    looked: &[Quiet<'_>],
    taken: &BTreeSet<&str>,
    schemes: &mut Mixture<'_>,
    floor: i64,
) -> (Vec<SilentItem>, Vec<Part>) {
    let (mut left, mut items, mut parts) = (floor, Vec::new(), Vec::new());
    for quiet in quietest(looked, taken) {
        let meta = quiet.0;
        let millibits = silence(&quiet, schemes).max(left);
        left -= millibits;
        if millibits != 0 {
            let key = format!("silent:{}", meta.group);
            let label = format!("looked for and not found: {}", meta.title);
            parts.push(Part { key, label, millibits, kind: PartKind::Silent });
        }
        items.push(SilentItem { indicator: meta.id.clone(), group: meta.group.clone(), millibits });
    }
    items.sort_by(|a, b| (a.millibits, &a.group).cmp(&(b.millibits, &b.group)));
    parts.sort_by(|a, b| (a.millibits, &a.key).cmp(&(b.millibits, &b.key)));
    (items, parts)
}

/// What the groups that could not look might still bring: `(lowest, highest)` in milli-bits. Lowest: all silent, within
/// what the floor on silence leaves. Highest: the strongest one fires, at its reference weight.
#[must_use]
pub fn unseen(
    blind: &[Quiet<'_>],
    taken: &BTreeSet<&str>,
    silent: &[SilentItem],
    mut schemes: Mixture<'_>,
    floor: i64,
) -> (i64, i64) {
    let known: BTreeSet<&str> =
        taken.iter().copied().chain(silent.iter().map(|item| item.group.as_str())).collect();
    let so_far: i64 = silent.iter().map(|item| item.millibits).sum();
    let sum: i64 = quietest(blind, &known).iter().map(|quiet| silence(quiet, &mut schemes)).sum();
    let fires = |(meta, rates): &Quiet<'_>| match meta.kind {
        IndicatorKind::Subject => fired_weight(meta, rates.r, rates.q),
        IndicatorKind::Link => clamp_of(meta.tier),
    };
    let open = blind.iter().filter(|(meta, _)| !taken.contains(meta.group.as_str()));
    (sum.max(floor - so_far).min(0), open.map(fires).max().unwrap_or(0).max(0))
}

/// What would settle it: for the strongest evidence that counts, its own check and the commonest innocent
/// reasons that bear on it; the one that explains all together comes first.
#[must_use]
pub fn would_clear(
    all: &Vocabulary,
    rules: &BTreeMap<String, IndicatorMeta>,
    evidence: &[WeighedEvidence],
    first: Option<&str>,
) -> Vec<Clearing> {
    let mut out: Vec<Clearing> = Vec::new();
    let mut add = |explanation: &str, text: &str| {
        if !text.is_empty() && out.iter().all(|item| item.explanation != explanation) {
            out.push(Clearing { explanation: explanation.to_owned(), text: text.to_owned() });
        }
    };
    if let Some(item) = first.and_then(|id| all.explanations.get(id)) {
        add(&item.id, &item.clears);
    }
    for item in evidence.iter().filter(|item| item.counted).take(3) {
        let Some(meta) = rules.get(&item.evidence.indicator) else { continue };
        add(&meta.id, &meta.clearing);
        let mut bearing: Vec<_> = all
            .explanations
            .values()
            .filter_map(|reason| reason.likelihood(meta).map(|value| (reason.prior * value, reason)))
            .collect();
        bearing.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        for (_, reason) in bearing.into_iter().take(2) {
            add(&reason.id, &reason.clears);
        }
    }
    out
}
