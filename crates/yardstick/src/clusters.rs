//! How well people who belong together are put together.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct F1 {
    /// Of what was said, so much is so.
    pub precision: Option<f64>,
    /// Of what is so, so much was said.
    pub recall: Option<f64>,
    /// Harmonic mean; missing where nothing is so.
    pub f1: Option<f64>,
}

impl F1 {
    fn of(precision: Option<f64>, recall: Option<f64>) -> Self {
        // Nothing said of what is so is a recall of 0, and so is the mean.
        let f1 = recall.map(|recall| match precision {
            Some(precision) if precision + recall > 0.0 => 2.0 * precision * recall / (precision + recall),
            _ => 0.0,
        });
        Self { precision, recall, f1 }
    }
}

/// One person: the group to which they belong and the one into which they were put. People who stand alone have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// What is so.
    pub truth: Option<&'a str>,
    /// What was said.
    pub said: Option<&'a str>,
}

fn pairs(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// Sizes of the groups by truth, by what was said, and of their meetings.
struct Sizes<'a> {
    truth: BTreeMap<&'a str, u64>,
    said: BTreeMap<&'a str, u64>,
    both: BTreeMap<(&'a str, &'a str), u64>,
}

impl<'a> Sizes<'a> {
    fn of(list: &[Member<'a>]) -> Self {
        let mut sizes = Self { truth: BTreeMap::new(), said: BTreeMap::new(), both: BTreeMap::new() };
        for one in list {
            if let Some(truth) = one.truth {
                *sizes.truth.entry(truth).or_default() += 1;
            }
            if let Some(said) = one.said {
                *sizes.said.entry(said).or_default() += 1;
            }
            if let Some(both) = one.truth.zip(one.said) {
                *sizes.both.entry(both).or_default() += 1;
            }
        }
        sizes
    }
}

fn ratio(a: f64, b: f64) -> Option<f64> {
    (b > 0.0).then(|| a / b)
}

/// Over pairs of people: are two in one group, and were they put into one.
#[must_use]
pub fn pairwise(list: &[Member<'_>]) -> F1 {
    let sizes = Sizes::of(list);
    let sum = |counts: &mut dyn Iterator<Item = &u64>| counts.map(|count| pairs(*count)).sum::<u64>() as f64;
    let both = sum(&mut sizes.both.values());
    let (truth, said) = (sum(&mut sizes.truth.values()), sum(&mut sizes.said.values()));
    F1::of(ratio(both, said), ratio(both, truth))
}

/// Over people: of those with whom each was put, how many belong to them, and the other way round; the mean over
/// everybody who belongs somewhere or was put somewhere. Bagga and Baldwin, "Algorithms for scoring coreference
/// chains", LREC workshop on linguistic coreference (1998). People who stand alone in both are left out: they would
/// raise both means and tell nothing.
#[must_use]
pub fn b_cubed(list: &[Member<'_>]) -> F1 {
    let sizes = Sizes::of(list);
    let (mut precision, mut recall, mut people) = (0.0, 0.0, 0);
    for one in list.iter().filter(|one| one.truth.is_some() || one.said.is_some()) {
        people += 1;
        let size =
            |map: &BTreeMap<&str, u64>, id: Option<&str>| id.and_then(|id| map.get(id)).copied().unwrap_or(1);
        // Whoever stands alone on one side shares with themselves only.
        let both =
            one.truth.zip(one.said).and_then(|both| sizes.both.get(&both)).copied().unwrap_or(1) as f64;
        precision += both / size(&sizes.said, one.said) as f64;
        recall += both / size(&sizes.truth, one.truth) as f64;
    }
    let mean = |sum: f64| ratio(sum, f64::from(people));
    F1::of(mean(precision), mean(recall))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members<'a>(truth: &[&'a str], said: &[&'a str]) -> Vec<Member<'a>> {
        let some = |id: &&'a str| Some(*id).filter(|id| !id.is_empty());
        truth.iter().zip(said).map(|(t, s)| Member { truth: some(t), said: some(s) }).collect()
    }

    #[test]
    fn bagga_and_baldwins_own_example() {
        // Truth 1-5, 6-7, 8-C; said 1-5 and 6-C in one: precision 76 %, recall 100 %.
        let truth = ["a", "a", "a", "a", "a", "b", "b", "c", "c", "c", "c", "c"];
        let said = ["x", "x", "x", "x", "x", "y", "y", "y", "y", "y", "y", "y"];
        let measured = b_cubed(&members(&truth, &said));
        assert!((measured.precision.unwrap() - 0.7619).abs() < 1e-4, "{measured:?}");
        assert!((measured.recall.unwrap() - 1.0).abs() < 1e-12);
        // and 1-5 with 8-C in one: precision 58 %
        let said = ["x", "x", "x", "x", "x", "y", "y", "x", "x", "x", "x", "x"];
        assert!((b_cubed(&members(&truth, &said)).precision.unwrap() - 0.5833).abs() < 1e-4);
    }

    #[test]
    fn pairs_by_hand() {
        // One farm of four of which three were put together with one innocent: 3 of 6 pairs right, 3 of 6 found.
        let list = members(&["f", "f", "f", "f", "", ""], &["x", "x", "x", "", "x", ""]);
        let measured = pairwise(&list);
        assert_eq!((measured.precision, measured.recall, measured.f1), (Some(0.5), Some(0.5), Some(0.5)));
        let cubed = b_cubed(&list);
        // precision: three times 3/4, once 1 (alone), once 1/4; recall: three times 3/4, once 1/4, once 1
        assert!((cubed.precision.unwrap() - (3.0 * 0.75 + 1.0 + 0.25) / 5.0).abs() < 1e-12);
        assert!((cubed.recall.unwrap() - (3.0 * 0.75 + 0.25 + 1.0) / 5.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_said_and_nothing_so() {
        let silent = pairwise(&members(&["f", "f"], &["", ""]));
        assert_eq!((silent.precision, silent.recall, silent.f1), (None, Some(0.0), Some(0.0)));
        let innocent = pairwise(&members(&["", ""], &["", ""]));
        assert_eq!((innocent.recall, innocent.f1), (None, None));
    }
}
