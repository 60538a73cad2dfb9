//! The same people by kind: schemes, tells, innocent look-alikes.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::Share;
use crate::input::Person;

/// One scheme.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SchemeLine {
    /// Scheme.
    pub scheme: String,
    /// Positives.
    pub positives: u64,
    /// Observable positives in an open case, of the observable ones.
    pub found: Share,
    /// Median weight of the observable ones, without the prior.
    pub median_bits: Option<f64>,
    /// Hosts of it, who are no positives.
    pub hosts: u64,
}

/// One tell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TellLine {
    /// Tell.
    pub tell: String,
    /// Of the positives of whom it can be seen, how many are in an open case.
    pub found: Share,
    /// Of whom it is the only tell: how many, and how many of them are in an open case.
    pub alone: Share,
    /// Median weight of those who show it, without the prior.
    pub median_bits: Option<f64>,
    /// Of those who show it, how many have no finding at all that weighs anything.
    pub unheard: u64,
    /// Indicators that answer more often where it is than where it is not, most telling first, at most three.
    pub heard_by: Vec<HeardBy>,
}

/// An indicator that goes with a tell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HeardBy {
    /// Indicator.
    pub indicator: String,
    /// Share of those who show the tell.
    pub with: f64,
    /// Share of the other observable positives.
    pub without: f64,
    /// Median own weight among those who show it.
    pub median_bits: Option<f64>,
}

/// One kind of innocents.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LookAlikeLine {
    /// Kind; `ordinary` for those of no kind.
    pub look_alike: String,
    /// In an open case, of the innocents of this kind.
    pub accused: Share,
    /// Largest weight, without the prior.
    pub most_bits: Option<f64>,
    /// Indicators that weighed most on the one with the largest weight, at most three.
    pub by: Vec<String>,
}

/// Median of a list.
#[must_use]
pub fn median(mut list: Vec<f64>) -> Option<f64> {
    list.sort_by(f64::total_cmp);
    match list.len() {
        0 => None,
        count if count % 2 == 1 => Some(list[count / 2]),
        count => Some(0.5 * (list[count / 2 - 1] + list[count / 2])),
    }
}

fn bits(one: &Person) -> Option<f64> {
    one.said.as_ref().and_then(|said| said.bits)
}

fn median_bits<'a>(people: impl IntoIterator<Item = &'a Person>) -> Option<f64> {
    median(people.into_iter().filter_map(bits).collect())
}

/// By scheme, in order of name.
#[must_use]
pub fn schemes(people: &[&Person]) -> Vec<SchemeLine> {
    let names: BTreeSet<&String> = people.iter().filter_map(|one| one.scheme.as_ref()).collect();
    let line = |name: &String| {
        let of: Vec<&Person> =
            people.iter().copied().filter(|one| one.scheme.as_ref() == Some(name)).collect();
        let targets: Vec<&Person> = of.iter().copied().filter(|one| one.is_target()).collect();
        SchemeLine {
            scheme: name.clone(),
            positives: of.iter().filter(|one| one.positive).count() as u64,
            found: Share::among(&targets, |one| one.is_accused()),
            median_bits: median_bits(targets),
            hosts: of.iter().filter(|one| one.is_host()).count() as u64,
        }
    };
    names.into_iter().map(line).collect()
}

/// By tell, in order of name.
#[must_use]
pub fn tells(people: &[&Person]) -> Vec<TellLine> {
    let targets: Vec<&Person> = people.iter().copied().filter(|one| one.is_target()).collect();
    let names: BTreeSet<&String> = targets.iter().flat_map(|one| &one.tells).collect();
    let line = |name: &String| {
        let (with, without): (Vec<&Person>, Vec<&Person>) =
            targets.iter().copied().partition(|one| one.tells.contains(name));
        let alone = with.iter().filter(|one| one.tells.len() == 1);
        let heard = |one: &Person| {
            let weighs = |said: &crate::Said| said.found.iter().any(|found| found.bits.unwrap_or(0.0) > 0.0);
            one.said.as_ref().is_some_and(weighs)
        };
        TellLine {
            tell: name.clone(),
            found: Share::among(&with, |one| one.is_accused()),
            alone: Share::among(alone, |one| one.is_accused()),
            median_bits: median_bits(with.iter().copied()),
            unheard: with.iter().filter(|one| !heard(one)).count() as u64,
            heard_by: heard_by(&with, &without),
        }
    };
    names.into_iter().map(line).collect()
}

/// Indicators of a person.
#[must_use]
pub fn indicators(one: &Person) -> BTreeSet<&str> {
    one.said.iter().flat_map(|said| &said.found).map(|found| found.indicator.as_str()).collect()
}

/// Less than this difference of shares is no sign that an indicator hears a tell.
const HEARS: f64 = 0.2;

fn heard_by(with: &[&Person], without: &[&Person]) -> Vec<HeardBy> {
    let share = |list: &[&Person], id: &str| {
        list.iter().filter(|one| indicators(one).contains(id)).count() as f64 / list.len().max(1) as f64
    };
    let ids: BTreeSet<&str> = with.iter().flat_map(|one| indicators(one)).collect();
    let mut out: Vec<HeardBy> = ids
        .into_iter()
        .map(|id| HeardBy {
            indicator: id.to_owned(),
            with: share(with, id),
            without: share(without, id),
            median_bits: median(with.iter().filter_map(|one| strongest(one, id)).collect()),
        })
        .filter(|heard| heard.with - heard.without >= HEARS)
        .collect();
    out.sort_by(|a, b| {
        (b.with - b.without).total_cmp(&(a.with - a.without)).then_with(|| a.indicator.cmp(&b.indicator))
    });
    out.truncate(3);
    out
}

/// Largest own weight of an indicator on a person.
#[must_use]
pub fn strongest(one: &Person, indicator: &str) -> Option<f64> {
    let found = one.said.iter().flat_map(|said| &said.found).filter(|found| found.indicator == indicator);
    found.filter_map(|found| found.bits).max_by(f64::total_cmp)
}

/// Innocents of no kind.
const ORDINARY: &str = "ordinary";

/// By innocent kind, in order of name; who is of two kinds counts in both.
#[must_use]
pub fn look_alikes(people: &[&Person]) -> Vec<LookAlikeLine> {
    let mut by: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for one in people.iter().filter(|one| one.is_innocent()) {
        for kind in &one.look_alikes {
            by.entry(kind).or_default().push(one);
        }
        if one.look_alikes.is_empty() {
            by.entry(ORDINARY).or_default().push(one);
        }
    }
    let line = |(kind, list): (&str, Vec<&Person>)| {
        let worst = list.iter().filter(|one| bits(one).is_some());
        let worst = worst.max_by(|a, b| bits(a).unwrap_or(0.0).total_cmp(&bits(b).unwrap_or(0.0)));
        LookAlikeLine {
            look_alike: kind.to_owned(),
            accused: Share::among(&list, |one| one.is_accused()),
            most_bits: worst.and_then(|one| bits(one)),
            by: worst.map(|one| heaviest(one)).unwrap_or_default(),
        }
    };
    by.into_iter().map(line).collect()
}

/// What weighed most on a person.
fn heaviest(one: &Person) -> Vec<String> {
    let mut found: Vec<(f64, &str)> = one
        .said
        .iter()
        .flat_map(|said| &said.found)
        .filter_map(|found| {
            Some((found.bits.filter(|bits| found.counted && *bits > 0.0)?, found.indicator.as_str()))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let mut out: Vec<String> = Vec::new();
    for (bits, id) in found {
        if out.len() < 3 && out.iter().all(|text| !text.starts_with(&format!("{id} "))) {
            out.push(format!("{id} {bits:.1}"));
        }
    }
    out
}
