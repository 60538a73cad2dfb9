//! One cause behind several answers.
//!
//! Groups are added as if independent. They are not: a traveller behind a VPN fires four of them. The
//! honest likelihood of all answers together is `Σ_h π_h Π_g P(e_g | h)` over the innocent explanations and
//! over "none"; the bar is the part of it that the separate rates miss, `−log2(L_honest / Π_g m_g)` with
//! `m_g` the same sum for one group alone, and likewise for schemes on the other side. One group alone
//! therefore makes no bar, unless a company record attests an explanation. An explanation never makes
//! answers less likely together than apart (holding one at a time is our simplification, not a fact), and
//! the bar never takes away more than was there. Links stay out: their weight is already taken against the
//! best innocent reason.

use std::collections::BTreeSet;

use crate::assessment::Together;
use crate::input::IndicatorMeta;
use crate::rates::milli;
use crate::vocabulary::Vocabulary;

/// What a company record makes of an explanation's probability.
const ATTESTED: f64 = 0.90;
/// Explanations that bear on the answers share at most this much of the honest.
const MOST_EXPLAINED: f64 = 0.70;
/// An answer is never this much rarer without an explanation than on the whole.
const UNEXPLAINED_SHARE: f64 = 0.05;
/// Schemes can make answers hang together, but only so far.
const SCHEME_CAP: i64 = 2_000;

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

struct Cause<'a> {
    id: &'a str,
    prior: f64,
    /// Product over the groups, and how many of them it bears on.
    product: f64,
    bears_on: usize,
}

/// The bar for the groups that stand, if there is one.
#[must_use]
pub fn judge(all: &Vocabulary, standing: &[Standing<'_>], attested: &BTreeSet<&str>) -> Option<Together> {
    if standing.is_empty() {
        return None;
    }
    let (honest, by, covers) = honest_ratio(all, standing, attested);
    let (fraud, scheme) = fraud_ratio(all, standing);
    let whole: i64 = standing.iter().map(|group| group.millibits).sum();
    let bar = (milli(fraud.log2()).min(SCHEME_CAP) - milli(honest.log2())).clamp(-whole, SCHEME_CAP);
    if bar == 0 {
        return None;
    }
    let of = standing.len();
    if bar < 0
        && let Some(id) = by
    {
        let text = all.explanations.get(id).map_or("", |item| item.text.as_str());
        let lead =
            if attested.contains(id) { "A company record speaks for" } else { "One innocent reason is" };
        let sentence = format!("{lead}: {text} That alone would show {covers} of the {of} things seen.");
        return Some(Together { by: id.to_owned(), millibits: bar, sentence });
    }
    let id = scheme.unwrap_or("none");
    let text = all.schemes.get(id).map_or("", |item| item.text.as_str());
    let side = if bar > 0 { "more" } else { "less" };
    let sentence = format!("The things seen go together {side} often than apart would say. Nearest: {text}");
    Some(Together { by: id.to_owned(), millibits: bar, sentence })
}

/// `L_honest / Π m_g`, at least 1; the explanation with the largest posterior; how many groups it bears on.
fn honest_ratio<'a>(
    all: &'a Vocabulary,
    standing: &[Standing<'_>],
    attested: &BTreeSet<&str>,
) -> (f64, Option<&'a str>, usize) {
    let bearing: Vec<_> = all
        .explanations
        .values()
        .filter(|item| standing.iter().any(|group| item.likelihood(group.meta).is_some()))
        .collect();
    let sum: f64 = bearing.iter().map(|item| item.unrecorded()).sum();
    let scale = if sum > MOST_EXPLAINED { MOST_EXPLAINED / sum } else { 1.0 };
    let mut none = Vec::with_capacity(standing.len());
    let mut apart = 1.0;
    for group in standing {
        let (mut mass, mut shown) = (0.0, 0.0);
        for item in &bearing {
            if let Some(likelihood) = item.likelihood(group.meta) {
                mass += item.unrecorded() * scale;
                shown += item.unrecorded() * scale * likelihood.max(group.q);
            }
        }
        let rest = ((group.q - shown) / (1.0 - mass)).max(group.q * UNEXPLAINED_SHARE);
        none.push(rest);
        apart *= shown + (1.0 - mass) * rest;
    }
    let causes: Vec<Cause<'a>> = bearing
        .iter()
        .map(|item| {
            let mut cause =
                Cause { id: &item.id, prior: item.unrecorded() * scale, product: 1.0, bears_on: 0 };
            for (group, rest) in standing.iter().zip(&none) {
                let likelihood = item.likelihood(group.meta);
                cause.bears_on += usize::from(likelihood.is_some());
                cause.product *= likelihood.map_or(*rest, |value| value.max(group.q));
            }
            cause
        })
        .collect();
    let explained: f64 = causes.iter().map(|cause| cause.prior * cause.product).sum();
    let base = (explained + (1.0 - sum * scale) * none.iter().product::<f64>()).max(apart);
    let mut together = base;
    let mut best: Option<(&Cause<'a>, f64)> = None;
    for cause in &causes {
        let known = attested.contains(cause.id);
        if known {
            together = together.max(ATTESTED * cause.product + (1.0 - ATTESTED) * base);
        }
        let posterior = if known { ATTESTED } else { cause.prior } * cause.product;
        if posterior > 0.0 && best.is_none_or(|(_, most)| posterior > most) {
            best = Some((cause, posterior));
        }
    }
    let (id, covers) = best.map_or((None, 0), |(cause, _)| (Some(cause.id), cause.bears_on));
    ((together / apart).max(1.0), id, covers)
}

/// `L_fraud / Π M_g` over schemes, and the scheme with the largest posterior.
fn fraud_ratio<'a>(all: &'a Vocabulary, standing: &[Standing<'_>]) -> (f64, Option<&'a str>) {
    let mut apart = vec![0.0; standing.len()];
    let mut together = 0.0;
    let mut best: Option<(&str, f64)> = None;
    for scheme in all.schemes.values() {
        let mut product = scheme.prior;
        for (group, alone) in standing.iter().zip(&mut apart) {
            let rate = scheme.rate(group.meta, group.r);
            *alone += scheme.prior * rate;
            product *= rate;
        }
        together += product;
        if best.is_none_or(|(_, most)| product > most) {
            best = Some((&scheme.id, product));
        }
    }
    let apart: f64 = apart.iter().product();
    let ratio = if apart > 0.0 { together / apart } else { 1.0 };
    (ratio, best.map(|(id, _)| id))
}
