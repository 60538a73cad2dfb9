//! One cause behind several answers.
//!
//! Groups are added as if independent. They are not: a traveller behind a VPN fires four of them. The honest
//! likelihood of all answers together is `L_honest = Σ_h π_h Π_g P(e_g | h)` over the innocent explanations and over
//! "none". The bar is the part of it that the separate rates miss, `−log2(L_honest / Π_g q_g)`, over the groups that
//! hang together most; and likewise for schemes on the other side ([`crate::scheme`]).
//!
//! `P(e_g | h)` is what the vocabulary states, scaled down where all explanations together would make the thing more
//! frequent than honest people show it: a rate that is measured wins over forty that are guessed. One group alone
//! therefore makes no bar, unless a company record attests an explanation. An explanation never makes answers less
//! likely together than apart (holding one at a time is our simplification, not a fact), and the bar never takes away
//! more than was there. Links stay out: their weight is already taken against the best innocent reason.

use std::collections::BTreeSet;

use crate::assessment::Together;
use crate::input::IndicatorMeta;
use crate::rates::milli;
use crate::scheme::Mixture;
use crate::vocabulary::{Explanation, Vocabulary};

/// What a company record makes of an explanation's probability.
const ATTESTED: f64 = 0.90;
/// Explanations that bear on the answers share at most this much of the honest.
const MOST_EXPLAINED: f64 = 0.70;
/// So much of an honest rate is left to what nobody has thought of.
const UNTHOUGHT: f64 = 0.10;
/// Schemes can make answers hang together, but only so far.
const SCHEME_CAP: i64 = 2_000;
/// From so many groups on, only all of them together are looked at.
const MOST_GROUPS: usize = 12;

/// The evidence that stands for one dependence group.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its indicator.
    pub meta: &'a IndicatorMeta,
    /// Rate among fraudulent engagements.
    pub r: f64,
    /// Rate among honest engagements.
    pub q: f64,
    /// Its weight.
    pub millibits: i64,
}

/// The best innocent reading of several answers.
#[derive(Debug, Clone, Default)]
struct Honest<'a> {
    /// `L_honest / Π q`, at least 1.
    ratio: f64,
    /// Explanation with the largest posterior.
    by: Option<&'a str>,
    /// Groups that it bears on.
    covers: usize,
}

/// The bar for the groups that stand, if there is one. The shares of the schemes move with what fired.
#[must_use]
pub fn judge(
    all: &Vocabulary,
    standing: &[Standing<'_>],
    attested: &BTreeSet<&str>,
    schemes: &mut Mixture<'_>,
) -> Option<Together> {
    let alone = Mixture::new(all);
    let step = |group: &Standing<'_>| {
        schemes.see_fired(group.meta, group.r) / alone.clone().see_fired(group.meta, group.r)
    };
    let ratio: f64 = standing.iter().map(step).product();
    if standing.is_empty() {
        return None;
    }
    let honest = honest(all, standing, attested);
    let whole: i64 = standing.iter().map(|group| group.millibits).sum();
    let bar = (milli(ratio.log2()).min(SCHEME_CAP) - milli(honest.ratio.log2())).clamp(-whole, SCHEME_CAP);
    if bar == 0 {
        return None;
    }
    if bar < 0
        && let Some(id) = honest.by.filter(|_| honest.ratio > 1.0)
    {
        let text = all.explanations.get(id).map_or("", |item| item.text.as_str());
        let lead =
            if attested.contains(id) { "A company record speaks for" } else { "One innocent reason is" };
        let (covers, of) = (honest.covers, standing.len());
        let sentence = format!("{lead}: {text} That alone would show {covers} of the {of} things seen.");
        return Some(Together { by: id.to_owned(), millibits: bar, sentence });
    }
    let nearest = schemes.nearest();
    let (id, text) = nearest.map_or(("none", ""), |scheme| (scheme.id.as_str(), scheme.text.as_str()));
    let side = if bar > 0 { "more" } else { "less" };
    let sentence = format!("The things seen go together {side} often than apart would say. Nearest: {text}");
    Some(Together { by: id.to_owned(), millibits: bar, sentence })
}

/// Over the groups that hang together most: one odd thing more does not unmake the traveller.
fn honest<'a>(all: &'a Vocabulary, standing: &[Standing<'_>], attested: &BTreeSet<&str>) -> Honest<'a> {
    let of = standing.len();
    let masks = if of <= MOST_GROUPS { 1..(1_u32 << of) } else { 0..1 };
    let mut best = Honest { ratio: 0.0, ..Honest::default() };
    for mask in masks {
        let chosen: Vec<Standing<'_>> = standing
            .iter()
            .enumerate()
            .filter(|(at, _)| of > MOST_GROUPS || mask & (1 << at) != 0)
            .map(|(_, group)| *group)
            .collect();
        let one = of_groups(all, &chosen, attested);
        // Of equals the larger set, so that the sentence counts all that the reason covers.
        if one.ratio > best.ratio || (one.ratio == best.ratio && one.covers > best.covers) {
            best = one;
        }
    }
    best
}

/// One group's honest rate, split among the explanations that bear on it.
struct Split<'a> {
    q: f64,
    /// What no explanation accounts for.
    rest: f64,
    /// By explanation: what it adds, and what the vocabulary states.
    adds: Vec<Option<(f64, f64)>>,
    meta: &'a IndicatorMeta,
}

fn split<'a>(group: &Standing<'a>, bearing: &[&Explanation], scale: f64) -> Split<'a> {
    let stated: Vec<Option<f64>> = bearing.iter().map(|item| item.likelihood(group.meta)).collect();
    let sum: f64 =
        bearing.iter().zip(&stated).map(|(item, p)| item.unrecorded() * scale * p.unwrap_or(0.0)).sum();
    let most = group.q * (1.0 - UNTHOUGHT);
    let factor = if sum > most { most / sum } else { 1.0 };
    Split {
        q: group.q,
        rest: group.q - sum * factor,
        adds: stated.into_iter().map(|p| p.map(|p| (p * factor, p))).collect(),
        meta: group.meta,
    }
}

fn of_groups<'a>(all: &'a Vocabulary, groups: &[Standing<'_>], attested: &BTreeSet<&str>) -> Honest<'a> {
    let bearing: Vec<&Explanation> = all
        .explanations
        .values()
        .filter(|item| groups.iter().any(|group| item.likelihood(group.meta).is_some()))
        .collect();
    let sum: f64 = bearing.iter().map(|item| item.unrecorded()).sum();
    let scale = if sum > MOST_EXPLAINED { MOST_EXPLAINED / sum } else { 1.0 };
    let splits: Vec<Split<'_>> = groups.iter().map(|group| split(group, &bearing, scale)).collect();
    let apart: f64 = splits.iter().map(|split| split.q).product();
    let rest: f64 = splits.iter().map(|split| split.rest).product();
    let mut together = (1.0 - sum * scale) * rest;
    let mut known: f64 = 0.0;
    let mut best: Option<(&'a str, usize, f64)> = None;
    for (at, item) in bearing.iter().enumerate() {
        let held: f64 =
            splits.iter().map(|split| split.rest + split.adds[at].map_or(0.0, |(adds, _)| adds)).product();
        together += item.unrecorded() * scale * held;
        let mut posterior = item.unrecorded() * scale * held;
        if attested.contains(item.id.as_str()) {
            let stated =
                |split: &Split<'_>| split.adds[at].map_or(split.q, |(_, stated)| stated.max(split.q));
            let if_so: f64 = splits.iter().map(stated).product();
            known = known.max(ATTESTED * if_so + (1.0 - ATTESTED) * apart);
            posterior = ATTESTED * if_so;
        }
        let covers = splits.iter().filter(|split| item.likelihood(split.meta).is_some()).count();
        if posterior > 0.0 && best.is_none_or(|(_, _, most)| posterior > most) {
            best = Some((&item.id, covers, posterior));
        }
    }
    let ratio = if apart > 0.0 { (together.max(known) / apart).max(1.0) } else { 1.0 };
    let (by, covers) = best.map_or((None, 0), |(id, covers, _)| (Some(id), covers));
    Honest { ratio, by, covers }
}
