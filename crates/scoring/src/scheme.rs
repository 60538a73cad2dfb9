//! The fraudulent side as a mixture: an engagement is run under one scheme, carefully or not, and that scheme must
//! explain what fired *and* what is silent. `L_fraud = Σ_s π_s Π_fired r_gs Π_silent (1 − r_gs)`.
//!
//! The sum is taken step by step, by the rule of products: first the shared tokens move the shares of the schemes,
//! then what fired, then each silent group in turn. So every bar of the waterfall is the part that this step adds, and
//! the bars sum to the whole. Silence of what the fitting scheme never shows costs next to nothing; on whom nothing
//! fires, the careful ones of every scheme remain, and the score falls by a bit or two and no further.

use model::link::Family;

use crate::component::family_name;
use crate::input::IndicatorMeta;
use crate::vocabulary::{Careful, Scheme, Vocabulary};

/// No scheme shows a thing more surely than this.
const SUREST: f64 = 0.95;
/// No scheme is this sure never to show a thing.
const RAREST: f64 = 1e-5;
/// A family of shared tokens that a scheme does not name.
const OTHER_LINK: f64 = 0.1;

/// Shares of all schemes, each with its careless and its careful half, as steps move them.
#[derive(Debug, Clone)]
pub struct Mixture<'a> {
    careful: &'a Careful,
    schemes: Vec<&'a Scheme>,
    /// By scheme: careless, careful. They sum to one.
    shares: Vec<[f64; 2]>,
}

impl<'a> Mixture<'a> {
    /// Before anything is seen.
    #[must_use]
    pub fn new(all: &'a Vocabulary) -> Self {
        let schemes: Vec<&Scheme> = all.schemes.values().collect();
        let halves = [1.0 - all.careful.share, all.careful.share];
        let shares = schemes.iter().map(|scheme| halves.map(|half| half * scheme.prior)).collect();
        Self { careful: &all.careful, schemes, shares }
    }

    /// What a shared token of a family makes of the shares. Its own weight is the business of its component.
    pub fn see_link(&mut self, family: Family) {
        let name = family_name(family);
        let factors: Vec<f64> =
            self.schemes.iter().map(|scheme| scheme.links.get(name).copied().unwrap_or(OTHER_LINK)).collect();
        self.step(|at, _| factors[at]);
    }

    /// P(it fires | fraud, what was seen before), after which the shares are moved.
    pub fn see_fired(&mut self, meta: &IndicatorMeta, rate: f64) -> f64 {
        let rates = self.rates(meta, rate);
        self.step(|at, half| rates[at][half])
    }

    /// P(it is silent | fraud, what was seen before), after which the shares are moved.
    pub fn see_silent(&mut self, meta: &IndicatorMeta, rate: f64) -> f64 {
        let rates = self.rates(meta, rate);
        self.step(|at, half| 1.0 - rates[at][half])
    }

    /// The scheme that fits best.
    #[must_use]
    pub fn nearest(&self) -> Option<&'a Scheme> {
        let mut best: Option<(&'a Scheme, f64)> = None;
        for (scheme, [careless, careful]) in self.schemes.iter().zip(&self.shares) {
            let share = careless + careful;
            if best.is_none_or(|(_, most)| share > most) {
                best = Some((scheme, share));
            }
        }
        best.map(|(scheme, _)| scheme)
    }

    /// Multiplies by a likelihood and returns its mean.
    fn step(&mut self, likelihood: impl Fn(usize, usize) -> f64) -> f64 {
        let mut sum = 0.0;
        for (at, halves) in self.shares.iter_mut().enumerate() {
            for (half, share) in halves.iter_mut().enumerate() {
                *share *= likelihood(at, half);
                sum += *share;
            }
        }
        if sum > 0.0 {
            self.shares.iter_mut().flatten().for_each(|share| *share /= sum);
        }
        sum
    }

    /// P(it fires | scheme, careless or careful), such that the mean before anything is seen is the indicator's rate.
    fn rates(&self, meta: &IndicatorMeta, rate: f64) -> Vec<[f64; 2]> {
        let mean: f64 = self.schemes.iter().map(|scheme| scheme.prior * scheme.lift(meta)).sum();
        let Careful { share, leaves, shows, .. } = self.careful;
        let leaves = shows.get(&meta.id).unwrap_or(leaves);
        let halves = [1.0 / (1.0 - share + share * leaves), leaves / (1.0 - share + share * leaves)];
        let of = |scheme: &&Scheme| {
            halves.map(|half| (rate * half * scheme.lift(meta) / mean.max(RAREST)).clamp(RAREST, SUREST))
        };
        self.schemes.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{IndicatorKind, RatePrior, Reference};
    use model::Tier;

    fn meta(group: &str) -> IndicatorMeta {
        IndicatorMeta {
            id: format!("of-{group}"),
            title: String::new(),
            tier: Tier::T2,
            kind: IndicatorKind::Subject,
            group: group.into(),
            stage: String::new(),
            tables: vec![],
            sees: String::new(),
            why: String::new(),
            innocent: vec![],
            fraud: RatePrior { alpha: 1.0, beta: 1.0, source: String::new() },
            honest: Reference { mean: 0.01, source: String::new() },
            half_life_days: None,
            opens: true,
            clearing: String::new(),
            shift: 0,
        }
    }

    #[test]
    fn one_answer_alone_has_its_own_rate() {
        let all = Vocabulary::shipped().unwrap();
        for group in ["vpn", "location", "remote_hardware", "first_day", "a group that no scheme names"] {
            let seen = Mixture::new(&all).see_fired(&meta(group), 0.1);
            assert!((seen - 0.1).abs() < 1e-9, "{group}: {seen}");
        }
    }

    #[test]
    fn what_hangs_together_is_likelier_together_and_what_does_not_is_not() {
        let all = Vocabulary::shipped().unwrap();
        let after = |first: &str, then: &str| {
            let mut mixture = Mixture::new(&all);
            mixture.see_fired(&meta(first), 0.1);
            mixture.see_fired(&meta(then), 0.1)
        };
        assert!(after("vpn", "location") > 0.14);
        assert!(after("vpn", "location") > 1.5 * after("remote_hardware", "location"));
    }

    #[test]
    fn a_farm_need_not_show_what_travellers_show() {
        let all = Vocabulary::shipped().unwrap();
        let silence = |seen: bool| {
            let mut mixture = Mixture::new(&all);
            if seen {
                mixture.see_link(Family::Place);
                assert!(mixture.nearest().unwrap().id.starts_with("farm"));
            }
            mixture.see_silent(&meta("location"), 0.2)
        };
        assert!(silence(true) > silence(false));
    }

    #[test]
    fn a_console_needs_no_software() {
        let all = Vocabulary::shipped().unwrap();
        let mut mixture = Mixture::new(&all);
        let before = mixture.clone().see_silent(&meta("remote_software"), 0.4);
        mixture.see_fired(&meta("remote_hardware"), 0.1);
        assert!(mixture.see_silent(&meta("remote_software"), 0.4) > before);
    }

    #[test]
    fn silence_of_everything_leaves_the_careful() {
        let all = Vocabulary::shipped().unwrap();
        let mut mixture = Mixture::new(&all);
        let mut left = 1.0;
        for at in 0..40 {
            left *= mixture.see_silent(&meta(&format!("group {at}")), 0.5);
        }
        assert!(left < 0.5 && left > all.careful.share * 0.05, "{left}");
    }

    #[test]
    fn order_of_steps_does_not_matter() {
        let all = Vocabulary::shipped().unwrap();
        let mut one = Mixture::new(&all);
        let a = one.see_fired(&meta("vpn"), 0.2) * one.see_silent(&meta("money"), 0.3);
        let mut two = Mixture::new(&all);
        let b = two.see_silent(&meta("money"), 0.3) * two.see_fired(&meta("vpn"), 0.2);
        assert!((a - b).abs() < 1e-12);
    }
}
