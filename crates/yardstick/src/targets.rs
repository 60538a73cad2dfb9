//! What a tool should show, and whether it does: said for every target, also for those that are missed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::evaluation::Evaluation;

/// One target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Target {
    /// What should hold.
    pub target: String,
    /// What was measured, in words.
    pub measured: String,
    /// `met`, `missed`, or `not shown` where there are too few people to tell, or something is missing.
    pub verdict: Verdict,
}

/// How a target ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Met,
    /// It does not.
    Missed,
    /// Nobody can tell from these data.
    NotShown,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::NotShown => "not shown",
        }
    }

    fn of(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Met,
            Some(false) => Self::Missed,
            None => Self::NotShown,
        }
    }
}

/// Everything that should hold.
#[must_use]
pub fn targets(of: &Evaluation) -> Vec<Target> {
    let mut out = vec![
        recall(of),
        least("average precision at least 0.95", of.average_precision, 0.95),
        least(
            "farms: pairwise F1 at least 0.97",
            of.farms.as_ref().and_then(|farms| farms.pairwise.f1),
            0.97,
        ),
    ];
    let printed = of.calibration.as_ref().map(|all| &all.as_printed);
    let slope = printed.and_then(|one| one.line).map(|line| line.slope);
    let ratio = printed.and_then(|one| one.observed_per_expected);
    out.push(within("calibration slope 0.8 to 1.25", slope, 0.8, 1.25));
    let mut odds = within("observed per expected 0.7 to 1.4, as printed", ratio, 0.7, 1.4);
    let known = of.calibration.as_ref().and_then(|all| all.at_prevalence.as_ref()?.observed_per_expected);
    odds.measured +=
        &known.map_or(String::new(), |value| format!("; with the true share as prior {value:.3}"));
    out.push(odds);
    let days = of.delay.as_ref();
    out.push(Target {
        target: "median at most 5 days from the first tell to a case".into(),
        measured: days.map_or("not measured: no series of judgements".into(), |delay| {
            let days = delay.median_days.map_or("never".into(), |days| format!("{days:.0} days"));
            format!("{days} for the {} of {} that were found", delay.found, delay.people)
        }),
        verdict: Verdict::of(days.map(|delay| delay.median_days.is_some_and(|days| days <= 5.0))),
    });
    out.push(look_alikes(of));
    if let Some(impact) = &of.impact {
        let worst = impact.lines.iter().map(|line| line.p_holm).fold(1.0, f64::min);
        out.push(Target {
            target: "no group of innocents more often on top or in cases (5 %, Holm)".into(),
            measured: format!("smallest corrected p {worst:.3}"),
            verdict: Verdict::of(Some(impact.passes)),
        });
    }
    out
}

fn recall(of: &Evaluation) -> Target {
    let one = of.recall_at.iter().find(|at| at.price == 1.0);
    let claimed = one.and_then(|at| at.claimed);
    let observed = one.and_then(|at| at.recall.value);
    let value = claimed.and_then(|claimed| claimed.recall.value);
    let measured = match (value, observed) {
        (Some(value), _) => format!("{value:.3}"),
        (None, Some(value)) => {
            format!("{value:.3} observed; {:.0} clean worker-months claim nothing", of.data.worker_months)
        }
        (None, None) => "not measured".into(),
    };
    // A recall that is too low even where the price is only observed is missed, however few the months.
    let verdict = match (value, observed) {
        (Some(value), _) => Some(value >= 0.95),
        (None, Some(value)) if value < 0.95 => Some(false),
        _ => None,
    };
    Target {
        target: "recall at least 0.95 at 1 false accusation in 10,000 worker-months (95 % bound)".into(),
        measured,
        verdict: Verdict::of(verdict),
    }
}

fn least(target: &str, value: Option<f64>, least: f64) -> Target {
    within(target, value, least, f64::INFINITY)
}

fn within(target: &str, value: Option<f64>, from: f64, to: f64) -> Target {
    Target {
        target: target.into(),
        measured: value.map_or("not measured".into(), |value| format!("{value:.3}")),
        verdict: Verdict::of(value.map(|value| (from..=to).contains(&value))),
    }
}

fn look_alikes(of: &Evaluation) -> Target {
    let over = of.look_alikes.iter().filter(|line| line.accused.value.is_some_and(|value| value > 0.01));
    let over: Vec<&str> = over.map(|line| line.look_alike.as_str()).collect();
    let few: Vec<_> = of.look_alikes.iter().filter(|line| line.accused.high > 0.01).collect();
    let verdict = match (of.look_alikes.is_empty(), over.is_empty(), few.is_empty()) {
        (true, ..) => None,
        (_, false, _) => Some(false),
        (_, _, true) => Some(true),
        _ => None,
    };
    Target {
        target: "each look-alike kind at most 1 % in cases (95 % bound)".into(),
        measured: if !over.is_empty() {
            format!("above 1 %: {}", over.join(", "))
        } else {
            format!(
                "none above 1 %; {} of {} kinds have too few people for the bound",
                few.len(),
                of.look_alikes.len()
            )
        },
        verdict: Verdict::of(verdict),
    }
}
